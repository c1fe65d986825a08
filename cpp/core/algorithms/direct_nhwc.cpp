#include "core/algorithms/direct_nhwc.h"

#include "core/kernels/block_decomposition.h"
#include "core/kernels/reducers.h"
#include "core/simd/loops.h"

namespace poolscope {
namespace {

constexpr size_t vectors = 4;  // a line of the cache
constexpr int64_t max_taps = 16;

template <class Step>
POOLSCOPE_INLINE void each_vector(const Step& step) {
  POOLSCOPE_UNROLL
  for (size_t v = 0; v < vectors; ++v) step(v, v * simd::lanes<float>);
}

/// step(window, first channel), `vectors` of channels at a time.
template <class Step>
POOLSCOPE_INLINE void each_group(const NhwcArgs& pass, const Step& step) {
  for (size_t w = 0; w < pass.count; ++w) {
    for_vectors(
        0, vectors * simd::lanes<float>, pass.channels, [&](size_t i) __attribute__((always_inline)) { step(w, i); });
  }
}
POOLSCOPE_INLINE const float* first_tap(const NhwcArgs& pass, size_t w, size_t i) {
  return reinterpret_cast<const float*>(pass.in) + w * pass.window_pitch + i;
}

/// Beside the greatest their sum, which shows NaN.
bool combine_maxima(const NhwcArgs& pass) {
  auto seen = simd::empty_nan_mask<float>();
  each_group(
      pass, [&](size_t w, size_t i) __attribute__((always_inline)) {
        const float* row = first_tap(pass, w, i);
        float* to = reinterpret_cast<float*>(pass.out) + w * pass.channels + i;
        simd::Vector<float> best[vectors], all[vectors];
        each_vector([&](size_t v, size_t at)
                        __attribute__((always_inline)) { best[v] = all[v] = simd::load(row + at); });
        for (size_t r = 0; r < pass.rows; ++r, row += pass.row_pitch) {
          const float* from = row;
          for (size_t j = 0; j < pass.columns; ++j, from += pass.column_pitch) {
            each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
              const auto later = simd::load(from + at);
              best[v] = simd::max_keep_first<float>(best[v], later);
              all[v] = simd::add<float>(all[v], later);
            });
          }
        }
        each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
          simd::store(to + at, best[v]);
          simd::update_nan_mask<float>(seen, all[v]);
        });
      });
  return !simd::any_nan<float>(seen);
}

/// Across first, then down, as everywhere.
bool combine_means(const NhwcArgs& pass) {
  each_group(
      pass, [&](size_t w, size_t i) __attribute__((always_inline)) {
        const float* row = first_tap(pass, w, i);
        float* to = reinterpret_cast<float*>(pass.out) + w * pass.channels + i;
        const auto zero = simd::broadcast<float>(0), divisor = simd::broadcast<float>(pass.divisor);
        simd::Vector<float> sums[vectors], across[vectors];
        each_vector([&](size_t v, size_t) __attribute__((always_inline)) { sums[v] = zero; });
        for (size_t r = 0; r < pass.rows; ++r, row += pass.row_pitch) {
          const float* from = row;
          each_vector([&](size_t v, size_t) __attribute__((always_inline)) { across[v] = zero; });
          for (size_t j = 0; j < pass.columns; ++j, from += pass.column_pitch) {
            each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
              across[v] = simd::add<float>(across[v], simd::load(from + at));
            });
          }
          each_vector([&](size_t v, size_t)
                          __attribute__((always_inline)) { sums[v] = simd::add<float>(sums[v], across[v]); });
        }
        each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
          simd::store(to + at, simd::divide<float>(sums[v], divisor));
        });
      });
  return true;
}

/// The indices of a window's taps are those of its cells, the same in every channel.
bool argmax_windows(const NhwcArgs& pass) {
  each_group(
      pass, [&](size_t w, size_t i) __attribute__((always_inline)) {
        const float* row = first_tap(pass, w, i);
        const size_t at_result = w * pass.channels + i;
        const int32_t cells_across = static_cast<int32_t>(pass.column_pitch / pass.channels);
        int32_t first = pass.index + static_cast<int32_t>(w * (pass.window_pitch / pass.channels));
        simd::Vector<float> value[vectors];
        simd::Vector<int32_t> index[vectors];
        each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
          value[v] = simd::load(row + at);
          index[v] = simd::broadcast<int32_t>(first);
        });
        for (size_t r = 0; r < pass.rows; ++r, row += pass.row_pitch) {
          const float* from = row;
          int32_t here = first;
          for (size_t j = 0; j < pass.columns; ++j, from += pass.column_pitch, here += cells_across) {
            each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
              simd::argmax_update<float>(value[v], index[v], simd::load(from + at), simd::broadcast<int32_t>(here));
            });
          }
          first += static_cast<int32_t>(pass.row_pitch / pass.channels);
        }
        each_vector([&](size_t v, size_t at) __attribute__((always_inline)) {
          simd::store(reinterpret_cast<float*>(pass.out) + at_result + at, value[v]);
          simd::store(pass.indices + at_result + at, index[v]);
        });
      });
  return true;
}

NhwcKernel nhwc_kernel(RowKind kind) {
  switch (kind) {
    case RowKind::max_f32: return combine_maxima;
    case RowKind::sum_f32: return combine_means;
    case RowKind::argmax_f32: return argmax_windows;
    default: return nullptr;
  }
}

/// Whether no window lies outside the input with all of its taps.
bool all_real(const Axis& axis) {
  for (int64_t q = 0; q < axis.output; ++q) {
    if (axis.valid(q) == 0) return false;
  }
  return true;
}

}  // namespace

POOLSCOPE_NOINLINE bool DirectNhwc::supports(const Plan& plan, const Conversion& conversion) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  if (!conversion.reads_in_place || row.kernel > max_direct_taps || column.kernel > max_direct_taps) return false;
  // The other ways load every row's taps across once, and the rows that this makes as often as there are taps down.
  const int64_t taps = row.kernel * column.kernel, shared = row.stride * column.kernel + row.kernel + row.stride;
  const bool indices = plan.request.with_indices;
  if (taps > max_taps || taps > (indices ? 2 * shared : shared)) return false;
  if (!indices && row.stride * column.stride == 1) return false;
  const bool bytes = conversion.kind == RowKind::max_u8;
  return (bytes || nhwc_kernel(conversion.kind) != nullptr) &&
         plan.inner() * static_cast<int64_t>(conversion.stored_size) >= static_cast<int64_t>(16 * vectors) &&
         all_real(row) && all_real(column);
}

POOLSCOPE_NOINLINE DirectNhwc::DirectNhwc(const Plan& plan, const Conversion& conversion)
    : plan_(plan),
      conversion_(conversion),
      kernel_(nhwc_kernel(conversion.kind)),
      inside_(plan.axes[2].interior_windows()) {}

POOLSCOPE_NOINLINE bool DirectNhwc::prepare() { return epilogue_.prepare(plan_, conversion_, 1); }

/// Each tap as a row, each window as one of several.
POOLSCOPE_NOINLINE void DirectNhwc::combine_rows(const NhwcArgs& pass) const {
  const RowKernels& kernels = row_kernels(conversion_.kind);
  RowView taps[max_taps];
  size_t count = 0;
  for (size_t i = 0; i < pass.rows; ++i) {
    for (size_t j = 0; j < pass.columns; ++j) {
      taps[count++].values =
          const_cast<uint8_t*>(pass.in) + (i * pass.row_pitch + j * pass.column_pitch) * conversion_.stored_size;
    }
  }
  RowKernelArgs rows;
  rows.out.values = pass.out;
  rows.taps = taps;
  rows.tap_count = count;
  rows.count = rows.out_pitch = pass.channels;
  rows.in_pitch = pass.window_pitch;
  rows.rows = pass.count;
  kernels.combine_exact(rows);
}

POOLSCOPE_NOINLINE void DirectNhwc::reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t inner = static_cast<size_t>(plan_.inner()), size = conversion_.stored_size;
  NhwcArgs pass;
  pass.channels = inner;
  pass.column_pitch = static_cast<size_t>(column.dilation) * inner;
  pass.window_pitch = static_cast<size_t>(column.stride) * inner;
  pass.row_pitch = static_cast<size_t>(row.dilation) * static_cast<size_t>(column.input) * inner;
  for (int64_t y = 0; y < row.output; ++y) {
    const int64_t first_row = row.start(y) + row.first_valid_tap(y) * row.dilation;
    pass.rows = static_cast<size_t>(row.valid(y));
    const float* divisors = conversion_.kind == RowKind::sum_f32 ? epilogue_.divisors_of(y) : nullptr;
    for (int64_t q = 0, count; q < column.output; q += count) {
      count = q >= inside_.begin && q < inside_.end ? inside_.end - q : 1;
      const int64_t cell = first_row * column.input + column.start(q) + column.first_valid_tap(q) * column.dilation;
      pass.columns = static_cast<size_t>(column.valid(q));
      pass.count = static_cast<size_t>(count);
      pass.in = input + static_cast<size_t>(cell) * inner * size;
      pass.index = static_cast<int32_t>(cell);
      pass.out = output;
      pass.indices = indices;
      if (divisors != nullptr) pass.divisor = divisors[static_cast<size_t>(q) * inner];
      if (kernel_ == nullptr || !kernel_(pass)) combine_rows(pass);
      output += pass.count * inner * size;
      if (indices != nullptr) indices += pass.count * inner;
    }
  }
}

}  // namespace poolscope
