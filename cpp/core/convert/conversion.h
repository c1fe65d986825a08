// Conversion between stored elements and the canonical elements that kernels combine: an XOR mask for minima and for
// the other signedness, wider types for sums and indices, powers for norms.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/api/plan.h"
#include "core/kernels/row_kernels.h"

namespace poolscope {

/// Divisors of a row of windows: the averages' or norms' counts of taps.
struct Divisors {
  /// epilogue.cpp rounds reciprocals; integers are int64_t, saturated
  enum class Type : uint8_t { floats, reciprocals, wide_reciprocals, doubles, integers };
  const uint8_t* each = nullptr;  ///< one an element, of the type that the elements ask for
  double common = 0;              ///< the divisor of them all, or 0 where they differ
};

constexpr size_t size_of(Divisors::Type type) { return type >= Divisors::Type::doubles ? 8 : 4; }

/// Taps up to which sums of bytes are divided in float (epilogue.cpp says why).
inline constexpr int64_t max_taps_of_wide_bytes = 5400;

struct Conversion {
  /// Reads `count` stored elements; returns whether one is NaN (where the kernels need to know).
  using Load = bool (*)(const Conversion&, uint8_t* to, const uint8_t* from, size_t count);
  /// Writes `count` stored elements from canonical ones.
  using Store = void (*)(const Conversion&, uint8_t* to, const uint8_t* from, size_t count, const Divisors& divisors);

  RowKind kind = RowKind::max_f32;
  size_t stored_size = 4;
  bool reads_in_place = false;   ///< stored elements are what the last axis reads, as they lie
  bool writes_in_place = false;  ///< canonical elements are results as they lie
  Divisors::Type divisors = Divisors::Type::doubles;
  uint64_t xor_mask = 0;  ///< XOR mask between the stored and the canonical representation
  uint64_t identity = 0;  ///< the canonical element of a tap outside the input, as bits
  double norm_type = 2;
  bool absolute = false;
  double kernel_area = 1;
  Load load = nullptr;
  Scan scan = nullptr;  ///< whether elements read in place hold NaN; null where the kernels do not care
  Store store = nullptr;

  // The steps that `load` and `store` are made of where no shorter way exists.
  void (*to_canonical)(uint8_t* to, const uint8_t* from, size_t count) = nullptr;  ///< stored -> canonical type
  bool (*preprocess)(const Conversion&, uint8_t* row, size_t count) = nullptr;     ///< in place; whether there is NaN
  Store finalize = nullptr;
  void (*from_canonical)(uint8_t* to, const uint8_t* from, size_t count) = nullptr;  ///< canonical -> stored type
};

/// The conversion for a reduction (max, min, avg, lp and their adaptive and fractional kin), or for gradients, which
/// are summed in the dtype's real type. `most_taps` is the largest number of taps a window has.
Conversion make_conversion(const Request& request, int64_t max_taps);

}  // namespace poolscope
