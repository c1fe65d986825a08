// Small windows, worked in tiles: a band of rows, or several small planes at once, is padded into one block, and every
// pass runs over the whole block. Narrow rows then cost no more than wide ones, which pooling layers are full of.
#pragma once

#include "elements.h"
#include "finish.h"
#include "slider.h"
#include "tensors.h"
#include "window.h"

namespace poolscope {

class Tiles {
 public:
  /// Whether a tile is small enough for the cache and neighbouring bands share few rows; else rows are folded (fold.h).
  static bool suit(const Plan& plan);

  /// `plan` must outlive the tiles.
  explicit Tiles(const Plan& plan);

  Refusal run(const Tensors& tensors);

 private:
  /// Rows [first, first + count) of the input, and the windows [q, q + windows) that they make, of `planes` planes.
  struct Band {
    int64_t plane, planes, first, count, q, windows;
  };

  Row read(const Band& band, const uint8_t* input);
  void reduce(const Band& band, const Row& tile, uint8_t* output, int32_t* indices);

  const Plan& plan_;
  Elements elements_;
  const RowKernels& kernels_;
  Finisher finisher_;
  Slider slider_;
  Buffer memory_;
  Row tile_, columns_, rows_, row_;       ///< the padded tile, its columns' and its rows' windows, one row of windows
  size_t inner_, pitch_, columns_pitch_;  // cells of a padded row, and of a row of windows
  int64_t band_windows_ = 1, band_planes_ = 1, band_rows_ = 1;
  bool in_place_ = false;
};

}  // namespace poolscope
