/* Failures: hand-worked histories, published intervals and trends, and a day-by-day twin. */
#include "analysis/failures.h"
#include "base/clock.h"

#include "../support/test.h"

#include <math.h>

#define DAY  STW_NS_PER_DAY
#define HOUR STW_NS_PER_HOUR

static struct stw_arena arena;

static struct stw_fault_event fault(const char *device, int64_t at_ns, int64_t end_ns,
                                    const char *cause)
{
    return (struct stw_fault_event){.device = stw_slice_of(device),
                                    .cause = stw_slice_of(cause),
                                    .at_ns = at_ns,
                                    .end_ns = end_ns,
                                    .class = STW_EVENT_CORRECTIVE};
}

static struct stw_failure_unit unit(const char *device, int64_t in_ns, int64_t out_ns)
{
    return (struct stw_failure_unit){stw_slice_of(device), in_ns, out_ns};
}

/* Twelve months of 30 days. */
static const int64_t months[] = {0,         30 * DAY,  60 * DAY,  90 * DAY,  120 * DAY,
                                 150 * DAY, 180 * DAY, 210 * DAY, 240 * DAY, 270 * DAY,
                                 300 * DAY, 330 * DAY, 360 * DAY};

static struct stw_failure_spec spec_of(void)
{
    return (struct stw_failure_spec){.months_ns = months,
                                     .month_count = 12,
                                     .as_of_ns = 400 * DAY,
                                     .repeat_window_ns = DAY,
                                     .ends_recorded = true,
                                     .confidence = 0.95,
                                     .trend_failures = 6,
                                     .trend_months = 6,
                                     .repeat_count = 3,
                                     .repeat_within_ns = 30 * DAY};
}

static void find(const struct stw_fault_event *events, uint32_t event_count,
                 const struct stw_failure_unit *units, uint32_t unit_count,
                 struct stw_failure_spec spec, struct stw_failures *out)
{
    CU_ASSERT_EQUAL_FATAL(
        stw_failures_find(events, event_count, units, unit_count, &spec, &arena, out, NULL),
        STW_OK);
}

static void merges_calls_into_failures(void)
{
    struct stw_fault_event events[] = {
        /* one failure of three calls: two within a day of the first, one before its end */
        fault("lift 1", 10 * DAY, 12 * DAY, ""),
        fault("lift 1", 10 * DAY + HOUR, STW_END_NONE, "door"),
        fault("lift 1", 10 * DAY + 2 * HOUR, 13 * DAY, "power"),
        fault("lift 1", 12 * DAY + HOUR, 12 * DAY + 2 * HOUR, "door"),
        /* the day is over to the nanosecond: a second failure, then one without an end */
        fault("lift 1", 50 * DAY, 50 * DAY + HOUR, "door"),
        fault("lift 1", 51 * DAY, STW_END_NONE, "door"),
        fault("lift 1", 300 * DAY, STW_END_NONE, "door"),
        /* none of these is a failure of the period */
        fault("lift 1", 361 * DAY, STW_END_NONE, "door"),
        fault("lift 2", 20 * DAY, 21 * DAY, "door"), /* in service from day 100 */
        fault("lift 2", 401 * DAY, STW_END_NONE, "door"),
        fault("lift 9", 20 * DAY, 21 * DAY, "door"),
        fault("lift 2", 150 * DAY, 151 * DAY, ""),
        fault("lift 2", 160 * DAY, 161 * DAY, ""),
    };
    events[11].class = STW_EVENT_TEST;
    events[12].class = STW_EVENT_MAINTENANCE;
    events[2].entrapment = true;
    const struct stw_failure_unit units[] = {unit("lift 1", INT64_MIN, INT64_MAX),
                                             unit("lift 2", 100 * DAY, INT64_MAX)};
    stw_arena_init(&arena);
    struct stw_failures found;
    find(events, 13, units, 2, spec_of(), &found);
    CU_ASSERT_EQUAL(found.by_class[STW_EVENT_CORRECTIVE], 9);
    CU_ASSERT_EQUAL(found.by_class[STW_EVENT_TEST], 1);
    CU_ASSERT_EQUAL(found.by_class[STW_EVENT_MAINTENANCE], 1);
    CU_ASSERT_EQUAL(found.unregistered, 1);
    CU_ASSERT_EQUAL(found.later, 1);
    CU_ASSERT_EQUAL(found.repeats, 3);
    CU_ASSERT_EQUAL(found.outside_period, 1);
    CU_ASSERT_EQUAL(found.not_in_service, 1);
    CU_ASSERT_EQUAL(found.service_unknown, 1);
    CU_ASSERT_EQUAL_FATAL(found.failure_count, 6);
    const struct stw_failure *first = &found.failures[0];
    CU_ASSERT_EQUAL(first->calls, 4);
    CU_ASSERT(stw_slice_is(first->cause, "door"));
    CU_ASSERT(first->entrapment && first->counted);
    CU_ASSERT_EQUAL(first->end, STW_FAILURE_ENDED);
    CU_ASSERT_EQUAL(first->stop_count, 1);
    CU_ASSERT_EQUAL(first->down_ns, 3 * DAY);
    CU_ASSERT_EQUAL(found.failures[1].calls, 1);
    CU_ASSERT_EQUAL(found.failures[2].end, STW_FAILURE_END_UNKNOWN); /* it failed again later */
    CU_ASSERT_EQUAL(found.failures[3].end, STW_FAILURE_END_UNKNOWN);
    CU_ASSERT_EQUAL(found.failures[4].end, STW_FAILURE_OPEN);
    CU_ASSERT_FALSE(found.failures[4].counted);
    CU_ASSERT_FALSE(found.failures[5].counted);
    stw_arena_release(&arena);
}

/* 137 failures in 24.19893 unit-years: 4.753125 .. 6.692709 a unit-year. */
static void gives_published_rate(void)
{
    enum { COUNT = 137 };
    int64_t year = STW_NS_PER_UNIT_YEAR;
    const int64_t period[] = {0, (int64_t)(24.19893 * (double)year)};
    struct stw_fault_event events[COUNT];
    for (int i = 0; i < COUNT; i++)
        events[i] = fault("lift", (i + 1) * 60 * DAY, (i + 1) * 60 * DAY + 6 * HOUR, "x");
    const struct stw_failure_unit units[] = {unit("lift", 0, INT64_MAX)};
    struct stw_failure_spec spec = spec_of();
    spec.months_ns = period;
    spec.month_count = 1;
    spec.as_of_ns = INT64_MAX;
    stw_arena_init(&arena);
    struct stw_failures found;
    struct stw_failure_lines lines;
    find(events, COUNT, units, 1, spec, &found);
    CU_ASSERT_EQUAL(stw_failures_by_unit(&found, &arena, &lines, NULL), STW_OK);
    const struct stw_failure_line *line = &lines.lines[0];
    CU_ASSERT_EQUAL(line->failures, COUNT);
    STW_NEAR(line->rate_per_unit_year.interval.low, 4.753125, 5e-7);
    STW_NEAR(line->rate_per_unit_year.interval.high, 6.692709, 5e-7);
    STW_NEAR(line->repair_mean_h, 6, 1e-12);
    STW_NEAR(line->repair_median_h, 6, 1e-12);
    CU_ASSERT(line->downtime_ns == (stw_int128)COUNT * 6 * HOUR);
    STW_NEAR(line->availability, 1 - 137 * 0.25 / (24.19893 * 365.25), 1e-12);
    stw_arena_release(&arena);
}

/* Two failures in 1,600 days at 90 %: 254.1379 .. 4502.457 days; and a unit that never failed. */
static void gives_published_mtbf(void)
{
    const int64_t period[] = {0, 1600 * DAY};
    const struct stw_fault_event events[] = {fault("a", 5 * DAY, STW_END_NONE, ""),
                                             fault("a", 900 * DAY, STW_END_NONE, "")};
    const struct stw_failure_unit units[] = {unit("a", 0, INT64_MAX),
                                             unit("b", 100 * DAY, 1100 * DAY),
                                             unit("c", 2000 * DAY, INT64_MAX)};
    struct stw_failure_spec spec = spec_of();
    spec.months_ns = period;
    spec.month_count = 1;
    spec.as_of_ns = 1600 * DAY;
    spec.confidence = 0.9;
    spec.ends_recorded = false;
    stw_arena_init(&arena);
    struct stw_failures found;
    struct stw_failure_lines lines;
    find(events, 2, units, 3, spec, &found);
    CU_ASSERT_EQUAL(stw_failures_by_unit(&found, &arena, &lines, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(lines.count, 3);
    STW_NEAR(lines.lines[0].mtbf_days.value, 800, 1e-9);
    STW_NEAR(lines.lines[0].mtbf_days.interval.low, 254.1379, 5e-5);
    STW_NEAR(lines.lines[0].mtbf_days.interval.high, 4502.457, 5e-4);
    CU_ASSERT_EQUAL(lines.lines[0].repair_verdict, STW_VERDICT_NO_DATA);
    CU_ASSERT_EQUAL(lines.lines[0].availability_verdict, STW_VERDICT_INCOMPLETE);
    /* 1,000 days without a failure: at least 1000 / ln 10 days between failures. */
    CU_ASSERT_EQUAL(lines.lines[1].rate_verdict, STW_VERDICT_JUDGED);
    CU_ASSERT_EQUAL(lines.lines[1].mtbf_days.value, INFINITY);
    STW_NEAR(lines.lines[1].mtbf_days.interval.low, 1000 / log(10), 1e-9);
    STW_NEAR(lines.lines[1].rate_upper_bound, log(10) * 365.25 / 1000, 1e-12);
    CU_ASSERT_EQUAL(lines.lines[2].rate_verdict, STW_VERDICT_NO_EXPOSURE);
    CU_ASSERT_EQUAL(lines.lines[2].availability_verdict, STW_VERDICT_NO_EXPOSURE);
    CU_ASSERT_EQUAL(lines.total.units, 2);
    CU_ASSERT(lines.total.exposure_ns == (stw_int128)2600 * DAY);
    stw_arena_release(&arena);
}

/* Repairs of 2 h, 4 h and one open for 100 h at as-of: mean 106 / 2, median 4 by Kaplan-Meier
 * (2/3 after 2 h, 1/3 after 4 h). One entrapment in 2 unit-months is 50 per 100. */
static void censors_open_stops(void)
{
    struct stw_fault_event events[] = {fault("a", 5 * DAY, 5 * DAY + 2 * HOUR, "door"),
                                       fault("b", 9 * DAY, 9 * DAY + 4 * HOUR, "door"),
                                       fault("b", 30 * DAY - 100 * HOUR, STW_END_NONE, "power")};
    events[0].entrapment = true;
    const struct stw_failure_unit units[] = {unit("a", 0, INT64_MAX), unit("b", 0, INT64_MAX)};
    struct stw_failure_spec spec = spec_of();
    spec.month_count = 1;
    spec.as_of_ns = 30 * DAY;
    stw_arena_init(&arena);
    struct stw_failures found;
    struct stw_failure_lines lines;
    find(events, 3, units, 2, spec, &found);
    CU_ASSERT_EQUAL(stw_failures_by_cause(&found, &arena, &lines, NULL), STW_OK);
    CU_ASSERT_EQUAL(lines.total.open, 1);
    STW_NEAR(lines.total.repair_mean_h, 53, 1e-12);
    STW_NEAR(lines.total.repair_median_h, 4, 1e-12);
    CU_ASSERT_EQUAL(lines.total.repair_verdict, STW_VERDICT_JUDGED);
    STW_NEAR(lines.total.availability, 1 - 106.0 / (60 * 24), 1e-12);
    STW_NEAR(lines.total.entrapments_per_100_unit_months.value, 50, 1e-12);
    CU_ASSERT_EQUAL_FATAL(lines.count, 2);
    CU_ASSERT(stw_slice_is(lines.lines[0].name, "door"));
    CU_ASSERT_EQUAL(lines.lines[0].failures, 2);
    CU_ASSERT_EQUAL(lines.lines[1].repair_verdict, STW_VERDICT_NO_DATA);
    STW_NEAR(lines.lines[0].rate_per_unit_year.value + lines.lines[1].rate_per_unit_year.value,
             lines.total.rate_per_unit_year.value, 1e-12);
    stw_arena_release(&arena);
}

/* NIST's ten repairs as days, observation ended at 1500: they disagree, so all are there. */
/* A month of 30 days, one lift, as-of at its end, by hand:
 *   day 0, 6 h    down already when the log began: 6 h of downtime, no failure
 *   day 5, 2 h    a failure, repaired
 *   day 10, 5 h   a failure, lost sight of after 5 h: no repair, a censored 5 h
 *   day 12, 3 h   seen down again, since when nobody saw: 3 h of downtime, no failure
 *   day 20, 2 h   a failure, repaired
 * Three failures in 30 days; downtime 18 h; mean time to repair (2 + 2 + 5) / 2, median 2: two of
 * three are repaired then, S = 1/3. */
static void censors_what_was_not_seen(void)
{
    struct stw_fault_event events[] = {fault("a", 0, 6 * HOUR, "door"),
                                       fault("a", 5 * DAY, 5 * DAY + 2 * HOUR, "door"),
                                       fault("a", 10 * DAY, 10 * DAY + 5 * HOUR, "door"),
                                       fault("a", 12 * DAY, 12 * DAY + 3 * HOUR, "door"),
                                       fault("a", 20 * DAY, 20 * DAY + 2 * HOUR, "door")};
    events[0].began_before = true;
    events[2].lost = true;
    events[3].began_before = true;
    const struct stw_failure_unit units[] = {unit("a", 0, INT64_MAX)};
    struct stw_failure_spec spec = spec_of();
    spec.month_count = 1;
    spec.as_of_ns = 30 * DAY;
    stw_arena_init(&arena);
    struct stw_failures found;
    struct stw_failure_lines lines;
    find(events, 5, units, 1, spec, &found);
    CU_ASSERT(found.began_unseen == 2 && found.by_class[STW_EVENT_CORRECTIVE] == 5);
    CU_ASSERT_EQUAL_FATAL(found.failure_count, 5);
    CU_ASSERT_EQUAL(found.failures[2].end, STW_FAILURE_LOST);
    CU_ASSERT_EQUAL(stw_failures_by_unit(&found, &arena, &lines, NULL), STW_OK);
    const struct stw_failure_line *line = &lines.total;
    CU_ASSERT(line->failures == 3 && line->ended == 2 && line->lost == 1 && line->open == 0);
    CU_ASSERT(line->downtime_ns == 18 * HOUR);
    STW_NEAR(line->rate_per_unit_year.value, 3 / (30 / 365.25), 1e-9);
    STW_NEAR(line->availability, 1 - 18.0 / (30 * 24), 1e-12);
    CU_ASSERT_EQUAL(line->availability_verdict, STW_VERDICT_INCOMPLETE);
    STW_NEAR(line->repair_mean_h, 4.5, 1e-12);
    STW_NEAR(line->repair_median_h, 2, 1e-12);
    stw_arena_release(&arena);
}

/* Calls within the day of one another are one failure; the end that is seen last tells how it
 * ended. */
static void joins_censored_calls(void)
{
    struct stw_fault_event events[] = {fault("a", 5 * DAY, 5 * DAY + 4 * HOUR, "door"),
                                       fault("a", 5 * DAY + HOUR, 5 * DAY + 6 * HOUR, "door"),
                                       fault("b", 5 * DAY, 5 * DAY + 6 * HOUR, "door"),
                                       fault("b", 5 * DAY + HOUR, 5 * DAY + 4 * HOUR, "door")};
    events[0].lost = events[3].lost = true;
    const struct stw_failure_unit units[] = {unit("a", 0, INT64_MAX), unit("b", 0, INT64_MAX)};
    stw_arena_init(&arena);
    struct stw_failures found;
    find(events, 4, units, 2, spec_of(), &found);
    CU_ASSERT_EQUAL_FATAL(found.failure_count, 2);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(found.failures[i].end, STW_FAILURE_ENDED);
        CU_ASSERT_EQUAL(found.failures[i].down_ns, 6 * HOUR);
    }
    stw_arena_release(&arena);
}

static void tests_trend_of_a_unit(void)
{
    static const int times[] = {5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478};
    int64_t period[51];
    for (int i = 0; i <= 50; i++)
        period[i] = i * 30 * DAY;
    struct stw_fault_event events[10];
    for (int i = 0; i < 10; i++)
        events[i] = fault("lift", times[i] * DAY, times[i] * DAY + HOUR, "x");
    const struct stw_failure_unit units[] = {unit("lift", INT64_MIN, INT64_MAX),
                                             unit("quiet", 10 * DAY, INT64_MAX),
                                             unit("scrapped", 0, 0)};
    struct stw_failure_spec spec = spec_of();
    spec.months_ns = period;
    spec.month_count = 50;
    spec.as_of_ns = INT64_MAX;
    stw_arena_init(&arena);
    struct stw_failures found;
    const struct stw_failure_trend *trends;
    uint32_t count;
    find(events, 10, units, 3, spec, &found);
    CU_ASSERT_EQUAL(stw_failures_trends(&found, &arena, &trends, &count, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(count, 2);
    CU_ASSERT_EQUAL(trends[0].verdict, STW_VERDICT_JUDGED);
    STW_NEAR(trends[0].laplace.statistic, -1.326949, 5e-7);
    STW_NEAR(trends[0].mil_hdbk_189.statistic, 37.228081, 5e-7);
    CU_ASSERT_EQUAL(trends[0].reverse_arrangements.reversals, 33);
    STW_NEAR(trends[0].power_law.beta, 20 / 37.228081, 5e-7);
    CU_ASSERT_EQUAL(trends[0].monthly_verdict, STW_VERDICT_JUDGED);
    CU_ASSERT_EQUAL(trends[0].monthly.count, 50);
    CU_ASSERT(trends[0].monthly.s < 0);
    CU_ASSERT_EQUAL(trends[1].verdict, STW_VERDICT_TOO_FEW);
    CU_ASSERT_EQUAL(trends[1].monthly.count, 49); /* its first month is not whole */
    CU_ASSERT_EQUAL(trends[1].monthly.s, 0);
    stw_arena_release(&arena);
}

static void lists_repeat_faults(void)
{
    const struct stw_fault_event events[] = {
        fault("b", 10 * DAY, 10 * DAY, "door"), fault("b", 30 * DAY, 30 * DAY, "door"),
        fault("b", 40 * DAY, 40 * DAY, "door"), fault("b", 41 * DAY, 41 * DAY, "power"),
        fault("b", 70 * DAY, 70 * DAY, "door"), fault("a", 1 * DAY, 1 * DAY, "door"),
        fault("a", 20 * DAY, 20 * DAY, "door"), fault("a", 32 * DAY, 32 * DAY, "door"),
        fault("c", 1 * DAY, 1 * DAY, "x"),      fault("c", 3 * DAY, 3 * DAY, "x"),
        fault("c", 5 * DAY, 5 * DAY, "x"),      fault("c", 7 * DAY, 7 * DAY, "x"),
        fault("a", 100 * DAY, 100 * DAY, ""),   fault("a", 102 * DAY, 102 * DAY, ""),
        fault("a", 104 * DAY, 104 * DAY, "")};
    const struct stw_failure_unit units[] = {unit("a", 0, INT64_MAX), unit("b", 0, INT64_MAX),
                                             unit("c", 0, INT64_MAX)};
    stw_arena_init(&arena);
    struct stw_failures found;
    const struct stw_repeat_fault *repeats;
    uint32_t count;
    find(events, 15, units, 3, spec_of(), &found);
    CU_ASSERT_EQUAL(stw_failures_repeats(&found, &arena, &repeats, &count, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(count,
                          2); /* a's three doors span 31 days; unstated causes do not count */
    CU_ASSERT_EQUAL(repeats[0].unit, 2);
    CU_ASSERT_EQUAL(repeats[0].most, 4);
    CU_ASSERT_EQUAL(repeats[1].unit, 1);
    CU_ASSERT_EQUAL(repeats[1].most, 3); /* day 10 to 40: exactly 30 days */
    CU_ASSERT_EQUAL(repeats[1].first_ns, 10 * DAY);
    CU_ASSERT_EQUAL(repeats[1].last_ns, 40 * DAY);
    CU_ASSERT_EQUAL(repeats[1].total, 4);
    stw_arena_release(&arena);
}

/* Random histories of whole hours against a twin that looks at every hour of every unit. */
static void agrees_with_an_hourly_twin(void)
{
    enum { UNITS = 5, EVENTS = 120, HOURS = 360 * 24 };
    static const char *const names[UNITS] = {"a", "b", "c", "d", "e"};
    static uint8_t down[UNITS][HOURS];
    uint64_t state = 3;
    for (int round = 0; round < 20; round++) {
        struct stw_failure_unit units[UNITS];
        struct stw_slice keys[UNITS];
        struct stw_fault_event events[EVENTS];
        for (int u = 0; u < UNITS; u++) {
            int64_t in = (int64_t)(stw_test_random(&state) % HOURS) - 2000;
            int64_t out = in + (int64_t)(stw_test_random(&state) % (2 * HOURS));
            units[u] = unit(names[u], in * HOUR, out * HOUR);
            keys[u] = stw_slice_of(u % 2 == 0 ? "even" : "odd");
        }
        for (int i = 0; i < EVENTS; i++) {
            int64_t at = (int64_t)(stw_test_random(&state) % (HOURS + 1000)) - 500;
            int64_t length = 1 + (int64_t)(stw_test_random(&state) % 60);
            events[i] = fault(names[stw_test_random(&state) % UNITS], at * HOUR,
                              (at + length) * HOUR, i % 3 == 0 ? "door" : "power");
        }
        stw_arena_init(&arena);
        struct stw_failures found;
        struct stw_failure_lines by_unit, by_month, by_key, by_cause;
        struct stw_failure_spec spec = spec_of();
        spec.as_of_ns = 500 * DAY;
        find(events, EVENTS, units, UNITS, spec, &found);
        CU_ASSERT_EQUAL(stw_failures_by_unit(&found, &arena, &by_unit, NULL), STW_OK);
        CU_ASSERT_EQUAL(stw_failures_by_month(&found, &arena, &by_month, NULL), STW_OK);
        CU_ASSERT_EQUAL(stw_failures_by_key(&found, keys, &arena, &by_key, NULL), STW_OK);
        CU_ASSERT_EQUAL(stw_failures_by_cause(&found, &arena, &by_cause, NULL), STW_OK);

        /* Downtime is the union of the stops: a call before the end joins its failure. */
        memset(down, 0, sizeof(down));
        int64_t exposure = 0, downtime = 0, month_downtime = 0;
        for (int i = 0; i < EVENTS; i++)
            for (int64_t h = events[i].at_ns / HOUR; h < events[i].end_ns / HOUR; h++)
                if (h >= 0 && h < HOURS)
                    down[events[i].device.data[0] - 'a'][h] = 1;
        for (int u = 0; u < UNITS; u++) {
            for (int64_t h = 0; h < HOURS; h++) {
                if (h * HOUR < units[u].in_service_ns || h * HOUR >= units[u].out_of_service_ns)
                    continue;
                exposure++;
                downtime += down[u][h];
                month_downtime += h / 720 == 4 && down[u][h];
            }
        }
        CU_ASSERT(by_unit.total.exposure_ns == (stw_int128)exposure * HOUR);
        CU_ASSERT(by_unit.total.downtime_ns == (stw_int128)downtime * HOUR);
        CU_ASSERT(by_month.lines[4].downtime_ns == (stw_int128)month_downtime * HOUR);
        const struct stw_failure_lines *all[] = {&by_unit, &by_month, &by_key, &by_cause};
        for (int k = 0; k < 4; k++) {
            uint32_t failures = 0, calls = 0;
            stw_int128 lost = 0;
            for (uint32_t i = 0; i < all[k]->count; i++) {
                failures += all[k]->lines[i].failures;
                calls += all[k]->lines[i].calls;
                lost += all[k]->lines[i].downtime_ns;
            }
            CU_ASSERT_EQUAL(failures, by_unit.total.failures);
            CU_ASSERT_EQUAL(calls, by_unit.total.calls);
            CU_ASSERT(lost == by_unit.total.downtime_ns);
        }
        stw_arena_release(&arena);
    }
}

STW_SUITE(failures, {"merges calls into failures", merges_calls_into_failures},
          {"gives the published rate", gives_published_rate},
          {"gives the published MTBF", gives_published_mtbf},
          {"censors open stops", censors_open_stops},
          {"censors what was not seen", censors_what_was_not_seen},
          {"joins censored calls", joins_censored_calls},
          {"tests the trend of a unit", tests_trend_of_a_unit},
          {"lists repeat faults", lists_repeat_faults},
          {"agrees with an hourly twin", agrees_with_an_hourly_twin});
