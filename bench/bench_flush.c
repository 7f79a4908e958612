/*
 * Short runs: many meters flushed every five minutes, as a gateway or a stream would, into one
 * store. Asks whether it stays queryable meanwhile, what compaction makes of it, and what a late
 * backfill of one meter costs.
 *
 *     bench_flush FOLDER [METERS [FLUSHES [none]]]     100000 288; FOLDER/store is written
 *
 * With `none` nothing is compacted between the commits. Values are registers of 0.001 units that
 * rise by 0 to 15 steps at jittered times (SplitMix64, seed 1). One thread; files come from the
 * page cache; times are processor times. The sums of all values before and after each step must be
 * equal; no time is asserted.
 */
#include "base/memory.h"
#include "scan/aggregate.h"
#include "store/compact.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_NS (5 * STW_NS_PER_MINUTE)

static const int64_t start_ns = INT64_C(1767225600) * STW_NS_PER_SECOND; /* 2026-01-01 */

struct bench {
    char store_path[448];
    uint32_t meters, flushes;
    bool compacts; /* between commits */
    struct stw_store *store;
    const struct stw_table *readings;
    uint32_t value;
    uint32_t *ids;
    int64_t *registers;
    uint64_t random;
    uint64_t rows;
    double commit_s, commit_worst_s, compact_s, compact_worst_s;
    uint64_t rewritten_rows;
    unsigned files_most;
};

static void check(int status, const struct stw_error *err)
{
    if (status == STW_OK)
        return;
    fprintf(stderr, "bench_flush: %s %s\n%s\n", err->what, err->where, err->hint);
    exit(1);
}

/* Processor time, which another program's load on the machine does not change. */
static double now_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static long peak_mib(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
}

static uint64_t next_random(struct bench *bench)
{
    uint64_t z = (bench->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* ---- The folder ------------------------------------------------------------------------------ */

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static void measure_files(const struct bench *bench, unsigned *files, uint64_t *bytes)
{
    char path[1024];
    struct stat info;
    snprintf(path, sizeof(path), "%s/segments", bench->store_path);
    DIR *folder = opendir(path);
    *files = 0;
    *bytes = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        snprintf(path, sizeof(path), "%s/segments/%s", bench->store_path, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &info) != 0)
            continue;
        ++*files;
        *bytes += (uint64_t)info.st_size;
    }
    if (folder != NULL)
        closedir(folder);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void open_store(struct bench *bench)
{
    struct stw_error err;
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    (void)nftw(bench->store_path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    check(stw_store_create(bench->store_path, &settings, NULL, &err), &err);
    check(stw_store_open(&bench->store, bench->store_path, STW_STORE_WRITE, NULL, &err), &err);
    bench->readings = stw_schema_find(stw_store_schema(bench->store), STW_SLICE("readings"));
    bench->value = (uint32_t)stw_table_column(bench->readings, STW_SLICE("value"));
    bench->ids = stw_alloc(bench->meters, sizeof(*bench->ids));
    bench->registers = stw_alloc_zero(bench->meters, sizeof(*bench->registers));
    if (bench->ids == NULL || bench->registers == NULL)
        check(stw_fail_memory(&err, bench->meters), &err);
}

static void add_meter(struct bench *bench, struct stw_commit *commit, uint32_t meter)
{
    char key[48];
    struct stw_error err;
    int size = snprintf(key, sizeof(key), "meter-%07u", meter);
    memcpy(key + size, "\0energy", 7);
    check(stw_commit_series(commit, bench->readings, (struct stw_slice){key, (size_t)size + 7},
                            &bench->ids[meter], &err),
          &err);
}

/* One row of each meter, in order of arrival, which is no order of meters. */
static void flush(struct bench *bench, struct stw_batch *batch, uint32_t number)
{
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_error err;
    check(stw_commit_begin(bench->store, NULL, &commit, &err), &err);
    for (uint32_t i = 0; i < bench->meters; i++) {
        uint32_t meter = (uint32_t)(((uint64_t)i * 7919 + number) % bench->meters);
        if (number == 0)
            add_meter(bench, commit, meter);
        int64_t jitter_ns = (int64_t)(next_random(bench) % 20) * STW_NS_PER_SECOND;
        uint32_t row = stw_batch_row(batch, bench->ids[meter],
                                     start_ns + (int64_t)number * FLUSH_NS + jitter_ns);
        bench->registers[meter] += (int64_t)(next_random(bench) % 16);
        stw_batch_set_decimal(batch, row, bench->value,
                              (struct stw_decimal){bench->registers[meter], 3});
        if (stw_batch_full(batch) || i + 1 == bench->meters) {
            check(stw_commit_add(commit, batch, &err), &err);
            stw_batch_clear(batch);
        }
    }
    check(stw_commit_finish(commit, &result, &err), &err);
    bench->rows += result.added;
}

static void compact_between(struct bench *bench)
{
    struct stw_error err;
    struct stw_compact_result result;
    struct stw_compact_spec spec = {.triggered_only = true};
    double from_s = now_s();
    check(stw_compact_run(bench->store, &spec, &result, &err), &err);
    double took_s = now_s() - from_s;
    bench->compact_s += took_s;
    bench->compact_worst_s = took_s > bench->compact_worst_s ? took_s : bench->compact_worst_s;
    bench->rewritten_rows += result.rows_in;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static int add_up(void *context, uint32_t series, const struct stw_aggregate *aggregates,
                  uint32_t count)
{
    stw_int128 *sum = context;
    (void)series;
    for (uint32_t i = 0; i < count; i++)
        *sum += aggregates[i].count > 0 ? aggregates[i].sum.value : 0;
    return STW_OK;
}

/* The sum of all values of some series; seconds. */
static double ask(struct bench *bench, const uint32_t *series, uint32_t count, stw_int128 *sum)
{
    struct stw_error err;
    struct stw_view *view;
    int64_t boundaries[2] = {start_ns - STW_NS_PER_DAY, start_ns + 400 * STW_NS_PER_DAY};
    double from_s = now_s();
    check(stw_view_open(bench->store, NULL, &view, &err), &err);
    struct stw_aggregate_spec spec = {.scan = {.table = bench->readings,
                                               .columns = &bench->value,
                                               .column_count = 1,
                                               .series = series,
                                               .series_count = count},
                                      .boundaries = boundaries,
                                      .boundary_count = 2,
                                      .thread_count = 1};
    *sum = 0;
    check(stw_aggregate_run(view, &spec, add_up, sum, NULL, &err), &err);
    stw_view_close(view);
    return now_s() - from_s;
}

static void report(struct bench *bench, const char *when, stw_int128 *total)
{
    unsigned files;
    uint64_t bytes;
    stw_int128 sum, one;
    double one_s = ask(bench, bench->ids, 1, &one);
    double all_s = ask(bench, NULL, 0, &sum);
    measure_files(bench, &files, &bytes);
    if (*total != 0 && sum != *total) {
        fprintf(stderr, "bench_flush: the sum of all values is not what it was\n");
        exit(1);
    }
    *total = sum;
    printf("%-22s %5u files %12llu bytes %6.3f bytes/row | one meter %8.2f ms, all %7.3f s "
           "(%.1f M rows/s) | peak %ld MiB\n",
           when, files, (unsigned long long)bytes, (double)bytes / (double)bench->rows, one_s * 1e3,
           all_s, (double)bench->rows / all_s / 1e6, peak_mib());
    fflush(stdout);
}

/* ---- The day --------------------------------------------------------------------------------- */

static void write_day(struct bench *bench)
{
    struct stw_batch batch;
    struct stw_error err;
    check(stw_batch_init(&batch, bench->readings, 0, &err), &err);
    check(stw_batch_use(&batch, bench->value, &err), &err);
    for (uint32_t number = 0; number < bench->flushes; number++) {
        unsigned files;
        uint64_t bytes;
        double from_s = now_s();
        flush(bench, &batch, number);
        double took_s = now_s() - from_s;
        bench->commit_s += took_s;
        bench->commit_worst_s = took_s > bench->commit_worst_s ? took_s : bench->commit_worst_s;
        if (bench->compacts)
            compact_between(bench);
        measure_files(bench, &files, &bytes);
        bench->files_most = files > bench->files_most ? files : bench->files_most;
        stw_int128 none = 0;
        if ((number + 1) % (bench->flushes / 4 + 1) == 0)
            report(bench, "meanwhile", &none);
    }
    stw_batch_release(&batch);
    printf("commits     %.2f M rows/s, the slowest %.2f s\n",
           (double)bench->rows / bench->commit_s / 1e6, bench->commit_worst_s);
    printf("between     %.2f s in all, the longest %.2f s; each row written %.2f times more; at "
           "most %u files\n",
           bench->compact_s, bench->compact_worst_s,
           (double)bench->rewritten_rows / (double)bench->rows, bench->files_most);
}

static void compact_all(struct bench *bench, const char *what)
{
    struct stw_error err;
    struct stw_compact_result result;
    struct stw_compact_spec spec = {.table = NULL};
    double from_s = now_s();
    check(stw_compact_run(bench->store, &spec, &result, &err), &err);
    double took_s = now_s() - from_s;
    printf(
        "%-11s %.2f s, %.1f MB/s read, %.2f M rows/s; %llu segments to %llu in %llu jobs; blocks "
        "%llu copied %llu decoded, bytes %llu copied %llu decoded\n",
        what, took_s, (double)result.bytes_in / took_s / 1e6, (double)result.rows_in / took_s / 1e6,
        (unsigned long long)result.segments_in, (unsigned long long)result.segments_out,
        (unsigned long long)result.jobs, (unsigned long long)result.blocks_copied,
        (unsigned long long)result.blocks_decoded, (unsigned long long)result.bytes_copied,
        (unsigned long long)result.bytes_decoded);
}

/* One meter sends the whole day again, half a minute off: late rows among the stored ones. */
static void backfill(struct bench *bench)
{
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    struct stw_error err;
    check(stw_batch_init(&batch, bench->readings, bench->flushes, &err), &err);
    check(stw_batch_use(&batch, bench->value, &err), &err);
    for (uint32_t number = 0; number < bench->flushes; number++) {
        uint32_t row =
            stw_batch_row(&batch, bench->ids[bench->meters / 2],
                          start_ns + (int64_t)number * FLUSH_NS + 30 * STW_NS_PER_SECOND);
        stw_batch_set_decimal(&batch, row, bench->value, (struct stw_decimal){number, 3});
    }
    check(stw_commit_begin(bench->store, NULL, &commit, &err), &err);
    check(stw_commit_add(commit, &batch, &err), &err);
    check(stw_commit_finish(commit, &result, &err), &err);
    stw_batch_release(&batch);
    bench->rows += result.added;
}

int main(int count, char **words)
{
    struct bench bench = {.meters = 100000, .flushes = 288, .compacts = true, .random = 1};
    stw_int128 total = 0;
    if (count < 2) {
        fprintf(stderr, "use: bench_flush FOLDER [METERS [FLUSHES [none]]]\n");
        return 2;
    }
    snprintf(bench.store_path, sizeof(bench.store_path), "%.400s/store", words[1]);
    if (count > 2)
        bench.meters = (uint32_t)strtoul(words[2], NULL, 10);
    if (count > 3)
        bench.flushes = (uint32_t)strtoul(words[3], NULL, 10);
    bench.compacts = count < 5;
    if (bench.meters == 0 || bench.flushes == 0) {
        fprintf(stderr, "bench_flush: METERS and FLUSHES are 1 at least\n");
        return 2;
    }
    open_store(&bench);
    printf("%u meters, %u flushes%s, %s\n", bench.meters, bench.flushes,
           bench.compacts ? ", compacted between" : "", __VERSION__);
    write_day(&bench);
    report(&bench, "written", &total);
    compact_all(&bench, "compaction");
    report(&bench, "compacted", &total);
    backfill(&bench);
    total = 0;
    report(&bench, "one meter backfilled", &total);
    compact_all(&bench, "compaction");
    report(&bench, "compacted", &total);
    stw_store_close(bench.store);
    stw_free(bench.ids);
    stw_free(bench.registers);
    return 0;
}
