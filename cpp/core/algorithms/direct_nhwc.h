// Direct NHWC kernel: reads taps where they lie and keeps the running result in registers. Intermediate rows, as in the
// separable algorithms, would not fit in the first cache.
#pragma once

#include "core/algorithms/algorithm.h"
#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/convert/epilogue.h"

namespace poolscope {

/// `count` windows of a row, all of whose `rows` by `columns` taps are real. Pitches and `channels` are in elements.
struct NhwcArgs {
  uint8_t* out = nullptr;
  int32_t* indices = nullptr;  ///< of pairs of value and index
  float divisor = 1;           ///< of sums, which leave as means
  const uint8_t* in = nullptr;
  size_t count = 0, rows = 1, columns = 1, channels = 0;
  size_t row_pitch = 0, column_pitch = 0, window_pitch = 0;  ///< from tap to tap down and across, window to window
  int32_t index = 0;                                         ///< of the first tap, counted in cells
};
/// False where there may have been NaN: then the windows are to be made again by exact kernels.
using NhwcKernel = bool (*)(const NhwcArgs&);

class DirectNhwc final : public Algorithm {
 public:
  /// Of windows that slide in planes. Whether cells fill vectors, and taps are so few that loading them for every
  /// window costs less than keeping what windows share.
  static bool supports(const Plan& plan, const Conversion& conversion);

  /// `plan` and `elements` must outlive the cells.
  DirectNhwc(const Plan& plan, const Conversion& conversion);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void combine_rows(const NhwcArgs& pass) const;

  const Plan& plan_;
  const Conversion& conversion_;
  const NhwcKernel kernel_;  ///< null where the kernels of rows serve
  Epilogue epilogue_;
  Axis::Windows inside_;  ///< windows across that reach over no edge
};

}  // namespace poolscope
