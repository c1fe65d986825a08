#include "line.h"

#include <algorithm>

namespace poolscope {

bool Line::prepare(const Axis& axis, int64_t inner, const Elements& elements, bool with_indices) {
  axis_ = axis;
  elements_ = &elements;
  kernels_ = &row_kernels(elements.kind);
  with_indices_ = with_indices;
  inner_ = static_cast<size_t>(inner);
  cell_bytes_ = inner_ * kernels_->element_size;
  listed_ = axis.kind != Axis::Kind::sliding;
  most_taps_ = 1;
  int64_t cells = axis.input;
  if (!listed_) {
    cells = (axis.output - 1) * axis.stride + axis.span();
    most_taps_ = static_cast<size_t>(axis.kernel);
  } else {
    for (int64_t q = 0; q < axis.output; ++q) most_taps_ = std::max(most_taps_, static_cast<size_t>(axis.taps(q)));
  }
  cells_ = static_cast<size_t>(cells);
  held_cells_ = static_cast<size_t>(std::max(cells, axis.input + axis.pad_before));
  const int64_t bytes = static_cast<int64_t>(row_bytes());
  int64_t copies = 1;
  if (listed_) {
    for (size_t block = 2; block <= most_taps_; block *= 2) ++copies;
  }
  if (!line_memory_.allocate(bytes) || !work_memory_.allocate(bytes * copies) || !tail_memory_.allocate(bytes) ||
      !even_memory_.allocate(bytes)) {
    return false;
  }
  const Row line = buffer(line_memory_);
  for (size_t i = 0; i < held_cells_ * inner_; ++i) {
    std::memcpy(line.values + i * kernels_->element_size, &elements.identity, kernels_->element_size);
    if (with_indices) line.indices[i] = -1;
  }
  return true;
}

/// The row number `index` of a memory that holds one or more.
Row Line::buffer(const Buffer& memory, size_t index) const {
  Row row;
  row.values = memory.bytes() + index * row_bytes();
  if (with_indices_) row.indices = reinterpret_cast<int32_t*>(row.values + values_bytes());
  return row;
}

Row Line::read(const uint8_t* from, int32_t first_index) {
  const size_t pad = static_cast<size_t>(axis_.pad_before);
  // Cells past the last window are not read: with a stride they would be work for nothing.
  const size_t used = cells_ > pad ? std::min(cells_ - pad, static_cast<size_t>(axis_.input)) : 0;
  Row line = buffer(line_memory_);
  const bool fits = pad == 0 && cells_ <= static_cast<size_t>(axis_.input);
  if (elements_->reads_in_place && fits && !with_indices_) {
    line.values = const_cast<uint8_t*>(from);
    line.has_nan = elements_->scan != nullptr && elements_->scan(from, used * inner_);
    return line;
  }
  line.has_nan = elements_->load(*elements_, line.values + pad * cell_bytes_, from, used * inner_);
  if (with_indices_) {
    int32_t* indices = line.indices + pad * inner_;
    if (inner_ == 1) {
      for (size_t i = 0; i < used; ++i) indices[i] = first_index + static_cast<int32_t>(i);
    } else {
      for (size_t i = 0; i < used; ++i) {
        for (size_t c = 0; c < inner_; ++c) indices[i * inner_ + c] = first_index + static_cast<int32_t>(i);
      }
    }
  }
  return line;
}

Row Line::combine(Row out, const Row& a, const Row& b, size_t cells) const {
  out.has_nan = a.has_nan;
  (a.has_nan ? kernels_->two_exact : kernels_->two)(out, a, b, cells * inner_);
  return out;
}

Row Line::combine(Row out, const Row& a, const Row& b, const Row& c, size_t cells) const {
  out.has_nan = a.has_nan;
  (a.has_nan ? kernels_->three_exact : kernels_->three)(out, a, b, c, cells * inner_);
  return out;
}

void Line::pick(const Row& out, const Row& line, size_t step, size_t cells) const {
  pick_units(out.values, line.values, cell_bytes_, step, cells);
  if (with_indices_) {
    pick_units(reinterpret_cast<uint8_t*>(out.indices), reinterpret_cast<const uint8_t*>(line.indices),
               inner_ * sizeof(int32_t), step, cells);
  }
}

/// Windows of `taps` taps at every one of `cells` positions. Where `last_tap` is given, each window has one tap more, at
/// last_tap[position + taps] (the odd tap of a kernel that was halved).
Row Line::slide(const Row& out, const Row& line, int64_t taps, int64_t dilation, size_t cells, const Row* last_tap) {
  const size_t step = static_cast<size_t>(dilation);
  if (taps == 1) {
    return last_tap == nullptr ? line : combine(out, line, offset(*last_tap, 1), cells);
  }
  if (taps == 2 && last_tap == nullptr) return combine(out, line, offset(line, step), cells);
  if (taps == 3 && last_tap == nullptr) {
    return combine(out, line, offset(line, step), offset(line, 2 * step), cells);
  }
  // blocks[i] combines `size` taps from i on; it grows in place, and `sum` collects the smaller powers of two from the end.
  const Row work = buffer(work_memory_);
  Row blocks = line;
  Row sum;
  size_t sum_taps = 0;
  if (last_tap != nullptr) {
    sum = *last_tap;
    sum_taps = 1;
  }
  int64_t size = 1;
  size_t reach = cells + (static_cast<size_t>(taps) - 1) * step;  // positions the blocks are needed at
  for (;;) {
    const bool largest = size * 2 > taps;
    const size_t at = static_cast<size_t>(size) * step;
    if (!kernels_->idempotent && (taps & size) != 0) {
      if (sum_taps == 0) {
        if (largest) return blocks;
        sum = blocks;
        if (blocks.values == work.values) {  // the blocks move on in place: what is needed of them stays in the tail
          sum = buffer(tail_memory_);
          std::memcpy(sum.values, blocks.values, reach * cell_bytes_);
          sum.has_nan = blocks.has_nan;
        }
      } else {
        const size_t kept = largest ? cells : cells + static_cast<size_t>(taps & ~(2 * size - 1)) * step;
        sum = combine(largest ? out : buffer(tail_memory_), blocks, offset(sum, at), kept);
        if (largest) return sum;
      }
      sum_taps += static_cast<size_t>(size);
    }
    if (largest) break;
    const bool final_step = kernels_->idempotent && size * 2 == taps && last_tap == nullptr;
    reach -= at;
    if (final_step) return combine(out, blocks, offset(blocks, at), cells);
    if (!kernels_->idempotent && size * 2 == taps && sum_taps == 0) {
      return combine(out, blocks, offset(blocks, at), cells);
    }
    blocks = combine(work, blocks, offset(blocks, at), reach);
    size *= 2;
  }
  const size_t rest = static_cast<size_t>(taps - size) * step;
  if (last_tap != nullptr) {
    return rest == 0 ? combine(out, blocks, offset(*last_tap, static_cast<size_t>(taps)), cells)
                     : combine(out, blocks, offset(blocks, rest), offset(*last_tap, static_cast<size_t>(taps)), cells);
  }
  return combine(out, blocks, offset(blocks, rest), cells);
}

/// Stride 2 without dilation: the even and the odd cells apart, pairs combined, then windows of half the taps at stride 1.
Row Line::slide_by_two(const Row& out, const Row& line) {
  const size_t cells = static_cast<size_t>(axis_.output);
  const int64_t taps = axis_.kernel;
  const size_t evens = (cells_ + 1) / 2, odds = cells_ / 2;
  Row even = buffer(even_memory_);
  Row odd = buffer(tail_memory_);
  even.has_nan = odd.has_nan = line.has_nan;
  split_units(even.values, odd.values, line.values, cell_bytes_, evens, odds);
  if (with_indices_) {
    split_units(reinterpret_cast<uint8_t*>(even.indices), reinterpret_cast<uint8_t*>(odd.indices),
                reinterpret_cast<const uint8_t*>(line.indices), inner_ * sizeof(int32_t), evens, odds);
  }
  if (taps == 2) return combine(out, even, odd, cells);
  if (taps == 3) return combine(out, even, odd, offset(even, 1), cells);
  const Row pairs = combine(buffer(work_memory_), even, odd, odds);
  return slide(out, pairs, taps / 2, 1, cells, taps % 2 == 0 ? nullptr : &even);
}

/// Adaptive and fractional windows: blocks of every power of two over the whole row, and each window put together from them.
Row Line::listed(const Row& out, const Row& line) {
  Row blocks[32];
  blocks[0] = line;
  size_t reach = static_cast<size_t>(axis_.input);
  int32_t levels = 0;
  for (size_t size = 1; size * 2 <= most_taps_; size *= 2, ++levels) {
    reach -= size;
    blocks[levels + 1] = combine(buffer(work_memory_, static_cast<size_t>(levels)), blocks[levels], offset(blocks[levels], size), reach);
  }
  for (int64_t q = 0; q < axis_.output; ++q) {
    const size_t start = static_cast<size_t>(axis_.start(q));
    const size_t taps = static_cast<size_t>(axis_.taps(q));
    const Row to = offset(out, static_cast<size_t>(q));
    int32_t level = 0;
    while (size_t{2} << level <= taps) ++level;
    const size_t largest = size_t{1} << level;
    if (largest == taps) {
      pick(to, offset(blocks[level], start), 1, 1);
    } else if (kernels_->idempotent) {
      combine(to, offset(blocks[level], start), offset(blocks[level], start + taps - largest), 1);
    } else {
      Row sum;
      for (int32_t bit = 0; bit <= level; ++bit) {
        const size_t size = size_t{1} << bit;
        if ((taps & size) == 0) continue;
        const Row part = offset(blocks[bit], start + (taps & ~(2 * size - 1)));
        sum = sum.values == nullptr ? part : combine(to, part, sum, 1);
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
  const size_t stride = static_cast<size_t>(axis_.stride);
  Row made;
  if (stride == 1 || cells == 1) {
    made = slide(slot, line, axis_.kernel, axis_.dilation, cells, nullptr);
  } else if (axis_.kernel == 1) {
    pick(slot, line, stride, cells);
    made = slot;
    made.has_nan = line.has_nan;
  } else if (stride == 2 && axis_.dilation == 1) {
    made = slide_by_two(slot, line);
  } else {
    const Row every = slide(buffer(even_memory_), line, axis_.kernel, axis_.dilation, (cells - 1) * stride + 1, nullptr);
    pick(slot, every, stride, cells);
    made = slot;
    made.has_nan = line.has_nan;
  }
  // Only the input itself may be handed on as it lies; the line and its work rows serve the next row too.
  if (made.values != slot.values && made.values != from) {
    std::memcpy(slot.values, made.values, cells * cell_bytes_);
    if (with_indices_) std::memcpy(slot.indices, made.indices, cells * inner_ * sizeof(int32_t));
    const bool has_nan = made.has_nan;
    made = slot;
    made.has_nan = has_nan;
  }
  return made;
}

}  // namespace poolscope
