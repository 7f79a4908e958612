/* What applying records is made of, shared by state*.c and checkpoint.c. */
#ifndef STW_STORE_STATE_INSIDE_H
#define STW_STORE_STATE_INSIDE_H

#include "store/segment_list.h"
#include "store/state.h"

enum { STW_SOURCE_KEY_SIZE = 24 };
void stw_state_source_key(const struct stw_source *source, char key[STW_SOURCE_KEY_SIZE]);

/* Fills err: "the manifest record 7 at byte 900: its ...". */
int stw_state_bad(const struct stw_record *record, const char *what, struct stw_error *err);

/* STW_OK, or what a reader of columns found: memory, or damage of `what`. */
int stw_state_judge(int status, const struct stw_record *record, const char *what,
                    struct stw_error *err) STW_CHECKED;

/* Puts something at the end. Texts are copied. */
int stw_state_add_key(struct stw_state_series *series, struct stw_slice key,
                      struct stw_error *err) STW_CHECKED;
int stw_state_add_step(struct stw_state_series *series, uint64_t generation,
                       struct stw_error *err) STW_CHECKED;
int stw_state_add_commit(struct stw_state *state, const struct stw_commit_entry *entry,
                         struct stw_error *err) STW_CHECKED;
int stw_state_add_erasure(struct stw_state *state, const struct stw_erasure *erasure,
                          struct stw_error *err) STW_CHECKED;
int stw_state_add_snapshot(struct stw_state *state, const struct stw_snapshot *snapshot,
                           struct stw_error *err) STW_CHECKED;
int stw_state_add_segment(struct stw_state *state, struct stw_segment_ref *ref,
                          struct stw_error *err) STW_CHECKED;

/* Room to remember that any of the segments is removed. */
int stw_state_reserve_removed(struct stw_state *state, uint32_t more,
                              struct stw_error *err) STW_CHECKED;

/* The record of a checkpoint; see checkpoint.h. */
int stw_checkpoint_apply(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err) STW_CHECKED;

#endif
