// Cache-blocked separable reduction of small windows: a few padded input rows are reduced horizontally while they are
// in the first cache, their results gather in a block, and the block is reduced vertically. Every pass runs over
// several rows, so narrow planes cost little more than wide ones.
#pragma once

#include "core/algorithms/algorithm.h"
#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/convert/epilogue.h"
#include "core/kernels/row_layout.h"
#include "core/kernels/sliding_window.h"
#include "core/support/buffer.h"

namespace poolscope {

class TiledSeparable final : public Algorithm {
 public:
  /// Of windows that slide in planes. Whether the rows of a window are few enough to be kept in one block; else they
  /// go through a VerticalPass.
  static bool supports(const Plan& plan, const Conversion& conversion);

  /// `plan` and `elements` must outlive the strips.
  TiledSeparable(const Plan& plan, const Conversion& conversion);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void fill(int64_t first, int64_t end);
  void read(int64_t first, int64_t count);
  void finish(int64_t q, int64_t windows, uint8_t* output, int32_t* indices);

  const Plan& plan_;
  const Conversion& conversion_;
  const RowKernels& kernels_;
  Epilogue epilogue_;
  SlidingWindow horizontal_, vertical_;
  Buffer memory_;
  RowLayout lines_layout_, block_layout_, results_layout_;
  RowView lines_, block_, results_;  ///< padded input rows, their windows across, finished windows
  size_t inner_, pitch_, width_;     ///< elements of a cell, a padded input row, a row of windows
  int64_t windows_ = 1;              ///< output rows at a time
  int64_t lines_rows_ = 1, block_rows_ = 1;
  bool in_place_ = false;
  const uint8_t* input_ = nullptr;
  int64_t base_ = 0;      ///< the padded row that the block begins with
  int64_t last_nan_ = 0;  ///< the end of the padded rows that hold NaN
};

}  // namespace poolscope
