/* The memtable's state in a store; see memtable.h. */
#ifndef STW_STORE_MEMTABLE_INSIDE_H
#define STW_STORE_MEMTABLE_INSIDE_H

#include "store/memtable.h"
#include "store/row_record.h"

enum { STW_MEMTABLE_FLUSH_MINUTES_DEFAULT = 5 };

struct stw_memtable {
    bool ready; /* the encoder is initialised */
    struct stw_row_encoder encoder;
    struct stw_journal *journal; /* opened when it is needed */
    struct stw_commit *commit;   /* the waiting rows; NULL: none */
    bool flushing;
    uint64_t rows;
    int64_t oldest_ns;                    /* when the first of them came */
    struct stw_journal_position position; /* after the record of the last of them */
};

/* For a writer that has recovered: takes what was acknowledged and not flushed out of the journal,
 * and flushes it. */
int stw_memtable_recover(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* Flushes, before something else is committed. */
int stw_memtable_settle(struct stw_store *store, struct stw_error *err) STW_CHECKED;

void stw_memtable_release(struct stw_store *store);

/* ---- What it needs of a commit, commit.c -------------------------------------------------------
 */

/* As stw_commit_begin without a source, and without a flush. */
int stw_commit_open(struct stw_store *store, struct stw_commit **out,
                    struct stw_error *err) STW_CHECKED;
struct stw_slice stw_commit_key(const struct stw_commit *commit, uint32_t table, uint32_t series);
uint32_t stw_commit_series_count(const struct stw_commit *commit, uint32_t table);
/* What stw_commit_add would refuse. */
int stw_commit_check(const struct stw_commit *commit, const struct stw_batch *batch,
                     struct stw_error *err) STW_CHECKED;
size_t stw_commit_bytes(const struct stw_commit *commit);
/* The commit is of the journal, up to here. */
void stw_commit_set_journal(struct stw_commit *commit, struct stw_journal_position position);

#endif
