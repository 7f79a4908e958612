/*
 * What the processor can do, asked once. A kernel's variants are picked with it at start;
 * STEWARD_CPU=scalar makes every answer no, so that the portable code can be run anywhere.
 */
#ifndef STW_BASE_CPU_H
#define STW_BASE_CPU_H

#include <stdbool.h>

enum stw_cpu_feature {
    STW_CPU_AVX2,  /* with BMI1, BMI2 and LZCNT */
    STW_CPU_AVX512 /* F, BW, DQ, VL and VBMI, besides the above */
};

bool stw_cpu_has(enum stw_cpu_feature feature);

#endif
