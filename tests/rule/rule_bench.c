/* See rule_bench.h. */
#include "rule_bench.h"

#include "../support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct stw_slice bench_qualities[3] = {{"ok", 2}, {"estimated", 9}, {"suspect", 7}};

static const struct stw_slice event_codes[] = {{"E1", 2}, {"E2", 2}, {"E3", 2}};
static const struct stw_slice event_kinds[] = {{"corrective", 10}, {"test", 4}};
static const struct stw_slice event_ends[] = {{"left", 4}, {"right", 5}};

struct bench_series *bench_series_new(enum stw_subject_table table, const char *key)
{
    static uint32_t next;
    struct bench_series *series = calloc(1, sizeof(*series));
    CU_ASSERT_PTR_NOT_NULL_FATAL(series);
    series->subject.table = table;
    series->subject.series = next++;
    series->subject.key = stw_slice_of(key);
    series->subject.traits[STW_TRAIT_DEVICE] = stw_slice_of(key);
    series->subject.in_service_ns = INT64_MIN;
    series->subject.out_of_service_ns = INT64_MAX;
    return series;
}

void bench_series_free(struct bench_series *series)
{
    free(series);
}

void bench_reading(struct bench_series *series, int64_t time_ns, int64_t value, bool absent,
                   int quality)
{
    uint32_t row = series->count++;
    CU_ASSERT_FATAL(row < BENCH_ROWS_MAX);
    series->time_ns[row] = time_ns;
    series->ints[STW_READING_VALUE][row] = absent ? 0 : value;
    series->present[STW_READING_VALUE][row] = !absent;
    series->ints[STW_READING_QUALITY][row] = quality;
    series->present[STW_READING_QUALITY][row] = quality != 0 || row % 2 == 0;
}

/* ---- Feeding --------------------------------------------------------------------------------- */

static unsigned column_count(enum stw_subject_table table)
{
    static const unsigned counts[] = {STW_READING_COLUMNS, STW_EVENT_COLUMNS, STW_ORDER_COLUMNS};
    return counts[table];
}

static struct stw_vector floats_of(const struct bench_series *series, uint32_t first,
                                   uint32_t count)
{
    static double floats[BENCH_ROWS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        int64_t value = series->ints[STW_READING_VALUE][first + i];
        floats[i] =
            value == BENCH_NAN ? (double)NAN : (double)value / (double)stw_pow10(series->scale);
    }
    return (struct stw_vector){.type = STW_TYPE_FLOAT,
                               .floats = floats,
                               .present = series->present[STW_READING_VALUE] + first};
}

static void feed_rows(struct stw_evaluator *evaluator, const struct bench_series *series,
                      uint32_t first, uint32_t count)
{
    struct stw_vector columns[STW_ORDER_COLUMNS];
    static uint32_t codes[STW_ORDER_COLUMNS][BENCH_ROWS_MAX];
    enum stw_subject_table table = series->subject.table;
    memset(columns, 0, sizeof(columns));
    for (unsigned c = 0; c < column_count(table); c++) {
        columns[c].present = series->present[c] + first;
        bool text = table == STW_SUBJECT_EVENTS ||
                    (table == STW_SUBJECT_READINGS && c == STW_READING_QUALITY);
        if (!text && series->is_float && c == STW_READING_VALUE) {
            columns[c] = floats_of(series, first, count);
        } else if (!text) {
            columns[c].type = table == STW_SUBJECT_READINGS ? STW_TYPE_DECIMAL : STW_TYPE_TIME;
            columns[c].scale = table == STW_SUBJECT_READINGS ? series->scale : 0;
            columns[c].ints = series->ints[c] + first;
        }
        if (!text)
            continue;
        columns[c].type = STW_TYPE_TEXT;
        columns[c].words = table == STW_SUBJECT_READINGS ? bench_qualities
                           : c == STW_EVENT_CODE         ? event_codes
                           : c == STW_EVENT_KIND         ? event_kinds
                                                         : event_ends;
        columns[c].word_count = 2;
        for (uint32_t i = 0; i < count; i++)
            codes[c][i] = (uint32_t)series->ints[c][first + i];
        columns[c].codes = codes[c];
    }
    struct stw_run run = {series->subject.series, count, series->time_ns + first, columns,
                          column_count(table)};
    struct stw_error err;
    int status = stw_evaluator_feed(evaluator, table, &run, &err);
    STW_EXPECT(status == STW_OK, "feed: %s", err.what);
}

static int put_alert(void *context, const struct stw_alert *alert)
{
    struct bench_result *result = context;
    stw_buffer_printf(&result->lines, "%d ", (int)alert->event);
    stw_alert_json(alert, &result->lines);
    uint32_t place = 0;
    while (place < result->alert_count && result->ids[place] != alert->id)
        place++;
    CU_ASSERT_FATAL(place < BENCH_ALERTS_MAX);
    result->ids[place] = alert->id;
    result->alerts[place] =
        (struct bench_alert){alert->start_ns, alert->fired_ns, alert->cleared_ns, alert->flaps};
    result->alert_count += place == result->alert_count;
    return STW_OK;
}

static struct stw_evaluator *make(const struct stw_pack *pack, struct bench_series *const *series,
                                  uint32_t count, struct bench_result *result)
{
    struct stw_evaluator *evaluator = NULL;
    struct stw_alert_sink sink = {result, put_alert};
    struct stw_error err;
    CU_ASSERT_EQUAL_FATAL(stw_evaluator_create(&evaluator, pack, sink, &err), STW_OK);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t tracks = 0;
        CU_ASSERT_EQUAL_FATAL(stw_evaluator_add(evaluator, &series[i]->subject, &tracks, &err),
                              STW_OK);
        CU_ASSERT_FATAL(tracks > 0);
    }
    return evaluator;
}

static struct stw_evaluator *reload(struct stw_evaluator *evaluator, const struct stw_pack *pack,
                                    struct bench_series *const *series, uint32_t count,
                                    struct bench_result *result)
{
    struct stw_buffer checkpoint, again;
    struct stw_error err;
    stw_buffer_init(&checkpoint);
    stw_buffer_init(&again);
    stw_evaluator_save(evaluator, &checkpoint);
    stw_evaluator_free(evaluator);
    evaluator = make(pack, series, count, result);
    int status = stw_evaluator_restore(evaluator, stw_buffer_slice(&checkpoint), &err);
    STW_EXPECT(status == STW_OK, "restore: %s", err.what);
    stw_evaluator_save(evaluator, &again);
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&checkpoint), stw_buffer_slice(&again)));
    stw_buffer_release(&checkpoint);
    stw_buffer_release(&again);
    return evaluator;
}

static uint32_t run_rows(const struct bench_way *way, uint64_t *random, uint32_t left)
{
    uint32_t rows = way->run_rows == 0            ? left
                    : way->run_rows == UINT32_MAX ? 1 + (uint32_t)(stw_test_random(random) % 40)
                                                  : way->run_rows;
    if (rows > STW_RUN_ROWS_MAX)
        rows = STW_RUN_ROWS_MAX;
    return rows < left ? rows : left;
}

/* The series whose next row is the earliest; count: all are done. */
static uint32_t earliest(struct bench_series *const *series, const uint32_t *at, uint32_t count)
{
    uint32_t best = count;
    for (uint32_t i = 0; i < count; i++) {
        if (at[i] < series[i]->count &&
            (best == count || series[i]->time_ns[at[i]] < series[best]->time_ns[at[best]]))
            best = i;
    }
    return best;
}

static void say_time(struct stw_evaluator *evaluator, int64_t now_ns)
{
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_evaluator_tick(evaluator, now_ns, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_evaluator_watermark(evaluator, now_ns, &err), STW_OK);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The order in which alerts of different series come depends on ticks; what they say does not. */
static void sort_lines(struct stw_buffer *lines)
{
    char *starts[2 * BENCH_ALERTS_MAX];
    struct stw_buffer sorted;
    unsigned count = 0;
    stw_buffer_init(&sorted);
    stw_buffer_add_char(lines, '\0');
    for (char *line = lines->data; *line != '\0'; count++) {
        CU_ASSERT_FATAL(count < 2 * BENCH_ALERTS_MAX);
        starts[count] = line;
        line = strchr(line, '\n');
        *line++ = '\0';
    }
    qsort(starts, count, sizeof(starts[0]), by_bytes);
    for (unsigned i = 0; i < count; i++)
        stw_buffer_printf(&sorted, "%s\n", starts[i]);
    stw_buffer_release(lines);
    *lines = sorted;
}

static int by_start(const void *a, const void *b)
{
    const struct bench_alert *left = a, *right = b;
    return left->start_ns < right->start_ns ? -1 : left->start_ns > right->start_ns;
}

void bench_run(const struct stw_pack *pack, struct bench_series *const *series, uint32_t count,
               int64_t end_ns, const struct bench_way *way, struct bench_result *result)
{
    uint64_t random = way->seed;
    uint32_t at[16] = {0}, runs = 0;
    memset(result, 0, sizeof(*result));
    stw_buffer_init(&result->lines);
    struct stw_evaluator *evaluator = make(pack, series, count, result);
    for (uint32_t i; (i = earliest(series, at, count)) < count; runs++) {
        uint32_t rows = run_rows(way, &random, series[i]->count - at[i]);
        feed_rows(evaluator, series[i], at[i], rows);
        at[i] += rows;
        uint32_t next = earliest(series, at, count);
        int64_t until_ns = next == count ? end_ns : series[next]->time_ns[at[next]];
        if (way->ticks) {
            int64_t from_ns = series[i]->time_ns[at[i] - 1];
            if (until_ns > from_ns)
                say_time(evaluator, until_ns - (int64_t)(stw_test_random(&random) %
                                                         (uint64_t)(until_ns - from_ns)));
        }
        if (way->reload_every > 0 && runs % way->reload_every == 0)
            evaluator = reload(evaluator, pack, series, count, result);
    }
    say_time(evaluator, end_ns);
    CU_ASSERT_EQUAL(stw_evaluator_count(evaluator).late, 0);
    stw_evaluator_free(evaluator);
    sort_lines(&result->lines);
    qsort(result->alerts, result->alert_count, sizeof(result->alerts[0]), by_start);
}

void bench_result_release(struct bench_result *result)
{
    stw_buffer_release(&result->lines);
}

void bench_every_way(const struct stw_pack *pack, struct bench_series *const *series,
                     uint32_t count, int64_t end_ns, uint64_t seed, struct bench_result *result)
{
    static const struct bench_way ways[] = {
        {1, 0, false, 1},         {2, 0, false, 2},          {3, 1, false, 3},
        {7, 1, true, 4},          {UINT32_MAX, 0, false, 5}, {UINT32_MAX, 1, true, 6},
        {UINT32_MAX, 3, true, 7}, {1, 5, true, 8},           {0, 1, false, 9},
        {1, 0, true, 10},
    };
    struct bench_way whole = {0, 0, false, seed};
    bench_run(pack, series, count, end_ns, &whole, result);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct bench_way way = ways[i];
        struct bench_result other;
        /* Feeding one series ahead of others is allowed, but then no tick may come between. */
        if (count > 1 && way.ticks)
            way.run_rows = 1;
        way.seed += seed * 100;
        bench_run(pack, series, count, end_ns, &way, &other);
        STW_EXPECT(
            stw_slice_equal(stw_buffer_slice(&result->lines), stw_buffer_slice(&other.lines)),
            "way %zu differs:\n%.*s\nfrom:\n%.*s", i, STW_SLICE_ARG(stw_buffer_slice(&other.lines)),
            STW_SLICE_ARG(stw_buffer_slice(&result->lines)));
        bench_result_release(&other);
    }
}

void bench_pack(struct stw_pack *pack, const char *text)
{
    struct stw_error err;
    struct stw_buffer findings;
    stw_buffer_init(&findings);
    CU_ASSERT_EQUAL_FATAL(stw_pack_parse(pack, "p.yml", stw_slice_of(text), "UTC", &err), STW_OK);
    stw_findings_print(&pack->findings, &findings);
    STW_EXPECT(pack->findings.errors == 0, "%.*s", STW_SLICE_ARG(stw_buffer_slice(&findings)));
    CU_ASSERT_EQUAL_FATAL(pack->findings.errors, 0);
    stw_buffer_release(&findings);
}

void bench_expect(const struct bench_result *result, const struct bench_alert *want,
                  uint32_t want_count, const char *what)
{
    STW_EXPECT(result->alert_count == want_count, "%s: %u alerts, not %u:\n%.*s", what,
               result->alert_count, want_count, STW_SLICE_ARG(stw_buffer_slice(&result->lines)));
    for (uint32_t i = 0; i < result->alert_count && i < want_count; i++) {
        const struct bench_alert *got = &result->alerts[i];
        if (!STW_EXPECT(got->start_ns == want[i].start_ns && got->fired_ns == want[i].fired_ns &&
                            got->cleared_ns == want[i].cleared_ns && got->flaps == want[i].flaps,
                        "%s: alert %u is %lld %lld %lld %u, not %lld %lld %lld %u", what, i,
                        (long long)got->start_ns, (long long)got->fired_ns,
                        (long long)got->cleared_ns, got->flaps, (long long)want[i].start_ns,
                        (long long)want[i].fired_ns, (long long)want[i].cleared_ns, want[i].flaps))
            return;
    }
}
