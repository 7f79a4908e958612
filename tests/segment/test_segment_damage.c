/*
 * Damage, by brute force: every bit of a small segment flipped, every truncation, bytes added.
 * Nothing of it may go unseen, be blamed on the wrong part, or give a wrong row.
 */
#include "segment_fixture.h"

#include "../support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MINUTE_NS INT64_C(60000000000)

static char path[256];
static struct fixture fixture;
static struct stw_segment_info info;

static void make_segment(void)
{
    uint64_t random = 41;
    fixture_init(&fixture);
    fixture_add_series(&fixture, 7, 12, MINUTE_NS, &random);
    fixture_add_series(&fixture, 8, 520, MINUTE_NS, &random);
    for (uint32_t i = 12; i < fixture.count; i++) { /* keep the file small: every bit is tried */
        fixture.rows[i].integer[0] = i;
        fixture.rows[i].integer[2] = 5;
        fixture.rows[i].integer[4] = i * MINUTE_NS;
        fixture.rows[i].real = 0.5;
        snprintf(fixture.rows[i].text, sizeof(fixture.rows[i].text), "ok");
    }
    fixture_add_series(&fixture, 9, 3, MINUTE_NS, &random);
    snprintf(path, sizeof(path), "%s/segment", stw_test_folder());
    struct stw_error err;
    CU_ASSERT_EQUAL_FATAL(fixture_write(&fixture, stw_io_system(), path, 8192, &info, &err),
                          STW_OK);
    CU_ASSERT_EQUAL(info.block_count, 3);
}

struct seen {
    uint64_t count;
    uint64_t offset; /* of the first finding */
    char part[16];
    int64_t block;
    uint32_t series_first;
    uint32_t rows;
};

static void note(void *context, const struct stw_segment_finding *finding)
{
    struct seen *seen = context;
    if (seen->count++ > 0)
        return;
    seen->offset = finding->offset;
    seen->block = finding->block;
    seen->series_first = finding->series_first;
    seen->rows = finding->rows;
    snprintf(seen->part, sizeof(seen->part), "%s", finding->part);
    CU_ASSERT(finding->what != NULL && finding->what[0] != '\0');
}

static struct seen verify(void)
{
    struct seen seen = {0};
    uint64_t findings = 0;
    struct stw_error err;
    int status = stw_segment_verify(stw_io_system(), path, note, &seen, &findings, &err);
    STW_EXPECT(status == STW_OK && findings == seen.count, "verify: %d %s", status, err.what);
    return seen;
}

static int ignore_key(void *context, uint32_t series, struct stw_slice key)
{
    (void)context;
    (void)series;
    (void)key;
    return STW_OK;
}

/* Reads all that there is; the first failure's status. err says where. */
static int read_all(struct stw_error *err)
{
    static const uint32_t all[FIXTURE_COLUMNS] = {0, 1, 2, 3, 4, 5};
    struct stw_segment_reader *reader;
    STW_TRY(stw_segment_reader_open(&reader, stw_io_system(), path, err));
    struct stw_block block;
    stw_block_init(&block);
    int status = stw_segment_reader_keys(reader, ignore_key, NULL, err);
    uint32_t count = stw_segment_reader_info(reader)->block_count;
    for (uint32_t i = 0; i < count && status == STW_OK; i++)
        status = stw_segment_reader_read(reader, i, all, FIXTURE_COLUMNS, &block, err);
    CU_ASSERT(status == STW_OK || block.rows == 0 || strstr(err->where, "block") == NULL);
    stw_block_release(&block);
    stw_segment_reader_close(reader);
    return status;
}

static int rewrite(unsigned char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ssize_t put = write(fd, bytes, size);
    close(fd);
    return put == (ssize_t)size ? 0 : -1;
}

static size_t load(unsigned char *bytes, size_t capacity)
{
    int fd = open(path, O_RDONLY);
    ssize_t got = read(fd, bytes, capacity);
    close(fd);
    return got < 0 ? 0 : (size_t)got;
}

/* Which block a byte is in, from the intact index; -1 elsewhere. */
static int64_t block_of(const struct stw_segment_block *blocks, size_t byte)
{
    for (uint32_t i = 0; i < info.block_count; i++)
        if (byte >= blocks[i].offset && byte < blocks[i].offset + blocks[i].size_bytes)
            return i;
    return -1;
}

static void every_flipped_bit_is_found(void)
{
    static unsigned char bytes[1 << 16];
    make_segment();
    size_t size = load(bytes, sizeof(bytes));
    CU_ASSERT_EQUAL_FATAL(size, info.file_size_bytes);
    struct stw_segment_reader *intact;
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&intact, stw_io_system(), path, NULL), STW_OK);
    struct stw_segment_block blocks[3];
    for (uint32_t i = 0; i < 3; i++)
        blocks[i] = *stw_segment_reader_block(intact, i);
    stw_segment_reader_close(intact);
    int fd = open(path, O_RDWR);
    unsigned unseen = 0, misplaced = 0, unread = 0, unnamed = 0;
    for (size_t at = 0; at < size; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            unsigned char flipped = bytes[at] ^ (unsigned char)(1u << bit);
            if (pwrite(fd, &flipped, 1, (off_t)at) != 1)
                break;
            struct seen seen = verify();
            int64_t block = block_of(blocks, at);
            unseen += seen.count == 0;
            misplaced += seen.block != block || seen.offset > at || seen.count > 1;
            if (block >= 0)
                unnamed += seen.series_first != blocks[block].series_first ||
                           seen.rows != blocks[block].rows || strcmp(seen.part, "block") != 0;
            struct stw_error err;
            stw_error_clear(&err);
            int status = read_all(&err);
            unread += status != STW_ERR_DAMAGED || strstr(err.where, path) == NULL ||
                      (block >= 0 && strstr(err.where, "series") == NULL);
            if (pwrite(fd, &bytes[at], 1, (off_t)at) != 1)
                break;
        }
    close(fd);
    STW_EXPECT(unseen == 0 && misplaced == 0 && unread == 0 && unnamed == 0,
               "of %zu bits: %u not seen, %u misplaced, %u unnamed by verify, %u wrong in reading",
               size * 8, unseen, misplaced, unnamed, unread);
    CU_ASSERT_EQUAL(verify().count, 0);
    fixture_release(&fixture);
}

static void every_truncation_is_found(void)
{
    static unsigned char bytes[(1 << 16) + 64];
    make_segment();
    size_t size = load(bytes, sizeof(bytes));
    for (size_t cut = 0; cut <= size + 40; cut++) {
        CU_ASSERT_EQUAL_FATAL(rewrite(bytes, cut), 0); /* past the size: zero bytes added */
        struct seen seen = verify();
        struct stw_error err;
        int status = read_all(&err);
        STW_EXPECT(cut == size ? seen.count == 0 && status == STW_OK
                               : seen.count > 0 && status == STW_ERR_DAMAGED,
                   "%zu of %zu bytes: %llu findings, status %d", cut, size,
                   (unsigned long long)seen.count, status);
    }
    fixture_release(&fixture);
}

/* Two intact blocks exchanged, or one put twice: the place is part of the checksum. */
static void moved_blocks_are_found(void)
{
    static unsigned char bytes[1 << 16];
    make_segment();
    size_t size = load(bytes, sizeof(bytes));
    struct stw_segment_reader *reader;
    CU_ASSERT_EQUAL_FATAL(stw_segment_reader_open(&reader, stw_io_system(), path, NULL), STW_OK);
    const struct stw_segment_block *first = stw_segment_reader_block(reader, 0);
    unsigned char moved[1 << 12];
    CU_ASSERT_FATAL(first->size_bytes < sizeof(moved));
    memcpy(moved, bytes + first->offset, first->size_bytes);
    memmove(bytes + first->offset, bytes + first->offset + first->size_bytes,
            stw_segment_reader_block(reader, 1)->size_bytes);
    memcpy(bytes + first->offset + stw_segment_reader_block(reader, 1)->size_bytes, moved,
           first->size_bytes);
    stw_segment_reader_close(reader);
    CU_ASSERT_EQUAL_FATAL(rewrite(bytes, size), 0);
    CU_ASSERT(verify().count >= 2);
    struct stw_error err;
    CU_ASSERT_EQUAL(read_all(&err), STW_ERR_DAMAGED);
    fixture_release(&fixture);
}

/* Without header or end the blocks are still looked at: intact ones bring no finding. */
static void verify_goes_on_after_damage(void)
{
    static unsigned char bytes[1 << 16];
    make_segment();
    size_t size = load(bytes, sizeof(bytes));
    bytes[20] ^= 1; /* header */
    CU_ASSERT_EQUAL_FATAL(rewrite(bytes, size), 0);
    CU_ASSERT_EQUAL(verify().count, 1);
    bytes[20] ^= 1;
    bytes[size - 1] ^= 1; /* end */
    CU_ASSERT_EQUAL_FATAL(rewrite(bytes, size), 0);
    struct seen seen = verify();
    CU_ASSERT_STRING_EQUAL(seen.part, "end");
    bytes[size - 1] ^= 1;
    bytes[300] ^= 1; /* a block, and one more */
    bytes[300 + 600] ^= 1;
    CU_ASSERT_EQUAL_FATAL(rewrite(bytes, size), 0);
    seen = verify();
    CU_ASSERT_EQUAL(seen.count, 2);
    fixture_release(&fixture);
}

STW_SUITE(segment_damage, {"every flipped bit is found", every_flipped_bit_is_found},
          {"every truncation is found", every_truncation_is_found},
          {"moved blocks are found", moved_blocks_are_found},
          {"verify goes on after damage", verify_goes_on_after_damage});
