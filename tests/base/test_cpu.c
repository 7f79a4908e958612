/* Processor features against the kernel's list of them. */
#include "base/cpu.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool kernel_lists(const char *flag)
{
    char line[8192], wanted[64];
    bool found = false;
    snprintf(wanted, sizeof(wanted), " %s ", flag);
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
        found = strncmp(line, "flags", 5) == 0 && strstr(line, wanted) != NULL;
    if (file != NULL)
        fclose(file);
    return found;
}

static void agrees_with_the_kernel(void)
{
    const char *forced = getenv("STEWARD_CPU");
    bool scalar = forced != NULL && strcmp(forced, "scalar") == 0;
    CU_ASSERT_EQUAL(stw_cpu_has(STW_CPU_AVX2), !scalar && kernel_lists("avx2"));
    CU_ASSERT_EQUAL(stw_cpu_has(STW_CPU_AVX512),
                    !scalar && kernel_lists("avx512vbmi") && kernel_lists("avx512vl"));
}

STW_SUITE(cpu, {"agrees with the kernel", agrees_with_the_kernel});
