/*
 * What salvage takes from the journal of the old store, live files and archive:
 *
 *     - rows of damaged blocks. The manifest says up to which position each flush took the journal,
 *       so that they go into the same commit again; what came later wins as before.
 *     - rows that waited for a flush, into a last commit.
 *
 * Where the manifest is lost, or records of it, nobody can say which rows waited: those that were
 * in segments may be corrected, and compaction may have left only the correction. There a row is
 * taken only where the new store has none of its identity and no erasure touches it; the others are
 * counted, and named.
 *
 * The journal is read once, front to back, beside the commits; from its beginning only when there
 * is a damaged block, or no manifest.
 */
#include "store/salvage_inside.h"

#include "base/memory.h"
#include "store/row_record.h"
#include "store/view.h"

#include <stdio.h>
#include <stdlib.h>

struct stw_salvage_journal {
    struct stw_journal_reader *reader;
    struct stw_journal_record record; /* read and not dealt with yet */
    bool has_record;
    struct stw_buffer body;
    struct stw_view *before; /* the new store without what comes from the journal; may be NULL */
    struct stw_merge *merge; /* over a table of it */
    const struct stw_table *merge_table;
    uint32_t lost_from, lost_to; /* of salvage->lost, sorted: those at hand; see reach_lost */
    uint64_t left_out;           /* rows: nobody can say whether they waited */
};

/* How rows of a record are judged. */
enum judgement { TAKE_ALL, TAKE_LOST, TAKE_VACANT };

struct filling {
    struct stw_salvage *salvage;
    struct stw_commit *commit;
    enum judgement judgement;
};

/* ---- Opening --------------------------------------------------------------------------------- */

static int note_damage(void *context, const char *sentence)
{
    stw_salvage_report(context, "journal", sentence);
    return STW_OK;
}

static int open_reader(struct stw_salvage *salvage, const char *folder, struct stw_error *err)
{
    struct stw_journal_options options = {
        .io = salvage->io, .note = note_damage, .note_context = salvage};
    struct stw_journal_position from = {0, 0};
    if (salvage->old == NULL) {
        int status = stw_journal_identify(salvage->io, folder, options.id, err);
        if (status == STW_ERR_NOT_FOUND) {
            stw_salvage_report(salvage, "journal", "no file of it has a header that can be read");
            return STW_OK;
        }
        STW_TRY(status);
    } else {
        memcpy(options.id, salvage->old->header.id, sizeof(options.id));
        if (salvage->lost_count == 0)
            from = salvage->old->state.journal;
    }
    return stw_journal_reader_open(&salvage->journal->reader, folder, &options, from, err);
}

static int by_first_commit(const void *a, const void *b)
{
    const struct stw_salvage_lost *x = a, *y = b;
    return x->commit_first < y->commit_first ? -1 : x->commit_first > y->commit_first;
}

int stw_salvage_journal_open(struct stw_salvage *salvage, struct stw_error *err)
{
    char folder[STW_STORE_PATH_SIZE_MAX + 16];
    STW_TRY(stw_path_join(folder, sizeof(folder), salvage->path, "journal", err));
    if (!stw_io_exists(folder))
        return STW_OK;
    salvage->journal = stw_alloc_zero(1, sizeof(*salvage->journal));
    if (salvage->journal == NULL)
        return stw_fail_memory(err, sizeof(*salvage->journal));
    stw_buffer_init(&salvage->journal->body);
    if (salvage->lost_count > 0)
        qsort(salvage->lost, salvage->lost_count, sizeof(*salvage->lost), by_first_commit);
    return open_reader(salvage, folder, err);
}

void stw_salvage_journal_close(struct stw_salvage *salvage)
{
    struct stw_salvage_journal *journal = salvage->journal;
    if (journal == NULL)
        return;
    stw_merge_close(journal->merge);
    stw_view_close(journal->before);
    stw_journal_reader_close(journal->reader);
    stw_buffer_release(&journal->body);
    stw_free(journal);
}

/* ---- Judging a row --------------------------------------------------------------------------- */

/* Keeps at hand, in [lost_from, lost_to), the damaged blocks that a flush may have rows in; flushes
 * come in order, so that each block comes and goes once. False: there is none. */
static bool reach_lost(struct stw_salvage *salvage, uint64_t moment)
{
    struct stw_salvage_journal *journal = salvage->journal;
    struct stw_salvage_lost *lost = salvage->lost;
    while (journal->lost_to < salvage->lost_count && lost[journal->lost_to].commit_first <= moment)
        journal->lost_to++;
    for (uint32_t i = journal->lost_from; i < journal->lost_to; i++) {
        if (lost[i].commit_last >= moment)
            continue;
        lost[i] = lost[journal->lost_from++]; /* in the place of one that is over */
    }
    return journal->lost_from < journal->lost_to;
}

/* Whether a damaged block at hand held such a row. `series` is of the old store. */
static bool is_lost(const struct stw_salvage *salvage, const struct stw_table *table,
                    uint32_t series, int64_t time_ns)
{
    for (uint32_t i = salvage->journal->lost_from; i < salvage->journal->lost_to; i++) {
        const struct stw_salvage_lost *lost = &salvage->lost[i];
        if (lost->table == table->number && series >= lost->series_first &&
            series <= lost->series_last && time_ns >= lost->time_min_ns &&
            time_ns <= lost->time_max_ns)
            return true;
    }
    return false;
}

static bool is_erased(const struct stw_salvage *salvage, const struct stw_table *table,
                      uint32_t series, int64_t time_ns)
{
    const struct stw_state *old = salvage->old == NULL ? NULL : &salvage->old->state;
    for (uint32_t i = 0; old != NULL && i < old->erasure_count; i++) {
        const struct stw_erasure *erasure = &old->erasures[i];
        if (erasure->table == table->number && erasure->series == series &&
            time_ns >= erasure->from_ns && time_ns < erasure->to_ns)
            return true;
    }
    return false;
}

/* The merge over the new store's rows of a table, with all columns. */
static int want_merge(struct stw_salvage *salvage, const struct stw_table *table,
                      struct stw_error *err)
{
    struct stw_salvage_journal *journal = salvage->journal;
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX];
    if (journal->before == NULL)
        STW_TRY(stw_view_open(salvage->store, NULL, &journal->before, err));
    if (journal->merge != NULL && journal->merge_table == table)
        return STW_OK;
    stw_merge_close(journal->merge);
    journal->merge = NULL;
    journal->merge_table = table;
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    return stw_view_merge(journal->before, table, columns, table->column_count, false,
                          &journal->merge, err);
}

/* What the new store has in the place of a row. */
enum occupant { NOTHING, THE_SAME, ANOTHER };

static int find_occupant(struct stw_salvage *salvage, const struct stw_batch *rows, uint32_t row,
                         struct stw_slice key, enum occupant *occupant, struct stw_error *err)
{
    const struct stw_table *table = rows->table;
    struct stw_run run;
    *occupant = NOTHING;
    if (table->identity == STW_IDENTITY_ALL) /* a repeated row is known as such */
        return STW_OK;
    STW_TRY(want_merge(salvage, table, err));
    struct stw_series series = stw_view_series(salvage->journal->before, table);
    uint32_t id = stw_series_find(&series, key);
    if (id == STW_SERIES_NONE)
        return STW_OK;
    bool any_time = table->identity == STW_IDENTITY_SERIES;
    stw_merge_seek(salvage->journal->merge, id, any_time ? INT64_MIN : rows->time_ns[row],
                   any_time ? INT64_MAX : rows->time_ns[row] + 1);
    int status = stw_merge_next(salvage->journal->merge, &run, err);
    if (status == STW_OK)
        *occupant = stw_batch_row_same(rows, row, &run, 0) ? THE_SAME : ANOTHER;
    return status < 0 ? status : STW_OK;
}

static int judge(const struct filling *filling, const struct stw_batch *rows, uint32_t row,
                 struct stw_slice key, bool *taken, struct stw_error *err)
{
    struct stw_salvage *salvage = filling->salvage;
    const struct stw_table *table = rows->table;
    int64_t time_ns = rows->time_ns[row];
    uint32_t old = STW_SERIES_NONE;
    enum occupant occupant;
    *taken = true;
    if (filling->judgement == TAKE_ALL)
        return STW_OK;
    if (salvage->old != NULL) {
        struct stw_series series =
            stw_store_series(salvage->old, stw_schema_table(salvage->old->schema, table->number));
        old = stw_series_find(&series, key);
    }
    if (filling->judgement == TAKE_LOST) {
        *taken = is_lost(salvage, table, old, time_ns);
        return STW_OK;
    }
    STW_TRY(find_occupant(salvage, rows, row, key, &occupant, err));
    *taken = occupant == NOTHING && !is_erased(salvage, table, old, time_ns);
    salvage->journal->left_out += !*taken && occupant != THE_SAME;
    return STW_OK;
}

/* ---- Taking a record ------------------------------------------------------------------------- */

/* Keys of a record by number: what stands for ids until rows are chosen. */
static int number_key(void *context, const struct stw_table *table, struct stw_slice key,
                      uint32_t *series, struct stw_error *err)
{
    (void)table;
    return stw_intern_add(context, key, series, NULL) ? STW_OK : stw_fail_memory(err, key.size);
}

static int take_rows(const struct filling *filling, const struct stw_batch *rows,
                     const struct stw_intern *keys, struct stw_batch *chosen, struct stw_error *err)
{
    for (uint32_t row = 0; row < rows->count; row++) {
        struct stw_slice key = keys->words[rows->series[row]];
        bool taken;
        uint32_t series;
        STW_TRY(judge(filling, rows, row, key, &taken, err));
        if (!taken)
            continue;
        STW_TRY(stw_commit_series(filling->commit, rows->table, key, &series, err));
        STW_TRY(stw_batch_copy_row(chosen, series, rows, row, err));
    }
    struct stw_salvage_result *result = filling->salvage->result;
    *(filling->judgement == TAKE_LOST ? &result->restored : &result->waited) += chosen->count;
    return chosen->count == 0 ? STW_OK : stw_commit_add(filling->commit, chosen, err);
}

static int take_record(const struct filling *filling, struct stw_error *err)
{
    struct stw_salvage_journal *journal = filling->salvage->journal;
    struct stw_batch rows = {0}, chosen = {0};
    struct stw_row_record record;
    struct stw_intern keys;
    STW_TRY(stw_row_record_open(&record, journal->record.payload, &journal->body, err));
    const struct stw_table *table =
        stw_schema_find(stw_store_schema(filling->salvage->store), record.table);
    if (table == NULL)
        return stw_fail(err, STW_ERR_DAMAGED, "there is no table '%.*s'",
                        STW_SLICE_ARG(record.table));
    stw_intern_init(&keys);
    int status = stw_row_record_read(&record, table, number_key, &keys, &rows, err);
    if (status == STW_OK)
        status = stw_batch_init(&chosen, table, rows.count, err);
    if (status == STW_OK)
        status = take_rows(filling, &rows, &keys, &chosen, err);
    stw_batch_release(&chosen);
    stw_batch_release(&rows);
    stw_intern_release(&keys);
    return status;
}

/* Deals with the record at hand, and says so where it cannot be used. */
static int take_present(const struct filling *filling, struct stw_error *err)
{
    struct stw_salvage_journal *journal = filling->salvage->journal;
    struct stw_error trouble = {0};
    journal->has_record = false;
    if (journal->record.kind != STW_JOURNAL_ROWS)
        return STW_OK;
    int status = take_record(filling, &trouble);
    if (status == STW_ERR_DAMAGED || status == STW_ERR_INPUT) {
        char text[STW_ERROR_WHAT_SIZE];
        snprintf(text, sizeof(text), "the record at byte %llu of journal file %llu: %.300s",
                 (unsigned long long)journal->record.at.offset,
                 (unsigned long long)journal->record.at.file, trouble.what);
        stw_salvage_report(filling->salvage, "journal", text);
        return STW_OK;
    }
    if (status < 0 && err != NULL)
        *err = trouble;
    return status;
}

/* STW_END when no record is left. */
static int want_record(struct stw_salvage_journal *journal, struct stw_error *err)
{
    if (journal->has_record)
        return STW_OK;
    int status = stw_journal_reader_next(journal->reader, &journal->record, err);
    journal->has_record = status == STW_OK;
    return status;
}

/* ---- Commits --------------------------------------------------------------------------------- */

int stw_salvage_journal_fill(struct stw_salvage *salvage, const struct stw_commit_entry *entry,
                             struct stw_commit *commit, struct stw_error *err)
{
    struct stw_salvage_journal *journal = salvage->journal;
    struct filling filling = {.salvage = salvage, .commit = commit, .judgement = TAKE_LOST};
    if (journal == NULL || journal->reader == NULL || salvage->lost_count == 0)
        return STW_OK;
    bool wanted = reach_lost(salvage, entry->generation);
    for (;;) {
        int status = want_record(journal, err);
        if (status == STW_END)
            return STW_OK;
        STW_TRY(status);
        if (stw_journal_compare(journal->record.at, entry->journal) >= 0)
            return STW_OK;
        journal->has_record = wanted;
        if (wanted)
            STW_TRY(take_present(&filling, err));
    }
}

static int take_waiting(struct filling *filling, struct stw_error *err)
{
    struct stw_salvage *salvage = filling->salvage;
    struct stw_salvage_journal *journal = salvage->journal;
    const struct stw_store *old = salvage->old;
    struct stw_journal_position flushed = {0, 0};
    if (old != NULL)
        flushed = old->state.journal;
    for (;;) {
        int status = want_record(journal, err);
        if (status == STW_END)
            return stw_journal_reader_check_end(journal->reader);
        STW_TRY(status);
        if (stw_journal_compare(journal->record.at, flushed) < 0)
            journal->has_record = false;
        else
            STW_TRY(take_present(filling, err));
    }
}

int stw_salvage_journal_finish(struct stw_salvage *salvage, struct stw_error *err)
{
    struct stw_salvage_journal *journal = salvage->journal;
    struct filling filling = {.salvage = salvage, .judgement = TAKE_ALL};
    struct stw_commit_result result;
    if (journal == NULL || journal->reader == NULL)
        return STW_OK;
    if (salvage->old == NULL || salvage->old->state.records_lost)
        filling.judgement = TAKE_VACANT;
    STW_TRY(stw_commit_begin(salvage->store, NULL, &filling.commit, err));
    int status = take_waiting(&filling, err);
    if (status != STW_OK) {
        stw_commit_abort(filling.commit);
        return status;
    }
    STW_TRY(stw_commit_finish(filling.commit, &result, err));
    salvage->result->added += result.added;
    if (journal->left_out > 0) {
        char text[200];
        snprintf(
            text, sizeof(text),
            "%llu rows of it are left out: others are in their place or were erased, and without "
            "the manifest nobody can say which of them are later",
            (unsigned long long)journal->left_out);
        stw_salvage_report(salvage, "journal", text);
    }
    return STW_OK;
}
