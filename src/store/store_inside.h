/* The inside of a store, for the files of this folder. */
#ifndef STW_STORE_STORE_INSIDE_H
#define STW_STORE_STORE_INSIDE_H

#include "store/memtable_inside.h"
#include "store/payload.h"
#include "store/readers.h"
#include "store/state.h"
#include "store/store.h"

struct stw_store {
    char path[STW_STORE_PATH_SIZE_MAX];
    const struct stw_io *io;
    struct stw_clock clock;
    size_t memory_bytes;
    unsigned threads;
    enum stw_store_mode mode;
    struct stw_manifest_header header;
    struct stw_schema *schema;
    struct stw_state state;
    struct stw_readers readers;
    struct stw_file lock;
    struct stw_file manifest;
    uint64_t manifest_tail; /* where the next record goes */
    uint64_t manifest_base; /* the end of what the file began with */
    bool manifest_marked;   /* behind the last record is its mark, and nothing else */
    bool tail_damaged;      /* what is beyond it is not a torn record but damage */
    bool closed_for_writing;
    struct stw_view *views;    /* open ones */
    uint64_t pinned;           /* by a lock of ours; 0 = nothing; see pins.h */
    struct stw_commit *commit; /* under way */
    struct stw_stream_settings stream;
    struct stw_memtable memtable;
    struct stw_arena finding_arena;
    const char **findings;
    size_t finding_capacity;
    uint32_t finding_count;
    uint32_t harmless_count; /* of them: what they name is kept twice */
    uint32_t kept_count;     /* pieces of a damaged manifest that were put aside; see kept.h */
};

/* Appends a record and applies it: all or nothing. A failed write or sync closes the store for
 * writing. A manifest that has grown is written anew: see manifest_file.h. */
int stw_store_append(struct stw_store *store, enum stw_record_type type, struct stw_slice payload,
                     struct stw_error *err) STW_CHECKED;

/* Appends a replacement and removes the files nobody needs any more. */
int stw_store_replace(struct stw_store *store, const struct stw_replacement *replacement,
                      struct stw_error *err) STW_CHECKED;

/* STW_ERR_USAGE unless the store can be written to. */
int stw_store_check_writable(const struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* Applies what other processes have appended since, also where they have put another manifest in
 * the place of this one; for stores opened to read. */
int stw_store_refresh(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* For a writer that has read the manifest: cuts what is beyond its last record, removes files that
 * belong to nothing; see recovery.c. */
int stw_store_recover(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* After a replay that met damage: series keys that are lost with a record, from the segments that
 * hold rows of them; see recovery.c. */
int stw_store_restore_keys(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* Remembers a sentence about damage. */
STW_PRINTF(2, 3) int stw_store_note(struct stw_store *store, const char *format, ...);

#endif
