/*
 * A checkpoint: one manifest record that says all that the records before it said and that still
 * matters. A manifest that has grown is written anew as a checkpoint, twice over (manifest_file.c),
 * and goes on from there.
 *
 * Payload; lists are those of columns.h and segment_list.h, an age is the record's generation less
 * the generation in question:
 *
 *     1 word               the schema's YAML text
 *     varint, varint       the journal's file and offset up to which its rows are in segments
 *     varint n, n words    names of tables; for each of them
 *         varint k, k words    keys of series, by id
 *         cells                steps: age, and how many series there are from then on
 *     cells                commits: age, time, rows, 0 for none or 1 + the reject reasons of its
 *                          source, file and offset up to which a flush took the journal (else 0)
 *     cells, words         sources: hash (low, high), size; names
 *     cells, words         rejects: rows; reasons, source by source
 *     cells                erasures: place among the tables' names, series, from, to, age
 *     cells, words, words  snapshots: time, age; names; what they pin
 *     segments             the live ones
 *     segments             removed ones whose files may still be there (names)
 *
 * What a segment's footer says of it stays in the list: 1,000 files need not be opened to know it.
 *
 * It may be applied to any earlier state of the same store, not only to an empty one: so a reader
 * that finds another manifest in the place of its own goes on with what it has.
 *
 * Private to store/.
 */
#ifndef STW_STORE_CHECKPOINT_H
#define STW_STORE_CHECKPOINT_H

#include "store/state.h"

/* The payload of a checkpoint of the state, which is settled. */
void stw_checkpoint_put(struct stw_state *state, struct stw_buffer *out);

/* The schema's text, in the arena of `columns`. STW_ERR_DAMAGED or STW_ERR_MEMORY. */
int stw_checkpoint_schema(struct stw_columns *columns, struct stw_slice payload,
                          struct stw_slice *text) STW_CHECKED;

#endif
