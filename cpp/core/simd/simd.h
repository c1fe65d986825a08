// The SIMD façade: the only file that knows xsimd (13.2 to 14.3 are tested).
// Vectors are 128 bits everywhere, as in WASM. With POOLSCOPE_SCALAR a vector has one lane and the same algorithms run
// without xsimd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#ifndef POOLSCOPE_SCALAR
#include <xsimd/xsimd.hpp>
#ifdef __wasm__
#include <wasm_simd128.h>
#endif
#endif

// The WASM build disables the inliner (-inline-threshold=0), so helpers must force it.
#define POOLSCOPE_INLINE [[gnu::always_inline]] inline
// Rare work, which stays out of the loops that call it.
#define POOLSCOPE_NOINLINE [[gnu::noinline]]
// Over a few vectors, which must not become an array in memory.
#define POOLSCOPE_UNROLL _Pragma("GCC unroll 8")

#ifdef POOLSCOPE_SCALAR
#include "core/simd/scalar.h"
#endif

namespace poolscope::simd {

#ifndef POOLSCOPE_SCALAR

#if defined(__wasm__)
using Arch = xsimd::wasm;
#elif defined(__SSE4_1__)
using Arch = xsimd::sse4_1;
#else
using Arch = xsimd::default_arch;
#endif

template <class T>
using Vector = xsimd::batch<T, Arch>;
template <class T>
inline constexpr size_t lanes = Vector<T>::size;

template <class T>
POOLSCOPE_INLINE typename Vector<T>::register_type register_of(const Vector<T>& vector) {
  return vector;
}

template <class T>
POOLSCOPE_INLINE Vector<T> load(const T* from) {
  return Vector<T>::load_unaligned(from);
}
template <class T>
POOLSCOPE_INLINE void store(T* to, const Vector<T>& vector) {
  vector.store_unaligned(to);
}
/// Reinterprets a vector, a mask or the compiler's own vector as another one of equal width.
template <class To, class From>
POOLSCOPE_INLINE To reinterpret(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

/// The first 1 to lanes - 1 of them, and zeros: never through memory, where a short store would hold up a long load.
template <class T>
POOLSCOPE_INLINE Vector<T> load_partial(const T* from, size_t count) {
  static_assert(lanes<T> == 4 || lanes<T> == 2);
  typedef T Lanes __attribute__((vector_size(16)));
  Lanes some = {from[0]};
  if constexpr (lanes<T> == 4) {
    if (count > 1) some[1] = from[1];
    if (count > 2) some[2] = from[2];
  }
  return reinterpret<Vector<T>>(some);
}
template <class T>
POOLSCOPE_INLINE Vector<T> add(const Vector<T>& a, const Vector<T>& b) {
  return a + b;
}
template <class T>
POOLSCOPE_INLINE Vector<T> multiply(const Vector<T>& a, const Vector<T>& b) {
  return a * b;
}
template <class T>
POOLSCOPE_INLINE Vector<T> divide(const Vector<T>& a, const Vector<T>& b) {
  return a / b;
}
template <class T>
POOLSCOPE_INLINE Vector<T> bit_xor(const Vector<T>& a, const Vector<T>& b) {
  return a ^ b;
}
template <class T, class Bits>
POOLSCOPE_INLINE Vector<T> xor_bits(const Vector<T>& vector, const Vector<Bits>& masks) {
  return reinterpret<Vector<T>>(reinterpret<Vector<Bits>>(vector) ^ masks);
}
template <class T>
POOLSCOPE_INLINE Vector<T> broadcast(T value) {
  return Vector<T>(value);
}

/// max(a, b) in one instruction: a stays where they are equal (also +0 and -0). Floats must not be NaN. xsimd's own max
/// of floats changed its mind about equals between versions, so the instruction is named here.
template <class T>
POOLSCOPE_INLINE Vector<T> max_keep_first(const Vector<T>& a, const Vector<T>& b) {
  if constexpr (!std::is_floating_point_v<T>) {
    return xsimd::max(a, b);
#if defined(__wasm__)
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<typename Vector<T>::register_type>(
        wasm_f32x4_pmax(v128_t(register_of(a)), v128_t(register_of(b))));
  } else {
    return static_cast<typename Vector<T>::register_type>(
        wasm_f64x2_pmax(v128_t(register_of(a)), v128_t(register_of(b))));
#elif defined(__SSE2__)
  } else if constexpr (sizeof(T) == 4) {
    return _mm_max_ps(b, a);
  } else {
    return _mm_max_pd(b, a);
#else
  } else {
    return xsimd::select(b > a, b, a);
#endif
  }
}

/// PyTorch's rule: b replaces a where b > a or b is NaN.
template <class T>
POOLSCOPE_INLINE Vector<T> max_exact(const Vector<T>& a, const Vector<T>& b) {
  return xsimd::select((b > a) | (b != b), b, a);
}

/// Gathers whether any of many vectors holds NaN.
template <class T>
POOLSCOPE_INLINE xsimd::batch_bool<T, Arch> empty_nan_mask() {
  return xsimd::batch_bool<T, Arch>(false);
}
template <class T>
POOLSCOPE_INLINE void update_nan_mask(xsimd::batch_bool<T, Arch>& seen, const Vector<T>& values) {
  seen = seen | (values != values);
}
template <class T>
POOLSCOPE_INLINE bool any_nan(const xsimd::batch_bool<T, Arch>& seen) {
  return xsimd::any(seen);
}

/// The same rule on (value, index) pairs, of elements of 32 bits.
template <class T, class Mask>
POOLSCOPE_INLINE void argmax_select(const Mask& taken, Vector<T>& value, Vector<int32_t>& index, const Vector<T>& later,
                                    const Vector<int32_t>& later_index) {
  value = xsimd::select(taken, later, value);
  index = xsimd::select(reinterpret<xsimd::batch_bool<int32_t, Arch>>(taken), later_index, index);
}
template <class T>
POOLSCOPE_INLINE void argmax_update(Vector<T>& value, Vector<int32_t>& index, const Vector<T>& later,
                                    const Vector<int32_t>& later_index) {
  if constexpr (std::is_same_v<T, int32_t>) argmax_select<T>(later > value, value, index, later, later_index);
  else argmax_select<T>((later > value) | (later != later), value, index, later, later_index);
}
/// The same where a negative index marks a tap outside the input, which anything replaces.
template <class T>
POOLSCOPE_INLINE void argmax_update_or_absent(Vector<T>& value, Vector<int32_t>& index, const Vector<T>& later,
                                              const Vector<int32_t>& later_index) {
  const auto absent = reinterpret<xsimd::batch_bool<T, Arch>>(index < Vector<int32_t>(0));
  if constexpr (std::is_same_v<T, int32_t>)
    argmax_select<T>((later > value) | absent, value, index, later, later_index);
  else argmax_select<T>((later > value) | (later != later) | absent, value, index, later, later_index);
}

/// Cells of 32 bits of two vectors, by their places in both. The compilers' own shuffle takes any places; xsimd's
/// spells them differently in 13 and 14.
template <int a, int b, int c, int d, class V>
POOLSCOPE_INLINE V shuffle(const V& low, const V& high) {
  typedef uint32_t Lanes __attribute__((vector_size(16)));
  return reinterpret<V>(__builtin_shufflevector(reinterpret<Lanes>(low), reinterpret<Lanes>(high), a, b, c, d));
}
/// The cell at `from`, in every place.
template <class T>
POOLSCOPE_INLINE Vector<T> load_broadcast(const T* from) {
  int32_t cell;
  std::memcpy(&cell, from, 4);
  return reinterpret<Vector<T>>(Vector<int32_t>(cell));
}
template <class V>
POOLSCOPE_INLINE V even_lanes(const V& low, const V& high) {
  return shuffle<0, 2, 4, 6>(low, high);
}
template <class V>
POOLSCOPE_INLINE V odd_lanes(const V& low, const V& high) {
  return shuffle<1, 3, 5, 7>(low, high);
}
/// Even ones of `low`, odd ones of `high`.
template <class V>
POOLSCOPE_INLINE V outer_lanes(const V& low, const V& high) {
  return shuffle<0, 2, 5, 7>(low, high);
}
/// The four cells from cell `by` of both on.
template <int by, class V>
POOLSCOPE_INLINE V shifted_lanes(const V& low, const V& high) {
  return shuffle<by, by + 1, by + 2, by + 3>(low, high);
}

#if defined(__wasm__) || defined(__SSE2__)
#define POOLSCOPE_BYTES_IN_VECTORS  ///< the conversions below exist; elsewhere plain loops serve

/// The low / high half of a vector's lanes, twice as wide and unsigned.
template <bool high>
POOLSCOPE_INLINE Vector<uint16_t> widen(const Vector<uint8_t>& bytes) {
#ifdef __wasm__
  const v128_t from = v128_t(register_of(bytes));
  return reinterpret<Vector<uint16_t>>(high ? wasm_u16x8_extend_high_u8x16(from) : wasm_u16x8_extend_low_u8x16(from));
#else
  const __m128i from = register_of(bytes), zero = _mm_setzero_si128();
  return high ? _mm_unpackhi_epi8(from, zero) : _mm_unpacklo_epi8(from, zero);
#endif
}
template <bool high>
POOLSCOPE_INLINE Vector<int32_t> widen(const Vector<uint16_t>& words) {
#ifdef __wasm__
  const v128_t from = v128_t(register_of(words));
  return reinterpret<Vector<int32_t>>(high ? wasm_u32x4_extend_high_u16x8(from) : wasm_u32x4_extend_low_u16x8(from));
#else
  const __m128i from = register_of(words), zero = _mm_setzero_si128();
  return high ? _mm_unpackhi_epi16(from, zero) : _mm_unpacklo_epi16(from, zero);
#endif
}

/// Two vectors in one, signed lanes saturated into the narrower type.
POOLSCOPE_INLINE Vector<int16_t> narrow(const Vector<int32_t>& low, const Vector<int32_t>& high) {
#ifdef __wasm__
  return reinterpret<Vector<int16_t>>(wasm_i16x8_narrow_i32x4(v128_t(register_of(low)), v128_t(register_of(high))));
#else
  return _mm_packs_epi32(low, high);
#endif
}
POOLSCOPE_INLINE Vector<uint8_t> narrow(const Vector<int16_t>& low, const Vector<int16_t>& high) {
#ifdef __wasm__
  return reinterpret<Vector<uint8_t>>(wasm_u8x16_narrow_i16x8(v128_t(register_of(low)), v128_t(register_of(high))));
#else
  return _mm_packus_epi16(low, high);
#endif
}

/// The low / high four of eight halves, as float16.h's to_float has them.
template <bool high>
POOLSCOPE_INLINE Vector<float> halves_to_floats(const Vector<uint16_t>& halves) {
  const auto words = widen<high>(halves);
  const auto bits = ((words << 16) >> 3) & Vector<int32_t>(static_cast<int32_t>(0x8fffe000u));
  const auto exponent = Vector<int32_t>(0x0f800000);
  const auto is_special = reinterpret<Vector<int32_t>>((bits & exponent) == exponent);
  const auto real = reinterpret<Vector<int32_t>>(reinterpret<Vector<float>>(bits) * Vector<float>(0x1p112f));
  return reinterpret<Vector<float>>(real | (is_special & Vector<int32_t>(0x7f800000)));
}
/// Halves in four lanes, their sign extended, as float16.h's to_half rounds them.
POOLSCOPE_INLINE Vector<int32_t> floats_to_halves(const Vector<float>& real) {
  const auto bits = reinterpret<Vector<int32_t>>(real), rest = bits & Vector<int32_t>(0x7fffffff);
  const auto payload = ((rest >> 13) & Vector<int32_t>(0x3ff)) | Vector<int32_t>(0x200);
  const auto is_nan = reinterpret<Vector<int32_t>>(rest > Vector<int32_t>(0x7f800000));
  const auto special = Vector<int32_t>(0x7c00) | (payload & is_nan);
  const auto tiny = reinterpret<Vector<int32_t>>(reinterpret<Vector<float>>(rest) + Vector<float>(0.5f)) -
                    Vector<int32_t>(0x3f000000);
  const auto odd = (rest >> 13) & Vector<int32_t>(1);
  const auto normal = (rest + odd - Vector<int32_t>(0x38000000 - 0xfff)) >> 13;
  const auto finite = xsimd::select(rest < Vector<int32_t>(0x38800000), tiny, normal);
  const auto half = xsimd::select(rest < Vector<int32_t>(0x477ff000), finite, special);
  return half | ((bits >> 16) & Vector<int32_t>(~0x7fff));
}
/// Eight of them.
POOLSCOPE_INLINE Vector<uint16_t> floats_to_halves(const Vector<float>& low, const Vector<float>& high) {
  return reinterpret<Vector<uint16_t>>(narrow(floats_to_halves(low), floats_to_halves(high)));
}

/// The first four bytes.
POOLSCOPE_INLINE void store_cell(uint8_t* to, const Vector<uint8_t>& bytes) {
  typedef int32_t Lanes __attribute__((vector_size(16)));
  const int32_t cell = reinterpret<Lanes>(bytes)[0];
  std::memcpy(to, &cell, sizeof cell);
}
/// To the nearest integer, below 2^23 from 0 on: adding 2^23 leaves it in the low bits; conversions would cost WASM
/// more.
POOLSCOPE_INLINE Vector<int32_t> rounded(const Vector<float>& real) {
  return reinterpret<Vector<int32_t>>(real + Vector<float>(8388608.0f)) - Vector<int32_t>(0x4b000000);
}
/// round(sum · scale) of sums below 2^16 (epilogue.cpp says why halves are rounded up): a sum in the low bits of 2^23
/// is a float, and adding 2^23 leaves the integer there; conversions would cost WASM more.
template <bool high>
POOLSCOPE_INLINE Vector<int32_t> quotient(const Vector<uint16_t>& sums, const Vector<float>& scale) {
  const auto bits = widen<high>(sums) | Vector<int32_t>(0x4b000000);
  return rounded((reinterpret<Vector<float>>(bits) - Vector<float>(8388608.0f)) * scale);
}
POOLSCOPE_INLINE Vector<int32_t> quotient(const Vector<int32_t>& sums, const Vector<float>& scale) {
  return rounded(xsimd::to_float(sums) * scale);
}
/// round(sum / 4), halves up.
POOLSCOPE_INLINE Vector<int16_t> quarter(const Vector<uint16_t>& sums) {
  return reinterpret<Vector<int16_t>>(((sums >> 1) + Vector<uint16_t>(1)) >> 1);
}
#endif

#define POOLSCOPE_TEXT_(x) #x
#define POOLSCOPE_TEXT(x) POOLSCOPE_TEXT_(x)
POOLSCOPE_INLINE const char* name() {
#ifdef __wasm__
#define POOLSCOPE_TARGET " wasm"
#else
#define POOLSCOPE_TARGET ""
#endif
  return "xsimd " POOLSCOPE_TEXT(XSIMD_VERSION_MAJOR) "." POOLSCOPE_TEXT(XSIMD_VERSION_MINOR) "." POOLSCOPE_TEXT(
      XSIMD_VERSION_PATCH) POOLSCOPE_TARGET;
#undef POOLSCOPE_TARGET
}

#endif

}  // namespace poolscope::simd
