// The epilogue of a reduction: divisors, roots, XOR masks and a picture's alpha, from canonical rows to the output.
#pragma once

#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"
#include "core/support/buffer.h"

namespace poolscope {

/// The conversion a plan needs.
Conversion make_conversion(const Plan& plan);

class Epilogue {
 public:
  /// For up to `rows_at_once` rows. Plan and elements must outlive the finisher. False when there is no memory.
  bool prepare(const Plan& plan, const Conversion& conversion, size_t rows_at_once);

  /// Stores the windows of `count` output rows from (z, y) on, one behind the other, which may already lie in `output`
  /// and `indices`.
  void finish(RowView row, int64_t z, int64_t y, size_t count, uint8_t* output, int32_t* indices);

  /// For kernels that divide themselves, in 2-d: how many of `count` output rows from `y` on, `step` apart, have the
  /// same taps, and their divisors, one an element of a row.
  size_t count_equal_divisors(int64_t y, size_t count, int64_t step = 1) const;
  const float* divisors_of(int64_t y);

 private:
  /// Consecutive output columns that have the same number of taps, so that a row is finished in few calls.
  struct ColumnRun {
    int64_t begin, end, counted, valid;
  };

  /// Of two axes, which 64 bits hold; a third needs a TapCount.
  struct Taps {
    int64_t counted = 0, valid = 0;
    bool operator==(const Taps&) const = default;
  };

  ColumnRun* runs() const { return memory_.as<ColumnRun>(); }
  Taps* depths() const { return reinterpret_cast<Taps*>(runs() + plan_->axes[2].output); }
  Taps* rows() const { return depths() + plan_->axes[0].output; }
  Taps taps_of(int64_t z, int64_t y) const;
  TapCount divisor(const ColumnRun& run, const Taps& taps) const;
  int64_t row_bytes_of_divisors() const {
    return static_cast<int64_t>(row_elements_) * static_cast<int64_t>(size_of(conversion_->divisors));
  }
  void materialize_divisors(const Taps& taps, size_t count);
  void finish_empty(const Taps& taps, uint8_t* output) const;

  const Plan* plan_ = nullptr;
  const Conversion* conversion_ = nullptr;
  size_t inner_ = 1, row_elements_ = 0, element_size_ = 1;
  Buffer memory_;  ///< the runs, then the taps of depths and rows
  Buffer divisors_memory_;
  Divisors divisors_;  ///< of rows with the taps `listed_`
  Taps listed_{-1, -1};
  size_t listed_rows_ = 0;
  int64_t run_count_ = 0;
  bool counts_taps_ = false;    ///< a picked element is stored as it is, whatever its window's taps
  bool empty_columns_ = false;  ///< some windows have no column in the input
};

}  // namespace poolscope
