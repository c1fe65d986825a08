// How rows of values and, beside them, of indices lie in scratch memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/row_kernels.h"

namespace poolscope {

/// Bytes of a row of `elements`, its indices included, and where the indices begin.
struct RowLayout {
  size_t values_bytes = 0, row_bytes = 0;
  bool with_indices = false;
  RowLayout() = default;
  RowLayout(size_t element_size, size_t elements, bool indices)
      : values_bytes((elements * element_size + 15) & ~size_t{15}),
        row_bytes(values_bytes + (indices ? (elements * sizeof(int32_t) + 15) & ~size_t{15} : 0)),
        with_indices(indices) {}
  RowView row(uint8_t* memory) const {
    RowView result;
    result.values = memory;
    if (with_indices) result.indices = reinterpret_cast<int32_t*>(memory + values_bytes);
    return result;
  }
};

inline RowView offset(RowView row, size_t elements, size_t element_size) {
  row.values += elements * element_size;
  if (row.indices != nullptr) row.indices += elements;
  return row;
}

}  // namespace poolscope
