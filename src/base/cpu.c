/* Processor features; see cpu.h. */
#include "base/cpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool features[STW_CPU_AVX512 + 1];

static void detect(void)
{
    const char *wanted = getenv("STEWARD_CPU");
    if (wanted != NULL && strcmp(wanted, "scalar") == 0)
        return;
#if defined(__x86_64__)
    __builtin_cpu_init();
    /* LZCNT cannot be asked for in clang 14; every processor with AVX2 and BMI2 has it. */
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2");
    features[STW_CPU_AVX2] = avx2;
    features[STW_CPU_AVX512] =
        avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi");
#endif
}

bool stw_cpu_has(enum stw_cpu_feature feature)
{
    pthread_once(&once, detect);
    return features[feature];
}
