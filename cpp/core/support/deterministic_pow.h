// x^p and s^(1/p) for LpPool. The C library's pow differs between glibc and musl in the last bits, and a result has to
// be the same natively and in WASM, so the general power is made here from IEEE operations alone (relative error below
// 1e-13).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace poolscope {

namespace detail {

/// log2 of a positive finite double, as an integer and a fraction in [-0.5, 0.5].
inline void split_log2(double x, double& whole, double& fraction) {
  int exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent = -54;
  }
  uint64_t bits;
  std::memcpy(&bits, &x, 8);
  exponent += static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffull) | 0x3ff0000000000000ull;
  double mantissa;
  std::memcpy(&mantissa, &bits, 8);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // log((1 + z) / (1 - z)) = 2 (z + z^3/3 + z^5/5 + ...), |z| < 0.172
  const double z = (mantissa - 1) / (mantissa + 1);
  const double square = z * z;
  double series = 0;
  for (int n = 23; n >= 3; n -= 2) series = series * square + 1.0 / n;
  fraction = 2 * (z + z * square * series) * 1.4426950408889634;
  whole = exponent;
}

inline double exp2_of(double whole, double fraction) {
  const double extra = std::floor(fraction + 0.5);
  fraction -= extra;
  whole += extra;
  const double x = fraction * 0.6931471805599453;
  double series = 1;
  for (int n = 16; n >= 1; --n) series = 1 + series * x / n;
  // Two steps, so that subnormal results round once and nothing overflows early.
  if (whole > 1100) return std::numeric_limits<double>::infinity();
  if (whole < -1200) return 0;
  const int half = static_cast<int>(whole) / 2;
  return std::ldexp(std::ldexp(series, half), static_cast<int>(whole) - half);
}

inline double positive_power(double base, double exponent) {
  if (base == 0) return exponent > 0 ? 0 : std::numeric_limits<double>::infinity();
  if (base == std::numeric_limits<double>::infinity()) return exponent > 0 ? base : 0;
  double whole, fraction;
  split_log2(base, whole, fraction);
  const double scaled = whole * exponent;
  const double floor = std::floor(scaled);
  if (floor > 1e6 || floor < -1e6) return floor > 0 ? std::numeric_limits<double>::infinity() : 0;
  return exp2_of(floor, (scaled - floor) + fraction * exponent);
}

}  // namespace detail

/// base^exponent with C's rules for signs: a finite negative base needs an integer exponent, else NaN; -infinity loses
/// its sign. With an exponent of 1/2 or -1/2 it is PyTorch's square root, which knows no root of -infinity.
inline double deterministic_pow(double base, double exponent) {
  if (base != base || exponent != exponent) return base + exponent;
  if (exponent == 0 || base == 1) return 1;
  const bool integral = exponent == std::floor(exponent);
  const bool odd = integral && std::floor(exponent / 2) * 2 != exponent;
  if (integral && std::fabs(exponent) <= 16) {
    double product = base;
    for (int n = 1; n < std::fabs(exponent); ++n) product *= base;
    return exponent > 0 ? product : 1 / product;
  }
  const double magnitude = detail::positive_power(std::fabs(base), exponent);
  if (!std::signbit(base)) return magnitude;
  if (base == 0) return odd ? std::copysign(magnitude, -1.0) : magnitude;
  if (!integral) {
    const bool endless = std::isinf(base) && std::fabs(exponent) != 0.5;
    return endless ? magnitude : std::numeric_limits<double>::quiet_NaN();
  }
  return odd ? -magnitude : magnitude;
}

/// One element's share of the norm, in the precision the sum is kept in: x^p (PyTorch) or |x|^p (ONNX).
template <class Real>
inline Real norm_term(Real value, double norm_type, bool absolute) {
  if (absolute) value = std::fabs(value);
  if (norm_type == 1) return value;
  if (norm_type == 2) return value * value;
  return static_cast<Real>(deterministic_pow(static_cast<double>(value), norm_type));
}

/// The norm from its sum, the (1/p)-th power.
template <class Real>
inline Real norm_root(Real sum, double norm_type) {
  if (norm_type == 1) return sum;
  if (norm_type == 2) return std::sqrt(sum);
  return static_cast<Real>(deterministic_pow(static_cast<double>(sum), 1 / norm_type));
}

}  // namespace poolscope
