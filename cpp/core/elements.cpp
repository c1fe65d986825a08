#include "elements.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "dtype.h"
#include "norm.h"
#include "simd.h"

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
[[gnu::noinline]] bool load_flipped(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  const Bits flip = static_cast<Bits>(elements.flip);
  Bits* out = reinterpret_cast<Bits*>(to);
  const Bits* in = reinterpret_cast<const Bits*>(from);
  size_t i = 0;
  const auto flips = simd::all<Bits>(flip);
  constexpr size_t lanes = simd::lanes<Bits>;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < 4; ++v) {
      simd::store(out + i + v * lanes, simd::exclusive_or<Bits>(simd::load(in + i + v * lanes), flips));
    }
  }
  for (; i + lanes <= count; i += lanes) simd::store(out + i, simd::exclusive_or<Bits>(simd::load(in + i), flips));
  for (; i < count; ++i) out[i] = in[i] ^ flip;
  return false;
}

template <class Bits>
void store_flipped(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count, const Divisors&) {
  load_flipped<Bits>(elements, to, from, count);
}

/// Whether there is NaN, or perhaps infinities of both signs: sums of four vectors are looked at. On the way, `out`
/// gets a copy unless it is null.
template <class T, bool copies>
bool look_for_nan(T* out, const T* in, size_t count) {
  bool nan = false;
  size_t i = 0;
  constexpr size_t lanes = simd::lanes<T>;
  auto seen = simd::no_nan<T>();
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    const auto a = simd::load(in + i), b = simd::load(in + i + lanes), c = simd::load(in + i + 2 * lanes),
               d = simd::load(in + i + 3 * lanes);
    if constexpr (copies) {
      simd::store(out + i, a);
      simd::store(out + i + lanes, b);
      simd::store(out + i + 2 * lanes, c);
      simd::store(out + i + 3 * lanes, d);
    }
    simd::note_nan<T>(seen, simd::add<T>(simd::add<T>(a, b), simd::add<T>(c, d)));
  }
  for (; i + lanes <= count; i += lanes) {
    const auto values = simd::load(in + i);
    if constexpr (copies) simd::store(out + i, values);
    simd::note_nan<T>(seen, values);
  }
  for (; i < count; ++i) {
    nan |= is_nan(in[i]);
    if constexpr (copies) out[i] = in[i];
  }
  return nan || simd::has_nan<T>(seen);
}

template <class T>
[[gnu::noinline]] bool scan_real(const uint8_t* from, size_t count) {
  return look_for_nan<T, false>(nullptr, reinterpret_cast<const T*>(from), count);
}

template <class T>
bool load_real(const Elements&, uint8_t* to, const uint8_t* from, size_t count) {
  return look_for_nan<T, true>(reinterpret_cast<T*>(to), reinterpret_cast<const T*>(from), count);
}

/// For min: max of the negated.
template <class T, class Bits>
bool load_negated(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  load_flipped<Bits>(elements, to, from, count);
  return scan_real<T>(from, count);
}

// ---- by steps: other types on the way in and out

template <class To, class From>
void convert(uint8_t* to, const uint8_t* from, size_t count) {
  To* out = reinterpret_cast<To*>(to);
  const From* in = reinterpret_cast<const From*>(from);
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<To>(load_element(in[i]));
}

/// Floats and int32 back to the stored type: rounded to nearest, halves up, saturated.
template <class T, class Canonical>
void convert_back(uint8_t* to, const uint8_t* from, size_t count) {
  T* out = reinterpret_cast<T*>(to);
  const Canonical* in = reinterpret_cast<const Canonical*>(from);
  for (size_t i = 0; i < count; ++i) {
    if constexpr (std::is_same_v<Canonical, int32_t>) {
      const int32_t low = std::numeric_limits<T>::lowest(), high = std::numeric_limits<T>::max();
      out[i] = static_cast<T>(in[i] < low ? low : in[i] > high ? high : in[i]);
    } else {
      out[i] = store_real<T>(in[i]);
    }
  }
}

bool load_by_steps(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  elements.widen(to, from, count);
  return elements.adjust != nullptr && elements.adjust(elements, to, count);
}

/// A row of windows may be read again by the next window, so it is settled in pieces beside it.
void store_by_steps(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count,
                    const Divisors& divisors) {
  const size_t size = row_kernels(elements.kind).element_size;
  const size_t divisor_size = elements.divisors == Divisors::Type::doubles ? sizeof(double) : sizeof(float);
  Divisors rest = divisors;
  alignas(16) uint8_t settled[1024];
  constexpr size_t piece = sizeof settled / 8;
  for (size_t i = 0; i < count; i += piece) {
    const size_t some = count - i < piece ? count - i : piece;
    elements.settle(elements, settled, from + i * size, some, rest);
    if (rest.each != nullptr) rest.each += some * divisor_size;
    elements.narrow(to + i * elements.stored_size, settled, some);
  }
}

/// Integers beside int32 indices, halves as floats: the canonical bits flipped.
void settle_flipped(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count, const Divisors&) {
  load_flipped<uint32_t>(elements, to, from, count);
}
bool adjust_flipped(const Elements& elements, uint8_t* row, size_t count) {
  return load_flipped<uint32_t>(elements, row, row, count);
}
bool adjust_flipped_real(const Elements& elements, uint8_t* row, size_t count) {
  adjust_flipped(elements, row, count);
  return scan_real<float>(row, count);
}

// ---- sums

uint8_t byte_of(float real) { return static_cast<uint8_t>(real < 0 ? 0 : real < 255 ? real : 255); }

void store_byte_mean(const Elements&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
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

void store_wide_byte_mean(const Elements&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
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
void settle_mean_i32(const Elements&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  int32_t* out = reinterpret_cast<int32_t*>(to);
  const int32_t* in = reinterpret_cast<const int32_t*>(from);
  const double* divisor = reinterpret_cast<const double*>(divisors.each);
  for (size_t i = 0; i < count; ++i) {
    const double half = 0.5 + 0.25 / std::fabs(divisor[i]);
    out[i] = static_cast<int32_t>(std::floor(static_cast<double>(in[i]) * (1 / divisor[i]) + half));
  }
}

void settle_mean_i64(const Elements&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  int32_t* out = reinterpret_cast<int32_t*>(to);
  const int64_t* in = reinterpret_cast<const int64_t*>(from);
  const double* divisor = reinterpret_cast<const double*>(divisors.each);
  for (size_t i = 0; i < count; ++i) out[i] = integer_mean<int32_t>(in[i], static_cast<int64_t>(divisor[i]));
}

template <class Real>
void settle_mean(const Elements&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  Real* out = reinterpret_cast<Real*>(to);
  const Real* in = reinterpret_cast<const Real*>(from);
  const Real* divisor = reinterpret_cast<const Real*>(divisors.each);
  const Real common = static_cast<Real>(divisors.common), zero = 0;
  const auto zeros = simd::all<Real>(zero);
  constexpr size_t lanes = simd::lanes<Real>;
  size_t i = 0;
  if (common != 0 && bits_of(divisors.common) << 12 == 0) {  // a power of two: its reciprocal is exact, and cheap
    const auto factor = simd::all<Real>(1 / common);
    for (; i + lanes <= count; i += lanes) {
      simd::store(out + i, simd::multiply<Real>(simd::add<Real>(simd::load(in + i), zeros), factor));
    }
    for (; i < count; ++i) out[i] = (in[i] + zero) / common;
    return;
  }
  const auto all = simd::all<Real>(common);
  for (; i + lanes <= count; i += lanes) {
    const auto by = common != 0 ? all : simd::load(divisor + i);
    simd::store(out + i, simd::divide<Real>(simd::add<Real>(simd::load(in + i), zeros), by));
  }
  for (; i < count; ++i) out[i] = (in[i] + zero) / (common != 0 ? common : divisor[i]);
}

// ---- norms

template <class Real>
bool adjust_raised(const Elements& elements, uint8_t* row, size_t count) {
  Real* values = reinterpret_cast<Real*>(row);
  for (size_t i = 0; i < count; ++i) values[i] = norm_term(values[i], elements.norm_type, elements.absolute);
  return false;
}

template <class Real>
void settle_norm(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors) {
  Real* out = reinterpret_cast<Real*>(to);
  const Real* in = reinterpret_cast<const Real*>(from);
  const Real* divisor = reinterpret_cast<const Real*>(divisors.each);
  for (size_t i = 0; i < count; ++i) {
    Real sum = in[i] + Real{0};  // a sum that starts at +0, as PyTorch's
    if (!elements.absolute) sum = sum / divisor[i] * static_cast<Real>(elements.kernel_area);
    out[i] = norm_root(sum, elements.norm_type);
  }
}

template <class Real>
bool adjust_magnitude(const Elements&, uint8_t* row, size_t count) {
  Real* values = reinterpret_cast<Real*>(row);
  for (size_t i = 0; i < count; ++i) values[i] = std::fabs(values[i]);
  return sizeof(Real) == 4 && scan_real<float>(row, count);
}

template <class Real>
void settle_nothing(const Elements&, uint8_t* to, const uint8_t* from, size_t count, const Divisors&) {
  std::memcpy(to, from, count * sizeof(Real));
}

// ---- the choice

/// The steps from T to a canonical type and back; a type that is its own canonical one needs no way back.
template <class T, class Canonical>
void go_by_steps(Elements& elements) {
  elements.load = load_by_steps;
  elements.widen = convert<Canonical, T>;
  if constexpr (std::is_same_v<T, Canonical>) {
    elements.store = elements.settle;
  } else {
    elements.store = store_by_steps;
    elements.narrow = convert_back<T, Canonical>;
  }
}

template <class T>
void choose_extreme(Elements& elements, bool minimum, bool with_indices) {
  using Value = ValueOf<T>;
  if constexpr (is_real<T>) {
    elements.kind = sizeof(Value) == 4 ? (with_indices ? RowKind::pick_f32 : RowKind::max_f32)
                                       : (with_indices ? RowKind::pick_f64 : RowKind::max_f64);
    elements.flip = minimum ? uint64_t{1} << (sizeof(Value) * 8 - 1) : 0;
    elements.identity = bits_of(lowest_value<Value>());
    if constexpr (sizeof(T) == 2) {
      elements.adjust = adjust_flipped_real;
      elements.settle = settle_flipped;
      go_by_steps<T, float>(elements);
    } else {
      using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
      elements.reads_in_place = elements.writes_in_place = !minimum;
      // Doubles have exact kernels only, and need not know of NaN.
      elements.load = load_flipped<Bits>;
      if constexpr (sizeof(T) == 4) {
        elements.load = minimum ? load_negated<T, Bits> : load_real<T>;
        elements.scan = with_indices ? nullptr : scan_real<T>;
      }
      elements.store = store_flipped<Bits>;
    }
  } else if (with_indices && sizeof(T) < 4) {
    elements.kind = RowKind::pick_i32;
    elements.flip = minimum ? 0xffffffffu : 0;
    elements.identity = bits_of(lowest_value<int32_t>());
    elements.adjust = adjust_flipped;
    elements.settle = settle_flipped;
    go_by_steps<T, int32_t>(elements);  // an empty window's extreme of int32 saturates to the narrow type's
  } else {
    using Bits = std::make_unsigned_t<T>;
    // Canonical: unsigned for bytes, signed for the wider; the top bit turns one into the other, all bits max into min.
    constexpr bool canonical_signed = sizeof(T) > 1;
    const Bits top = static_cast<Bits>(Bits{1} << (sizeof(T) * 8 - 1));
    Bits flip = std::is_signed_v<T> == canonical_signed ? 0 : top;
    if (minimum) flip = static_cast<Bits>(~flip);
    elements.flip = flip;
    elements.identity = canonical_signed ? top : 0;
    elements.kind = sizeof(T) == 1   ? RowKind::max_u8
                    : sizeof(T) == 2 ? RowKind::max_i16
                                     : (with_indices ? RowKind::pick_i32 : RowKind::max_i32);
    elements.reads_in_place = elements.writes_in_place = flip == 0;
    elements.load = load_flipped<Bits>;
    elements.store = store_flipped<Bits>;
  }
}

template <class T>
void choose_average(Elements& elements, int64_t most_taps) {
  if constexpr (is_real<T>) {
    using Sum = SumOf<T>;
    elements.kind = sizeof(Sum) == 4 ? RowKind::sum_f32 : RowKind::sum_f64;
    elements.reads_in_place = sizeof(T) == sizeof(Sum);
    elements.divisors = sizeof(Sum) == sizeof(double) ? Divisors::Type::doubles : Divisors::Type::floats;
    elements.settle = settle_mean<Sum>;
    go_by_steps<T, Sum>(elements);
    if constexpr (sizeof(T) == sizeof(Sum))
      elements.load = load_flipped<std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>;
  } else if (std::is_same_v<T, uint8_t> && most_taps <= INT32_MAX / UINT8_MAX) {
    const bool wide = most_taps > UINT16_MAX / UINT8_MAX;
    elements.kind = wide ? RowKind::sum_u8_i32 : RowKind::sum_u8_u16;
    elements.reads_in_place = true;
    elements.load = load_flipped<uint8_t>;
    if (most_taps <= most_taps_of_wide_bytes) {
      elements.divisors = wide ? Divisors::Type::wide_reciprocals : Divisors::Type::reciprocals;
      elements.store = wide ? store_wide_byte_mean : store_byte_mean;
    } else {
      elements.store = store_by_steps;
      elements.settle = settle_mean_i32;
      elements.narrow = convert_back<uint8_t, int32_t>;
    }
  } else if (sizeof(T) < 4 && most_taps <= INT32_MAX / 65536) {
    elements.kind = RowKind::sum_i32;
    elements.settle = settle_mean_i32;
    go_by_steps<T, int32_t>(elements);
  } else {
    elements.kind = RowKind::sum_i64;
    elements.settle = settle_mean_i64;
    go_by_steps<T, int32_t>(elements);
    elements.widen = convert<int64_t, T>;
  }
}

template <class T>
void choose_norm(Elements& elements, const Request& request) {
  using Real = RealOf<T>;
  elements.norm_type = request.norm_type;
  elements.divisors = sizeof(Real) == sizeof(double) ? Divisors::Type::doubles : Divisors::Type::floats;
  elements.absolute = request.onnx_lp;
  if (request.norm_type == std::numeric_limits<double>::infinity()) {
    elements.kind = sizeof(Real) == 4 ? RowKind::max_f32 : RowKind::max_f64;
    elements.adjust = adjust_magnitude<Real>;
    elements.settle = settle_nothing<Real>;
  } else {
    elements.kind = sizeof(Real) == 4 ? RowKind::sum_f32 : RowKind::sum_f64;
    elements.adjust = adjust_raised<Real>;
    elements.settle = settle_norm<Real>;
  }
  go_by_steps<T, Real>(elements);
}

template <class T>
void choose_gradient(Elements& elements) {
  using Real = RealOf<T>;
  elements.kind = sizeof(Real) == 4 ? RowKind::sum_f32 : RowKind::sum_f64;
  elements.reads_in_place = elements.writes_in_place = std::is_same_v<T, Real>;
  elements.settle = settle_nothing<Real>;
  go_by_steps<T, Real>(elements);
}

template <class T>
Elements choose(const Request& request, int64_t most_taps) {
  Elements elements;
  elements.stored_size = sizeof(T);
  if (picks_element(request.op)) {
    choose_extreme<T>(elements, request.op == Operator::min, request.with_indices);
  } else if (is_backward(request.op)) {
    choose_gradient<T>(elements);
  } else if (request.op == Operator::lp) {
    choose_norm<T>(elements, request);
  } else {
    choose_average<T>(elements, most_taps);
  }
  return elements;
}

}  // namespace

Elements elements_for(const Request& request, int64_t most_taps) {
  switch (request.dtype) {
#define X(name, type) \
  case DType::name: return choose<type>(request, most_taps);
    POOLSCOPE_DTYPES(X)
#undef X
  }
  return {};
}

}  // namespace poolscope
