#include "core/algorithms/tiled_separable.h"
#include "core/kernels/row_layout.h"

#include <algorithm>
#include <cstring>

namespace poolscope {
namespace {

constexpr int64_t lines_bytes = 8 * 1024;        // of padded input at a time: a quarter of the first cache
constexpr int64_t block_bytes = 64 * 1024;       // room for windows across, so that few of them move when it is full
constexpr int64_t max_window_bytes = 96 * 1024;  // of the rows of one window

/// Output rows at a time: about lines_bytes of input; tall windows share blocks of rows, and want many at once.
int64_t rows_per_tile(const Axis& row, int64_t line_bytes) {
  int64_t windows =
      row.stride > row.effective_kernel() ? 1 : lines_bytes / std::max<int64_t>(line_bytes * row.stride, 1);
  if (row.kernel > max_direct_taps) windows = std::max(windows, 2 * row.effective_kernel() / row.stride);
  return std::clamp<int64_t>(windows, 1, row.output);
}

}  // namespace

bool TiledSeparable::supports(const Plan& plan, const Conversion& conversion) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  const RowKernels& kernels = row_kernels(conversion.kind);
  const double inner = static_cast<double>(plan.inner());
  const double line_bytes = static_cast<double>(column.padded_cells()) * inner * static_cast<double>(kernels.line_size);
  const double width_bytes = static_cast<double>(column.output) * inner * static_cast<double>(kernels.element_size);
  if (line_bytes > 1e9 ||
      static_cast<double>(row.effective_kernel()) * width_bytes > static_cast<double>(max_window_bytes)) {
    return false;
  }
  const int64_t windows = rows_per_tile(row, static_cast<int64_t>(line_bytes));
  return row.kernel <= max_direct_taps ||
         static_cast<double>(row.span_of(windows)) * width_bytes <= static_cast<double>(max_window_bytes);
}

TiledSeparable::TiledSeparable(const Plan& plan, const Conversion& conversion)
    : plan_(plan),
      conversion_(conversion),
      kernels_(row_kernels(conversion_.kind)),
      inner_(static_cast<size_t>(plan.inner())),
      pitch_(static_cast<size_t>(plan.axes[2].padded_cells()) * inner_),
      width_(static_cast<size_t>(plan.axes[2].output) * inner_) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  if (conversion_.reads_in_place && column.all_inside()) {
    in_place_ = true;
    pitch_ = static_cast<size_t>(column.input) * inner_;
  }
  const int64_t line_bytes = static_cast<int64_t>(pitch_ * kernels_.line_size);
  windows_ = rows_per_tile(row, line_bytes);
  lines_rows_ = std::clamp<int64_t>(lines_bytes / std::max<int64_t>(line_bytes, 1), 1, row.input);
  const int64_t needed = row.span_of(windows_);
  const int64_t fitting = block_bytes / static_cast<int64_t>(width_ * kernels_.element_size);
  block_rows_ = std::min(std::max(2 * needed, fitting), row.span_of(row.output));
}

bool TiledSeparable::prepare() {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const bool with_indices = plan_.request.with_indices;
  const size_t lines_elements = static_cast<size_t>(lines_rows_) * pitch_;
  const size_t block_elements = static_cast<size_t>(block_rows_) * width_;
  lines_layout_ = RowLayout(in_place_ ? 0 : kernels_.line_size, lines_elements, with_indices);
  block_layout_ = RowLayout(kernels_.element_size, block_elements, with_indices);
  results_layout_ = RowLayout(kernels_.element_size, static_cast<size_t>(windows_) * width_, with_indices);
  if (!epilogue_.prepare(plan_, conversion_, static_cast<size_t>(windows_)) ||
      !horizontal_.prepare(kernels_, SlidingWindow::Reads::lines, column.kernel, column.stride > 1, lines_elements,
                           with_indices) ||
      !vertical_.prepare(kernels_, SlidingWindow::Reads::results, row.kernel, false, block_elements, with_indices) ||
      !memory_.allocate(
          static_cast<int64_t>(lines_layout_.row_bytes + block_layout_.row_bytes + results_layout_.row_bytes))) {
    return false;
  }
  uint8_t* at = memory_.bytes();
  lines_ = lines_layout_.row(at);
  block_ = block_layout_.row(at += lines_layout_.row_bytes);
  results_ = results_layout_.row(at += block_layout_.row_bytes);
  if (!in_place_) fill_row(lines_, kernels_.line_size, conversion_.identity, lines_elements);
  return true;
}

/// Windows across of input rows [first, first + count), into the block.
void TiledSeparable::read(int64_t first, int64_t count) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t width = static_cast<size_t>(column.input) * inner_,
               pad = static_cast<size_t>(column.pad_before) * inner_;
  const size_t row_bytes = width * conversion_.stored_size;
  const uint8_t* from = input_ + static_cast<size_t>(first) * row_bytes;
  RowView lines = lines_;
  if (in_place_) {
    lines.values = const_cast<uint8_t*>(from);
    lines.has_nan = conversion_.scan != nullptr && conversion_.scan(from, static_cast<size_t>(count) * pitch_);
    if (lines.indices != nullptr) {
      number_cells(lines.indices, static_cast<int32_t>(first * column.input), static_cast<size_t>(count * column.input),
                   inner_);
    }
  } else {
    const size_t used = std::min(pitch_ - pad, width);
    for (int64_t i = 0; i < count; ++i, from += row_bytes) {
      const RowView real = offset(lines_, static_cast<size_t>(i) * pitch_ + pad, kernels_.line_size);
      lines.has_nan |= conversion_.load(conversion_, real.values, from, used);
      if (real.indices != nullptr) {
        number_cells(real.indices, static_cast<int32_t>((first + i) * column.input), used / inner_, inner_);
      }
    }
  }
  const int64_t padded = first + row.pad_before;
  horizontal_.slide_cells(offset(block_, static_cast<size_t>(padded - base_) * width_, kernels_.element_size), width_,
                          lines, pitch_, static_cast<size_t>(count), inner_,
                          {column.kernel, column.dilation, static_cast<size_t>(column.stride)},
                          static_cast<size_t>(column.output));
  if (lines.has_nan) last_nan_ = padded + count;
}

/// Brings the padded rows [first, end) into the block.
void TiledSeparable::fill(int64_t first, int64_t end) {
  const Axis& row = plan_.axes[1];
  while (first < end) {
    const int64_t y = first - row.pad_before;
    const bool inside = y >= 0 && y < row.input;
    const int64_t limit = y < 0 ? -y : inside ? std::min(lines_rows_, row.input - y) : end - first;
    const int64_t count = std::min(limit, end - first);
    if (inside) {
      read(y, count);
    } else {
      fill_row(offset(block_, static_cast<size_t>(first - base_) * width_, kernels_.element_size),
               kernels_.element_size, conversion_.identity, static_cast<size_t>(count) * width_);
    }
    first += count;
  }
}

/// The windows down of output rows [q, q + windows), to where they are stored.
void TiledSeparable::finish(int64_t q, int64_t windows, uint8_t* output, int32_t* indices) {
  const Axis& row = plan_.axes[1];
  RowView from = offset(block_, static_cast<size_t>(q * row.stride - base_) * width_, kernels_.element_size);
  from.has_nan = last_nan_ > q * row.stride;
  RowView to = results_;
  if (conversion_.writes_in_place) to.values = output;
  if (indices != nullptr) to.indices = indices;
  vertical_.slide_rows(to, width_, from, width_, width_, {row.kernel, row.dilation, static_cast<size_t>(row.stride)},
                       static_cast<size_t>(windows));
  if (conversion_.writes_in_place && !plan_.request.image_alpha) return;
  epilogue_.finish(to, 0, q, static_cast<size_t>(windows), output, indices);
}

void TiledSeparable::reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) {
  const Axis& row = plan_.axes[1];
  input_ = input;
  base_ = last_nan_ = 0;
  int64_t filled = 0;  // the end of the padded rows in the block
  for (int64_t q = 0; q < row.output; q += windows_) {
    const int64_t windows = std::min(windows_, row.output - q);
    const int64_t begin = q * row.stride, end = begin + row.span_of(windows);
    filled = std::max(filled, begin);
    if (end - base_ > block_rows_) {
      const size_t kept = static_cast<size_t>(filled - begin) * width_;
      const RowView moved = offset(block_, static_cast<size_t>(begin - base_) * width_, kernels_.element_size);
      std::memmove(block_.values, moved.values, kept * kernels_.element_size);
      if (moved.indices != nullptr) std::memmove(block_.indices, moved.indices, kept * sizeof(int32_t));
      base_ = begin;
    }
    fill(filled, end);
    filled = std::max(filled, end);
    const size_t at = static_cast<size_t>(q) * width_;
    finish(q, windows, output + at * conversion_.stored_size, indices == nullptr ? nullptr : indices + at);
  }
}

}  // namespace poolscope
