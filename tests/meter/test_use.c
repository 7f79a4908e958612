/*
 * Use of a series in a store against a meter fed with all of its readings.
 *
 * stw_use_of_series begins to read where it thinks that the past cannot matter; the twin always
 * begins with the first reading. Series are made of what a meter remembers: rollovers, resets,
 * exchanges, bad reads, noise of a step, flat stretches, gaps, marked readings, near the edges of
 * the periods asked for as well as far from them.
 */
#include "meter/use.h"

#include "base/memory.h"
#include "store/batch.h"

#include "../support/test.h"

#include <stdio.h>
#include <string.h>

enum { SERIES = 260, READINGS_MAX = 500, WINDOWS = 12, PERIODS_MAX = 30, DIGITS = 2 };
static const int64_t range = 10000; /* 10^DIGITS at scale 2 */

static const struct stw_slice words[] = {{"ok", 2}, {"estimated", 9}, {"suspect", 7}, {"bad", 3}};
enum { ESTIMATED_WORD = 1, BAD_WORD = 3, WORD_COUNT = 4 };

struct made {
    bool is_interval;
    int64_t step; /* the register counts in it, at scale 2 */
    bool has_step;
    int digits;
    int64_t interval_ns;
    int64_t exchange_ns; /* 0: none */
    int64_t exchange_final, exchange_initial;
    uint32_t count;
    int64_t time_ns[READINGS_MAX];
    int64_t value[READINGS_MAX]; /* at scale 2 */
    uint32_t quality[READINGS_MAX];
};

static int64_t between(uint64_t *seed, int64_t low, int64_t high)
{
    return low + (int64_t)(stw_test_random(seed) % (uint64_t)(high - low + 1));
}

static bool odds(uint64_t *seed, int64_t one_in)
{
    return one_in > 0 && between(seed, 1, one_in) == 1;
}

/* How often things happen in a series, one in so many readings; 0: never. */
struct habits {
    int64_t fall, back, noise, bad, mark, gap, flat, burst, exchange;
};

/* A meter that runs. */
struct maker {
    uint64_t *seed;
    struct made *made;
    struct habits habits;
    int64_t now, line; /* the register, and where it would be without a fall; 0: it is there */
    int64_t flat_until_ns, low_until_ns;
    bool is_slow;
};

static void choose(struct maker *maker)
{
    static const int64_t intervals[] = {1, 6, 24, 24 * 30}; /* hours */
    static const int64_t readings[] = {READINGS_MAX, READINGS_MAX, 300, 30};
    static const int64_t rare[] = {0, 0, 10, 40, 400};
    uint64_t *seed = maker->seed;
    struct made *made = maker->made;
    int64_t rhythm = between(seed, 0, 3);
    memset(made, 0, sizeof(*made));
    made->is_interval = odds(seed, 6);
    made->interval_ns = intervals[rhythm] * STW_NS_PER_HOUR;
    made->count = (uint32_t)between(seed, 1, readings[rhythm]);
    made->has_step = odds(seed, 2);
    made->step = odds(seed, 2) ? 10 : 1;
    made->digits = odds(seed, 3) ? DIGITS : 0;
    maker->is_slow = odds(seed, 4);
    int64_t *habits[] = {&maker->habits.fall, &maker->habits.back,  &maker->habits.noise,
                         &maker->habits.bad,  &maker->habits.mark,  &maker->habits.gap,
                         &maker->habits.flat, &maker->habits.burst, &maker->habits.exchange};
    for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
        *habits[i] = rare[between(seed, 0, 4)];
}

static void exchange(struct maker *maker, int64_t time_ns, int64_t use)
{
    uint64_t *seed = maker->seed;
    struct made *made = maker->made;
    made->exchange_ns = time_ns + between(seed, -40, 40) * STW_NS_PER_HOUR;
    made->exchange_final = maker->now + use;
    made->exchange_initial = odds(seed, 2) ? 0 : between(seed, 0, maker->now + 100);
    maker->now = made->exchange_initial;
}

/* The register goes on, falls, comes back to the line it left, wraps, or is exchanged. */
static void run_on(struct maker *maker, int64_t time_ns)
{
    uint64_t *seed = maker->seed;
    struct made *made = maker->made;
    int64_t use = between(seed, 0, 30) / made->step * made->step;
    if (maker->is_slow)
        use = odds(seed, 40) ? made->step : 0;
    if (odds(seed, maker->habits.burst))
        use *= between(seed, 2, 40);
    maker->line += maker->line > 0 ? use : 0;
    if (maker->line > 0 && odds(seed, maker->habits.back)) {
        maker->now = maker->line;
        maker->line = 0;
    } else if (odds(seed, maker->habits.fall)) {
        maker->line = maker->now + use;
        maker->now = odds(seed, 2) ? between(seed, 0, maker->now / 100) : maker->now / 2;
    } else if (made->exchange_ns == 0 && odds(seed, maker->habits.exchange)) {
        exchange(maker, time_ns, use);
    } else if (made->digits > 0 && maker->now + use >= range) {
        maker->now = (maker->now + use * between(seed, 1, 30)) % range;
    } else {
        maker->now += use;
    }
}

static int64_t read_register(struct maker *maker, int64_t time_ns)
{
    if (odds(maker->seed, maker->habits.noise))
        maker->low_until_ns = time_ns + between(maker->seed, 0, 20) * STW_NS_PER_DAY;
    if (odds(maker->seed, maker->habits.bad))
        return between(maker->seed, 0, 2 * maker->now);
    if (time_ns <= maker->low_until_ns && maker->now >= maker->made->step)
        return maker->now - maker->made->step;
    return maker->now;
}

static void make(uint64_t *seed, struct made *made)
{
    struct maker maker = {.seed = seed, .made = made};
    choose(&maker);
    int64_t time_ns =
        INT64_C(1600000000) * STW_NS_PER_SECOND + between(seed, 0, 3000) * STW_NS_PER_HOUR;
    maker.now = between(seed, 0, range) / made->step * made->step;
    for (uint32_t i = 0; i < made->count; i++) {
        made->time_ns[i] = time_ns;
        made->value[i] = made->is_interval ? between(seed, -1, 50) : read_register(&maker, time_ns);
        if (odds(seed, maker.habits.mark) || (i > 1 && made->quality[i - 2] > 0 && odds(seed, 2)))
            made->quality[i] = (uint32_t)between(seed, ESTIMATED_WORD, BAD_WORD);
        if (odds(seed, maker.habits.flat))
            maker.flat_until_ns = time_ns + between(seed, 1, 60) * STW_NS_PER_DAY;
        int64_t passed = odds(seed, maker.habits.gap) ? between(seed, 2, 40) : 1;
        time_ns += passed * made->interval_ns + between(seed, 0, 3) * STW_NS_PER_MINUTE;
        if (time_ns > maker.flat_until_ns)
            run_on(&maker, time_ns);
    }
}

/* ---- Into a store ---------------------------------------------------------------------------- */

static uint32_t key_of(struct stw_commit *commit, const struct stw_table *table, int number)
{
    char key[32];
    uint32_t id;
    int size = snprintf(key, sizeof(key), "m%03d%c%s", number, '\0', "volume");
    CU_ASSERT_EQUAL_FATAL(
        stw_commit_series(commit, table, (struct stw_slice){key, (size_t)size}, &id, NULL), STW_OK);
    return id;
}

static uint32_t put_text(struct stw_batch *batch, uint32_t row, const char *column,
                         struct stw_slice value)
{
    int place = stw_table_column(batch->table, stw_slice_of(column));
    CU_ASSERT_FATAL(place >= 0);
    CU_ASSERT_EQUAL_FATAL(stw_batch_use(batch, (uint32_t)place, NULL), STW_OK);
    if (value.data != NULL)
        CU_ASSERT_FATAL(stw_batch_set_text(batch, row, (uint32_t)place, value));
    return (uint32_t)place;
}

static void put_decimal(struct stw_batch *batch, uint32_t row, const char *column, int64_t value)
{
    uint32_t place = put_text(batch, row, column, (struct stw_slice){NULL, 0});
    stw_batch_set_decimal(batch, row, place, (struct stw_decimal){value, 2});
}

static void register_meter(struct stw_commit *commit, const struct stw_table *devices, int number,
                           const struct made *made)
{
    struct stw_batch batch;
    char interval[32];
    uint32_t id = key_of(commit, devices, number);
    CU_ASSERT_EQUAL_FATAL(stw_batch_init(&batch, devices, 2, NULL), STW_OK);
    uint32_t row = stw_batch_row(&batch, id, 0);
    put_text(&batch, row, "value_kind",
             made->is_interval ? STW_SLICE("interval") : STW_SLICE("register"));
    snprintf(interval, sizeof(interval), "%lld h",
             (long long)(made->interval_ns / STW_NS_PER_HOUR));
    put_text(&batch, row, "interval", stw_slice_of(interval));
    put_decimal(&batch, row, "multiplier", 100 + number % 3 * 50);
    if (made->has_step)
        put_decimal(&batch, row, "step", made->step);
    if (made->digits > 0) {
        uint32_t place = put_text(&batch, row, "digits", (struct stw_slice){NULL, 0});
        stw_batch_set_int(&batch, row, place, made->digits);
    }
    if (made->exchange_ns != 0) {
        row = stw_batch_row(&batch, id, made->exchange_ns);
        put_decimal(&batch, row, "exchange_final", made->exchange_final);
        put_decimal(&batch, row, "exchange_initial", made->exchange_initial);
    }
    CU_ASSERT_EQUAL_FATAL(stw_commit_add(commit, &batch, NULL), STW_OK);
    stw_batch_release(&batch);
}

static void store_readings(struct stw_commit *commit, const struct stw_table *readings, int number,
                           const struct made *made)
{
    struct stw_batch batch;
    uint32_t id = key_of(commit, readings, number);
    CU_ASSERT_EQUAL_FATAL(stw_batch_init(&batch, readings, READINGS_MAX, NULL), STW_OK);
    for (uint32_t i = 0; i < made->count; i++) {
        uint32_t row = stw_batch_row(&batch, id, made->time_ns[i]);
        put_decimal(&batch, row, "value", made->value[i]);
        put_text(&batch, row, "quality", words[made->quality[i]]);
    }
    CU_ASSERT_EQUAL_FATAL(stw_commit_add(commit, &batch, NULL), STW_OK);
    stw_batch_release(&batch);
}

/* ---- The twin -------------------------------------------------------------------------------- */

struct twin {
    struct stw_meter_period periods[PERIODS_MAX];
    const struct stw_use_period *wanted;
    uint32_t count;
};

static int keep_period(void *context, const struct stw_meter_period *period)
{
    struct twin *twin = context;
    for (uint32_t i = 0; i < twin->count; i++)
        if (twin->wanted[i].period.start_ns == period->period.start_ns)
            twin->periods[i] = *period;
    return STW_OK;
}

static void feed_all(struct twin *twin, const struct made *made,
                     const struct stw_meter_config *config)
{
    struct stw_meter meter;
    struct stw_meter_sink sink = {.context = twin, .period = keep_period};
    struct stw_vector value = {.type = STW_TYPE_DECIMAL, .scale = 2, .ints = made->value};
    struct stw_vector quality = {
        .type = STW_TYPE_TEXT, .codes = made->quality, .words = words, .word_count = WORD_COUNT};
    memset(twin->periods, 0, sizeof(twin->periods));
    stw_meter_init(&meter, config);
    CU_ASSERT_EQUAL_FATAL(
        stw_meter_feed(&meter, made->time_ns, made->count, &value, &quality, &sink, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_meter_finish(&meter, &sink, NULL), STW_OK);
}

static bool same_wide(struct stw_wide a, struct stw_wide b)
{
    stw_int128 left, right;
    int scale = a.scale > b.scale ? a.scale : b.scale;
    return stw_wide_rescale(a, scale, &left) && stw_wide_rescale(b, scale, &right) && left == right;
}

static bool same(const struct stw_use_period *use, const struct stw_meter_period *period,
                 bool is_interval)
{
    bool known = period->covered_ns > 0 || (is_interval && period->readings > 0);
    return use->known == known && same_wide(use->use, period->use) &&
           same_wide(use->estimated, period->estimated) &&
           same_wide(use->unplaced, period->unplaced) && use->readings == period->readings &&
           use->flag_bits == period->flags && use->covered_ns == period->covered_ns;
}

/* One question of `spec->series`; false where an answer differs. */
static bool ask(const struct stw_use_spec *spec, const struct made *made, uint32_t count,
                struct stw_slice device)
{
    struct stw_use_period uses[PERIODS_MAX];
    struct stw_periods periods;
    struct stw_meter_config config;
    struct twin twin = {.wanted = uses, .count = count};
    struct stw_error err = {0};
    CU_ASSERT_EQUAL_FATAL(stw_use_of_series(spec, uses, count, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_periods_init(&periods, spec->zone, spec->rule, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_meter_configure(spec->registry, device, STW_SLICE("volume"),
                                              spec->to_ns - 1, &periods, &config, NULL),
                          STW_OK);
    feed_all(&twin, made, &config);
    for (uint32_t i = 0; i < count; i++)
        if (!same(&uses[i], &twin.periods[i], made->is_interval))
            return STW_EXPECT(false, "%.*s, period %u of %u from %lld: use differs",
                              STW_SLICE_ARG(device), i, count,
                              (long long)(uses[i].period.start_ns / STW_NS_PER_SECOND));
    return true;
}

static bool ask_often(uint64_t *seed, struct stw_use_spec *spec, const struct made *made,
                      int number)
{
    static const struct stw_period_rule rules[] = {
        {STW_PERIOD_STEP, STW_NS_PER_HOUR, 0},
        {STW_PERIOD_STEP, STW_NS_PER_DAY, 0},
        {STW_PERIOD_MONTH, 0, 26},
        {STW_PERIOD_YEAR, 0, 1},
    };
    char device[16];
    snprintf(device, sizeof(device), "m%03d", number);
    for (int i = 0; i < WINDOWS; i++) {
        struct stw_periods periods;
        struct stw_period period;
        uint32_t near = (uint32_t)between(seed, 0, made->count - 1);
        uint32_t count = (uint32_t)between(seed, 1, PERIODS_MAX);
        spec->rule = rules[between(seed, 0, 3)];
        spec->from_ns = made->time_ns[near] + between(seed, -2, 2) * STW_NS_PER_HOUR;
        CU_ASSERT_EQUAL_FATAL(stw_periods_init(&periods, spec->zone, spec->rule, NULL), STW_OK);
        stw_period_at(&periods, spec->from_ns, &period);
        for (uint32_t j = 1; j < count; j++)
            stw_period_next(&periods, &period, &period);
        spec->to_ns = period.end_ns;
        if (!ask(spec, made, count, stw_slice_of(device)))
            return false;
    }
    return true;
}

static struct stw_view *store_all(const struct made *all, int count, struct stw_store **store)
{
    char path[512];
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_view *view;
    const struct stw_table *devices, *readings;
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    CU_ASSERT_EQUAL_FATAL(stw_store_create(path, &settings, NULL, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_store_open(store, path, STW_STORE_WRITE, NULL, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_commit_begin(*store, NULL, &commit, NULL), STW_OK);
    const struct stw_schema *schema = stw_store_schema(*store);
    CU_ASSERT_EQUAL_FATAL(stw_schema_want(schema, STW_SLICE("devices"), &devices, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_schema_want(schema, STW_SLICE("readings"), &readings, NULL), STW_OK);
    for (int i = 0; i < count; i++) {
        register_meter(commit, devices, i, &all[i]);
        store_readings(commit, readings, i, &all[i]);
    }
    CU_ASSERT_EQUAL_FATAL(stw_commit_finish(commit, &result, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_view_open(*store, NULL, &view, NULL), STW_OK);
    return view;
}

static void reads_from_where_it_must(void)
{
    uint64_t seed = 20261126;
    struct made *all = stw_alloc_zero(SERIES, sizeof(*all));
    CU_ASSERT_FATAL(all != NULL);
    for (int i = 0; i < SERIES; i++)
        make(&seed, &all[i]);
    struct stw_store *store;
    struct stw_view *view = store_all(all, SERIES, &store);
    struct stw_zone *zone;
    struct stw_use_spec spec = {.view = view};
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("Europe/Berlin", &zone, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_view_registry(view, &spec.registry, NULL), STW_OK);
    spec.zone = zone;
    /* Ids are given out in order of first arrival. */
    int differ = 0;
    for (int i = 0; i < SERIES && differ < 5; i++) {
        spec.series = (uint32_t)i;
        differ += !ask_often(&seed, &spec, &all[i], i);
    }
    CU_ASSERT_EQUAL(differ, 0);
    stw_zone_free(zone);
    stw_view_close(view);
    stw_store_close(store);
    stw_free(all);
}

/* Daily readings of a register at scale 2: `count` of each value, one after the other. */
static void make_days(struct made *made, const int64_t (*values)[2], uint32_t value_count)
{
    made->interval_ns = STW_NS_PER_DAY;
    for (uint32_t i = 0; i < value_count; i++)
        for (int64_t j = 0; j < values[i][1]; j++) {
            made->time_ns[made->count] =
                INT64_C(1600000000) * STW_NS_PER_SECOND + made->count * STW_NS_PER_DAY;
            made->value[made->count++] = values[i][0];
        }
}

/* The last days of series whose past decides: each looks innocent from a week before on. */
static void heeds_what_lies_before(void)
{
    enum { CASES = 4, ASKED = 8 };
    struct made *all = stw_alloc_zero(CASES, sizeof(*all));
    CU_ASSERT_FATAL(all != NULL);
    /* Under a step of 0.10, and held at 10.10 since before: no use. */
    static const int64_t flicker[][2] = {{1010, 20}, {1000, 24}, {1004, 4}, {1009, 3}};
    all[0].has_step = true;
    all[0].step = 10;
    make_days(&all[0], flicker, 4);
    /* A rollover by the pace of long ago. */
    static const int64_t wrap[][2] = {{9000, 1}, {9700, 20}, {9701, 5}, {9702, 5}, {50, 3}};
    all[1].digits = DIGITS;
    make_days(&all[1], wrap, 5);
    /* The same behind an exchange: the new register began at 99.90, and the readings only rise. */
    static const int64_t hidden[][2] = {{5, 1}, {35, 20}, {36, 5}, {37, 5}, {50, 3}};
    all[2].digits = DIGITS;
    make_days(&all[2], hidden, 5);
    for (uint32_t i = 31; i < all[2].count; i++)
        all[2].time_ns[i] += 3 * STW_NS_PER_DAY;
    all[2].exchange_ns = all[2].time_ns[30] + STW_NS_PER_DAY;
    all[2].exchange_final = 37;
    all[2].exchange_initial = 9990;
    /* One reading in months, and it is off the line. */
    static const int64_t dip[][2] = {{1000, 3}, {500, 1}, {1010, 1}, {1020, 3}};
    make_days(&all[3], dip, 4);
    for (uint32_t i = 0; i < 3; i++)
        all[3].time_ns[i] -= 200 * STW_NS_PER_DAY;
    struct stw_store *store;
    struct stw_view *view = store_all(all, CASES, &store);
    struct stw_zone *zone;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &zone, NULL), STW_OK);
    for (uint32_t i = 0; i < CASES; i++) {
        char device[16];
        struct stw_use_spec spec = {.view = view, .series = i, .zone = zone};
        spec.rule = STW_PERIOD_DAY;
        spec.to_ns = all[i].time_ns[all[i].count - 1] / STW_NS_PER_DAY * STW_NS_PER_DAY;
        CU_ASSERT_EQUAL_FATAL(stw_view_registry(view, &spec.registry, NULL), STW_OK);
        snprintf(device, sizeof(device), "m%03u", i);
        for (uint32_t count = 1; count <= ASKED; count++) {
            spec.from_ns = spec.to_ns - count * STW_NS_PER_DAY;
            CU_ASSERT(ask(&spec, &all[i], count, stw_slice_of(device)));
        }
    }
    stw_zone_free(zone);
    stw_view_close(view);
    stw_store_close(store);
    stw_free(all);
}

STW_SUITE(use, {"begins to read where the past cannot matter", reads_from_where_it_must},
          {"heeds what lies before", heeds_what_lies_before});
