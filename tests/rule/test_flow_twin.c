/*
 * night_minimum and flow_stays_above against twins in the plainest way, over meters of every kind
 * whose true use is known: registers with bad reads, rollovers, an exchange and a dated multiplier,
 * registers that are reset, interval values with holes, gauges. The truth is drawn first and the
 * readings are made from it, so the twin never looks at a register.
 */
#include "rule_bench.h"

#include "../support/test.h"
#include "time/civil.h"

#include <stdlib.h>
#include <string.h>

enum { SEEDS = 25, POINTS_MAX = BENCH_ROWS_MAX + 8, TROUBLE_APART = 6 };

#define MINUTE STW_NS_PER_MINUTE
#define HOUR   STW_NS_PER_HOUR
#define DAY    STW_NS_PER_DAY

enum kind { PLAIN, TROUBLED, RESET, INTERVALS, GAUGE, KINDS };

static const char *const kind_names[KINDS] = {"plain", "troubled", "reset", "intervals", "gauge"};

/* Readings begin at 14:40Z four days before the clocks of Berlin change: on 2025-03-26 and
 * 2025-10-22, in days since 1970. */
enum season { SPRING, AUTUMN, SEASONS };
static const int64_t first_day[SEASONS] = {20173, 20383};
static enum season season;
static int64_t start_ns;

static void set_season(uint64_t seed)
{
    season = seed / KINDS % 2 == 0 ? SPRING : AUTUMN;
    start_ns = first_day[season] * DAY + 14 * HOUR + 40 * MINUTE;
}

static int64_t below(uint64_t *random, int64_t limit)
{
    return (int64_t)(stw_test_random(random) % (uint64_t)limit);
}

/* ---- The truth, and what a meter shows of it ------------------------------------------------- */

/* The litres up to an instant; known: what flowed since the point before can be known. */
struct point {
    int64_t time_ns;
    double litres;
    bool known;
};

/* How often each trouble was drawn, over all seeds of a test. */
static struct {
    unsigned rollovers, resets, bad_reads, exchanges;
} met;

struct truth {
    struct bench_series *series;
    struct stw_meter_config config;
    struct stw_exchange exchange;
    struct stw_dated_decimal multipliers[2];
    struct point *points;
    uint32_t count;
};

static struct stw_zone *utc(void)
{
    static struct stw_zone *zone; /* kept: configurations point at it */
    if (zone == NULL)
        CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &zone, NULL), STW_OK);
    return zone;
}

static void begin(struct truth *truth, enum kind kind)
{
    memset(truth, 0, sizeof(*truth));
    truth->points = calloc(POINTS_MAX, sizeof(*truth->points));
    truth->series = bench_series_new(STW_SUBJECT_READINGS, "w1/volume");
    struct stw_subject *subject = &truth->series->subject;
    truth->config = (struct stw_meter_config){.scale = 3, .exchange_slack_ns = DAY};
    CU_ASSERT_EQUAL(stw_periods_init(&truth->config.periods, utc(), STW_PERIOD_DAY, NULL), STW_OK);
    truth->series->scale = 3;
    subject->households = 2;
    subject->unit = STW_SLICE("m3");
    subject->value_kind = STW_VALUE_REGISTER;
    subject->meter = &truth->config;
    if (kind == INTERVALS) {
        truth->config.kind = STW_METER_INTERVAL;
        truth->config.interval.ns = subject->interval_ns = 15 * MINUTE;
        subject->value_kind = STW_VALUE_INTERVAL;
    } else if (kind == GAUGE) {
        subject->value_kind = STW_VALUE_GAUGE;
        subject->unit = STW_SLICE("L/h");
        subject->meter = NULL;
    }
}

static void end(struct truth *truth)
{
    bench_series_free(truth->series);
    free(truth->points);
}

static void add_point(struct truth *truth, int64_t time_ns, double litres, bool known)
{
    CU_ASSERT_FATAL(truth->count < POINTS_MAX);
    truth->points[truth->count++] = (struct point){time_ns, litres, known};
}

/* What a household draws in a step: a drip that comes and goes, and a tap now and then. */
static int64_t draw(uint64_t *random, int64_t *drip_l_per_h, int64_t step_ns)
{
    if (below(random, 200) == 0)
        *drip_l_per_h = below(random, 3) == 0 ? 0 : below(random, 80);
    return *drip_l_per_h * step_ns / HOUR + (below(random, 4) == 0 ? below(random, 30) : 0);
}

/* Litres between two points of a register, by the multiplier in force, with a point at its date. */
static void add_use(struct truth *truth, int64_t from_ns, int64_t to_ns, int64_t litres, bool known)
{
    double before = truth->count == 0 ? 0 : truth->points[truth->count - 1].litres;
    const struct stw_dated_decimal *multipliers = truth->multipliers;
    bool dated = truth->config.multiplier_count > 0;
    double factor = dated && from_ns >= multipliers[1].from_ns ? 2.5 : 1;
    if (dated && from_ns < multipliers[1].from_ns && to_ns > multipliers[1].from_ns) {
        double part =
            (double)litres * (double)(multipliers[1].from_ns - from_ns) / (double)(to_ns - from_ns);
        add_point(truth, multipliers[1].from_ns, before + part, known);
        add_point(truth, to_ns, before + part + 2.5 * ((double)litres - part), known);
        return;
    }
    add_point(truth, to_ns, before + factor * (double)litres, known);
}

/* A register of five digits of litres (99.999 m3 and then 0) that meets every trouble. */
struct trouble {
    int64_t shown;   /* the register */
    int64_t last_ns; /* of the latest reading that is true and counts */
    int64_t since;   /* litres drawn since then */
    int64_t fall;    /* what was shown then */
    uint32_t quiet;  /* true readings since the last trouble */
    bool exchanged;
};

/* A point for the readings' step; across an exchange, two. */
static void settle(struct truth *truth, struct trouble *trouble, int64_t at_ns, bool known)
{
    if (truth->count == 0)
        add_point(truth, at_ns, 0, true);
    else
        add_use(truth, trouble->last_ns, at_ns, trouble->since, known);
    trouble->last_ns = at_ns;
    trouble->since = 0;
    trouble->fall = trouble->shown;
    trouble->quiet++;
}

/* The meter is exchanged in the middle of a step: from its register to another one, low. */
static void exchange_meter(struct truth *truth, struct trouble *trouble, int64_t at_ns,
                           int64_t drawn, uint64_t *random)
{
    int64_t first = (trouble->since + drawn) / 3, when_ns = trouble->last_ns;
    when_ns += (at_ns - when_ns) / 2;
    int64_t initial = below(random, 500);
    truth->exchange = (struct stw_exchange){.at_ns = when_ns,
                                            .final = {true, {trouble->fall + first, 3}},
                                            .initial = {true, {initial, 3}}};
    truth->config.exchanges = &truth->exchange;
    truth->config.exchange_count = 1;
    add_use(truth, trouble->last_ns, when_ns, first, true);
    trouble->last_ns = when_ns;
    trouble->since = trouble->since + drawn - first;
    trouble->shown = initial + trouble->since;
    trouble->exchanged = true;
    trouble->quiet = 0;
    met.exchanges++;
}

static void registers(struct truth *truth, enum kind kind, uint64_t *random, int days)
{
    struct trouble trouble = {.shown = kind == PLAIN ? 1000 : 60000 + below(random, 30000)};
    int64_t at_ns = start_ns, drip = 0;
    if (kind == TROUBLED) {
        truth->config.digits = 2;
        truth->multipliers[0] = (struct stw_dated_decimal){INT64_MIN, {1, 0}};
        truth->multipliers[1] = (struct stw_dated_decimal){start_ns + 9 * DAY, {25, 1}};
        truth->config.multipliers = truth->multipliers;
        truth->config.multiplier_count = 2;
    }
    for (int64_t end_ns = start_ns + days * DAY; at_ns < end_ns;) {
        int64_t step_ns = (5 + below(random, 11)) * MINUTE;
        if (below(random, 150) == 0)
            step_ns += below(random, 300) * MINUTE;
        at_ns += step_ns;
        int64_t drawn = draw(random, &drip, step_ns);
        bool absent = below(random, 200) == 0;
        int quality = below(random, 100) == 0 ? 1 + (int)below(random, 2) : 0;
        bool counts = !absent && quality == 0, calm = trouble.quiet > TROUBLE_APART;
        if (kind == TROUBLED && counts && calm && !trouble.exchanged && trouble.shown > 5000 &&
            trouble.shown < 90000 && at_ns > start_ns + 12 * DAY && below(random, 300) == 0) {
            exchange_meter(truth, &trouble, at_ns, drawn, random);
        } else {
            trouble.shown += drawn;
            trouble.since += drawn;
        }
        bool known = true;
        if (kind == TROUBLED && trouble.shown >= 100000) {
            trouble.shown -= 100000;
            met.rollovers++;
        }
        if (kind == RESET && counts && calm && trouble.fall > 5000 && below(random, 300) == 0) {
            trouble.shown = below(random, trouble.fall / 100 + 1);
            known = false;
            trouble.quiet = 0;
            met.resets++;
        }
        /* Off the line for one reading; the next ones are back on it. */
        if (kind == TROUBLED && counts && calm && trouble.fall > 2000 && trouble.fall < 90000 &&
            at_ns < end_ns - DAY && below(random, 60) == 0) {
            bool low = below(random, 2) == 0;
            bench_reading(truth->series, at_ns, low ? trouble.fall / 2 : trouble.shown + 99000,
                          false, 0);
            trouble.quiet = 0;
            met.bad_reads++;
            continue;
        }
        bench_reading(truth->series, at_ns, trouble.shown, absent, quality);
        if (counts)
            settle(truth, &trouble, at_ns, known);
    }
    truth->count -= truth->count > 0; /* the last reading waits for the one after it */
}

static void intervals(struct truth *truth, uint64_t *random, int days)
{
    int64_t drip = 0;
    double litres = 0;
    for (int64_t at_ns = start_ns; at_ns < start_ns + days * DAY; at_ns += 15 * MINUTE) {
        int64_t drawn = draw(random, &drip, 15 * MINUTE);
        bool absent = below(random, 200) == 0, skipped = below(random, 100) == 0;
        int quality = below(random, 100) == 0 ? 1 + (int)below(random, 2) : 0;
        if (!skipped)
            bench_reading(truth->series, at_ns, drawn, absent, quality);
        if (skipped || absent || quality != 0)
            continue;
        if (truth->count == 0)
            add_point(truth, at_ns - 15 * MINUTE, 0, true);
        if (truth->points[truth->count - 1].time_ns < at_ns - 15 * MINUTE)
            add_point(truth, at_ns - 15 * MINUTE, litres, false);
        litres += (double)drawn;
        add_point(truth, at_ns, litres, true);
    }
}

/* In L/h with three decimals. A reading holds until the next row, whether that counts or not. */
static void gauges(struct truth *truth, uint64_t *random, int days)
{
    int64_t at_ns = start_ns, held = 0, drip = 0;
    double litres = 0;
    bool holds = false;
    while (at_ns < start_ns + days * DAY) {
        int64_t step_ns = (5 + below(random, 11)) * MINUTE;
        at_ns += step_ns;
        if (below(random, 200) == 0)
            drip = below(random, 3) == 0 ? 0 : below(random, 80) * 1000;
        bool absent = below(random, 200) == 0;
        int quality = below(random, 100) == 0 ? 1 + (int)below(random, 2) : 0;
        int64_t value = drip + (below(random, 4) == 0 ? below(random, 9000) : 0);
        bench_reading(truth->series, at_ns, value, absent, quality);
        bool counts = !absent && quality == 0;
        litres += holds ? (double)held * (double)step_ns / (double)HOUR / 1000 : 0;
        if (truth->count > 0 || counts)
            add_point(truth, at_ns, litres, holds || truth->count == 0);
        holds = counts;
        held = value;
    }
}

static void draw_truth(struct truth *truth, enum kind kind, uint64_t *random, int days)
{
    begin(truth, kind);
    if (kind == INTERVALS)
        intervals(truth, random, days);
    else if (kind == GAUGE)
        gauges(truth, random, days);
    else
        registers(truth, kind, random, days);
}

/* Litres between two instants by straight lines between points; negative: not known. Pieces
 * longer than `most_ns` are not known. */
static double litres_between(const struct truth *truth, int64_t from_ns, int64_t until_ns,
                             int64_t most_ns)
{
    double litres = 0;
    int64_t covered_ns = 0;
    for (uint32_t i = 1; i < truth->count; i++) {
        const struct point *a = &truth->points[i - 1], *b = &truth->points[i];
        int64_t low = a->time_ns > from_ns ? a->time_ns : from_ns;
        int64_t high = b->time_ns < until_ns ? b->time_ns : until_ns;
        if (high <= low)
            continue;
        if (b->time_ns - a->time_ns > most_ns || !b->known)
            return -1;
        litres +=
            (b->litres - a->litres) * (double)(high - low) / (double)(b->time_ns - a->time_ns);
        covered_ns += high - low;
    }
    return covered_ns == until_ns - from_ns ? litres : -1;
}

/* The twin adds up doubles: what is as near to a limit as this is at it. */
static bool is_more(double litres, double limit)
{
    return litres > limit * (1 + 1e-9);
}

/* ---- Nights ---------------------------------------------------------------------------------- */

/* 0 unknown, 1 quiet, 2 drawing: every hour that begins at a quarter past the window's start. */
static int judge_night(const struct truth *truth, int64_t from_ns, int64_t until_ns, double limit)
{
    int known = 0, hours = 0;
    bool quiet = false;
    for (int64_t at_ns = from_ns; at_ns + HOUR <= until_ns; at_ns += 15 * MINUTE) {
        double litres = litres_between(truth, at_ns, at_ns + HOUR, 90 * MINUTE);
        hours++;
        known += litres >= 0;
        quiet |= litres >= 0 && !is_more(litres, limit);
    }
    return quiet ? 1 : 2 * known > hours ? 2 : 0;
}

/* Berlin, 02:00 to 05:00. On day 4 the window is 01:00Z to 03:00Z in spring, as 02:00 does not
 * exist, and 00:00Z to 04:00Z in autumn, where 02:00 is twice and the first one counts. */
static void night_window(int day, int64_t *from_ns, int64_t *until_ns)
{
    int before = season == SPRING ? 1 : 2, after = 3 - before; /* hours ahead of Z */
    int64_t midnight_ns = (first_day[season] + day) * DAY;
    *from_ns = midnight_ns + (2 - (day > 4 ? after : before)) * HOUR;
    *until_ns = midnight_ns + (5 - (day >= 4 ? after : before)) * HOUR;
}

static uint32_t expected_nights(const struct truth *truth, struct bench_alert *want)
{
    int64_t last_ns = truth->points[truth->count - 1].time_ns;
    int seen[64];
    uint32_t count = 0;
    bool raised = false;
    for (int day = 0; day < 41; day++) {
        int64_t from_ns, until_ns;
        night_window(day, &from_ns, &until_ns);
        /* A night that ended before the first reading is as unknown as any. */
        seen[day] = judge_night(truth, from_ns, until_ns, 20);
        if (until_ns > last_ns)
            break;
        int drawing = 0, quiet = 0, first = day;
        for (int i = day; i > day - 4 && i >= 0; i--) {
            drawing += seen[i] == 2;
            quiet += seen[i] == 1;
            first = seen[i] == 2 ? i : first;
        }
        if (!raised && drawing >= 3) {
            int64_t since_ns, unused;
            night_window(first, &since_ns, &unused);
            /* One that rests on a night from before the last clearing goes on. */
            if (count > 0 && since_ns < want[count - 1].cleared_ns) {
                want[count - 1].fired_ns = until_ns;
                want[count - 1].cleared_ns = STW_TIME_NONE;
                want[count - 1].flaps++;
            } else {
                want[count++] = (struct bench_alert){since_ns, until_ns, STW_TIME_NONE, 0};
            }
            raised = true;
        } else if (raised && quiet >= 2) {
            want[count - 1].cleared_ns = until_ns;
            raised = false;
        }
    }
    return count;
}

static void expect_troubles(void)
{
    STW_EXPECT(met.rollovers > 10 && met.resets > 10 && met.bad_reads > 100 && met.exchanges > 10,
               "%u rollovers, %u resets, %u bad reads, %u exchanges only", met.rollovers,
               met.resets, met.bad_reads, met.exchanges);
    memset(&met, 0, sizeof(met));
}

static void night_minimum(void)
{
    static struct bench_alert want[BENCH_ALERTS_MAX];
    struct stw_pack pack;
    unsigned totals[KINDS] = {0};
    bench_pack(&pack, "sites: {defaults: {timezone: Europe/Berlin}}\n"
                      "tariffs: [{for: water, from: 2020-01-01, price: 4.10 CNY/m3}]\n"
                      "rules:\n- id: n\n  watch: {}\n"
                      "  when: {night_minimum: {between: \"02:00-05:00\", more_than: 10 L/h,\n"
                      "                         per: household, repeat: 3 of 4 nights}}\n"
                      "  price: water tariff\n");
    for (uint64_t seed = 1; seed <= SEEDS * KINDS; seed++) {
        enum kind kind = (enum kind)(seed % KINDS);
        uint64_t random = seed * 13;
        set_season(seed);
        struct truth truth;
        struct bench_result result;
        char what[64];
        draw_truth(&truth, kind, &random, 40);
        uint32_t count = expected_nights(&truth, want); /* of 2 households, so above 20 L/h */
        int64_t last_ns = truth.series->time_ns[truth.series->count - 1];
        bench_every_way(&pack, &truth.series, 1, last_ns + 10 * DAY, seed, &result);
        snprintf(what, sizeof(what), "night_minimum, %s, seed %llu", kind_names[kind],
                 (unsigned long long)seed);
        bench_expect(&result, want, count, what);
        totals[kind] += count;
        bench_result_release(&result);
        end(&truth);
    }
    for (int kind = 0; kind < KINDS; kind++)
        STW_EXPECT(totals[kind] > 15, "%s: %u alerts only", kind_names[kind], totals[kind]);
    expect_troubles();
    stw_pack_release(&pack);
}

/* ---- Hours ----------------------------------------------------------------------------------- */

struct hours {
    uint32_t count;
    int64_t begins_ns[BENCH_ROWS_MAX];
    int64_t ends_ns[BENCH_ROWS_MAX];
    uint8_t truth[BENCH_ROWS_MAX];
};

static void cut_hours(const struct truth *truth, struct hours *hours)
{
    uint32_t from = 0;
    hours->count = 0;
    for (uint32_t i = 1; i < truth->count; i++) {
        int64_t begins_ns = truth->points[from].time_ns, ends_ns = truth->points[i].time_ns;
        if (stw_floor_div(ends_ns, HOUR) == stw_floor_div(begins_ns, HOUR))
            continue;
        double litres = litres_between(truth, begins_ns, ends_ns, INT64_MAX);
        double limit = 4.0 * (double)(ends_ns - begins_ns) / (double)HOUR;
        bool known = litres >= 0 && ends_ns - begins_ns <= 2 * HOUR;
        hours->begins_ns[hours->count] = begins_ns;
        hours->ends_ns[hours->count] = ends_ns;
        hours->truth[hours->count++] = !known                   ? STW_TRUTH_BETWEEN
                                       : is_more(litres, limit) ? STW_TRUTH_TRUE
                                                                : STW_TRUTH_FALSE;
        from = i;
    }
}

static uint32_t expected_hours(const struct hours *hours, struct bench_alert *want)
{
    uint32_t count = 0, after = 0;
    bool raised = false;
    for (uint32_t j = 0; j < hours->count; j++) {
        uint8_t wanted = raised ? STW_TRUTH_FALSE : STW_TRUTH_TRUE;
        uint32_t i = j;
        if (hours->truth[j] != wanted)
            continue;
        while (i > after && hours->truth[i - 1] == wanted)
            i--;
        /* Raising counts from where the first hour begins, clearing from where it ends. */
        if (!raised && hours->ends_ns[j] - hours->begins_ns[i] >= 12 * HOUR)
            want[count++] =
                (struct bench_alert){hours->begins_ns[i], hours->ends_ns[j], STW_TIME_NONE, 0};
        else if (raised && hours->ends_ns[j] - hours->ends_ns[i] >= 2 * HOUR)
            want[count - 1].cleared_ns = hours->ends_ns[j];
        else
            continue;
        raised = !raised;
        after = j + 1;
    }
    return count;
}

static void steady_flow(void)
{
    static struct bench_alert want[BENCH_ALERTS_MAX];
    static struct hours hours;
    struct stw_pack pack;
    unsigned totals[KINDS] = {0};
    bench_pack(&pack, "rules:\n- {id: f, watch: {}, when: {flow_stays_above: 4 L/h, for: 12 h}, "
                      "clear: {for: 2 h}, damp: 0 s}\n");
    for (uint64_t seed = 1; seed <= SEEDS * KINDS; seed++) {
        enum kind kind = (enum kind)(seed % KINDS);
        uint64_t random = seed * 17;
        set_season(seed);
        struct truth truth;
        struct bench_result result;
        char what[64];
        draw_truth(&truth, kind, &random, 30);
        cut_hours(&truth, &hours);
        uint32_t count = expected_hours(&hours, want);
        bench_every_way(&pack, &truth.series, 1, start_ns + 60 * DAY, seed, &result);
        snprintf(what, sizeof(what), "flow_stays_above, %s, seed %llu", kind_names[kind],
                 (unsigned long long)seed);
        bench_expect(&result, want, count, what);
        totals[kind] += count;
        bench_result_release(&result);
        end(&truth);
    }
    for (int kind = 0; kind < KINDS; kind++)
        STW_EXPECT(totals[kind] > 15, "%s: %u alerts only", kind_names[kind], totals[kind]);
    expect_troubles();
    stw_pack_release(&pack);
}

STW_SUITE(rule_flow_twin, {"night minimum", night_minimum}, {"steady flow", steady_flow});
