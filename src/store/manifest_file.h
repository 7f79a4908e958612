/*
 * The MANIFEST of an open store: reading it into the state, following what another process appends
 * or puts in its place, appending records, and writing it anew as a checkpoint (checkpoint.h) once
 * it has grown: beside the old one, synced, renamed over it, the folder synced. Both say the same,
 * so that it does not matter which one a crash leaves; nothing is appended before the new one is
 * safe. A reader that has the old one open sees that another file has its name, and goes on there.
 *
 * The two copies of the checkpoint record make up for one damaged byte in what is now a single
 * record: opening takes either.
 *
 * Private to store/.
 */
#ifndef STW_STORE_MANIFEST_FILE_H
#define STW_STORE_MANIFEST_FILE_H

#include "store/store_inside.h"

enum {
    /* It is written anew when it has grown by its size after the last time and so much more. */
    STW_MANIFEST_GROWTH_BYTES = 8 << 10
};

/* Opens the file, reads all of it, and the header out of it. */
int stw_manifest_open(struct stw_store *store, struct stw_buffer *bytes,
                      struct stw_error *err) STW_CHECKED;

/* The last schema in the whole file's bytes, held by them or by `columns`; empty when there is
 * none. */
int stw_manifest_schema(const struct stw_store *store, struct stw_slice file,
                        struct stw_columns *columns, struct stw_slice *schema,
                        struct stw_error *err) STW_CHECKED;

/* Applies the records of the whole file's bytes. What is damaged becomes a finding. */
int stw_manifest_replay(struct stw_store *store, struct stw_slice file,
                        struct stw_error *err) STW_CHECKED;

/* For a writer that has read it: cuts what is behind the last record, keeps it in another file
 * where it is damage, and sees to it that all that is left is synced. */
int stw_manifest_mend(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* Whether there is something behind the last record: the beginning of one that was never
 * finished. */
int stw_manifest_is_torn(struct stw_store *store, bool *torn, struct stw_error *err) STW_CHECKED;

/* Writes it anew; not one with damage in it. What fails before the new file has its name leaves the
 * old one in use, as if nothing had been tried; later, the store takes no more rows until it is
 * opened again. */
int stw_manifest_rewrite(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* The same, only where it becomes smaller by it. */
int stw_manifest_shrink(struct stw_store *store, struct stw_error *err) STW_CHECKED;

#endif
