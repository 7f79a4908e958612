/* Records applied to the state; see state.h. Payloads are described in payload.h. */
#include "base/memory.h"
#include "store/payload.h"
#include "store/state_inside.h"

#include <stdio.h>

/* ---- Findings -------------------------------------------------------------------------------- */

int stw_state_bad(const struct stw_record *record, const char *what, struct stw_error *err)
{
    return stw_fail(err, STW_ERR_DAMAGED, "the manifest record %llu at byte %llu: %s",
                    (unsigned long long)record->generation, (unsigned long long)record->offset,
                    what);
}

int stw_state_judge(int status, const struct stw_record *record, const char *what,
                    struct stw_error *err)
{
    if (status == STW_ERR_MEMORY)
        return stw_fail_memory(err, record->payload.size);
    return status < 0 ? stw_state_bad(record, what, err) : STW_OK;
}

/* ---- Putting things at the end --------------------------------------------------------------- */

int stw_state_add_key(struct stw_state_series *series, struct stw_slice key, struct stw_error *err)
{
    uint32_t number;
    bool added;
    if (!stw_intern_add(&series->keys, key, &number, &added))
        return stw_fail_memory(err, key.size);
    return added ? STW_OK : stw_fail(err, STW_ERR_DAMAGED, "a series key comes twice");
}

int stw_state_add_step(struct stw_state_series *series, uint64_t generation, struct stw_error *err)
{
    if (!stw_reserve((void **)&series->steps, &series->step_capacity, series->step_count + 1u,
                     sizeof(*series->steps)))
        return stw_fail_memory(err, sizeof(*series->steps));
    series->steps[series->step_count++] = (struct stw_series_step){generation, series->keys.count};
    return STW_OK;
}

static int remember_source(struct stw_state *state, const struct stw_source *source,
                           struct stw_error *err)
{
    char key[STW_SOURCE_KEY_SIZE];
    uint32_t number;
    bool added;
    stw_state_source_key(source, key);
    if (!stw_reserve((void **)&state->source_commits, &state->source_capacity,
                     state->source_keys.count + 1u, sizeof(*state->source_commits)) ||
        !stw_intern_add(&state->source_keys, (struct stw_slice){key, STW_SOURCE_KEY_SIZE}, &number,
                        &added))
        return stw_fail_memory(err, STW_SOURCE_KEY_SIZE);
    if (added)
        state->source_commits[number] = state->commit_count;
    return STW_OK;
}

int stw_state_add_commit(struct stw_state *state, const struct stw_commit_entry *entry,
                         struct stw_error *err)
{
    struct stw_commit_entry copy = *entry;
    struct stw_source_reject *rejects =
        STW_ARENA_ARRAY(&state->arena, struct stw_source_reject, entry->reject_count);
    bool good = rejects != NULL;
    for (uint32_t i = 0; good && i < entry->reject_count; i++) {
        rejects[i].reason = stw_arena_copy(&state->arena, entry->rejects[i].reason);
        rejects[i].rows = entry->rejects[i].rows;
        good = rejects[i].reason.data != NULL;
    }
    copy.rejects = rejects;
    if (good && entry->has_source) {
        copy.source.name = stw_arena_copy(&state->arena, entry->source.name);
        good = copy.source.name.data != NULL;
    }
    if (!good || !stw_reserve((void **)&state->commits, &state->commit_capacity,
                              state->commit_count + 1u, sizeof(*state->commits)))
        return stw_fail_memory(err, sizeof(copy));
    if (entry->has_source)
        STW_TRY(remember_source(state, &copy.source, err));
    state->commits[state->commit_count++] = copy;
    return STW_OK;
}

int stw_state_add_erasure(struct stw_state *state, const struct stw_erasure *erasure,
                          struct stw_error *err)
{
    if (!stw_reserve((void **)&state->erasures, &state->erasure_capacity, state->erasure_count + 1u,
                     sizeof(*erasure)))
        return stw_fail_memory(err, sizeof(*erasure));
    state->erasures[state->erasure_count++] = *erasure;
    return STW_OK;
}

int stw_state_add_snapshot(struct stw_state *state, const struct stw_snapshot *snapshot,
                           struct stw_error *err)
{
    struct stw_snapshot_entry entry = {.snapshot = *snapshot};
    entry.snapshot.name = stw_arena_copy(&state->arena, snapshot->name);
    entry.snapshot.pins = stw_arena_copy(&state->arena, snapshot->pins);
    if (entry.snapshot.name.data == NULL || entry.snapshot.pins.data == NULL ||
        !stw_reserve((void **)&state->snapshots, &state->snapshot_capacity,
                     state->snapshot_count + 1u, sizeof(entry)))
        return stw_fail_memory(err, sizeof(entry));
    state->snapshots[state->snapshot_count++] = entry;
    return STW_OK;
}

int stw_state_reserve_removed(struct stw_state *state, uint32_t more, struct stw_error *err)
{
    size_t count = (size_t)state->removed_count + state->segment_count + more;
    return stw_reserve((void **)&state->removed, &state->removed_capacity, count,
                       sizeof(struct stw_segment_ref *))
               ? STW_OK
               : stw_fail_memory(err, count * sizeof(void *));
}

/* Keys of ids that a damaged record brought: something unique, so that ids stay what they are. */
static int fill_lost_keys(struct stw_state *state, struct stw_state_series *series, uint32_t first,
                          struct stw_error *err)
{
    if (series->keys.count < first && !state->records_lost)
        return stw_fail(err, STW_ERR_DAMAGED, "series ids have a gap");
    while (series->keys.count < first) {
        char text[STW_LOST_KEY_SIZE];
        STW_TRY(stw_state_add_key(series, stw_lost_key(series->keys.count, text), err));
        series->lost++;
    }
    return STW_OK;
}

int stw_state_add_segment(struct stw_state *state, struct stw_segment_ref *ref,
                          struct stw_error *err)
{
    struct stw_state_series *series = &state->series[ref->table];
    if (ref->info.series_last >= series->keys.count) { /* a lost record brought the keys */
        STW_TRY(fill_lost_keys(state, series, ref->info.series_last + 1, err));
        STW_TRY(stw_state_add_step(series, ref->added, err));
    }
    if (!stw_reserve((void **)&state->segments, &state->segment_capacity, state->segment_count + 1u,
                     sizeof(struct stw_segment_ref *)))
        return stw_fail_memory(err, sizeof(ref));
    state->segments[state->segment_count++] = ref;
    return STW_OK;
}

struct stw_slice stw_lost_key(uint32_t series, char text[STW_LOST_KEY_SIZE])
{
    int size = snprintf(text, STW_LOST_KEY_SIZE, "(lost key %u)", series);
    return (struct stw_slice){text, (size_t)size};
}

/* ---- Commits --------------------------------------------------------------------------------- */

/* The keys one commit brings for one table. Keys of tables that are not in the schema are read
 * over: a reader may have an older schema than the writer. */
static int apply_keys(struct stw_state *state, const struct stw_record *record,
                      struct stw_reader *reader, struct stw_error *err)
{
    static const char damaged[] = "its series keys are damaged";
    struct stw_slice *keys;
    const struct stw_table *table = stw_schema_find(state->schema, stw_get_bytes(reader));
    uint64_t first = stw_get_varint(reader);
    uint64_t count = stw_get_varint(reader);
    if (reader->failed || count > STW_MANIFEST_LIST_MAX || first > STW_SERIES_NONE - 1 - count)
        return stw_state_bad(record, damaged, err);
    int status = stw_columns_get_words(&state->columns, reader, (uint32_t)count, &keys);
    STW_TRY(stw_state_judge(status, record, damaged, err));
    if (table == NULL)
        return STW_OK;
    struct stw_state_series *series = &state->series[table->number];
    if (first < series->keys.count)
        return stw_state_bad(record, "its series ids overlap earlier ones", err);
    STW_TRY(fill_lost_keys(state, series, (uint32_t)first, err));
    for (uint64_t i = 0; i < count; i++)
        STW_TRY(stw_state_add_key(series, keys[i], err));
    return stw_state_add_step(series, record->generation, err);
}

static int apply_added(struct stw_state *state, const struct stw_record *record,
                       struct stw_reader *reader, struct stw_error *err)
{
    struct stw_segment_list list;
    int status = stw_segment_list_get(state, reader, record->generation, STW_SEGMENT_WHOLE, &list);
    STW_TRY(stw_state_judge(status, record, "its list of segments is damaged", err));
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.refs[i]->added != record->generation || list.refs[i]->removed != 0)
            return stw_state_bad(record, "its list of segments is damaged", err);
        STW_TRY(stw_state_add_segment(state, list.refs[i], err));
    }
    return STW_OK;
}

static int apply_entry(struct stw_state *state, const struct stw_record *record,
                       struct stw_reader *reader, bool *erases, struct stw_error *err)
{
    struct stw_source_reject rejects[STW_STORE_REJECTS_MAX];
    struct stw_commit_entry entry = {.generation = record->generation, .rejects = rejects};
    entry.committed_ns = (int64_t)stw_get_u64(reader);
    entry.rows = stw_get_varint(reader);
    uint8_t flags = stw_get_u8(reader);
    if (flags > (STW_COMMIT_HAS_SOURCE | STW_COMMIT_ERASES))
        return stw_state_bad(record, "it says what this program does not know", err);
    entry.has_source = (flags & STW_COMMIT_HAS_SOURCE) != 0;
    *erases = (flags & STW_COMMIT_ERASES) != 0;
    if (entry.has_source) {
        entry.source.hash.low = stw_get_u64(reader);
        entry.source.hash.high = stw_get_u64(reader);
        entry.source.size_bytes = stw_get_varint(reader);
        entry.source.name = stw_get_bytes(reader);
        uint64_t count = stw_get_varint(reader);
        if (count > STW_STORE_REJECTS_MAX)
            return stw_state_bad(record, "it has too many reasons of rejects", err);
        entry.reject_count = (uint32_t)count;
        for (uint32_t i = 0; i < count; i++) {
            rejects[i].reason = stw_get_bytes(reader);
            rejects[i].rows = stw_get_varint(reader);
        }
    }
    if (reader->failed)
        return stw_state_bad(record, "it ends too early", err);
    return stw_state_add_commit(state, &entry, err);
}

typedef int apply_item_fn(struct stw_state *, const struct stw_record *, struct stw_reader *,
                          struct stw_error *);

static int apply_list(apply_item_fn *item, struct stw_state *state, const struct stw_record *record,
                      struct stw_reader *reader, struct stw_error *err)
{
    uint64_t count = stw_get_varint(reader);
    if (count > stw_reader_left(reader))
        return stw_state_bad(record, "a list in it is too long", err);
    for (uint64_t i = 0; i < count; i++)
        STW_TRY(item(state, record, reader, err));
    return STW_OK;
}

/* A flush ends with its position in the journal; other commits have none. */
static int apply_journal(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    if (stw_reader_left(reader) == 0)
        return STW_OK;
    struct stw_journal_position position = {stw_get_varint(reader), 0};
    position.offset = stw_get_varint(reader);
    if (reader->failed || stw_journal_compare(position, state->journal) < 0)
        return stw_state_bad(record, "its position in the journal is damaged", err);
    state->journal = position;
    state->commits[state->commit_count - 1].has_journal = true;
    state->commits[state->commit_count - 1].journal = position;
    return STW_OK;
}

static int apply_erase(struct stw_state *state, const struct stw_record *record,
                       struct stw_reader *reader, struct stw_error *err)
{
    const struct stw_table *table = stw_schema_find(state->schema, stw_get_bytes(reader));
    struct stw_erasure erasure = {.generation = record->generation};
    erasure.series = (uint32_t)stw_get_varint(reader);
    erasure.from_ns = (int64_t)stw_get_u64(reader);
    erasure.to_ns = (int64_t)stw_get_u64(reader);
    if (reader->failed)
        return stw_state_bad(record, "it ends too early", err);
    if (table == NULL)
        return STW_OK;
    erasure.table = table->number;
    return stw_state_add_erasure(state, &erasure, err);
}

static int apply_commit(struct stw_state *state, const struct stw_record *record,
                        struct stw_reader *reader, struct stw_error *err)
{
    bool erases = false;
    STW_TRY(apply_entry(state, record, reader, &erases, err));
    STW_TRY(apply_list(apply_keys, state, record, reader, err));
    STW_TRY(apply_added(state, record, reader, err));
    if (erases)
        STW_TRY(apply_list(apply_erase, state, record, reader, err));
    return apply_journal(state, record, reader, err);
}

/* ---- Other records --------------------------------------------------------------------------- */

static bool is_same_segment(const struct stw_segment_ref *a, const struct stw_segment_ref *b)
{
    return a->table == b->table && a->partition_from_ns == b->partition_from_ns &&
           a->added == b->added;
}

static int apply_removed(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    struct stw_segment_list list;
    int status = stw_segment_list_get(state, reader, record->generation, STW_SEGMENT_NAME, &list);
    STW_TRY(stw_state_judge(status, record, "its list of segments is damaged", err));
    STW_TRY(stw_state_reserve_removed(state, 0, err));
    for (uint32_t name = 0; name < list.count; name++) {
        /* One that is not there was added by a record that is lost: gone either way. */
        for (uint32_t i = 0; i < state->segment_count; i++) {
            struct stw_segment_ref *ref = state->segments[i];
            if (ref->removed == 0 && is_same_segment(ref, list.refs[name])) {
                ref->removed = record->generation;
                state->unsettled = true;
                break;
            }
        }
    }
    return STW_OK;
}

static int apply_dropped(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    struct stw_slice name = stw_get_bytes(reader);
    if (reader->failed)
        return stw_state_bad(record, "its list of snapshots is damaged", err);
    for (uint32_t i = 0; i < state->snapshot_count; i++) {
        struct stw_snapshot_entry *entry = &state->snapshots[i];
        if (entry->dropped == 0 && stw_slice_equal(entry->snapshot.name, name)) {
            entry->dropped = record->generation;
            state->unsettled = true;
        }
    }
    return STW_OK; /* one that is not there was made by a record that is lost */
}

static int apply_replace(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    STW_TRY(apply_removed(state, record, reader, err));
    STW_TRY(apply_added(state, record, reader, err));
    return apply_list(apply_dropped, state, record, reader, err);
}

static int apply_snapshot(struct stw_state *state, const struct stw_record *record,
                          struct stw_reader *reader, struct stw_error *err)
{
    struct stw_snapshot snapshot;
    snapshot.created_ns = (int64_t)stw_get_u64(reader);
    snapshot.generation = stw_get_varint(reader);
    snapshot.name = stw_get_bytes(reader);
    snapshot.pins = stw_get_bytes(reader);
    if (reader->failed)
        return stw_state_bad(record, "it ends too early", err);
    if (snapshot.generation == 0 || snapshot.generation >= record->generation)
        return stw_state_bad(record, "it names a generation that was not there yet", err);
    return stw_state_add_snapshot(state, &snapshot, err);
}

static int apply(struct stw_state *state, const struct stw_record *record, struct stw_error *err)
{
    struct stw_reader reader;
    stw_reader_init(&reader, record->payload.data, record->payload.size);
    if (record->generation <= state->generation)
        return stw_state_bad(record, "its generation is not above the one before", err);
    switch (record->type) {
    case STW_RECORD_SCHEMA:
        return STW_OK; /* chosen before anything is applied; see store.c */
    case STW_RECORD_COMMIT:
        return apply_commit(state, record, &reader, err);
    case STW_RECORD_ERASE:
        return apply_erase(state, record, &reader, err);
    case STW_RECORD_SNAPSHOT:
        return apply_snapshot(state, record, &reader, err);
    case STW_RECORD_REPLACE:
        return apply_replace(state, record, &reader, err);
    case STW_RECORD_CHECKPOINT:
        return stw_checkpoint_apply(state, record, &reader, err);
    default:
        return stw_state_bad(record, "it is of a kind this program does not know", err);
    }
}

int stw_state_apply(struct stw_state *state, const struct stw_record *record, struct stw_error *err)
{
    struct stw_state_mark mark = stw_state_mark(state);
    int status = apply(state, record, err);
    stw_columns_forget(&state->columns);
    if (status == STW_OK)
        state->generation = record->generation;
    else
        stw_state_undo(state, &mark);
    return status;
}
