// Averages of bytes by running sums (the box filter; McDonnell 1981): one row enters and one leaves the column sums,
// and so do pixels of a row. Integer sums are exact in any order, so the cost is independent of the window's size. The
// phases of a dilated axis lie side by side, and each is filtered as if it were not dilated.
#pragma once

#include "core/algorithms/algorithm.h"
#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/convert/epilogue.h"
#include "core/support/buffer.h"

namespace poolscope {

class BoxFilter final : public Algorithm {
 public:
  /// Of windows that slide in planes. Whether windows are sums of bytes, four channels side by side, which overlap
  /// enough.
  static bool supports(const Plan& plan);

  /// `plan` must outlive it.
  explicit BoxFilter(const Plan& plan);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void update_columns(const uint8_t* input, int64_t entering, int64_t leaving);
  void write_row(uint8_t* output, const float* scales) const;

  const Plan& plan_;
  Conversion conversion_;
  Epilogue epilogue_;
  Buffer memory_;
  size_t inner_, line_, width_;      ///< elements of a cell, an input row, a row of windows
  uint16_t* column_sums_ = nullptr;  ///< the sums down of every column, the padded ones 0
  uint8_t* zero_row_ = nullptr;      ///< a row of zeros: what lies outside the input
};

}  // namespace poolscope
