#include "core/algorithms/horizontal_pass.h"
#include "core/kernels/row_layout.h"

#include <algorithm>
#include <cstring>

namespace poolscope {

bool HorizontalPass::prepare(const Axis& axis, int64_t inner, const Conversion& conversion, bool with_indices) {
  axis_ = axis;
  conversion_ = &conversion;
  kernels_ = &row_kernels(conversion.kind);
  with_indices_ = with_indices;
  inner_ = static_cast<size_t>(inner);
  const bool listed = axis.kind != Axis::Kind::sliding;
  const int64_t cells = listed ? axis.input : axis.span_of(axis.output), taps = axis.max_taps();
  cells_ = static_cast<size_t>(cells);
  levels_ = listed ? block_levels(kernels_->idempotent, taps) : 0;
  const size_t held = static_cast<size_t>(std::max(cells, axis.input + axis.pad_before)) * inner_;
  line_layout_ = RowLayout(kernels_->line_size, held, with_indices);
  blocks_layout_ = RowLayout(kernels_->element_size, held, with_indices);
  // Beside the blocks, the rests of one window.
  if (!line_memory_.allocate(static_cast<int64_t>(line_layout_.row_bytes)) ||
      !blocks_memory_.allocate(static_cast<int64_t>(blocks_layout_.row_bytes) * levels_ * 2) ||
      !sliding_window_.prepare(*kernels_, SlidingWindow::Reads::lines, listed ? 1 : taps, !listed && axis.stride > 1,
                               listed ? 0 : held, with_indices)) {
    return false;
  }
  fill_row(line_layout_.row(line_memory_.bytes()), kernels_->line_size, conversion.identity, held);
  return true;
}

RowView HorizontalPass::read(const uint8_t* from, int32_t first_index) {
  const size_t pad = static_cast<size_t>(axis_.pad_before);
  // Cells past the last window are not read: with a stride they would be work for nothing.
  const size_t used = cells_ > pad ? std::min(cells_ - pad, static_cast<size_t>(axis_.input)) : 0;
  const bool fits = pad == 0 && cells_ <= static_cast<size_t>(axis_.input);
  if (conversion_->reads_in_place && fits && !with_indices_) {
    RowView line;
    line.values = const_cast<uint8_t*>(from);
    line.has_nan = conversion_->scan != nullptr && conversion_->scan(from, used * inner_);
    return line;
  }
  RowView line = line_layout_.row(line_memory_.bytes());
  const RowView real = offset(line, pad * inner_, kernels_->line_size);
  line.has_nan = conversion_->load(*conversion_, real.values, from, used * inner_);
  if (with_indices_) number_cells(real.indices, first_index, used, inner_);
  return line;
}

/// Adaptive and fractional windows: blocks of every size over the whole row, and each window put together from them.
void HorizontalPass::listed(const RowView& out, const RowView& line) {
  const size_t size = kernels_->element_size;
  const RowKernel of_lines = line.has_nan ? kernels_->combine_line_exact : kernels_->combine_line;
  const RowKernel of_results = line.has_nan ? kernels_->combine_exact : kernels_->combine;
  const auto kernel = [&](int32_t level) { return level == 0 ? of_lines : of_results; };
  RowView blocks[max_levels + 1];
  blocks[0] = line;
  const auto cell = [&](int32_t level, int64_t at) {
    return offset(blocks[level], static_cast<size_t>(at) * inner_, level == 0 ? kernels_->line_size : size);
  };
  RowView four[block_taps];
  RowKernelArgs make;
  make.taps = four;
  make.tap_count = block_taps;
  int64_t taken = 1;
  for (int32_t level = 0; level < levels_; ++level, taken *= block_taps) {
    for (int64_t i = 0; i < block_taps; ++i) four[i] = cell(level, i * taken);
    make.out = blocks[level + 1] =
        blocks_layout_.row(blocks_memory_.bytes() + static_cast<size_t>(level) * blocks_layout_.row_bytes);
    make.count = static_cast<size_t>(axis_.input - block_taps * taken + 1) * inner_;
    kernel(level)(make);
  }
  make.count = inner_;
  RowView parts[max_parts];
  RowKernelArgs window;
  window.taps = parts;
  window.count = inner_;
  for (int64_t q = 0; q < axis_.output; ++q) {
    const int64_t start = axis_.start(q);
    const auto block = [&](int32_t level, int64_t tap) { return cell(level, start + tap); };
    const auto leftover = [&](int32_t level, int64_t tap, int64_t count) {
      for (int64_t i = 0; i < count; ++i) four[i] = block(level, tap + (i << (2 * level)));
      make.out =
          blocks_layout_.row(blocks_memory_.bytes() + static_cast<size_t>(levels_ + level) * blocks_layout_.row_bytes);
      make.tap_count = static_cast<size_t>(count);
      kernel(level)(make);
      return make.out;
    };
    const int64_t taps = axis_.taps(q);
    window.tap_count = split_window(kernels_->idempotent, taps, parts, block, leftover);
    window.out = offset(out, static_cast<size_t>(q) * inner_, size);
    kernel(block_levels(kernels_->idempotent, taps))(window);
  }
}

RowView HorizontalPass::windows(const uint8_t* from, int32_t first_index, const RowView& slot) {
  const RowView line = read(from, first_index);
  if (axis_.kind != Axis::Kind::sliding) {
    listed(slot, line);
  } else {
    sliding_window_.slide_cells(slot, 0, line, line_layout_.values_bytes / kernels_->line_size, 1, inner_,
                                {axis_.kernel, axis_.dilation, static_cast<size_t>(axis_.stride)},
                                static_cast<size_t>(axis_.output));
  }
  RowView result = slot;
  result.has_nan = line.has_nan;
  return result;
}

}  // namespace poolscope
