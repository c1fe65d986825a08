// The one list of element types, with what each needs: the type its sums are kept in, its rounding, its limits.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace poolscope {

/// IEEE 754 binary16 as stored; computed with as float, rounded to nearest even on the way back.
struct Float16 {
  uint16_t bits;
};

inline float to_float(Float16 half) {
  const uint32_t sign = static_cast<uint32_t>(half.bits & 0x8000u) << 16;
  const uint32_t rest = half.bits & 0x7fffu;
  float value;
  if (rest >= 0x7c00u) {
    const uint32_t bits = sign | 0x7f800000u | (rest & 0x3ffu) << 13;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  // Shifted into a float's exponent field, a half is its own value times 2^-112; the product is exact, subnormals
  // included.
  const uint32_t bits = rest << 13;
  std::memcpy(&value, &bits, 4);
  value *= 0x1p112f;
  return sign != 0 ? -value : value;
}

inline Float16 to_half(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  const uint16_t sign = static_cast<uint16_t>(bits >> 16 & 0x8000u);
  const uint32_t rest = bits & 0x7fffffffu;
  if (rest > 0x7f800000u) return {static_cast<uint16_t>(sign | 0x7c00u | (rest >> 13 & 0x3ffu) | 0x200u)};
  if (rest >= 0x477ff000u) return {static_cast<uint16_t>(sign | 0x7c00u)};
  if (rest < 0x38800000u) {  // below 2^-14: let the adder round to a multiple of 2^-24
    float magnitude;
    std::memcpy(&magnitude, &rest, 4);
    magnitude += 0.5f;
    uint32_t shifted;
    std::memcpy(&shifted, &magnitude, 4);
    return {static_cast<uint16_t>(sign | (shifted - 0x3f000000u))};
  }
  const uint32_t rounded = rest + 0xfffu + (rest >> 13 & 1u) - 0x38000000u;
  return {static_cast<uint16_t>(sign | rounded >> 13)};
}

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

/// Stores a real number: floats as they are, integers rounded to nearest, halves up, saturated (NaN becomes 0).
template <class T, class V>
inline T store_real(V value) {
  if constexpr (std::is_same_v<T, Float16>) {
    return to_half(static_cast<float>(value));
  } else if constexpr (is_real<T>) {
    return static_cast<T>(value);
  } else {
    const double real = static_cast<double>(value), whole = std::floor(real);
    const double rounded = whole + (real - whole >= 0.5);  // real + 0.5 would round the number below 0.5 up to 1
    if (!(rounded > static_cast<double>(std::numeric_limits<T>::lowest()))) {
      return is_nan(rounded) ? T{0} : std::numeric_limits<T>::lowest();
    }
    if (rounded >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
    return static_cast<T>(rounded);
  }
}

/// An integer mean: sum / divisor rounded to nearest, halves up (toward +inf), saturated. `divisor` is not 0.
template <class T>
inline T integer_mean(int64_t sum, int64_t divisor) {
  if (divisor < 0) {
    sum = -sum;
    divisor = -divisor;
  }
  int64_t quotient = sum / divisor;
  int64_t rest = sum % divisor;
  if (rest < 0) {
    rest += divisor;
    --quotient;
  }
  if (rest >= divisor - rest) ++quotient;
  if (quotient < std::numeric_limits<T>::lowest()) return std::numeric_limits<T>::lowest();
  if (quotient > std::numeric_limits<T>::max()) return std::numeric_limits<T>::max();
  return static_cast<T>(quotient);
}

}  // namespace poolscope
