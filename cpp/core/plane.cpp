#include "plane.h"

#include <cstring>

#include "dtype.h"
#include "simd.h"

namespace poolscope {
namespace {

constexpr size_t parts = 16;

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
SumOf<T> sum_run(const T* from, size_t count) {
  using Sum = SumOf<T>;
#ifndef POOLSCOPE_SCALAR
  if constexpr (std::is_same_v<T, Sum>) return sum_in_vectors(from, count);
#endif
  Sum part[parts] = {};
  for (size_t i = 0; i < count; ++i) part[i % parts] += static_cast<Sum>(load_element(from[i]));
  return folded(part, 1);
}

template <class T>
void average_as(const Plan& plan, const Tensors& tensors) {
  using Sum = SumOf<T>;
  const size_t cells = static_cast<size_t>(plan.input_cells()), inner = static_cast<size_t>(plan.inner());
  const T* input = static_cast<const T*>(tensors.input);
  T* output = static_cast<T*>(tensors.output);
  constexpr size_t together = 64;
  for (size_t plane = 0; plane < static_cast<size_t>(plan.planes()); ++plane, input += cells * inner, output += inner) {
    if (inner == 1) {
      *output = store_mean<T>(sum_run(input, cells), static_cast<double>(cells));
      continue;
    }
    for (size_t first = 0; first < inner; first += together) {  // as many channels as the parts of fit the stack
      const size_t count = inner - first < together ? inner - first : together;
      Sum part[parts * together] = {};
      for (size_t i = 0; i < cells; ++i) {
        Sum* to = part + i % parts * together;
        const T* from = input + i * inner + first;
        for (size_t c = 0; c < count; ++c) to[c] += static_cast<Sum>(load_element(from[c]));
      }
      for (size_t c = 0; c < count; ++c) {
        output[first + c] = store_mean<T>(folded(part + c, together), static_cast<double>(cells));
      }
    }
  }
}

}  // namespace

bool average_planes(const Plan& plan, const Tensors& tensors) {
  switch (plan.request.dtype) {
    case DType::float32: average_as<float>(plan, tensors); return true;
    case DType::float64: average_as<double>(plan, tensors); return true;
    case DType::float16: average_as<Float16>(plan, tensors); return true;
    default: return false;
  }
}

}  // namespace poolscope
