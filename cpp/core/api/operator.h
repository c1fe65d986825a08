// The one list of operators. Dispatch, the binding's names and the parametrised tests are folds over it.
#pragma once

#include <cstdint>

namespace poolscope {

#define POOLSCOPE_OPERATORS(X) \
  X(max)                       \
  X(min)                       \
  X(avg)                       \
  X(lp)                        \
  X(adaptive_max)              \
  X(adaptive_avg)              \
  X(fractional_max)            \
  X(max_unpool)                \
  X(max_backward)              \
  X(avg_backward)              \
  X(adaptive_avg_backward)

enum class Operator : int32_t {
#define X(name) name,
  POOLSCOPE_OPERATORS(X)
#undef X
};
inline constexpr int32_t operator_count = 0
#define X(name) +1
    POOLSCOPE_OPERATORS(X)
#undef X
    ;

constexpr bool is_adaptive(Operator op) {
  return op == Operator::adaptive_max || op == Operator::adaptive_avg || op == Operator::adaptive_avg_backward;
}
constexpr bool is_backward(Operator op) {
  return op == Operator::max_backward || op == Operator::avg_backward || op == Operator::adaptive_avg_backward;
}
constexpr bool has_average_options(Operator op) { return op == Operator::avg || op == Operator::avg_backward; }
/// Operators that scatter by a given tensor of indices.
constexpr bool reads_indices(Operator op) { return op == Operator::max_unpool || op == Operator::max_backward; }
/// Operators that pick one element of a window and can say which.
constexpr bool picks_element(Operator op) {
  return op == Operator::max || op == Operator::min || op == Operator::adaptive_max || op == Operator::fractional_max;
}

}  // namespace poolscope
