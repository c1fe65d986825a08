// Windows along a line of cells, by doubling: shifted copies of the whole line are combined, so a window of k taps
// costs O(log k) passes whatever its dilation, and a stride of two halves the line before the work begins. A cell is
// any number of elements: the channels of a pixel, or a whole row.
#pragma once

#include <cstdint>

#include "rows.h"
#include "tensors.h"

namespace poolscope {

class Slider {
 public:
  /// Scratch for lines of up to `elements` elements. False when there is no memory.
  bool prepare(const RowKernels& kernels, size_t elements, bool with_indices);

  /// out[i] = the `taps` cells i · stride, i · stride + dilation, ... of `line`, for i < cells. The answer is `out`, or
  /// `line` itself where one tap and stride 1 leave nothing to do. `line` must not be `out`.
  Row windows(const Row& out, const Row& line, size_t inner, int64_t taps, int64_t dilation, size_t stride,
              size_t cells);

  /// Copies `cells` cells that lie `step` apart.
  void pick(const Row& out, const Row& line, size_t inner, size_t step, size_t cells) const;

  Row combine(Row out, const Row& a, const Row& b, size_t elements) const;
  Row combine(Row out, const Row& a, const Row& b, const Row& c, size_t elements) const;

  Row offset(const Row& row, size_t elements) const {
    Row moved = row;
    moved.values += elements * kernels_->element_size;
    if (moved.indices != nullptr) moved.indices += elements;
    return moved;
  }

 private:
  Row slide(const Row& out, const Row& line, size_t inner, int64_t taps, int64_t dilation, size_t cells,
            const Row* last_tap);
  Row slide_by_two(const Row& out, const Row& line, size_t inner, int64_t taps, size_t cells);
  Row buffer(int32_t index) const;

  const RowKernels* kernels_ = nullptr;
  bool with_indices_ = false;
  size_t values_bytes_ = 0, row_bytes_ = 0;
  Buffer memory_;
};

/// Bytes of a row of `elements`, its indices included, and where the indices begin.
struct RowLayout {
  size_t values_bytes, row_bytes;
  RowLayout(const RowKernels& kernels, size_t elements, bool with_indices)
      : values_bytes((elements * kernels.element_size + 15) & ~size_t{15}),
        row_bytes(values_bytes + (with_indices ? (elements * sizeof(int32_t) + 15) & ~size_t{15} : 0)) {}
  Row row(uint8_t* memory, bool with_indices) const {
    Row made;
    made.values = memory;
    if (with_indices) made.indices = reinterpret_cast<int32_t*>(memory + values_bytes);
    return made;
  }
};

}  // namespace poolscope
