// Rounding of real numbers and of integer means to the stored type.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/api/dtype.h"

namespace poolscope {

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
