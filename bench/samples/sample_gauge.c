/* Weather, voltages, pressures and temperatures; see sample_demand.h. */
#include "sample_chance.h"
#include "sample_csv.h"
#include "sample_demand.h"

#include <math.h>

struct climate {
    double mean, season, day; /* °C: of the year, amplitudes of the year and of a day */
    double coldest_day;
    double restless; /* standard deviation of a day's departure */
};
static const struct climate climates[] = {
    [SAMPLE_CHINA] = {17.4, 12.0, 3.9, 24, 2.9},
    [SAMPLE_GERMANY] = {10.4, 9.6, 3.6, 19, 3.3},
};

double *sample_weather(const struct sample_property *property, int site)
{
    const struct sample_grid *grid = &property->grids[site];
    const struct climate *climate = &climates[sample_sites[site].country];
    /* Sites in one country share their weather, up to the noise of the sensor. */
    struct chance chance = chance_of(property->seed, "weather", sample_sites[site].zone);
    double *departure = sample_alloc((size_t)grid->days + 2, sizeof(*departure));
    for (int day = 1; day < grid->days + 2; day++)
        departure[day] =
            0.75 * departure[day - 1] + 0.66 * climate->restless * chance_normal(&chance);
    double *outdoor = sample_alloc((size_t)grid->steps + 1, sizeof(*outdoor));
    for (int i = 0; i <= grid->steps; i++) {
        const struct sample_moment *moment = &grid->moments[i];
        double of_day = moment->minute / 1440.0;
        double year = (moment->year_day + of_day - climate->coldest_day) / 365.25;
        /* Warmest at three in the afternoon; a bright day swings more than a dull one. */
        double swing = climate->day * (1 + 0.08 * departure[moment->day]);
        outdoor[i] = climate->mean - climate->season * chance_cosine(year) +
                     swing * chance_cosine(of_day - 15.0 / 24) +
                     departure[moment->day] * (1 - of_day) + departure[moment->day + 1] * of_day;
    }
    sample_free(departure);
    return outdoor;
}

/* Red noise: remembers `memory` of itself from step to step, standard deviation 1. */
static double red_noise(struct chance *chance, double *state, double memory)
{
    *state = memory * *state + sqrt(1 - memory * memory) * chance_normal(chance);
    return *state;
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static bool plant_runs(const struct sample_moment *moment)
{
    return moment->workday && moment->minute >= 7 * 60 && moment->minute < 19 * 60;
}

/* The trouble-free value of a gauge. */
static double gauge_value(const struct sample_device *device, const struct sample_moment *moment,
                          double outdoor, double noise, double *damped)
{
    double of_day = moment->minute / 1440.0, evening = chance_cosine(of_day - 20.0 / 24);
    switch (device->profile) {
    case SAMPLE_OUTDOOR:
        return outdoor + 0.15 * noise;
    case SAMPLE_ROOM: /* a day or so behind outdoor air, a third of its swing */
        *damped += (outdoor - *damped) / 140;
        return device->size + (*damped - 16) / 3 + 0.15 * noise;
    case SAMPLE_MACHINE: /* ventilated: never above 38.5 while the fan runs */
        *damped += (outdoor - *damped) / 10;
        return clamp(*damped + device->size + (plant_runs(moment) ? 1.5 : 0) + 0.3 * noise, 6,
                     38.5);
    case SAMPLE_SUPPLY:
        if (outdoor > 21 && plant_runs(moment))
            *damped += (device->size - *damped) / 3;
        else
            *damped += (19 - *damped) / 40;
        return *damped + 0.08 * noise;
    case SAMPLE_OUTLET:
        return device->size + 0.35 * evening + 0.12 * noise;
    case SAMPLE_BAND: /* a dip in the morning and evening peaks */
        return clamp(device->size - 0.018 * (chance_cosine(2 * of_day - 0.1) > 0.4) + 0.005 * noise,
                     0.31, 0.53);
    case SAMPLE_MAINS: { /* high at night, low in the evening peak */
        double high = sample_sites[device->site].country == SAMPLE_CHINA ? 233.5 : 234.5;
        return clamp(device->size - 1.8 * evening + 1.5 * noise, 212, high);
    }
    default:
        sample_die("%s has no model of a gauge", device->id);
    }
}

void sample_gauge_fill(struct sample_property *property, const struct sample_plan *plan,
                       int device_index, const double *outdoor)
{
    struct sample_device *device = &property->devices[device_index];
    const struct sample_grid *grid = &property->grids[device->site];
    struct chance chance = chance_of(property->seed, "gauge", device->id);
    double scale = 1, state = 0, damped = device->profile == SAMPLE_SUPPLY ? 15 : outdoor[0];
    for (int i = 0; i < device->scale; i++)
        scale *= 10;
    for (int i = 0; i <= grid->steps; i++) {
        double noise = red_noise(&chance, &state, 0.8);
        double value = gauge_value(device, &grid->moments[i], outdoor[i], noise, &damped) * scale;
        const struct sample_trouble *near = sample_trouble_at(plan, device_index, SAMPLE_NEAR, i);
        if (near != NULL)
            value = (double)near->amount * (1 + 0.015 * clamp(noise, -2, 2));
        const struct sample_trouble *offset =
            sample_trouble_at(plan, device_index, SAMPLE_OFFSET, i);
        if (offset != NULL)
            value += (double)offset->amount;
        device->values[i] = (int32_t)floor(value + 0.5);
    }
}
