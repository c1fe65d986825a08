// The block of doubles in which one call crosses from JavaScript. Its field names are exported, so that no offset is
// written down twice; integers up to 2^53 cross unchanged.
#pragma once

#include "core/api/pool.h"

namespace poolscope::binding {

// clang-format off
#define POOLSCOPE_REQUEST_FIELDS(X) \
  X(op) X(dtype) X(rank) X(channels_last) X(batch) X(channels) X(in_d) X(in_h) X(in_w) \
  X(kernel_d) X(kernel_h) X(kernel_w) X(stride_d) X(stride_h) X(stride_w) X(dilation_d) X(dilation_h) X(dilation_w) \
  X(padding) X(pad_before_d) X(pad_before_h) X(pad_before_w) X(pad_after_d) X(pad_after_h) X(pad_after_w) \
  X(ceil_mode) X(count_include_pad) X(has_divisor) X(divisor) X(norm_type) X(onnx_lp) X(image_alpha) \
  X(size_d) X(size_h) X(size_w) X(with_indices) \
  X(input) X(input_indices) X(samples) X(output) X(output_indices) \
  X(result_d) X(result_h) X(result_w) X(axis) X(detail) \
  X(axis_input) X(axis_output) X(axis_kernel) X(axis_stride) X(axis_dilation) X(axis_pad_before) X(axis_pad_after) \
  X(axis_span) X(axis_overhang) X(axis_numerator) X(axis_quotient) X(axis_dropped)
// clang-format on

struct RequestBlock {
#define X(name) double name;
  POOLSCOPE_REQUEST_FIELDS(X)
#undef X
};

inline Request request_of(const RequestBlock& block) {
  const auto integer = [](double value) { return static_cast<int64_t>(value); };
  const auto triple = [&](const double* values) {
    return Triple{integer(values[0]), integer(values[1]), integer(values[2])};
  };
  Request request;
  request.op = static_cast<Operator>(block.op);
  request.dtype = static_cast<DType>(block.dtype);
  request.rank = static_cast<int32_t>(block.rank);
  request.channels_last = block.channels_last != 0;
  request.batch = integer(block.batch);
  request.channels = integer(block.channels);
  request.input = triple(&block.in_d);
  request.kernel = triple(&block.kernel_d);
  request.stride = triple(&block.stride_d);
  request.dilation = triple(&block.dilation_d);
  request.padding = static_cast<Padding>(block.padding);
  request.pad_before = triple(&block.pad_before_d);
  request.pad_after = triple(&block.pad_after_d);
  request.ceil_mode = block.ceil_mode != 0;
  request.count_include_pad = block.count_include_pad != 0;
  request.has_divisor = block.has_divisor != 0;
  request.divisor = integer(block.divisor);
  request.norm_type = block.norm_type;
  request.onnx_lp = block.onnx_lp != 0;
  request.image_alpha = block.image_alpha != 0;
  request.size = triple(&block.size_d);
  request.with_indices = block.with_indices != 0;
  return request;
}

template <class Pointer>
Pointer pointer_of(double address) {
  return reinterpret_cast<Pointer>(static_cast<uintptr_t>(address));
}

inline Tensors tensors_of(const RequestBlock& block) {
  Tensors tensors;
  tensors.input = pointer_of<const void*>(block.input);
  tensors.input_indices = pointer_of<const int32_t*>(block.input_indices);
  tensors.samples = pointer_of<const double*>(block.samples);
  tensors.output = pointer_of<void*>(block.output);
  tensors.output_indices = pointer_of<int32_t*>(block.output_indices);
  return tensors;
}

}  // namespace poolscope::binding
