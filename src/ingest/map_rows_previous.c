/*
 * The reading before, in the record of the present one. The file may stand in any order, so all of
 * its readings are kept until its end, then taken in the order of series and time: each previous
 * reading is compared with the one the file or the store has.
 */
#include "base/memory.h"
#include "ingest/map_rows_inside.h"
#include "store/view.h"
#include "time/civil.h"
#include "time/stamp.h"

#include <stdio.h>
#include <stdlib.h>

struct reading {
    uint32_t series; /* of this file */
    int64_t time_ns;
    uint64_t order; /* in the file */
    uint64_t line;
    struct stw_decimal value;
    bool has_before, has_before_time;
    bool estimated, before_estimated;
    struct stw_decimal before;
    int64_t before_ns;
};

struct stw_map_rows_previous {
    struct stw_map_rows_field value, time;
    bool has_time;
    struct reading *list;
    size_t count, capacity;
};

/* What the store has, looked up series by series. */
struct lookup {
    struct stw_view *view; /* NULL: not opened yet */
    struct stw_merge *merge;
    bool has_quality; /* beside the value */
    uint32_t series_count;
};

/* A reading to compare with. */
struct known {
    bool found;
    bool estimated;
    int64_t time_ns;
    struct stw_decimal value;
};

int stw_map_rows_previous_create(struct stw_map_rows *rows, struct stw_error *err)
{
    const struct stw_map_previous *map = &rows->map->previous;
    struct stw_map_rows_previous *previous = stw_alloc_zero(1, sizeof(*previous));
    if (previous == NULL)
        return stw_fail_memory(err, sizeof(*previous));
    rows->previous = previous;
    previous->has_time = map->has_time;
    STW_TRY(stw_map_rows_bind_source(rows, &map->value, &previous->value, err));
    if (previous->value.rule.unit == NULL)
        previous->value.rule.unit = rows->value->rule.unit;
    return map->has_time ? stw_map_rows_bind_source(rows, &map->time, &previous->time, err)
                         : STW_OK;
}

void stw_map_rows_previous_free(struct stw_map_rows_previous *previous)
{
    if (previous == NULL)
        return;
    stw_map_rows_release_source(&previous->value);
    stw_map_rows_release_source(&previous->time);
    stw_free(previous->list);
    stw_free(previous);
}

int stw_map_rows_previous_read(struct stw_map_rows *rows, const struct stw_text_record *record,
                               bool *rejected, struct stw_error *err)
{
    struct stw_map_rows_field *fields[] = {&rows->previous->value, &rows->previous->time};
    *rejected = false;
    for (int i = 0; i < 1 + rows->previous->has_time; i++) {
        struct stw_slice text;
        enum stw_reject reason;
        if (fields[i]->field->from == STW_MAP_CONSTANT)
            continue;
        bool taken = stw_map_rows_read(rows, fields[i], record, &text, &reason);
        STW_TRY(stw_buffer_status(&rows->joined, err));
        if (taken)
            continue;
        *rejected = true;
        return stw_map_rows_reject(rows, record, fields[i], reason, text, err);
    }
    return STW_OK;
}

/* Whether the present row is an estimate, by its cell or by its quality. */
static bool is_marked(const struct stw_map_rows *rows)
{
    const struct stw_map_rows_field *own = rows->own_quality;
    return rows->value->cell.estimated ||
           (own != NULL && own->cell.present && stw_slice_is(own->cell.text, "estimated"));
}

int stw_map_rows_previous_note(struct stw_map_rows *rows, uint64_t line, struct stw_error *err)
{
    struct stw_map_rows_previous *previous = rows->previous;
    if (!rows->value->cell.present)
        return STW_OK;
    if (previous->count == STW_PREVIOUS_ROWS_MAX) {
        stw_fail(err, STW_ERR_LIMIT, "a file with previous readings holds no more than %d rows",
                 STW_PREVIOUS_ROWS_MAX);
        stw_error_hint(err, "cut it into several files");
        return STW_ERR_LIMIT;
    }
    if (!stw_reserve((void **)&previous->list, &previous->capacity, previous->count + 1,
                     sizeof(*previous->list)))
        return stw_fail_memory(err, (previous->count + 1) * sizeof(*previous->list));
    const struct stw_cell_value *before = &previous->value.cell, *time = &previous->time.cell;
    previous->list[previous->count] =
        (struct reading){.series = rows->series_last,
                         .time_ns = rows->time->cell.whole,
                         .order = previous->count,
                         .line = line,
                         .value = rows->value->cell.decimal,
                         .estimated = is_marked(rows),
                         .has_before = before->present,
                         .has_before_time = previous->has_time && time->present,
                         .before_estimated = before->estimated,
                         .before = before->decimal,
                         .before_ns = time->whole};
    previous->count++;
    return STW_OK;
}

/* ---- At the end ------------------------------------------------------------------------------ */

static int compare_readings(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int open_lookup(struct stw_map_rows *rows, struct lookup *lookup, struct stw_error *err)
{
    if (lookup->view != NULL)
        return STW_OK;
    uint32_t columns[2] = {rows->value->field->index, (uint32_t)rows->quality};
    lookup->has_quality = rows->quality >= 0;
    STW_TRY(stw_view_open(rows->store, NULL, &lookup->view, err));
    lookup->series_count = stw_view_series(lookup->view, rows->map->table).count;
    return stw_view_merge(lookup->view, rows->map->table, columns, 1 + lookup->has_quality, false,
                          &lookup->merge, err);
}

static bool is_estimated(const struct lookup *lookup, const struct stw_run *run, uint32_t row)
{
    return lookup->has_quality && stw_vector_has(&run->columns[1], row) &&
           stw_slice_is(stw_vector_text(&run->columns[1], row), "estimated");
}

/* The store's last reading with a value in [from, to). */
static int last_stored(struct lookup *lookup, uint32_t series, int64_t from_ns, int64_t to_ns,
                       struct known *known, struct stw_error *err)
{
    struct stw_run run;
    int status;
    if (series >= lookup->series_count || from_ns >= to_ns)
        return STW_OK;
    stw_merge_seek(lookup->merge, series, from_ns, to_ns);
    while ((status = stw_merge_next(lookup->merge, &run, err)) == STW_OK) {
        for (uint32_t row = 0; row < run.count; row++)
            if (stw_vector_has(&run.columns[0], row))
                *known = (struct known){true, is_estimated(lookup, &run, row), run.time_ns[row],
                                        stw_vector_decimal(&run.columns[0], row)};
    }
    return status < 0 ? status : STW_OK;
}

/* The last one before `to`, looked for nearby first: a monthly meter has it there, and an hourly
 * one is not read from its beginning. */
static int last_before(struct lookup *lookup, uint32_t series, int64_t from_ns, int64_t to_ns,
                       struct known *known, struct stw_error *err)
{
    static const int64_t windows_days[] = {2, 63, 800};
    for (size_t i = 0; i < sizeof(windows_days) / sizeof(windows_days[0]) && !known->found; i++) {
        int64_t near_ns = to_ns - windows_days[i] * STW_NS_PER_DAY;
        if (near_ns > from_ns)
            STW_TRY(last_stored(lookup, series, near_ns, to_ns, known, err));
    }
    return known->found ? STW_OK : last_stored(lookup, series, from_ns, to_ns, known, err);
}

/* The reading that the previous one of list[at] must be. */
static int find_before(struct stw_map_rows *rows, struct lookup *lookup, size_t at,
                       struct known *known, struct stw_error *err)
{
    const struct reading *list = rows->previous->list, *here = &list[at];
    uint32_t stored = rows->series_id[here->series];
    *known = (struct known){.found = false};
    size_t i = at;
    while (i > 0 && list[i - 1].series == here->series &&
           (list[i - 1].time_ns >= here->time_ns ||
            (here->has_before_time && list[i - 1].time_ns > here->before_ns)))
        i--;
    bool in_file = i > 0 && list[i - 1].series == here->series &&
                   (!here->has_before_time || list[i - 1].time_ns == here->before_ns);
    if (in_file)
        *known =
            (struct known){true, list[i - 1].estimated, list[i - 1].time_ns, list[i - 1].value};
    STW_TRY(open_lookup(rows, lookup, err));
    if (here->has_before_time)
        return in_file
                   ? STW_OK
                   : last_stored(lookup, stored, here->before_ns, here->before_ns + 1, known, err);
    struct known newer = {.found = false};
    int64_t from_ns = in_file ? known->time_ns + 1 : STW_TIME_MIN_NS;
    STW_TRY(last_before(lookup, stored, from_ns, here->time_ns, &newer, err));
    if (newer.found)
        *known = newer;
    return STW_OK;
}

/* A previous reading that differs from the known one, in its value or as an estimate. */
static int report(struct stw_map_rows *rows, const struct reading *reading,
                  const struct known *known, enum stw_ingest_finding_kind kind,
                  struct stw_error *err)
{
    char stands[STW_DECIMAL_TEXT_SIZE], expected[STW_DECIMAL_TEXT_SIZE];
    char time[STW_STAMP_TEXT_SIZE], note[STW_STAMP_TEXT_SIZE + 64];
    struct stw_slice key = rows->series.words[reading->series];
    stw_buffer_clear(&rows->key);
    for (size_t i = 0; i < key.size; i++)
        stw_buffer_add_char(&rows->key, key.data[i] == '\0' ? ' ' : key.data[i]);
    STW_TRY(stw_buffer_status(&rows->key, err));
    stw_decimal_format(reading->before, true, stands);
    stw_decimal_format(known->value, true, expected);
    stw_stamp_to_local(rows->zone, known->time_ns, time);
    snprintf(note, sizeof(note), "is the reading of %s%s", time,
             kind == STW_INGEST_FINDING_ESTIMATE ? ", not marked as an estimate" : "");
    return stw_ingest_findings_add(rows->findings, kind, reading->line,
                                   stw_buffer_slice(&rows->key), stands, expected, note, err);
}

/* A previous reading that neither file nor store has is a reading. */
static int add_before(struct stw_map_rows *rows, const struct reading *reading,
                      struct stw_error *err)
{
    if (stw_batch_full(&rows->batch))
        STW_TRY(stw_map_rows_flush_batch(rows, err));
    uint32_t row =
        stw_batch_row(&rows->batch, rows->series_id[reading->series], reading->before_ns);
    stw_batch_set_decimal(&rows->batch, row, rows->value->field->index, reading->before);
    rows->rows++;
    if (reading->before_estimated && rows->quality >= 0 &&
        !stw_batch_set_text(&rows->batch, row, (uint32_t)rows->quality, STW_SLICE("estimated")))
        return stw_fail_memory(err, sizeof(uint32_t));
    return STW_OK;
}

static int check_all(struct stw_map_rows *rows, struct lookup *lookup, struct stw_error *err)
{
    struct stw_map_rows_previous *previous = rows->previous;
    for (size_t i = 0; i < previous->count; i++) {
        const struct reading *reading = &previous->list[i];
        struct known known;
        if (!reading->has_before)
            continue;
        STW_TRY(find_before(rows, lookup, i, &known, err));
        if (known.found && stw_decimal_compare(known.value, reading->before) != 0)
            STW_TRY(report(rows, reading, &known, STW_INGEST_FINDING_PREVIOUS, err));
        else if (known.found && reading->before_estimated && !known.estimated)
            STW_TRY(report(rows, reading, &known, STW_INGEST_FINDING_ESTIMATE, err));
        else if (!known.found && reading->has_before_time)
            STW_TRY(add_before(rows, reading, err));
    }
    return STW_OK;
}

int stw_map_rows_previous_finish(struct stw_map_rows *rows, struct stw_error *err)
{
    struct stw_map_rows_previous *previous = rows->previous;
    struct lookup lookup = {.view = NULL};
    if (previous->count > 0)
        qsort(previous->list, previous->count, sizeof(*previous->list), compare_readings);
    int status = check_all(rows, &lookup, err);
    stw_merge_close(lookup.merge);
    stw_view_close(lookup.view);
    return status;
}
