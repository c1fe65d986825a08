// Small windows, worked in strips: a few rows of the input are padded and reduced across while they are in the first
// cache, their windows gather in a block of rows, and the block is reduced down. Every pass runs over several rows, so
// narrow ones, which pooling layers are full of, cost little more than wide ones.
#pragma once

#include "elements.h"
#include "finish.h"
#include "slider.h"
#include "tensors.h"
#include "way.h"
#include "window.h"

namespace poolscope {

class Strips final : public Way {
 public:
  /// Of windows that slide in planes. Whether the rows of a window are few enough to be kept in one block; else they
  /// are folded (fold.h).
  static bool suit(const Plan& plan, const Elements& elements);

  /// `plan` and `elements` must outlive the strips.
  Strips(const Plan& plan, const Elements& elements);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void fill(int64_t first, int64_t end);
  void read(int64_t first, int64_t count);
  void finish(int64_t q, int64_t windows, uint8_t* output, int32_t* indices);

  const Plan& plan_;
  const Elements& elements_;
  const RowKernels& kernels_;
  Finisher finisher_;
  Slider across_, down_;
  Buffer memory_;
  RowLayout lines_layout_, block_layout_, made_layout_;
  Row lines_, block_, made_;      ///< padded input rows, their windows across, finished windows
  size_t inner_, pitch_, width_;  ///< elements of a cell, a padded input row, a row of windows
  int64_t windows_ = 1;           ///< output rows at a time
  int64_t lines_rows_ = 1, block_rows_ = 1;
  bool in_place_ = false;
  const uint8_t* input_ = nullptr;
  int64_t base_ = 0;      ///< the padded row that the block begins with
  int64_t last_nan_ = 0;  ///< the end of the padded rows that hold NaN
};

}  // namespace poolscope
