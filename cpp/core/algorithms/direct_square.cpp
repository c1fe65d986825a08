#include "core/algorithms/direct_square.h"

#include <algorithm>
#include <cstring>

#include "core/kernels/reducers.h"
#include "core/kernels/row_layout.h"
#include "core/simd/loops.h"

namespace poolscope {
namespace {

/// How the windows from element `i` of a row on leave. Sums leave as means, so that dividing is done beside loading.
template <class Reducer>
struct Store {
  using To = typename Reducer::Out;
  POOLSCOPE_INLINE Store(const SquareArgs&, size_t) {}
  POOLSCOPE_INLINE void operator()(To* to, const typename Reducer::Sum& sum) const { Reducer::store(to, sum); }
};
template <>
struct Store<SumReducer<float>> {
  using To = float;
  simd::Vector<float> divisors;
  POOLSCOPE_INLINE Store(const SquareArgs& square, size_t i) : divisors(simd::load(square.divisors + i)) {}
  /// A sum that begins at +0, as PyTorch's: never -0.
  POOLSCOPE_INLINE void operator()(float* to, const simd::Vector<float>& sum) const {
    simd::store(to, simd::divide<float>(simd::add<float>(sum, simd::broadcast<float>(0)), divisors));
  }
};
#ifdef POOLSCOPE_BYTES_IN_VECTORS
template <>
struct Store<ByteSumReducer> {
  using To = uint8_t;
  POOLSCOPE_INLINE Store(const SquareArgs&, size_t) {}
  POOLSCOPE_INLINE void operator()(uint8_t* to, const ByteSumReducer::Sum& sum) const {  // of four
    simd::store(to, simd::narrow(simd::quarter(sum.low), simd::quarter(sum.high)));
  }
};
#endif

/// Cells 0 and 1, 2 and 3, 4 and 5, 6 and 7.
template <class Reducer>
POOLSCOPE_INLINE typename Reducer::Sum combine_pairs(const typename Reducer::In* from) {
  const auto low = simd::load(from), high = simd::load(from + 16 / sizeof(typename Reducer::In));
  auto sum = Reducer::start(simd::even_lanes(low, high));
  Reducer::add(sum, simd::odd_lanes(low, high));
  return sum;
}

/// Windows of two neighbouring vectors.
template <class Reducer>
struct VectorPair {
  typename Reducer::Sum left, right;
  POOLSCOPE_INLINE void merge(const VectorPair& later) {
    Reducer::merge(left, later.left);
    Reducer::merge(right, later.right);
  }
};

/// Windows across.
template <class Reducer, size_t taps, size_t stride>
POOLSCOPE_INLINE VectorPair<Reducer> combine_horizontally(const typename Reducer::In* from, size_t step) {
  constexpr size_t inner = 4 / sizeof(typename Reducer::In);
  if constexpr (stride == 1) {
    VectorPair<Reducer> sums{Reducer::start(simd::load(from)), Reducer::start(simd::load(from + Reducer::lanes))};
    POOLSCOPE_UNROLL
    for (size_t j = 1; j < taps; ++j) {
      Reducer::add(sums.left, simd::load(from + j * step));
      Reducer::add(sums.right, simd::load(from + j * step + Reducer::lanes));
    }
    return sums;
  } else if constexpr (taps == 3) {
    // Cells 0 to 15 in pairs, then cells 2, 4, ... 16: cell 17 may lie outside.
    using In = typename Reducer::In;
    const auto left = simd::load(from), after_left = simd::load(from + 4 * inner), right = simd::load(from + 8 * inner),
               after_right = simd::load(from + 12 * inner);
    const auto even_left = simd::even_lanes(left, after_left), even_right = simd::even_lanes(right, after_right);
    VectorPair<Reducer> sums{Reducer::start(even_left), Reducer::start(even_right)};
    Reducer::add(sums.left, simd::odd_lanes(left, after_left));
    Reducer::add(sums.right, simd::odd_lanes(right, after_right));
    Reducer::add(sums.left, simd::shuffle<1, 2, 3, 4>(even_left, even_right));
    Reducer::add(sums.right, simd::shuffle<1, 2, 3, 4>(even_right, simd::load_broadcast<In>(from + 16 * inner)));
    return sums;
  } else {
    static_assert(taps == 6);
    // Three pairs a window; the last ones of the right half are pairs 6 to 9, of cells 12 to 19.
    const auto first = combine_pairs<Reducer>(from), second = combine_pairs<Reducer>(from + 8 * inner),
               last = combine_pairs<Reducer>(from + 12 * inner);
    VectorPair<Reducer> sums{first, second};
    Reducer::merge(sums.left, simd::shuffle<1, 2, 3, 4>(first, second));
    Reducer::merge(sums.left, simd::shuffle<2, 3, 4, 5>(first, second));
    Reducer::merge(sums.right, simd::shuffle<1, 2, 3, 6>(second, last));
    Reducer::merge(sums.right, last);
    return sums;
  }
}

/// The last `count` lines of a window; an array of them would lie in memory.
template <class Reducer, size_t count>
struct RowHistory {
  VectorPair<Reducer> first;
  RowHistory<Reducer, count - 1> later;
  template <class Next>
  POOLSCOPE_INLINE void fill(const Next& next) {
    first = next();
    later.fill(next);
  }
  POOLSCOPE_INLINE void merge_into(VectorPair<Reducer>& sums) const {
    sums.merge(first);
    later.merge_into(sums);
  }
  POOLSCOPE_INLINE void push(const VectorPair<Reducer>& last) {
    if constexpr (count == 1) {
      first = last;
    } else {
      first = later.first;
      later.push(last);
    }
  }
  /// Drops the oldest for `more`.
  template <size_t fresh>
  POOLSCOPE_INLINE void follow(const RowHistory<Reducer, fresh>& more) {
    push(more.first);
    if constexpr (fresh > 1) follow(more.later);
  }
};
template <class Reducer>
struct RowHistory<Reducer, 0> {
  template <class Next>
  POOLSCOPE_INLINE void fill(const Next&) {}
  POOLSCOPE_INLINE void merge_into(VectorPair<Reducer>&) const {}
};

/// Windows that share no line, row after row.
template <class Reducer>
void disjoint_2x2(const SquareArgs& square) {
  using In = typename Reducer::In;
  using Out = typename Store<Reducer>::To;
  const size_t line = square.in_pitch;
  for (size_t r = 0; r < square.rows; ++r) {
    const In* from = reinterpret_cast<const In*>(square.lines) + 2 * r * line;
    Out* to = reinterpret_cast<Out*>(square.out) + r * square.out_pitch;
    for_vectors(
        0, Reducer::lanes, square.count, [&](size_t i) __attribute__((always_inline)) {
          auto sum = combine_pairs<Reducer>(from + 2 * i);
          Reducer::merge(sum, combine_pairs<Reducer>(from + 2 * i + line));
          Store<Reducer>(square, i)(to + i, sum);
        });
  }
}

/// Windows that share lines, two vectors wide.
template <class Reducer, size_t taps, size_t stride>
POOLSCOPE_INLINE void overlapping_column(const SquareArgs& square, size_t i) {
  const size_t line = square.in_pitch;
  size_t rows = square.rows;
  const typename Reducer::In* from = reinterpret_cast<const typename Reducer::In*>(square.lines) + i * stride;
  using Out = typename Store<Reducer>::To;
  Out* to = reinterpret_cast<Out*>(square.out) + i;
  const Store<Reducer> store_left(square, i), store_right(square, i + Reducer::lanes);
  // What is combined down: lines, or pairs of lines, where windows consist of them.
  constexpr bool of_pairs = stride == 2 && taps % 2 == 0;
  constexpr size_t units = of_pairs ? taps / 2 : taps, fresh = of_pairs ? 1 : stride, shared = units - fresh;
  const auto next = [&]() __attribute__((always_inline)) {
    auto sums = combine_horizontally<Reducer, taps, stride>(from, square.step);
    from += line;
    if constexpr (of_pairs) {
      sums.merge(combine_horizontally<Reducer, taps, stride>(from, square.step));
      from += line;
    }
    return sums;
  };
  RowHistory<Reducer, shared> window;
  RowHistory<Reducer, fresh> more;
  size_t missing = of_pairs ? shared : 0;  // brought by the loop below: much code otherwise
  if constexpr (!of_pairs) window.fill(next);
  while (rows > 0) {
    more.fill(next);
    if (missing > 0) {
      --missing;
    } else {
      VectorPair<Reducer> sums = window.first;
      window.later.merge_into(sums);
      more.merge_into(sums);
      store_left(to, sums.left);
      store_right(to + Reducer::lanes, sums.right);
      to += square.out_pitch;
      --rows;
    }
    window.follow(more);
  }
}

/// Down the lines, so that lines which fall on one place of the cache are not fetched for every vector.
template <class Reducer, size_t taps, size_t stride>
void overlapping_windows(const SquareArgs& square) {
  for_vectors(
      0, 2 * Reducer::lanes, square.count, [&](size_t i) __attribute__((always_inline)) {
        overlapping_column<Reducer, taps, stride>(square, i);
      });
}

template <class Reducer, size_t taps, size_t stride>
[[maybe_unused]] constexpr SquareKernel shared = {overlapping_windows<Reducer, taps, stride>, 2 * Reducer::lanes};

template <class Reducer>
SquareKernel choose(const Axis& axis, size_t cell_bytes) {
  if constexpr (Reducer::lanes > 1) {
    // Maxima may be put together in any order, and are wanted of larger windows.
    constexpr bool maxima = std::is_same_v<Reducer, MaxReducer<typename Reducer::In>>;
    // Sums of bytes run where windows share lines: faster at stride 1, and smaller than a kernel at stride 2.
    constexpr bool runs = std::is_same_v<Reducer, ByteSumReducer>;
    const int64_t taps = axis.kernel;
    if (axis.stride == 1) {
      if constexpr (!runs) {
        if (taps == 3) return shared<Reducer, 3, 1>;
      }
      if constexpr (maxima) {
        if (taps == 5 && axis.dilation == 1) return shared<Reducer, 5, 1>;
      }
    } else if (axis.stride == 2 && axis.dilation == 1 && cell_bytes == 4) {
      if (taps == 2) return {disjoint_2x2<Reducer>, Reducer::lanes};
      if constexpr (!runs) {
        if (taps == 3) return shared<Reducer, 3, 2>;
      }
      if constexpr (maxima) {
        if (taps == 6) return shared<Reducer, 6, 2>;
      }
    }
  }
  return {};
}

/// Along both axes, which have the same kernel and stride.
SquareKernel square_kernel(RowKind kind, const Axis& axis, size_t inner) {
  switch (kind) {
    case RowKind::max_u8: return choose<MaxReducer<uint8_t>>(axis, inner);
    case RowKind::max_f32: return choose<MaxReducer<float>>(axis, inner * sizeof(float));
    case RowKind::sum_f32: return choose<SumReducer<float>>(axis, inner * sizeof(float));
    case RowKind::sum_u8_u16: return choose<ByteSumReducer>(axis, inner);
    default: return {};
  }
}

constexpr int64_t strip_bytes = 12 * 1024;       // of lines at a time: a part of the first cache
constexpr int64_t max_strip_bytes = 256 * 1024;  // where three windows need more

/// Output rows at a time. Windows that share lines want three and more; no more of wide ones: lines that fall on one
/// place of the cache would push each other out.
int64_t rows_per_tile(const Axis& row, int64_t line_bytes) {
  int64_t windows = strip_bytes / (line_bytes * row.stride);
  if (row.kernel > row.stride) windows = std::max<int64_t>(windows, 3);
  return std::clamp<int64_t>(windows, 1, ceil_div(row.output, row.dilation));
}

/// Lines that they read: those of dilated windows are a comb, one line from tap to tap.
int64_t lines_of(const Axis& row, int64_t windows) { return (windows - 1) * row.stride + row.kernel; }

/// Copies the same `bytes`, 16 or more, of each line.
void copy_lines(uint8_t* to, size_t to_pitch, const uint8_t* from, size_t from_pitch, size_t bytes, int64_t lines) {
  for (; lines > 0; --lines, to += to_pitch, from += from_pitch) {
    size_t i = 0;
    for (; i + 16 <= bytes; i += 16) std::memcpy(to + i, from + i, 16);
    std::memcpy(to + bytes - 16, from + bytes - 16, 16);
  }
}

}  // namespace

POOLSCOPE_NOINLINE bool DirectSquare::supports(const Plan& plan, const Conversion& conversion) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  if (row.kernel != column.kernel || row.stride != column.stride || plan.request.with_indices) return false;
  // Sums leave as means: norms do not, nor averages in another type, nor bytes where the divisor is not always four.
  if (conversion.kind == RowKind::sum_f32 && !conversion.reads_in_place) return false;
  const bool of_four =
      (!plan.request.has_divisor || plan.request.divisor == 4) && row.all_inside() && column.all_inside();
  if (conversion.kind == RowKind::sum_u8_u16 && !of_four) return false;
  const size_t inner = static_cast<size_t>(plan.inner());
  // Of the greater dilation, which only a stride of 1 takes.
  const SquareKernel kernel = square_kernel(conversion.kind, column.dilation > row.dilation ? column : row, inner);
  const double line_bytes =
      static_cast<double>(column.padded_cells()) * static_cast<double>(inner * row_kernels(conversion.kind).line_size);
  if (kernel.run == nullptr || static_cast<size_t>(column.output) * inner < kernel.min_count || line_bytes > 1e9)
    return false;
  const int64_t windows = rows_per_tile(row, static_cast<int64_t>(line_bytes));
  return static_cast<double>(lines_of(row, windows)) * line_bytes <= static_cast<double>(max_strip_bytes);
}

POOLSCOPE_NOINLINE DirectSquare::DirectSquare(const Plan& plan, const Conversion& conversion)
    : plan_(plan),
      conversion_(conversion),
      kernels_(row_kernels(conversion_.kind)),
      kernel_(square_kernel(conversion_.kind, plan.axes[1], static_cast<size_t>(plan.inner()))),
      means_(conversion_.kind == RowKind::sum_f32 || conversion_.kind == RowKind::sum_u8_u16),
      inner_(static_cast<size_t>(plan.inner())),
      pitch_(static_cast<size_t>(plan.axes[2].padded_cells()) * inner_),
      width_(static_cast<size_t>(plan.axes[2].output) * inner_) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  windows_ = rows_per_tile(row, static_cast<int64_t>(pitch_ * kernels_.line_size));
  // Edges are whole cells, and all of the padding that any window reaches lies in them.
  const size_t pad = static_cast<size_t>(column.pad_before) * inner_,
               width = static_cast<size_t>(column.input) * inner_;
  const size_t edge = kernel_.min_count * static_cast<size_t>(column.stride);
  // Lines of a comb, which often fall on one place of the cache, are copied.
  if (row.dilation == 1 && conversion_.reads_in_place && width_ >= 3 * kernel_.min_count &&
      kernel_.min_count % inner_ == 0 && pad <= edge && pitch_ <= pad + width + edge) {
    edge_pitch_ = ((kernel_.min_count / inner_ - 1) * static_cast<size_t>(column.stride) +
                   static_cast<size_t>(column.effective_kernel())) *
                  inner_;
    inside_ = row.interior_windows();
  }
}

POOLSCOPE_NOINLINE bool DirectSquare::prepare() {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t lines = static_cast<size_t>(lines_of(row, windows_));
  padded_first_ = INT64_MIN;
  const RowLayout padded(kernels_.line_size, lines * pitch_, false),
      edge(kernels_.line_size, lines * edge_pitch_, false),
      across(kernels_.element_size, kernels_.combine_exact == kernels_.combine ? 0 : lines * width_, false),
      result(kernels_.element_size, static_cast<size_t>(windows_) * width_, false);
  if (!epilogue_.prepare(plan_, conversion_, static_cast<size_t>(windows_)) ||
      !horizontal_.prepare(kernels_, SlidingWindow::Reads::lines, column.kernel, column.stride > 1, pitch_, false) ||
      !vertical_.prepare(kernels_, SlidingWindow::Reads::results, row.kernel, false, 0, false) ||
      !memory_.allocate(
          static_cast<int64_t>(padded.row_bytes + 2 * edge.row_bytes + across.row_bytes + result.row_bytes))) {
    return false;
  }
  uint8_t* at = memory_.bytes();
  lines_ = padded.row(at);
  left_ = at += padded.row_bytes;
  right_ = at += edge.row_bytes;
  horizontal_rows_ = across.row(at += edge.row_bytes);
  results_ = result.row(at += across.row_bytes);
  // What lies outside the input stays so.
  fill_row(lines_, kernels_.line_size, conversion_.identity,
           (padded.row_bytes + 2 * edge.row_bytes) / kernels_.line_size);
  return true;
}

/// From row to row of windows at `to`: side by side in memory of our own, a comb in the output.
size_t DirectSquare::out_pitch(const uint8_t* to) const {
  return to == results_.values ? width_ : width_ * static_cast<size_t>(plan_.axes[1].dilation);
}

/// `count` windows of each row, from element `first` of the rows at `to` on.
void DirectSquare::combine(uint8_t* to, size_t first, const uint8_t* lines, size_t pitch, size_t count,
                           int64_t windows) const {
  const Axis& column = plan_.axes[2];
  SquareArgs square;
  square.out = to + first * (means_ ? conversion_.stored_size : kernels_.element_size);
  if (divisors_ != nullptr) square.divisors = divisors_ + first;
  square.lines = lines;
  square.rows = static_cast<size_t>(windows);
  square.count = count;
  square.out_pitch = out_pitch(to);
  square.in_pitch = pitch;
  square.step = static_cast<size_t>(column.dilation) * inner_;
  kernel_.run(square);
}

/// The windows of output rows [q, q + windows), none of whose lines are padding; false where there is NaN.
POOLSCOPE_NOINLINE bool DirectSquare::inside(int64_t q, int64_t windows, uint8_t* to) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t size = kernels_.line_size, least = kernel_.min_count;
  const size_t width = static_cast<size_t>(column.input) * inner_,
               pad = static_cast<size_t>(column.pad_before) * inner_;
  const size_t stride = static_cast<size_t>(column.stride);
  const int64_t lines = row.span_of(windows);
  const uint8_t* from = input_ + static_cast<size_t>(q * row.stride - row.pad_before) * width * size;
  if (conversion_.scan != nullptr && conversion_.scan(from, static_cast<size_t>(lines) * width)) return false;
  size_t begin = 0, end = width_;
  if (pad > 0) {
    copy_lines(left_ + pad * size, edge_pitch_ * size, from, width * size, (edge_pitch_ - pad) * size, lines);
    combine(to, 0, left_, edge_pitch_, least, windows);
    begin = least;
  }
  if (pitch_ - pad > width) {
    end -= least;
    const size_t first = end * stride - pad;
    copy_lines(right_, edge_pitch_ * size, from + first * size, width * size, (width - first) * size, lines);
    combine(to, end, right_, edge_pitch_, least, windows);
  }
  combine(to, begin, from + (begin * stride - pad * (begin > 0)) * size, width, end - begin, windows);
  return true;
}

/// Brings `count` lines into memory, padded, from line `first` of the input on, which may lie outside it; whether there
/// is NaN.
POOLSCOPE_NOINLINE bool DirectSquare::pad(int64_t first, int64_t count) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t size = kernels_.line_size, width = static_cast<size_t>(column.input) * inner_,
               before = static_cast<size_t>(column.pad_before) * inner_, used = std::min(pitch_ - before, width);
  const auto place = [&](int64_t i, size_t at) { return offset(lines_, static_cast<size_t>(i) * pitch_ + at, size); };
  const int64_t begin = std::clamp<int64_t>(ceil_div(-first, row.dilation), 0, count),
                end = std::clamp<int64_t>(ceil_div(row.input - first, row.dilation), begin, count);
  const bool again = first == padded_first_;  // of another plane, and as many
  padded_first_ = first;
  for (int64_t i = 0; i < count && !again; ++i) {
    if (i < begin || i >= end) fill_row(place(i, 0), size, conversion_.identity, pitch_);
  }
  if (begin == end) return false;
  const size_t step = static_cast<size_t>(row.dilation) * width * conversion_.stored_size;
  const uint8_t* from = input_ + static_cast<size_t>(first + begin * row.dilation) * width * conversion_.stored_size;
  if (conversion_.reads_in_place && used * size >= 16) {  // in two calls: narrow planes are mostly calls
    copy_lines(place(begin, before).values, pitch_ * size, from, step, used * size, end - begin);
    if (conversion_.scan == nullptr) return false;
    const size_t lines = static_cast<size_t>(end - begin);
    return row.dilation == 1 ? conversion_.scan(from, lines * width)
                             : conversion_.scan(place(begin, 0).values, lines * pitch_);
  }
  bool has_nan = false;
  for (int64_t i = begin; i < end; ++i, from += step) {
    has_nan |= conversion_.load(conversion_, place(i, before).values, from, used);
  }
  return has_nan;
}

/// The same windows by the exact kernels of rows.
POOLSCOPE_NOINLINE void DirectSquare::combine_exact(uint8_t* to, int64_t windows) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  RowView lines = lines_, out = results_;
  lines.has_nan = horizontal_rows_.has_nan = true;
  out.values = to;
  const size_t stride = static_cast<size_t>(row.stride);
  horizontal_.slide_cells(horizontal_rows_, width_, lines, pitch_, static_cast<size_t>(lines_of(row, windows)), inner_,
                          {column.kernel, column.dilation, stride}, static_cast<size_t>(column.output));
  vertical_.slide_rows(out, out_pitch(to), horizontal_rows_, width_, width_, {row.kernel, 1, stride},
                       static_cast<size_t>(windows));
}

/// Stores the windows of output rows q, q + dilation ..., which `made` or the output itself holds.
POOLSCOPE_NOINLINE void DirectSquare::finish(int64_t q, int64_t windows, const uint8_t* result, uint8_t* output) {
  const int64_t dilation = plan_.axes[1].dilation, together = dilation == 1 ? windows : 1;
  const size_t row_bytes = width_ * conversion_.stored_size;
  const bool in_place = result != results_.values;
  RowView rows = results_;
  for (int64_t i = 0; i < windows; i += together, output += row_bytes * static_cast<size_t>(dilation)) {
    if (in_place) rows.values = output;
    epilogue_.finish(rows, 0, q + i * dilation, static_cast<size_t>(together), output, nullptr);
    rows.values += width_ * kernels_.element_size;
  }
}

POOLSCOPE_NOINLINE void DirectSquare::reduce_plane(const uint8_t* input, uint8_t* output, int32_t*) {
  const Axis& row = plan_.axes[1];
  const int64_t dilation = row.dilation;
  input_ = input;
  for (int64_t start = 0; start < std::min(dilation, row.output); ++start) {
    for (int64_t q = start, windows; q < row.output; q += windows * dilation) {
      windows = std::min(windows_, ceil_div(row.output - q, dilation));
      const bool is_inside = q >= inside_.begin && q < inside_.end;
      if (is_inside) windows = std::min(windows, inside_.end - q);
      else if (q < inside_.begin) windows = std::min(windows, inside_.begin - q);
      if (conversion_.kind == RowKind::sum_f32) {
        windows = static_cast<int64_t>(epilogue_.count_equal_divisors(q, static_cast<size_t>(windows), dilation));
        divisors_ = epilogue_.divisors_of(q);
      }
      uint8_t* const place = output + static_cast<size_t>(q) * width_ * conversion_.stored_size;
      uint8_t* const to = means_ || conversion_.writes_in_place ? place : results_.values;
      if (!is_inside || !inside(q, windows, to)) {
        if (pad(q * row.stride - row.pad_before, lines_of(row, windows))) combine_exact(to, windows);
        else combine(to, 0, lines_.values, pitch_, width_, windows);
      }
      if (!means_ && (!conversion_.writes_in_place || plan_.request.image_alpha)) finish(q, windows, to, place);
    }
  }
}

}  // namespace poolscope
