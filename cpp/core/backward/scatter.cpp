#include "core/backward/scatter.h"

#include <algorithm>

#include "core/convert/conversion.h"
#include "core/support/buffer.h"

namespace poolscope {
namespace {

Refusal check_indices(const int32_t* indices, int64_t count, int64_t cells) {
  for (int64_t i = 0; i < count; ++i) {
    if (indices[i] < -1 || indices[i] >= cells) {
      return {Status::index_out_of_range, 2, static_cast<double>(indices[i])};
    }
  }
  return {};
}

/// The channels of a cell lie side by side: element i belongs to channel i % inner.
template <class Bits>
void unpool(const Plan& plan, const Tensors& tensors) {
  const int64_t inner = plan.inner(), cells = plan.input_cells() * inner, result = plan.result_cells() * inner;
  const Bits* from = static_cast<const Bits*>(tensors.input);
  const int32_t* indices = tensors.input_indices;
  Bits* to = static_cast<Bits*>(tensors.output);
  std::fill(to, to + plan.planes() * result, Bits{0});
  for (int64_t plane = 0; plane < plan.planes(); ++plane, from += cells, indices += cells, to += result) {
    for (int64_t i = 0; i < cells; ++i) {
      if (indices[i] >= 0) to[indices[i] * inner + i % inner] = from[i];
    }
  }
}

template <class Real>
void scatter_add(const Plan& plan, const Real* from, const int32_t* indices, Real* gradient) {
  const int64_t inner = plan.inner(), cells = plan.output_cells() * inner;
  for (int64_t i = 0; i < cells; ++i) {
    if (indices[i] >= 0) gradient[indices[i] * inner + i % inner] += from[i];
  }
}

/// grad_output / divisor to every real tap of its window.
template <class Real>
void distribute_gradient(const Plan& plan, const Real* from, Real* gradient) {
  const int64_t inner = plan.inner();
  const Axis &depth = plan.axes[0], &row = plan.axes[1], &column = plan.axes[2];
  const bool adaptive = is_adaptive(plan.request.op);
  const auto first = [](const Axis& axis, int64_t q) {
    return axis.start(q) + axis.first_valid_tap(q) * axis.dilation;
  };
  for (int64_t d = 0; d < depth.output; ++d) {
    for (int64_t h = 0; h < row.output; ++h) {
      for (int64_t w = 0; w < column.output; ++w, from += inner) {
        const int64_t deep = depth.valid(d), tall = row.valid(h), wide = column.valid(w);
        const int64_t valid = deep * tall * wide;
        if (valid == 0) continue;
        const TapCount counted = TapCount{depth.counted(d)} * row.counted(h) * column.counted(w);
        const Real divisor = static_cast<Real>(static_cast<double>(adaptive ? valid : plan.divisor(counted, valid)));
        const int64_t z0 = first(depth, d), y0 = first(row, h), x0 = first(column, w);
        for (int64_t c = 0; c < inner; ++c) {
          const Real share = from[c] / divisor;
          for (int64_t i = 0; i < deep; ++i) {
            for (int64_t j = 0; j < tall; ++j) {
              const int64_t line = ((z0 + i * depth.dilation) * row.input + y0 + j * row.dilation) * column.input + x0;
              for (int64_t k = 0; k < wide; ++k) gradient[(line + k * column.dilation) * inner + c] += share;
            }
          }
        }
      }
    }
  }
}

template <class Real>
Refusal backward(const Plan& plan, const Tensors& tensors, const Conversion& conversion) {
  if (plan.planes() == 0) return {};  // an empty batch of huge planes needs no memory
  const size_t from_count = static_cast<size_t>(plan.output_cells() * plan.inner());
  const size_t to_count = static_cast<size_t>(plan.result_cells() * plan.inner());
  const bool in_place = conversion.reads_in_place;
  Buffer from_memory, to_memory;
  if (!in_place && !(from_memory.allocate(static_cast<int64_t>(from_count * sizeof(Real))) &&
                     to_memory.allocate(static_cast<int64_t>(to_count * sizeof(Real))))) {
    return {Status::out_of_memory};
  }
  const uint8_t* from = static_cast<const uint8_t*>(tensors.input);
  const int32_t* indices = tensors.input_indices;
  uint8_t* to = static_cast<uint8_t*>(tensors.output);
  for (int64_t plane = 0; plane < plan.planes(); ++plane) {
    if (!in_place) conversion.load(conversion, from_memory.bytes(), from, from_count);
    const Real* shares = in_place ? reinterpret_cast<const Real*>(from) : from_memory.as<Real>();
    Real* gradient = in_place ? reinterpret_cast<Real*>(to) : to_memory.as<Real>();
    std::fill(gradient, gradient + to_count, Real{0});
    if (plan.request.op == Operator::max_backward) {
      scatter_add(plan, shares, indices, gradient);
      indices += from_count;
    } else {
      distribute_gradient(plan, shares, gradient);
    }
    if (!in_place) conversion.store(conversion, to, to_memory.bytes(), to_count, {});
    from += from_count * conversion.stored_size;
    to += to_count * conversion.stored_size;
  }
  return {};
}

}  // namespace

Refusal scatter(const Plan& plan, const Tensors& tensors) {
  if (reads_indices(plan.request.op)) {
    if (plan.result_cells() == 0) return {};
    const int64_t cells = plan.request.op == Operator::max_unpool ? plan.input_cells() : plan.output_cells();
    const int64_t count = plan.request.batch * plan.request.channels * cells;
    if (const Refusal refusal = check_indices(tensors.input_indices, count, plan.result_cells())) return refusal;
  }
  const Conversion conversion = make_conversion(plan.request, 1);
  if (plan.request.op == Operator::max_unpool) {
    switch (conversion.stored_size) {
      case 1: unpool<uint8_t>(plan, tensors); break;
      case 2: unpool<uint16_t>(plan, tensors); break;
      case 4: unpool<uint32_t>(plan, tensors); break;
      default: unpool<uint64_t>(plan, tensors);
    }
    return {};
  }
  return conversion.kind == RowKind::sum_f32 ? backward<float>(plan, tensors, conversion)
                                             : backward<double>(plan, tensors, conversion);
}

}  // namespace poolscope
