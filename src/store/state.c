/* Records to state and back; see state.h. */
#include "store/state.h"

#include "base/memory.h"

#include <stdio.h>

enum { SOURCE_KEY_SIZE = 24 };

int stw_state_init(struct stw_state *state, const struct stw_schema *schema, struct stw_error *err)
{
    memset(state, 0, sizeof(*state));
    state->schema = schema;
    stw_arena_init(&state->arena);
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

static void source_key(const struct stw_source *source, char key[SOURCE_KEY_SIZE])
{
    stw_store_le64(key, source->hash.low);
    stw_store_le64(key + 8, source->hash.high);
    stw_store_le64(key + 16, source->size_bytes);
}

const struct stw_commit_entry *stw_state_source(const struct stw_state *state,
                                                const struct stw_source *source)
{
    char key[SOURCE_KEY_SIZE];
    source_key(source, key);
    uint32_t number =
        stw_intern_find(&state->source_keys, (struct stw_slice){key, SOURCE_KEY_SIZE});
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

/* ---- Applying -------------------------------------------------------------------------------- */

static int bad_payload(const struct stw_record *record, const char *what, struct stw_error *err)
{
    return stw_fail(err, STW_ERR_DAMAGED, "the manifest record %llu at byte %llu: %s",
                    (unsigned long long)record->generation, (unsigned long long)record->offset,
                    what);
}

static int add_key(struct stw_state_series *series, struct stw_slice key, struct stw_error *err)
{
    uint32_t number;
    bool added;
    if (!stw_intern_add(&series->keys, key, &number, &added))
        return stw_fail_memory(err, key.size);
    return added ? STW_OK : stw_fail(err, STW_ERR_DAMAGED, "a series key comes twice");
}

struct stw_slice stw_lost_key(uint32_t series, char text[STW_LOST_KEY_SIZE])
{
    int size = snprintf(text, STW_LOST_KEY_SIZE, "(lost key %u)", series);
    return (struct stw_slice){text, (size_t)size};
}

/* Keys of ids that a damaged record brought: something unique, so that ids stay what they are. */
static int fill_lost_keys(struct stw_state *state, struct stw_state_series *series, uint32_t first,
                          struct stw_error *err)
{
    if (series->keys.count < first && !state->records_lost)
        return stw_fail(err, STW_ERR_DAMAGED, "series ids have a gap");
    while (series->keys.count < first) {
        char text[STW_LOST_KEY_SIZE];
        STW_TRY(add_key(series, stw_lost_key(series->keys.count, text), err));
        series->lost++;
    }
    return STW_OK;
}

static int add_step(struct stw_state_series *series, uint64_t generation, struct stw_error *err)
{
    if (!stw_reserve((void **)&series->steps, &series->step_capacity, series->step_count + 1u,
                     sizeof(*series->steps)))
        return stw_fail_memory(err, sizeof(*series->steps));
    series->steps[series->step_count++] = (struct stw_series_step){generation, series->keys.count};
    return STW_OK;
}

/* The keys one commit brings for one table. Keys of tables that are not in the schema are read
 * over: a reader may have an older schema than the writer. */
static int apply_keys(struct stw_state *state, const struct stw_record *record,
                      struct stw_reader *reader, struct stw_error *err)
{
    const struct stw_table *table = stw_schema_find(state->schema, stw_get_bytes(reader));
    uint64_t first = stw_get_varint(reader);
    uint64_t count = stw_get_varint(reader);
    if (reader->failed || first + count >= STW_SERIES_NONE || count > stw_reader_left(reader))
        return bad_payload(record, "its series keys are damaged", err);
    struct stw_state_series *series = table == NULL ? NULL : &state->series[table->number];
    if (series != NULL) {
        if (first < series->keys.count)
            return bad_payload(record, "its series ids overlap earlier ones", err);
        STW_TRY(fill_lost_keys(state, series, (uint32_t)first, err));
    }
    for (uint64_t i = 0; i < count; i++) {
        struct stw_slice key = stw_get_bytes(reader);
        if (reader->failed)
            return bad_payload(record, "its series keys are damaged", err);
        if (series != NULL)
            STW_TRY(add_key(series, key, err));
    }
    return series == NULL ? STW_OK : add_step(series, record->generation, err);
}

static int apply_removed(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    struct stw_slice name = stw_get_bytes(reader);
    if (reader->failed)
        return bad_payload(record, "its list of segments is damaged", err);
    for (uint32_t i = 0; i < state->segment_count; i++) {
        struct stw_segment_ref *ref = state->segments[i];
        if (ref->removed == 0 && stw_slice_is(name, ref->name)) {
            ref->removed = record->generation;
            state->unsettled = true;
            return stw_reserve((void **)&state->removed, &state->removed_capacity,
                               (size_t)state->removed_count + state->segment_count,
                               sizeof(struct stw_segment_ref *))
                       ? STW_OK
                       : stw_fail_memory(err, sizeof(ref));
        }
    }
    return STW_OK; /* it was added by a record that is lost: gone either way */
}

static void read_segment(struct stw_reader *reader, struct stw_segment_ref *ref)
{
    ref->partition_from_ns = (int64_t)stw_get_u64(reader);
    ref->partition_to_ns = (int64_t)stw_get_u64(reader);
    ref->commit_first = stw_get_varint(reader);
    ref->commit_last = stw_get_varint(reader);
    ref->tier = (enum stw_tier)stw_get_u8(reader);
    ref->info.file_size_bytes = stw_get_varint(reader);
    ref->info.rows = stw_get_varint(reader);
    ref->info.block_count = (uint32_t)stw_get_varint(reader);
    ref->info.series_count = (uint32_t)stw_get_varint(reader);
    ref->info.series_first = (uint32_t)stw_get_varint(reader);
    ref->info.series_last = (uint32_t)stw_get_varint(reader);
    ref->info.time_min_ns = (int64_t)stw_get_u64(reader);
    ref->info.time_max_ns = (int64_t)stw_get_u64(reader);
}

static int apply_added(struct stw_state *state, const struct stw_record *record,
                       struct stw_reader *reader, struct stw_error *err)
{
    const struct stw_table *table = stw_schema_find(state->schema, stw_get_bytes(reader));
    struct stw_slice name = stw_get_bytes(reader);
    struct stw_segment_ref *ref = STW_ARENA_NEW(&state->arena, struct stw_segment_ref);
    struct stw_slice copy = stw_arena_copy(&state->arena, name);
    if (ref == NULL || copy.data == NULL)
        return stw_fail_memory(err, sizeof(*ref));
    read_segment(reader, ref);
    if (reader->failed || memchr(copy.data, '/', copy.size) != NULL || ref->tier > STW_TIER_COLD ||
        ref->commit_first > ref->commit_last)
        return bad_payload(record, "its list of segments is damaged", err);
    if (table == NULL)
        return STW_OK;
    struct stw_state_series *series = &state->series[table->number];
    if (ref->info.series_last >= series->keys.count) { /* a lost record brought the keys */
        if (ref->info.series_last >= STW_SERIES_NONE - 1)
            return bad_payload(record, "its list of segments is damaged", err);
        STW_TRY(fill_lost_keys(state, series, ref->info.series_last + 1, err));
        STW_TRY(add_step(series, record->generation, err));
    }
    ref->name = copy.data;
    ref->table = table->number;
    ref->added = record->generation;
    if (!stw_reserve((void **)&state->segments, &state->segment_capacity, state->segment_count + 1u,
                     sizeof(struct stw_segment_ref *)))
        return stw_fail_memory(err, sizeof(ref));
    state->segments[state->segment_count++] = ref;
    return STW_OK;
}

static int remember_source(struct stw_state *state, const struct stw_source *source,
                           struct stw_error *err)
{
    char key[SOURCE_KEY_SIZE];
    uint32_t number;
    bool added;
    source_key(source, key);
    if (!stw_reserve((void **)&state->source_commits, &state->source_capacity,
                     state->source_keys.count + 1u, sizeof(*state->source_commits)) ||
        !stw_intern_add(&state->source_keys, (struct stw_slice){key, SOURCE_KEY_SIZE}, &number,
                        &added))
        return stw_fail_memory(err, SOURCE_KEY_SIZE);
    if (added)
        state->source_commits[number] = state->commit_count;
    return STW_OK;
}

static int apply_rejects(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_commit_entry *entry,
                         struct stw_error *err)
{
    uint64_t count = stw_get_varint(reader);
    if (count > STW_STORE_REJECTS_MAX)
        return bad_payload(record, "it has too many reasons of rejects", err);
    struct stw_source_reject *rejects =
        STW_ARENA_ARRAY(&state->arena, struct stw_source_reject, (size_t)count);
    if (rejects == NULL)
        return stw_fail_memory(err, (size_t)count * sizeof(*rejects));
    for (uint32_t i = 0; i < count; i++) {
        rejects[i].reason = stw_arena_copy(&state->arena, stw_get_bytes(reader));
        rejects[i].rows = stw_get_varint(reader);
        if (rejects[i].reason.data == NULL)
            return stw_fail_memory(err, sizeof(*rejects));
    }
    entry->rejects = rejects;
    entry->reject_count = (uint32_t)count;
    return STW_OK;
}

/* What a commit's entry says of itself, in one byte. */
enum { ENTRY_HAS_SOURCE = 1, ENTRY_ERASES = 2 };

static int apply_entry(struct stw_state *state, const struct stw_record *record,
                       struct stw_reader *reader, bool *erases, struct stw_error *err)
{
    struct stw_commit_entry entry = {.generation = record->generation};
    entry.committed_ns = (int64_t)stw_get_u64(reader);
    entry.rows = stw_get_varint(reader);
    uint8_t flags = stw_get_u8(reader);
    if (flags > (ENTRY_HAS_SOURCE | ENTRY_ERASES))
        return bad_payload(record, "it says what this program does not know", err);
    entry.has_source = (flags & ENTRY_HAS_SOURCE) != 0;
    *erases = (flags & ENTRY_ERASES) != 0;
    if (entry.has_source) {
        entry.source.hash.low = stw_get_u64(reader);
        entry.source.hash.high = stw_get_u64(reader);
        entry.source.size_bytes = stw_get_varint(reader);
        entry.source.name = stw_arena_copy(&state->arena, stw_get_bytes(reader));
        if (entry.source.name.data == NULL)
            return stw_fail_memory(err, sizeof(entry));
        STW_TRY(apply_rejects(state, record, reader, &entry, err));
    }
    if (reader->failed)
        return bad_payload(record, "it ends too early", err);
    if (!stw_reserve((void **)&state->commits, &state->commit_capacity, state->commit_count + 1u,
                     sizeof(*state->commits)))
        return stw_fail_memory(err, sizeof(entry));
    if (entry.has_source)
        STW_TRY(remember_source(state, &entry.source, err));
    state->commits[state->commit_count++] = entry;
    return STW_OK;
}

typedef int apply_item_fn(struct stw_state *, const struct stw_record *, struct stw_reader *,
                          struct stw_error *);

static int apply_list(apply_item_fn *item, struct stw_state *state, const struct stw_record *record,
                      struct stw_reader *reader, struct stw_error *err)
{
    uint64_t count = stw_get_varint(reader);
    if (count > stw_reader_left(reader))
        return bad_payload(record, "a list in it is too long", err);
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
        return bad_payload(record, "its position in the journal is damaged", err);
    struct stw_commit_entry *entry = &state->commits[state->commit_count - 1];
    entry->has_journal = true;
    entry->journal = position;
    state->journal = position;
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
        return bad_payload(record, "it ends too early", err);
    if (table == NULL)
        return STW_OK;
    erasure.table = table->number;
    if (!stw_reserve((void **)&state->erasures, &state->erasure_capacity, state->erasure_count + 1u,
                     sizeof(erasure)))
        return stw_fail_memory(err, sizeof(erasure));
    state->erasures[state->erasure_count++] = erasure;
    return STW_OK;
}

static int apply_commit(struct stw_state *state, const struct stw_record *record,
                        struct stw_reader *reader, struct stw_error *err)
{
    bool erases = false;
    STW_TRY(apply_entry(state, record, reader, &erases, err));
    STW_TRY(apply_list(apply_keys, state, record, reader, err));
    STW_TRY(apply_list(apply_added, state, record, reader, err));
    if (erases)
        STW_TRY(apply_list(apply_erase, state, record, reader, err));
    return apply_journal(state, record, reader, err);
}

static int apply_dropped(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    struct stw_slice name = stw_get_bytes(reader);
    if (reader->failed)
        return bad_payload(record, "its list of snapshots is damaged", err);
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
    STW_TRY(apply_list(apply_removed, state, record, reader, err));
    STW_TRY(apply_list(apply_added, state, record, reader, err));
    return apply_list(apply_dropped, state, record, reader, err);
}

static int apply_snapshot(struct stw_state *state, const struct stw_record *record,
                          struct stw_reader *reader, struct stw_error *err)
{
    struct stw_snapshot_entry entry = {.dropped = 0};
    struct stw_snapshot snapshot;
    snapshot.created_ns = (int64_t)stw_get_u64(reader);
    snapshot.generation = stw_get_varint(reader);
    struct stw_slice name = stw_get_bytes(reader);
    struct stw_slice pins = stw_get_bytes(reader);
    if (reader->failed)
        return bad_payload(record, "it ends too early", err);
    snapshot.name = stw_arena_copy(&state->arena, name);
    snapshot.pins = stw_arena_copy(&state->arena, pins);
    if (snapshot.name.data == NULL || snapshot.pins.data == NULL ||
        !stw_reserve((void **)&state->snapshots, &state->snapshot_capacity,
                     state->snapshot_count + 1u, sizeof(entry)))
        return stw_fail_memory(err, sizeof(entry));
    entry.snapshot = snapshot;
    state->snapshots[state->snapshot_count++] = entry;
    return STW_OK;
}

static int apply(struct stw_state *state, const struct stw_record *record, struct stw_error *err)
{
    struct stw_reader reader;
    stw_reader_init(&reader, record->payload.data, record->payload.size);
    if (record->generation <= state->generation)
        return bad_payload(record, "its generation is not above the one before", err);
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
    default:
        return bad_payload(record, "it is of a kind this program does not know", err);
    }
}

int stw_state_apply(struct stw_state *state, const struct stw_record *record, struct stw_error *err)
{
    struct stw_state_mark mark = stw_state_mark(state);
    int status = apply(state, record, err);
    if (status == STW_OK)
        state->generation = record->generation;
    else
        stw_state_undo(state, &mark);
    return status;
}

/* ---- Payloads -------------------------------------------------------------------------------- */

static void put_segment(struct stw_buffer *out, const struct stw_schema *schema,
                        const struct stw_segment_ref *ref)
{
    stw_put_bytes(out, stw_schema_table(schema, ref->table)->name);
    stw_put_bytes(out, stw_slice_of(ref->name));
    stw_put_u64(out, (uint64_t)ref->partition_from_ns);
    stw_put_u64(out, (uint64_t)ref->partition_to_ns);
    stw_put_varint(out, ref->commit_first);
    stw_put_varint(out, ref->commit_last);
    stw_put_u8(out, (uint8_t)ref->tier);
    stw_put_varint(out, ref->info.file_size_bytes);
    stw_put_varint(out, ref->info.rows);
    stw_put_varint(out, ref->info.block_count);
    stw_put_varint(out, ref->info.series_count);
    stw_put_varint(out, ref->info.series_first);
    stw_put_varint(out, ref->info.series_last);
    stw_put_u64(out, (uint64_t)ref->info.time_min_ns);
    stw_put_u64(out, (uint64_t)ref->info.time_max_ns);
}

static void put_entry(struct stw_buffer *out, const struct stw_commit_entry *entry)
{
    stw_put_u64(out, (uint64_t)entry->committed_ns);
    stw_put_varint(out, entry->rows);
    stw_put_u8(out, (uint8_t)((entry->has_source ? ENTRY_HAS_SOURCE : 0) |
                              (entry->erasure_count > 0 ? ENTRY_ERASES : 0)));
    if (!entry->has_source)
        return;
    stw_put_u64(out, entry->source.hash.low);
    stw_put_u64(out, entry->source.hash.high);
    stw_put_varint(out, entry->source.size_bytes);
    struct stw_slice name = entry->source.name;
    if (name.size > STW_STORE_SOURCE_NAME_MAX)
        name.size = STW_STORE_SOURCE_NAME_MAX;
    stw_put_bytes(out, name);
    stw_put_varint(out, entry->reject_count);
    for (uint32_t i = 0; i < entry->reject_count; i++) {
        stw_put_bytes(out, entry->rejects[i].reason);
        stw_put_varint(out, entry->rejects[i].rows);
    }
}

static void put_segments(struct stw_buffer *out, const struct stw_schema *schema,
                         struct stw_segment_ref *const *segments, uint32_t count)
{
    stw_put_varint(out, count);
    for (uint32_t i = 0; i < count; i++)
        put_segment(out, schema, segments[i]);
}

void stw_payload_commit(struct stw_buffer *out, const struct stw_schema *schema,
                        const struct stw_commit_entry *entry, const struct stw_new_keys *keys,
                        uint32_t key_table_count, struct stw_segment_ref *const *added,
                        uint32_t added_count)
{
    put_entry(out, entry);
    stw_put_varint(out, key_table_count);
    for (uint32_t i = 0; i < key_table_count; i++) {
        stw_put_bytes(out, keys[i].table->name);
        stw_put_varint(out, keys[i].first);
        stw_put_varint(out, keys[i].keys->count);
        for (uint32_t word = 0; word < keys[i].keys->count; word++)
            stw_put_bytes(out, keys[i].keys->words[word]);
    }
    put_segments(out, schema, added, added_count);
    if (entry->erasure_count > 0) {
        stw_put_varint(out, entry->erasure_count);
        for (uint32_t i = 0; i < entry->erasure_count; i++)
            stw_payload_erase(out, schema, &entry->erasures[i]);
    }
    if (entry->has_journal) {
        stw_put_varint(out, entry->journal.file);
        stw_put_varint(out, entry->journal.offset);
    }
}

void stw_payload_replace(struct stw_buffer *out, const struct stw_schema *schema,
                         const struct stw_replacement *replacement)
{
    stw_put_varint(out, replacement->removed_count);
    for (uint32_t i = 0; i < replacement->removed_count; i++)
        stw_put_bytes(out, stw_slice_of(replacement->removed[i]->name));
    put_segments(out, schema, replacement->added, replacement->added_count);
    stw_put_varint(out, replacement->dropped_count);
    for (uint32_t i = 0; i < replacement->dropped_count; i++)
        stw_put_bytes(out, replacement->dropped[i]);
}

void stw_payload_erase(struct stw_buffer *out, const struct stw_schema *schema,
                       const struct stw_erasure *erasure)
{
    stw_put_bytes(out, stw_schema_table(schema, erasure->table)->name);
    stw_put_varint(out, erasure->series);
    stw_put_u64(out, (uint64_t)erasure->from_ns);
    stw_put_u64(out, (uint64_t)erasure->to_ns);
}

void stw_payload_snapshot(struct stw_buffer *out, const struct stw_snapshot *snapshot)
{
    stw_put_u64(out, (uint64_t)snapshot->created_ns);
    stw_put_varint(out, snapshot->generation);
    stw_put_bytes(out, snapshot->name);
    stw_put_bytes(out, snapshot->pins);
}
