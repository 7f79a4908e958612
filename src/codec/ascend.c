/* Order of numbers, without a branch a number; see ascend.h. */
#include "codec/ascend.h"

#include "base/cpu.h"

bool stw_ascend_scalar(const int64_t *values, uint32_t count)
{
    bool falls = false;
    for (uint32_t i = 1; i < count; i++)
        falls |= values[i] < values[i - 1];
    return !falls;
}

stw_ascend_fn *stw_ascend_pick(void)
{
#if defined(__x86_64__)
    if (stw_cpu_has(STW_CPU_AVX2))
        return stw_ascend_avx2;
#endif
    return stw_ascend_scalar;
}
