// Values seen on PyTorch, so that the reference is held to something outside this repository.
#include "tester.h"

namespace poolscope::testing {
namespace {

Request pool(Operator op, int64_t rows, int64_t columns, int64_t kernel, int64_t stride, int64_t pad) {
  Request r;
  r.op = op;
  r.input = {1, rows, columns};
  r.kernel = {1, kernel, kernel};
  r.stride = {1, stride, stride};
  r.pad_before = r.pad_after = {0, pad, pad};
  return r;
}

struct Answer {
  std::vector<float> values;
  std::vector<int32_t> indices;
};

Answer answer(Request request, std::vector<float> input) {
  request.with_indices = picks_element(request.op);
  Plan plan;
  EXPECT_FALSE(make_plan(request, plan));
  Answer made{std::vector<float>(static_cast<size_t>(plan.result_cells())),
              std::vector<int32_t>(static_cast<size_t>(plan.result_cells()))};
  Tensors tensors;
  tensors.input = input.data();
  tensors.output = made.values.data();
  tensors.output_indices = request.with_indices ? made.indices.data() : nullptr;
  EXPECT_EQ(run(plan, tensors).status, Status::ok);
  return made;
}

std::vector<float> counting(int first, int count) {
  std::vector<float> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(static_cast<float>(first + i));
  return numbers;
}

TEST(KnownValues, TiesTakeTheFirst) {
  const Answer a = answer(pool(Operator::max, 4, 4, 3, 1, 1), std::vector<float>(16, 1));
  EXPECT_EQ(a.indices, (std::vector<int32_t>{0, 0, 1, 2, 0, 0, 1, 2, 4, 4, 5, 6, 8, 8, 9, 10}));
}

TEST(KnownValues, TheLastNaNWins) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Request r = pool(Operator::max, 1, 5, 1, 1, 0);
  r.kernel[2] = 5;
  EXPECT_EQ(answer(r, {1, nan, 3, nan, 9}).indices, (std::vector<int32_t>{3}));
  r.op = Operator::min;
  EXPECT_EQ(answer(r, {1, nan, 3, nan, 9}).indices, (std::vector<int32_t>{3}));
}

TEST(KnownValues, AllMinusInfinityPicksTheFirstRealTap) {
  const Answer a = answer(pool(Operator::max, 2, 2, 2, 2, 1), std::vector<float>(4, -INFINITY));
  EXPECT_EQ(a.indices, (std::vector<int32_t>{0, 1, 2, 3}));
}

TEST(KnownValues, AWindowWithoutRealTaps) {
  Request r = pool(Operator::max, 2, 2, 2, 1, 1);
  r.dilation = {1, 3, 3};
  const Answer a = answer(r, {1, 2, 3, 4});
  EXPECT_EQ(a.values, (std::vector<float>{-INFINITY}));
  EXPECT_EQ(a.indices, (std::vector<int32_t>{-1}));
}

TEST(KnownValues, AverageDivisors) {
  Request r = pool(Operator::avg, 4, 4, 3, 2, 1);
  r.ceil_mode = true;
  const std::vector<float> include = {14.0f / 9, 30.0f / 9, 2, 57.0f / 9, 11, 6, 4.5f, 7.5f, 4};
  EXPECT_EQ(answer(r, counting(1, 16)).values, include);
  r.count_include_pad = false;
  EXPECT_EQ(answer(r, counting(1, 16)).values, (std::vector<float>{3.5f, 5, 6, 9.5f, 11, 12, 13.5f, 15, 16}));

  Request overhang = pool(Operator::avg, 7, 7, 2, 3, 0);
  overhang.ceil_mode = true;
  EXPECT_EQ(answer(overhang, counting(0, 49)).values,
            (std::vector<float>{4, 7, 9.5f, 25, 28, 30.5f, 42.5f, 45.5f, 48}));

  Request override = pool(Operator::avg, 5, 5, 2, 2, 0);
  override.ceil_mode = true;
  override.has_divisor = true;
  override.divisor = 4;
  EXPECT_EQ(answer(override, std::vector<float>(25, 1)).values,
            (std::vector<float>{1, 1, 0.5f, 1, 1, 0.5f, 0.5f, 0.5f, 0.25f}));
}

TEST(KnownValues, LpRescalesTheOverhang) {
  Request r = pool(Operator::lp, 5, 5, 2, 2, 0);
  r.ceil_mode = true;
  EXPECT_EQ(answer(r, std::vector<float>(25, 1)).values, std::vector<float>(9, 2));
  r.onnx_lp = true;
  const float side = std::sqrt(2.0f);
  EXPECT_EQ(answer(r, std::vector<float>(25, 1)).values, (std::vector<float>{2, 2, side, 2, 2, side, side, side, 1}));
}

TEST(KnownValues, LpOfMinusInfinity) {
  const float infinity = std::numeric_limits<float>::infinity();
  Request r = pool(Operator::lp, 2, 2, 2, 2, 0);
  const auto norm_of = [&](float least, double norm_type) {
    r.norm_type = norm_type;
    return answer(r, {least, 1, 1, 1}).values[0];
  };
  for (const double norm_type : {1.5, 2.5, 3.0, 17.0, 33.0, 0.25}) {
    EXPECT_EQ(norm_of(-infinity, norm_type), infinity) << norm_type;
  }
  EXPECT_EQ(norm_of(-1e20f, 3), infinity);
  EXPECT_NEAR(norm_of(-infinity, -2.5), std::pow(3, -1 / 2.5), 1e-6);
  for (const double norm_type : {0.5, -0.5}) EXPECT_TRUE(std::isnan(norm_of(-infinity, norm_type))) << norm_type;
  EXPECT_TRUE(std::isnan(norm_of(-2, 2.5)));
}

TEST(KnownValues, Adaptive) {
  Request r = pool(Operator::adaptive_avg, 1, 5, 1, 1, 0);
  r.size = {-1, 1, 3};
  EXPECT_EQ(answer(r, counting(0, 5)).values, (std::vector<float>{0.5f, 2, 3.5f}));
  r.op = Operator::adaptive_max;
  r.input[2] = 3;
  r.size[2] = 5;
  const Answer a = answer(r, counting(0, 3));
  EXPECT_EQ(a.values, (std::vector<float>{0, 1, 1, 2, 2}));
  EXPECT_EQ(a.indices, (std::vector<int32_t>{0, 1, 1, 2, 2}));
}

TEST(KnownValues, PaddingIsNeverChosen) {
  const Answer a = answer(pool(Operator::max, 2, 2, 2, 2, 1), {-1, -2, -3, -4});
  EXPECT_EQ(a.values, (std::vector<float>{-1, -2, -3, -4}));
}

TEST(KnownValues, AnAverageOfMinusZerosIsPlusZero) {
  const Answer a = answer(pool(Operator::avg, 2, 2, 2, 2, 0), std::vector<float>(4, -0.0f));
  EXPECT_FALSE(std::signbit(a.values[0]));
}

}  // namespace
}  // namespace poolscope::testing
