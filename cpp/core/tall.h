// Maxima of tall windows, three comparisons each whatever their height: the rows of every `kernel` windows are met by
// maxima up from the window's bottom and down from its top (van Herk, Gil and Werman).
#pragma once

#include "elements.h"
#include "slider.h"
#include "tensors.h"
#include "way.h"
#include "window.h"

namespace poolscope {

/// `count` rows of windows, the first of which begins with row 0 of `upper`: all `taps` rows of `upper` and as many
/// rows of `lower` as the last window reaches. Pitches and `width` are in elements.
struct TallPass {
  uint8_t *out = nullptr, *kept = nullptr;  ///< results; room for the maxima of one column of `upper`
  const uint8_t *upper = nullptr, *lower = nullptr;
  size_t count = 1, taps = 1, width = 0;
  size_t out_pitch = 0, in_pitch = 0;
  uint64_t identity = 0, flip = 0;  ///< bits of what loses to all, and those that turn around in every result
};
struct TallKernel {
  void (*run)(const TallPass&) = nullptr;
  void (*run_exact)(const TallPass&) = nullptr;  ///< where rows hold NaN
};

class Tall final : public Way {
 public:
  /// Of windows that slide in planes. Whether they are tall enough and overlap.
  static bool suit(const Plan& plan, const Elements& elements);

  /// `plan` and `elements` must outlive it.
  Tall(const Plan& plan, const Elements& elements);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void reduce_panel(const uint8_t* input, uint8_t* output, int64_t first_column, int64_t columns);
  bool read(uint8_t* to, int64_t first, int64_t count, int64_t first_column, int64_t columns);

  const Plan& plan_;
  const Elements& elements_;
  const RowKernels& kernels_;
  const TallKernel& kernel_;
  Slider across_;
  Buffer memory_;
  Row line_;                         ///< a padded input row
  uint8_t *halves_[2] = {}, *made_;  ///< their windows across, of `kernel` rows each; finished windows
  TallPass pass_;
  bool by_eights_;                ///< windows across begin with blocks of eight cells
  bool flips_;                    ///< the kernel stores results, which are as they are but for flipped bits
  size_t inner_, pitch_, width_;  ///< elements of a cell; of a padded line and from row to row of a panel's windows
  int64_t panel_ = 1;             ///< windows across of a panel
  const uint8_t* input_ = nullptr;
};

}  // namespace poolscope
