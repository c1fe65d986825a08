// Windows of a few taps over cells of many channels, as tensors in the channels-last layout have them: each tap is
// loaded where it lies and meets the one before in registers. Rows in between, as the other ways have them, would be
// longer than the first cache.
#pragma once

#include "elements.h"
#include "finish.h"
#include "tensors.h"
#include "way.h"
#include "window.h"

namespace poolscope {

/// `count` windows of a row, all of whose `rows` by `columns` taps are real. Pitches and `channels` are in elements.
struct CellPass {
  uint8_t* out = nullptr;
  int32_t* indices = nullptr;  ///< of pairs of value and index
  float divisor = 1;           ///< of sums, which leave as means
  const uint8_t* in = nullptr;
  size_t count = 0, rows = 1, columns = 1, channels = 0;
  size_t row_pitch = 0, column_pitch = 0, window_pitch = 0;  ///< from tap to tap down and across, window to window
  int32_t index = 0;                                         ///< of the first tap, counted in cells
};
/// False where there may have been NaN: then the windows are to be made again by exact kernels.
using CellKernel = bool (*)(const CellPass&);

class Cells final : public Way {
 public:
  /// Of windows that slide in planes. Whether cells fill vectors, and taps are so few that loading them for every
  /// window costs less than keeping what windows share.
  static bool suit(const Plan& plan, const Elements& elements);

  /// `plan` and `elements` must outlive the cells.
  Cells(const Plan& plan, const Elements& elements);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void combine_rows(const CellPass& pass) const;

  const Plan& plan_;
  const Elements& elements_;
  const CellKernel kernel_;  ///< null where the kernels of rows serve
  Finisher finisher_;
  Axis::Windows inside_;  ///< windows across that reach over no edge
};

}  // namespace poolscope
