/*
 * What really flows: use and gauge values of every device on its site's grid, troubles included.
 * Meters only come in later (sample_readings.h): a stuck register does not stop the water.
 */
#ifndef BENCH_SAMPLE_DEMAND_H
#define BENCH_SAMPLE_DEMAND_H

#include "sample_property.h"
#include "sample_trouble.h"

/* Fills device->values of all devices with readings. A parent's use is the sum of its children's
 * and of what is lost before them, to the last Wh and litre. */
void sample_demand_make(struct sample_property *property, const struct sample_plan *plan);

/* The models behind it: use in thousandths of the unit during each step. */
void sample_use_fill(struct sample_property *property, const struct sample_plan *plan, int device,
                     const double *outdoor);

/* Gauge values at each step in steps of the reading; outdoor air comes from sample_weather(). */
void sample_gauge_fill(struct sample_property *property, const struct sample_plan *plan, int device,
                       const double *outdoor);

/* Outdoor temperature of a site in °C at each step; free with sample_free(). */
double *sample_weather(const struct sample_property *property, int site);

#endif
