#include "core/algorithms/argmax_2x2.h"

#include "core/kernels/reducers.h"
#include "core/simd/loops.h"

namespace poolscope {
namespace {

#ifndef POOLSCOPE_SCALAR

/// One row of windows: `cells` of them, 4 or more, from two lines of which the second begins `line` elements after the
/// first. `index` is the first line's first.
template <class T>
void argmax_row(T* to, int32_t* to_indices, const T* from, size_t line, int32_t index, size_t cells,
                uint32_t xor_mask) {
  using V = simd::Vector<T>;
  const auto masks = simd::broadcast<uint32_t>(xor_mask);
  const int32_t step[4] = {0, 2, 4, 6};
  const auto steps = simd::load(step);
  const auto below = simd::broadcast<int32_t>(static_cast<int32_t>(line)), one = simd::broadcast<int32_t>(1);
  const auto loaded = [&](const T* at) __attribute__((always_inline)) {
    return simd::xor_bits<T, uint32_t>(simd::load(at), masks);
  };
  for_vectors(
      0, 4, cells, [&](size_t i) __attribute__((always_inline)) {
        const T *upper = from + 2 * i, *lower = upper + line;
        const V first = loaded(upper), second = loaded(upper + 4), third = loaded(lower), fourth = loaded(lower + 4);
        V value = simd::even_lanes(first, second), low = simd::even_lanes(third, fourth);
        auto place = simd::add<int32_t>(steps, simd::broadcast<int32_t>(index + static_cast<int32_t>(2 * i)));
        auto low_place = simd::add<int32_t>(place, below);
        simd::argmax_update<T>(value, place, simd::odd_lanes(first, second), simd::add<int32_t>(place, one));
        simd::argmax_update<T>(low, low_place, simd::odd_lanes(third, fourth), simd::add<int32_t>(low_place, one));
        simd::argmax_update<T>(value, place, low, low_place);
        simd::store(to + i, simd::xor_bits<T, uint32_t>(value, masks));
        simd::store(to_indices + i, place);
      });
}

template <class T>
POOLSCOPE_NOINLINE void argmax_planes(const Plan& plan, const Conversion& conversion, const Tensors& tensors) {
  const Axis &row = plan.axes[1], &column = plan.axes[2];
  const size_t line = static_cast<size_t>(column.input), cells = static_cast<size_t>(column.output);
  each_plane(plan, sizeof(T), tensors, [&](int64_t, const uint8_t* input, uint8_t* output, int32_t* indices) {
    const T* from = reinterpret_cast<const T*>(input);
    T* to = reinterpret_cast<T*>(output);
    for (int64_t q = 0; q < row.output; ++q, from += 2 * line, to += cells, indices += cells) {
      argmax_row(to, indices, from, line, static_cast<int32_t>(2 * q * column.input), cells,
                 static_cast<uint32_t>(conversion.xor_mask));
    }
  });
}

/// Two cells, one beside the other, and nothing but them.
bool is_pair(const Axis& axis) {
  return axis.kernel == 2 && axis.stride == 2 && axis.dilation == 1 && axis.all_inside();
}

#endif

}  // namespace

POOLSCOPE_NOINLINE bool supports_argmax_2x2(const Plan& plan, const Conversion& conversion) {
#ifndef POOLSCOPE_SCALAR
  return plan.request.with_indices && conversion.stored_size == 4 && plan.inner() == 1 && is_pair(plan.axes[1]) &&
         is_pair(plan.axes[2]) && plan.axes[2].output >= 4;
#else
  (void)plan, (void)conversion;
  return false;
#endif
}

POOLSCOPE_NOINLINE void reduce_argmax_2x2(const Plan& plan, const Conversion& conversion, const Tensors& tensors) {
#ifndef POOLSCOPE_SCALAR
  if (conversion.kind == RowKind::argmax_f32) argmax_planes<float>(plan, conversion, tensors);
  else argmax_planes<int32_t>(plan, conversion, tensors);
#else
  (void)plan, (void)conversion, (void)tensors;
#endif
}

}  // namespace poolscope
