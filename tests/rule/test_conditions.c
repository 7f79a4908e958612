/*
 * Each condition against a twin written in the plainest way over whole arrays, and against itself
 * when its series comes in runs of 1, 2, 3, 7 and random lengths, with checkpoints between runs and
 * ticks at random instants.
 */
#include "rule_bench.h"

#include "../support/test.h"
#include "time/civil.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 25 };

#define MINUTE STW_NS_PER_MINUTE
#define HOUR   STW_NS_PER_HOUR
#define DAY    STW_NS_PER_DAY

static const int64_t start_ns = INT64_C(1743000000) * STW_NS_PER_SECOND; /* 2025-03-26T14:40Z */

static int64_t below(uint64_t *random, int64_t limit)
{
    return (int64_t)(stw_test_random(random) % (uint64_t)limit);
}

/* The readings that count, as the documentation says: there, and neither estimated nor suspect. */
struct plain {
    uint32_t count;
    int64_t time_ns[BENCH_ROWS_MAX];
    int64_t value[BENCH_ROWS_MAX];
};

static struct plain *counting(const struct bench_series *series)
{
    struct plain *plain = calloc(1, sizeof(*plain));
    for (uint32_t i = 0; i < series->count; i++) {
        if (!series->present[STW_READING_VALUE][i] ||
            (series->present[STW_READING_QUALITY][i] && series->ints[STW_READING_QUALITY][i] != 0))
            continue;
        plain->time_ns[plain->count] = series->time_ns[i];
        plain->value[plain->count++] = series->ints[STW_READING_VALUE][i];
    }
    return plain;
}

/*
 * Raising and clearing by looking back from every reading: raised at the first j such that all of
 * i..j are true without a pause longer than `gap`, and last `for`; the same for clearing.
 */
static uint32_t look_back(const struct plain *plain, const uint8_t *truth, int64_t for_ns,
                          int64_t clear_ns, int64_t gap_ns, int64_t damp_ns,
                          struct bench_alert *alerts)
{
    uint32_t count = 0, from = 0;
    bool raised = false;
    for (uint32_t j = 0; j < plain->count; j++) {
        uint8_t wanted = raised ? STW_TRUTH_FALSE : STW_TRUTH_TRUE;
        if (truth[j] != wanted)
            continue;
        uint32_t i = j;
        while (i > from && truth[i - 1] == wanted &&
               plain->time_ns[i] - plain->time_ns[i - 1] <= gap_ns)
            i--;
        if (plain->time_ns[j] - plain->time_ns[i] < (raised ? clear_ns : for_ns))
            continue;
        from = j + 1;
        if (raised) {
            alerts[count - 1].cleared_ns = plain->time_ns[j];
        } else if (count > 0 && plain->time_ns[i] - alerts[count - 1].cleared_ns < damp_ns) {
            alerts[count - 1].fired_ns = plain->time_ns[j];
            alerts[count - 1].cleared_ns = STW_TIME_NONE;
            alerts[count - 1].flaps++;
        } else {
            alerts[count++] =
                (struct bench_alert){plain->time_ns[i], plain->time_ns[j], STW_TIME_NONE, 0};
        }
        raised = !raised;
    }
    return count;
}

/* A wandering gauge with pauses, missing values and flags. */
static void wander(struct bench_series *series, uint64_t *random, uint32_t rows, int64_t low,
                   int64_t high)
{
    int64_t at_ns = start_ns, value = (low + high) / 2;
    for (uint32_t i = 0; i < rows; i++) {
        at_ns += 5 * MINUTE;
        if (below(random, 40) == 0)
            at_ns += below(random, 90) * MINUTE;
        value += below(random, 2 * (high - low) / 10 + 1) - (high - low) / 10;
        value = value < low ? low : value > high ? high : value;
        bool absent = below(random, 30) == 0; /* in this order with every compiler */
        int quality = below(random, 20) == 0 ? 1 + (int)below(random, 2) : 0;
        bench_reading(series, at_ns, value, absent, quality);
    }
}

static struct bench_series *gauge(const char *unit, int scale)
{
    struct bench_series *series = bench_series_new(STW_SUBJECT_READINGS, "pump/pressure");
    series->subject.unit = stw_slice_of(unit);
    series->subject.value_kind = STW_VALUE_GAUGE;
    series->subject.interval_ns = 5 * MINUTE;
    series->scale = scale;
    return series;
}

static void outside_with_hysteresis(void)
{
    struct stw_pack pack;
    unsigned total = 0;
    bench_pack(&pack, "rules:\n- id: p\n  watch: {}\n"
                      "  when: {outside: [0.25 MPa, 0.60 MPa], for: 10 min}\n"
                      "  clear: {inside: [0.30 MPa, 0.55 MPa], for: 15 min}\n");
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bench_series *series = gauge("kPa", 1);
        uint64_t random = seed;
        wander(series, &random, 2000, 1500, 7000); /* 150.0 .. 700.0 kPa */
        struct plain *plain = counting(series);
        static uint8_t truth[BENCH_ROWS_MAX];
        static struct bench_alert want[BENCH_ALERTS_MAX];
        for (uint32_t i = 0; i < plain->count; i++) {
            double kpa = (double)plain->value[i] / 10;
            truth[i] = kpa < 250 || kpa > 600   ? STW_TRUTH_TRUE
                       : kpa < 300 || kpa > 550 ? STW_TRUTH_BETWEEN
                                                : STW_TRUTH_FALSE;
        }
        uint32_t count =
            look_back(plain, truth, 10 * MINUTE, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE, want);
        struct bench_result result;
        bench_every_way(&pack, &series, 1, plain->time_ns[plain->count - 1] + DAY, seed, &result);
        bench_expect(&result, want, count, "outside");
        total += count;
        bench_result_release(&result);
        free(plain);
        bench_series_free(series);
    }
    CU_ASSERT(total > 100);
    stw_pack_release(&pack);
}

static void above_and_below_at_once(void)
{
    struct stw_pack pack;
    bench_pack(&pack, "rules:\n- {id: high, watch: {}, when: {above: 0.6 MPa}}\n");
    struct bench_series *series = gauge("MPa", 2);
    static const int64_t values[] = {59, 60, 61, 60, 62, 40};
    for (int i = 0; i < 6; i++)
        bench_reading(series, start_ns + i * 5 * MINUTE, values[i], false, 0);
    /* 0.60 itself is not above; nothing must last, so two alerts of one reading each. */
    struct bench_alert want[] = {
        {start_ns + 10 * MINUTE, start_ns + 10 * MINUTE, start_ns + 15 * MINUTE, 0},
        {start_ns + 20 * MINUTE, start_ns + 20 * MINUTE, start_ns + 25 * MINUTE, 0}};
    struct bench_result result;
    bench_every_way(&pack, &series, 1, start_ns + DAY, 1, &result);
    bench_expect(&result, want, 2, "above");
    bench_result_release(&result);
    stw_pack_release(&pack);
    bench_pack(&pack, "rules:\n- {id: low, watch: {}, when: {below: 0.6 MPa}}\n");
    struct bench_alert low[] = {{start_ns, start_ns, start_ns + 5 * MINUTE, 0},
                                {start_ns + 25 * MINUTE, start_ns + 25 * MINUTE, STW_TIME_NONE, 0}};
    bench_every_way(&pack, &series, 1, start_ns + DAY, 1, &result);
    bench_expect(&result, low, 2, "below");
    bench_result_release(&result);
    stw_pack_release(&pack);
    bench_series_free(series);
}

static void silence_at_the_exact_instant(void)
{
    struct stw_pack pack;
    bench_pack(&pack, "rules:\n- {id: s, watch: {}, when: {silent_for: 3 reports}}\n");
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bench_series *series = gauge("MPa", 2);
        uint64_t random = seed * 77;
        series->subject.reports_every_ns = 10 * MINUTE;
        wander(series, &random, 1500, 10, 90);
        int64_t end_ns = series->time_ns[series->count - 1] + below(&random, 60) * MINUTE;
        static struct bench_alert want[BENCH_ALERTS_MAX];
        uint32_t count = 0;
        int64_t last_ns = STW_TIME_NONE;
        for (uint32_t i = 0; i <= series->count; i++) {
            bool end = i == series->count;
            /* An estimated reading and a missing one are no reports, a suspect one is. */
            if (!end && (!series->present[STW_READING_VALUE][i] ||
                         (series->present[STW_READING_QUALITY][i] &&
                          series->ints[STW_READING_QUALITY][i] == 1)))
                continue;
            int64_t now_ns = end ? end_ns : series->time_ns[i];
            if (last_ns != STW_TIME_NONE && now_ns - last_ns > 30 * MINUTE)
                want[count++] = (struct bench_alert){last_ns, last_ns + 30 * MINUTE,
                                                     end ? STW_TIME_NONE : now_ns, 0};
            last_ns = now_ns;
        }
        struct bench_result result;
        bench_every_way(&pack, &series, 1, end_ns, seed, &result);
        bench_expect(&result, want, count, "silent_for");
        CU_ASSERT(count > 5);
        bench_result_release(&result);
        bench_series_free(series);
    }
    stw_pack_release(&pack);
}

static void a_stuck_sensor(void)
{
    struct stw_pack pack;
    unsigned total = 0;
    bench_pack(&pack, "rules:\n- {id: s, watch: {}, when: {unchanged_for: 1 h}, damp: 0 s}\n");
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bench_series *series = gauge("MPa", 2);
        uint64_t random = seed * 991;
        int64_t at_ns = start_ns, value = 40;
        for (int i = 0; i < 3000; i++) {
            at_ns += 5 * MINUTE + (below(&random, 60) == 0 ? 15 * MINUTE : 0);
            if (below(&random, 10) == 0)
                value = 40 + below(&random, 3);
            bench_reading(series, at_ns, value, below(&random, 50) == 0, 0);
        }
        /* Truth of reading i: it repeats the one before; the first of a stretch starts it. */
        struct plain *plain = counting(series);
        static struct bench_alert want[BENCH_ALERTS_MAX];
        uint32_t count = 0, since = 0;
        bool raised = false;
        for (uint32_t i = 1; i < plain->count; i++) {
            bool pause = plain->time_ns[i] - plain->time_ns[i - 1] > 15 * MINUTE;
            bool same = plain->value[i] == plain->value[i - 1];
            if (pause || !same)
                since = i;
            if (pause)
                continue;
            if (!same && raised) {
                want[count - 1].cleared_ns = plain->time_ns[i];
                raised = false;
            } else if (same && !raised && plain->time_ns[i] - plain->time_ns[since] >= HOUR) {

                want[count++] = (struct bench_alert){plain->time_ns[since], plain->time_ns[i],
                                                     STW_TIME_NONE, 0};
                raised = true;
            }
        }
        struct bench_result result;
        bench_every_way(&pack, &series, 1, at_ns + DAY, seed, &result);
        bench_expect(&result, want, count, "unchanged_for");
        total += count;
        bench_result_release(&result);
        free(plain);
        bench_series_free(series);
    }
    CU_ASSERT(total > 50);
    stw_pack_release(&pack);
}

enum { LIFTS = 3, CODES = 3 };

/* A device with events at whole minutes, several at once, some of them tests. */
static struct bench_series *lift(const char *name, uint64_t *random, int64_t end_ns)
{
    struct bench_series *series = bench_series_new(STW_SUBJECT_EVENTS, name);
    for (int64_t at_ns = start_ns; at_ns < end_ns;) {
        if (below(random, 5) != 0)
            at_ns += below(random, 4 * 24 * 60) * MINUTE;
        uint32_t row = series->count++;
        series->time_ns[row] = at_ns;
        series->ints[STW_EVENT_CODE][row] = below(random, CODES);
        series->present[STW_EVENT_CODE][row] = 1;
        series->ints[STW_EVENT_KIND][row] = below(random, 6) == 0;
        series->present[STW_EVENT_KIND][row] = below(random, 4) != 0;
        series->ints[STW_EVENT_CENSORED][row] = below(random, 2);
        series->present[STW_EVENT_CENSORED][row] = below(random, 5) == 0;
    }
    return series;
}

/* The events of one code that are no tests, and began when they say. */
static uint32_t events_of(const struct bench_series *series, int code, int64_t *times)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        bool test = series->present[STW_EVENT_KIND][i] && series->ints[STW_EVENT_KIND][i] == 1;
        bool before =
            series->present[STW_EVENT_CENSORED][i] && series->ints[STW_EVENT_CENSORED][i] == 0;
        if (!test && !before && series->ints[STW_EVENT_CODE][i] == code)
            times[count++] = series->time_ns[i];
    }
    return count;
}

/* Minute by minute: how many of the events lie in (t - 5 d, t]? */
static uint32_t count_by_minute(const int64_t *times, uint32_t events, int64_t end_ns,
                                struct bench_alert *alerts)
{
    uint32_t count = 0;
    bool raised = false;
    for (int64_t t = start_ns; t < end_ns; t += MINUTE) {
        uint32_t inside = 0, newest = 0;
        for (uint32_t i = 0; i < events && times[i] <= t; i++) {
            inside += times[i] > t - 5 * DAY;
            newest = i;
        }
        if (raised && inside < 3) {
            alerts[count - 1].cleared_ns = t;
            raised = false;
        } else if (!raised && inside >= 3) {
            int64_t since_ns = times[newest - inside + 1];
            /* One that rests on events of before the last clearing goes on. */
            if (count > 0 && since_ns < alerts[count - 1].cleared_ns) {
                alerts[count - 1].fired_ns = t;
                alerts[count - 1].cleared_ns = STW_TIME_NONE;
                alerts[count - 1].flaps++;
            } else {
                alerts[count++] = (struct bench_alert){since_ns, t, STW_TIME_NONE, 0};
            }
            raised = true;
        }
    }
    return count;
}

/* Alerts of different groups may start at once: compared as sets, and by the number of lines. */
static void expect_set(const struct bench_result *result, const struct bench_alert *want,
                       uint32_t count, uint64_t seed)
{
    uint32_t lines = 0, wanted_lines = 0;
    for (size_t i = 0; i < result->lines.size; i++)
        lines += result->lines.data[i] == '\n';
    CU_ASSERT_EQUAL(result->alert_count, count);
    for (uint32_t i = 0; i < count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < result->alert_count; j++)
            found |=
                memcmp(&result->alerts[j], &want[i], offsetof(struct bench_alert, flaps)) == 0 &&
                result->alerts[j].flaps == want[i].flaps;
        STW_EXPECT(found, "seed %llu: no alert from %lld to %lld", (unsigned long long)seed,
                   (long long)want[i].start_ns, (long long)want[i].cleared_ns);
        wanted_lines += 2 * want[i].flaps + (want[i].cleared_ns == STW_TIME_NONE ? 1 : 2);
    }
    CU_ASSERT_EQUAL(lines, wanted_lines);
}

static void repeats_of_one_code(void)
{
    static const char *const names[LIFTS] = {"L1", "L2", "L3"};
    static struct bench_alert want[BENCH_ALERTS_MAX];
    static int64_t times[BENCH_ROWS_MAX];
    struct stw_pack pack;
    unsigned total = 0;
    bench_pack(&pack, "rules:\n- id: r\n  watch: {events: faults, same: [device, code]}\n"
                      "  when: {count: {at_least: 3, within: 5 days}}\n");
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bench_series *series[LIFTS];
        uint64_t random = seed * 31;
        uint32_t count = 0;
        int64_t end_ns = start_ns + 120 * DAY;
        for (int d = 0; d < LIFTS; d++)
            series[d] = lift(names[d], &random, end_ns - 10 * DAY);
        for (int i = 0; i < LIFTS * CODES; i++) {
            uint32_t events = events_of(series[i / CODES], i % CODES, times);
            count += count_by_minute(times, events, end_ns, want + count);
        }
        struct bench_result result;
        bench_every_way(&pack, series, LIFTS, end_ns, seed, &result);
        expect_set(&result, want, count, seed);
        total += count;
        bench_result_release(&result);
        for (int d = 0; d < LIFTS; d++)
            bench_series_free(series[d]);
    }
    CU_ASSERT(total > 50);
    stw_pack_release(&pack);
}

/* ---- Orders ---------------------------------------------------------------------------------- */

static void an_order(struct bench_series *series, int64_t created_ns, int64_t arrived_ns,
                     int64_t closed_ns, int64_t paused_ns)
{
    uint32_t row = series->count++;
    series->time_ns[row] = created_ns;
    series->ints[STW_ORDER_ARRIVED][row] = arrived_ns;
    series->present[STW_ORDER_ARRIVED][row] = arrived_ns != STW_TIME_NONE;
    series->ints[STW_ORDER_CLOSED][row] = closed_ns;
    series->present[STW_ORDER_CLOSED][row] = closed_ns != STW_TIME_NONE;
    series->ints[STW_ORDER_PAUSED][row] = paused_ns;
    series->present[STW_ORDER_PAUSED][row] = paused_ns != 0;
}

static void deadlines_of_orders(void)
{
    /* In minutes after creation, -1: never. */
    static const struct {
        int arrived, closed, paused, now;
        int fired, cleared; /* -1: no alert; not cleared */
        bool warned;        /* warned and then met, or still within its time */
    } cases[] = {
        {3, -1, 0, 600, -1, -1, false},  {10, -1, 0, 600, -1, 10, true}, /* at the limit: met */
        {11, -1, 0, 600, 10, 11, false}, {-1, -1, 0, 600, 10, -1, false},
        {-1, -1, 0, 10, -1, -1, true}, /* not yet over */
        {-1, -1, 0, 8, -1, -1, false},   {-1, 7, 0, 600, -1, -1, false},
        {-1, 15, 0, 600, 10, 15, false}, {14, -1, 5, 600, -1, 14, true},
        {16, -1, 5, 600, 15, 16, false}, {-5, -1, 0, 600, -1, -1, false}, /* backwards */
    };
    struct stw_pack pack;
    bench_pack(&pack, "rules:\n- id: e\n  watch: {work_orders: all}\n"
                      "  when: {elapsed: {from: created, to: arrived, more_than: 10 min, "
                      "warn_at: 80%}}\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench_series *series = bench_series_new(STW_SUBJECT_ORDERS, "O-1");
        int64_t arrived =
            cases[i].arrived == -1 ? STW_TIME_NONE : start_ns + cases[i].arrived * MINUTE;
        int64_t closed =
            cases[i].closed == -1 ? STW_TIME_NONE : start_ns + cases[i].closed * MINUTE;
        an_order(series, start_ns, STW_TIME_NONE, STW_TIME_NONE, cases[i].paused * MINUTE);
        an_order(series, start_ns, arrived, closed, cases[i].paused * MINUTE);
        struct bench_result result;
        struct bench_way way = {0, 0, false, 1};
        bench_run(&pack, &series, 1, start_ns + cases[i].now * MINUTE, &way, &result);
        bool any = cases[i].warned || cases[i].fired >= 0;
        if (STW_EXPECT(result.alert_count == any, "case %zu: %u alerts", i, result.alert_count) &&
            any) {
            int64_t fired = cases[i].fired >= 0 ? cases[i].fired : 8 + cases[i].paused;
            int64_t cleared = cases[i].cleared;
            STW_EXPECT(result.alerts[0].fired_ns == start_ns + fired * MINUTE &&
                           result.alerts[0].cleared_ns ==
                               (cleared < 0 ? STW_TIME_NONE : start_ns + cleared * MINUTE),
                       "case %zu: %.*s", i, STW_SLICE_ARG(stw_buffer_slice(&result.lines)));
        }
        bench_result_release(&result);
        struct bench_result every;
        bench_every_way(&pack, &series, 1, start_ns + cases[i].now * MINUTE, i, &every);
        bench_result_release(&every);
        bench_series_free(series);
    }
    stw_pack_release(&pack);
}

/* Mon 9-17, Tue 9-16, Thu 8-17: 16 h from Monday 11:00 is Thursday 11:00 (a published vector). */
static void deadlines_in_working_hours(void)
{
    struct stw_pack pack;
    bench_pack(&pack, "calendars: {shop: {week: {mon: \"09:00-17:00\", tue: \"09:00-16:00\", "
                      "thu: \"08:00-17:00\"}}}\n"
                      "rules:\n- id: e\n  watch: {work_orders: all}\n"
                      "  when: {elapsed: {from: created, to: arrived, more_than: 16 h, "
                      "clock: shop}}\n");
    int64_t monday_ns = INT64_C(20199) * DAY + 11 * HOUR; /* 2025-04-21, a Monday */
    struct bench_series *series = bench_series_new(STW_SUBJECT_ORDERS, "O-1");
    an_order(series, monday_ns, STW_TIME_NONE, STW_TIME_NONE, 0);
    struct bench_alert want[] = {{monday_ns, monday_ns + 3 * DAY, STW_TIME_NONE, 0}};
    struct bench_result result;
    bench_every_way(&pack, &series, 1, monday_ns + 10 * DAY, 1, &result);
    bench_expect(&result, want, 1, "working hours");
    bench_result_release(&result);
    bench_series_free(series);
    stw_pack_release(&pack);
}

/* A checkpoint that is cut anywhere, has a bit turned, or is of other rules, is refused. */
static void damaged_checkpoints(void)
{
    struct stw_pack pack, other;
    struct stw_error err;
    struct stw_evaluator *evaluator;
    struct stw_buffer bytes;
    struct stw_alert_sink sink = {NULL, NULL};
    struct bench_series *series = gauge("MPa", 2);
    bench_pack(&pack, "rules:\n- {id: s, watch: {}, when: {unchanged_for: 1 h}}\n");
    bench_pack(&other, "rules:\n- {id: s, watch: {}, when: {unchanged_for: 2 h}}\n");
    CU_ASSERT_EQUAL_FATAL(stw_evaluator_create(&evaluator, &pack, sink, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_evaluator_add(evaluator, &series->subject, NULL, &err), STW_OK);
    stw_buffer_init(&bytes);
    stw_evaluator_save(evaluator, &bytes);
    for (size_t size = 0; size < bytes.size; size++) {
        struct stw_slice cut = {bytes.data, size};
        CU_ASSERT_EQUAL(stw_evaluator_restore(evaluator, cut, &err), STW_ERR_DAMAGED);
    }
    for (size_t i = 0; i < bytes.size * 8; i++) {
        bytes.data[i / 8] = (char)(bytes.data[i / 8] ^ (1 << i % 8));
        CU_ASSERT_EQUAL(stw_evaluator_restore(evaluator, stw_buffer_slice(&bytes), &err),
                        STW_ERR_DAMAGED);
        bytes.data[i / 8] = (char)(bytes.data[i / 8] ^ (1 << i % 8));
    }
    CU_ASSERT_EQUAL(stw_evaluator_restore(evaluator, stw_buffer_slice(&bytes), &err), STW_OK);
    stw_evaluator_free(evaluator);
    CU_ASSERT_EQUAL_FATAL(stw_evaluator_create(&evaluator, &other, sink, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_evaluator_add(evaluator, &series->subject, NULL, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_evaluator_restore(evaluator, stw_buffer_slice(&bytes), &err),
                    STW_ERR_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "other rules"));
    stw_evaluator_free(evaluator);
    stw_buffer_release(&bytes);
    bench_series_free(series);
    stw_pack_release(&pack);
    stw_pack_release(&other);
}

STW_SUITE(rule_conditions, {"above and below", above_and_below_at_once},
          {"outside with hysteresis", outside_with_hysteresis},
          {"silence at the exact instant", silence_at_the_exact_instant},
          {"a stuck sensor", a_stuck_sensor}, {"repeats of one code", repeats_of_one_code},
          {"deadlines of orders", deadlines_of_orders},
          {"deadlines in working hours", deadlines_in_working_hours},
          {"damaged checkpoints", damaged_checkpoints});
