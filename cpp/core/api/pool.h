// The public face of the core.
//
//   Plan plan;
//   Refusal refusal = make_plan(request, plan);   numbers only: shapes and bounds, in PyTorch's order of checks
//   if (!refusal) refusal = run(plan, tensors);   out_of_memory, index_out_of_range, sample_out_of_range
//
// After a refusal the output tensors are as they were.
#pragma once

#include "core/api/plan.h"
#include "core/api/routes.h"
#include "core/api/tensors.h"

namespace poolscope {

/// Runs the planned operator, by the route that choose_route names. `tensors` are as large as the plan says.
Refusal run(const Plan& plan, const Tensors& tensors);

/// Which vector instructions the kernels were compiled to, e.g. "xsimd 14.1.0 wasm".
const char* simd_name();

}  // namespace poolscope
