/*
 * The invented property: three estates with their meters, sensors, elevators and access-control
 * units, and the hierarchy of parent meters. Which devices exist does not depend on the seed;
 * what is behind them (people in a flat, start registers, sizes) does.
 */
#ifndef BENCH_SAMPLE_PROPERTY_H
#define BENCH_SAMPLE_PROPERTY_H

#include "sample_grid.h"

#include <stdbool.h>
#include <stdint.h>

enum sample_kind {
    SAMPLE_WATER,
    SAMPLE_GAS,
    SAMPLE_HEAT,
    SAMPLE_POWER,
    SAMPLE_TEMPERATURE,
    SAMPLE_PRESSURE,
    SAMPLE_VOLTAGE,
    SAMPLE_ELEVATOR,
    SAMPLE_ACCESS,
    SAMPLE_DETECTOR
};

/* What a device measures: the model behind its readings. */
enum sample_profile {
    SAMPLE_SUM,        /* its children and what is lost on the way */
    SAMPLE_TANK,       /* fills a tank at night from which its children are fed */
    SAMPLE_FLAT_WATER, /* events of people at home; size = people */
    SAMPLE_SHOP_WATER, /* working hours; size = m3 a working day */
    SAMPLE_IRRIGATION, /* size = m3/h from 03:30 to 05:30, April to October */
    SAMPLE_FIRE_TANK,  /* topped up on Sunday nights */
    SAMPLE_TOWER,      /* make-up water of the cooling tower */
    SAMPLE_BOILER,     /* gas in the heating season; size = m3/h for each K below 18 */
    SAMPLE_KITCHEN,    /* gas, working mornings; size = m3/h */
    SAMPLE_BAKERY,     /* gas from 03:00 to 09:00 but on Mondays; size = m3/h */
    SAMPLE_FLAT_HEAT,  /* size = kW for each K below 17 */
    SAMPLE_CONSTANT,   /* power all day; size = kW */
    SAMPLE_HOUSE,      /* corridors and lifts of a dwelling house; size = kW at the peak */
    SAMPLE_STREET,     /* from sunset to sunrise; size = kW */
    SAMPLE_CARS,       /* charging in the evening and at night; size = cars a day */
    SAMPLE_OFFICE,     /* working hours over a base load; size = kW at the peak */
    SAMPLE_CHILLER,    /* size = kW for each K above 21 in working hours */
    SAMPLE_AIR,        /* fans in working hours; size = kW */
    SAMPLE_PUMPS,      /* lifts the water of the site's tank */
    SAMPLE_LAUNDRY,    /* single loads by day; size = loads a day */
    SAMPLE_OUTDOOR,    /* temperatures: outside air */
    SAMPLE_ROOM,       /* follows outside air damped; size = its mean */
    SAMPLE_MACHINE,    /* machine room: outside air and waste heat; size = K above it */
    SAMPLE_SUPPLY,     /* chilled water, size = set point; idle when no cooling is wanted */
    SAMPLE_OUTLET,     /* hot water outlet; size = set point */
    SAMPLE_BAND,       /* pressures; size = set point in MPa */
    SAMPLE_MAINS,      /* voltages; size = mean in V */
    SAMPLE_EVENTS      /* elevators, access control, smoke detectors: no readings */
};

enum { SAMPLE_SITES = 3, SAMPLE_DEVICES_MAX = 256, SAMPLE_NO_DAY = -100000 };

struct sample_site {
    const char *key;    /* attribute `site` */
    const char *prefix; /* of device names */
    const char *name;
    const char *zone;
    const char *language;
    enum sample_country country;
    const char *steward;
};
extern const struct sample_site sample_sites[SAMPLE_SITES];

struct sample_device {
    char id[24];
    const char *channel; /* "" for devices with events only */
    int site;
    const char *building; /* "" for the site's own */
    char dwelling[32];
    enum sample_kind kind;
    const char *role;
    enum sample_profile profile;
    const char *end_use;
    double size;      /* see enum sample_profile */
    int interval_min; /* 15 or 60 */
    int reports_every_min;
    int scale;  /* decimals of a reading */
    int digits; /* integer digits of a register */
    int64_t multiplier;
    int parent;     /* index, or -1 */
    int gateway;    /* devices of one site and number go silent together */
    int households; /* 0: does not apply */
    int area_m2;
    const char *unit, *model, *maker, *vendor;
    int in_service;     /* days of the grid, may lie before it; */
    int out_of_service; /* or SAMPLE_NO_DAY */
    int certificate_expires;
    int64_t start_register; /* at the first step, in steps of the register */
    int32_t *values;        /* a step each: use in thousandths of the unit (Wh, L), or the gauge */
};

struct sample_property {
    uint64_t seed;
    struct sample_grid grids[SAMPLE_SITES];
    struct sample_device devices[SAMPLE_DEVICES_MAX];
    int count;
};

void sample_property_init(struct sample_property *property, uint64_t seed, int year, int month,
                          int months);
void sample_property_release(struct sample_property *property);

/* folder/sites.yml: names, zones, languages and prices, in the words of a rule pack. */
void sample_sites_write(const struct sample_property *property, const char *folder);

/* The index of a device of this property; dies when there is none. */
int sample_device_find(const struct sample_property *property, const char *id);

static inline bool sample_device_is_register(const struct sample_device *device)
{
    return device->kind <= SAMPLE_POWER;
}

static inline bool sample_device_has_readings(const struct sample_device *device)
{
    return device->kind < SAMPLE_ELEVATOR;
}

const char *sample_kind_name(enum sample_kind kind);

/* Thousandths of the unit that one step of the register stands for, its multiplier included. */
int64_t sample_register_step(const struct sample_device *device);

#endif
