/*
 * Lists of segments in the manifest, as columns. A segment's file has no name of its own there: it
 * follows from its table, its partition and the generation of the record that added it.
 *
 *     words of the tables that occur, after varint their number
 *     cells, a row a segment, the columns below; all of them, or the first four as a mere name
 *
 *     table           place among the names
 *     partition       where it begins, ns
 *     added           the record's generation less that of the one that added it
 *     removed         0: live; else 1 + the record's generation less that of the removal
 *     commit last     added less it
 *     commit first    commit last less it
 *     tier, file size, rows, blocks, series
 *     series first
 *     series last     less series first
 *     time min        less the partition's begin, modulo 2^64
 *     time max        the partition's end less it, modulo 2^64
 *
 * Private to store/.
 */
#ifndef STW_STORE_SEGMENT_LIST_H
#define STW_STORE_SEGMENT_LIST_H

#include "store/columns.h"
#include "store/state.h"

/* "readings-2026-01-17.seg", in the arena; NULL: memory. */
const char *stw_segment_name(struct stw_arena *arena, const struct stw_table *table,
                             int64_t partition_from_ns, uint64_t generation)
    __attribute__((warn_unused_result));

/* What of a segment is written down. */
enum stw_segment_detail { STW_SEGMENT_NAME = 4, STW_SEGMENT_WHOLE = 15 };

/* `generation` is that of the record; no segment is of a later one. */
void stw_segment_list_put(struct stw_state *state, struct stw_segment_ref *const *refs,
                          uint32_t count, uint64_t generation, enum stw_segment_detail detail,
                          struct stw_buffer *out);

struct stw_segment_list {
    struct stw_segment_ref **refs; /* in the arena of state->columns; the segments in the state's */
    uint32_t count;
};

/* Segments of tables that the schema does not know are read over: a reader may have an older schema
 * than the writer. STW_ERR_DAMAGED or STW_ERR_MEMORY. */
int stw_segment_list_get(struct stw_state *state, struct stw_reader *reader, uint64_t generation,
                         enum stw_segment_detail detail, struct stw_segment_list *list) STW_CHECKED;

#endif
