/*
 * Folds: the records of a log, many to one row. All of a log is kept until it is read to its end,
 * then taken in the order of keys (by first appearance), times and lines, and given out again as
 * records: the columns of the file, then the made ones. What a fold makes of them is in map.h.
 *
 * Memory is the log itself, up to STW_FOLD_BYTES_MAX: the records of a key may stand anywhere.
 */
#ifndef STW_INGEST_LAYOUT_FOLD_H
#define STW_INGEST_LAYOUT_FOLD_H

#include "base/error.h"
#include "ingest/map.h"
#include "text/record.h"

#include <stdint.h>

enum { STW_FOLD_BYTES_MAX = 256 * 1024 * 1024 };

struct stw_fold;

/* Words of the state of a fold into outages. */
enum stw_fold_state {
    STW_FOLD_AS_BEFORE,
    STW_FOLD_UP,
    STW_FOLD_DOWN,
    STW_FOLD_UNKNOWN,
    STW_FOLD_NO_STATE /* another word */
};
enum stw_fold_state stw_fold_state_of(struct stw_slice word);

/* `columns` of the file's records. `map` must outlive the fold. */
int stw_fold_create(struct stw_fold **out, const struct stw_map_fold *map, uint32_t columns,
                    struct stw_error *err) STW_CHECKED;
void stw_fold_free(struct stw_fold *fold); /* NULL is fine */

/* What stands in a record, read. All texts are copied. */
struct stw_fold_entry {
    struct stw_slice key;
    int64_t time_ns;
    struct stw_slice time; /* as it stands */
    struct stw_slice state;
};

int stw_fold_add(struct stw_fold *fold, const struct stw_text_record *record,
                 const struct stw_fold_entry *entry, struct stw_error *err) STW_CHECKED;

/* After the last add: the next folded record, valid until the next call, or STW_END. */
int stw_fold_next(struct stw_fold *fold, struct stw_text_record *record) STW_CHECKED;

/* Outages given out (or left out by `before: skip`) whose ends were not both seen. */
struct stw_fold_counts {
    uint64_t before;  /* down already at the key's first state */
    uint64_t open;    /* down still at its last */
    uint64_t unknown; /* lost sight of */
};
struct stw_fold_counts stw_fold_count(const struct stw_fold *fold);

#endif
