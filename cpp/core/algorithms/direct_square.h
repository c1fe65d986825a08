// Direct k x k windows (2, 3, 5, 6) in one pass, without an intermediate row buffer. They cover most layers of
// published networks. Rows are read where they lie; only windows that cross an edge read a padded copy.
#pragma once

#include "core/algorithms/algorithm.h"
#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/convert/epilogue.h"
#include "core/kernels/sliding_window.h"
#include "core/support/buffer.h"

namespace poolscope {

/// out[r][i] = the window whose first tap is element i · stride of line r · stride: across first, then down, as
/// everywhere. Pitches, `count` and `step` are in elements. Lines hold no NaN. Sums leave as means: of
/// bytes divided by four, of floats by `divisors`.
struct SquareArgs {
  uint8_t* out = nullptr;
  const float* divisors = nullptr;  ///< of the elements of a row
  const uint8_t* lines = nullptr;
  size_t rows = 1, count = 0;  ///< of the output
  size_t out_pitch = 0, in_pitch = 0;
  size_t step = 1;  ///< from tap to tap across
};
struct SquareKernel {
  void (*run)(const SquareArgs&) = nullptr;
  size_t min_count = 0;  ///< elements of an output row that it needs
};

class DirectSquare final : public Algorithm {
 public:
  /// Of windows that slide in planes. Whether there is a kernel for the plan's windows.
  static bool supports(const Plan& plan, const Conversion& conversion);

  /// `plan` and `elements` must outlive the squares.
  DirectSquare(const Plan& plan, const Conversion& conversion);

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  bool inside(int64_t q, int64_t windows, uint8_t* to);
  bool pad(int64_t first, int64_t count);
  void finish(int64_t q, int64_t windows, const uint8_t* result, uint8_t* output);
  size_t out_pitch(const uint8_t* to) const;
  void combine(uint8_t* to, size_t first, const uint8_t* lines, size_t pitch, size_t count, int64_t windows) const;
  void combine_exact(uint8_t* to, int64_t windows);

  const Plan& plan_;
  const Conversion& conversion_;
  const RowKernels& kernels_;
  SquareKernel kernel_;
  Epilogue epilogue_;
  SlidingWindow horizontal_, vertical_;
  Buffer memory_;
  RowView lines_, horizontal_rows_,
      results_;  ///< padded lines, their windows across where there is NaN, finished windows
  uint8_t *left_ = nullptr, *right_ = nullptr;  ///< the padded ends of lines
  const float* divisors_ = nullptr;             ///< of the row of windows that is being made; of floats
  bool means_;                                  ///< sums are divided by the kernel
  size_t inner_, pitch_, width_;                ///< elements of a cell, a padded line, a row of windows
  size_t edge_pitch_ = 0;                       ///< elements of a line's padded end
  int64_t windows_ = 1;                         ///< output rows at a time
  int64_t padded_first_;                        ///< the first of the padded lines in memory
  Axis::Windows inside_{0, 0};                  ///< output rows whose lines are read where they lie
  const uint8_t* input_ = nullptr;
};

}  // namespace poolscope
