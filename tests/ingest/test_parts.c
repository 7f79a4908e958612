/*
 * Large CSV files, read in parts on threads, beside the same lines with a quote in the first one,
 * which are read one by one, as small files are: rows, rejects and counts must be the same, and the
 * segments must be the same byte for byte on any number of threads.
 */
#include "ingest/parts.h"
#include "ingest_tools.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 50000, DEVICES = 30, ROOM = 4 << 20 };

static const char map[] = "fields: {time: t, device: d, channel: k, value: v}\n";

struct text {
    char *data;
    size_t size;
    unsigned rejected, empty; /* as they were written */
};

/* What may stand in a line beside a plain row; `quoted`: the first row has a quote. */
static void add_line(struct text *text, int i, bool quoted)
{
    static const char *const kinds[] = {"power", "water"};
    char device[32], time[32], value[32];
    const char *end = i % 4099 == 0 ? "\r\n" : "\n";
    snprintf(device, sizeof(device), quoted ? "\"d%d\"" : "d%d", i % DEVICES);
    snprintf(time, sizeof(time), "2026-%02d-%02dT%02d:%02d:%02dZ", 1 + i / 20000, 1 + i / 800 % 25,
             i / 33 % 24, i / 13 % 60, i % 60);
    snprintf(value, sizeof(value), "%d.%d", i * 31 % 100003, i % 10);
    if (i % 9001 == 5)
        snprintf(value, sizeof(value), "oops");
    else if (i % 9001 == 6)
        snprintf(time, sizeof(time), "2026-02-31 00:00");
    else if (i % 9001 == 7)
        snprintf(device, sizeof(device), "1.2E+11");
    else if (i % 5003 == 8)
        snprintf(value, sizeof(value), "-");
    else if (i % 5003 == 9)
        snprintf(device, sizeof(device), "  d%d\t", i % DEVICES);
    else if (i % 5003 == 10)
        snprintf(device, sizeof(device), "new%d", i);
    text->rejected += i % 9001 >= 5 && i % 9001 <= 7;
    text->empty += i % 9001 != 5 && i % 9001 != 6 && i % 9001 != 7 && i % 5003 == 8;
    text->size +=
        (size_t)snprintf(text->data + text->size, ROOM - text->size, "%s,%s,%s,%s%s%s", time,
                         device, kinds[i % 2], value, end, i % 6007 == 11 ? "\n" : "");
}

/* The line `quoted_at` has a quote; -1: none. The last one has no end. */
static struct text make_text(int quoted_at)
{
    struct text text = {.data = malloc(ROOM)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(text.data);
    text.size = (size_t)snprintf(text.data, ROOM, "t,d,k,v\n");
    for (int i = 0; i < LINES; i++)
        add_line(&text, i, i == quoted_at);
    CU_ASSERT_FATAL(text.size > STW_PARTS_BYTES_MIN && text.size + 100 < ROOM);
    text.size--;
    return text;
}

static void read_rejects(const struct bench *bench, struct stw_buffer *out)
{
    char bytes[4096];
    size_t got;
    FILE *in = fopen(bench->result.rejects_path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(in);
    while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0)
        stw_buffer_add(out, bytes, got);
    fclose(in);
}

struct outcome {
    struct stw_buffer rows, rejects;
    struct stw_ingest_result result;
};

static void take(const struct text *text, struct outcome *outcome)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    bench_map(&bench, map);
    stw_buffer_init(&outcome->rows);
    stw_buffer_init(&outcome->rejects);
    const char *path = bench_bytes(&bench, "readings.csv", text->data, text->size);
    STW_EXPECT(bench_ingest(&bench, path) == STW_OK, "%s", bench.err.what);
    bench_dump(&bench, "readings", &outcome->rows);
    read_rejects(&bench, &outcome->rejects);
    outcome->result = bench.result;
    bench_close(&bench);
}

static void release(struct outcome *outcome)
{
    stw_buffer_release(&outcome->rows);
    stw_buffer_release(&outcome->rejects);
}

static bool same(const struct stw_buffer *a, const struct stw_buffer *b)
{
    return stw_slice_equal(stw_buffer_slice(a), stw_buffer_slice(b));
}

static void expect_same(const struct outcome *got, const struct outcome *want)
{
    const struct stw_ingest_result *a = &got->result, *b = &want->result;
    CU_ASSERT(same(&got->rows, &want->rows));
    CU_ASSERT(same(&got->rejects, &want->rejects));
    CU_ASSERT_EQUAL(a->records, b->records);
    CU_ASSERT_EQUAL(a->rows, b->rows);
    CU_ASSERT_EQUAL(a->empty, b->empty);
    CU_ASSERT_EQUAL(a->rejected, b->rejected);
    CU_ASSERT_EQUAL(a->last_line, b->last_line);
    CU_ASSERT_EQUAL(a->unended_line, b->unended_line);
}

static void parts_are_as_lines(void)
{
    struct text lines = make_text(0), parts = make_text(-1), mixed = make_text(LINES / 2);
    struct outcome wanted, got;
    take(&lines, &wanted);
    CU_ASSERT_EQUAL(wanted.result.records, LINES);
    CU_ASSERT_EQUAL(wanted.result.rejected, lines.rejected);
    CU_ASSERT_EQUAL(wanted.result.empty, lines.empty);
    CU_ASSERT_EQUAL(wanted.result.rows, LINES - lines.rejected - lines.empty);
    take(&parts, &got);
    expect_same(&got, &wanted);
    release(&got);
    take(&mixed, &got);
    expect_same(&got, &wanted);
    release(&got);
    release(&wanted);
    free(lines.data);
    free(parts.data);
    free(mixed.data);
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static void read_segments(const char *store, struct stw_buffer *out)
{
    char path[1400];
    struct dirent **names;
    snprintf(path, sizeof(path), "%s/segments", store);
    int count = scandir(path, &names, NULL, alphasort);
    CU_ASSERT_FATAL(count > 2);
    for (int i = 0; i < count; i++) {
        char bytes[65536];
        size_t got;
        snprintf(path, sizeof(path), "%s/segments/%s", store, names[i]->d_name);
        FILE *in = names[i]->d_name[0] == '.' ? NULL : fopen(path, "rb");
        while (in != NULL && (got = fread(bytes, 1, sizeof(bytes), in)) > 0)
            stw_buffer_add(out, bytes, got);
        if (in != NULL)
            fclose(in);
        free(names[i]);
    }
    free(names);
}

/* Into a copy of the store, so that its id, which the segments have, is the same. */
static void take_with(const struct bench *bench, const char *csv, unsigned threads,
                      size_t memory_bytes, struct stw_buffer *segments)
{
    char command[2048], copy[1024];
    struct stw_store_options options = {.threads = threads, .memory_bytes = memory_bytes};
    struct stw_error err = {0};
    struct bench own = {.folder = ""};
    snprintf(copy, sizeof(copy), "%s/copy-%u-%zu", bench->folder, threads, memory_bytes);
    snprintf(command, sizeof(command), "cp -r '%s' '%s'", stw_store_path(bench->store), copy);
    CU_ASSERT_EQUAL_FATAL(system(command), 0);
    CU_ASSERT_EQUAL_FATAL(stw_store_open(&own.store, copy, STW_STORE_WRITE, &options, &err),
                          STW_OK);
    bench_map(&own, map);
    STW_EXPECT(bench_ingest(&own, csv) == STW_OK, "%u threads: %s", threads, own.err.what);
    stw_map_release(&own.map);
    stw_store_close(own.store);
    read_segments(copy, segments);
}

static void bytes_are_the_same(void)
{
    static const unsigned counts[] = {1, 2, 7};
    static const size_t memories[] = {64 << 20, 300 << 10}; /* in one go; three runs, and a merge */
    struct bench bench;
    struct text text = make_text(-1);
    bench_open(&bench, "UTC");
    const char *csv = bench_bytes(&bench, "readings.csv", text.data, text.size);
    for (int i = 0; i < 2; i++) {
        struct stw_buffer first = {0};
        for (int count = 0; count < 3; count++) {
            struct stw_buffer bytes;
            stw_buffer_init(&bytes);
            take_with(&bench, csv, counts[count], memories[i], count == 0 ? &first : &bytes);
            STW_EXPECT(count == 0 || same(&bytes, &first), "%u threads, %zu bytes of memory",
                       counts[count], memories[i]);
            stw_buffer_release(&bytes);
        }
        stw_buffer_release(&first);
    }
    bench_close(&bench);
    free(text.data);
}

/* ---- Failures -------------------------------------------------------------------------------- */

/* A quote that is opened far behind and never closed, and the line that it is said to be in. */
static void failures_are_those_of_lines(void)
{
    for (int quoted_at = -1; quoted_at <= 0; quoted_at++) {
        struct bench bench;
        struct text text = make_text(quoted_at);
        int lines = 2;
        for (size_t i = 0; i < text.size; i++)
            lines += text.data[i] == '\n';
        text.size += (size_t)snprintf(text.data + text.size, ROOM - text.size,
                                      "\n2026-04-01T00:00:00Z,\"d1,power,1\n2026,d,k,1\n");
        bench_open(&bench, "UTC");
        bench_map(&bench, map);
        const char *path = bench_bytes(&bench, "open.csv", text.data, text.size);
        CU_ASSERT_EQUAL(bench_ingest(&bench, path), STW_ERR_INPUT);
        char wanted[64];
        snprintf(wanted, sizeof(wanted), "the quote opened on line %d is never closed", lines);
        CU_ASSERT_STRING_EQUAL(bench.err.what, wanted);
        BENCH_EXPECT(&bench, "readings", "");
        bench_close(&bench);
        free(text.data);
    }
}

/* One call to the disk fails: the commit is there or it is not, and a success is one. */
static void expect_all_or_nothing(const char *empty, const char *csv, uint64_t fail_at, bool *fired)
{
    char command[4096], copy[1100];
    struct bench own = {.folder = ""};
    struct stw_io_fault fault;
    stw_io_fault_init(&fault);
    struct stw_store_options options = {.io = &fault.io, .threads = 3, .memory_bytes = 300 << 10};
    struct stw_ingest_options ingest = {.io = &fault.io};
    snprintf(copy, sizeof(copy), "%s-copy", empty);
    snprintf(command, sizeof(command), "rm -rf '%s' && cp -r '%s' '%s'", copy, empty, copy);
    CU_ASSERT_EQUAL_FATAL(system(command), 0);
    CU_ASSERT_EQUAL_FATAL(stw_store_open(&own.store, copy, STW_STORE_WRITE, &options, NULL),
                          STW_OK);
    uint64_t before = stw_store_generation(own.store);
    bench_map(&own, map);
    fault.fail_at = fault.calls + fail_at;
    fault.errno_value = fail_at % 2 == 0 ? ENOSPC : EIO;
    int status = stw_ingest_file(own.store, &own.map, csv, &ingest, &own.result, &own.err);
    *fired = fault.fired;
    stw_map_release(&own.map);
    stw_store_close(own.store);
    CU_ASSERT_EQUAL_FATAL(stw_store_open(&own.store, copy, STW_STORE_WRITE, NULL, NULL), STW_OK);
    uint64_t made = stw_store_generation(own.store) - before;
    STW_EXPECT(made <= 1 && (status < 0 || made == 1), "call %llu: status %d, %llu commits",
               (unsigned long long)fail_at, status, (unsigned long long)made);
    STW_EXPECT(fault.fired || status == STW_OK, "without a failure: %s", own.err.what);
    stw_store_close(own.store);
}

static void failing_disk_stores_all_or_nothing(void)
{
    struct bench bench;
    struct text text = make_text(-1);
    char empty[1024];
    bench_open(&bench, "UTC");
    snprintf(empty, sizeof(empty), "%s", stw_store_path(bench.store));
    const char *csv = bench_bytes(&bench, "readings.csv", text.data, text.size);
    uint64_t calls = 0;
    for (bool fired = true; fired;)
        expect_all_or_nothing(empty, csv, ++calls, &fired);
    CU_ASSERT(calls > 20);
    bench_close(&bench);
    free(text.data);
}

STW_SUITE(ingest_parts, {"parts are as lines", parts_are_as_lines},
          {"bytes are the same", bytes_are_the_same},
          {"failures are those of lines", failures_are_those_of_lines},
          {"failing disk stores all or nothing", failing_disk_stores_all_or_nothing});
