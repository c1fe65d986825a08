#include "tiles.h"

#include <algorithm>
#include <cstring>

namespace poolscope {
namespace {

// The passes read a tile and write one of the same size: both stay in the second-level cache.
constexpr int64_t tile_bytes = 48 * 1024;
constexpr int64_t largest_tile_bytes = 192 * 1024;

/// Cells of a padded row, a multiple of the stride, so that windows of the next row start where they should.
int64_t pitch_of(const Axis& column) {
  const int64_t read = std::max((column.output - 1) * column.stride + column.span(), column.input + column.pad_before);
  return (read + column.stride - 1) / column.stride * column.stride;
}

int64_t rows_of(const Axis& row, int64_t windows) { return (windows - 1) * row.stride + row.span(); }

/// Output rows of a band: about tile_bytes, more where neighbouring bands would share too many rows, at least one.
int64_t windows_of(const Axis& row, int64_t row_bytes) {
  const auto fitting = [&](int64_t bytes) {
    const int64_t rows = bytes / row_bytes;
    return rows < row.span() ? 1 : (rows - row.span()) / row.stride + 1;
  };
  const int64_t sharing_little = 4 * (row.span() - row.stride) / row.stride;
  const int64_t windows = std::max(fitting(tile_bytes), std::min(fitting(largest_tile_bytes), sharing_little));
  return std::clamp<int64_t>(windows, 1, row.output);
}

}  // namespace

bool Tiles::suit(const Plan& plan) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  if (plan.request.rank == 3 || row.kind != Axis::Kind::sliding || column.kind != Axis::Kind::sliding) return false;
  const double row_bytes = static_cast<double>(pitch_of(column)) * static_cast<double>(plan.inner()) *
                           static_cast<double>(row_kernels(elements_of(plan).kind).element_size);
  if (row_bytes * static_cast<double>(row.span()) > static_cast<double>(largest_tile_bytes)) return false;
  const int64_t windows = windows_of(row, static_cast<int64_t>(row_bytes));
  // Rows that a band shares with the next are worked twice; a band that is the whole plane shares none.
  return windows == row.output || (row.span() - row.stride) * 4 <= windows * row.stride;
}

Tiles::Tiles(const Plan& plan)
    : plan_(plan),
      elements_(elements_of(plan)),
      kernels_(row_kernels(elements_.kind)),
      inner_(static_cast<size_t>(plan.inner())),
      pitch_(static_cast<size_t>(pitch_of(plan.axes[2]))),
      columns_pitch_(pitch_ / static_cast<size_t>(plan.axes[2].stride)) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  const bool plain = elements_.reads_in_place && !plan.request.with_indices && column.pad_before == 0;
  const int64_t used = (column.output - 1) * column.stride + column.span();
  if (plain && used <= column.input && column.input % column.stride == 0) {
    in_place_ = true;
    pitch_ = static_cast<size_t>(column.input);
    columns_pitch_ = pitch_ / static_cast<size_t>(column.stride);
  }
  const int64_t row_bytes = static_cast<int64_t>(pitch_ * inner_ * kernels_.element_size);
  band_windows_ = windows_of(row, row_bytes);
  band_rows_ = rows_of(row, band_windows_);
  if (band_windows_ == row.output) {
    band_rows_ = in_place_ ? std::max(band_rows_, row.input) : band_rows_;
    band_planes_ = std::clamp<int64_t>(tile_bytes / (row_bytes * band_rows_), 1, std::max<int64_t>(plan.planes(), 1));
  }
}

/// The band's rows, `pitch_` cells each, plane after plane: as they lie, or padded into the tile.
Row Tiles::read(const Band& band, const uint8_t* input) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t width = static_cast<size_t>(column.input) * inner_;
  const size_t row_bytes = width * elements_.stored_size;
  const size_t plane_bytes = static_cast<size_t>(row.input) * row_bytes;
  const bool inside =
      band.first >= 0 && band.first + band.count <= row.input && (band.planes == 1 || band.count == row.input);
  if (in_place_ && inside) {
    Row tile;
    const uint8_t* from =
        input + static_cast<size_t>(band.plane) * plane_bytes + static_cast<size_t>(band.first) * row_bytes;
    tile.values = const_cast<uint8_t*>(from);
    const size_t elements = static_cast<size_t>(band.planes * band.count) * width;
    tile.has_nan = elements_.scan != nullptr && elements_.scan(from, elements);
    return tile;
  }
  Row tile = tile_;
  Row to = tile;
  const size_t used =
      std::min(pitch_ - static_cast<size_t>(column.pad_before), static_cast<size_t>(column.input)) * inner_;
  for (int64_t plane = band.plane; plane < band.plane + band.planes; ++plane) {
    const uint8_t* from = input + static_cast<size_t>(plane) * plane_bytes;
    for (int64_t y = band.first; y < band.first + band.count; ++y, to = slider_.offset(to, pitch_ * inner_)) {
      if (y < 0 || y >= row.input) {
        fill_row(to, kernels_.element_size, elements_.identity, pitch_ * inner_);
        continue;
      }
      const Row real = slider_.offset(to, static_cast<size_t>(column.pad_before) * inner_);
      tile.has_nan |= elements_.load(elements_, real.values, from + static_cast<size_t>(y) * row_bytes, used);
      if (real.indices != nullptr) {
        number_cells(real.indices, static_cast<int32_t>(y * column.input), used / inner_, inner_);
      }
    }
  }
  return tile;
}

/// Columns over the whole tile, then rows: short windows row by row where they are wanted, long ones over the whole
/// tile.
void Tiles::reduce(const Band& band, const Row& tile, uint8_t* output, int32_t* indices) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const size_t tile_rows = static_cast<size_t>(band.planes * band.count);
  const size_t tile_cells = tile_rows * pitch_, stride = static_cast<size_t>(column.stride);
  const size_t cells = (tile_cells - static_cast<size_t>(column.span())) / stride + 1;
  const Row columns = slider_.windows(columns_, tile, inner_, column.kernel, column.dilation, stride, cells);
  const size_t pitch = columns_pitch_ * inner_, wanted = static_cast<size_t>(column.output) * inner_;
  const size_t step = static_cast<size_t>(row.dilation) * pitch;
  Row rows = columns;
  const bool short_window = row.kernel <= 3;
  if (!short_window) {
    // The last row of windows ends with the last output column, not with the pitch.
    const size_t span_elements = static_cast<size_t>(row.span() - 1) * pitch;
    const size_t reach = (tile_rows - 1) * pitch + wanted - span_elements;
    rows = slider_.windows(rows_, columns, 1, row.kernel, row.dilation * static_cast<int64_t>(pitch), 1, reach);
  }
  const size_t row_bytes = wanted * elements_.stored_size;
  for (int64_t plane = 0; plane < band.planes; ++plane) {
    for (int64_t q = 0; q < band.windows; ++q) {
      const size_t at = static_cast<size_t>(plane * band.count + q * row.stride) * pitch;
      Row made = slider_.offset(rows, at);
      if (short_window && row.kernel > 1) {
        Row to = row_;
        if (elements_.writes_in_place) to.values = output;
        if (indices != nullptr) to.indices = indices;
        made = row.kernel == 2
                   ? slider_.combine(to, made, slider_.offset(made, step), wanted)
                   : slider_.combine(to, made, slider_.offset(made, step), slider_.offset(made, 2 * step), wanted);
      }
      finisher_.finish(made, 0, band.q + q, output, indices);
      output += row_bytes;
      if (indices != nullptr) indices += wanted;
    }
  }
}

Refusal Tiles::run(const Tensors& tensors) {
  const Axis& row = plan_.axes[1];
  const int64_t planes = plan_.planes();
  if (planes == 0 || plan_.output_cells() == 0) return {};
  const bool with_indices = plan_.request.with_indices;
  const size_t elements = static_cast<size_t>(band_planes_ * band_rows_) * pitch_ * inner_;
  const size_t columns_elements = static_cast<size_t>(band_planes_ * band_rows_) * columns_pitch_ * inner_;
  const RowLayout layout(kernels_, elements, with_indices), columns(kernels_, columns_elements, with_indices);
  const RowLayout one(kernels_, static_cast<size_t>(plan_.axes[2].output) * inner_, with_indices);
  const size_t rows_bytes = row.kernel <= 3 ? 0 : columns.row_bytes;
  const size_t bytes = layout.row_bytes + columns.row_bytes + rows_bytes + one.row_bytes;
  if (!finisher_.prepare(plan_, elements_) || !slider_.prepare(kernels_, elements, with_indices) ||
      !memory_.allocate(static_cast<int64_t>(bytes))) {
    return {Status::out_of_memory};
  }
  uint8_t* at = memory_.bytes();
  tile_ = layout.row(at, with_indices);
  columns_ = columns.row(at += layout.row_bytes, with_indices);
  rows_ = columns.row(at += columns.row_bytes, with_indices);
  row_ = one.row(at += rows_bytes, with_indices);
  fill_row(tile_, kernels_.element_size, elements_.identity, elements);
  const size_t output_elements = static_cast<size_t>(plan_.output_cells()) * inner_;
  const size_t row_elements = static_cast<size_t>(plan_.axes[2].output) * inner_;
  for (int64_t plane = 0; plane < planes; plane += band_planes_) {
    for (int64_t q = 0; q < row.output; q += band_windows_) {
      Band band{plane, std::min(band_planes_, planes - plane), row.start(q), 0,
                q,     std::min(band_windows_, row.output - q)};
      band.count = rows_of(row, band.windows);
      // Planes that lie one after the other can be read as they lie when the band is all of them.
      if (in_place_ && band.planes > 1 && band.first == 0 && band.count <= row.input) band.count = row.input;
      const size_t first = static_cast<size_t>(plane) * output_elements + static_cast<size_t>(q) * row_elements;
      reduce(band, read(band, static_cast<const uint8_t*>(tensors.input)),
             static_cast<uint8_t*>(tensors.output) + first * elements_.stored_size,
             with_indices ? tensors.output_indices + first : nullptr);
    }
  }
  return {};
}

}  // namespace poolscope
