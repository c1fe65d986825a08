// Plain nested loops over a Plan: the oracle of every test, written to be read beside semantics, not to be fast.
// It says in full what each operator means; the kernels must equal it to the bit.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "dtype.h"
#include "norm.h"
#include "tensors.h"
#include "window.h"

namespace poolscope::reference {

/// The canonical order of a sum of `count` terms: up to eight one after the other; more in blocks of four, which are
/// summed the same way, and the terms left over at last. It does not depend on where a window lies, so equal windows
/// give equal bits, and its error grows with the logarithm of `count`.
template <class Sum, class Term>
Sum ordered_sum(int64_t begin, int64_t count, const Term& term) {
  const auto in_a_row = [&](int64_t first, int64_t some) {
    Sum sum = term(first);
    for (int64_t i = 1; i < some; ++i) sum = sum + term(first + i);
    return sum;
  };
  if (count <= 8) return in_a_row(begin, count);
  const auto block = [&](int64_t i) -> Sum { return in_a_row(begin + 4 * i, 4); };
  using Blocks = std::function<Sum(int64_t)>;  // the recursion must not make a type of its own each time
  const Sum whole = ordered_sum<Sum, Blocks>(0, count / 4, Blocks(block));
  return count % 4 == 0 ? whole : whole + in_a_row(begin + count / 4 * 4, count % 4);
}

/// The canonical order when one window is a whole plane (global pooling): runs of 1,024 cells are sixteen interleaved
/// partial sums, then halved; more are summed in two halves of whole runs.
template <class Sum, class Term>
Sum interleaved_sum(int64_t begin, int64_t count, const Term& term) {
  if (count > 1024) {
    const int64_t half = (count / 2 + 1023) / 1024 * 1024;
    return interleaved_sum<Sum>(begin, half, term) + interleaved_sum<Sum>(begin + half, count - half, term);
  }
  Sum part[16] = {};
  for (int64_t i = 0; i < count; ++i) part[i % 16] = part[i % 16] + term(begin + i);
  for (int half = 8; half >= 1; half /= 2) {
    for (int i = 0; i < half; ++i) part[i] = part[i] + part[i + half];
  }
  return part[0];
}

/// One plane of a tensor: `at(cell)` for a cell of the flattened spatial extents.
template <class T>
struct PlaneOf {
  T* data;
  int64_t step;
  T& at(int64_t cell) const { return data[cell * step]; }
};

template <class T>
PlaneOf<T> plane_of(T* data, const Plan& plan, int64_t sample, int64_t channel, int64_t cells) {
  const int64_t channels = plan.request.channels;
  if (plan.request.channels_last) return {data + sample * cells * channels + channel, channels};
  return {data + (sample * channels + channel) * cells, 1};
}

struct Position {
  int64_t d, h, w;
};

inline Position position_of(int64_t cell, const Triple& extents) {
  return {cell / (extents[1] * extents[2]), cell / extents[2] % extents[1], cell % extents[2]};
}

inline Triple output_extents(const Plan& plan) {
  return {plan.axes[0].output, plan.axes[1].output, plan.axes[2].output};
}

/// Calls visit(flat input cell) for each real tap of the window at `out`, row-major.
template <class Visit>
void for_each_real_tap(const Plan& plan, Position out, const Visit& visit) {
  const Axis &depth = plan.axes[0], &row = plan.axes[1], &column = plan.axes[2];
  for (int64_t i = 0; i < depth.taps(out.d); ++i) {
    const int64_t z = depth.start(out.d) + i * depth.dilation;
    if (z < 0 || z >= depth.input) continue;
    for (int64_t j = 0; j < row.taps(out.h); ++j) {
      const int64_t y = row.start(out.h) + j * row.dilation;
      if (y < 0 || y >= row.input) continue;
      for (int64_t k = 0; k < column.taps(out.w); ++k) {
        const int64_t x = column.start(out.w) + k * column.dilation;
        if (x >= 0 && x < column.input) visit((z * row.input + y) * column.input + x);
      }
    }
  }
}

inline int64_t valid_taps(const Plan& plan, Position out) {
  return plan.axes[0].valid(out.d) * plan.axes[1].valid(out.h) * plan.axes[2].valid(out.w);
}
inline int64_t counted_taps(const Plan& plan, Position out) {
  return plan.axes[0].counted(out.d) * plan.axes[1].counted(out.h) * plan.axes[2].counted(out.w);
}

/// The average's divisor of one window; 0 for a window without a real tap, which yields 0.
inline double divisor_at(const Plan& plan, Position out, bool alpha) {
  const int64_t valid = valid_taps(plan, out);
  if (valid == 0) return 0;
  if (is_adaptive(plan.request.op) || alpha) return static_cast<double>(valid);
  return plan.divisor(counted_taps(plan, out), valid);
}

/// A window that is the whole plane is summed in runs; halves, which are rare, are not.
inline bool covers_plane(const Plan& plan) {
  if (!is_adaptive(plan.request.op) || plan.request.dtype == DType::float16) return false;
  return plan.output_cells() == 1;
}

/// Sum over a window in the canonical order: along columns, then rows, then depths; taps outside the input add +0.
template <class Sum, class Term>
Sum window_sum(const Plan& plan, Position out, const Term& term) {
  if (covers_plane(plan)) return interleaved_sum<Sum>(0, plan.input_cells(), term);
  const Axis &depth = plan.axes[0], &row = plan.axes[1], &column = plan.axes[2];
  return ordered_sum<Sum>(0, depth.taps(out.d), [&](int64_t i) -> Sum {
    const int64_t z = depth.start(out.d) + i * depth.dilation;
    if (z < 0 || z >= depth.input) return 0;
    return ordered_sum<Sum>(0, row.taps(out.h), [&](int64_t j) -> Sum {
      const int64_t y = row.start(out.h) + j * row.dilation;
      if (y < 0 || y >= row.input) return 0;
      return ordered_sum<Sum>(0, column.taps(out.w), [&](int64_t k) -> Sum {
        const int64_t x = column.start(out.w) + k * column.dilation;
        return x < 0 || x >= column.input ? 0 : term((z * row.input + y) * column.input + x);
      });
    });
  });
}

/// Whether `candidate` replaces `best`: strictly better, or NaN (so the first of equals and the last NaN win).
template <class V>
bool replaces(V candidate, V best, bool minimum) {
  return (minimum ? candidate < best : candidate > best) || is_nan(candidate);
}

template <class T>
void pick_extremes(const Plan& plan, const Tensors& tensors) {
  const bool minimum = plan.request.op == Operator::min;
  const int64_t in_cells = plan.input_cells(), out_cells = plan.output_cells();
  const Triple extents = output_extents(plan);
  Plan local = plan;
  for (int64_t n = 0; n < plan.request.batch; ++n) {
    for (int64_t c = 0; c < plan.request.channels; ++c) {
      if (plan.request.op == Operator::fractional_max) set_samples(local, tensors.samples, n, c);
      const auto input = plane_of(static_cast<const T*>(tensors.input), plan, n, c, in_cells);
      const auto output = plane_of(static_cast<T*>(tensors.output), plan, n, c, out_cells);
      const bool alpha = plan.request.image_alpha && c == 3;
      for (int64_t cell = 0; cell < out_cells; ++cell) {
        int64_t index = -1;
        for_each_real_tap(local, position_of(cell, extents), [&](int64_t tap) {
          if (index < 0 || replaces(load_element(input.at(tap)), load_element(input.at(index)), minimum)) index = tap;
        });
        if (index >= 0) {
          output.at(cell) = input.at(index);
        } else {
          using V = ValueOf<T>;
          output.at(cell) = store_real<T>(minimum || alpha ? highest_value<V>() : lowest_value<V>());
        }
        if (tensors.output_indices != nullptr) {
          plane_of(tensors.output_indices, plan, n, c, out_cells).at(cell) = static_cast<int32_t>(index);
        }
      }
    }
  }
}

template <class T>
void average(const Plan& plan, const Tensors& tensors) {
  const int64_t in_cells = plan.input_cells(), out_cells = plan.output_cells();
  const Triple extents = output_extents(plan);
  for (int64_t n = 0; n < plan.request.batch; ++n) {
    for (int64_t c = 0; c < plan.request.channels; ++c) {
      const auto input = plane_of(static_cast<const T*>(tensors.input), plan, n, c, in_cells);
      const auto output = plane_of(static_cast<T*>(tensors.output), plan, n, c, out_cells);
      const bool alpha = plan.request.image_alpha && c == 3;
      for (int64_t cell = 0; cell < out_cells; ++cell) {
        const Position out = position_of(cell, extents);
        const double divisor = divisor_at(plan, out, alpha);
        if (divisor == 0) {
          output.at(cell) = store_real<T>(alpha ? highest_value<ValueOf<T>>() : ValueOf<T>{0});
          continue;
        }
        const auto sum = window_sum<SumOf<T>>(
            plan, out, [&](int64_t tap) { return static_cast<SumOf<T>>(load_element(input.at(tap))); });
        output.at(cell) = store_mean<T>(sum, divisor);
      }
    }
  }
}

/// PyTorch: (avg_pool(x^p) · kernel area)^(1/p), so a clipped window is rescaled. ONNX: (sum |x|^p)^(1/p) over real
/// taps. norm_type +inf is max |x| under both.
template <class T>
void norm(const Plan& plan, const Tensors& tensors) {
  using Real = RealOf<T>;
  const Request& request = plan.request;
  const bool infinite = request.norm_type == std::numeric_limits<double>::infinity();
  const int64_t in_cells = plan.input_cells(), out_cells = plan.output_cells();
  const Triple extents = output_extents(plan);
  for (int64_t n = 0; n < request.batch; ++n) {
    for (int64_t c = 0; c < request.channels; ++c) {
      const auto input = plane_of(static_cast<const T*>(tensors.input), plan, n, c, in_cells);
      const auto output = plane_of(static_cast<T*>(tensors.output), plan, n, c, out_cells);
      const bool alpha = request.image_alpha && c == 3;
      for (int64_t cell = 0; cell < out_cells; ++cell) {
        const Position out = position_of(cell, extents);
        const int64_t valid = valid_taps(plan, out);
        if (valid == 0) {
          output.at(cell) = store_real<T>(alpha ? highest_value<Real>() : Real{0});
        } else if (alpha) {
          const auto sum = window_sum<SumOf<T>>(
              plan, out, [&](int64_t tap) { return static_cast<SumOf<T>>(load_element(input.at(tap))); });
          output.at(cell) = store_mean<T>(sum, static_cast<double>(valid));
        } else if (infinite) {
          Real best = 0;
          for_each_real_tap(plan, out, [&](int64_t tap) {
            const Real value = std::fabs(static_cast<Real>(load_element(input.at(tap))));
            if (replaces(value, best, false)) best = value;
          });
          output.at(cell) = store_real<T>(best);
        } else {
          Real sum = window_sum<Real>(plan, out, [&](int64_t tap) {
            return norm_term(static_cast<Real>(load_element(input.at(tap))), request.norm_type, request.onnx_lp);
          });
          sum = sum + Real{0};
          if (!request.onnx_lp) {
            sum = sum / static_cast<Real>(counted_taps(plan, out)) * static_cast<Real>(plan.kernel_area());
          }
          output.at(cell) = store_real<T>(norm_root(sum, request.norm_type));
        }
      }
    }
  }
}

/// max_unpool: each cell of the restored plane holds the last value whose index names it, else 0.
template <class T>
void unpool(const Plan& plan, const Tensors& tensors) {
  const int64_t from_cells = plan.input_cells(), to_cells = plan.result_cells();
  for (int64_t n = 0; n < plan.request.batch; ++n) {
    for (int64_t c = 0; c < plan.request.channels; ++c) {
      const auto from = plane_of(static_cast<const T*>(tensors.input), plan, n, c, from_cells);
      const auto indices = plane_of(tensors.input_indices, plan, n, c, from_cells);
      const auto to = plane_of(static_cast<T*>(tensors.output), plan, n, c, to_cells);
      for (int64_t target = 0; target < to_cells; ++target) {
        to.at(target) = store_real<T>(RealOf<T>{0});
        for (int64_t i = 0; i < from_cells; ++i) {
          if (indices.at(i) == target) to.at(target) = from.at(i);
        }
      }
    }
  }
}

/// max_backward: each input cell gathers the gradients of the windows that picked it, in their order.
template <class T>
void extreme_backward(const Plan& plan, const Tensors& tensors) {
  const int64_t from_cells = plan.output_cells(), to_cells = plan.result_cells();
  for (int64_t n = 0; n < plan.request.batch; ++n) {
    for (int64_t c = 0; c < plan.request.channels; ++c) {
      const auto from = plane_of(static_cast<const T*>(tensors.input), plan, n, c, from_cells);
      const auto indices = plane_of(tensors.input_indices, plan, n, c, from_cells);
      const auto to = plane_of(static_cast<T*>(tensors.output), plan, n, c, to_cells);
      for (int64_t target = 0; target < to_cells; ++target) {
        RealOf<T> gradient = 0;
        for (int64_t i = 0; i < from_cells; ++i) {
          if (indices.at(i) == target) gradient += static_cast<RealOf<T>>(load_element(from.at(i)));
        }
        to.at(target) = store_real<T>(gradient);
      }
    }
  }
}

/// Whether window q of an axis has a tap at `position`.
inline bool reads(const Axis& axis, int64_t q, int64_t position) {
  const int64_t offset = position - axis.start(q);
  return offset >= 0 && offset % axis.dilation == 0 && offset / axis.dilation < axis.taps(q);
}

/// Average backward: each input cell gathers grad_output / divisor of every window that reads it, in their order.
template <class T>
void average_backward(const Plan& plan, const Tensors& tensors) {
  using Real = RealOf<T>;
  const int64_t from_cells = plan.output_cells(), to_cells = plan.input_cells();
  const Triple extents = output_extents(plan);
  for (int64_t n = 0; n < plan.request.batch; ++n) {
    for (int64_t c = 0; c < plan.request.channels; ++c) {
      const auto from = plane_of(static_cast<const T*>(tensors.input), plan, n, c, from_cells);
      const auto to = plane_of(static_cast<T*>(tensors.output), plan, n, c, to_cells);
      for (int64_t target = 0; target < to_cells; ++target) {
        Real gradient = 0;
        const Position at = position_of(target, plan.result);
        for (int64_t cell = 0; cell < from_cells; ++cell) {
          const Position out = position_of(cell, extents);
          if (!reads(plan.axes[0], out.d, at.d) || !reads(plan.axes[1], out.h, at.h) ||
              !reads(plan.axes[2], out.w, at.w)) {
            continue;
          }
          gradient += static_cast<Real>(load_element(from.at(cell))) / static_cast<Real>(divisor_at(plan, out, false));
        }
        to.at(target) = store_real<T>(gradient);
      }
    }
  }
}

template <class T>
void run_as(const Plan& plan, const Tensors& tensors) {
  switch (plan.request.op) {
    case Operator::max:
    case Operator::min:
    case Operator::adaptive_max:
    case Operator::fractional_max: return pick_extremes<T>(plan, tensors);
    case Operator::avg:
    case Operator::adaptive_avg: return average<T>(plan, tensors);
    case Operator::lp: return norm<T>(plan, tensors);
    case Operator::max_unpool: return unpool<T>(plan, tensors);
    case Operator::max_backward: return extreme_backward<T>(plan, tensors);
    case Operator::avg_backward:
    case Operator::adaptive_avg_backward: return average_backward<T>(plan, tensors);
  }
}

/// Indices and samples must have been checked.
inline void run(const Plan& plan, const Tensors& tensors) {
  switch (plan.request.dtype) {
#define X(name, type) \
  case DType::name: return run_as<type>(plan, tensors);
    POOLSCOPE_DTYPES(X)
#undef X
  }
}

}  // namespace poolscope::reference
