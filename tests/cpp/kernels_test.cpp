// Every operator x dtype, drawn from the two lists, on random shapes: the kernels equal the plain reference to the bit.
#include "tester.h"

namespace poolscope::testing {
namespace {

// The sanitizers make everything five times slower and look for other things.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
constexpr int rounds = sanitized ? 80 : 300;

using Combination = std::tuple<int, int>;

class Kernels : public ::testing::TestWithParam<Combination> {};

TEST_P(Kernels, EqualTheReference) {
  const auto op = static_cast<Operator>(std::get<0>(GetParam()));
  const auto dtype = static_cast<DType>(std::get<1>(GetParam()));
  std::mt19937 random(static_cast<uint32_t>(std::get<0>(GetParam()) * 100 + std::get<1>(GetParam())));
  int compared = 0;
  for (int i = 0; i < rounds && !HasFatalFailure(); ++i) {
    const Request request = random_request(op, dtype, random);
    const auto values = static_cast<Values>(random() % 3);
    if (Tester(request, random(), values).check() == Status::ok) ++compared;
  }
  EXPECT_GT(compared, rounds / 4);
}

INSTANTIATE_TEST_SUITE_P(All, Kernels,
                         ::testing::Combine(::testing::Range(0, operator_count), ::testing::Range(0, dtype_count)),
                         [](const ::testing::TestParamInfo<Combination>& test) {
                           return std::string(name_of(static_cast<Operator>(std::get<0>(test.param)))) + "_" +
                                  name_of(static_cast<DType>(std::get<1>(test.param)));
                         });

Request square(Operator op, DType dtype, int64_t size, int64_t kernel, int64_t stride, int64_t pad,
               int64_t dilation = 1) {
  Request r;
  r.op = op;
  r.dtype = dtype;
  r.rank = 2;
  for (int a = 1; a < 3; ++a) {
    r.input[a] = size;
    r.kernel[a] = kernel;
    r.stride[a] = stride;
    r.pad_before[a] = r.pad_after[a] = pad;
    r.dilation[a] = dilation;
  }
  return r;
}

TEST(KernelSizes, EveryRemainderAroundEveryLaneCount) {
  for (DType dtype : {DType::uint8, DType::float32, DType::int16, DType::float64}) {
    for (Operator op : {Operator::max, Operator::avg}) {
      for (int64_t width = 1; width <= 70; ++width) {
        for (int64_t kernel : {1, 2, 3, 4, 5, 6, 7}) {
          for (int64_t stride : {1, 2, 3}) {
            Request r = square(op, dtype, width, kernel, stride, 0);
            r.input[1] = 8;
            r.kernel[1] = r.stride[1] = 2;
            Tester(r, static_cast<uint32_t>(width), Values::special).check();
            r.with_indices = op == Operator::max;
            r.pad_before[2] = r.pad_after[2] = kernel / 2;
            Tester(r, static_cast<uint32_t>(width), Values::ties).check();
            if (::testing::Test::HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST(KernelSizes, NoChannelsInEitherLayout) {
  int ran[2] = {};
  for (const Operator op :
       {Operator::max, Operator::avg, Operator::lp, Operator::adaptive_max, Operator::adaptive_avg}) {
    for (const bool channels_last : {false, true}) {
      Request request = square(op, DType::float32, 9, 3, 2, 0);
      request.size = {1, 3, 3};  // windows of equal size, which the sliding algorithms serve
      request.channels = 0;
      request.channels_last = channels_last;
      if (Tester(request).check() == Status::ok) ++ran[channels_last];
    }
  }
  EXPECT_GT(ran[0], 0);  // adaptive ones take such tensors
  EXPECT_GT(ran[1], 0);
}

TEST(KernelSizes, LargeWindows) {
  for (int64_t kernel : {15, 16, 17, 31, 32, 33, 63}) {
    for (Operator op : {Operator::max, Operator::min, Operator::avg}) {
      for (int64_t stride : {1, 2}) {
        EXPECT_EQ(Tester(square(op, DType::float32, 70, kernel, stride, kernel / 2)).check(), Status::ok);
        EXPECT_EQ(Tester(square(op, DType::uint8, 70, kernel, stride, kernel / 2)).check(), Status::ok);
      }
    }
  }
}

TEST(KernelSizes, PicturesOfManyBands) {
  for (Operator op : {Operator::max, Operator::avg}) {
    for (DType dtype : {DType::uint8, DType::float32, DType::int16}) {
      for (int64_t kernel : {2, 3, 5, 6}) {
        for (int64_t stride : {1, 2, 3}) {
          for (bool padded : {false, true}) {
            Request r = square(op, dtype, 0, kernel, stride, padded ? kernel / 2 : 0);
            r.input = {1, sanitized ? 41 : 91, 402};
            r.channels = 4;
            r.channels_last = true;
            r.ceil_mode = padded;
            r.count_include_pad = false;
            EXPECT_EQ(Tester(r, 3, Values::special).check(), Status::ok);
            r.channels_last = false;
            r.input = {1, sanitized ? 61 : 131, 240};
            r.channels = 2;
            r.with_indices = op == Operator::max;
            EXPECT_EQ(Tester(r, 4, Values::ties).check(), Status::ok);
          }
        }
      }
    }
  }
}

TEST(KernelSizes, SquareWindowsOfEveryNumberOfChannels) {
  uint32_t seed = 1;
  int ran = 0;
  for (const DType dtype : {DType::float32, DType::uint8}) {
    for (const Operator op : {Operator::max, Operator::min, Operator::avg}) {
      for (const int64_t channels : {0, 1, 2, 3, 4, 5, 8, 64}) {
        for (const auto& [kernel, stride, dilation] :
             {Triple{2, 2, 1}, Triple{3, 1, 1}, Triple{3, 2, 1}, Triple{3, 1, 2}, Triple{5, 1, 1}, Triple{6, 2, 1}}) {
          if (op == Operator::avg && dilation > 1) continue;
          for (const int64_t width : {13, 26, 49, 60, 101}) {
            Request request;
            request.op = op;
            request.dtype = dtype;
            request.channels_last = channels > 0;
            request.channels = std::max<int64_t>(channels, 2);
            request.input = {1, 1 + static_cast<int64_t>(seed % 23), width};
            request.kernel = {1, kernel, kernel};
            request.stride = {1, stride, stride};
            request.dilation = {1, dilation, dilation};
            request.pad_before = request.pad_after = {0, seed % 2, seed / 2 % 2};
            request.ceil_mode = seed % 3 == 0;
            ++seed;
            if (Tester(request, seed, seed % 5 == 0 ? Values::special : Values::mixed).check() == Status::ok) ++ran;
          }
        }
      }
    }
  }
  EXPECT_GT(ran, 700);  // the others are too low for their windows
}

TEST(KernelSizes, WindowsOfAnyPaddingAndDilation) {
  std::mt19937 random(1);
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint32_t>(n)); };
  const DType dtypes[] = {DType::uint8, DType::float32, DType::int8, DType::float16};
  const Operator operators[] = {Operator::max, Operator::min, Operator::avg};
  int ran = 0;
  for (int i = 0; i < 5 * rounds && !HasFatalFailure(); ++i) {
    const bool tall = below(3) == 0;
    Request r = square(operators[below(3)], dtypes[below(4)], 0, tall ? 7 + below(12) : 2 + below(5), 1 + below(2), 0);
    if (r.stride[1] == 1) r.dilation[1] = r.dilation[2] = 1 + below(tall ? 3 : 24);
    if (below(4) == 0) r.dilation[2] = r.stride[1] == 1 ? 1 + below(24) : 1;
    if (tall && below(2) == 0) r.stride[2] = r.kernel[2] = 1 + below(3);
    r.channels_last = below(2) == 1;
    r.channels = 1 + below(tall ? 9 : 4);
    r.input = {1, (tall ? 30 : 1) + below(40), 1 + below(150)};
    r.padding = Padding::explicit_;
    r.image_alpha = (r.dtype == DType::uint8 || r.dtype == DType::float16) && r.channels_last && r.channels == 4;
    for (int a = 1; a < 3; ++a) {
      const int64_t span = (r.kernel[a] - 1) * r.dilation[a] + 1;
      r.pad_before[a] = below(span);
      r.pad_after[a] = below(span);
    }
    if (Tester(r, random(), static_cast<Values>(below(3))).check() == Status::ok) ++ran;
  }
  EXPECT_GT(ran, 2 * rounds);
}

TEST(KernelSizes, TallWindowsOfPixels) {
  std::mt19937 random(11);
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint32_t>(n)); };
  int ran = 0;
  constexpr int windows = rounds / 4;
  for (int i = 0; i < windows && !HasFatalFailure(); ++i) {
    const bool bytes = below(2) == 0, panels = i % 15 == 0;
    Request r = square(below(2) == 0 ? Operator::max : Operator::min, bytes ? DType::uint8 : DType::float32, 0,
                       9 + below(panels ? 5 : 20), 1, 0);
    if (bytes && below(3) == 0) r.dtype = DType::int8;
    r.channels_last = true;
    r.channels = bytes ? 4 : 1;
    if (i % 5 == 1) r.kernel[2] = 9 + below(120);
    r.input = {1, r.kernel[1] + below(20), panels ? 2100 + below(20) : 128 + below(90)};
    r.padding = Padding::explicit_;
    for (int a = 1; a < 3; ++a) {
      r.pad_before[a] = below(r.kernel[a]);
      r.pad_after[a] = below(r.kernel[a]);
    }
    if (Tester(r, random(), i % 3 == 0 ? Values::special : Values::mixed).check() == Status::ok) ++ran;
  }
  EXPECT_EQ(ran, windows);
}

TEST(KernelSizes, CellsOfManyChannels) {
  std::mt19937 random(7);
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint32_t>(n)); };
  const Operator operators[] = {Operator::max, Operator::avg, Operator::max, Operator::min};
  const DType dtypes[] = {DType::float32, DType::float32, DType::float32, DType::uint8, DType::int32};
  int ran = 0;
  for (int i = 0; i < 8 * rounds && !HasFatalFailure(); ++i) {
    Request r = square(operators[below(4)], dtypes[below(5)], 0, 1, 1, 0);
    r.channels_last = true;
    r.batch = 1 + below(2);
    r.channels = below(3) == 0 ? 16 * (1 + below(6)) : 12 + below(80);
    r.with_indices = picks_element(r.op) && below(3) == 0;
    r.ceil_mode = below(2) == 0;
    r.count_include_pad = below(2) == 0;
    r.has_divisor = below(5) == 0;
    r.divisor = below(2) == 0 ? 4 : -3;
    r.padding = Padding::explicit_;
    for (int a = 1; a < 3; ++a) {
      r.input[a] = 1 + below(12);
      r.kernel[a] = 1 + below(5);
      r.stride[a] = 1 + below(3);
      r.dilation[a] = below(3) == 0 ? 1 + below(3) : 1;
      const int64_t span = (r.kernel[a] - 1) * r.dilation[a] + 1;
      r.pad_before[a] = below(span);
      r.pad_after[a] = below(span);
    }
    if (Tester(r, random(), static_cast<Values>(below(3))).check() == Status::ok) ++ran;
  }
  EXPECT_GT(ran, 5 * rounds);
}

TEST(KernelSizes, PairsWithIndices) {
  uint32_t seed = 1;
  for (const DType dtype : {DType::float32, DType::int32, DType::float16, DType::float64}) {
    for (const Operator op : {Operator::max, Operator::min, Operator::adaptive_max}) {
      for (const Values values : {Values::mixed, Values::ties, Values::special}) {
        for (const int64_t width : {7, 8, 9, 10, 15, 24, 31, 57}) {
          Request r = square(op, dtype, width, 2, 2, 0);
          r.channels = 3;
          r.input[1] = 2 + seed % 7;
          r.with_indices = true;
          r.ceil_mode = seed % 5 == 0;  // the last windows of odd extents hang over
          if (is_adaptive(op)) r.size = {1, r.input[1] / 2, width / 2};
          EXPECT_EQ(Tester(r, ++seed, values).check(), Status::ok);
        }
      }
    }
  }
}

TEST(KernelSizes, MeansOfSquaresWithAnyDivisor) {
  uint32_t seed = 1;
  for (const int64_t stride : {1, 2}) {
    for (const int64_t kernel : {2, 3}) {
      for (const int64_t divisor : {0, 1, 3, 4, -5}) {
        for (const bool counted : {false, true}) {
          for (const int64_t width : {12, 33, 70}) {
            Request r = square(Operator::avg, DType::float32, width, kernel, stride, kernel / 2);
            r.channels = 2;
            r.ceil_mode = seed % 2 == 0;
            r.count_include_pad = counted;
            r.has_divisor = divisor != 0;
            r.divisor = divisor;
            ++seed;
            EXPECT_EQ(Tester(r, seed, seed % 3 == 0 ? Values::special : Values::mixed).check(), Status::ok);
          }
        }
      }
    }
  }
}

TEST(KernelSizes, NarrowPlanesOfEveryNumber) {
  std::mt19937 random(2);
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint32_t>(n)); };
  const DType dtypes[] = {DType::float32, DType::int32, DType::float16};
  const Operator operators[] = {Operator::max,          Operator::min,          Operator::avg,           Operator::lp,
                                Operator::adaptive_max, Operator::adaptive_avg, Operator::fractional_max};
  for (int64_t planes = 15; planes <= 140 && !HasFatalFailure(); ++planes) {
    for (const Operator op : operators) {
      Request r = square(op, dtypes[below(3)], 0, 1 + below(3), 1 + below(3), 0);
      if (planes % 4 == 0) r.batch = 4;
      r.channels = planes / r.batch;
      r.input = {1, 1 + below(9), 1 + below(planes % 9 == 0 ? 60 : 12)};
      r.size = {1, 1 + below(r.input[1]), 1 + below(r.input[2])};
      r.padding = Padding::explicit_;
      for (int a = 1; a < 3; ++a) r.pad_before[a] = below(r.kernel[a]);
      r.with_indices = picks_element(op) && below(2) == 0;
      Tester(r, random(), static_cast<Values>(below(3))).check();
    }
  }
}

TEST(KernelSizes, PlanesOfOneRunAndMore) {
  const DType dtypes[] = {DType::float32, DType::float64, DType::float16};
  for (const int64_t cells : {1023, 1024, 1025, 2048, 2049, 3072, 3100, 5000}) {
    for (const DType dtype : dtypes) {
      for (const int64_t channels : {1, 3, 65}) {
        Request r = square(Operator::adaptive_avg, dtype, 0, 1, 1, 0);
        r.input = {1, 1, cells};
        r.size = {1, 1, 1};
        r.channels = channels;
        r.channels_last = channels > 1;
        EXPECT_EQ(Tester(r, static_cast<uint32_t>(cells)).check(), Status::ok);
        r.channels_last = false;
        EXPECT_EQ(Tester(r, static_cast<uint32_t>(cells)).check(), Status::ok);
      }
    }
  }
}

TEST(KernelSizes, ValidIgnoresThePaddingNumbers) {
  Request r = square(Operator::max, DType::float32, 9, 3, 1, -1);
  r.padding = Padding::valid_;
  EXPECT_EQ(Tester(r).check(), Status::ok);
}

TEST(KernelSizes, WindowLargerThanTheInput) {
  Request r = square(Operator::max, DType::float32, 1, 1025, 1, 512);
  EXPECT_EQ(Tester(r).check(), Status::ok);
  r.op = Operator::avg;
  r.kernel[1] = 3;
  r.pad_before[1] = r.pad_after[1] = 1;
  EXPECT_EQ(Tester(r).check(), Status::ok);
}

TEST(KernelSizes, BlocksAndRestsOfEveryLevel) {
  for (const int64_t taps : {9, 31, 35, 45, 62, 190}) {  // 190 is 2 blocks of 64, 3 of 16, 3 of 4 and 2 taps
    for (const Operator op : {Operator::adaptive_avg, Operator::adaptive_max, Operator::avg, Operator::max}) {
      for (const DType dtype : {DType::float32, DType::uint8}) {
        for (int a = 0; a < 3; ++a) {
          for (const bool last : {false, true}) {
            Request r;
            r.op = op;
            r.dtype = dtype;
            r.rank = 3;
            r.channels = 2;
            r.channels_last = last;
            r.input = {2, 2, 3};
            r.input[a] = 3 * taps - 2;
            if (is_adaptive(op)) r.size[a] = 3;
            else r.kernel[a] = taps;
            r.stride[a] = taps - 5;
            r.with_indices = op == Operator::adaptive_max;
            EXPECT_EQ(Tester(r, static_cast<uint32_t>(taps), Values::mixed).check(), Status::ok);
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST(KernelSizes, MoreRowsThanCanBeCountedAreOutOfMemory) {
  Request r;
  r.op = Operator::avg;
  r.input = {1, 100, 1};
  r.kernel = {1, 43'000'000, 1};
  r.dilation = {1, 99, 1};
  r.pad_before[1] = r.pad_after[1] = 2'128'499'951;
  Plan plan;
  ASSERT_FALSE(make_plan(r, plan));
  const std::vector<float> input(100, 1);
  std::vector<float> output(static_cast<size_t>(plan.output_cells()), 7);
  Tensors tensors;
  tensors.input = input.data();
  tensors.output = output.data();
  EXPECT_EQ(run(plan, tensors).status, Status::out_of_memory);
  EXPECT_EQ(output[0], 7);
}

TEST(KernelSizes, ASpanBeyondTheAddressSpaceIsOutOfMemory) {
  // Six cells, legal for PyTorch's rules; the padded row would not fit 32 bits, in which its size once wrapped around.
  for (const bool with_indices : {false, true}) {
    for (const int64_t dilation : {int64_t{1} << 30, int64_t{2147483647}}) {
      Request r;
      r.rank = 1;
      r.input[2] = 6;
      r.kernel[2] = 5;
      r.dilation[2] = dilation;
      r.padding = Padding::same_;
      r.with_indices = with_indices;
      Plan plan;
      ASSERT_FALSE(make_plan(r, plan));
      std::vector<float> input(6, 1), output(6, 7);
      std::vector<int32_t> indices(6, 7);
      Tensors tensors;
      tensors.input = input.data();
      tensors.output = output.data();
      tensors.output_indices = with_indices ? indices.data() : nullptr;
      EXPECT_EQ(run(plan, tensors).status, Status::out_of_memory);
      for (float value : output) EXPECT_EQ(value, 7);
    }
  }
}

TEST(KernelSizes, RowsFarBeyondTheInput) {
  // Each position of a tap outside int32, and the sums right all the same.
  for (const Operator op : {Operator::avg, Operator::max}) {
    for (const int64_t dilation : {int64_t{1} << 29, int64_t{1337080634}, int64_t{2147483647}}) {
      Request r = square(op, DType::uint16, 9, 4, 1, 0);
      r.padding = Padding::same_lower_;
      r.kernel = {1, 7, 4};
      r.input = {1, 3, 9};
      r.dilation = {1, dilation, 2};
      EXPECT_EQ(Tester(r).check(), Status::ok) << describe(r);
    }
  }
}

class Images : public ::testing::TestWithParam<DType> {};

TEST_P(Images, AlphaIgnoresPadding) {
  for (Operator op : {Operator::max, Operator::min, Operator::avg, Operator::lp}) {
    for (const double norm_type : {2.0, std::numeric_limits<double>::infinity()}) {
      for (const bool onnx : {false, true}) {
        if (op != Operator::lp && (onnx || norm_type != 2)) continue;
        for (int64_t dilation : {1, 4}) {
          Request r = square(op, GetParam(), 6, 3, 1, 1, dilation);
          r.padding = Padding::explicit_;
          r.pad_before = {0, 2, 1};
          r.pad_after = {0, 1, 2};
          r.channels_last = true;
          r.channels = 4;
          r.batch = 2;
          r.image_alpha = true;
          r.ceil_mode = true;
          r.norm_type = norm_type;
          r.onnx_lp = onnx;
          EXPECT_EQ(Tester(r).check(), Status::ok) << describe(r);
          EXPECT_EQ(Tester(r, 2, Values::special).check(), Status::ok) << describe(r);
          r.has_divisor = op == Operator::avg;
          r.divisor = 4;
          EXPECT_EQ(Tester(r, 3).check(), Status::ok) << describe(r);
        }
      }
    }
  }
  for (const Operator op : {Operator::adaptive_max, Operator::adaptive_avg}) {
    Request r = square(op, GetParam(), 7, 1, 1, 0);
    r.size = {1, 3, 9};
    r.channels_last = true;
    r.channels = 4;
    r.image_alpha = true;
    EXPECT_EQ(Tester(r).check(), Status::ok) << describe(r);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Images, ::testing::Values(DType::uint8, DType::float16),
                         [](const ::testing::TestParamInfo<DType>& test) { return name_of(test.param); });

TEST(Averages, IntegerSumsNeverOverflow) {
  // 257 x 255 fits 16 bits exactly; one tap more needs the wider sum.
  for (int64_t kernel : {16, 17, 60, 74}) {
    Request r = square(Operator::avg, DType::uint8, 80, kernel, 1, 0);
    Plan plan;
    ASSERT_FALSE(make_plan(r, plan));
    std::vector<uint8_t> input(80 * 80, 255), output(static_cast<size_t>(plan.output_cells()));
    Tensors tensors;
    tensors.input = input.data();
    tensors.output = output.data();
    ASSERT_EQ(run(plan, tensors).status, Status::ok);
    for (uint8_t value : output) ASSERT_EQ(value, 255);
  }
}

TEST(Averages, LargeWindowsOfEveryInteger) {
  for (DType dtype : {DType::uint8, DType::int8, DType::uint16, DType::int16, DType::int32}) {
    Request r = square(Operator::adaptive_avg, dtype, 0, 1, 1, 0);
    r.channels = 3;
    r.channels_last = true;
    for (const int64_t taps : {5400, 5401, 32767, 33000}) {  // about where the sums become wider
      r.input = {1, 100, taps / 50};
      r.size = {1, 2, 1};
      EXPECT_EQ(Tester(r, 1, Values::ties).check(), Status::ok);
      r.input[2] += 3;
      r.size = {1, 2, 3};
      EXPECT_EQ(Tester(r).check(), Status::ok);
    }
  }
}

/// Bytes are averaged in float; means at a half, and next to one, must come out as whole numbers would have them.
TEST(Averages, BytesRoundHalvesUpAtEverySize) {
  std::vector<uint8_t> input(16 * 5500);
  for (int64_t taps = 1; taps <= 5500; taps += (taps < 300 || taps > 5390 ? 1 : 37) * (sanitized ? 7 : 1)) {
    Request request;
    request.op = Operator::avg;
    request.dtype = DType::uint8;
    request.rank = 1;
    request.channels = 16;
    request.channels_last = true;  // a vector's worth of windows in one row
    request.input = {1, 1, taps};
    request.kernel = {1, 1, taps};
    request.stride = {1, 1, taps};
    Plan plan;
    ASSERT_FALSE(make_plan(request, plan));
    for (int64_t half = 0; half < 256; half += 15) {
      uint8_t output[16];
      int64_t sums[16];
      for (int64_t channel = 0; channel < 16; ++channel) {
        const int64_t near_half = (2 * ((half + channel) % 256) + 1) * taps / 2 + channel % 3 - 1;
        sums[channel] = std::clamp<int64_t>(near_half, 0, 255 * taps);
        for (int64_t i = 0; i < taps; ++i) {
          input[static_cast<size_t>(i * 16 + channel)] =
              static_cast<uint8_t>(sums[channel] / taps + (i < sums[channel] % taps));
        }
      }
      Tensors tensors;
      tensors.input = input.data();
      tensors.output = output;
      ASSERT_FALSE(run(plan, tensors));
      for (int channel = 0; channel < 16; ++channel) {
        ASSERT_EQ(output[channel], integer_mean<uint8_t>(sums[channel], taps)) << taps << " taps, " << sums[channel];
      }
    }
  }
}

/// Windows of 2^63 taps and more around few cells: the count decides the mean, and fits no integer of the machine.
TEST(HugeWindows, CountTheirTapsExactly) {
  for (const Operator op : {Operator::avg, Operator::avg_backward, Operator::lp}) {
    for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
      const int64_t kernel = (1 << 21) + 3;
      Request r;
      r.op = op;
      r.dtype = dtype;
      r.rank = 3;
      r.channels_last = dtype == DType::float32;
      r.channels = 2;
      r.input = {1, 2, 3};
      r.kernel = {kernel, kernel, kernel};
      r.padding = Padding::explicit_;
      r.pad_before = {kernel - 1, kernel - 2, kernel - 2};
      EXPECT_EQ(Tester(r).check(), Status::ok);
    }
  }
}

template <class T>
T only_result(Request r, T input, int64_t kernel) {
  r.rank = 3;
  r.kernel = {kernel, kernel, kernel};
  r.padding = Padding::explicit_;
  r.pad_before = {kernel - 1, kernel - 1, kernel - 1};
  Plan plan;
  EXPECT_FALSE(make_plan(r, plan));
  T output = 7;
  Tensors tensors;
  tensors.input = &input;
  tensors.output = &output;
  EXPECT_FALSE(run(plan, tensors));
  return output;
}

TEST(HugeWindows, DivideByTheCubeOfTheKernel) {
  for (const int bits : {20, 21}) {
    const int64_t kernel = int64_t{1} << bits;
    Request r;
    for (const Operator op : {Operator::avg, Operator::avg_backward}) {
      r.op = op;
      r.dtype = DType::float32;
      EXPECT_EQ(only_result<float>(r, 100, kernel), std::ldexp(100.0f, -3 * bits));
      r.dtype = DType::float64;
      EXPECT_EQ(only_result<double>(r, -100, kernel), std::ldexp(-100.0, -3 * bits));
      r.dtype = DType::int32;
      EXPECT_EQ(only_result<int32_t>(r, INT32_MAX, kernel), 0);
      EXPECT_EQ(only_result<int32_t>(r, INT32_MIN, kernel), 0);
    }
    r.op = Operator::lp;  // divided by the taps, times the taps
    r.norm_type = 1;
    r.dtype = DType::float32;
    EXPECT_EQ(only_result<float>(r, 100, kernel), 100);
  }
}

TEST(Refusals, LeaveTheOutputUntouched) {
  Request r = square(Operator::max_unpool, DType::float32, 2, 2, 2, 0);
  Plan plan;
  ASSERT_FALSE(make_plan(r, plan));
  const std::vector<float> input(4, 1);
  const std::vector<int32_t> indices = {0, 2, 16, 10};
  std::vector<float> output(16, 7);
  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = indices.data();
  tensors.output = output.data();
  const Refusal refusal = run(plan, tensors);
  EXPECT_EQ(refusal.status, Status::index_out_of_range);
  EXPECT_EQ(refusal.axis, 2);
  EXPECT_EQ(refusal.detail, 16);
  for (float value : output) EXPECT_EQ(value, 7);
}

}  // namespace
}  // namespace poolscope::testing
