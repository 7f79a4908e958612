/* Rows that were folded before; see fold_rows.h. */
#include "ingest/fold_rows.h"

#include "base/memory.h"
#include "store/value.h"

#include <stdlib.h>

/* A series that has rows of a subject. */
struct place {
    uint32_t subject;
    uint32_t series;
};

struct old_row {
    uint32_t series;
    int64_t time_ns;
    const struct stw_value *values; /* by column of the table */
    bool stays;
};

struct stw_fold_rows {
    struct stw_fold_rows_spec spec;
    uint32_t log_column;
    struct stw_merge *merge; /* all columns */
    struct place *places;    /* by subject, then series; no two alike */
    size_t place_capacity;
    uint32_t place_count;
    struct stw_buffer label; /* of the subject */
    struct stw_arena arena;  /* its rows' values */
    struct old_row *old;
    size_t old_capacity;
    uint32_t old_count;
    struct stw_batch again; /* rows that are written again */
};

enum { AGAIN_ROWS = 1024 };

/* ---- Finding --------------------------------------------------------------------------------- */

/* The subject of the fold that "LOG SUBJECT" names, or UINT32_MAX. */
static uint32_t subject_of(const struct stw_fold_rows *rows, struct stw_slice label)
{
    size_t size = rows->spec.log.size;
    if (label.size < size + 1 || !stw_slice_starts(label, rows->spec.log) ||
        label.data[size] != ' ')
        return UINT32_MAX;
    struct stw_slice subject = {label.data + size + 1, label.size - size - 1};
    return stw_fold_find(rows->spec.fold, subject);
}

static int add_place(struct stw_fold_rows *rows, uint32_t subject, uint32_t series,
                     struct stw_error *err)
{
    const struct place *last = rows->place_count > 0 ? &rows->places[rows->place_count - 1] : NULL;
    if (subject == UINT32_MAX ||
        (last != NULL && last->subject == subject && last->series == series))
        return STW_OK;
    if (!stw_reserve((void **)&rows->places, &rows->place_capacity, rows->place_count + 1u,
                     sizeof(*rows->places)))
        return stw_fail_memory(err, sizeof(*rows->places));
    rows->places[rows->place_count++] = (struct place){subject, series};
    return STW_OK;
}

static int look_through(struct stw_fold_rows *rows, struct stw_merge *labels, uint32_t series,
                        struct stw_error *err)
{
    struct stw_run run;
    int status;
    stw_merge_seek(labels, series, INT64_MIN, INT64_MAX);
    while ((status = stw_merge_next(labels, &run, err)) == STW_OK) {
        const struct stw_vector *label = &run.columns[0];
        uint32_t code = UINT32_MAX;
        for (uint32_t row = 0; row < run.count; row++) {
            if (!stw_vector_has(label, row) || label->codes[row] == code)
                continue;
            code = label->codes[row];
            STW_TRY(add_place(rows, subject_of(rows, label->words[code]), series, err));
        }
    }
    return status < 0 ? status : STW_OK;
}

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    return x->series < y->series ? -1 : x->series > y->series;
}

static int find_places(struct stw_fold_rows *rows, struct stw_error *err)
{
    struct stw_merge *labels;
    uint32_t count = stw_view_series(rows->spec.view, rows->spec.table).count;
    STW_TRY(stw_view_merge(rows->spec.view, rows->spec.table, &rows->log_column, 1, false, &labels,
                           err));
    int status = STW_OK;
    for (uint32_t series = 0; series < count && status == STW_OK; series++)
        status = look_through(rows, labels, series, err);
    stw_merge_close(labels);
    if (rows->place_count > 0)
        qsort(rows->places, rows->place_count, sizeof(*rows->places), compare_places);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < rows->place_count; i++)
        if (kept == 0 || compare_places(&rows->places[kept - 1], &rows->places[i]) != 0)
            rows->places[kept++] = rows->places[i];
    rows->place_count = kept;
    return status;
}

static int open_rows(struct stw_fold_rows *rows, struct stw_error *err)
{
    const struct stw_table *table = rows->spec.table;
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX];
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    rows->log_column = (uint32_t)stw_table_column(table, STW_SLICE("log"));
    STW_TRY(stw_batch_init(&rows->again, table, AGAIN_ROWS, err));
    STW_TRY(find_places(rows, err));
    return stw_view_merge(rows->spec.view, table, columns, table->column_count, false, &rows->merge,
                          err);
}

int stw_fold_rows_open(struct stw_fold_rows **out, const struct stw_fold_rows_spec *spec,
                       struct stw_error *err)
{
    struct stw_fold_rows *rows = stw_alloc_zero(1, sizeof(*rows));
    if (rows == NULL)
        return stw_fail_memory(err, sizeof(*rows));
    rows->spec = *spec;
    stw_buffer_init(&rows->label);
    stw_arena_init(&rows->arena);
    int status = open_rows(rows, err);
    if (status < 0)
        stw_fold_rows_close(rows);
    else
        *out = rows;
    return status;
}

void stw_fold_rows_close(struct stw_fold_rows *rows)
{
    if (rows == NULL)
        return;
    stw_merge_close(rows->merge);
    stw_buffer_release(&rows->label);
    stw_arena_release(&rows->arena);
    if (rows->again.table != NULL)
        stw_batch_release(&rows->again);
    stw_free(rows->places);
    stw_free(rows->old);
    stw_free(rows);
}

/* ---- Comparing ------------------------------------------------------------------------------- */

static int keep_row(struct stw_fold_rows *rows, uint32_t series, const struct stw_run *run,
                    uint32_t row, struct stw_error *err)
{
    uint32_t columns = rows->spec.table->column_count;
    struct stw_value *values = STW_ARENA_ARRAY(&rows->arena, struct stw_value, columns);
    bool kept = values != NULL && stw_reserve((void **)&rows->old, &rows->old_capacity,
                                              rows->old_count + 1u, sizeof(*rows->old));
    for (uint32_t i = 0; i < columns && kept; i++) {
        values[i] = stw_value_of(&run->columns[i], row);
        if (!values[i].present || run->columns[i].type != STW_TYPE_TEXT)
            continue;
        values[i].text = stw_arena_copy(&rows->arena, values[i].text);
        kept = values[i].text.data != NULL;
    }
    if (!kept)
        return stw_fail_memory(err, columns * sizeof(*values));
    rows->old[rows->old_count++] = (struct old_row){series, run->time_ns[row], values, false};
    return STW_OK;
}

static int take_series(struct stw_fold_rows *rows, uint32_t series, int64_t first_ns,
                       struct stw_error *err)
{
    struct stw_slice label = stw_buffer_slice(&rows->label);
    struct stw_run run;
    int status;
    stw_merge_seek(rows->merge, series, first_ns, INT64_MAX);
    while ((status = stw_merge_next(rows->merge, &run, err)) == STW_OK)
        for (uint32_t row = 0; row < run.count; row++) {
            const struct stw_vector *log = &run.columns[rows->log_column];
            if (stw_vector_has(log, row) && stw_slice_equal(stw_vector_text(log, row), label))
                STW_TRY(keep_row(rows, series, &run, row, err));
        }
    return status < 0 ? status : STW_OK;
}

int stw_fold_rows_seek(struct stw_fold_rows *rows, uint32_t subject, int64_t first_ns,
                       struct stw_error *err)
{
    stw_arena_clear(&rows->arena);
    rows->old_count = 0;
    stw_buffer_clear(&rows->label);
    stw_buffer_add_slice(&rows->label, rows->spec.log);
    stw_buffer_add_char(&rows->label, ' ');
    stw_buffer_add_slice(&rows->label, stw_fold_subject(rows->spec.fold, subject));
    STW_TRY(stw_buffer_status(&rows->label, err));
    struct place from = {subject, 0};
    uint32_t low = 0, high = rows->place_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_places(&rows->places[middle], &from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < rows->place_count && rows->places[low].subject == subject; low++)
        STW_TRY(take_series(rows, rows->places[low].series, first_ns, err));
    return STW_OK;
}

static struct stw_value batch_cell(const struct stw_batch_column *from, uint32_t row)
{
    struct stw_value cell = {.present = from->used && from->present[row] != 0};
    if (!cell.present)
        return cell;
    if (from->type == STW_TYPE_TEXT)
        cell.text = from->words.words[from->codes[row]];
    else if (from->type == STW_TYPE_FLOAT)
        cell.real = from->floats[row];
    else
        cell.integer = from->ints[row];
    if (from->type == STW_TYPE_DECIMAL)
        cell.scale = from->scales[row];
    return cell;
}

/* The first of the old rows of an instant; they are in the order of series and time. */
static uint32_t first_at(const struct stw_fold_rows *rows, uint32_t count, uint32_t series,
                         int64_t time_ns)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct old_row *old = &rows->old[middle];
        if (old->series < series || (old->series == series && old->time_ns < time_ns))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct old_row *old, uint32_t series, int64_t time_ns)
{
    return old->series == series && old->time_ns == time_ns;
}

bool stw_fold_rows_has(struct stw_fold_rows *rows, const struct stw_batch *batch)
{
    uint32_t row = batch->count - 1;
    uint32_t series = batch->series[row];
    int64_t time_ns = batch->time_ns[row];
    for (uint32_t i = first_at(rows, rows->old_count, series, time_ns);
         i < rows->old_count && is_at(&rows->old[i], series, time_ns); i++) {
        bool same = !rows->old[i].stays;
        for (uint32_t column = 0; column < batch->column_count && same; column++) {
            struct stw_value cell = batch_cell(&batch->columns[column], row);
            same = stw_value_same(batch->columns[column].type, &cell, &rows->old[i].values[column]);
        }
        if (!same)
            continue;
        rows->old[i].stays = true;
        return true;
    }
    return false;
}

/* ---- Taking out ------------------------------------------------------------------------------ */

int stw_fold_rows_finish(struct stw_fold_rows *rows, struct stw_error *err)
{
    if (rows->again.count == 0)
        return STW_OK;
    STW_TRY(stw_commit_add(rows->spec.commit, &rows->again, err));
    stw_batch_clear(&rows->again);
    return STW_OK;
}

static int write_again(struct stw_fold_rows *rows, const struct old_row *old, struct stw_error *err)
{
    struct stw_batch *batch = &rows->again;
    if (stw_batch_full(batch))
        STW_TRY(stw_fold_rows_finish(rows, err));
    uint32_t row = stw_batch_row(batch, old->series, old->time_ns);
    for (uint32_t i = 0; i < batch->column_count; i++) {
        const struct stw_value *value = &old->values[i];
        if (!value->present)
            continue;
        STW_TRY(stw_batch_use(batch, i, err));
        switch (batch->columns[i].type) {
        case STW_TYPE_DECIMAL:
            stw_batch_set_decimal(batch, row, i,
                                  (struct stw_decimal){value->integer, value->scale});
            break;
        case STW_TYPE_FLOAT:
            stw_batch_set_float(batch, row, i, value->real);
            break;
        case STW_TYPE_TEXT:
            if (!stw_batch_set_text(batch, row, i, value->text))
                return stw_fail_memory(err, value->text.size);
            break;
        default:
            stw_batch_set_int(batch, row, i, value->integer);
        }
    }
    return STW_OK;
}

/* Whether a row of the store is one of those that go. */
static bool goes(struct stw_fold_rows *rows, uint32_t own_count, const struct old_row *row)
{
    for (uint32_t i = first_at(rows, own_count, row->series, row->time_ns);
         i < own_count && is_at(&rows->old[i], row->series, row->time_ns); i++) {
        bool same = !rows->old[i].stays;
        for (uint32_t column = 0; column < rows->spec.table->column_count && same; column++)
            same = stw_value_same(rows->spec.table->columns[column].type,
                                  &rows->old[i].values[column], &row->values[column]);
        if (same)
            return true;
    }
    return false;
}

/* Erases an instant of a series; what is to stay of it is written again. */
static int clear_instant(struct stw_fold_rows *rows, uint32_t series, int64_t time_ns,
                         struct stw_error *err)
{
    uint32_t own_count = rows->old_count;
    struct stw_run run;
    int status;
    STW_TRY(
        stw_commit_erase(rows->spec.commit, rows->spec.table, series, time_ns, time_ns + 1, err));
    stw_merge_seek(rows->merge, series, time_ns, time_ns + 1);
    while ((status = stw_merge_next(rows->merge, &run, err)) == STW_OK)
        for (uint32_t row = 0; row < run.count; row++) {
            STW_TRY(keep_row(rows, series, &run, row, err));
            const struct old_row *here = &rows->old[rows->old_count - 1];
            if (!goes(rows, own_count, here))
                STW_TRY(write_again(rows, here, err));
        }
    rows->old_count = own_count;
    return status < 0 ? status : STW_OK;
}

int stw_fold_rows_drop(struct stw_fold_rows *rows, uint64_t *gone, struct stw_error *err)
{
    uint32_t last = UINT32_MAX; /* of those that go */
    for (uint32_t i = 0; i < rows->old_count; i++) {
        uint32_t series = rows->old[i].series;
        int64_t time_ns = rows->old[i].time_ns;
        if (rows->old[i].stays)
            continue;
        if (last == UINT32_MAX || !is_at(&rows->old[last], series, time_ns))
            STW_TRY(clear_instant(rows, series, time_ns, err));
        last = i;
        ++*gone;
    }
    return STW_OK;
}
