#include "slider.h"

#include <algorithm>

namespace poolscope {

bool Slider::prepare(const RowKernels& kernels, Reads reads, int64_t taps, bool strided, size_t elements,
                     bool with_indices) {
  kernels_ = &kernels;
  reads_lines_ = reads != Reads::results;
  in_size_ = reads_lines_ ? kernels.line_size : kernels.element_size;
  levels_ = block_levels(kernels.idempotent, taps);
  layout_ = RowLayout(kernels.element_size, elements, with_indices);
  const int32_t buffers = levels_ * (kernels.idempotent ? 1 : 2) + (strided ? 1 : 0);
  return memory_.allocate(static_cast<int64_t>(layout_.row_bytes + 2 * eights_room) * buffers);
}

void pick_cells(const Row& out, const Row& line, size_t inner, size_t element_size, size_t step, size_t cells) {
  pick_units(out.values, line.values, inner * element_size, step, cells);
  if (out.indices != nullptr) {
    pick_units(reinterpret_cast<uint8_t*>(out.indices), reinterpret_cast<const uint8_t*>(line.indices),
               inner * sizeof(int32_t), step, cells);
  }
}

Kernel Slider::kernel(int32_t level, bool exact) const {
  if (level == 0 && reads_lines_) return exact ? kernels_->combine_line_exact : kernels_->combine_line;
  return exact ? kernels_->combine_exact : kernels_->combine;
}

void Slider::slide(Pass pass, const Row& line, const Reach& reach, int64_t taps) {
  if (pass.in_pitch == pass.count && pass.out_pitch == pass.count) {
    pass.count *= pass.rows;
    pass.rows = 1;
  }
  if (taps > most_direct_taps) return slide_blocks(pass, line, reach, taps, false);
  Row parts[most_direct_taps];
  size_t at = 0;
  for (int64_t i = 0; i < taps; ++i, at += reach.count_step + reach.row_step * reach.pitch) {
    parts[i] = offset(line, at, in_size_);
  }
  pass.taps = parts;
  pass.tap_count = static_cast<size_t>(taps);
  kernel(0, line.has_nan)(pass);
}

/// With `of_eights` the line is made of blocks of eight already: where windows may overlap, they may as well begin so.
void Slider::slide_blocks(Pass pass, const Row& line, const Reach& reach, int64_t taps, bool of_eights) {
  const size_t step = reach.count_step + reach.row_step * reach.pitch;
  Row blocks[most_levels + 1];
  int32_t level = of_eights ? 1 : 0;
  int64_t size = of_eights ? 8 : 1;
  blocks[level] = line;
  const auto block = [&](int32_t of, int64_t tap) {
    return offset(blocks[of], static_cast<size_t>(tap) * step, of == 0 ? in_size_ : kernels_->element_size);
  };
  const int32_t levels =
      of_eights ? std::max(block_levels(true, (taps + 1) / 2), 1) : block_levels(kernels_->idempotent, taps);
  for (; level < levels; ++level) {
    Row four[block_taps];
    for (int64_t i = 0; i < block_taps; ++i) four[i] = block(level, i * size);
    size *= block_taps;
    const size_t more = static_cast<size_t>(taps - size);
    Pass make;
    make.out = blocks[level + 1] = buffer(level);
    make.taps = four;
    make.tap_count = block_taps;
    // One long row: what lies between the rows' ends and the pitch does no harm in a buffer.
    make.count = reach.count + more * reach.count_step + (reach.rows + more * reach.row_step - 1) * reach.pitch;
    kernel(level, line.has_nan)(make);
  }
  const auto rest = [&](int32_t of, int64_t tap, int64_t count) {
    if (count == 1 && (of > 0 || in_size_ == kernels_->element_size)) return block(of, tap);
    Row some[block_taps];
    for (int64_t i = 0; i < count; ++i) some[i] = block(of, tap + (i << (2 * of)));
    Pass make = pass;
    make.out = buffer(levels_ + of);
    make.out_pitch = pass.in_pitch;
    make.taps = some;
    make.tap_count = static_cast<size_t>(count);
    kernel(of, line.has_nan)(make);
    return make.out;
  };
  Row parts[most_parts];
  pass.tap_count = window_parts(kernels_->idempotent, levels, size, taps, parts, block, rest);
  pass.taps = parts;
  kernel(levels, line.has_nan)(pass);
}

void Slider::across(const Row& out, size_t out_pitch, const Row& line, size_t pitch, size_t rows, size_t inner,
                    const Steps& steps, size_t cells) {
  const size_t stride = cells == 1 ? 1 : steps.stride, size = kernels_->element_size;
  const size_t step = static_cast<size_t>(steps.dilation) * inner;
  Pass pass;
  pass.out = out;
  pass.out_pitch = out_pitch;
  pass.in_pitch = pitch;
  pass.rows = rows;
  const bool by_two = stride == 2 && steps.dilation == 1 && steps.taps > 1 && steps.taps <= most_direct_taps &&
                      kernels_->by_two != nullptr && inner * in_size_ == 4;
  if (by_two && (!line.has_nan || line.indices != nullptr)) {
    pass.taps = &line;
    pass.tap_count = static_cast<size_t>(steps.taps);
    pass.count = cells;
    return kernels_->by_two(pass);
  }
  pass.count = ((cells - 1) * stride + 1) * inner;
  if (stride == 1) {
    return slide(pass, line, {pass.count, rows, pitch, step, 0}, steps.taps);
  }
  // Many channels fill vectors of their own: each cell is a row, and no window is made in vain.
  const bool wide = inner * in_size_ >= 64;
  const Row every = wide ? out : buffer(levels_ * (kernels_->idempotent ? 1 : 2));
  for (size_t r = 0; r < rows; ++r) {
    const Row from = offset(line, r * pitch, in_size_), to = offset(out, r * out_pitch, size);
    pass.rows = 1;
    if (steps.taps == 1 && in_size_ == size) {
      pick_cells(to, from, inner, size, stride, cells);
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
      pick_cells(to, every, inner, size, stride, cells);
    }
  }
}

void Slider::across_eights(const Row& out, size_t inner, int64_t taps, size_t cells) {
  Pass pass;
  pass.out = out;
  pass.count = cells * inner;
  slide_blocks(pass, eights(), {pass.count, 1, 0, inner, 0}, taps, true);
}

void Slider::down(const Row& out, size_t out_pitch, const Row& line, size_t pitch, size_t count, const Steps& steps,
                  size_t windows) {
  Pass pass;
  pass.out = out;
  pass.out_pitch = out_pitch;
  pass.in_pitch = steps.stride * pitch;
  pass.rows = windows;
  pass.count = count;
  slide(pass, line, {count, (windows - 1) * steps.stride + 1, pitch, 0, static_cast<size_t>(steps.dilation)},
        steps.taps);
}

}  // namespace poolscope
