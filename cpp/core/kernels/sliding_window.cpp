#include "core/kernels/sliding_window.h"
#include "core/kernels/row_layout.h"

#include <algorithm>

namespace poolscope {

bool SlidingWindow::prepare(const RowKernels& kernels, Reads reads, int64_t taps, bool strided, size_t elements,
                            bool with_indices) {
  kernels_ = &kernels;
  reads_lines_ = reads != Reads::results;
  in_size_ = reads_lines_ ? kernels.line_size : kernels.element_size;
  levels_ = block_levels(kernels.idempotent, taps);
  layout_ = RowLayout(kernels.element_size, elements, with_indices);
  const int32_t buffers = levels_ * (kernels.idempotent ? 1 : 2) + (strided ? 1 : 0);
  return memory_.allocate(static_cast<int64_t>(layout_.row_bytes + 2 * doubling_margin) * buffers);
}

void gather_cells(const RowView& out, const RowView& line, size_t inner, size_t element_size, size_t step,
                  size_t cells) {
  gather_units(out.values, line.values, inner * element_size, step, cells);
  if (out.indices != nullptr) {
    gather_units(reinterpret_cast<uint8_t*>(out.indices), reinterpret_cast<const uint8_t*>(line.indices),
                 inner * sizeof(int32_t), step, cells);
  }
}

RowKernel SlidingWindow::kernel(int32_t level, bool exact) const {
  if (level == 0 && reads_lines_) return exact ? kernels_->combine_line_exact : kernels_->combine_line;
  return exact ? kernels_->combine_exact : kernels_->combine;
}

void SlidingWindow::slide(RowKernelArgs pass, const RowView& line, const Reach& reach, int64_t taps) {
  if (pass.in_pitch == pass.count && pass.out_pitch == pass.count) {
    pass.count *= pass.rows;
    pass.rows = 1;
  }
  if (taps > max_direct_taps) return slide_blocks(pass, line, reach, taps, false);
  RowView parts[max_direct_taps];
  size_t at = 0;
  for (int64_t i = 0; i < taps; ++i, at += reach.count_step + reach.row_step * reach.pitch) {
    parts[i] = offset(line, at, in_size_);
  }
  pass.taps = parts;
  pass.tap_count = static_cast<size_t>(taps);
  kernel(0, line.has_nan)(pass);
}

/// With `of_eights` the line is made of blocks of eight already: where windows may overlap, they may as well begin so.
void SlidingWindow::slide_blocks(RowKernelArgs pass, const RowView& line, const Reach& reach, int64_t taps,
                                 bool of_doubling) {
  const size_t step = reach.count_step + reach.row_step * reach.pitch;
  RowView blocks[max_levels + 1];
  int32_t level = of_doubling ? 1 : 0;
  int64_t size = of_doubling ? 8 : 1;
  blocks[level] = line;
  const auto block = [&](int32_t of, int64_t tap) {
    return offset(blocks[of], static_cast<size_t>(tap) * step, of == 0 ? in_size_ : kernels_->element_size);
  };
  const int32_t levels =
      of_doubling ? std::max(block_levels(true, (taps + 1) / 2), 1) : block_levels(kernels_->idempotent, taps);
  for (; level < levels; ++level) {
    RowView four[block_taps];
    for (int64_t i = 0; i < block_taps; ++i) four[i] = block(level, i * size);
    size *= block_taps;
    const size_t more = static_cast<size_t>(taps - size);
    RowKernelArgs make;
    make.out = blocks[level + 1] = buffer(level);
    make.taps = four;
    make.tap_count = block_taps;
    // One long row: what lies between the rows' ends and the pitch does no harm in a buffer.
    make.count = reach.count + more * reach.count_step + (reach.rows + more * reach.row_step - 1) * reach.pitch;
    kernel(level, line.has_nan)(make);
  }
  const auto leftover = [&](int32_t of, int64_t tap, int64_t count) {
    if (count == 1 && (of > 0 || in_size_ == kernels_->element_size)) return block(of, tap);
    RowView some[block_taps];
    for (int64_t i = 0; i < count; ++i) some[i] = block(of, tap + (i << (2 * of)));
    RowKernelArgs make = pass;
    make.out = buffer(levels_ + of);
    make.out_pitch = pass.in_pitch;
    make.taps = some;
    make.tap_count = static_cast<size_t>(count);
    kernel(of, line.has_nan)(make);
    return make.out;
  };
  RowView parts[max_parts];
  pass.tap_count = split_window(kernels_->idempotent, levels, size, taps, parts, block, leftover);
  pass.taps = parts;
  kernel(levels, line.has_nan)(pass);
}

void SlidingWindow::slide_cells(const RowView& out, size_t out_pitch, const RowView& line, size_t pitch, size_t rows,
                                size_t inner, const Steps& steps, size_t cells) {
  const size_t stride = cells == 1 ? 1 : steps.stride, size = kernels_->element_size;
  const size_t step = static_cast<size_t>(steps.dilation) * inner;
  RowKernelArgs pass;
  pass.out = out;
  pass.out_pitch = out_pitch;
  pass.in_pitch = pitch;
  pass.rows = rows;
  const bool stride2 = stride == 2 && steps.dilation == 1 && steps.taps > 1 && steps.taps <= max_direct_taps &&
                       kernels_->stride2 != nullptr && inner * in_size_ == 4;
  if (stride2 && (!line.has_nan || line.indices != nullptr)) {
    pass.taps = &line;
    pass.tap_count = static_cast<size_t>(steps.taps);
    pass.count = cells;
    return kernels_->stride2(pass);
  }
  pass.count = ((cells - 1) * stride + 1) * inner;
  if (stride == 1) {
    return slide(pass, line, {pass.count, rows, pitch, step, 0}, steps.taps);
  }
  // Many channels fill vectors of their own: each cell is a row, and no window is made in vain.
  const bool wide = inner * in_size_ >= 64;
  const RowView every = wide ? out : buffer(levels_ * (kernels_->idempotent ? 1 : 2));
  for (size_t r = 0; r < rows; ++r) {
    const RowView from = offset(line, r * pitch, in_size_), to = offset(out, r * out_pitch, size);
    pass.rows = 1;
    if (steps.taps == 1 && in_size_ == size) {
      gather_cells(to, from, inner, size, stride, cells);
    } else if (wide) {
      pass.out = to;
      pass.rows = cells;
      pass.count = inner;
      pass.out_pitch = inner;
      pass.in_pitch = stride * inner;
      slide(pass, from, {((cells - 1) * stride + 1) * inner, 1, pitch, step, 0}, steps.taps);
    } else {
      pass.out = every;
      pass.count = ((cells - 1) * stride + 1) * inner;
      slide(pass, from, {pass.count, 1, pitch, step, 0}, steps.taps);
      gather_cells(to, every, inner, size, stride, cells);
    }
  }
}

void SlidingWindow::slide_doubled_cells(const RowView& out, size_t inner, int64_t taps, size_t cells) {
  RowKernelArgs pass;
  pass.out = out;
  pass.count = cells * inner;
  slide_blocks(pass, doubling(), {pass.count, 1, 0, inner, 0}, taps, true);
}

void SlidingWindow::slide_rows(const RowView& out, size_t out_pitch, const RowView& line, size_t pitch, size_t count,
                               const Steps& steps, size_t windows) {
  RowKernelArgs pass;
  pass.out = out;
  pass.out_pitch = out_pitch;
  pass.in_pitch = steps.stride * pitch;
  pass.rows = windows;
  pass.count = count;
  slide(pass, line, {count, (windows - 1) * steps.stride + 1, pitch, 0, static_cast<size_t>(steps.dilation)},
        steps.taps);
}

}  // namespace poolscope
