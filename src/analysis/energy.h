/*
 * Energy comparison: the use of one local month against the month before (环比), the same month of
 * the year before (同比), and the year so far against the same months of the year before
 * (累计同比, which for February is January and February together).
 *
 * Each comparison is there raw, per day, and like for like: over the meters that are complete on
 * both sides, with the same area; those left out are listed with the reason. Beside the use stand
 * what rests on estimates, use per area and household, and cost by dated tariffs.
 *
 * Use is exact (decimal, 128 bit): the lines of meters add up to buildings, sites and totals to the
 * last digit. Meters of different kind, unit or role are never added: a main and the households
 * behind it measure the same water.
 *
 * Meters are handed in one by one, in any order, and are not kept: memory grows with the lines, not
 * with the meters. Nothing here reads a store or a clock.
 */
#ifndef STW_ANALYSIS_ENERGY_H
#define STW_ANALYSIS_ENERGY_H

#include "analysis/verdict.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* A calendar or accounting month in local time, named by the year and month it counts for. */
struct stw_energy_month {
    int year;
    int month; /* 1 .. 12 */
    int64_t from_ns;
    int64_t to_ns;
    uint32_t days; /* local ones */
};

/* Use from from_ns to the next piece or the end of the month; cut where a price may change. */
struct stw_energy_piece {
    int64_t from_ns;
    struct stw_wide use;
};

/* What one meter used in one month, and how well that is known. */
struct stw_energy_use {
    bool has_data;
    bool edges_known;          /* registers: at both ends of the month, read or interpolated */
    struct stw_wide use;       /* of what is there */
    struct stw_wide estimated; /* the part that rests on interpolation, estimates, flagged reads */
    uint64_t expected;         /* readings; 0: not known, then the edges decide alone */
    uint64_t present;
    uint64_t zeros;                        /* of the present ones */
    const struct stw_energy_piece *pieces; /* sum = use; may be none: then there is no cost */
    uint32_t piece_count;
};

struct stw_energy_meter {
    struct stw_slice kind; /* power, water, gas ... */
    struct stw_slice unit;
    struct stw_slice role;
    struct stw_slice site;
    struct stw_slice building;
    struct stw_slice device;
    struct stw_slice channel;
    int64_t in_service_ns;     /* INT64_MIN: not known */
    int64_t out_of_service_ns; /* INT64_MAX: in service */
    bool zero_is_missing;      /* interval data of a load that never rests */
    bool has_area;
    bool has_households;
    struct stw_decimal area_m2;
    struct stw_decimal households;
    const struct stw_energy_use *uses; /* one a month of the spec */
};

struct stw_energy_tariff {
    struct stw_slice kind;
    struct stw_slice site; /* empty: any site without one of its own */
    struct stw_slice currency;
    int64_t from_ns;
    struct stw_decimal price; /* per unit of use */
};

struct stw_energy_spec {
    const struct stw_energy_month *months; /* ascending; the last one is reported */
    uint32_t month_count;
    double missing_share_max;        /* of expected readings; above it a month is incomplete */
    struct stw_decimal base_minimum; /* a base below this, in the meters' unit, is near 0 ... */
    double base_share_minimum;       /* ... and one below this share of the current use */
    const struct stw_energy_tariff *tariffs;
    uint32_t tariff_count;
    uint32_t left_out_max; /* left-out meters listed; all are counted */
};

/* Why a meter is not complete in a side of a comparison. */
enum stw_energy_gap {
    STW_GAP_NONE,
    STW_GAP_NOT_IN_SERVICE, /* for part of it or all */
    STW_GAP_NO_DATA,
    STW_GAP_EDGES,    /* the register at an end is not known */
    STW_GAP_READINGS, /* too many readings are missing */
    STW_GAP_ZEROS,    /* readings are there, but too many are zeros that mean a gap */
    STW_GAP_COUNT
};
const char *stw_energy_gap_name(enum stw_energy_gap gap);

/* A meter in one month. */
enum stw_energy_gap stw_energy_gap_of(const struct stw_energy_meter *meter,
                                      const struct stw_energy_spec *spec, uint32_t month);

/* Use per something, over the meters for which that is known. */
struct stw_intensity {
    enum stw_verdict verdict; /* NOT_PROVIDED without any */
    uint32_t meters;
    struct stw_wide use;
    struct stw_wide amount; /* m2 or households */
    double value;           /* use / amount */
};

struct stw_energy_cost {
    enum stw_verdict verdict; /* NOT_PROVIDED without a price, INCOMPLETE with use left uncosted */
    struct stw_slice currency;
    struct stw_wide amount;   /* exact, not rounded to cents */
    struct stw_wide costed;   /* use behind the amount */
    struct stw_wide uncosted; /* use without a price, or in another currency */
};

/* One side of a comparison: some meters over some months. */
struct stw_energy_side {
    struct stw_wide use;
    struct stw_wide estimated;
    uint32_t days;
    uint32_t meters;     /* with data */
    uint32_t incomplete; /* of the line's meters, those without data included */
    uint64_t zeros_as_gaps;
    struct stw_intensity per_area;
    struct stw_intensity per_household;
    struct stw_energy_cost cost;
};

struct stw_energy_change {
    enum stw_verdict verdict;
    struct stw_wide difference; /* current - base; also where no percentage is given */
    double share;               /* difference / base; NaN unless judged */
    double share_per_day;       /* of the use per day */
};

struct stw_energy_comparison {
    enum stw_verdict verdict; /* NO_DATA: the months of a side are not among the spec's */
    struct stw_energy_side current;
    struct stw_energy_side base;
    struct stw_energy_change raw;
    uint32_t like_meters; /* complete on both sides */
    uint32_t left_out;
    struct stw_energy_side like_current;
    struct stw_energy_side like_base;
    struct stw_energy_change like;
};

enum stw_energy_against {
    STW_AGAINST_PREVIOUS,
    STW_AGAINST_LAST_YEAR,
    STW_AGAINST_YEAR_TO_DATE,
    STW_AGAINST_COUNT
};

enum stw_energy_level { STW_LEVEL_TOTAL, STW_LEVEL_SITE, STW_LEVEL_BUILDING, STW_LEVEL_METER };

/* Names below the level are empty. */
struct stw_energy_line {
    enum stw_energy_level level;
    struct stw_slice kind;
    struct stw_slice unit;
    struct stw_slice role;
    struct stw_slice site;
    struct stw_slice building;
    struct stw_slice device;
    struct stw_slice channel;
    uint32_t meters;
    struct stw_energy_comparison against[STW_AGAINST_COUNT];
};

struct stw_energy_left_out {
    struct stw_slice site;
    struct stw_slice building;
    struct stw_slice device;
    struct stw_slice channel;
    enum stw_energy_against against;
    enum stw_energy_gap current;
    enum stw_energy_gap base;
};

/* The months of one side of a comparison, as places in the spec. */
struct stw_energy_span {
    uint32_t months[12];
    uint32_t count;
    uint32_t days;
    bool missing; /* one of them is not there */
};

struct stw_energy {
    struct stw_energy_spec spec;
    struct stw_energy_span current[STW_AGAINST_COUNT];
    struct stw_energy_span base[STW_AGAINST_COUNT];
    struct stw_arena *arena;
    struct stw_intern keys;         /* of lines, in order of arrival */
    struct stw_energy_line **lines; /* as keys until finish; then by kind, unit, role: in each its
                                     * total, then site by site, building by building, meters */
    size_t line_capacity;
    uint32_t line_count;
    struct stw_energy_left_out *left_out; /* in order of arrival */
    uint32_t left_out_count;              /* listed: at most left_out_max */
    uint64_t left_out_total;
};

/* What `spec` points at must stay; lines and texts go to `arena`. Release in every case. */
int stw_energy_init(struct stw_energy *energy, const struct stw_energy_spec *spec,
                    struct stw_arena *arena, struct stw_error *err) STW_CHECKED;
void stw_energy_release(struct stw_energy *energy);

/* Adds a meter to its total, site and building, and gives it a line of its own when asked. Texts
 * are copied. STW_ERR_LIMIT when a sum does not fit 128 bits. */
int stw_energy_add(struct stw_energy *energy, const struct stw_energy_meter *meter, bool own_line,
                   struct stw_error *err) STW_CHECKED;

/* Works out changes and intensities and sorts the lines; nothing may be added after. */
int stw_energy_finish(struct stw_energy *energy, struct stw_error *err) STW_CHECKED;

#endif
