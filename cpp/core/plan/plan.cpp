// The checks of a request, in PyTorch's order and with its limits, and the sizes of its output.
#include "core/api/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace poolscope {
namespace {

bool is_small(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

/// max_pool1d without indices computes in 64 bits, all others in 32.
bool is_max_pool1d_without_indices(const Request& request) {
  return request.rank == 1 && !request.with_indices && (request.op == Operator::max || request.op == Operator::min);
}

/// Elements of batch x channels x extents, or -1 beyond 2^31 - 1 (indices are int32).
int64_t element_count(const Request& request, const Triple& extents) {
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

Refusal refuse(Status status, int32_t axis = 2, double value = 0) { return {status, axis, value}; }

/// max_pool1d without indices has checks of its own, in another order (PyTorch's check_max_pool1d).
Refusal check_max_pool1d(const Request& request, const Axis& axis) {
  if (axis.kernel < 1) return refuse(Status::kernel_not_positive, 2, static_cast<double>(axis.kernel));
  if (axis.stride < 1) return refuse(Status::stride_not_positive, 2, static_cast<double>(axis.stride));
  const int64_t min_pad = std::min(axis.pad_before, axis.pad_after);
  const bool symmetric = request.padding == Padding::symmetric_;
  if ((symmetric || request.padding == Padding::explicit_) && min_pad < 0) {
    return refuse(Status::pad_negative, 2, static_cast<double>(min_pad));
  }
  if (axis.dilation < 1 && symmetric && axis.pad_before <= axis.kernel / 2) {
    return refuse(Status::dilation_not_positive, 2, static_cast<double>(axis.dilation));
  }
  return {};
}

/// PyTorch's pooling_output_shape and pool2d_shape_check, in their order; ONNX's bound for explicit padding.
Refusal resolve_sliding_axes(const Request& request, std::array<Axis, 3>& axes) {
  const int32_t first = 3 - request.rank;
  const bool symmetric = request.padding == Padding::symmetric_;
  const bool padded = symmetric || request.padding == Padding::explicit_;
  if (is_max_pool1d_without_indices(request)) {
    if (const Refusal refusal = check_max_pool1d(request, axes[2])) return refusal;
  }
  for (int32_t a = first; a < 3; ++a) {
    const Axis& axis = axes[a];
    if (axis.stride == 0) return refuse(Status::stride_zero, a);
    if (!padded) continue;
    const int64_t min_pad = std::min(axis.pad_before, axis.pad_after);
    if (min_pad < 0) return refuse(Status::pad_negative, a, static_cast<double>(min_pad));
    if (symmetric && axis.pad_before > axis.effective_kernel() / 2) {
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
  const bool raises =
      request.op == Operator::lp && !request.onnx_lp && request.norm_type != std::numeric_limits<double>::infinity();
  // avg_pool3d alone asks this, whatever its padding, and lp_pool3d through it; ONNX's forms of padding know no such
  // rule.
  if (request.rank == 3 && symmetric && (has_average_options(request.op) || raises)) {
    for (int32_t a = first; a < 3; ++a) {
      if (axes[a].input < axes[a].kernel) return refuse(Status::input_smaller_than_kernel, a);
    }
  }
  for (int32_t a = first; a < 3; ++a) {
    Axis& axis = axes[a];
    const int64_t max_pad = std::max(axis.pad_before, axis.pad_after);
    if (request.padding == Padding::explicit_ && max_pad >= axis.effective_kernel()) {
      return refuse(Status::pad_beyond_kernel, a, static_cast<double>(max_pad));
    }
    switch (request.padding) {
      case Padding::same_: axis.set_output_size_same(false); break;
      case Padding::same_lower_: axis.set_output_size_same(true); break;
      case Padding::valid_:
        axis.pad_before = axis.pad_after = 0;
        axis.set_output_size(false);
        break;
      default: axis.set_output_size(request.ceil_mode);
    }
  }
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].output < 1) return refuse(Status::output_too_small, a, static_cast<double>(axes[a].output));
  }
  return {};
}

Refusal size_adaptive_axes(const Request& request, std::array<Axis, 3>& axes) {
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

Refusal size_fractional_axes(const Request& request, std::array<Axis, 3>& axes) {
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
Refusal size_unpool_axes(const Request& request, std::array<Axis, 3>& axes) {
  const int32_t first = 3 - request.rank;
  for (int32_t a = first; a < 3; ++a) {
    if (axes[a].kernel < 1) return refuse(Status::kernel_not_positive, a, static_cast<double>(axes[a].kernel));
    if (axes[a].stride < 1) return refuse(Status::stride_not_positive, a, static_cast<double>(axes[a].stride));
    const int64_t min_pad = std::min(axes[a].pad_before, axes[a].pad_after);
    if (min_pad < 0) return refuse(Status::pad_negative, a, static_cast<double>(min_pad));
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

}  // namespace

Refusal make_plan(const Request& request, Plan& plan) {
  if (static_cast<uint32_t>(request.op) >= static_cast<uint32_t>(operator_count) ||
      static_cast<uint32_t>(request.dtype) >= static_cast<uint32_t>(dtype_count) ||
      static_cast<uint32_t>(request.padding) >= static_cast<uint32_t>(padding_count) || request.rank < 1 ||
      request.rank > 3) {
    return refuse(Status::unknown_operator);
  }
  plan.request = request;
  if (request.batch < 0 || !is_small(request.batch)) return refuse(Status::too_large, -1);
  if (request.channels < 0 || !is_small(request.channels)) return refuse(Status::too_large, -1);
  for (int32_t a = 0; a < 3; ++a) {
    if (!is_small(request.input[a])) return refuse(Status::too_large, a);
    const int64_t stride = is_max_pool1d_without_indices(request) ? 1 : request.stride[a];
    for (int64_t value :
         {request.kernel[a], stride, request.dilation[a], request.pad_before[a], request.pad_after[a]}) {
      if (!is_small(value)) return refuse(Status::number_too_large, a, static_cast<double>(value));
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
    refusal = size_adaptive_axes(request, plan.axes);
  } else if (request.op == Operator::fractional_max) {
    refusal = size_fractional_axes(request, plan.axes);
  } else if (request.op == Operator::max_unpool) {
    refusal = size_unpool_axes(request, plan.axes);
  } else if (request.op == Operator::max_backward) {
    if (request.channels < 1) return refuse(Status::input_empty, -1);
    for (int32_t a = 3 - request.rank; a < 3; ++a) {
      if (request.input[a] < 1) return refuse(Status::input_empty, a);
      if (request.size[a] < 0) return refuse(Status::size_negative, a, static_cast<double>(request.size[a]));
      plan.axes[a].output = request.size[a];
    }
  } else {
    refusal = resolve_sliding_axes(request, plan.axes);
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
  if (element_count(request, request.input) < 0) return refuse(Status::too_large, -1);
  if (element_count(request, outputs) < 0) return refuse(Status::too_large, -1);
  return {};
}

}  // namespace poolscope
