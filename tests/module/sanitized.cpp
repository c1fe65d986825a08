// Linked into the preset `wasm-asan` only. JavaScript keeps the tensors of a call side by side in one block, of which
// AddressSanitizer knows the ends alone. Here each call runs on copies that end where their tensor ends, at the same
// place within 16 bytes, so that one byte too far is seen.
#include <cstring>

#include "core/api/dtype.h"
#include "core/api/pool.h"

namespace poolscope {
namespace {

/// A copy of `bytes` at `from` with nothing behind it; null for null.
class Exact {
 public:
  Exact(const void* from, int64_t bytes) : bytes_(static_cast<size_t>(bytes)) {
    if (!from) return;
    const size_t shift = reinterpret_cast<uintptr_t>(from) % 16;
    memory_ = std::malloc(bytes_ + shift);
    if (!memory_) std::abort();
    copy_ = static_cast<char*>(memory_) + shift;
    std::memcpy(copy_, from, bytes_);
  }
  ~Exact() { std::free(memory_); }
  Exact(const Exact&) = delete;
  Exact& operator=(const Exact&) = delete;

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(copy_);
  }
  void put_back(void* to) const {
    if (to) std::memcpy(to, copy_, bytes_);
  }

 private:
  size_t bytes_;
  void* memory_ = nullptr;
  char* copy_ = nullptr;
};

int64_t size_of(DType dtype) {
#define X(name, type) \
  case DType::name: return sizeof(type);
  switch (dtype) { POOLSCOPE_DTYPES(X) }
#undef X
  return 0;
}

}  // namespace

Refusal real_run(const Plan& plan, const Tensors& tensors) asm("__real__ZN9poolscope3runERKNS_4PlanERKNS_7TensorsE");
Refusal wrapped_run(const Plan& plan, const Tensors& tensors) asm("__wrap__ZN9poolscope3runERKNS_4PlanERKNS_7TensorsE");

Refusal wrapped_run(const Plan& plan, const Tensors& tensors) {
  const Request& request = plan.request;
  const int64_t planes = request.batch * request.channels, each = size_of(request.dtype);
  const int64_t given = planes * (is_backward(request.op) ? plan.output_cells() : plan.input_cells());
  const int64_t made = planes * plan.result_cells();
  const Exact input(tensors.input, given * each), output(tensors.output, made * each);
  const Exact input_indices(reads_indices(request.op) ? tensors.input_indices : nullptr, given * 4);
  const Exact output_indices(request.with_indices ? tensors.output_indices : nullptr, made * 4);
  const Exact samples(request.op == Operator::fractional_max ? tensors.samples : nullptr, planes * request.rank * 8);
  Tensors exact;
  exact.input = input.as<const void>();
  exact.input_indices = input_indices.as<const int32_t>();
  exact.samples = samples.as<const double>();
  exact.output = output.as<void>();
  exact.output_indices = output_indices.as<int32_t>();
  const Refusal refusal = real_run(plan, exact);
  // Also after a refusal: the outputs have to be as they were.
  output.put_back(tensors.output);
  if (exact.output_indices) output_indices.put_back(tensors.output_indices);
  return refusal;
}

}  // namespace poolscope

// The stack of every allocation would be asked of JavaScript, and take most of the time. To keep freed memory from use
// would make the memory grow when some is freed, which no allocator that is shipped does.
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=0:allocator_may_return_null=1:quarantine_size_mb=0:thread_local_quarantine_size_kb=0";
}
