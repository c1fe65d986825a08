#include "core/algorithms/van_herk.h"

#include <algorithm>

#include "core/kernels/reducers.h"
#include "core/kernels/row_layout.h"
#include "core/simd/loops.h"

namespace poolscope {
namespace {

/// Down columns of a few vectors: the first half's maxima wait in the first cache.
template <class Reducer, size_t vectors>
void combine_van_herk(const VanHerkArgs& pass) {
  using T = typename Reducer::In;
  using Bits = std::conditional_t<sizeof(T) == 1, uint8_t, uint32_t>;
  constexpr size_t width = vectors * Reducer::lanes;
  const auto masks = simd::broadcast<Bits>(static_cast<Bits>(pass.xor_mask));
  const auto nothing =
      simd::xor_bits<T, Bits>(simd::broadcast<T>(0), simd::broadcast<Bits>(static_cast<Bits>(pass.identity)));
  const size_t in_pitch = pass.in_pitch, out_pitch = pass.out_pitch, count = pass.count;
  for_vectors(
      0, width, pass.width, [&](size_t i) __attribute__((always_inline)) {
        const auto each = [&](const auto& step) __attribute__((always_inline)) {
          POOLSCOPE_UNROLL
          for (size_t v = 0; v < vectors; ++v) step(v, v * Reducer::lanes);
        };
        const T* from = reinterpret_cast<const T*>(pass.upper) + pass.taps * in_pitch + i;
        T *to = reinterpret_cast<T*>(pass.out) + i,
          *suffix_maxima = reinterpret_cast<T*>(pass.suffix_maxima) + pass.taps * width;
        simd::Vector<T> best[vectors];
        each([&](size_t v, size_t) __attribute__((always_inline)) { best[v] = nothing; });
        for (size_t r = pass.taps; r > 0; --r) {
          from -= in_pitch;
          suffix_maxima -= width;
          each([&](size_t v, size_t at) __attribute__((always_inline)) {
            auto earlier = simd::load(from + at);
            Reducer::add(earlier, best[v]);
            best[v] = earlier;
            simd::store(suffix_maxima + at, earlier);
          });
        }
        from = reinterpret_cast<const T*>(pass.lower) + i;
        each([&](size_t v, size_t) __attribute__((always_inline)) { best[v] = nothing; });
        for (size_t r = count;;) {
          each([&](size_t v, size_t at) __attribute__((always_inline)) {
            auto sum = simd::load(suffix_maxima + at);
            Reducer::add(sum, best[v]);
            simd::store(to + at, simd::xor_bits<T, Bits>(sum, masks));
          });
          if (--r == 0) break;
          each([&](size_t v, size_t at)
                   __attribute__((always_inline)) { Reducer::add(best[v], simd::load(from + at)); });
          from += in_pitch;
          to += out_pitch;
          suffix_maxima += width;
        }
      });
}

constexpr size_t vectors_per_step = 4, suffix_bytes = vectors_per_step * 16;
template <class T>
constexpr VanHerkKernel kernel_of = {combine_van_herk<MaxReducer<T>, vectors_per_step>,
                                     combine_van_herk<MaxReducer<T>, vectors_per_step>};
template <>
constexpr VanHerkKernel kernel_of<float> = {combine_van_herk<MaxReducer<float>, vectors_per_step>,
                                            combine_van_herk<MaxReducer<float, true>, 1>};

const VanHerkKernel* van_herk_kernel(RowKind kind) {
  if (kind == RowKind::max_u8) return &kernel_of<uint8_t>;
  return kind == RowKind::max_f32 ? &kernel_of<float> : nullptr;
}

constexpr int64_t min_taps = 7;            // fewer are combined directly
constexpr int64_t min_bytes = 512;         // of a row of windows
constexpr int64_t panel_bytes = 4 * 1024;  // of a row of windows: the rows of two windows stay in the second cache
// Of an output row from which on results go by rows: down its columns each line of the cache would be fetched alone.
constexpr int64_t far_bytes = 4 * 1024;

}  // namespace

POOLSCOPE_NOINLINE bool VanHerk::supports(const Plan& plan, const Conversion& conversion) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  if (!picks_element(plan.request.op) || plan.request.with_indices || row.stride != 1 || row.kernel < min_taps) {
    return false;
  }
  const int64_t element_size = static_cast<int64_t>(row_kernels(conversion.kind).element_size);
  if (van_herk_kernel(conversion.kind) == nullptr || column.output * plan.inner() * element_size < min_bytes)
    return false;
  // No window is without a real tap, where pictures are opaque, which is the others' work.
  return row.effective_kernel() <= row.input && column.dilation <= column.input &&
         static_cast<double>(row.kernel) < 1e4 &&
         static_cast<double>(column.effective_kernel()) * static_cast<double>(plan.inner()) < 1e5;
}

POOLSCOPE_NOINLINE VanHerk::VanHerk(const Plan& plan, const Conversion& conversion)
    : plan_(plan),
      conversion_(conversion),
      kernels_(row_kernels(conversion_.kind)),
      kernel_(*van_herk_kernel(conversion_.kind)),
      stores_directly_(conversion_.stored_size == kernels_.element_size &&
                       plan.axes[2].output * plan.inner() * static_cast<int64_t>(conversion.stored_size) < far_bytes),
      inner_(static_cast<size_t>(plan.inner())) {
  const Axis& column = plan.axes[2];
  const int64_t cell = static_cast<int64_t>(inner_ * kernels_.element_size);
  by_doubling_ = kernels_.doubling != nullptr && conversion.stored_size == kernels_.element_size && cell == 4 &&
                 column.stride * column.dilation == 1 && column.kernel > max_direct_taps;
  const int64_t panels = std::max<int64_t>(column.output * cell / panel_bytes, 1);
  panel_ = ceil_div(column.output, panels);
  pitch_ = static_cast<size_t>(column.span_of(panel_)) * inner_;
  // An odd number of lines of the caches: the rows' columns lie in different sets.
  width_ = ((static_cast<size_t>(panel_) * static_cast<size_t>(cell) + 63) / 64 | 1) * 64 / kernels_.element_size;
}

POOLSCOPE_NOINLINE bool VanHerk::prepare() {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t half = static_cast<size_t>(row.kernel) * width_ * kernels_.element_size;
  const size_t suffix_maxima = static_cast<size_t>(std::max(row.kernel, column.kernel)) * suffix_bytes;
  if (!horizontal_.prepare(kernels_, SlidingWindow::Reads::lines, column.kernel, column.stride > 1, pitch_, false) ||
      !memory_.allocate(static_cast<int64_t>(suffix_maxima + 3 * half + pitch_ * kernels_.line_size))) {
    return false;
  }
  uint8_t* at = memory_.bytes();
  pass_.suffix_maxima = at;
  pass_.identity = conversion_.identity;
  blocks_[0] = at += suffix_maxima;
  blocks_[1] = at += half;
  results_ = at += half;
  line_.values = at + half;
  return true;
}

/// Windows across of `count` padded rows, `dilation` apart, from `first` on; whether there is NaN.
POOLSCOPE_NOINLINE bool VanHerk::read(uint8_t* to, int64_t first, int64_t count, int64_t first_column,
                                      int64_t columns) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t size = kernels_.line_size;
  const int64_t begin = first_column * column.stride - column.pad_before, cells = column.span_of(columns);
  const int64_t real_begin = std::clamp<int64_t>(begin, 0, column.input),
                real_end = std::clamp<int64_t>(begin + cells, real_begin, column.input);
  const size_t before = static_cast<size_t>(real_begin - begin) * inner_,
               used = static_cast<size_t>(real_end - real_begin) * inner_, pitch = static_cast<size_t>(cells) * inner_;
  const size_t width = static_cast<size_t>(columns) * inner_, block = static_cast<size_t>(column.kernel) * inner_;
  // Cells of many channels are as rows of their own.
  const bool wide = inner_ * size >= suffix_bytes && column.kernel >= min_taps && column.stride * column.dilation == 1;
  const size_t last = pitch - 7 * inner_;  // behind the last block of eight cells
  bool has_nan = false;
  RowView out, line = line_;
  const RowView blocks = horizontal_.doubling();
  out.values = to;
  for (int64_t y = first - row.pad_before; count-- > 0; y += row.dilation, out.values += width_ * size) {
    if (y < 0 || y >= row.input) {
      fill_row(out, size, conversion_.identity, width_);
      continue;
    }
    const uint8_t* const from =
        input_ + static_cast<size_t>(y * column.input + real_begin) * inner_ * conversion_.stored_size;
    if (by_doubling_ &&
        !kernels_.doubling(blocks.values + before * size, from, used, conversion_.identity, conversion_.xor_mask)) {
      if (before * size > doubling_margin)
        fill_row(blocks, size, conversion_.identity, before - doubling_margin / size);
      if (before + used < last) {
        fill_row(offset(blocks, before + used, size), size, conversion_.identity, last - before - used);
      }
      horizontal_.slide_doubled_cells(out, inner_, column.kernel, static_cast<size_t>(columns));
      continue;
    }
    line.has_nan = conversion_.load(conversion_, line.values + before * size, from, used);
    has_nan |= line.has_nan;
    if (!wide) {
      horizontal_.slide_cells(out, 0, line, pitch, 1, inner_,
                              {column.kernel, column.dilation, static_cast<size_t>(column.stride)},
                              static_cast<size_t>(columns));
      continue;
    }
    VanHerkArgs pass = pass_;
    pass.taps = static_cast<size_t>(column.kernel);
    pass.in_pitch = pass.out_pitch = pass.width = inner_;
    for (size_t i = 0; i < width; i += block) {
      pass.out = out.values + i * size;
      pass.upper = line.values + i * size;
      pass.lower = pass.upper + block * size;
      pass.count = std::min(block, width - i) / inner_;
      (line.has_nan ? kernel_.run_exact : kernel_.run)(pass);
    }
  }
  return has_nan;
}

POOLSCOPE_NOINLINE void VanHerk::reduce_panel(const uint8_t* input, uint8_t* output, int64_t first_column,
                                              int64_t columns) {
  const Axis& row = plan_.axes[1];
  const size_t line = static_cast<size_t>(plan_.axes[2].output) * inner_;
  const int64_t dilation = row.dilation;
  input_ = input;
  // What no row writes stays as if outside.
  fill_row(line_, kernels_.line_size, conversion_.identity, pitch_);
  VanHerkArgs pass = pass_;
  pass.taps = static_cast<size_t>(row.kernel);
  pass.in_pitch = width_;
  pass.width = static_cast<size_t>(columns) * inner_;
  pass.xor_mask = stores_directly_ ? conversion_.xor_mask : 0;
  for (int64_t start = 0; start < std::min(dilation, row.output); ++start) {
    const int64_t windows = ceil_div(row.output - start, dilation);
    bool upper_nan = read(blocks_[0], start, row.kernel, first_column, columns);
    for (int64_t q = 0; q < windows; q += row.kernel) {
      const int64_t count = std::min(row.kernel, windows - q);
      uint8_t *const upper = blocks_[q / row.kernel % 2], *const lower = blocks_[1 - q / row.kernel % 2];
      const int64_t rest = std::min(row.kernel, windows - q - 1);
      const bool lower_nan = read(lower, start + (q + row.kernel) * dilation, rest, first_column, columns);
      uint8_t* to =
          output + (static_cast<size_t>(start + q * dilation) * line + static_cast<size_t>(first_column) * inner_) *
                       conversion_.stored_size;
      pass.out = stores_directly_ ? to : results_;
      pass.out_pitch = stores_directly_ ? line * static_cast<size_t>(dilation) : pass.width;
      pass.upper = upper;
      pass.lower = lower;
      pass.count = static_cast<size_t>(count);
      (upper_nan || lower_nan ? kernel_.run_exact : kernel_.run)(pass);
      for (int64_t r = 0; !stores_directly_ && r < count; ++r) {
        conversion_.store(conversion_, to + static_cast<size_t>(r * dilation) * line * conversion_.stored_size,
                          results_ + static_cast<size_t>(r) * pass.width * kernels_.element_size, pass.width, {});
      }
      upper_nan = lower_nan;
    }
  }
}

POOLSCOPE_NOINLINE void VanHerk::reduce_plane(const uint8_t* input, uint8_t* output, int32_t*) {
  const int64_t columns = plan_.axes[2].output;
  for (int64_t first = 0; first < columns; first += panel_) {
    reduce_panel(input, output, first, std::min(panel_, columns - first));
  }
}

}  // namespace poolscope
