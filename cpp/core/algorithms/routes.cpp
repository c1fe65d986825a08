#include "core/api/routes.h"

#include <array>
#include <cstring>
#include <utility>

#include "core/algorithms/argmax_2x2.h"
#include "core/algorithms/box_filter.h"
#include "core/algorithms/direct_nhwc.h"
#include "core/algorithms/direct_square.h"
#include "core/algorithms/generic_separable.h"
#include "core/algorithms/global_average.h"
#include "core/algorithms/interleaved_planes.h"
#include "core/algorithms/tiled_separable.h"
#include "core/algorithms/van_herk.h"
#include "core/api/pool.h"
#include "core/backward/scatter.h"
#include "core/convert/conversion.h"
#include "core/convert/epilogue.h"
#include "core/plan/sampling.h"
#include "core/support/buffer.h"

namespace poolscope {
namespace {

/// An adaptive axis whose output divides its input is a sliding one. The step from an only window means nothing, and
/// may be beyond 32 bits.
void simplify(Axis& axis) {
  axis.stride = std::min<int64_t>(axis.stride, INT32_MAX);
  if (axis.kind != Axis::Kind::adaptive || axis.output == 0 || axis.input % axis.output != 0) return;
  axis.kind = Axis::Kind::sliding;
  axis.kernel = axis.stride = axis.input / axis.output;
}

Plan simplified(Plan plan) {
  for (Axis& axis : plan.axes) simplify(axis);
  return plan;
}

/// A plan as the algorithms see it.
struct Task {
  explicit Task(const Plan& given) : plan(given), simple(simplified(given)), conversion(make_conversion(simple)) {}

  const Plan& plan;
  const Plan simple;
  const Conversion conversion;

  /// Windows of rows and columns alone, all of one size.
  bool slides() const {
    return plan.request.rank != 3 && simple.axes[1].kind == Axis::Kind::sliding &&
           simple.axes[2].kind == Axis::Kind::sliding;
  }
};

Refusal reduce_planes(Algorithm&& algorithm, const Task& task, const Tensors& tensors) {
  if (!algorithm.prepare()) return {Status::out_of_memory};
  each_plane(task.simple, task.conversion.stored_size, tensors,
             [&](int64_t, const uint8_t* input, uint8_t* output, int32_t* indices) {
               algorithm.reduce_plane(input, output, indices);
             });
  return {};
}

struct Candidate {
  bool (*supports)(const Task&);
  Refusal (*run)(const Task&, const Tensors&);
};

template <class Algorithm>
Refusal run_sliding(const Task& task, const Tensors& tensors) {
  return reduce_planes(Algorithm(task.simple, task.conversion), task, tensors);
}

constexpr Candidate make_candidate(Route route) {
  switch (route) {
    case Route::scatter:
      return {[](const Task& task) { return reads_indices(task.plan.request.op) || is_backward(task.plan.request.op); },
              [](const Task& task, const Tensors& tensors) { return scatter(task.plan, tensors); }};
    case Route::global_average:
      return {[](const Task& task) { return supports_global_average(task.plan); },
              [](const Task& task, const Tensors& tensors) {
                reduce_global_average(task.plan, tensors);
                return Refusal{};
              }};
    case Route::interleaved_planes:
      return {[](const Task& task) { return supports_interleaved_planes(task.plan); },
              [](const Task& task, const Tensors& tensors) { return reduce_interleaved_planes(task.plan, tensors); }};
    case Route::argmax_2x2:
      return {[](const Task& task) { return task.slides() && supports_argmax_2x2(task.simple, task.conversion); },
              [](const Task& task, const Tensors& tensors) {
                reduce_argmax_2x2(task.simple, task.conversion, tensors);
                return Refusal{};
              }};
    case Route::direct_nhwc:
      return {[](const Task& task) { return task.slides() && DirectNhwc::supports(task.simple, task.conversion); },
              run_sliding<DirectNhwc>};
    case Route::direct_square:
      return {[](const Task& task) { return task.slides() && DirectSquare::supports(task.simple, task.conversion); },
              run_sliding<DirectSquare>};
    case Route::box_filter:
      return {[](const Task& task) { return task.slides() && BoxFilter::supports(task.simple); },
              [](const Task& task, const Tensors& tensors) {
                return reduce_planes(BoxFilter(task.simple), task, tensors);
              }};
    case Route::van_herk:
      return {[](const Task& task) { return task.slides() && VanHerk::supports(task.simple, task.conversion); },
              run_sliding<VanHerk>};
    case Route::tiled_separable:
      return {[](const Task& task) { return task.slides() && TiledSeparable::supports(task.simple, task.conversion); },
              run_sliding<TiledSeparable>};
    case Route::generic_separable:
      return {[](const Task&) { return true; },
              [](const Task& task, const Tensors& tensors) {
                return reduce_planes(GenericSeparable(task.simple, task.conversion, tensors.samples), task, tensors);
              }};
  }
  __builtin_unreachable();
}

/// By route, so that the two lists cannot be out of step.
template <size_t... route>
constexpr std::array<Candidate, sizeof...(route)> list_candidates(std::index_sequence<route...>) {
  return {make_candidate(static_cast<Route>(route))...};
}
constexpr auto candidates = list_candidates(std::make_index_sequence<route_count>());

bool supports(Route route, const Task& task) {
  // Gradients and whole planes of floats have an order of their own in which they are summed.
  for (const Route only : {Route::scatter, Route::global_average}) {
    if (route != only && candidates[static_cast<size_t>(only)].supports(task)) return false;
  }
  return candidates[static_cast<size_t>(route)].supports(task);
}

/// Windows of a row from which on direct_square is faster where planes lie than interleaved_planes with its two
/// transpositions, by 1.3 to 2 times in V8: k 5 over 10 x 10, k 3 over 12 x 12, k 2 stride 2 over 16 x 16.
constexpr int64_t min_width_direct = 10, min_width_direct_stride2 = 8;

bool is_better(Route route, const Task& task) {
  if (route != Route::interleaved_planes) return true;
  const Axis& column = task.simple.axes[2];
  const int64_t min_width = column.stride == 2 ? min_width_direct_stride2 : min_width_direct;
  return column.output < min_width || !candidates[static_cast<size_t>(Route::direct_square)].supports(task);
}

Route choose_route(const Task& task) {
  size_t route = 0;
  while (!candidates[route].supports(task) || !is_better(static_cast<Route>(route), task)) ++route;
  return static_cast<Route>(route);
}

/// One channel at a time, gathered and put back: where every channel has windows of its own (fractional,
/// channels_last).
Refusal reduce_by_channel(const Plan& plan, const Tensors& tensors) {
  Request request = plan.request;
  request.channels_last = false;
  request.batch = request.channels = 1;
  Plan plane;
  if (const Refusal refusal = make_plan(request, plane)) return refusal;
  const size_t size = make_conversion(request, 1).stored_size;
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
      if (const Refusal refusal = run(plane, own)) return refusal;
      uint8_t* to = static_cast<uint8_t*>(tensors.output) + (n * out_cells * channels + c) * size;
      for (size_t i = 0; i < out_cells; ++i) std::memcpy(to + i * channels * size, output.bytes() + i * size, size);
      if (!request.with_indices) continue;
      int32_t* to_indices = tensors.output_indices + n * out_cells * channels + c;
      for (size_t i = 0; i < out_cells; ++i) to_indices[i * channels] = indices.as<int32_t>()[i];
    }
  }
  return {};
}

/// The plan without its picture's alpha, and alpha's own: a norm of opacity means nothing, so it is averaged over the
/// real taps.
Plan colour_of(Plan plan) {
  plan.request.image_alpha = false;
  return plan;
}
Plan alpha_of(Plan plan) {
  plan.request.op = Operator::avg;
  return plan;
}

bool is_norm_of_image(const Request& request) { return request.op == Operator::lp && request.image_alpha; }
bool goes_by_channel(const Request& request) { return request.op == Operator::fractional_max && request.channels_last; }

bool is_empty(const Plan& plan) {
  return !reads_indices(plan.request.op) && !is_backward(plan.request.op) &&
         (plan.planes() == 0 || plan.inner() == 0 || plan.output_cells() == 0);
}

/// By `forced`, or where it is null by the route that is chosen.
Refusal dispatch(const Plan& plan, const Tensors& tensors, const Route* forced);

Refusal reduce_norm_of_image(const Plan& plan, const Tensors& tensors, const Route* forced) {
  const int64_t size = static_cast<int64_t>(make_conversion(plan.request, 1).stored_size);
  const int64_t bytes = plan.request.batch * plan.request.channels * plan.output_cells() * size;
  Buffer averaged(bytes);
  if (!averaged) return {Status::out_of_memory};
  Tensors own = tensors;
  own.output = averaged.bytes();
  if (const Refusal refusal = dispatch(alpha_of(plan), own, nullptr)) return refusal;
  if (const Refusal refusal = dispatch(colour_of(plan), tensors, forced)) return refusal;
  uint8_t* const output = static_cast<uint8_t*>(tensors.output);
  for (int64_t at = 3 * size; at < bytes; at += 4 * size) {
    std::memcpy(output + at, averaged.bytes() + at, static_cast<size_t>(size));
  }
  return {};
}

Refusal dispatch(const Plan& plan, const Tensors& tensors, const Route* forced) {
  if (plan.request.op == Operator::fractional_max) {
    if (const Refusal refusal = check_samples(plan, tensors.samples)) return refusal;
  }
  if (is_empty(plan)) return {};
  if (goes_by_channel(plan.request)) return reduce_by_channel(plan, tensors);
  if (is_norm_of_image(plan.request)) return reduce_norm_of_image(plan, tensors, forced);
  const Task task(plan);
  const Route route = forced != nullptr ? *forced : choose_route(task);
  return candidates[static_cast<size_t>(route)].run(task, tensors);
}

}  // namespace

const char* name_of(Route route) {
  static constexpr const char* names[] = {
#define X(name) #name,
      POOLSCOPE_ROUTES(X)
#undef X
  };
  return names[static_cast<size_t>(route)];
}

bool supports(Route route, const Plan& plan) {
  if (goes_by_channel(plan.request)) return route == Route::generic_separable;
  return supports(route, Task(is_norm_of_image(plan.request) ? colour_of(plan) : plan));
}

Route choose_route(const Plan& plan) {
  if (goes_by_channel(plan.request)) return Route::generic_separable;
  return choose_route(Task(is_norm_of_image(plan.request) ? colour_of(plan) : plan));
}

Refusal run(const Plan& plan, const Tensors& tensors, Route route) { return dispatch(plan, tensors, &route); }

Refusal run(const Plan& plan, const Tensors& tensors) { return dispatch(plan, tensors, nullptr); }

}  // namespace poolscope
