// Windows of two by two that share nothing, with indices: what most unpooling layers undo.
#pragma once

#include "elements.h"
#include "tensors.h"
#include "window.h"

namespace poolscope {

/// Of windows that slide in planes: not of padded ones, other layouts and elements of other sizes.
bool suits_pairs(const Plan& plan, const Elements& elements);

/// Picks every window's element where lines lie, without rows of indices.
void pick_pairs(const Plan& plan, const Elements& elements, const Tensors& tensors);

}  // namespace poolscope
