/* Checkpoints, written and applied; see checkpoint.h. */
#include "store/checkpoint.h"

#include "base/memory.h"
#include "store/state_inside.h"

#include <assert.h>

/* Columns of lists, numbered as they come on disk. */
enum { STEP_AGE, STEP_COUNT, STEP_CELLS };
enum {
    COMMIT_AGE,
    COMMIT_TIME,
    COMMIT_ROWS,
    COMMIT_SOURCE,
    COMMIT_FILE, /* of the journal; 0: no flush */
    COMMIT_OFFSET,
    COMMIT_CELLS
};
enum { SOURCE_LOW, SOURCE_HIGH, SOURCE_SIZE, SOURCE_CELLS };
enum { REJECT_ROWS, REJECT_CELLS };
enum { ERASURE_TABLE, ERASURE_SERIES, ERASURE_FROM, ERASURE_TO, ERASURE_AGE, ERASURE_CELLS };
enum { SNAPSHOT_TIME, SNAPSHOT_AGE, SNAPSHOT_CELLS };

/* ---- Writing --------------------------------------------------------------------------------- */

/* Room for a list; a failure is the buffer's. */
static bool make(struct stw_state *state, uint32_t rows, uint32_t columns, struct stw_cells *cells,
                 struct stw_buffer *out)
{
    out->failed |= stw_cells_make(&state->columns, rows, columns, cells) != STW_OK;
    return !out->failed;
}

static int64_t age_of(const struct stw_state *state, uint64_t generation)
{
    return (int64_t)(state->generation - generation);
}

static struct stw_slice *make_words(struct stw_state *state, uint32_t count, struct stw_buffer *out)
{
    struct stw_slice *words = STW_ARENA_ARRAY(&state->columns.arena, struct stw_slice, count);
    out->failed |= words == NULL;
    return words;
}

static void put_series(struct stw_state *state, uint32_t table, struct stw_buffer *out)
{
    const struct stw_state_series *series = &state->series[table];
    struct stw_cells steps;
    stw_put_varint(out, series->keys.count);
    stw_columns_put_words(&state->columns, series->keys.words, series->keys.count, out);
    if (!make(state, series->step_count, STEP_CELLS, &steps, out))
        return;
    for (uint32_t i = 0; i < series->step_count; i++)
        stw_cells_set(&steps, i,
                      (int64_t[STEP_CELLS]){[STEP_AGE] = age_of(state, series->steps[i].generation),
                                            [STEP_COUNT] = series->steps[i].count});
    stw_cells_put(&state->columns, &steps, out);
}

static void put_tables(struct stw_state *state, struct stw_buffer *out)
{
    uint32_t count = stw_schema_table_count(state->schema);
    struct stw_slice *names = make_words(state, count, out);
    if (names == NULL)
        return;
    for (uint32_t i = 0; i < count; i++)
        names[i] = stw_schema_table(state->schema, i)->name;
    stw_put_varint(out, count);
    stw_columns_put_words(&state->columns, names, count, out);
    for (uint32_t i = 0; i < count; i++)
        put_series(state, i, out);
}

static void put_rejects(struct stw_state *state, uint32_t count, struct stw_buffer *out)
{
    struct stw_cells rejects;
    struct stw_slice *reasons = make_words(state, count, out);
    uint32_t used = 0;
    if (!make(state, count, REJECT_CELLS, &rejects, out))
        return;
    for (uint32_t i = 0; i < state->commit_count; i++) {
        for (uint32_t k = 0; k < state->commits[i].reject_count; k++) {
            *stw_cells_at(&rejects, used, REJECT_ROWS) = (int64_t)state->commits[i].rejects[k].rows;
            reasons[used++] = state->commits[i].rejects[k].reason;
        }
    }
    stw_cells_put(&state->columns, &rejects, out);
    stw_columns_put_words(&state->columns, reasons, count, out);
}

static void put_sources(struct stw_state *state, uint32_t count, struct stw_buffer *out)
{
    struct stw_cells sources;
    struct stw_slice *names = make_words(state, count, out);
    uint32_t used = 0;
    if (!make(state, count, SOURCE_CELLS, &sources, out))
        return;
    for (uint32_t i = 0; i < state->commit_count; i++) {
        const struct stw_source *source = &state->commits[i].source;
        if (!state->commits[i].has_source)
            continue;
        stw_cells_set(&sources, used,
                      (int64_t[SOURCE_CELLS]){[SOURCE_LOW] = (int64_t)source->hash.low,
                                              [SOURCE_HIGH] = (int64_t)source->hash.high,
                                              [SOURCE_SIZE] = (int64_t)source->size_bytes});
        names[used++] = source->name;
    }
    stw_cells_put(&state->columns, &sources, out);
    stw_columns_put_words(&state->columns, names, count, out);
}

static void put_commits(struct stw_state *state, struct stw_buffer *out)
{
    struct stw_cells commits;
    uint32_t sources = 0, rejects = 0;
    if (!make(state, state->commit_count, COMMIT_CELLS, &commits, out))
        return;
    for (uint32_t i = 0; i < state->commit_count; i++) {
        const struct stw_commit_entry *entry = &state->commits[i];
        const struct stw_journal_position none = {0, 0};
        struct stw_journal_position journal = entry->has_journal ? entry->journal : none;
        stw_cells_set(&commits, i,
                      (int64_t[COMMIT_CELLS]){[COMMIT_AGE] = age_of(state, entry->generation),
                                              [COMMIT_TIME] = entry->committed_ns,
                                              [COMMIT_ROWS] = (int64_t)entry->rows,
                                              [COMMIT_SOURCE] =
                                                  entry->has_source ? 1 + entry->reject_count : 0,
                                              [COMMIT_FILE] = (int64_t)journal.file,
                                              [COMMIT_OFFSET] = (int64_t)journal.offset});
        sources += entry->has_source;
        rejects += entry->reject_count;
    }
    stw_cells_put(&state->columns, &commits, out);
    put_sources(state, sources, out);
    put_rejects(state, rejects, out);
}

static void put_erasures(struct stw_state *state, struct stw_buffer *out)
{
    struct stw_cells erasures;
    if (!make(state, state->erasure_count, ERASURE_CELLS, &erasures, out))
        return;
    for (uint32_t i = 0; i < state->erasure_count; i++) {
        const struct stw_erasure *erasure = &state->erasures[i];
        stw_cells_set(&erasures, i,
                      (int64_t[ERASURE_CELLS]){[ERASURE_TABLE] = erasure->table,
                                               [ERASURE_SERIES] = erasure->series,
                                               [ERASURE_FROM] = erasure->from_ns,
                                               [ERASURE_TO] = erasure->to_ns,
                                               [ERASURE_AGE] = age_of(state, erasure->generation)});
    }
    stw_cells_put(&state->columns, &erasures, out);
}

static void put_snapshots(struct stw_state *state, struct stw_buffer *out)
{
    struct stw_cells cells;
    uint32_t count = state->snapshot_count;
    struct stw_slice *names = make_words(state, count, out);
    struct stw_slice *pins = make_words(state, count, out);
    if (!make(state, count, SNAPSHOT_CELLS, &cells, out))
        return;
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_snapshot *snapshot = &state->snapshots[i].snapshot;
        assert(state->snapshots[i].dropped == 0);
        stw_cells_set(
            &cells, i,
            (int64_t[SNAPSHOT_CELLS]){[SNAPSHOT_TIME] = snapshot->created_ns,
                                      [SNAPSHOT_AGE] = age_of(state, snapshot->generation)});
        names[i] = snapshot->name;
        pins[i] = snapshot->pins;
    }
    stw_cells_put(&state->columns, &cells, out);
    stw_columns_put_words(&state->columns, names, count, out);
    stw_columns_put_words(&state->columns, pins, count, out);
}

void stw_checkpoint_put(struct stw_state *state, struct stw_buffer *out)
{
    struct stw_slice schema = stw_schema_text(state->schema);
    assert(!state->unsettled);
    stw_columns_put_words(&state->columns, &schema, 1, out);
    stw_put_varint(out, state->journal.file);
    stw_put_varint(out, state->journal.offset);
    put_tables(state, out);
    put_commits(state, out);
    put_erasures(state, out);
    put_snapshots(state, out);
    stw_segment_list_put(state, state->segments, state->segment_count, state->generation,
                         STW_SEGMENT_WHOLE, out);
    stw_segment_list_put(state, state->removed, state->removed_count, state->generation,
                         STW_SEGMENT_NAME, out);
    stw_columns_forget(&state->columns);
}

/* ---- Applying -------------------------------------------------------------------------------- */

struct applying {
    struct stw_state *state;
    const struct stw_record *record;
    struct stw_reader *reader;
    uint64_t from; /* what the state knows already */
};

int stw_checkpoint_schema(struct stw_columns *columns, struct stw_slice payload,
                          struct stw_slice *text)
{
    struct stw_reader reader;
    struct stw_slice *words;
    stw_reader_init(&reader, payload.data, payload.size);
    STW_TRY(stw_columns_get_words(columns, &reader, 1, &words));
    *text = words[0];
    return STW_OK;
}

static int get_cells(const struct applying *work, uint32_t columns, struct stw_cells *cells,
                     struct stw_error *err)
{
    int status = stw_cells_get(&work->state->columns, work->reader, columns, cells);
    return stw_state_judge(status, work->record, "a list in it is damaged", err);
}

static int get_words(const struct applying *work, uint64_t count, struct stw_slice **words,
                     struct stw_error *err)
{
    int status =
        count > STW_MANIFEST_LIST_MAX
            ? STW_ERR_DAMAGED
            : stw_columns_get_words(&work->state->columns, work->reader, (uint32_t)count, words);
    return stw_state_judge(status, work->record, "a list of words in it is damaged", err);
}

/* The generation of something so old; false: there is none. */
static bool born(const struct applying *work, int64_t age, uint64_t *generation)
{
    *generation = work->record->generation - (uint64_t)age;
    return (uint64_t)age < work->record->generation;
}

/* New keys of a table, step by step. */
static int take_series(const struct applying *work, struct stw_state_series *series,
                       const struct stw_slice *keys, uint64_t count, const struct stw_cells *steps,
                       struct stw_error *err)
{
    assert(count == 0 || keys != NULL);
    for (uint32_t i = 0; i < steps->rows; i++) {
        uint64_t generation, until = (uint64_t)*stw_cells_at(steps, i, STEP_COUNT);
        if (!born(work, *stw_cells_at(steps, i, STEP_AGE), &generation) || until > count)
            return stw_state_bad(work->record, "its series keys are damaged", err);
        if (generation <= work->from)
            continue;
        while (series->keys.count < until)
            STW_TRY(stw_state_add_key(series, keys[series->keys.count], err));
        STW_TRY(stw_state_add_step(series, generation, err));
    }
    return series->keys.count == count
               ? STW_OK
               : stw_state_bad(work->record, "its series keys are damaged", err);
}

static int apply_tables(const struct applying *work, const struct stw_table **tables,
                        uint32_t *count, struct stw_error *err)
{
    struct stw_slice *names = NULL, *keys = NULL;
    uint64_t table_count = stw_get_varint(work->reader);
    if (table_count > STW_SCHEMA_TABLES_MAX)
        return stw_state_bad(work->record, "it has too many tables", err);
    STW_TRY(get_words(work, table_count, &names, err));
    for (uint32_t i = 0; i < table_count; i++) {
        struct stw_cells steps;
        uint64_t key_count = stw_get_varint(work->reader);
        STW_TRY(get_words(work, key_count, &keys, err));
        STW_TRY(get_cells(work, STEP_CELLS, &steps, err));
        tables[i] = stw_schema_find(work->state->schema, names[i]);
        if (tables[i] != NULL) /* else the reader's schema is older than the writer's */
            STW_TRY(take_series(work, &work->state->series[tables[i]->number], keys, key_count,
                                &steps, err));
    }
    *count = (uint32_t)table_count;
    return STW_OK;
}

/* The sources of commits and the rejects of sources, as far as they are taken out. */
struct origins {
    struct stw_cells sources;
    struct stw_slice *names;
    uint32_t source;
    struct stw_cells rejects;
    struct stw_slice *reasons;
    uint32_t reject;
};

static bool take_origin(struct origins *origins, uint32_t rejects, struct stw_commit_entry *entry,
                        struct stw_source_reject *room)
{
    uint32_t row = origins->source++;
    if (row >= origins->sources.rows || rejects > STW_STORE_REJECTS_MAX ||
        rejects > origins->rejects.rows - origins->reject)
        return false;
    entry->has_source = true;
    entry->source.hash.low = (uint64_t)*stw_cells_at(&origins->sources, row, SOURCE_LOW);
    entry->source.hash.high = (uint64_t)*stw_cells_at(&origins->sources, row, SOURCE_HIGH);
    entry->source.size_bytes = (uint64_t)*stw_cells_at(&origins->sources, row, SOURCE_SIZE);
    entry->source.name = origins->names[row];
    for (uint32_t i = 0; i < rejects; i++, origins->reject++) {
        room[i].reason = origins->reasons[origins->reject];
        room[i].rows = (uint64_t)*stw_cells_at(&origins->rejects, origins->reject, REJECT_ROWS);
    }
    entry->rejects = room;
    entry->reject_count = rejects;
    return true;
}

static int apply_commits(const struct applying *work, struct stw_error *err)
{
    struct stw_cells commits;
    struct origins origins = {.source = 0};
    STW_TRY(get_cells(work, COMMIT_CELLS, &commits, err));
    STW_TRY(get_cells(work, SOURCE_CELLS, &origins.sources, err));
    STW_TRY(get_words(work, origins.sources.rows, &origins.names, err));
    STW_TRY(get_cells(work, REJECT_CELLS, &origins.rejects, err));
    STW_TRY(get_words(work, origins.rejects.rows, &origins.reasons, err));
    for (uint32_t i = 0; i < commits.rows; i++) {
        struct stw_source_reject rejects[STW_STORE_REJECTS_MAX];
        struct stw_commit_entry entry = {.committed_ns = *stw_cells_at(&commits, i, COMMIT_TIME),
                                         .rows = (uint64_t)*stw_cells_at(&commits, i, COMMIT_ROWS)};
        entry.journal.file = (uint64_t)*stw_cells_at(&commits, i, COMMIT_FILE);
        entry.journal.offset = (uint64_t)*stw_cells_at(&commits, i, COMMIT_OFFSET);
        entry.has_journal = entry.journal.file > 0;
        int64_t source = *stw_cells_at(&commits, i, COMMIT_SOURCE);
        bool good = born(work, *stw_cells_at(&commits, i, COMMIT_AGE), &entry.generation) &&
                    source >= 0 && source <= 1 + STW_STORE_REJECTS_MAX;
        if (!good || (source > 0 && !take_origin(&origins, (uint32_t)source - 1, &entry, rejects)))
            return stw_state_bad(work->record, "its list of commits is damaged", err);
        if (entry.generation > work->from)
            STW_TRY(stw_state_add_commit(work->state, &entry, err));
    }
    return STW_OK;
}

static int apply_erasures(const struct applying *work, const struct stw_table *const *tables,
                          uint32_t table_count, struct stw_error *err)
{
    struct stw_cells cells;
    STW_TRY(get_cells(work, ERASURE_CELLS, &cells, err));
    for (uint32_t i = 0; i < cells.rows; i++) {
        struct stw_erasure erasure = {.from_ns = *stw_cells_at(&cells, i, ERASURE_FROM),
                                      .to_ns = *stw_cells_at(&cells, i, ERASURE_TO)};
        uint64_t table = (uint64_t)*stw_cells_at(&cells, i, ERASURE_TABLE);
        uint64_t series = (uint64_t)*stw_cells_at(&cells, i, ERASURE_SERIES);
        if (!born(work, *stw_cells_at(&cells, i, ERASURE_AGE), &erasure.generation) ||
            table >= table_count || series > UINT32_MAX)
            return stw_state_bad(work->record, "its list of erased ranges is damaged", err);
        if (erasure.generation <= work->from || tables[table] == NULL)
            continue;
        erasure.table = tables[table]->number;
        erasure.series = (uint32_t)series;
        STW_TRY(stw_state_add_erasure(work->state, &erasure, err));
    }
    return STW_OK;
}

/* The names are exactly these from now on. */
static int apply_snapshots(const struct applying *work, struct stw_error *err)
{
    struct stw_state *state = work->state;
    struct stw_cells cells;
    struct stw_slice *names = NULL, *pins = NULL;
    uint32_t known = state->snapshot_count;
    STW_TRY(get_cells(work, SNAPSHOT_CELLS, &cells, err));
    STW_TRY(get_words(work, cells.rows, &names, err));
    STW_TRY(get_words(work, cells.rows, &pins, err));
    assert(cells.rows == 0 || (names != NULL && pins != NULL));
    for (uint32_t i = 0; i < known; i++) {
        state->snapshots[i].dropped = work->record->generation;
        state->unsettled = true;
    }
    for (uint32_t i = 0; i < cells.rows; i++) {
        struct stw_snapshot snapshot = {.name = names[i],
                                        .pins = pins[i],
                                        .created_ns = *stw_cells_at(&cells, i, SNAPSHOT_TIME)};
        if (!born(work, *stw_cells_at(&cells, i, SNAPSHOT_AGE), &snapshot.generation))
            return stw_state_bad(work->record, "its list of snapshots is damaged", err);
        STW_TRY(stw_state_add_snapshot(state, &snapshot, err));
    }
    return STW_OK;
}

/* Segments the state has that are not in the list were removed since. */
static int drop_others(const struct applying *work, const struct stw_segment_list *list,
                       struct stw_error *err)
{
    struct stw_state *state = work->state;
    struct stw_intern live;
    bool good = true;
    if (state->segment_count == 0)
        return STW_OK;
    stw_intern_init(&live);
    for (uint32_t i = 0; good && i < list->count; i++)
        good = stw_intern_add(&live, stw_slice_of(list->refs[i]->name), &(uint32_t){0}, NULL);
    for (uint32_t i = 0; good && i < state->segment_count; i++) {
        struct stw_segment_ref *ref = state->segments[i];
        if (stw_intern_find(&live, stw_slice_of(ref->name)) == STW_INTERN_NONE) {
            ref->removed = work->record->generation;
            state->unsettled = true;
        }
    }
    stw_intern_release(&live);
    return good ? STW_OK : stw_fail_memory(err, list->count);
}

static int apply_segments(const struct applying *work, struct stw_error *err)
{
    struct stw_state *state = work->state;
    struct stw_segment_list live = {0}, removed = {0};
    uint64_t generation = work->record->generation;
    int status = stw_segment_list_get(state, work->reader, generation, STW_SEGMENT_WHOLE, &live);
    if (status == STW_OK)
        status = stw_segment_list_get(state, work->reader, generation, STW_SEGMENT_NAME, &removed);
    STW_TRY(stw_state_judge(status, work->record, "its list of segments is damaged", err));
    if (stw_reader_left(work->reader) > 0)
        return stw_state_bad(work->record, "it is longer than what it holds", err);
    STW_TRY(stw_state_reserve_removed(state, live.count + removed.count, err));
    STW_TRY(drop_others(work, &live, err));
    for (uint32_t i = 0; i < live.count; i++) {
        if (live.refs[i]->removed != 0)
            return stw_state_bad(work->record, "its list of segments is damaged", err);
        if (live.refs[i]->added > work->from)
            STW_TRY(stw_state_add_segment(state, live.refs[i], err));
    }
    for (uint32_t i = 0; state->keep_removed && i < removed.count; i++) {
        if (removed.refs[i]->removed != 0)
            state->removed[state->removed_count++] = removed.refs[i];
    }
    return STW_OK;
}

int stw_checkpoint_apply(struct stw_state *state, const struct stw_record *record,
                         struct stw_reader *reader, struct stw_error *err)
{
    struct applying work = {
        .state = state, .record = record, .reader = reader, .from = state->generation};
    const struct stw_table *tables[STW_SCHEMA_TABLES_MAX];
    struct stw_slice *schema; /* chosen before anything is applied; see store.c */
    uint32_t table_count = 0;
    STW_TRY(get_words(&work, 1, &schema, err));
    struct stw_journal_position journal = {stw_get_varint(reader), 0};
    journal.offset = stw_get_varint(reader);
    if (reader->failed || stw_journal_compare(journal, state->journal) < 0)
        return stw_state_bad(record, "its position in the journal is damaged", err);
    state->journal = journal;
    STW_TRY(apply_tables(&work, tables, &table_count, err));
    STW_TRY(apply_commits(&work, err));
    STW_TRY(apply_erasures(&work, tables, table_count, err));
    STW_TRY(apply_snapshots(&work, err));
    return apply_segments(&work, err);
}
