// The random samples of fractional pooling: one a plane and axis.
#pragma once

#include "core/api/plan.h"

namespace poolscope {

/// PyTorch's order of the random samples: (width, height) in 2-d, but (depth, height, width) in 3-d.
inline void set_samples(Plan& plan, const double* samples, int64_t sample, int64_t channel) {
  const int32_t rank = plan.request.rank;
  const double* own = samples + (sample * plan.request.channels + channel) * rank;
  for (int32_t i = 0; i < rank; ++i) plan.axes[rank == 3 ? i : 2 - i].sample = own[i];
}

inline Refusal check_samples(const Plan& plan, const double* samples) {
  const int64_t count = plan.request.batch * plan.request.channels * plan.request.rank;
  for (int64_t i = 0; i < count; ++i) {
    if (!(samples[i] >= 0 && samples[i] < 1)) return {Status::sample_out_of_range, 2, samples[i]};
  }
  return {};
}

}  // namespace poolscope
