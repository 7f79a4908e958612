/*
 * Any bytes as a part of a segment file, or as a whole one with its checksums put right, so that
 * the decoders behind the checksums are reached. The first byte picks: b, i, k, f are the bodies of
 * a block, an index page, a key page and a footer; l is a size (2 bytes), the body of a block that
 * lends, so large, and the body of one that may borrow; with any other byte the whole input is a
 * file.
 */
#include "base/hash.h"
#include "base/memory.h"
#include "segment/block_body.h"
#include "segment/format.h"
#include "segment/segment_index.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLUMNS = 6 };

static const struct stw_segment_column columns[COLUMNS] = {
    {{"value", 5}, STW_TYPE_DECIMAL}, {{"raw", 3}, STW_TYPE_FLOAT}, {{"count", 5}, STW_TYPE_INT},
    {{"open", 4}, STW_TYPE_BOOL},     {{"due", 3}, STW_TYPE_TIME},  {{"note", 4}, STW_TYPE_TEXT},
};

static const uint32_t all_columns[COLUMNS] = {0, 1, 2, 3, 4, 5};

static int ignore_key(void *context, uint32_t series, struct stw_slice key)
{
    (void)context;
    return series == UINT32_MAX && key.size == SIZE_MAX ? -1 : 0;
}

/* Every run of a decoded block is walked: order, words and presence must hold together. */
static void walk(struct stw_block *block)
{
    for (uint32_t from = 0; from < block->rows;) {
        struct stw_run run;
        stw_block_run(block, from, &run);
        assert(run.count > 0 && run.count <= block->rows - from);
        for (uint32_t i = 0; i < run.count; i++) {
            assert(i == 0 || run.time_ns[i - 1] <= run.time_ns[i]);
            for (uint32_t column = 0; column < run.column_count; column++)
                if (run.columns[column].type == STW_TYPE_TEXT &&
                    stw_vector_has(&run.columns[column], i))
                    assert(stw_vector_text(&run.columns[column], i).size <= 1u << 26);
        }
        from += run.count;
    }
}

/* The only block there is to borrow from, at any distance. */
struct one_lender {
    struct stw_block_finder finder;
    struct stw_slice body;
};

static int find_one(const struct stw_block_finder *finder, uint64_t back, struct stw_buffer *bytes,
                    struct stw_slice *body, struct stw_error *err)
{
    const struct one_lender *one = (const struct one_lender *)(const void *)finder;
    (void)bytes;
    *body = one->body;
    return back == 1 ? stw_fail(err, STW_ERR_DAMAGED, "no block so near") : STW_OK;
}

static void try_block(struct stw_slice body, const struct stw_block_finder *finder)
{
    struct stw_segment_spec spec = {.columns = columns, .column_count = COLUMNS};
    struct stw_block block;
    stw_block_init(&block);
    if (stw_block_body_decode(body, &spec, all_columns, COLUMNS, finder, &block, NULL) == STW_OK)
        walk(&block);
    stw_block_release(&block);
}

static void try_borrowing(struct stw_slice bytes)
{
    if (bytes.size < 2)
        return;
    size_t size = (unsigned char)bytes.data[0] | (size_t)(unsigned char)bytes.data[1] << 8;
    bytes = (struct stw_slice){bytes.data + 2, bytes.size - 2};
    size = size < bytes.size ? size : bytes.size;
    struct one_lender one = {{find_one}, {bytes.data, size}};
    try_block((struct stw_slice){bytes.data + size, bytes.size - size}, &one.finder);
}

static void try_index(struct stw_slice body)
{
    struct stw_segment_spec spec = {.columns = columns, .column_count = COLUMNS};
    uint32_t count = 0;
    if (stw_index_page_count(body, &count, NULL) != STW_OK)
        return;
    struct stw_decoder *decoder = stw_decoder_create();
    struct stw_segment_block *blocks = stw_alloc(count, sizeof(*blocks));
    struct stw_column_statistics *statistics = stw_alloc(count, COLUMNS * sizeof(*statistics));
    if (stw_index_page_decode(decoder, body, &spec, blocks, statistics, count, NULL) == STW_OK)
        for (uint32_t i = 0; i < count; i++)
            assert(blocks[i].rows >= 1 && blocks[i].series_first <= blocks[i].series_last);
    stw_free(blocks);
    stw_free(statistics);
    stw_decoder_free(decoder);
}

static void try_keys(struct stw_slice body)
{
    struct stw_decoder *decoder = stw_decoder_create();
    int64_t last = -1;
    (void)!stw_key_page_decode(decoder, body, &last, ignore_key, NULL, NULL);
    stw_decoder_free(decoder);
}

static void try_footer(struct stw_slice body)
{
    struct stw_footer footer = {0};
    (void)!stw_footer_decode(body, &footer, NULL);
    stw_footer_release(&footer);
}

static void set_checksum(unsigned char *at, const void *bytes, size_t size, uint64_t seed)
{
    stw_store_le64(at, stw_hash64(bytes, size, seed));
}

/* Header, frames in a row, trailer: each gets the checksum that its bytes call for. */
static void mend(unsigned char *bytes, size_t size)
{
    size_t header_size = 0;
    if (size < STW_HEADER_HEAD_SIZE + 8 + STW_TRAILER_SIZE ||
        stw_header_size((struct stw_slice){(char *)bytes, size}, &header_size, NULL) != STW_OK ||
        header_size < STW_HEADER_HEAD_SIZE + STW_SEGMENT_ID_SIZE + 8 ||
        header_size + STW_TRAILER_SIZE > size)
        return;
    size_t end = size - STW_TRAILER_SIZE;
    set_checksum(bytes + header_size - 8, bytes, header_size - 8, 0);
    memcpy(bytes + end, bytes + STW_HEADER_HEAD_SIZE, STW_SEGMENT_ID_SIZE);
    stw_store_le64(bytes + end + STW_SEGMENT_ID_SIZE + 8, size);
    set_checksum(bytes + size - 8, bytes + end, STW_TRAILER_SIZE - 8, 0);
    uint64_t seed = stw_segment_seed(bytes + STW_HEADER_HEAD_SIZE);
    for (size_t at = header_size; end - at >= STW_FRAME_HEAD_SIZE;) {
        size_t frame_size = (size_t)stw_load_le32(bytes + at + 8) + STW_FRAME_HEAD_SIZE;
        if (frame_size > end - at)
            break;
        set_checksum(bytes + at, bytes + at + 8, frame_size - 8, seed + at);
        at += frame_size;
    }
}

static void read_file(const char *path)
{
    struct stw_segment_reader *reader;
    uint64_t findings = 0;
    (void)!stw_segment_verify(stw_io_system(), path, NULL, NULL, &findings, NULL);
    if (stw_segment_reader_open(&reader, stw_io_system(), path, NULL) != STW_OK)
        return;
    (void)!stw_segment_reader_keys(reader, ignore_key, NULL, NULL);
    uint32_t column_count = stw_segment_reader_spec(reader)->column_count;
    struct stw_block block;
    stw_block_init(&block);
    for (uint32_t i = 0; i < stw_segment_reader_info(reader)->block_count; i++)
        if (stw_segment_reader_read(reader, i, all_columns,
                                    column_count < COLUMNS ? column_count : COLUMNS, &block,
                                    NULL) == STW_OK)
            walk(&block);
    stw_block_release(&block);
    stw_segment_reader_close(reader);
}

/* The same blocks by way of pages that are let go at once. */
static void read_pages(const char *path)
{
    struct stw_segment_reader *reader;
    struct stw_segment_place place = {.reader = NULL}, found = {.reader = NULL};
    struct stw_index_cache cache;
    stw_index_cache_init(&cache, 0);
    if (stw_segment_reader_open_cached(&reader, stw_io_system(), path, &cache, NULL) == STW_OK) {
        uint32_t count = stw_segment_reader_info(reader)->block_count;
        for (uint32_t i = 0; i < count; i++) {
            if (stw_segment_place_go(&place, reader, i, NULL) != STW_OK)
                abort();
            uint32_t series = place.block->series_last;
            if (stw_segment_place_find(&found, reader, series, place.block->time_last_ns, NULL) !=
                STW_OK)
                abort();
        }
        stw_segment_place_leave(&place);
        stw_segment_place_leave(&found);
        stw_segment_reader_close(reader);
    }
    stw_index_cache_release(&cache);
}

static void try_file(const unsigned char *data, size_t size)
{
    char path[64];
    unsigned char *bytes = malloc(size + 1);
    memcpy(bytes, data, size);
    mend(bytes, size);
    int fd = memfd_create("segment", MFD_CLOEXEC);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (fd >= 0 && write(fd, bytes, size) == (ssize_t)size) {
        read_file(path);
        read_pages(path);
    }
    if (fd >= 0)
        close(fd);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    char *exact = malloc(size);
    memcpy(exact, data + 1, size - 1);
    struct stw_slice body = {exact, size - 1};
    switch (data[0]) {
    case 'b':
        try_block(body, NULL);
        break;
    case 'l':
        try_borrowing(body);
        break;
    case 'i':
        try_index(body);
        break;
    case 'k':
        try_keys(body);
        break;
    case 'f':
        try_footer(body);
        break;
    default:
        try_file(data, size);
    }
    free(exact);
    return 0;
}
