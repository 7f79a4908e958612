/*
 * Commits: rows in, segments and one manifest record out; see store.h.
 *
 *     add ──► stage (memory) ──full──► sort, drop what is there ──► sorted runs in tmp/, one a
 * partition finish: runs of one partition ──merge──► one segment ──rename──► segments/ ──► manifest
 * record
 *
 * A sorted run is a segment file already, so a commit that fits into memory, or one whose runs fall
 * into different partitions, has nothing to merge: its runs are renamed. Runs written earlier count
 * as stored rows when later ones are compared, so a row is never judged twice.
 */
#include "base/memory.h"
#include "store/memtable_inside.h"
#include "store/output.h"
#include "store/stage.h"

#include <stdlib.h>

struct commit_table {
    const struct stw_table *table;
    bool staged; /* `stage` is initialised */
    struct stw_stage stage;
    struct stw_intern new_keys;
    uint64_t placed; /* rows written to sorted runs: the place of the stage's first */
    struct stw_segment_ref **runs;
    size_t run_capacity;
    uint32_t run_count;
};

struct stw_commit {
    struct stw_store *store;
    struct stw_arena arena;
    struct stw_commit_entry entry;
    struct stw_source_reject rejects[STW_STORE_REJECTS_MAX]; /* what entry.rejects points at */
    struct stw_erasure *erasures; /* of the store, then those of this commit */
    size_t erasure_capacity;
    uint32_t erasure_count;
    struct commit_table *tables; /* by number */
    uint32_t table_count;
    uint64_t generation; /* of the record to be */
    uint32_t file_count; /* in tmp/, for their names */
    uint32_t run_number;
    struct stw_segment_ref **segments; /* finished, in segments/ */
    size_t segment_capacity;
    uint32_t segment_count;
    struct stw_commit_result result;
};

/* ---- Beginning and filling ------------------------------------------------------------------- */

static void free_commit(struct stw_commit *commit)
{
    for (uint32_t i = 0; commit->tables != NULL && i < commit->table_count; i++) {
        struct commit_table *table = &commit->tables[i];
        if (table->staged)
            stw_stage_release(&table->stage);
        for (uint32_t run = 0; run < table->run_count; run++)
            stw_readers_forget(&commit->store->readers, table->runs[run]);
        stw_free(table->runs);
        stw_intern_release(&table->new_keys);
    }
    commit->store->commit = NULL;
    stw_free(commit->tables);
    stw_free(commit->segments);
    stw_free(commit->erasures);
    stw_arena_release(&commit->arena);
    stw_free(commit);
}

static int begin(struct stw_store *store, const struct stw_source *source, struct stw_commit **out,
                 struct stw_error *err)
{
    STW_TRY(stw_store_check_writable(store, err));
    if (store->commit != NULL)
        return stw_fail(err, STW_ERR_USAGE, "a commit to %s is under way", store->path);
    struct stw_commit *commit = stw_alloc_zero(1, sizeof(*commit));
    if (commit == NULL)
        return stw_fail_memory(err, sizeof(*commit));
    stw_arena_init(&commit->arena);
    commit->store = store;
    commit->entry.rejects = commit->rejects;
    commit->generation = store->state.generation + 1;
    commit->table_count = stw_schema_table_count(store->schema);
    commit->tables = stw_alloc_zero(commit->table_count, sizeof(*commit->tables));
    store->commit = commit;
    if (source != NULL) {
        commit->entry.has_source = true;
        commit->entry.source = *source;
        commit->entry.source.name = stw_arena_copy(&commit->arena, source->name);
    }
    if (commit->tables == NULL || (source != NULL && commit->entry.source.name.data == NULL)) {
        free_commit(commit);
        return stw_fail_memory(err, sizeof(*commit));
    }
    for (uint32_t i = 0; i < commit->table_count; i++) {
        commit->tables[i].table = stw_schema_table(store->schema, i);
        stw_intern_init(&commit->tables[i].new_keys);
    }
    *out = commit;
    return STW_OK;
}

int stw_commit_begin(struct stw_store *store, const struct stw_source *source,
                     struct stw_commit **out, struct stw_error *err)
{
    STW_TRY(stw_memtable_settle(store, err));
    return begin(store, source, out, err);
}

int stw_commit_open(struct stw_store *store, struct stw_commit **out, struct stw_error *err)
{
    return begin(store, NULL, out, err);
}

int stw_commit_reject(struct stw_commit *commit, struct stw_slice reason, uint64_t rows,
                      struct stw_error *err)
{
    assert(commit->entry.has_source && commit->entry.reject_count < STW_STORE_REJECTS_MAX);
    struct stw_source_reject *reject = &commit->rejects[commit->entry.reject_count++];
    reject->reason = stw_arena_copy(&commit->arena, reason);
    reject->rows = rows;
    return reject->reason.data == NULL ? stw_fail_memory(err, reason.size) : STW_OK;
}

static const struct stw_intern *stored_keys(const struct stw_commit *commit, uint32_t table)
{
    return &commit->store->state.series[table].keys;
}

static uint32_t series_count(const struct stw_commit *commit, uint32_t table)
{
    return stored_keys(commit, table)->count + commit->tables[table].new_keys.count;
}

static struct stw_slice key_of(const struct stw_commit *commit, uint32_t table, uint32_t series)
{
    const struct stw_intern *stored = stored_keys(commit, table);
    return series < stored->count ? stored->words[series]
                                  : commit->tables[table].new_keys.words[series - stored->count];
}

struct stw_slice stw_commit_key(const struct stw_commit *commit, uint32_t table, uint32_t series)
{
    return key_of(commit, table, series);
}

uint32_t stw_commit_series_count(const struct stw_commit *commit, uint32_t table)
{
    return series_count(commit, table);
}

int stw_commit_check(const struct stw_commit *commit, const struct stw_batch *batch,
                     struct stw_error *err)
{
    return stw_stage_check(batch, series_count(commit, batch->table->number), err);
}

size_t stw_commit_bytes(const struct stw_commit *commit)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < commit->table_count; i++)
        bytes += commit->tables[i].staged ? stw_stage_bytes(&commit->tables[i].stage) : 0;
    return bytes;
}

void stw_commit_set_journal(struct stw_commit *commit, struct stw_journal_position position)
{
    commit->entry.has_journal = true;
    commit->entry.journal = position;
}

int stw_commit_series(struct stw_commit *commit, const struct stw_table *table,
                      struct stw_slice key, uint32_t *id, struct stw_error *err)
{
    const struct stw_intern *stored = stored_keys(commit, table->number);
    *id = stw_intern_find(stored, key);
    if (*id != STW_INTERN_NONE)
        return STW_OK;
    uint32_t parts = stw_key_split(key, NULL, 0);
    if (parts != table->key_count)
        return stw_fail(err, STW_ERR_USAGE, "a key of '%.*s' has %u components, not %u",
                        STW_SLICE_ARG(table->name), table->key_count, parts);
    if (key.size > STW_KEY_SIZE_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a key has %zu bytes, more than %d", key.size,
                        STW_KEY_SIZE_MAX);
    uint32_t number;
    if (!stw_intern_add(&commit->tables[table->number].new_keys, key, &number, NULL))
        return stw_fail_memory(err, key.size);
    *id = stored->count + number;
    return STW_OK;
}

static int add_erasure(struct stw_commit *commit, const struct stw_erasure *erasure,
                       struct stw_error *err)
{
    if (!stw_reserve((void **)&commit->erasures, &commit->erasure_capacity,
                     commit->erasure_count + 1u, sizeof(*erasure)))
        return stw_fail_memory(err, sizeof(*erasure));
    commit->erasures[commit->erasure_count++] = *erasure;
    return STW_OK;
}

int stw_commit_erase(struct stw_commit *commit, const struct stw_table *table, uint32_t series,
                     int64_t from_ns, int64_t to_ns, struct stw_error *err)
{
    const struct stw_state *state = &commit->store->state;
    struct stw_erasure erasure = {table->number, series, from_ns, to_ns, commit->generation};
    if (from_ns >= to_ns || series >= stored_keys(commit, table->number)->count)
        return stw_fail(err, STW_ERR_USAGE, "there is nothing to erase in an empty range");
    while (commit->erasure_count < state->erasure_count)
        STW_TRY(add_erasure(commit, &state->erasures[commit->erasure_count], err));
    commit->result.erased++;
    return add_erasure(commit, &erasure, err);
}

/* ---- Sorted runs ----------------------------------------------------------------------------- */

static int open_output(struct stw_commit *commit, const struct stw_table *table, int64_t from_ns,
                       int64_t to_ns, struct stw_output *output, struct stw_error *err)
{
    struct stw_output_spec spec = {.table = table,
                                   .partition_from_ns = from_ns,
                                   .partition_to_ns = to_ns,
                                   .commit_first = commit->generation,
                                   .commit_last = commit->generation,
                                   .generation = commit->generation,
                                   .number = commit->file_count++};
    STW_TRY(stw_output_open(commit->store, &commit->arena, &spec, output, err));
    output->ref->run = commit->run_number;
    return STW_OK;
}

static int keep_ref(struct stw_segment_ref ***list, size_t *capacity, uint32_t *count,
                    struct stw_segment_ref *ref, struct stw_error *err)
{
    if (!stw_reserve((void **)list, capacity, *count + 1u, sizeof(ref)))
        return stw_fail_memory(err, sizeof(ref));
    (*list)[(*count)++] = ref;
    return STW_OK;
}

/* Rows of one series below the end of the output's partition; *next_ns: the earliest time left
 * behind. */
static int write_stretch(struct stw_commit *commit, struct commit_table *table,
                         struct stw_stage_order *order, struct stw_stretch *stretch,
                         struct stw_gather *gather, struct stw_output *output, int64_t *next_ns,
                         struct stw_error *err)
{
    const int64_t *times = table->stage.rows.time_ns;
    int64_t to_ns = output->ref->partition_to_ns;
    uint32_t count = stretch->count - stretch->taken;
    if (count > 0 && stretch->first_ns < to_ns) {
        const uint32_t *rows = stw_stage_order_rows(order, stretch);
        if (times[rows[count - 1]] >= to_ns) { /* a commit rarely spans many partitions */
            for (count = 0; times[rows[count]] < to_ns;)
                count++;
        }
        struct stw_slice key = key_of(commit, table->table->number, stretch->series);
        for (uint32_t done = 0; done < count;) {
            struct stw_run run;
            stw_gather_run(gather, stretch->series, rows + done, count - done, &run);
            STW_TRY(stw_segment_writer_add(output->writer, &run, key, err));
            done += run.count;
        }
        stw_stage_order_take(order, stretch, rows, count);
    }
    if (stretch->taken < stretch->count && stretch->first_ns < *next_ns)
        *next_ns = stretch->first_ns;
    return STW_OK;
}

/* Writes the rows of the partition that holds time *at_ns; *at_ns becomes the earliest time left,
 * INT64_MAX when none is. */
static int write_partition(struct stw_commit *commit, struct commit_table *table,
                           struct stw_stage_order *order, struct stw_gather *gather, int64_t *at_ns,
                           struct stw_error *err)
{
    int64_t from_ns, to_ns;
    struct stw_output output;
    stw_partition_of(table->table->partition, *at_ns, &from_ns, &to_ns);
    STW_TRY(open_output(commit, table->table, from_ns, to_ns, &output, err));
    int status = STW_OK;
    *at_ns = INT64_MAX;
    for (uint32_t i = 0; status == STW_OK && i < order->stretch_count; i++)
        status =
            write_stretch(commit, table, order, &order->stretches[i], gather, &output, at_ns, err);
    if (status != STW_OK) {
        stw_segment_writer_abort(output.writer);
        return status;
    }
    STW_TRY(stw_output_finish(&output, err));
    return keep_ref(&table->runs, &table->run_capacity, &table->run_count, output.ref, err);
}

static int write_runs(struct stw_commit *commit, struct commit_table *table,
                      struct stw_stage_order *order, struct stw_error *err)
{
    int64_t first_sequence = table->table->identity == STW_IDENTITY_SERIES
                                 ? (int64_t)(commit->generation << 32 | table->placed)
                                 : -1;
    int64_t at_ns = INT64_MAX;
    for (uint32_t i = 0; i < order->stretch_count; i++) {
        const struct stw_stretch *stretch = &order->stretches[i];
        if (stretch->count > 0 && stretch->first_ns < at_ns)
            at_ns = stretch->first_ns;
    }
    struct stw_gather gather;
    int status = stw_gather_init(&gather, &table->stage, first_sequence, err);
    commit->run_number++;
    while (status == STW_OK && at_ns != INT64_MAX)
        status = write_partition(commit, table, order, &gather, &at_ns, err);
    stw_gather_release(&gather);
    return status;
}

/* ---- What is there already ------------------------------------------------------------------- */

/* Whether a segment may hold rows that those of the stage repeat or correct. New series are among
 * those: no segment of the store has them. */
static bool may_touch(const struct stw_segment_ref *ref, const struct stw_stage *stage)
{
    const struct stw_table *table = stage->table;
    if (ref->table != table->number || ref->removed != 0 ||
        ref->info.series_first > stage->series_last || stage->series_first > ref->info.series_last)
        return false;
    return table->identity == STW_IDENTITY_SERIES || (ref->info.time_min_ns <= stage->time_max_ns &&
                                                      stage->time_min_ns <= ref->info.time_max_ns);
}

/* The segments that may hold rows to compare with: live ones, and this commit's runs. */
static int stored_refs(const struct stw_commit *commit, const struct commit_table *table,
                       struct stw_segment_ref ***refs, uint32_t *count, struct stw_error *err)
{
    const struct stw_state *state = &commit->store->state;
    *count = 0;
    *refs = stw_alloc((size_t)state->segment_count + table->run_count, sizeof(**refs));
    if (*refs == NULL)
        return stw_fail_memory(err, state->segment_count * sizeof(**refs));
    for (uint32_t i = 0; i < state->segment_count + table->run_count; i++) {
        struct stw_segment_ref *ref =
            i < state->segment_count ? state->segments[i] : table->runs[i - state->segment_count];
        if (may_touch(ref, &table->stage))
            (*refs)[(*count)++] = ref;
    }
    return STW_OK;
}

static int open_stored(struct stw_commit *commit, const struct commit_table *table,
                       struct stw_merge **merge, struct stw_error *err)
{
    static const enum stw_merge_mode modes[] = {
        [STW_IDENTITY_TIME] = STW_MERGE_LATEST_AT_TIME,
        [STW_IDENTITY_SERIES] = STW_MERGE_LATEST_OF_SERIES,
        [STW_IDENTITY_ALL] = STW_MERGE_ALL,
    };
    const struct stw_state *state = &commit->store->state;
    bool erases = commit->erasure_count > 0;
    struct stw_segment_ref **refs;
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX], count;
    STW_TRY(stored_refs(commit, table, &refs, &count, err));
    for (uint32_t i = 0; i < table->table->column_count; i++)
        columns[i] = i;
    struct stw_merge_spec spec = {.readers = &commit->store->readers,
                                  .table = table->table,
                                  .refs = refs,
                                  .ref_count = count,
                                  .erasures = erases ? commit->erasures : state->erasures,
                                  .erasure_count =
                                      erases ? commit->erasure_count : state->erasure_count,
                                  .columns = columns,
                                  .column_count = table->table->column_count,
                                  .mode = modes[table->table->identity]};
    *merge = NULL;
    int status = count == 0 ? STW_OK : stw_merge_open(merge, &spec, err);
    stw_free(refs);
    return status;
}

/* Empties the stage of a table into sorted runs. */
static int flush_table(struct stw_commit *commit, struct commit_table *table, struct stw_error *err)
{
    uint32_t rows = table->stage.row_count;
    struct stw_stage_order order = {0};
    struct stw_merge *stored = NULL;
    if (rows == 0)
        return STW_OK;
    if (table->placed + rows > UINT32_MAX && table->table->identity == STW_IDENTITY_SERIES)
        return stw_fail(err, STW_ERR_LIMIT, "a commit has at most %u rows of '%.*s'", UINT32_MAX,
                        STW_SLICE_ARG(table->table->name));
    int status = open_stored(commit, table, &stored, err);
    if (status == STW_OK)
        status = stw_stage_sort(&table->stage, stored, &order, err);
    stw_merge_close(stored);
    if (status == STW_OK && order.row_count > 0)
        status = write_runs(commit, table, &order, err);
    commit->result.added += order.row_count;
    commit->result.repeated += rows - order.row_count;
    commit->result.repeated_of[table->table->number] += rows - order.row_count;
    commit->result.superseded += order.superseded;
    stw_stage_order_release(&order);
    table->placed += rows;
    stw_stage_clear(&table->stage);
    return status;
}

static int flush_all(struct stw_commit *commit, struct stw_error *err)
{
    for (uint32_t i = 0; i < commit->table_count; i++) {
        if (commit->tables[i].staged)
            STW_TRY(flush_table(commit, &commit->tables[i], err));
    }
    return STW_OK;
}

int stw_commit_add(struct stw_commit *commit, const struct stw_batch *batch, struct stw_error *err)
{
    uint32_t number = batch->table->number;
    struct commit_table *table = &commit->tables[number];
    assert(table->table == batch->table);
    if (!table->staged) {
        STW_TRY(stw_stage_init(&table->stage, table->table, err));
        table->staged = true;
    }
    STW_TRY(stw_stage_add(&table->stage, batch, series_count(commit, number), err));
    commit->result.rows += batch->count;
    return stw_commit_bytes(commit) < commit->store->memory_bytes ? STW_OK : flush_all(commit, err);
}

/* ---- Finishing ------------------------------------------------------------------------------- */

static int copy_series(struct stw_commit *commit, const struct stw_table *table,
                       struct stw_merge *merge, uint32_t series, struct stw_output *output,
                       struct stw_error *err)
{
    struct stw_run run;
    stw_merge_seek(merge, series, INT64_MIN, INT64_MAX);
    for (;;) {
        int status = stw_merge_next(merge, &run, err);
        if (status != STW_OK)
            return status == STW_END ? STW_OK : status;
        STW_TRY(stw_segment_writer_add(output->writer, &run, key_of(commit, table->number, series),
                                       err));
    }
}

/* All rows of some sorted runs of one partition, in order, into one file. */
static int merge_runs(struct stw_commit *commit, const struct stw_table *table,
                      struct stw_segment_ref **runs, uint32_t count, struct stw_segment_ref **out,
                      struct stw_error *err)
{
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX];
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    struct stw_merge_spec spec = {.readers = &commit->store->readers,
                                  .table = table,
                                  .refs = runs,
                                  .ref_count = count,
                                  .columns = columns,
                                  .column_count = table->column_count,
                                  .with_sequence = table->identity == STW_IDENTITY_SERIES,
                                  .mode = STW_MERGE_ALL};
    struct stw_merge *merge;
    struct stw_output output;
    STW_TRY(stw_merge_open(&merge, &spec, err));
    int status = open_output(commit, table, runs[0]->partition_from_ns, runs[0]->partition_to_ns,
                             &output, err);
    if (status != STW_OK) {
        stw_merge_close(merge);
        return status;
    }
    uint32_t first = UINT32_MAX, last = 0;
    for (uint32_t i = 0; i < count; i++) {
        first = runs[i]->info.series_first < first ? runs[i]->info.series_first : first;
        last = runs[i]->info.series_last > last ? runs[i]->info.series_last : last;
    }
    for (uint32_t series = first; status == STW_OK && series <= last; series++)
        status = copy_series(commit, table, merge, series, &output, err);
    stw_merge_close(merge);
    if (status != STW_OK) {
        stw_segment_writer_abort(output.writer);
        return status;
    }
    STW_TRY(stw_output_finish(&output, err));
    for (uint32_t i = 0; i < count; i++)
        STW_TRY(stw_output_remove(commit->store, runs[i], err));
    *out = output.ref;
    return STW_OK;
}

static int publish(struct stw_commit *commit, struct stw_segment_ref *ref, struct stw_error *err)
{
    STW_TRY(
        keep_ref(&commit->segments, &commit->segment_capacity, &commit->segment_count, ref, err));
    commit->result.bytes += ref->info.file_size_bytes;
    return stw_output_publish(commit->store, &commit->arena, ref, commit->generation, err);
}

static int compare_partition(const void *a, const void *b)
{
    const struct stw_segment_ref *left = *(struct stw_segment_ref *const *)a;
    const struct stw_segment_ref *right = *(struct stw_segment_ref *const *)b;
    if (left->partition_from_ns != right->partition_from_ns)
        return left->partition_from_ns < right->partition_from_ns ? -1 : 1;
    return (left->run > right->run) - (left->run < right->run);
}

static int finish_table(struct stw_commit *commit, struct commit_table *table,
                        struct stw_error *err)
{
    struct stw_segment_ref **runs = table->runs;
    if (table->run_count == 0)
        return STW_OK;
    qsort(runs, table->run_count, sizeof(struct stw_segment_ref *), compare_partition);
    uint32_t end;
    for (uint32_t from = 0; from < table->run_count; from = end) {
        struct stw_segment_ref *segment = runs[from];
        for (end = from; end < table->run_count; end++) {
            if (runs[end]->partition_from_ns != runs[from]->partition_from_ns)
                break;
        }
        if (end - from > 1)
            STW_TRY(merge_runs(commit, table->table, runs + from, end - from, &segment, err));
        STW_TRY(publish(commit, segment, err));
    }
    return STW_OK;
}

static int write_segments(struct stw_commit *commit, struct stw_error *err)
{
    STW_TRY(flush_all(commit, err));
    for (uint32_t i = 0; i < commit->table_count; i++)
        STW_TRY(finish_table(commit, &commit->tables[i], err));
    if (commit->segment_count == 0)
        return STW_OK;
    return stw_output_sync_folder(commit->store, err);
}

static int write_record(struct stw_commit *commit, struct stw_error *err)
{
    struct stw_store *store = commit->store;
    struct stw_new_keys keys[STW_SCHEMA_TABLES_MAX];
    uint32_t key_tables = 0;
    for (uint32_t i = 0; i < commit->table_count; i++) {
        const struct commit_table *table = &commit->tables[i];
        if (table->new_keys.count == 0)
            continue;
        keys[key_tables++] =
            (struct stw_new_keys){table->table, stored_keys(commit, i)->count, &table->new_keys};
        commit->result.series_new += table->new_keys.count;
    }
    commit->entry.committed_ns = stw_clock_now(store->clock);
    commit->entry.rows = commit->result.rows;
    commit->entry.erasure_count = (uint32_t)commit->result.erased;
    if (commit->result.erased > 0)
        commit->entry.erasures = commit->erasures + store->state.erasure_count;
    struct stw_buffer payload;
    stw_buffer_init(&payload);
    struct stw_new_commit made = {.entry = &commit->entry,
                                  .keys = keys,
                                  .key_table_count = key_tables,
                                  .added = commit->segments,
                                  .added_count = commit->segment_count};
    stw_payload_commit(&payload, &store->state, &made);
    int status = stw_buffer_status(&payload, err);
    if (status == STW_OK)
        status = stw_store_append(store, STW_RECORD_COMMIT, stw_buffer_slice(&payload), err);
    stw_buffer_release(&payload);
    commit->result.segments = commit->segment_count;
    commit->result.generation = store->state.generation;
    return status;
}

/* Removes what the commit wrote, as far as possible: the rest goes when a writer opens. */
static void remove_files(struct stw_commit *commit)
{
    struct stw_error ignored;
    for (uint32_t i = 0; i < commit->segment_count; i++)
        (void)!stw_output_remove(commit->store, commit->segments[i], &ignored);
    for (uint32_t i = 0; i < commit->table_count; i++) {
        for (uint32_t run = 0; run < commit->tables[i].run_count; run++)
            (void)!stw_output_remove(commit->store, commit->tables[i].runs[run], &ignored);
    }
}

int stw_commit_finish(struct stw_commit *commit, struct stw_commit_result *result,
                      struct stw_error *err)
{
    int status = write_segments(commit, err);
    bool nothing = commit->segment_count == 0 && !commit->entry.has_source &&
                   !commit->entry.has_journal && commit->result.erased == 0;
    bool appending = status == STW_OK && !nothing;
    if (appending)
        status = write_record(commit, err);
    if (status == STW_ERR_IO || status == STW_ERR_FULL)
        commit->store->closed_for_writing = true;
    if (status == STW_OK)
        *result = commit->result;
    else if (!appending || !commit->store->closed_for_writing)
        /* Once the record is under way it may be on disk, and with it the segments must be. */
        remove_files(commit);
    free_commit(commit);
    return status;
}

void stw_commit_abort(struct stw_commit *commit)
{
    if (commit == NULL)
        return;
    remove_files(commit);
    free_commit(commit);
}
