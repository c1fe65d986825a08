#include "tester.h"

#include <cstring>
#include <functional>

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
void expect_same(const uint8_t* got, const uint8_t* want, int64_t count, const std::function<std::string()>& what) {
  // The same bits are shown in the same words: words are only made of what differs.
  for (int64_t i = 0; i < count; ++i) {
    if (std::memcmp(got + i * sizeof(T), want + i * sizeof(T), sizeof(T)) == 0) continue;
    ASSERT_EQ(shown(reinterpret_cast<const T*>(got), i), shown(reinterpret_cast<const T*>(want), i))
        << "at element " << i << " by " << what();
  }
}

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
  std::vector<uint8_t> want(out_bytes, 0), want_indices(index_bytes, 0);
  const std::vector<T> input_before = input;

  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = indices.data();
  tensors.samples = samples.data();
  tensors.output = want.data();
  tensors.output_indices = request_.with_indices ? reinterpret_cast<int32_t*>(want_indices.data()) : nullptr;
  run_reference(plan, tensors);

  const Route chosen = choose_route(plan);
  ASSERT_TRUE(supports(chosen, plan)) << describe(request_);
  for (int32_t i = -1; i < route_count; ++i) {  // the choice itself, then every route that could have been chosen
    const auto route = static_cast<Route>(i);
    if (i >= 0 && (route == chosen || !supports(route, plan))) continue;
    std::vector<uint8_t> got(out_bytes + 2 * guard, guard_byte), got_indices(index_bytes + 2 * guard, guard_byte);
    tensors.output = got.data() + guard;
    tensors.output_indices = request_.with_indices ? reinterpret_cast<int32_t*>(got_indices.data() + guard) : nullptr;
    const Refusal refusal = i < 0 ? run(plan, tensors) : run(plan, tensors, route);
    const auto what = [&] { return std::string(name_of(i < 0 ? chosen : route)) + " for " + describe(request_); };
    ASSERT_EQ(refusal.status, Status::ok) << what();
    EXPECT_TRUE(input.empty() || std::memcmp(input.data(), input_before.data(), input.size() * sizeof(T)) == 0);
    for (size_t j = 0; j < guard; ++j) {
      ASSERT_EQ(got[j], guard_byte) << what();
      ASSERT_EQ(got[guard + out_bytes + j], guard_byte) << what();
      ASSERT_EQ(got_indices[j], guard_byte) << what();
      ASSERT_EQ(got_indices[guard + index_bytes + j], guard_byte) << what();
    }
    expect_same<T>(got.data() + guard, want.data(), planes * to_cells, what);
    if (request_.with_indices) {
      expect_same<int32_t>(got_indices.data() + guard, want_indices.data(), planes * to_cells,
                           [&] { return what() + ", indices"; });
    }
    if (::testing::Test::HasFatalFailure()) return;
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
