// Geometry, validation and every operator x dtype x layout, against the plain reference.
#include "bytes.h"

namespace poolscope::fuzz {
namespace {

template <class T>
void compare(const Plan& plan, Bytes& bytes) {
  const Request& request = plan.request;
  const int64_t planes = request.batch * request.channels;
  const int64_t from = is_backward(request.op) ? plan.output_cells() : plan.input_cells();
  std::vector<T> input(static_cast<size_t>(planes * from));
  bytes.fill(input.data(), input.size() * sizeof(T));
  std::vector<int32_t> indices(input.size());
  for (int32_t& index : indices) index = static_cast<int32_t>(bytes.below(plan.result_cells() + 1)) - 1;
  std::vector<double> samples(static_cast<size_t>(planes * request.rank));
  for (double& sample : samples) sample = bytes.byte() / 256.0;
  input.reserve(1);  // empty tensors still have an address to count from
  indices.reserve(1);
  const size_t count = static_cast<size_t>(planes * plan.result_cells());
  std::vector<T> got(count), want(count);
  std::vector<int32_t> got_indices(count), want_indices(count);
  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = indices.data();
  tensors.samples = samples.data();
  tensors.output = got.data();
  tensors.output_indices = request.with_indices ? got_indices.data() : nullptr;
  if (const Refusal refusal = run(plan, tensors)) {
    // Only a window that spans more cells, or asks for more rows, than memory has.
    const int64_t rows = std::max(plan.axes[0].effective_kernel(), plan.axes[1].effective_kernel());
    if (refusal.status == Status::out_of_memory && (widest(plan) > 1e8 || rows > 1'000'000)) return;
    fail("a planned call was refused");
  }
  if (count == 0) return;
  tensors.output = want.data();
  tensors.output_indices = request.with_indices ? want_indices.data() : nullptr;
  reference::run(plan, tensors);
  for (size_t i = 0; i < count; ++i) {
    const auto a = load_element(got[i]), b = load_element(want[i]);
    if (is_nan(a) && is_nan(b)) continue;
    if (std::memcmp(&got[i], &want[i], sizeof(T)) != 0) fail("values differ");
  }
  if (got_indices != want_indices) fail("indices differ");
}

}  // namespace
}  // namespace poolscope::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace poolscope;
  fuzz::Bytes bytes(data, size);
  Plan plan;
  if (make_plan(fuzz::read_request(bytes), plan) || !fuzz::is_small(plan)) return 0;
  // In between, the padded row fits the address space but not this program's patience.
  if (fuzz::widest(plan) > 5e6 && fuzz::widest(plan) < 8e9) return 0;
  for (const Axis& axis : plan.axes) {
    if (axis.output > 100'000) return 0;  // an empty batch may have planes of any size
    for (int64_t q = 0;
         q < axis.output && plan.request.op != Operator::max_unpool && plan.request.op != Operator::max_backward; ++q) {
      if (axis.valid(q) > axis.counted(q) || axis.counted(q) > axis.taps(q)) fuzz::fail("taps are miscounted");
    }
  }
  switch (plan.request.dtype) {
#define X(name, type) \
  case DType::name: fuzz::compare<type>(plan, bytes); break;
    POOLSCOPE_DTYPES(X)
#undef X
  }
  return 0;
}
