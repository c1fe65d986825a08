// Rounding and conversion, checked against arithmetic that needs no cleverness.
#include "core/api/dtype.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/convert/conversion.h"
#include "core/support/deterministic_pow.h"
#include "core/support/rounding.h"

namespace poolscope {
namespace {

TEST(Float16, EveryValueSurvives) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const Float16 half{static_cast<uint16_t>(bits)};
    const float value = to_float(half);
    if (is_nan(value)) {
      EXPECT_EQ(to_half(value).bits, bits | 0x200);  // its payload is kept, and it is quiet
    } else {
      EXPECT_EQ(to_half(value).bits, bits);
    }
  }
  EXPECT_EQ(to_float({0x3c00}), 1.0f);
  EXPECT_EQ(to_float({0x0001}), 0x1p-24f);
  EXPECT_EQ(to_float({0x7bff}), 65504.0f);
}

TEST(Float16, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const float low = to_float({static_cast<uint16_t>(bits)}), high = to_float({static_cast<uint16_t>(bits + 1)});
    const float middle = low + (high - low) / 2;
    EXPECT_EQ(to_half(middle).bits, bits + (bits & 1)) << bits;
    EXPECT_EQ(to_half(std::nextafter(middle, 0.0f)).bits, bits);
    EXPECT_EQ(to_half(std::nextafter(middle, 1e9f)).bits, bits + 1);
  }
  EXPECT_EQ(to_half(65520.0f).bits, 0x7c00);
  EXPECT_EQ(to_half(65519.9f).bits, 0x7bff);
  EXPECT_EQ(to_half(-1e30f).bits, 0xfc00);
}

/// What every operator converts halves with, eight at a time and the rest one by one.
Conversion converters() {
  Request request;
  request.op = Operator::avg;
  request.dtype = DType::float16;
  return make_conversion(request, 1);
}
uint32_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

TEST(Float16, RowsBecomeWhatEachHalfBecomes) {
  std::vector<Float16> halves(0x10000 + 5);  // the last ones fill no vector
  for (size_t i = 0; i < halves.size(); ++i) halves[i].bits = static_cast<uint16_t>(i * 40503);
  std::vector<float> row(halves.size());
  converters().to_canonical(reinterpret_cast<uint8_t*>(row.data()), reinterpret_cast<const uint8_t*>(halves.data()),
                            row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    ASSERT_EQ(bits_of(row[i]), bits_of(to_float(halves[i]))) << std::hex << halves[i].bits;
  }
}

TEST(Float16, RowsAreRoundedAsEachFloatIs) {
  std::vector<float> row;
  const auto add = [&](uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    row.push_back(value);
  };
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {  // every half, the middle above it, and what is beside them
    const uint32_t at = bits_of(to_float({static_cast<uint16_t>(bits)}));
    for (const uint32_t offset : {0u, 1u, 0xfffu, 0x1000u, 0x1001u, 0x1fffu}) add(at + offset);
  }
  for (uint32_t i = 0; i < 1'000'003; ++i) add(i * 2654435769u);
  std::vector<Float16> halves(row.size());
  converters().from_canonical(reinterpret_cast<uint8_t*>(halves.data()), reinterpret_cast<const uint8_t*>(row.data()),
                              row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    ASSERT_EQ(halves[i].bits, to_half(row[i]).bits) << std::hex << bits_of(row[i]);
  }
}

TEST(IntegerMean, RoundsHalvesUp) {
  EXPECT_EQ(integer_mean<int8_t>(7, 2), 4);
  EXPECT_EQ(integer_mean<int8_t>(-7, 2), -3);
  EXPECT_EQ(integer_mean<int8_t>(-5, 4), -1);
  EXPECT_EQ(integer_mean<int8_t>(7, -2), -3);
  EXPECT_EQ(integer_mean<uint8_t>(10000, 1), 255);
  EXPECT_EQ(integer_mean<uint8_t>(-1, 1), 0);
}

TEST(StoreReal, SaturatesAndRounds) {
  EXPECT_EQ(store_real<uint8_t>(254.5), 255);
  EXPECT_EQ(store_real<uint8_t>(1e30), 255);
  EXPECT_EQ(store_real<int8_t>(-1e30), -128);
  EXPECT_EQ(store_real<int8_t>(-2.5), -2);
  EXPECT_EQ(store_real<int8_t>(0.5), 1);
  EXPECT_EQ(store_real<int8_t>(0.49999999999999994), 0);
  EXPECT_EQ(store_real<int8_t>(-0.50000000000000011), -1);
  EXPECT_EQ(store_real<uint8_t>(std::numeric_limits<double>::infinity()), 255);
  EXPECT_EQ(store_real<int32_t>(std::numeric_limits<double>::quiet_NaN()), 0);
}

TEST(Power, EqualsTheCLibraryNearly) {
  for (double base : {1e-300, 1e-9, 0.3, 0.999, 1.5, 2.0, 37.25, 1e9, 1e150}) {
    for (double exponent : {0.25, 1.0 / 3, 0.5, 2.5, -1.5, 17.0, 100.0, -0.01}) {
      const double expected = std::pow(base, exponent);
      if (expected == 0 || std::isinf(expected)) {
        EXPECT_EQ(deterministic_pow(base, exponent), expected) << base << "^" << exponent;
      } else {
        EXPECT_NEAR(deterministic_pow(base, exponent) / expected, 1, 1e-12) << base << "^" << exponent;
      }
    }
  }
  EXPECT_EQ(deterministic_pow(-2, 3), -8);
  EXPECT_TRUE(is_nan(deterministic_pow(-2, 2.5)));
  EXPECT_EQ(deterministic_pow(0, 0.5), 0);
}

}  // namespace
}  // namespace poolscope
