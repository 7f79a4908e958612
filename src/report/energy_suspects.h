/*
 * Meters whose use changed so much against last year that a change of the meter is likelier than
 * one of use: another unit, multiplier or supply. They are named before anything is concluded from
 * the sums they are in.
 *
 * Household meters are not looked at: a flat stands empty, or is let again.
 */
#ifndef STW_REPORT_ENERGY_SUSPECTS_H
#define STW_REPORT_ENERGY_SUSPECTS_H

#include "analysis/energy.h"

/* Beyond these a change is suspect, from a monthly base of so many times the smallest one that
 * takes a percentage: a garden tap that fills a pool says nothing. */
#define STW_SUSPECT_BASE 10.0
#define STW_SUSPECT_FALL (-.60)
#define STW_SUSPECT_RISE 1.50

struct stw_energy_suspect {
    struct stw_energy_suspect *next;
    struct stw_slice kind;
    struct stw_slice unit;
    struct stw_slice role;
    struct stw_slice site;
    struct stw_slice building;
    struct stw_slice device;
    bool changed[STW_AGAINST_COUNT]; /* LAST_YEAR, YEAR_TO_DATE: which comparison is suspect */
    double share[STW_AGAINST_COUNT]; /* of those */
};

/* Adds the meter where it is suspect: complete on both sides and beyond the bounds. `energy` is
 * initialised; texts are copied to the arena. `list` starts as NULL and keeps the order of arrival.
 * STW_ERR_LIMIT when a sum does not fit 128 bits. */
int stw_energy_suspect_add(struct stw_energy_suspect **list, const struct stw_energy *energy,
                           const struct stw_energy_meter *meter, struct stw_arena *arena,
                           struct stw_error *err) STW_CHECKED;

/* The meter is part of that line's sums. */
bool stw_energy_suspect_in(const struct stw_energy_suspect *suspect,
                           const struct stw_energy_line *line);

#endif
