/* Folding on the way from records to rows: a record's key, time, state and values are read by the
 * rules of the map and kept; at the end of the file each subject's records, those of the store with
 * them, become rows. See layout_fold.h. */
#include "base/memory.h"
#include "ingest/fold_cells.h"
#include "ingest/fold_log.h"
#include "ingest/fold_rows.h"
#include "ingest/map_rows_inside.h"

struct stw_map_rows_fold {
    struct stw_map_rows_field key, time, state, ties;
    bool has_state, has_ties;
    struct stw_buffer key_text, state_text, cells;
    const struct stw_map_field **fields; /* those that come from columns of the file */
    const struct stw_cell_value **values;

    /* Giving out. */
    struct stw_fold_cells reader;
    struct stw_cell_value *read; /* by field of the map */
    bool *known;                 /* by field of the map */
    struct stw_arena texts;
    uint64_t line; /* the last of the subject at hand in this file */
    struct stw_view *view;
    struct stw_fold_log *log;
    struct stw_fold_rows *before; /* NULL: the table finds earlier rows by their key */
};

/* ---- Binding --------------------------------------------------------------------------------- */

static bool is_made(const struct stw_map_rows *rows, const struct stw_map_rows_field *field)
{
    return field->field->from == STW_MAP_COLUMN && field->columns[0] >= rows->file_columns;
}

static int bind_parts(struct stw_map_rows *rows, struct stw_map_rows_fold *fold,
                      struct stw_error *err)
{
    const struct stw_map_fold *map = &rows->map->fold;
    STW_TRY(stw_map_rows_bind_source(rows, &map->key, &fold->key, err));
    STW_TRY(stw_map_rows_bind_source(rows, &map->time, &fold->time, err));
    fold->has_state = map->state.column_count > 0;
    fold->has_ties = map->ties.column_count > 0;
    if (fold->has_state)
        STW_TRY(stw_map_rows_bind_source(rows, &map->state, &fold->state, err));
    return fold->has_ties ? stw_map_rows_bind_source(rows, &map->ties, &fold->ties, err) : STW_OK;
}

int stw_map_rows_fold_create(struct stw_map_rows *rows, struct stw_error *err)
{
    const struct stw_map_fold *map = &rows->map->fold;
    uint32_t count = rows->map->field_count;
    struct stw_map_rows_fold *fold = stw_alloc_zero(1, sizeof(*fold));
    if (fold == NULL)
        return stw_fail_memory(err, sizeof(*fold));
    rows->fold = fold;
    stw_buffer_init(&fold->key_text);
    stw_buffer_init(&fold->state_text);
    stw_buffer_init(&fold->cells);
    stw_arena_init(&fold->texts);
    stw_fold_cells_init(&fold->reader);
    fold->fields = STW_ARENA_ARRAY(&rows->arena, const struct stw_map_field *, count);
    fold->values = STW_ARENA_ARRAY(&rows->arena, const struct stw_cell_value *, count);
    fold->read = STW_ARENA_ARRAY(&rows->arena, struct stw_cell_value, count);
    fold->known = STW_ARENA_ARRAY(&rows->arena, bool, count);
    if (fold->fields == NULL || fold->values == NULL || fold->read == NULL || fold->known == NULL)
        return stw_fail_memory(err, count * sizeof(*fold->read));
    STW_TRY(bind_parts(rows, fold, err));
    for (uint32_t i = 0; i < map->made_count; i++)
        rows->headers[rows->column_count++] = map->made[i].name;
    return STW_OK;
}

void stw_map_rows_fold_free(struct stw_map_rows_fold *fold)
{
    if (fold == NULL)
        return;
    stw_map_rows_release_source(&fold->key);
    stw_map_rows_release_source(&fold->time);
    stw_map_rows_release_source(&fold->state);
    stw_map_rows_release_source(&fold->ties);
    stw_buffer_release(&fold->key_text);
    stw_buffer_release(&fold->state_text);
    stw_buffer_release(&fold->cells);
    stw_fold_cells_release(&fold->reader);
    stw_arena_release(&fold->texts);
    stw_fold_rows_close(fold->before);
    stw_fold_log_close(fold->log);
    stw_view_close(fold->view);
    stw_free(fold);
}

/* ---- Taking in ------------------------------------------------------------------------------- */

/* Reads one of the four; *rejected: it was wrong or, where wanted, missing. */
static int read_part(struct stw_map_rows *rows, struct stw_map_rows_field *part,
                     const struct stw_text_record *record, bool may_be_missing,
                     enum stw_reject missing, bool *rejected, struct stw_error *err)
{
    struct stw_slice text;
    enum stw_reject reason;
    bool taken = stw_map_rows_read(rows, part, record, &text, &reason);
    STW_TRY(stw_buffer_status(&rows->joined, err));
    *rejected = !taken || (!part->cell.present && !may_be_missing);
    if (!*rejected)
        return STW_OK;
    return stw_map_rows_reject(rows, record, part, taken ? missing : reason, text, err);
}

static int copy_text(struct stw_buffer *to, struct stw_slice text, struct stw_slice *out,
                     struct stw_error *err)
{
    stw_buffer_clear(to);
    stw_buffer_add_slice(to, text);
    *out = stw_buffer_slice(to);
    return stw_buffer_status(to, err);
}

static int read_state(struct stw_map_rows *rows, const struct stw_text_record *record,
                      struct stw_fold_event *event, bool *rejected, struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    event->state = (struct stw_slice){"", 0};
    if (!fold->has_state)
        return STW_OK;
    STW_TRY(read_part(rows, &fold->state, record, true, STW_REJECT_STATE, rejected, err));
    if (*rejected || !fold->state.cell.present)
        return STW_OK;
    STW_TRY(copy_text(&fold->state_text, fold->state.cell.text, &event->state, err));
    *rejected = rows->map->fold.into == STW_MAP_FOLD_OUTAGES &&
                stw_fold_state_of(event->state) == STW_FOLD_NO_STATE;
    if (!*rejected)
        return STW_OK;
    return stw_map_rows_reject(rows, record, &fold->state, STW_REJECT_STATE, event->state, err);
}

/* Key, time, place and state. */
static int read_parts(struct stw_map_rows *rows, const struct stw_text_record *record,
                      struct stw_slice *key, struct stw_fold_event *event, bool *rejected,
                      struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    STW_TRY(read_part(rows, &fold->key, record, false, STW_REJECT_KEY_EMPTY, rejected, err));
    if (*rejected)
        return STW_OK;
    STW_TRY(copy_text(&fold->key_text, fold->key.cell.text, key, err));
    STW_TRY(read_part(rows, &fold->time, record, false, STW_REJECT_TIME_EMPTY, rejected, err));
    if (*rejected)
        return STW_OK;
    event->time_ns = fold->time.cell.whole;
    if (fold->has_ties) {
        STW_TRY(read_part(rows, &fold->ties, record, true, STW_REJECT_REQUIRED, rejected, err));
        event->place = fold->ties.cell.present ? fold->ties.cell.whole : 0;
    }
    return *rejected ? STW_OK : read_state(rows, record, event, rejected, err);
}

/* What else the record says, as the text that is kept. What must be there is asked of the row that
 * it becomes. */
static int read_cells(struct stw_map_rows *rows, const struct stw_text_record *record,
                      struct stw_fold_event *event, bool *rejected, struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        struct stw_map_rows_field *field = &rows->fields[i];
        struct stw_slice text;
        enum stw_reject reason;
        if (field->field->from == STW_MAP_CONSTANT || is_made(rows, field))
            continue;
        bool taken = stw_map_rows_read(rows, field, record, &text, &reason);
        STW_TRY(stw_buffer_status(&rows->joined, err));
        *rejected = !taken;
        if (*rejected)
            return stw_map_rows_reject(rows, record, field, reason, text, err);
        field->cell.present = field->stated; /* a default is for the row */
        if (field->cell.present && field->field->type == STW_TYPE_TEXT) {
            /* Joined columns are in a buffer that the next field uses too. */
            field->cell.text = stw_arena_copy(&fold->texts, field->cell.text);
            if (field->cell.text.data == NULL)
                return stw_fail_memory(err, text.size);
        }
        fold->fields[count] = field->field;
        fold->values[count++] = &field->cell;
    }
    stw_buffer_clear(&fold->cells);
    stw_fold_cells_write(&fold->cells, fold->fields, fold->values, count);
    stw_arena_clear(&fold->texts);
    event->cells = stw_buffer_slice(&fold->cells);
    STW_TRY(stw_buffer_status(&fold->cells, err));
    if (event->cells.size <= STW_FOLD_CELLS_BYTES_MAX)
        return STW_OK;
    return stw_fail(err, STW_ERR_LIMIT, "line %llu: a record of a log takes more than %d bytes",
                    (unsigned long long)record->line, STW_FOLD_CELLS_BYTES_MAX);
}

/* Blank cells that mean what stands above them. */
static int fill_down(struct stw_map_rows *rows, const struct stw_text_record *record,
                     struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    struct stw_map_rows_field *parts[] = {&fold->key, &fold->time, &fold->state, &fold->ties};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i]->field != NULL)
            STW_TRY(stw_map_rows_note_above(rows, parts[i], record, err));
    for (uint32_t i = 0; i < rows->map->field_count; i++)
        if (!is_made(rows, &rows->fields[i]))
            STW_TRY(stw_map_rows_note_above(rows, &rows->fields[i], record, err));
    return STW_OK;
}

int stw_map_rows_fold_add(struct stw_map_rows *rows, const struct stw_text_record *record,
                          struct stw_error *err)
{
    struct stw_fold_event event = {.line = record->line, .sheet = record->sheet};
    struct stw_slice key;
    bool rejected = false;
    if (rows->fills)
        STW_TRY(fill_down(rows, record, err));
    STW_TRY(read_parts(rows, record, &key, &event, &rejected, err));
    if (!rejected)
        STW_TRY(read_cells(rows, record, &event, &rejected, err));
    if (rejected)
        return STW_OK;
    rows->ambiguous += rows->fold->time.cell.ambiguous;
    return stw_fold_add(rows->log, key, &event, err);
}

/* ---- Giving out ------------------------------------------------------------------------------ */

/* The values of an event into the fields; with `keep` those that have one already keep it. */
static int set_cells(struct stw_map_rows *rows, const struct stw_fold_event *event, bool keep,
                     struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    STW_TRY(stw_fold_cells_read(&fold->reader, event->cells, rows->map->fields,
                                rows->map->field_count, fold->read, err));
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        struct stw_map_rows_field *field = &rows->fields[i];
        if (field->field->from == STW_MAP_CONSTANT || is_made(rows, field) ||
            (keep && fold->known[i]))
            continue;
        field->cell = fold->read[i];
        fold->known[i] = field->cell.present;
        if (!field->cell.present) {
            field->cell = field->fallback;
        } else if (field->field->type == STW_TYPE_TEXT) {
            field->cell.text = stw_arena_copy(&fold->texts, field->cell.text);
            if (field->cell.text.data == NULL)
                return stw_fail_memory(err, fold->read[i].text.size);
        }
    }
    return STW_OK;
}

/* The record to blame where a row cannot be made; one of an earlier file has no line in this. */
static struct stw_text_record record_of(const struct stw_map_rows *rows,
                                        const struct stw_fold_event *event)
{
    return (struct stw_text_record){.line = event->stored ? rows->fold->line : event->line,
                                    .sheet = event->sheet,
                                    .raw = event->cells};
}

/* A row of the fields' cells, unless something that must be there is not. */
static int give(struct stw_map_rows *rows, const struct stw_fold_event *event,
                struct stw_error *err)
{
    struct stw_text_record record = record_of(rows, event);
    struct stw_slice nothing = {"", 0};
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        const struct stw_map_rows_field *field = &rows->fields[i];
        if (field->cell.present || (field != rows->time && !field->field->required))
            continue;
        return stw_map_rows_put_reject(
            rows, &record, field == rows->time ? STW_REJECT_TIME_EMPTY : STW_REJECT_REQUIRED,
            STW_RECORD_WHOLE, field->field->name, nothing, err);
    }
    return stw_map_rows_put(rows, &record, err);
}

static struct stw_map_rows_field *made_field(struct stw_map_rows *rows, uint32_t at,
                                             const struct stw_map_made **made)
{
    struct stw_map_rows_field *field = &rows->fields[at];
    if (!is_made(rows, field))
        return NULL;
    *made = &rows->map->fold.made[field->columns[0] - rows->file_columns];
    field->cell = (struct stw_cell_value){.present = false, .text = {"", 0}};
    return field;
}

static void set_time(struct stw_map_rows_field *field, int64_t time_ns)
{
    field->cell.present = true;
    field->cell.whole = time_ns;
}

/* "LOG SUBJECT". */
static int set_label(struct stw_map_rows *rows, struct stw_map_rows_field *field, uint32_t subject,
                     struct stw_error *err)
{
    struct stw_slice key = stw_fold_subject(rows->log, subject);
    const char *text = stw_arena_printf(&rows->fold->texts, "%.*s %.*s",
                                        STW_SLICE_ARG(rows->map->fold.log), STW_SLICE_ARG(key));
    if (text == NULL)
        return stw_fail_memory(err, key.size);
    field->cell.present = true;
    field->cell.text = stw_slice_of(text);
    return STW_OK;
}

/* The first or last event that counts for a made time. */
static const struct stw_fold_event *event_of(const struct stw_map_made *made,
                                             const struct stw_fold_event *events, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = made->making == STW_MAP_MADE_FIRST ? i : count - 1 - i;
        if (made->state.size == 0 || stw_slice_equal(events[at].state, made->state))
            return &events[at];
    }
    return NULL;
}

/* All events of one order. */
static int give_order(struct stw_map_rows *rows, const struct stw_fold_event *events,
                      uint32_t count, struct stw_error *err)
{
    memset(rows->fold->known, 0, rows->map->field_count * sizeof(bool));
    for (uint32_t i = count; i > 0; i--) {
        STW_TRY(set_cells(rows, &events[i - 1], true, err));
        if (!rows->map->fold.blank_as_before)
            break;
    }
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        const struct stw_map_made *made;
        struct stw_map_rows_field *field = made_field(rows, i, &made);
        if (field == NULL)
            continue;
        const struct stw_fold_event *event = event_of(made, events, count);
        if (made->making == STW_MAP_MADE_LOG)
            STW_TRY(set_label(rows, field, events[0].subject, err));
        else if (event != NULL)
            set_time(field, event->time_ns);
    }
    return give(rows, &events[count - 1], err);
}

static int set_outage(struct stw_map_rows *rows, const struct stw_fold_outage *outage,
                      struct stw_error *err)
{
    STW_TRY(set_cells(rows, outage->event, false, err));
    for (uint32_t i = 0; i < rows->map->field_count; i++) {
        const struct stw_map_made *made;
        struct stw_map_rows_field *field = made_field(rows, i, &made);
        enum stw_reject reason;
        if (field == NULL)
            continue;
        if (made->making == STW_MAP_MADE_LOG)
            STW_TRY(set_label(rows, field, outage->event->subject, err));
        else if (made->making == STW_MAP_MADE_START)
            set_time(field, outage->start_ns);
        else if (made->making == STW_MAP_MADE_END && outage->has_end)
            set_time(field, outage->end_ns);
        else if (made->making != STW_MAP_MADE_END) {
            const char *word = made->making == STW_MAP_MADE_BEGINNING ? outage->beginning
                               : made->making == STW_MAP_MADE_ENDING  ? outage->ending
                                                                      : outage->censored;
            if (!stw_cell_read(&field->rule, stw_slice_of(word), &field->cell, &reason))
                return stw_fail(err, STW_ERR_INPUT, "'%s' %s", word, stw_reject_text(reason));
        }
    }
    return STW_OK;
}

static void count_outage(struct stw_map_rows *rows, const struct stw_fold_outage *outage)
{
    rows->outages.before += strcmp(outage->beginning, "before") == 0;
    rows->outages.open += !outage->skipped && strcmp(outage->ending, "open") == 0;
    rows->outages.unknown += !outage->skipped && strcmp(outage->ending, "unknown") == 0;
}

/* The last row of the batch is there already: it is taken back. */
static void take_back(struct stw_map_rows *rows)
{
    uint32_t row = --rows->batch.count;
    for (uint32_t i = 0; i < rows->batch.column_count; i++)
        if (rows->batch.columns[i].used)
            rows->batch.columns[i].present[row] = 0;
    rows->rows--;
}

static int give_outages(struct stw_map_rows *rows, const struct stw_fold_event *events,
                        uint32_t count, struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    struct stw_fold_walk walk = {.map = &rows->map->fold, .events = events, .count = count};
    struct stw_fold_outage outage;
    while (stw_fold_next_outage(&walk, &outage)) {
        uint64_t before = rows->rows;
        stw_arena_clear(&fold->texts);
        if (outage.skipped) {
            if (!outage.event->stored)
                count_outage(rows, &outage);
            continue;
        }
        STW_TRY(set_outage(rows, &outage, err));
        STW_TRY(give(rows, outage.event, err));
        if (rows->rows > before && fold->before != NULL &&
            stw_fold_rows_has(fold->before, &rows->batch))
            take_back(rows);
        else
            count_outage(rows, &outage);
    }
    return STW_OK;
}

static int give_subject(struct stw_map_rows *rows, uint32_t subject, struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    uint32_t count;
    const struct stw_fold_event *events = stw_fold_events(rows->log, subject, &count);
    fold->line = events[count - 1].line;
    if (fold->log != NULL)
        STW_TRY(stw_fold_log_take(fold->log, subject, &events, &count, err));
    if (fold->before != NULL)
        STW_TRY(stw_fold_rows_seek(fold->before, subject, events[0].time_ns, err));
    stw_arena_clear(&fold->texts);
    if (rows->map->fold.into == STW_MAP_FOLD_OUTAGES) {
        STW_TRY(give_outages(rows, events, count, err));
    } else {
        uint64_t before = rows->rows;
        STW_TRY(give_order(rows, events, count, err));
        if (rows->rows > before && fold->before != NULL &&
            stw_fold_rows_has(fold->before, &rows->batch))
            take_back(rows);
    }
    return fold->before == NULL ? STW_OK
                                : stw_fold_rows_drop(fold->before, &rows->outages.corrected, err);
}

/* The store's part of the log, and the rows it was folded into. */
static int open_store(struct stw_map_rows *rows, struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    STW_TRY(stw_view_open(rows->store, NULL, &fold->view, err));
    struct stw_fold_log_spec log = {.view = fold->view,
                                    .commit = rows->commit,
                                    .map = &rows->map->fold,
                                    .fold = rows->log,
                                    .findings = rows->findings};
    STW_TRY(stw_fold_log_open(&fold->log, &log, err));
    if (rows->map->table->identity == STW_IDENTITY_SERIES)
        return STW_OK;
    struct stw_fold_rows_spec before = {.view = fold->view,
                                        .commit = rows->commit,
                                        .table = rows->map->table,
                                        .log = rows->map->fold.log,
                                        .fold = rows->log};
    return stw_fold_rows_open(&fold->before, &before, err);
}

int stw_map_rows_fold_finish(struct stw_map_rows *rows, bool look_only, struct stw_error *err)
{
    uint32_t subjects = stw_fold_settle(rows->log);
    if (!look_only)
        STW_TRY(open_store(rows, err));
    for (uint32_t subject = 0; subject < subjects; subject++)
        STW_TRY(give_subject(rows, subject, err));
    if (look_only)
        return STW_OK;
    if (rows->fold->before != NULL)
        STW_TRY(stw_fold_rows_finish(rows->fold->before, err));
    return stw_fold_log_finish(rows->fold->log, err);
}
