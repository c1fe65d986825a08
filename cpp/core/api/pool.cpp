#include "core/api/pool.h"

#include "core/simd/simd.h"

namespace poolscope {

const char* simd_name() { return simd::name(); }

}  // namespace poolscope
