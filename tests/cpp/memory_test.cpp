// What is asked for may not be there: whichever request for memory fails, the call says so, and does nothing worse.
#include "tester.h"

extern "C" void* __real_malloc(size_t bytes);

namespace {
int64_t granted = -1;  ///< requests until one is refused; below 0 none is
bool refused = false;
}  // namespace

/// The linker puts it in the place of malloc (--wrap).
extern "C" void* __wrap_malloc(size_t bytes) {
  if (granted < 0 || granted-- > 0) return __real_malloc(bytes);
  refused = true;
  return nullptr;
}

namespace poolscope::testing {
namespace {

/// Fails the first request, then the second, ... until the call needs no more; returns how many there were.
int refuse_one_by_one(const Request& request) {
  Plan plan;
  if (make_plan(request, plan)) return 0;
  const int64_t planes = request.batch * request.channels;
  const size_t cells = static_cast<size_t>(planes * std::max(plan.input_cells(), plan.output_cells()));
  std::vector<double> input(cells, 1), output(cells, 2), samples(static_cast<size_t>(planes * request.rank), 0.5);
  std::vector<int32_t> given(cells, 0), indices(cells);
  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = given.data();
  tensors.samples = samples.data();
  tensors.output = output.data();
  tensors.output_indices = request.with_indices ? indices.data() : nullptr;
  for (int needed = 0;; ++needed) {
    granted = needed;
    refused = false;
    const Status status = run(plan, tensors).status;
    granted = -1;
    EXPECT_EQ(status, refused ? Status::out_of_memory : Status::ok)
        << "request " << needed << ": " << describe(request);
    if (!refused || ::testing::Test::HasFailure()) return needed;
  }
}

TEST(Memory, AnyRequestMayFail) {
  int needed = 0;
  for (int32_t op = 0; op < operator_count; ++op) {
    for (int32_t dtype = 0; dtype < dtype_count; ++dtype) {
      std::mt19937 random(static_cast<uint32_t>(op * dtype_count + dtype));
      for (int i = 0; i < 40; ++i) {
        Request r = random_request(static_cast<Operator>(op), static_cast<DType>(dtype), random);
        if (i % 4 == 0 && r.rank == 2 && !is_adaptive(r.op)) {  // pictures have kernels of their own
          r.input = {1, 40, 90};
          r.kernel[1] = r.kernel[2] = i % 8 == 0 ? 3 : 9;
          r.stride[1] = r.stride[2] = r.dilation[1] = r.dilation[2] = 1;
          r.padding = Padding::valid_;
          r.channels = 4;
          r.image_alpha = (r.dtype == DType::uint8 || r.dtype == DType::float16) && r.channels_last;
        }
        needed += refuse_one_by_one(r);
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(needed, 5000);
}

}  // namespace
}  // namespace poolscope::testing
