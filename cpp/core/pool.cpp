#include "pool.h"

#include "simd.h"

namespace poolscope {

const char* simd_name() { return simd::name(); }

}  // namespace poolscope
