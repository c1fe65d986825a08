// The list of algorithms (routes), and which of them serves a plan.
#pragma once

#include <cstdint>

#include "core/api/plan.h"
#include "core/api/tensors.h"

namespace poolscope {

/// In the order in which they are asked: the first that supports a plan serves it, unless a later one is known to be
/// better (choose_route).
#define POOLSCOPE_ROUTES(X)                                                       \
  X(scatter)            /* unpooling and gradients */                             \
  X(global_average)     /* pairwise sums of whole planes */                       \
  X(argmax_2x2)         /* disjoint windows with indices, in place */             \
  X(interleaved_planes) /* narrow planes, transposed to channels last */          \
  X(direct_nhwc)        /* few taps over cells of many channels */                \
  X(direct_square)      /* small square windows in one pass */                    \
  X(box_filter)         /* running sums of bytes */                               \
  X(van_herk)           /* tall maxima */                                         \
  X(tiled_separable)    /* horizontally, then vertically, a few rows at a time */ \
  X(generic_separable)  /* any window */

enum class Route : uint8_t {
#define X(name) name,
  POOLSCOPE_ROUTES(X)
#undef X
};
inline constexpr int32_t route_count = 0
#define X(name) +1
    POOLSCOPE_ROUTES(X)
#undef X
    ;

const char* name_of(Route route);

/// Whether `route` can serve the plan, with the same bits as every other that can.
bool supports(Route route, const Plan& plan);

/// The route that run(plan, tensors) takes.
Route choose_route(const Plan& plan);

/// run(plan, tensors) by a route that supports the plan. Fractional samples and indices have been checked by no one
/// else.
Refusal run(const Plan& plan, const Tensors& tensors, Route route);

}  // namespace poolscope
