// The first pass of a separable reduction: one input row, padded where needed, becomes one row of windows.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/api/axis.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/kernels/row_kernels.h"
#include "core/kernels/row_layout.h"
#include "core/kernels/sliding_window.h"
#include "core/support/buffer.h"

namespace poolscope {

class HorizontalPass {
 public:
  /// `inner` elements a cell (the channels of channels_last). False when there is no memory.
  bool prepare(const Axis& axis, int64_t inner, const Conversion& conversion, bool with_indices);

  void set_axis(const Axis& axis) { axis_ = axis; }

  /// The windows of the input row at `from` (stored elements); `first_index` is the flat index of its first cell. The
  /// answer is `slot`.
  RowView windows(const uint8_t* from, int32_t first_index, const RowView& slot);

 private:
  RowView read(const uint8_t* from, int32_t first_index);
  void listed(const RowView& out, const RowView& line);

  Axis axis_;
  const Conversion* conversion_ = nullptr;
  const RowKernels* kernels_ = nullptr;
  bool with_indices_ = false;
  size_t inner_ = 1;
  size_t cells_ = 0;  ///< of the padded line that windows read
  int32_t levels_ = 0;
  RowLayout line_layout_, blocks_layout_;
  SlidingWindow sliding_window_;
  Buffer line_memory_, blocks_memory_;
};

}  // namespace poolscope
