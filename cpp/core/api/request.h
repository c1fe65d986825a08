// One call of an operator, as numbers. It is checked by make_plan (plan.h), in PyTorch's order.
#pragma once

#include <array>
#include <cstdint>

#include "core/api/dtype.h"
#include "core/api/operator.h"

namespace poolscope {

/// Depth, row, column. A 2-d operator leaves depth at its neutral value (extent 1, kernel 1, stride 1, padding 0), a
/// 1-d one also the row.
using Triple = std::array<int64_t, 3>;

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

}  // namespace poolscope
