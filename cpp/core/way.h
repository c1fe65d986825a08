// One algorithm that reduces planes. Which one serves a plan is chosen in routes.cpp; each has a file of its own.
#pragma once

#include <cstdint>

namespace poolscope {

class Way {
 public:
  /// False when there is no memory; called once, first.
  virtual bool prepare() = 0;
  /// A plane's windows from its input to its own part of the results; `indices` is null where none are asked for.
  virtual void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) = 0;

 protected:
  ~Way() = default;
};

}  // namespace poolscope
