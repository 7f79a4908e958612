/* Named snapshots, and retention, which must respect them; see store.h. */
#include "base/memory.h"
#include "base/plural.h"
#include "store/pins.h"

/* ---- Snapshots ------------------------------------------------------------------------------- */

int stw_store_snapshot(struct stw_store *store, struct stw_slice name, struct stw_slice pins,
                       struct stw_error *err)
{
    if (name.size == 0 || name.size > STW_STORE_SNAPSHOT_NAME_MAX)
        return stw_fail(err, STW_ERR_USAGE, "the name of a snapshot has 1 to %d bytes",
                        STW_STORE_SNAPSHOT_NAME_MAX);
    STW_TRY(stw_memtable_settle(store, err));
    if (stw_state_snapshot(&store->state, name) != NULL)
        return stw_fail(err, STW_ERR_USAGE, "there is a snapshot '%.*s' already",
                        STW_SLICE_ARG(name));
    struct stw_snapshot snapshot = {.name = name,
                                    .pins = pins,
                                    .generation = store->state.generation,
                                    .created_ns = stw_clock_now(store->clock)};
    struct stw_buffer payload;
    stw_buffer_init(&payload);
    stw_payload_snapshot(&payload, &snapshot);
    int status = stw_buffer_status(&payload, err);
    if (status == STW_OK)
        status = stw_store_append(store, STW_RECORD_SNAPSHOT, stw_buffer_slice(&payload), err);
    stw_buffer_release(&payload);
    return status;
}

uint32_t stw_store_snapshot_count(const struct stw_store *store)
{
    return store->state.snapshot_count;
}

struct stw_snapshot stw_store_snapshot_at(const struct stw_store *store, uint32_t index)
{
    return store->state.snapshots[index].snapshot;
}

bool stw_store_snapshot_find(const struct stw_store *store, struct stw_slice name,
                             struct stw_snapshot *snapshot)
{
    const struct stw_snapshot *found = stw_state_snapshot(&store->state, name);
    if (found != NULL)
        *snapshot = *found;
    return found != NULL;
}

int stw_store_replace(struct stw_store *store, const struct stw_replacement *replacement,
                      struct stw_error *err)
{
    struct stw_buffer payload;
    stw_buffer_init(&payload);
    stw_payload_replace(&payload, &store->state, replacement);
    int status = stw_buffer_status(&payload, err);
    if (status == STW_OK)
        status = stw_store_append(store, STW_RECORD_REPLACE, stw_buffer_slice(&payload), err);
    stw_buffer_release(&payload);
    if (status == STW_OK)
        stw_pins_remove_files(store);
    return status;
}

int stw_store_snapshot_drop(struct stw_store *store, struct stw_slice name, struct stw_error *err)
{
    if (stw_state_snapshot(&store->state, name) == NULL)
        return stw_fail(err, STW_ERR_NOT_FOUND, "there is no snapshot '%.*s'", STW_SLICE_ARG(name));
    struct stw_replacement replacement = {.dropped = &name, .dropped_count = 1};
    return stw_store_replace(store, &replacement, err);
}

/* ---- Retention ------------------------------------------------------------------------------- */

struct dropping {
    struct stw_segment_ref **segments;
    struct stw_slice *snapshots;
};

/* What goes: segments of partitions that end by then, and snapshots that see rows of them. */
static void choose_what_goes(const struct stw_store *store, const struct stw_retention *retention,
                             struct dropping *dropping, struct stw_retention_result *result)
{
    const struct stw_state *state = &store->state;
    uint64_t commit_first = UINT64_MAX;
    for (uint32_t i = 0; i < state->segment_count; i++) {
        struct stw_segment_ref *ref = state->segments[i];
        if (ref->table != retention->table->number || ref->partition_to_ns > retention->before_ns)
            continue;
        dropping->segments[result->segments++] = ref;
        result->rows += ref->info.rows;
        result->bytes += ref->info.file_size_bytes;
        if (ref->commit_first < commit_first)
            commit_first = ref->commit_first;
    }
    for (uint32_t i = 0; i < state->snapshot_count; i++) {
        if (state->snapshots[i].snapshot.generation >= commit_first)
            dropping->snapshots[result->snapshots++] = state->snapshots[i].snapshot.name;
    }
}

static int drop_chosen(struct stw_store *store, const struct stw_retention *retention,
                       const struct dropping *dropping, const struct stw_retention_result *result,
                       struct stw_error *err)
{
    if (result->segments == 0)
        return STW_OK;
    if (result->snapshots > 0 && !retention->drop_snapshots) {
        int status = stw_fail(err, STW_ERR_USAGE,
                              "the snapshot '%.*s' needs rows that would be dropped (%u snapshot%s "
                              "in all); nothing was dropped",
                              STW_SLICE_ARG(dropping->snapshots[0]), result->snapshots,
                              stw_plural(result->snapshots));
        stw_error_hint(err, "give the snapshots up too with --drop-snapshots, or choose an "
                            "earlier date");
        return status;
    }
    if (retention->dry_run)
        return STW_OK;
    struct stw_replacement replacement = {.removed = dropping->segments,
                                          .removed_count = result->segments,
                                          .dropped = dropping->snapshots,
                                          .dropped_count = result->snapshots};
    return stw_store_replace(store, &replacement, err);
}

int stw_store_drop_before(struct stw_store *store, const struct stw_retention *retention,
                          struct stw_retention_result *result, struct stw_error *err)
{
    const struct stw_state *state = &store->state;
    memset(result, 0, sizeof(*result));
    if (!retention->dry_run)
        STW_TRY(stw_store_check_writable(store, err));
    struct dropping dropping = {
        .segments = stw_alloc(state->segment_count, sizeof(struct stw_segment_ref *)),
        .snapshots = stw_alloc(state->snapshot_count, sizeof(*dropping.snapshots))};
    int status = dropping.segments == NULL || dropping.snapshots == NULL
                     ? stw_fail_memory(err, state->segment_count * sizeof(void *))
                     : STW_OK;
    if (status == STW_OK) {
        choose_what_goes(store, retention, &dropping, result);
        status = drop_chosen(store, retention, &dropping, result, err);
    }
    stw_free(dropping.segments);
    stw_free(dropping.snapshots);
    return status;
}
