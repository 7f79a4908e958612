/*
 * Archived files: every byte of one is flipped, stretches of it are cut out, pieces are put twice.
 * What comes out is the file that went in, but for zeros in the pieces that are damaged, and a
 * sentence says so. `zstd -d` unpacks them.
 */
#include "../support/test.h"
#include "base/io.h"
#include "journal/journal_pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER = 7, PIECES = 4, LAST_BYTES = 1000, LIMIT = 4 << 20 };
static const size_t file_bytes = (PIECES - 1) * (size_t)STW_JOURNAL_PIECE_BYTES + LAST_BYTES;

struct packed {
    struct stw_buffer file, bytes, out;
    size_t begins[PIECES + 1]; /* of pieces in bytes */
};

/* Each piece packs to a few hundred bytes. */
static void make(struct packed *packed)
{
    struct stw_error err = {0};
    uint64_t random = 1;
    stw_buffer_init(&packed->file);
    stw_buffer_init(&packed->bytes);
    stw_buffer_init(&packed->out);
    while (packed->file.size < file_bytes) {
        char byte = (char)('a' + packed->file.size / 5000 % 26);
        if (packed->file.size % 9000 == 0)
            byte = (char)stw_test_random(&random);
        stw_buffer_add(&packed->file, &byte, 1);
    }
    for (int piece = 0; piece < PIECES; piece++) {
        struct stw_buffer beginning;
        struct stw_slice some = stw_buffer_slice(&packed->file);
        size_t end = (size_t)(piece + 1) * STW_JOURNAL_PIECE_BYTES;
        some.size = end < file_bytes ? end : file_bytes;
        stw_buffer_init(&beginning);
        CU_ASSERT_EQUAL(stw_journal_pack(NUMBER, some, &beginning, &err), STW_OK);
        packed->begins[piece + 1] = beginning.size;
        stw_buffer_release(&beginning);
    }
    packed->begins[0] = 0;
    CU_ASSERT_EQUAL(stw_journal_pack(NUMBER, stw_buffer_slice(&packed->file), &packed->bytes, &err),
                    STW_OK);
    CU_ASSERT_EQUAL(packed->bytes.size, packed->begins[PIECES]);
}

static void release(struct packed *packed)
{
    stw_buffer_release(&packed->file);
    stw_buffer_release(&packed->bytes);
    stw_buffer_release(&packed->out);
}

static int unpack(struct packed *packed, struct stw_slice bytes, struct stw_error *err)
{
    stw_buffer_clear(&packed->out);
    return stw_journal_unpack(NUMBER, bytes, LIMIT, "archive/7", &packed->out, err);
}

/* Pieces that are as they were; those that are not must be zeros. A bit each. */
static unsigned whole_pieces(const struct packed *packed)
{
    unsigned whole = 0;
    for (int piece = 0; piece < PIECES; piece++) {
        size_t from = (size_t)piece * STW_JOURNAL_PIECE_BYTES;
        size_t size = piece < PIECES - 1 ? STW_JOURNAL_PIECE_BYTES : LAST_BYTES;
        if (packed->out.size < from + size)
            continue;
        const char *out = packed->out.data + from;
        if (memcmp(out, packed->file.data + from, size) == 0)
            whole |= 1u << piece;
        else
            STW_EXPECT(out[0] == 0 && memcmp(out, out + 1, size - 1) == 0, "piece %d is wrong",
                       piece);
    }
    return whole;
}

static void bytes_are_flipped(void)
{
    struct packed packed;
    struct stw_error err = {0};
    make(&packed);
    CU_ASSERT_EQUAL(unpack(&packed, stw_buffer_slice(&packed.bytes), &err), STW_OK);
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&packed.out), stw_buffer_slice(&packed.file)));
    int piece = 0;
    for (size_t at = 0; at < packed.bytes.size; at++) {
        piece += at == packed.begins[piece + 1];
        packed.bytes.data[at] ^= (char)(1u << at % 8);
        int status = unpack(&packed, stw_buffer_slice(&packed.bytes), &err);
        packed.bytes.data[at] ^= (char)(1u << at % 8);
        unsigned whole = whole_pieces(&packed);
        STW_EXPECT(status == STW_ERR_DAMAGED && strncmp(err.what, "archive/7 is damaged", 20) == 0,
                   "byte %zu: %d", at, status);
        STW_EXPECT(whole == (((1u << PIECES) - 1) & ~(1u << piece)), "byte %zu: pieces %x", at,
                   whole);
        CU_ASSERT(packed.out.size == file_bytes);
    }
    release(&packed);
}

/* Bytes [from, to) are not there, as after a bad copy. */
static void stretches_are_cut_out(void)
{
    struct packed packed;
    struct stw_buffer rest;
    uint64_t random = 5;
    make(&packed);
    stw_buffer_init(&rest);
    for (int try = 0; try < 2000; try++) {
        struct stw_error err = {0};
        size_t size = packed.bytes.size, from = stw_test_random(&random) % size;
        size_t to = from + 1 + stw_test_random(&random) % (size - from);
        unsigned sound = 0;
        stw_buffer_clear(&rest);
        stw_buffer_add(&rest, packed.bytes.data, from);
        stw_buffer_add(&rest, packed.bytes.data + to, size - to);
        for (int piece = 0; piece < PIECES; piece++)
            if (packed.begins[piece + 1] <= from || packed.begins[piece] >= to)
                sound |= 1u << piece;
        CU_ASSERT_EQUAL(unpack(&packed, stw_buffer_slice(&rest), &err), STW_ERR_DAMAGED);
        STW_EXPECT(whole_pieces(&packed) == sound, "[%zu, %zu)", from, to);
    }
    stw_buffer_release(&rest);
    release(&packed);
}

/* A piece that comes again is no other piece, and one of another file is none. */
static void pieces_come_twice(void)
{
    struct packed packed;
    struct stw_buffer twice;
    struct stw_error err = {0};
    make(&packed);
    stw_buffer_init(&twice);
    stw_buffer_add(&twice, packed.bytes.data, packed.begins[2]);
    stw_buffer_add(&twice, packed.bytes.data, packed.bytes.size);
    CU_ASSERT_EQUAL(unpack(&packed, stw_buffer_slice(&twice), &err), STW_ERR_DAMAGED);
    CU_ASSERT_EQUAL(whole_pieces(&packed), (1u << PIECES) - 1);
    CU_ASSERT(packed.out.size == file_bytes);
    stw_buffer_clear(&packed.out);
    CU_ASSERT_EQUAL(stw_journal_unpack(NUMBER + 1, stw_buffer_slice(&packed.bytes), LIMIT,
                                       "archive/8", &packed.out, &err),
                    STW_ERR_DAMAGED);
    CU_ASSERT_EQUAL(packed.out.size, 0);
    stw_buffer_release(&twice);
    release(&packed);
}

static void zstd_unpacks_it(void)
{
    struct packed packed;
    struct stw_error err = {0};
    char path[300], command[700];
    make(&packed);
    snprintf(path, sizeof(path), "%s/7.zst", stw_test_folder());
    CU_ASSERT_EQUAL(stw_file_replace(stw_io_system(), path, stw_buffer_slice(&packed.bytes), &err),
                    STW_OK);
    snprintf(command, sizeof(command), "zstd -q -d %s -o %s.out", path, path);
    CU_ASSERT_EQUAL(system(command), 0);
    stw_buffer_clear(&packed.out);
    snprintf(command, sizeof(command), "%s.out", path);
    CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), command, LIMIT, &packed.out, &err), STW_OK);
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&packed.out), stw_buffer_slice(&packed.file)));
    release(&packed);
}

STW_SUITE(journal_pack, {"bytes are flipped", bytes_are_flipped},
          {"stretches are cut out", stretches_are_cut_out},
          {"pieces come twice", pieces_come_twice}, {"zstd unpacks it", zstd_unpacks_it});
