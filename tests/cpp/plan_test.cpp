// What is refused, and which refusal comes first.
#include "tester.h"

namespace poolscope::testing {
namespace {

Request pool(int64_t input, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation = 1) {
  Request r;
  for (int a = 1; a < 3; ++a) {
    r.input[a] = input;
    r.kernel[a] = kernel;
    r.stride[a] = stride;
    r.pad_before[a] = r.pad_after[a] = pad;
    r.dilation[a] = dilation;
  }
  return r;
}

Refusal refusal_of(const Request& request) {
  Plan plan;
  return make_plan(request, plan);
}

TEST(Plan, PyTorchsOrder) {
  EXPECT_EQ(refusal_of(pool(5, 0, 0, -1)).status, Status::stride_zero);
  EXPECT_EQ(refusal_of(pool(5, 0, 1, -1)).status, Status::pad_negative);
  EXPECT_EQ(refusal_of(pool(5, 3, 1, 2)).status, Status::pad_too_large);
  EXPECT_EQ(refusal_of(pool(5, 0, -1, 0, 0)).status, Status::kernel_not_positive);
  EXPECT_EQ(refusal_of(pool(5, 1, -1, 0, 0)).status, Status::stride_not_positive);
  EXPECT_EQ(refusal_of(pool(5, 1, 1, 0, 0)).status, Status::dilation_not_positive);
  EXPECT_EQ(refusal_of(pool(0, 1, 1, 0)).status, Status::input_empty);
  EXPECT_EQ(refusal_of(pool(4, 3, 2, 0, 2)).status, Status::output_too_small);
  Request average = pool(5, 0, 0, -1);
  average.op = Operator::avg;
  average.has_divisor = true;
  average.divisor = 0;
  EXPECT_EQ(refusal_of(average).status, Status::divisor_zero);
}

TEST(Plan, RowsAreCheckedBeforeColumns) {
  Request r = pool(5, 2, 1, 0);
  r.stride[1] = 0;
  r.stride[2] = 0;
  EXPECT_EQ(refusal_of(r).axis, 1);
}

TEST(Plan, PaddingIsBoundToHalfTheEffectiveKernel) {
  EXPECT_EQ(refusal_of(pool(9, 3, 1, 2, 2)).status, Status::ok);
  EXPECT_EQ(refusal_of(pool(9, 3, 1, 3, 2)).status, Status::pad_too_large);
  Request r = pool(9, 3, 1, 0);
  r.padding = Padding::explicit_;
  r.pad_after[2] = 2;
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r.pad_after[2] = 3;
  EXPECT_EQ(refusal_of(r).status, Status::pad_beyond_kernel);
}

// Found by fuzz_pool: a padding that "valid" leaves unread was worked with.
TEST(Plan, ValidIgnoresThePaddingNumbers) {
  Request r = pool(9, 3, 1, -1);
  r.padding = Padding::valid_;
  Plan plan;
  ASSERT_FALSE(make_plan(r, plan));
  EXPECT_EQ(plan.axes[2].pad_before, 0);
  EXPECT_EQ(plan.result, (Triple{1, 7, 7}));
  EXPECT_EQ(Tester(r).check(), Status::ok);
}

TEST(Plan, MaxPool1dHasItsOwnOrder) {
  Request r;
  r.rank = 1;
  r.input[2] = 8;
  r.kernel[2] = -3;
  r.stride[2] = 0;
  r.pad_before[2] = r.pad_after[2] = -1;
  EXPECT_EQ(refusal_of(r).status, Status::kernel_not_positive);
  r.kernel[2] = 3;
  EXPECT_EQ(refusal_of(r).status, Status::stride_not_positive);
  r.stride[2] = 1;
  EXPECT_EQ(refusal_of(r).status, Status::pad_negative);
  r.pad_before[2] = r.pad_after[2] = 1;
  r.dilation[2] = 0;
  EXPECT_EQ(refusal_of(r).status, Status::dilation_not_positive);
  r.with_indices = true;  // the 2-d checks again
  EXPECT_EQ(refusal_of(r).status, Status::pad_too_large);
}

TEST(Plan, FractionalPool3dIsStricterByOne) {
  Request r;
  r.op = Operator::fractional_max;
  r.input = {1, 8, 8};
  r.kernel = {1, 2, 2};
  r.size = {-1, 7, 7};
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r.rank = 3;
  r.input[0] = 8;
  r.kernel[0] = 2;
  r.size[0] = 6;
  EXPECT_EQ(refusal_of(r).status, Status::size_too_large);
  r.size = {6, 6, 6};
  EXPECT_EQ(refusal_of(r).status, Status::ok);
}

TEST(Plan, EmptyBatchIsLegal) {
  Request r = pool(5, 2, 2, 0);
  r.batch = 0;
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r.channels = 0;
  EXPECT_EQ(refusal_of(r).status, Status::input_empty);
}

TEST(Plan, RefusesWhatIndicesCannotReach) {
  Request r = pool(65535, 2, 2, 0);
  EXPECT_EQ(refusal_of(r).status, Status::too_large);
  r = pool(5, 2, 2, 0);
  r.kernel[2] = int64_t{1} << 40;
  EXPECT_EQ(refusal_of(r).status, Status::too_large);
}

TEST(Plan, UnpoolSizesAreStrictlyBetween) {
  Request r = pool(3, 2, 2, 0);
  r.op = Operator::max_unpool;
  for (int64_t size : {5, 6, 7}) {
    r.size = {-1, size, size};
    EXPECT_EQ(refusal_of(r).status, Status::ok);
  }
  for (int64_t size : {4, 8}) {
    r.size = {-1, size, 6};
    EXPECT_EQ(refusal_of(r).status, Status::output_size_out_of_range);
    EXPECT_EQ(refusal_of(r).detail, 6);
  }
}

TEST(Plan, AveragePool3dWantsInputsAsLargeAsTheKernel) {
  Request r = pool(5, 2, 1, 1);
  r.op = Operator::avg;
  r.rank = 3;
  r.input[0] = 1;
  r.kernel[0] = 2;
  r.pad_before[0] = r.pad_after[0] = 1;
  EXPECT_EQ(refusal_of(r).status, Status::input_smaller_than_kernel);
  r.op = Operator::max;
  EXPECT_EQ(refusal_of(r).status, Status::ok);
}

}  // namespace
}  // namespace poolscope::testing
