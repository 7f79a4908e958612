/*
 * Verifies a whole store: the manifest's records, the journal's, what an earlier
 * writer has put aside, and of every segment file each checksum, each block decoded in full with
 * its statistics recomputed, the series keys against the manifest's. Each trouble is named with
 * file, block, series and time range; the check goes on after it.
 */
#ifndef STW_STORE_VERIFY_H
#define STW_STORE_VERIFY_H

#include "store/store.h"

struct stw_store_finding {
    const char *file; /* "MANIFEST", "segments/readings-2026-01-7.seg" */
    const char
        *part; /* "file" (as a whole), "manifest", "header", "block", "keys", "index", "footer" */
    uint64_t offset;               /* where the part starts in the file */
    int64_t block;                 /* number in the file, or -1 */
    struct stw_slice table;        /* empty for the manifest */
    struct stw_slice series_first; /* keys of a block's first and last series; empty: unknown */
    struct stw_slice series_last;
    int64_t time_min_ns; /* of a block; 0 where it is not known */
    int64_t time_max_ns;
    uint64_t rows;    /* that cannot be read; 0 where it is not known */
    const char *what; /* a sentence */
};

/* The finding is valid during the call only. */
typedef void stw_store_finding_fn(void *context, const struct stw_store_finding *finding);

struct stw_verify_result {
    uint64_t findings;
    uint64_t missing;   /* of them: those for which rows cannot be read, or may be missing */
    uint64_t put_aside; /* of them: pieces that an earlier writer has put aside; see kept.h */
    uint64_t segments;
    uint64_t rows;
    uint64_t bytes;
};

/* `each` may be NULL. Negative only when memory is out or the system fails; damage is findings. */
int stw_store_verify(struct stw_store *store, stw_store_finding_fn *each, void *context,
                     struct stw_verify_result *result, struct stw_error *err) STW_CHECKED;

#endif
