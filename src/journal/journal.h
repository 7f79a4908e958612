/*
 * The journal: numbered files of records, appended and never changed, from which a writer finds
 * again what it had acknowledged, and from which `replay` reads what a live evaluator was given.
 *
 *     FOLDER/0000000000000007.jnl           live files; records go into the last one
 *     FOLDER/archive/0000000000000003.jnl.zst   sealed files, compressed
 *     FOLDER/spare-0000000000000002.jnl     an archived file whose room is used again
 *
 * What a record holds is its writer's business; kinds are numbered here so that nobody uses a
 * number twice. Files and records: FORMAT.md. A position is a place between records; positions
 * order as (file, offset), and a record's position never changes, also when its file is archived.
 *
 * Opening succeeds whatever a crash left behind. The unfinished end of the last file is cut when it
 * is opened for writing. Anything else that cannot be read is named by a sentence and skipped; what
 * follows it is read.
 *
 * A failed write or sync is final for a journal that is open for writing: nothing is tried again,
 * every waiting and later append gets the same error, and opening again finds all that was
 * acknowledged. A full disk deletes nothing.
 *
 * Threads: append, sync and position may be called by any number of threads at once; everything
 * else, and a reader, belongs to one thread at a time. Readers may be in other processes.
 */
#ifndef STW_JOURNAL_JOURNAL_H
#define STW_JOURNAL_JOURNAL_H

#include "base/clock.h"
#include "base/io.h"
#include "base/slice.h"

struct stw_journal;
struct stw_journal_reader;

enum {
    STW_JOURNAL_ID_SIZE = 16,
    STW_JOURNAL_RECORD_BYTES_MAX = 8 << 20,    /* payload of a record */
    STW_JOURNAL_FILE_BYTES_DEFAULT = 16 << 20, /* preallocated */
    STW_JOURNAL_FILE_BYTES_MIN = 4096,
    STW_JOURNAL_FILE_BYTES_MAX = 1 << 30,
    STW_JOURNAL_QUEUE_BYTES = 8 << 20, /* records that wait to be written; appends block above */
    STW_JOURNAL_SPARES_MAX = 2         /* files kept to be used again */
};

/* Kinds of records; the numbers are on disk. */
enum stw_journal_kind {
    STW_JOURNAL_SEAL = 1, /* the file ends here; the journal's own */
    STW_JOURNAL_ROWS = 2,
    STW_JOURNAL_TICK = 3,
    STW_JOURNAL_PACK = 4, /* a rule pack was loaded */
    STW_JOURNAL_REGISTRY = 5,
    STW_JOURNAL_TARIFF = 6,
    STW_JOURNAL_CALENDAR = 7,
    STW_JOURNAL_START = 8, /* which snapshot warmed an evaluator */
    STW_JOURNAL_KIND_MAX = 8
};

/* What it means that an append has returned. */
enum stw_durability {
    STW_DURABILITY_NONE,  /* the system has it: it outlives this process, not a power cut */
    STW_DURABILITY_BATCH, /* it is on disk; waits a moment for others to share the sync with */
    STW_DURABILITY_ALWAYS /* it is on disk; the sync begins at once */
};

/* {0, 0} is before everything. */
struct stw_journal_position {
    uint64_t file;
    uint64_t offset;
};

static inline int stw_journal_compare(struct stw_journal_position a, struct stw_journal_position b)
{
    if (a.file != b.file)
        return a.file < b.file ? -1 : 1;
    return (a.offset > b.offset) - (a.offset < b.offset);
}

struct stw_journal_record {
    uint32_t kind;
    struct stw_slice payload;         /* valid until the next call */
    struct stw_journal_position at;   /* where it starts */
    struct stw_journal_position next; /* where reading goes on after it */
};

/* Takes a sentence about damage; a negative result stops whoever is reading. */
typedef int stw_journal_note_fn(void *context, const char *sentence);

struct stw_journal_options {
    const struct stw_io *io;                /* NULL: the system's */
    struct stw_clock clock;                 /* stamps files; decides what has expired */
    unsigned char id[STW_JOURNAL_ID_SIZE];  /* of the store: bytes of another never pass for ours */
    size_t file_bytes;                      /* of new files; 0: the default */
    int64_t group_wait_ns;                  /* of `batch`; 0: 2 ms; negative: none */
    int64_t replay_window_ns;               /* how long archived files are kept */
    struct stw_journal_position not_before; /* writer: the first new record comes at or after it */
    stw_journal_note_fn *note;              /* may be NULL */
    void *note_context;
};

/* ---- Writing --------------------------------------------------------------------------------- */

/* Makes the folder when it is not there. The caller sees to it that there is one writer. */
int stw_journal_open(struct stw_journal **out, const char *folder,
                     const struct stw_journal_options *options, struct stw_error *err) STW_CHECKED;
void stw_journal_close(struct stw_journal *journal); /* NULL is fine; waits for nothing */

/*
 * Returns when `durability` is kept. STW_ERR_LIMIT for a payload that is too long for a record or
 * a file: nothing was written. After any other failure the record may be there after opening
 * again, whole, or not. `next` (may be NULL) is the position after the record.
 */
int stw_journal_append(struct stw_journal *journal, enum stw_journal_kind kind,
                       struct stw_slice payload, enum stw_durability durability,
                       struct stw_journal_position *next, struct stw_error *err) STW_CHECKED;

/* All that was appended is on disk. */
int stw_journal_sync(struct stw_journal *journal, struct stw_error *err) STW_CHECKED;

/* After the last record. */
struct stw_journal_position stw_journal_position(struct stw_journal *journal);

/*
 * Compresses sealed files into the archive, and drops those archived ones whose last record is
 * older than the replay window, unless `keep_from` or a later position is in them. On failure
 * nothing is lost, and the same call later goes on.
 */
int stw_journal_maintain(struct stw_journal *journal, struct stw_journal_position keep_from,
                         struct stw_error *err) STW_CHECKED;

struct stw_journal_counts {
    uint64_t appends;
    uint64_t syncs; /* of the file, for records */
    uint64_t writes;
    uint64_t files;    /* begun */
    uint64_t recycled; /* of them, in the room of an older one */
};
struct stw_journal_counts stw_journal_counts(struct stw_journal *journal);

/* ---- Reading --------------------------------------------------------------------------------- */

/* From `from` on, which must be a position that a writer or reader gave, or {0, 0}. io, id and
 * note of the options count. A folder that is not there is an empty journal. */
int stw_journal_reader_open(struct stw_journal_reader **out, const char *folder,
                            const struct stw_journal_options *options,
                            struct stw_journal_position from, struct stw_error *err) STW_CHECKED;
void stw_journal_reader_close(struct stw_journal_reader *reader); /* NULL is fine */

/* STW_END at the end of what is there; calling again later finds what was appended since. Live and
 * archived files are read alike. Memory: one file. */
int stw_journal_reader_next(struct stw_journal_reader *reader, struct stw_journal_record *record,
                            struct stw_error *err) STW_CHECKED;

/*
 * For a reader that has come to the end while nobody writes: a note where something lies behind the
 * last record. It may be an append that a crash interrupted and nobody was told about, or a record
 * that was acknowledged and is damaged; nothing tells them apart, so it is named.
 */
int stw_journal_reader_check_end(struct stw_journal_reader *reader) STW_CHECKED;

/* The id that the headers of the journal's files name, for one whose store is not known.
 * STW_ERR_NOT_FOUND: there is no file, or no header can be read. */
int stw_journal_identify(const struct stw_io *io, const char *folder,
                         unsigned char id[STW_JOURNAL_ID_SIZE], struct stw_error *err) STW_CHECKED;

/* ---- Asking ---------------------------------------------------------------------------------- */

struct stw_journal_size {
    uint64_t live_files, live_bytes; /* spare ones with them */
    uint64_t archived_files, archived_bytes;
    uint64_t first_file, last_file; /* numbers; 0 where there is none */
};
int stw_journal_measure(const char *folder, struct stw_journal_size *size,
                        struct stw_error *err) STW_CHECKED;

#endif
