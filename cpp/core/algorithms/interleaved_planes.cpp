#include "core/algorithms/interleaved_planes.h"

#include <algorithm>

#include "core/api/dtype.h"
#include "core/api/routes.h"
#include "core/kernels/reducers.h"
#include "core/simd/loops.h"
#include "core/support/buffer.h"

namespace poolscope {
namespace {

constexpr int64_t min_planes = 16, max_planes = 64;
constexpr int64_t max_bytes = 1024 * 1024;  // of the cells of a bundle: the second cache
// Windows of a row up to which a bundle is faster; more of them fill vectors as they lie, by two sooner.
constexpr int64_t max_width = 14, max_width_stride2 = 10;

/// Planes in a bundle at the most, in whole vectors.
int64_t max_planes_per_block(const Plan& plan) {
  const int64_t cells = std::max<int64_t>({plan.input_cells(), plan.output_cells(), 1});
  return std::min(max_planes, max_bytes / 4 / cells) & ~int64_t{3};
}

/// to[column][row] = from[row][column]
void transpose(uint32_t* to, const uint32_t* from, size_t rows, size_t columns) {
  if constexpr (simd::lanes<uint32_t> == 4) {
    if (rows >= 4 && columns >= 4) {
      for_vectors(
          0, 4, rows, [&](size_t r) __attribute__((always_inline)) {
            for_vectors(
                0, 4, columns, [&](size_t c) __attribute__((always_inline)) {
                  const uint32_t* in = from + r * columns + c;
                  const auto first = simd::load(in), second = simd::load(in + columns),
                             third = simd::load(in + 2 * columns), fourth = simd::load(in + 3 * columns);
                  const auto upper_left = simd::shuffle<0, 4, 1, 5>(first, second),
                             upper_right = simd::shuffle<2, 6, 3, 7>(first, second),
                             lower_left = simd::shuffle<0, 4, 1, 5>(third, fourth),
                             lower_right = simd::shuffle<2, 6, 3, 7>(third, fourth);
                  uint32_t* out = to + c * rows + r;
                  simd::store(out, simd::shuffle<0, 1, 4, 5>(upper_left, lower_left));
                  simd::store(out + rows, simd::shuffle<2, 3, 6, 7>(upper_left, lower_left));
                  simd::store(out + 2 * rows, simd::shuffle<0, 1, 4, 5>(upper_right, lower_right));
                  simd::store(out + 3 * rows, simd::shuffle<2, 3, 6, 7>(upper_right, lower_right));
                });
          });
      return;
    }
  }
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  }
}

}  // namespace

POOLSCOPE_NOINLINE bool supports_interleaved_planes(const Plan& plan) {
  const Request& request = plan.request;
  const Axis& column = plan.axes[2];
  const bool four_bytes = request.dtype == DType::float32 || request.dtype == DType::int32;
  return four_bytes && !request.channels_last && column.kind != Axis::Kind::fractional &&
         (column.kind == Axis::Kind::adaptive ||
          column.output <= (column.stride == 2 ? max_width_stride2 : max_width)) &&
         plan.planes() >= min_planes && max_planes_per_block(plan) >= min_planes;
}

POOLSCOPE_NOINLINE Refusal reduce_interleaved_planes(const Plan& plan, const Tensors& tensors) {
  const int64_t in_cells = plan.input_cells(), out_cells = plan.output_cells(), planes = plan.planes();
  // As many in each bundle.
  const int64_t each = ceil_div(planes, ceil_div(planes, max_planes_per_block(plan))),
                planes_per_block = std::min(planes, (each + 3) & ~int64_t{3});
  Request request = plan.request;
  request.channels_last = true;
  request.batch = 1;
  request.channels = planes_per_block;
  Plan block;
  if (const Refusal refusal = make_plan(request, block)) return refusal;
  const Route route = choose_route(block);
  const int64_t results = out_cells * planes_per_block;
  Buffer memory((in_cells * planes_per_block + results * (request.with_indices ? 2 : 1)) * 4);
  if (!memory) return {Status::out_of_memory};
  uint32_t *const input = memory.as<uint32_t>(), *const output = input + in_cells * planes_per_block;
  Tensors own;
  own.input = input;
  own.output = output;
  own.output_indices = reinterpret_cast<int32_t*>(output + results);
  const size_t width = static_cast<size_t>(planes_per_block);
  // Each bundle asks for the memory that the one before has just given back: only the first can be refused.
  for (int64_t first = 0; first < planes; first += planes_per_block) {
    first = std::min(first, planes - planes_per_block);  // the last bundle overlaps the one before
    transpose(input, static_cast<const uint32_t*>(tensors.input) + first * in_cells, width,
              static_cast<size_t>(in_cells));
    if (const Refusal refusal = run(block, own, route)) return refusal;
    const auto put_back = [&](void* to, const void* from) {
      transpose(static_cast<uint32_t*>(to) + first * out_cells, static_cast<const uint32_t*>(from),
                static_cast<size_t>(out_cells), width);
    };
    put_back(tensors.output, own.output);
    if (request.with_indices) put_back(tensors.output_indices, own.output_indices);
  }
  return {};
}

}  // namespace poolscope
