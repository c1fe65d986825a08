#include "core/algorithms/box_filter.h"

#include <algorithm>
#include <cstring>

#include "core/simd/simd.h"

namespace poolscope {
namespace {

constexpr int64_t min_area = 9;                       // taps below which neighbouring windows share too little
constexpr int64_t max_rows = UINT16_MAX / UINT8_MAX;  // taps down whose sum fits 16 bits

/// columns[i] += entering[i] - leaving[i]
void update_column_sums(uint16_t* columns, const uint8_t* entering, const uint8_t* leaving, size_t count) {
  size_t i = 0;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
  for (; i + 16 <= count; i += 16) {
    const auto in = simd::load(entering + i), out = simd::load(leaving + i);
    simd::store(columns + i, simd::load(columns + i) + simd::widen<false>(in) - simd::widen<false>(out));
    simd::store(columns + i + 8, simd::load(columns + i + 8) + simd::widen<true>(in) - simd::widen<true>(out));
  }
#endif
  for (; i < count; ++i) columns[i] = static_cast<uint16_t>(columns[i] + entering[i] - leaving[i]);
}

// As many channels as slide together. Their means leave at once: rows of sums and of divisors would fill the first
// cache.
#ifdef POOLSCOPE_BYTES_IN_VECTORS
constexpr size_t channels = 4;
using Sums = simd::Vector<int32_t>;
using Scale = simd::Vector<float>;
POOLSCOPE_INLINE Sums columns_at(const uint16_t* from) { return simd::widen<false>(simd::load(from)); }
POOLSCOPE_INLINE Scale scale_at(const float* from) { return simd::load(from); }
POOLSCOPE_INLINE void store(uint8_t* to, const Sums& sums, const Scale& scale) {
  const auto means = simd::quotient(sums, scale);
  const auto words = simd::narrow(means, means);
  simd::store_cell(to, simd::narrow(words, words));
}
POOLSCOPE_INLINE void store_four(uint8_t* to, const Sums& a, const Sums& b, const Sums& c, const Sums& d,
                                 const Scale& by_a, const Scale& by_b, const Scale& by_c, const Scale& by_d) {
  simd::store(to, simd::narrow(simd::narrow(simd::quotient(a, by_a), simd::quotient(b, by_b)),
                               simd::narrow(simd::quotient(c, by_c), simd::quotient(d, by_d))));
}
#else
constexpr size_t channels = 1;
using Sums = int32_t;
using Scale = float;
Sums columns_at(const uint16_t* from) { return *from; }
Scale scale_at(const float* from) { return *from; }
void store(uint8_t* to, Sums sums, Scale scale) {
  const float mean = static_cast<float>(sums) * scale + 0.5f;
  *to = static_cast<uint8_t>(mean < 255 ? mean : 255);  // beyond where a divisor is set
}
#endif

/// `count` windows across of `channels` channels. From a window to the next are `inner` results, and `step` times as
/// many sums of columns; from tap to tap `inner` sums. The windows from `begin` to `end` have the same divisors.
void slide_channels(uint8_t* to, const uint16_t* columns, const float* scales, size_t inner, size_t step, size_t taps,
                    int64_t count, [[maybe_unused]] int64_t begin, [[maybe_unused]] int64_t end) {
  Sums sums = columns_at(columns);
  for (size_t j = 1; j < taps; ++j) sums = sums + columns_at(columns + j * inner);
  for (int64_t q = 0;;) {
#ifdef POOLSCOPE_BYTES_IN_VECTORS
    if (inner == 4 && step == 1 && q == begin) {
      const Scale scale = scale_at(scales);
      for (; q + 4 < end; q += 4, columns += 16, to += 16, scales += 16) {
        const auto in = simd::load(columns + taps * 4), out = simd::load(columns),
                   later_in = simd::load(columns + taps * 4 + 8), later_out = simd::load(columns + 8);
        const Sums second = sums + (simd::widen<false>(in) - simd::widen<false>(out)),
                   third = second + (simd::widen<true>(in) - simd::widen<true>(out)),
                   fourth = third + (simd::widen<false>(later_in) - simd::widen<false>(later_out));
        store_four(to, sums, second, third, fourth, scale, scale, scale, scale);
        sums = fourth + (simd::widen<true>(later_in) - simd::widen<true>(later_out));
      }
    }
#endif
    store(to, sums, scale_at(scales));
    if (++q == count) return;
    for (size_t j = 0; j < step; ++j, columns += inner) {
      sums = sums + (columns_at(columns + taps * inner) - columns_at(columns));
    }
    to += inner;
    scales += inner;
  }
}

#ifdef POOLSCOPE_BYTES_IN_VECTORS
/// The same of four times as many channels.
void slide_four_vectors(uint8_t* to, const uint16_t* columns, const float* scales, size_t inner, size_t step,
                        size_t taps, int64_t count) {
  Sums first = simd::broadcast<int32_t>(0), second = first, third = first, fourth = first;
  const auto enter = [&](const uint16_t* from) __attribute__((always_inline)) {
    const auto left = simd::load(from), right = simd::load(from + 8);
    first = first + simd::widen<false>(left);
    second = second + simd::widen<true>(left);
    third = third + simd::widen<false>(right);
    fourth = fourth + simd::widen<true>(right);
  };
  const auto leave = [&](const uint16_t* from) __attribute__((always_inline)) {
    const auto left = simd::load(from), right = simd::load(from + 8);
    first = first - simd::widen<false>(left);
    second = second - simd::widen<true>(left);
    third = third - simd::widen<false>(right);
    fourth = fourth - simd::widen<true>(right);
  };
  for (size_t j = 0; j < taps; ++j) enter(columns + j * inner);
  for (;;) {
    store_four(to, first, second, third, fourth, scale_at(scales), scale_at(scales + 4), scale_at(scales + 8),
               scale_at(scales + 12));
    if (--count == 0) return;
    for (size_t j = 0; j < step; ++j, columns += inner) {
      enter(columns + taps * inner);
      leave(columns);
    }
    to += inner;
    scales += inner;
  }
}
#endif

/// Whether windows share most of their taps. Dilated ones are as many combs that each slide by a tap.
bool overlap(const Axis& axis) {
  return axis.dilation == 1 ? axis.stride < axis.kernel : axis.stride == 1 && axis.kernel > 1;
}

}  // namespace

bool BoxFilter::supports(const Plan& plan) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  return plan.request.op == Operator::avg && plan.request.dtype == DType::uint8 && plan.inner() % 4 == 0 &&
         overlap(row) && overlap(column) && !(plan.request.has_divisor && plan.request.divisor < 0) &&
         row.kernel <= max_rows && plan.kernel_area() >= min_area && plan.kernel_area() <= max_taps_of_wide_bytes &&
         static_cast<double>(column.padded_cells()) * static_cast<double>(plan.inner()) < 1e8;
}

BoxFilter::BoxFilter(const Plan& plan)
    : plan_(plan),
      conversion_(make_conversion(plan.request, max_taps_of_wide_bytes)),
      inner_(static_cast<size_t>(plan.inner())),
      line_(static_cast<size_t>(plan.axes[2].input) * inner_),
      width_(static_cast<size_t>(plan.axes[2].output) * inner_) {}

bool BoxFilter::prepare() {
  const size_t columns = (static_cast<size_t>(plan_.axes[2].padded_cells()) * inner_ + 8) * sizeof(uint16_t);
  if (!epilogue_.prepare(plan_, conversion_, 1) || !memory_.allocate(static_cast<int64_t>(columns + line_))) {
    return false;
  }
  column_sums_ = memory_.as<uint16_t>();
  zero_row_ = memory_.bytes() + columns;
  std::memset(zero_row_, 0, line_);
  return true;
}

/// Takes an input row into the columns' sums and another one out; rows outside the input are nothing.
void BoxFilter::update_columns(const uint8_t* input, int64_t entering, int64_t leaving) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const auto line = [&](int64_t y) {
    return y >= 0 && y < row.input ? input + static_cast<size_t>(y) * line_ : zero_row_;
  };
  const size_t before = static_cast<size_t>(column.pad_before) * inner_;
  const size_t used = std::min(static_cast<size_t>(column.padded_cells()) * inner_ - before, line_);
  const uint8_t *in = line(entering), *out = line(leaving);
  if (in != out) update_column_sums(column_sums_ + before, in, out, used);
}

/// The windows of an output row, from the sums of their columns.
void BoxFilter::write_row(uint8_t* output, const float* scales) const {
  const Axis& column = plan_.axes[2];
  const int64_t phases = std::min(column.dilation, column.output);
  const size_t step = static_cast<size_t>(column.stride), taps = static_cast<size_t>(column.kernel),
               inner = static_cast<size_t>(column.dilation) * inner_;
  const auto [begin, end] = column.interior_windows();
  for (int64_t first = 0; first < phases;) {  // combs of as many windows
    const int64_t count = ceil_div(column.output - first, column.dilation),
                  next = std::min(phases, column.output - (count - 1) * column.dilation);
    size_t c = static_cast<size_t>(first) * inner_;
    const size_t last = static_cast<size_t>(next) * inner_;
#ifdef POOLSCOPE_BYTES_IN_VECTORS
    for (; c + 16 <= last; c += 16)
      slide_four_vectors(output + c, column_sums_ + c, scales + c, inner, step, taps, count);
#endif
    for (; c < last; c += channels) {
      slide_channels(output + c, column_sums_ + c, scales + c, inner, step, taps, count, begin, end);
    }
    first = next;
  }
}

void BoxFilter::reduce_plane(const uint8_t* input, uint8_t* output, int32_t*) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  for (int64_t start = 0; start < std::min(row.dilation, row.output); ++start) {
    std::memset(column_sums_, 0, (static_cast<size_t>(column.padded_cells()) * inner_ + 8) * sizeof(uint16_t));
    int64_t y = start - row.pad_before;  // the first line of the next window down
    for (int64_t j = 0; j < row.kernel; ++j) update_columns(input, y + j * row.dilation, -1);
    for (int64_t q = start;;) {
      uint8_t* const to = output + static_cast<size_t>(q) * width_;
      write_row(to, epilogue_.divisors_of(q));
      RowView result;
      result.values = to;
      epilogue_.finish(result, 0, q, 1, to, nullptr);
      q += row.dilation;  // 1 where the stride is another
      if (q >= row.output) break;
      for (int64_t j = 0; j < row.stride; ++j, y += row.dilation)
        update_columns(input, y + row.kernel * row.dilation, y);
    }
  }
}

}  // namespace poolscope
