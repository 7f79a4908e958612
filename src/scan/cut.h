/*
 * Rows in time order cut at the boundaries of periods: period i is [boundaries[i],
 * boundaries[i + 1]). Private to scan/.
 *
 *     struct stw_cut cut;
 *     stw_cut_start(&cut, boundaries, boundary_count, run.time_ns, run.count);
 *     while (stw_cut_next(&cut))
 *         ... rows [cut.from, cut.end) lie in period cut.period ...
 *
 * Readings come at a steady rate, so a period mostly has as many rows as the one before: that is
 * tried first, two comparisons a period; else both lists are searched by doubling steps. Nothing is
 * assumed about periods, so days of 23 hours, months and gaps are like any others.
 */
#ifndef STW_SCAN_CUT_H
#define STW_SCAN_CUT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct stw_cut {
    const int64_t *boundaries;
    const int64_t *times;
    uint32_t boundary_count;
    uint32_t count; /* of times */
    uint32_t period;
    uint32_t from;
    uint32_t end;
    uint32_t guess; /* rows of the period before */
};

/* The first of [from, end) that is at or after time_ns, or end. */
uint32_t stw_cut_lower(const int64_t *times, uint32_t from, uint32_t end, int64_t time_ns);

/* The period that holds an instant; the instant lies within the boundaries. */
uint32_t stw_cut_period(const int64_t *boundaries, uint32_t boundary_count, int64_t time_ns);

/* All times lie within the boundaries. */
static inline void stw_cut_start(struct stw_cut *cut, const int64_t *boundaries,
                                 uint32_t boundary_count, const int64_t *times, uint32_t count)
{
    *cut = (struct stw_cut){.boundaries = boundaries,
                            .times = times,
                            .boundary_count = boundary_count,
                            .count = count,
                            .guess = 1};
    if (count > 0)
        cut->period = stw_cut_period(boundaries, boundary_count, times[0]);
}

/* The next period that has rows; false: all rows are through. */
static inline bool stw_cut_next(struct stw_cut *cut)
{
    const int64_t *times = cut->times;
    uint32_t from = cut->end, count = cut->count;
    if (from >= count)
        return false;
    assert(times[from] >= cut->boundaries[0]);
    if (times[from] >= cut->boundaries[cut->period + 1])
        cut->period += 1;
    if (times[from] >= cut->boundaries[cut->period + 1])
        cut->period = stw_cut_lower(cut->boundaries, cut->period + 1, cut->boundary_count - 1,
                                    times[from] + 1) -
                      1;
    int64_t until_ns = cut->boundaries[cut->period + 1];
    uint32_t end = from + cut->guess;
    if (end > count || times[end - 1] >= until_ns || (end < count && times[end] < until_ns))
        end = stw_cut_lower(times, from, count, until_ns);
    cut->from = from;
    cut->end = end;
    cut->guess = end - from;
    return true;
}

#endif
