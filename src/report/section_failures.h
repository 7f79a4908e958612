/*
 * Failures of lifts and other equipment: rates with exact intervals over time in service, causes,
 * months, repeat faults, units that get worse, time to repair and availability.
 */
#ifndef STW_REPORT_SECTION_FAILURES_H
#define STW_REPORT_SECTION_FAILURES_H

#include "analysis/failures.h"
#include "report/section_tools.h"

/* One kind of equipment. Lines and lists as the functions of analysis/failures.h give them; a NULL
 * leaves its table out. */
struct stw_failures_part {
    struct stw_slice equipment; /* "elevators": the section's title */
    const struct stw_failures *failures;
    const struct stw_slice *unit_names; /* by unit, for people; NULL: the device ids */
    const struct stw_failure_lines *by_unit;
    const struct stw_failure_lines *by_group; /* of models, buildings, vendors */
    enum stw_word group_title;
    const struct stw_failure_lines *by_cause;
    const struct stw_failure_lines *by_month;
    const struct stw_failure_trend *trends;
    uint32_t trend_count;
    const struct stw_repeat_fault *repeats;
    uint32_t repeat_count;
    bool has_entrapments; /* lifts: entrapments are a safety conclusion */
    struct stw_slice id;  /* "lifts": prefix of table ids */
    struct stw_slice command;
};

/* How sure a trend must be before it is called one: the larger p of Laplace and MIL-HDBK-189,
 * times the number of units judged (Bonferroni), below this. */
#define STW_TREND_ALPHA .05

/* Adds the section and its conclusions; nothing without units. */
void stw_report_add_failures(struct stw_report *report, const struct stw_report_scope *scope,
                             const struct stw_failures_part *part);

#endif
