/*
 * What a store costs: rows a second in and out, beside what the machine itself takes in the same
 * run to copy memory, read the file and write the store's bytes.
 *
 *     bench_store FILE.csv FOLDER [RUNS]    best and median of RUNS (5); FOLDER/store is written
 *
 * FILE.csv comes from generate_readings: ts,device,kind,value in order of arrival. Everything is
 * read from the page cache after the first run. Sums from block statistics, from every value, per
 * day and by a plain scan must be equal; no time is ever asserted. One thread, but where it says
 * otherwise.
 */
#include "base/memory.h"
#include "ingest/ingest.h"
#include "meter/use.h"
#include "scan/aggregate.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { RUNS_MAX = 99, COPY_BYTES = 64 << 20, CHUNK_BYTES = 1 << 20, DAYS_MAX = 62 };

static const char map_text[] = "table: readings\n"
                               "zone: UTC\n"
                               "fields:\n"
                               "  time: {column: ts, format: iso}\n"
                               "  device: device\n"
                               "  channel: kind\n"
                               "  value: value\n"
                               "registry: {value_kind: register}\n";

struct bench {
    const char *csv;
    char folder[400], store_path[448], scratch_path[448];
    int runs;
    uint64_t csv_bytes, store_bytes, rows;
    char *copy_from, *copy_to; /* COPY_BYTES each */
    struct stw_store *store;
    struct stw_view *view;
    const struct stw_table *readings;
    uint32_t value;                /* its column */
    int64_t days_ns[DAYS_MAX + 1]; /* boundaries */
    uint32_t day_count, register_count;
    struct stw_aggregate_spec aggregate; /* of the pass that runs */
    struct stw_wide sum;                 /* of the last pass */
};

struct times {
    double best_s, median_s;
};

_Noreturn static void fail(const struct stw_error *err)
{
    fprintf(stderr, "bench_store: %s %s\n%s\n", err->what, err->where, err->hint);
    exit(1);
}

static void check(int status, const struct stw_error *err)
{
    if (status != STW_OK)
        fail(err);
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static struct times measure(struct bench *bench, void (*work)(struct bench *))
{
    double seconds[RUNS_MAX];
    for (int run = 0; run < bench->runs; run++) {
        int64_t start_ns = stw_clock_monotonic_ns();
        work(bench);
        seconds[run] = (double)(stw_clock_monotonic_ns() - start_ns) / 1e9;
    }
    qsort(seconds, (size_t)bench->runs, sizeof(*seconds), compare_doubles);
    return (struct times){seconds[0], seconds[bench->runs / 2]};
}

/* ---- The machine ----------------------------------------------------------------------------- */

static void copy_memory(struct bench *bench)
{
    memcpy(bench->copy_to, bench->copy_from, COPY_BYTES);
    __asm__ volatile("" : : "r"(bench->copy_to) : "memory");
}

static void read_csv(struct bench *bench)
{
    struct stw_file file;
    struct stw_error err;
    check(stw_file_open(&file, stw_io_system(), bench->csv, STW_FILE_READ, &err), &err);
    for (uint64_t at = 0; at < bench->csv_bytes; at += CHUNK_BYTES) {
        uint64_t left = bench->csv_bytes - at;
        check(
            stw_file_read(&file, at, bench->copy_to, left < CHUNK_BYTES ? left : CHUNK_BYTES, &err),
            &err);
    }
    stw_file_close(&file);
}

static void write_bytes(struct bench *bench)
{
    struct stw_file file;
    struct stw_error err;
    unlink(bench->scratch_path);
    check(stw_file_open(&file, stw_io_system(), bench->scratch_path, STW_FILE_CREATE, &err), &err);
    for (uint64_t at = 0; at < bench->store_bytes; at += CHUNK_BYTES) {
        uint64_t left = bench->store_bytes - at;
        check(stw_file_write(&file, at, bench->copy_from, left < CHUNK_BYTES ? left : CHUNK_BYTES,
                             &err),
              &err);
    }
    check(stw_file_sync(&file, &err), &err);
    stw_file_close(&file);
}

static void print_machine(const struct bench *bench)
{
    char line[256], model[256] = "unknown";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, "model name", 10) == 0 && sscanf(line, "%*[^:]: %255[^\n]", model) == 1)
            break;
    if (file != NULL)
        fclose(file);
    printf("machine   %s, %ld processors\ncompiler  %s\nruns      best (median) of %d\n", model,
           sysconf(_SC_NPROCESSORS_ONLN), __VERSION__, bench->runs);
}

/* ---- The store ------------------------------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

/* Into a fresh store, synced; removing the old one is part of the time, and little of it. */
static void ingest(struct bench *bench)
{
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    struct stw_ingest_options options = {0};
    struct stw_ingest_result result;
    struct stw_map map = {0};
    struct stw_store *store;
    struct stw_error err;
    nftw(bench->store_path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    check(stw_store_create(bench->store_path, &settings, NULL, &err), &err);
    check(stw_store_open(&store, bench->store_path, STW_STORE_WRITE, NULL, &err), &err);
    check(stw_map_parse(&map, "bench_store", stw_slice_of(map_text), stw_store_schema(store), NULL,
                        &err),
          &err);
    check(stw_ingest_file(store, &map, bench->csv, &options, &result, &err), &err);
    if (result.rejected > 0 || result.rows == 0) {
        fprintf(stderr, "bench_store: %llu rows, %llu rejected\n", (unsigned long long)result.rows,
                (unsigned long long)result.rejected);
        exit(1);
    }
    bench->rows = result.rows;
    bench->csv_bytes = result.bytes;
    stw_map_release(&map);
    stw_store_close(store);
}

static void open_store(struct bench *bench)
{
    struct stw_error err;
    check(stw_store_open(&bench->store, bench->store_path, STW_STORE_READ, NULL, &err), &err);
    check(stw_view_open(bench->store, NULL, &bench->view, &err), &err);
    bench->readings = stw_schema_find(stw_view_schema(bench->view), STW_SLICE("readings"));
    bench->value = (uint32_t)stw_table_column(bench->readings, STW_SLICE("value"));
    struct stw_table_info info = stw_view_table_info(bench->view, bench->readings);
    bench->store_bytes = info.bytes;
    int64_t first = info.time_min_ns / STW_NS_PER_DAY, last = info.time_max_ns / STW_NS_PER_DAY;
    for (; bench->day_count < DAYS_MAX && first + bench->day_count <= last; bench->day_count++)
        bench->days_ns[bench->day_count] = (first + bench->day_count) * STW_NS_PER_DAY;
    bench->days_ns[bench->day_count] = (last + 1) * STW_NS_PER_DAY;
    printf("data      %s: %llu rows, %.1f bytes a row\n"
           "store     %u series, %u segments, %.2f bytes a row\n\n",
           bench->csv, (unsigned long long)bench->rows,
           (double)bench->csv_bytes / (double)bench->rows, info.series, info.segments,
           (double)info.bytes / (double)bench->rows);
}

static void add(struct stw_wide *sum, struct stw_wide part)
{
    if (!stw_wide_add(*sum, part, sum)) {
        fputs("bench_store: a sum does not fit\n", stderr);
        exit(1);
    }
}

/* Times and values of every row, touched once. */
static void scan(struct bench *bench)
{
    struct stw_scan_spec spec = {.table = bench->readings,
                                 .columns = &bench->value,
                                 .column_count = 1,
                                 .from_ns = INT64_MIN,
                                 .to_ns = INT64_MAX};
    struct stw_scan *scan;
    struct stw_error err;
    struct stw_run run;
    int64_t latest_ns = INT64_MIN;
    int status;
    bench->sum = (struct stw_wide){0, 0};
    check(stw_scan_open(&scan, bench->view, &spec, &err), &err);
    while ((status = stw_scan_next(scan, &run, &err)) == STW_OK) {
        int64_t sum = 0; /* at most 8,192 values below 2^50 */
        for (uint32_t row = 0; row < run.count; row++) {
            sum += run.columns[0].ints[row];
            latest_ns = run.time_ns[row] > latest_ns ? run.time_ns[row] : latest_ns;
        }
        add(&bench->sum, (struct stw_wide){sum, run.columns[0].scale});
    }
    stw_scan_close(scan);
    if (status < 0 || latest_ns == INT64_MIN)
        fail(&err);
}

static int add_aggregates(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                          uint32_t count)
{
    struct bench *bench = context;
    (void)series;
    for (uint32_t i = 0; i < count; i++)
        if (aggregates[i].count > 0)
            add(&bench->sum, aggregates[i].sum);
    return STW_OK;
}

static void aggregate(struct bench *bench)
{
    struct stw_error err;
    bench->sum = (struct stw_wide){0, 0};
    check(stw_aggregate_run(bench->view, &bench->aggregate, add_aggregates, bench, NULL, &err),
          &err);
}

/* Registers to use, day by day; gauges are left out by the names of their kinds. */
static void use_by_day(struct bench *bench)
{
    static struct stw_use_period days[DAYS_MAX];
    static const char *const kinds[] = {"power", "water", "gas"};
    const struct stw_registry *registry;
    struct stw_zone *zone;
    struct stw_error err;
    const uint32_t *ids;
    uint32_t count;
    check(stw_zone_load("UTC", &zone, &err), &err);
    check(stw_view_registry(bench->view, &registry, &err), &err);
    check(stw_view_sorted(bench->view, bench->readings, &ids, &count, &err), &err);
    struct stw_series series = stw_view_series(bench->view, bench->readings);
    bench->register_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_slice kind = stw_key_part(stw_series_key(&series, ids[i]), 1);
        if (!stw_slice_is(kind, kinds[0]) && !stw_slice_is(kind, kinds[1]) &&
            !stw_slice_is(kind, kinds[2]))
            continue;
        struct stw_use_spec spec = {.view = bench->view,
                                    .registry = registry,
                                    .series = ids[i],
                                    .zone = zone,
                                    .rule = STW_PERIOD_DAY,
                                    .from_ns = bench->days_ns[0],
                                    .to_ns = bench->days_ns[bench->day_count]};
        check(stw_use_of_series(&spec, days, bench->day_count, &err), &err);
        bench->register_count++;
    }
    stw_zone_free(zone);
}

/* ---- The table ------------------------------------------------------------------------------- */

static void print_limit(const char *what, uint64_t bytes, struct times times)
{
    printf("%-44s %8.3f (%8.3f) GB/s  %8.4f s\n", what, (double)bytes / times.best_s / 1e9,
           (double)bytes / times.median_s / 1e9, times.best_s);
}

/* `limit_s`: the best that the machine could do, in seconds. */
static void print_rate(const char *what, uint64_t rows, struct times times, double limit_s,
                       const char *limit)
{
    printf("%-44s %8.2f (%8.2f) M rows/s  %.4f s, %.3g x %s\n", what,
           (double)rows / times.best_s / 1e6, (double)rows / times.median_s / 1e6, times.best_s,
           times.best_s / limit_s, limit);
}

static void expect_sum(const struct bench *bench, struct stw_wide want, const char *what)
{
    stw_int128 left, right;
    if (stw_wide_rescale(bench->sum, 9, &left) && stw_wide_rescale(want, 9, &right) &&
        left == right)
        return;
    fprintf(stderr, "bench_store: the sum %s is another one than that of the scan\n", what);
    exit(1);
}

static void bench_aggregates(struct bench *bench, double copy_s)
{
    struct stw_wide want = bench->sum;
    const int64_t whole_ns[] = {bench->days_ns[0], bench->days_ns[bench->day_count]};
    const struct {
        const char *what;
        bool days, decode;
        unsigned threads;
    } ways[] = {{"sum of each series, from every value", false, true, 1},
                {"sum of each series, from block statistics", false, false, 1},
                {"sum of each series and day", true, false, 1},
                {"the same, all processors", true, false, 0}};
    for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        bench->aggregate = (struct stw_aggregate_spec){
            .scan = {.table = bench->readings, .columns = &bench->value, .column_count = 1},
            .boundaries = ways[i].days ? bench->days_ns : whole_ns,
            .boundary_count = ways[i].days ? bench->day_count + 1 : 2,
            .thread_count = ways[i].threads,
            .decode_always = ways[i].decode,
        };
        struct times times = measure(bench, aggregate);
        expect_sum(bench, want, ways[i].what);
        print_rate(ways[i].what, bench->rows, times, copy_s, "memcpy");
    }
}

static void run(struct bench *bench)
{
    struct rusage used;
    struct times ingested = measure(bench, ingest);
    getrusage(RUSAGE_SELF, &used);
    open_store(bench);
    memset(bench->copy_from, 1, COPY_BYTES);
    memset(bench->copy_to, 2, COPY_BYTES);
    struct times copied = measure(bench, copy_memory);
    struct times read = measure(bench, read_csv);
    struct times written = measure(bench, write_bytes);
    unlink(bench->scratch_path);
    print_limit("memcpy", COPY_BYTES, copied);
    print_limit("read of the CSV, from the page cache", bench->csv_bytes, read);
    print_limit("write and fsync of the store's bytes", bench->store_bytes, written);

    printf("\n");
    print_rate("ingest of the CSV, synced", bench->rows, ingested, read.best_s + written.best_s,
               "read and write");
    printf("%-44s %8.3f GB/s of CSV, peak memory %.0f MiB\n", "",
           (double)bench->csv_bytes / ingested.best_s / 1e9, (double)used.ru_maxrss / 1024);
    /* What a row is in memory: a time and a value. */
    double copy_s = copied.best_s / COPY_BYTES * (double)bench->rows * 2 * sizeof(int64_t);
    print_rate("scan of times and values", bench->rows, measure(bench, scan), copy_s, "memcpy");
    bench_aggregates(bench, copy_s);
    struct times used_by_day = measure(bench, use_by_day);
    printf("%-44s %8.3f (%8.3f) M series-days/s  %.3f s, %u registers\n",
           "use per day of registers",
           bench->register_count * (double)bench->day_count / used_by_day.best_s / 1e6,
           bench->register_count * (double)bench->day_count / used_by_day.median_s / 1e6,
           used_by_day.best_s, bench->register_count);
    stw_view_close(bench->view);
    stw_store_close(bench->store);
}

int main(int count, char **words)
{
    static struct bench bench;
    long runs = count > 3 ? strtol(words[3], NULL, 10) : 5;
    if (count < 3 || count > 4 || runs < 1 || runs > RUNS_MAX ||
        strlen(words[2]) >= sizeof(bench.folder)) {
        fputs("use: bench_store FILE.csv FOLDER [RUNS]\n", stderr);
        return 2;
    }
    bench.csv = words[1];
    bench.runs = (int)runs;
    snprintf(bench.folder, sizeof(bench.folder), "%s", words[2]);
    snprintf(bench.store_path, sizeof(bench.store_path), "%s/store", bench.folder);
    snprintf(bench.scratch_path, sizeof(bench.scratch_path), "%s/scratch", bench.folder);
    bench.copy_from = stw_alloc(COPY_BYTES, 1);
    bench.copy_to = stw_alloc(COPY_BYTES, 1);
    struct stw_error err;
    if (bench.copy_from == NULL || bench.copy_to == NULL) {
        stw_fail_memory(&err, COPY_BYTES);
        fail(&err);
    }
    check(stw_io_make_folder(stw_io_system(), bench.folder, &err), &err);
    print_machine(&bench);
    run(&bench);
    stw_free(bench.copy_from);
    stw_free(bench.copy_to);
    return 0;
}
