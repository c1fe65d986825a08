#include "tester.h"

#include "reference.h"

namespace poolscope::testing {
namespace {

constexpr size_t guard = 64;
constexpr uint8_t guard_byte = 0xa5;

}  // namespace

std::string describe(const Request& r) {
  const auto triple = [](const Triple& t) {
    return "(" + std::to_string(t[0]) + "," + std::to_string(t[1]) + "," + std::to_string(t[2]) + ")";
  };
  return std::string(name_of(r.op)) + " " + name_of(r.dtype) + " rank " + std::to_string(r.rank) +
         (r.channels_last ? " channels_last" : "") + " batch " + std::to_string(r.batch) + " channels " +
         std::to_string(r.channels) + " input " + triple(r.input) + " kernel " + triple(r.kernel) + " stride " +
         triple(r.stride) + " dilation " + triple(r.dilation) + " padding " + std::to_string(int(r.padding)) + " " +
         triple(r.pad_before) + triple(r.pad_after) + " ceil " + std::to_string(r.ceil_mode) + " include_pad " +
         std::to_string(r.count_include_pad) + " divisor " + (r.has_divisor ? std::to_string(r.divisor) : "-") +
         " norm " + std::to_string(r.norm_type) + (r.onnx_lp ? " onnx" : "") + (r.image_alpha ? " alpha" : "") +
         (r.with_indices ? " indices" : "") + " size " + triple(r.size);
}

void run_reference(const Plan& plan, const Tensors& tensors) { reference::run(plan, tensors); }

template <class T>
void Tester::compare(const Plan& plan) {
  const int64_t planes = request_.batch * request_.channels;
  const int64_t from_cells = is_backward(request_.op) ? plan.output_cells() : plan.input_cells();
  const int64_t to_cells = plan.result_cells();
  std::vector<T> input(static_cast<size_t>(planes * from_cells));
  for (T& element : input) element = random_element<T>(random_, values_);
  std::vector<int32_t> indices(reads_indices(request_.op) ? input.size() : 0);
  for (int32_t& index : indices) {
    index = to_cells == 0 ? -1 : static_cast<int32_t>(random_() % static_cast<uint32_t>(to_cells + 1)) - 1;
  }
  std::vector<double> samples(static_cast<size_t>(planes * request_.rank));
  for (double& sample : samples) sample = static_cast<double>(random_() >> 8) / 0x1p24;

  const size_t out_bytes = static_cast<size_t>(planes * to_cells) * sizeof(T);
  const size_t index_bytes = static_cast<size_t>(planes * to_cells) * sizeof(int32_t);
  std::vector<uint8_t> got(out_bytes + 2 * guard, guard_byte), got_indices(index_bytes + 2 * guard, guard_byte);
  std::vector<uint8_t> want(out_bytes, 0), want_indices(index_bytes, 0);
  const std::vector<T> input_before = input;

  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = indices.data();
  tensors.samples = samples.data();
  tensors.output = got.data() + guard;
  tensors.output_indices = request_.with_indices ? reinterpret_cast<int32_t*>(got_indices.data() + guard) : nullptr;
  ASSERT_EQ(run(plan, tensors).status, Status::ok) << describe(request_);
  EXPECT_TRUE(input.empty() || std::memcmp(input.data(), input_before.data(), input.size() * sizeof(T)) == 0);

  tensors.output = want.data();
  tensors.output_indices = request_.with_indices ? reinterpret_cast<int32_t*>(want_indices.data()) : nullptr;
  run_reference(plan, tensors);

  for (size_t i = 0; i < guard; ++i) {
    ASSERT_EQ(got[i], guard_byte);
    ASSERT_EQ(got[guard + out_bytes + i], guard_byte);
    ASSERT_EQ(got_indices[i], guard_byte);
    ASSERT_EQ(got_indices[guard + index_bytes + i], guard_byte);
  }
  const T* got_values = reinterpret_cast<const T*>(got.data() + guard);
  for (int64_t i = 0; i < planes * to_cells; ++i) {
    ASSERT_EQ(shown(got_values, i), shown(reinterpret_cast<const T*>(want.data()), i))
        << "at element " << i << " of " << describe(request_);
    if (request_.with_indices) {
      ASSERT_EQ(shown(reinterpret_cast<const int32_t*>(got_indices.data() + guard), i),
                shown(reinterpret_cast<const int32_t*>(want_indices.data()), i))
          << "at index " << i << " of " << describe(request_);
    }
  }
}

Status Tester::check() {
  Plan plan;
  const Refusal refusal = make_plan(request_, plan);
  if (refusal) return refusal.status;
  switch (request_.dtype) {
#define X(name, type) \
  case DType::name: compare<type>(plan); break;
    POOLSCOPE_DTYPES(X)
#undef X
  }
  return Status::ok;
}

Request random_request(Operator op, DType dtype, std::mt19937& random) {
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint32_t>(n)); };
  Request r;
  r.op = op;
  r.dtype = dtype;
  r.rank = 1 + static_cast<int32_t>(below(3));
  r.channels_last = below(2) == 1;
  r.batch = below(8) == 0 ? 0 : 1 + below(2);
  r.channels = 1 + below(below(3) == 0 ? 21 : 4);
  r.ceil_mode = below(2) == 1;
  r.count_include_pad = below(2) == 1;
  r.has_divisor = below(4) == 0;
  r.divisor = below(2) == 0 ? 3 : -7;
  const double norms[] = {1, 2, 3, 2.5, std::numeric_limits<double>::infinity()};
  r.norm_type = norms[below(5)];
  r.onnx_lp = below(2) == 1;
  r.with_indices = picks_element(op) && below(2) == 1;
  r.padding = static_cast<Padding>(below(padding_count));
  const int64_t largest = r.rank == 3 ? 9 : r.rank == 2 ? 23 : 70;
  const bool wide = below(3) == 0;
  for (int32_t a = 3 - r.rank; a < 3; ++a) {
    r.input[a] = 1 + below(largest);
    if (wide && a == 2 && r.rank < 3) r.input[a] += 60;
    r.kernel[a] = 1 + below(below(3) == 0 ? std::min<int64_t>(r.input[a] + 3, 20) : 4);
    r.stride[a] = 1 + below(4);
    const bool dilates = op != Operator::fractional_max && op != Operator::max_unpool && below(3) == 0;
    r.dilation[a] = dilates ? 1 + below(4) : 1;
    const int64_t span = (r.kernel[a] - 1) * r.dilation[a] + 1;
    if (r.padding == Padding::symmetric_) {
      r.pad_before[a] = r.pad_after[a] = below(2) == 0 ? 0 : below(span / 2 + 1);
    } else if (r.padding == Padding::explicit_) {
      r.pad_before[a] = below(span);
      r.pad_after[a] = below(span);
    }
    if (is_adaptive(op)) r.size[a] = below(6) == 0 ? -1 : below(5) == 0 ? 1 : below(r.input[a] + 3);
    if (op == Operator::fractional_max) r.size[a] = 1 + below(std::max<int64_t>(r.input[a] - r.kernel[a] + 1, 1));
    if (op == Operator::max_unpool) {
      r.stride[a] = std::max<int64_t>(r.stride[a], 1);
      r.input[a] = 1 + below(6);
    }
    if (op == Operator::max_backward) r.size[a] = 1 + below(6);
  }
  return r;
}

}  // namespace poolscope::testing
