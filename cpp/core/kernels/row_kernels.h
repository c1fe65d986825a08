// Element-wise reduction of whole rows: the building block of the separable algorithms. Rows hold canonical elements
// (conversion.h), so a few kernels serve all operators, dtypes, layouts and axes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace poolscope {

/// A run of canonical elements; beside it, for operators that say which element they picked, as many flat indices
/// (-1 = a tap outside the input).
struct RowView {
  uint8_t* values = nullptr;
  int32_t* indices = nullptr;
  bool has_nan = false;  ///< needs the exact kernels
};

/// One call of a kernel: out[r · out_pitch + i] = taps[0][r · in_pitch + i] combined with taps[1], taps[2] ... at the
/// same place, in that order, for r < rows and i < count. Pitches and counts are in elements. `out` must not overlap a
/// tap.
struct RowKernelArgs {
  RowView out;
  const RowView* taps = nullptr;
  size_t tap_count = 1;
  size_t count = 0;
  size_t rows = 1;
  size_t out_pitch = 0, in_pitch = 0;
};
using RowKernel = void (*)(const RowKernelArgs&);

/// Whether one of `count` elements is NaN.
using Scan = bool (*)(const uint8_t* from, size_t count);

inline constexpr size_t doubling_margin = 48;

struct RowKernels {
  size_t element_size;  ///< of what windows are combined in
  size_t line_size;     ///< of what the last axis reads: sums of bytes read bytes
  bool idempotent;      ///< x combined with x is x: windows may be covered by overlapping blocks (max), not added twice
                        ///< (sums)
  RowKernel combine;
  RowKernel combine_exact;  ///< where a row holds NaN
  RowKernel combine_line;   ///< taps of line_size, out of element_size
  RowKernel combine_line_exact;
  /// Stride 2 over cells of four bytes, where it pays: taps[0] is the line, `tap_count` its taps a window, `count` the
  /// windows of a row. Not exact but for pairs of value and index.
  RowKernel stride2;
  /// Blocks of eight cells of four bytes that lie side by side, where shuffles pay: to[i] = the cells from i on of
  /// `from`, which holds `count` stored elements whose bits `flip` turns around, and the identity around them. Writes
  /// eights_room before and up to a vector behind. Not exact: says whether there is NaN.
  bool (*doubling)(uint8_t* to, const uint8_t* from, size_t count, uint64_t identity, uint64_t xor_mask);
};

/// The canonical elements. Max of unsigned bytes, signed 16 and 32 bits serves every integer and both max and min, by
/// flipping bits on the way in and out.
enum class RowKind : uint8_t {
  max_u8,
  max_i16,
  max_i32,
  max_f32,
  max_f64,
  argmax_i32,
  argmax_f32,
  argmax_f64,
  sum_u8_u16,  ///< bytes in, summed in 16 bits; the next in 32
  sum_u8_i32,
  sum_i32,
  sum_i64,
  sum_f32,
  sum_f64
};

const RowKernels& row_kernels(RowKind kind);

/// Fills `count` elements with the identity's bits, and indices, where there are any, with -1.
void fill_row(const RowView& row, size_t element_size, uint64_t identity, size_t count);
/// Flat indices of `cells` cells of `inner` elements, from `first` on.
void number_cells(int32_t* indices, int32_t first, size_t cells, size_t inner);

/// out[i] = the unit of `unit` bytes at i · step of `from`.
void gather_units(uint8_t* out, const uint8_t* from, size_t unit, size_t step, size_t count);

}  // namespace poolscope
