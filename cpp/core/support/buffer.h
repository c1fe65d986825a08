// Scratch memory that reports a failed allocation instead of aborting.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace poolscope {

/// malloc, with null for what would end beyond the address space: emmalloc, in the last region below 4 GiB, adds the
/// size to its address without a look at the overflow. What it then gives is a smaller block that can be freed.
inline void* allocate_memory(size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (memory == nullptr || bytes <= UINTPTR_MAX - reinterpret_cast<uintptr_t>(memory)) return memory;
  void* const another = allocate_memory(bytes);  // while that region is taken
  std::free(memory);
  return another;
}

/// Scratch from malloc, 16-byte aligned (new aborts without exceptions; malloc returns null).
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(int64_t bytes) { allocate(bytes == 0 ? 1 : bytes); }
  ~Buffer() { std::free(memory_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// Replaces what it held; false when there is no memory. Nothing is asked for no bytes.
  bool allocate(int64_t bytes) {
    std::free(memory_);
    memory_ = nullptr;
    if (bytes == 0) return true;
    if (bytes >= 0 && static_cast<uint64_t>(bytes) <= SIZE_MAX - 16)
      memory_ = allocate_memory(static_cast<size_t>(bytes) + 16);
    return memory_ != nullptr;
  }

  explicit operator bool() const { return memory_ != nullptr; }
  uint8_t* bytes() const {
    return reinterpret_cast<uint8_t*>((reinterpret_cast<uintptr_t>(memory_) + 15) & ~uintptr_t{15});
  }
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(bytes());
  }

 private:
  void* memory_ = nullptr;
};

}  // namespace poolscope
