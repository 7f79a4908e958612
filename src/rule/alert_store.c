/* Alerts into the alerts table of a store; see alert_list.h. */
#include "rule/alert_list.h"

#include <stdio.h>
#include <string.h>

enum column {
    ID,
    SITE,
    STATE,
    SEVERITY,
    FIRED,
    CLEARED,
    VALUE,
    THRESHOLD,
    MONEY,
    UNIT,
    MESSAGE,
    EVIDENCE,
    COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = {"id",    "site",    "state",   "severity",
                                                       "fired", "cleared", "value",   "threshold",
                                                       "money", "unit",    "message", "evidence"};

static int find_columns(const struct stw_table *table, struct stw_batch *batch,
                        uint32_t places[COLUMN_COUNT], struct stw_error *err)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        int place = stw_table_column(table, stw_slice_of(column_names[i]));
        if (place < 0) {
            int status =
                stw_fail(err, STW_ERR_INPUT, "the alerts table of this store has no column %s",
                         column_names[i]);
            stw_error_hint(err,
                           "an older version made it: a new store's schema.yml has the column; "
                           "steward init STORE --schema FILE adds it");
            return status;
        }
        places[i] = (uint32_t)place;
        STW_TRY(stw_batch_use(batch, places[i], err));
    }
    return STW_OK;
}

static bool set_text(struct stw_batch *batch, uint32_t row, uint32_t column, struct stw_slice text)
{
    return text.size == 0 || stw_batch_set_text(batch, row, column, text);
}

/* The message in the site's language, and the JSON line as evidence. */
static bool set_words(struct stw_batch *batch, uint32_t row, const uint32_t places[COLUMN_COUNT],
                      const struct stw_alert *alert, struct stw_buffer *text)
{
    struct stw_slice language = alert->bound->site->language;
    bool chinese = stw_slice_starts(language, STW_SLICE("zh"));
    stw_buffer_clear(text);
    stw_alert_text(alert, chinese, text);
    if (!set_text(batch, row, places[MESSAGE], stw_buffer_slice(text)))
        return false;
    stw_buffer_clear(text);
    stw_alert_json(alert, text);
    struct stw_slice line = stw_buffer_slice(text);
    line.size -= line.size > 0; /* without its newline */
    return !text->failed && set_text(batch, row, places[EVIDENCE], line);
}

static bool set_row(struct stw_batch *batch, uint32_t row, const uint32_t places[COLUMN_COUNT],
                    const struct stw_alert *alert, struct stw_buffer *text)
{
    char id[17];
    snprintf(id, sizeof(id), "%016llx", (unsigned long long)alert->id);
    stw_batch_set_int(batch, row, places[FIRED], alert->fired_ns);
    if (alert->cleared_ns != STW_TIME_NONE)
        stw_batch_set_int(batch, row, places[CLEARED], alert->cleared_ns);
    if (alert->evidence_has_values)
        stw_batch_set_decimal(batch, row, places[VALUE], stw_decimal_trim(alert->value));
    if (alert->bound->has_threshold)
        stw_batch_set_decimal(batch, row, places[THRESHOLD],
                              stw_decimal_trim(alert->bound->threshold));
    if (alert->has_money)
        stw_batch_set_decimal(batch, row, places[MONEY], alert->money);
    return set_text(batch, row, places[ID], stw_slice_of(id)) &&
           set_text(batch, row, places[SITE], alert->subject->traits[STW_TRAIT_SITE]) &&
           set_text(batch, row, places[STATE], stw_slice_of(stw_alert_state(alert))) &&
           set_text(batch, row, places[SEVERITY],
                    stw_slice_of(stw_severity_name(alert->rule->severity))) &&
           set_text(batch, row, places[UNIT], alert->bound->unit) &&
           set_words(batch, row, places, alert, text);
}

static int fill(const struct stw_alert_list *list, struct stw_commit *commit,
                struct stw_batch *batch, struct stw_buffer *text, struct stw_error *err)
{
    uint32_t places[COLUMN_COUNT] = {0};
    struct stw_buffer *key = text;
    STW_TRY(find_columns(batch->table, batch, places, err));
    for (uint32_t i = 0; i < list->count; i++) {
        const struct stw_alert *alert = &list->alerts[i];
        struct stw_slice parts[] = {alert->rule->id, alert->key};
        uint32_t series;
        if (stw_batch_full(batch)) {
            STW_TRY(stw_commit_add(commit, batch, err));
            stw_batch_clear(batch);
        }
        STW_TRY(stw_key_join(key, parts, 2, err));
        STW_TRY(stw_commit_series(commit, batch->table, stw_buffer_slice(key), &series, err));
        if (!set_row(batch, stw_batch_row(batch, series, alert->start_ns), places, alert, text))
            return stw_fail_memory(err, text->size);
    }
    return batch->count == 0 ? STW_OK : stw_commit_add(commit, batch, err);
}

int stw_alert_list_commit(const struct stw_alert_list *list, struct stw_store *store,
                          struct stw_commit_result *result, struct stw_error *err)
{
    const struct stw_table *table;
    struct stw_commit *commit;
    struct stw_batch batch;
    struct stw_buffer text;
    STW_TRY(stw_schema_want(stw_store_schema(store), STW_SLICE("alerts"), &table, err));
    STW_TRY(stw_commit_begin(store, NULL, &commit, err));
    stw_buffer_init(&text);
    int status = stw_batch_init(&batch, table, 0, err);
    if (status == STW_OK) {
        status = fill(list, commit, &batch, &text, err);
        stw_batch_release(&batch);
    }
    stw_buffer_release(&text);
    if (status == STW_OK)
        return stw_commit_finish(commit, result, err);
    stw_commit_abort(commit);
    return status;
}
