// Unpooling and max_backward with hostile indices: refused, or inside the plane; the output is untouched by a refusal.
#include "bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace poolscope;
  fuzz::Bytes bytes(data, size);
  Request request = fuzz::read_request(bytes);
  request.op = bytes.below(2) == 0 ? Operator::max_unpool : Operator::max_backward;
  request.dtype = DType::float32;
  Plan plan;
  if (make_plan(request, plan) || !fuzz::is_small(plan)) return 0;
  const bool unpools = request.op == Operator::max_unpool;
  const size_t planes = static_cast<size_t>(request.batch * request.channels);
  const size_t from = planes * static_cast<size_t>(unpools ? plan.input_cells() : plan.output_cells());
  std::vector<float> input(from, 1), output(planes * static_cast<size_t>(plan.result_cells()), 7);
  std::vector<int32_t> indices(from);
  bool legal = true;
  for (int32_t& index : indices) {
    index = static_cast<int32_t>(bytes.number());
    legal = legal && index >= -1 && index < plan.result_cells();
  }
  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = indices.data();
  tensors.output = output.data();
  const Refusal refusal = run(plan, tensors);
  if (output.empty()) return 0;
  if (legal != (refusal.status == Status::ok)) fuzz::fail("a hostile index was taken, or an honest one refused");
  for (float value : output) {
    if (refusal && value != 7) fuzz::fail("a refused call wrote");
  }
  return 0;
}
