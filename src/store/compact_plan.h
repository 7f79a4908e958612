/*
 * Which segments to compact next; see compact.h for the triggers. A plan looks at the manifest's
 * description of segments only, so that asking is cheap.
 *
 * Private to store/.
 */
#ifndef STW_STORE_COMPACT_PLAN_H
#define STW_STORE_COMPACT_PLAN_H

#include "store/compact.h"
#include "store/store_inside.h"

struct stw_compact_job {
    const struct stw_table *table;
    struct stw_segment_ref *inputs[STW_COMPACT_INPUTS_MAX]; /* in order of commits */
    uint32_t input_count;
    uint64_t bytes;
    uint64_t erased_until; /* erasures up to this generation hide rows from everyone who looks */
    uint64_t commit_last;  /* of the output: its inputs' last, or the last erasure dealt with */
    enum stw_tier tier;
};

/* The next job, or STW_END when there is nothing to do within `budget_bytes` (0: no limit). */
int stw_compact_plan(const struct stw_store *store, const struct stw_compact_spec *spec,
                     uint64_t budget_bytes, struct stw_compact_job *job,
                     struct stw_error *err) STW_CHECKED;

#endif
