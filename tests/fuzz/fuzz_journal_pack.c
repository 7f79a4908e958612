/*
 * Archived journal files: the first byte says how the rest is read. Even: as an archived file, as
 * it comes. Odd: as a recipe, so that the fuzzer need not guess checksums: a file of some hundred
 * kilobytes is packed, and then changed by groups of four bytes (what, place, place, value): a byte
 * is changed, or a stretch is cut out. Each piece of what comes out is as it was, or zeros; and
 * when nothing is said to be damaged, nothing is.
 */
#include "journal/journal_pack.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER = 3, FILE_SIZE = 2 * STW_JOURNAL_PIECE_BYTES + 100, LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once: the file, nothing but zeros, and the file packed. */
static char file_bytes[FILE_SIZE], zeros[STW_JOURNAL_PIECE_BYTES];
static struct stw_buffer packed_file;

static void make_once(void)
{
    if (packed_file.size > 0)
        return;
    for (size_t at = 0; at < FILE_SIZE; at++)
        file_bytes[at] = (char)(at / 3000 + 1);
    struct stw_slice file = {file_bytes, FILE_SIZE};
    if (stw_journal_pack(NUMBER, file, &packed_file, NULL) != STW_OK)
        abort();
}

static void check(const struct stw_buffer *out, bool sound)
{
    if (out->size > FILE_SIZE || (sound && out->size != FILE_SIZE))
        abort();
    for (size_t from = 0; from < out->size; from += STW_JOURNAL_PIECE_BYTES) {
        size_t size = out->size - from;
        if (size > STW_JOURNAL_PIECE_BYTES)
            size = STW_JOURNAL_PIECE_BYTES;
        if (memcmp(out->data + from, file_bytes + from, size) != 0 &&
            (sound || memcmp(out->data + from, zeros, size) != 0))
            abort();
    }
}

static void change(struct stw_buffer *packed, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at + 4 <= size && packed->size > 0; at += 4) {
        size_t place = (size_t)(data[at + 1] << 8 | data[at + 2]) % packed->size;
        size_t cut = data[at + 3] % (packed->size - place + 1);
        if (data[at] % 2 == 0) {
            packed->data[place] ^= (char)data[at + 3];
            continue;
        }
        memmove(packed->data + place, packed->data + place + cut, packed->size - place - cut);
        packed->size -= cut;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_buffer packed, out;
    if (size == 0)
        return 0;
    make_once();
    stw_buffer_init(&packed);
    stw_buffer_init(&out);
    if (data[0] % 2 == 0) {
        struct stw_slice bytes = {(const char *)data + 1, size - 1};
        (void)!stw_journal_unpack(NUMBER, bytes, LIMIT, "fuzz", &out, NULL);
        if (out.size > LIMIT)
            abort();
    } else {
        stw_buffer_add_slice(&packed, stw_buffer_slice(&packed_file));
        change(&packed, data + 1, size - 1);
        int status =
            stw_journal_unpack(NUMBER, stw_buffer_slice(&packed), LIMIT, "fuzz", &out, NULL);
        check(&out, status == STW_OK && packed.size > 0);
    }
    stw_buffer_release(&packed);
    stw_buffer_release(&out);
    return 0;
}
