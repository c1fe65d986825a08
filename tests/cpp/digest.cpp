// Prints one digest per operator and dtype over seeded random requests. Built natively, with one lane, under the
// sanitizers and to WASM: the lines must be the same everywhere.
#include <cstdio>
#include <cstring>
#include <vector>

#include "core/api/pool.h"
#include "core/support/rounding.h"

namespace poolscope {
namespace {

/// xorshift: the standard library's distributions differ between implementations.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed * 2654435761u + 1) {}
  uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  int64_t below(int64_t n) { return static_cast<int64_t>(next() >> 4) % n; }

 private:
  uint32_t state_;
};

class Digest {
 public:
  void add(const void* data, size_t bytes) {
    const uint8_t* from = static_cast<const uint8_t*>(data);
    for (size_t i = 0; i < bytes; ++i) hash_ = (hash_ ^ from[i]) * 1099511628211u;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 14695981039346656037u;
};

template <class T>
T element(Random& random) {
  const int64_t dice = random.below(40);
  if constexpr (is_real<T>) {
    using V = ValueOf<T>;
    const V specials[] = {V(0), V(-0.0), std::numeric_limits<V>::infinity(), -std::numeric_limits<V>::infinity(),
                          std::numeric_limits<V>::quiet_NaN()};
    if (dice < 5) return store_real<T>(specials[dice]);
    return store_real<T>(static_cast<V>(static_cast<double>(static_cast<int32_t>(random.next())) / 0x1p24));
  } else {
    return static_cast<T>(dice < 3 ? dice : random.next());
  }
}

Request request_of(Operator op, DType dtype, Random& random) {
  Request r;
  r.op = op;
  r.dtype = dtype;
  r.rank = 1 + static_cast<int32_t>(random.below(3));
  r.channels_last = random.below(2) == 1;
  r.batch = 1 + random.below(2);
  r.channels = 1 + random.below(6);
  r.ceil_mode = random.below(2) == 1;
  r.count_include_pad = random.below(2) == 1;
  r.has_divisor = random.below(4) == 0;
  r.divisor = 5;
  const double norms[] = {1, 2, 3, 2.5};
  r.norm_type = norms[random.below(4)];
  r.onnx_lp = random.below(2) == 1;
  r.with_indices = picks_element(op) && random.below(2) == 1;
  for (int32_t a = 3 - r.rank; a < 3; ++a) {
    r.input[a] = 1 + random.below(r.rank == 3 ? 8 : 30);
    r.kernel[a] = 1 + random.below(6);
    r.stride[a] = 1 + random.below(3);
    r.dilation[a] = op == Operator::max_unpool ? 1 : 1 + random.below(2);
    r.pad_before[a] = r.pad_after[a] = random.below(((r.kernel[a] - 1) * r.dilation[a] + 1) / 2 + 1);
    if (is_adaptive(op) || op == Operator::fractional_max) r.size[a] = 1 + random.below(r.input[a]);
    if (op == Operator::max_backward) r.size[a] = 1 + random.below(5);
    if (op == Operator::max_unpool) r.pad_before[a] = r.pad_after[a] = 0;
  }
  // Square windows over lines of many vectors have kernels of their own.
  if (r.rank == 2 && (op == Operator::max || op == Operator::min || op == Operator::avg) && random.below(2) == 1) {
    const int64_t kernel = 2 + random.below(8), stride = 1 + random.below(2),
                  dilation = 1 + (2 - stride) * random.below(2);
    r.with_indices = false;
    r.input = {1, 20 + random.below(20), 20 + random.below(130)};
    r.kernel = {1, kernel, kernel};
    r.stride = {1, stride, stride};
    r.dilation = {1, dilation, dilation};
    r.pad_before = r.pad_after = {0, random.below(kernel / 2 + 1), random.below(kernel / 2 + 1)};
  } else if (random.below(6) == 0) {  // so have narrow planes, where there are many
    r.channels = 16 + random.below(30);
  }
  return r;
}

/// NaN has many bit patterns and JavaScript may change them; here each counts as one.
template <class T>
void add_values(Digest& digest, const std::vector<T>& values) {
  for (const T& value : values) {
    if (is_nan(load_element(value))) digest.add("nan", 3);
    else digest.add(&value, sizeof value);
  }
}

template <class T>
bool run_once(const Request& request, Random& random, Digest& digest) {
  Plan plan;
  if (make_plan(request, plan)) return false;
  const int64_t planes = request.batch * request.channels;
  const int64_t from = is_backward(request.op) ? plan.output_cells() : plan.input_cells();
  std::vector<T> input(static_cast<size_t>(planes * from)), output(static_cast<size_t>(planes * plan.result_cells()));
  std::vector<int32_t> input_indices(input.size()), output_indices(request.with_indices ? output.size() : 0, -2);
  std::vector<double> samples(static_cast<size_t>(planes * request.rank));
  for (T& value : input) value = element<T>(random);
  for (int32_t& index : input_indices) index = static_cast<int32_t>(random.below(plan.result_cells() + 1)) - 1;
  for (double& sample : samples) sample = static_cast<double>(random.below(1 << 20)) / (1 << 20);
  Tensors tensors;
  tensors.input = input.data();
  tensors.input_indices = input_indices.data();
  tensors.samples = samples.data();
  tensors.output = output.data();
  tensors.output_indices = request.with_indices ? output_indices.data() : nullptr;
  if (run(plan, tensors)) return false;
  add_values(digest, output);
  digest.add(output_indices.data(), output_indices.size() * sizeof(int32_t));
  return true;
}

}  // namespace
}  // namespace poolscope

int main() {
  using namespace poolscope;
  const char* operators[] = {
#define X(name) #name,
      POOLSCOPE_OPERATORS(X)
#undef X
  };
  for (int32_t op = 0; op < operator_count; ++op) {
#define X(name, type)                                                                                  \
  {                                                                                                    \
    Random random(static_cast<uint32_t>(op) * 16 + static_cast<uint32_t>(DType::name) + 1);            \
    Digest digest;                                                                                     \
    int done = 0;                                                                                      \
    for (int i = 0; i < 200; ++i) {                                                                    \
      const Request request = request_of(static_cast<Operator>(op), DType::name, random);              \
      done += run_once<type>(request, random, digest);                                                 \
    }                                                                                                  \
    std::printf("%s %s %d %016llx\n", operators[op], #name, done, (unsigned long long)digest.value()); \
  }
    POOLSCOPE_DTYPES(X)
#undef X
  }
}
