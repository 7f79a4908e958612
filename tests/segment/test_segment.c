/* Segments written and read back, against rows kept as plain structs. */
#include "segment_fixture.h"

#include "base/memory.h"

#include "../support/test.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MINUTE_NS INT64_C(60000000000)

static const char *fresh_path(void)
{
    static char path[256];
    static char folder[200];
    static unsigned number;
    if (number == 0)
        snprintf(folder, sizeof(folder), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/segment-%u", folder, number++);
    return path;
}

static uint64_t verify(const char *path)
{
    uint64_t findings = UINT64_MAX;
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_segment_verify(stw_io_system(), path, NULL, NULL, &findings, &err), STW_OK);
    return findings;
}

static void round_trip(const struct fixture *fixture, uint32_t run_rows)
{
    const char *path = fresh_path();
    struct stw_segment_info info;
    struct stw_error err;
    int status = fixture_write(fixture, stw_io_system(), path, run_rows, &info, &err);
    if (!STW_EXPECT(status == STW_OK, "write: %s", status < 0 ? err.what : ""))
        return;
    fixture_compare(fixture, path);
    CU_ASSERT_EQUAL(info.rows, fixture->count);
    CU_ASSERT_EQUAL(verify(path), 0);
    unlink(path);
}

static void rows_come_back(void)
{
    static const struct {
        uint32_t series, rows, run_rows;
    } cases[] = {
        {1, 1, 8192},    {1, 2, 1},     {1, 511, 100},  {1, 512, 8192},   {1, 8192, 8192},
        {1, 8193, 8192}, {3, 9000, 77}, {50, 700, 96},  {40, 3, 8192},    {9000, 1, 8192},
        {20, 400, 13},   {1, 20000, 1}, {30, 511, 500}, {1030, 512, 512},
    };
    uint64_t random = 7;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        fixture_init(&fixture);
        for (uint32_t s = 0; s < cases[i].series; s++)
            fixture_add_series(&fixture, s * 3 + 5, cases[i].rows, MINUTE_NS, &random);
        round_trip(&fixture, cases[i].run_rows);
        fixture_release(&fixture);
    }
}

static void extremes_come_back(void)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, 0, -1, 1};
    struct fixture fixture;
    fixture_init(&fixture);
    for (uint32_t i = 0; i < 1000; i++) {
        struct fixture_row *row =
            fixture_add(&fixture, i < 600 ? 0 : UINT32_MAX, FIXTURE_FROM_NS + i / 3);
        row->integer[0] = odd[i % 5];
        row->integer[2] = odd[(i + 1) % 5];
        row->integer[4] = odd[(i + 2) % 5];
        row->integer[3] = i % 2;
        row->real = i % 3 == 0 ? -0.0 : i % 3 == 1 ? INFINITY : 4.9e-324;
        memset(row->text, 'x', i % FIXTURE_WORD_SIZE);
        row->has[5] = i % 7 != 0;
        row->has[1] = false; /* a column without any value */
        row->real = 0;
    }
    fixture.rows[999].time_ns = FIXTURE_TO_NS - 1;
    round_trip(&fixture, 100);
    fixture_release(&fixture);
}

/* Runs of 0, 3 and 18 digits: scales are brought together where they fit, else a block begins. */
static void scales_meet(void)
{
    static const struct {
        int64_t value;
        int scale;
    } cases[] = {
        {5, 0}, {1234, 3},       {7, 0},         {1234567890123456789, 18},
        {9, 0}, {10, 0},         {INT64_MAX, 0}, {INT64_MIN, 0},
        {1, 1}, {INT64_MAX, 18}, {-3, 2},        {9223372036854775, 3},
        {1, 6}, {INT64_MIN, 6},  {12, 6},        {-9223372036854775807, 17},
        {0, 0}, {0, 18},
    };
    struct fixture fixture;
    fixture_init(&fixture);
    for (uint32_t i = 0; i < 2000; i++) {
        struct fixture_row *row = fixture_add(&fixture, i / 900, FIXTURE_FROM_NS + i * MINUTE_NS);
        unsigned which = i % (i < 1000 ? 3 : sizeof(cases) / sizeof(cases[0]));
        row->integer[0] = cases[which].value;
        row->scale = cases[which].scale;
        row->has[0] = i % 11 != 0;
    }
    round_trip(&fixture, 8192);
    fixture_release(&fixture);
}

struct wide_text {
    struct stw_slice words[3000];
    uint32_t codes[3000];
    int64_t time_ns[3000];
};

/* 3,000 texts of 5,000 different bytes do not fit one block's 4 MiB, so blocks must be cut. */
static void long_texts_cut_blocks(void)
{
    static struct wide_text data;
    static char bytes[3000 + 5000];
    struct stw_segment_column column = {STW_SLICE("text"), STW_TYPE_TEXT};
    struct stw_segment_spec spec = fixture_spec();
    spec.columns = &column;
    spec.column_count = 1;
    uint64_t random = 9;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)stw_test_random(&random);
    for (uint32_t i = 0; i < 3000; i++) {
        data.words[i] = (struct stw_slice){bytes + i, 5000};
        data.codes[i] = i;
        data.time_ns[i] = FIXTURE_FROM_NS + i;
    }
    struct stw_vector vector = {
        .type = STW_TYPE_TEXT, .codes = data.codes, .words = data.words, .word_count = 3000};
    struct stw_run run = {1, 3000, data.time_ns, &vector, 1};
    struct stw_segment_writer *writer;
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    const char *path = fresh_path();
    CU_ASSERT_EQUAL_FATAL(
        stw_segment_writer_open(&writer, stw_io_system(), path, &spec, NULL, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_segment_writer_add(writer, &run, STW_SLICE("k"), NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_writer_finish(writer, &info, NULL), STW_OK);
    CU_ASSERT_EQUAL(info.block_count, 4); /* 15,000,000 bytes / 4 MiB, rounded up */
    CU_ASSERT_EQUAL(verify(path), 0);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    struct stw_block block;
    stw_block_init(&block);
    uint32_t row = 0, wanted = 0, wrong = 0;
    for (uint32_t i = 0; i < info.block_count; i++) {
        CU_ASSERT_EQUAL(stw_segment_reader_read(reader, i, &wanted, 1, &block, NULL), STW_OK);
        for (uint32_t at = 0; at < block.rows; at++, row++)
            wrong += !stw_slice_equal(stw_vector_text(&block.columns[0], at), data.words[row]);
    }
    CU_ASSERT(row == 3000 && wrong == 0);
    stw_block_release(&block);
    stw_segment_reader_close(reader);
}

/* 20,000 rows, three at a time: wherever a block ends, the next one begins with another time. */
static void equal_times_stay_together(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    for (uint32_t i = 0; i < 20000; i++)
        fixture_add(&fixture, 4, FIXTURE_FROM_NS + i / 3)->integer[2] = i;
    for (uint32_t i = 0; i < 9000; i++) /* more than a block can hold at one time */
        fixture_add(&fixture, 5, FIXTURE_FROM_NS)->integer[2] = i;
    const char *path = fresh_path();
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path, 1000, &info, NULL),
                          STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    CU_ASSERT_EQUAL(info.block_count, 5); /* 8,190 + 8,190 + 3,620, 8,192 + 808 */
    for (uint32_t i = 0; i + 1 < info.block_count; i++) {
        const struct stw_segment_block *block = stw_segment_reader_block(reader, i);
        CU_ASSERT(block->has_repeats);
        CU_ASSERT(i == 3 || block[1].series_first != block->series_last ||
                  block[1].time_first_ns > block->time_last_ns);
    }
    fixture_compare(&fixture, path);
    CU_ASSERT_EQUAL(verify(path), 0);
    stw_segment_reader_close(reader);
    fixture_release(&fixture);
}

/* ---- Statistics against a plain twin --------------------------------------------------------- */

static void compare_integers(const struct fixture_row *rows, const struct stw_segment_block *block,
                             unsigned column)
{
    const struct stw_column_statistics *s = &block->columns[column];
    stw_int128 sum = 0;
    uint32_t nulls = 0, falls = 0, count = 0;
    uint64_t rise = 0;
    int64_t first = 0, last = 0, min = INT64_MAX, max = INT64_MIN;
    for (uint32_t i = 0; i < block->rows; i++) {
        if (!rows[i].has[column]) {
            nulls++;
            continue;
        }
        int64_t value = rows[i].integer[column];
        if (column == 0)
            CU_ASSERT(
                stw_decimal_rescale((struct stw_decimal){value, rows[i].scale}, s->scale, &value));
        if (count > 0 && value < last)
            falls++;
        if (count > 0 && value > last && (uint64_t)value - (uint64_t)last > rise)
            rise = (uint64_t)value - (uint64_t)last;
        if (count++ == 0)
            first = value;
        last = value;
        sum += value;
        min = value < min ? value : min;
        max = value > max ? value : max;
    }
    CU_ASSERT(s->nulls == nulls && s->sum == sum);
    CU_ASSERT(s->min.integer == min && s->max.integer == max);
    if (block->single)
        CU_ASSERT(s->first.integer == first && s->last.integer == last && s->falls == falls &&
                  s->largest_rise == rise);
}

static void compare_reals(const struct fixture_row *rows, const struct stw_segment_block *block)
{
    const struct stw_column_statistics *s = &block->columns[1];
    uint32_t nulls = 0, nans = 0;
    double min = INFINITY, max = -INFINITY;
    const struct fixture_row *first = NULL, *last = NULL;
    for (uint32_t i = 0; i < block->rows; i++) {
        if (!rows[i].has[1]) {
            nulls++;
            continue;
        }
        first = first == NULL ? &rows[i] : first;
        last = &rows[i];
        if (isnan(rows[i].real)) {
            nans++;
            continue;
        }
        min = fmin(min, rows[i].real);
        max = fmax(max, rows[i].real);
    }
    CU_ASSERT(s->nulls == nulls && s->nans == nans && s->min.real == min && s->max.real == max);
    if (block->single && first != NULL)
        CU_ASSERT(memcmp(&s->first.real, &first->real, 8) == 0 &&
                  memcmp(&s->last.real, &last->real, 8) == 0);
}

static void compare_times(const struct fixture_row *rows, const struct stw_segment_block *block)
{
    int64_t min = INT64_MAX, max = INT64_MIN;
    bool repeats = false, regular = block->single && block->rows > 1;
    for (uint32_t i = 0; i < block->rows; i++) {
        min = rows[i].time_ns < min ? rows[i].time_ns : min;
        max = rows[i].time_ns > max ? rows[i].time_ns : max;
        if (i > 0 && rows[i].series == rows[i - 1].series && rows[i].time_ns == rows[i - 1].time_ns)
            repeats = true;
        if (i > 0 && rows[i].time_ns - rows[i - 1].time_ns != rows[1].time_ns - rows[0].time_ns)
            regular = false;
    }
    CU_ASSERT(block->time_min_ns == min && block->time_max_ns == max);
    CU_ASSERT(block->time_first_ns == rows[0].time_ns);
    CU_ASSERT(block->time_last_ns == rows[block->rows - 1].time_ns);
    CU_ASSERT_EQUAL(block->has_repeats, repeats);
    CU_ASSERT_EQUAL(block->time_step_ns, regular ? rows[1].time_ns - rows[0].time_ns : 0);
    CU_ASSERT_EQUAL(block->series_first, rows[0].series);
    CU_ASSERT_EQUAL(block->series_last, rows[block->rows - 1].series);
}

static void make_mixed(struct fixture *fixture)
{
    uint64_t random = 21;
    fixture_init(fixture);
    for (uint32_t s = 0; s < 60; s++)
        fixture_add_series(fixture, s * 2 + 1,
                           s % 4 == 0   ? 900
                           : s % 4 == 1 ? 9000
                                        : 30,
                           MINUTE_NS, &random);
    for (uint32_t s = 200; s < 203; s++)
        for (uint32_t i = 0; i < 600; i++) /* regular, then with equal times */
            fixture_add(fixture, s, FIXTURE_FROM_NS + i / (s == 201 ? 2 : 1) * MINUTE_NS);
}

static void statistics_match_a_plain_twin(void)
{
    struct fixture fixture;
    make_mixed(&fixture);
    const char *path = fresh_path();
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path, 800, &info, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    CU_ASSERT_EQUAL(memcmp(&info, stw_segment_reader_info(reader), sizeof(info)), 0);
    CU_ASSERT_EQUAL(info.series_count, 63);
    uint32_t row = 0, singles = 0, shared = 0, regular = 0, repeats = 0;
    for (uint32_t i = 0; i < info.block_count; i++) {
        const struct stw_segment_block *block = stw_segment_reader_block(reader, i);
        const struct fixture_row *rows = fixture.rows + row;
        compare_integers(rows, block, 0);
        compare_integers(rows, block, 2);
        compare_integers(rows, block, 3);
        compare_integers(rows, block, 4);
        compare_reals(rows, block);
        compare_times(rows, block);
        CU_ASSERT_EQUAL(block->single, block->series_first == block->series_last);
        singles += block->single;
        shared += !block->single;
        regular += block->time_step_ns == MINUTE_NS;
        repeats += block->has_repeats;
        row += block->rows;
    }
    CU_ASSERT_EQUAL(row, fixture.count);
    CU_ASSERT(singles > 30 && shared > 3 && regular >= 2 && repeats == 1);
    stw_segment_reader_close(reader);
    fixture_release(&fixture);
}

static void find_agrees_with_a_scan(void)
{
    struct fixture fixture;
    make_mixed(&fixture);
    const char *path = fresh_path();
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path, 8192, &info, NULL),
                          STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    for (uint32_t series = 0; series < 206; series++)
        for (int64_t at = FIXTURE_FROM_NS - MINUTE_NS; at < FIXTURE_TO_NS; at += 5001 * MINUTE_NS) {
            uint32_t row = 0, want = 0;
            while (row < fixture.count &&
                   (fixture.rows[row].series < series ||
                    (fixture.rows[row].series == series && fixture.rows[row].time_ns < at)))
                row++;
            for (uint32_t end = 0; want < info.block_count; want++) {
                end += stw_segment_reader_block(reader, want)->rows;
                if (row < end)
                    break;
            }
            CU_ASSERT_EQUAL(stw_segment_reader_find(reader, series, at), want);
        }
    CU_ASSERT_EQUAL(stw_segment_reader_column(reader, STW_SLICE("open")), 3);
    CU_ASSERT_EQUAL(stw_segment_reader_column(reader, STW_SLICE("closed")), -1);
    stw_segment_reader_close(reader);
    fixture_release(&fixture);
}

static int check_key(void *context, uint32_t series, struct stw_slice key)
{
    uint32_t *next = context;
    char text[32];
    CU_ASSERT_EQUAL(series, *next * 3 + 5);
    CU_ASSERT(stw_slice_equal(key, fixture_key(series, text, sizeof(text))));
    return ++*next < 20000 ? STW_OK : STW_ERR_USAGE;
}

static void keys_and_spec_come_back(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    for (uint32_t s = 0; s < 20000; s++) /* more than two pages of keys */
        fixture_add(&fixture, s * 3 + 5, FIXTURE_FROM_NS + 5);
    const char *path = fresh_path();
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    uint32_t next = 0;
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path, 1, &info, NULL), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_segment_reader_keys(reader, check_key, &next, NULL), STW_ERR_USAGE);
    CU_ASSERT_EQUAL(next, 20000);
    const struct stw_segment_spec *spec = stw_segment_reader_spec(reader);
    struct stw_segment_spec want = fixture_spec();
    CU_ASSERT_EQUAL(memcmp(spec->file_id, want.file_id, sizeof(want.file_id)), 0);
    CU_ASSERT(stw_slice_is(spec->table, "readings"));
    CU_ASSERT(spec->partition_from_ns == FIXTURE_FROM_NS && spec->partition_to_ns == FIXTURE_TO_NS);
    CU_ASSERT(spec->commit_first == 3 && spec->commit_last == 5);
    CU_ASSERT_EQUAL_FATAL(spec->column_count, want.column_count);
    for (uint32_t i = 0; i < want.column_count; i++)
        CU_ASSERT(stw_slice_equal(spec->columns[i].name, want.columns[i].name) &&
                  spec->columns[i].type == want.columns[i].type);
    CU_ASSERT_EQUAL(verify(path), 0);
    stw_segment_reader_close(reader);
    fixture_release(&fixture);
}

/* ---- Misuse and faults ----------------------------------------------------------------------- */

static int add_one(struct stw_segment_writer *writer, uint32_t series, int64_t time_ns,
                   const char *key)
{
    int64_t integer = 1;
    double real = 1;
    uint32_t code = 0;
    struct stw_slice word = STW_SLICE("w");
    struct stw_vector vectors[FIXTURE_COLUMNS] = {
        {.type = STW_TYPE_DECIMAL, .ints = &integer},
        {.type = STW_TYPE_FLOAT, .floats = &real},
        {.type = STW_TYPE_INT, .ints = &integer},
        {.type = STW_TYPE_BOOL, .ints = &integer},
        {.type = STW_TYPE_TIME, .ints = &integer},
        {.type = STW_TYPE_TEXT, .codes = &code, .words = &word, .word_count = 1},
    };
    struct stw_run run = {series, 1, &time_ns, vectors, FIXTURE_COLUMNS};
    return stw_segment_writer_add(writer, &run, stw_slice_of(key), NULL);
}

static void disorder_is_refused(void)
{
    static const struct {
        uint32_t series;
        int64_t time_ns;
        const char *key;
        int want;
    } cases[] = {
        {5, FIXTURE_FROM_NS + 9, "c", STW_OK},
        {4, FIXTURE_FROM_NS + 9, "b", STW_ERR_USAGE},
        {5, FIXTURE_FROM_NS + 8, "c", STW_ERR_USAGE},
        {6, FIXTURE_FROM_NS - 1, "d", STW_ERR_USAGE},
        {6, FIXTURE_TO_NS, "d", STW_ERR_USAGE},
        {6, FIXTURE_TO_NS - 1, "c", STW_ERR_USAGE},
        {6, FIXTURE_FROM_NS, "d", STW_OK},
    };
    for (unsigned i = 1; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_segment_writer *writer;
        struct stw_segment_spec spec = fixture_spec();
        const char *path = fresh_path();
        CU_ASSERT_EQUAL_FATAL(
            stw_segment_writer_open(&writer, stw_io_system(), path, &spec, NULL, NULL), STW_OK);
        CU_ASSERT_EQUAL(add_one(writer, cases[0].series, cases[0].time_ns, cases[0].key), STW_OK);
        int status = add_one(writer, cases[i].series, cases[i].time_ns, cases[i].key);
        STW_EXPECT(status == cases[i].want, "case %u gives %d", i, status);
        stw_segment_writer_abort(writer);
        CU_ASSERT_FALSE(stw_io_exists(path));
    }
    struct stw_segment_writer *writer;
    struct stw_segment_spec spec = fixture_spec();
    spec.partition_to_ns = spec.partition_from_ns;
    CU_ASSERT_EQUAL(
        stw_segment_writer_open(&writer, stw_io_system(), fresh_path(), &spec, NULL, NULL),
        STW_ERR_USAGE);
    spec = fixture_spec();
    spec.column_count = STW_SEGMENT_COLUMNS_MAX + 1;
    CU_ASSERT_EQUAL(
        stw_segment_writer_open(&writer, stw_io_system(), fresh_path(), &spec, NULL, NULL),
        STW_ERR_USAGE);
    spec = fixture_spec();
    struct stw_segment_info info;
    CU_ASSERT_EQUAL_FATAL(
        stw_segment_writer_open(&writer, stw_io_system(), fresh_path(), &spec, NULL, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_segment_writer_finish(writer, &info, NULL), STW_ERR_USAGE);
}

/* One of the series is long enough for a block of its own, and the one behind it borrows from that:
 * its times, and its counts, which are the other's rises. */
static void make_small(struct fixture *fixture)
{
    enum { BEFORE = 20, LONG = 600, COUNT = 2 };
    uint64_t random = 31;
    fixture_init(fixture);
    for (uint32_t s = 0; s < 3; s++)
        fixture_add_series(fixture, s, s == 1 ? LONG : BEFORE, MINUTE_NS, &random);
    fixture->count -= BEFORE;
    for (uint32_t i = BEFORE; i < BEFORE + LONG; i++)
        fixture->rows[i].has[COUNT] = true;
    for (uint32_t i = BEFORE; i < BEFORE + LONG; i++) {
        struct fixture_row *row = fixture_add(fixture, 2, fixture->rows[i].time_ns);
        const struct fixture_row *before = &fixture->rows[i == BEFORE ? i : i - 1];
        row->integer[COUNT] =
            (int64_t)((uint64_t)fixture->rows[i].integer[COUNT] - (uint64_t)before->integer[COUNT]);
    }
    fixture_add_series(fixture, 3, BEFORE, MINUTE_NS, &random);
}

static void every_failing_call_is_reported(void)
{
    struct fixture fixture;
    make_small(&fixture);
    for (unsigned kind = 0; kind < 4; kind++) {
        bool fired = true;
        for (uint64_t n = 1; fired; n++) {
            struct stw_io_fault fault;
            struct stw_segment_info info;
            struct stw_error err;
            stw_io_fault_init(&fault);
            fault.fail_at = n;
            fault.tear = kind & 1;
            fault.sticky = kind & 2;
            fault.errno_value = ENOSPC;
            const char *path = fresh_path();
            int status = fixture_write(&fixture, &fault.io, path, 8192, &info, &err);
            fired = fault.fired;
            STW_EXPECT(status == (fired ? STW_ERR_FULL : STW_OK), "call %llu: %d",
                       (unsigned long long)n, status);
            /* What is left behind, if anything, is never taken for a segment, unless only the sync
             * failed: then all of it was written and the caller knows that it may not last. */
            struct stw_segment_reader *reader = NULL;
            if (fired && stw_io_exists(path) && verify(path) == 0)
                CU_ASSERT_EQUAL(fault.calls, n);
            if (!fired)
                CU_ASSERT_EQUAL(stw_segment_reader_open(&reader, stw_io_system(), path, &err),
                                STW_OK);
            stw_segment_reader_close(reader);
            CU_ASSERT_FATAL(n < 100);
        }
    }
    fixture_release(&fixture);
}

static void every_failing_allocation_is_reported(void)
{
    struct fixture fixture;
    make_small(&fixture);
    bool failed = true;
    for (uint64_t n = 1; failed; n++) {
        struct stw_segment_info info;
        const char *path = fresh_path();
        stw_memory_fail_at(n);
        int status = fixture_write(&fixture, stw_io_system(), path, 8192, &info, NULL);
        failed = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (failed ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d",
                   (unsigned long long)n, status);
        CU_ASSERT_FATAL(n < 1000);
    }
    const char *path = fresh_path();
    struct stw_segment_info info;
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path, 8192, &info, NULL),
                          STW_OK);
    static const uint32_t all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5};
    failed = true;
    for (uint64_t n = 1; failed; n++) {
        struct stw_segment_reader *reader;
        struct stw_block block;
        stw_block_init(&block);
        stw_memory_fail_at(n);
        int status = stw_segment_reader_open(&reader, stw_io_system(), path, NULL);
        for (uint32_t i = 0; i < info.block_count && status == STW_OK; i++)
            status = stw_segment_reader_read(reader, i, all, FIXTURE_COLUMNS, &block, NULL);
        failed = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (failed ? STW_ERR_MEMORY : STW_OK), "allocation %llu of reading: %d",
                   (unsigned long long)n, status);
        stw_block_release(&block);
        stw_segment_reader_close(reader);
        CU_ASSERT_FATAL(n < 1000);
    }
    failed = true;
    for (uint64_t n = 1; failed; n++) {
        uint64_t findings = 0;
        stw_memory_fail_at(n);
        int status = stw_segment_verify(stw_io_system(), path, NULL, NULL, &findings, NULL);
        failed = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (failed ? STW_ERR_MEMORY : STW_OK) && findings == 0,
                   "allocation %llu of verify: %d", (unsigned long long)n, status);
    }
    fixture_release(&fixture);
}

STW_SUITE(segment, {"rows come back", rows_come_back}, {"extremes come back", extremes_come_back},
          {"scales meet", scales_meet}, {"long texts cut blocks", long_texts_cut_blocks},
          {"equal times stay together", equal_times_stay_together},
          {"statistics match a plain twin", statistics_match_a_plain_twin},
          {"find agrees with a scan", find_agrees_with_a_scan},
          {"keys and spec come back", keys_and_spec_come_back},
          {"disorder is refused", disorder_is_refused},
          {"every failing call is reported", every_failing_call_is_reported},
          {"every failing allocation is reported", every_failing_allocation_is_reported});
