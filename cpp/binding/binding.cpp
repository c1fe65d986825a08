// The door between the core and JavaScript: converts and forwards, decides nothing. `shape`, `run` and `axis` take the
// address of a RequestBlock; the first two return a Status.
#include <emscripten/bind.h>

#include <cstdlib>

#include "core/support/buffer.h"
#include "request_block.h"

namespace poolscope::binding {
namespace {

RequestBlock& block_at(uintptr_t address) { return *pointer_of<RequestBlock*>(static_cast<double>(address)); }

int32_t answer(RequestBlock& block, const Refusal& refusal) {
  block.axis = refusal.axis;
  block.detail = refusal.detail;
  return static_cast<int32_t>(refusal.status);
}

/// What `shape` accepted last. `run` and `axis` work from it, so a call is planned once, and not again while its
/// numbers stay the same.
Plan planned;

int32_t shape(uintptr_t address) {
  RequestBlock& block = block_at(address);
  const Refusal refusal = make_plan(request_of(block), planned);
  block.result_d = static_cast<double>(planned.result[0]);
  block.result_h = static_cast<double>(planned.result[1]);
  block.result_w = static_cast<double>(planned.result[2]);
  return answer(block, refusal);
}

int32_t run(uintptr_t address) {
  RequestBlock& block = block_at(address);
  return answer(block, poolscope::run(planned, tensors_of(block)));
}

void axis(uintptr_t address, int32_t which, uintptr_t table) {
  RequestBlock& block = block_at(address);
  const Axis& chosen = planned.axes[which];
  int32_t* start = pointer_of<int32_t*>(static_cast<double>(table));
  int32_t* valid = start + chosen.output;
  int32_t* counted = valid + chosen.output;
  for (int64_t q = 0; q < chosen.output; ++q) {
    start[q] = static_cast<int32_t>(chosen.start(q));
    valid[q] = static_cast<int32_t>(chosen.valid(q));
    counted[q] = static_cast<int32_t>(chosen.counted(q));
  }
  count_coverage(chosen, counted + chosen.output);
  block.axis_input = static_cast<double>(chosen.input);
  block.axis_output = static_cast<double>(chosen.output);
  block.axis_kernel = static_cast<double>(chosen.kernel);
  block.axis_stride = static_cast<double>(chosen.stride);
  block.axis_dilation = static_cast<double>(chosen.dilation);
  block.axis_pad_before = static_cast<double>(chosen.pad_before);
  block.axis_pad_after = static_cast<double>(chosen.pad_after);
  block.axis_span = static_cast<double>(chosen.effective_kernel());
  block.axis_overhang = static_cast<double>(chosen.overhang());
  block.axis_numerator = static_cast<double>(chosen.numerator());
  block.axis_quotient = static_cast<double>(chosen.numerator()) / static_cast<double>(chosen.stride);
  block.axis_dropped = chosen.dropped;
}

uintptr_t allocate(double bytes) {
  if (!(bytes <= static_cast<double>(SIZE_MAX))) return 0;
  return reinterpret_cast<uintptr_t>(allocate_memory(static_cast<size_t>(bytes)));
}

void release(uintptr_t address) { std::free(pointer_of<void*>(static_cast<double>(address))); }

// A line each, the names on it apart by spaces. Both texts are read from memory: a string type of Embind's costs more
// than all the rest.
uintptr_t describe() {
#define X(name) #name " "
#define Y(name, type) #name " "
  static constexpr char lines[] = POOLSCOPE_VERSION "\n" POOLSCOPE_REQUEST_FIELDS(X) "\n" POOLSCOPE_OPERATORS(
      X) "\n" POOLSCOPE_DTYPES(Y) "\n" POOLSCOPE_STATUSES(X) "\n" POOLSCOPE_PADDINGS(X);
#undef X
#undef Y
  return reinterpret_cast<uintptr_t>(lines);
}

uintptr_t simd() { return reinterpret_cast<uintptr_t>(simd_name()); }

}  // namespace

EMSCRIPTEN_BINDINGS(poolscope) {
  emscripten::function("describe", &describe);
  emscripten::function("simd", &simd);
  emscripten::function("allocate", &allocate);
  emscripten::function("release", &release);
  emscripten::function("shape", &shape);
  emscripten::function("run", &run);
  emscripten::function("axis", &axis);
}

}  // namespace poolscope::binding

// In the place of Embind's own function of this name, which registers every type it knows, strings and views among
// them, and so brings their code along. Only numbers cross here.
extern "C" __attribute__((constructor)) void __embind_register_native_and_builtin_types() {
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_integer(TypeID<int32_t>::get(), "int", sizeof(int32_t), INT32_MIN, INT32_MAX);
  _embind_register_integer(TypeID<uintptr_t>::get(), "unsigned long", sizeof(uintptr_t), 0, UINTPTR_MAX);
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
}

// Newer Embind lists the blocks above, for threads that register again. There is one thread.
namespace emscripten::internal {
struct InitFunc;
extern "C" void _embind_register_bindings(InitFunc*) {}
}  // namespace emscripten::internal
