/* Searching in ascending times; see cut.h. */
#include "scan/cut.h"

#include "base/search.h"

uint32_t stw_cut_lower(const int64_t *times, uint32_t from, uint32_t end, int64_t time_ns)
{
    uint32_t step = 1;
    /* What is looked for is near: steps are doubled until one goes too far. */
    while (step < end - from && times[from + step - 1] < time_ns) {
        from += step;
        step *= 2;
    }
    if (step < end - from)
        end = from + step;
    return stw_search_first(times, from, end, time_ns);
}

uint32_t stw_cut_period(const int64_t *boundaries, uint32_t boundary_count, int64_t time_ns)
{
    uint32_t low = 0, high = boundary_count - 1;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (boundaries[middle] <= time_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
}
