/* Places in ascending numbers. */
#ifndef STW_BASE_SEARCH_H
#define STW_BASE_SEARCH_H

#include <stdint.h>

/* The first place of [from, end) whose value is `wanted` or more, or end. */
static inline uint32_t stw_search_first(const int64_t *values, uint32_t from, uint32_t end,
                                        int64_t wanted)
{
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (values[middle] < wanted)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

#endif
