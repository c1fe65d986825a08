// The one list of algorithms, and how a plan comes to one of them.
#pragma once

#include <cstdint>

#include "tensors.h"
#include "window.h"

namespace poolscope {

/// In the order in which they are asked: the first that supports a plan serves it, unless a later one is known to be
/// better (choose_route).
#define POOLSCOPE_ROUTES(X)                                                            \
  X(scatter)            /* unpooling and gradients: scatter.h */                       \
  X(global_average)     /* whole planes, sums in runs: plane.h */                      \
  X(argmax_2x2)         /* with indices, where lines lie: pairs.h */                   \
  X(interleaved_planes) /* narrow planes, transposed to channels last: bundles.h */    \
  X(direct_nhwc)        /* few taps over cells of many channels: cells.h */            \
  X(direct_square)      /* small square windows in one pass: squares.h */              \
  X(box_filter)         /* running sums of bytes: running.h */                         \
  X(van_herk)           /* tall maxima (van Herk 1992; Gil and Werman 1993): tall.h */ \
  X(tiled_separable)    /* across, then down, a few rows at a time: strips.h */        \
  X(generic_separable)  /* across, down, deep, for any window: generic_separable.h */

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
