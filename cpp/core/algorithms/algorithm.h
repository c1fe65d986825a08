// An algorithm that reduces one plane after the other. routes.cpp chooses which one serves a plan.
#pragma once

#include <cstdint>

namespace poolscope {

class Algorithm {
 public:
  /// False when there is no memory; called once, first.
  virtual bool prepare() = 0;
  /// A plane's windows from its input to its own part of the results; `indices` is null where none are asked for.
  virtual void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) = 0;

 protected:
  ~Algorithm() = default;
};

}  // namespace poolscope
