// What is refused, and which refusal comes first.
#include <gtest/gtest.h>

#include "core/api/plan.h"
#include "core/api/tensors.h"
#include "core/plan/sampling.h"

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
  EXPECT_EQ(refusal_of(r).status, Status::number_too_large);
}

TEST(Plan, UnpoolSizesMayBeAny) {
  Request r = pool(3, 2, 2, 0);
  r.op = Operator::max_unpool;
  for (int64_t size : {0, 1, 5, 6, 7, 100}) {
    r.size = {-1, size, size + 1};
    Plan plan;
    EXPECT_FALSE(make_plan(r, plan));
    EXPECT_EQ(plan.result, (Triple{1, size, size + 1}));
  }
  r.size = {-1, 6, int64_t{1} << 31};
  EXPECT_EQ(refusal_of(r).status, Status::too_large);
}

TEST(Plan, UnpoolsFourSidedPadding) {
  Request r = pool(3, 3, 2, 0);
  r.op = Operator::max_unpool;
  r.padding = Padding::explicit_;
  r.pad_after = {0, 2, 1};
  Plan plan;
  ASSERT_FALSE(make_plan(r, plan));
  EXPECT_EQ(plan.result, (Triple{1, 5, 6}));
  r.pad_after[2] = -1;
  EXPECT_EQ(refusal_of(r).status, Status::pad_negative);
}

TEST(Plan, PlainMaxPool1dTakesAnyStride) {
  Request r = pool(3, 2, 1, 0);
  r.rank = 1;
  r.input[1] = 1;
  r.kernel[1] = r.stride[1] = 1;
  for (const bool ceil_mode : {false, true}) {
    for (const int64_t stride : {int64_t{1} << 31, int64_t{1} << 32, (int64_t{1} << 53) - 1}) {
      r.ceil_mode = ceil_mode;
      r.stride[2] = stride;
      Plan plan;
      ASSERT_FALSE(make_plan(r, plan));
      EXPECT_EQ(plan.result[2], 1);
      EXPECT_EQ(plan.axes[2].stride, stride);
    }
  }
  r.with_indices = true;
  EXPECT_EQ(refusal_of(r).status, Status::number_too_large);
  r.with_indices = false;
  r.stride[2] = -(int64_t{1} << 40);
  EXPECT_EQ(refusal_of(r).status, Status::stride_not_positive);
  r.op = Operator::avg;
  EXPECT_EQ(refusal_of(r).status, Status::number_too_large);
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

void expect_refusal(const Request& request, Status status, int32_t axis, double detail) {
  const Refusal refusal = refusal_of(request);
  EXPECT_EQ(refusal.status, status);
  EXPECT_EQ(refusal.axis, axis);
  EXPECT_EQ(refusal.detail, detail);
}

TEST(Plan, KnowsItsLists) {
  const Request good = pool(5, 2, 2, 0);
  for (const int32_t wrong : {-1, operator_count}) {
    Request r = good;
    r.op = static_cast<Operator>(wrong);
    EXPECT_EQ(refusal_of(r).status, Status::unknown_operator);
  }
  for (const int32_t wrong : {-1, dtype_count}) {
    Request r = good;
    r.dtype = static_cast<DType>(wrong);
    EXPECT_EQ(refusal_of(r).status, Status::unknown_operator);
  }
  for (const int32_t wrong : {-1, padding_count}) {
    Request r = good;
    r.padding = static_cast<Padding>(wrong);
    EXPECT_EQ(refusal_of(r).status, Status::unknown_operator);
  }
  for (const int32_t rank : {0, 1, 2, 3, 4}) {
    Request r = good;
    r.rank = rank;
    EXPECT_EQ(refusal_of(r).status, rank == 0 || rank == 4 ? Status::unknown_operator : Status::ok);
  }
}

TEST(Plan, NumbersOfThirtyTwoBits) {
  constexpr int64_t beyond = int64_t{INT32_MAX} + 1, below = int64_t{INT32_MIN} - 1;
  for (const int64_t value : {int64_t{-1}, beyond}) {
    Request r = pool(5, 2, 2, 0);
    r.batch = value;
    expect_refusal(r, Status::too_large, -1, 0);
    r.batch = 1;
    r.channels = value;
    expect_refusal(r, Status::too_large, -1, 0);
  }
  for (Triple Request::*numbers : {&Request::input, &Request::kernel, &Request::stride, &Request::dilation,
                                   &Request::pad_before, &Request::pad_after}) {
    for (int32_t a = 0; a < 3; ++a) {
      for (const int64_t value : {beyond, below}) {
        Request r = pool(5, 2, 2, 0);
        (r.*numbers)[a] = value;
        if (numbers == &Request::input) expect_refusal(r, Status::too_large, a, 0);
        else expect_refusal(r, Status::number_too_large, a, static_cast<double>(value));
      }
      for (const int64_t value : {beyond - 1, below + 1}) {
        Request r;
        r.rank = 3;
        r.stride = {2, 2, 2};
        (r.*numbers)[a] = value;
        EXPECT_NE(refusal_of(r).status, Status::too_large);
        EXPECT_NE(refusal_of(r).status, Status::number_too_large);
      }
    }
  }
}

TEST(Plan, AsManyElementsAsIndicesReach) {
  Request r;
  r.rank = 1;
  r.input[2] = INT32_MAX;
  r.stride[2] = 2;
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r.batch = 2;
  expect_refusal(r, Status::too_large, -1, 0);
  r.batch = 0;
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r = Request{};
  r.input = {1, 32768, 65535};
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r.input[2] = 65536;
  expect_refusal(r, Status::too_large, -1, 0);
  // Outputs longer than inputs.
  r = Request{};
  r.rank = 1;
  r.input[2] = INT32_MAX;
  r.kernel[2] = 3;
  r.pad_before[2] = r.pad_after[2] = 1;
  EXPECT_EQ(refusal_of(r).status, Status::ok);
  r.kernel[2] = 2;
  expect_refusal(r, Status::too_large, 2, 2147483648.0);
  r = Request{};
  r.op = Operator::adaptive_max;
  r.size = {-1, 46341, 46341};
  expect_refusal(r, Status::too_large, -1, 0);
  r.size = {-1, 46341, 46340};
  EXPECT_EQ(refusal_of(r).status, Status::ok);
}

TEST(Plan, WhatEachRefusalNames) {
  for (int32_t a = 1; a < 3; ++a) {
    for (const int64_t wrong : {0, -2}) {
      Request r = pool(9, 3, 1, 1);
      r.kernel[a] = wrong;
      r.padding = Padding::valid_;
      expect_refusal(r, Status::kernel_not_positive, a, static_cast<double>(wrong));
      r = pool(9, 3, 1, 0);
      r.dilation[a] = wrong;
      if (wrong == 0) expect_refusal(r, Status::dilation_not_positive, a, 0);
    }
    Request r = pool(9, 3, 1, 1);
    r.stride[a] = -2;
    expect_refusal(r, Status::stride_not_positive, a, -2);
    r.stride[a] = 0;
    expect_refusal(r, Status::stride_zero, a, 0);
    r = pool(9, 3, 1, 1);
    r.pad_before[a] = r.pad_after[a] = 2;
    expect_refusal(r, Status::pad_too_large, a, 2);
    r = pool(9, 3, 1, 0);
    r.input[a] = 0;
    expect_refusal(r, Status::input_empty, a, 0);
    r.input[a] = 2;
    expect_refusal(r, Status::output_too_small, a, 0);
    for (const Padding padding : {Padding::symmetric_, Padding::explicit_}) {
      r = pool(9, 3, 1, 0);
      r.padding = padding;
      r.pad_after[a] = -1;
      expect_refusal(r, Status::pad_negative, a, -1);
      r.pad_after[a] = 0;
      r.pad_before[a] = -1;
      expect_refusal(r, Status::pad_negative, a, -1);
    }
    for (const auto pad : {&Request::pad_before, &Request::pad_after}) {
      r = pool(9, 3, 1, 0, 2);
      r.padding = Padding::explicit_;
      (r.*pad)[a] = 4;
      EXPECT_EQ(refusal_of(r).status, Status::ok);
      (r.*pad)[a] = 5;
      expect_refusal(r, Status::pad_beyond_kernel, a, 5);
    }
  }
  Request empty = pool(9, 3, 1, 1);
  empty.channels = 0;
  expect_refusal(empty, Status::input_empty, -1, 0);
}

TEST(Plan, MaxPool1dNamesItsNumbers) {
  for (const Operator op : {Operator::max, Operator::min}) {
    Request r;
    r.op = op;
    r.rank = 1;
    r.input[2] = 8;
    r.stride[2] = -4;
    for (const int64_t kernel : {0, -3}) {
      r.kernel[2] = kernel;
      expect_refusal(r, Status::kernel_not_positive, 2, static_cast<double>(kernel));
    }
    r.kernel[2] = 1;
    r.pad_after[2] = -7;
    expect_refusal(r, Status::stride_not_positive, 2, -4);
    r.stride[2] = 0;
    expect_refusal(r, Status::stride_not_positive, 2, 0);
    r.stride[2] = 1;
    r.dilation[2] = -1;
    expect_refusal(r, Status::pad_negative, 2, -7);
    r.padding = Padding::explicit_;
    expect_refusal(r, Status::pad_negative, 2, -7);
    r.padding = Padding::valid_;
    r.dilation[2] = 1;
    EXPECT_EQ(refusal_of(r).status, Status::ok);
    r.padding = Padding::symmetric_;
    r.dilation[2] = -1;
    r.kernel[2] = 4;
    r.pad_before[2] = r.pad_after[2] = 2;
    expect_refusal(r, Status::dilation_not_positive, 2, -1);
    r.pad_before[2] = r.pad_after[2] = 3;
    expect_refusal(r, Status::pad_too_large, 2, 3);
    // Only these ask in this order.
    r.kernel[2] = 0;
    r.stride[2] = 0;
    r.with_indices = true;
    expect_refusal(r, Status::stride_zero, 2, 0);
    r.with_indices = false;
    r.rank = 2;
    expect_refusal(r, Status::stride_zero, 2, 0);
    r.rank = 1;
    r.op = Operator::avg;
    expect_refusal(r, Status::stride_zero, 2, 0);
  }
}

TEST(Plan, InputsSmallerThanTheKernelIn3d) {
  for (int32_t a = 0; a < 3; ++a) {
    Request r;
    r.rank = 3;
    r.input = {4, 4, 4};
    r.kernel = {2, 2, 2};
    r.input[a] = 1;
    r.kernel[a] = 2;
    r.pad_before[a] = r.pad_after[a] = 1;
    for (const Operator op : {Operator::avg, Operator::avg_backward, Operator::lp}) {
      r.op = op;
      expect_refusal(r, Status::input_smaller_than_kernel, a, 0);
      r.input[a] = 2;
      EXPECT_EQ(refusal_of(r).status, Status::ok);
      r.input[a] = 1;
      r.padding = Padding::explicit_;
      EXPECT_EQ(refusal_of(r).status, Status::ok);
      r.padding = Padding::symmetric_;
    }
    r.onnx_lp = true;
    EXPECT_EQ(refusal_of(r).status, Status::ok);
    r.onnx_lp = false;
    r.norm_type = std::numeric_limits<double>::infinity();
    EXPECT_EQ(refusal_of(r).status, Status::ok);
  }
}

TEST(Plan, DivisorsAndNorms) {
  for (const Operator op : {Operator::avg, Operator::avg_backward, Operator::max, Operator::adaptive_avg}) {
    Request r = pool(5, 2, 2, 0);
    r.op = op;
    r.has_divisor = true;
    r.divisor = 0;
    EXPECT_EQ(refusal_of(r).status, has_average_options(op) ? Status::divisor_zero : Status::ok);
    r.divisor = -1;
    EXPECT_EQ(refusal_of(r).status, Status::ok);
    r.has_divisor = false;
    r.divisor = 0;
    EXPECT_EQ(refusal_of(r).status, Status::ok);
  }
  Request r = pool(5, 2, 2, 0);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double norm : {0.0, -infinity}) {
    r.op = Operator::lp;
    r.norm_type = norm;
    expect_refusal(r, Status::norm_not_supported, 2, norm);
    r.op = Operator::avg;
    EXPECT_EQ(refusal_of(r).status, Status::ok);
  }
  r.op = Operator::lp;
  r.norm_type = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal_of(r).status, Status::norm_not_supported);
  for (const double norm : {infinity, -1.0, 0.5}) {
    r.norm_type = norm;
    EXPECT_EQ(refusal_of(r).status, Status::ok);
  }
}

TEST(Plan, SizesAskedFor) {
  for (const Operator op : {Operator::adaptive_max, Operator::adaptive_avg, Operator::adaptive_avg_backward,
                            Operator::fractional_max, Operator::max_unpool, Operator::max_backward}) {
    for (int32_t a = 0; a < 3; ++a) {
      Request r;
      r.op = op;
      r.rank = 3;
      r.input = {6, 6, 6};
      r.size = {4, 4, 4};
      if (op == Operator::max_unpool) {
        r.kernel = r.stride = {2, 2, 2};
        r.size = {12, 12, 12};
      }
      EXPECT_EQ(refusal_of(r).status, Status::ok);
      r.channels = 0;
      expect_refusal(r, Status::input_empty, -1, 0);
      r.rank = 2;  // of which adaptive_avg_pool2d asks nothing
      EXPECT_EQ(refusal_of(r).status, op == Operator::adaptive_avg ? Status::ok : Status::input_empty);
      r.rank = 3;
      r.channels = 1;
      r.input[a] = 0;
      expect_refusal(r, Status::input_empty, a, 0);
      r.input[a] = 6;
      const auto with_size = [&](int64_t size) {
        r.size[a] = size;
        return r;
      };
      Plan plan;
      if (op == Operator::fractional_max) {
        expect_refusal(with_size(-2), Status::size_negative, a, -2);
        EXPECT_EQ(refusal_of(with_size(0)).status, Status::ok);
        EXPECT_EQ(refusal_of(with_size(1)).status, Status::ok);
        EXPECT_EQ(refusal_of(with_size(5)).status, Status::ok);
        expect_refusal(with_size(6), Status::size_too_large, a, 1);
        r.kernel[a] = 0;
        expect_refusal(with_size(4), Status::kernel_not_positive, a, 0);
        r.kernel[a] = 3;
        r.stride[a] = r.dilation[a] = 5;  // unread, as the padding
        r.pad_before[a] = r.pad_after[a] = 1;
        r.dtype = a == 0 ? DType::float64 : DType::float32;
        ASSERT_FALSE(make_plan(with_size(3), plan));
        EXPECT_EQ(plan.axes[a].stride, 1);
        EXPECT_EQ(plan.axes[a].dilation, 1);
        EXPECT_EQ(plan.axes[a].pad_before, 0);
        EXPECT_EQ(plan.axes[a].pad_after, 0);
        EXPECT_EQ(plan.axes[a].output, 3);
        EXPECT_EQ(plan.axes[a].single_precision, a != 0);
      } else if (op == Operator::max_unpool) {
        for (Triple Request::*numbers : {&Request::kernel, &Request::stride}) {
          (r.*numbers)[a] = 0;
          expect_refusal(r, numbers == &Request::kernel ? Status::kernel_not_positive : Status::stride_not_positive, a,
                         0);
          (r.*numbers)[a] = 2;
        }
        r.pad_before[a] = -1;
        expect_refusal(r, Status::pad_negative, a, -1);
        r.pad_before[a] = r.pad_after[a] = 1;
        r.kernel[a] = 3;
        ASSERT_FALSE(make_plan(with_size(-1), plan));
        EXPECT_EQ(plan.axes[a].output, 11);
        r.input[a] = r.kernel[a] = 1;
        expect_refusal(with_size(-1), Status::output_too_small, a, -1);
        expect_refusal(with_size(-2), Status::output_too_small, a, -2);
        r.kernel[a] = 2;
        EXPECT_EQ(refusal_of(with_size(-1)).status, Status::ok);
        EXPECT_EQ(refusal_of(with_size(0)).status, Status::ok);
      } else {
        EXPECT_EQ(refusal_of(with_size(0)).status, Status::ok);
        if (op == Operator::max_backward) {
          expect_refusal(with_size(-1), Status::size_negative, a, -1);
        } else {
          expect_refusal(with_size(-2), Status::size_negative, a, -2);
          ASSERT_FALSE(make_plan(with_size(-1), plan));
          EXPECT_EQ(plan.axes[a].output, 6);
          EXPECT_EQ(plan.axes[a].kind, Axis::Kind::adaptive);
        }
        ASSERT_FALSE(make_plan(with_size(3), plan));
        EXPECT_EQ(plan.axes[a].output, 3);
        EXPECT_EQ(plan.result[a], is_backward(op) ? 6 : 3);
      }
    }
  }
}

TEST(Plan, EveryFormOfPadding) {
  Request r = pool(6, 4, 1, 2);
  const auto plan_of = [&](Padding padding, bool ceil_mode) {
    r.padding = padding;
    r.ceil_mode = ceil_mode;
    Plan plan;
    EXPECT_FALSE(make_plan(r, plan));
    return plan;
  };
  EXPECT_EQ(plan_of(Padding::symmetric_, false).result, (Triple{1, 7, 7}));
  EXPECT_EQ(plan_of(Padding::explicit_, false).result, (Triple{1, 7, 7}));
  EXPECT_EQ(plan_of(Padding::valid_, false).result, (Triple{1, 3, 3}));
  const Axis same = plan_of(Padding::same_, false).axes[1], lower = plan_of(Padding::same_lower_, false).axes[2];
  EXPECT_EQ(same.output, 6);
  EXPECT_EQ(same.pad_before, 1);
  EXPECT_EQ(same.pad_after, 2);
  EXPECT_EQ(lower.output, 6);
  EXPECT_EQ(lower.pad_before, 2);
  EXPECT_EQ(lower.pad_after, 1);
  r = pool(6, 3, 2, 0);
  EXPECT_EQ(plan_of(Padding::symmetric_, false).result, (Triple{1, 2, 2}));
  EXPECT_EQ(plan_of(Padding::symmetric_, true).result, (Triple{1, 3, 3}));
  EXPECT_EQ(plan_of(Padding::valid_, true).result, (Triple{1, 2, 2}));  // valid knows no ceil_mode
}

// torch.nn.functional.fractional_max_pool2d takes (width, height), fractional_max_pool3d (depth, height, width).
TEST(Samples, TheirOrder) {
  const double samples[] = {0.25, 0.5, 0.75, 0, 0.125, 0.375};
  Plan plan;
  plan.request.channels = 2;
  plan.request.rank = 3;
  set_samples(plan, samples, 0, 1);
  EXPECT_EQ(plan.axes[0].sample, 0);
  EXPECT_EQ(plan.axes[1].sample, 0.125);
  EXPECT_EQ(plan.axes[2].sample, 0.375);
  plan.request.rank = 2;
  set_samples(plan, samples, 1, 0);
  EXPECT_EQ(plan.axes[1].sample, 0.375);
  EXPECT_EQ(plan.axes[2].sample, 0.125);
  plan.request.rank = 1;
  set_samples(plan, samples, 1, 1);
  EXPECT_EQ(plan.axes[2].sample, 0);
}

TEST(Samples, LieBetweenZeroAndOne) {
  Plan plan;
  plan.request.batch = plan.request.channels = 2;
  plan.request.rank = 3;
  double samples[13] = {};  // and one that is no sample of theirs
  samples[12] = 2;
  EXPECT_FALSE(check_samples(plan, samples));
  for (const double wrong : {-0x1p-60, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    for (const int i : {0, 11}) {
      samples[i] = wrong;
      const Refusal refusal = check_samples(plan, samples);
      EXPECT_EQ(refusal.status, Status::sample_out_of_range);
      EXPECT_EQ(refusal.axis, 2);
      if (wrong == wrong) {
        EXPECT_EQ(refusal.detail, wrong);
      }
      samples[i] = 0;
    }
  }
  EXPECT_EQ(Refusal{}.axis, 2);
}

TEST(Plan, CountsOfCellsAndTaps) {
  Request r;
  r.rank = 3;
  r.batch = 2;
  r.channels = 3;
  r.input = {4, 6, 9};
  r.kernel = {2, 3, 4};
  Plan plan;
  ASSERT_FALSE(make_plan(r, plan));
  EXPECT_EQ(plan.planes(), 6);
  EXPECT_EQ(plan.inner(), 1);
  EXPECT_EQ(plan.input_cells(), 4 * 6 * 9);
  EXPECT_EQ(plan.output_cells(), 3 * 4 * 6);
  EXPECT_EQ(plan.result_cells(), 3 * 4 * 6);
  EXPECT_TRUE(plan.kernel_area() == 2 * 3 * 4);
  EXPECT_EQ(plan.divisor(7, 5), 7);
  plan.request.count_include_pad = false;
  EXPECT_EQ(plan.divisor(7, 5), 5);
  plan.request.has_divisor = true;
  plan.request.divisor = -2;
  EXPECT_EQ(plan.divisor(7, 5), -2);
  r.channels_last = true;
  ASSERT_FALSE(make_plan(r, plan));
  EXPECT_EQ(plan.planes(), 2);
  EXPECT_EQ(plan.inner(), 3);
}

}  // namespace
}  // namespace poolscope::testing
