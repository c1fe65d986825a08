// Google Benchmark of the kernels on resident data, without JavaScript:
//   npm run bench:native -- --benchmark_filter='S2|R3|max/float32'
// Names: the workloads of the comparison with the peers (S1…R7), every operator in every dtype on one shape, and the
// window growing at stride 1. Bytes per second count the input once and the output once.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/api/pool.h"
#include "core/support/buffer.h"
#include "core/support/rounding.h"

namespace poolscope {
namespace {

/// xorshift: the same numbers everywhere, no NaN.
class Random {
 public:
  uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }

 private:
  uint32_t state_ = 2654435769u;
};

template <class T>
void fill(void* memory, int64_t count, Random& random) {
  for (int64_t i = 0; i < count; ++i) {
    T value;
    if constexpr (is_real<T>) {
      value = store_real<T>(static_cast<ValueOf<T>>(static_cast<int32_t>(random.next()) / 0x1p31));
    } else {
      value = static_cast<T>(random.next());
    }
    std::memcpy(static_cast<uint8_t*>(memory) + i * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
  }
}

int64_t fill(DType dtype, void* memory, int64_t count, Random& random) {
  switch (dtype) {
#define X(name, type) \
  case DType::name: fill<type>(memory, count, random); return static_cast<int64_t>(sizeof(type));
    POOLSCOPE_DTYPES(X)
#undef X
  }
  return 0;
}

void run_request(benchmark::State& state, const Request& request) {
  Plan plan;
  if (make_plan(request, plan)) {
    state.SkipWithError("refused");
    return;
  }
  const int64_t planes = request.batch * request.channels;
  const int64_t from = planes * (is_backward(request.op) ? plan.output_cells() : plan.input_cells());
  const int64_t to = planes * plan.result_cells();
  Random random;
  const Buffer input(from * 8), output(to * 8), indices((reads_indices(request.op) ? from : 0) * 4);
  const Buffer output_indices((request.with_indices ? to : 0) * 4), samples(planes * request.rank * 8);
  if (!input || !output || !indices || !output_indices || !samples) {
    state.SkipWithError("out of memory");
    return;
  }
  const int64_t size = fill(request.dtype, input.bytes(), from, random);
  std::memset(output.bytes(), 0, static_cast<size_t>(to * 8));
  if (reads_indices(request.op)) {
    for (int64_t i = 0; i < from; ++i) {
      indices.as<int32_t>()[i] = static_cast<int32_t>(random.next() % static_cast<uint32_t>(plan.result_cells()));
    }
  }
  for (int64_t i = 0; i < planes * request.rank; ++i) samples.as<double>()[i] = random.next() / 0x1p32;
  Tensors tensors;
  tensors.input = input.bytes();
  tensors.input_indices = indices.as<int32_t>();
  tensors.samples = samples.as<double>();
  tensors.output = output.bytes();
  tensors.output_indices = request.with_indices ? output_indices.as<int32_t>() : nullptr;
  for (auto _ : state) {
    if (run(plan, tensors)) {
      state.SkipWithError("refused");
      return;
    }
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * (from + to) * size);
}

void add(const std::string& name, const Request& request) {
  benchmark::RegisterBenchmark(name.c_str(), [request](benchmark::State& state) { run_request(state, request); });
}

struct Window {
  int64_t kernel, stride, padding = 0, dilation = 1;
};

Request planar(Operator op, int64_t channels, int64_t rows, int64_t columns, Window window) {
  Request r;
  r.op = op;
  r.channels = channels;
  for (int a = 1; a < 3; ++a) {
    r.input[a] = a == 1 ? rows : columns;
    r.kernel[a] = window.kernel;
    r.stride[a] = window.stride;
    r.dilation[a] = window.dilation;
    r.pad_before[a] = r.pad_after[a] = window.padding;
  }
  return r;
}

Request picture(Operator op, int64_t rows, int64_t columns, Window window) {
  Request r = planar(op, 4, rows, columns, window);
  r.dtype = DType::uint8;
  r.channels_last = true;
  return r;
}

/// The same as tests/bench/workloads.mjs.
void add_workloads() {
  const Operator max = Operator::max, avg = Operator::avg;
  add("S1", planar(max, 3, 201, 250, {6, 2}));
  add("S2", planar(max, 64, 112, 112, {3, 2, 1}));
  add("S3", planar(max, 64, 224, 224, {2, 2}));
  add("S4", planar(max, 256, 20, 20, {5, 1, 2}));
  add("S5", planar(max, 512, 13, 13, {13, 1, 6}));
  add("S6", planar(max, 16, 128, 128, {3, 1, 2, 2}));
  add("S7", planar(max, 3, 256, 256, {5, 1, 16, 8}));
  Request real_taps = planar(avg, 64, 112, 112, {3, 2, 1});
  real_taps.count_include_pad = false;
  add("S8", real_taps);
  add("S9", planar(avg, 256, 56, 56, {2, 2}));
  Request global = planar(Operator::adaptive_avg, 2048, 7, 7, {1, 1});
  global.size = {-1, 1, 1};
  add("S10", global);
  add("S11", planar(max, 3, 512, 512, {31, 1, 15}));
  Request indexed = planar(max, 64, 112, 112, {2, 2});
  indexed.with_indices = true;
  add("S12", indexed);
  add("R1", picture(max, 1080, 1920, {2, 2}));
  add("R2", picture(max, 1080, 1920, {3, 1, 1}));
  add("R3", picture(max, 1080, 1920, {15, 1, 7}));
  add("R4", picture(avg, 2160, 3840, {2, 2}));
  add("R5", picture(avg, 1080, 1920, {9, 1, 4}));
  add("R6", picture(max, 1080, 1920, {6, 2}));
  add("R7", picture(Operator::min, 1080, 1920, {31, 1, 15}));
}

void add_window_growth() {
  for (int64_t kernel : {3, 5, 7, 9, 15, 31, 63}) {
    for (int64_t dilation : {1, 8}) {
      if (dilation > 1 && kernel != 5) continue;
      const Window window{kernel, 1, (kernel - 1) * dilation / 2, dilation};
      const std::string suffix = "/k" + std::to_string(kernel) + (dilation > 1 ? "d8" : "");
      add("window/max/rgba8" + suffix, picture(Operator::max, 1080, 1920, window));
      add("window/avg/rgba8" + suffix, picture(Operator::avg, 1080, 1920, window));
      add("window/max/float32" + suffix, planar(Operator::max, 3, 512, 512, window));
      add("window/avg/float32" + suffix, planar(Operator::avg, 3, 512, 512, window));
    }
  }
}

/// 1×16×128×128, k3 s2 p1 where the operator has a window.
void add_every_operator_and_dtype() {
  for (int32_t op = 0; op < operator_count; ++op) {
    static const char* const operators[] = {
#define X(name) #name,
        POOLSCOPE_OPERATORS(X)
#undef X
    };
    static const char* const dtypes[] = {
#define X(name, type) #name,
        POOLSCOPE_DTYPES(X)
#undef X
    };
    for (int32_t dtype = 0; dtype < dtype_count; ++dtype) {
      Request r = planar(static_cast<Operator>(op), 16, 128, 128, {3, 2, 1});
      r.dtype = static_cast<DType>(dtype);
      if (is_adaptive(r.op) || r.op == Operator::fractional_max || r.op == Operator::max_backward)
        r.size = {-1, 50, 50};
      if (r.op == Operator::fractional_max) r.pad_before = r.pad_after = {0, 0, 0};
      if (r.op == Operator::lp) r.onnx_lp = true;
      if (r.op == Operator::max_unpool) r.input = {1, 64, 64};
      add(std::string(operators[op]) + "/" + dtypes[dtype], r);
    }
  }
}

}  // namespace
}  // namespace poolscope

int main(int argc, char** argv) {
  poolscope::add_workloads();
  poolscope::add_window_growth();
  poolscope::add_every_operator_and_dtype();
  benchmark::AddCustomContext("simd", poolscope::simd_name());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
