// Geometry of one axis against counting by hand, and the traps of the output length.
#include "core/api/axis.h"

#include <gtest/gtest.h>

#include <vector>

namespace poolscope {
namespace {

Axis sliding(int64_t input, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation, bool ceil_mode) {
  Axis axis;
  axis.input = input;
  axis.kernel = kernel;
  axis.stride = stride;
  axis.dilation = dilation;
  axis.pad_before = axis.pad_after = pad;
  axis.set_output_size(ceil_mode);
  return axis;
}

// The geometry is usable at compile time.
constexpr int64_t experiment_rows = [] {
  Axis axis;
  axis.input = 201;
  axis.kernel = 6;
  axis.stride = 2;
  axis.set_output_size(false);
  return axis.output;
}();
static_assert(experiment_rows == 98);

TEST(FloorDiv, RoundsDown) {
  EXPECT_EQ(floor_div(-1, 2), -1);
  EXPECT_EQ(floor_div(-4, 2), -2);
  EXPECT_EQ(floor_div(7, 2), 3);
  EXPECT_EQ(ceil_div(7, 2), 4);
  EXPECT_EQ(ceil_div(-7, 2), -3);
}

TEST(Axis, IsOneCellUnlessTold) {
  const Axis axis;
  EXPECT_EQ(axis.input, 1);
  EXPECT_EQ(axis.output, 1);
  EXPECT_EQ(axis.effective_kernel(), 1);
  EXPECT_EQ(axis.span_of(2), 2);
  EXPECT_EQ(axis.padded_cells(), 1);
  EXPECT_EQ(axis.start(0), 0);
  EXPECT_EQ(axis.max_taps(), 1);
  EXPECT_EQ(axis.valid(0), 1);
  EXPECT_EQ(axis.counted(0), 1);
  EXPECT_EQ(axis.overhang(), 0);
}

TEST(OutputLength, Tutorial) {
  EXPECT_EQ(sliding(201, 6, 2, 0, 1, false).output, 98);
  EXPECT_EQ(sliding(250, 6, 2, 0, 1, false).output, 123);
  const Axis rows = sliding(201, 6, 2, 0, 1, true);
  EXPECT_EQ(rows.output, 99);
  EXPECT_EQ(rows.overhang(), 1);
}

TEST(OutputLength, DropRule) {
  EXPECT_EQ(sliding(32, 1, 2, 0, 1, true).output, 16);
  EXPECT_TRUE(sliding(32, 1, 2, 0, 1, true).dropped);
  EXPECT_EQ(sliding(9, 4, 4, 2, 1, true).output, 3);
  EXPECT_EQ(sliding(6, 1, 2, 0, 1, false).output, 3);
  EXPECT_EQ(sliding(1, 3, 1, 1, 1, false).output, 1);
}

TEST(OutputLength, NegativeNumeratorRoundsDown) { EXPECT_LT(sliding(4, 3, 2, 0, 2, false).output, 1); }

TEST(Windows, CountsEqualCountingByHand) {
  for (int64_t input = 1; input <= 9; ++input) {
    for (int64_t kernel = 1; kernel <= 5; ++kernel) {
      for (int64_t stride = 1; stride <= 4; ++stride) {
        for (int64_t dilation = 1; dilation <= 3; ++dilation) {
          for (int64_t pad = 0; pad <= ((kernel - 1) * dilation + 1) / 2; ++pad) {
            for (bool ceil_mode : {false, true}) {
              const Axis axis = sliding(input, kernel, stride, pad, dilation, ceil_mode);
              if (axis.output < 1) continue;
              std::vector<int> coverage(static_cast<size_t>(input)), expected(static_cast<size_t>(input));
              count_coverage(axis, coverage.data());
              for (int64_t q = 0; q < axis.output; ++q) {
                int64_t valid = 0, counted = 0, first = -1;
                for (int64_t j = 0; j < kernel; ++j) {
                  const int64_t at = q * stride - pad + j * dilation;
                  if (at < input + pad) ++counted;
                  if (at < 0 || at >= input) continue;
                  if (first < 0) first = j;
                  ++valid;
                  ++expected[static_cast<size_t>(at)];
                }
                EXPECT_EQ(axis.valid(q), valid);
                EXPECT_EQ(axis.counted(q), counted);
                if (valid > 0) {
                  EXPECT_EQ(axis.first_valid_tap(q), first);
                }
                EXPECT_LT(axis.start(q), input + pad) << "a window starts in the padding after the input";
              }
              EXPECT_EQ(coverage, expected);
            }
          }
        }
      }
    }
  }
}

TEST(Windows, PastTheEndHaveNoTaps) {
  Axis axis;
  axis.input = 3;
  axis.output = 3;
  axis.kernel = 2;
  axis.stride = 3;
  axis.dilation = 2;
  for (const int64_t q : {1, 2}) {
    EXPECT_EQ(axis.valid(q), 0);
    EXPECT_EQ(axis.counted(q), 0);
  }
}

TEST(Same, OddCellAtTheEndOrTheBeginning) {
  Axis axis;
  axis.input = 6;
  axis.kernel = 4;
  axis.stride = 1;
  axis.set_output_size_same(false);
  EXPECT_EQ(axis.output, 6);
  EXPECT_EQ(axis.pad_before, 1);
  EXPECT_EQ(axis.pad_after, 2);
  axis.set_output_size_same(true);
  EXPECT_EQ(axis.pad_before, 2);
  EXPECT_EQ(axis.pad_after, 1);
}

TEST(Adaptive, WindowsOverlapAndRepeat) {
  Axis axis;
  axis.kind = Axis::Kind::adaptive;
  axis.input = 5;
  axis.output = 3;
  const int64_t starts[] = {0, 1, 3}, ends[] = {2, 4, 5};
  for (int64_t q = 0; q < 3; ++q) {
    EXPECT_EQ(axis.start(q), starts[q]);
    EXPECT_EQ(axis.start(q) + axis.taps(q), ends[q]);
  }
  axis.input = 2147483647;
  axis.output = 2147483646;
  EXPECT_EQ(axis.start(2147483645), 2147483645);
  EXPECT_EQ(axis.taps(2147483645), 2);
}

// Worked out by PyTorch's formula; float and double round a window apart.
TEST(Fractional, Starts) {
  Axis axis;
  axis.kind = Axis::Kind::fractional;
  const auto starts = [&](int64_t input, int64_t kernel, double sample, std::vector<int64_t> expected) {
    axis.input = input;
    axis.kernel = kernel;
    axis.sample = sample;
    axis.output = static_cast<int64_t>(expected.size());
    for (int64_t q = 0; q < axis.output; ++q) {
      EXPECT_EQ(axis.start(q), expected[static_cast<size_t>(q)]) << q << " of " << input;
      EXPECT_EQ(axis.taps(q), kernel);
      EXPECT_EQ(axis.valid(q), kernel);
    }
    EXPECT_EQ(axis.max_taps(), kernel);
    EXPECT_EQ(axis.overhang(), 0);
  };
  for (const bool single : {false, true}) {
    axis.single_precision = single;
    starts(7, 2, 0.3, {0, 2, 3, 5});
    starts(20, 3, 0.9, {0, 2, 5, 7, 9, 12, 14, 17});
    starts(6, 4, 0.5, {2});
    starts(18, 4, 1.0 / 7, {0, 1, 2, single ? 3 : 4, 5, 6, 7, 9, 10, 11, 12, 14});
    starts(31, 1, 0.2, {0, 2, 5, 7, 9, single ? 11 : 12, 14, 16, 18, 21, 23, 25, 28, 30});
  }
}

TEST(Adaptive, LargestWindow) {
  Axis axis;
  axis.kind = Axis::Kind::adaptive;
  for (axis.input = 1; axis.input <= 64; ++axis.input) {
    for (axis.output = 0; axis.output <= 80; ++axis.output) {
      int64_t most = 1;
      for (int64_t q = 0; q < axis.output; ++q) most = std::max(most, axis.taps(q));
      EXPECT_EQ(axis.max_taps(), most) << axis.input << " to " << axis.output;
    }
  }
}

}  // namespace
}  // namespace poolscope
