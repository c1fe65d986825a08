// Windows along one axis of a block of rows: horizontally (the cells of each row) or vertically (whole rows). Shifted
// copies of the block are combined, so every pass is a long run over memory. A cell is any number of elements: a
// pixel's channels.
#pragma once

#include <cstdint>

#include "core/kernels/block_decomposition.h"
#include "core/kernels/row_kernels.h"
#include "core/kernels/row_layout.h"
#include "core/support/buffer.h"

namespace poolscope {

class SlidingWindow {
 public:
  /// What the last axis reads, or windows of another axis.
  enum class Reads : uint8_t { lines, results };

  /// Scratch for blocks of up to `elements` elements and windows of `taps`; strided windows across need more. False
  /// when there is no memory.
  bool prepare(const RowKernels& kernels, Reads reads, int64_t taps, bool strided, size_t elements, bool with_indices);

  struct Steps {
    int64_t taps, dilation;
    size_t stride;
  };

  /// out[r][q] = the cells q · stride, q · stride + dilation, ... of row r, for q < cells and r < rows. Pitches in
  /// elements.
  void slide_cells(const RowView& out, size_t out_pitch, const RowView& line, size_t pitch, size_t rows, size_t inner,
                   const Steps& steps, size_t cells);

  /// Room for a row's blocks of eight cells, from which across_eights() goes on; their kernel is in RowKernels.
  RowView doubling() const { return buffer(0); }
  /// As across() of one row, without stride and dilation, of more than eight taps and cells of four bytes.
  void slide_doubled_cells(const RowView& out, size_t inner, int64_t taps, size_t cells);

  /// out[q] = the rows q · stride, q · stride + dilation, ... of `line`, for q < windows.
  void slide_rows(const RowView& out, size_t out_pitch, const RowView& line, size_t pitch, size_t count,
                  const Steps& steps, size_t windows);

 private:
  /// Elements of a row and rows that single taps are needed at, and how many more with every tap of a block.
  struct Reach {
    size_t count, rows, pitch;
    size_t count_step, row_step;
  };
  void slide(RowKernelArgs pass, const RowView& line, const Reach& reach, int64_t taps);
  void slide_blocks(RowKernelArgs pass, const RowView& line, const Reach& reach, int64_t taps, bool of_doubling);
  RowKernel kernel(int32_t level, bool exact) const;
  RowView buffer(int32_t index) const {
    return layout_.row(memory_.bytes() + doubling_margin + static_cast<size_t>(index) * layout_.row_bytes);
  }

  const RowKernels* kernels_ = nullptr;
  bool reads_lines_ = false;
  size_t in_size_ = 1;
  int32_t levels_ = 0;
  RowLayout layout_;
  Buffer memory_;  ///< the blocks of every level, the rests of every level, every window of a strided axis
};

/// Copies `cells` cells that lie `step` apart.
void gather_cells(const RowView& out, const RowView& line, size_t inner, size_t element_size, size_t step,
                  size_t cells);

}  // namespace poolscope
