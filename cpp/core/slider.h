// Windows along one axis of a block of rows: across (the cells of each row) or down (whole rows). Shifted copies of the
// block are combined, so every pass is a long run over memory. A cell is any number of elements: a pixel's channels.
#pragma once

#include <cstdint>

#include "blocks.h"
#include "rows.h"
#include "tensors.h"

namespace poolscope {

/// Bytes of a row of `elements`, its indices included, and where the indices begin.
struct RowLayout {
  size_t values_bytes = 0, row_bytes = 0;
  bool with_indices = false;
  RowLayout() = default;
  RowLayout(size_t element_size, size_t elements, bool indices)
      : values_bytes((elements * element_size + 15) & ~size_t{15}),
        row_bytes(values_bytes + (indices ? (elements * sizeof(int32_t) + 15) & ~size_t{15} : 0)),
        with_indices(indices) {}
  Row row(uint8_t* memory) const {
    Row made;
    made.values = memory;
    if (with_indices) made.indices = reinterpret_cast<int32_t*>(memory + values_bytes);
    return made;
  }
};

inline Row offset(Row row, size_t elements, size_t element_size) {
  row.values += elements * element_size;
  if (row.indices != nullptr) row.indices += elements;
  return row;
}

class Slider {
 public:
  /// What the last axis reads, or windows of another axis.
  enum class Reads : uint8_t { lines, results };

  /// Scratch for blocks of up to `elements` elements and windows of `taps`; strided windows across need more. False
  /// when there is no memory.
  bool prepare(const RowKernels& kernels, Reads reads, int64_t taps, bool strided, size_t elements, bool with_indices);

  struct Steps {
    int64_t taps, dilation;
    size_t stride;
  };

  /// out[r][q] = the cells q · stride, q · stride + dilation, ... of row r, for q < cells and r < rows. Pitches in
  /// elements.
  void across(const Row& out, size_t out_pitch, const Row& line, size_t pitch, size_t rows, size_t inner,
              const Steps& steps, size_t cells);

  /// Room for a row's blocks of eight cells, from which across_eights() goes on; their kernel is in RowKernels.
  Row eights() const { return buffer(0); }
  /// As across() of one row, without stride and dilation, of more than eight taps and cells of four bytes.
  void across_eights(const Row& out, size_t inner, int64_t taps, size_t cells);

  /// out[q] = the rows q · stride, q · stride + dilation, ... of `line`, for q < windows.
  void down(const Row& out, size_t out_pitch, const Row& line, size_t pitch, size_t count, const Steps& steps,
            size_t windows);

 private:
  /// Elements of a row and rows that single taps are needed at, and how many more with every tap of a block.
  struct Reach {
    size_t count, rows, pitch;
    size_t count_step, row_step;
  };
  void slide(Pass pass, const Row& line, const Reach& reach, int64_t taps);
  void slide_blocks(Pass pass, const Row& line, const Reach& reach, int64_t taps, bool of_eights);
  Kernel kernel(int32_t level, bool exact) const;
  Row buffer(int32_t index) const {
    return layout_.row(memory_.bytes() + eights_room + static_cast<size_t>(index) * layout_.row_bytes);
  }

  const RowKernels* kernels_ = nullptr;
  bool reads_lines_ = false;
  size_t in_size_ = 1;
  int32_t levels_ = 0;
  RowLayout layout_;
  Buffer memory_;  ///< the blocks of every level, the rests of every level, every window of a strided axis
};

/// Copies `cells` cells that lie `step` apart.
void pick_cells(const Row& out, const Row& line, size_t inner, size_t element_size, size_t step, size_t cells);

}  // namespace poolscope
