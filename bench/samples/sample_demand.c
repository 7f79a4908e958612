/* Use of water, gas, heat and power; see sample_demand.h. */
#include "sample_demand.h"

#include "sample_chance.h"
#include "sample_csv.h"

#include <math.h>

/* Weights by hour; people at home and water drawn, awake hours only (flushes at night apart). */
static const double home_workday[24] = {0,  0,  0,  0,  0,  .3, 1.5, 1.9, 1.1, .6,  .5,  .6,
                                        .9, .6, .4, .4, .5, .8, 1.3, 1.6, 1.6, 1.5, 1.0, .4};
static const double home_weekend[24] = {0,   0,  0,  0,  0,  .1,  .5,  1.1, 1.5, 1.4, 1.1, 1.1,
                                        1.2, .9, .7, .7, .8, 1.0, 1.3, 1.4, 1.4, 1.3, .9,  .5};
/* Share of the peak. */
static const double office_hours[24] = {0,   0,  0, 0, 0,   0,  .03, .15, .6, .95, 1,   1,
                                        .75, .9, 1, 1, .98, .9, .55, .3,  .2, .1,  .05, .02};
static const double house_hours[24] = {.55, .5,  .48, .46, .46, .5,  .6,  .7, .65, .5,  .45, .45,
                                       .5,  .46, .45, .48, .55, .75, .95, 1,  1,   .95, .8,  .65};

static double by_hour(const double hours[24], const struct sample_moment *moment)
{
    int hour = moment->minute / 60;
    double part = moment->minute % 60 / 60.0;
    return hours[hour] * (1 - part) + hours[(hour + 1) % 24] * part;
}

static int hour_of(const struct sample_moment *moment)
{
    return moment->minute / 60;
}

/* Litres of one draw: flush, tap, sink, shower, washing machine. */
static int draw_litres(struct chance *chance)
{
    static const int odds[] = {42, 34, 14, 8, 2};
    switch (chance_weighted(chance, odds, 5)) {
    case 0:
        return chance_range(chance, 5, 6);
    case 1:
        return chance_range(chance, 1, 5);
    case 2:
        return chance_range(chance, 6, 15);
    case 3:
        return chance_range(chance, 28, 60);
    default:
        return chance_range(chance, 42, 58);
    }
}

static double flat_water(const struct sample_device *device, const struct sample_moment *moment,
                         struct chance *chance)
{
    double people = device->size;
    if (hour_of(moment) < 5) /* one flush a person in eight nights */
        return chance_odds(chance, people * 0.125 / 20) ? chance_range(chance, 5, 6) : 0;
    const double *hours = moment->workday ? home_workday : home_weekend;
    int draws = chance_poisson(chance, people * 0.6 / 4 * hours[hour_of(moment)]);
    int litres = 0;
    for (int i = 0; i < draws; i++)
        litres += draw_litres(chance);
    return litres;
}

static double shop_water(const struct sample_device *device, const struct sample_moment *moment,
                         struct chance *chance)
{
    double share = hour_of(moment) < 6 ? 0 : by_hour(office_hours, moment);
    double day = moment->workday ? 1 : 0.06;
    double mean_draws = device->size * 1000 / 10.4 / 4 / 6 * share * day; /* draws of 6 L */
    int litres = 0;
    for (; mean_draws > 15; mean_draws -= 15)
        litres += 6 * chance_poisson(chance, 15);
    return litres + 6 * chance_poisson(chance, mean_draws);
}

static double irrigation(const struct sample_device *device, const struct sample_moment *moment,
                         double outdoor)
{
    bool season = moment->year_day > 95 && moment->year_day < 300 && outdoor > 9;
    bool now = moment->minute >= 3 * 60 + 30 && moment->minute < 5 * 60 + 30;
    return season && now ? device->size * 250 : 0;
}

static double street_light(const struct sample_device *device, const struct sample_moment *moment)
{
    /* Half a night: 6.9 h at midwinter to 5.1 h at midsummer from midnight. */
    double half_night = 6.0 + 0.95 * chance_cosine((moment->year_day + 10) / 365.25);
    double from_midnight =
        moment->minute < 720 ? moment->minute / 60.0 : 24 - moment->minute / 60.0;
    return from_midnight < half_night ? device->size * 250 : 0;
}

/* kW wanted for cooling by a plant of `size` kW a K. */
static double cooling(double size, const struct sample_moment *moment, double outdoor, bool left_on)
{
    bool runs = left_on ||
                (moment->workday && moment->minute >= 7 * 60 + 15 && moment->minute < 18 * 60 + 45);
    return runs && outdoor > 21 ? size * (outdoor - 21) + 2 * size : 0;
}

/* Charging sessions of 7 kW, from the evening until the batteries are full. */
static double cars(const struct sample_device *device, const struct sample_moment *moment,
                   struct chance *chance, int *sessions_left)
{
    static const double arrivals[24] = {.02, 0,   0,   0,   0,   0,  0,   .02, .03, .03, .02, .03,
                                        .05, .03, .03, .03, .05, .1, .15, .16, .12, .08, .04, .03};
    int arrived = chance_poisson(chance, device->size / 4 * arrivals[hour_of(moment)]);
    for (int i = 0; i < arrived; i++)
        *sessions_left += chance_range(chance, 8, 22); /* quarters of 7 kW */
    int charging = *sessions_left < 6 ? *sessions_left : 6;
    *sessions_left -= charging;
    return charging * 1750;
}

/* Use during one step in Wh or L, before noise. `memory` belongs to the device. */
static double step_use(const struct sample_device *device, const struct sample_moment *moment,
                       double outdoor, bool left_on, struct chance *chance, int *memory)
{
    int hour = hour_of(moment);
    double workday = moment->workday ? 1 : 0.12;
    switch (device->profile) {
    case SAMPLE_FLAT_WATER:
        return flat_water(device, moment, chance);
    case SAMPLE_SHOP_WATER:
        return shop_water(device, moment, chance);
    case SAMPLE_IRRIGATION:
        return irrigation(device, moment, outdoor);
    case SAMPLE_FIRE_TANK:
        return moment->weekday == 7 && hour >= 2 && hour < 4 ? device->size * 250 : 0;
    case SAMPLE_TOWER: /* 1.6 L evaporate for each kWh of heat */
        return 1.6 * cooling(device->size, moment, outdoor, left_on);
    case SAMPLE_BOILER:
        return moment->workday && hour >= 6 && hour < 18 && outdoor < 16
                   ? device->size * (18 - outdoor) * 250
                   : 0;
    case SAMPLE_KITCHEN:
        return moment->workday && hour >= 8 && hour < 13 ? device->size * 250 : 0;
    case SAMPLE_BAKERY:
        return moment->weekday != 1 && hour >= 3 && hour < 9 ? device->size * 250 : 0;
    case SAMPLE_FLAT_HEAT:
        return outdoor < 15
                   ? device->size * (17 - outdoor) * 250 * (hour >= 6 && hour < 22 ? 1.1 : 0.75)
                   : 0;
    case SAMPLE_CONSTANT:
        return device->size * 250;
    case SAMPLE_HOUSE:
        return device->size * 250 * by_hour(house_hours, moment);
    case SAMPLE_STREET:
        return street_light(device, moment);
    case SAMPLE_CARS:
        return cars(device, moment, chance, memory);
    case SAMPLE_OFFICE:
        return device->size * 250 * (0.14 + 0.86 * by_hour(office_hours, moment) * workday);
    case SAMPLE_CHILLER:
        return 250 * (cooling(device->size, moment, outdoor, left_on) + 0.1 * device->size);
    case SAMPLE_AIR:
        return device->size * 250 *
               (left_on || (moment->workday && hour >= 7 && hour < 19) ? 1 : 0.03);
    case SAMPLE_LAUNDRY:
        return hour >= 8 && hour < 21 ? 850 * chance_poisson(chance, device->size / 52) + 10 : 10;
    default:
        sample_die("%s has no model of its use", device->id);
    }
}

/* Standard deviation of a step's use as a share; 0 for models that are made of events. */
static double noise_share(enum sample_profile profile)
{
    switch (profile) {
    case SAMPLE_FLAT_WATER:
    case SAMPLE_SHOP_WATER:
    case SAMPLE_CARS:
    case SAMPLE_LAUNDRY:
        return 0;
    case SAMPLE_CONSTANT:
    case SAMPLE_STREET:
    case SAMPLE_IRRIGATION:
    case SAMPLE_FIRE_TANK:
        return 0.012;
    default:
        return 0.04;
    }
}

static double extra_use(const struct sample_plan *plan, int device, int step)
{
    const struct sample_trouble *extra = sample_trouble_at(plan, device, SAMPLE_EXTRA_USE, step);
    return extra == NULL ? 0 : (double)extra->amount / 4;
}

void sample_use_fill(struct sample_property *property, const struct sample_plan *plan,
                     int device_index, const double *outdoor)
{
    struct sample_device *device = &property->devices[device_index];
    const struct sample_grid *grid = &property->grids[device->site];
    struct chance chance = chance_of(property->seed, "use", device->id);
    double noise = noise_share(device->profile), rest = 0;
    int memory = 0;
    for (int i = 0; i < grid->steps; i++) {
        if (grid->moments[i].day < device->in_service)
            continue;
        bool left_on = sample_trouble_at(plan, device_index, SAMPLE_LEFT_ON, i) != NULL;
        double use = step_use(device, &grid->moments[i], outdoor[i], left_on, &chance, &memory);
        if (use > 0 && noise > 0)
            use *= 1 + noise * chance_normal(&chance);
        if (sample_trouble_at(plan, device_index, SAMPLE_VACANT, i) != NULL)
            use = 0;
        /* The fraction is carried on, so that small flows are not rounded away. */
        rest += (use < 0 ? 0 : use) + extra_use(plan, device_index, i);
        device->values[i] = (int32_t)rest;
        rest -= device->values[i];
    }
}

/* Own losses of a summing meter: power 1.5 %, heat 5 %, and leaks. */
static void add_losses(struct sample_property *property, const struct sample_plan *plan, int parent)
{
    struct sample_device *device = &property->devices[parent];
    double share = device->kind == SAMPLE_POWER ? 0.015 : device->kind == SAMPLE_HEAT ? 0.05 : 0;
    double rest = 0;
    for (int i = 0; i < property->grids[device->site].steps; i++) {
        rest += device->values[i] * share + extra_use(plan, parent, i);
        int32_t whole = (int32_t)rest;
        device->values[i] += whole;
        rest -= whole;
    }
}

static void sum_children(struct sample_property *property, const struct sample_plan *plan,
                         int parent)
{
    struct sample_device *device = &property->devices[parent];
    for (int child = 0; child < property->count; child++)
        if (property->devices[child].parent == parent)
            for (int i = 0; i < property->grids[device->site].steps; i++)
                device->values[i] += property->devices[child].values[i];
    add_losses(property, plan, parent);
}

/* Turns the outflow of a tank of `size` m3 into its inflow: filled from 23:30 to 05:00, and by day
 * when less than 30 % is left. */
static void fill_tank(struct sample_property *property, int tank)
{
    struct sample_device *device = &property->devices[tank];
    const struct sample_grid *grid = &property->grids[device->site];
    int32_t room = (int32_t)(device->size * 1000), level = room;
    bool filling = false;
    for (int i = 0; i < grid->steps; i++) {
        int minute = grid->moments[i].minute;
        bool night = minute >= 23 * 60 + 30 || minute < 5 * 60;
        level -= device->values[i];
        filling = level < room && (night || level < room * 3 / 10 || (filling && level < room / 2));
        int32_t inflow = filling ? (room - level < 1500 ? room - level : 1500) : 0;
        level += inflow;
        device->values[i] = inflow;
    }
}

/* Power that lifts the water of the site's tank, size kWh a m3, over 0.15 kW at rest. */
static void pump_power(struct sample_property *property, int pumps)
{
    struct sample_device *device = &property->devices[pumps];
    const struct sample_grid *grid = &property->grids[device->site];
    struct chance chance = chance_of(property->seed, "use", device->id);
    for (int child = 0; child < property->count; child++) {
        int parent = property->devices[child].parent;
        if (parent < 0 || property->devices[parent].profile != SAMPLE_TANK ||
            property->devices[parent].site != device->site)
            continue;
        for (int i = 0; i < grid->steps; i++)
            device->values[i] += (int32_t)(property->devices[child].values[i] * device->size *
                                           (1 + 0.06 * chance_normal(&chance)));
    }
    for (int i = 0; i < grid->steps; i++)
        device->values[i] += chance_range(&chance, 36, 39);
}

static void fill_device(struct sample_property *property, const struct sample_plan *plan, int index,
                        double *const outdoor[SAMPLE_SITES])
{
    struct sample_device *device = &property->devices[index];
    size_t steps = (size_t)property->grids[device->site].steps + 1;
    device->values = sample_alloc(steps, sizeof(*device->values));
    if (!sample_device_is_register(device)) {
        sample_gauge_fill(property, plan, index, outdoor[device->site]);
    } else if (device->profile == SAMPLE_PUMPS) {
        pump_power(property, index);
    } else if (device->profile == SAMPLE_SUM || device->profile == SAMPLE_TANK) {
        sum_children(property, plan, index);
        if (device->profile == SAMPLE_TANK)
            fill_tank(property, index);
    } else {
        sample_use_fill(property, plan, index, outdoor[device->site]);
    }
}

void sample_demand_make(struct sample_property *property, const struct sample_plan *plan)
{
    double *outdoor[SAMPLE_SITES];
    for (int site = 0; site < SAMPLE_SITES; site++)
        outdoor[site] = sample_weather(property, site);
    /* Water before power (the pumps), and children, which come later in the list, before parents.
     */
    for (int kind = SAMPLE_WATER; kind <= SAMPLE_VOLTAGE; kind++)
        for (int i = property->count - 1; i >= 0; i--)
            if (property->devices[i].kind == (enum sample_kind)kind)
                fill_device(property, plan, i, outdoor);
    for (int site = 0; site < SAMPLE_SITES; site++)
        sample_free(outdoor[site]);
}
