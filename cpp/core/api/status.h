// Every refusal of the core, by name. Errors are returned as a Status: exceptions must not cross the Embind boundary.
// The caller, who knows the option's spelling, makes the sentence (PyTorch's, where PyTorch has one).
#pragma once

#include <cstdint>

namespace poolscope {

#define POOLSCOPE_STATUSES(X)                                                        \
  X(ok)                                                                              \
  X(unknown_operator) /* op, dtype, rank or padding is not in its list */            \
  X(divisor_zero)     /* divisor_override = 0 */                                     \
  X(stride_zero)      /* checked per axis, before the padding, as PyTorch does */    \
  X(pad_negative)                                                                    \
  X(pad_too_large)     /* symmetric padding beyond half of the effective kernel */   \
  X(pad_beyond_kernel) /* explicit padding beyond the effective kernel - 1 (ONNX) */ \
  X(kernel_not_positive)                                                             \
  X(stride_not_positive)                                                             \
  X(dilation_not_positive)                                                           \
  X(input_empty)               /* a channel or spatial extent of 0 */                \
  X(output_too_small)          /* no window fits on this axis */                     \
  X(input_smaller_than_kernel) /* avg_pool3d's own rule */                           \
  X(size_negative)             /* adaptive or fractional output size < 0 */          \
  X(size_too_large)            /* fractional: output + kernel - 1 > input */         \
  X(sample_out_of_range)       /* fractional sample outside [0, 1) */                \
  X(index_out_of_range)        /* unpool, backward: detail = the index */            \
  X(norm_not_supported)        /* lp: norm_type 0, NaN or -inf */                    \
  X(number_too_large)          /* of a window, beyond 32 bits */                     \
  X(too_large)                 /* more than 2^31 - 1 elements in a tensor */         \
  X(out_of_memory)

enum class Status : int32_t {
#define X(name) name,
  POOLSCOPE_STATUSES(X)
#undef X
};

/// What was refused: the rule, the axis it speaks of (0 depth, 1 row, 2 column) and the offending number.
struct Refusal {
  Status status = Status::ok;
  int32_t axis = 2;
  double detail = 0;

  constexpr explicit operator bool() const { return status != Status::ok; }
};

}  // namespace poolscope
