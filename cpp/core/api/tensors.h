// The memory that a call reads and writes. Inputs and outputs must not overlap; no alignment is asked for.
#pragma once

#include <cstdint>

#include "core/api/plan.h"

namespace poolscope {

/// Dense row-major tensors in the request's layout. `input` is grad_output for the backward operators.
struct Tensors {
  const void* input = nullptr;
  const int32_t* input_indices = nullptr;  ///< max_unpool, max_backward: flat in the unpooled plane, -1 = none
  const double* samples = nullptr;         ///< fractional: batch · channels · rank numbers in [0, 1)
  void* output = nullptr;
  int32_t* output_indices = nullptr;  ///< may be null
};

/// Calls reduce(plane, input, output, output_indices) with each plane's own memory; the indices are null where none are
/// asked for. `element_size` in bytes.
template <class Reduce>
void each_plane(const Plan& plan, size_t element_size, const Tensors& tensors, const Reduce& reduce) {
  const size_t inner = static_cast<size_t>(plan.inner());
  const size_t input = static_cast<size_t>(plan.input_cells()) * inner * element_size;
  const size_t output = static_cast<size_t>(plan.output_cells()) * inner;
  for (int64_t plane = 0; plane < plan.planes(); ++plane) {
    const size_t n = static_cast<size_t>(plane);
    reduce(plane, static_cast<const uint8_t*>(tensors.input) + n * input,
           static_cast<uint8_t*>(tensors.output) + n * output * element_size,
           plan.request.with_indices ? tensors.output_indices + n * output : nullptr);
  }
}

}  // namespace poolscope
