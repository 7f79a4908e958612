/* Views of one generation; see view.h. */
#include "base/memory.h"
#include "base/suggest.h"
#include "store/pins.h"
#include "store/view_inside.h"

static int find_snapshot(const struct stw_store *store, const char *name, uint64_t *generation,
                         struct stw_error *err)
{
    const struct stw_snapshot *snapshot = stw_state_snapshot(&store->state, stw_slice_of(name));
    if (snapshot != NULL) {
        *generation = snapshot->generation;
        return STW_OK;
    }
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, stw_slice_of(name));
    for (uint32_t i = 0; i < store->state.snapshot_count; i++)
        stw_suggest_offer(&suggest, store->state.snapshots[i].snapshot.name);
    int status = stw_fail(err, STW_ERR_NOT_FOUND, "there is no snapshot '%s'", name);
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "`steward snapshot %s --list` lists them", store->path);
    return status;
}

/* The segments whose rows the view's generation sees, table by table, and erasures up to it: see
 * state.h why that is a filter over the live ones. */
static int fill_view(struct stw_view *view, struct stw_error *err)
{
    const struct stw_state *state = &view->store->state;
    uint32_t tables = stw_schema_table_count(view->store->schema);
    view->tables = stw_alloc_zero(tables, sizeof(*view->tables));
    view->segments = stw_alloc(state->segment_count, sizeof(*view->segments));
    if (view->tables == NULL || view->segments == NULL)
        return stw_fail_memory(err, tables * sizeof(*view->tables));
    uint32_t used = 0;
    for (uint32_t number = 0; number < tables; number++) {
        struct stw_view_table *table = &view->tables[number];
        table->segments = view->segments + used;
        table->series_count = stw_state_series_count(state, number, view->generation);
        for (uint32_t i = 0; i < state->segment_count; i++) {
            struct stw_segment_ref *ref = state->segments[i];
            if (ref->table == number && ref->removed == 0 && ref->commit_last <= view->generation)
                table->segments[table->segment_count++] = ref;
        }
        used += table->segment_count;
    }
    view->erasures = stw_alloc(state->erasure_count, sizeof(*view->erasures));
    if (view->erasures == NULL)
        return stw_fail_memory(err, state->erasure_count * sizeof(*view->erasures));
    for (uint32_t i = 0; i < state->erasure_count; i++) {
        if (state->erasures[i].generation <= view->generation)
            view->erasures[view->erasure_count++] = state->erasures[i];
    }
    for (uint32_t i = 0; i < state->commit_count; i++) {
        if (state->commits[i].generation <= view->generation)
            view->committed_ns = state->commits[i].committed_ns;
    }
    return STW_OK;
}

static int open_view(struct stw_store *store, const char *as_of, struct stw_view **out,
                     struct stw_error *err)
{
    uint64_t generation = store->state.generation;
    if (as_of != NULL)
        STW_TRY(find_snapshot(store, as_of, &generation, err));
    struct stw_view *view = stw_alloc_zero(1, sizeof(*view));
    if (view == NULL)
        return stw_fail_memory(err, sizeof(*view));
    view->store = store;
    view->generation = generation;
    view->seen = store->state.generation;
    view->next = store->views;
    store->views = view;
    int status = fill_view(view, err);
    if (status == STW_OK)
        status = stw_pins_hold(store, err);
    if (status != STW_OK) {
        stw_view_close(view);
        return status;
    }
    *out = view;
    return STW_OK;
}

int stw_view_open(struct stw_store *store, const char *as_of, struct stw_view **out,
                  struct stw_error *err)
{
    if (store->mode == STW_STORE_WRITE)
        return open_view(store, as_of, out, err);
    STW_TRY(stw_pins_enter(store, err));
    int status = stw_store_refresh(store, err);
    if (status == STW_OK)
        status = open_view(store, as_of, out, err);
    stw_pins_leave(store);
    return status;
}

void stw_view_close(struct stw_view *view)
{
    if (view == NULL)
        return;
    stw_registry_free(view->registry);
    for (uint32_t i = 0; view->tables != NULL && i < stw_schema_table_count(view->store->schema);
         i++)
        stw_free(view->tables[i].sorted);
    struct stw_view **link = &view->store->views;
    while (*link != view)
        link = &(*link)->next;
    *link = view->next;
    stw_free(view->tables);
    stw_free(view->segments);
    stw_free(view->erasures);
    /* A pin that cannot be moved on holds files back, and nothing else. */
    struct stw_error ignored;
    (void)!stw_pins_hold(view->store, &ignored);
    stw_free(view);
}

struct stw_store *stw_view_store(const struct stw_view *view)
{
    return view->store;
}

const struct stw_schema *stw_view_schema(const struct stw_view *view)
{
    return view->store->schema;
}

struct stw_slice stw_view_zone(const struct stw_view *view)
{
    return stw_store_zone(view->store);
}

uint64_t stw_view_generation(const struct stw_view *view)
{
    return view->generation;
}

int64_t stw_view_committed_ns(const struct stw_view *view)
{
    return view->committed_ns;
}

uint64_t stw_view_changed_at(const struct stw_view *view, const struct stw_table *table)
{
    const struct stw_view_table *of = &view->tables[table->number];
    uint64_t changed_at = 0;
    for (uint32_t i = 0; i < of->segment_count; i++) {
        if (of->segments[i]->commit_last > changed_at)
            changed_at = of->segments[i]->commit_last;
    }
    for (uint32_t i = 0; i < view->erasure_count; i++) {
        if (view->erasures[i].table == table->number && view->erasures[i].generation > changed_at)
            changed_at = view->erasures[i].generation;
    }
    return changed_at;
}

struct stw_series stw_view_series(const struct stw_view *view, const struct stw_table *table)
{
    return (struct stw_series){.table = table,
                               .keys = &view->store->state.series[table->number].keys,
                               .count = view->tables[table->number].series_count};
}

int stw_view_sorted(struct stw_view *view, const struct stw_table *table, const uint32_t **ids,
                    uint32_t *count, struct stw_error *err)
{
    struct stw_view_table *of = &view->tables[table->number];
    if (of->sorted == NULL) {
        of->sorted = stw_alloc(of->series_count, sizeof(*of->sorted));
        if (of->sorted == NULL)
            return stw_fail_memory(err, of->series_count * sizeof(*of->sorted));
        for (uint32_t i = 0; i < of->series_count; i++)
            of->sorted[i] = i;
        struct stw_series series = stw_view_series(view, table);
        stw_series_sort(&series, of->sorted, of->series_count);
    }
    *ids = of->sorted;
    *count = of->series_count;
    return STW_OK;
}

int stw_view_registry(struct stw_view *view, const struct stw_registry **out, struct stw_error *err)
{
    if (view->registry == NULL)
        STW_TRY(stw_registry_build(view, &view->registry, err));
    *out = view->registry;
    return STW_OK;
}

struct stw_table_info stw_view_table_info(const struct stw_view *view,
                                          const struct stw_table *table)
{
    const struct stw_view_table *of = &view->tables[table->number];
    struct stw_table_info info = {.segments = of->segment_count,
                                  .series = of->series_count,
                                  .time_min_ns = INT64_MAX,
                                  .time_max_ns = INT64_MIN};
    for (uint32_t i = 0; i < of->segment_count; i++) {
        const struct stw_segment_info *segment = &of->segments[i]->info;
        info.rows += segment->rows;
        info.bytes += segment->file_size_bytes;
        if (segment->time_min_ns < info.time_min_ns)
            info.time_min_ns = segment->time_min_ns;
        if (segment->time_max_ns > info.time_max_ns)
            info.time_max_ns = segment->time_max_ns;
    }
    return info;
}

static int open_merge(const struct stw_view *view, const struct stw_merge_spec *like, bool history,
                      struct stw_merge **out, struct stw_error *err)
{
    static const enum stw_merge_mode modes[] = {
        [STW_IDENTITY_TIME] = STW_MERGE_LATEST_AT_TIME,
        [STW_IDENTITY_SERIES] = STW_MERGE_LATEST_OF_SERIES,
        [STW_IDENTITY_ALL] = STW_MERGE_ALL,
    };
    struct stw_merge_spec spec = *like;
    spec.readers = &view->store->readers;
    spec.erasures = view->erasures;
    spec.erasure_count = history ? 0 : view->erasure_count;
    spec.mode = history ? STW_MERGE_ALL : modes[like->table->identity];
    return stw_merge_open(out, &spec, err);
}

int stw_view_merge(const struct stw_view *view, const struct stw_table *table,
                   const uint32_t *columns, uint32_t column_count, bool history,
                   struct stw_merge **out, struct stw_error *err)
{
    const struct stw_view_table *of = &view->tables[table->number];
    struct stw_merge_spec spec = {.table = table,
                                  .refs = of->segments,
                                  .ref_count = of->segment_count,
                                  .columns = columns,
                                  .column_count = column_count};
    return open_merge(view, &spec, history, out, err);
}

int stw_view_merge_later(const struct stw_view *view, const struct stw_table *table,
                         const uint32_t *columns, uint32_t column_count, uint64_t since,
                         struct stw_merge **out, struct stw_error *err)
{
    const struct stw_view_table *of = &view->tables[table->number];
    struct stw_segment_ref **refs = stw_alloc(of->segment_count, sizeof(struct stw_segment_ref *));
    struct stw_merge_spec spec = {
        .table = table, .refs = refs, .columns = columns, .column_count = column_count};
    if (refs == NULL)
        return stw_fail_memory(err, of->segment_count * sizeof(void *));
    for (uint32_t i = 0; i < of->segment_count; i++) {
        if (of->segments[i]->commit_last > since)
            refs[spec.ref_count++] = of->segments[i];
    }
    int status = open_merge(view, &spec, false, out, err);
    stw_free(refs);
    return status;
}

/* Whether more than one commit has a generation in [first, last]. */
static bool has_several_commits(const struct stw_state *state, uint64_t first, uint64_t last)
{
    uint32_t low = 0, high = state->commit_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (state->commits[middle].generation < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low + 1 < state->commit_count && state->commits[low + 1].generation <= last;
}

bool stw_view_merged_later(const struct stw_view *view, uint64_t since)
{
    uint32_t tables = stw_schema_table_count(view->store->schema);
    for (uint32_t number = 0; number < tables; number++) {
        const struct stw_view_table *table = &view->tables[number];
        for (uint32_t i = 0; i < table->segment_count; i++) {
            const struct stw_segment_ref *ref = table->segments[i];
            if (ref->commit_first > since &&
                has_several_commits(&view->store->state, ref->commit_first, ref->commit_last))
                return true;
        }
    }
    return false;
}

const struct stw_erasure *stw_view_erasures(const struct stw_view *view, uint32_t *count)
{
    *count = view->erasure_count;
    return view->erasures;
}
