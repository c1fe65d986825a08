#include "core/algorithms/global_average.h"

#include <cstring>

#include "core/api/dtype.h"
#include "core/kernels/reducers.h"
#include "core/simd/loops.h"

namespace poolscope {
namespace {

// A plane is summed in runs of `run_cells`, sixteen interleaved partial sums each, and the runs in halves: so the error
// grows with the logarithm of the plane's size.
constexpr size_t parts = 16, run_cells = 1024;
constexpr size_t runs_per_batch = 64;  // runs

template <class Sum>
Sum pairwise_sum(Sum* part) {
  for (size_t half = parts / 2; half >= 1; half /= 2) {
    for (size_t i = 0; i < half; ++i) part[i] = part[i] + part[i + half];
  }
  return part[0];
}

#ifndef POOLSCOPE_SCALAR
/// The same sixteen parts in vectors, folded into one vector.
template <class T>
POOLSCOPE_INLINE simd::Vector<T> sum_run(const T* from, size_t count) {
  constexpr size_t lanes = simd::lanes<T>, vectors = parts / lanes;
  simd::Vector<T> sums[vectors];
  size_t i = 0;
  POOLSCOPE_UNROLL
  for (auto& sum : sums) sum = simd::broadcast<T>(0);
  for (; i + parts <= count; i += parts) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < vectors; ++v) sums[v] = simd::add<T>(sums[v], simd::load(from + i + v * lanes));
  }
  POOLSCOPE_UNROLL
  for (size_t v = 0; v < vectors && i < count; ++v, i += lanes) {
    sums[v] = simd::add<T>(sums[v], count - i < lanes ? simd::load_partial(from + i, count - i) : simd::load(from + i));
  }
  POOLSCOPE_UNROLL
  for (size_t half = vectors / 2; half >= 1; half /= 2) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < half; ++v) sums[v] = simd::add<T>(sums[v], sums[v + half]);
  }
  return sums[0];
}

#endif

/// How `count` runs of cells lie: apart, or channel by channel, `inner` of them.
struct Runs {
  size_t count, pitch, inner;
};

template <class T>
void sum_contiguous(T* to, const T* from, size_t cells, const Runs& runs) {
  for (size_t r = 0; r < runs.count; ++r) {
    const T* const run = from + r * runs.pitch;
#ifndef POOLSCOPE_SCALAR
    constexpr size_t lanes = simd::lanes<T>;
    T part[lanes];
    simd::store(part, sum_run(run, cells));
    POOLSCOPE_UNROLL
    for (size_t half = lanes / 2; half >= 1; half /= 2) {
      POOLSCOPE_UNROLL
      for (size_t v = 0; v < half; ++v) part[v] = part[v] + part[v + half];
    }
    to[r] = part[0];
#else
    T part[parts] = {};
    for (size_t i = 0; i < cells; ++i) part[i % parts] += run[i];
    to[r] = pairwise_sum(part);
#endif
  }
}

/// `vectors` of channels; `from` is the first of them in the first cell.
template <class T, size_t vectors>
void sum_vectors(T* to, const T* from, size_t cells, size_t inner) {
  constexpr size_t lanes = simd::lanes<T>;
  simd::Vector<T> part[parts][vectors];
  for (size_t p = 0; p < parts; ++p) {
    simd::Vector<T> sums[vectors];
    POOLSCOPE_UNROLL
    for (auto& sum : sums) sum = simd::broadcast<T>(0);
    for (size_t i = p; i < cells; i += parts) {
      POOLSCOPE_UNROLL
      for (size_t v = 0; v < vectors; ++v) {
        sums[v] = simd::add<T>(sums[v], simd::load(from + i * inner + v * lanes));
      }
    }
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < vectors; ++v) part[p][v] = sums[v];
  }
  for (size_t half = parts / 2; half >= 1; half /= 2) {
    for (size_t p = 0; p < half; ++p) {
      POOLSCOPE_UNROLL
      for (size_t v = 0; v < vectors; ++v) part[p][v] = simd::add<T>(part[p][v], part[p + half][v]);
    }
  }
  POOLSCOPE_UNROLL
  for (size_t v = 0; v < vectors; ++v) simd::store(to + v * lanes, part[0][v]);
}

template <class T>
void sum_channels(T* to, const T* from, size_t cells, const Runs& runs) {
  constexpr size_t lanes = simd::lanes<T>, vectors = 8;  // of floats two lines of the cache
  const auto step_by = [&](auto width) __attribute__((always_inline)) {
    for_vectors(
        0, width * lanes, runs.count, [&](size_t c) __attribute__((always_inline)) {
          sum_vectors<T, width>(to + c, from + c, cells, runs.inner);
        });
  };
  if constexpr (sizeof(T) == sizeof(float)) {  // doubles are rare
    if (runs.count >= vectors * lanes) return step_by(std::integral_constant<size_t, vectors>());
    if (runs.count >= lanes) return step_by(std::integral_constant<size_t, 1>());
  }
  for (size_t c = 0; c < runs.count; ++c) {
    T part[parts] = {};
    for (size_t i = 0; i < cells; ++i) part[i % parts] += from[i * runs.inner + c];
    to[c] = pairwise_sum(part);
  }
}

template <class T>
POOLSCOPE_NOINLINE void sum_planes(T* to, const T* from, size_t cells, const Runs& runs) {
  if (cells <= run_cells)
    return runs.inner == 1 ? sum_contiguous(to, from, cells, runs) : sum_channels(to, from, cells, runs);
  const size_t half = (cells / 2 + run_cells - 1) / run_cells * run_cells;
  T rest[runs_per_batch];
  sum_planes(to, from, half, runs);
  sum_planes(rest, from + half * runs.inner, cells - half, runs);
  for (size_t r = 0; r < runs.count; ++r) to[r] = to[r] + rest[r];
}

template <class T>
POOLSCOPE_NOINLINE void average_as(const Plan& plan, const Tensors& tensors) {
  const size_t cells = static_cast<size_t>(plan.input_cells()), inner = static_cast<size_t>(plan.inner());
  // Planes one after the other, or the channels of one plane after the other's.
  const size_t groups = inner == 1 ? 1 : static_cast<size_t>(plan.planes()),
               runs = inner == 1 ? static_cast<size_t>(plan.planes()) : inner, step = inner == 1 ? cells : 1;
  const T* input = static_cast<const T*>(tensors.input);
  T* output = static_cast<T*>(tensors.output);
  for (size_t group = 0; group < groups; ++group, input += cells * inner, output += inner) {
    for (size_t first = 0; first < runs; first += runs_per_batch) {
      const size_t count = runs - first < runs_per_batch ? runs - first : runs_per_batch;
      T sums[runs_per_batch];
      sum_planes(sums, input + first * step, cells, {count, step, inner});
      // Adding +0 gives a plane of only -0 the sign PyTorch's sum, which starts at +0, would give.
      const auto divisor = simd::broadcast<T>(static_cast<T>(cells)), zero = simd::broadcast<T>(0);
      size_t r = 0;
      for (constexpr size_t lanes = simd::lanes<T>; r + lanes <= count; r += lanes) {
        simd::store(output + first + r, simd::divide<T>(simd::add<T>(simd::load(sums + r), zero), divisor));
      }
      for (; r < count; ++r) output[first + r] = (sums[r] + T{0}) / static_cast<T>(cells);
    }
  }
}

}  // namespace

bool supports_global_average(const Plan& plan) {
  const DType dtype = plan.request.dtype;
  return plan.request.op == Operator::adaptive_avg && (dtype == DType::float32 || dtype == DType::float64) &&
         plan.output_cells() == 1;
}

void reduce_global_average(const Plan& plan, const Tensors& tensors) {
  if (plan.request.dtype == DType::float32) average_as<float>(plan, tensors);
  else average_as<double>(plan, tensors);
}

}  // namespace poolscope
