/*
 * Rows by period against a plain walk over lists of times: steps, gaps, jitter, rows on the very
 * borders, corrections, a late commit in between, erased ranges; hours, local days across both
 * changes of the clock, months, and boundaries at random.
 */
#include "scan/row_count.h"

#include "../support/test.h"
#include "base/memory.h"
#include "scan/cut.h"
#include "time/period.h"

#include <stdio.h>
#include <stdlib.h>

enum { SERIES = 12, TIMES_MAX = 20000, BOUNDARIES_MAX = 10000 };

#define FIRST_NS (INT64_C(20500) * STW_NS_PER_DAY)          /* 2026-02-16 */
#define LAST_NS  (FIRST_NS + INT64_C(300) * STW_NS_PER_DAY) /* 2026-12-13 */
#define QUARTER  (INT64_C(15) * STW_NS_PER_MINUTE)

/* The times a series must have, in any order. */
struct times {
    int64_t at_ns[TIMES_MAX];
    uint32_t count;
};

struct world {
    struct stw_store *store;
    struct stw_view *view;
    const struct stw_table *readings;
    struct times *series; /* by number */
    uint32_t ids[SERIES];
    uint64_t random;
};

static void ok(int status, const struct stw_error *err, int line)
{
    STW_EXPECT(status == STW_OK, "line %d: %s %s", line, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}
#define OK(call) ok((call), &err, __LINE__)

static uint32_t dice(struct world *world, uint32_t sides)
{
    return (uint32_t)(stw_test_random(&world->random) % sides);
}

/* ---- The store ------------------------------------------------------------------------------- */

/* The next time of a series of that number after `at_ns`. */
static int64_t next_time(struct world *world, uint32_t number, int64_t at_ns)
{
    switch (number) {
    case 0:
    case 1: /* a step, for blocks on end */
        return at_ns + QUARTER;
    case 2: /* the same with gaps */
        return at_ns + (dice(world, 50) == 0 ? (2 + dice(world, 40)) * QUARTER : QUARTER);
    case 3: /* late by up to 9 s, on the grid */
        return (at_ns / QUARTER + 1) * QUARTER + dice(world, 10) * STW_NS_PER_SECOND;
    case 4: /* on a full hour, and an instant before and after it */
        return (at_ns / STW_NS_PER_HOUR + 1) * STW_NS_PER_HOUR + (at_ns % STW_NS_PER_HOUR == 0 ? 1
                                                                  : at_ns % STW_NS_PER_HOUR == 1
                                                                      ? -1
                                                                      : 0);
    case 5: /* a few a month */
        return at_ns + (1 + dice(world, 9)) * STW_NS_PER_DAY + dice(world, 1000);
    case 6: /* bursts of instants */
        return at_ns + (dice(world, 300) == 0 ? 20 * STW_NS_PER_HOUR : 1 + dice(world, 5));
    case 7: /* a step that no period is a multiple of */
        return at_ns + 1237 * STW_NS_PER_SECOND + 1;
    default: /* a month or two of quarter hours, here and there */
        return at_ns + QUARTER * (1 + dice(world, 3));
    }
}

/* The times at hand go into the plain list and the batch. */
static void put(struct world *world, struct stw_commit *commit, struct stw_batch *batch,
                uint32_t number, int64_t at_ns, bool is_new)
{
    struct stw_error err = {0};
    struct times *times = &world->series[number];
    if (at_ns < FIRST_NS || at_ns >= LAST_NS)
        return;
    if (stw_batch_full(batch)) {
        OK(stw_commit_add(commit, batch, &err));
        stw_batch_clear(batch);
    }
    (void)stw_batch_row(batch, world->ids[number], at_ns);
    if (is_new) {
        CU_ASSERT_FATAL(times->count < TIMES_MAX);
        times->at_ns[times->count++] = at_ns;
    }
}

static struct stw_commit *begin(struct world *world, struct stw_batch *batch)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    OK(stw_commit_begin(world->store, NULL, &commit, &err));
    OK(stw_batch_init(batch, world->readings, 0, &err));
    for (uint32_t number = 0; number < SERIES; number++) {
        char key[16];
        int size = snprintf(key, sizeof(key), "m%02u", number);
        memcpy(key + size, "\0c", 2);
        OK(stw_commit_series(commit, world->readings, (struct stw_slice){key, (size_t)size + 2},
                             &world->ids[number], &err));
    }
    return commit;
}

static void finish(struct stw_commit *commit, struct stw_batch *batch)
{
    struct stw_error err = {0};
    struct stw_commit_result result;
    OK(stw_commit_add(commit, batch, &err));
    OK(stw_commit_finish(commit, &result, &err));
    stw_batch_release(batch);
}

static void load(struct world *world)
{
    struct stw_batch batch;
    struct stw_commit *commit = begin(world, &batch);
    for (uint32_t number = 0; number < SERIES; number++) {
        uint32_t limit = number < 2 ? 9000 + 8000 * number : number < 8 ? 9000 : 400;
        int64_t at_ns = FIRST_NS + (number < 8 ? 0 : dice(world, 200) * STW_NS_PER_DAY);
        for (uint32_t i = 0; i < limit; i++, at_ns = next_time(world, number, at_ns))
            put(world, commit, &batch, number, at_ns, true);
    }
    finish(commit, &batch);
}

/* Series 0 to 3: every 97th time again, which makes no new row; series 1 and 5: new ones between.
 */
static void load_late(struct world *world)
{
    struct stw_batch batch;
    struct stw_commit *commit = begin(world, &batch);
    for (uint32_t number = 0; number < SERIES; number++) {
        uint32_t count = world->series[number].count;
        for (uint32_t i = 50; number < 4 && i < count; i += 97)
            put(world, commit, &batch, number, world->series[number].at_ns[i], false);
        for (uint32_t i = 3; (number == 1 || number == 5) && i < count; i += 211)
            put(world, commit, &batch, number, world->series[number].at_ns[i] + 7, true);
    }
    finish(commit, &batch);
}

static void erase(struct world *world, uint32_t number, int64_t from_ns, int64_t to_ns)
{
    struct stw_error err = {0};
    struct times *times = &world->series[number];
    uint32_t kept = 0;
    OK(stw_store_erase(world->store, world->readings, world->ids[number], from_ns, to_ns, &err));
    for (uint32_t i = 0; i < times->count; i++) {
        if (times->at_ns[i] < from_ns || times->at_ns[i] >= to_ns)
            times->at_ns[kept++] = times->at_ns[i];
    }
    CU_ASSERT(kept < times->count);
    times->count = kept;
}

static void open_world(struct world *world, uint64_t seed)
{
    struct stw_error err = {0};
    char path[300];
    struct stw_store_settings settings = {
        .zone = STW_SLICE("UTC"),
        .schema = STW_SLICE("tables: {readings: {keys: [device, channel], time: time, "
                            "identity: time, partition: all, columns: {value: decimal}}}")};
    *world = (struct world){.random = seed};
    world->series = stw_alloc_zero(SERIES, sizeof(*world->series));
    CU_ASSERT_FATAL(world->series != NULL);
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    OK(stw_store_create(path, &settings, NULL, &err));
    OK(stw_store_open(&world->store, path, STW_STORE_WRITE, NULL, &err));
    world->readings = stw_schema_find(stw_store_schema(world->store), STW_SLICE("readings"));
    load(world);
    load_late(world);
    erase(world, 2, FIRST_NS + 5 * QUARTER, FIRST_NS + 700 * QUARTER);
    erase(world, 9, INT64_MIN, INT64_MAX);
    OK(stw_view_open(world->store, NULL, &world->view, &err));
}

static void close_world(struct world *world)
{
    stw_view_close(world->view);
    stw_store_close(world->store);
    stw_free(world->series);
}

/* ---- Comparing ------------------------------------------------------------------------------- */

static uint64_t plain_count(const struct world *world, int64_t from_ns, int64_t to_ns)
{
    uint64_t rows = 0;
    for (uint32_t number = 0; number < SERIES; number++) {
        const struct times *times = &world->series[number];
        for (uint32_t i = 0; i < times->count; i++)
            rows += times->at_ns[i] >= from_ns && times->at_ns[i] < to_ns;
    }
    return rows;
}

/* Counts with statistics and without, on one thread and several; each must be the plain ones. */
static void compare(const struct world *world, const int64_t *boundaries, uint32_t count,
                    const char *what)
{
    struct stw_error err = {0};
    uint64_t *want = stw_alloc(count, sizeof(*want)), *got = stw_alloc(count, sizeof(*got));
    CU_ASSERT_FATAL(want != NULL && got != NULL);
    for (uint32_t i = 0; i + 1 < count; i++)
        want[i] = plain_count(world, boundaries[i], boundaries[i + 1]);
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct stw_row_count_spec spec = {.scan = {.table = world->readings},
                                          .boundaries = boundaries,
                                          .boundary_count = count,
                                          .thread_count = threads,
                                          .decode_always = threads == 2};
        struct stw_scan_stats stats;
        uint32_t wrong = 0;
        OK(stw_row_count_run(world->view, &spec, got, &stats, &err));
        for (uint32_t i = 0; i + 1 < count; i++)
            wrong += got[i] != want[i];
        STW_EXPECT(wrong == 0, "%s, %u threads: %u periods are wrong", what, threads, wrong);
        CU_ASSERT(threads != 2 || stats.blocks_skipped == 0);
    }
    stw_free(want);
    stw_free(got);
}

static uint32_t list_periods(const struct stw_zone *zone, struct stw_period_rule rule,
                             int64_t *boundaries)
{
    struct stw_error err = {0};
    struct stw_periods periods;
    struct stw_period period;
    uint32_t count = 0;
    OK(stw_periods_init(&periods, zone, rule, &err));
    stw_period_at(&periods, FIRST_NS + STW_NS_PER_DAY, &period);
    for (boundaries[count++] = period.start_ns; period.end_ns < LAST_NS - STW_NS_PER_DAY;) {
        CU_ASSERT_FATAL(count < BOUNDARIES_MAX);
        boundaries[count++] = period.end_ns;
        stw_period_next(&periods, &period, &period);
    }
    return count;
}

static void counts_are_those_of_a_plain_walk(void)
{
    static int64_t boundaries[BOUNDARIES_MAX];
    struct stw_error err = {0};
    struct stw_zone *zone;
    struct world world;
    open_world(&world, 11);
    OK(stw_zone_load("Europe/Berlin", &zone, &err));
    compare(&world, boundaries, list_periods(zone, STW_PERIOD_HOUR, boundaries), "hours");
    uint32_t days = list_periods(zone, STW_PERIOD_DAY, boundaries), odd = 0;
    for (uint32_t i = 1; i < days; i++) {
        int64_t hours = (boundaries[i] - boundaries[i - 1]) / STW_NS_PER_HOUR;
        odd += hours == 23 || hours == 25;
    }
    CU_ASSERT_EQUAL(odd, 2); /* 29 March and 25 October 2026 */
    compare(&world, boundaries, days, "days");
    struct stw_period_rule month = {STW_PERIOD_MONTH, 0, 26};
    compare(&world, boundaries, list_periods(zone, month, boundaries), "accounting months");
    stw_zone_free(zone);
    compare(&world, (const int64_t[]){FIRST_NS, LAST_NS}, 2, "everything");
    compare(&world, (const int64_t[]){INT64_MIN, FIRST_NS + 1, INT64_MAX}, 3, "all of time");
    compare(&world, (const int64_t[]){LAST_NS, LAST_NS + 1}, 2, "nothing");
    for (int round = 0; round < 30; round++) {
        uint32_t count = 2 + dice(&world, 200);
        int64_t at_ns = FIRST_NS + dice(&world, 100) * STW_NS_PER_DAY;
        int64_t width = round % 3 == 0 ? QUARTER : round % 3 == 1 ? 1 + dice(&world, 100) : 0;
        for (uint32_t i = 0; i < count; i++) {
            boundaries[i] = at_ns;
            at_ns += width > 0 ? width : 1 + dice(&world, 60000) * STW_NS_PER_MINUTE / 10;
        }
        compare(&world, boundaries, count, "at random");
    }
    close_world(&world);
}

/* Whole blocks with a step need not be read: only those that the late rows touch are. */
static void steps_are_not_decoded(void)
{
    struct stw_error err = {0};
    struct world world;
    struct stw_scan_stats stats;
    static int64_t hours[2001];
    uint64_t counts[2000];
    open_world(&world, 12);
    for (int i = 0; i <= 2000; i++)
        hours[i] = FIRST_NS + i * STW_NS_PER_HOUR;
    struct stw_row_count_spec spec = {
        .scan = {.table = world.readings, .series = &world.ids[7], .series_count = 1},
        .boundaries = (const int64_t[]){FIRST_NS, FIRST_NS + STW_NS_PER_DAY, LAST_NS},
        .boundary_count = 3};
    uint64_t two[2];
    OK(stw_row_count_run(world.view, &spec, two, &stats, &err));
    CU_ASSERT_EQUAL(stats.blocks_read, 0);
    CU_ASSERT(stats.blocks_skipped >= 2);
    /* Rows 0, 1, ... at multiples of 1237 s and 1 ns: 69 of them, and row 0, in 86,400 s. */
    CU_ASSERT_EQUAL(two[0], 70);
    CU_ASSERT_EQUAL(two[1], 9000 - 70);
    spec.boundaries = hours;
    spec.boundary_count = 1;
    CU_ASSERT_EQUAL(stw_row_count_run(world.view, &spec, counts, NULL, &err), STW_ERR_USAGE);
    hours[1] = hours[0];
    spec.boundary_count = 3;
    CU_ASSERT_EQUAL(stw_row_count_run(world.view, &spec, counts, NULL, &err), STW_ERR_USAGE);
    close_world(&world);
}

/* ---- Cutting --------------------------------------------------------------------------------- */

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void check_cut(const int64_t *boundaries, uint32_t boundary_count, const int64_t *times,
                      uint32_t count)
{
    struct stw_cut cut;
    uint32_t done = 0;
    int64_t last_period = -1;
    stw_cut_start(&cut, boundaries, boundary_count, times, count);
    while (stw_cut_next(&cut)) {
        CU_ASSERT(cut.from == done && cut.end > cut.from && (int64_t)cut.period > last_period);
        for (uint32_t i = cut.from; i < cut.end; i++)
            CU_ASSERT(times[i] >= boundaries[cut.period] && times[i] < boundaries[cut.period + 1]);
        done = cut.end;
        last_period = cut.period;
    }
    CU_ASSERT_EQUAL(done, count);
}

static void cuts_fall_on_boundaries(void)
{
    uint64_t random = 5;
    int64_t boundaries[50], times[300];
    for (int round = 0; round < 3000; round++) {
        uint32_t boundary_count = 2 + (uint32_t)(stw_test_random(&random) % 48);
        uint32_t count = (uint32_t)(stw_test_random(&random) % 300);
        uint64_t spread = round % 4 == 0 ? 3 : round % 4 == 1 ? 100 : 5000;
        int64_t at = -1000;
        for (uint32_t i = 0; i < boundary_count; i++)
            boundaries[i] = at += 1 + (int64_t)(stw_test_random(&random) % spread);
        uint64_t span = (uint64_t)(boundaries[boundary_count - 1] - boundaries[0]);
        for (uint32_t i = 0; i < count; i++)
            times[i] = boundaries[0] + (int64_t)(stw_test_random(&random) % span);
        qsort(times, count, sizeof(*times), compare_times);
        check_cut(boundaries, boundary_count, times, count);
    }
    check_cut((const int64_t[]){INT64_MIN, 0, INT64_MAX}, 3,
              (const int64_t[]){INT64_MIN, -1, 0, INT64_MAX - 1}, 4);
}

STW_SUITE(row_count, {"counts are those of a plain walk", counts_are_those_of_a_plain_walk},
          {"steps are not decoded", steps_are_not_decoded},
          {"cuts fall on boundaries", cuts_fall_on_boundaries});
