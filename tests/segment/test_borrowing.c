/*
 * Blocks that take their times, and values that follow, from earlier blocks of the file: several
 * channels of one device, a register beside its differences. What is read is compared with plain
 * structs; who borrows what from whom with what the rows were made to be.
 */
#include "base/memory.h"
#include "segment/block_parts.h"
#include "segment/lenders.h"
#include "segment/segment_load.h"
#include "segment_fixture.h"

#include "../support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALUE = 0, COUNT = 2, CHANNELS = 7, FILE_SIZE_MAX = 1 << 20 };

#define MINUTE_NS INT64_C(60000000000)
#define SECOND_NS INT64_C(1000000000)

static char path[256], path_to[256];

static void make_paths(void)
{
    snprintf(path, sizeof(path), "%s/segment", stw_test_folder());
    snprintf(path_to, sizeof(path_to), "%s/copy", stw_test_folder());
}

/* The channels of a device, by number: what its value is in row i. */
enum channel {
    REGISTER,
    REGISTER_BEFORE,
    USE,
    REGISTER_AGAIN,
    VOLTAGE,        /* follows from nothing */
    PULSES,         /* the use of another register, ... */
    PULSES_REGISTER /* ... and that */
};

struct device {
    uint32_t rows;
    int64_t *time_ns;
    int64_t *values[CHANNELS];
};

static void make_device(struct device *device, uint32_t rows, uint64_t *random)
{
    device->rows = rows;
    device->time_ns = calloc(rows, sizeof(int64_t));
    for (unsigned channel = 0; channel < CHANNELS; channel++)
        device->values[channel] = calloc(rows, sizeof(int64_t));
    int64_t last = 5000000, pulses = 77;
    for (uint32_t i = 0; i < rows; i++) {
        int64_t step_ns = (FIXTURE_TO_NS - FIXTURE_FROM_NS) / (rows + 1) / SECOND_NS * SECOND_NS;
        int64_t late_ns = (int64_t)(stw_test_random(random) % 20) * SECOND_NS;
        int64_t use = (int64_t)(stw_test_random(random) % 500);
        device->time_ns[i] = FIXTURE_FROM_NS + i * step_ns + late_ns;
        device->values[REGISTER][i] = last + use;
        device->values[REGISTER_BEFORE][i] = last;
        /* Now and then the export is wrong. */
        device->values[USE][i] = stw_test_random(random) % 100 == 0 ? -use : use;
        device->values[REGISTER_AGAIN][i] = last + use;
        device->values[VOLTAGE][i] = 230000 + (int64_t)(stw_test_random(random) % 4000);
        device->values[PULSES][i] = (int64_t)(stw_test_random(random) % 90);
        pulses += device->values[PULSES][i];
        device->values[PULSES_REGISTER][i] = pulses;
        last += use;
    }
}

static void free_device(struct device *device)
{
    free(device->time_ns);
    for (unsigned channel = 0; channel < CHANNELS; channel++)
        free(device->values[channel]);
}

static void add_channel(struct fixture *fixture, const struct device *device, uint32_t series,
                        enum channel channel)
{
    for (uint32_t i = 0; i < device->rows; i++) {
        struct fixture_row *row = fixture_add(fixture, series, device->time_ns[i]);
        row->integer[VALUE] = device->values[channel][i];
        row->scale = 3;
        snprintf(row->text, sizeof(row->text), "ok");
    }
}

static uint32_t write_fixture(const struct fixture *fixture)
{
    struct stw_segment_info info = {0};
    struct stw_error err;
    unlink(path);
    int status = fixture_write(fixture, stw_io_system(), path, 8192, &info, &err);
    STW_EXPECT(status == STW_OK, "write: %s", status < 0 ? err.what : "");
    return info.block_count;
}

static uint64_t findings_in(const char *file)
{
    uint64_t findings = UINT64_MAX;
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_segment_verify(stw_io_system(), file, NULL, NULL, &findings, &err), STW_OK);
    return findings;
}

/* ---- Who borrows what ------------------------------------------------------------------------ */

struct borrowed {
    uint32_t times_from; /* number of the lending block; its own: its own number */
    uint32_t value_from;
    int relation;
};

static uint32_t block_at(const struct stw_segment_reader *reader, uint64_t offset)
{
    uint32_t number = 0;
    while (stw_segment_reader_block(reader, number)->offset != offset &&
           number + 1 < reader->footer.info.block_count)
        number++;
    CU_ASSERT_EQUAL(stw_segment_reader_block(reader, number)->offset, offset);
    return number;
}

static struct borrowed borrowed_by(struct stw_segment_reader *reader, uint32_t number)
{
    const struct stw_segment_block *block = stw_segment_reader_block(reader, number);
    struct borrowed borrowed = {number, number, -1};
    struct stw_borrowed_column head;
    struct stw_block_parts parts;
    struct stw_buffer bytes;
    struct stw_slice body;
    struct stw_reader fields;
    stw_buffer_init(&bytes);
    struct stw_extent where = {block->offset, block->size_bytes};
    CU_ASSERT_EQUAL_FATAL(
        stw_segment_load_frame(reader, STW_FRAME_BLOCK, where, &bytes, &body, NULL), STW_OK);
    CU_ASSERT_FATAL(stw_block_parts_split(body, FIXTURE_COLUMNS, &parts));
    uint64_t back = stw_times_back(parts.times);
    if (back > 0)
        borrowed.times_from = block_at(reader, block->offset - back);
    stw_reader_init(&fields, parts.columns[VALUE].data, parts.columns[VALUE].size);
    if (stw_get_u8(&fields) == STW_MISSING_BORROWED) {
        CU_ASSERT_FATAL(stw_borrowed_column_get(&fields, STW_TYPE_DECIMAL, &head));
        borrowed.value_from = block_at(reader, block->offset - head.back);
        borrowed.relation = (int)head.relation;
    }
    stw_buffer_release(&bytes);
    return borrowed;
}

static void expect_borrowed(struct stw_segment_reader *reader, uint32_t number,
                            struct borrowed want)
{
    struct borrowed got = borrowed_by(reader, number);
    STW_EXPECT(got.times_from == want.times_from && got.value_from == want.value_from &&
                   got.relation == want.relation,
               "block %u has times of %u and values of %u (%d), want %u, %u (%d)", number,
               got.times_from, got.value_from, got.relation, want.times_from, want.value_from,
               want.relation);
}

/* One block a channel. */
static void channels_borrow(void)
{
    static const struct borrowed wanted[CHANNELS] = {
        [REGISTER] = {0, 0, -1},
        [REGISTER_BEFORE] = {0, 0, STW_RELATION_BEFORE},
        [USE] = {0, 0, STW_RELATION_RISE},
        [REGISTER_AGAIN] = {0, 0, STW_RELATION_SAME},
        [VOLTAGE] = {0, 4, -1},
        [PULSES] = {0, 5, -1},
        [PULSES_REGISTER] = {0, 5, STW_RELATION_TOTAL},
    };
    static const uint32_t sizes[] = {STW_SEGMENT_LONG_RUN_ROWS, 2976, STW_RUN_ROWS_MAX};
    uint64_t random = 21;
    make_paths();
    for (unsigned i = 0; i < 3; i++) {
        struct fixture fixture;
        struct device device;
        struct stw_segment_reader *reader;
        fixture_init(&fixture);
        make_device(&device, sizes[i], &random);
        for (uint32_t channel = 0; channel < CHANNELS; channel++)
            add_channel(&fixture, &device, 10 + channel, (enum channel)channel);
        CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), CHANNELS);
        CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), 0);
        for (uint32_t channel = 0; channel < CHANNELS; channel++)
            expect_borrowed(reader, channel, wanted[channel]);
        stw_segment_reader_close(reader);
        CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
        CU_ASSERT_EQUAL(findings_in(path), 0);
        free_device(&device);
        fixture_release(&fixture);
    }
}

/* Series of several blocks: each block's lender is as many blocks before as a series has. */
static void long_series_borrow_block_by_block(void)
{
    struct fixture fixture;
    struct device device;
    struct stw_segment_reader *reader;
    uint64_t random = 22;
    make_paths();
    fixture_init(&fixture);
    make_device(&device, 2 * STW_RUN_ROWS_MAX + 100, &random);
    add_channel(&fixture, &device, 3, REGISTER);
    add_channel(&fixture, &device, 4, USE);
    CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), 6);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), 0);
    for (uint32_t number = 0; number < 3; number++) {
        expect_borrowed(reader, number, (struct borrowed){number, number, -1});
        expect_borrowed(reader, number + 3, (struct borrowed){number, number, STW_RELATION_RISE});
    }
    stw_segment_reader_close(reader);
    CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
    CU_ASSERT_EQUAL(findings_in(path), 0);
    free_device(&device);
    fixture_release(&fixture);
}

/* Nothing is borrowed where a row more, a time, a scale or a missing value stands against it. */
static void what_differs_is_its_own(void)
{
    uint64_t random = 23;
    make_paths();
    for (unsigned turn = 0; turn < 4; turn++) {
        struct fixture fixture;
        struct device device;
        struct stw_segment_reader *reader;
        fixture_init(&fixture);
        make_device(&device, 700, &random);
        add_channel(&fixture, &device, 1, REGISTER);
        add_channel(&fixture, &device, 2, REGISTER_AGAIN);
        struct fixture_row *second = fixture.rows + device.rows;
        struct borrowed wanted = {1, 1, -1};
        if (turn == 0)
            fixture_add(&fixture, 2, FIXTURE_TO_NS - 1);
        if (turn == 1)
            second[300].time_ns++;
        if (turn == 2) {
            wanted.times_from = 0;
            for (uint32_t i = 0; i < device.rows; i++) { /* the same numbers, another scale */
                second[i].scale = 4;
                second[i].integer[VALUE] *= 10;
            }
        }
        if (turn == 3) {
            wanted.times_from = 0;
            second[5].has[VALUE] = false;
        }
        CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), 2);
        CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), 0);
        expect_borrowed(reader, 1, wanted);
        stw_segment_reader_close(reader);
        CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
        free_device(&device);
        fixture_release(&fixture);
    }
}

/* Whole numbers lend too; all relations wrap around. */
static void extremes_come_back(void)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1, INT64_MAX - 1};
    enum { ROWS = 600 };
    int64_t lent[ROWS], values[ROWS], residuals[ROWS];
    uint64_t random = 24;
    for (uint32_t i = 0; i < ROWS; i++) {
        lent[i] = odd[stw_test_random(&random) % 7];
        values[i] = odd[stw_test_random(&random) % 7];
    }
    for (int relation = 0; relation < STW_RELATION_COUNT; relation++) {
        int64_t back[ROWS];
        stw_relation_take((enum stw_relation)relation, lent, values, ROWS, residuals);
        for (uint32_t i = 1; i < ROWS; i++) { /* FORMAT.md's table, modulo 2^64 */
            const uint64_t a = (uint64_t)lent[i], before = (uint64_t)lent[i - 1];
            const uint64_t follows[] = {a, before, a - before, (uint64_t)values[i - 1] + a};
            CU_ASSERT_EQUAL((uint64_t)residuals[i - 1], (uint64_t)values[i] - follows[relation]);
        }
        back[0] = values[0];
        memcpy(back + 1, residuals, (ROWS - 1) * sizeof(*back));
        stw_relation_add((enum stw_relation)relation, lent, back, ROWS);
        CU_ASSERT_EQUAL(memcmp(back, values, sizeof(values)), 0);
    }
    struct fixture fixture;
    make_paths();
    fixture_init(&fixture);
    for (uint32_t series = 0; series < 2; series++)
        for (uint32_t i = 0; i < ROWS; i++) {
            int64_t rise = (int64_t)((uint64_t)lent[i] - (uint64_t)lent[i == 0 ? 0 : i - 1]);
            struct fixture_row *row =
                fixture_add(&fixture, series, FIXTURE_FROM_NS + (int64_t)(i * i) * MINUTE_NS / 16);
            row->integer[COUNT] = series == 0 ? lent[i] : rise;
        }
    CU_ASSERT_EQUAL(write_fixture(&fixture), 2);
    CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
    CU_ASSERT_EQUAL(findings_in(path), 0);
    fixture_release(&fixture);
}

/* More blocks than are remembered, all with the same times: the first ones are forgotten. */
static void old_lenders_are_forgotten(void)
{
    enum { SERIES = STW_SEGMENT_LENDERS_MAX + 3 };
    struct fixture fixture;
    struct device device;
    struct stw_segment_reader *reader;
    uint64_t random = 25;
    make_paths();
    fixture_init(&fixture);
    make_device(&device, STW_SEGMENT_LONG_RUN_ROWS, &random);
    for (uint32_t series = 0; series < SERIES; series++)
        add_channel(&fixture, &device, series, series == 0 ? REGISTER : VOLTAGE);
    CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), SERIES);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), 0);
    CU_ASSERT_EQUAL(borrowed_by(reader, STW_SEGMENT_LENDERS_MAX).times_from, 0);
    CU_ASSERT_EQUAL(borrowed_by(reader, STW_SEGMENT_LENDERS_MAX + 1).times_from,
                    STW_SEGMENT_LENDERS_MAX + 1);
    CU_ASSERT_EQUAL(borrowed_by(reader, STW_SEGMENT_LENDERS_MAX + 2).times_from,
                    STW_SEGMENT_LENDERS_MAX + 1);
    stw_segment_reader_close(reader);
    CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
    free_device(&device);
    fixture_release(&fixture);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static int add_decoded(struct stw_segment_writer *writer, struct stw_segment_reader *reader,
                       uint32_t number, struct stw_error *err)
{
    static const uint32_t all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5};
    struct stw_block block;
    struct stw_run run;
    char key[32];
    stw_block_init(&block);
    int status = stw_segment_reader_read(reader, number, all, FIXTURE_COLUMNS, &block, err);
    if (status == STW_OK) {
        stw_block_run(&block, 0, &run);
        status =
            stw_segment_writer_add(writer, &run, fixture_key(run.series, key, sizeof(key)), err);
    }
    stw_block_release(&block);
    return status;
}

/* Bit i of `decoded`: block i is decoded and added, else copied. *anew counts the copies that had
 * to be written anew. */
static int copy_file(unsigned decoded, const struct stw_io *io, uint32_t *anew,
                     struct stw_error *err)
{
    struct stw_segment_reader *reader;
    struct stw_segment_writer *writer;
    struct stw_segment_info info;
    *anew = 0;
    unlink(path_to);
    STW_TRY(stw_segment_reader_open(&reader, io, path, err));
    struct stw_segment_spec spec = *stw_segment_reader_spec(reader);
    memset(spec.file_id, 0x5a, sizeof(spec.file_id));
    int status = stw_segment_writer_open(&writer, io, path_to, &spec, NULL, err);
    for (uint32_t i = 0; status == STW_OK && i < stw_segment_reader_info(reader)->block_count;
         i++) {
        uint32_t id = stw_segment_reader_block(reader, i)->series_first;
        char text[32];
        bool copied = false;
        struct stw_slice key = fixture_key(id, text, sizeof(text));
        if (decoded >> i & 1)
            status = add_decoded(writer, reader, i, err);
        else
            status = stw_segment_writer_copy(writer, reader, i, &id, &key, 1, &copied, err);
        *anew += (decoded >> i & 1) == 0 && !copied;
    }
    if (status == STW_OK)
        status = stw_segment_writer_finish(writer, &info, err);
    else
        stw_segment_writer_abort(writer);
    stw_segment_reader_close(reader);
    return status;
}

/* A block is copied with its loans where its lender was copied; else it is written anew. Every
 * choice of what is copied gives the same rows. */
static void copies_keep_their_lenders(void)
{
    static const enum channel order[] = {VOLTAGE, REGISTER, USE, REGISTER_BEFORE, PULSES};
    enum { BLOCKS = sizeof(order) / sizeof(order[0]) };
    struct fixture fixture;
    struct device device;
    struct stw_segment_reader *reader;
    uint64_t random = 26;
    make_paths();
    fixture_init(&fixture);
    make_device(&device, 600, &random);
    for (uint32_t i = 0; i < BLOCKS; i++)
        add_channel(&fixture, &device, i, order[i]);
    CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), BLOCKS);
    for (unsigned decoded = 0; decoded < 1u << BLOCKS; decoded++) {
        struct stw_error err;
        uint32_t anew;
        int status = copy_file(decoded, stw_io_system(), &anew, &err);
        CU_ASSERT_FATAL(STW_EXPECT(status == STW_OK, "copy: %s", status < 0 ? err.what : ""));
        /* All have the times of block 0, blocks 2 and 3 the values of block 1. */
        bool has_times = (decoded & 1) == 0;
        bool has_values = has_times && (decoded & 2) == 0;
        uint32_t want = 0;
        for (uint32_t i = 1; i < BLOCKS; i++)
            want += (decoded >> i & 1) == 0 && !(i == 2 || i == 3 ? has_values : has_times);
        STW_EXPECT(anew == want, "decoded %x: %u written anew, want %u", decoded, anew, want);
        CU_ASSERT_EQUAL(fixture_compare(&fixture, path_to), 0);
        CU_ASSERT_EQUAL(findings_in(path_to), 0);
        CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path_to, NULL), 0);
        if (decoded == 0) {
            expect_borrowed(reader, 2, (struct borrowed){0, 1, STW_RELATION_RISE});
            expect_borrowed(reader, 3, (struct borrowed){0, 1, STW_RELATION_BEFORE});
            expect_borrowed(reader, 4, (struct borrowed){0, 4, -1});
        }
        if (decoded == 1) /* the times of block 0 are new, so that of block 1 is decoded too */
            expect_borrowed(reader, 2, (struct borrowed){0, 1, STW_RELATION_RISE});
        stw_segment_reader_close(reader);
    }
    free_device(&device);
    fixture_release(&fixture);
}

/* Copied, and decoded because the lender was not copied, with the Nth call or allocation failing.
 */
static void failing_copies_are_reported(void)
{
    struct fixture fixture;
    struct device device;
    uint64_t random = 28;
    make_paths();
    fixture_init(&fixture);
    make_device(&device, 600, &random);
    add_channel(&fixture, &device, 0, REGISTER);
    add_channel(&fixture, &device, 1, USE);
    CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), 2);
    for (unsigned decoded = 0; decoded < 2; decoded++) {
        uint32_t anew;
        bool failed = true;
        for (uint64_t n = 1; failed; n++) {
            stw_memory_fail_at(n);
            int status = copy_file(decoded, stw_io_system(), &anew, NULL);
            failed = stw_memory_failed();
            stw_memory_fail_at(0);
            STW_EXPECT(status == (failed ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d",
                       (unsigned long long)n, status);
            CU_ASSERT_FATAL(n < 1000);
        }
        failed = true;
        for (uint64_t n = 1; failed; n++) {
            struct stw_io_fault fault;
            stw_io_fault_init(&fault);
            fault.fail_at = n;
            fault.errno_value = ENOSPC;
            int status = copy_file(decoded, &fault.io, &anew, NULL);
            failed = fault.fired;
            STW_EXPECT(status == (failed ? STW_ERR_FULL : STW_OK), "call %llu: %d",
                       (unsigned long long)n, status);
            CU_ASSERT_FATAL(n < 100);
        }
    }
    free_device(&device);
    fixture_release(&fixture);
}

/* ---- Damage ---------------------------------------------------------------------------------- */

struct seen {
    uint64_t count;
    uint32_t blocks; /* a bit for each */
};

static void note(void *context, const struct stw_segment_finding *finding)
{
    struct seen *seen = context;
    seen->count++;
    seen->blocks |= finding->block >= 0 && finding->block < 32 ? 1u << finding->block : 0;
}

/* A damaged lender takes its borrowers along, all of them named; the others can be read. */
static void damage_reaches_the_borrowers(void)
{
    static const uint32_t all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5};
    static unsigned char bytes[FILE_SIZE_MAX];
    struct fixture fixture;
    struct device devices[2];
    struct stw_segment_reader *reader;
    uint64_t random = 27;
    make_paths();
    fixture_init(&fixture);
    for (uint32_t i = 0; i < 2; i++) {
        make_device(&devices[i], 600, &random);
        add_channel(&fixture, &devices[i], 3 * i, REGISTER);
        add_channel(&fixture, &devices[i], 3 * i + 1, VOLTAGE);
        add_channel(&fixture, &devices[i], 3 * i + 2, USE);
        free_device(&devices[i]);
    }
    CU_ASSERT_EQUAL_FATAL(write_fixture(&fixture), 6);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    int fd = open(path, O_RDWR);
    for (uint32_t damaged = 0; damaged < 6; damaged++) {
        const struct stw_segment_block *block = stw_segment_reader_block(reader, damaged);
        /* The first of three lends to the other two, these to nobody. */
        uint32_t wanted = damaged % 3 == 0 ? 7u << damaged : 1u << damaged;
        for (uint64_t at = block->offset; at < block->offset + block->size_bytes; at += 7) {
            struct seen seen = {0};
            uint64_t findings;
            CU_ASSERT_EQUAL(pread(fd, bytes, 1, (off_t)at), 1);
            bytes[1] = bytes[0] ^ 0x10;
            CU_ASSERT_EQUAL(pwrite(fd, bytes + 1, 1, (off_t)at), 1);
            CU_ASSERT_EQUAL(stw_segment_verify(stw_io_system(), path, note, &seen, &findings, NULL),
                            STW_OK);
            STW_EXPECT(seen.blocks == wanted && seen.count == (damaged % 3 == 0 ? 3 : 1),
                       "byte %llu of block %u: blocks %x", (unsigned long long)at, damaged,
                       seen.blocks);
            for (uint32_t i = 0; i < 6; i++) {
                struct stw_block rows;
                struct stw_error err;
                stw_block_init(&rows);
                int status = stw_segment_reader_read(reader, i, all, FIXTURE_COLUMNS, &rows, &err);
                STW_EXPECT(status == (wanted >> i & 1 ? STW_ERR_DAMAGED : STW_OK), "block %u: %d",
                           i, status);
                stw_block_release(&rows);
            }
            CU_ASSERT_EQUAL(pwrite(fd, bytes, 1, (off_t)at), 1);
        }
    }
    close(fd);
    stw_segment_reader_close(reader);
    CU_ASSERT_EQUAL(findings_in(path), 0);
    fixture_release(&fixture);
}

STW_SUITE(borrowing, {"channels borrow", channels_borrow},
          {"long series borrow block by block", long_series_borrow_block_by_block},
          {"what differs is its own", what_differs_is_its_own},
          {"extremes come back", extremes_come_back},
          {"old lenders are forgotten", old_lenders_are_forgotten},
          {"copies keep their lenders", copies_keep_their_lenders},
          {"failing copies are reported", failing_copies_are_reported},
          {"damage reaches the borrowers", damage_reaches_the_borrowers});
