/* Separators and line ends with AVX2: three comparisons on each half of a block. See csv_marks.c.
 */
#if defined(__x86_64__)

#include "text/csv.h"

#include <immintrin.h>

/* The attribute lets builds without this file's own flags (libFuzzer's) compile it too. */
#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint64_t half_marks(__m256i bytes, __m256i separator)
{
    __m256i newline = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'));
    __m256i carriage = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r'));
    __m256i found =
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, separator), _mm256_or_si256(newline, carriage));
    return (uint32_t)_mm256_movemask_epi8(found);
}

AVX2 void stw_csv_marks_avx2(const char *bytes, size_t blocks, char separator, uint64_t *marks)
{
    __m256i wanted = _mm256_set1_epi8(separator);
    for (size_t block = 0; block < blocks; block++, bytes += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
        marks[block] = half_marks(low, wanted) | half_marks(high, wanted) << 32;
    }
}

#else
typedef int csv_avx2_is_for_x86; /* ISO C wants a declaration in every file */
#endif
