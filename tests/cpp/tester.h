// Runs one request through the kernels and through the plain reference and compares every bit, with guard bytes around
// what the kernels may write and inputs in blocks of their exact size (AddressSanitizer watches their ends).
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/api/pool.h"
#include "core/support/rounding.h"

namespace poolscope::testing {

enum class Values { mixed, ties, special };

inline const char* name_of(Operator op) {
  static const char* names[] = {
#define X(name) #name,
      POOLSCOPE_OPERATORS(X)
#undef X
  };
  return names[static_cast<int>(op)];
}
inline const char* name_of(DType dtype) {
  static const char* names[] = {
#define X(name, type) #name,
      POOLSCOPE_DTYPES(X)
#undef X
  };
  return names[static_cast<int>(dtype)];
}
inline const char* name_of(Status status) {
  static const char* names[] = {
#define X(name) #name,
      POOLSCOPE_STATUSES(X)
#undef X
  };
  return names[static_cast<int>(status)];
}

template <class T>
T random_element(std::mt19937& random, Values values) {
  const int dice = static_cast<int>(random() % 16);
  if constexpr (is_real<T>) {
    using V = ValueOf<T>;
    if (values == Values::special && dice < 8) {
      const V specials[] = {V(0.0),
                            V(-0.0),
                            std::numeric_limits<V>::infinity(),
                            -std::numeric_limits<V>::infinity(),
                            std::numeric_limits<V>::quiet_NaN(),
                            V(-0.0),
                            V(0.0),
                            -std::numeric_limits<V>::infinity()};
      return store_real<T>(specials[dice]);
    }
    if (values == Values::ties) return store_real<T>(V(static_cast<int>(random() % 3) - 1));
    return store_real<T>(static_cast<V>(std::normal_distribution<double>(0, 10)(random)));
  } else {
    if (values == Values::special && dice < 6) {
      return dice < 3 ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
    }
    if (values == Values::ties) return static_cast<T>(random() % 3);
    return static_cast<T>(random());
  }
}

/// One element's bits; every NaN counts as the same one.
template <class T>
std::string shown(const T* data, int64_t index) {
  T value;
  std::memcpy(&value, reinterpret_cast<const char*>(data) + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  const auto number = load_element(value);
  if (is_nan(number)) return "nan";
  if constexpr (is_real<T>) {
    char text[64];
    std::snprintf(text, sizeof text, "%a", static_cast<double>(number));
    return text;
  } else {
    return std::to_string(number);
  }
}

std::string describe(const Request& request);

/// The plain loops of reference.h, compiled once.
void run_reference(const Plan& plan, const Tensors& tensors);

class Tester {
 public:
  explicit Tester(const Request& request, uint32_t seed = 1, Values values = Values::mixed)
      : request_(request), random_(seed), values_(values) {}

  /// Returns the status of the plan; where it is ok, compares the kernels with the reference.
  Status check();

 private:
  template <class T>
  void compare(const Plan& plan);

  Request request_;
  std::mt19937 random_;
  Values values_;
};

/// A random request of one operator and dtype; most are legal.
Request random_request(Operator op, DType dtype, std::mt19937& random);

}  // namespace poolscope::testing
