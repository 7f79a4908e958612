/*
 * The bytes of an archived file: the journal file in pieces, each packed by itself behind a mark
 * that says where it belongs, so that damage costs the pieces it is in and no other. See FORMAT.md.
 * Private to journal/.
 */
#ifndef STW_JOURNAL_JOURNAL_PACK_H
#define STW_JOURNAL_JOURNAL_PACK_H

#include "base/buffer.h"
#include "base/error.h"

enum {
    STW_JOURNAL_PIECE_BYTES = 256 << 10, /* of the file, in one piece; the last one is shorter */
    STW_JOURNAL_MARK_SIZE = 48
};

/* Adds file `number`, packed, to `out`. */
int stw_journal_pack(uint64_t number, struct stw_slice bytes, struct stw_buffer *out,
                     struct stw_error *err) STW_CHECKED;

/*
 * Adds the file to `out`, at most `limit` bytes. STW_ERR_DAMAGED, with a sentence that begins with
 * `path`: some of it is lost; `out` has all that is not, each piece in its place and zeros in the
 * places of the others.
 */
int stw_journal_unpack(uint64_t number, struct stw_slice packed, size_t limit, const char *path,
                       struct stw_buffer *out, struct stw_error *err) STW_CHECKED;

#endif
