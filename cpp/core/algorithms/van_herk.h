// Running maxima in three comparisons per output, whatever the window's height: suffix maxima of one block of `kernel`
// rows meet prefix maxima of the next.
// M. van Herk, A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels, Pattern
// Recognition Letters 13, 1992; J. Gil and M. Werman, Computing 2-D min, median, and max filters, IEEE PAMI 15, 1993.
#pragma once

#include "core/algorithms/algorithm.h"
#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/kernels/sliding_window.h"
#include "core/support/buffer.h"

namespace poolscope {

/// `count` rows of windows, the first of which begins with row 0 of `upper`: all `taps` rows of `upper` and as many
/// rows of `lower` as the last window reaches. Pitches and `width` are in elements.
struct VanHerkArgs {
  uint8_t *out = nullptr, *suffix_maxima = nullptr;  ///< results; room for the maxima of one column of `upper`
  const uint8_t *upper = nullptr, *lower = nullptr;
  size_t count = 1, taps = 1, width = 0;
  size_t out_pitch = 0, in_pitch = 0;
  uint64_t identity = 0, xor_mask = 0;  ///< bits of what loses to all, and those that turn around in every result
};
struct VanHerkKernel {
  void (*run)(const VanHerkArgs&) = nullptr;
  void (*run_exact)(const VanHerkArgs&) = nullptr;  ///< where rows hold NaN
};

class VanHerk final : public Algorithm {
 public:
  /// Of windows that slide in planes. Whether they are tall enough and overlap.
  static bool supports(const Plan& plan, const Conversion& conversion);

  /// `plan` and `elements` must outlive it.
  VanHerk(const Plan& plan, const Conversion& conversion);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void reduce_panel(const uint8_t* input, uint8_t* output, int64_t first_column, int64_t columns);
  bool read(uint8_t* to, int64_t first, int64_t count, int64_t first_column, int64_t columns);

  const Plan& plan_;
  const Conversion& conversion_;
  const RowKernels& kernels_;
  const VanHerkKernel& kernel_;
  SlidingWindow horizontal_;
  Buffer memory_;
  RowView line_;                        ///< a padded input row
  uint8_t *blocks_[2] = {}, *results_;  ///< their windows across, of `kernel` rows each; finished windows
  VanHerkArgs pass_;
  bool by_doubling_;              ///< windows across begin with blocks of eight cells
  bool stores_directly_;          ///< the kernel stores results, which are as they are but for flipped bits
  size_t inner_, pitch_, width_;  ///< elements of a cell; of a padded line and from row to row of a panel's windows
  int64_t panel_ = 1;             ///< windows across of a panel
  const uint8_t* input_ = nullptr;
};

}  // namespace poolscope
