/*
 * The time grid of a site: every quarter of an hour of the sample's months, with what the models
 * ask of it in local time. The grid runs over instants, so the days a clock changes have 92 or
 * 100 steps.
 */
#ifndef BENCH_SAMPLE_GRID_H
#define BENCH_SAMPLE_GRID_H

#include "base/clock.h"
#include "time/stamp.h"
#include "time/zone.h"

#include <stdbool.h>
#include <stdint.h>

#define SAMPLE_STEP_NS (15 * STW_NS_PER_MINUTE)

enum sample_country { SAMPLE_CHINA, SAMPLE_GERMANY };

struct sample_moment {
    int32_t offset_s;  /* local - UTC */
    uint16_t day;      /* 0 = the first local day */
    uint16_t minute;   /* of the local day, by the clock on the wall */
    uint16_t year_day; /* 0 = 1 January */
    uint8_t month;     /* 0 = the first */
    uint8_t weekday;   /* 1 = Monday */
    bool holiday;      /* public holiday */
    bool workday;      /* Monday to Friday and no holiday */
};

struct sample_grid {
    struct stw_zone *zone;
    int64_t start_ns;  /* local midnight of the first day */
    int64_t first_day; /* days since 1970-01-01 of local day 0 */
    int steps;         /* quarter hours */
    int days;
    int months;
    int first_year, first_month;   /* of month 0 */
    struct sample_moment *moments; /* steps + 1: the last is the instant after */
};

/* Dies when the zone is not installed. */
void sample_grid_init(struct sample_grid *grid, const char *zone, enum sample_country country,
                      int year, int month, int months);
void sample_grid_release(struct sample_grid *grid);

static inline int64_t sample_grid_ns(const struct sample_grid *grid, int step)
{
    return grid->start_ns + step * SAMPLE_STEP_NS;
}

/* The step of a local day's clock time; the next one where the clock skips it. */
int sample_grid_step(const struct sample_grid *grid, int day, int minute);

/* The instant of a local clock time given in seconds of a local day (may pass its end). */
int64_t sample_grid_instant(const struct sample_grid *grid, int day, int second);

/* The calendar month of grid month `month`. */
void sample_grid_month(const struct sample_grid *grid, int month, int *year, int *of_year);

#endif
