// Reducers: an element type and how its elements combine. The kernels are templates over them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/simd/loops.h"
#include "core/simd/simd.h"

namespace poolscope {

// A rule is one element type and how its rows combine; `exact` is only asked for where a row holds NaN.
template <class T, bool exact = false>
struct MaxReducer {
  using In = T;
  using Out = T;
  using Sum = simd::Vector<T>;
  static constexpr size_t lanes = simd::lanes<T>, vectors_per_step = exact || sizeof(T) == 8 ? 1 : 4;
  POOLSCOPE_INLINE static Sum start(const simd::Vector<T>& first) { return first; }
  POOLSCOPE_INLINE static void add(Sum& best, const simd::Vector<T>& later) {
    if constexpr (exact) best = simd::max_exact<T>(best, later);
    else best = simd::max_keep_first<T>(best, later);
  }
  POOLSCOPE_INLINE static void merge(Sum& best, const Sum& later) { add(best, later); }
  POOLSCOPE_INLINE static void store(T* to, const Sum& best) { simd::store(to, best); }
  POOLSCOPE_INLINE static T combine_scalar(T a, T b) {
    if constexpr (exact) return b > a || b != b ? b : a;
    else return a < b ? b : a;
  }
};

template <class T>
struct SumReducer {
  using In = T;
  using Out = T;
  using Sum = simd::Vector<T>;
  static constexpr size_t lanes = simd::lanes<T>, vectors_per_step = sizeof(T) == 8 ? 1 : 4;
  POOLSCOPE_INLINE static Sum start(const simd::Vector<T>& first) { return first; }
  POOLSCOPE_INLINE static void add(Sum& sum, const simd::Vector<T>& later) { sum = simd::add<T>(sum, later); }
  POOLSCOPE_INLINE static void merge(Sum& sum, const Sum& later) { add(sum, later); }
  POOLSCOPE_INLINE static void store(T* to, const Sum& sum) { simd::store(to, sum); }
  POOLSCOPE_INLINE static T combine_scalar(T a, T b) { return static_cast<T>(a + b); }
};

/// Bytes, summed in 16 bits.
struct ByteSumReducer {
  using In = uint8_t;
  using Out = uint16_t;
  static constexpr size_t vectors_per_step = 2;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  struct Sum {
    simd::Vector<uint16_t> low, high;
  };
  static constexpr size_t lanes = 16;
  POOLSCOPE_INLINE static Sum start(const simd::Vector<uint8_t>& first) {
    return {simd::widen<false>(first), simd::widen<true>(first)};
  }
  POOLSCOPE_INLINE static void add(Sum& sum, const simd::Vector<uint8_t>& later) {
    sum.low = simd::add<uint16_t>(sum.low, simd::widen<false>(later));
    sum.high = simd::add<uint16_t>(sum.high, simd::widen<true>(later));
  }
  POOLSCOPE_INLINE static void merge(Sum& sum, const Sum& later) {
    sum.low = simd::add<uint16_t>(sum.low, later.low);
    sum.high = simd::add<uint16_t>(sum.high, later.high);
  }
  POOLSCOPE_INLINE static void store(uint16_t* to, const Sum& sum) {
    simd::store(to, sum.low);
    simd::store(to + 8, sum.high);
  }
#else
  static constexpr size_t lanes = 0;  // one by one
#endif
  POOLSCOPE_INLINE static uint16_t combine_scalar(uint16_t a, uint16_t b) { return static_cast<uint16_t>(a + b); }
};

/// The same in 32 bits, for large windows.
struct WideByteSumReducer {
  using In = uint8_t;
  using Out = int32_t;
  static constexpr size_t vectors_per_step = 1;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  struct Sum {
    simd::Vector<int32_t> quarters[4];
  };
  static constexpr size_t lanes = 16;
  POOLSCOPE_INLINE static Sum start(const simd::Vector<uint8_t>& first) {
    const auto low = simd::widen<false>(first), high = simd::widen<true>(first);
    return {{simd::widen<false>(low), simd::widen<true>(low), simd::widen<false>(high), simd::widen<true>(high)}};
  }
  POOLSCOPE_INLINE static void add(Sum& sum, const simd::Vector<uint8_t>& later) {
    const Sum more = start(later);
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < 4; ++v) sum.quarters[v] = simd::add<int32_t>(sum.quarters[v], more.quarters[v]);
  }
  POOLSCOPE_INLINE static void store(int32_t* to, const Sum& sum) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < 4; ++v) simd::store(to + 4 * v, sum.quarters[v]);
  }
#else
  static constexpr size_t lanes = 0;
#endif
  POOLSCOPE_INLINE static int32_t combine_scalar(int32_t a, int32_t b) { return a + b; }
};

}  // namespace poolscope
