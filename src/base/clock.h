/*
 * The clock, injectable. Nothing that decides reads the system's clock by itself: it is handed a
 * `struct stw_clock`, so tests and replays say what time it is. Progress bars and log lines may
 * use the real one.
 */
#ifndef STW_BASE_CLOCK_H
#define STW_BASE_CLOCK_H

#include <stdint.h>

#define STW_NS_PER_US     INT64_C(1000)
#define STW_NS_PER_MS     INT64_C(1000000)
#define STW_NS_PER_SECOND INT64_C(1000000000)
#define STW_NS_PER_MINUTE (60 * STW_NS_PER_SECOND)
#define STW_NS_PER_HOUR   (3600 * STW_NS_PER_SECOND)
#define STW_NS_PER_DAY    (86400 * STW_NS_PER_SECOND)

struct stw_clock {
    int64_t (*now_ns)(void *context); /* ns since 1970-01-01 UTC */
    void *context;
};

/* CLOCK_REALTIME, or the instant of STEWARD_NOW (ns since 1970) where that is set. */
struct stw_clock stw_clock_system(void);

/* Always *at_ns; the pointer stays the caller's. */
struct stw_clock stw_clock_fixed(int64_t *at_ns);

/* CLOCK_MONOTONIC, for durations shown to a person. */
int64_t stw_clock_monotonic_ns(void);

static inline int64_t stw_clock_now(struct stw_clock clock)
{
    return clock.now_ns(clock.context);
}

#endif
