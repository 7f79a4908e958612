/*
 * The rule of a zone in POSIX TZ form ("CET-1CEST,M3.5.0,M10.5.0/3"): the last line of a TZif file
 * says with it what holds after its last transition. RFC 8536, section 3.3: names in <>, hours of
 * -167 to 167. A daylight name without dates is refused, as there is no default that is true.
 */
#ifndef STW_TIME_ZONE_RULE_H
#define STW_TIME_ZONE_RULE_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_rule_kind {
    STW_RULE_MONTH_WEEK, /* Mm.w.d: d-th weekday (0 = Sunday) of week w (5 = last) of month m */
    STW_RULE_JULIAN,     /* Jn: 1 .. 365, 29 February is never counted */
    STW_RULE_DAY         /* n: 0 .. 365, 29 February is counted */
};

struct stw_rule_date {
    enum stw_rule_kind kind;
    int month, week, weekday;
    int day;
    int32_t time_s; /* local, of the day; may be negative or past 24 h */
};

struct stw_zone_rule {
    int32_t standard_s; /* offsets east of UTC */
    int32_t daylight_s;
    bool has_daylight;
    struct stw_rule_date start; /* of daylight time */
    struct stw_rule_date end;
};

/* False: not such a rule. */
bool stw_zone_rule_parse(struct stw_slice text, struct stw_zone_rule *out)
    __attribute__((warn_unused_result));

/* The instants, in seconds since 1970 UTC, at which daylight time starts and ends in `year`. */
void stw_zone_rule_year(const struct stw_zone_rule *rule, int year, int64_t *start_s,
                        int64_t *end_s);

#endif
