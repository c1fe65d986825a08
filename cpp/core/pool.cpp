#include "pool.h"

#include "reference.h"

namespace poolscope {

Refusal run(const Plan& plan, const Tensors& tensors) { return reference::run(plan, tensors); }

const char* simd_name() { return "none"; }

}  // namespace poolscope
