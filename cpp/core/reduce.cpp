// Rows first, then columns, then depths. In this order, and combining the earlier with the later, the first of equal
// maxima and the last NaN in row-major order win by themselves, and every input row is read once, from where it lies.
#include "reduce.h"

#include <algorithm>
#include <cstring>

#include "bundles.h"
#include "cells.h"
#include "elements.h"
#include "finish.h"
#include "fold.h"
#include "line.h"
#include "pairs.h"
#include "plane.h"
#include "running.h"
#include "squares.h"
#include "strips.h"
#include "tall.h"
#include "way.h"

namespace poolscope {
namespace {

/// An adaptive axis whose output divides its input is a plain one. The step from an only window means nothing, and may
/// be beyond 32 bits.
void simplify(Axis& axis) {
  axis.stride = std::min<int64_t>(axis.stride, INT32_MAX);
  if (axis.kind != Axis::Kind::adaptive || axis.output == 0 || axis.input % axis.output != 0) return;
  axis.kind = Axis::Kind::sliding;
  axis.kernel = axis.stride = axis.input / axis.output;
}

/// Windows of rows and columns alone, all of one size.
bool slides_in_planes(const Plan& plan) {
  return plan.request.rank != 3 && plan.axes[1].kind == Axis::Kind::sliding && plan.axes[2].kind == Axis::Kind::sliding;
}

class Reduction final : public Way {
 public:
  Reduction(const Plan& plan, const Elements& elements, const double* samples)
      : plan_(plan), elements_(elements), samples_(samples), rows_source_{*this}, slabs_source_{*this} {}

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  struct RowsSource final : RowSource {
    explicit RowsSource(Reduction& owner) : reduction(owner) {}
    Row row(int32_t position, const Row& slot) override { return reduction.read_row(position, slot); }
    Reduction& reduction;
  };
  struct SlabsSource final : RowSource {
    explicit SlabsSource(Reduction& owner) : reduction(owner) {}
    Row row(int32_t position, const Row& slot) override { return reduction.read_slab(position, slot); }
    Reduction& reduction;
  };

  Row read_row(int32_t y, const Row& slot);
  Row read_slab(int32_t z, const Row& slot);
  Row row_slice(const Row& slab, int64_t y) const;

  Plan plan_;
  const Elements& elements_;
  const double* samples_;  ///< fractional: of all planes, as they come
  int64_t planes_done_ = 0;
  RowsSource rows_source_;
  SlabsSource slabs_source_;
  Line line_;
  Fold rows_, slabs_;
  Finisher finisher_;
  Buffer scratch_;
  size_t inner_ = 1, row_elements_ = 0;
  bool deep_ = false;
  const uint8_t* plane_ = nullptr;
  int32_t depth_ = 0;
};

bool Reduction::prepare() {
  const Request& request = plan_.request;
  const Axis &depth = plan_.axes[0], &row = plan_.axes[1], &column = plan_.axes[2];
  inner_ = static_cast<size_t>(plan_.inner());
  row_elements_ = static_cast<size_t>(column.output) * inner_;
  deep_ = request.rank == 3;
  const int64_t depth_taps = depth.most_taps(), row_taps = row.most_taps();
  const RowKernels& kernels = row_kernels(elements_.kind);
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
  if (!line_.prepare(column, plan_.inner(), elements_, request.with_indices)) return false;
  if (!rows_.prepare(row, bounded(row_taps, row), kernels, row_elements_, request.with_indices, elements_.identity)) {
    return false;
  }
  const size_t slab_elements = deep_ ? row_elements_ * static_cast<size_t>(row.output) : row_elements_;
  if (deep_ && !slabs_.prepare(depth, bounded(depth_taps, depth), kernels, slab_elements, request.with_indices,
                               elements_.identity)) {
    return false;
  }
  const size_t scratch_bytes = slab_elements * (kernels.element_size + (request.with_indices ? sizeof(int32_t) : 0));
  if (!scratch_.allocate(static_cast<int64_t>(scratch_bytes) + 16)) return false;
  return finisher_.prepare(plan_, elements_, 1);
}

Row Reduction::row_slice(const Row& slab, int64_t y) const {
  Row row = slab;
  row.values += static_cast<size_t>(y) * row_elements_ * row_kernels(elements_.kind).element_size;
  if (row.indices != nullptr) row.indices += static_cast<size_t>(y) * row_elements_;
  return row;
}

Row Reduction::read_row(int32_t y, const Row& slot) {
  const Axis &row = plan_.axes[1], &column = plan_.axes[2];
  const int64_t first = (depth_ * row.input + y) * column.input;
  return line_.windows(plane_ + static_cast<size_t>(first) * inner_ * elements_.stored_size,
                       static_cast<int32_t>(first), slot);
}

Row Reduction::read_slab(int32_t z, const Row& slot) {
  depth_ = z;
  rows_.reset();
  Row slab = slot;
  slab.has_nan = false;
  for (int64_t y = 0; y < plan_.axes[1].output; ++y) {
    const Row to = row_slice(slot, y);
    const Row made = rows_.window(static_cast<int32_t>(y), to, rows_source_);
    if (made.values != to.values) {
      std::memcpy(to.values, made.values, row_elements_ * row_kernels(elements_.kind).element_size);
      if (to.indices != nullptr) std::memcpy(to.indices, made.indices, row_elements_ * sizeof(int32_t));
    }
    slab.has_nan |= made.has_nan;
  }
  return slab;
}

void Reduction::reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) {
  const Axis &depth = plan_.axes[0], &row = plan_.axes[1];
  const RowKernels& kernels = row_kernels(elements_.kind);
  if (plan_.request.op == Operator::fractional_max) {
    const int64_t plane = planes_done_++, channels = plan_.request.channels;
    set_samples(plan_, samples_, plane / channels, plane % channels);
    slabs_.set_axis(plan_.axes[0]);
    rows_.set_axis(plan_.axes[1]);
    line_.set_axis(plan_.axes[2]);
  }
  plane_ = input;
  rows_.reset();
  if (deep_) slabs_.reset();
  Row scratch;
  scratch.values = scratch_.bytes();
  const size_t slab_elements = row_elements_ * static_cast<size_t>(deep_ ? row.output : 1);
  if (plan_.request.with_indices) {
    scratch.indices =
        reinterpret_cast<int32_t*>(scratch.values + ((slab_elements * kernels.element_size + 3) & ~size_t{3}));
  }
  const size_t row_bytes = row_elements_ * elements_.stored_size;
  for (int64_t z = 0; z < depth.output; ++z) {
    Row slab;
    if (deep_) slab = slabs_.window(static_cast<int32_t>(z), scratch, slabs_source_);
    for (int64_t y = 0; y < row.output; ++y) {
      Row made;
      if (deep_) {
        made = row_slice(slab, y);
      } else {
        Row to = scratch;
        if (elements_.writes_in_place) to.values = output;
        if (indices != nullptr) to.indices = indices;
        made = rows_.window(static_cast<int32_t>(y), to, rows_source_);
      }
      finisher_.finish(made, z, y, 1, output, indices);
      output += row_bytes;
      if (indices != nullptr) indices += row_elements_;
    }
  }
}

Refusal go(Way&& way, const Plan& plan, const Elements& elements, const Tensors& tensors) {
  if (!way.prepare()) return {Status::out_of_memory};
  each_plane(plan, elements.stored_size, tensors,
             [&](int64_t, const uint8_t* input, uint8_t* output, int32_t* indices) {
               way.reduce_plane(input, output, indices);
             });
  return {};
}

/// One channel at a time, gathered and put back: where every channel has windows of its own (fractional,
/// channels_last).
Refusal reduce_by_channel(const Plan& plan, const Tensors& tensors) {
  Request request = plan.request;
  request.channels_last = false;
  request.batch = request.channels = 1;
  Plan plane;
  if (const Refusal refusal = make_plan(request, plane)) return refusal;
  const size_t size = elements_for(request, 1).stored_size;
  const size_t in_cells = static_cast<size_t>(plan.input_cells()), out_cells = static_cast<size_t>(plan.output_cells());
  Buffer input(static_cast<int64_t>(in_cells * size)), output(static_cast<int64_t>(out_cells * size));
  Buffer indices(static_cast<int64_t>(out_cells * sizeof(int32_t)));
  if (!input || !output || !indices) return {Status::out_of_memory};
  const size_t channels = static_cast<size_t>(plan.request.channels);
  const size_t rank = static_cast<size_t>(request.rank);
  // As many bytes each time, which the one before has just given back: only the first can be refused.
  for (size_t n = 0; n < static_cast<size_t>(plan.request.batch); ++n) {
    for (size_t c = 0; c < channels; ++c) {
      const uint8_t* from = static_cast<const uint8_t*>(tensors.input) + (n * in_cells * channels + c) * size;
      for (size_t i = 0; i < in_cells; ++i) std::memcpy(input.bytes() + i * size, from + i * channels * size, size);
      Tensors own;
      own.input = input.bytes();
      own.output = output.bytes();
      own.output_indices = indices.as<int32_t>();
      own.samples = tensors.samples + (n * channels + c) * rank;
      if (const Refusal refusal = reduce(plane, own)) return refusal;
      uint8_t* to = static_cast<uint8_t*>(tensors.output) + (n * out_cells * channels + c) * size;
      for (size_t i = 0; i < out_cells; ++i) std::memcpy(to + i * channels * size, output.bytes() + i * size, size);
      if (!request.with_indices) continue;
      int32_t* to_indices = tensors.output_indices + n * out_cells * channels + c;
      for (size_t i = 0; i < out_cells; ++i) to_indices[i * channels] = indices.as<int32_t>()[i];
    }
  }
  return {};
}

/// A norm of opacity means nothing: a picture's alpha is averaged over the real taps instead.
Refusal reduce_norm_of_image(const Plan& plan, const Tensors& tensors) {
  Plan colour = plan, alpha = plan;
  colour.request.image_alpha = false;
  alpha.request.op = Operator::avg;
  const int64_t elements = plan.request.batch * plan.request.channels * plan.output_cells();
  const int64_t size = plan.request.dtype == DType::float16 ? 2 : 1;
  Buffer averaged(elements * size);
  if (!averaged) return {Status::out_of_memory};
  Tensors own = tensors;
  own.output = averaged.bytes();
  if (const Refusal refusal = reduce(alpha, own)) return refusal;
  if (const Refusal refusal = reduce(colour, tensors)) return refusal;
  for (int64_t at = 3 * size; at < elements * size; at += 4 * size) {
    std::memcpy(static_cast<uint8_t*>(tensors.output) + at, averaged.bytes() + at, static_cast<size_t>(size));
  }
  return {};
}

}  // namespace

Refusal reduce(const Plan& plan, const Tensors& tensors) {
  const Request& request = plan.request;
  if (plan.planes() == 0 || plan.output_cells() == 0) return {};
  if (request.op == Operator::fractional_max && request.channels_last) return reduce_by_channel(plan, tensors);
  if (request.op == Operator::lp && request.image_alpha) return reduce_norm_of_image(plan, tensors);
  if (request.op == Operator::adaptive_avg && plan.output_cells() == 1) {
    if (average_planes(plan, tensors)) return {};
  }
  if (suits_bundles(plan)) return reduce_bundles(plan, tensors);
  Plan simple = plan;
  for (Axis& axis : simple.axes) simplify(axis);
  const Elements elements = elements_of(simple);
  if (slides_in_planes(simple)) {
    if (pick_pairs(simple, elements, tensors)) return {};
    if (Cells::suit(simple, elements)) return go(Cells(simple, elements), simple, elements, tensors);
    if (Squares::suit(simple, elements)) return go(Squares(simple, elements), simple, elements, tensors);
    if (Running::suit(simple)) return go(Running(simple), simple, elements, tensors);
    if (Tall::suit(simple, elements)) return go(Tall(simple, elements), simple, elements, tensors);
    if (Strips::suit(simple, elements)) return go(Strips(simple, elements), simple, elements, tensors);
  }
  return go(Reduction(simple, elements, tensors.samples), simple, elements, tensors);
}

}  // namespace poolscope
