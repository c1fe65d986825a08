// The last axis of a reduction: one row of the input becomes one row of windows. Doubling again, but along the row: shifted
// copies of the whole row are combined, so a window of k taps costs O(log k) passes, and a stride of two halves the row
// before the work begins.
#pragma once

#include <cstdint>
#include <cstring>

#include "axis.h"
#include "elements.h"
#include "rows.h"
#include "tensors.h"

namespace poolscope {

class Line {
 public:
  /// `inner` elements a cell (the channels of channels_last). False when there is no memory.
  bool prepare(const Axis& axis, int64_t inner, const Elements& elements, bool with_indices);

  void set_axis(const Axis& axis) { axis_ = axis; }

  /// The windows of the input row at `from` (stored elements); `first_index` is the flat index of its first cell. The answer
  /// is `slot`, or the input itself where it serves as it lies.
  Row windows(const uint8_t* from, int32_t first_index, const Row& slot);

 private:
  Row offset(const Row& row, size_t cells) const {
    Row moved = row;
    moved.values += cells * cell_bytes_;
    if (moved.indices != nullptr) moved.indices += cells * inner_;
    return moved;
  }
  Row buffer(const Buffer& memory, size_t index = 0) const;
  size_t values_bytes() const { return (held_cells_ * cell_bytes_ + 15) & ~size_t{15}; }
  size_t row_bytes() const {
    return values_bytes() + (with_indices_ ? (held_cells_ * inner_ * sizeof(int32_t) + 15) & ~size_t{15} : 0);
  }
  Row read(const uint8_t* from, int32_t first_index);
  Row combine(Row out, const Row& a, const Row& b, size_t cells) const;
  Row combine(Row out, const Row& a, const Row& b, const Row& c, size_t cells) const;
  Row slide(const Row& out, const Row& line, int64_t taps, int64_t dilation, size_t cells, const Row* last_tap);
  Row slide_by_two(const Row& out, const Row& line);
  Row listed(const Row& out, const Row& line);
  void pick(const Row& out, const Row& line, size_t step, size_t cells) const;

  Axis axis_;
  const Elements* elements_ = nullptr;
  const RowKernels* kernels_ = nullptr;
  bool with_indices_ = false;
  bool listed_ = false;
  size_t inner_ = 1, cell_bytes_ = 1;
  size_t cells_ = 0;       ///< of the padded line that windows read
  size_t held_cells_ = 0;  ///< of the padded line
  size_t most_taps_ = 1;
  Buffer line_memory_, work_memory_, tail_memory_, even_memory_;
};

}  // namespace poolscope
