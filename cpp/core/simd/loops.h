// Loops over vectors whose last step overlaps the one before instead of leaving a scalar tail.
#pragma once

#include <cstddef>

#include "core/simd/simd.h"

namespace poolscope {

/// Steps of `lanes` from `first` to `count`, which is at least `lanes`; the last one overlaps the one before.
template <class Step>
POOLSCOPE_INLINE void for_vectors(size_t first, size_t lanes, size_t count, const Step& step) {
  const size_t last = count - lanes;
  if (first >= count) return;
  if (first > last) first = last;
  for (;;) {
    step(first);
    first += lanes;
    if (first <= last) continue;
    if (first >= count) return;
    first = last;
  }
}

}  // namespace poolscope
