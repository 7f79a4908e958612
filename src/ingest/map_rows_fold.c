/* Folding on the way from records to rows: a record's key, time and state are read by the rules of
 * the map and kept with its cells; at the end come the folded records. See layout_fold.h. */
#include "base/memory.h"
#include "ingest/map_rows_inside.h"

struct stw_map_rows_fold {
    struct stw_map_rows_field key, time, state;
    bool has_state;
    struct stw_buffer key_text, time_text; /* a text in several columns is joined in one place */
    struct stw_fold *fold;
};

static int bind_parts(struct stw_map_rows *rows, struct stw_map_rows_fold *fold,
                      struct stw_error *err)
{
    const struct stw_map_fold *map = &rows->map->fold;
    STW_TRY(stw_map_rows_bind_source(rows, &map->key, &fold->key, err));
    STW_TRY(stw_map_rows_bind_source(rows, &map->time, &fold->time, err));
    fold->has_state = map->state.column_count > 0;
    if (fold->has_state)
        STW_TRY(stw_map_rows_bind_source(rows, &map->state, &fold->state, err));
    return stw_fold_create(&fold->fold, map, rows->file_columns, err);
}

int stw_map_rows_fold_create(struct stw_map_rows *rows, struct stw_error *err)
{
    const struct stw_map_fold *map = &rows->map->fold;
    struct stw_map_rows_fold *fold = stw_alloc_zero(1, sizeof(*fold));
    if (fold == NULL)
        return stw_fail_memory(err, sizeof(*fold));
    rows->fold = fold;
    stw_buffer_init(&fold->key_text);
    stw_buffer_init(&fold->time_text);
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
    stw_buffer_release(&fold->key_text);
    stw_buffer_release(&fold->time_text);
    stw_fold_free(fold->fold);
    stw_free(fold);
}

/* Reads one of the three; *rejected: it was wrong or, where wanted, missing. */
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

static int read_entry(struct stw_map_rows *rows, const struct stw_text_record *record,
                      struct stw_fold_entry *entry, bool *rejected, struct stw_error *err)
{
    struct stw_map_rows_fold *fold = rows->fold;
    STW_TRY(read_part(rows, &fold->key, record, false, STW_REJECT_KEY_EMPTY, rejected, err));
    if (*rejected)
        return STW_OK;
    stw_buffer_clear(&fold->key_text);
    stw_buffer_add_slice(&fold->key_text, fold->key.cell.text);
    STW_TRY(read_part(rows, &fold->time, record, false, STW_REJECT_TIME_EMPTY, rejected, err));
    if (*rejected)
        return STW_OK;
    stw_buffer_clear(&fold->time_text);
    stw_buffer_add_slice(&fold->time_text, fold->time.cell.text);
    *entry = (struct stw_fold_entry){.key = stw_buffer_slice(&fold->key_text),
                                     .time = stw_buffer_slice(&fold->time_text),
                                     .time_ns = fold->time.cell.whole,
                                     .state = {"", 0}};
    STW_TRY(stw_buffer_status(&fold->key_text, err));
    STW_TRY(stw_buffer_status(&fold->time_text, err));
    if (!fold->has_state)
        return STW_OK;
    STW_TRY(read_part(rows, &fold->state, record, true, STW_REJECT_STATE, rejected, err));
    if (*rejected || !fold->state.cell.present)
        return STW_OK;
    entry->state = fold->state.cell.text;
    *rejected = rows->map->fold.into == STW_MAP_FOLD_OUTAGES &&
                stw_fold_state_of(entry->state) == STW_FOLD_NO_STATE;
    if (!*rejected)
        return STW_OK;
    return stw_map_rows_reject(rows, record, &fold->state, STW_REJECT_STATE, entry->state, err);
}

int stw_map_rows_fold_add(struct stw_map_rows *rows, const struct stw_text_record *record,
                          struct stw_error *err)
{
    struct stw_fold_entry entry;
    bool rejected;
    STW_TRY(read_entry(rows, record, &entry, &rejected, err));
    return rejected ? STW_OK : stw_fold_add(rows->fold->fold, record, &entry, err);
}

int stw_map_rows_fold_finish(struct stw_map_rows *rows, struct stw_error *err)
{
    struct stw_fold *fold = rows->fold->fold;
    struct stw_text_record record;
    while (stw_fold_next(fold, &record) == STW_OK)
        STW_TRY(stw_map_rows_take(rows, &record, err));
    rows->outages = stw_fold_count(fold);
    return STW_OK;
}
