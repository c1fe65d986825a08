// Transposes blocks of narrow planes to channels last (NCHW to NHWC) and reduces each block as one plane: a row of 7
// cells fills no vectors, but the same cell of many planes does.
#pragma once

#include "core/api/plan.h"
#include "core/api/tensors.h"

namespace poolscope {

/// Whether many planes of few cells wait for the same windows.
bool supports_interleaved_planes(const Plan& plan);

/// As run() does, which it calls for some planes at a time in the channels-last layout.
Refusal reduce_interleaved_planes(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
