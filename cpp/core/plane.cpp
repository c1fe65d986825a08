#include "plane.h"

#include <cstring>

#include "dtype.h"
#include "simd.h"

namespace poolscope {
namespace {

// A plane is summed in runs of `run_cells`, sixteen interleaved partial sums each, and the runs in halves: so the error
// grows with the logarithm of the plane's size.
constexpr size_t parts = 16, run_cells = 1024;
constexpr size_t together = 64;  // as many runs as the parts of fit the stack

template <class Sum>
Sum folded(Sum* part, size_t step) {
  for (size_t half = parts / 2; half >= 1; half /= 2) {
    for (size_t i = 0; i < half; ++i) part[i * step] = part[i * step] + part[(i + half) * step];
  }
  return part[0];
}

#ifndef POOLSCOPE_SCALAR
/// The same sixteen parts, in vectors.
template <class T>
T sum_in_vectors(const T* from, size_t count) {
  constexpr size_t lanes = simd::lanes<T>, vectors = parts / lanes;
  simd::Vector<T> sums[vectors];
  size_t i = 0;
  POOLSCOPE_UNROLL
  for (auto& sum : sums) sum = simd::all<T>(0);
  for (; i + parts <= count; i += parts) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < vectors; ++v) sums[v] = simd::add<T>(sums[v], simd::load(from + i + v * lanes));
  }
  POOLSCOPE_UNROLL
  for (size_t v = 0; v < vectors && i < count; ++v, i += lanes) {
    sums[v] = simd::add<T>(sums[v], count - i < lanes ? simd::load_some(from + i, count - i) : simd::load(from + i));
  }
  POOLSCOPE_UNROLL
  for (size_t half = vectors / 2; half >= 1; half /= 2) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < half; ++v) sums[v] = simd::add<T>(sums[v], sums[v + half]);
  }
  T part[lanes];
  simd::store(part, sums[0]);
  POOLSCOPE_UNROLL
  for (size_t half = lanes / 2; half >= 1; half /= 2) {
    POOLSCOPE_UNROLL
    for (size_t v = 0; v < half; ++v) part[v] = part[v] + part[v + half];
  }
  return part[0];
}
#endif

template <class T>
T sum_run(const T* from, size_t count) {
#ifndef POOLSCOPE_SCALAR
  return sum_in_vectors(from, count);
#else
  T part[parts] = {};
  for (size_t i = 0; i < count; ++i) part[i % parts] += from[i];
  return folded(part, 1);
#endif
}

/// How `count` runs of cells lie: apart, or channel by channel, `inner` of them.
struct Runs {
  size_t count, pitch, inner;
};

template <class T>
[[gnu::noinline]] void sum_runs(T* to, const T* from, size_t cells, const Runs& runs) {
  if (runs.inner == 1) {
    for (size_t r = 0; r < runs.count; ++r) to[r] = sum_run(from + r * runs.pitch, cells);
    return;
  }
  T part[parts * together] = {};
  for (size_t i = 0; i < cells; ++i, from += runs.inner) {
    T* const sums = part + i % parts * together;
    for (size_t c = 0; c < runs.count; ++c) sums[c] += from[c];
  }
  for (size_t c = 0; c < runs.count; ++c) to[c] = folded(part + c, together);
}

template <class T>
POOLSCOPE_SMALL void sum_planes(T* to, const T* from, size_t cells, const Runs& runs) {
  if (cells <= run_cells) return sum_runs(to, from, cells, runs);
  const size_t half = (cells / 2 + run_cells - 1) / run_cells * run_cells;
  T rest[together];
  sum_planes(to, from, half, runs);
  sum_planes(rest, from + half * runs.inner, cells - half, runs);
  for (size_t r = 0; r < runs.count; ++r) to[r] = to[r] + rest[r];
}

template <class T>
POOLSCOPE_SMALL void average_as(const Plan& plan, const Tensors& tensors) {
  const size_t cells = static_cast<size_t>(plan.input_cells()), inner = static_cast<size_t>(plan.inner());
  // Planes one after the other, or the channels of one plane after the other's.
  const size_t groups = inner == 1 ? 1 : static_cast<size_t>(plan.planes()),
               runs = inner == 1 ? static_cast<size_t>(plan.planes()) : inner, step = inner == 1 ? cells : 1;
  const T* input = static_cast<const T*>(tensors.input);
  T* output = static_cast<T*>(tensors.output);
  for (size_t group = 0; group < groups; ++group, input += cells * inner, output += inner) {
    for (size_t first = 0; first < runs; first += together) {
      const size_t count = runs - first < together ? runs - first : together;
      T sums[together];
      sum_planes(sums, input + first * step, cells, {count, step, inner});
      for (size_t r = 0; r < count; ++r) output[first + r] = store_mean<T>(sums[r], static_cast<double>(cells));
    }
  }
}

}  // namespace

bool average_planes(const Plan& plan, const Tensors& tensors) {
  switch (plan.request.dtype) {
    case DType::float32: average_as<float>(plan, tensors); return true;
    case DType::float64: average_as<double>(plan, tensors); return true;
    default: return false;
  }
}

}  // namespace poolscope
