/* The state, its undoing and look-ups; see state.h. Records are applied in state_apply.c. */
#include "store/state_inside.h"

#include "base/memory.h"

int stw_state_init(struct stw_state *state, const struct stw_schema *schema, struct stw_error *err)
{
    memset(state, 0, sizeof(*state));
    state->schema = schema;
    stw_arena_init(&state->arena);
    stw_columns_init(&state->columns);
    stw_intern_init(&state->source_keys);
    uint32_t tables = stw_schema_table_count(schema);
    state->series = stw_alloc_zero(tables, sizeof(*state->series));
    if (state->series == NULL)
        return stw_fail_memory(err, tables * sizeof(*state->series));
    for (uint32_t i = 0; i < tables; i++)
        stw_intern_init(&state->series[i].keys);
    return STW_OK;
}

void stw_state_release(struct stw_state *state)
{
    for (uint32_t i = 0; state->series != NULL && i < stw_schema_table_count(state->schema); i++) {
        stw_intern_release(&state->series[i].keys);
        stw_free(state->series[i].steps);
    }
    stw_free(state->series);
    stw_free(state->segments);
    stw_free(state->removed);
    stw_free(state->erasures);
    stw_free(state->commits);
    stw_free(state->source_commits);
    stw_free(state->snapshots);
    stw_intern_release(&state->source_keys);
    stw_columns_release(&state->columns);
    stw_arena_release(&state->arena);
    memset(state, 0, sizeof(*state));
}

/* ---- Undo ------------------------------------------------------------------------------------ */

struct stw_state_mark stw_state_mark(const struct stw_state *state)
{
    struct stw_state_mark mark = {
        .generation = state->generation,
        .journal = state->journal,
        .segment_count = state->segment_count,
        .erasure_count = state->erasure_count,
        .commit_count = state->commit_count,
        .source_count = state->source_keys.count,
        .snapshot_count = state->snapshot_count,
    };
    return mark;
}

void stw_state_undo(struct stw_state *state, const struct stw_state_mark *mark)
{
    state->generation = mark->generation;
    state->journal = mark->journal;
    state->segment_count = mark->segment_count;
    state->erasure_count = mark->erasure_count;
    state->commit_count = mark->commit_count;
    state->snapshot_count = mark->snapshot_count;
    state->unsettled = false;
    for (uint32_t i = 0; i < state->snapshot_count; i++) {
        if (state->snapshots[i].dropped > mark->generation)
            state->snapshots[i].dropped = 0;
    }
    stw_intern_truncate(&state->source_keys, mark->source_count);
    for (uint32_t i = 0; i < state->segment_count; i++) {
        if (state->segments[i]->removed > mark->generation)
            state->segments[i]->removed = 0;
    }
    for (uint32_t i = 0; i < stw_schema_table_count(state->schema); i++) {
        struct stw_state_series *series = &state->series[i];
        while (series->step_count > 0 &&
               series->steps[series->step_count - 1].generation > mark->generation)
            series->step_count--;
        stw_intern_truncate(&series->keys, series->step_count == 0
                                               ? 0
                                               : series->steps[series->step_count - 1].count);
    }
}

void stw_state_settle(struct stw_state *state)
{
    if (!state->unsettled)
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < state->segment_count; i++) {
        struct stw_segment_ref *ref = state->segments[i];
        if (ref->removed == 0)
            state->segments[kept++] = ref;
        else if (state->keep_removed) /* apply made room */
            state->removed[state->removed_count++] = ref;
    }
    state->segment_count = kept;
    uint32_t named = 0;
    for (uint32_t i = 0; i < state->snapshot_count; i++) {
        if (state->snapshots[i].dropped == 0)
            state->snapshots[named++] = state->snapshots[i];
    }
    state->snapshot_count = named;
    state->unsettled = false;
}

/* ---- Look-ups -------------------------------------------------------------------------------- */

uint32_t stw_state_series_count(const struct stw_state *state, uint32_t table, uint64_t generation)
{
    const struct stw_state_series *series = &state->series[table];
    uint32_t low = 0, high = series->step_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (series->steps[middle].generation <= generation)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : series->steps[low - 1].count;
}

void stw_state_source_key(const struct stw_source *source, char key[STW_SOURCE_KEY_SIZE])
{
    stw_store_le64(key, source->hash.low);
    stw_store_le64(key + 8, source->hash.high);
    stw_store_le64(key + 16, source->size_bytes);
}

const struct stw_commit_entry *stw_state_source(const struct stw_state *state,
                                                const struct stw_source *source)
{
    char key[STW_SOURCE_KEY_SIZE];
    stw_state_source_key(source, key);
    uint32_t number =
        stw_intern_find(&state->source_keys, (struct stw_slice){key, STW_SOURCE_KEY_SIZE});
    return number == STW_INTERN_NONE ? NULL : &state->commits[state->source_commits[number]];
}

const struct stw_snapshot *stw_state_snapshot(const struct stw_state *state, struct stw_slice name)
{
    for (uint32_t i = 0; i < state->snapshot_count; i++) {
        if (state->snapshots[i].dropped == 0 &&
            stw_slice_equal(state->snapshots[i].snapshot.name, name))
            return &state->snapshots[i].snapshot;
    }
    return NULL;
}
