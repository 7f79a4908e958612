/* The records of a log in the store; see fold_log.h. */
#include "ingest/fold_log.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column { PLACE, STATE, CELLS, COLUMN_COUNT };

struct stw_fold_log {
    struct stw_fold_log_spec spec;
    const struct stw_table *table;
    uint32_t columns[COLUMN_COUNT];
    struct stw_merge *merge;
    struct stw_series series; /* that the view has */
    struct stw_batch batch;
    struct stw_buffer key;
    struct stw_arena texts; /* of the subject's stored events */
    struct stw_fold_event *events;
    size_t event_capacity;
    uint32_t event_count;
    bool *writes; /* by event: it goes to the commit */
    size_t write_capacity;
};

static int open_log(struct stw_fold_log *log, struct stw_error *err)
{
    static const char *const names[COLUMN_COUNT] = {"place", "state", "cells"};
    const struct stw_schema *schema = stw_view_schema(log->spec.view);
    log->table = stw_schema_find(schema, STW_SLICE("changes")); /* the map's parser saw to it */
    for (int i = 0; i < COLUMN_COUNT; i++)
        log->columns[i] = (uint32_t)stw_table_column(log->table, stw_slice_of(names[i]));
    log->series = stw_view_series(log->spec.view, log->table);
    STW_TRY(stw_batch_init(&log->batch, log->table, 0, err));
    for (int i = 0; i < COLUMN_COUNT; i++)
        STW_TRY(stw_batch_use(&log->batch, log->columns[i], err));
    return stw_view_merge(log->spec.view, log->table, log->columns, COLUMN_COUNT, false,
                          &log->merge, err);
}

int stw_fold_log_open(struct stw_fold_log **out, const struct stw_fold_log_spec *spec,
                      struct stw_error *err)
{
    struct stw_fold_log *log = stw_alloc_zero(1, sizeof(*log));
    if (log == NULL)
        return stw_fail_memory(err, sizeof(*log));
    log->spec = *spec;
    stw_buffer_init(&log->key);
    stw_arena_init(&log->texts);
    int status = open_log(log, err);
    if (status < 0)
        stw_fold_log_close(log);
    else
        *out = log;
    return status;
}

void stw_fold_log_close(struct stw_fold_log *log)
{
    if (log == NULL)
        return;
    stw_merge_close(log->merge);
    if (log->batch.table != NULL)
        stw_batch_release(&log->batch);
    stw_buffer_release(&log->key);
    stw_arena_release(&log->texts);
    stw_free(log->events);
    stw_free(log->writes);
    stw_free(log);
}

/* ---- Laying together ------------------------------------------------------------------------- */

static int add_event(struct stw_fold_log *log, const struct stw_fold_event *event,
                     struct stw_error *err)
{
    size_t count = log->event_count + (size_t)1;
    if (count > STW_FOLD_SUBJECT_EVENTS_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "the log has more than %d records of '%.*s'",
                        STW_FOLD_SUBJECT_EVENTS_MAX,
                        STW_SLICE_ARG(stw_fold_subject(log->spec.fold, event->subject)));
    if (!stw_reserve((void **)&log->events, &log->event_capacity, count, sizeof(*log->events)) ||
        !stw_reserve((void **)&log->writes, &log->write_capacity, count, sizeof(*log->writes)))
        return stw_fail_memory(err, count * sizeof(*log->events));
    log->events[log->event_count++] = *event;
    return STW_OK;
}

static struct stw_slice copy_text(struct stw_fold_log *log, const struct stw_vector *vector,
                                  uint32_t row)
{
    struct stw_slice none = {"", 0};
    return stw_vector_has(vector, row) ? stw_arena_copy(&log->texts, stw_vector_text(vector, row))
                                       : none;
}

static int take_stored(struct stw_fold_log *log, uint32_t subject, uint32_t series,
                       struct stw_error *err)
{
    struct stw_run run;
    int status;
    stw_merge_seek(log->merge, series, INT64_MIN, INT64_MAX);
    while ((status = stw_merge_next(log->merge, &run, err)) == STW_OK)
        for (uint32_t row = 0; row < run.count; row++) {
            struct stw_fold_event event = {
                .subject = subject,
                .time_ns = run.time_ns[row],
                .place =
                    stw_vector_has(&run.columns[PLACE], row) ? run.columns[PLACE].ints[row] : 0,
                .state = copy_text(log, &run.columns[STATE], row),
                .cells = copy_text(log, &run.columns[CELLS], row),
                .stored = true,
                .sheet = {"", 0},
            };
            if (event.state.data == NULL || event.cells.data == NULL)
                return stw_fail_memory(err, sizeof(event));
            STW_TRY(add_event(log, &event, err));
        }
    return status < 0 ? status : STW_OK;
}

/* Those alike: the stored one first, then in the order of the file. */
static int compare_arrivals(const void *a, const void *b)
{
    const struct stw_fold_event *x = a, *y = b;
    int order = stw_fold_compare(x, y);
    if (order != 0)
        return order;
    if (x->stored != y->stored)
        return x->stored ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int erase_at(struct stw_fold_log *log, uint32_t series, int64_t time_ns,
                    struct stw_error *err)
{
    return stw_commit_erase(log->spec.commit, log->table, series, time_ns, time_ns + 1, err);
}

/* Of events alike the last counts; where that is another than the stored one, all of its time is
 * written anew. */
static int keep_last(struct stw_fold_log *log, uint32_t series, struct stw_error *err)
{
    uint32_t kept = 0, end;
    for (uint32_t from = 0; from < log->event_count; from = end) {
        int64_t time_ns = log->events[from].time_ns;
        uint32_t first = kept;
        bool corrected = false;
        for (end = from; end < log->event_count && log->events[end].time_ns == time_ns; end++) {
            struct stw_fold_event *event = &log->events[end];
            struct stw_fold_event *before = kept > first ? &log->events[kept - 1] : NULL;
            if (before == NULL || stw_fold_compare(before, event) != 0) {
                log->writes[kept] = !event->stored;
                log->events[kept++] = *event;
            } else if (!stw_slice_equal(before->cells, event->cells)) {
                corrected = corrected || before->stored;
                log->writes[kept - 1] = true;
                *before = *event;
            }
        }
        if (!corrected)
            continue;
        STW_TRY(erase_at(log, series, time_ns, err));
        for (uint32_t i = first; i < kept; i++)
            log->writes[i] = true;
    }
    log->event_count = kept;
    return STW_OK;
}

/* New records beside stored ones of their time, in no order that the log tells. */
static int report_ties(struct stw_fold_log *log, uint32_t subject, struct stw_error *err)
{
    char found[64], expected[64];
    for (uint32_t i = 1; i < log->event_count && !stw_fold_has_ties(log->spec.fold); i++) {
        const struct stw_fold_event *a = &log->events[i - 1], *b = &log->events[i];
        if (a->time_ns != b->time_ns || a->stored == b->stored)
            continue;
        const struct stw_fold_event *new = a->stored ? b : a, *old = a->stored ? a : b;
        snprintf(found, sizeof(found), "'%.*s'", (int)(new->state.size < 40 ? new->state.size : 40),
                 new->state.data);
        snprintf(expected, sizeof(expected), "'%.*s'",
                 (int)(old->state.size < 40 ? old->state.size : 40), old->state.data);
        STW_TRY(stw_ingest_findings_add(log->spec.findings, STW_INGEST_FINDING_ORDER, new->line,
                                        stw_fold_subject(log->spec.fold, subject), found, expected,
                                        "is of the same time in an earlier file", err));
    }
    return STW_OK;
}

static int write_event(struct stw_fold_log *log, uint32_t series,
                       const struct stw_fold_event *event, struct stw_error *err)
{
    if (stw_batch_full(&log->batch)) {
        STW_TRY(stw_commit_add(log->spec.commit, &log->batch, err));
        stw_batch_clear(&log->batch);
    }
    uint32_t row = stw_batch_row(&log->batch, series, event->time_ns);
    stw_batch_set_int(&log->batch, row, log->columns[PLACE], event->place);
    if (!stw_batch_set_text(&log->batch, row, log->columns[STATE], event->state) ||
        !stw_batch_set_text(&log->batch, row, log->columns[CELLS], event->cells))
        return stw_fail_memory(err, event->cells.size);
    return STW_OK;
}

int stw_fold_log_take(struct stw_fold_log *log, uint32_t subject,
                      const struct stw_fold_event **events, uint32_t *count, struct stw_error *err)
{
    struct stw_slice parts[] = {log->spec.map->log, stw_fold_subject(log->spec.fold, subject)};
    uint32_t new_count, series;
    const struct stw_fold_event *new = stw_fold_events(log->spec.fold, subject, &new_count);
    stw_arena_clear(&log->texts);
    log->event_count = 0;
    STW_TRY(stw_key_join(&log->key, parts, 2, err));
    uint32_t stored = stw_series_find(&log->series, stw_buffer_slice(&log->key));
    if (stored != STW_SERIES_NONE)
        STW_TRY(take_stored(log, subject, stored, err));
    for (uint32_t i = 0; i < new_count; i++)
        STW_TRY(add_event(log, &new[i], err));
    STW_TRY(
        stw_commit_series(log->spec.commit, log->table, stw_buffer_slice(&log->key), &series, err));
    qsort(log->events, log->event_count, sizeof(*log->events), compare_arrivals);
    STW_TRY(keep_last(log, series, err));
    STW_TRY(report_ties(log, subject, err));
    for (uint32_t i = 0; i < log->event_count; i++)
        if (log->writes[i])
            STW_TRY(write_event(log, series, &log->events[i], err));
    *events = log->events;
    *count = log->event_count;
    return STW_OK;
}

int stw_fold_log_finish(struct stw_fold_log *log, struct stw_error *err)
{
    if (log->batch.count == 0)
        return STW_OK;
    STW_TRY(stw_commit_add(log->spec.commit, &log->batch, err));
    stw_batch_clear(&log->batch);
    return STW_OK;
}
