// One axis of a separable reduction over whole rows: the blocks that windows consist of (block_decomposition.h) are
// computed once, on demand, and kept in rings while a later window can use them. Rows that no window reads are not
// loaded. Scratch: O(rows of one window) per block size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/api/axis.h"
#include "core/api/tensors.h"
#include "core/kernels/block_decomposition.h"
#include "core/kernels/row_kernels.h"
#include "core/kernels/row_layout.h"
#include "core/kernels/sliding_window.h"
#include "core/support/buffer.h"

namespace poolscope {

/// Where a fold's rows come from.
class RowSource {
 public:
  /// The row at `position` of the axis, inside the input. `slot` has room for it; a source may answer with memory of
  /// its own that stays valid as long as the slot would.
  virtual RowView row(int32_t position, const RowView& slot) = 0;

 protected:
  ~RowSource() = default;
};

class VerticalPass {
 public:
  /// `width` canonical elements a row; `identity` their bits outside the input; `most_taps` bounds a window's taps
  /// (real ones where the kernels are idempotent). False when there is no memory.
  bool prepare(const Axis& axis, int64_t max_taps, const RowKernels& kernels, size_t width, bool with_indices,
               uint64_t identity) {
    axis_ = axis;
    kernels_ = &kernels;
    width_ = width;
    dilation_ = static_cast<int32_t>(axis.dilation);
    layout_ = RowLayout(kernels.element_size, width, with_indices);
    clips_ = kernels.idempotent || axis.dilation >= axis.input;  // of one real tap at the most, no order is asked
    if (axis.dilation >= axis.input) max_taps = 1;
    levels_ = block_levels(clips_, max_taps);
    int64_t slots = 0, size = 1;
    for (int32_t level = 0; level <= levels_; ++level, size *= block_taps) {
      // A window asks for positions in [start, start + (taps - size) · dilation]; a block outside the input is not
      // kept.
      const int64_t count = std::min((max_taps - size) * axis.dilation + 1, axis.input + (size - 1) * axis.dilation);
      rings_[level] = {static_cast<int32_t>(slots), static_cast<int32_t>(count)};
      slots += count;
    }
    if (slots > INT32_MAX) return false;
    slots_ = static_cast<int32_t>(slots);
    // Behind the rings: a rest of every level, and the identity.
    if (!entries_.allocate(slots * static_cast<int64_t>(sizeof(Entry))) ||
        !storage_.allocate((slots + levels_ + 1) * static_cast<int64_t>(layout_.row_bytes))) {
      return false;
    }
    identity_ = row_at(slots_ + levels_);
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
  RowView window(int32_t q, const RowView& out, RowSource& source) {
    int32_t taps = static_cast<int32_t>(axis_.taps(q));
    int64_t start = axis_.start(q);  // far outside the input where the dilation is large
    if (clips_) {                    // only real taps matter, wherever they stand in the window
      start += axis_.first_valid_tap(q) * dilation_;
      taps = static_cast<int32_t>(axis_.valid(q));
      if (taps == 0) return identity_;
    }
    RowView parts[max_parts];
    const auto part = [&](int32_t level, int64_t tap) { return block(level, start + tap * dilation_, source); };
    const auto leftover = [&](int32_t level, int64_t tap, int64_t count) {
      RowView some[block_taps];
      for (int64_t i = 0; i < count; ++i) some[i] = part(level, tap + (i << (2 * level)));
      return combine(row_at(slots_ + level), some, static_cast<size_t>(count));
    };
    return combine(out, parts, split_window(clips_, taps, parts, part, leftover));
  }

 private:
  struct Entry {
    int64_t position;
    RowView row;
  };
  struct Ring {
    int32_t first, count;
  };
  static constexpr int64_t nowhere = INT64_MIN;

  RowView row_at(int32_t slot) const {
    return layout_.row(storage_.bytes() + static_cast<size_t>(slot) * layout_.row_bytes);
  }

  /// The parts in one row: in `out`, or where only one says anything, that one.
  RowView combine(RowView out, RowView* parts, size_t count) const {
    size_t kept = 0;
    out.has_nan = false;
    for (size_t i = 0; i < count; ++i) {
      if (parts[i].values == identity_.values) continue;
      out.has_nan |= parts[i].has_nan;
      parts[kept++] = parts[i];
    }
    if (kept == 0) return identity_;
    if (kept == 1) return parts[0];
    RowKernelArgs pass;
    pass.out = out;
    pass.taps = parts;
    pass.tap_count = kept;
    pass.count = width_;
    (out.has_nan ? kernels_->combine_exact : kernels_->combine)(pass);
    return out;
  }

  /// The combination of 4^level taps from `position` on.
  RowView block(int32_t level, int64_t position, RowSource& source) {
    const int32_t last = (1 << (2 * level)) - 1;
    if (position >= axis_.input || position + int64_t{last} * dilation_ < 0) return identity_;
    const Ring& ring = rings_[level];
    int32_t place = static_cast<int32_t>(position % ring.count);
    if (place < 0) place += ring.count;
    Entry& entry = entries_.as<Entry>()[ring.first + place];
    if (entry.position == position) return entry.row;
    RowView result = row_at(ring.first + place);
    if (level == 0) {
      result = source.row(static_cast<int32_t>(position), result);
    } else {
      RowView four[block_taps];
      for (int32_t i = 0; i < block_taps; ++i) {
        four[i] = block(level - 1, position + int64_t{i << (2 * level - 2)} * dilation_, source);
      }
      result = combine(result, four, block_taps);
    }
    entry.position = position;
    entry.row = result;
    return result;
  }

  Axis axis_;
  const RowKernels* kernels_ = nullptr;
  size_t width_ = 0;
  RowLayout layout_;
  bool clips_ = false;
  int32_t dilation_ = 1, levels_ = 0, slots_ = 0;
  Ring rings_[max_levels + 1] = {};
  Buffer entries_, storage_;
  RowView identity_;
};

}  // namespace poolscope
