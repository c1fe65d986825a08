// The last axis of a reduction: one row of the input, padded where it has to be, becomes one row of windows.
#pragma once

#include <cstdint>
#include <cstring>

#include "axis.h"
#include "elements.h"
#include "rows.h"
#include "slider.h"
#include "tensors.h"

namespace poolscope {

class Line {
 public:
  /// `inner` elements a cell (the channels of channels_last). False when there is no memory.
  bool prepare(const Axis& axis, int64_t inner, const Elements& elements, bool with_indices);

  void set_axis(const Axis& axis) { axis_ = axis; }

  /// The windows of the input row at `from` (stored elements); `first_index` is the flat index of its first cell. The
  /// answer is `slot`.
  Row windows(const uint8_t* from, int32_t first_index, const Row& slot);

 private:
  Row read(const uint8_t* from, int32_t first_index);
  void listed(const Row& out, const Row& line);

  Axis axis_;
  const Elements* elements_ = nullptr;
  const RowKernels* kernels_ = nullptr;
  bool with_indices_ = false;
  size_t inner_ = 1;
  size_t cells_ = 0;  ///< of the padded line that windows read
  int32_t levels_ = 0;
  RowLayout line_layout_, blocks_layout_;
  Slider slider_;
  Buffer line_memory_, blocks_memory_;
};

}  // namespace poolscope
