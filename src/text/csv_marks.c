/*
 * Finding separators and line ends, 64 bytes to a word of bits; the portable kernel and the choice
 * among kernels. Eight bytes at a time: a byte equal to the wanted one is zero after the exclusive
 * or, and the exact zero-byte test leaves its top bit; a multiplication gathers the eight top bits.
 */
#include "text/csv.h"

#include "base/bits.h"
#include "base/cpu.h"

#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7F7F7F7F7F7F7F7F)

/* The top bit of every byte of `word` that is zero. */
static uint64_t zero_bytes(uint64_t word)
{
    return ~(((word & LOWS) + LOWS) | word | LOWS);
}

void stw_csv_marks_scalar(const char *bytes, size_t blocks, char separator, uint64_t *marks)
{
    uint64_t separators = ONES * (unsigned char)separator;
    for (size_t block = 0; block < blocks; block++) {
        uint64_t bits = 0;
        for (size_t part = 0; part < 8; part++) {
            uint64_t word = stw_load_le64(bytes + block * 64 + part * 8);
            uint64_t found = zero_bytes(word ^ separators) | zero_bytes(word ^ (ONES * '\n')) |
                             zero_bytes(word ^ (ONES * '\r'));
            bits |= ((found >> 7) * UINT64_C(0x0102040810204080) >> 56) << (part * 8);
        }
        marks[block] = bits;
    }
}

stw_csv_marks_fn *stw_csv_marks_pick(void)
{
#if defined(__x86_64__)
    if (stw_cpu_has(STW_CPU_AVX2))
        return stw_csv_marks_avx2;
#endif
    return stw_csv_marks_scalar;
}
