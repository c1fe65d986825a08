// Averages of bytes over large windows by running sums: a row enters, a row leaves, and so do pixels across. Whole
// numbers add up to the same in any order, so the cost does not depend on the window at all. The rows and columns that
// dilated windows read are combs, one beside the other, and each is as if it were not dilated.
#pragma once

#include "elements.h"
#include "finish.h"
#include "tensors.h"
#include "way.h"
#include "window.h"

namespace poolscope {

class Running final : public Way {
 public:
  /// Of windows that slide in planes. Whether windows are sums of bytes, four channels side by side, which overlap
  /// enough.
  static bool suit(const Plan& plan);

  /// `plan` must outlive it.
  explicit Running(const Plan& plan);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  void move(const uint8_t* input, int64_t entering, int64_t leaving);
  void across(uint8_t* output, const float* scales) const;

  const Plan& plan_;
  Elements elements_;
  Finisher finisher_;
  Buffer memory_;
  size_t inner_, line_, width_;  ///< elements of a cell, an input row, a row of windows
  uint16_t* columns_ = nullptr;  ///< the sums down of every column, the padded ones 0
  uint8_t* nothing_ = nullptr;   ///< a row of zeros: what lies outside the input
};

}  // namespace poolscope
