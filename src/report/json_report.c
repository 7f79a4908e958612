/* The model as JSON; see json_report.h. */
#include "report/json_report.h"

#include "text/json_write.h"
#include "time/civil.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void put_member(struct stw_json *json, const char *key, struct stw_slice text)
{
    if (text.size == 0)
        return;
    stw_json_key(json, key);
    stw_json_text(json, text);
}

static void put_mark(struct stw_json *json, enum stw_mark mark)
{
    static const char *const names[] = {NULL, "good", "notice", "bad"};
    if (mark != STW_MARK_NONE) {
        stw_json_key(json, "mark");
        stw_json_string(json, names[mark]);
    }
}

/* "2026-03-01T08:15:00+08:00"; UTC instants end in Z. */
static void put_instant(struct stw_json *json, int64_t at_ns, int32_t offset_s)
{
    struct stw_civil civil;
    stw_civil_of_local(at_ns + offset_s * STW_NS_PER_SECOND, &civil);
    char text[64];
    int size = snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d", civil.year,
                        civil.month, civil.day, civil.hour, civil.minute, civil.second);
    if (civil.nanosecond != 0)
        size += snprintf(text + size, sizeof(text) - (size_t)size, ".%09d", civil.nanosecond);
    if (offset_s == 0)
        snprintf(text + size, sizeof(text) - (size_t)size, "Z");
    else
        snprintf(text + size, sizeof(text) - (size_t)size, "%c%02d:%02d", offset_s < 0 ? '-' : '+',
                 abs(offset_s) / 3600, abs(offset_s) / 60 % 60);
    stw_json_string(json, text);
}

static void put_duration(struct stw_json *json, int64_t duration_ns)
{
    stw_json_decimal(json, stw_decimal_trim((struct stw_decimal){duration_ns, 9}));
}

/* The value alone; null where there is none. */
static void put_value(struct stw_json *json, const struct stw_datum *value)
{
    switch (value->kind) {
    case STW_DATUM_NONE:
    case STW_DATUM_ABSENT:
        stw_json_null(json);
        break;
    case STW_DATUM_TEXT:
        stw_json_text(json, value->text);
        break;
    case STW_DATUM_COUNT:
        stw_json_int(json, value->count);
        break;
    case STW_DATUM_DECIMAL:
        stw_json_wide(json, value->decimal);
        break;
    case STW_DATUM_REAL:
    case STW_DATUM_PROBABILITY:
    case STW_DATUM_SHARE: /* as a ratio: .125 */
        stw_json_double(json, value->real);
        break;
    case STW_DATUM_DURATION:
        put_duration(json, value->duration_ns);
        break;
    case STW_DATUM_TIME:
        put_instant(json, value->time.at_ns, value->time.offset_s);
        break;
    case STW_DATUM_INTERVAL:
        stw_json_array(json);
        stw_json_double(json, value->interval.estimate);
        stw_json_double(json, value->interval.low);
        stw_json_double(json, value->interval.high);
        stw_json_end(json);
        break;
    }
}

static const char *kind_name(enum stw_datum_kind kind)
{
    static const char *const names[] = {"none", "text",     "count",       "decimal",
                                        "real", "share",    "probability", "duration",
                                        "time", "interval", "absent"};
    return names[kind];
}

/* A value where its kind is not known from around it: {"kind": "share", "value": 0.125}. */
static void put_datum(struct stw_json *json, const struct stw_datum *value, enum stw_mark mark)
{
    stw_json_object(json);
    stw_json_key(json, "kind");
    stw_json_string(json, kind_name(value->kind));
    stw_json_key(json, "value");
    put_value(json, value);
    if (value->kind == STW_DATUM_ABSENT)
        put_member(json, "reason", value->text);
    put_mark(json, mark);
    stw_json_end(json);
}

/* A cell: the bare value where it is of its column's kind and unmarked, else as put_datum. */
static void put_cell(struct stw_json *json, const struct stw_report_cell *cell,
                     enum stw_datum_kind column)
{
    bool bare = cell->value.kind == column || cell->value.kind == STW_DATUM_NONE;
    if (bare && cell->mark == STW_MARK_NONE)
        put_value(json, &cell->value);
    else
        put_datum(json, &cell->value, cell->mark);
}

static void put_notes(struct stw_json *json, const struct stw_report_notes *notes)
{
    if (notes->first == NULL)
        return;
    stw_json_key(json, "notes");
    stw_json_array(json);
    for (const struct stw_report_note *note = notes->first; note != NULL; note = note->next)
        stw_json_text(json, note->text);
    stw_json_end(json);
}

static void put_keys(struct stw_json *json, const struct stw_report_keys *keys)
{
    stw_json_key(json, "figures");
    stw_json_array(json);
    for (const struct stw_report_key *key = keys->first; key != NULL; key = key->next) {
        stw_json_object(json);
        put_member(json, "label", key->label);
        put_member(json, "unit", key->unit);
        stw_json_key(json, "value");
        put_datum(json, &key->value, STW_MARK_NONE);
        if (key->delta.kind != STW_DATUM_NONE) {
            put_member(json, "delta_label", key->delta_label);
            stw_json_key(json, "delta");
            put_datum(json, &key->delta, STW_MARK_NONE);
        }
        put_mark(json, key->mark);
        stw_json_end(json);
    }
    stw_json_end(json);
    put_member(json, "command", keys->command);
}

static void put_columns(struct stw_json *json, const struct stw_report_table *table)
{
    stw_json_key(json, "columns");
    stw_json_array(json);
    for (uint32_t i = 0; i < table->column_count; i++) {
        stw_json_object(json);
        put_member(json, "title", table->columns[i].title);
        put_member(json, "unit", table->columns[i].unit);
        stw_json_key(json, "kind");
        stw_json_string(json, kind_name(table->columns[i].kind));
        stw_json_end(json);
    }
    stw_json_end(json);
}

static void put_table(struct stw_json *json, const struct stw_report_table *table)
{
    put_member(json, "id", table->id);
    put_member(json, "caption", table->caption);
    put_columns(json, table);
    stw_json_key(json, "rows");
    stw_json_array(json);
    for (const struct stw_report_row *row = table->first; row != NULL; row = row->next) {
        stw_json_object(json);
        stw_json_key(json, "cells");
        stw_json_array(json);
        for (uint32_t i = 0; i < table->column_count; i++)
            put_cell(json, &row->cells[i], table->columns[i].kind);
        stw_json_end(json);
        if (row->is_total) {
            stw_json_key(json, "total");
            stw_json_bool(json, true);
        }
        put_member(json, "note", row->note);
        put_member(json, "command", row->command);
        stw_json_end(json);
    }
    stw_json_end(json);
    put_notes(json, &table->notes);
    put_member(json, "command", table->command);
}

static void put_series(struct stw_json *json, const struct stw_report_series *series)
{
    static const char *const roles[] = {"main", "previous", "other"};
    stw_json_object(json);
    put_member(json, "name", series->name);
    stw_json_key(json, "role");
    stw_json_string(json, roles[series->role]);
    stw_json_key(json, "points");
    stw_json_array(json);
    for (uint32_t i = 0; i < series->count; i++)
        put_value(json, &series->points[i]);
    stw_json_end(json);
    if (series->times_ns != NULL) {
        stw_json_key(json, "times");
        stw_json_array(json);
        for (uint32_t i = 0; i < series->count; i++)
            put_instant(json, series->times_ns[i], 0);
        stw_json_end(json);
    }
    stw_json_end(json);
}

static void put_guides(struct stw_json *json, const struct stw_report_chart *chart)
{
    if (chart->guides == NULL)
        return;
    stw_json_key(json, "guides");
    stw_json_array(json);
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        stw_json_object(json);
        put_member(json, "label", guide->label);
        stw_json_key(json, "low");
        stw_json_double(json, guide->low);
        stw_json_key(json, "high");
        stw_json_double(json, guide->high);
        stw_json_end(json);
    }
    stw_json_end(json);
}

static void put_spans(struct stw_json *json, const struct stw_report_chart *chart)
{
    if (chart->spans == NULL)
        return;
    stw_json_key(json, "spans");
    stw_json_array(json);
    for (const struct stw_report_span *span = chart->spans; span != NULL; span = span->next) {
        stw_json_object(json);
        put_member(json, "label", span->label);
        stw_json_key(json, "from");
        put_instant(json, span->from_ns, 0);
        stw_json_key(json, "to");
        put_instant(json, span->to_ns, 0);
        put_mark(json, span->mark);
        stw_json_end(json);
    }
    stw_json_end(json);
}

static void put_chart(struct stw_json *json, const struct stw_report_chart *chart)
{
    static const char *const kinds[] = {"bars", "line", "ranked", "intervals", "timeline", "heat"};
    stw_json_key(json, "chart");
    stw_json_string(json, kinds[chart->kind]);
    put_member(json, "id", chart->id);
    put_member(json, "title", chart->title);
    put_member(json, "unit", chart->unit);
    if (chart->category_count > 0) {
        stw_json_key(json, "categories");
        stw_json_array(json);
        for (uint32_t i = 0; i < chart->category_count; i++) {
            stw_json_array(json);
            stw_json_text(json, chart->categories[i].label);
            stw_json_text(json, chart->categories[i].group);
            stw_json_end(json);
        }
        stw_json_end(json);
    }
    stw_json_key(json, "series");
    stw_json_array(json);
    for (uint32_t i = 0; i < chart->series_count; i++)
        put_series(json, &chart->series[i]);
    stw_json_end(json);
    put_guides(json, chart);
    put_spans(json, chart);
    put_notes(json, &chart->notes);
    put_member(json, "command", chart->command);
}

static void put_block(struct stw_json *json, const struct stw_report_block *block)
{
    static const char *const kinds[] = {"paragraph", "figures", "table", "chart"};
    stw_json_object(json);
    stw_json_key(json, "block");
    stw_json_string(json, kinds[block->kind]);
    switch (block->kind) {
    case STW_BLOCK_PARAGRAPH:
        put_member(json, "text", block->paragraph);
        break;
    case STW_BLOCK_KEYS:
        put_keys(json, block->keys);
        break;
    case STW_BLOCK_TABLE:
        put_table(json, block->table);
        break;
    case STW_BLOCK_CHART:
        put_chart(json, block->chart);
        break;
    }
    stw_json_end(json);
}

static void put_conclusions(struct stw_json *json, const struct stw_report *report)
{
    stw_json_key(json, "conclusions");
    stw_json_array(json);
    for (const struct stw_report_conclusion *each = report->conclusions; each != NULL;
         each = each->next) {
        stw_json_object(json);
        put_mark(json, each->mark);
        put_member(json, "text", each->text);
        if (each->section != NULL) {
            stw_json_key(json, "section");
            stw_json_uint(json, each->section->number);
        }
        stw_json_end(json);
    }
    stw_json_end(json);
}

static void put_sections(struct stw_json *json, const struct stw_report *report)
{
    stw_json_key(json, "sections");
    stw_json_array(json);
    for (const struct stw_report_section *section = report->first; section != NULL;
         section = section->next) {
        stw_json_object(json);
        stw_json_key(json, "number");
        stw_json_uint(json, section->number);
        put_member(json, "title", section->title);
        stw_json_key(json, "blocks");
        stw_json_array(json);
        for (const struct stw_report_block *block = section->first; block != NULL;
             block = block->next)
            put_block(json, block);
        stw_json_end(json);
        stw_json_end(json);
    }
    stw_json_end(json);
}

int stw_report_json(const struct stw_report *report, struct stw_buffer *out, struct stw_error *err)
{
    STW_TRY(stw_report_status(report, err));
    const struct stw_report_head *head = &report->head;
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_PRETTY);
    stw_json_object(&json);
    put_member(&json, "report", head->name);
    stw_json_key(&json, "language");
    stw_json_string(&json, stw_language_tag(report->language));
    put_member(&json, "title", head->title);
    put_member(&json, "site", head->site);
    put_member(&json, "period", head->period);
    put_member(&json, "as_of", head->as_of);
    put_member(&json, "snapshot", head->snapshot);
    put_member(&json, "program", head->program);
    put_conclusions(&json, report);
    put_sections(&json, report);
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(out, '\n');
    return stw_buffer_status(out, err);
}
