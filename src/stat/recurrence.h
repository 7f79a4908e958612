/*
 * Repeated events of several units: Nelson's mean cumulative function, the mean number of events a
 * unit has had by an age. It needs no model and pools units that were observed for different
 * lengths of time, which a Laplace test of pooled times does not.
 *
 * Sources: Nelson 1988, 2003; Lawless and Nadeau 1995 (robust variance).
 */
#ifndef STW_STAT_RECURRENCE_H
#define STW_STAT_RECURRENCE_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* An event of a unit at an age in any unit of time, at most the unit's end. */
struct stw_recurrence {
    uint32_t unit;
    double age;
};

struct stw_mcf_step {
    double age;
    uint32_t at_risk; /* units observed at this age; a unit counts at its own end */
    uint32_t events;
    double mean;             /* events a unit, by this age */
    double variance_robust;  /* units may differ, events of one may depend */
    double variance_poisson; /* events / at_risk^2, summed */
    double
        variance_binomial; /* events (1 - 1 / at_risk) / at_risk^2, summed (Nelson's simple one) */
};

struct stw_mcf {
    const struct stw_mcf_step *steps; /* ascending, one a distinct age of events */
    size_t step_count;
};

/* ends[u] is the age at which observation of unit u ended. STW_ERR_INPUT for an event of no unit,
 * below 0 or after its unit's end. Results in `arena`. */
int stw_mcf_estimate(const struct stw_recurrence *events, size_t event_count, const double *ends,
                     uint32_t unit_count, struct stw_arena *arena, struct stw_mcf *mcf,
                     struct stw_error *err) STW_CHECKED;

#endif
