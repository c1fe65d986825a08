// Averages of whole planes (global pooling).
#pragma once

#include "tensors.h"
#include "window.h"

namespace poolscope {

/// Every plane's mean, summed in runs. False for other dtypes than float32 and float64, which the general reduction
/// serves: sums of integers are exact in any order, and float16 is rare.
bool average_planes(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
