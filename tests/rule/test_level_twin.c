/*
 * above, below and outside against a twin that looks back from every reading, over random rules
 * (bounds, hysteresis, for, clear, damp) and random gauges: decimals and doubles, pauses, missing
 * values, NaN, flags, several readings at one instant, across both clock changes of a year.
 */
#include "rule_bench.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 3000, ROWS = 160, CONDITIONS = 3 };

#define MINUTE STW_NS_PER_MINUTE
#define HOUR   STW_NS_PER_HOUR

/* A day and a half before the clocks of Berlin go forward and back in 2025. */
static const int64_t starts_ns[2] = {INT64_C(1743174000) * STW_NS_PER_SECOND,
                                     INT64_C(1761310800) * STW_NS_PER_SECOND};

static int64_t below(uint64_t *random, int64_t limit)
{
    return (int64_t)(stw_test_random(random) % (uint64_t)limit);
}

/* A rule, in hundredths of bar and in minutes. */
struct plain_rule {
    int condition; /* above, below, outside */
    int64_t low, high;
    bool has_clear_band;
    int64_t clear_low, clear_high;
    int64_t for_min, clear_min, damp_min; /* the latter two: -1 not given */
    int64_t interval_min;                 /* between readings; 0: not declared */
};

static struct plain_rule draw_rule(uint64_t *random)
{
    static const int64_t minutes[] = {0, 5, 10, 30, 60};
    struct plain_rule rule = {.condition = (int)below(random, CONDITIONS)};
    rule.low = 300 + below(random, 50);
    rule.high = 450 + below(random, 50);
    rule.has_clear_band = below(random, 2) == 0;
    rule.clear_low = rule.low + below(random, 40);
    rule.clear_high = rule.high - below(random, 40);
    rule.for_min = minutes[below(random, 5)];
    rule.clear_min = below(random, 2) == 0 ? -1 : minutes[below(random, 5)];
    rule.damp_min = below(random, 2) == 0 ? -1 : minutes[below(random, 5)];
    rule.interval_min = below(random, 4) == 0 ? 0 : 5;
    return rule;
}

static int put_bar(char *text, size_t size, const char *before, int64_t value, const char *after)
{
    return snprintf(text, size, "%s%lld.%02lld bar%s", before, (long long)(value / 100),
                    (long long)(value % 100), after);
}

static void write_rule(const struct plain_rule *rule, char *text, size_t size)
{
    static const char *const words[CONDITIONS] = {"above", "below", "outside"};
    static const char *const clears[CONDITIONS] = {"below", "above", "inside"};
    size_t at = (size_t)snprintf(
        text, size, "rules:\n- id: p\n  watch: {}\n  when: {%s: ", words[rule->condition]);
    if (rule->condition == 2) {
        at += (size_t)put_bar(text + at, size - at, "[", rule->low, ", ");
        at += (size_t)put_bar(text + at, size - at, "", rule->high, "]");
    } else {
        at += (size_t)put_bar(text + at, size - at, "",
                              rule->condition == 0 ? rule->high : rule->low, "");
    }
    at += (size_t)snprintf(text + at, size - at, ", for: %lld min}\n", (long long)rule->for_min);
    if (rule->has_clear_band || rule->clear_min >= 0)
        at += (size_t)snprintf(text + at, size - at, "  clear: {");
    if (rule->has_clear_band) {
        at += (size_t)snprintf(text + at, size - at, "%s: ", clears[rule->condition]);
        if (rule->condition == 2) {
            at += (size_t)put_bar(text + at, size - at, "[", rule->clear_low, ", ");
            at += (size_t)put_bar(text + at, size - at, "", rule->clear_high, "]");
        } else {
            at += (size_t)put_bar(text + at, size - at, "",
                                  rule->condition == 0 ? rule->clear_high : rule->clear_low, "");
        }
    }
    if (rule->clear_min >= 0)
        at += (size_t)snprintf(text + at, size - at, "%sfor: %lld min",
                               rule->has_clear_band ? ", " : "", (long long)rule->clear_min);
    if (rule->has_clear_band || rule->clear_min >= 0)
        at += (size_t)snprintf(text + at, size - at, "}\n");
    if (rule->damp_min >= 0)
        snprintf(text + at, size - at, "  damp: %lld min\n", (long long)rule->damp_min);
}

/* `more_than`, above and below exclude their value; inside includes it. */
static enum stw_truth judge(const struct plain_rule *rule, int64_t value)
{
    bool over = rule->condition != 1 && value > rule->high;
    bool under = rule->condition != 0 && value < rule->low;
    if (over || under)
        return STW_TRUTH_TRUE;
    if (!rule->has_clear_band)
        return STW_TRUTH_FALSE;
    bool clear = rule->condition == 0   ? value < rule->clear_high
                 : rule->condition == 1 ? value > rule->clear_low
                                        : value >= rule->clear_low && value <= rule->clear_high;
    return clear ? STW_TRUTH_FALSE : STW_TRUTH_BETWEEN;
}

/* In hundredths of bar; several readings may share an instant. */
static struct bench_series *draw_gauge(const struct plain_rule *rule, uint64_t *random,
                                       int64_t start_ns)
{
    struct bench_series *series = bench_series_new(STW_SUBJECT_READINGS, "pump/pressure");
    int64_t at_ns = start_ns, value = 400;
    series->subject.unit = STW_SLICE("bar");
    series->subject.value_kind = STW_VALUE_GAUGE;
    series->subject.interval_ns = rule->interval_min * MINUTE;
    series->scale = 2;
    series->is_float = below(random, 3) == 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        if (below(random, 12) != 0)
            at_ns += (1 + below(random, 9)) * MINUTE;
        if (below(random, 30) == 0)
            at_ns += below(random, 240) * MINUTE;
        value += below(random, 81) - 40;
        value = value < 250 ? 250 : value > 550 ? 550 : value;
        bool absent = below(random, 25) == 0;
        int quality = below(random, 15) == 0 ? 1 + (int)below(random, 2) : 0;
        bool nan = series->is_float && below(random, 15) == 0;
        bench_reading(series, at_ns, nan ? BENCH_NAN : value, absent, quality);
    }
    return series;
}

struct plain_reading {
    int64_t time_ns;
    enum stw_truth truth;
};

/*
 * Raised at the first reading j such that all of i..j are true without a pause, and last `for`; the
 * same for clearing; then only what comes after j counts.
 */
static uint32_t look_back(const struct plain_reading *readings, uint32_t rows, int64_t for_ns,
                          int64_t clear_ns, int64_t gap_ns, int64_t damp_ns,
                          struct bench_alert *alerts)
{
    uint32_t count = 0, from = 0;
    bool raised = false;
    for (uint32_t j = 0; j < rows; j++) {
        enum stw_truth wanted = raised ? STW_TRUTH_FALSE : STW_TRUTH_TRUE;
        uint32_t i = j;
        if (readings[j].truth != wanted)
            continue;
        while (i > from && readings[i - 1].truth == wanted &&
               readings[i].time_ns - readings[i - 1].time_ns <= gap_ns)
            i--;
        int64_t at_ns = readings[j].time_ns, since_ns = readings[i].time_ns;
        if (at_ns - since_ns < (raised ? clear_ns : for_ns))
            continue;
        struct bench_alert *last = count > 0 ? &alerts[count - 1] : NULL;
        if (raised) {
            last->cleared_ns = at_ns;
        } else if (last != NULL &&
                   (since_ns - last->cleared_ns < damp_ns || since_ns == last->start_ns)) {
            *last = (struct bench_alert){last->start_ns, at_ns, STW_TIME_NONE, last->flaps + 1};
        } else {
            alerts[count++] = (struct bench_alert){since_ns, at_ns, STW_TIME_NONE, 0};
        }
        raised = !raised;
        from = j + 1;
    }
    return count;
}

static uint32_t expected(const struct plain_rule *rule, const struct bench_series *series,
                         struct bench_alert *alerts)
{
    static struct plain_reading readings[ROWS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        int64_t value = series->ints[STW_READING_VALUE][i];
        if (!series->present[STW_READING_VALUE][i] || value == BENCH_NAN ||
            (series->present[STW_READING_QUALITY][i] && series->ints[STW_READING_QUALITY][i] != 0))
            continue;
        readings[count++] = (struct plain_reading){series->time_ns[i], judge(rule, value)};
    }
    int64_t clear_min = rule->clear_min >= 0 ? rule->clear_min : rule->for_min;
    int64_t damp_min = rule->for_min > clear_min ? rule->for_min : clear_min;
    int64_t gap_min = rule->interval_min > 0   ? 3 * rule->interval_min
                      : 3 * rule->for_min > 60 ? 3 * rule->for_min
                                               : 60;
    if (rule->damp_min >= 0)
        damp_min = rule->damp_min;
    return look_back(readings, count, rule->for_min * MINUTE, clear_min * MINUTE, gap_min * MINUTE,
                     damp_min * MINUTE, alerts);
}

static void random_levels(void)
{
    static struct bench_alert want[BENCH_ALERTS_MAX];
    unsigned alerts = 0, flaps = 0;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        uint64_t random = seed;
        struct plain_rule rule = draw_rule(&random);
        struct bench_series *series = draw_gauge(&rule, &random, starts_ns[seed % 2]);
        struct stw_pack pack;
        struct bench_result result;
        char text[512], what[600];
        write_rule(&rule, text, sizeof(text));
        bench_pack(&pack, text);
        uint32_t count = expected(&rule, series, want);
        bench_every_way(&pack, &series, 1, series->time_ns[ROWS - 1] + HOUR, seed, &result);
        snprintf(what, sizeof(what), "seed %llu: %s", (unsigned long long)seed, text);
        bench_expect(&result, want, count, what);
        for (uint32_t i = 0; i < count; i++)
            flaps += want[i].flaps;
        alerts += count;
        bench_result_release(&result);
        bench_series_free(series);
        stw_pack_release(&pack);
    }
    STW_EXPECT(alerts > CASES && flaps > CASES / 10, "%u alerts, %u flaps only", alerts, flaps);
}

STW_SUITE(rule_level_twin, {"random levels", random_levels});
