// Plain nested loops over a Plan: the oracle of every test, written to be read beside semantics, not to be fast.
// It says in full what each operator means; the kernels must equal it to the bit.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "core/api/dtype.h"
#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/plan/sampling.h"
#include "core/support/deterministic_pow.h"
#include "core/support/rounding.h"

namespace poolscope::reference {

/// Exact for every product of shapes, taps and strides.
__extension__ using Exact = __int128;

/// The taps of one window along one axis, counted here and not by the core's Axis.
struct Taps {
  Exact count = 0;         ///< real or not
  Exact start = 0;         ///< position of the first one
  Exact step = 1;          ///< positions from tap to tap
  int64_t first_real = 0;  ///< which tap is the first in the input
  int64_t real = 0;        ///< how many are
  Exact counted = 0;       ///< how many lie in the input and its padding

  int64_t position(int64_t tap) const { return static_cast<int64_t>(start + tap * step); }
};

inline Taps taps_of(const Axis& axis, int64_t q) {
  Taps taps;
  switch (axis.kind) {
    case Axis::Kind::sliding:
      taps.start = Exact{q} * axis.stride - axis.pad_before;
      taps.count = axis.kernel;
      taps.step = axis.dilation;
      break;
    case Axis::Kind::adaptive: {
      const Exact begin = Exact{q} * axis.input, end = begin + axis.input, size = axis.output;
      taps.start = begin / size;
      taps.count = (end + size - 1) / size - taps.start;
      break;
    }
    case Axis::Kind::fractional:
      taps.start = axis.start(q);  // rounded as PyTorch rounds it; known_values_test.cpp holds it
      taps.count = axis.kernel;
      break;
  }
  Exact tap = taps.start < 0 ? (taps.step - 1 - taps.start) / taps.step : 0;
  taps.first_real = static_cast<int64_t>(tap);
  for (; tap < taps.count && taps.start + tap * taps.step < axis.input; ++tap) ++taps.real;
  const Exact room = Exact{axis.input} + axis.pad_after - taps.start;
  taps.counted = room <= 0 ? 0 : std::min(taps.count, (room + taps.step - 1) / taps.step);
  return taps;
}

/// The canonical order of a sum of `count` terms: up to eight one after the other; more in blocks of four, which are
/// summed the same way, and the terms left over at last. It does not depend on where a window lies, so equal windows
/// give equal bits, and its error grows with the logarithm of `count`. Terms that are no real tap's are +0, and a block
/// of nothing else is not walked.
template <class Sum, class Term>
class OrderedSum {
 public:
  OrderedSum(const Taps& taps, const Term& term) : taps_(taps), term_(term) {}

  Sum operator()() const { return all(0, taps_.count); }

 private:
  Sum all(int level, Exact count) const {
    if (count <= 8) return in_a_row(level, 0, static_cast<int>(count));
    const Sum whole = all(level + 1, count / 4);
    return count % 4 == 0 ? whole : whole + in_a_row(level, count / 4 * 4, static_cast<int>(count % 4));
  }
  Sum in_a_row(int level, Exact first, int some) const {
    Sum sum = block(level, first);
    for (int i = 1; i < some; ++i) sum = sum + block(level, first + i);
    return sum;
  }
  /// Taps i · 4^level to before (i + 1) · 4^level.
  Sum block(int level, Exact i) const {
    const Exact size = Exact{1} << (2 * level);
    if (i * size >= Exact{taps_.first_real} + taps_.real || (i + 1) * size <= taps_.first_real) return 0;
    return level == 0 ? term_(static_cast<int64_t>(i)) : in_a_row(level - 1, 4 * i, 4);
  }

  const Taps& taps_;
  const Term& term_;
};

template <class Sum, class Term>
Sum ordered_sum(const Taps& taps, const Term& term) {
  return OrderedSum<Sum, Term>(taps, term)();
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

/// One window: its taps along depth, row and column.
struct Window {
  std::array<Taps, 3> axes;

  Window(const Plan& plan, Position out)
      : axes{taps_of(plan.axes[0], out.d), taps_of(plan.axes[1], out.h), taps_of(plan.axes[2], out.w)} {}

  Exact real() const { return Exact{axes[0].real} * axes[1].real * axes[2].real; }
  Exact counted() const { return axes[0].counted * axes[1].counted * axes[2].counted; }
};

/// Calls visit(flat input cell) for each real tap of the window, row-major.
template <class Visit>
void for_each_real_tap(const Plan& plan, const Window& window, const Visit& visit) {
  const auto each = [](const Taps& taps, const auto& act) {
    for (int64_t i = 0; i < taps.real; ++i) act(taps.position(taps.first_real + i));
  };
  each(window.axes[0], [&](int64_t z) {
    each(window.axes[1], [&](int64_t y) {
      each(window.axes[2], [&](int64_t x) { visit((z * plan.axes[1].input + y) * plan.axes[2].input + x); });
    });
  });
}

/// A count as a divisor: rounded to a double first.
template <class Real>
Real as_real(Exact count) {
  return static_cast<Real>(static_cast<double>(count));
}

/// The average's divisor of one window; 0 for a window without a real tap, which yields 0.
inline Exact divisor_of(const Plan& plan, const Window& window, bool alpha) {
  const Request& request = plan.request;
  if (window.real() == 0) return 0;
  if (is_adaptive(request.op) || alpha) return window.real();
  if (request.has_divisor) return request.divisor;
  return request.count_include_pad ? window.counted() : window.real();
}

/// Rounded to nearest, halves up, saturated; NaN becomes 0. Floats stay what they are.
template <class T, class V>
T stored(V value) {
  if constexpr (is_real<T>) {
    return store_real<T>(value);
  } else {
    const double real = static_cast<double>(value), below = std::floor(real), above = below + 1;
    const double rounded = real - below < above - real ? below : above;
    if (is_nan(real)) return T{0};
    if (rounded <= static_cast<double>(std::numeric_limits<T>::lowest())) return std::numeric_limits<T>::lowest();
    if (rounded >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
    return static_cast<T>(rounded);
  }
}

/// What a picture's alpha is where a window sees none of it.
template <class T>
T opaque() {
  if constexpr (is_real<T>) return store_real<T>(ValueOf<T>{1});
  else return std::numeric_limits<T>::max();
}

/// floor(sum / divisor + 1/2) for integers. Adding +0 gives a window of only -0 the sign of a sum that starts at +0.
template <class T>
T mean_of(SumOf<T> sum, Exact divisor) {
  if constexpr (is_real<T>) {
    return store_real<T>((sum + SumOf<T>{0}) / as_real<SumOf<T>>(divisor));
  } else {
    const Exact sign = divisor < 0 ? -1 : 1, top = (2 * Exact{sum} + divisor) * sign, bottom = 2 * divisor * sign;
    const Exact mean = top / bottom - (top % bottom < 0 ? 1 : 0);
    if (mean < std::numeric_limits<T>::lowest()) return std::numeric_limits<T>::lowest();
    return mean > std::numeric_limits<T>::max() ? std::numeric_limits<T>::max() : static_cast<T>(mean);
  }
}

/// A window that is the whole plane is summed in runs; halves, which are rare, are not.
inline bool covers_plane(const Plan& plan) {
  if (!is_adaptive(plan.request.op) || plan.request.dtype == DType::float16) return false;
  return plan.output_cells() == 1;
}

/// Sum over a window in the canonical order: along columns, then rows, then depths; taps outside the input add +0.
template <class Sum, class Term>
Sum window_sum(const Plan& plan, const Window& window, const Term& term) {
  if (covers_plane(plan)) return interleaved_sum<Sum>(0, plan.input_cells(), term);
  const Taps &depth = window.axes[0], &row = window.axes[1], &column = window.axes[2];
  return ordered_sum<Sum>(depth, [&](int64_t i) {
    const int64_t z = depth.position(i);
    return ordered_sum<Sum>(row, [&](int64_t j) {
      const int64_t y = row.position(j);
      return ordered_sum<Sum>(column, [&](int64_t k) -> Sum {
        return term((z * plan.axes[1].input + y) * plan.axes[2].input + column.position(k));
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
        for_each_real_tap(local, Window(local, position_of(cell, extents)), [&](int64_t tap) {
          if (index < 0 || replaces(load_element(input.at(tap)), load_element(input.at(index)), minimum)) index = tap;
        });
        if (index >= 0) {
          output.at(cell) = input.at(index);
        } else {
          using V = ValueOf<T>;
          output.at(cell) = alpha ? opaque<T>() : store_real<T>(minimum ? highest_value<V>() : lowest_value<V>());
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
        const Window window(plan, position_of(cell, extents));
        const Exact divisor = divisor_of(plan, window, alpha);
        if (divisor == 0) {
          output.at(cell) = alpha ? opaque<T>() : store_real<T>(ValueOf<T>{0});
          continue;
        }
        const auto sum = window_sum<SumOf<T>>(
            plan, window, [&](int64_t tap) { return static_cast<SumOf<T>>(load_element(input.at(tap))); });
        output.at(cell) = mean_of<T>(sum, divisor);
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
        const Window window(plan, position_of(cell, extents));
        const Exact real = window.real();
        if (real == 0) {
          output.at(cell) = alpha ? opaque<T>() : store_real<T>(Real{0});
        } else if (alpha) {
          const auto sum = window_sum<SumOf<T>>(
              plan, window, [&](int64_t tap) { return static_cast<SumOf<T>>(load_element(input.at(tap))); });
          output.at(cell) = mean_of<T>(sum, real);
        } else if (infinite) {
          Real best = 0;
          for_each_real_tap(plan, window, [&](int64_t tap) {
            const Real value = std::fabs(static_cast<Real>(load_element(input.at(tap))));
            if (replaces(value, best, false)) best = value;
          });
          output.at(cell) = stored<T>(best);
        } else {
          Real sum = window_sum<Real>(plan, window, [&](int64_t tap) {
            return norm_term(static_cast<Real>(load_element(input.at(tap))), request.norm_type, request.onnx_lp);
          });
          sum = sum + Real{0};
          if (!request.onnx_lp) {
            const Exact area = Exact{plan.axes[0].kernel} * plan.axes[1].kernel * plan.axes[2].kernel;
            sum = sum / as_real<Real>(window.counted()) * as_real<Real>(area);
          }
          output.at(cell) = stored<T>(norm_root(sum, request.norm_type));
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
        to.at(target) = stored<T>(gradient);
      }
    }
  }
}

/// Whether a window has a tap at `position`.
inline bool reads(const Taps& taps, int64_t position) {
  const Exact offset = position - taps.start;
  return offset >= 0 && offset % taps.step == 0 && offset / taps.step < taps.count;
}

/// Average backward: each input cell gathers grad_output / divisor of every window that reads it, in their order.
template <class T>
void average_backward(const Plan& plan, const Tensors& tensors) {
  using Real = RealOf<T>;
  const int64_t from_cells = plan.output_cells(), to_cells = plan.input_cells();
  const Triple extents = output_extents(plan);
  std::vector<Window> windows;
  for (int64_t cell = 0; cell < from_cells; ++cell) windows.emplace_back(plan, position_of(cell, extents));
  for (int64_t n = 0; n < plan.request.batch; ++n) {
    for (int64_t c = 0; c < plan.request.channels; ++c) {
      const auto from = plane_of(static_cast<const T*>(tensors.input), plan, n, c, from_cells);
      const auto to = plane_of(static_cast<T*>(tensors.output), plan, n, c, to_cells);
      for (int64_t target = 0; target < to_cells; ++target) {
        Real gradient = 0;
        const Position at = position_of(target, plan.result);
        for (int64_t cell = 0; cell < from_cells; ++cell) {
          const Window& window = windows[static_cast<size_t>(cell)];
          if (!reads(window.axes[0], at.d) || !reads(window.axes[1], at.h) || !reads(window.axes[2], at.w)) continue;
          gradient += static_cast<Real>(load_element(from.at(cell))) / as_real<Real>(divisor_of(plan, window, false));
        }
        to.at(target) = stored<T>(gradient);
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
