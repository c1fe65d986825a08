// From a canonical row of windows to the stored output: divisors, roots, flipped bits, a picture's alpha.
#pragma once

#include "elements.h"
#include "tensors.h"
#include "window.h"

namespace poolscope {

/// The conversion a plan needs.
Elements elements_of(const Plan& plan);

class Finisher {
 public:
  /// Both arguments must outlive the finisher. False when there is no memory.
  bool prepare(const Plan& plan, const Elements& elements);

  /// Stores the windows of output row (z, y), which may already lie in `output` and `indices`.
  void finish(const Row& row, int64_t z, int64_t y, uint8_t* output, int32_t* indices);

 private:
  /// Consecutive output columns that have the same number of taps, so that a row is finished in few calls.
  struct Run {
    int64_t begin, end, counted, valid;
  };

  struct Taps {
    int64_t counted, valid;
  };

  Run* runs() const { return memory_.as<Run>(); }
  Taps* depths() const { return reinterpret_cast<Taps*>(runs() + plan_->axes[2].output); }
  Taps* rows() const { return depths() + plan_->axes[0].output; }
  double divisor(const Run& run, const Taps& taps) const;
  void list_divisors(const Taps& taps);

  const Plan* plan_ = nullptr;
  const Elements* elements_ = nullptr;
  size_t inner_ = 1, row_elements_ = 0;
  Buffer memory_;  ///< the runs, then the taps of depths and rows
  Buffer divisors_memory_;
  Divisors divisors_;  ///< of rows with the taps `listed_`
  Taps listed_{-1, -1};
  int64_t run_count_ = 0;
  bool empty_columns_ = false;  ///< some windows have no column in the input
};

}  // namespace poolscope
