#include "core/kernels/row_kernels.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/kernels/block_decomposition.h"
#include "core/kernels/reducers.h"
#include "core/simd/loops.h"

namespace poolscope {
namespace {

/// A row too short for a vector.
template <class Reducer>
POOLSCOPE_NOINLINE void combine_tail(const RowKernelArgs& pass, size_t row) {
  using In = typename Reducer::In;
  using Out = typename Reducer::Out;
  Out* to = reinterpret_cast<Out*>(pass.out.values) + row * pass.out_pitch;
  const size_t shift = row * pass.in_pitch;
  for (size_t i = 0; i < pass.count; ++i) {
    const auto tap = [&](size_t j) { return (reinterpret_cast<const In*>(pass.taps[j].values) + shift)[i]; };
    Out sum = tap(0);
    for (size_t j = 1; j < pass.tap_count; ++j) sum = Reducer::combine_scalar(sum, tap(j));
    to[i] = sum;
  }
}

/// The taps of one row, their number known to the compiler where it is not 0: then they stay in registers.
template <class Reducer, size_t known>
struct TapsOf {
  using In = typename Reducer::In;
  const In* first[known == 0 ? 1 : known];
  const RowView* rows;
  size_t count, shift;

  POOLSCOPE_INLINE TapsOf(const RowKernelArgs& pass, size_t row)
      : rows(pass.taps), count(known == 0 ? pass.tap_count : known), shift(row * pass.in_pitch) {
    POOLSCOPE_UNROLL
    for (size_t j = 0; j < (known == 0 ? 1 : known); ++j) {
      first[j] = reinterpret_cast<const In*>(rows[j].values) + shift;
    }
  }
  POOLSCOPE_INLINE const In* at(size_t j) const {
    if constexpr (known == 0) return reinterpret_cast<const In*>(rows[j].values) + shift;
    else return first[j];
  }
  template <class Add>
  POOLSCOPE_INLINE void each_later(const Add& add) const {
    if constexpr (known == 0) {
      for (size_t j = 1; j < count; ++j) add(at(j));
    } else {
      POOLSCOPE_UNROLL
      for (size_t j = 1; j < known; ++j) add(at(j));
    }
  }
};

template <class Reducer, size_t known>
void combine_known(const RowKernelArgs& pass) {
  using In = typename Reducer::In;
  using Out = typename Reducer::Out;
  const size_t count = pass.count;
  for (size_t r = 0; r < pass.rows; ++r) {
    Out* to = reinterpret_cast<Out*>(pass.out.values) + r * pass.out_pitch;
    const TapsOf<Reducer, known> taps(pass, r);
    if constexpr (Reducer::lanes > 0) {
      // Where a loop over taps is inside, several vectors share it; rare rules do without.
      constexpr size_t lanes = Reducer::lanes, vectors_per_step = known == 0 ? Reducer::vectors_per_step : 1;
      if (count >= lanes) {
        size_t i = 0;
        if constexpr (vectors_per_step > 1) {
          for (; i + vectors_per_step * lanes <= count; i += vectors_per_step * lanes) {
            typename Reducer::Sum sums[vectors_per_step];
            POOLSCOPE_UNROLL
            for (size_t v = 0; v < vectors_per_step; ++v) {
              sums[v] = Reducer::start(simd::load(taps.at(0) + i + v * lanes));
            }
            taps.each_later([&](const In* from) __attribute__((always_inline)) {
              POOLSCOPE_UNROLL
              for (size_t v = 0; v < vectors_per_step; ++v) Reducer::add(sums[v], simd::load(from + i + v * lanes));
            });
            POOLSCOPE_UNROLL
            for (size_t v = 0; v < vectors_per_step; ++v) Reducer::store(to + i + v * lanes, sums[v]);
          }
        }
        for_vectors(
            i, lanes, count, [&](size_t at) __attribute__((always_inline)) {
              auto sum = Reducer::start(simd::load(taps.at(0) + at));
              taps.each_later([&](const In* from)
                                  __attribute__((always_inline)) { Reducer::add(sum, simd::load(from + at)); });
              Reducer::store(to + at, sum);
            });
        continue;
      }
    }
    combine_tail<Reducer>(pass, r);
  }
}

template <class Reducer>
void combine(const RowKernelArgs& pass) {
  combine_known<Reducer, 0>(pass);
}
/// For the rules of nearly every call: blocks have a kernel of their own.
template <class Reducer>
void combine_often(const RowKernelArgs& pass) {
  if (pass.tap_count == block_taps) return combine_known<Reducer, block_taps>(pass);
  combine_known<Reducer, 0>(pass);
}

/// Cells too few for a vector.
template <class Reducer>
POOLSCOPE_NOINLINE void combine_stride2_tail(const RowKernelArgs& pass, size_t row) {
  using In = typename Reducer::In;
  using Out = typename Reducer::Out;
  constexpr size_t inner = 4 / sizeof(In);
  Out* to = reinterpret_cast<Out*>(pass.out.values) + row * pass.out_pitch;
  const In* line = reinterpret_cast<const In*>(pass.taps[0].values) + row * pass.in_pitch;
  for (size_t i = 0; i < pass.count; ++i, line += inner) {
    for (size_t c = 0; c < inner; ++c, ++line) {
      Out sum = line[0];
      for (size_t j = 1; j < pass.tap_count; ++j) sum = Reducer::combine_scalar(sum, line[j * inner]);
      *to++ = sum;
    }
  }
}

/// Cells of 32 bits (one float, or four bytes that belong together), two or more taps: even and odd cells are two
/// neighbouring taps of as many windows.
template <class Reducer>
void combine_stride2(const RowKernelArgs& pass) {
  using In = typename Reducer::In;
  using Out = typename Reducer::Out;
  constexpr size_t inner = 4 / sizeof(In);
  const size_t taps = pass.tap_count, cells = pass.count;
  for (size_t r = 0; r < pass.rows; ++r) {
    Out* to = reinterpret_cast<Out*>(pass.out.values) + r * pass.out_pitch;
    const In* line = reinterpret_cast<const In*>(pass.taps[0].values) + r * pass.in_pitch;
    if constexpr (Reducer::lanes * sizeof(In) == 16) {
      const auto four_cells = [&](size_t at) __attribute__((always_inline)) {
        const In* from = line + 2 * at * inner;
        const auto low = simd::load(from), high = simd::load(from + 4 * inner);
        auto sum = Reducer::start(simd::even_lanes(low, high));
        Reducer::add(sum, simd::odd_lanes(low, high));
        size_t j = 2;
        for (; j + 2 <= taps; j += 2) {
          from += 2 * inner;
          const auto next = simd::load(from), last = simd::load(from + 4 * inner);
          Reducer::add(sum, simd::even_lanes(next, last));
          Reducer::add(sum, simd::odd_lanes(next, last));
        }
        // An odd tap needs cells 0, 2, 4 and 6, and cell 7 may lie outside the input.
        if (j < taps) Reducer::add(sum, simd::outer_lanes(simd::load(from + 2 * inner), simd::load(from + 5 * inner)));
        Reducer::store(to + at * inner, sum);
      };
      if (cells >= 4) {
        for_vectors(0, 4, cells, four_cells);
        continue;
      }
    }
    combine_stride2_tail<Reducer>(pass, r);
  }
}

/// Two and four neighbours meet in registers: each vector of the line is loaded once, where it lies, and is done three
/// later.
template <class Reducer>
bool combine_doubling(uint8_t* to, const uint8_t* from, size_t count, uint64_t identity, uint64_t xor_mask) {
  using T = typename Reducer::In;
  using Bits = std::conditional_t<sizeof(T) == 1, uint8_t, uint32_t>;
  constexpr size_t lanes = Reducer::lanes;
  const T* in = reinterpret_cast<const T*>(from);
  T* out = reinterpret_cast<T*>(to - doubling_margin);
  const auto meet = [](auto earlier, const auto& later) __attribute__((always_inline)) {
    Reducer::add(earlier, later);
    return earlier;
  };
  const auto masks = simd::broadcast<Bits>(static_cast<Bits>(xor_mask));
  const auto outside =
      simd::xor_bits<T, Bits>(simd::broadcast<T>(0), simd::broadcast<Bits>(static_cast<Bits>(identity ^ xor_mask)));
  auto cells = simd::xor_bits<T, Bits>(outside, masks), two = cells, four = cells;
  auto sum = simd::broadcast<T>(0);  // of floats: NaN where one is, or infinities of both signs are
  for (size_t i = 0; i < count + doubling_margin / sizeof(T); i += lanes) {
    auto next = outside;
    if (i + lanes <= count) {
      next = simd::load(in + i);
    } else if (i < count) {
      T rest[lanes];
      simd::store(rest, outside);
      std::memcpy(rest, in + i, (count - i) * sizeof(T));
      next = simd::load(rest);
    }
    if constexpr (sizeof(T) == sizeof(float)) sum = simd::add<T>(sum, next);
    next = simd::xor_bits<T, Bits>(next, masks);
    const auto next_two = meet(cells, simd::shifted_lanes<1>(cells, next));
    const auto next_four = meet(two, simd::shifted_lanes<2>(two, next_two));
    simd::store(out + i, meet(four, next_four));
    cells = next;
    two = next_two;
    four = next_four;
  }
  auto seen = simd::empty_nan_mask<T>();
  simd::update_nan_mask<T>(seen, sum);
  return simd::any_nan<T>(seen);
}

/// One of the taps' values and its index, tap after tap.
template <class T>
POOLSCOPE_INLINE void argmax_scalar(T& value, int32_t& index, T later, int32_t later_index) {
  if (later > value || later != later || index < 0) {
    value = later;
    index = later_index;
  }
}

template <class T>
void argmax(const RowKernelArgs& pass) {
  const size_t taps = pass.tap_count, count = pass.count;
  const RowView* const rows = pass.taps;
  for (size_t r = 0; r < pass.rows; ++r) {
    T* to = reinterpret_cast<T*>(pass.out.values) + r * pass.out_pitch;
    int32_t* to_indices = pass.out.indices + r * pass.out_pitch;
    const size_t shift = r * pass.in_pitch;
    size_t i = 0;
    if constexpr (sizeof(T) == sizeof(int32_t)) {
      constexpr size_t lanes = simd::lanes<T>;
      while (i < count && count >= lanes) {
        if (i + lanes > count) i = count - lanes;
        auto value = simd::load(reinterpret_cast<const T*>(rows->values) + shift + i);
        auto index = simd::load(rows->indices + shift + i);
        for (const RowView* row = rows + 1; row < rows + taps; ++row) {
          simd::argmax_update_or_absent<T>(value, index,
                                           simd::load(reinterpret_cast<const T*>(row->values) + shift + i),
                                           simd::load(row->indices + shift + i));
        }
        simd::store(to + i, value);
        simd::store(to_indices + i, index);
        i += lanes;
      }
    }
    for (; i < count; ++i) {
      T value = (reinterpret_cast<const T*>(rows->values) + shift)[i];
      int32_t index = (rows->indices + shift)[i];
      for (const RowView* row = rows + 1; row < rows + taps; ++row) {
        argmax_scalar<T>(value, index, (reinterpret_cast<const T*>(row->values) + shift)[i], (row->indices + shift)[i]);
      }
      to[i] = value;
      to_indices[i] = index;
    }
  }
}

template <class T>
void argmax_stride2(const RowKernelArgs& pass) {
  const size_t taps = pass.tap_count, cells = pass.count;
  for (size_t r = 0; r < pass.rows; ++r) {
    T* to = reinterpret_cast<T*>(pass.out.values) + r * pass.out_pitch;
    int32_t* to_indices = pass.out.indices + r * pass.out_pitch;
    const T* line = reinterpret_cast<const T*>(pass.taps[0].values) + r * pass.in_pitch;
    const int32_t* indices = pass.taps[0].indices + r * pass.in_pitch;
    size_t i = 0;
    if constexpr (simd::lanes<T> == 4) {
      while (i < cells && cells >= 4) {
        if (i + 4 > cells) i = cells - 4;
        const T* from = line + 2 * i;
        const int32_t* from_indices = indices + 2 * i;
        auto value = simd::outer_lanes(simd::load(from), simd::load(from + 3));
        auto index = simd::outer_lanes(simd::load(from_indices), simd::load(from_indices + 3));
        for (size_t j = 1; j < taps; ++j) {
          ++from;
          ++from_indices;
          simd::argmax_update_or_absent<T>(value, index, simd::outer_lanes(simd::load(from), simd::load(from + 3)),
                                           simd::outer_lanes(simd::load(from_indices), simd::load(from_indices + 3)));
        }
        simd::store(to + i, value);
        simd::store(to_indices + i, index);
        i += 4;
      }
    }
    for (; i < cells; ++i) {
      T value = line[2 * i];
      int32_t index = indices[2 * i];
      for (size_t j = 1; j < taps; ++j) argmax_scalar<T>(value, index, line[2 * i + j], indices[2 * i + j]);
      to[i] = value;
      to_indices[i] = index;
    }
  }
}

template <class Reducer, class Exact = Reducer>
constexpr RowKernels kernels_of() {
  constexpr size_t size = sizeof(typename Reducer::Out);
  return {size, size, false, combine<Reducer>, combine<Exact>, combine<Reducer>, combine<Exact>, nullptr, nullptr};
}
template <class Reducer, class Exact = Reducer>
constexpr RowKernels often() {
  RowKernels kernels = kernels_of<Reducer, Exact>();
  kernels.combine = kernels.combine_line = combine_often<Reducer>;
  if constexpr (std::is_same_v<Reducer, Exact>) kernels.combine_exact = kernels.combine_line_exact = kernels.combine;
  kernels.stride2 = combine_stride2<Reducer>;
  return kernels;
}
constexpr RowKernels maxima(RowKernels kernels) {
  kernels.idempotent = true;
  return kernels;
}
template <class Reducer, class Exact = Reducer>
constexpr RowKernels often_maxima() {
  RowKernels kernels = maxima(often<Reducer, Exact>());
  if constexpr (Reducer::lanes * sizeof(typename Reducer::In) == 16) kernels.doubling = combine_doubling<Reducer>;
  return kernels;
}
constexpr RowKernels wide_byte_sums() {
  RowKernels kernels = kernels_of<SumReducer<int32_t>>();
  kernels.line_size = 1;
  kernels.combine_line = kernels.combine_line_exact = combine<WideByteSumReducer>;
  return kernels;
}
constexpr RowKernels byte_sums() {
  RowKernels kernels = often<SumReducer<uint16_t>>();
  kernels.stride2 = nullptr;  // lines are bytes, and square windows of stride 2 are running sums (box_filter.h)
  kernels.line_size = 1;
  kernels.combine_line = kernels.combine_line_exact = combine_often<ByteSumReducer>;
  return kernels;
}
template <class T>
constexpr RowKernels argmax_kernels() {
  RowKernel stride2 = nullptr;
  if constexpr (sizeof(T) == 4) stride2 = argmax_stride2<T>;
  return {sizeof(T), sizeof(T), true, argmax<T>, argmax<T>, argmax<T>, argmax<T>, stride2, nullptr};
}

constexpr RowKernels make_kernels(RowKind kind) {
  switch (kind) {
    case RowKind::max_u8: return often_maxima<MaxReducer<uint8_t>>();
    case RowKind::max_i16: return maxima(kernels_of<MaxReducer<int16_t>>());
    case RowKind::max_i32: return maxima(kernels_of<MaxReducer<int32_t>>());
    case RowKind::max_f32: return often_maxima<MaxReducer<float>, MaxReducer<float, true>>();
    // Doubles are rare: their exact kernel serves alone.
    case RowKind::max_f64: return maxima(kernels_of<MaxReducer<double, true>>());
    case RowKind::argmax_i32: return argmax_kernels<int32_t>();
    case RowKind::argmax_f32: return argmax_kernels<float>();
    case RowKind::argmax_f64: return argmax_kernels<double>();
    case RowKind::sum_u8_u16: return byte_sums();
    case RowKind::sum_u8_i32: return wide_byte_sums();
    case RowKind::sum_i32: return kernels_of<SumReducer<int32_t>>();
    case RowKind::sum_i64: return kernels_of<SumReducer<int64_t>>();
    case RowKind::sum_f32: return often<SumReducer<float>>();
    case RowKind::sum_f64: return kernels_of<SumReducer<double>>();
  }
}

/// By kind, so that the two lists cannot be out of step.
template <size_t... kind>
constexpr std::array<RowKernels, sizeof...(kind)> list_kernels(std::index_sequence<kind...>) {
  return {make_kernels(static_cast<RowKind>(kind))...};
}
constexpr auto kernels = list_kernels(std::make_index_sequence<static_cast<size_t>(RowKind::sum_f64) + 1>());

/// `step` is at least 2.
template <class Unit>
void gather_as(uint8_t* out, const uint8_t* from, size_t step, size_t count) {
  const Unit* source = reinterpret_cast<const Unit*>(from);
  Unit* to = reinterpret_cast<Unit*>(out);
  size_t i = 0;
  if constexpr (sizeof(Unit) == 4 && simd::lanes<uint32_t> == 4) {
    for (; step == 2 && i + 4 <= count; i += 4) {
      // Cell 7 may lie outside: cells 3 to 6 hold what is needed.
      simd::store(to + i, simd::outer_lanes(simd::load(source + 2 * i), simd::load(source + 2 * i + 3)));
    }
  }
  for (; i < count; ++i) to[i] = source[i * step];
}

}  // namespace

const RowKernels& row_kernels(RowKind kind) { return kernels[static_cast<size_t>(kind)]; }

void fill_row(const RowView& row, size_t element_size, uint64_t identity, size_t count) {
  const size_t bytes = count * element_size;
  for (size_t size = element_size; size < 8; size *= 2) identity |= identity << (8 * size);
  const auto pattern = simd::broadcast<uint64_t>(identity);
  // One lane goes byte by byte: plain JavaScript stores words where they are aligned only.
  if (sizeof pattern == 16 && bytes >= sizeof pattern) {
    for_vectors(
        0, sizeof pattern, bytes, [&](size_t at) __attribute__((always_inline)) {
          simd::store(reinterpret_cast<uint64_t*>(row.values + at), pattern);
        });
  } else {
    for (size_t i = 0; i < bytes; ++i) row.values[i] = static_cast<uint8_t>(identity >> (i % 8 * 8));
  }
  if (row.indices != nullptr) std::fill(row.indices, row.indices + count, -1);
}

void number_cells(int32_t* indices, int32_t first, size_t cells, size_t inner) {
  if (inner == 1) {
    constexpr size_t lanes = simd::lanes<int32_t>;
    int32_t start[lanes];
    for (size_t i = 0; i < lanes; ++i) start[i] = first + static_cast<int32_t>(i);
    auto numbers = simd::load(start);
    const auto step = simd::broadcast<int32_t>(lanes);
    size_t i = 0;
    for (; i + lanes <= cells; i += lanes, numbers = simd::add<int32_t>(numbers, step))
      simd::store(indices + i, numbers);
    for (; i < cells; ++i) indices[i] = first + static_cast<int32_t>(i);
    return;
  }
  for (size_t i = 0; i < cells; ++i, ++first, indices += inner) std::fill(indices, indices + inner, first);
}

void gather_units(uint8_t* out, const uint8_t* from, size_t unit, size_t step, size_t count) {
  if (step == 1) {
    std::memcpy(out, from, unit * count);
    return;
  }
  switch (unit) {
    case 1: return gather_as<uint8_t>(out, from, step, count);
    case 2: return gather_as<uint16_t>(out, from, step, count);
    case 4: return gather_as<uint32_t>(out, from, step, count);
    case 8: return gather_as<uint64_t>(out, from, step, count);
    default:
      for (size_t i = 0; i < count; ++i) std::memcpy(out + i * unit, from + i * step * unit, unit);
  }
}

}  // namespace poolscope
