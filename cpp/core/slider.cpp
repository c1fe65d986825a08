#include "slider.h"

#include <cstring>

namespace poolscope {
namespace {

enum BufferIndex : int32_t { work, tail, even, buffer_count };

}  // namespace

bool Slider::prepare(const RowKernels& kernels, size_t elements, bool with_indices) {
  kernels_ = &kernels;
  with_indices_ = with_indices;
  const RowLayout layout(kernels, elements, with_indices);
  values_bytes_ = layout.values_bytes;
  row_bytes_ = layout.row_bytes;
  return memory_.allocate(static_cast<int64_t>(row_bytes_ * buffer_count));
}

Row Slider::buffer(int32_t index) const {
  Row row;
  row.values = memory_.bytes() + static_cast<size_t>(index) * row_bytes_;
  if (with_indices_) row.indices = reinterpret_cast<int32_t*>(row.values + values_bytes_);
  return row;
}

Row Slider::combine(Row out, const Row& a, const Row& b, size_t elements) const {
  out.has_nan = a.has_nan || b.has_nan;
  (out.has_nan ? kernels_->two_exact : kernels_->two)(out, a, b, elements);
  return out;
}

Row Slider::combine(Row out, const Row& a, const Row& b, const Row& c, size_t elements) const {
  out.has_nan = a.has_nan || b.has_nan || c.has_nan;
  (out.has_nan ? kernels_->three_exact : kernels_->three)(out, a, b, c, elements);
  return out;
}

void Slider::pick(const Row& out, const Row& line, size_t inner, size_t step, size_t cells) const {
  pick_units(out.values, line.values, inner * kernels_->element_size, step, cells);
  if (with_indices_) {
    pick_units(reinterpret_cast<uint8_t*>(out.indices), reinterpret_cast<const uint8_t*>(line.indices),
               inner * sizeof(int32_t), step, cells);
  }
}

/// Windows at every one of `cells` positions. Where `last_tap` is given, each window has one tap more, the cell at
/// position + taps of it (the odd tap of a kernel that was halved).
Row Slider::slide(const Row& out, const Row& line, size_t inner, int64_t taps, int64_t dilation, size_t cells,
                  const Row* last_tap) {
  const size_t step = static_cast<size_t>(dilation) * inner, wanted = cells * inner;
  if (taps == 1) return last_tap == nullptr ? line : combine(out, line, offset(*last_tap, inner), wanted);
  if (last_tap == nullptr && taps == 2) return combine(out, line, offset(line, step), wanted);
  if (last_tap == nullptr && taps == 3) return combine(out, line, offset(line, step), offset(line, 2 * step), wanted);
  // blocks[i] combines `size` taps from i on and grows in place; the smaller blocks of a sum gather in the tail.
  Row blocks = line, sum;
  if (last_tap != nullptr && !kernels_->idempotent) sum = *last_tap;
  size_t reach = wanted + (static_cast<size_t>(taps) - 1) * step;  // elements at which the blocks are needed
  int64_t size = 1;
  for (;; size *= 2) {
    const bool largest = size * 2 > taps;
    const size_t width = static_cast<size_t>(size) * step;
    if (!kernels_->idempotent && (taps & size) != 0) {
      if (sum.values != nullptr) {
        const size_t kept = wanted + static_cast<size_t>(taps & ~(2 * size - 1)) * step;
        sum = combine(largest ? out : buffer(tail), blocks, offset(sum, width), kept);
      } else if (largest || blocks.values != buffer(work).values) {
        sum = blocks;
      } else {  // the blocks move on in place: what is needed of them stays behind
        sum = buffer(tail);
        std::memcpy(sum.values, blocks.values, reach * kernels_->element_size);
      }
      if (largest) return sum;
    }
    if (largest) break;
    reach -= width;
    const bool complete = size * 2 == taps && last_tap == nullptr && sum.values == nullptr;
    if (complete) return combine(out, blocks, offset(blocks, width), wanted);
    blocks = combine(buffer(work), blocks, offset(blocks, width), reach);
  }
  const size_t rest = static_cast<size_t>(taps - size) * step;
  if (last_tap == nullptr) return combine(out, blocks, offset(blocks, rest), wanted);
  const Row last = offset(*last_tap, static_cast<size_t>(taps) * inner);
  return rest == 0 ? combine(out, blocks, last, wanted) : combine(out, blocks, offset(blocks, rest), last, wanted);
}

/// Stride 2 without dilation: the even and the odd cells apart, pairs combined, then windows of half the taps at
/// stride 1.
Row Slider::slide_by_two(const Row& out, const Row& line, size_t inner, int64_t taps, size_t cells) {
  const size_t unit = inner * kernels_->element_size;
  const size_t read = (cells - 1) * 2 + static_cast<size_t>(taps);
  if (kernels_->pairs != nullptr && unit == 4 && !line.has_nan && taps < 4) {
    (taps == 2 ? kernels_->pairs : kernels_->triples)(out, line, cells);
    return out;
  }
  const size_t evens = (read + 1) / 2, odds = read / 2;
  Row evens_row = buffer(even), odds_row = buffer(tail);
  evens_row.has_nan = odds_row.has_nan = line.has_nan;
  split_units(evens_row.values, odds_row.values, line.values, unit, evens, odds);
  if (with_indices_) {
    split_units(reinterpret_cast<uint8_t*>(evens_row.indices), reinterpret_cast<uint8_t*>(odds_row.indices),
                reinterpret_cast<const uint8_t*>(line.indices), inner * sizeof(int32_t), evens, odds);
  }
  if (taps == 2) return combine(out, evens_row, odds_row, cells * inner);
  if (taps == 3) return combine(out, evens_row, odds_row, offset(evens_row, inner), cells * inner);
  const Row pairs = combine(buffer(work), evens_row, odds_row, odds * inner);
  return slide(out, pairs, inner, taps / 2, 1, cells, taps % 2 == 0 ? nullptr : &evens_row);
}

Row Slider::windows(const Row& out, const Row& line, size_t inner, int64_t taps, int64_t dilation, size_t stride,
                    size_t cells) {
  Row made = out;
  made.has_nan = line.has_nan;
  if (stride == 1 || cells == 1) {
    const Row answer = slide(out, line, inner, taps, dilation, cells, nullptr);
    if (answer.values == out.values || answer.values == line.values) return answer;
    pick(out, answer, inner, 1, cells);
    return made;
  }
  if (taps == 1) {
    pick(out, line, inner, stride, cells);
    return made;
  }
  if (stride == 2 && dilation == 1) {
    const Row answer = slide_by_two(out, line, inner, taps, cells);
    if (answer.values != out.values) pick(out, answer, inner, 1, cells);
    return made;
  }
  const Row every = slide(buffer(even), line, inner, taps, dilation, (cells - 1) * stride + 1, nullptr);
  pick(out, every, inner, stride, cells);
  return made;
}

}  // namespace poolscope
