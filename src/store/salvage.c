/*
 * Salvage: the old store's events in their order, done again to a new store; see salvage.h.
 *
 * Events go by generation. Of one generation: erasures first, for a segment that ends with an
 * erasure's generation has left those rows out already; then the commit, with the rows of all
 * files that end there; then snapshots, which no file reaches across. Rows of tables with one live
 * row a series come with the commit and in the order that their sequence says.
 */
#include "store/salvage_inside.h"

#include "base/memory.h"

#include <stdlib.h>

/* ---- Rows ------------------------------------------------------------------------------------ */

struct taking {
    struct stw_salvage *salvage;
    const struct stw_table *table;
    struct stw_commit *commit;
    struct stw_batch batch;
    uint64_t *sequences; /* of the batch's rows, for tables with one live row a series */
    uint64_t moment;     /* which of them are taken */
    uint64_t keyless;
    struct stw_error err;
};

static int flush(struct taking *taking)
{
    if (taking->batch.count == 0)
        return STW_OK;
    STW_TRY(stw_commit_add(taking->commit, &taking->batch, &taking->err));
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

static int put_row(struct taking *taking, const struct stw_block *block, uint32_t row,
                   uint32_t series, const int *places)
{
    uint32_t to = stw_batch_row(&taking->batch, series, block->time_ns[row]);
    for (uint32_t i = 0; i < block->column_count; i++) {
        if (places[i] < 0 || !stw_vector_has(&block->columns[i], row))
            continue;
        STW_TRY(stw_batch_use(&taking->batch, (uint32_t)places[i], &taking->err));
        if (!put_value(&taking->batch, to, (uint32_t)places[i], &block->columns[i], row))
            return stw_fail_memory(&taking->err, 1);
    }
    taking->salvage->result->rows++;
    return STW_OK;
}

/* The new store's id of an old one; STW_SERIES_NONE: its key is lost. */
static int series_of(struct taking *taking, uint32_t old, uint32_t *series)
{
    const struct stw_salvage_keys *keys = &taking->salvage->keys[taking->table->number];
    *series = STW_SERIES_NONE;
    if (old >= keys->count || keys->words[old].data == NULL)
        return STW_OK;
    return stw_commit_series(taking->commit, taking->table, keys->words[old], series, &taking->err);
}

static int take_block(void *context, const struct stw_segment_spec *spec,
                      const struct stw_block *block)
{
    struct taking *taking = context;
    int places[STW_SEGMENT_COLUMNS_MAX], sequence;
    uint32_t before = STW_SERIES_NONE, series = STW_SERIES_NONE;
    stw_salvage_places(taking->table, spec, places, &sequence);
    for (uint32_t row = 0; row < block->rows; row++) {
        uint32_t old = block->series == NULL ? block->series_first : block->series[row];
        if (row == 0 || old != before)
            STW_TRY(series_of(taking, old, &series));
        before = old;
        uint64_t number = sequence < 0 ? 0 : (uint64_t)block->columns[sequence].ints[row];
        if (taking->sequences != NULL && number >> 32 != taking->moment)
            continue;
        if (series == STW_SERIES_NONE) {
            taking->keyless++;
            continue;
        }
        if (stw_batch_full(&taking->batch))
            STW_TRY(flush(taking));
        if (taking->sequences != NULL)
            taking->sequences[taking->batch.count] = number;
        STW_TRY(put_row(taking, block, row, series, places));
    }
    return STW_OK;
}

static int take_file(struct taking *taking, const struct stw_salvage_file *file,
                     struct stw_error *err)
{
    char path[STW_STORE_PATH_SIZE_MAX + 300];
    uint64_t findings;
    struct stw_error trouble;
    struct stw_segment_taker taker = {.block = take_block, .context = taking};
    stw_error_clear(&trouble);
    stw_error_clear(&taking->err);
    STW_TRY(stw_salvage_file_path(taking->salvage, file, path, sizeof(path), err));
    int status = stw_segment_take(taking->salvage->io, path, &taker, &findings, &trouble);
    if (status < 0 && err != NULL)
        *err = taking->err.what[0] != '\0' ? taking->err : trouble;
    return status;
}

/* ---- Tables with one live row a series ------------------------------------------------------- */

static int count_block(void *context, const struct stw_segment_spec *spec,
                       const struct stw_block *block)
{
    struct taking *taking = context;
    int places[STW_SEGMENT_COLUMNS_MAX], sequence;
    stw_salvage_places(taking->table, spec, places, &sequence);
    for (uint32_t row = 0; sequence >= 0 && row < block->rows; row++)
        taking->keyless += (uint64_t)block->columns[sequence].ints[row] >> 32 == taking->moment;
    return STW_OK;
}

struct place {
    uint64_t sequence;
    uint32_t row;
};

static int by_sequence(const void *a, const void *b)
{
    uint64_t x = ((const struct place *)a)->sequence, y = ((const struct place *)b)->sequence;
    return x < y ? -1 : x > y;
}

static void reorder(void *array, void *scratch, size_t size, const struct place *places,
                    uint32_t count)
{
    char *bytes = array, *copy = scratch;
    for (uint32_t i = 0; i < count; i++)
        memcpy(copy + i * size, bytes + places[i].row * size, size);
    memcpy(bytes, copy, count * size);
}

/* The batch's rows into the order of their sequences. */
static int sort_batch(struct taking *taking, struct stw_error *err)
{
    struct stw_batch *batch = &taking->batch;
    struct place *places = stw_alloc(batch->count, sizeof(*places));
    void *scratch = stw_alloc(batch->count, sizeof(uint64_t));
    if (places == NULL || scratch == NULL) {
        stw_free(places);
        stw_free(scratch);
        return stw_fail_memory(err, batch->count * sizeof(*places));
    }
    for (uint32_t i = 0; i < batch->count; i++)
        places[i] = (struct place){taking->sequences[i], i};
    qsort(places, batch->count, sizeof(*places), by_sequence);
    reorder(batch->series, scratch, sizeof(*batch->series), places, batch->count);
    reorder(batch->time_ns, scratch, sizeof(*batch->time_ns), places, batch->count);
    for (uint32_t i = 0; i < batch->column_count; i++) {
        struct stw_batch_column *column = &batch->columns[i];
        if (column->ints != NULL)
            reorder(column->ints, scratch, sizeof(*column->ints), places, batch->count);
        if (column->scales != NULL)
            reorder(column->scales, scratch, 1, places, batch->count);
        if (column->floats != NULL)
            reorder(column->floats, scratch, sizeof(*column->floats), places, batch->count);
        if (column->codes != NULL)
            reorder(column->codes, scratch, sizeof(*column->codes), places, batch->count);
        if (column->present != NULL)
            reorder(column->present, scratch, 1, places, batch->count);
    }
    stw_free(places);
    stw_free(scratch);
    return STW_OK;
}

/* How many rows of the table the moment has, over all files. */
static int count_rows(struct taking *taking, uint64_t *rows, struct stw_error *err)
{
    struct stw_salvage *salvage = taking->salvage;
    struct stw_segment_taker taker = {.block = count_block, .context = taking};
    for (uint32_t i = 0; i < salvage->file_count; i++) {
        char path[STW_STORE_PATH_SIZE_MAX + 300];
        uint64_t findings;
        const struct stw_salvage_file *file = &salvage->files[i];
        if (file->table != taking->table || taking->moment < file->commit_first ||
            taking->moment > file->commit_last)
            continue;
        STW_TRY(stw_salvage_file_path(salvage, file, path, sizeof(path), err));
        STW_TRY(stw_segment_take(salvage->io, path, &taker, &findings, err));
    }
    *rows = taking->keyless;
    taking->keyless = 0;
    return STW_OK;
}

/* ---- A table's part of a commit -------------------------------------------------------------- */

static bool belongs(const struct stw_salvage_file *file, const struct taking *taking)
{
    if (file->table != taking->table)
        return false;
    return taking->sequences == NULL
               ? file->commit_last == taking->moment
               : taking->moment >= file->commit_first && taking->moment <= file->commit_last;
}

static int take_files(struct taking *taking, struct stw_error *err)
{
    struct stw_salvage *salvage = taking->salvage;
    for (uint32_t i = 0; i < salvage->file_count; i++) {
        if (belongs(&salvage->files[i], taking))
            STW_TRY(take_file(taking, &salvage->files[i], err));
    }
    if (taking->sequences != NULL && taking->batch.count > 0)
        STW_TRY(sort_batch(taking, err));
    int status = flush(taking);
    if (status != STW_OK && err != NULL)
        *err = taking->err;
    return status;
}

static int take_table(struct stw_salvage *salvage, const struct stw_table *table,
                      struct stw_commit *commit, uint64_t moment, struct stw_error *err)
{
    struct taking taking = {.salvage = salvage, .table = table, .commit = commit, .moment = moment};
    uint64_t rows = STW_BATCH_ROWS_DEFAULT;
    stw_error_clear(&taking.err);
    if (table->identity == STW_IDENTITY_SERIES) {
        STW_TRY(count_rows(&taking, &rows, err));
        if (rows == 0)
            return STW_OK;
        if (rows > UINT32_MAX)
            return stw_fail(err, STW_ERR_LIMIT, "a commit has %llu rows", (unsigned long long)rows);
        taking.sequences = stw_alloc((size_t)rows, sizeof(*taking.sequences));
        if (taking.sequences == NULL)
            return stw_fail_memory(err, rows * sizeof(*taking.sequences));
    }
    int status = stw_batch_init(&taking.batch, table, (uint32_t)rows, err);
    if (status == STW_OK) {
        status = take_files(&taking, err);
        stw_batch_release(&taking.batch);
    }
    salvage->result->keyless += taking.keyless;
    stw_free(taking.sequences);
    return status;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static const struct stw_commit_entry *entry_of(const struct stw_salvage *salvage, uint64_t moment)
{
    for (uint32_t i = 0; salvage->old != NULL && i < salvage->old->state.commit_count; i++) {
        if (salvage->old->state.commits[i].generation == moment)
            return &salvage->old->state.commits[i];
    }
    return NULL;
}

static int fill_commit(struct stw_salvage *salvage, const struct stw_commit_entry *entry,
                       struct stw_commit *commit, uint64_t moment, struct stw_error *err)
{
    const struct stw_schema *schema = stw_store_schema(salvage->store);
    for (uint32_t i = 0; entry != NULL && i < entry->reject_count; i++)
        STW_TRY(stw_commit_reject(commit, entry->rejects[i].reason, entry->rejects[i].rows, err));
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++)
        STW_TRY(take_table(salvage, stw_schema_table(schema, i), commit, moment, err));
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

static int do_moment(struct stw_salvage *salvage, uint64_t moment, struct stw_error *err)
{
    const struct stw_state *old = salvage->old == NULL ? NULL : &salvage->old->state;
    for (uint32_t i = 0; old != NULL && i < old->erasure_count; i++) {
        if (old->erasures[i].generation == moment)
            STW_TRY(erase_again(salvage, &old->erasures[i], err));
    }
    STW_TRY(commit_moment(salvage, moment, err));
    for (uint32_t i = 0; old != NULL && i < old->snapshot_count; i++) {
        const struct stw_snapshot *snapshot = &old->snapshots[i].snapshot;
        if (snapshot->generation != moment)
            continue;
        salvage->now_ns = snapshot->created_ns;
        STW_TRY(stw_store_snapshot(salvage->store, snapshot->name, snapshot->pins, err));
    }
    return STW_OK;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
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
    if (salvage->moment_count > 0)
        qsort(salvage->moments, salvage->moment_count, sizeof(*salvage->moments), by_number);
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

static int salvage_all(struct stw_salvage *salvage, const char *into,
                       const struct stw_salvage_spec *spec, struct stw_error *err)
{
    STW_TRY(open_old(salvage, spec, err));
    STW_TRY(make_store(salvage, into, spec, err));
    uint32_t tables = stw_schema_table_count(stw_store_schema(salvage->store));
    salvage->keys = stw_alloc_zero(tables, sizeof(*salvage->keys));
    if (salvage->keys == NULL)
        return stw_fail_memory(err, tables * sizeof(*salvage->keys));
    STW_TRY(stw_salvage_survey(salvage, err));
    STW_TRY(note_moments(salvage, err));
    for (uint32_t i = 0; i < salvage->moment_count; i++) {
        if (i > 0 && salvage->moments[i] == salvage->moments[i - 1])
            continue;
        STW_TRY(do_moment(salvage, salvage->moments[i], err));
    }
    char journal[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(stw_path_join(journal, sizeof(journal), salvage->path, "journal", err));
    if (stw_io_exists(journal))
        stw_salvage_report(salvage, "journal",
                           "it is not read: rows that came after the last flush are left out");
    if (salvage->result->keyless > 0)
        stw_salvage_report(salvage, "segments", "rows whose series key is lost are left out");
    return STW_OK;
}

int stw_salvage_run(const char *path, const char *into, const struct stw_salvage_spec *spec,
                    stw_store_finding_fn *each, void *context, struct stw_salvage_result *result,
                    struct stw_error *err)
{
    struct stw_salvage salvage = {.path = path,
                                  .io = spec->io == NULL ? stw_io_system() : spec->io,
                                  .each = each,
                                  .context = context,
                                  .result = result};
    memset(result, 0, sizeof(*result));
    stw_arena_init(&salvage.arena);
    int status = salvage_all(&salvage, into, spec, err);
    for (uint32_t i = 0;
         salvage.keys != NULL && i < stw_schema_table_count(stw_store_schema(salvage.store)); i++)
        stw_free(salvage.keys[i].words);
    stw_free(salvage.keys);
    stw_free(salvage.files);
    stw_free(salvage.moments);
    stw_free(salvage.findings);
    stw_free(salvage.finding_series);
    stw_store_close(salvage.store);
    stw_store_close(salvage.old);
    stw_arena_release(&salvage.arena);
    return status;
}
