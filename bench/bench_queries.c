/*
 * The queries that peers.sh asks of every engine, over a store that `steward ingest` made from the
 * file of generate_readings. A line a query: its name, best and median seconds, and the answer
 * reduced to whole numbers (how many rows it has, and sums in thousandths), which must be the
 * peers' too.
 *
 *     bench_queries STORE [RUNS [THREADS]]    best and median of RUNS (5) on THREADS (1)
 *
 * What is timed is the query in a process that has the store open: no start of a process, no
 * printing; the first run finds the caches as they are.
 */
#include "base/memory.h"
#include "scan/aggregate.h"
#include "scan/row_count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MAX = 99, DAY_COUNT = 30, HOUR_COUNT = 24 * DAY_COUNT, TOP = 10, SCALE = 3 };

#define FIRST_DAY_NS (INT64_C(20513) * STW_NS_PER_DAY) /* 2026-03-01, the generator's */

struct answer {
    uint64_t rows;
    stw_int128 a, b; /* sums; what of, each query says */
};

struct bench {
    struct stw_view *view;
    const struct stw_table *table;
    struct stw_series series;
    uint32_t value; /* its column */
    unsigned threads;
    struct answer answer;
    int64_t top[TOP];
    uint32_t *temperature; /* series of that kind */
    uint32_t temperature_count;
};

static void check(int status, const struct stw_error *err)
{
    if (status == STW_OK)
        return;
    fprintf(stderr, "bench_queries: %s %s\n%s\n", err->what, err->where, err->hint);
    exit(1);
}

static int64_t thousandths(struct stw_decimal value)
{
    int64_t out;
    if (!stw_decimal_rescale(value, SCALE, &out))
        abort();
    return out;
}

static stw_int128 wide_thousandths(struct stw_wide value)
{
    stw_int128 out;
    if (!stw_wide_rescale(value, SCALE, &out))
        abort();
    return out;
}

static struct stw_slice kind_of(const struct bench *bench, uint32_t series)
{
    return stw_key_part(stw_series_key(&bench->series, series), 1);
}

static bool is_register(struct stw_slice kind)
{
    return stw_slice_is(kind, "power") || stw_slice_is(kind, "water") || stw_slice_is(kind, "gas");
}

static void aggregate(struct bench *bench, const int64_t *boundaries, uint32_t count,
                      const uint32_t *series, uint32_t series_count, stw_aggregate_fn *each)
{
    struct stw_error err;
    struct stw_aggregate_spec spec = {
        .scan = {.table = bench->table,
                 .columns = &bench->value,
                 .column_count = 1,
                 .series = series,
                 .series_count = series_count},
        .boundaries = boundaries,
        .boundary_count = count,
        .thread_count = bench->threads,
    };
    check(stw_aggregate_run(bench->view, &spec, each, bench, NULL, &err), &err);
}

static const int64_t whole[] = {FIRST_DAY_NS, FIRST_DAY_NS + (DAY_COUNT + 1) * STW_NS_PER_DAY};

/* ---- sum_by_kind: count and sum a kind; a: sums, b: counts ------------------------------------
 */

static int add_sum(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                   uint32_t count)
{
    struct bench *bench = context;
    (void)series, (void)count;
    bench->answer.a += wide_thousandths(aggregates[0].sum);
    bench->answer.b += aggregates[0].count;
    return STW_OK;
}

static void sum_by_kind(struct bench *bench)
{
    aggregate(bench, whole, 2, NULL, 0, add_sum);
    bench->answer.rows = 6;
}

/* ---- last_by_device: a: last values ------------------------------------------------------------
 */

static int add_last(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                    uint32_t count)
{
    struct bench *bench = context;
    (void)series, (void)count;
    bench->answer.rows++;
    bench->answer.a += thousandths(aggregates[0].last);
    return STW_OK;
}

static void last_by_device(struct bench *bench)
{
    aggregate(bench, whole, 2, NULL, 0, add_last);
}

/* ---- day_means: sum and count a day of the devices of one kind; a: sums, b: counts -------------
 */

static int add_days(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                    uint32_t count)
{
    struct bench *bench = context;
    (void)series;
    for (uint32_t i = 0; i < count; i++) {
        if (aggregates[i].count == 0)
            continue;
        bench->answer.rows++;
        bench->answer.a += wide_thousandths(aggregates[i].sum);
        bench->answer.b += aggregates[i].count;
    }
    return STW_OK;
}

static void day_means(struct bench *bench)
{
    int64_t days[DAY_COUNT + 2];
    for (int i = 0; i < DAY_COUNT + 2; i++)
        days[i] = FIRST_DAY_NS + i * STW_NS_PER_DAY;
    aggregate(bench, days, DAY_COUNT + 2, bench->temperature, bench->temperature_count, add_days);
}

/* ---- month_use: last less first of every register; a: their sum --------------------------------
 */

static int add_use(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                   uint32_t count)
{
    struct bench *bench = context;
    (void)count;
    if (!is_register(kind_of(bench, series)))
        return STW_OK;
    bench->answer.rows++;
    bench->answer.a += thousandths(aggregates[0].last) - thousandths(aggregates[0].first);
    return STW_OK;
}

static void month_use(struct bench *bench)
{
    aggregate(bench, whole, 2, NULL, 0, add_use);
}

/* ---- top_power: the ten highest power registers; a: their sum ----------------------------------
 */

static int add_top(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                   uint32_t count)
{
    struct bench *bench = context;
    (void)count;
    if (!stw_slice_is(kind_of(bench, series), "power"))
        return STW_OK;
    int64_t value = thousandths(aggregates[0].max);
    for (int i = 0; i < TOP; i++) {
        if (value > bench->top[i]) {
            int64_t below = bench->top[i];
            bench->top[i] = value;
            value = below;
        }
    }
    return STW_OK;
}

static void top_power(struct bench *bench)
{
    memset(bench->top, 0, sizeof(bench->top));
    aggregate(bench, whole, 2, NULL, 0, add_top);
    for (int i = 0; i < TOP; i++) {
        bench->answer.rows += bench->top[i] > 0;
        bench->answer.a += bench->top[i];
    }
}

/* ---- one_week: the readings of device d00100 from day 7 to day 14; a: values -------------------
 */

static void one_week(struct bench *bench)
{
    struct stw_error err;
    struct stw_scan *scan;
    struct stw_run run;
    uint32_t id = UINT32_MAX;
    for (uint32_t i = 0; i < bench->series.count && id == UINT32_MAX; i++)
        if (stw_slice_is(stw_key_part(stw_series_key(&bench->series, i), 0), "d00100"))
            id = i;
    struct stw_scan_spec spec = {.table = bench->table,
                                 .columns = &bench->value,
                                 .column_count = 1,
                                 .series = &id,
                                 .series_count = 1,
                                 .from_ns = FIRST_DAY_NS + 7 * STW_NS_PER_DAY,
                                 .to_ns = FIRST_DAY_NS + 14 * STW_NS_PER_DAY};
    check(stw_scan_open(&scan, bench->view, &spec, &err), &err);
    int status;
    while ((status = stw_scan_next(scan, &run, &err)) == STW_OK) {
        for (uint32_t row = 0; row < run.count; row++)
            bench->answer.a += thousandths(stw_vector_decimal(&run.columns[0], row));
        bench->answer.rows += run.count;
    }
    stw_scan_close(scan);
    check(status < 0 ? status : STW_OK, &err);
}

/* ---- count_by_hour: readings in each hour; a: counts, b: their squares -------------------------
 */

static void count_by_hour(struct bench *bench)
{
    int64_t hours[HOUR_COUNT + 1];
    uint64_t counts[HOUR_COUNT];
    struct stw_error err;
    for (int i = 0; i < HOUR_COUNT + 1; i++)
        hours[i] = FIRST_DAY_NS + i * STW_NS_PER_HOUR;
    struct stw_row_count_spec spec = {.scan = {.table = bench->table},
                                      .boundaries = hours,
                                      .boundary_count = HOUR_COUNT + 1,
                                      .thread_count = bench->threads};
    check(stw_row_count_run(bench->view, &spec, counts, NULL, &err), &err);
    for (int i = 0; i < HOUR_COUNT; i++) {
        bench->answer.rows += counts[i] > 0;
        bench->answer.a += counts[i];
        bench->answer.b += (stw_int128)counts[i] * counts[i];
    }
}

/* ------------------------------------------------------------------------------------------------
 */

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void print_whole(stw_int128 value)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_wide_format((struct stw_wide){value, 0}, false, text);
    printf(" %s", text);
}

static void run_query(struct bench *bench, const char *name, void (*query)(struct bench *),
                      int runs)
{
    double seconds[RUNS_MAX];
    for (int i = 0; i < runs; i++) {
        int64_t start_ns = stw_clock_monotonic_ns();
        bench->answer = (struct answer){0, 0, 0};
        query(bench);
        seconds[i] = (double)(stw_clock_monotonic_ns() - start_ns) / 1e9;
    }
    qsort(seconds, (size_t)runs, sizeof(*seconds), compare_doubles);
    printf("%s %.6f %.6f %llu", name, seconds[0], seconds[runs / 2],
           (unsigned long long)bench->answer.rows);
    print_whole(bench->answer.a);
    print_whole(bench->answer.b);
    putchar('\n');
}

static void list_temperature(struct bench *bench)
{
    const uint32_t *ids;
    uint32_t count;
    struct stw_error err;
    check(stw_view_sorted(bench->view, bench->table, &ids, &count, &err), &err);
    bench->temperature = stw_alloc(count, sizeof(*bench->temperature));
    if (bench->temperature == NULL)
        abort();
    for (uint32_t i = 0; i < count; i++)
        if (stw_slice_is(kind_of(bench, ids[i]), "temperature"))
            bench->temperature[bench->temperature_count++] = ids[i];
}

int main(int count, char **words)
{
    static const struct {
        const char *name;
        void (*run)(struct bench *);
    } queries[] = {{"sum_by_kind", sum_by_kind},    {"last_by_device", last_by_device},
                   {"day_means", day_means},        {"month_use", month_use},
                   {"top_power", top_power},        {"one_week", one_week},
                   {"count_by_hour", count_by_hour}};
    static struct bench bench;
    struct stw_store *store;
    struct stw_error err;
    int runs = count > 2 ? (int)strtol(words[2], NULL, 10) : 5;
    bench.threads = count > 3 ? (unsigned)strtol(words[3], NULL, 10) : 1;
    if (count < 2 || runs < 1 || runs > RUNS_MAX || bench.threads < 1) {
        fputs("use: bench_queries STORE [RUNS [THREADS]]\n", stderr);
        return 2;
    }
    check(stw_store_open(&store, words[1], STW_STORE_READ, NULL, &err), &err);
    check(stw_view_open(store, NULL, &bench.view, &err), &err);
    bench.table = stw_schema_find(stw_view_schema(bench.view), STW_SLICE("readings"));
    bench.value = (uint32_t)stw_table_column(bench.table, STW_SLICE("value"));
    bench.series = stw_view_series(bench.view, bench.table);
    list_temperature(&bench);
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
        run_query(&bench, queries[i].name, queries[i].run, runs);
    stw_free(bench.temperature);
    stw_view_close(bench.view);
    stw_store_close(store);
    return 0;
}
