/*
 * What a writer has put aside of a damaged store:
 *
 *     MANIFEST.damaged-OFFSET    bytes that could not be read and were cut off the manifest's end
 *     segments/NAME.seg.lost     files that no record names; one that cannot be read may have
 *
 * While a piece of the manifest is there, rows may be missing: everybody who opens the store is
 * told. Compaction is refused, and new commits have higher generations than the files that are put
 * aside, so that `salvage` can take these in where they belong. Who removes the pieces accepts the
 * loss. Private to store/.
 */
#ifndef STW_STORE_KEPT_H
#define STW_STORE_KEPT_H

#include "store/store_inside.h"

enum {
    STW_KEPT_PIECES_MAX = 1000,        /* cut off at one place */
    STW_KEPT_GENERATIONS_MAX = 1 << 20 /* that a damaged manifest may have lost */
};

struct stw_kept_piece {
    const char *name; /* below the store's folder */
    uint64_t size_bytes;
    bool is_segment;
};

struct stw_kept {
    struct stw_arena arena;
    struct stw_kept_piece *pieces; /* those of the manifest first, then by name */
    size_t capacity;
    uint32_t count;
};

/* What is there now, with the segments or without; to be released in every case. */
int stw_kept_list(const struct stw_store *store, bool with_segments, struct stw_kept *kept,
                  struct stw_error *err) STW_CHECKED;
void stw_kept_release(struct stw_kept *kept);

/* At opening: counts the pieces of the manifest and makes findings of them. */
int stw_kept_note(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* For a writer, before its first record: goes on above the generations of what is put aside. */
int stw_kept_raise_generation(struct stw_store *store, struct stw_error *err) STW_CHECKED;

/* A name for a piece of the manifest that is not taken: another may have been cut off at the same
 * place before. */
int stw_kept_path(const struct stw_store *store, uint64_t offset, char *path, size_t size,
                  struct stw_error *err) STW_CHECKED;

#endif
