#include "elements.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "dtype.h"
#include "norm.h"
#include "simd.h"

namespace poolscope {
namespace {

template <class To, class From>
To bits_as(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

template <class Canonical>
uint64_t bits_of(Canonical value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

// ---- one width in, the same width out: flipped bits

template <class Bits>
bool load_flipped(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  const Bits flip = static_cast<Bits>(elements.flip);
  Bits* out = reinterpret_cast<Bits*>(to);
  const Bits* in = reinterpret_cast<const Bits*>(from);
  for (size_t i = 0; i < count; ++i) out[i] = in[i] ^ flip;
  return false;
}

template <class Bits>
void store_flipped(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count, double) {
  load_flipped<Bits>(elements, to, from, count);
}

template <class T>
bool scan_real(const uint8_t* from, size_t count) {
  const T* in = reinterpret_cast<const T*>(from);
  bool nan = false;
  size_t i = 0;
  constexpr size_t lanes = simd::lanes<T>;
  for (; i + 2 * lanes <= count; i += 2 * lanes) nan |= simd::any_nan<T>(simd::load(in + i), simd::load(in + i + lanes));
  for (; i < count; ++i) nan |= is_nan(in[i]);
  return nan;
}

template <class T>
bool load_real(const Elements&, uint8_t* to, const uint8_t* from, size_t count) {
  const T* in = reinterpret_cast<const T*>(from);
  T* out = reinterpret_cast<T*>(to);
  bool nan = false;
  size_t i = 0;
  constexpr size_t lanes = simd::lanes<T>;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto low = simd::load(in + i), high = simd::load(in + i + lanes);
    simd::store(out + i, low);
    simd::store(out + i + lanes, high);
    nan |= simd::any_nan<T>(low, high);
  }
  for (; i < count; ++i) {
    nan |= is_nan(in[i]);
    out[i] = in[i];
  }
  return nan;
}

/// For min: max of the negated.
template <class T, class Bits>
bool load_negated(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  load_flipped<Bits>(elements, to, from, count);
  return scan_real<T>(from, count);
}

// ---- widened: integers beside int32 indices, halves as floats

template <class T>
bool load_widened(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  using Wide = std::conditional_t<is_real<T>, float, int32_t>;
  const uint32_t flip = static_cast<uint32_t>(elements.flip);
  uint32_t* out = reinterpret_cast<uint32_t*>(to);
  const T* in = reinterpret_cast<const T*>(from);
  bool nan = false;
  for (size_t i = 0; i < count; ++i) {
    const Wide value = load_element(in[i]);
    nan |= is_nan(value);
    out[i] = bits_as<uint32_t>(value) ^ flip;
  }
  return nan;
}

template <class T>
void store_widened(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count, double) {
  const uint32_t flip = static_cast<uint32_t>(elements.flip);
  T* out = reinterpret_cast<T*>(to);
  const uint32_t* in = reinterpret_cast<const uint32_t*>(from);
  for (size_t i = 0; i < count; ++i) {
    if constexpr (is_real<T>) {
      out[i] = to_half(bits_as<float>(in[i] ^ flip));
    } else {
      // An empty window holds int32's extreme, which is the narrow type's extreme once saturated.
      out[i] = store_real<T>(static_cast<double>(bits_as<int32_t>(in[i] ^ flip)));
    }
  }
}

// ---- sums

template <class T, class Sum>
bool load_sum(const Elements&, uint8_t* to, const uint8_t* from, size_t count) {
  Sum* out = reinterpret_cast<Sum*>(to);
  const T* in = reinterpret_cast<const T*>(from);
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<Sum>(load_element(in[i]));
  return false;
}

bool load_byte_sum(const Elements&, uint8_t* to, const uint8_t* from, size_t count) {
  uint16_t* out = reinterpret_cast<uint16_t*>(to);
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  for (; i + 16 <= count; i += 16) {
    const auto bytes = simd::load(from + i);
    simd::store(out + i, simd::widen<false>(bytes));
    simd::store(out + i + 8, simd::widen<true>(bytes));
  }
#endif
  for (; i < count; ++i) out[i] = from[i];
  return false;
}

// floor(s / d + 1/2) as s · (1/d) + (1/2 + 1/4d): s / d + 1/2 is a multiple of 1/2d, and the rounding errors stay below 1/4d
// for |s| < 2^16 in float and |s| < 2^50 in double.
void store_byte_mean(const Elements&, uint8_t* to, const uint8_t* from, size_t count, double divisor) {
  const uint16_t* in = reinterpret_cast<const uint16_t*>(from);
  if (divisor < 0) {  // no mean of bytes is above 0 then
    std::memset(to, 0, count);
    return;
  }
  const float scale = static_cast<float>(1 / divisor), bias = static_cast<float>(0.25 / divisor);
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  const auto mean = [&](const simd::Vector<uint16_t>& sums) {
    return simd::narrow(simd::scaled(simd::widen<false>(sums), scale, bias), simd::scaled(simd::widen<true>(sums), scale, bias));
  };
  for (; i + 16 <= count; i += 16) simd::store(to + i, simd::narrow(mean(simd::load(in + i)), mean(simd::load(in + i + 8))));
#endif
  for (; i < count; ++i) {
    const int32_t rounded = static_cast<int32_t>(static_cast<float>(in[i]) * scale + bias + 0.5f);
    to[i] = static_cast<uint8_t>(rounded > 255 ? 255 : rounded);
  }
}

template <class T>
void store_mean_32(const Elements&, uint8_t* to, const uint8_t* from, size_t count, double divisor) {
  T* out = reinterpret_cast<T*>(to);
  const int32_t* in = reinterpret_cast<const int32_t*>(from);
  const double scale = 1 / divisor, half = 0.5 + 0.25 / std::fabs(divisor);
  for (size_t i = 0; i < count; ++i) {
    double mean = std::floor(static_cast<double>(in[i]) * scale + half);
    mean = std::min(std::max(mean, static_cast<double>(std::numeric_limits<T>::lowest())),
                    static_cast<double>(std::numeric_limits<T>::max()));
    out[i] = static_cast<T>(static_cast<int32_t>(mean));
  }
}

template <class T, class Sum>
void store_mean_of(const Elements&, uint8_t* to, const uint8_t* from, size_t count, double divisor) {
  T* out = reinterpret_cast<T*>(to);
  const Sum* in = reinterpret_cast<const Sum*>(from);
  if constexpr (is_real<T>) {
    const Sum exact = static_cast<Sum>(divisor);
    int exponent;
    if (std::fabs(std::frexp(exact, &exponent)) == Sum{0.5}) {  // dividing by a power of two is multiplying by another
      const Sum scale = 1 / exact;
      for (size_t i = 0; i < count; ++i) out[i] = store_real<T>((in[i] + Sum{0}) * scale);
    } else {
      for (size_t i = 0; i < count; ++i) out[i] = store_real<T>((in[i] + Sum{0}) / exact);
    }
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = integer_mean<T>(in[i], static_cast<int64_t>(divisor));
  }
}

// ---- norms

template <class T>
bool load_norm(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count) {
  using Real = RealOf<T>;
  Real* out = reinterpret_cast<Real*>(to);
  const T* in = reinterpret_cast<const T*>(from);
  for (size_t i = 0; i < count; ++i) {
    out[i] = norm_term(static_cast<Real>(load_element(in[i])), elements.norm_type, elements.absolute);
  }
  return false;
}

template <class T>
void store_norm(const Elements& elements, uint8_t* to, const uint8_t* from, size_t count, double divisor) {
  using Real = RealOf<T>;
  T* out = reinterpret_cast<T*>(to);
  const Real* in = reinterpret_cast<const Real*>(from);
  for (size_t i = 0; i < count; ++i) {
    Real sum = in[i] + Real{0};  // a sum that starts at +0, as PyTorch's
    if (!elements.absolute) sum = sum / static_cast<Real>(divisor) * static_cast<Real>(elements.kernel_area);
    out[i] = store_real<T>(norm_root(sum, elements.norm_type));
  }
}

template <class T>
bool load_magnitude(const Elements&, uint8_t* to, const uint8_t* from, size_t count) {
  using Real = RealOf<T>;
  Real* out = reinterpret_cast<Real*>(to);
  const T* in = reinterpret_cast<const T*>(from);
  bool nan = false;
  for (size_t i = 0; i < count; ++i) {
    out[i] = std::fabs(static_cast<Real>(load_element(in[i])));
    nan |= is_nan(out[i]);
  }
  return nan;
}

template <class T>
void store_rounded(const Elements&, uint8_t* to, const uint8_t* from, size_t count, double) {
  using Real = RealOf<T>;
  T* out = reinterpret_cast<T*>(to);
  const Real* in = reinterpret_cast<const Real*>(from);
  for (size_t i = 0; i < count; ++i) out[i] = store_real<T>(in[i]);
}

// ---- the choice

template <class T>
void choose_extreme(Elements& elements, bool minimum, bool with_indices) {
  using Value = ValueOf<T>;
  if constexpr (is_real<T>) {
    elements.kind = sizeof(Value) == 4 ? (with_indices ? RowKind::pick_f32 : RowKind::max_f32)
                                       : (with_indices ? RowKind::pick_f64 : RowKind::max_f64);
    elements.flip = minimum ? uint64_t{1} << (sizeof(Value) * 8 - 1) : 0;
    elements.identity = bits_of(lowest_value<Value>());
    if constexpr (sizeof(T) == 2) {
      elements.load = load_widened<T>;
      elements.store = store_widened<T>;
    } else {
      elements.reads_in_place = elements.writes_in_place = !minimum;
      if constexpr (sizeof(T) == 4) {
        elements.load = minimum ? load_negated<float, uint32_t> : load_real<float>;
        elements.scan = with_indices ? nullptr : scan_real<float>;
        elements.store = store_flipped<uint32_t>;
      } else {
        elements.load = minimum ? load_negated<double, uint64_t> : load_real<double>;
        elements.scan = with_indices ? nullptr : scan_real<double>;
        elements.store = store_flipped<uint64_t>;
      }
    }
  } else if (with_indices && sizeof(T) < 4) {
    elements.kind = RowKind::pick_i32;
    elements.flip = minimum ? 0xffffffffu : 0;
    elements.identity = bits_of(lowest_value<int32_t>());
    elements.load = load_widened<T>;
    elements.store = store_widened<T>;
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
    elements.load = load_sum<T, Sum>;
    elements.store = store_mean_of<T, Sum>;
  } else if (std::is_same_v<T, uint8_t> && most_taps <= 257) {
    elements.kind = RowKind::sum_u16;
    elements.load = load_byte_sum;
    elements.store = store_byte_mean;
  } else if (sizeof(T) < 4 && most_taps <= INT32_MAX / 65536) {
    elements.kind = RowKind::sum_i32;
    elements.load = load_sum<T, int32_t>;
    elements.store = store_mean_32<T>;
  } else {
    elements.kind = RowKind::sum_i64;
    elements.load = load_sum<T, int64_t>;
    elements.store = store_mean_of<T, int64_t>;
  }
}

template <class T>
void choose_norm(Elements& elements, const Request& request) {
  constexpr bool narrow = sizeof(RealOf<T>) == 4;
  elements.norm_type = request.norm_type;
  elements.absolute = request.onnx_lp;
  if (request.norm_type == std::numeric_limits<double>::infinity()) {
    elements.kind = narrow ? RowKind::max_f32 : RowKind::max_f64;
    elements.load = load_magnitude<T>;
    elements.store = store_rounded<T>;
  } else {
    elements.kind = narrow ? RowKind::sum_f32 : RowKind::sum_f64;
    elements.load = load_norm<T>;
    elements.store = store_norm<T>;
  }
}

template <class T>
void choose_gradient(Elements& elements) {
  using Real = RealOf<T>;
  elements.kind = sizeof(Real) == 4 ? RowKind::sum_f32 : RowKind::sum_f64;
  elements.reads_in_place = elements.writes_in_place = std::is_same_v<T, Real>;
  elements.load = load_sum<T, Real>;
  elements.store = store_rounded<T>;
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
