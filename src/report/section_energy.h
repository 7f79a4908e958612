/*
 * Energy comparison: per kind, unit and role of meters the use of the month against the month
 * before, the same month last year and the year so far; raw, per day and like for like; per area
 * and household, cost, and the meters that were left out with the reason.
 */
#ifndef STW_REPORT_SECTION_ENERGY_H
#define STW_REPORT_SECTION_ENERGY_H

#include "analysis/energy.h"
#include "report/energy_suspects.h"
#include "report/section_tools.h"

/* Use by month of all meters of one kind, unit and role, for the charts: a list that grows beside
 * stw_energy_add. */
struct stw_energy_history {
    struct stw_energy_history *next;
    struct stw_slice kind;
    struct stw_slice unit;
    struct stw_slice role;
    struct stw_wide *uses; /* one a month of the spec */
    uint32_t *meters;      /* with data in it */
};

/* Adds a meter's months to its history, which is made when it is the first of its kind. `list`
 * starts as NULL. STW_ERR_LIMIT when a sum does not fit 128 bits. */
int stw_energy_history_add(struct stw_energy_history **list, const struct stw_energy_meter *meter,
                           uint32_t month_count, struct stw_arena *arena,
                           struct stw_error *err) STW_CHECKED;

struct stw_energy_part {
    const struct stw_energy *energy; /* finished */
    const struct stw_energy_history *history;
    const struct stw_energy_suspect *suspects; /* to be checked; may be NULL */
    struct stw_slice command;                  /* lists the use of each meter and month */
};

/* A like-for-like change from last year that becomes a conclusion, and one that is bad. */
#define STW_ENERGY_CHANGE_NOTICE .05
#define STW_ENERGY_CHANGE_BAD    .10

/* Adds the section and its conclusions; nothing without lines. */
void stw_report_add_energy(struct stw_report *report, const struct stw_energy_part *part);

#endif
