// Nothing outside its rows is touched: inputs and outputs lie against pages that cannot be read or written, once with
// their end and once with their beginning, so that one byte too far ends the program, in optimised builds too.
#include <sys/mman.h>
#include <unistd.h>

#include "tester.h"

namespace poolscope::testing {
namespace {

// The sanitizers make everything slower and watch the same borders in all other tests.
#if defined(__SANITIZE_ADDRESS__)
constexpr int64_t kernels[] = {3};
#else
constexpr int64_t kernels[] = {1, 2, 3, 5, 9};
#endif

/// Memory of so many bytes between two forbidden pages.
class Fenced {
 public:
  Fenced(size_t bytes, bool at_the_end) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t inside = (bytes + page - 1) / page * page;
    whole_ = inside + 2 * page;
    base_ = static_cast<uint8_t*>(mmap(nullptr, whole_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (base_ == MAP_FAILED || (inside > 0 && mprotect(base_ + page, inside, PROT_READ | PROT_WRITE) != 0))
      std::abort();
    data_ = base_ + page + (at_the_end ? inside - bytes : 0);
  }
  ~Fenced() { munmap(base_, whole_); }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data_);
  }

 private:
  uint8_t* base_;
  uint8_t* data_;
  size_t whole_;
};

/// How many calls ran; the results are those of the reference.
template <class T>
int run_fenced(const Request& request, bool at_the_end, std::mt19937& random) {
  Plan plan;
  if (make_plan(request, plan)) return 0;
  const int64_t planes = request.batch * request.channels;
  const size_t from =
      static_cast<size_t>(planes * (is_backward(request.op) ? plan.output_cells() : plan.input_cells()));
  const size_t to = static_cast<size_t>(planes * plan.result_cells());
  const size_t numbers = static_cast<size_t>(planes * request.rank);
  const Fenced input(from * sizeof(T), at_the_end), output(to * sizeof(T), at_the_end);
  const Fenced given(from * sizeof(int32_t), at_the_end), indices(to * sizeof(int32_t), at_the_end);
  const Fenced samples(numbers * sizeof(double), at_the_end);
  for (size_t i = 0; i < from; ++i) {
    input.as<T>()[i] = random_element<T>(random, Values::special);
    given.as<int32_t>()[i] = static_cast<int32_t>(random() % static_cast<uint32_t>(plan.result_cells() + 1)) - 1;
  }
  for (size_t i = 0; i < numbers; ++i) samples.as<double>()[i] = static_cast<double>(random() >> 8) / 0x1p24;
  Tensors tensors;
  tensors.input = input.as<T>();
  tensors.input_indices = given.as<int32_t>();
  tensors.samples = samples.as<double>();
  tensors.output = output.as<T>();
  tensors.output_indices = request.with_indices ? indices.as<int32_t>() : nullptr;
  EXPECT_EQ(run(plan, tensors).status, Status::ok) << describe(request);
  std::vector<T> want(to);
  std::vector<int32_t> want_indices(to);
  tensors.output = want.data();
  tensors.output_indices = request.with_indices ? want_indices.data() : nullptr;
  run_reference(plan, tensors);
  for (int64_t i = 0; i < static_cast<int64_t>(to); ++i) {
    EXPECT_EQ(shown(output.as<T>(), i), shown(want.data(), i)) << "at element " << i << " of " << describe(request);
    if (request.with_indices) {
      EXPECT_EQ(indices.as<int32_t>()[i], want_indices[static_cast<size_t>(i)]) << describe(request);
    }
    if (::testing::Test::HasFailure()) return 0;
  }
  return 1;
}

using Combination = std::tuple<int, int>;
class Guards : public ::testing::TestWithParam<Combination> {};

TEST_P(Guards, NothingOutsideTheRowsIsTouched) {
  Request r;
  r.op = static_cast<Operator>(std::get<0>(GetParam()));
  r.dtype = static_cast<DType>(std::get<1>(GetParam()));
  std::mt19937 random(7);
  int ran = 0;
  const auto run_one = [&] {
    for (const bool at_the_end : {true, false}) {
      switch (r.dtype) {
#define X(name, type)                               \
  case DType::name:                                 \
    ran += run_fenced<type>(r, at_the_end, random); \
    break;
        POOLSCOPE_DTYPES(X)
#undef X
      }
    }
  };
  // One less and one more than every lane count of 128 bits, and than the vectors that are loaded together.
  for (const int64_t width : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65}) {
    for (const int64_t kernel : kernels) {
      for (const bool last : {false, true}) {
        r.channels_last = last;
        r.channels = last ? 1 + width % 4 : 2;
        for (int a = 1; a < 3; ++a) {
          r.input[a] = a == 2 ? width : 1 + kernel;
          r.kernel[a] = kernel;
          r.stride[a] = a == 2 ? 1 + (width + kernel) % 3 : 1;
          r.pad_before[a] = r.pad_after[a] = r.op == Operator::max_unpool ? 0 : kernel / 2;
          r.size[a] = is_adaptive(r.op) || r.op == Operator::max_backward ? 1 + width % 5
                      : r.op == Operator::fractional_max                  ? std::max<int64_t>(r.input[a] - kernel, 1)
                                                                          : -1;
        }
        r.ceil_mode = width % 2 == 1;
        r.with_indices = picks_element(r.op) && kernel % 2 == 1;
        run_one();
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(ran, 20);
}

INSTANTIATE_TEST_SUITE_P(All, Guards,
                         ::testing::Combine(::testing::Range(0, operator_count), ::testing::Range(0, dtype_count)),
                         [](const ::testing::TestParamInfo<Combination>& test) {
                           return std::string(name_of(static_cast<Operator>(std::get<0>(test.param)))) + "_" +
                                  name_of(static_cast<DType>(std::get<1>(test.param)));
                         });

}  // namespace
}  // namespace poolscope::testing
