/*
 * Salvage: the old store's events in their order, done again to a new store; see salvage.h.
 *
 * Events go by generation. Of one generation: erasures first, for a segment that ends with an
 * erasure's generation has left those rows out already; then the commit, with the rows of all
 * files that end there; then snapshots, which no file reaches across. Rows of tables with one live
 * row a series come with the commit and in the order that their sequence says: a file of theirs may
 * hold thousands of commits, each of which makes a file of the new store. These are put together
 * on the way, or every commit would have to look into all that came before it.
 */
#include "store/salvage_inside.h"

#include "base/memory.h"
#include "store/compact.h"

#include <stdlib.h>

enum { BATCH_ROWS = 4096 }; /* made anew for every commit and table, most of which are small */

/* ---- Rows ------------------------------------------------------------------------------------ */

struct taking {
    struct stw_salvage *salvage;
    const struct stw_table *table;
    struct stw_commit *commit;
    struct stw_batch batch;
    uint64_t moment; /* whose rows are taken */
    uint64_t keyless;
    struct stw_error err;
};

static int flush(struct taking *taking, struct stw_error *err)
{
    if (taking->batch.count == 0)
        return STW_OK;
    STW_TRY(stw_commit_add(taking->commit, &taking->batch, err));
    stw_batch_clear(&taking->batch);
    return STW_OK;
}

static bool put_value(struct stw_batch *batch, uint32_t to, uint32_t column,
                      const struct stw_vector *from, uint32_t row)
{
    switch (from->type) {
    case STW_TYPE_DECIMAL:
        stw_batch_set_decimal(batch, to, column, stw_vector_decimal(from, row));
        return true;
    case STW_TYPE_FLOAT:
        stw_batch_set_float(batch, to, column, from->floats[row]);
        return true;
    case STW_TYPE_TEXT:
        return stw_batch_set_text(batch, to, column, stw_vector_text(from, row));
    case STW_TYPE_INT:
    case STW_TYPE_BOOL:
    case STW_TYPE_TIME:
        break;
    }
    stw_batch_set_int(batch, to, column, from->ints[row]);
    return true;
}

int stw_salvage_put_row(struct stw_batch *batch, uint32_t series, const struct stw_block *block,
                        uint32_t row, const int *places, struct stw_error *err)
{
    uint32_t to = stw_batch_row(batch, series, block->time_ns[row]);
    for (uint32_t i = 0; i < block->column_count; i++) {
        if (places[i] < 0 || !stw_vector_has(&block->columns[i], row))
            continue;
        STW_TRY(stw_batch_use(batch, (uint32_t)places[i], err));
        if (!put_value(batch, to, (uint32_t)places[i], &block->columns[i], row))
            return stw_fail_memory(err, 1);
    }
    return STW_OK;
}

/* The new store's id of an old one; STW_SERIES_NONE: its key is lost. */
static int series_of(struct taking *taking, uint32_t old, uint32_t *series, struct stw_error *err)
{
    const struct stw_salvage_keys *keys = &taking->salvage->keys[taking->table->number];
    *series = STW_SERIES_NONE;
    if (old >= keys->count || keys->words[old].data == NULL)
        return STW_OK;
    return stw_commit_series(taking->commit, taking->table, keys->words[old], series, err);
}

/* Makes room for a row; *series is STW_SERIES_NONE when it cannot be taken. */
static int begin_row(struct taking *taking, uint32_t old, uint32_t *series, struct stw_error *err)
{
    STW_TRY(series_of(taking, old, series, err));
    if (*series == STW_SERIES_NONE)
        taking->keyless++;
    else
        taking->salvage->result->rows++;
    return stw_batch_full(&taking->batch) ? flush(taking, err) : STW_OK;
}

static int take_block(void *context, const struct stw_segment_spec *spec,
                      const struct stw_block *block)
{
    struct taking *taking = context;
    int places[STW_SEGMENT_COLUMNS_MAX], sequence;
    stw_salvage_places(taking->table, spec, places, &sequence);
    for (uint32_t row = 0; row < block->rows; row++) {
        uint32_t series, old = block->series == NULL ? block->series_first : block->series[row];
        STW_TRY(begin_row(taking, old, &series, &taking->err));
        if (series != STW_SERIES_NONE)
            STW_TRY(stw_salvage_put_row(&taking->batch, series, block, row, places, &taking->err));
    }
    return STW_OK;
}

int stw_salvage_walk(const struct stw_salvage *salvage, const struct stw_salvage_file *file,
                     const struct stw_segment_taker *taker, const struct stw_error *inner,
                     struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 300];
    uint64_t findings;
    struct stw_error trouble;
    stw_error_clear(&trouble);
    STW_TRY(stw_salvage_file_path(salvage, file, path, sizeof(path), err));
    int status = stw_segment_take(salvage->io, path, taker, &findings, &trouble);
    if (status < 0 && err != NULL)
        *err = inner->what[0] != '\0' ? *inner : trouble;
    return status;
}

/* ---- A table's part of a commit -------------------------------------------------------------- */

/* The files of the table whose last commit is this one. */
static int take_files(struct taking *taking, struct stw_error *err)
{
    struct stw_salvage *salvage = taking->salvage;
    struct stw_segment_taker taker = {.block = take_block, .context = taking};
    stw_error_clear(&taking->err);
    for (uint32_t i = salvage->file_at; i < salvage->file_count; i++) {
        const struct stw_salvage_file *file = &salvage->files[salvage->files_by_commit[i]];
        if (file->commit_last > taking->moment)
            break;
        if (file->table == taking->table && file->commit_last == taking->moment)
            STW_TRY(stw_salvage_walk(salvage, file, &taker, &taking->err, err));
    }
    return STW_OK;
}

static int take_window(struct taking *taking, struct stw_error *err)
{
    struct stw_salvage *salvage = taking->salvage;
    struct stw_salvage_window **window = &salvage->windows[taking->table->number];
    if (*window == NULL)
        STW_TRY(stw_salvage_window_create(taking->table, salvage->window_rows, window, err));
    for (;;) {
        const struct stw_batch *rows;
        uint32_t row, series;
        int status = stw_salvage_window_next(salvage, *window, taking->moment, &rows, &row, err);
        if (status != STW_OK)
            return status == STW_END ? STW_OK : status;
        STW_TRY(begin_row(taking, rows->series[row], &series, err));
        if (series != STW_SERIES_NONE)
            STW_TRY(stw_batch_copy_row(&taking->batch, series, rows, row, err));
    }
}

static int take_table(struct stw_salvage *salvage, const struct stw_table *table,
                      struct stw_commit *commit, uint64_t moment, struct stw_error *err)
{
    struct taking taking = {.salvage = salvage, .table = table, .commit = commit, .moment = moment};
    STW_TRY(stw_batch_init(&taking.batch, table, BATCH_ROWS, err));
    int status = table->identity == STW_IDENTITY_SERIES ? take_window(&taking, err)
                                                        : take_files(&taking, err);
    if (status == STW_OK)
        status = flush(&taking, err);
    stw_batch_release(&taking.batch);
    salvage->result->keyless += taking.keyless;
    return status;
}

/* ---- Events ---------------------------------------------------------------------------------- */

/* The old store's commit of that generation, or NULL. */
static const struct stw_commit_entry *entry_of(struct stw_salvage *salvage, uint64_t moment)
{
    const struct stw_state *old = salvage->old == NULL ? NULL : &salvage->old->state;
    while (old != NULL && salvage->commit_at < old->commit_count &&
           old->commits[salvage->commit_at].generation < moment)
        salvage->commit_at++;
    if (old == NULL || salvage->commit_at == old->commit_count ||
        old->commits[salvage->commit_at].generation != moment)
        return NULL;
    return &old->commits[salvage->commit_at];
}

static int fill_commit(struct stw_salvage *salvage, const struct stw_commit_entry *entry,
                       struct stw_commit *commit, uint64_t moment, struct stw_error *err)
{
    const struct stw_schema *schema = stw_store_schema(salvage->store);
    for (uint32_t i = 0; entry != NULL && i < entry->reject_count; i++)
        STW_TRY(stw_commit_reject(commit, entry->rejects[i].reason, entry->rejects[i].rows, err));
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++)
        STW_TRY(take_table(salvage, stw_schema_table(schema, i), commit, moment, err));
    while (salvage->file_at < salvage->file_count &&
           salvage->files[salvage->files_by_commit[salvage->file_at]].commit_last <= moment)
        salvage->file_at++;
    if (entry != NULL && entry->has_journal)
        return stw_salvage_journal_fill(salvage, entry, commit, err);
    return STW_OK;
}

static int commit_moment(struct stw_salvage *salvage, uint64_t moment, struct stw_error *err)
{
    const struct stw_commit_entry *entry = entry_of(salvage, moment);
    struct stw_commit_result result;
    struct stw_commit *commit;
    bool has_source = entry != NULL && entry->has_source;
    if (entry != NULL)
        salvage->now_ns = entry->committed_ns;
    STW_TRY(stw_commit_begin(salvage->store, has_source ? &entry->source : NULL, &commit, err));
    int status = fill_commit(salvage, entry, commit, moment, err);
    if (status != STW_OK) {
        stw_commit_abort(commit);
        return status;
    }
    STW_TRY(stw_commit_finish(commit, &result, err));
    salvage->result->added += result.added;
    return STW_OK;
}

static int erase_again(struct stw_salvage *salvage, const struct stw_erasure *erasure,
                       struct stw_error *err)
{
    const struct stw_table *table =
        stw_schema_table(stw_store_schema(salvage->store), erasure->table);
    const struct stw_salvage_keys *keys = &salvage->keys[erasure->table];
    struct stw_series series = stw_store_series(salvage->store, table);
    if (erasure->series >= keys->count || keys->words[erasure->series].data == NULL)
        return STW_OK; /* its rows cannot be told from others either */
    uint32_t id = stw_series_find(&series, keys->words[erasure->series]);
    if (id == STW_SERIES_NONE) /* no row of it was left before */
        return STW_OK;
    return stw_store_erase(salvage->store, table, id, erasure->from_ns, erasure->to_ns, err);
}

static bool has_erasure(const struct stw_state *state, uint32_t table)
{
    for (uint32_t i = 0; i < state->erasure_count; i++) {
        if (state->erasures[i].table == table)
            return true;
    }
    return false;
}

/* Compacts the tables that a window fills. Their rows all stay, each with its commit, but for
 * erased ones, which history shows: with those in a table its files are left as they are. */
static int put_together(struct stw_salvage *salvage, struct stw_error *err)
{
    const struct stw_schema *schema = stw_store_schema(salvage->store);
    if (++salvage->commits_apart < STW_COMPACT_RUNS_MIN)
        return STW_OK;
    salvage->commits_apart = 0;
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++) {
        struct stw_compact_spec spec = {.table = stw_schema_table(schema, i),
                                        .triggered_only = true};
        struct stw_compact_result ignored;
        if (salvage->windows[i] != NULL && !has_erasure(&salvage->store->state, i))
            STW_TRY(stw_compact_run(salvage->store, &spec, &ignored, err));
    }
    return STW_OK;
}

static int do_moment(struct stw_salvage *salvage, uint64_t moment, struct stw_error *err)
{
    const struct stw_state *old = salvage->old == NULL ? NULL : &salvage->old->state;
    for (; old != NULL && salvage->erasure_at < old->erasure_count; salvage->erasure_at++) {
        const struct stw_erasure *erasure = &old->erasures[salvage->erasure_at];
        if (erasure->generation > moment)
            break;
        STW_TRY(erase_again(salvage, erasure, err));
    }
    STW_TRY(commit_moment(salvage, moment, err));
    STW_TRY(put_together(salvage, err));
    for (; old != NULL && salvage->snapshot_at < old->snapshot_count; salvage->snapshot_at++) {
        const struct stw_snapshot *snapshot = &old->snapshots[salvage->snapshot_at].snapshot;
        if (snapshot->generation > moment)
            break;
        salvage->now_ns = snapshot->created_ns;
        STW_TRY(stw_store_snapshot(salvage->store, snapshot->name, snapshot->pins, err));
    }
    return STW_OK;
}

static int note_moments(struct stw_salvage *salvage, struct stw_error *err)
{
    const struct stw_state *old = salvage->old == NULL ? NULL : &salvage->old->state;
    for (uint32_t i = 0; old != NULL && i < old->commit_count; i++)
        STW_TRY(stw_salvage_moment(salvage, old->commits[i].generation, err));
    for (uint32_t i = 0; old != NULL && i < old->erasure_count; i++)
        STW_TRY(stw_salvage_moment(salvage, old->erasures[i].generation, err));
    for (uint32_t i = 0; old != NULL && i < old->snapshot_count; i++)
        STW_TRY(stw_salvage_moment(salvage, old->snapshots[i].snapshot.generation, err));
    stw_salvage_sort_moments(salvage);
    return STW_OK;
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* The tables of the new store: the old one's, or those of schema.yml, or the built-in ones. */
static int choose_schema(struct stw_salvage *salvage, struct stw_buffer *text,
                         struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_schema *schema = NULL;
    struct stw_error trouble;
    if (salvage->old != NULL) {
        stw_buffer_add_slice(text, stw_schema_text(salvage->old->schema));
        return stw_buffer_status(text, err);
    }
    STW_TRY(stw_path_join(path, sizeof(path), salvage->path, "schema.yml", err));
    int status = stw_file_load(salvage->io, path, STW_SCHEMA_TEXT_SIZE_MAX, text, &trouble);
    if (status == STW_OK)
        status = stw_schema_parse(&schema, path, stw_buffer_slice(text), &trouble);
    stw_schema_free(schema);
    if (status == STW_OK)
        return STW_OK;
    stw_salvage_report(salvage, "schema.yml",
                       "neither it nor the manifest can be used; rows of tables that are not "
                       "built in are left out");
    stw_buffer_clear(text);
    stw_buffer_add_slice(text, stw_schema_builtin());
    return stw_buffer_status(text, err);
}

static int make_store(struct stw_salvage *salvage, const char *into,
                      const struct stw_salvage_spec *spec, struct stw_error *err)
{
    struct stw_clock clock = stw_clock_fixed(&salvage->now_ns);
    struct stw_store_options options = {
        .io = salvage->io, .clock = &clock, .memory_bytes = spec->memory_bytes};
    struct stw_store_settings settings = {.zone =
                                              stw_slice_of(spec->zone == NULL ? "" : spec->zone)};
    struct stw_buffer text;
    if (salvage->old != NULL) {
        settings.zone = stw_store_zone(salvage->old);
        salvage->now_ns = salvage->old->header.created_ns;
    }
    stw_buffer_init(&text);
    int status = choose_schema(salvage, &text, err);
    settings.schema = stw_buffer_slice(&text);
    if (status == STW_OK)
        status = stw_store_create(into, &settings, &options, err);
    stw_buffer_release(&text);
    STW_TRY(status);
    return stw_store_open(&salvage->store, into, STW_STORE_WRITE, &options, err);
}

/* Opens the old store if it can be; says what stands in the way if not. */
static int open_old(struct stw_salvage *salvage, const struct stw_salvage_spec *spec,
                    struct stw_error *err)
{
    char folder[STW_STORE_PATH_SIZE_MAX + 16];
    struct stw_store_options options = {.io = salvage->io};
    struct stw_error trouble;
    stw_error_clear(&trouble);
    STW_TRY(stw_path_join(folder, sizeof(folder), salvage->path, "segments", err));
    if (!stw_io_exists(folder))
        return stw_fail(err, STW_ERR_NOT_FOUND,
                        "there is no store in %s: it has no folder "
                        "'segments'",
                        salvage->path);
    int status = stw_store_open(&salvage->old, salvage->path, STW_STORE_READ, &options, &trouble);
    for (uint32_t i = 0; status == STW_OK && i < salvage->old->finding_count; i++)
        stw_salvage_report(salvage, "MANIFEST", salvage->old->findings[i]);
    if (status == STW_OK)
        return STW_OK;
    salvage->old = NULL;
    if (status != STW_ERR_DAMAGED && status != STW_ERR_NOT_FOUND && status != STW_ERR_IO) {
        if (err != NULL)
            *err = trouble;
        return status;
    }
    if (spec->zone == NULL) {
        status = stw_fail(err, STW_ERR_USAGE,
                          "the manifest, which knows the store's zone, cannot "
                          "be read: %s",
                          trouble.what);
        stw_error_hint(err, "name the zone: --zone Asia/Shanghai");
        return status;
    }
    stw_salvage_report(salvage, "MANIFEST", trouble.what);
    stw_salvage_report(salvage, "MANIFEST",
                       "erasures, snapshots and the names of sources are "
                       "lost with it; rows that were erased may be back");
    return STW_OK;
}

struct file_order {
    uint64_t commit_last;
    uint32_t file;
};

static int by_commit(const void *a, const void *b)
{
    const struct file_order *x = a, *y = b;
    if (x->commit_last != y->commit_last)
        return x->commit_last < y->commit_last ? -1 : 1;
    return x->file < y->file ? -1 : x->file > y->file;
}

static int sort_files(struct stw_salvage *salvage, struct stw_error *err)
{
    uint32_t count = salvage->file_count;
    struct file_order *order = stw_alloc(count + 1u, sizeof(*order));
    salvage->files_by_commit = stw_alloc(count + 1u, sizeof(*salvage->files_by_commit));
    if (order == NULL || salvage->files_by_commit == NULL) {
        stw_free(order);
        return stw_fail_memory(err, count * sizeof(*order));
    }
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct file_order){salvage->files[i].commit_last, i};
    qsort(order, count, sizeof(*order), by_commit);
    for (uint32_t i = 0; i < count; i++)
        salvage->files_by_commit[i] = order[i].file;
    stw_free(order);
    return STW_OK;
}

static int salvage_all(struct stw_salvage *salvage, const char *into,
                       const struct stw_salvage_spec *spec, struct stw_error *err)
{
    STW_TRY(open_old(salvage, spec, err));
    STW_TRY(make_store(salvage, into, spec, err));
    uint32_t tables = stw_schema_table_count(stw_store_schema(salvage->store));
    salvage->keys = stw_alloc_zero(tables, sizeof(*salvage->keys));
    salvage->windows = stw_alloc_zero(tables, sizeof(struct stw_salvage_window *));
    if (salvage->keys == NULL || salvage->windows == NULL)
        return stw_fail_memory(err, tables * sizeof(*salvage->keys));
    STW_TRY(stw_salvage_survey(salvage, err));
    STW_TRY(note_moments(salvage, err));
    STW_TRY(sort_files(salvage, err));
    STW_TRY(stw_salvage_journal_open(salvage, err));
    for (uint32_t i = 0; i < salvage->moment_count; i++)
        STW_TRY(do_moment(salvage, salvage->moments[i], err));
    STW_TRY(stw_salvage_journal_finish(salvage, err));
    if (salvage->result->keyless > 0)
        stw_salvage_report(salvage, "segments", "rows whose series key is lost are left out");
    return STW_OK;
}

static void release(struct stw_salvage *salvage)
{
    stw_salvage_journal_close(salvage);
    uint32_t tables =
        salvage->store == NULL ? 0 : stw_schema_table_count(stw_store_schema(salvage->store));
    for (uint32_t i = 0; i < tables; i++) {
        if (salvage->keys != NULL)
            stw_free(salvage->keys[i].words);
        if (salvage->windows != NULL)
            stw_salvage_window_free(salvage->windows[i]);
    }
    stw_free(salvage->keys);
    stw_free(salvage->windows);
    stw_free(salvage->files);
    stw_free(salvage->files_by_commit);
    stw_free(salvage->lost);
    stw_free(salvage->moments);
    stw_free(salvage->findings);
    stw_free(salvage->finding_series);
    stw_store_close(salvage->store);
    stw_store_close(salvage->old);
    stw_arena_release(&salvage->arena);
}

int stw_salvage_run(const char *path, const char *into, const struct stw_salvage_spec *spec,
                    stw_store_finding_fn *each, void *context, struct stw_salvage_result *result,
                    struct stw_error *err)
{
    struct stw_salvage salvage = {.path = path,
                                  .io = spec->io == NULL ? stw_io_system() : spec->io,
                                  .each = each,
                                  .context = context,
                                  .result = result,
                                  .window_rows = spec->window_rows};
    if (salvage.window_rows == 0)
        salvage.window_rows = STW_SALVAGE_WINDOW_ROWS;
    memset(result, 0, sizeof(*result));
    stw_arena_init(&salvage.arena);
    int status = salvage_all(&salvage, into, spec, err);
    release(&salvage);
    return status;
}
