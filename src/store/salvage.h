/*
 * Salvage: what can be read of a damaged store, committed anew into a new one.
 *
 * The old store is only read. Its segments are walked frame by frame, so that a block is lost only
 * with its own bytes; the manifest is used where it is there. Commits keep their order, sources,
 * times and rejects; erasures and snapshots come where they came; so later rows win as before.
 * Without a manifest all segment files count, and keys come from them; erasures, snapshots and
 * sources are then gone, which is a finding.
 *
 * The journal gives rows that no flush had put into segments, and those rows of damaged blocks that
 * came by it and are in its archive still. Where a file had corrected such a row and compaction had
 * dropped it, the row comes back as it was streamed. Without a manifest, or with records of it
 * lost, a row of the journal is taken only where nothing else is in its place; others are a
 * finding.
 *
 * Tables with one live row a series get one commit for each that a row of theirs names; the files
 * these make are compacted on the way (compact.h), unless ranges of the table were erased: history
 * shows such rows, and compaction drops them.
 *
 * Not read: the blocks of a file whose header is damaged (their columns are not known). That is a
 * finding. Not copied: the journal's archive.
 */
#ifndef STW_STORE_SALVAGE_H
#define STW_STORE_SALVAGE_H

#include "store/verify.h"

enum {
    STW_SALVAGE_FILES_MAX = 1 << 20,  /* segments of a store */
    STW_SALVAGE_WINDOW_ROWS = 1 << 16 /* kept at a time of tables with one live row a series */
};

/* Zero-initialised = the defaults. */
struct stw_salvage_spec {
    const char *zone; /* for a store whose manifest cannot be read; else its own is kept */
    const struct stw_io *io;
    size_t memory_bytes;
    uint32_t window_rows; /* 0: STW_SALVAGE_WINDOW_ROWS */
};

struct stw_salvage_result {
    uint64_t files;    /* segments looked at */
    uint64_t rows;     /* read from them */
    uint64_t keyless;  /* of these: rows whose series key is lost; they are left out */
    uint64_t waited;   /* rows of the journal that were in no segment */
    uint64_t restored; /* rows of damaged blocks that the journal had, too; some more than once */
    uint64_t added;    /* rows of the new store, history included */
    uint64_t findings; /* reported to `each` */
};

/*
 * Makes the store `into` and fills it from `path`; `each` (may be NULL) gets what is lost.
 * STW_ERR_NOT_FOUND: no store there; STW_ERR_USAGE: `into` is there already, or no zone is known.
 * After a failure `into` is an unfinished store, to be removed by the caller.
 */
int stw_salvage_run(const char *path, const char *into, const struct stw_salvage_spec *spec,
                    stw_store_finding_fn *each, void *context, struct stw_salvage_result *result,
                    struct stw_error *err) STW_CHECKED;

#endif
