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
  void finish(const Row& row, int64_t z, int64_t y, uint8_t* output, int32_t* indices) const;

 private:
  /// Consecutive output columns that have the same number of taps, so that a row is finished in few calls.
  struct Run {
    int64_t begin, end, counted, valid;
  };

  struct Taps {
    int64_t counted, valid;
  };

  /// The taps of output row (z, y), before the columns.
  Taps taps_of(int64_t z, int64_t y) const {
    return {depths()[z].counted * rows()[y].counted, depths()[z].valid * rows()[y].valid};
  }
  Run* runs() const { return memory_.as<Run>(); }
  Taps* depths() const { return reinterpret_cast<Taps*>(runs() + plan_->axes[2].output); }
  Taps* rows() const { return depths() + plan_->axes[0].output; }
  double divisor(const Run& run, const Taps& taps) const;
  void finish_alpha(const Row& row, const Taps& taps, uint8_t* output) const;

  const Plan* plan_ = nullptr;
  const Elements* elements_ = nullptr;
  size_t inner_ = 1, row_elements_ = 0, element_size_ = 1;
  Buffer memory_;  ///< the runs, then the taps of depths and rows
  int64_t run_count_ = 0;
};

}  // namespace poolscope
