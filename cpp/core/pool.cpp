#include "pool.h"

#include "reduce.h"
#include "scatter.h"
#include "simd.h"

namespace poolscope {

Refusal run(const Plan& plan, const Tensors& tensors) {
  if (plan.request.op == Operator::fractional_max) {
    if (const Refusal refusal = check_samples(plan, tensors.samples)) return refusal;
  }
  return reads_indices(plan.request.op) || is_backward(plan.request.op) ? scatter(plan, tensors)
                                                                        : reduce(plan, tensors);
}

const char* simd_name() { return simd::name(); }

}  // namespace poolscope
