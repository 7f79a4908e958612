/*
 * Text in other encodings through the input: whatever the file's size and the pieces it is read in,
 * what comes out is the UTF-8 it was made from (by iconv, independently of the stream).
 */
#include "base/memory.h"
#include "ingest/source.h"

#include "ingest_tools.h"

#include <iconv.h>
#include <string.h>

/* About `size` bytes of rows, in UTF-8. */
static void make_text(struct stw_buffer *text, size_t size)
{
    stw_buffer_add_text(text, "表号,抄表日期,读数\n");
    for (unsigned i = 0; text->size < size; i++)
        stw_buffer_printf(text, "水表%u,2026-10-%02u,%u.5吨\n", i, 1 + i % 31, i * 7 % 1000);
}

static void encode(const struct stw_buffer *text, const char *encoding, struct stw_buffer *out)
{
    iconv_t to = iconv_open(encoding, "UTF-8");
    size_t left = text->size, room = text->size * 3 + 16, space = room;
    char *from = text->data, *first = stw_buffer_room(out, room), *at = first;
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    bool good = iconv(to, &from, &left, &at, &space) == 0;
    STW_EXPECT(good, "%s", encoding);
    out->size += room - space;
    iconv_close(to);
}

static void read_all(struct stw_input *input, size_t piece, struct stw_buffer *out)
{
    char *bytes = stw_alloc(piece, 1);
    bool at_end = false;
    int status = bytes == NULL ? STW_ERR_MEMORY : STW_OK;
    while (status == STW_OK && !at_end) {
        size_t got = 0;
        status = stw_input_read(input, bytes, piece, &got, &at_end, NULL);
        STW_EXPECT(got > 0 || at_end, "nothing read, and not the end");
        stw_buffer_add(out, bytes, got);
    }
    CU_ASSERT_EQUAL(status, STW_OK);
    stw_free(bytes);
}

static void gives_utf8(void)
{
    static const struct {
        const char *iconv;
        enum stw_encoding said, told;
        size_t size;
    } cases[] = {
        {"GB18030", STW_ENCODING_UNKNOWN, STW_ENCODING_GB18030, 700000},
        {"GB18030", STW_ENCODING_GB18030, STW_ENCODING_GB18030, 100},
        {"UTF-16LE", STW_ENCODING_UNKNOWN, STW_ENCODING_UTF16LE, 300001},
        {"UTF-16BE", STW_ENCODING_UTF16BE, STW_ENCODING_UTF16BE, 70000},
        {"UTF-16", STW_ENCODING_GB18030, STW_ENCODING_UTF16LE, 70000}, /* its mark wins */
        {"UTF-8", STW_ENCODING_UNKNOWN, STW_ENCODING_UTF8, 300000},
    };
    static const size_t pieces[] = {1 << 20, 65536, 4099, 7};
    struct bench bench;
    bench_open(&bench, "UTC");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_buffer text, bytes;
        struct stw_input *input;
        stw_buffer_init(&text);
        stw_buffer_init(&bytes);
        make_text(&text, cases[i].size);
        encode(&text, cases[i].iconv, &bytes);
        const char *path = bench_bytes(&bench, "x.csv", bytes.data, bytes.size);
        CU_ASSERT_EQUAL_FATAL(stw_input_open(&input, stw_io_system(), path, NULL), STW_OK);
        CU_ASSERT_EQUAL(stw_input_as_text(input, cases[i].said, &bench.err), STW_OK);
        CU_ASSERT_EQUAL(stw_input_encoding(input)->encoding, cases[i].told);
        for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
            struct stw_buffer got;
            stw_buffer_init(&got);
            CU_ASSERT_EQUAL(stw_input_rewind(input, NULL), STW_OK);
            read_all(input, pieces[p], &got);
            struct stw_slice all = stw_buffer_slice(&got);
            if (stw_slice_starts(all, STW_SLICE("\xEF\xBB\xBF"))) /* the mark comes through */
                all = (struct stw_slice){all.data + 3, all.size - 3};
            STW_EXPECT(stw_slice_equal(all, stw_buffer_slice(&text)), "%s in pieces of %zu",
                       cases[i].iconv, pieces[p]);
            stw_buffer_release(&got);
        }
        stw_input_close(input);
        stw_buffer_release(&text);
        stw_buffer_release(&bytes);
    }
    bench_close(&bench);
}

STW_SUITE(source, {"gives UTF-8", gives_utf8});
