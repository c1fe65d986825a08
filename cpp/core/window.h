// A window made of axes: what a caller asks for (Request), its validation in PyTorch's order, and what the kernels need
// (Plan).
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "axis.h"
#include "dtype.h"
#include "ops.h"
#include "status.h"

namespace poolscope {

/// Depth, row, column. A 2-d operator leaves depth at its neutral value (extent 1, kernel 1, stride 1, padding 0), a
/// 1-d one also the row.
using Triple = std::array<int64_t, 3>;

/// Taps over three axes, of which there may be up to 2^93: no count of them overflows, whatever the sizes.
__extension__ using TapCount = __int128;

#define POOLSCOPE_PADDINGS(X) X(symmetric) X(explicit) X(valid) X(same) X(same_lower)

enum class Padding : int32_t {
#define X(name) name##_,
  POOLSCOPE_PADDINGS(X)
#undef X
};
inline constexpr int32_t padding_count = 0
#define X(name) +1
    POOLSCOPE_PADDINGS(X)
#undef X
    ;

/// One call, as numbers. Extents are those of the forward operator's input, also for the backward ones.
struct Request {
  Operator op = Operator::max;
  DType dtype = DType::float32;
  int32_t rank = 2;            ///< spatial axes, 1 to 3
  bool channels_last = false;  ///< (N, [D, H,] W, C) instead of (N, C, [D, H,] W)
  int64_t batch = 1;
  int64_t channels = 1;
  Triple input{1, 1, 1};
  Triple kernel{1, 1, 1};
  Triple stride{1, 1, 1};
  Triple dilation{1, 1, 1};
  Padding padding = Padding::symmetric_;
  Triple pad_before{0, 0, 0};
  Triple pad_after{0, 0, 0};
  bool ceil_mode = false;
  bool count_include_pad = true;
  bool has_divisor = false;
  int64_t divisor = 1;
  double norm_type = 2;
  bool onnx_lp = false;  ///< |x|, a true norm over real taps (ONNX LpPool) instead of PyTorch's signed, rescaled one
  bool image_alpha = false;  ///< channels_last, 4 channels of uint8 or float16: padding never counts in the last
  bool with_indices = false;
  /// Output extents asked for: adaptive, fractional, unpool (-1 = the input's / the default); the extents of
  /// grad_output for max_backward and adaptive_avg_backward.
  Triple size{-1, -1, -1};
};

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

namespace detail {

inline bool is_small(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

/// max_pool1d without indices computes in 64 bits, all others in 32.
inline bool is_plain_1d(const Request& request) {
  return request.rank == 1 && !request.with_indices && (request.op == Operator::max || request.op == Operator::min);
}

/// Elements of batch x channels x extents, or -1 beyond 2^31 - 1 (indices are int32).
inline int64_t element_count(const Request& request, const Triple& extents) {
  int64_t count = 1;
  bool empty = false;
  for (int64_t factor : {request.batch, request.channels, extents[0], extents[1], extents[2]}) {
    if (factor == 0) {
      empty = true;
    } else {
      if (count > INT32_MAX / factor) return -1;
      count *= factor;
    }
  }
  return empty ? 0 : count;
}

inline Refusal refuse(Status status, int32_t axis = 2, double value = 0) { return {status, axis, value}; }

/// max_pool1d without indices has checks of its own, in another order (PyTorch's check_max_pool1d).
inline Refusal check_max_pool1d(const Request& request, const Axis& axis) {
  if (axis.kernel < 1) return refuse(Status::kernel_not_positive, 2, static_cast<double>(axis.kernel));
  if (axis.stride < 1) return refuse(Status::stride_not_positive, 2, static_cast<double>(axis.stride));
  const int64_t least = std::min(axis.pad_before, axis.pad_after);
  const bool symmetric = request.padding == Padding::symmetric_;
  if ((symmetric || request.padding == Padding::explicit_) && least < 0) {
    return refuse(Status::pad_negative, 2, static_cast<double>(least));
  }
  if (axis.dilation < 1 && symmetric && axis.pad_before <= axis.kernel / 2) {
    return refuse(Status::dilation_not_positive, 2, static_cast<double>(axis.dilation));
  }
  return {};
}

/// PyTorch's pooling_output_shape and pool2d_shape_check, in their order; ONNX's bound for explicit padding.
inline Refusal slide_axes(const Request& request, std::array<Axis, 3>& axes) {
  const int32_t first = 3 - request.rank;
  const bool symmetric = request.padding == Padding::symmetric_;
  const bool padded = symmetric || request.padding == Padding::explicit_;
  if (is_plain_1d(request)) {
    if (const Refusal refusal = check_max_pool1d(request, axes[2])) return refusal;
  }
  for (int32_t a = first; a < 3; ++a) {
    const Axis& axis = axes[a];
    if (axis.stride == 0) return refuse(Status::stride_zero, a);
    if (!padded) continue;
    const int64_t least = std::min(axis.pad_before, axis.pad_after);
    if (least < 0) return refuse(Status::pad_negative, a, static_cast<double>(least));
    if (symmetric && axis.pad_before > axis.span() / 2) {
      return refuse(Status::pad_too_large, a, static_cast<double>(axis.pad_before));
    }
  }
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].kernel < 1) return refuse(Status::kernel_not_positive, a, static_cast<double>(axes[a].kernel));
  }
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].stride < 1) return refuse(Status::stride_not_positive, a, static_cast<double>(axes[a].stride));
  }
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].dilation < 1) return refuse(Status::dilation_not_positive, a, static_cast<double>(axes[a].dilation));
  }
  if (request.channels < 1) return refuse(Status::input_empty, -1);
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].input < 1) return refuse(Status::input_empty, a);
  }
  const bool powers =
      request.op == Operator::lp && !request.onnx_lp && request.norm_type != std::numeric_limits<double>::infinity();
  // avg_pool3d alone asks this, whatever its padding, and lp_pool3d through it; ONNX's forms of padding know no such
  // rule.
  if (request.rank == 3 && symmetric && (has_average_options(request.op) || powers)) {
    for (int32_t a = first; a < 3; ++a) {
      if (axes[a].input < axes[a].kernel) return refuse(Status::input_smaller_than_kernel, a);
    }
  }
  for (int32_t a = first; a < 3; ++a) {
    Axis& axis = axes[a];
    const int64_t most = std::max(axis.pad_before, axis.pad_after);
    if (request.padding == Padding::explicit_ && most >= axis.span()) {
      return refuse(Status::pad_beyond_kernel, a, static_cast<double>(most));
    }
    switch (request.padding) {
      case Padding::same_: axis.slide_same(false); break;
      case Padding::same_lower_: axis.slide_same(true); break;
      case Padding::valid_:
        axis.pad_before = axis.pad_after = 0;
        axis.slide(false);
        break;
      default: axis.slide(request.ceil_mode);
    }
  }
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].output < 1) return refuse(Status::output_too_small, a, static_cast<double>(axes[a].output));
  }
  return {};
}

inline Refusal size_adaptive_axes(const Request& request, std::array<Axis, 3>& axes) {
  // adaptive_avg_pool1d and adaptive_avg_pool2d do not look at the channels.
  const bool looks = request.op != Operator::adaptive_avg || request.rank == 3;
  if (looks && request.channels < 1) return refuse(Status::input_empty, -1);
  for (int32_t a = 3 - request.rank; a < 3; ++a) {
    if (axes[a].input < 1) return refuse(Status::input_empty, a);
  }
  for (int32_t a = 3 - request.rank; a < 3; ++a) {
    const int64_t size = request.size[a];
    if (size < -1) return refuse(Status::size_negative, a, static_cast<double>(size));
    const int64_t input = axes[a].input;
    axes[a] = Axis{};
    axes[a].kind = Axis::Kind::adaptive;
    axes[a].input = input;
    axes[a].output = size == -1 ? input : size;
  }
  return {};
}

inline Refusal size_fractional_axes(const Request& request, std::array<Axis, 3>& axes) {
  if (request.channels < 1) return refuse(Status::input_empty, -1);
  for (int32_t a = 3 - request.rank; a < 3; ++a) {
    if (axes[a].input < 1) return refuse(Status::input_empty, a);
  }
  for (int32_t a = 3 - request.rank; a < 3; ++a) {
    Axis& axis = axes[a];
    if (axis.kernel < 1) return refuse(Status::kernel_not_positive, a, static_cast<double>(axis.kernel));
    axis.kind = Axis::Kind::fractional;
    axis.stride = axis.dilation = 1;
    axis.pad_before = axis.pad_after = 0;
    axis.output = request.size[a];
    axis.single_precision = request.dtype != DType::float64;
    if (axis.output < 0) return refuse(Status::size_negative, a, static_cast<double>(axis.output));
    // fractional_max_pool3d wants a cell to spare, fractional_max_pool2d does not.
    if (axis.output + axis.kernel - 1 > axis.input - (request.rank == 3 ? 1 : 0)) {
      return refuse(Status::size_too_large, a, static_cast<double>(axis.kernel));
    }
  }
  return {};
}

/// max_unpool: the output's extents; `axes` keeps the pooled tensor as input and the restored one as output. An extent
/// that is asked for may be any: whether the indices lie in it is seen when they are read.
inline Refusal size_unpool_axes(const Request& request, std::array<Axis, 3>& axes) {
  const int32_t first = 3 - request.rank;
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].kernel < 1) return refuse(Status::kernel_not_positive, a, static_cast<double>(axes[a].kernel));
    if (axes[a].stride < 1) return refuse(Status::stride_not_positive, a, static_cast<double>(axes[a].stride));
    const int64_t least = std::min(axes[a].pad_before, axes[a].pad_after);
    if (least < 0) return refuse(Status::pad_negative, a, static_cast<double>(least));
  }
  if (request.channels < 1) return refuse(Status::input_empty, -1);
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].input < 1) return refuse(Status::input_empty, a);
  }
  for (int32_t a = first; a < 3; ++a) {
    Axis& axis = axes[a];
    const int64_t usual = (axis.input - 1) * axis.stride - axis.pad_before - axis.pad_after + axis.kernel;
    axis.output = request.size[a] == -1 ? usual : request.size[a];
    if (axis.output < 0) return refuse(Status::output_too_small, a, static_cast<double>(axis.output));
  }
  return {};
}

}  // namespace detail

/// Checks everything that depends on numbers only, in PyTorch's order, and works the geometry out.
inline Refusal make_plan(const Request& request, Plan& plan) {
  using detail::refuse;
  if (static_cast<uint32_t>(request.op) >= static_cast<uint32_t>(operator_count) ||
      static_cast<uint32_t>(request.dtype) >= static_cast<uint32_t>(dtype_count) ||
      static_cast<uint32_t>(request.padding) >= static_cast<uint32_t>(padding_count) || request.rank < 1 ||
      request.rank > 3) {
    return refuse(Status::unknown_operator);
  }
  plan.request = request;
  if (request.batch < 0 || !detail::is_small(request.batch)) return refuse(Status::too_large, -1);
  if (request.channels < 0 || !detail::is_small(request.channels)) return refuse(Status::too_large, -1);
  for (int32_t a = 0; a < 3; ++a) {
    if (!detail::is_small(request.input[a])) return refuse(Status::too_large, a);
    const int64_t stride = detail::is_plain_1d(request) ? 1 : request.stride[a];
    for (int64_t value :
         {request.kernel[a], stride, request.dilation[a], request.pad_before[a], request.pad_after[a]}) {
      if (!detail::is_small(value)) return refuse(Status::number_too_large, a, static_cast<double>(value));
    }
    Axis& axis = plan.axes[a] = Axis{};
    axis.input = request.input[a];
    axis.kernel = request.kernel[a];
    axis.stride = request.stride[a];
    axis.dilation = request.dilation[a];
    axis.pad_before = request.pad_before[a];
    axis.pad_after = request.pad_after[a];
  }
  if (has_average_options(request.op) && request.has_divisor && request.divisor == 0) {
    return refuse(Status::divisor_zero);
  }
  if (request.op == Operator::lp) {
    const double norm = request.norm_type;
    if (is_nan(norm) || norm == 0 || norm == -std::numeric_limits<double>::infinity()) {
      return refuse(Status::norm_not_supported, 2, norm);
    }
  }

  Refusal refusal;
  if (is_adaptive(request.op)) {
    refusal = detail::size_adaptive_axes(request, plan.axes);
  } else if (request.op == Operator::fractional_max) {
    refusal = detail::size_fractional_axes(request, plan.axes);
  } else if (request.op == Operator::max_unpool) {
    refusal = detail::size_unpool_axes(request, plan.axes);
  } else if (request.op == Operator::max_backward) {
    if (request.channels < 1) return refuse(Status::input_empty, -1);
    for (int32_t a = 3 - request.rank; a < 3; ++a) {
      if (request.input[a] < 1) return refuse(Status::input_empty, a);
      if (request.size[a] < 0) return refuse(Status::size_negative, a, static_cast<double>(request.size[a]));
      plan.axes[a].output = request.size[a];
    }
  } else {
    refusal = detail::slide_axes(request, plan.axes);
  }
  // Also of a refused call: the sentence names the sizes that are too small.
  for (int32_t a = 0; a < 3; ++a) {
    plan.result[a] = is_backward(request.op) ? plan.axes[a].input : plan.axes[a].output;
  }
  if (refusal) return refusal;

  Triple outputs{};
  for (int32_t a = 0; a < 3; ++a) {
    outputs[a] = plan.axes[a].output;
    // Window starts stay far from overflow, and a table of them addressable.
    if (outputs[a] > INT32_MAX) return refuse(Status::too_large, a, static_cast<double>(outputs[a]));
  }
  if (detail::element_count(request, request.input) < 0) return refuse(Status::too_large, -1);
  if (detail::element_count(request, outputs) < 0) return refuse(Status::too_large, -1);
  return {};
}

}  // namespace poolscope
