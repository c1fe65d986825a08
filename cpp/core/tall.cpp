#include "tall.h"

#include <algorithm>

#include "rules.h"

namespace poolscope {
namespace {

/// Down columns of a few vectors: the first half's maxima wait in the first cache.
template <class Rule, size_t vectors>
void combine_tall(const TallPass& pass) {
  using T = typename Rule::In;
  using Bits = std::conditional_t<sizeof(T) == 1, uint8_t, uint32_t>;
  constexpr size_t width = vectors * Rule::lanes;
  const auto flips = simd::all<Bits>(static_cast<Bits>(pass.flip));
  const auto nothing = simd::flip<T, Bits>(simd::all<T>(0), simd::all<Bits>(static_cast<Bits>(pass.identity)));
  const size_t in_pitch = pass.in_pitch, out_pitch = pass.out_pitch, count = pass.count;
  for_vectors(
      0, width, pass.width, [&](size_t i) __attribute__((always_inline)) {
        const auto each = [&](const auto& step) __attribute__((always_inline)) {
          POOLSCOPE_UNROLL
          for (size_t v = 0; v < vectors; ++v) step(v, v * Rule::lanes);
        };
        const T* from = reinterpret_cast<const T*>(pass.upper) + pass.taps * in_pitch + i;
        T *to = reinterpret_cast<T*>(pass.out) + i, *kept = reinterpret_cast<T*>(pass.kept) + pass.taps * width;
        simd::Vector<T> best[vectors];
        each([&](size_t v, size_t) __attribute__((always_inline)) { best[v] = nothing; });
        for (size_t r = pass.taps; r > 0; --r) {
          from -= in_pitch;
          kept -= width;
          each([&](size_t v, size_t at) __attribute__((always_inline)) {
            auto earlier = simd::load(from + at);
            Rule::add(earlier, best[v]);
            best[v] = earlier;
            simd::store(kept + at, earlier);
          });
        }
        from = reinterpret_cast<const T*>(pass.lower) + i;
        each([&](size_t v, size_t) __attribute__((always_inline)) { best[v] = nothing; });
        for (size_t r = count;;) {
          each([&](size_t v, size_t at) __attribute__((always_inline)) {
            auto sum = simd::load(kept + at);
            Rule::add(sum, best[v]);
            simd::store(to + at, simd::flip<T, Bits>(sum, flips));
          });
          if (--r == 0) break;
          each([&](size_t v, size_t at) __attribute__((always_inline)) { Rule::add(best[v], simd::load(from + at)); });
          from += in_pitch;
          to += out_pitch;
          kept += width;
        }
      });
}

constexpr size_t vectors_together = 4, kept_bytes = vectors_together * 16;
template <class T>
constexpr TallKernel kernel_of = {combine_tall<MaxRule<T>, vectors_together>,
                                  combine_tall<MaxRule<T>, vectors_together>};
template <>
constexpr TallKernel kernel_of<float> = {combine_tall<MaxRule<float>, vectors_together>,
                                         combine_tall<MaxRule<float, true>, 1>};

const TallKernel* tall_kernel(RowKind kind) {
  if (kind == RowKind::max_u8) return &kernel_of<uint8_t>;
  return kind == RowKind::max_f32 ? &kernel_of<float> : nullptr;
}

constexpr int64_t least_taps = 7;          // fewer are combined directly
constexpr int64_t least_bytes = 512;       // of a row of windows
constexpr int64_t panel_bytes = 4 * 1024;  // of a row of windows: the rows of two windows stay in the second cache
// Of an output row from which on results go by rows: down its columns each line of the cache would be fetched alone.
constexpr int64_t far_bytes = 4 * 1024;

}  // namespace

POOLSCOPE_NOINLINE bool Tall::suit(const Plan& plan, const Elements& elements) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  if (!picks_element(plan.request.op) || plan.request.with_indices || row.stride != 1 || row.kernel < least_taps) {
    return false;
  }
  const int64_t element_size = static_cast<int64_t>(row_kernels(elements.kind).element_size);
  if (tall_kernel(elements.kind) == nullptr || column.output * plan.inner() * element_size < least_bytes) return false;
  // No window is without a real tap, where pictures are opaque, which is the others' work.
  return row.span() <= row.input && column.dilation <= column.input && static_cast<double>(row.kernel) < 1e4 &&
         static_cast<double>(column.span()) * static_cast<double>(plan.inner()) < 1e5;
}

POOLSCOPE_NOINLINE Tall::Tall(const Plan& plan, const Elements& elements)
    : plan_(plan),
      elements_(elements),
      kernels_(row_kernels(elements_.kind)),
      kernel_(*tall_kernel(elements_.kind)),
      flips_(elements_.stored_size == kernels_.element_size &&
             plan.axes[2].output * plan.inner() * static_cast<int64_t>(elements.stored_size) < far_bytes),
      inner_(static_cast<size_t>(plan.inner())) {
  const Axis& column = plan.axes[2];
  const int64_t cell = static_cast<int64_t>(inner_ * kernels_.element_size);
  by_eights_ = kernels_.eights != nullptr && elements.stored_size == kernels_.element_size && cell == 4 &&
               column.stride * column.dilation == 1 && column.kernel > most_direct_taps;
  const int64_t panels = std::max<int64_t>(column.output * cell / panel_bytes, 1);
  panel_ = ceil_div(column.output, panels);
  pitch_ = static_cast<size_t>(column.span_of(panel_)) * inner_;
  // An odd number of lines of the caches: the rows' columns lie in different sets.
  width_ = ((static_cast<size_t>(panel_) * static_cast<size_t>(cell) + 63) / 64 | 1) * 64 / kernels_.element_size;
}

POOLSCOPE_NOINLINE bool Tall::prepare() {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t half = static_cast<size_t>(row.kernel) * width_ * kernels_.element_size;
  const size_t kept = static_cast<size_t>(std::max(row.kernel, column.kernel)) * kept_bytes;
  if (!across_.prepare(kernels_, Slider::Reads::lines, column.kernel, column.stride > 1, pitch_, false) ||
      !memory_.allocate(static_cast<int64_t>(kept + 3 * half + pitch_ * kernels_.line_size))) {
    return false;
  }
  uint8_t* at = memory_.bytes();
  pass_.kept = at;
  pass_.identity = elements_.identity;
  halves_[0] = at += kept;
  halves_[1] = at += half;
  made_ = at += half;
  line_.values = at + half;
  return true;
}

/// Windows across of `count` padded rows, `dilation` apart, from `first` on; whether there is NaN.
POOLSCOPE_NOINLINE bool Tall::read(uint8_t* to, int64_t first, int64_t count, int64_t first_column, int64_t columns) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t size = kernels_.line_size;
  const int64_t begin = first_column * column.stride - column.pad_before, cells = column.span_of(columns);
  const int64_t real_begin = std::clamp<int64_t>(begin, 0, column.input),
                real_end = std::clamp<int64_t>(begin + cells, real_begin, column.input);
  const size_t before = static_cast<size_t>(real_begin - begin) * inner_,
               used = static_cast<size_t>(real_end - real_begin) * inner_, pitch = static_cast<size_t>(cells) * inner_;
  const size_t width = static_cast<size_t>(columns) * inner_, block = static_cast<size_t>(column.kernel) * inner_;
  // Cells of many channels are as rows of their own.
  const bool wide = inner_ * size >= kept_bytes && column.kernel >= least_taps && column.stride * column.dilation == 1;
  const size_t last = pitch - 7 * inner_;  // behind the last block of eight cells
  bool has_nan = false;
  Row out, line = line_;
  const Row blocks = across_.eights();
  out.values = to;
  for (int64_t y = first - row.pad_before; count-- > 0; y += row.dilation, out.values += width_ * size) {
    if (y < 0 || y >= row.input) {
      fill_row(out, size, elements_.identity, width_);
      continue;
    }
    const uint8_t* const from =
        input_ + static_cast<size_t>(y * column.input + real_begin) * inner_ * elements_.stored_size;
    if (by_eights_ && !kernels_.eights(blocks.values + before * size, from, used, elements_.identity, elements_.flip)) {
      if (before * size > eights_room) fill_row(blocks, size, elements_.identity, before - eights_room / size);
      if (before + used < last) {
        fill_row(offset(blocks, before + used, size), size, elements_.identity, last - before - used);
      }
      across_.across_eights(out, inner_, column.kernel, static_cast<size_t>(columns));
      continue;
    }
    line.has_nan = elements_.load(elements_, line.values + before * size, from, used);
    has_nan |= line.has_nan;
    if (!wide) {
      across_.across(out, 0, line, pitch, 1, inner_,
                     {column.kernel, column.dilation, static_cast<size_t>(column.stride)},
                     static_cast<size_t>(columns));
      continue;
    }
    TallPass pass = pass_;
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

POOLSCOPE_NOINLINE void Tall::reduce_panel(const uint8_t* input, uint8_t* output, int64_t first_column,
                                           int64_t columns) {
  const Axis& row = plan_.axes[1];
  const size_t line = static_cast<size_t>(plan_.axes[2].output) * inner_;
  const int64_t dilation = row.dilation;
  input_ = input;
  // What no row writes stays as if outside.
  fill_row(line_, kernels_.line_size, elements_.identity, pitch_);
  TallPass pass = pass_;
  pass.taps = static_cast<size_t>(row.kernel);
  pass.in_pitch = width_;
  pass.width = static_cast<size_t>(columns) * inner_;
  pass.flip = flips_ ? elements_.flip : 0;
  for (int64_t start = 0; start < std::min(dilation, row.output); ++start) {
    const int64_t windows = ceil_div(row.output - start, dilation);
    bool upper_nan = read(halves_[0], start, row.kernel, first_column, columns);
    for (int64_t q = 0; q < windows; q += row.kernel) {
      const int64_t count = std::min(row.kernel, windows - q);
      uint8_t *const upper = halves_[q / row.kernel % 2], *const lower = halves_[1 - q / row.kernel % 2];
      const int64_t rest = std::min(row.kernel, windows - q - 1);
      const bool lower_nan = read(lower, start + (q + row.kernel) * dilation, rest, first_column, columns);
      uint8_t* to =
          output + (static_cast<size_t>(start + q * dilation) * line + static_cast<size_t>(first_column) * inner_) *
                       elements_.stored_size;
      pass.out = flips_ ? to : made_;
      pass.out_pitch = flips_ ? line * static_cast<size_t>(dilation) : pass.width;
      pass.upper = upper;
      pass.lower = lower;
      pass.count = static_cast<size_t>(count);
      (upper_nan || lower_nan ? kernel_.run_exact : kernel_.run)(pass);
      for (int64_t r = 0; !flips_ && r < count; ++r) {
        elements_.store(elements_, to + static_cast<size_t>(r * dilation) * line * elements_.stored_size,
                        made_ + static_cast<size_t>(r) * pass.width * kernels_.element_size, pass.width, {});
      }
      upper_nan = lower_nan;
    }
  }
}

POOLSCOPE_NOINLINE void Tall::reduce_plane(const uint8_t* input, uint8_t* output, int32_t*) {
  const int64_t columns = plan_.axes[2].output;
  for (int64_t first = 0; first < columns; first += panel_) {
    reduce_panel(input, output, first, std::min(panel_, columns - first));
  }
}

}  // namespace poolscope
