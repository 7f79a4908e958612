/*
 * Durations as people write them: "10 min", "72 h", "3 days", "1h30min", "0.5 h", "4 weeks",
 * "10 分钟", "2 小时 30 分钟", "1 month". Exact times and calendar months are different kinds and
 * are not mixed. A bare "m" is refused: minute or month?
 */
#ifndef STW_TIME_DURATION_H
#define STW_TIME_DURATION_H

#include "base/error.h"
#include "base/slice.h"

#include <stdint.h>

enum { STW_DURATION_TEXT_MAX = 64 }; /* bytes of text */

/* Either ns or months is set; both are 0 for "0 s". Never negative. */
struct stw_duration {
    int64_t ns;
    int months; /* "1 month", "2 个月", "1 year" = 12 */
};

int stw_duration_parse(struct stw_slice text, struct stw_duration *out,
                       struct stw_error *err) STW_CHECKED;

enum { STW_DURATION_FORMAT_SIZE = 48 };

/* "2 h 30 min", "3 d", "250 ms", "-5 s": at most `parts` units side by side, the rest rounded half
 * away from zero; parts >= 7 is exact. Returns the length. */
int stw_duration_format(int64_t ns, int parts, char text[STW_DURATION_FORMAT_SIZE]);

#endif
