// Averages of whole planes (global pooling).
#pragma once

#include "tensors.h"
#include "window.h"

namespace poolscope {

/// Every plane's mean, summed as one run in sixteen interleaved parts. False where the dtype's sums are exact in any
/// order and the general reduction serves.
bool average_planes(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
