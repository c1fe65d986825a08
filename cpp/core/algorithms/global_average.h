// Averages of whole planes (global average pooling), by pairwise sums of blocks.
#pragma once

#include "core/api/plan.h"
#include "core/api/tensors.h"

namespace poolscope {

/// Whether a plan is the mean of whole planes, of float32 or float64: sums of integers are exact in any order, and
/// float16 is rare.
bool supports_global_average(const Plan& plan);

/// Every plane's mean, summed in runs.
void reduce_global_average(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
