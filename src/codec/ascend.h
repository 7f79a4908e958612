/*
 * Whether numbers ascend, equal ones allowed: what every block of times that is read must pass. The
 * variant for the processor is picked once a call; each gives the same answer.
 */
#ifndef STW_CODEC_ASCEND_H
#define STW_CODEC_ASCEND_H

#include <stdbool.h>
#include <stdint.h>

typedef bool stw_ascend_fn(const int64_t *values, uint32_t count);

stw_ascend_fn *stw_ascend_pick(void);

stw_ascend_fn stw_ascend_scalar; /* the reference */
stw_ascend_fn stw_ascend_avx2;   /* only where stw_cpu_has(STW_CPU_AVX2) */

#endif
