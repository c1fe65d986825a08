// Unpooling, and the gradients of max, min and average pooling.
#pragma once

#include "core/api/plan.h"
#include "core/api/tensors.h"

namespace poolscope {

/// max_unpool and the backward operators. Indices are checked before anything is written: an index below -1 or outside
/// the plane is refused, -1 (a window without a real tap) is skipped.
Refusal scatter(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
