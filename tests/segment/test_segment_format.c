/* The bytes of header, frame, footer and trailer, spelled out by hand from FORMAT.md. */
#include "segment/format.h"

#include "../support/test.h"

#include <string.h>
#include <xxhash.h>

static const struct stw_segment_column columns[] = {
    {{"value", 5}, STW_TYPE_DECIMAL},
    {{"note", 4}, STW_TYPE_TEXT},
};

static const struct stw_segment_spec spec = {
    .file_id = "0123456789abcdef",
    .table = {"readings", 8},
    .columns = columns,
    .column_count = 2,
    .partition_from_ns = -1,
    .partition_to_ns = 64,
    .commit_first = 5,
    .commit_last = 300,
};

static void put_checksum(unsigned char *at, const void *bytes, size_t size, uint64_t seed)
{
    uint64_t checksum = XXH3_64bits_withSeed(bytes, size, seed);
    for (unsigned i = 0; i < 8; i++)
        at[i] = (unsigned char)(checksum >> (8 * i));
}

static void expect_bytes(const struct stw_buffer *got, const void *want, size_t size,
                         const char *what)
{
    STW_EXPECT(got->size == size && memcmp(got->data, want, size) == 0, "%s: %zu bytes, want %zu",
               what, got->size, size);
}

static void header_has_its_golden_bytes(void)
{
    unsigned char want[] = "\x89STWSEG\n"
                           "\x01\x00\x00\x00"              /* version */
                           "\x2d\x00\x00\x00"              /* 45 bytes follow before the checksum */
                           "0123456789abcdef"              /* file id */
                           "\x08readings"                  /* table */
                           "\x01"                          /* -1 */
                           "\x80\x01"                      /* 64 -> 128 */
                           "\x05\xac\x02"                  /* commits 5 to 300 */
                           "\x02\x01\x05value\x06\x04note" /* columns */
                           "CHECKSUM";
    size_t size = sizeof(want) - 1;
    put_checksum(want + size - 8, want, size - 8, 0);
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_header_encode(&spec, &out);
    expect_bytes(&out, want, size, "header");
    struct stw_arena arena;
    struct stw_segment_spec back;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_header_decode(stw_buffer_slice(&out), &arena, &back, NULL), STW_OK);
    CU_ASSERT(back.column_count == 2 && back.partition_from_ns == -1 && back.commit_last == 300);
    stw_arena_release(&arena);
    stw_buffer_release(&out);
}

static void another_version_is_named(void)
{
    struct stw_error err;
    size_t size = 0;
    struct stw_slice newer = {"\x89STWSEG\n\x07\0\0\0\x20\0\0\0", 16};
    CU_ASSERT_EQUAL(stw_header_size(newer, &size, &err), STW_ERR_DAMAGED);
    CU_ASSERT(strstr(err.what, "version 7") != NULL);
    struct stw_slice other = {"PAR1............", 16};
    CU_ASSERT_EQUAL(stw_header_size(other, &size, &err), STW_ERR_DAMAGED);
}

static void frame_has_its_golden_bytes(void)
{
    unsigned char want[] = "CHECKSUM"
                           "\x03\x00\x00\x00"
                           "\x02"
                           "abc";
    uint64_t seed = XXH3_64bits_withSeed("0123456789abcdef", 16, 0);
    CU_ASSERT_EQUAL(stw_segment_seed(spec.file_id), seed);
    put_checksum(want, want + 8, 8, seed + 1000);
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_frame_begin(&out);
    stw_buffer_add_text(&out, "abc");
    stw_frame_end(&out, STW_FRAME_KEYS, seed, 1000);
    expect_bytes(&out, want, 16, "frame");
    struct stw_slice body;
    struct stw_slice frame = stw_buffer_slice(&out);
    CU_ASSERT_EQUAL(stw_frame_open(frame, STW_FRAME_KEYS, seed, 1000, &body, NULL), STW_OK);
    CU_ASSERT(stw_slice_is(body, "abc"));
    CU_ASSERT_EQUAL(stw_frame_open(frame, STW_FRAME_KEYS, seed, 1001, &body, NULL),
                    STW_ERR_DAMAGED);
    CU_ASSERT_EQUAL(stw_frame_open(frame, STW_FRAME_BLOCK, seed, 1000, &body, NULL),
                    STW_ERR_DAMAGED);
    stw_buffer_release(&out);
}

static void trailer_has_its_golden_bytes(void)
{
    struct stw_trailer trailer = {.footer_offset = 0x0102, .file_size_bytes = 0x01000000005};
    unsigned char want[] = "0123456789abcdef"
                           "\x02\x01\0\0\0\0\0\0"
                           "\x05\0\0\0\x10\0\0\0"
                           "\x01\0\0\0"
                           "STWSEGE\n"
                           "CHECKSUM";
    CU_ASSERT_EQUAL(sizeof(want) - 1, STW_TRAILER_SIZE);
    memcpy(trailer.file_id, spec.file_id, sizeof(trailer.file_id));
    put_checksum(want + 44, want, 44, 0);
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_trailer_encode(&trailer, &out);
    expect_bytes(&out, want, STW_TRAILER_SIZE, "trailer");
    stw_buffer_release(&out);
}

static void footer_has_its_golden_bytes(void)
{
    static const unsigned char want[] = "\xac\x02" /* 300 rows */
                                        "\x02\x01" /* 2 blocks, 1 series */
                                        "\x07\0\0\0\x07\0\0\0"
                                        "\x09\x0a"              /* -5 to 5 */
                                        "\x01\x40\x0d"          /* an index page at 64, 13 bytes */
                                        "\x02\x20\x0e\x30\x0f"; /* key pages at 32 and 48 */
    struct stw_footer footer = {
        .info = {.rows = 300,
                 .block_count = 2,
                 .series_count = 1,
                 .series_first = 7,
                 .series_last = 7,
                 .time_min_ns = -5,
                 .time_max_ns = 5},
    };
    CU_ASSERT(stw_extents_add(&footer.index_pages, 64, 13));
    CU_ASSERT(stw_extents_add(&footer.key_pages, 32, 14));
    CU_ASSERT(stw_extents_add(&footer.key_pages, 48, 15));
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_footer_encode(&footer, &out);
    expect_bytes(&out, want, sizeof(want) - 1, "footer");
    struct stw_footer back = {0};
    CU_ASSERT_EQUAL(stw_footer_decode(stw_buffer_slice(&out), &back, NULL), STW_OK);
    CU_ASSERT_EQUAL(memcmp(&back.info, &footer.info, sizeof(back.info)), 0);
    CU_ASSERT(back.key_pages.count == 2 && back.key_pages.items[1].offset == 48);
    stw_footer_release(&back);
    stw_footer_release(&footer);
    stw_buffer_release(&out);
}

STW_SUITE(segment_format, {"header has its golden bytes", header_has_its_golden_bytes},
          {"another version is named", another_version_is_named},
          {"frame has its golden bytes", frame_has_its_golden_bytes},
          {"trailer has its golden bytes", trailer_has_its_golden_bytes},
          {"footer has its golden bytes", footer_has_its_golden_bytes});
