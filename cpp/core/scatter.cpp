#include "scatter.h"

#include <algorithm>

#include "dtype.h"

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
template <class T>
void unpool(const Plan& plan, const Tensors& tensors) {
  const int64_t inner = plan.inner(), cells = plan.input_cells() * inner, result = plan.result_cells() * inner;
  const T* from = static_cast<const T*>(tensors.input);
  const int32_t* indices = tensors.input_indices;
  T* to = static_cast<T*>(tensors.output);
  std::fill(to, to + plan.planes() * result, T{});
  for (int64_t plane = 0; plane < plan.planes(); ++plane, from += cells, indices += cells, to += result) {
    for (int64_t i = 0; i < cells; ++i) {
      if (indices[i] >= 0) to[indices[i] * inner + i % inner] = from[i];
    }
  }
}

/// Adds each plane's gradients up with `add(gradient, plane)` and stores them.
template <class T, class Add>
Refusal accumulate(const Plan& plan, const Tensors& tensors, const Add& add) {
  using Real = RealOf<T>;
  const int64_t result = plan.result_cells() * plan.inner();
  Buffer memory;
  constexpr bool in_place = std::is_same_v<T, Real>;
  if (!in_place && !memory.allocate(result * static_cast<int64_t>(sizeof(Real)))) return {Status::out_of_memory};
  T* to = static_cast<T*>(tensors.output);
  for (int64_t plane = 0; plane < plan.planes(); ++plane, to += result) {
    Real* gradient = in_place ? reinterpret_cast<Real*>(to) : memory.as<Real>();
    std::fill(gradient, gradient + result, Real{0});
    add(gradient, plane);
    if constexpr (!in_place) {
      for (int64_t i = 0; i < result; ++i) to[i] = store_real<T>(gradient[i]);
    }
  }
  return {};
}

template <class T>
Refusal extreme_backward(const Plan& plan, const Tensors& tensors) {
  using Real = RealOf<T>;
  const int64_t inner = plan.inner(), cells = plan.output_cells() * inner;
  return accumulate<T>(plan, tensors, [&](Real* gradient, int64_t plane) {
    const T* from = static_cast<const T*>(tensors.input) + plane * cells;
    const int32_t* indices = tensors.input_indices + plane * cells;
    for (int64_t i = 0; i < cells; ++i) {
      if (indices[i] >= 0) gradient[indices[i] * inner + i % inner] += static_cast<Real>(load_element(from[i]));
    }
  });
}

template <class T>
Refusal average_backward(const Plan& plan, const Tensors& tensors) {
  using Real = RealOf<T>;
  const int64_t inner = plan.inner(), cells = plan.output_cells() * inner;
  const Axis &depth = plan.axes[0], &row = plan.axes[1], &column = plan.axes[2];
  const bool adaptive = is_adaptive(plan.request.op);
  // The first real tap of window q and the cell after its last.
  const auto first = [](const Axis& axis, int64_t q) { return axis.start(q) + axis.first_valid_tap(q) * axis.dilation; };
  return accumulate<T>(plan, tensors, [&](Real* gradient, int64_t plane) {
    const T* from = static_cast<const T*>(tensors.input) + plane * cells;
    for (int64_t d = 0; d < depth.output; ++d) {
      for (int64_t h = 0; h < row.output; ++h) {
        for (int64_t w = 0; w < column.output; ++w, from += inner) {
          const int64_t deep = depth.valid(d), tall = row.valid(h), wide = column.valid(w);
          const int64_t valid = deep * tall * wide;
          if (valid == 0) continue;
          const int64_t counted = depth.counted(d) * row.counted(h) * column.counted(w);
          const Real divisor = static_cast<Real>(adaptive ? static_cast<double>(valid) : plan.divisor(counted, valid));
          const int64_t z0 = first(depth, d), y0 = first(row, h), x0 = first(column, w);
          for (int64_t i = 0; i < deep; ++i) {
            for (int64_t j = 0; j < tall; ++j) {
              const int64_t line = ((z0 + i * depth.dilation) * row.input + y0 + j * row.dilation) * column.input + x0;
              for (int64_t k = 0; k < wide; ++k) {
                Real* to = gradient + (line + k * column.dilation) * inner;
                for (int64_t c = 0; c < inner; ++c) to[c] += static_cast<Real>(load_element(from[c])) / divisor;
              }
            }
          }
        }
      }
    }
  });
}

template <class T>
Refusal scatter_as(const Plan& plan, const Tensors& tensors) {
  switch (plan.request.op) {
    case Operator::max_unpool: unpool<T>(plan, tensors); return {};
    case Operator::max_backward: return extreme_backward<T>(plan, tensors);
    default: return average_backward<T>(plan, tensors);
  }
}

}  // namespace

Refusal scatter(const Plan& plan, const Tensors& tensors) {
  if (reads_indices(plan.request.op)) {
    if (plan.result_cells() == 0) return {};
    const int64_t cells = plan.request.op == Operator::max_unpool ? plan.input_cells() : plan.output_cells();
    const int64_t count = plan.request.batch * plan.request.channels * cells;
    if (const Refusal refusal = check_indices(tensors.input_indices, count, plan.result_cells())) return refusal;
  }
  switch (plan.request.dtype) {
#define X(name, type) \
  case DType::name: return scatter_as<type>(plan, tensors);
    POOLSCOPE_DTYPES(X)
#undef X
  }
  return {Status::unknown_operator};
}

}  // namespace poolscope
