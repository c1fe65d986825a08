// Conversion between IEEE 754 binary16 and binary32, by shifts and one exact multiplication.
#pragma once

#include <cstdint>
#include <cstring>

namespace poolscope {

/// IEEE 754 binary16 as stored; computed with as float, rounded to nearest even on the way back.
struct Float16 {
  uint16_t bits;
};

inline float to_float(Float16 half) {
  const uint32_t sign = static_cast<uint32_t>(half.bits & 0x8000u) << 16;
  const uint32_t rest = half.bits & 0x7fffu;
  float value;
  if (rest >= 0x7c00u) {
    const uint32_t bits = sign | 0x7f800000u | (rest & 0x3ffu) << 13;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  // Shifted into a float's exponent field, a half is its own value times 2^-112; the product is exact, subnormals
  // included.
  const uint32_t bits = rest << 13;
  std::memcpy(&value, &bits, 4);
  value *= 0x1p112f;
  return sign != 0 ? -value : value;
}

inline Float16 to_half(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  const uint16_t sign = static_cast<uint16_t>(bits >> 16 & 0x8000u);
  const uint32_t rest = bits & 0x7fffffffu;
  if (rest > 0x7f800000u) return {static_cast<uint16_t>(sign | 0x7c00u | (rest >> 13 & 0x3ffu) | 0x200u)};
  if (rest >= 0x477ff000u) return {static_cast<uint16_t>(sign | 0x7c00u)};
  if (rest < 0x38800000u) {  // below 2^-14: let the adder round to a multiple of 2^-24
    float magnitude;
    std::memcpy(&magnitude, &rest, 4);
    magnitude += 0.5f;
    uint32_t shifted;
    std::memcpy(&shifted, &magnitude, 4);
    return {static_cast<uint16_t>(sign | (shifted - 0x3f000000u))};
  }
  const uint32_t rounded = rest + 0xfffu + (rest >> 13 & 1u) - 0x38000000u;
  return {static_cast<uint16_t>(sign | rounded >> 13)};
}

}  // namespace poolscope
