#include "finish.h"

#include <cstring>

namespace poolscope {

Elements elements_of(const Plan& plan) {
  double taps = 1;
  for (const Axis& axis : plan.axes) taps *= static_cast<double>(axis.most_taps());
  Elements elements = elements_for(plan.request, taps < 9e18 ? static_cast<int64_t>(taps) : INT64_MAX);
  elements.kernel_area = static_cast<double>(plan.kernel_area());
  return elements;
}

bool Finisher::prepare(const Plan& plan, const Elements& elements) {
  plan_ = &plan;
  elements_ = &elements;
  const Axis& column = plan.axes[2];
  inner_ = static_cast<size_t>(plan.inner());
  row_elements_ = static_cast<size_t>(column.output) * inner_;
  element_size_ = row_kernels(elements.kind).element_size;
  const Axis &depth = plan.axes[0], &row = plan.axes[1];
  if (!memory_.allocate(column.output * static_cast<int64_t>(sizeof(Run)) +
                        (depth.output + row.output) * static_cast<int64_t>(sizeof(Taps)))) {
    return false;
  }
  for (int64_t q = 0; q < column.output; ++q) {
    const int64_t counted = column.counted(q), valid = column.valid(q);
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

double Finisher::divisor(const Run& run, const Taps& taps) const {
  const int64_t counted = taps.counted * run.counted, valid = taps.valid * run.valid;
  if (plan_->request.op == Operator::lp) return static_cast<double>(counted);
  if (plan_->request.op == Operator::adaptive_avg) return static_cast<double>(valid);
  return plan_->divisor(counted, valid);
}

void Finisher::finish(const Row& row, int64_t z, int64_t y, uint8_t* output, int32_t* indices) const {
  if (indices != nullptr && row.indices != indices) {
    std::memcpy(indices, row.indices, row_elements_ * sizeof(int32_t));
  }
  if (picks_element(plan_->request.op)) {
    if (row.values != output) elements_->store(*elements_, output, row.values, row_elements_, 1);
    if (plan_->request.image_alpha) finish_alpha(row, taps_of(z, y), output);
    return;
  }
  const Taps taps = taps_of(z, y);
  for (int64_t i = 0; i < run_count_; ++i) {
    const size_t begin = static_cast<size_t>(runs()[i].begin) * inner_;
    const size_t count = static_cast<size_t>(runs()[i].end - runs()[i].begin) * inner_;
    if (taps.valid * runs()[i].valid == 0) {
      std::memset(output + begin * elements_->stored_size, 0, count * elements_->stored_size);
    } else {
      elements_->store(*elements_, output + begin * elements_->stored_size, row.values + begin * element_size_, count,
                       divisor(runs()[i], taps));
    }
  }
  if (plan_->request.image_alpha) finish_alpha(row, taps_of(z, y), output);
}

/// Padding never counts in a picture's alpha: its mean is over real taps, and where there are none the picture is
/// opaque.
void Finisher::finish_alpha(const Row& row, const Taps& taps, uint8_t* output) const {
  const bool average = plan_->request.op == Operator::avg;
  for (int64_t i = 0; i < run_count_; ++i) {
    const int64_t valid = taps.valid * runs()[i].valid;
    if (valid != 0 && (!average || divisor(runs()[i], taps) == static_cast<double>(valid))) continue;
    for (int64_t q = runs()[i].begin; q < runs()[i].end; ++q) {
      const size_t alpha = static_cast<size_t>(q) * inner_ + 3;
      if (valid == 0) {
        output[alpha] = 255;
      } else {
        elements_->store(*elements_, output + alpha, row.values + alpha * element_size_, 1, static_cast<double>(valid));
      }
    }
  }
}

}  // namespace poolscope
