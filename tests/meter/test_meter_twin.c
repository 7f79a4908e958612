/*
 * The step function against a meter whose truth is known.
 *
 * A made-up meter runs; its register is read with rollovers, resets, exchanges, single bad reads,
 * zeros in a row and unexplained falls planted far enough apart to be told apart. The generator
 * writes down which readings are true and what was used between them. The twin evaluates each
 * period by itself from that list, all in memory: what the register was at its two boundaries.
 */
#include "meter/meter.h"

#include "base/memory.h"

#include "../support/test.h"

#include <string.h>

enum { READINGS_MAX = 4096, STRETCHES_MAX = 3 * READINGS_MAX, PERIODS_MAX = 16384, LIST_MAX = 64 };
enum { DATA_SCALE = 2, SCALE = 3, DIGITS = 6 };
static const int64_t range = 100000000; /* 10^DIGITS at DATA_SCALE */

/* The truth from one instant to another: what a register went up by. */
struct stretch {
    int64_t from_ns, to_ns;
    int64_t rise; /* at DATA_SCALE */
    bool doubtful;
    bool unknown;
};

struct truth {
    int64_t time_ns[READINGS_MAX];
    int64_t value[READINGS_MAX]; /* as read */
    bool kept[READINGS_MAX];
    uint32_t count;
    struct stretch stretches[STRETCHES_MAX];
    uint32_t stretch_count;
    struct stw_exchange exchanges[LIST_MAX];
    uint32_t exchange_count;
    struct stw_dated_decimal multipliers[LIST_MAX];
    uint32_t multiplier_count;
    int planted[8];
};

enum plant { NOTHING, LOW, HIGH, ZEROS, RESET, FALL, EXCHANGE, PLANT_KINDS };

static int64_t between(uint64_t *seed, int64_t low, int64_t high)
{
    return low + (int64_t)(stw_test_random(seed) % (uint64_t)(high - low + 1));
}

static void add_stretch(struct truth *truth, int64_t from_ns, int64_t to_ns, int64_t rise,
                        bool doubtful, bool unknown)
{
    truth->stretches[truth->stretch_count++] =
        (struct stretch){from_ns, to_ns, rise, doubtful, unknown};
}

static void add_reading(struct truth *truth, int64_t time_ns, int64_t value, bool kept)
{
    truth->time_ns[truth->count] = time_ns;
    truth->value[truth->count] = value;
    truth->kept[truth->count++] = kept;
}

/* The register of the made-up meter, the true use of one interval after the other. */
struct maker {
    struct truth *truth;
    uint64_t seed;
    int64_t now_ns, last_ns; /* last_ns: of the last true reading */
    int64_t register_now, register_last;
    int64_t slack_ns;
    int64_t gap_ns; /* now and then a pause as long */
};

/* Time passes, and the register counts 1 to 5 units of 10^-DATA_SCALE a minute. */
static int64_t run(struct maker *maker)
{
    int64_t minutes = between(&maker->seed, 3, 75);
    if (maker->gap_ns > 0 && between(&maker->seed, 0, 150) == 0)
        minutes = maker->gap_ns / STW_NS_PER_MINUTE + between(&maker->seed, 1, 3000);
    int64_t use = minutes * between(&maker->seed, 1, 5);
    maker->now_ns += minutes * STW_NS_PER_MINUTE;
    return use;
}

static void read_true(struct maker *maker, int64_t rise, bool doubtful, bool unknown)
{
    add_stretch(maker->truth, maker->last_ns, maker->now_ns, rise, doubtful, unknown);
    add_reading(maker->truth, maker->now_ns, maker->register_now, true);
    maker->last_ns = maker->now_ns;
    maker->register_last = maker->register_now;
}

static void run_and_read(struct maker *maker)
{
    int64_t use = run(maker);
    maker->register_now = (maker->register_now + use) % range;
    read_true(maker, use, false, false);
}

/* An exchange somewhere in the interval; its record is off by up to the slack. */
static void exchange(struct maker *maker)
{
    struct truth *truth = maker->truth;
    int64_t from_ns = maker->now_ns, before = maker->register_now;
    int64_t old_use = run(maker);
    int64_t at_ns = maker->now_ns;
    int64_t new_use = run(maker);
    int64_t initial = between(&maker->seed, 0, 5000);
    int64_t off_ns =
        maker->slack_ns == 0 ? 0 : between(&maker->seed, -maker->slack_ns / 2, maker->slack_ns / 2);
    int64_t told_ns = at_ns + off_ns;
    truth->exchanges[truth->exchange_count++] = (struct stw_exchange){
        told_ns, {true, {before + old_use, DATA_SCALE}}, {true, {initial, DATA_SCALE}}};
    bool inside = told_ns > from_ns && told_ns < maker->now_ns;
    if (!inside)
        told_ns = from_ns;
    add_stretch(truth, from_ns, told_ns, old_use, !inside, false);
    maker->last_ns = told_ns;
    maker->register_now = initial + new_use;
    read_true(maker, new_use, false, false);
}

static void plant(struct maker *maker, enum plant what)
{
    int64_t use;
    maker->truth->planted[what]++;
    switch (what) {
    case LOW:
    case HIGH:
        use = run(maker);
        add_reading(maker->truth, maker->now_ns,
                    what == LOW ? between(&maker->seed, 0, maker->register_now - 1)
                                : maker->register_now + between(&maker->seed, 1000000, 9000000),
                    false);
        use += run(maker);
        maker->register_now += use;
        read_true(maker, use, false, false);
        break;
    case ZEROS: /* taken for a reset until the register is back on its line */
        use = maker->register_now;
        for (int64_t n = between(&maker->seed, 2, 4); n > 0; n--) {
            use += run(maker);
            add_stretch(maker->truth, maker->last_ns, maker->now_ns, 0, false, false);
            add_reading(maker->truth, maker->now_ns, 0, true);
            maker->last_ns = maker->now_ns;
        }
        use += run(maker);
        use -= maker->register_now;
        maker->register_now += use;
        read_true(maker, use, true, false);
        break;
    case RESET:
        (void)run(maker); /* lost */
        maker->register_now = run(maker);
        read_true(maker, maker->register_now, true, false);
        break;
    case FALL:
        (void)run(maker);
        maker->register_now = maker->register_now / 2 + between(&maker->seed, 0, 1000);
        read_true(maker, 0, false, true);
        break;
    case EXCHANGE:
        exchange(maker);
        break;
    default:
        run_and_read(maker);
    }
}

/* Readings from 2025-02-01 or 2025-09-01 on: over either change of Berlin's clocks in 2025. */
static void make_truth(struct truth *truth, uint64_t seed, int64_t slack_ns, int64_t gap_ns)
{
    struct maker maker = {.truth = truth,
                          .seed = seed,
                          .now_ns = (seed % 2 == 0 ? 1738364400 : 1756677600) * STW_NS_PER_SECOND,
                          .slack_ns = slack_ns,
                          .gap_ns = gap_ns};
    memset(truth, 0, sizeof(*truth));
    maker.register_now = range - between(&maker.seed, 0, 20000);
    maker.now_ns +=
        between(&maker.seed, 0, 3 * STW_NS_PER_DAY / STW_NS_PER_SECOND) * STW_NS_PER_SECOND;
    maker.last_ns = maker.now_ns;
    add_reading(truth, maker.now_ns, maker.register_now, true);
    while (truth->count < READINGS_MAX - 200) {
        for (int i = 0; i < 60; i++)
            run_and_read(&maker);
        bool in_the_middle =
            maker.register_now > range / 50 && maker.register_now < range / 20 * 17;
        if (in_the_middle)
            plant(&maker, (enum plant)between(&maker.seed, 1, PLANT_KINDS - 1));
        else if (maker.register_now < range / 50)
            maker.truth->planted[NOTHING]++;
        /* The meter is wound on, as an exchange on record for the next ones to have room. */
        if (!in_the_middle && maker.register_now < range / 2 &&
            truth->exchange_count < LIST_MAX - 2) {
            for (int i = 0; i < 30; i++)
                run_and_read(&maker);
            int64_t initial = between(&maker.seed, range / 10, range / 20 * 19);
            int64_t use = run(&maker), at_ns = maker.last_ns + STW_NS_PER_SECOND;
            truth->exchanges[truth->exchange_count++] = (struct stw_exchange){
                at_ns, {true, {maker.register_now, DATA_SCALE}}, {true, {initial, DATA_SCALE}}};
            add_stretch(truth, maker.last_ns, at_ns, 0, false, false);
            maker.last_ns = at_ns;
            maker.register_now = initial + use;
            read_true(&maker, use, false, false);
        }
    }
    run_and_read(&maker);
    int64_t at_ns = INT64_MIN;
    for (truth->multiplier_count = 0; truth->multiplier_count < 6; truth->multiplier_count++) {
        truth->multipliers[truth->multiplier_count] = (struct stw_dated_decimal){
            at_ns, {between(&maker.seed, 1, 4000), (int)between(&maker.seed, 0, 2)}};
        at_ns = truth->time_ns[0] + (int64_t)(truth->multiplier_count + 1) * 11 * STW_NS_PER_DAY +
                between(&maker.seed, 0, 86399) * STW_NS_PER_SECOND;
    }
}

/* ---- the twin ------------------------------------------------------------------------------ */

/* How far a stretch has risen at an instant, at SCALE: linear, half away from zero. */
static stw_int128 risen(const struct stretch *stretch, int64_t at_ns)
{
    stw_int128 rise = (stw_int128)stretch->rise * 10;
    if (at_ns >= stretch->to_ns)
        return rise;
    if (at_ns <= stretch->from_ns)
        return 0;
    stw_int128 lasted = stretch->to_ns - stretch->from_ns;
    return (2 * rise * (at_ns - stretch->from_ns) + lasted) / (2 * lasted);
}

/* Its use between two instants, and how much of that lies in a piece cut out of it. */
static void use_between(const struct truth *truth, const struct stretch *stretch, int64_t from_ns,
                        int64_t to_ns, struct stw_wide *use, struct stw_wide *cut_out)
{
    for (uint32_t i = 0; i < truth->multiplier_count; i++) {
        int64_t begin = truth->multipliers[i].from_ns;
        int64_t end =
            i + 1 < truth->multiplier_count ? truth->multipliers[i + 1].from_ns : INT64_MAX;
        begin = begin > from_ns ? begin : from_ns;
        end = end < to_ns ? end : to_ns;
        bool at_a_point = from_ns == to_ns && begin == from_ns && end == from_ns;
        if (begin >= end && !at_a_point)
            continue;
        stw_int128 rise = at_a_point ? (stw_int128)stretch->rise * 10
                                     : risen(stretch, end) - risen(stretch, begin);
        struct stw_wide piece = {rise, SCALE};
        CU_ASSERT_FATAL(stw_wide_multiply(piece, truth->multipliers[i].value, &piece));
        CU_ASSERT_FATAL(stw_wide_add(*use, piece, use));
        bool whole = begin == stretch->from_ns && end == stretch->to_ns;
        if (stretch->doubtful || !whole)
            CU_ASSERT_FATAL(stw_wide_add(*cut_out, piece, cut_out));
        if (at_a_point)
            return;
    }
}

static void evaluate(const struct truth *truth, struct stw_periods *periods, int64_t max_gap_ns,
                     const struct stw_period *period, struct stw_meter_period *out)
{
    memset(out, 0, sizeof(*out));
    out->period = *period;
    for (uint32_t i = 0; i < truth->count; i++)
        out->readings += truth->kept[i] && truth->time_ns[i] >= period->start_ns &&
                         truth->time_ns[i] < period->end_ns;
    for (uint32_t i = 0; i < truth->stretch_count; i++) {
        const struct stretch *stretch = &truth->stretches[i];
        int64_t from_ns = stretch->from_ns, to_ns = stretch->to_ns;
        bool too_long = max_gap_ns > 0 && to_ns - from_ns > max_gap_ns;
        struct stw_wide none = {0, 0};
        struct stw_period first;
        if (from_ns >= period->end_ns || to_ns < period->start_ns)
            continue;
        stw_period_at(periods, from_ns, &first);
        if (too_long && to_ns > first.end_ns) {
            if (to_ns > period->start_ns && to_ns <= period->end_ns)
                use_between(truth, stretch, from_ns, to_ns, &out->unplaced, &none);
            continue;
        }
        if (from_ns == to_ns) {
            if (from_ns >= period->start_ns)
                use_between(truth, stretch, from_ns, to_ns, &out->use, &out->estimated);
            continue;
        }
        from_ns = from_ns > period->start_ns ? from_ns : period->start_ns;
        to_ns = to_ns < period->end_ns ? to_ns : period->end_ns;
        if (from_ns >= to_ns)
            continue;
        use_between(truth, stretch, from_ns, to_ns, &out->use, &out->estimated);
        if (!too_long && !stretch->unknown)
            out->covered_ns += to_ns - from_ns;
    }
}

/* ---- feeding ------------------------------------------------------------------------------- */

struct results {
    struct stw_meter_period periods[PERIODS_MAX];
    uint32_t count;
    int events[STW_METER_FLAG_COUNT];
};

static int keep_period(void *context, const struct stw_meter_period *period)
{
    struct results *results = context;
    CU_ASSERT_FATAL(results->count < PERIODS_MAX);
    results->periods[results->count++] = *period;
    return STW_OK;
}

static void count_event(void *context, const struct stw_meter_event *event)
{
    struct results *results = context;
    results->events[__builtin_ctz(event->what)]++;
}

/* In runs of `rows` readings (0: of random lengths), at random scales, the state copied between. */
static void feed(const struct truth *truth, const struct stw_meter_config *config, uint32_t rows,
                 uint64_t seed, struct results *results)
{
    struct stw_meter_sink sink = {results, keep_period, count_event};
    struct stw_meter meter;
    results->count = 0;
    memset(results->events, 0, sizeof(results->events));
    stw_meter_init(&meter, config);
    for (uint32_t at = 0; at < truth->count;) {
        int64_t values[READINGS_MAX];
        uint32_t size = rows > 0 ? rows : (uint32_t)between(&seed, 1, 90);
        int finer = (int)between(&seed, 0, rows == READINGS_MAX ? 0 : 3);
        struct stw_vector value = {
            .type = STW_TYPE_DECIMAL, .scale = DATA_SCALE + finer, .ints = values};
        if (size > truth->count - at)
            size = truth->count - at;
        for (uint32_t i = 0; i < size; i++)
            values[i] = truth->value[at + i] * stw_pow10(finer);
        struct stw_meter copy = meter;
        CU_ASSERT_EQUAL(stw_meter_feed(&copy, &truth->time_ns[at], size, &value, NULL, &sink, NULL),
                        STW_OK);
        meter = copy;
        at += size;
    }
    CU_ASSERT_EQUAL(stw_meter_finish(&meter, &sink, NULL), STW_OK);
}

static bool same_number(struct stw_wide a, struct stw_wide b)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    stw_int128 left, right;
    return stw_wide_rescale(a, scale, &left) && stw_wide_rescale(b, scale, &right) && left == right;
}

static bool same_period(const struct stw_meter_period *a, const struct stw_meter_period *b)
{
    return a->period.start_ns == b->period.start_ns && a->period.end_ns == b->period.end_ns &&
           same_number(a->use, b->use) && same_number(a->estimated, b->estimated) &&
           same_number(a->unplaced, b->unplaced) && a->readings == b->readings &&
           a->covered_ns == b->covered_ns;
}

static bool expect_same(const struct stw_meter_period *got, const struct stw_meter_period *want)
{
    char use[2][STW_DECIMAL_TEXT_SIZE], estimated[2][STW_DECIMAL_TEXT_SIZE];
    bool same = same_period(got, want);
    if (same)
        return true;
    stw_wide_format(got->use, true, use[0]);
    stw_wide_format(want->use, true, use[1]);
    stw_wide_format(got->estimated, true, estimated[0]);
    stw_wide_format(want->estimated, true, estimated[1]);
    return STW_EXPECT(same,
                      "period at %lld: use %s want %s, estimated %s want %s, %u/%u readings, "
                      "covered %lld/%lld",
                      (long long)(got->period.start_ns / STW_NS_PER_SECOND), use[0], use[1],
                      estimated[0], estimated[1], got->readings, want->readings,
                      (long long)got->covered_ns, (long long)want->covered_ns);
}

static struct stw_zone *berlin;
static const struct stw_period_rule rules[] = {{STW_PERIOD_STEP, STW_NS_PER_HOUR, 0},
                                               {STW_PERIOD_STEP, STW_NS_PER_DAY, 0},
                                               {STW_PERIOD_WEEK, 0, 0},
                                               {STW_PERIOD_MONTH, 0, 0},
                                               {STW_PERIOD_MONTH, 0, 26},
                                               {STW_PERIOD_YEAR, 0, 0}};
enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static struct stw_meter_config config_for(const struct truth *truth, int rule)
{
    struct stw_meter_config config = {.kind = STW_METER_REGISTER,
                                      .scale = SCALE,
                                      .digits = DIGITS,
                                      .multipliers = truth->multipliers,
                                      .multiplier_count = truth->multiplier_count,
                                      .exchanges = truth->exchanges,
                                      .exchange_count = truth->exchange_count};
    CU_ASSERT_EQUAL_FATAL(stw_periods_init(&config.periods, berlin, rules[rule], NULL), STW_OK);
    return config;
}

/* Use and unplaced of all periods together. */
static struct stw_wide total_of(const struct results *results)
{
    struct stw_wide total = {0, 0};
    for (uint32_t i = 0; i < results->count; i++)
        CU_ASSERT_FATAL(stw_wide_add(total, results->periods[i].use, &total) &&
                        stw_wide_add(total, results->periods[i].unplaced, &total));
    return total;
}

static void compare_with_twin(struct truth *truth, struct results *results, struct results *others,
                              int64_t slack_ns, int64_t max_gap_ns, uint64_t seed)
{
    static const uint32_t cuts[] = {1, 2, 3, 7, 0};
    struct stw_wide total = {0, 0};
    for (int rule = 0; rule < RULES; rule++) {
        struct stw_meter_config config = config_for(truth, rule);
        config.exchange_slack_ns = slack_ns;
        config.max_gap_ns = max_gap_ns;
        feed(truth, &config, READINGS_MAX, seed, results);
        for (uint32_t i = 0; i < results->count; i++) {
            struct stw_meter_period want;
            evaluate(truth, &config.periods, max_gap_ns, &results->periods[i].period, &want);
            if (!expect_same(&results->periods[i], &want))
                return;
            if (i > 0)
                CU_ASSERT_EQUAL(results->periods[i].period.start_ns,
                                results->periods[i - 1].period.end_ns);
        }
        for (unsigned cut = 0; cut < sizeof(cuts) / sizeof(cuts[0]); cut++) {
            feed(truth, &config, cuts[cut], seed + cut, others);
            bool same = others->count == results->count &&
                        memcmp(others->events, results->events, sizeof(others->events)) == 0;
            for (uint32_t i = 0; same && i < results->count; i++)
                same = same_period(&others->periods[i], &results->periods[i]) &&
                       others->periods[i].flags == results->periods[i].flags;
            STW_EXPECT(same, "rule %d in runs of %u differs", rule, cuts[cut]);
        }
        struct stw_wide sum = total_of(results);
        CU_ASSERT(rule == 0 || same_number(sum, total));
        total = sum;
    }
}

static void with_memory(void (*body)(struct truth *, struct results *, struct results *))
{
    struct truth *truth = stw_alloc_zero(1, sizeof(*truth));
    struct results *results = stw_alloc_zero(2, sizeof(*results));
    CU_ASSERT_FATAL(truth != NULL && results != NULL);
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("Europe/Berlin", &berlin, NULL), STW_OK);
    body(truth, &results[0], &results[1]);
    stw_zone_free(berlin);
    stw_free(results);
    stw_free(truth);
}

static void exact_records(struct truth *truth, struct results *results, struct results *others)
{
    int planted[PLANT_KINDS] = {0}, rollovers = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        make_truth(truth, seed, 0, 0);
        for (int i = 0; i < PLANT_KINDS; i++)
            planted[i] += truth->planted[i];
        compare_with_twin(truth, results, others, 0, 0, seed);
        rollovers += results->events[__builtin_ctz(STW_METER_ROLLOVER)];
    }
    for (int i = LOW; i < PLANT_KINDS; i++)
        STW_EXPECT(planted[i] > 3, "kind %d was planted %d times", i, planted[i]);
    CU_ASSERT(rollovers >= 4);
}

static void agrees_with_the_truth(void)
{
    with_memory(exact_records);
}

static void records_a_few_hours_off(struct truth *truth, struct results *results,
                                    struct results *others)
{
    for (uint64_t seed = 11; seed <= 13; seed++) {
        make_truth(truth, seed, 4 * STW_NS_PER_HOUR, 0);
        compare_with_twin(truth, results, others, 4 * STW_NS_PER_HOUR, 0, seed);
    }
}

static void finds_exchanges_with_inexact_records(void)
{
    with_memory(records_a_few_hours_off);
}

static void long_gaps(struct truth *truth, struct results *results, struct results *others)
{
    for (uint64_t seed = 21; seed <= 23; seed++) {
        make_truth(truth, seed, 0, 30 * STW_NS_PER_HOUR);
        compare_with_twin(truth, results, others, 0, 6 * STW_NS_PER_HOUR, seed);
        struct stw_meter_config config = config_for(truth, 1);
        config.max_gap_ns = 6 * STW_NS_PER_HOUR;
        feed(truth, &config, READINGS_MAX, seed, results);
        int unplaced = 0;
        for (uint32_t i = 0; i < results->count; i++)
            unplaced += results->periods[i].unplaced.value != 0;
        CU_ASSERT(unplaced > 5);
    }
}

static void does_not_divide_long_gaps(void)
{
    with_memory(long_gaps);
}

STW_SUITE(meter_twin, {"agrees with the truth", agrees_with_the_truth},
          {"finds exchanges with inexact records", finds_exchanges_with_inexact_records},
          {"does not divide long gaps", does_not_divide_long_gaps});
