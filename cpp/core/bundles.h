// Narrow planes side by side: a row of 7 cells fills no vectors, but the same cell of many planes does.
#pragma once

#include "tensors.h"
#include "window.h"

namespace poolscope {

/// Whether many planes of few cells wait for the same windows.
bool suits_bundles(const Plan& plan);

/// As run() does, which it calls for some planes at a time in the channels-last layout.
Refusal reduce_bundles(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
