// Vectors of one lane: the same algorithms without xsimd. Included by simd.h alone.
#pragma once

namespace poolscope::simd {

template <class T>
struct Vector {
  T value;
};
template <class T>
inline constexpr size_t lanes = 1;

template <class T>
POOLSCOPE_INLINE Vector<T> load(const T* from) {
  return {*from};
}
template <class T>
POOLSCOPE_INLINE void store(T* to, Vector<T> vector) {
  *to = vector.value;
}
template <class T>
POOLSCOPE_INLINE Vector<T> add(Vector<T> a, Vector<T> b) {
  return {static_cast<T>(a.value + b.value)};
}
template <class T>
POOLSCOPE_INLINE Vector<T> multiply(Vector<T> a, Vector<T> b) {
  return {static_cast<T>(a.value * b.value)};
}
template <class T>
POOLSCOPE_INLINE Vector<T> divide(Vector<T> a, Vector<T> b) {
  return {static_cast<T>(a.value / b.value)};
}
template <class T>
POOLSCOPE_INLINE Vector<T> bit_xor(Vector<T> a, Vector<T> b) {
  return {static_cast<T>(a.value ^ b.value)};
}
template <class T, class Bits>
POOLSCOPE_INLINE Vector<T> xor_bits(Vector<T> vector, Vector<Bits> masks) {
  Bits bits;
  std::memcpy(&bits, &vector, sizeof bits);
  bits ^= masks.value;
  std::memcpy(&vector, &bits, sizeof bits);
  return vector;
}
template <class T>
POOLSCOPE_INLINE Vector<T> broadcast(T value) {
  return {value};
}
template <class T>
POOLSCOPE_INLINE Vector<T> max_keep_first(Vector<T> a, Vector<T> b) {
  return a.value < b.value ? b : a;
}
template <class T>
POOLSCOPE_INLINE Vector<T> max_exact(Vector<T> a, Vector<T> b) {
  return b.value > a.value || b.value != b.value ? b : a;
}
template <class T>
POOLSCOPE_INLINE void argmax_update_or_absent(Vector<T>& value, Vector<int32_t>& index, Vector<T> later,
                                              Vector<int32_t> later_index) {
  if (later.value > value.value || later.value != later.value || index.value < 0) {
    value = later;
    index = later_index;
  }
}
template <class T>
POOLSCOPE_INLINE void argmax_update(Vector<T>& value, Vector<int32_t>& index, Vector<T> later,
                                    Vector<int32_t> later_index) {
  if (later.value > value.value || later.value != later.value) {
    value = later;
    index = later_index;
  }
}
template <class T>
POOLSCOPE_INLINE bool empty_nan_mask() {
  return false;
}
template <class T>
POOLSCOPE_INLINE void update_nan_mask(bool& seen, Vector<T> values) {
  seen |= values.value != values.value;
}
template <class T>
POOLSCOPE_INLINE bool any_nan(bool seen) {
  return seen;
}
// One lane has nothing to interleave: the names exist so that the steps of 16 bytes compile away.
template <int a, int b, int c, int d, class V>
V shuffle(const V& low, const V& high);
template <class T>
Vector<T> load_broadcast(const T* from);
template <class V>
V even_lanes(const V& low, const V& high);
template <class V>
V odd_lanes(const V& low, const V& high);
template <class V>
V outer_lanes(const V& low, const V& high);
template <int by, class V>
V shifted_lanes(const V& low, const V& high);
POOLSCOPE_INLINE const char* name() { return "scalar"; }

}  // namespace poolscope::simd
