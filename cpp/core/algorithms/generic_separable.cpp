#include "core/algorithms/generic_separable.h"
#include "core/plan/sampling.h"

#include <algorithm>
#include <cstring>

namespace poolscope {

bool GenericSeparable::prepare() {
  const Request& request = plan_.request;
  const Axis &depth = plan_.axes[0], &row = plan_.axes[1], &column = plan_.axes[2];
  inner_ = static_cast<size_t>(plan_.inner());
  row_elements_ = static_cast<size_t>(column.output) * inner_;
  deep_ = request.rank == 3;
  const int64_t depth_taps = depth.max_taps(), row_taps = row.max_taps();
  const RowKernels& kernels = row_kernels(conversion_.kind);
  const auto bounded = [&](int64_t own, const Axis& axis) {
    return kernels.idempotent ? std::min(own, axis.input) : own;
  };
  // A dilated window spans more cells than there are: what 32 bits cannot hold is refused before it wraps around.
  const double line_cells =
      static_cast<double>(column.kind == Axis::Kind::sliding ? column.padded_cells() : column.input);
  const double slab_cells = static_cast<double>(column.output) * static_cast<double>(deep_ ? row.output : 1);
  const double cell_bytes = static_cast<double>(plan_.inner()) *
                            static_cast<double>(std::max(kernels.line_size, kernels.element_size) + sizeof(int32_t));
  if (std::max(line_cells, slab_cells) * cell_bytes > static_cast<double>(UINT32_MAX - 4096)) {
    return false;
  }
  if (!horizontal_pass_.prepare(column, plan_.inner(), conversion_, request.with_indices)) return false;
  if (!rows_.prepare(row, bounded(row_taps, row), kernels, row_elements_, request.with_indices, conversion_.identity)) {
    return false;
  }
  const size_t slab_elements = deep_ ? row_elements_ * static_cast<size_t>(row.output) : row_elements_;
  if (deep_ && !slabs_.prepare(depth, bounded(depth_taps, depth), kernels, slab_elements, request.with_indices,
                               conversion_.identity)) {
    return false;
  }
  const size_t scratch_bytes = slab_elements * (kernels.element_size + (request.with_indices ? sizeof(int32_t) : 0));
  if (!scratch_.allocate(static_cast<int64_t>(scratch_bytes) + 16)) return false;
  return epilogue_.prepare(plan_, conversion_, 1);
}

RowView GenericSeparable::row_slice(const RowView& slab, int64_t y) const {
  RowView row = slab;
  row.values += static_cast<size_t>(y) * row_elements_ * row_kernels(conversion_.kind).element_size;
  if (row.indices != nullptr) row.indices += static_cast<size_t>(y) * row_elements_;
  return row;
}

RowView GenericSeparable::read_row(int32_t y, const RowView& slot) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const int64_t first = (depth_ * row.input + y) * column.input;
  return horizontal_pass_.windows(plane_ + static_cast<size_t>(first) * inner_ * conversion_.stored_size,
                                  static_cast<int32_t>(first), slot);
}

RowView GenericSeparable::read_slab(int32_t z, const RowView& slot) {
  depth_ = z;
  rows_.reset();
  RowView slab = slot;
  slab.has_nan = false;
  for (int64_t y = 0; y < plan_.axes[1].output; ++y) {
    const RowView to = row_slice(slot, y);
    const RowView result = rows_.window(static_cast<int32_t>(y), to, rows_source_);
    if (result.values != to.values) {
      std::memcpy(to.values, result.values, row_elements_ * row_kernels(conversion_.kind).element_size);
      if (to.indices != nullptr) std::memcpy(to.indices, result.indices, row_elements_ * sizeof(int32_t));
    }
    slab.has_nan |= result.has_nan;
  }
  return slab;
}

void GenericSeparable::reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) {
  const Axis &depth = plan_.axes[0], &row = plan_.axes[1];
  const RowKernels& kernels = row_kernels(conversion_.kind);
  if (plan_.request.op == Operator::fractional_max) {
    const int64_t plane = planes_done_++, channels = plan_.request.channels;
    set_samples(plan_, samples_, plane / channels, plane % channels);
    slabs_.set_axis(plan_.axes[0]);
    rows_.set_axis(plan_.axes[1]);
    horizontal_pass_.set_axis(plan_.axes[2]);
  }
  plane_ = input;
  rows_.reset();
  if (deep_) slabs_.reset();
  RowView scratch;
  scratch.values = scratch_.bytes();
  const size_t slab_elements = row_elements_ * static_cast<size_t>(deep_ ? row.output : 1);
  if (plan_.request.with_indices) {
    scratch.indices =
        reinterpret_cast<int32_t*>(scratch.values + ((slab_elements * kernels.element_size + 3) & ~size_t{3}));
  }
  const size_t row_bytes = row_elements_ * conversion_.stored_size;
  for (int64_t z = 0; z < depth.output; ++z) {
    RowView slab;
    if (deep_) slab = slabs_.window(static_cast<int32_t>(z), scratch, slabs_source_);
    for (int64_t y = 0; y < row.output; ++y) {
      RowView result;
      if (deep_) {
        result = row_slice(slab, y);
      } else {
        RowView to = scratch;
        if (conversion_.writes_in_place) to.values = output;
        if (indices != nullptr) to.indices = indices;
        result = rows_.window(static_cast<int32_t>(y), to, rows_source_);
      }
      epilogue_.finish(result, z, y, 1, output, indices);
      output += row_bytes;
      if (indices != nullptr) indices += row_elements_;
    }
  }
}

}  // namespace poolscope
