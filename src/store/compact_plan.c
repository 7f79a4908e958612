/* Choosing what to compact; see compact_plan.h. */
#include "store/compact_plan.h"

#include "base/memory.h"

#include <stdlib.h>

enum { INPUT_OVERHEAD_BYTES = 64 << 10, BLOCK_INDEX_BYTES = 128, COLUMN_INDEX_BYTES = 128 };

/* Live segments of one table and partition between two snapshots, in order of commits. */
struct stretch {
    const struct stw_table *table;
    struct stw_segment_ref **refs;
    uint32_t count;
    uint64_t until; /* the snapshot's generation, or the present one */
    bool is_old;
};

struct planning {
    const struct stw_store *store;
    const struct stw_compact_spec *spec;
    uint64_t budget_bytes;
    struct stw_compact_job *job;
};

static int compare_refs(const void *a, const void *b)
{
    const struct stw_segment_ref *x = *(struct stw_segment_ref *const *)a;
    const struct stw_segment_ref *y = *(struct stw_segment_ref *const *)b;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    if (x->partition_from_ns != y->partition_from_ns)
        return x->partition_from_ns < y->partition_from_ns ? -1 : 1;
    return (x->commit_first > y->commit_first) - (x->commit_first < y->commit_first);
}

/* The snapshot's generation that bounds compaction of what was committed at `generation`. */
static uint64_t bound_of(const struct stw_state *state, uint64_t generation)
{
    uint64_t bound = state->generation;
    for (uint32_t i = 0; i < state->snapshot_count; i++) {
        uint64_t pinned = state->snapshots[i].snapshot.generation;
        if (pinned >= generation && pinned < bound)
            bound = pinned;
    }
    return bound;
}

static int64_t newest_row_ns(const struct stw_state *state, uint32_t table)
{
    int64_t newest_ns = INT64_MIN;
    for (uint32_t i = 0; i < state->segment_count; i++) {
        const struct stw_segment_ref *ref = state->segments[i];
        if (ref->table == table && ref->info.time_max_ns > newest_ns)
            newest_ns = ref->info.time_max_ns;
    }
    return newest_ns;
}

/* What merging a segment keeps in memory: its index, and a decoded block. */
static uint64_t memory_of(const struct stw_segment_ref *ref, uint32_t columns)
{
    return INPUT_OVERHEAD_BYTES + (uint64_t)STW_RUN_ROWS_MAX * (12 + 9 * columns) +
           (uint64_t)ref->info.block_count * (BLOCK_INDEX_BYTES + COLUMN_INDEX_BYTES * columns);
}

/* How many segments from `first` on may be merged at once; at least two. */
static uint32_t inputs_that_fit(const struct planning *plan, const struct stretch *stretch,
                                uint32_t first, uint32_t wanted)
{
    uint64_t bytes = 0;
    uint32_t count = 0;
    uint32_t most = wanted < STW_COMPACT_INPUTS_MAX ? wanted : STW_COMPACT_INPUTS_MAX;
    while (count < most) {
        bytes += memory_of(stretch->refs[first + count], stretch->table->column_count + 1);
        if (count >= 2 && bytes > plan->store->memory_bytes)
            break;
        count++;
    }
    return count;
}

/* Whether an erasure hides rows of the segment that are still in it. */
static bool is_erased(const struct stw_segment_ref *ref, const struct stw_erasure *erasure,
                      uint64_t until)
{
    return erasure->table == ref->table && erasure->generation > ref->commit_last &&
           erasure->generation <= until && erasure->series >= ref->info.series_first &&
           erasure->series <= ref->info.series_last && erasure->from_ns <= ref->info.time_max_ns &&
           ref->info.time_min_ns < erasure->to_ns;
}

static bool has_erased_rows(const struct planning *plan, const struct stretch *stretch)
{
    const struct stw_state *state = &plan->store->state;
    for (uint32_t i = 0; i < stretch->count; i++) {
        for (uint32_t e = 0; e < state->erasure_count; e++) {
            if (is_erased(stretch->refs[i], &state->erasures[e], stretch->until))
                return true;
        }
    }
    return false;
}

/* Fills the job in; false when it is beyond the budget. */
static bool take(const struct planning *plan, const struct stretch *stretch, uint32_t first,
                 uint32_t count, enum stw_tier tier)
{
    const struct stw_state *state = &plan->store->state;
    struct stw_compact_job *job = plan->job;
    *job = (struct stw_compact_job){.table = stretch->table,
                                    .input_count = count,
                                    .erased_until = stretch->until,
                                    .tier = tier};
    for (uint32_t i = 0; i < count; i++) {
        job->inputs[i] = stretch->refs[first + i];
        job->bytes += job->inputs[i]->info.file_size_bytes;
    }
    job->commit_last = job->inputs[count - 1]->commit_last;
    /* With the newest segment among them the output has dealt with all erasures so far: its range
     * says so, or it would be planned again. */
    for (uint32_t e = 0; first + count == stretch->count && e < state->erasure_count; e++) {
        const struct stw_erasure *erasure = &state->erasures[e];
        if (erasure->table == stretch->table->number && erasure->generation > job->commit_last &&
            erasure->generation <= stretch->until)
            job->commit_last = erasure->generation;
    }
    return plan->budget_bytes == 0 || job->bytes <= plan->budget_bytes;
}

/* 0 for up to 4,096 rows, then one more for each factor of four. */
static unsigned size_class(const struct stw_segment_ref *ref)
{
    unsigned class = 0;
    for (uint64_t rows = ref->info.rows / 4096; rows > 0; rows /= 4)
        class ++;
    return class;
}

/*
 * Many short runs: once there are enough segments of a class, with smaller ones among and after
 * them, they become one, of a higher class. So each row is written again a number of times that
 * grows with the logarithm of the partition.
 */
static bool plan_short_runs(const struct planning *plan, const struct stretch *stretch)
{
    uint32_t first = stretch->count;
    for (unsigned class = 0; first > 0; class ++) {
        uint32_t of_class = 0;
        while (first > 0 && size_class(stretch->refs[first - 1]) <= class)
            of_class += size_class(stretch->refs[--first]) == class;
        if (of_class < STW_COMPACT_RUNS_MIN)
            continue;
        uint32_t fit = inputs_that_fit(plan, stretch, first, stretch->count - first);
        return take(plan, stretch, first, fit, STW_TIER_MERGED);
    }
    return false;
}

/* All of the stretch, or as many neighbours as fit, with the fewest bytes. */
static bool plan_all(const struct planning *plan, const struct stretch *stretch)
{
    enum stw_tier tier = stretch->is_old ? STW_TIER_COLD : STW_TIER_MERGED;
    uint32_t fit = inputs_that_fit(plan, stretch, 0, stretch->count);
    if (fit == stretch->count)
        return take(plan, stretch, 0, fit, tier);
    uint32_t best = 0;
    uint64_t best_bytes = UINT64_MAX;
    for (uint32_t first = 0; first + 2 <= stretch->count; first++) {
        uint32_t left = stretch->count - first;
        uint32_t count = inputs_that_fit(plan, stretch, first, left < fit ? left : fit);
        uint64_t bytes = 0;
        for (uint32_t i = first; i < first + count; i++)
            bytes += stretch->refs[i]->info.file_size_bytes;
        if (count == fit && bytes < best_bytes) {
            best = first;
            best_bytes = bytes;
        }
    }
    return take(plan, stretch, best, inputs_that_fit(plan, stretch, best, fit), STW_TIER_MERGED);
}

static bool plan_stretch(const struct planning *plan, const struct stretch *stretch)
{
    bool cold = stretch->is_old;
    for (uint32_t i = 0; cold && i < stretch->count; i++)
        cold = stretch->refs[i]->tier == STW_TIER_COLD;
    if (stretch->is_old && (!cold || stretch->count > 1))
        return plan_all(plan, stretch);
    if (plan->spec->triggered_only)
        return plan_short_runs(plan, stretch);
    return (stretch->count > 1 || has_erased_rows(plan, stretch)) && plan_all(plan, stretch);
}

/* Walks over the stretches of the sorted segments. */
static bool plan_sorted(const struct planning *plan, struct stw_segment_ref **refs, uint32_t count)
{
    const struct stw_state *state = &plan->store->state;
    uint32_t end;
    for (uint32_t from = 0; from < count; from = end) {
        const struct stw_segment_ref *first = refs[from];
        struct stretch stretch = {.table = stw_schema_table(plan->store->schema, first->table),
                                  .refs = refs + from,
                                  .until = bound_of(state, first->commit_last)};
        for (end = from; end < count && refs[end]->table == first->table &&
                         refs[end]->partition_from_ns == first->partition_from_ns &&
                         refs[end]->commit_last <= stretch.until;)
            end++;
        stretch.count = end - from;
        if (plan->spec->table != NULL && plan->spec->table != stretch.table)
            continue;
        int64_t age_ns;
        stretch.is_old = plan->spec->cold_after_ns > 0 &&
                         !__builtin_sub_overflow(newest_row_ns(state, first->table),
                                                 first->partition_to_ns, &age_ns) &&
                         age_ns >= plan->spec->cold_after_ns;
        if (plan_stretch(plan, &stretch))
            return true;
    }
    return false;
}

int stw_compact_plan(const struct stw_store *store, const struct stw_compact_spec *spec,
                     uint64_t budget_bytes, struct stw_compact_job *job, struct stw_error *err)
{
    const struct stw_state *state = &store->state;
    struct planning plan = {.store = store, .spec = spec, .budget_bytes = budget_bytes, .job = job};
    struct stw_segment_ref **refs =
        stw_alloc(state->segment_count, sizeof(struct stw_segment_ref *));
    if (refs == NULL)
        return stw_fail_memory(err, state->segment_count * sizeof(void *));
    if (state->segment_count > 0)
        memcpy(refs, state->segments, state->segment_count * sizeof(struct stw_segment_ref *));
    qsort(refs, state->segment_count, sizeof(struct stw_segment_ref *), compare_refs);
    bool found = plan_sorted(&plan, refs, state->segment_count);
    stw_free(refs);
    return found ? STW_OK : STW_END;
}
