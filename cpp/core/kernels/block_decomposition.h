// Log-step (radix 4) decomposition of windows: up to eight taps are combined one after the other, more from blocks of
// 4, 16, 64 ... taps that neighbouring windows share. A window of k taps costs O(log k) passes whatever its dilation,
// and the order of a sum depends on the number of taps alone, never on where the window lies.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/row_kernels.h"

namespace poolscope {

inline constexpr int64_t max_direct_taps = 8;
inline constexpr int64_t block_taps = 4;   ///< blocks of the next smaller size in a block
inline constexpr int32_t max_levels = 16;  ///< 4^16 taps are more than an axis has
inline constexpr int32_t max_parts = max_direct_taps + max_levels;

/// Sizes of blocks that a window of `taps` taps asks for, single taps not counted. Idempotent windows may end with a
/// block that overlaps the one before, and want few blocks.
constexpr int32_t block_levels(bool idempotent, int64_t taps) {
  if (taps <= max_direct_taps) return 0;
  int32_t levels = 0;
  for (; taps > (idempotent ? block_taps : max_direct_taps); ++levels) {
    taps = (taps + (idempotent ? block_taps - 1 : 0)) / block_taps;
  }
  return levels;
}

/// Writes the rows that, combined in this order, are the window, and returns their number. block(level, tap): the block
/// of 4^level taps from `tap` on, or of `size` where that is idempotent; rest(level, tap, count): so many of them (1 to
/// 3), one after the other.
template <class Block, class Leftover>
size_t split_window(bool idempotent, int32_t level, int64_t size, int64_t taps, RowView* parts, const Block& block,
                    const Leftover& leftover) {
  size_t count = 0;
  for (int64_t tap = 0; tap + size <= taps; tap += size) parts[count++] = block(level, tap);
  if (idempotent) {
    if (taps % size != 0) parts[count++] = block(level, taps - size);
    return count;
  }
  while (level-- > 0) {
    const int64_t tap = taps - taps % size;
    size /= block_taps;
    if (taps - tap >= size) parts[count++] = leftover(level, tap, (taps - tap) / size);
  }
  return count;
}
template <class Block, class Leftover>
size_t split_window(bool idempotent, int64_t taps, RowView* parts, const Block& block, const Leftover& leftover) {
  const int32_t level = block_levels(idempotent, taps);
  return split_window(idempotent, level, int64_t{1} << (2 * level), taps, parts, block, leftover);
}

}  // namespace poolscope
