/*
 * What the meters say about what really flows: registers with their steps, multipliers and
 * troubles, gaps, and the reading files. Also the device registry, which records exchanges.
 */
#ifndef BENCH_SAMPLE_READINGS_H
#define BENCH_SAMPLE_READINGS_H

#include "sample_property.h"
#include "sample_trouble.h"

/* folder/readings/<site>-<yyyy-mm>.csv.zst for every site and month, and folder/devices.csv.
 * Returns the number of readings. */
long sample_readings_write(const struct sample_property *property, const struct sample_plan *plan,
                           const char *folder, int level);

#endif
