// A checked request and its geometry: what the algorithms work from.
#pragma once

#include <array>
#include <cstdint>

#include "core/api/axis.h"
#include "core/api/request.h"
#include "core/api/status.h"

namespace poolscope {

/// Taps over three axes, of which there may be up to 2^93: no count of them overflows, whatever the sizes.
__extension__ using TapCount = __int128;

struct Plan {
  Request request;
  std::array<Axis, 3>
      axes;                ///< of the forward operator; for max_unpool and max_backward only `input` and `output` hold
  Triple result{1, 1, 1};  ///< spatial extents of the tensor the call writes

  int64_t planes() const { return request.channels_last ? request.batch : request.batch * request.channels; }
  int64_t inner() const { return request.channels_last ? request.channels : 1; }
  int64_t input_cells() const { return axes[0].input * axes[1].input * axes[2].input; }
  int64_t output_cells() const { return axes[0].output * axes[1].output * axes[2].output; }
  int64_t result_cells() const { return result[0] * result[1] * result[2]; }
  TapCount kernel_area() const { return TapCount{axes[0].kernel} * axes[1].kernel * axes[2].kernel; }

  /// The average's divisor where rows x columns x depths give `counted` and `valid` taps (PyTorch avg_pool2d: an
  /// override beats everything, count_include_pad counts the padding but not the overhang, else the real taps).
  TapCount divisor(TapCount counted, TapCount valid) const {
    if (request.has_divisor) return request.divisor;
    return request.count_include_pad ? counted : valid;
  }
};

/// Checks everything that depends on numbers only, in PyTorch's order, and works the geometry out. The refusal names
/// the axis and the number at fault; `plan.result` then holds the sizes that were worked out so far.
Refusal make_plan(const Request& request, Plan& plan);

}  // namespace poolscope
