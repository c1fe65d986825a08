// Turns the fuzzer's bytes into requests. Field by field and without rejection, so that every input means something.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../cpp/reference.h"
#include "core/api/pool.h"

namespace poolscope::fuzz {

class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  uint8_t byte() { return at_ < size_ ? data_[at_++] : 0; }
  int64_t below(int64_t n) { return byte() % n; }

  /// Mostly small numbers, often some that fill a few vectors, now and then any 32 or 64 bits.
  int64_t number() {
    const uint8_t first = byte();
    if (first >= 208 && first < 240) return byte();
    if (first < 240) return static_cast<int64_t>(first % 16) - 1;
    int64_t value = 0;
    for (int i = 0; i < (first < 250 ? 4 : 8); ++i)
      value = static_cast<int64_t>(static_cast<uint64_t>(value) << 8 | byte());
    return first < 250 ? static_cast<int32_t>(value) : value;
  }

  void fill(void* to, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) static_cast<uint8_t*>(to)[i] = byte();
  }

 private:
  const uint8_t* data_;
  size_t size_, at_ = 0;
};

inline Request read_request(Bytes& bytes) {
  Request r;
  r.op = static_cast<Operator>(bytes.below(operator_count));
  r.dtype = static_cast<DType>(bytes.below(dtype_count));
  r.rank = 1 + static_cast<int32_t>(bytes.below(3));
  const uint8_t flags = bytes.byte();
  r.channels_last = flags & 1;
  r.ceil_mode = flags & 2;
  r.count_include_pad = flags & 4;
  r.has_divisor = flags & 8;
  r.onnx_lp = flags & 16;
  r.with_indices = (flags & 32) && picks_element(r.op);
  r.padding = static_cast<Padding>(bytes.below(padding_count));
  r.divisor = bytes.number();
  const double norms[] = {2, 1, 3, 2.5, 0.5, -1, 0, std::numeric_limits<double>::infinity()};
  r.norm_type = norms[bytes.below(8)];
  r.batch = bytes.number();
  r.channels = bytes.number();
  const bool could_be_a_picture = r.rank == 2 && (r.dtype == DType::uint8 || r.dtype == DType::float16) &&
                                  !is_backward(r.op) && !reads_indices(r.op) && r.op != Operator::fractional_max;
  if ((flags & 64) && could_be_a_picture) {
    r.image_alpha = r.channels_last = true;
    r.channels = 4;
  }
  for (int32_t a = 3 - r.rank; a < 3; ++a) {
    r.input[a] = bytes.number();
    r.kernel[a] = bytes.number();
    r.stride[a] = bytes.number();
    r.dilation[a] = bytes.number();
    r.pad_before[a] = bytes.number();
    r.pad_after[a] = r.padding == Padding::symmetric_ ? r.pad_before[a] : bytes.number();
    r.size[a] = bytes.number();
  }
  return r;
}

/// Whether a plan is small enough for the reference's patience, which walks real taps, and the kernels', which keep a
/// row for each. What is left has windows of up to 2^66 taps, of which few are real.
inline bool is_small(const Plan& plan) {
  const double planes = static_cast<double>(plan.request.batch) * static_cast<double>(plan.request.channels);
  const double cells = static_cast<double>(plan.input_cells()) + static_cast<double>(plan.output_cells()) +
                       static_cast<double>(plan.result_cells());
  double real = 1, walked = 0;
  for (const Axis& axis : plan.axes) {
    const bool adaptive = axis.kind == Axis::Kind::adaptive;
    real *= static_cast<double>(adaptive ? axis.input : std::min(axis.kernel, axis.input));
    walked += static_cast<double>(adaptive ? axis.input : axis.kernel);
  }
  return planes * cells < 4e4 && planes * cells * real < 4e6 && (walked < 1e3 || planes * cells * walked < 2e8);
}

/// Cells of a padded row, with its channels: much more than the input's where the dilation is large.
inline double widest(const Plan& plan) {
  const Axis& column = plan.axes[2];
  const double cells = static_cast<double>(column.output - 1) * static_cast<double>(column.stride) +
                       static_cast<double>(column.effective_kernel());
  return cells * static_cast<double>(plan.inner());
}

[[noreturn]] inline void fail(const char* what) {
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace poolscope::fuzz
