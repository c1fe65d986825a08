// One axis of a reduction over whole rows: the rows of a window are combined by doubling. Blocks of 2, 4, 8 ... taps
// are made once, kept while a later window can use them, and only where one asks; so a window of k taps costs O(log k)
// row operations, whatever the dilation, and rows that no window reads are never even loaded. Scratch: O(rows of one
// window), per block size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "axis.h"
#include "rows.h"
#include "tensors.h"

namespace poolscope {

/// Where a fold's rows come from.
class RowSource {
 public:
  /// The row at `position` of the axis, inside the input. `slot` has room for it; a source may answer with memory of
  /// its own that stays valid as long as the slot would.
  virtual Row row(int32_t position, const Row& slot) = 0;

 protected:
  ~RowSource() = default;
};

class Fold {
 public:
  /// `width` canonical elements a row; `identity` their bits outside the input; `most_taps` bounds a window's taps
  /// (real ones where the kernels are idempotent). False when there is no memory.
  bool prepare(const Axis& axis, int64_t most_taps, const RowKernels& kernels, size_t width, bool with_indices,
               uint64_t identity) {
    axis_ = axis;
    kernels_ = &kernels;
    width_ = width;
    dilation_ = static_cast<int32_t>(axis.dilation);
    values_bytes_ = padded(width * kernels.element_size);
    row_bytes_ = values_bytes_ + (with_indices ? padded(width * sizeof(int32_t)) : 0);
    with_indices_ = with_indices;
    levels_ = 0;
    int64_t slots = 0;
    for (int64_t block = 1; block <= most_taps; block *= 2, ++levels_) {
      // A window asks for positions in [start, start + (taps - block) · dilation]; a block outside the input is not
      // kept.
      const int64_t count = std::min((most_taps - block) * axis.dilation + 1, axis.input + (block - 1) * axis.dilation);
      rings_[levels_] = {static_cast<int32_t>(slots), static_cast<int32_t>(count)};
      slots += count;
    }
    slots_ = static_cast<int32_t>(slots);
    if (!entries_.allocate(slots * static_cast<int64_t>(sizeof(Entry))) ||
        !storage_.allocate((slots + 1) * static_cast<int64_t>(row_bytes_))) {
      return false;
    }
    identity_ = row_at(slots_);
    fill_row(identity_, kernels.element_size, identity, width);
    reset();
    return true;
  }

  void set_axis(const Axis& axis) { axis_ = axis; }

  /// Forgets the rows: a new plane begins.
  void reset() {
    Entry* entries = entries_.as<Entry>();
    for (int32_t i = 0; i < slots_; ++i) entries[i].position = nowhere;
  }

  /// The combined rows of window q: in `out`, or, where nothing had to be combined, in a row that is valid until the
  /// next call.
  Row window(int32_t q, const Row& out, RowSource& source) {
    int32_t taps = static_cast<int32_t>(axis_.taps(q));
    int32_t start = static_cast<int32_t>(axis_.start(q));
    if (kernels_->idempotent) {  // only real taps matter, wherever they stand in the window
      start += static_cast<int32_t>(axis_.first_valid_tap(q)) * dilation_;
      taps = static_cast<int32_t>(axis_.valid(q));
      if (taps == 0) return identity_;
    }
    if (taps == 1) return block(0, start, source);
    if (taps == 3) {
      return combine(out, block(0, start, source), block(0, start + dilation_, source),
                     block(0, start + 2 * dilation_, source));
    }
    int32_t level = 0;
    while (2 << level <= taps) ++level;
    const int32_t largest = 1 << level;
    if (largest == taps) {
      const Row first = block(level - 1, start, source);
      return combine(out, first, block(level - 1, start + largest / 2 * dilation_, source));
    }
    if (kernels_->idempotent) {
      const Row first = block(level, start, source);
      return combine(out, first, block(level, start + (taps - largest) * dilation_, source));
    }
    // The canonical order of a sum: the largest block first, the rest added from the smallest up.
    Row sum;
    for (int32_t bit = 0; bit <= level; ++bit) {
      const int32_t size = 1 << bit;
      if ((taps & size) == 0) continue;
      const Row part = block(bit, start + (taps & ~(2 * size - 1)) * dilation_, source);
      sum = sum.values == nullptr ? part : combine(out, part, sum);
    }
    return sum;
  }

 private:
  struct Entry {
    int32_t position;
    Row row;
  };
  struct Ring {
    int32_t first, count;
  };
  static constexpr int32_t nowhere = INT32_MIN;

  static size_t padded(size_t bytes) { return (bytes + 15) & ~size_t{15}; }

  Row row_at(int32_t slot) const {
    Row row;
    row.values = storage_.bytes() + static_cast<size_t>(slot) * row_bytes_;
    if (with_indices_) row.indices = reinterpret_cast<int32_t*>(row.values + values_bytes_);
    return row;
  }

  bool is_identity(const Row& row) const { return row.values == identity_.values; }

  Row combine(Row out, const Row& a, const Row& b) const {
    if (is_identity(a)) return b;
    if (is_identity(b)) return a;
    out.has_nan = a.has_nan || b.has_nan;
    (out.has_nan ? kernels_->two_exact : kernels_->two)(out, a, b, width_);
    return out;
  }

  Row combine(Row out, const Row& a, const Row& b, const Row& c) const {
    if (is_identity(a)) return combine(out, b, c);
    if (is_identity(b)) return combine(out, a, c);
    if (is_identity(c)) return combine(out, a, b);
    out.has_nan = a.has_nan || b.has_nan || c.has_nan;
    (out.has_nan ? kernels_->three_exact : kernels_->three)(out, a, b, c, width_);
    return out;
  }

  /// The combination of 2^level taps from `position` on.
  Row block(int32_t level, int32_t position, RowSource& source) {
    if (position >= axis_.input || position + ((int64_t{1} << level) - 1) * dilation_ < 0) return identity_;
    const Ring& ring = rings_[level];
    int32_t offset = position % ring.count;
    if (offset < 0) offset += ring.count;
    Entry& entry = entries_.as<Entry>()[ring.first + offset];
    if (entry.position == position) return entry.row;
    Row made;
    if (level == 0) {
      made = source.row(position, row_at(ring.first + offset));
    } else {
      const Row first = block(level - 1, position, source);
      made = combine(row_at(ring.first + offset), first,
                     block(level - 1, position + (1 << (level - 1)) * dilation_, source));
    }
    entry.position = position;
    entry.row = made;
    return made;
  }

  Axis axis_;
  const RowKernels* kernels_ = nullptr;
  size_t width_ = 0, values_bytes_ = 0, row_bytes_ = 0;
  bool with_indices_ = false;
  int32_t dilation_ = 1, levels_ = 0, slots_ = 0;
  Ring rings_[32] = {};
  Buffer entries_, storage_;
  Row identity_;
};

}  // namespace poolscope
