// Averages of whole planes (global pooling).
#pragma once

#include "tensors.h"
#include "window.h"

namespace poolscope {

/// Whether a plan is the mean of whole planes, of float32 or float64: sums of integers are exact in any order, and
/// float16 is rare.
bool averages_planes(const Plan& plan);

/// Every plane's mean, summed in runs.
void average_planes(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
