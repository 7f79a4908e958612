/*
 * From what the columns are to a map: which column is the time, which are keys and values. Words of
 * the header go before kinds of cells; what neither tells is left out and said. See sniff.h.
 */
#include "ingest/sniff.h"

#include "ingest/file_name.h"
#include "ingest/map_facts.h"
#include "ingest/sniff_inside.h"
#include "store/field.h"

#include <stdio.h>
#include <string.h>

enum { none = STW_SNIFF_NONE };

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

/* The first free column whose header means the field and whose cells are of one of the kinds. */
int stw_sniff_find_by_word(struct stw_sniff_plan *plan, struct stw_slice field, bool number,
                           bool time, bool text)
{
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        const struct stw_sniff_column *column = &plan->sample.columns[i];
        bool digits = column->kind == STW_SNIFF_TIME && column->formats[0][0] != 'i' &&
                      (strncmp(column->formats[0], "epoch", 5) == 0 ||
                       strncmp(column->formats[0], "%Y%m%d", 6) == 0 ||
                       strncmp(column->formats[0], "%E%m%d", 6) == 0);
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
    const char *format = column->formats[0];
    bool digits = strncmp(format, "epoch", 5) == 0 || strncmp(format, "%Y%m%d", 6) == 0 ||
                  strncmp(format, "%E%m%d", 6) == 0;
    return 4 * stw_sniff_means(column->header, field) + 2 * (column->format_count == 1) + !digits;
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

/* ---- Readings -------------------------------------------------------------------------------- */

/* "{device}.csv" for "b0.csv": the device comes from the name. */
void stw_sniff_put_device_from_name(struct stw_sniff_plan *plan)
{
    struct stw_slice ending = {plan->name.data + plan->name.size, 0};
    for (size_t i = plan->name.size; i > 1; i--) {
        if (plan->name.data[i - 1] == '.') {
            ending = (struct stw_slice){plan->name.data + i - 1, plan->name.size - i + 1};
            break;
        }
    }
    struct stw_buffer pattern;
    stw_buffer_init(&pattern);
    stw_buffer_printf(&pattern, "{device}%.*s", STW_SLICE_ARG(ending));
    stw_buffer_add_text(plan->map, "file_name: ");
    stw_map_put_scalar(plan->map, stw_buffer_slice(&pattern));
    stw_buffer_add_char(plan->map, '\n');
    stw_buffer_printf(plan->reasons,
                      "device: from the file's name, '%.*s', as no column names one\n",
                      STW_SLICE_ARG(plan->name));
    stw_buffer_release(&pattern);
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
                          "precision: %u of the first values, such as '%.*s', have more digits "
                          "than a decimal keeps and will be rejected; a table whose value is a "
                          "float takes them (steward init --tables, ingest --table)\n",
                          count, STW_SLICE_ARG(plan->sample.rows[last].cells[at]));
}

static void put_long_value(struct stw_sniff_plan *plan, int channel, int value)
{
    if (channel != none) {
        stw_sniff_put_field(plan, STW_SLICE("channel"), channel, "by its header or place");
    } else {
        struct stw_slice name = stw_sniff_channel(plan, stw_sniff_column(plan, value));
        stw_buffer_add_text(plan->map, "  channel: {constant: ");
        stw_map_put_scalar(plan->map, name);
        stw_buffer_add_text(plan->map, "}\n");
        stw_buffer_printf(plan->reasons,
                          "channel: '%.*s' for all rows, after the column of values\n",
                          STW_SLICE_ARG(name));
    }
    stw_sniff_put_field(plan, STW_SLICE("value"), value,
                        "by its header, or as the one column of numbers");
    stw_sniff_tell_precision(plan, value);
    bool remaining = stw_sniff_is_remaining(plan, value);
    stw_sniff_put_registry(plan, remaining ? "value_kind: remaining" : "", value);
    if (remaining)
        stw_buffer_add_text(
            plan->reasons,
            "value_kind: remaining, what is left of a prepaid amount, by the header\n");
}

static void put_wide_values(struct stw_sniff_plan *plan)
{
    unsigned count = 0;
    stw_buffer_add_text(plan->map, "wide:\n  into: value\n  columns:\n");
    for (int at = none; (at = stw_sniff_find_by_kind(plan, STW_SNIFF_NUMBER, at)) != none;
         count++) {
        struct stw_sniff_column *column = stw_sniff_column(plan, at);
        char number[32];
        snprintf(number, sizeof(number), "column-%d", at + 1);
        struct stw_slice channel =
            column->header.size > 0 ? stw_sniff_channel(plan, column) : stw_slice_of(number);
        stw_buffer_add_text(plan->map, "  - {");
        stw_sniff_put_ref(plan, at);
        stw_buffer_add_text(plan->map, ", channel: ");
        const char *of_use = stw_sniff_register(plan, at);
        stw_map_put_scalar(plan->map, of_use == NULL ? channel : stw_slice_of(of_use));
        stw_sniff_put_unit(plan, at, ", ", "");
        stw_buffer_add_text(plan->map, "}\n");
        stw_sniff_tell_precision(plan, at);
        column->used = true;
    }
    stw_buffer_printf(plan->reasons, "layout: wide, a channel from each of %u columns of numbers\n",
                      count);
}

/* What is measured names nobody: 电表(kWh). */
static int find_device_by_word(struct stw_sniff_plan *plan, struct stw_slice field)
{
    int at = stw_sniff_find_by_word(plan, field, true, false, true);
    return at != none && stw_sniff_unit(stw_sniff_column(plan, at)->header).size > 0 ? none : at;
}

/* Standard input has no name that a device could come from. */
static int check_name(struct stw_sniff_plan *plan)
{
    if (!stw_slice_is(plan->name, "-"))
        return STW_OK;
    stw_fail(plan->err, STW_ERR_INPUT,
             "no column names the device, and standard input has no name that could");
    stw_error_hint(plan->err, "give it a name with --name, such as --name M-17.csv");
    return STW_ERR_INPUT;
}

/* The device's column: as answered, by its header, or the first text of a file without header.
 * Where another column might be it, the file's name is no answer but a guess: ask. */
int stw_sniff_find_device(struct stw_sniff_plan *plan, int *device)
{
    const struct stw_sniff_sample *sample = &plan->sample;
    struct stw_slice answer = plan->answers->device;
    *device = none;
    if (stw_slice_is(answer, "none"))
        return check_name(plan);
    for (uint32_t i = 0; i < sample->column_count && answer.size > 0 && *device == none; i++)
        if (stw_slice_equal(sample->columns[i].header, answer))
            *device = (int)i;
    if (answer.size > 0 && *device == none)
        return stw_fail(plan->err, STW_ERR_USAGE, "the file has no column '%.*s'",
                        STW_SLICE_ARG(answer));
    if (*device == none)
        *device = find_device_by_word(plan, STW_SLICE("device"));
    if (*device == none) /* a meter is known by the room it is in */
        *device = find_device_by_word(plan, STW_SLICE("dwelling"));
    if (*device == none && !sample->header)
        *device = stw_sniff_find_by_kind(plan, STW_SNIFF_TEXT, none);
    for (uint32_t i = 0; i < sample->column_count && *device == none; i++) {
        const struct stw_sniff_column *column = &sample->columns[i];
        if (column->used ||
            (column->kind != STW_SNIFF_TEXT && !stw_sniff_is_identity(column->header)))
            continue;
        stw_fail(plan->err, STW_ERR_INPUT, "does column '%.*s' (such as '%.*s') name the device?",
                 STW_SLICE_ARG(column->header), STW_SLICE_ARG(column->example));
        stw_error_hint(plan->err,
                       "answer with --device '%.*s', or with --device none where the "
                       "file's name does",
                       STW_SLICE_ARG(column->header));
        return STW_ERR_INPUT;
    }
    plan->device = *device;
    if (*device != none) {
        stw_sniff_column(plan, *device)->used = true;
        return STW_OK;
    }
    return check_name(plan);
}

/* A cell, or the one it is filled down from. */
static struct stw_slice cell_of(const struct stw_sniff_plan *plan, uint32_t row, int column,
                                bool filled)
{
    while (filled && row > 0 && plan->sample.rows[row].cells[column].size == 0)
        row--;
    return plan->sample.rows[row].cells[column];
}

static bool same_cell(const struct stw_sniff_plan *plan, uint32_t a, uint32_t b, int column,
                      bool filled)
{
    return column == none ||
           stw_slice_equal(cell_of(plan, a, column, filled), cell_of(plan, b, column, filled));
}

/* Two rows of one series at one time would correct each other: something that tells them apart was
 * not recognised. */
static int check_distinct(struct stw_sniff_plan *plan, int time, int device, int channel)
{
    bool joined = stw_sniff_column(plan, time)->joined;
    bool filled = device != none && stw_sniff_fill_of(plan, device) != STW_SNIFF_FILL_NONE;
    for (uint32_t a = 0; a < plan->sample.row_count; a++) {
        for (uint32_t b = a + 1; b < plan->sample.row_count; b++) {
            if (!same_cell(plan, a, b, time, false) || !same_cell(plan, a, b, device, filled) ||
                !same_cell(plan, a, b, channel, false) ||
                (joined && !same_cell(plan, a, b, time + 1, false)))
                continue;
            stw_fail(plan->err, STW_ERR_INPUT,
                     "lines %llu and %llu would be the same reading: nothing tells them apart",
                     (unsigned long long)plan->sample.rows[a].line,
                     (unsigned long long)plan->sample.rows[b].line);
            stw_error_hint(plan->err, "write a column map that names device, channel and time");
            return STW_ERR_INPUT;
        }
    }
    return STW_OK;
}

/* A number without a header, or that names somebody or some place, is not measured; nor is one that
 * stands outside of the list of records. */
void stw_sniff_leave_out_identities(struct stw_sniff_plan *plan)
{
    for (int at = none; (at = stw_sniff_find_by_kind(plan, STW_SNIFF_NUMBER, at)) != none;) {
        struct stw_sniff_column *column = stw_sniff_column(plan, at);
        if (plan->sample.header &&
            (column->header.size == 0 || stw_sniff_is_identity(column->header) ||
             stw_sniff_is_place(column->header) ||
             !stw_slice_starts(column->header, plan->sample.records)))
            column->kind = STW_SNIFF_EMPTY;
    }
}

/* By its header, or by its words. */
static int find_quality(struct stw_sniff_plan *plan)
{
    int quality = stw_sniff_find_by_word(plan, STW_SLICE("quality"), false, false, true);
    for (int at = none;
         quality == none && (at = stw_sniff_find_by_kind(plan, STW_SNIFF_TEXT, at)) != none;)
        if (stw_sniff_column(plan, at)->marks)
            quality = at;
    if (quality != none)
        stw_sniff_column(plan, quality)->used = true;
    return quality;
}

/* What is not said about the values, and must be. */
static void tell_open_questions(struct stw_sniff_plan *plan, int time, int value)
{
    if (stw_sniff_is_date(stw_sniff_column(plan, time)) && !plan->answers->hour_told)
        stw_buffer_add_text(plan->reasons,
                            "to decide: dates are taken at 0:00 of their day; --hour 24 is its "
                            "end\n");
    if (stw_sniff_is_remaining(plan, value))
        return;
    stw_buffer_add_text(plan->reasons,
                        "to decide: whether the values are register readings or use per interval "
                        "(value_kind), and whether a stamp is the start or end of its interval "
                        "(stamp); say so under 'registry' in the map\n");
}

/* Columns of another table, and none of values, are no readings. */
static int check_table(struct stw_sniff_plan *plan)
{
    const char *table = stw_sniff_table(&plan->sample);
    if (plan->answers->table_told || table == NULL || strcmp(table, "readings") == 0 ||
        stw_sniff_find_by_word(plan, STW_SLICE("value"), true, false, false) != none)
        return STW_OK;
    stw_fail(plan->err, STW_ERR_INPUT, "no column holds readings");
    return stw_sniff_hint_table(plan, "say --table readings where one does");
}

static int plan_readings(struct stw_sniff_plan *plan)
{
    bool taken;
    STW_TRY(stw_sniff_days(plan, &taken));
    if (!taken)
        STW_TRY(stw_sniff_previous(plan, &taken));
    if (taken)
        return STW_OK;
    STW_TRY(check_table(plan));
    int device, time = stw_sniff_find_time(plan, STW_SLICE("time"));
    if (time == none)
        return stw_sniff_fail_no_time(plan);
    stw_sniff_column(plan, time)->used = true;
    int channel = stw_sniff_find_by_word(plan, STW_SLICE("channel"), false, false, true);
    if (channel != none)
        stw_sniff_column(plan, channel)->used = true;
    int quality = find_quality(plan);
    STW_TRY(stw_sniff_find_device(plan, &device));
    if (channel == none && !plan->sample.header && device != none)
        channel = stw_sniff_find_by_kind(plan, STW_SNIFF_TEXT, device);
    stw_sniff_leave_out_identities(plan);
    int value = stw_sniff_find_by_word(plan, STW_SLICE("value"), true, false, false);
    int first = stw_sniff_find_by_kind(plan, STW_SNIFF_NUMBER, none);
    if (value == none && first != none &&
        stw_sniff_find_by_kind(plan, STW_SNIFF_NUMBER, first) == none)
        value = first;
    if (value == none && first == none)
        return stw_sniff_fail_no_values(plan);
    STW_TRY(check_distinct(plan, time, device, value == none ? none : channel));
    bool by_device = device == none && value == none && plan->answers->device.size == 0 &&
                     stw_sniff_is_wide_by_device(plan);
    if (stw_sniff_is_date(stw_sniff_column(plan, time)) && stw_sniff_is_frozen(plan, value))
        STW_TRY(stw_sniff_want_hour(plan, "a frozen reading"));
    if (device == none && !by_device)
        stw_sniff_put_device_from_name(plan);
    stw_buffer_add_text(plan->map, "fields:\n");
    STW_TRY(stw_sniff_put_time(plan, STW_SLICE("time"), time));
    if (by_device)
        stw_sniff_put_wide_devices(plan);
    else if (device == none)
        stw_buffer_add_text(plan->map, "  device: {constant: \"{device}\"}\n");
    else
        stw_sniff_put_field(plan, STW_SLICE("device"), device, "by its header or place");
    if (quality != none)
        stw_sniff_put_field(plan, STW_SLICE("quality"), quality, "by its header or its words");
    if (value != none) {
        put_long_value(plan, channel, value);
    } else if (!by_device) {
        put_wide_values(plan);
        stw_sniff_put_sums(plan);
        stw_sniff_put_registry(plan, "", none);
    }
    tell_open_questions(plan, time, value);
    return STW_OK;
}

/* ---- Other tables ---------------------------------------------------------------------------- */

static int put_key(struct stw_sniff_plan *plan, struct stw_slice key)
{
    bool registry = stw_slice_is(plan->table->name, "devices");
    int at = stw_sniff_find_by_word(plan, key, true, true, true);
    if (at != none) {
        stw_sniff_put_field(plan, key, at, "by its header");
        return STW_OK;
    }
    if (registry && stw_slice_is(key, "channel"))
        return STW_OK;
    stw_fail(plan->err, STW_ERR_INPUT, "no column is the '%.*s' of '%.*s'", STW_SLICE_ARG(key),
             STW_SLICE_ARG(plan->table->name));
    return stw_sniff_hint_table(plan, "write a column map that names it, or change the header");
}

static int put_column(struct stw_sniff_plan *plan, const struct stw_column *column)
{
    bool number = column->type == STW_TYPE_DECIMAL || column->type == STW_TYPE_FLOAT ||
                  column->type == STW_TYPE_INT || column->type == STW_TYPE_BOOL;
    bool text = column->type == STW_TYPE_TEXT, time = column->type == STW_TYPE_TIME;
    int at = stw_sniff_find_by_word(plan, column->name, number || text, time || text, text);
    if (at == none)
        return STW_OK;
    if (time && stw_sniff_column(plan, at)->kind == STW_SNIFF_TIME)
        return stw_sniff_put_time(plan, column->name, at);
    stw_sniff_put_field(plan, column->name, at, "by its header");
    return STW_OK;
}

/* The line of the table's time. */
static int plan_table_time(struct stw_sniff_plan *plan, bool folded)
{
    const struct stw_table *table = plan->table;
    bool registry = stw_slice_is(table->name, "devices");
    bool outages = folded && stw_slice_is(table->name, "faults");
    if (outages) {
        stw_buffer_add_text(plan->map, "  time: \"{start}\"\n  restored: \"{end}\"\n"
                                       "  note: \"{ending}\"\n");
        return STW_OK;
    }
    int time = stw_sniff_find_by_word(plan, table->time_name, false, true, false);
    if (time == none && folded) {
        stw_buffer_printf(plan->map, "  %.*s: \"{first}\"\n", STW_SLICE_ARG(table->time_name));
        return STW_OK;
    }
    if (time == none && !registry)
        time = stw_sniff_find_by_word(plan, STW_SLICE("time"), false, true, false);
    if (time != none)
        return stw_sniff_put_time(plan, table->time_name, time);
    if (!registry)
        return stw_sniff_fail_no_time(plan);
    stw_buffer_printf(plan->map, "  %.*s: {constant: \"1970-01-01\"}\n",
                      STW_SLICE_ARG(table->time_name));
    stw_buffer_printf(plan->reasons, "%.*s: 1970, as no column says since when it is so\n",
                      STW_SLICE_ARG(table->time_name));
    return STW_OK;
}

static int plan_table(struct stw_sniff_plan *plan)
{
    const struct stw_table *table = plan->table;
    bool folded;
    STW_TRY(stw_sniff_fold(plan, &folded));
    bool outages = folded && stw_slice_is(table->name, "faults");
    stw_buffer_add_text(plan->map, "fields:\n");
    STW_TRY(plan_table_time(plan, folded));
    for (uint32_t i = 0; i < table->key_count; i++)
        STW_TRY(put_key(plan, table->keys[i]));
    for (uint32_t i = 0; i < table->column_count; i++) {
        struct stw_slice name = table->columns[i].name;
        if (!outages || (!stw_slice_is(name, "restored") && !stw_slice_is(name, "note")))
            STW_TRY(put_column(plan, &table->columns[i]));
    }
    return STW_OK;
}

/* Values of channels of devices, whatever the table is called. */
static bool is_of_readings(const struct stw_table *table)
{
    return table->key_count == 2 && stw_table_key(table, STW_SLICE("device")) == 0 &&
           stw_table_key(table, STW_SLICE("channel")) == 1 &&
           stw_table_column(table, STW_SLICE("value")) >= 0 && table->identity == STW_IDENTITY_TIME;
}

/* ---- All ------------------------------------------------------------------------------------- */

static void put_head(struct stw_sniff_plan *plan)
{
    const struct stw_sniff_sample *sample = &plan->sample;
    stw_buffer_add_text(plan->map, "table: ");
    stw_map_put_scalar(plan->map, plan->table->name);
    stw_buffer_add_text(plan->map, "\nformat: {");
    stw_sniff_put_format(sample, plan->map);
    stw_buffer_printf(plan->map, ", decimal: \"%c\"", sample->style.point);
    if (sample->style.group != 0)
        stw_buffer_printf(plan->map, ", thousands: \"%c\"", sample->style.group);
    stw_buffer_add_text(plan->map, sample->style.minus_behind ? ", minus: behind" : "");
    if (plan->encoding->encoding > STW_ENCODING_UTF8)
        stw_buffer_printf(plan->map, ", encoding: %s", stw_encoding_name(plan->encoding->encoding));
    stw_buffer_add_text(plan->map, "}\nmissing: [\"\"");
    for (uint32_t i = 0; i < sample->missing_count; i++) {
        stw_buffer_add_text(plan->map, ", ");
        stw_map_put_scalar(plan->map, stw_slice_of(sample->missing[i]));
        stw_buffer_printf(plan->reasons, "missing: '%s' stands for no value\n", sample->missing[i]);
    }
    stw_buffer_add_text(plan->map, "]\n");
}

static void tell_unused(struct stw_sniff_plan *plan)
{
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        if (plan->sample.columns[i].used || plan->sample.columns[i].folds)
            continue;
        stw_buffer_add_text(plan->reasons, "left out: column ");
        stw_sniff_put_name(plan->reasons, plan, (int)i);
        stw_sniff_tell_left_out(plan, (int)i);
        stw_sniff_tell_marks(plan, (int)i);
    }
    if (plan->sample.odd_rows > 0)
        stw_buffer_printf(plan->reasons,
                          "odd: %u of the first lines have another number of columns\n",
                          plan->sample.odd_rows);
}

static int make_plan(struct stw_sniff_plan *plan, struct stw_input *input)
{
    STW_TRY(stw_zone_load("UTC", &plan->utc, plan->err));
    STW_TRY(stw_sniff_read(&plan->sample, input, plan->answers, plan->reasons, plan->err));
    plan->encoding = stw_input_encoding(input);
    STW_TRY(stw_sniff_columns(&plan->sample, plan->answers, plan->utc, plan->reasons, plan->err));
    put_head(plan);
    STW_TRY(is_of_readings(plan->table) ? plan_readings(plan) : plan_table(plan));
    tell_unused(plan);
    stw_buffer_add_text(plan->reasons,
                        "zone: times without an offset are taken in the store's zone\n");
    STW_TRY(stw_buffer_status(plan->map, plan->err));
    return stw_buffer_status(plan->reasons, plan->err);
}

int stw_sniff(struct stw_input *input, const char *path, const struct stw_table *table,
              const struct stw_sniff_answers *answers, struct stw_buffer *map,
              struct stw_buffer *reasons, struct stw_error *err)
{
    static const struct stw_sniff_answers no_answers;
    struct stw_sniff_plan plan = {
        .table = table,
        .answers = answers == NULL ? &no_answers : answers,
        .name = stw_file_base(path),
        .device = none,
        .map = map,
        .reasons = reasons,
        .err = err,
    };
    int status = make_plan(&plan, input);
    stw_sniff_release(&plan.sample);
    stw_zone_free(plan.utc);
    return status;
}
