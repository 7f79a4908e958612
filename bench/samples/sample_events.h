/* Faults of elevators and access control, and the inspections that should have been made. */
#ifndef BENCH_SAMPLE_EVENTS_H
#define BENCH_SAMPLE_EVENTS_H

#include "sample_property.h"
#include "sample_trouble.h"

/* folder/faults.csv; plants a worsening elevator and a repeated fault. Returns the rows. */
long sample_faults_write(const struct sample_property *property, struct sample_plan *plan,
                         const char *folder);

/* folder/inspections.csv; plants duties that were missed. Needs device->values. */
long sample_inspections_write(const struct sample_property *property, struct sample_plan *plan,
                              const char *folder);

/* folder/work_orders.csv; plants a slow vendor and breaches. Returns the rows. */
long sample_orders_write(const struct sample_property *property, struct sample_plan *plan,
                         const char *folder);

/* One visit of the technician who looks after an elevator. */
struct sample_visit {
    int64_t at_ns;
    int day, due_day;
};

/* All visits to a lift: every 15 days at most, but for one week-long delay at one lift of the
 * property, whose place among the visits goes to *late (-1: none). Returns their number. */
enum { SAMPLE_VISITS_MAX = 128 };
int sample_lift_visits(const struct sample_property *property, int device,
                       struct sample_visit visits[SAMPLE_VISITS_MAX], int *late);

#endif
