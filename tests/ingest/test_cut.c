/*
 * Packed files that end too early, cut at every place: all whole lines that the library of the
 * packing, asked by itself, gets out of the bytes are rows, the beginning of a line is rejected,
 * and it is said that the file is cut.
 */
#include "ingest_tools.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { LINES = 400, ROOM = 65536, STEP = 13 };

static const char map[] = "fields: {time: t, device: d, channel: {constant: water}, value: v}\n";

static size_t make_text(char *text)
{
    size_t size = (size_t)snprintf(text, ROOM, "t,d,v\n");
    for (int i = 0; i < LINES; i++)
        size += (size_t)snprintf(text + size, ROOM - size, "2026-10-%02dT%02d:%02d,M%d,%d.%d\n",
                                 1 + i / 24, i % 24, i * 7 % 60, i % 3, i * 7919 % 10007, i % 10);
    return size;
}

/* Pieces of the text as gzip members or zstd frames, one behind the other. */
static size_t pack(bool gzip, const char *text, size_t size, unsigned char *packed)
{
    size_t at = 0;
    for (size_t from = 0; from < size; from += 3000) {
        size_t piece = size - from < 3000 ? size - from : 3000;
        if (!gzip) {
            at += ZSTD_compress(packed + at, ROOM - at, text + from, piece, 3);
            continue;
        }
        z_stream stream = {.next_in = (unsigned char *)(uintptr_t)(text + from),
                           .avail_in = (unsigned)piece,
                           .next_out = packed + at,
                           .avail_out = (unsigned)(ROOM - at)};
        CU_ASSERT_EQUAL_FATAL(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
        CU_ASSERT_EQUAL_FATAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
        at += stream.total_out;
        deflateEnd(&stream);
    }
    return at;
}

/* What comes out of the first bytes, and whether they end between two pieces. */
static size_t unpack(bool gzip, const unsigned char *packed, size_t size, char *text, bool *whole)
{
    *whole = true;
    if (!gzip) {
        ZSTD_DCtx *context = ZSTD_createDCtx();
        ZSTD_inBuffer in = {packed, size, 0};
        ZSTD_outBuffer out = {text, ROOM, 0};
        while (in.pos < in.size)
            *whole = ZSTD_decompressStream(context, &out, &in) == 0;
        ZSTD_freeDCtx(context);
        return out.pos;
    }
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed,
                       .avail_in = (unsigned)size,
                       .next_out = (unsigned char *)text,
                       .avail_out = ROOM};
    CU_ASSERT_EQUAL_FATAL(inflateInit2(&stream, 15 + 16), Z_OK);
    while (stream.avail_in > 0) {
        *whole = inflate(&stream, Z_NO_FLUSH) == Z_STREAM_END;
        if (*whole)
            inflateReset(&stream);
    }
    inflateEnd(&stream);
    return ROOM - stream.avail_out;
}

static void expect(struct bench *bench, int status, const char *text, size_t size, bool whole,
                   size_t cut)
{
    unsigned lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    bool partial = size > 0 && text[size - 1] != '\n';
    if (lines + partial < 2) { /* not even a header and the beginning of a row */
        STW_EXPECT(status == STW_ERR_INPUT, "cut at %zu: %d", cut, status);
        return;
    }
    STW_EXPECT(status == STW_OK && bench->result.rows == lines - 1 &&
                   bench->result.reasons[STW_REJECT_CUT] == partial &&
                   bench->result.is_cut == !whole,
               "cut at %zu of %u lines, %d: status %d, %llu rows, %llu rejected, cut %d", cut,
               lines, partial, status, (unsigned long long)bench->result.rows,
               (unsigned long long)bench->result.rejected, bench->result.is_cut);
}

static void cut_everywhere(bool gzip)
{
    static char text[ROOM], out[ROOM];
    static unsigned char packed[ROOM];
    size_t size = make_text(text), packed_size = pack(gzip, text, size, packed);
    for (size_t cut = 5; cut < packed_size; cut += STEP) {
        struct bench bench;
        bool whole;
        size_t got = unpack(gzip, packed, cut, out, &whole);
        CU_ASSERT_FATAL(memcmp(out, text, got) == 0);
        bench_open(&bench, "UTC");
        CU_ASSERT_FATAL(bench_map(&bench, map));
        int status = bench_ingest(&bench, bench_bytes(&bench, "cut", packed, cut));
        expect(&bench, status, out, got, whole, cut);
        bench_close(&bench);
    }
}

static void cuts_gzip_everywhere(void)
{
    cut_everywhere(true);
}

static void cuts_zstd_everywhere(void)
{
    cut_everywhere(false);
}

/* Bytes that are wrong, not missing, are no cut; and what is cut is nothing for --strict. */
static void tells_damage_from_a_cut(void)
{
    static char text[ROOM];
    static unsigned char packed[ROOM];
    struct stw_ingest_options strict = {.strict = true};
    size_t size = make_text(text), packed_size = pack(true, text, size, packed);
    struct bench bench;
    bench_open(&bench, "UTC");
    CU_ASSERT_FATAL(bench_map(&bench, map));
    const char *path = bench_bytes(&bench, "cut", packed, packed_size - 20);
    CU_ASSERT_EQUAL(
        stw_ingest_file(bench.store, &bench.map, path, &strict, &bench.result, &bench.err),
        STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_store_source_count(bench.store), 0);
    packed[packed_size / 2] ^= 0x55;
    CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "flip", packed, packed_size)),
                    STW_ERR_INPUT);
    STW_EXPECT(strstr(bench.err.what, "cannot be unpacked") != NULL, "%s", bench.err.what);
    packed[packed_size / 2] ^= 0x55;
    CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "whole", packed, packed_size)),
                    STW_OK);
    CU_ASSERT(!bench.result.is_cut && bench.result.rows == LINES && bench.result.rejected == 0);
    bench_close(&bench);
}

STW_SUITE(cut, {"gzip", cuts_gzip_everywhere}, {"zstd", cuts_zstd_everywhere},
          {"damage is no cut", tells_damage_from_a_cut});
