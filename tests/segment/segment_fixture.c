/* See segment_fixture.h. */
#include "segment_fixture.h"

#include "codec/codec.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMAL, FLOAT, INT, BOOL, TIME, TEXT };

static const enum stw_type types[FIXTURE_COLUMNS] = {
    STW_TYPE_DECIMAL, STW_TYPE_FLOAT, STW_TYPE_INT, STW_TYPE_BOOL, STW_TYPE_TIME, STW_TYPE_TEXT,
};

void fixture_init(struct fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
}

void fixture_release(struct fixture *fixture)
{
    free(fixture->rows);
    fixture_init(fixture);
}

struct fixture_row *fixture_add(struct fixture *fixture, uint32_t series, int64_t time_ns)
{
    if (fixture->count == fixture->capacity) {
        fixture->capacity = fixture->capacity * 2 + 1024;
        fixture->rows = realloc(fixture->rows, fixture->capacity * sizeof(*fixture->rows));
    }
    struct fixture_row *row = &fixture->rows[fixture->count++];
    memset(row, 0, sizeof(*row));
    memset(row->has, 1, sizeof(row->has));
    row->series = series;
    row->time_ns = time_ns;
    return row;
}

void fixture_add_series(struct fixture *fixture, uint32_t series, uint32_t count, int64_t step_ns,
                        uint64_t *random)
{
    int64_t at = FIXTURE_FROM_NS;
    int64_t value = (int64_t)(stw_test_random(random) % 1000000);
    bool has_gaps = stw_test_random(random) % 2 == 0;
    int scale = (int)(stw_test_random(random) % 4);
    for (uint32_t i = 0; i < count; i++) {
        struct fixture_row *row = fixture_add(fixture, series, at);
        at += stw_test_random(random) % 50 == 0 ? step_ns * 2 : step_ns;
        value += (int64_t)(stw_test_random(random) % 40);
        row->scale = scale;
        row->integer[DECIMAL] = stw_test_random(random) % 500 == 0 ? -value : value;
        row->real = nearbyint(1000 * sin(i / 50.0) + (double)(stw_test_random(random) % 10)) / 10;
        if (stw_test_random(random) % 100 == 0) {
            uint64_t bits = stw_test_random(random) | UINT64_C(0x7ff8000000000000);
            memcpy(&row->real, &bits, sizeof(bits)); /* NaN with a payload */
        }
        row->integer[INT] = (int64_t)stw_test_random(random) >> (stw_test_random(random) % 64);
        row->integer[BOOL] = stw_test_random(random) % 10 == 0;
        row->integer[TIME] = at + (int64_t)(stw_test_random(random) % 3600) * 1000000000;
        snprintf(row->text, sizeof(row->text), "%s", stw_test_random(random) % 20 == 0 ? "" : "ok");
        if (stw_test_random(random) % 10 == 0)
            snprintf(row->text, sizeof(row->text), "order %llu",
                     (unsigned long long)stw_test_random(random) % 100000);
        for (unsigned column = 0; has_gaps && column < FIXTURE_COLUMNS; column++)
            row->has[column] = stw_test_random(random) % 30 != 0;
    }
}

struct stw_segment_spec fixture_spec(void)
{
    static struct stw_segment_column columns[FIXTURE_COLUMNS];
    static const char *const names[] = {"value", "raw", "count", "open", "due", "note"};
    for (unsigned i = 0; i < FIXTURE_COLUMNS; i++) {
        columns[i].name = stw_slice_of(names[i]);
        columns[i].type = types[i];
    }
    return (struct stw_segment_spec){
        .file_id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
        .table = STW_SLICE("readings"),
        .columns = columns,
        .column_count = FIXTURE_COLUMNS,
        .partition_from_ns = FIXTURE_FROM_NS,
        .partition_to_ns = FIXTURE_TO_NS,
        .commit_first = 3,
        .commit_last = 5,
    };
}

struct stw_slice fixture_key(uint32_t series, char *text, size_t size)
{
    int written = snprintf(text, size, "meter-%u\x1f", series);
    return (struct stw_slice){text, (size_t)written};
}

struct run_storage {
    int64_t time_ns[STW_RUN_ROWS_MAX];
    int64_t ints[FIXTURE_COLUMNS][STW_RUN_ROWS_MAX];
    double floats[STW_RUN_ROWS_MAX];
    uint32_t codes[STW_RUN_ROWS_MAX];
    uint8_t present[FIXTURE_COLUMNS][STW_RUN_ROWS_MAX];
    struct stw_slice words[STW_RUN_ROWS_MAX];
    struct stw_vector vectors[FIXTURE_COLUMNS];
};

static void make_run(const struct fixture_row *rows, uint32_t count, struct run_storage *storage,
                     struct stw_run *run)
{
    for (uint32_t i = 0; i < count; i++) {
        storage->time_ns[i] = rows[i].time_ns;
        storage->floats[i] = rows[i].has[FLOAT] ? rows[i].real : 0;
        storage->codes[i] = i;
        storage->words[i] = stw_slice_of(rows[i].text);
        for (unsigned column = 0; column < FIXTURE_COLUMNS; column++) {
            storage->ints[column][i] = rows[i].has[column] ? rows[i].integer[column] : 0;
            storage->present[column][i] = rows[i].has[column];
        }
    }
    for (unsigned column = 0; column < FIXTURE_COLUMNS; column++) {
        bool whole = memchr(storage->present[column], 0, count) == NULL;
        storage->vectors[column] = (struct stw_vector){
            .type = types[column],
            .scale = column == DECIMAL ? rows[0].scale : 0,
            .ints = column == FLOAT || column == TEXT ? NULL : storage->ints[column],
            .floats = column == FLOAT ? storage->floats : NULL,
            .codes = column == TEXT ? storage->codes : NULL,
            .words = column == TEXT ? storage->words : NULL,
            .word_count = column == TEXT ? count : 0,
            .present = whole ? NULL : storage->present[column],
        };
    }
    *run = (struct stw_run){rows[0].series, count, storage->time_ns, storage->vectors,
                            FIXTURE_COLUMNS};
}

static int write_rows(const struct fixture *fixture, struct stw_segment_writer *writer,
                      uint32_t run_rows, struct run_storage *storage, struct stw_error *err)
{
    for (uint32_t from = 0; from < fixture->count;) {
        const struct fixture_row *rows = fixture->rows + from;
        uint32_t count = 1;
        while (from + count < fixture->count && count < run_rows &&
               rows[count].series == rows[0].series && rows[count].scale == rows[0].scale)
            count++;
        struct stw_run run;
        char key[32];
        make_run(rows, count, storage, &run);
        STW_TRY(
            stw_segment_writer_add(writer, &run, fixture_key(run.series, key, sizeof(key)), err));
        from += count;
    }
    return STW_OK;
}

int fixture_write(const struct fixture *fixture, const struct stw_io *io, const char *path,
                  uint32_t run_rows, struct stw_segment_info *info, struct stw_error *err)
{
    struct stw_segment_writer *writer;
    struct stw_segment_spec spec = fixture_spec();
    STW_TRY(stw_segment_writer_open(&writer, io, path, &spec, &fixture->effort, err));
    struct run_storage *storage = calloc(1, sizeof(*storage));
    int status = write_rows(fixture, writer, run_rows, storage, err);
    free(storage);
    if (status < 0) {
        stw_segment_writer_abort(writer);
        return status;
    }
    return stw_segment_writer_finish(writer, info, err);
}

static bool same_value(const struct fixture_row *row, const struct stw_vector *vector, uint32_t at,
                       unsigned column)
{
    if (!row->has[column] || !stw_vector_has(vector, at))
        return row->has[column] == stw_vector_has(vector, at);
    if (column == TEXT)
        return stw_slice_is(stw_vector_text(vector, at), row->text);
    if (column == FLOAT)
        return memcmp(&vector->floats[at], &row->real, sizeof(row->real)) == 0;
    if (column == DECIMAL)
        return stw_decimal_compare(stw_vector_decimal(vector, at),
                                   (struct stw_decimal){row->integer[DECIMAL], row->scale}) == 0;
    return vector->ints[at] == row->integer[column];
}

static unsigned compare_run(const struct stw_run *run, const struct fixture_row *rows)
{
    unsigned differences = 0;
    for (uint32_t i = 0; i < run->count; i++) {
        bool same = run->series == rows[i].series && run->time_ns[i] == rows[i].time_ns;
        for (unsigned column = 0; column < FIXTURE_COLUMNS; column++)
            same &= same_value(&rows[i], &run->columns[column], i, column);
        differences += !same;
    }
    return differences;
}

unsigned fixture_compare(const struct fixture *fixture, const char *path)
{
    static const uint32_t all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5};
    struct stw_segment_reader *reader;
    struct stw_error err;
    int status = stw_segment_reader_open(&reader, stw_io_system(), path, &err);
    if (!STW_EXPECT(status == STW_OK, "open: %s", err.what))
        return 1;
    struct stw_decoder *decoder = stw_decoder_create();
    struct stw_block block;
    stw_block_init(&block);
    /* Every other file with a decoder of the caller's. */
    if (fixture->count % 2 == 0)
        CU_ASSERT_FATAL(stw_block_share(&block, decoder));
    uint32_t row = 0;
    unsigned differences = 0;
    const struct stw_segment_info *info = stw_segment_reader_info(reader);
    for (uint32_t i = 0; i < info->block_count; i++) {
        status = stw_segment_reader_read(reader, i, all, FIXTURE_COLUMNS, &block, &err);
        if (!STW_EXPECT(status == STW_OK, "block %u: %s (%s)", i, err.what, err.where))
            break;
        for (uint32_t from = 0; from < block.rows;) {
            struct stw_run run;
            stw_block_run(&block, from, &run);
            if (!STW_EXPECT(row + run.count <= fixture->count, "more rows than were written"))
                break;
            differences += compare_run(&run, fixture->rows + row);
            row += run.count;
            from += run.count;
        }
    }
    STW_EXPECT(row == fixture->count && differences == 0, "%u of %u rows, %u differ", row,
               fixture->count, differences);
    stw_block_release(&block);
    stw_decoder_free(decoder);
    stw_segment_reader_close(reader);
    return differences + (row != fixture->count);
}
