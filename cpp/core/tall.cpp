#include "tall.h"

#include <algorithm>

#include "rules.h"

namespace poolscope {
namespace {

/// Down columns of a few vectors: the first half's maxima wait where the results belong.
template <class Rule, size_t vectors>
void combine_tall(const TallPass& pass) {
  using T = typename Rule::In;
  constexpr size_t lanes = Rule::lanes;
  for_vectors(
      0, vectors * lanes, pass.width, [&](size_t i) __attribute__((always_inline)) {
        const auto each = [&](const auto& step) __attribute__((always_inline)) {
          POOLSCOPE_UNROLL
          for (size_t v = 0; v < vectors; ++v) step(v, i + v * lanes);
        };
        const T* from = reinterpret_cast<const T*>(pass.upper) + (pass.taps - 1) * pass.in_pitch;
        T* to = reinterpret_cast<T*>(pass.out) + pass.taps * pass.out_pitch;
        simd::Vector<T> best[vectors];
        each([&](size_t v, size_t at) __attribute__((always_inline)) { best[v] = simd::load(from + at); });
        for (size_t r = pass.taps;;) {
          to -= pass.out_pitch;
          if (--r < pass.count) {
            each([&](size_t v, size_t at) __attribute__((always_inline)) { simd::store(to + at, best[v]); });
          }
          if (r == 0) break;
          from -= pass.in_pitch;
          each([&](size_t v, size_t at) __attribute__((always_inline)) {
            auto earlier = simd::load(from + at);
            Rule::add(earlier, best[v]);
            best[v] = earlier;
          });
        }
        from = reinterpret_cast<const T*>(pass.lower);
        each([&](size_t v, size_t at) __attribute__((always_inline)) { best[v] = simd::load(from + at); });
        for (size_t r = 1; r < pass.count; ++r) {
          to += pass.out_pitch;
          each([&](size_t v, size_t at) __attribute__((always_inline)) {
            auto sum = simd::load(to + at);
            Rule::add(sum, best[v]);
            simd::store(to + at, sum);
          });
          from += pass.in_pitch;
          if (r + 1 < pass.count) {
            each([&](size_t v, size_t at)
                     __attribute__((always_inline)) { Rule::add(best[v], simd::load(from + at)); });
          }
        }
      });
}

constexpr size_t vectors_together = 4;
template <class T>
constexpr TallKernel kernel_of = {combine_tall<MaxRule<T>, vectors_together>,
                                  combine_tall<MaxRule<T>, vectors_together>};
template <>
constexpr TallKernel kernel_of<float> = {combine_tall<MaxRule<float>, vectors_together>,
                                         combine_tall<MaxRule<float, true>, 1>};

TallKernel tall_kernel(RowKind kind) {
  if (kind == RowKind::max_u8) return kernel_of<uint8_t>;
  if (kind == RowKind::max_f32) return kernel_of<float>;
  return {};
}

constexpr int64_t least_taps = 7;          // fewer are combined directly
constexpr int64_t least_bytes = 512;       // of a row of windows
constexpr int64_t panel_bytes = 4 * 1024;  // of a row of windows: the rows of two windows stay in the second cache
constexpr int64_t lines_bytes = 8 * 1024;  // of padded input at a time: a quarter of the first cache

}  // namespace

POOLSCOPE_SMALL bool Tall::suit(const Plan& plan, const Elements& elements) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  // Pictures are opaque where a window has no real tap: that is the others' work.
  const auto has_empty = [&](const Axis& axis) {
    for (int64_t q = 0; q < axis.output; ++q) {
      if (axis.valid(q) == 0) return true;
    }
    return false;
  };
  if (!picks_element(plan.request.op) || plan.request.with_indices || row.stride != 1 || row.kernel < least_taps) {
    return false;
  }
  const TallKernel kernel = tall_kernel(elements.kind);
  const int64_t element_size = static_cast<int64_t>(row_kernels(elements.kind).element_size);
  if (kernel.run == nullptr || column.output * plan.inner() * element_size < least_bytes) return false;
  if (plan.request.image_alpha && (has_empty(row) || has_empty(column))) return false;
  return row.span() <= row.input && static_cast<double>(row.kernel) < 1e4 &&
         static_cast<double>(column.span()) * static_cast<double>(plan.inner()) < 1e5;
}

POOLSCOPE_SMALL Tall::Tall(const Plan& plan, const Elements& elements)
    : plan_(plan),
      elements_(elements),
      kernels_(row_kernels(elements_.kind)),
      kernel_(tall_kernel(elements_.kind)),
      inner_(static_cast<size_t>(plan.inner())) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  const int64_t cell = static_cast<int64_t>(inner_ * kernels_.element_size);
  const int64_t panels = std::max<int64_t>(column.output * cell / panel_bytes, 1);
  panel_ = ceil_div(column.output, panels);
  pitch_ = static_cast<size_t>(column.span_of(panel_)) * inner_;
  width_ = static_cast<size_t>(panel_) * inner_;
  lines_rows_ = std::clamp<int64_t>(lines_bytes / static_cast<int64_t>(pitch_ * kernels_.line_size), 1, row.kernel);
}

POOLSCOPE_SMALL bool Tall::prepare() {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t taps = static_cast<size_t>(row.kernel), lines = static_cast<size_t>(lines_rows_);
  const RowLayout padded(kernels_.line_size, lines * pitch_, false), half(kernels_.element_size, taps * width_, false);
  if (!across_.prepare(kernels_, Slider::Reads::lines, column.kernel, column.stride > 1, lines * pitch_, false) ||
      !memory_.allocate(static_cast<int64_t>(padded.row_bytes + 3 * half.row_bytes))) {
    return false;
  }
  uint8_t* at = memory_.bytes();
  lines_ = padded.row(at);
  halves_[0] = at += padded.row_bytes;
  halves_[1] = at += half.row_bytes;
  made_ = at + half.row_bytes;
  return true;
}

/// Windows across of `count` padded rows, `dilation` apart, from `first` on; whether there is NaN.
POOLSCOPE_SMALL bool Tall::read(uint8_t* to, int64_t first, int64_t count, int64_t first_column, int64_t columns) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t size = kernels_.line_size, width = static_cast<size_t>(columns) * inner_;
  const int64_t begin = first_column * column.stride - column.pad_before, cells = column.span_of(columns);
  const int64_t real_begin = std::clamp<int64_t>(begin, 0, column.input),
                real_end = std::clamp<int64_t>(begin + cells, real_begin, column.input);
  const size_t before = static_cast<size_t>(real_begin - begin) * inner_,
               used = static_cast<size_t>(real_end - real_begin) * inner_, pitch = static_cast<size_t>(cells) * inner_;
  bool has_nan = false;
  Row out;
  for (int64_t done = 0; done < count;) {
    const int64_t some = std::min(lines_rows_, count - done);
    Row lines = lines_;
    for (int64_t i = 0; i < some; ++i) {
      const int64_t y = first + (done + i) * row.dilation - row.pad_before;
      Row line = offset(lines_, static_cast<size_t>(i) * pitch, size);
      const bool inside = y >= 0 && y < row.input;
      const size_t real = inside ? used : 0;
      fill_row(line, size, elements_.identity, inside ? before : 0);
      if (real > 0) {
        const uint8_t* from =
            input_ + static_cast<size_t>(y * column.input + real_begin) * inner_ * elements_.stored_size;
        lines.has_nan |= elements_.load(elements_, line.values + before * size, from, real);
      }
      const size_t filled = inside ? before + used : 0;
      fill_row(offset(line, filled, size), size, elements_.identity, pitch - filled);
    }
    out.values = to;
    across_.across(out, width, lines, pitch, static_cast<size_t>(some), inner_,
                   {column.kernel, column.dilation, static_cast<size_t>(column.stride)}, static_cast<size_t>(columns));
    has_nan |= lines.has_nan;
    to += static_cast<size_t>(some) * width * kernels_.element_size;
    done += some;
  }
  return has_nan;
}

POOLSCOPE_SMALL void Tall::reduce_panel(const uint8_t* input, uint8_t* output, int64_t first_column, int64_t columns) {
  const Axis& row = plan_.axes[1];
  const size_t line = static_cast<size_t>(plan_.axes[2].output) * inner_;
  const int64_t dilation = row.dilation;
  input_ = input;
  TallPass pass;
  pass.taps = static_cast<size_t>(row.kernel);
  pass.in_pitch = pass.width = static_cast<size_t>(columns) * inner_;
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
      pass.out = elements_.writes_in_place ? to : made_;
      pass.out_pitch = elements_.writes_in_place ? line * static_cast<size_t>(dilation) : pass.width;
      pass.upper = upper;
      pass.lower = lower;
      pass.count = static_cast<size_t>(count);
      (upper_nan || lower_nan ? kernel_.run_exact : kernel_.run)(pass);
      for (int64_t r = 0; !elements_.writes_in_place && r < count; ++r) {
        elements_.store(elements_, to + static_cast<size_t>(r * dilation) * line * elements_.stored_size,
                        made_ + static_cast<size_t>(r) * pass.width * kernels_.element_size, pass.width, {});
      }
      upper_nan = lower_nan;
    }
  }
}

POOLSCOPE_SMALL Refusal Tall::run(const Tensors& tensors) {
  if (plan_.planes() == 0 || plan_.output_cells() == 0) return {};
  if (!prepare()) return {Status::out_of_memory};
  const int64_t columns = plan_.axes[2].output;
  each_plane(plan_, elements_.stored_size, tensors, [&](int64_t, const uint8_t* input, uint8_t* output, int32_t*) {
    for (int64_t first = 0; first < columns; first += panel_) {
      reduce_panel(input, output, first, std::min(panel_, columns - first));
    }
  });
  return {};
}

}  // namespace poolscope
