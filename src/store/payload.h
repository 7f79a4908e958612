/*
 * Payloads of manifest records, written. Their numbers are varints unless said otherwise; `bytes`
 * is a size and so many bytes; lists are those of columns.h and segment_list.h.
 *
 *     SCHEMA      the YAML text
 *     COMMIT      u64 time, rows, u8 1 for a source + 2 for erasures, then of a source: u64 u64
 *                 hash, size, bytes name, number of reject reasons, for each: bytes reason, rows.
 *                 Number of tables with new series, for each: bytes name, first id, count, words
 *                 keys. Segments. Of erasures: their number, each as in ERASE. Of a flush: the
 *                 journal's file, offset
 *     ERASE       bytes table, series, u64 from, u64 to
 *     SNAPSHOT    u64 time, generation, bytes name, bytes pins
 *     REPLACE     segments removed (names), segments added, number of snapshots given up, for each:
 *                 bytes name
 *     CHECKPOINT  see checkpoint.h
 *
 * A payload is for the next generation of the state it is written for. The state lends its working
 * memory and schema and stays what it is. Private to store/.
 */
#ifndef STW_STORE_PAYLOAD_H
#define STW_STORE_PAYLOAD_H

#include "store/state.h"

/* New keys of a table in a commit. */
struct stw_new_keys {
    const struct stw_table *table;
    uint32_t first; /* id of words[0] */
    const struct stw_intern *keys;
};

/* What a commit says of itself, in one byte. */
enum { STW_COMMIT_HAS_SOURCE = 1, STW_COMMIT_ERASES = 2 };

struct stw_new_commit {
    const struct stw_commit_entry *entry;
    const struct stw_new_keys *keys; /* by table with new series */
    uint32_t key_table_count;
    struct stw_segment_ref *const *added;
    uint32_t added_count;
};
void stw_payload_commit(struct stw_buffer *out, struct stw_state *state,
                        const struct stw_new_commit *commit);

/* What takes the place of what, in one record. */
struct stw_replacement {
    struct stw_segment_ref *const *removed;
    uint32_t removed_count;
    struct stw_segment_ref *const *added;
    uint32_t added_count;
    const struct stw_slice *dropped; /* names of snapshots */
    uint32_t dropped_count;
};
void stw_payload_replace(struct stw_buffer *out, struct stw_state *state,
                         const struct stw_replacement *replacement);
void stw_payload_erase(struct stw_buffer *out, const struct stw_schema *schema,
                       const struct stw_erasure *erasure);
void stw_payload_snapshot(struct stw_buffer *out, const struct stw_snapshot *snapshot);

#endif
