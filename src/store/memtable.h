/*
 * The memtable: rows of streams, in the journal already, on their way into segments.
 *
 *     append: batch ──► journal record ──acknowledged──► stage of an open commit ──flush──►
 * segments
 *
 * It is a commit that is not finished yet (store.h): it spills when memory is short, and a flush
 * finishes it, all or nothing. The manifest's record of a flush has the journal's position up to
 * which all rows are in it; a writer that opens the store takes the rows after that position out of
 * the journal again. So every acknowledged row is there once, by its place in the journal; that
 * repeated rows change nothing is not needed for it.
 *
 * Rows are visible from their flush on, in this process and in others. A flush happens when it is
 * asked for; at an append when the rows take half the memory of a commit, or flush_every_ns have
 * passed since the oldest waiting row came; before anything else is committed, so that what comes
 * later stays later; and when a writer opens the store, so that what it looks at first is what it
 * commits upon. Closing the store flushes nothing and loses nothing.
 *
 * After a failed write, sync or allocation between journal and memory the store takes no more rows;
 * opening it again finds all that was acknowledged. Threads: those of the store.
 */
#ifndef STW_STORE_MEMTABLE_H
#define STW_STORE_MEMTABLE_H

#include "journal/journal.h"
#include "store/store.h"

/* The id of a key for rows that will be appended; valid until the next append or flush. */
int stw_memtable_series(struct stw_store *store, const struct stw_table *table,
                        struct stw_slice key, uint32_t *id, struct stw_error *err) STW_CHECKED;

/* All rows of the batch or none. Acknowledged, as `durability` says, when it returns.
 * STW_ERR_INPUT, _USAGE and _LIMIT: nothing was taken, and the store goes on. */
int stw_memtable_append(struct stw_store *store, const struct stw_batch *batch,
                        enum stw_durability durability, struct stw_error *err) STW_CHECKED;

/* Makes what was appended visible. `result` (may be NULL) is zero when nothing waited. */
int stw_memtable_flush(struct stw_store *store, struct stw_commit_result *result,
                       struct stw_error *err) STW_CHECKED;

/* Whether a flush is due; an append sees to it by itself, an idle caller asks. */
bool stw_memtable_is_due(const struct stw_store *store);

/* Rows that wait for a flush. */
uint64_t stw_memtable_rows(const struct stw_store *store);

struct stw_stream_info {
    struct stw_journal_size size;
    struct stw_journal_position flushed; /* up to here all rows are in segments */
    struct stw_journal_position end;     /* after the last record */
    uint64_t waiting_records;
    uint64_t waiting_rows;
    int64_t replay_window_ns; /* how long archived files are kept */
};

/* What the journal holds; reads what is not flushed. For a store opened in either mode. */
int stw_stream_info(struct stw_store *store, struct stw_stream_info *info,
                    struct stw_error *err) STW_CHECKED;

/* Reads the whole journal, archive and all; a sentence for each damaged place. */
int stw_stream_verify(struct stw_store *store, stw_journal_note_fn *note, void *context,
                      struct stw_error *err) STW_CHECKED;

#endif
