/* Files and records of the journal, as bytes; see FORMAT.md. Private to journal/. */
#ifndef STW_JOURNAL_JOURNAL_FORMAT_H
#define STW_JOURNAL_JOURNAL_FORMAT_H

#include "base/bits.h"
#include "journal/journal.h"

enum {
    STW_JOURNAL_VERSION = 1,
    STW_JOURNAL_HEADER_SIZE = 64,
    STW_JOURNAL_HEAD_SIZE = 24, /* of a record */
    STW_JOURNAL_ALIGNMENT = 8   /* records start at multiples of it */
};

struct stw_journal_header {
    unsigned char id[STW_JOURNAL_ID_SIZE];
    uint64_t number;
    int64_t created_ns;
    uint64_t file_bytes; /* a file that is shorter has lost its end */
    bool reused;         /* the file has the room of an older one, and its bytes */
};

void stw_journal_header_encode(const struct stw_journal_header *header,
                               char bytes[STW_JOURNAL_HEADER_SIZE]);
/* False: damaged, of another file, or of another version. */
bool stw_journal_header_decode(struct stw_slice bytes, const unsigned char *id, uint64_t number,
                               struct stw_journal_header *header);

/* What a record takes in its file. */
static inline size_t stw_journal_record_size(size_t payload_size)
{
    return (STW_JOURNAL_HEAD_SIZE + payload_size + STW_JOURNAL_ALIGNMENT - 1) /
           STW_JOURNAL_ALIGNMENT * STW_JOURNAL_ALIGNMENT;
}

/* Writes stw_journal_record_size(payload.size) bytes. */
void stw_journal_record_encode(const unsigned char *id, struct stw_journal_position at,
                               uint32_t kind, struct stw_slice payload, char *bytes);

/* A walk over the bytes of one file. */
struct stw_journal_scan {
    const unsigned char *id;
    uint64_t number;
    struct stw_slice bytes; /* from the beginning of the file */
    size_t at;
};

enum stw_journal_found {
    STW_JOURNAL_FOUND_RECORD,
    STW_JOURNAL_FOUND_DAMAGE, /* [from, scan->at) is no record, and one begins at scan->at */
    STW_JOURNAL_FOUND_NOTHING /* no record from scan->at to the end of the bytes */
};
enum stw_journal_found stw_journal_scan_next(struct stw_journal_scan *scan,
                                             struct stw_journal_record *record, size_t *from);

/* Where the records of a file of these bytes end; *sealed: at its seal, nothing may come after. */
size_t stw_journal_tail(const unsigned char *id, uint64_t number, struct stw_slice bytes,
                        bool *sealed);

/* Whether a record was begun at scan->at, where none is found: half of its checksums are right, one
 * byte of its size forgiven. */
bool stw_journal_scan_begun(const struct stw_journal_scan *scan);

#endif
