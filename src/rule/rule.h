/*
 * What a rule pack says, typed and checked: sites, tariffs, calendars, duties, rules. Plain data
 * that belongs to the pack it was loaded into (pack.h) and is never changed after loading, so any
 * number of threads may read it.
 */
#ifndef STW_RULE_RULE_H
#define STW_RULE_RULE_H

#include "base/clock.h"
#include "base/decimal.h"
#include "base/slice.h"
#include "rule/subject.h"
#include "time/calendar.h"
#include "time/duty.h"
#include "time/zone.h"

#include <stdbool.h>
#include <stdint.h>

struct stw_site {
    struct stw_slice id;       /* "" for the defaults */
    struct stw_slice name;     /* as people call it; the id where none is given */
    struct stw_slice language; /* "zh-CN", "zh-TW", "en" */
    struct stw_slice calendar; /* business hours, by name; size 0: none */
    const struct stw_zone *zone;
    int month_starts_on; /* of the accounting month, 1 .. 28 */
};

/* A price in force from a date on; the last one of its kind and site that has begun counts. */
struct stw_tariff {
    struct stw_slice kind;     /* water, power, gas ... */
    struct stw_slice site;     /* size 0: every site without one of its own */
    int64_t from_days;         /* local date, days since 1970 */
    struct stw_decimal price;  /* of one unit */
    struct stw_slice currency; /* "CNY" */
    struct stw_slice unit;     /* "m3" */
};

struct stw_named_calendar {
    struct stw_slice name;
    const struct stw_calendar *calendar;
};

enum stw_severity { STW_SEVERITY_INFO, STW_SEVERITY_WARNING, STW_SEVERITY_CRITICAL };

/* "info" "warning" "critical" */
const char *stw_severity_name(enum stw_severity severity);

struct stw_selector {
    enum stw_trait trait;
    const struct stw_slice *values; /* any of them */
    uint32_t value_count;
};

/* Something that has to be done again and again to the devices that all selectors choose. */
struct stw_duty {
    struct stw_slice name;     /* as in the column `duty` of inspections */
    struct stw_slice title_en; /* for reports; the name where none is given */
    struct stw_slice title_zh;
    const struct stw_selector *selectors; /* of devices */
    uint32_t selector_count;
    struct stw_duty_plan plan;
};

/* What makes one group of a condition that judges groups: `same: [device, code]`. */
enum { STW_SAME_CODE = STW_TRAIT_COUNT, STW_SAME_MAX = 4 };

struct stw_watch {
    enum stw_subject_table table;
    const struct stw_selector *selectors; /* all of them */
    uint32_t selector_count;
    bool expected;                       /* also what the registry lists and never reported */
    const struct stw_slice *event_kinds; /* of faults; none: corrective ones */
    uint32_t event_kind_count;
    int same[STW_SAME_MAX]; /* enum stw_trait or STW_SAME_CODE */
    uint32_t same_count;
};

struct stw_condition;
struct stw_yaml_node;

struct stw_rule {
    struct stw_slice id;
    struct stw_slice title_en; /* what the trouble is called; the id where none is given */
    struct stw_slice title_zh;
    uint32_t number; /* place in the pack */
    const char *file;
    uint32_t line;
    enum stw_severity severity;
    struct stw_watch watch;
    const struct stw_condition *condition;
    void *params;                      /* the condition's own */
    const struct stw_yaml_node *clear; /* of the file; NULL: none */
    int64_t for_ns;
    int64_t clear_for_ns;
    int64_t damp_ns;
    struct stw_slice price_kind; /* of `price: water tariff`; size 0: none */
    bool enabled;
};

#endif
