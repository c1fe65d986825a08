// Max, min, average and norm over windows: the separable passes, for every dtype, layout and rank.
#pragma once

#include "tensors.h"
#include "window.h"

namespace poolscope {

Refusal reduce(const Plan& plan, const Tensors& tensors);

}  // namespace poolscope
