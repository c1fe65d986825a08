#include "rows.h"

#include <algorithm>
#include <cstring>

#include "simd.h"

namespace poolscope {
namespace {

// A rule is one element type and how its rows combine; `exact` is only asked for where a row holds NaN.
template <class T>
struct MaxRule {
  using Element = T;
  static constexpr bool idempotent = true;
  template <bool exact>
  POOLSCOPE_INLINE static simd::Vector<T> combine(const simd::Vector<T>& a, const simd::Vector<T>& b) {
    if constexpr (exact) return simd::max_exact<T>(a, b);
    else return simd::max_first<T>(a, b);
  }
  template <bool exact>
  POOLSCOPE_INLINE static T combine_one(T a, T b) {
    if constexpr (exact) return b > a || b != b ? b : a;
    else return a < b ? b : a;
  }
};

template <class T>
struct SumRule {
  using Element = T;
  static constexpr bool idempotent = false;
  template <bool exact>
  POOLSCOPE_INLINE static simd::Vector<T> combine(const simd::Vector<T>& a, const simd::Vector<T>& b) {
    return simd::add<T>(a, b);
  }
  template <bool exact>
  POOLSCOPE_INLINE static T combine_one(T a, T b) {
    return static_cast<T>(a + b);
  }
};

// `out` may run behind a and b in the same buffer, so each step loads before it stores and never looks back.
template <class Rule, bool exact>
void combine_two(const Row& out, const Row& a, const Row& b, size_t count) {
  using T = typename Rule::Element;
  constexpr size_t lanes = simd::lanes<T>;
  T* to = reinterpret_cast<T*>(out.values);
  const T* first = reinterpret_cast<const T*>(a.values);
  const T* second = reinterpret_cast<const T*>(b.values);
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto low = Rule::template combine<exact>(simd::load(first + i), simd::load(second + i));
    const auto high = Rule::template combine<exact>(simd::load(first + i + lanes), simd::load(second + i + lanes));
    simd::store(to + i, low);
    simd::store(to + i + lanes, high);
  }
  if (i + lanes <= count) {
    simd::store(to + i, Rule::template combine<exact>(simd::load(first + i), simd::load(second + i)));
    i += lanes;
  }
  for (; i < count; ++i) to[i] = Rule::template combine_one<exact>(first[i], second[i]);
}

template <class Rule, bool exact>
void combine_three(const Row& out, const Row& a, const Row& b, const Row& c, size_t count) {
  using T = typename Rule::Element;
  constexpr size_t lanes = simd::lanes<T>;
  T* to = reinterpret_cast<T*>(out.values);
  const T* first = reinterpret_cast<const T*>(a.values);
  const T* second = reinterpret_cast<const T*>(b.values);
  const T* third = reinterpret_cast<const T*>(c.values);
  const auto at = [&](size_t i) __attribute__((always_inline)) {
    return Rule::template combine<exact>(Rule::template combine<exact>(simd::load(first + i), simd::load(second + i)),
                                         simd::load(third + i));
  };
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto low = at(i);
    const auto high = at(i + lanes);
    simd::store(to + i, low);
    simd::store(to + i + lanes, high);
  }
  if (i + lanes <= count) {
    simd::store(to + i, at(i));
    i += lanes;
  }
  for (; i < count; ++i) {
    to[i] = Rule::template combine_one<exact>(Rule::template combine_one<exact>(first[i], second[i]), third[i]);
  }
}

/// The same in two steps, where three at once would not pay for its code. `out` must not be `c`.
template <class Rule, bool exact>
void combine_three_by_two(const Row& out, const Row& a, const Row& b, const Row& c, size_t count) {
  combine_two<Rule, exact>(out, a, b, count);
  combine_two<Rule, exact>(out, out, c, count);
}

template <class T>
void pick_one(const Row& out, const Row& a, const Row& b, size_t i) {
  const T earlier = reinterpret_cast<const T*>(a.values)[i], later = reinterpret_cast<const T*>(b.values)[i];
  const bool taken = later > earlier || later != later || a.indices[i] < 0;
  const int32_t index = taken ? b.indices[i] : a.indices[i];
  reinterpret_cast<T*>(out.values)[i] = taken ? later : earlier;
  out.indices[i] = index;
}

template <class T>
void pick_two(const Row& out, const Row& a, const Row& b, size_t count) {
  size_t i = 0;
  if constexpr (sizeof(T) == sizeof(int32_t)) {
    for (; i + simd::lanes<T> <= count; i += simd::lanes<T>) {
      auto value = simd::load(reinterpret_cast<const T*>(a.values) + i);
      auto index = simd::load(a.indices + i);
      simd::take_later<T>(value, index, simd::load(reinterpret_cast<const T*>(b.values) + i),
                          simd::load(b.indices + i));
      simd::store(reinterpret_cast<T*>(out.values) + i, value);
      simd::store(out.indices + i, index);
    }
  }
  for (; i < count; ++i) pick_one<T>(out, a, b, i);
}

template <class T>
void pick_three(const Row& out, const Row& a, const Row& b, const Row& c, size_t count) {
  pick_two<T>(out, a, b, count);
  pick_two<T>(out, out, c, count);
}

/// Cells of 32 bits: one float, or four bytes that belong together.
template <class Rule, bool third>
void combine_pairs(const Row& out, const Row& line, size_t cells) {
  using T = typename Rule::Element;
  constexpr size_t inner = 4 / sizeof(T), lanes = simd::lanes<T>;
  T* to = reinterpret_cast<T*>(out.values);
  const T* from = reinterpret_cast<const T*>(line.values);
  size_t i = 0;
  if constexpr (lanes * sizeof(T) == 16) {
    // Each step reads eight cells, and with a third tap the next two pairs' first cells: the last steps go one by one.
    for (; i + (third ? 5 : 4) <= cells; i += 4) {
      const T* at = from + 2 * i * inner;
      const auto low = simd::load(at), high = simd::load(at + 4 * inner);
      auto best = Rule::template combine<false>(simd::even_cells(low, high), simd::odd_cells(low, high));
      if constexpr (third) {
        best = Rule::template combine<false>(best,
                                             simd::even_cells(simd::load(at + 2 * inner), simd::load(at + 6 * inner)));
      }
      simd::store(to + i * inner, best);
    }
  }
  for (; i < cells; ++i) {
    for (size_t c = 0; c < inner; ++c) {
      const T* at = from + 2 * i * inner + c;
      T best = Rule::template combine_one<false>(at[0], at[inner]);
      if constexpr (third) best = Rule::template combine_one<false>(best, at[2 * inner]);
      to[i * inner + c] = best;
    }
  }
}

template <class Rule, bool hot = false>
constexpr RowKernels kernels_of() {
  using T = typename Rule::Element;
  constexpr bool real = Rule::idempotent && std::is_floating_point_v<T>;
  // Doubles are rare: their exact kernels serve alone.
  constexpr bool always_exact = real && sizeof(T) == 8;
  RowKernels made{};
  made.element_size = sizeof(T);
  made.idempotent = Rule::idempotent;
  made.two = combine_two<Rule, always_exact>;
  made.two_exact = combine_two<Rule, real>;
  made.three = combine_three_by_two<Rule, always_exact>;
  made.three_exact = combine_three_by_two<Rule, real>;
  if constexpr (hot) {
    made.three = combine_three<Rule, false>;
    if constexpr (!std::is_same_v<T, uint16_t>) {
      made.pairs = combine_pairs<Rule, false>;
      made.triples = combine_pairs<Rule, true>;
    }
  }
  return made;
}

template <class T>
constexpr RowKernels picks_of() {
  return {sizeof(T), true, pick_two<T>, pick_two<T>, pick_three<T>, pick_three<T>, nullptr, nullptr};
}

constexpr RowKernels kernels[] = {kernels_of<MaxRule<uint8_t>, true>(),
                                  kernels_of<MaxRule<int16_t>>(),
                                  kernels_of<MaxRule<int32_t>>(),
                                  kernels_of<MaxRule<float>, true>(),
                                  kernels_of<MaxRule<double>>(),
                                  picks_of<int32_t>(),
                                  picks_of<float>(),
                                  picks_of<double>(),
                                  kernels_of<SumRule<uint16_t>, true>(),
                                  kernels_of<SumRule<int32_t>>(),
                                  kernels_of<SumRule<int64_t>>(),
                                  kernels_of<SumRule<float>, true>(),
                                  kernels_of<SumRule<double>>()};

template <class Unit>
void split_as(uint8_t* even, uint8_t* odd, const uint8_t* from, size_t count_even, size_t count_odd) {
  const Unit* source = reinterpret_cast<const Unit*>(from);
  Unit* evens = reinterpret_cast<Unit*>(even);
  Unit* odds = reinterpret_cast<Unit*>(odd);
  size_t i = 0;
  if constexpr (simd::lanes<uint8_t> == 16) {
    constexpr size_t lanes = 16 / sizeof(Unit);
    for (; i + lanes <= count_odd; i += lanes) {
      const auto low = simd::load(from + 2 * i * sizeof(Unit)), high = simd::load(from + 2 * i * sizeof(Unit) + 16);
      simd::store(even + i * sizeof(Unit), simd::even_units<sizeof(Unit)>(low, high));
      simd::store(odd + i * sizeof(Unit), simd::odd_units<sizeof(Unit)>(low, high));
    }
  }
  for (; i < count_odd; ++i) {
    evens[i] = source[2 * i];
    odds[i] = source[2 * i + 1];
  }
  for (; i < count_even; ++i) evens[i] = source[2 * i];
}

template <class Unit>
void fill_as(uint8_t* to, uint64_t bits, size_t count) {
  std::fill(reinterpret_cast<Unit*>(to), reinterpret_cast<Unit*>(to) + count, static_cast<Unit>(bits));
}

/// `step` is at least 2.
template <class Unit>
void pick_as(uint8_t* out, const uint8_t* from, size_t step, size_t count) {
  const Unit* source = reinterpret_cast<const Unit*>(from);
  Unit* to = reinterpret_cast<Unit*>(out);
  for (size_t i = 0; i < count; ++i) to[i] = source[i * step];
}

}  // namespace

const RowKernels& row_kernels(RowKind kind) { return kernels[static_cast<size_t>(kind)]; }

void fill_row(const Row& row, size_t element_size, uint64_t identity, size_t count) {
  switch (element_size) {
    case 1: fill_as<uint8_t>(row.values, identity, count); break;
    case 2: fill_as<uint16_t>(row.values, identity, count); break;
    case 4: fill_as<uint32_t>(row.values, identity, count); break;
    default: fill_as<uint64_t>(row.values, identity, count);
  }
  if (row.indices != nullptr) std::fill(row.indices, row.indices + count, -1);
}

void number_cells(int32_t* indices, int32_t first, size_t cells, size_t inner) {
  if (inner == 1) {
    constexpr size_t lanes = simd::lanes<int32_t>;
    int32_t start[lanes];
    for (size_t i = 0; i < lanes; ++i) start[i] = first + static_cast<int32_t>(i);
    auto numbers = simd::load(start);
    const auto step = simd::all<int32_t>(lanes);
    size_t i = 0;
    for (; i + lanes <= cells; i += lanes, numbers = simd::add<int32_t>(numbers, step))
      simd::store(indices + i, numbers);
    for (; i < cells; ++i) indices[i] = first + static_cast<int32_t>(i);
    return;
  }
  for (size_t i = 0; i < cells; ++i, ++first, indices += inner) std::fill(indices, indices + inner, first);
}

void pick_units(uint8_t* out, const uint8_t* from, size_t unit, size_t step, size_t count) {
  if (step == 1) {
    std::memcpy(out, from, unit * count);
    return;
  }
  switch (unit) {
    case 1: return pick_as<uint8_t>(out, from, step, count);
    case 2: return pick_as<uint16_t>(out, from, step, count);
    case 4: return pick_as<uint32_t>(out, from, step, count);
    case 8: return pick_as<uint64_t>(out, from, step, count);
    default:
      for (size_t i = 0; i < count; ++i) std::memcpy(out + i * unit, from + i * step * unit, unit);
  }
}

void split_units(uint8_t* even, uint8_t* odd, const uint8_t* from, size_t unit, size_t count_even, size_t count_odd) {
  switch (unit) {
    case 1: return split_as<uint8_t>(even, odd, from, count_even, count_odd);
    case 2: return split_as<uint16_t>(even, odd, from, count_even, count_odd);
    case 4: return split_as<uint32_t>(even, odd, from, count_even, count_odd);
    case 8: return split_as<uint64_t>(even, odd, from, count_even, count_odd);
    default: pick_units(even, from, unit, 2, count_even); pick_units(odd, from + unit, unit, 2, count_odd);
  }
}

}  // namespace poolscope
