/* Blocks copied from one segment into another without being decoded. */
#include "segment_fixture.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_NS INT64_C(60000000000)

enum { SERIES_MAX = 4000 };

static char path_from[256], path_to[256];

static void make_paths(void)
{
    const char *folder = stw_test_folder();
    snprintf(path_from, sizeof(path_from), "%s/from.seg", folder);
    snprintf(path_to, sizeof(path_to), "%s/to.seg", folder);
}

static uint64_t findings_in(const char *path)
{
    uint64_t findings = UINT64_MAX;
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_segment_verify(stw_io_system(), path, NULL, NULL, &findings, &err), STW_OK);
    return findings;
}

/* Opens a writer for another file than the fixture's own, so that its checksums start elsewhere. */
static struct stw_segment_writer *open_copy(const struct stw_segment_spec *like)
{
    struct stw_segment_spec spec = *like;
    struct stw_segment_writer *writer = NULL;
    struct stw_error err;
    memset(spec.file_id, 0x5a, sizeof(spec.file_id));
    int status = stw_segment_writer_open(&writer, stw_io_system(), path_to, &spec, NULL, &err);
    STW_EXPECT(status == STW_OK, "open: %s", err.what);
    return writer;
}

/* The ids of block `number`, found by decoding its series. */
static uint32_t ids_of(struct stw_segment_reader *reader, uint32_t number, uint32_t *ids)
{
    struct stw_block block;
    struct stw_error err;
    uint32_t count = 0;
    stw_block_init(&block);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_read(reader, number, NULL, 0, &block, &err), STW_OK);
    for (uint32_t row = 0; row < block.rows; row++) {
        uint32_t id = block.series == NULL ? block.series_first : block.series[row];
        if (count == 0 || ids[count - 1] != id)
            ids[count++] = id;
    }
    stw_block_release(&block);
    return count;
}

static int copy_block(struct stw_segment_writer *writer, struct stw_segment_reader *reader,
                      uint32_t number, struct stw_error *err)
{
    static uint32_t ids[SERIES_MAX];
    static struct stw_slice keys[SERIES_MAX];
    static char texts[SERIES_MAX][32];
    uint32_t count = ids_of(reader, number, ids);
    for (uint32_t i = 0; i < count; i++)
        keys[i] = fixture_key(ids[i], texts[i], sizeof(texts[i]));
    bool copied = false;
    STW_TRY(stw_segment_writer_copy(writer, reader, number, ids, keys, count, &copied, err));
    CU_ASSERT(copied);
    return STW_OK;
}

/* Decodes a block and adds its rows run by run. */
static int add_block(struct stw_segment_writer *writer, struct stw_segment_reader *reader,
                     uint32_t number, struct stw_error *err)
{
    static const uint32_t all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5};
    struct stw_block block;
    stw_block_init(&block);
    int status = stw_segment_reader_read(reader, number, all, FIXTURE_COLUMNS, &block, err);
    for (uint32_t from = 0; status == STW_OK && from < block.rows;) {
        struct stw_run run;
        char key[32];
        stw_block_run(&block, from, &run);
        status =
            stw_segment_writer_add(writer, &run, fixture_key(run.series, key, sizeof(key)), err);
        from += run.count;
    }
    stw_block_release(&block);
    return status;
}

/* `decode_every`: of so many blocks one is decoded and added; 0: all are copied. */
static void copy_file(const struct fixture *fixture, uint32_t decode_every)
{
    struct stw_segment_info info, copied;
    struct stw_segment_reader *reader;
    struct stw_error err;
    make_paths();
    CU_ASSERT_EQUAL_FATAL(fixture_write(fixture, stw_io_system(), path_from, 8192, &info, &err),
                          STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path_from, &err),
                          STW_OK);
    struct stw_segment_writer *writer = open_copy(stw_segment_reader_spec(reader));
    CU_ASSERT(stw_segment_writer_takes(writer, reader));
    for (uint32_t i = 0; i < info.block_count; i++) {
        bool decode = decode_every > 0 && i % decode_every == 0;
        int status =
            decode ? add_block(writer, reader, i, &err) : copy_block(writer, reader, i, &err);
        CU_ASSERT_FATAL(STW_EXPECT(status == STW_OK, "block %u: %s %s", i, err.what, err.where));
    }
    CU_ASSERT_EQUAL_FATAL(stw_segment_writer_finish(writer, &copied, &err), STW_OK);
    stw_segment_reader_close(reader);
    CU_ASSERT(copied.rows == info.rows && copied.series_count == info.series_count);
    CU_ASSERT(copied.time_min_ns == info.time_min_ns && copied.time_max_ns == info.time_max_ns);
    if (decode_every == 0)
        CU_ASSERT_EQUAL(copied.block_count, info.block_count);
    CU_ASSERT_EQUAL(fixture_compare(fixture, path_to), 0);
    CU_ASSERT_EQUAL(findings_in(path_to), 0);
}

static void blocks_are_copied_as_they_are(void)
{
    static const struct {
        uint32_t series, rows;
    } cases[] = {{1, 1}, {3, 20000}, {300, 96}, {40, 700}, {3500, 3}};
    uint64_t random = 11;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        fixture_init(&fixture);
        for (uint32_t s = 0; s < cases[i].series; s++)
            fixture_add_series(&fixture, s * 2 + 1, cases[i].rows, MINUTE_NS, &random);
        for (uint32_t every = 0; every <= 3; every++)
            copy_file(&fixture, every);
        fixture_release(&fixture);
    }
}

static void what_does_not_fit_is_refused(void)
{
    struct fixture fixture;
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    struct stw_error err;
    uint64_t random = 3;
    fixture_init(&fixture);
    for (uint32_t s = 0; s < 3; s++)
        fixture_add_series(&fixture, s, 9000, MINUTE_NS, &random);
    make_paths();
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path_from, 8192, &info, &err),
                          STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path_from, &err),
                          STW_OK);
    struct stw_segment_spec spec = *stw_segment_reader_spec(reader);
    /* Not the same columns. */
    spec.column_count--;
    struct stw_segment_writer *writer = open_copy(&spec);
    CU_ASSERT_FALSE(stw_segment_writer_takes(writer, reader));
    CU_ASSERT_EQUAL(copy_block(writer, reader, 0, &err), STW_ERR_USAGE);
    stw_segment_writer_abort(writer);
    /* Not this partition. */
    spec = *stw_segment_reader_spec(reader);
    spec.partition_from_ns += MINUTE_NS;
    writer = open_copy(&spec);
    CU_ASSERT_EQUAL(copy_block(writer, reader, 0, &err), STW_ERR_USAGE);
    stw_segment_writer_abort(writer);
    /* A later block of a series, then an earlier one; then an earlier series. */
    writer = open_copy(stw_segment_reader_spec(reader));
    CU_ASSERT_EQUAL(copy_block(writer, reader, 3, &err), STW_OK);
    CU_ASSERT_EQUAL(copy_block(writer, reader, 2, &err), STW_ERR_USAGE);
    CU_ASSERT_EQUAL(copy_block(writer, reader, 0, &err), STW_ERR_USAGE);
    stw_segment_writer_abort(writer);
    /* Other series than the block's. */
    writer = open_copy(stw_segment_reader_spec(reader));
    uint32_t wrong = 7;
    bool copied;
    struct stw_slice key = STW_SLICE("k");
    CU_ASSERT_EQUAL(stw_segment_writer_copy(writer, reader, 0, &wrong, &key, 1, &copied, &err),
                    STW_ERR_USAGE);
    stw_segment_writer_abort(writer);
    stw_segment_reader_close(reader);
    fixture_release(&fixture);
}

/* A damaged block must not get a good checksum. */
static void damage_is_not_copied(void)
{
    struct fixture fixture;
    struct stw_segment_info info;
    struct stw_segment_reader *reader;
    struct stw_error err;
    uint64_t random = 5;
    fixture_init(&fixture);
    fixture_add_series(&fixture, 0, 9000, MINUTE_NS, &random);
    make_paths();
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path_from, 8192, &info, &err),
                          STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path_from, &err),
                          STW_OK);
    FILE *file = fopen(path_from, "r+b");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    const struct stw_segment_block *block = stw_segment_reader_block(reader, 0);
    CU_ASSERT_EQUAL(fseek(file, (long)block->offset + (long)block->size_bytes / 2, SEEK_SET), 0);
    int byte = fgetc(file);
    CU_ASSERT_EQUAL(fseek(file, -1, SEEK_CUR), 0);
    fputc(byte ^ 4, file);
    fclose(file);
    struct stw_segment_writer *writer = open_copy(stw_segment_reader_spec(reader));
    uint32_t id = 0;
    bool copied;
    char text[32];
    struct stw_slice key = fixture_key(0, text, sizeof(text));
    CU_ASSERT_EQUAL(stw_segment_writer_copy(writer, reader, 0, &id, &key, 1, &copied, &err),
                    STW_ERR_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.where, "block 0 of "));
    stw_segment_writer_abort(writer);
    stw_segment_reader_close(reader);
    fixture_release(&fixture);
}

STW_SUITE(segment_copy, {"blocks are copied as they are", blocks_are_copied_as_they_are},
          {"what does not fit is refused", what_does_not_fit_is_refused},
          {"damage is not copied", damage_is_not_copied});
