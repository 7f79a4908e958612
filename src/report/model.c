/* Building the neutral report model; see model.h. */
#include "report/model.h"

#include "report/model_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void stw_report_init(struct stw_report *report, enum stw_language language)
{
    memset(report, 0, sizeof(*report));
    stw_arena_init(&report->arena);
    stw_buffer_init(&report->scratch);
    report->language = language;
}

void stw_report_release(struct stw_report *report)
{
    stw_arena_release(&report->arena);
    stw_buffer_release(&report->scratch);
    memset(report, 0, sizeof(*report));
}

int stw_report_status(const struct stw_report *report, struct stw_error *err)
{
    if (report->failed)
        return stw_fail_memory(err, report->arena.total_bytes);
    if (report->beyond_limit)
        return stw_fail(err, STW_ERR_LIMIT,
                        "a chart has more than %d points or %d series, or a table more than %d "
                        "columns",
                        STW_REPORT_POINTS_MAX, STW_REPORT_SERIES_MAX, STW_REPORT_COLUMNS_MAX);
    return STW_OK;
}

void *stw_report_array(struct stw_report *report, size_t count, size_t size_bytes)
{
    if (report->failed)
        return NULL;
    void *block = stw_arena_zero(&report->arena, count, size_bytes);
    if (block == NULL)
        report->failed = true;
    return block;
}

struct stw_slice stw_report_copy(struct stw_report *report, struct stw_slice text)
{
    static const struct stw_slice empty = {"", 0};
    if (report->failed || text.size == 0)
        return empty;
    struct stw_slice copy = stw_arena_copy(&report->arena, text);
    if (copy.data == NULL) {
        report->failed = true;
        return empty;
    }
    return copy;
}

struct stw_datum stw_report_copy_datum(struct stw_report *report, struct stw_datum value)
{
    if (value.kind == STW_DATUM_TEXT || value.kind == STW_DATUM_ABSENT)
        value.text = stw_report_copy(report, value.text);
    return value;
}

void stw_report_set_head(struct stw_report *report, const struct stw_report_head *head)
{
    const struct stw_slice *from[] = {&head->name,  &head->title,    &head->site,   &head->period,
                                      &head->as_of, &head->snapshot, &head->program};
    struct stw_report_head *own = &report->head;
    struct stw_slice *to[] = {&own->name,  &own->title,    &own->site,   &own->period,
                              &own->as_of, &own->snapshot, &own->program};
    for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
        *to[i] = stw_report_copy(report, *from[i]);
}

struct stw_slice stw_report_say(struct stw_report *report, enum stw_word message,
                                const struct stw_datum *values, unsigned count)
{
    stw_buffer_clear(&report->scratch);
    stw_datum_fill(report->language, message, values, count, &report->scratch);
    report->failed |= report->scratch.failed;
    return stw_report_copy(report, stw_buffer_slice(&report->scratch));
}

struct stw_slice stw_report_printf(struct stw_report *report, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = size < 0 ? NULL : stw_report_array(report, (size_t)size + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text == NULL ? STW_SLICE("") : stw_slice_of(text);
}

void stw_report_conclude(struct stw_report *report, enum stw_mark mark, double rank,
                         const struct stw_report_section *section, struct stw_slice text)
{
    struct stw_report_conclusion *conclusion = stw_report_array(report, 1, sizeof(*conclusion));
    if (conclusion == NULL)
        return;
    conclusion->mark = mark;
    conclusion->rank = rank;
    conclusion->section = section;
    conclusion->text = stw_report_copy(report, text);
    struct stw_report_conclusion **place = &report->conclusions;
    while (*place != NULL && (*place)->rank >= rank)
        place = &(*place)->next;
    conclusion->next = *place;
    *place = conclusion;
}

struct stw_report_section *stw_report_add_section(struct stw_report *report, struct stw_slice title)
{
    struct stw_report_section *section = stw_report_array(report, 1, sizeof(*section));
    if (section == NULL)
        return NULL;
    section->number = ++report->section_count;
    section->title = stw_report_copy(report, title);
    STW_LIST_APPEND(report, section);
    return section;
}

static struct stw_report_block *
add_block(struct stw_report *report, struct stw_report_section *section, enum stw_block_kind kind)
{
    struct stw_report_block *block =
        section == NULL ? NULL : stw_report_array(report, 1, sizeof(*block));
    if (block == NULL)
        return NULL;
    block->kind = kind;
    STW_LIST_APPEND(section, block);
    return block;
}

void stw_section_paragraph(struct stw_report *report, struct stw_report_section *section,
                           struct stw_slice text)
{
    text = stw_report_copy(report, text);
    struct stw_report_block *block = add_block(report, section, STW_BLOCK_PARAGRAPH);
    if (block != NULL)
        block->paragraph = text;
}

struct stw_report_keys *stw_section_keys(struct stw_report *report,
                                         struct stw_report_section *section,
                                         struct stw_slice command)
{
    struct stw_report_keys *keys = stw_report_array(report, 1, sizeof(*keys));
    struct stw_report_block *block =
        keys == NULL ? NULL : add_block(report, section, STW_BLOCK_KEYS);
    if (block == NULL)
        return NULL;
    keys->command = stw_report_copy(report, command);
    block->keys = keys;
    return keys;
}

void stw_keys_add(struct stw_report *report, struct stw_report_keys *keys,
                  const struct stw_report_key *key)
{
    struct stw_report_key *own = keys == NULL ? NULL : stw_report_array(report, 1, sizeof(*own));
    if (own == NULL)
        return;
    own->label = stw_report_copy(report, key->label);
    own->value = stw_report_copy_datum(report, key->value);
    own->unit = stw_report_copy(report, key->unit);
    own->delta = stw_report_copy_datum(report, key->delta);
    own->delta_label = stw_report_copy(report, key->delta_label);
    own->mark = key->mark;
    STW_LIST_APPEND(keys, own);
}

struct stw_report_table *stw_section_table(struct stw_report *report,
                                           struct stw_report_section *section, const char *id,
                                           struct stw_slice caption, struct stw_slice command,
                                           const struct stw_report_column *columns,
                                           uint32_t column_count)
{
    if (column_count > STW_REPORT_COLUMNS_MAX) {
        report->beyond_limit = true;
        return NULL;
    }
    struct stw_report_table *table = stw_report_array(report, 1, sizeof(*table));
    struct stw_report_column *own = stw_report_array(report, column_count, sizeof(*own));
    struct stw_report_block *block =
        own == NULL ? NULL : add_block(report, section, STW_BLOCK_TABLE);
    if (block == NULL)
        return NULL;
    for (uint32_t i = 0; i < column_count; i++) {
        own[i].title = stw_report_copy(report, columns[i].title);
        own[i].unit = stw_report_copy(report, columns[i].unit);
        own[i].kind = columns[i].kind;
    }
    table->id = stw_report_copy(report, stw_slice_of(id));
    table->caption = stw_report_copy(report, caption);
    table->command = stw_report_copy(report, command);
    table->columns = own;
    table->column_count = column_count;
    report->table_count++;
    block->table = table;
    return table;
}

struct stw_report_row *stw_table_add(struct stw_report *report, struct stw_report_table *table,
                                     const struct stw_report_cell *cells)
{
    struct stw_report_row *row = table == NULL ? NULL : stw_report_array(report, 1, sizeof(*row));
    struct stw_report_cell *own =
        row == NULL ? NULL : stw_report_array(report, table->column_count, sizeof(*own));
    if (own == NULL)
        return NULL;
    for (uint32_t i = 0; i < table->column_count; i++) {
        enum stw_datum_kind kind = cells[i].value.kind;
        assert(kind == table->columns[i].kind || kind == STW_DATUM_NONE || kind == STW_DATUM_TEXT ||
               kind == STW_DATUM_ABSENT);
        own[i].value = stw_report_copy_datum(report, cells[i].value);
        own[i].mark = cells[i].mark;
    }
    row->cells = own;
    STW_LIST_APPEND(table, row);
    table->row_count++;
    return row;
}

void stw_row_note(struct stw_report *report, struct stw_report_row *row, struct stw_slice note)
{
    if (row != NULL)
        row->note = stw_report_copy(report, note);
}

void stw_row_command(struct stw_report *report, struct stw_report_row *row,
                     struct stw_slice command)
{
    if (row != NULL)
        row->command = stw_report_copy(report, command);
}

void stw_notes_add(struct stw_report *report, struct stw_report_notes *notes, struct stw_slice text)
{
    struct stw_report_note *note =
        notes == NULL ? NULL : stw_report_array(report, 1, sizeof(*note));
    if (note == NULL)
        return;
    note->text = stw_report_copy(report, text);
    STW_LIST_APPEND(notes, note);
}

struct stw_report_chart *stw_section_chart(struct stw_report *report,
                                           struct stw_report_section *section,
                                           enum stw_chart_kind kind, const char *id,
                                           struct stw_slice title, struct stw_slice unit,
                                           struct stw_slice command)
{
    struct stw_report_chart *chart = stw_report_array(report, 1, sizeof(*chart));
    struct stw_report_block *block =
        chart == NULL ? NULL : add_block(report, section, STW_BLOCK_CHART);
    if (block == NULL)
        return NULL;
    chart->kind = kind;
    chart->id = stw_report_copy(report, stw_slice_of(id));
    chart->title = stw_report_copy(report, title);
    chart->unit = stw_report_copy(report, unit);
    chart->command = stw_report_copy(report, command);
    report->chart_count++;
    block->chart = chart;
    return chart;
}
