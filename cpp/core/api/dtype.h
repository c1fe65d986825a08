// The one list of element types, with what each needs: the type its sums are kept in, its rounding, its limits.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/support/float16.h"

namespace poolscope {

/// name(identifier, stored C++ type). Uint8ClampedArray is uint8 here.
#define POOLSCOPE_DTYPES(X) \
  X(float32, float)         \
  X(float64, double)        \
  X(uint8, uint8_t)         \
  X(int8, int8_t)           \
  X(uint16, uint16_t)       \
  X(int16, int16_t)         \
  X(int32, int32_t)         \
  X(float16, Float16)

enum class DType : int32_t {
#define X(name, type) name,
  POOLSCOPE_DTYPES(X)
#undef X
};
inline constexpr int32_t dtype_count = 0
#define X(name, type) +1
    POOLSCOPE_DTYPES(X)
#undef X
    ;

template <class T>
inline constexpr bool is_real = std::is_floating_point_v<T> || std::is_same_v<T, Float16>;

/// The type an element is computed with.
template <class T>
using ValueOf = std::conditional_t<std::is_same_v<T, Float16>, float, T>;

/// The type a sum of elements is kept in: the float's own (as PyTorch), 64 bits for integers, which cannot overflow
/// below 2^32 taps.
template <class T>
using SumOf = std::conditional_t<is_real<T>, ValueOf<T>, int64_t>;

/// The type gradients and norms are kept in.
template <class T>
using RealOf = std::conditional_t<is_real<T>, ValueOf<T>, double>;

template <class T>
inline ValueOf<T> load_element(const T& stored) {
  if constexpr (std::is_same_v<T, Float16>) return to_float(stored);
  else return stored;
}

/// What max starts from: -inf, or an integer's lowest value.
template <class V>
constexpr V lowest_value() {
  if constexpr (std::is_floating_point_v<V>) return -std::numeric_limits<V>::infinity();
  else return std::numeric_limits<V>::lowest();
}
/// What min starts from: +inf, or an integer's highest value.
template <class V>
constexpr V highest_value() {
  if constexpr (std::is_floating_point_v<V>) return std::numeric_limits<V>::infinity();
  else return std::numeric_limits<V>::max();
}

template <class V>
constexpr bool is_nan(V value) {
  return value != value;
}

}  // namespace poolscope
