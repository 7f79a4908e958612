/* Injectable clock; see clock.h. */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * STW_NS_PER_SECOND + now.tv_nsec;
}

static int64_t system_now(void *context)
{
    (void)context;
    const char *pinned = getenv("STEWARD_NOW");
    if (pinned != NULL && pinned[0] != '\0')
        return strtoll(pinned, NULL, 10);
    return read_clock(CLOCK_REALTIME);
}

static int64_t fixed_now(void *context)
{
    return *(const int64_t *)context;
}

struct stw_clock stw_clock_system(void)
{
    struct stw_clock clock = {system_now, NULL};
    return clock;
}

struct stw_clock stw_clock_fixed(int64_t *at_ns)
{
    struct stw_clock clock = {fixed_now, at_ns};
    return clock;
}

int64_t stw_clock_monotonic_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
