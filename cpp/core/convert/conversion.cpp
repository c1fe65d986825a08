#include "core/convert/conversion.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/api/dtype.h"
#include "core/simd/simd.h"
#include "core/support/deterministic_pow.h"
#include "core/support/rounding.h"

namespace poolscope {
namespace {

template <class Canonical>
uint64_t bits_of(Canonical value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

// ---- one width in, the same width out: flipped bits

template <class Bits>
[[gnu::noinline]] bool load_xor(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count) {
  const Bits xor_mask = static_cast<Bits>(conversion.xor_mask);
  Bits* out = reinterpret_cast<Bits*>(to);
  const Bits* in = reinterpret_cast<const Bits*>(from);
  size_t i = 0;
  const auto masks = simd::broadcast<Bits>(xor_mask);
  constexpr size_t lanes = simd::lanes<Bits>;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < 4; ++v) {
      simd::store(out + i + v * lanes, simd::bit_xor<Bits>(simd::load(in + i + v * lanes), masks));
    }
  }
  for (; i + lanes <= count; i += lanes) simd::store(out + i, simd::bit_xor<Bits>(simd::load(in + i), masks));
  for (; i < count; ++i) out[i] = in[i] ^ xor_mask;
  return false;
}

template <class Bits>
void store_xor(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count, const Divisors&) {
  load_xor<Bits>(conversion, to, from, count);
}

/// Whether there is NaN, or perhaps infinities of both signs: sums of four vectors are looked at. On the way, `out`
/// gets a copy unless it is null.
template <class T, bool copies>
bool look_for_nan(T* out, const T* in, size_t count) {
  bool nan = false;
  size_t i = 0;
  constexpr size_t lanes = simd::lanes<T>;
  auto seen = simd::empty_nan_mask<T>();
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    const auto a = simd::load(in + i), b = simd::load(in + i + lanes), c = simd::load(in + i + 2 * lanes),
               d = simd::load(in + i + 3 * lanes);
    if constexpr (copies) {
      simd::store(out + i, a);
      simd::store(out + i + lanes, b);
      simd::store(out + i + 2 * lanes, c);
      simd::store(out + i + 3 * lanes, d);
    }
    simd::update_nan_mask<T>(seen, simd::add<T>(simd::add<T>(a, b), simd::add<T>(c, d)));
  }
  for (; i + lanes <= count; i += lanes) {
    const auto values = simd::load(in + i);
    if constexpr (copies) simd::store(out + i, values);
    simd::update_nan_mask<T>(seen, values);
  }
  for (; i < count; ++i) {
    nan |= is_nan(in[i]);
    if constexpr (copies) out[i] = in[i];
  }
  return nan || simd::any_nan<T>(seen);
}

template <class T>
[[gnu::noinline]] bool scan_real(const uint8_t* from, size_t count) {
  return look_for_nan<T, false>(nullptr, reinterpret_cast<const T*>(from), count);
}

template <class T>
bool load_real(const Conversion&, uint8_t* to, const uint8_t* from, size_t count) {
  return look_for_nan<T, true>(reinterpret_cast<T*>(to), reinterpret_cast<const T*>(from), count);
}

/// For min: max of the negated.
template <class T, class Bits>
bool load_negated(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count) {
  load_xor<Bits>(conversion, to, from, count);
  return scan_real<T>(from, count);
}

// ---- by steps: other types on the way in and out

template <class To, class From>
void convert(uint8_t* to, const uint8_t* from, size_t count) {
  To* out = reinterpret_cast<To*>(to);
  const From* in = reinterpret_cast<const From*>(from);
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  if constexpr (std::is_same_v<From, Float16>) {
    for (; i + 8 <= count; i += 8) {
      const auto halves = simd::load(reinterpret_cast<const uint16_t*>(in + i));
      simd::store(out + i, simd::halves_to_floats<false>(halves));
      simd::store(out + i + 4, simd::halves_to_floats<true>(halves));
    }
  }
#endif
  for (; i < count; ++i) out[i] = static_cast<To>(load_element(in[i]));
}

/// Floats and int32 back to the stored type: rounded to nearest, halves up, saturated.
template <class T, class Canonical>
void convert_back(uint8_t* to, const uint8_t* from, size_t count) {
  T* out = reinterpret_cast<T*>(to);
  const Canonical* in = reinterpret_cast<const Canonical*>(from);
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  if constexpr (std::is_same_v<T, Float16>) {
    for (; i + 8 <= count; i += 8) {
      simd::store(reinterpret_cast<uint16_t*>(out + i),
                  simd::floats_to_halves(simd::load(in + i), simd::load(in + i + 4)));
    }
  }
#endif
  for (; i < count; ++i) {
    if constexpr (std::is_same_v<Canonical, int32_t>) {
      const int32_t low = std::numeric_limits<T>::lowest(), high = std::numeric_limits<T>::max();
      out[i] = static_cast<T>(in[i] < low ? low : in[i] > high ? high : in[i]);
    } else {
      out[i] = store_real<T>(in[i]);
    }
  }
}

bool load_staged(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count) {
  conversion.to_canonical(to, from, count);
  return conversion.preprocess != nullptr && conversion.preprocess(conversion, to, count);
}

/// A row of windows may be read again by the next window, so it is settled in pieces beside it.
void store_staged(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count,
                  const Divisors& divisors) {
  const size_t size = row_kernels(conversion.kind).element_size;
  const size_t divisor_size = size_of(conversion.divisors);
  Divisors rest = divisors;
  alignas(16) uint8_t finalized[1024];
  constexpr size_t piece = sizeof finalized / 8;
  for (size_t i = 0; i < count; i += piece) {
    const size_t some = count - i < piece ? count - i : piece;
    conversion.finalize(conversion, finalized, from + i * size, some, rest);
    if (rest.each != nullptr) rest.each += some * divisor_size;
    conversion.from_canonical(to + i * conversion.stored_size, finalized, some);
  }
}

/// Integers beside int32 indices, halves as floats: the canonical bits flipped.
void finalize_xor(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count, const Divisors&) {
  load_xor<uint32_t>(conversion, to, from, count);
}
bool preprocess_xor(const Conversion& conversion, uint8_t* row, size_t count) {
  return load_xor<uint32_t>(conversion, row, row, count);
}
bool preprocess_xor_real(const Conversion& conversion, uint8_t* row, size_t count) {
  if (conversion.xor_mask != 0) preprocess_xor(conversion, row, count);
  return scan_real<float>(row, count);
}

// ---- sums

uint8_t byte_of(float real) { return static_cast<uint8_t>(real < 0 ? 0 : real < 255 ? real : 255); }

void store_byte_mean(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  const uint16_t* in = reinterpret_cast<const uint16_t*>(from);
  const float* scale = reinterpret_cast<const float*>(divisors.each);
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  for (; divisors.common == 4 && i + 16 <= count; i += 16) {  // 2 by 2, the most frequent average
    simd::store(to + i, simd::narrow(simd::quarter(simd::load(in + i)), simd::quarter(simd::load(in + i + 8))));
  }
  const auto mean = [&](size_t at) __attribute__((always_inline)) {
    const auto sums = simd::load(in + at);
    return simd::narrow(simd::quotient<false>(sums, simd::load(scale + at)),
                        simd::quotient<true>(sums, simd::load(scale + at + 4)));
  };
  // An override below 0 goes one by one.
  for (; i + 16 <= count && scale[0] > 0; i += 16) simd::store(to + i, simd::narrow(mean(i), mean(i + 8)));
#endif
  for (; i < count; ++i) to[i] = byte_of(static_cast<float>(in[i]) * scale[i] + 0.5f);
}

void store_wide_byte_mean(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  const int32_t* in = reinterpret_cast<const int32_t*>(from);
  const float* scale = reinterpret_cast<const float*>(divisors.each);
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  const auto mean = [&](size_t at) __attribute__((always_inline)) {
    return simd::narrow(simd::quotient(simd::load(in + at), simd::load(scale + at)),
                        simd::quotient(simd::load(in + at + 4), simd::load(scale + at + 4)));
  };
  for (; i + 16 <= count && scale[0] > 0; i += 16) simd::store(to + i, simd::narrow(mean(i), mean(i + 8)));
#endif
  for (; i < count; ++i) to[i] = byte_of(static_cast<float>(in[i]) * scale[i] + 0.5f);
}

// floor(s / d + 1/2) as s · (1/d) + (1/2 + 1/4d): s / d + 1/2 is a multiple of 1/2d, and the rounding errors stay below
// 1/4d for |s| < 2^50.
void finalize_mean_i32(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  int32_t* out = reinterpret_cast<int32_t*>(to);
  const int32_t* in = reinterpret_cast<const int32_t*>(from);
  const double* divisor = reinterpret_cast<const double*>(divisors.each);
  for (size_t i = 0; i < count; ++i) {
    const double half = 0.5 + 0.25 / std::fabs(divisor[i]);
    out[i] = static_cast<int32_t>(std::floor(static_cast<double>(in[i]) * (1 / divisor[i]) + half));
  }
}

void finalize_mean_i64(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  int32_t* out = reinterpret_cast<int32_t*>(to);
  const int64_t* in = reinterpret_cast<const int64_t*>(from);
  const int64_t* divisor = reinterpret_cast<const int64_t*>(divisors.each);
  for (size_t i = 0; i < count; ++i) out[i] = integer_mean<int32_t>(in[i], divisor[i]);
}

template <class Real>
void finalize_mean(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  Real* out = reinterpret_cast<Real*>(to);
  const Real* in = reinterpret_cast<const Real*>(from);
  const Real* divisor = reinterpret_cast<const Real*>(divisors.each);
  const Real common = static_cast<Real>(divisors.common), zero = 0;
  const auto zeros = simd::broadcast<Real>(zero);
  constexpr size_t lanes = simd::lanes<Real>;
  size_t i = 0;
  if (common != 0 && bits_of(divisors.common) << 12 == 0) {  // a power of two: its reciprocal is exact, and cheap
    const auto factor = simd::broadcast<Real>(1 / common);
    for (; i + lanes <= count; i += lanes) {
      simd::store(out + i, simd::multiply<Real>(simd::add<Real>(simd::load(in + i), zeros), factor));
    }
    for (; i < count; ++i) out[i] = (in[i] + zero) / common;
    return;
  }
  const auto all = simd::broadcast<Real>(common);
  for (; i + lanes <= count; i += lanes) {
    const auto by = common != 0 ? all : simd::load(divisor + i);
    simd::store(out + i, simd::divide<Real>(simd::add<Real>(simd::load(in + i), zeros), by));
  }
  for (; i < count; ++i) out[i] = (in[i] + zero) / (common != 0 ? common : divisor[i]);
}

// ---- norms

template <class Real>
bool preprocess_raised(const Conversion& conversion, uint8_t* row, size_t count) {
  Real* values = reinterpret_cast<Real*>(row);
  for (size_t i = 0; i < count; ++i) values[i] = norm_term(values[i], conversion.norm_type, conversion.absolute);
  return false;
}

template <class Real>
void finalize_norm(const Conversion& conversion, uint8_t* to, const uint8_t* from, size_t count,
                   const Divisors& divisors) {
  Real* out = reinterpret_cast<Real*>(to);
  const Real* in = reinterpret_cast<const Real*>(from);
  const Real* divisor = reinterpret_cast<const Real*>(divisors.each);
  for (size_t i = 0; i < count; ++i) {
    Real sum = in[i] + Real{0};  // a sum that starts at +0, as PyTorch's
    if (!conversion.absolute) sum = sum / divisor[i] * static_cast<Real>(conversion.kernel_area);
    out[i] = norm_root(sum, conversion.norm_type);
  }
}

template <class Real>
bool preprocess_magnitude(const Conversion&, uint8_t* row, size_t count) {
  Real* values = reinterpret_cast<Real*>(row);
  for (size_t i = 0; i < count; ++i) values[i] = std::fabs(values[i]);
  return sizeof(Real) == 4 && scan_real<float>(row, count);
}

template <class Real>
void copy_unchanged(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors&) {
  std::memcpy(to, from, count * sizeof(Real));
}

// ---- the choice

using Convert = void (*)(uint8_t* to, const uint8_t* from, size_t count);

/// What the choice asks of a dtype. Few numbers and functions in a table: code stamped for every dtype is downloaded as
/// often.
struct DTypeTraits {
  size_t size, real_size;  ///< of an element, of the type that norms and gradients are kept in
  bool is_real, is_signed;
  Convert to_real, from_real;  ///< null where it is that type
  Convert to_int32 = nullptr, from_int32 = nullptr, to_int64 = nullptr;
};
template <class T>
constexpr DTypeTraits stored() {
  using Real = RealOf<T>;
  DTypeTraits type = {sizeof(T), sizeof(Real), is_real<T>, std::is_signed_v<T>, convert<Real, T>, nullptr};
  if constexpr (!std::is_same_v<T, Real>) type.from_real = convert_back<T, Real>;
  if constexpr (!is_real<T>) {
    type.to_int32 = convert<int32_t, T>;
    if constexpr (sizeof(T) < sizeof(int32_t)) type.from_int32 = convert_back<T, int32_t>;
    type.to_int64 = convert<int64_t, T>;
  }
  return type;
}
constexpr DTypeTraits types[] = {
#define X(name, type) stored<type>(),
    POOLSCOPE_DTYPES(X)
#undef X
};

/// A function for elements of 4 and of 8 bytes.
template <class F>
F by_size(size_t size, F four, F eight) {
  return size == 4 ? four : eight;
}

/// The steps to a canonical type and back; a type that is its own canonical one needs no way back.
POOLSCOPE_NOINLINE void go_by_steps(Conversion& conversion, Convert to_canonical, Convert from_canonical) {
  conversion.load = load_staged;
  conversion.to_canonical = to_canonical;
  conversion.store = from_canonical == nullptr ? conversion.finalize : store_staged;
  conversion.from_canonical = from_canonical;
}

/// Bits that turn around as elements come and go.
POOLSCOPE_NOINLINE void flip_bits(Conversion& conversion) {
  switch (conversion.stored_size) {
    case 1: conversion.load = load_xor<uint8_t>, conversion.store = store_xor<uint8_t>; break;
    case 2: conversion.load = load_xor<uint16_t>, conversion.store = store_xor<uint16_t>; break;
    case 4: conversion.load = load_xor<uint32_t>, conversion.store = store_xor<uint32_t>; break;
    default: conversion.load = load_xor<uint64_t>, conversion.store = store_xor<uint64_t>;
  }
}

POOLSCOPE_NOINLINE void choose_extreme(Conversion& conversion, const DTypeTraits& type, bool minimum,
                                       bool with_indices) {
  const uint64_t top = uint64_t{1} << (type.size * 8 - 1);
  if (type.is_real) {
    const bool floats = type.real_size == sizeof(float);
    conversion.kind = floats ? (with_indices ? RowKind::argmax_f32 : RowKind::max_f32)
                             : (with_indices ? RowKind::argmax_f64 : RowKind::max_f64);
    conversion.xor_mask = minimum ? uint64_t{1} << (type.real_size * 8 - 1) : 0;
    conversion.identity = floats ? bits_of(lowest_value<float>()) : bits_of(lowest_value<double>());
    if (type.size == sizeof(Float16)) {
      conversion.preprocess = preprocess_xor_real;
      conversion.finalize = finalize_xor;
      go_by_steps(conversion, type.to_real, type.from_real);
      return;
    }
    conversion.reads_in_place = conversion.writes_in_place = !minimum;
    flip_bits(conversion);
    if (floats) {  // doubles have exact kernels only, and need not know of NaN
      conversion.load = minimum ? load_negated<float, uint32_t> : load_real<float>;
      conversion.scan = with_indices ? nullptr : scan_real<float>;
    }
  } else if (with_indices && type.size < sizeof(int32_t)) {
    conversion.kind = RowKind::argmax_i32;
    conversion.xor_mask = minimum ? 0xffffffffu : 0;
    conversion.identity = bits_of(lowest_value<int32_t>());
    conversion.preprocess = preprocess_xor;
    conversion.finalize = finalize_xor;
    // An empty window's extreme of int32 saturates to the narrow type's.
    go_by_steps(conversion, type.to_int32, type.from_int32);
  } else {
    // Canonical: unsigned for bytes, signed for the wider; the top bit turns one into the other, all bits max into min.
    const bool canonical_signed = type.size > 1;
    conversion.xor_mask = type.is_signed == canonical_signed ? 0 : top;
    if (minimum) conversion.xor_mask ^= 2 * top - 1;
    conversion.identity = canonical_signed ? top : 0;
    conversion.kind = type.size == 1   ? RowKind::max_u8
                      : type.size == 2 ? RowKind::max_i16
                                       : (with_indices ? RowKind::argmax_i32 : RowKind::max_i32);
    conversion.reads_in_place = conversion.writes_in_place = conversion.xor_mask == 0;
    flip_bits(conversion);
  }
}

POOLSCOPE_NOINLINE void choose_average(Conversion& conversion, const DTypeTraits& type, int64_t max_taps) {
  if (type.is_real) {
    conversion.kind = by_size(type.real_size, RowKind::sum_f32, RowKind::sum_f64);
    conversion.reads_in_place = type.size == type.real_size;
    conversion.divisors = by_size(type.real_size, Divisors::Type::floats, Divisors::Type::doubles);
    conversion.finalize = by_size(type.real_size, finalize_mean<float>, finalize_mean<double>);
    go_by_steps(conversion, type.to_real, type.from_real);
    if (conversion.reads_in_place) conversion.load = by_size(type.size, load_xor<uint32_t>, load_xor<uint64_t>);
  } else if (type.size == 1 && !type.is_signed && max_taps <= INT32_MAX / UINT8_MAX) {
    const bool wide = max_taps > UINT16_MAX / UINT8_MAX;
    conversion.kind = wide ? RowKind::sum_u8_i32 : RowKind::sum_u8_u16;
    conversion.reads_in_place = true;
    conversion.load = load_xor<uint8_t>;
    if (max_taps <= max_taps_of_wide_bytes) {
      conversion.divisors = wide ? Divisors::Type::wide_reciprocals : Divisors::Type::reciprocals;
      conversion.store = wide ? store_wide_byte_mean : store_byte_mean;
    } else {
      conversion.store = store_staged;
      conversion.finalize = finalize_mean_i32;
      conversion.from_canonical = type.from_int32;
    }
  } else {
    const bool from_canonical = type.size < sizeof(int32_t) && max_taps <= INT32_MAX / 65536;
    conversion.kind = from_canonical ? RowKind::sum_i32 : RowKind::sum_i64;
    conversion.finalize = from_canonical ? finalize_mean_i32 : finalize_mean_i64;
    conversion.divisors = from_canonical ? Divisors::Type::doubles : Divisors::Type::integers;
    go_by_steps(conversion, from_canonical ? type.to_int32 : type.to_int64, type.from_int32);
  }
}

POOLSCOPE_NOINLINE void choose_norm(Conversion& conversion, const DTypeTraits& type, const Request& request) {
  const size_t size = type.real_size;
  conversion.norm_type = request.norm_type;
  conversion.divisors = by_size(size, Divisors::Type::floats, Divisors::Type::doubles);
  conversion.absolute = request.onnx_lp;
  if (request.norm_type == std::numeric_limits<double>::infinity()) {
    conversion.kind = by_size(size, RowKind::max_f32, RowKind::max_f64);
    conversion.preprocess = by_size(size, preprocess_magnitude<float>, preprocess_magnitude<double>);
    conversion.finalize = by_size(size, copy_unchanged<float>, copy_unchanged<double>);
  } else {
    conversion.kind = by_size(size, RowKind::sum_f32, RowKind::sum_f64);
    conversion.preprocess = by_size(size, preprocess_raised<float>, preprocess_raised<double>);
    conversion.finalize = by_size(size, finalize_norm<float>, finalize_norm<double>);
  }
  go_by_steps(conversion, type.to_real, type.from_real);
}

POOLSCOPE_NOINLINE void choose_gradient(Conversion& conversion, const DTypeTraits& type) {
  conversion.kind = by_size(type.real_size, RowKind::sum_f32, RowKind::sum_f64);
  conversion.reads_in_place = conversion.writes_in_place = type.from_real == nullptr;
  conversion.finalize = by_size(type.real_size, copy_unchanged<float>, copy_unchanged<double>);
  go_by_steps(conversion, type.to_real, type.from_real);
}

}  // namespace

POOLSCOPE_NOINLINE Conversion make_conversion(const Request& request, int64_t max_taps) {
  const DTypeTraits& type = types[static_cast<size_t>(request.dtype)];
  Conversion conversion;
  conversion.stored_size = type.size;
  switch (request.op) {
    case Operator::max:
    case Operator::adaptive_max:
    case Operator::fractional_max: choose_extreme(conversion, type, false, request.with_indices); break;
    case Operator::min: choose_extreme(conversion, type, true, request.with_indices); break;
    case Operator::avg:
    case Operator::adaptive_avg: choose_average(conversion, type, max_taps); break;
    case Operator::lp: choose_norm(conversion, type, request); break;
    case Operator::max_backward:
    case Operator::avg_backward:
    case Operator::adaptive_avg_backward: choose_gradient(conversion, type); break;
    case Operator::max_unpool: break;  // moves elements as they are stored
  }
  return conversion;
}

}  // namespace poolscope
