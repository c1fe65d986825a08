#include "line.h"

#include <algorithm>
#include <cstring>

namespace poolscope {

bool Line::prepare(const Axis& axis, int64_t inner, const Elements& elements, bool with_indices) {
  axis_ = axis;
  elements_ = &elements;
  kernels_ = &row_kernels(elements.kind);
  with_indices_ = with_indices;
  inner_ = static_cast<size_t>(inner);
  listed_ = axis.kind != Axis::Kind::sliding;
  most_taps_ = static_cast<size_t>(axis.most_taps());
  const int64_t cells = listed_ ? axis.input : (axis.output - 1) * axis.stride + axis.span();
  cells_ = static_cast<size_t>(cells);
  const size_t held = static_cast<size_t>(std::max(cells, axis.input + axis.pad_before)) * inner_;
  const RowLayout layout(*kernels_, held, with_indices);
  row_bytes_ = layout.row_bytes;
  values_bytes_ = layout.values_bytes;
  int64_t copies = 0;
  for (size_t block = 2; listed_ && block <= most_taps_; block *= 2) ++copies;
  if (!line_memory_.allocate(static_cast<int64_t>(row_bytes_)) ||
      !slider_.prepare(*kernels_, listed_ ? 0 : held, with_indices) ||
      !blocks_memory_.allocate(static_cast<int64_t>(row_bytes_) * copies)) {
    return false;
  }
  fill_row(layout.row(line_memory_.bytes(), with_indices), kernels_->element_size, elements.identity, held);
  return true;
}

Row Line::read(const uint8_t* from, int32_t first_index) {
  const size_t pad = static_cast<size_t>(axis_.pad_before);
  // Cells past the last window are not read: with a stride they would be work for nothing.
  const size_t used = cells_ > pad ? std::min(cells_ - pad, static_cast<size_t>(axis_.input)) : 0;
  Row line;
  const bool fits = pad == 0 && cells_ <= static_cast<size_t>(axis_.input);
  if (elements_->reads_in_place && fits && !with_indices_) {
    line.values = const_cast<uint8_t*>(from);
    line.has_nan = elements_->scan != nullptr && elements_->scan(from, used * inner_);
    return line;
  }
  line.values = line_memory_.bytes();
  if (with_indices_) line.indices = reinterpret_cast<int32_t*>(line.values + values_bytes_);
  const Row real = slider_.offset(line, pad * inner_);
  line.has_nan = elements_->load(*elements_, real.values, from, used * inner_);
  if (with_indices_) number_cells(real.indices, first_index, used, inner_);
  return line;
}

/// Adaptive and fractional windows: blocks of every power of two over the whole row, and each window put together from
/// them.
Row Line::listed(const Row& out, const Row& line) {
  Row blocks[32];
  blocks[0] = line;
  size_t reach = static_cast<size_t>(axis_.input);
  int32_t levels = 0;
  for (size_t size = 1; size * 2 <= most_taps_; size *= 2, ++levels) {
    reach -= size;
    Row next;
    next.values = blocks_memory_.bytes() + static_cast<size_t>(levels) * row_bytes_;
    if (with_indices_) next.indices = reinterpret_cast<int32_t*>(next.values + values_bytes_);
    blocks[levels + 1] =
        slider_.combine(next, blocks[levels], slider_.offset(blocks[levels], size * inner_), reach * inner_);
  }
  for (int64_t q = 0; q < axis_.output; ++q) {
    const size_t start = static_cast<size_t>(axis_.start(q));
    const size_t taps = static_cast<size_t>(axis_.taps(q));
    const Row to = slider_.offset(out, static_cast<size_t>(q) * inner_);
    const auto block = [&](int32_t level, size_t at) { return slider_.offset(blocks[level], at * inner_); };
    int32_t level = 0;
    while (size_t{2} << level <= taps) ++level;
    const size_t largest = size_t{1} << level;
    if (largest == taps) {
      slider_.pick(to, block(level, start), inner_, 1, 1);
    } else if (kernels_->idempotent) {
      slider_.combine(to, block(level, start), block(level, start + taps - largest), inner_);
    } else {
      Row sum;
      for (int32_t bit = 0; bit <= level; ++bit) {
        const size_t size = size_t{1} << bit;
        if ((taps & size) == 0) continue;
        const Row part = block(bit, start + (taps & ~(2 * size - 1)));
        sum = sum.values == nullptr ? part : slider_.combine(to, part, sum, inner_);
      }
    }
  }
  Row made = out;
  made.has_nan = line.has_nan;
  return made;
}

Row Line::windows(const uint8_t* from, int32_t first_index, const Row& slot) {
  const Row line = read(from, first_index);
  if (listed_) return listed(slot, line);
  const size_t cells = static_cast<size_t>(axis_.output);
  Row made =
      slider_.windows(slot, line, inner_, axis_.kernel, axis_.dilation, static_cast<size_t>(axis_.stride), cells);
  // Only the input itself may be handed on as it lies: the line serves the next row too.
  if (made.values != slot.values && made.values != from) {
    slider_.pick(slot, made, inner_, 1, cells);
    const bool has_nan = made.has_nan;
    made = slot;
    made.has_nan = has_nan;
  }
  return made;
}

}  // namespace poolscope
