/*
 * Segments written with threads: byte for byte those written without, and every failure of the disk
 * on the way there ends cleanly.
 */
#include "segment_fixture.h"

#include "../support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LONG_ROWS = 20000, /* three blocks */
    CHANNEL_ROWS = 900,
    SHORT_SERIES = 9000, /* more than a page of keys takes, 8,192 */
    FILE_SIZE_MAX = 16 << 20
};

#define MINUTE_NS INT64_C(60000000000)

struct file {
    char *bytes;
    size_t size;
};

static struct file read_file(const char *path)
{
    struct file file = {.bytes = calloc(1, FILE_SIZE_MAX)};
    FILE *in = fopen(path, "rb");
    CU_ASSERT_FATAL(in != NULL && file.bytes != NULL);
    file.size = fread(file.bytes, 1, FILE_SIZE_MAX, in);
    fclose(in);
    return file;
}

/* A register and its rise, at times of their own: the second borrows from the first. */
static void add_channels(struct fixture *fixture, uint32_t series, uint64_t *random)
{
    int64_t values[CHANNEL_ROWS], times[CHANNEL_ROWS], at = FIXTURE_FROM_NS;
    for (uint32_t i = 0; i < CHANNEL_ROWS; i++) {
        values[i] = (i == 0 ? 0 : values[i - 1]) + (int64_t)(stw_test_random(random) % 500);
        at += (int64_t)(1 + stw_test_random(random) % 40) * MINUTE_NS;
        times[i] = at;
    }
    for (uint32_t i = 0; i < 2u * CHANNEL_ROWS; i++) {
        uint32_t row = i % CHANNEL_ROWS;
        bool rise = i >= CHANNEL_ROWS;
        struct fixture_row *to = fixture_add(fixture, series + rise, times[row]);
        to->integer[0] = rise && row > 0 ? values[row] - values[row - 1] : values[row];
        to->scale = 3;
        snprintf(to->text, sizeof(to->text), "ok");
    }
}

/* Long series, such as borrow, and a page of keys full of short ones, in turn. */
static void make_rows(struct fixture *fixture)
{
    uint64_t random = 11;
    uint32_t series = 0;
    fixture_init(fixture);
    fixture_add_series(fixture, series++, LONG_ROWS, MINUTE_NS, &random);
    for (int i = 0; i < 6; i++, series += 2)
        add_channels(fixture, series, &random);
    for (int i = 0; i < SHORT_SERIES; i++)
        fixture_add_series(fixture, series++, 1 + (uint32_t)i % 3, MINUTE_NS, &random);
    fixture_add_series(fixture, series++, LONG_ROWS, MINUTE_NS, &random);
    for (int i = 0; i < 6; i++, series += 2)
        add_channels(fixture, series, &random);
}

static void bytes_are_the_same(void)
{
    static const unsigned counts[] = {0, 1, 2, 3, 7};
    char path[256];
    struct fixture fixture;
    struct file first = {0};
    make_rows(&fixture);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        fixture.effort.threads = counts[i];
        struct stw_segment_info info = {0};
        struct stw_error err = {0};
        snprintf(path, sizeof(path), "%s/segment", stw_test_folder());
        int status = fixture_write(&fixture, stw_io_system(), path, 8192, &info, &err);
        STW_EXPECT(status == STW_OK, "%u threads: %s", counts[i], err.what);
        struct file file = read_file(path);
        CU_ASSERT_EQUAL(info.rows, fixture.count);
        if (i == 0)
            first = file;
        STW_EXPECT(file.size == first.size && memcmp(file.bytes, first.bytes, file.size) == 0,
                   "%u threads write other bytes", counts[i]);
        CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
        if (i > 0)
            free(file.bytes);
        unlink(path);
    }
    free(first.bytes);
    fixture_release(&fixture);
}

/* Every call to the disk fails once, until none is left. */
static void failing_disk_ends_cleanly(void)
{
    char path[256];
    struct fixture fixture;
    uint64_t random = 5, failed = 0;
    fixture_init(&fixture);
    fixture.effort.threads = 3;
    for (uint32_t series = 0; series < 8; series++)
        fixture_add_series(&fixture, series, 1500, MINUTE_NS, &random);
    snprintf(path, sizeof(path), "%s/segment", stw_test_folder());
    for (bool fired = true; fired; failed += fired) {
        struct stw_segment_info info = {0};
        struct stw_error err = {0};
        struct stw_io_fault fault;
        stw_io_fault_init(&fault);
        fault.fail_at = failed + 1;
        fault.errno_value = ENOSPC;
        int status = fixture_write(&fixture, &fault.io, path, 8192, &info, &err);
        fired = fault.fired;
        STW_EXPECT(status == (fired ? STW_ERR_FULL : STW_OK), "call %llu: %d, %s",
                   (unsigned long long)fault.fail_at, status, err.what);
        unlink(path);
    }
    CU_ASSERT(failed > 8); /* a block a series, at least */
    fixture_release(&fixture);
}

STW_SUITE(segment_threads, {"bytes are the same", bytes_are_the_same},
          {"failing disk ends cleanly", failing_disk_ends_cleanly});
