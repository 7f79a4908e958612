/* Order of numbers: every variant that the processor has against the definition, with one fall at
 * each place in turn, at the ends of the range, and for every length up to two vectors and a bit.
 */
#include "codec/ascend.h"

#include "../support/test.h"
#include "base/cpu.h"

enum { COUNT_MAX = 70 };

/* Says the same as the definition: no number is below the one before. */
static void check(stw_ascend_fn *ascends, const int64_t *values, uint32_t count, const char *name)
{
    bool want = true;
    for (uint32_t i = 0; i + 1 < count; i++)
        if (values[i + 1] < values[i])
            want = false;
    STW_EXPECT(ascends(values, count) == want, "%s, %u numbers", name, count);
}

static void check_variant(stw_ascend_fn *ascends, const char *name)
{
    int64_t values[COUNT_MAX];
    uint64_t random = 7;
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        for (uint32_t i = 0; i < count; i++)
            values[i] = (int64_t)i / 3 - 5;
        check(ascends, values, count, name);
        for (uint32_t at = 0; at < count; at++) {
            int64_t kept = values[at];
            values[at] = INT64_MIN;
            check(ascends, values, count, name);
            values[at] = INT64_MAX;
            check(ascends, values, count, name);
            values[at] = kept - 1;
            check(ascends, values, count, name);
            values[at] = kept;
        }
    }
    for (int round = 0; round < 2000; round++) {
        for (uint32_t i = 0; i < 6; i++)
            values[i] = (int64_t)(stw_test_random(&random) >> (stw_test_random(&random) % 64)) *
                        (round % 2 == 0 ? 1 : -1);
        check(ascends, values, 6, name);
    }
}

static void variants_agree(void)
{
    check_variant(stw_ascend_scalar, "scalar");
#if defined(__x86_64__)
    if (stw_cpu_has(STW_CPU_AVX2))
        check_variant(stw_ascend_avx2, "AVX2");
#endif
    check_variant(stw_ascend_pick(), "picked");
}

STW_SUITE(ascend, {"variants agree", variants_agree});
