/*
 * Times on disk are whole numbers of a unit, the largest of a short list that divides all of them:
 * a quarter hour takes three bytes where nanoseconds take nine. Private to segment/; the codes are
 * on disk (FORMAT.md "Units of time").
 */
#ifndef STW_SEGMENT_TIME_UNIT_H
#define STW_SEGMENT_TIME_UNIT_H

#include <stdint.h>

enum { STW_TIME_UNITS = 8 };

/* Each divides the next, so the largest that suits is found in one pass. */
static const int64_t stw_time_unit_ns[STW_TIME_UNITS] = {
    1,           1000,         1000000,       1000000000,    /* ns, us, ms, s */
    60000000000, 900000000000, 3600000000000, 86400000000000 /* min, quarter hour, hour, day */
};

/* The largest unit up to `unit` that divides time_ns. */
static inline unsigned stw_time_unit_limit(unsigned unit, int64_t time_ns)
{
    while (time_ns % stw_time_unit_ns[unit] != 0)
        unit--;
    return unit;
}

#endif
