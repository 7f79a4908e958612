/*
 * Segment files on their way into a store: written in tmp/, synced, renamed into segments/, and
 * then named by a manifest record. Commits and compaction both write through here.
 *
 * Private to store/.
 */
#ifndef STW_STORE_OUTPUT_H
#define STW_STORE_OUTPUT_H

#include "store/store_inside.h"

struct stw_output_spec {
    const struct stw_table *table;
    int64_t partition_from_ns;
    int64_t partition_to_ns;
    uint64_t commit_first;
    uint64_t commit_last;
    enum stw_tier tier;
    uint64_t generation; /* of the record that will name it */
    uint32_t number;     /* of the file within that generation */
};

struct stw_output {
    struct stw_segment_ref *ref; /* in the arena; `info` is filled in by finish */
    struct stw_segment_writer *writer;
};

/* Creates a file in tmp/. The reference and its name are made in the arena. */
int stw_output_open(struct stw_store *store, struct stw_arena *arena,
                    const struct stw_output_spec *spec, struct stw_output *output,
                    struct stw_error *err) STW_CHECKED;

/* Writes the end of the file and syncs it. The writer is gone then, in every case. */
int stw_output_finish(struct stw_output *output, struct stw_error *err) STW_CHECKED;

/* Renames a finished file into segments/, under the name it keeps. The folder is not synced yet. */
int stw_output_publish(struct stw_store *store, struct stw_arena *arena,
                       struct stw_segment_ref *ref, uint64_t generation,
                       struct stw_error *err) STW_CHECKED;
int stw_output_sync_folder(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* Removes a finished file that no record names. */
int stw_output_remove(struct stw_store *store, struct stw_segment_ref *ref,
                      struct stw_error *err) STW_CHECKED;

/* The columns of the table's segments, with STW_SEQUENCE_COLUMN where it has one; their count. */
uint32_t stw_output_columns(const struct stw_table *table, struct stw_segment_column *columns);

#endif
