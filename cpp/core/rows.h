// Combining whole rows, element by element: the only arithmetic of every reduction. The rows are in a canonical element
// type (elements.h brings every dtype there and back), so a few kernels serve all operators, dtypes, layouts and axes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace poolscope {

/// A run of canonical elements; beside it, for operators that say which element they picked, as many flat indices
/// (-1 = a tap outside the input).
struct Row {
  uint8_t* values = nullptr;
  int32_t* indices = nullptr;
  bool has_nan = false;  ///< needs the exact kernels
};

/// out = a combined with b, `count` elements, a being the earlier one in scan order. `out` may be a or b, or start
/// before either in the same buffer.
using CombineTwo = void (*)(const Row& out, const Row& a, const Row& b, size_t count);
using CombineThree = void (*)(const Row& out, const Row& a, const Row& b, const Row& c, size_t count);

using CombinePairs = void (*)(const Row& out, const Row& line, size_t cells);

struct RowKernels {
  size_t element_size;
  bool idempotent;  ///< x combined with x is x: windows may be covered by overlapping blocks (max), not added twice
                    ///< (sums)
  CombineTwo two, two_exact;
  CombineThree three, three_exact;
  /// Stride 2 over cells of four bytes, where it pays: out[i] = cells 2i and 2i + 1 (pairs), and 2i + 2 (triples). Not
  /// exact.
  CombinePairs pairs, triples;
};

/// The canonical elements. Max of unsigned bytes, signed 16 and 32 bits serves every integer and both max and min, by
/// flipping bits on the way in and out.
enum class RowKind : uint8_t {
  max_u8,
  max_i16,
  max_i32,
  max_f32,
  max_f64,
  pick_i32,
  pick_f32,
  pick_f64,
  sum_u16,
  sum_i32,
  sum_i64,
  sum_f32,
  sum_f64
};

const RowKernels& row_kernels(RowKind kind);

/// Fills `count` elements with the identity's bits, and indices, where there are any, with -1.
void fill_row(const Row& row, size_t element_size, uint64_t identity, size_t count);
/// Flat indices of `cells` cells of `inner` elements, from `first` on.
void number_cells(int32_t* indices, int32_t first, size_t cells, size_t inner);

/// out[i] = the unit of `unit` bytes at i · step of `from`.
void pick_units(uint8_t* out, const uint8_t* from, size_t unit, size_t step, size_t count);
/// even[i] = from[2i] (count_even units), odd[i] = from[2i + 1] (count_odd units).
void split_units(uint8_t* even, uint8_t* odd, const uint8_t* from, size_t unit, size_t count_even, size_t count_odd);

}  // namespace poolscope
