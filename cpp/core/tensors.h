// The memory a call works on, and scratch that reports a failed allocation instead of aborting.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "window.h"

namespace poolscope {

/// Dense row-major tensors in the request's layout. `input` is grad_output for the backward operators.
struct Tensors {
  const void* input = nullptr;
  const int32_t* input_indices = nullptr;  ///< max_unpool, max_backward: flat in the unpooled plane, -1 = none
  const double* samples = nullptr;         ///< fractional: batch · channels · rank numbers in [0, 1)
  void* output = nullptr;
  int32_t* output_indices = nullptr;  ///< may be null
};

/// malloc, with null for what would end beyond the address space: emmalloc, in the last region below 4 GiB, adds the
/// size to its address without a look at the overflow. What it then gives is a smaller block that can be freed.
inline void* allocate_memory(size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (memory == nullptr || bytes <= UINTPTR_MAX - reinterpret_cast<uintptr_t>(memory)) return memory;
  void* const another = allocate_memory(bytes);  // while that region is taken
  std::free(memory);
  return another;
}

/// Scratch from malloc, 16-byte aligned (new aborts without exceptions; malloc returns null).
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(int64_t bytes) { allocate(bytes == 0 ? 1 : bytes); }
  ~Buffer() { std::free(memory_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// Replaces what it held; false when there is no memory. Nothing is asked for no bytes.
  bool allocate(int64_t bytes) {
    std::free(memory_);
    memory_ = nullptr;
    if (bytes == 0) return true;
    if (bytes >= 0 && static_cast<uint64_t>(bytes) <= SIZE_MAX - 16)
      memory_ = allocate_memory(static_cast<size_t>(bytes) + 16);
    return memory_ != nullptr;
  }

  explicit operator bool() const { return memory_ != nullptr; }
  uint8_t* bytes() const {
    return reinterpret_cast<uint8_t*>((reinterpret_cast<uintptr_t>(memory_) + 15) & ~uintptr_t{15});
  }
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(bytes());
  }

 private:
  void* memory_ = nullptr;
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

/// PyTorch's order of the random samples: (width, height) in 2-d, but (depth, height, width) in 3-d.
inline void set_samples(Plan& plan, const double* samples, int64_t sample, int64_t channel) {
  const int32_t rank = plan.request.rank;
  const double* own = samples + (sample * plan.request.channels + channel) * rank;
  for (int32_t i = 0; i < rank; ++i) plan.axes[rank == 3 ? i : 2 - i].sample = own[i];
}

inline Refusal check_samples(const Plan& plan, const double* samples) {
  const int64_t count = plan.request.batch * plan.request.channels * plan.request.rank;
  for (int64_t i = 0; i < count; ++i) {
    if (!(samples[i] >= 0 && samples[i] < 1)) return {Status::sample_out_of_range, 2, samples[i]};
  }
  return {};
}

}  // namespace poolscope
