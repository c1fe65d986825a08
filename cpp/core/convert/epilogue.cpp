#include "core/convert/epilogue.h"

#include <algorithm>
#include <cstring>

namespace poolscope {

namespace {

// Sums s of bytes are multiplied by 1/d in float, and halves must be rounded up. A reciprocal that is a little larger
// lifts them above the tie: by more than float's errors, below 3 · 2^-24 of the product, can lower them, and with those
// by less than 1/2d, the least distance of anything else from a tie. That is s < 2^16 for 2^-18, and s < 1.39 · 10^6,
// what 5,400 taps may have, for 2^-22.
constexpr double above_one = 1 + 0x1p-18, little_above_one = 1 + 0x1p-22;

uint64_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

uint64_t bits_of(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The bits of a divisor as the elements ask for it: the lowest 32 of them, or all.
uint64_t divisor_bits(TapCount divisor, Divisors::Type type) {
  const double real = static_cast<double>(divisor);
  switch (type) {
    case Divisors::Type::floats: return bits_of(static_cast<float>(real));
    case Divisors::Type::reciprocals: return bits_of(static_cast<float>(above_one / real));
    case Divisors::Type::wide_reciprocals: return bits_of(static_cast<float>(little_above_one / real));
    case Divisors::Type::doubles: return bits_of(real);
    // Sums stay below 2^62: what saturates divides all of them to 0.
    case Divisors::Type::integers: return static_cast<uint64_t>(std::min<TapCount>(divisor, INT64_MAX));
  }
  __builtin_unreachable();
}

/// Elements begin to end get the divisor, every fourth one alpha's.
template <class Unit>
void repeat(uint8_t* to, size_t begin, size_t end, uint64_t divisor, uint64_t of_alpha) {
  Unit* const units = reinterpret_cast<Unit*>(to);
  const Unit each = static_cast<Unit>(divisor), alpha = static_cast<Unit>(of_alpha);
  for (size_t i = begin; i < end; ++i) units[i] = i % 4 == 3 ? alpha : each;
}

}  // namespace

Conversion make_conversion(const Plan& plan) {
  TapCount taps = 1;
  for (const Axis& axis : plan.axes) taps *= axis.max_taps();
  Conversion conversion = make_conversion(plan.request, static_cast<int64_t>(std::min<TapCount>(taps, INT64_MAX)));
  conversion.kernel_area = static_cast<double>(plan.kernel_area());
  return conversion;
}

bool Epilogue::prepare(const Plan& plan, const Conversion& conversion, size_t rows_at_once) {
  plan_ = &plan;
  conversion_ = &conversion;
  element_size_ = row_kernels(conversion.kind).element_size;
  const Axis& column = plan.axes[2];
  inner_ = static_cast<size_t>(plan.inner());
  row_elements_ = static_cast<size_t>(column.output) * inner_;
  const Axis &depth = plan.axes[0], &row = plan.axes[1];
  counts_taps_ = !picks_element(plan.request.op) || plan.request.image_alpha;
  if (!counts_taps_) return true;
  if (!memory_.allocate(column.output * static_cast<int64_t>(sizeof(ColumnRun)) +
                        (depth.output + row.output) * static_cast<int64_t>(sizeof(Taps))) ||
      !divisors_memory_.allocate(
          picks_element(plan.request.op) ? 0 : static_cast<int64_t>(rows_at_once) * row_bytes_of_divisors())) {
    return false;
  }
  for (int64_t q = 0; q < column.output; ++q) {
    const int64_t counted = column.counted(q), valid = column.valid(q);
    empty_columns_ |= valid == 0;
    if (run_count_ > 0 && runs()[run_count_ - 1].counted == counted && runs()[run_count_ - 1].valid == valid) {
      runs()[run_count_ - 1].end = q + 1;
    } else {
      runs()[run_count_++] = {q, q + 1, counted, valid};
    }
  }
  for (int64_t z = 0; z < depth.output; ++z) depths()[z] = {depth.counted(z), depth.valid(z)};
  for (int64_t y = 0; y < row.output; ++y) rows()[y] = {row.counted(y), row.valid(y)};
  return true;
}

size_t Epilogue::count_equal_divisors(int64_t y, size_t count, int64_t step) const {
  size_t same = 1;
  while (same < count && rows()[y + static_cast<int64_t>(same) * step] == rows()[y]) ++same;
  return same;
}

Epilogue::Taps Epilogue::taps_of(int64_t z, int64_t y) const {
  return {depths()[z].counted * rows()[y].counted, depths()[z].valid * rows()[y].valid};
}

const float* Epilogue::divisors_of(int64_t y) {
  materialize_divisors(taps_of(0, y), 1);
  return divisors_memory_.as<float>();
}

TapCount Epilogue::divisor(const ColumnRun& run, const Taps& taps) const {
  const TapCount counted = TapCount{taps.counted} * run.counted, valid = taps.valid * run.valid;
  if (valid == 0) return 1;
  if (plan_->request.op == Operator::lp) return counted;
  if (plan_->request.op == Operator::adaptive_avg) return valid;
  return plan_->divisor(counted, valid);
}

void Epilogue::materialize_divisors(const Taps& taps, size_t count) {
  const size_t size = size_of(conversion_->divisors), row_bytes = static_cast<size_t>(row_bytes_of_divisors());
  uint8_t* const each = divisors_memory_.bytes();
  if (listed_ == taps) {
    for (; listed_rows_ < count; ++listed_rows_) std::memcpy(each + listed_rows_ * row_bytes, each, row_bytes);
    return;
  }
  listed_ = taps;
  listed_rows_ = 1;
  divisors_.each = each;
  const bool image_alpha = plan_->request.image_alpha;
  size_t i = 0;
  for (int64_t r = 0; r < run_count_; ++r) {
    const ColumnRun& run = runs()[r];
    const TapCount common = divisor(run, taps);
    // Padding never counts in a picture's alpha: its mean is over real taps.
    const TapCount of_alpha = image_alpha ? std::max<TapCount>(taps.valid * run.valid, 1) : common;
    if (r == 0) divisors_.common = static_cast<double>(common);
    if (static_cast<double>(common) != divisors_.common || of_alpha != common) divisors_.common = 0;
    const size_t end = static_cast<size_t>(run.end) * inner_;
    const uint64_t bits = divisor_bits(common, conversion_->divisors);
    const uint64_t alpha_bits = divisor_bits(of_alpha, conversion_->divisors);
    if (size == sizeof(float)) repeat<uint32_t>(each, i, end, bits, alpha_bits);
    else repeat<uint64_t>(each, i, end, bits, alpha_bits);
    i = end;
  }
  materialize_divisors(taps, count);
}

void Epilogue::finish(RowView row, int64_t z, int64_t y, size_t count, uint8_t* output, int32_t* indices) {
  const bool picks = picks_element(plan_->request.op);
  const size_t size = conversion_->stored_size;
  if (indices != nullptr && row.indices != indices) {
    std::memcpy(indices, row.indices, count * row_elements_ * sizeof(int32_t));
  }
  while (count > 0) {
    size_t some = count;
    Taps taps;
    if (counts_taps_) {
      some = count_equal_divisors(y, count);
      taps = taps_of(z, y);
      if (!picks) materialize_divisors(taps, some);
    }
    const size_t stored = some * row_elements_;
    if (row.values != output) conversion_->store(*conversion_, output, row.values, stored, divisors_);
    if (counts_taps_ && (taps.valid == 0 || empty_columns_)) {
      for (size_t i = 0; i < some; ++i) finish_empty(taps, output + i * row_elements_ * size);
    }
    row.values += stored * element_size_;
    output += stored * size;
    y += static_cast<int64_t>(some);
    count -= some;
  }
}

/// Windows without a real tap: 0, and a picture is opaque where there is nothing.
void Epilogue::finish_empty(const Taps& taps, uint8_t* output) const {
  const size_t size = conversion_->stored_size;
  for (int64_t r = 0; r < run_count_; ++r) {
    const ColumnRun& run = runs()[r];
    if (taps.valid * run.valid != 0) continue;
    const size_t begin = static_cast<size_t>(run.begin) * inner_, end = static_cast<size_t>(run.end) * inner_;
    if (!picks_element(plan_->request.op)) std::memset(output + begin * size, 0, (end - begin) * size);
    for (size_t i = begin + 3; plan_->request.image_alpha && i < end; i += 4) {
      constexpr uint16_t one = 0x3c00;  // as a half
      if (size == sizeof one) std::memcpy(output + i * size, &one, size);
      else output[i] = 255;
    }
  }
}

}  // namespace poolscope
