/* Order of numbers with AVX2: four comparisons at a time; see ascend.h. */
#if defined(__x86_64__)

#include "codec/ascend.h"

#include <immintrin.h>

/* The attribute lets builds without this file's own flags (libFuzzer's) compile it too. */
__attribute__((target("avx2"))) bool stw_ascend_avx2(const int64_t *values, uint32_t count)
{
    __m256i falls = _mm256_setzero_si256();
    uint32_t i = 1;
    for (; i + 4 <= count; i += 4) {
        __m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(values + i - 1));
        __m256i at = _mm256_loadu_si256((const __m256i *)(const void *)(values + i));
        falls = _mm256_or_si256(falls, _mm256_cmpgt_epi64(before, at));
    }
    bool falls_at_end = false;
    for (; i < count; i++)
        falls_at_end |= values[i] < values[i - 1];
    return _mm256_testz_si256(falls, falls) != 0 && !falls_at_end;
}

#else
typedef int ascend_avx2_is_for_x86; /* ISO C wants a declaration in every file */
#endif
