/*
 * Files into a store: one file, one commit, all or nothing. The file is hashed first; together with
 * the map, the zone and what its name says that is its identity, and a file that was committed
 * before changes nothing and is said to be known. Then it is read in pieces: unpacked, cut into
 * records, turned into rows, handed to the commit; a large CSV file by several threads (parts.h).
 * Memory is bounded by one batch, or three a thread, the decoder's window, the series of the file,
 * and what the store was opened with.
 */
#ifndef STW_INGEST_INGEST_H
#define STW_INGEST_INGEST_H

#include "ingest/ingest_findings.h"
#include "ingest/layout_fold.h"
#include "ingest/map_rows.h"
#include "store/store.h"
#include "text/encoding.h"

struct stw_ingest_progress {
    uint64_t bytes_done; /* of the file as it lies there */
    uint64_t bytes_total;
    uint64_t records;
    int64_t elapsed_ns;
};

/* Nanoseconds to go at the mean rate so far; -1 while nothing can be said. */
int64_t stw_ingest_remaining_ns(const struct stw_ingest_progress *progress);

/* Zeroes are the defaults. */
struct stw_ingest_options {
    const struct stw_io *io; /* NULL: the system's */
    bool strict;             /* a single rejected row fails the file */
    const char *name;        /* for standard input, in place of a file's name */
    struct stw_input *input; /* the file, where it is open already; stays the caller's */
    void (*progress)(void *context, const struct stw_ingest_progress *progress);
    void *progress_context; /* called a few times a second at most */
    /* To look and store nothing: the rows of the first records, before they go anywhere. */
    void (*preview)(void *context, const struct stw_map_rows *rows);
    void *preview_context;
    uint32_t preview_records;
};

struct stw_ingest_result {
    bool known;                      /* committed before; nothing was done */
    struct stw_source_record before; /* where known */
    struct stw_commit_result commit;
    struct stw_encoding_guess encoding; /* of the text, and why; unknown: no text file */
    uint64_t records;                   /* read, without header and blank lines */
    uint64_t rows;                      /* handed to the commit; in wide files several a record */
    uint64_t empty;                     /* records or cells without a value: skipped */
    uint64_t ambiguous; /* rows at a time the local clock shows twice: the earlier was taken */
    enum stw_container container; /* what it was read as */
    uint64_t unended_line; /* of a last record without an end of line, which may be cut; 0: none */
    bool is_cut;           /* packed, and its end is missing: the whole records before were taken */
    uint64_t last_line;    /* of the last record */
    uint64_t totals;       /* rows of totals that were left out */
    uint64_t rejected;     /* records, or cells of wide files */
    uint64_t reasons[STW_REJECT_REASONS];
    struct stw_ingest_findings_summary
        findings;                             /* rows that were kept, and what is odd about them */
    struct stw_fold_counts outages;           /* whose beginning or end was not seen */
    char rejects_path[STW_REJECTS_PATH_SIZE]; /* "" when nothing was rejected */
    uint64_t bytes;                           /* of the file as it lies there */
    int64_t elapsed_ns;
};

/*
 * `path` "-" is standard input. `result` is filled as far as things went, also on failure: with
 * `strict` the rejected rows are written and counted, and nothing else is.
 */
int stw_ingest_file(struct stw_store *store, const struct stw_map *map, const char *path,
                    const struct stw_ingest_options *options, struct stw_ingest_result *result,
                    struct stw_error *err) STW_CHECKED;

/* ---- Streams --------------------------------------------------------------------------------- */

/* Whole lines of a stream, as they came. */
struct stw_ingest_piece {
    struct stw_slice bytes;         /* with the header's lines before, where there are any */
    const char *name;               /* of the stream, in the names of rejects */
    uint64_t lines_before;          /* lines of the stream that `bytes` do not begin with */
    enum stw_durability durability; /* of its rows */
};

/* STW_ERR_USAGE for a map whose layout needs a whole file: a workbook, one JSON text, or records
 * that are folded or compared with the one before. */
int stw_ingest_check_stream(const struct stw_map *map, struct stw_error *err) STW_CHECKED;

/*
 * Takes a piece into the store as memtable.h does: its rows are acknowledged when it returns, and
 * those that cannot be taken are in STORE/rejects, in a file of the piece. Nothing is recognised as
 * known; that a row comes again changes nothing. `result` has no commit.
 */
int stw_ingest_piece(struct stw_store *store, const struct stw_map *map,
                     const struct stw_ingest_piece *piece, struct stw_ingest_result *result,
                     struct stw_error *err) STW_CHECKED;

#endif
