#include "loops.hpp"

namespace cisterna {

namespace plain {
extern const Loops loops;
}
#ifdef CISTERNA_WIDE
namespace avx2 {
extern const Loops loops;
}
namespace avx512 {
extern const Loops loops;
}
#endif

const Loops& widest_loops() {
#ifdef CISTERNA_WIDE
    static const Loops& chosen = [] () -> const Loops& {
        __builtin_cpu_init();
        const bool fused = __builtin_cpu_supports("fma");
        if (fused && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl"))
            return avx512::loops;
        if (fused && __builtin_cpu_supports("avx2")) return avx2::loops;
        return plain::loops;
    }();
    return chosen;
#else
    return plain::loops;
#endif
}

}  // namespace cisterna
