// Disjoint 2 x 2 maxima with indices, in one pass over the input where it lies. Most unpooling layers undo these.
#pragma once

#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/convert/conversion.h"

namespace poolscope {

/// Of windows that slide in planes: not of padded ones, other layouts and elements of other sizes.
bool supports_argmax_2x2(const Plan& plan, const Conversion& conversion);

/// Picks every window's element where lines lie, without rows of indices.
void reduce_argmax_2x2(const Plan& plan, const Conversion& conversion, const Tensors& tensors);

}  // namespace poolscope
