/*
 * The fields of a map in the making: which column means a field, the field's line, and why. What is
 * special about times is here too: formats that fit, and which of them.
 */
#include "ingest/sniff_inside.h"

#include "base/plural.h"
#include "ingest/map_facts.h"
#include "store/field.h"

#include <string.h>

enum { none = STW_SNIFF_NONE };

/* ---- Columns that mean a field --------------------------------------------------------------- */

/* Whether the times of a format might be numbers as well: 20261001, 1790812800. */
static bool is_of_digits(const char *format)
{
    return strncmp(format, "epoch", 5) == 0 || strncmp(format, "%Y%m%d", 6) == 0 ||
           strncmp(format, "%E%m%d", 6) == 0;
}

/* The first free column whose header means the field and whose cells are of one of the kinds. */
int stw_sniff_find_by_word(struct stw_sniff_plan *plan, struct stw_slice field, bool number,
                           bool time, bool text)
{
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        const struct stw_sniff_column *column = &plan->sample.columns[i];
        bool digits = column->kind == STW_SNIFF_TIME && is_of_digits(column->formats[0]);
        bool fits = column->kind == STW_SNIFF_EMPTY || (column->kind == STW_SNIFF_TEXT && text) ||
                    (column->kind == STW_SNIFF_NUMBER && number) ||
                    (column->kind == STW_SNIFF_TIME && (time || (digits && number)));
        if (!column->used && fits && stw_sniff_means(column->header, field))
            return (int)i;
    }
    return none;
}

int stw_sniff_find_by_kind(struct stw_sniff_plan *plan, enum stw_sniff_kind kind, int after)
{
    for (uint32_t i = (uint32_t)(after + 1); i < plan->sample.column_count; i++)
        if (!plan->sample.columns[i].used && plan->sample.columns[i].kind == kind)
            return (int)i;
    return none;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

/* The header, or the place in a file without. */
void stw_sniff_put_name(struct stw_buffer *out, const struct stw_sniff_plan *plan, int at)
{
    struct stw_slice header = plan->sample.columns[at].header;
    if (header.size > 0)
        stw_map_put_scalar(out, header);
    else
        stw_buffer_printf(out, "%d", at + 1);
}

void stw_sniff_put_ref(struct stw_sniff_plan *plan, int at)
{
    stw_buffer_add_text(plan->map,
                        stw_sniff_column(plan, at)->header.size > 0 ? "column: " : "number: ");
    stw_sniff_put_name(plan->map, plan, at);
}

/* Whether a column has words the field knows by another name. */
static bool speaks_other_words(const struct stw_sniff_plan *plan, const struct stw_field *field,
                               int at)
{
    for (uint32_t i = 0; i < plan->sample.row_count; i++) {
        struct stw_slice cell = plan->sample.rows[i].cells[at];
        const char *means = stw_field_meaning(field, cell);
        if (means != NULL && !stw_slice_is(cell, means))
            return true;
    }
    return false;
}

static void put_word(struct stw_sniff_plan *plan, const char *word, const char *means,
                     const char **before)
{
    if (word == NULL || strcmp(word, means) == 0)
        return;
    stw_buffer_add_text(plan->map, *before);
    stw_map_put_scalar(plan->map, stw_slice_of(word));
    stw_buffer_add_text(plan->map, ": ");
    stw_map_put_scalar(plan->map, stw_slice_of(means));
    *before = ", ";
}

/* values: {水: water, ...}. All words of the field: later rows and files have others of them. */
static bool put_words(struct stw_sniff_plan *plan, struct stw_slice name, int at)
{
    const struct stw_field *field = stw_field_find(plan->table->name, name);
    const char *before = ", values: {";
    if (field == NULL || field->values == NULL || !speaks_other_words(plan, field, at))
        return false;
    for (const struct stw_field_value *value = field->values; value->means != NULL; value++) {
        for (int i = 0; i < STW_FIELD_LANGUAGES; i++)
            if (i == 0 || strcmp(value->label[i], value->label[0]) != 0)
                put_word(plan, value->label[i], value->means, &before);
        for (int i = 0; i < STW_FIELD_OTHERS_MAX; i++)
            put_word(plan, value->others[i], value->means, &before);
    }
    stw_buffer_add_char(plan->map, '}');
    return true;
}

void stw_sniff_put_field(struct stw_sniff_plan *plan, struct stw_slice field, int at,
                         const char *why)
{
    stw_buffer_add_text(plan->map, "  ");
    stw_map_put_scalar(plan->map, field);
    stw_buffer_add_text(plan->map, ": {");
    stw_sniff_put_ref(plan, at);
    bool translated = put_words(plan, field, at);
    enum stw_sniff_fill fill = stw_sniff_fill_of(plan, at);
    bool filled = stw_sniff_is_filled(fill, field);
    stw_buffer_add_text(plan->map, filled ? ", fill_down: yes}\n" : "}\n");
    stw_buffer_printf(plan->reasons, "%.*s: column ", STW_SLICE_ARG(field));
    stw_sniff_put_name(plan->reasons, plan, at);
    stw_buffer_printf(plan->reasons, ", %s%s%s\n", why,
                      translated ? "; its words are translated" : "",
                      stw_sniff_fill_words(fill, field));
    stw_sniff_column(plan, at)->used = true;
}

/* A channel's name out of a header: what stands before a bracket; "value" says nothing. */
struct stw_slice stw_sniff_channel(const struct stw_sniff_plan *plan,
                                   const struct stw_sniff_column *column)
{
    struct stw_slice name = column->header, list = plan->sample.records;
    if (list.size > 0 && name.size > list.size + 1 && stw_slice_starts(name, list) &&
        name.data[list.size] == '.')
        name = (struct stw_slice){name.data + list.size + 1, name.size - list.size - 1};
    for (size_t i = 1; i < name.size; i++) {
        struct stw_slice rest = {name.data + i, name.size - i};
        if (name.data[i] == '(' || name.data[i] == '[' || stw_slice_starts(rest, STW_SLICE("（"))) {
            name.size = i;
            break;
        }
    }
    name = stw_slice_trim(name);
    bool empty = name.size == 0 || stw_sniff_means(name, STW_SLICE("value"));
    return empty ? STW_SLICE("value") : name;
}

void stw_sniff_put_unit(struct stw_sniff_plan *plan, int at, const char *before, const char *after)
{
    const struct stw_sniff_column *column = stw_sniff_column(plan, at);
    struct stw_slice unit = stw_sniff_unit(column->header);
    bool of_cells = unit.size == 0;
    if (of_cells)
        unit = column->unit;
    if (unit.size == 0)
        return;
    if (of_cells)
        stw_buffer_printf(plan->reasons, "unit: %.*s, as '%.*s' says\n", STW_SLICE_ARG(unit),
                          STW_SLICE_ARG(column->unit_cell));
    stw_buffer_printf(plan->map, "%sunit: ", before);
    stw_map_put_scalar(plan->map, unit);
    stw_buffer_add_text(plan->map, after);
}

/* Numbers that no decimal holds would be rejected, row by row: it is said beforehand. */
void stw_sniff_tell_precision(struct stw_sniff_plan *plan, int at)
{
    int column = stw_table_column(plan->table, STW_SLICE("value"));
    if (column < 0 || plan->table->columns[column].type != STW_TYPE_DECIMAL)
        return;
    uint32_t count = 0, last = 0;
    for (uint32_t i = 0; i < plan->sample.row_count; i++) {
        struct stw_decimal value;
        if (stw_number_parse(plan->sample.rows[i].cells[at], &plan->sample.style, &value) !=
            STW_NUMBER_TOO_PRECISE)
            continue;
        count++;
        last = i;
    }
    if (count > 0)
        stw_buffer_printf(plan->reasons,
                          "precision: %u of the first values, such as '%.*s', %s more digits "
                          "than a decimal keeps and will be rejected; a table whose value is a "
                          "float takes them (steward init --tables, ingest --table)\n",
                          count, STW_SLICE_ARG(plan->sample.rows[last].cells[at]),
                          stw_plural_of(count, "has", "have"));
}

/* ---- Times ----------------------------------------------------------------------------------- */

/* Whether a format counts its years from 1911. */
static bool is_republic(const char *format)
{
    return strstr(format, "%E") != NULL;
}

/* Which of the formats that fit? "answer with --time-format 'A', 'B' or 'C'". */
static int ask_format(struct stw_sniff_plan *plan, int at)
{
    const struct stw_sniff_column *column = stw_sniff_column(plan, at);
    const char *question = "day and month, or month and day";
    struct stw_buffer name, formats;
    stw_buffer_init(&name);
    stw_buffer_init(&formats);
    stw_sniff_put_name(&name, plan, at);
    for (uint32_t f = 0; f < column->format_count; f++) {
        const char *before = f == 0 ? "" : f + 1 == column->format_count ? " or " : ", ";
        stw_buffer_printf(&formats, "%s'%s'", before, column->formats[f]);
        if (strncmp(column->formats[f], "%y", 2) == 0)
            question = "a year first, or last";
    }
    if (is_republic(column->formats[column->format_count - 1]))
        question = "a year of this calendar, or of the Republic of China (民國)";
    stw_fail(plan->err, STW_ERR_INPUT, "in column %.*s, is '%.*s' %s?",
             STW_SLICE_ARG(stw_buffer_slice(&name)), STW_SLICE_ARG(column->example), question);
    stw_error_hint(plan->err, "answer with --time-format %.*s",
                   STW_SLICE_ARG(stw_buffer_slice(&formats)));
    stw_buffer_release(&name);
    stw_buffer_release(&formats);
    return STW_ERR_INPUT;
}

/* The format of a time column; where several fit, the answer, or what another column shows. */
static int choose_format(struct stw_sniff_plan *plan, int at, const char **format, const char **why)
{
    const struct stw_sniff_sample *sample = &plan->sample;
    const struct stw_sniff_column *column = &sample->columns[at];
    if (plan->answers->time_format.size > 0) {
        char *answer = (char *)stw_arena_copy(&plan->sample.arena, plan->answers->time_format).data;
        if (answer == NULL)
            return stw_fail_memory(plan->err, plan->answers->time_format.size);
        if (stw_sniff_format_count(sample, (uint32_t)at, column->joined, answer, plan->utc) > 0) {
            *format = answer;
            *why = "as you said";
            return STW_OK;
        }
    }
    *format = column->formats[0];
    *why = is_republic(column->formats[0]) ? "as years of the Republic of China, 113 being 2024"
           : plan->answers->time_format.size > 0 ? "which fits best, while what you said fits none"
                                                 : "which fits best";
    if (column->format_count == 1)
        return STW_OK;
    for (uint32_t i = 0; i < sample->column_count; i++) {
        const struct stw_sniff_column *other = &sample->columns[i];
        for (uint32_t f = 0; f < column->format_count && other->format_count == 1; f++) {
            if (strcmp(other->formats[0], column->formats[f]) != 0)
                continue;
            *format = column->formats[f];
            *why = "as another column leaves no other";
            return STW_OK;
        }
    }
    return ask_format(plan, at);
}

int stw_sniff_put_time(struct stw_sniff_plan *plan, struct stw_slice field, int at)
{
    struct stw_sniff_column *column = stw_sniff_column(plan, at);
    const char *format = "iso", *why = "as it holds no time yet";
    bool registry = stw_slice_is(plan->table->name, "devices") &&
                    stw_slice_equal(field, plan->table->time_name);
    if (column->format_count > 0)
        STW_TRY(choose_format(plan, at, &format, &why));
    stw_buffer_add_text(plan->map, "  ");
    stw_map_put_scalar(plan->map, field);
    if (column->joined) {
        stw_buffer_add_text(plan->map, ": {columns: [");
        stw_sniff_put_name(plan->map, plan, at);
        stw_buffer_add_text(plan->map, ", ");
        stw_sniff_put_name(plan->map, plan, at + 1);
        stw_buffer_add_char(plan->map, ']');
    } else {
        stw_buffer_add_text(plan->map, ": {");
        stw_sniff_put_ref(plan, at);
    }
    stw_buffer_add_text(plan->map, ", format: ");
    stw_map_put_scalar(plan->map, stw_slice_of(format));
    if (plan->answers->hour_told && !registry && stw_sniff_is_date(column))
        stw_buffer_printf(plan->map, ", hour: %d", plan->answers->hour);
    /* Most devices are what they are since ever. */
    stw_buffer_add_text(plan->map, registry ? ", default: \"1970-01-01\"}\n" : "}\n");
    stw_buffer_printf(plan->reasons, "%.*s: column ", STW_SLICE_ARG(field));
    stw_sniff_put_name(plan->reasons, plan, at);
    stw_buffer_printf(plan->reasons, "%s in the format %s, %s",
                      column->joined ? " and the next" : "", format, why);
    if (column->example.size > 0)
        stw_buffer_printf(plan->reasons, ", as '%.*s'", STW_SLICE_ARG(column->example));
    stw_buffer_add_text(plan->reasons, registry ? "; where it is empty, since 1970\n" : "\n");
    column->used = true;
    if (column->joined)
        stw_sniff_column(plan, at + 1)->used = true;
    return STW_OK;
}

/* How good a column is as the time: its name, a format beyond doubt, more than digits. */
static int time_merit(const struct stw_sniff_column *column, struct stw_slice field)
{
    return 4 * stw_sniff_means(column->header, field) + 2 * (column->format_count == 1) +
           !is_of_digits(column->formats[0]);
}

int stw_sniff_find_time(struct stw_sniff_plan *plan, struct stw_slice field)
{
    int best = none;
    for (int at = none; (at = stw_sniff_find_by_kind(plan, STW_SNIFF_TIME, at)) != none;)
        if (best == none || time_merit(stw_sniff_column(plan, at), field) >
                                time_merit(stw_sniff_column(plan, best), field))
            best = at;
    return best;
}
