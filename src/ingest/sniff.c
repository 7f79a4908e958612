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

struct plan {
    struct stw_sniff_sample sample;
    const struct stw_encoding_guess *encoding; /* of the input */
    const struct stw_table *table;
    const struct stw_sniff_answers *answers;
    struct stw_zone *utc;
    struct stw_slice name; /* of the file */
    struct stw_buffer *map;
    struct stw_buffer *reasons;
    struct stw_error *err;
};

static const int none = -1;

static struct stw_sniff_column *column_of(struct plan *plan, int at)
{
    return &plan->sample.columns[at];
}

/* The header, or the place in a file without. */
static void put_name(struct stw_buffer *out, const struct plan *plan, int at)
{
    struct stw_slice header = plan->sample.columns[at].header;
    if (header.size > 0)
        stw_map_put_scalar(out, header);
    else
        stw_buffer_printf(out, "%d", at + 1);
}

static void put_ref(struct plan *plan, int at)
{
    stw_buffer_add_text(plan->map, column_of(plan, at)->header.size > 0 ? "column: " : "number: ");
    put_name(plan->map, plan, at);
}

/* Whether a column has words the field knows by another name. */
static bool speaks_other_words(const struct plan *plan, const struct stw_field *field, int at)
{
    for (uint32_t i = 0; i < plan->sample.row_count; i++) {
        struct stw_slice cell = plan->sample.rows[i].cells[at];
        const char *means = stw_field_meaning(field, cell);
        if (means != NULL && !stw_slice_is(cell, means))
            return true;
    }
    return false;
}

static void put_word(struct plan *plan, const char *word, const char *means, const char **before)
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
static bool put_words(struct plan *plan, struct stw_slice name, int at)
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

static void put_field(struct plan *plan, struct stw_slice field, int at, const char *why)
{
    stw_buffer_add_text(plan->map, "  ");
    stw_map_put_scalar(plan->map, field);
    stw_buffer_add_text(plan->map, ": {");
    put_ref(plan, at);
    bool translated = put_words(plan, field, at);
    stw_buffer_add_text(plan->map, "}\n");
    stw_buffer_printf(plan->reasons, "%.*s: column ", STW_SLICE_ARG(field));
    put_name(plan->reasons, plan, at);
    stw_buffer_printf(plan->reasons, ", %s%s\n", why,
                      translated ? "; its words are translated" : "");
    column_of(plan, at)->used = true;
}

/* The first free column whose header means the field and whose cells are of one of the kinds. */
static int find_by_word(struct plan *plan, struct stw_slice field, bool number, bool time,
                        bool text)
{
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        const struct stw_sniff_column *column = &plan->sample.columns[i];
        bool digits = column->kind == STW_SNIFF_TIME && column->formats[0][0] != 'i' &&
                      (strncmp(column->formats[0], "epoch", 5) == 0 ||
                       strncmp(column->formats[0], "%Y%m%d", 6) == 0);
        bool fits = column->kind == STW_SNIFF_EMPTY || (column->kind == STW_SNIFF_TEXT && text) ||
                    (column->kind == STW_SNIFF_NUMBER && number) ||
                    (column->kind == STW_SNIFF_TIME && (time || (digits && number)));
        if (!column->used && fits && stw_sniff_means(column->header, field))
            return (int)i;
    }
    return none;
}

static int find_by_kind(struct plan *plan, enum stw_sniff_kind kind, int after)
{
    for (uint32_t i = (uint32_t)(after + 1); i < plan->sample.column_count; i++)
        if (!plan->sample.columns[i].used && plan->sample.columns[i].kind == kind)
            return (int)i;
    return none;
}

/* ---- Times ----------------------------------------------------------------------------------- */

/* Which of the formats that fit? "answer with --time-format 'A', 'B' or 'C'". */
static int ask_format(struct plan *plan, int at)
{
    const struct stw_sniff_column *column = column_of(plan, at);
    bool year_open = false;
    struct stw_buffer name, formats;
    stw_buffer_init(&name);
    stw_buffer_init(&formats);
    put_name(&name, plan, at);
    for (uint32_t f = 0; f < column->format_count; f++) {
        const char *before = f == 0 ? "" : f + 1 == column->format_count ? " or " : ", ";
        stw_buffer_printf(&formats, "%s'%s'", before, column->formats[f]);
        year_open = year_open || strncmp(column->formats[f], "%y", 2) == 0;
    }
    stw_fail(plan->err, STW_ERR_INPUT, "in column %.*s, is '%.*s' %s?",
             STW_SLICE_ARG(stw_buffer_slice(&name)), STW_SLICE_ARG(column->example),
             year_open ? "a year first, or last" : "day and month, or month and day");
    stw_error_hint(plan->err, "answer with --time-format %.*s",
                   STW_SLICE_ARG(stw_buffer_slice(&formats)));
    stw_buffer_release(&name);
    stw_buffer_release(&formats);
    return STW_ERR_INPUT;
}

/* The format of a time column; where several fit, the answer, or what another column shows. */
static int choose_format(struct plan *plan, int at, const char **format, const char **why)
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
    *why = "which fits best";
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

static int put_time(struct plan *plan, struct stw_slice field, int at)
{
    struct stw_sniff_column *column = column_of(plan, at);
    const char *format = "iso", *why = "as it holds no time yet";
    bool registry = stw_slice_is(plan->table->name, "devices") &&
                    stw_slice_equal(field, plan->table->time_name);
    if (column->format_count > 0)
        STW_TRY(choose_format(plan, at, &format, &why));
    stw_buffer_add_text(plan->map, "  ");
    stw_map_put_scalar(plan->map, field);
    if (column->joined) {
        stw_buffer_add_text(plan->map, ": {columns: [");
        put_name(plan->map, plan, at);
        stw_buffer_add_text(plan->map, ", ");
        put_name(plan->map, plan, at + 1);
        stw_buffer_add_char(plan->map, ']');
    } else {
        stw_buffer_add_text(plan->map, ": {");
        put_ref(plan, at);
    }
    stw_buffer_add_text(plan->map, ", format: ");
    stw_map_put_scalar(plan->map, stw_slice_of(format));
    /* Most devices are what they are since ever. */
    stw_buffer_add_text(plan->map, registry ? ", default: \"1970-01-01\"}\n" : "}\n");
    stw_buffer_printf(plan->reasons, "%.*s: column ", STW_SLICE_ARG(field));
    put_name(plan->reasons, plan, at);
    stw_buffer_printf(plan->reasons, "%s in the format %s, %s",
                      column->joined ? " and the next" : "", format, why);
    if (column->example.size > 0)
        stw_buffer_printf(plan->reasons, ", as '%.*s'", STW_SLICE_ARG(column->example));
    stw_buffer_add_text(plan->reasons, registry ? "; where it is empty, since 1970\n" : "\n");
    column->used = true;
    if (column->joined)
        column_of(plan, at + 1)->used = true;
    return STW_OK;
}

/* How good a column is as the time: its name, a format beyond doubt, more than digits. */
static int time_merit(const struct stw_sniff_column *column, struct stw_slice field)
{
    const char *format = column->formats[0];
    bool digits = strncmp(format, "epoch", 5) == 0 || strncmp(format, "%Y%m%d", 6) == 0;
    return 4 * stw_sniff_means(column->header, field) + 2 * (column->format_count == 1) + !digits;
}

static int find_time(struct plan *plan, struct stw_slice field)
{
    int best = none;
    for (int at = none; (at = find_by_kind(plan, STW_SNIFF_TIME, at)) != none;)
        if (best == none ||
            time_merit(column_of(plan, at), field) > time_merit(column_of(plan, best), field))
            best = at;
    return best;
}

/* What to do where a file does not fit its table: often it is for another one. */
static int hint_table(struct plan *plan, const char *otherwise)
{
    const char *table = stw_sniff_table(&plan->sample);
    if (table != NULL && !stw_slice_is(plan->table->name, table))
        stw_error_hint(plan->err, "its columns are those of %s: add --table %s", table, table);
    else
        stw_error_hint(plan->err, "%s", otherwise);
    return STW_ERR_INPUT;
}

static int fail_no_time(struct plan *plan)
{
    stw_fail(plan->err, STW_ERR_INPUT, "no column looks like the time of '%.*s'",
             STW_SLICE_ARG(plan->table->name));
    return hint_table(plan, "write a column map that names it and its format");
}

/* ---- Readings -------------------------------------------------------------------------------- */

/* "{device}.csv" for "b0.csv": the device comes from the name. */
static void put_device_from_name(struct plan *plan)
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
static struct stw_slice channel_of(const struct stw_sniff_column *column)
{
    struct stw_slice name = column->header;
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

static void put_unit(struct plan *plan, int at, const char *before, const char *after)
{
    struct stw_slice unit = stw_sniff_unit(column_of(plan, at)->header);
    if (unit.size == 0)
        unit = column_of(plan, at)->unit;
    if (unit.size == 0)
        return;
    stw_buffer_printf(plan->map, "%sunit: ", before);
    stw_map_put_scalar(plan->map, unit);
    stw_buffer_add_text(plan->map, after);
}

static void put_long_value(struct plan *plan, int channel, int value)
{
    if (channel != none) {
        put_field(plan, STW_SLICE("channel"), channel, "by its header or place");
    } else {
        struct stw_slice name = channel_of(column_of(plan, value));
        stw_buffer_add_text(plan->map, "  channel: {constant: ");
        stw_map_put_scalar(plan->map, name);
        stw_buffer_add_text(plan->map, "}\n");
        stw_buffer_printf(plan->reasons,
                          "channel: '%.*s' for all rows, after the column of values\n",
                          STW_SLICE_ARG(name));
    }
    put_field(plan, STW_SLICE("value"), value, "by its header, or as the one column of numbers");
    put_unit(plan, value, "registry: {", "}\n");
}

static void put_wide_values(struct plan *plan)
{
    unsigned count = 0;
    stw_buffer_add_text(plan->map, "wide:\n  into: value\n  columns:\n");
    for (int at = none; (at = find_by_kind(plan, STW_SNIFF_NUMBER, at)) != none; count++) {
        struct stw_sniff_column *column = column_of(plan, at);
        char number[32];
        snprintf(number, sizeof(number), "column-%d", at + 1);
        struct stw_slice channel =
            column->header.size > 0 ? channel_of(column) : stw_slice_of(number);
        stw_buffer_add_text(plan->map, "  - {");
        put_ref(plan, at);
        stw_buffer_add_text(plan->map, ", channel: ");
        stw_map_put_scalar(plan->map, channel);
        put_unit(plan, at, ", ", "");
        stw_buffer_add_text(plan->map, "}\n");
        column->used = true;
    }
    stw_buffer_printf(plan->reasons, "layout: wide, a channel from each of %u columns of numbers\n",
                      count);
}

/* The device's column: as answered, by its header, or the first text of a file without header.
 * Where another column might be it, the file's name is no answer but a guess: ask. */
static int find_device(struct plan *plan, int *device)
{
    const struct stw_sniff_sample *sample = &plan->sample;
    struct stw_slice answer = plan->answers->device;
    *device = none;
    if (stw_slice_is(answer, "none"))
        return STW_OK;
    for (uint32_t i = 0; i < sample->column_count && answer.size > 0 && *device == none; i++)
        if (stw_slice_equal(sample->columns[i].header, answer))
            *device = (int)i;
    if (answer.size > 0 && *device == none)
        return stw_fail(plan->err, STW_ERR_USAGE, "the file has no column '%.*s'",
                        STW_SLICE_ARG(answer));
    if (*device == none)
        *device = find_by_word(plan, STW_SLICE("device"), true, false, true);
    if (*device == none && !sample->header)
        *device = find_by_kind(plan, STW_SNIFF_TEXT, none);
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
    if (*device != none)
        column_of(plan, *device)->used = true;
    return STW_OK;
}

static bool same_cell(const struct plan *plan, uint32_t a, uint32_t b, int column)
{
    return column == none ||
           stw_slice_equal(plan->sample.rows[a].cells[column], plan->sample.rows[b].cells[column]);
}

/* Two rows of one series at one time would correct each other: something that tells them apart was
 * not recognised. */
static int check_distinct(struct plan *plan, int time, int device, int channel)
{
    bool joined = column_of(plan, time)->joined;
    for (uint32_t a = 0; a < plan->sample.row_count; a++) {
        for (uint32_t b = a + 1; b < plan->sample.row_count; b++) {
            if (!same_cell(plan, a, b, time) || !same_cell(plan, a, b, device) ||
                !same_cell(plan, a, b, channel) || (joined && !same_cell(plan, a, b, time + 1)))
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

/* A number without a header, or that names somebody, is not measured. */
static void leave_out_identities(struct plan *plan)
{
    for (int at = none; (at = find_by_kind(plan, STW_SNIFF_NUMBER, at)) != none;) {
        struct stw_sniff_column *column = column_of(plan, at);
        if (plan->sample.header &&
            (column->header.size == 0 || stw_sniff_is_identity(column->header)))
            column->kind = STW_SNIFF_EMPTY;
    }
}

static int fail_no_numbers(struct plan *plan)
{
    stw_fail(plan->err, STW_ERR_INPUT, "no column holds numbers");
    return hint_table(plan, "write a column map that names the column of the values");
}

static int plan_readings(struct plan *plan)
{
    int device, time = find_time(plan, STW_SLICE("time"));
    if (time == none)
        return fail_no_time(plan);
    column_of(plan, time)->used = true;
    int channel = find_by_word(plan, STW_SLICE("channel"), false, false, true);
    int quality = find_by_word(plan, STW_SLICE("quality"), false, false, true);
    for (int at = none; quality == none && (at = find_by_kind(plan, STW_SNIFF_TEXT, at)) != none;)
        if (column_of(plan, at)->marks)
            quality = at;
    if (channel != none)
        column_of(plan, channel)->used = true;
    if (quality != none)
        column_of(plan, quality)->used = true;
    STW_TRY(find_device(plan, &device));
    if (channel == none && !plan->sample.header && device != none)
        channel = find_by_kind(plan, STW_SNIFF_TEXT, device);
    leave_out_identities(plan);
    int value = find_by_word(plan, STW_SLICE("value"), true, false, false);
    int first = find_by_kind(plan, STW_SNIFF_NUMBER, none);
    if (value == none && first != none && find_by_kind(plan, STW_SNIFF_NUMBER, first) == none)
        value = first;
    if (value == none && first == none)
        return fail_no_numbers(plan);
    STW_TRY(check_distinct(plan, time, device, value == none ? none : channel));
    if (device == none)
        put_device_from_name(plan);
    stw_buffer_add_text(plan->map, "fields:\n");
    STW_TRY(put_time(plan, STW_SLICE("time"), time));
    if (device == none)
        stw_buffer_add_text(plan->map, "  device: {constant: \"{device}\"}\n");
    else
        put_field(plan, STW_SLICE("device"), device, "by its header or place");
    if (quality != none)
        put_field(plan, STW_SLICE("quality"), quality, "by its header or its words");
    if (value != none)
        put_long_value(plan, channel, value);
    else
        put_wide_values(plan);
    stw_buffer_add_text(plan->reasons,
                        "to decide: whether the values are register readings or use per interval "
                        "(value_kind), and whether a stamp is the start or end of its interval "
                        "(stamp); say so under 'registry' in the map\n");
    return STW_OK;
}

/* ---- Other tables ---------------------------------------------------------------------------- */

static int put_key(struct plan *plan, struct stw_slice key)
{
    bool registry = stw_slice_is(plan->table->name, "devices");
    int at = find_by_word(plan, key, true, true, true);
    if (at != none) {
        put_field(plan, key, at, "by its header");
        return STW_OK;
    }
    if (registry && stw_slice_is(key, "channel"))
        return STW_OK;
    stw_fail(plan->err, STW_ERR_INPUT, "no column is the '%.*s' of '%.*s'", STW_SLICE_ARG(key),
             STW_SLICE_ARG(plan->table->name));
    return hint_table(plan, "write a column map that names it, or change the header");
}

static int put_column(struct plan *plan, const struct stw_column *column)
{
    bool number = column->type == STW_TYPE_DECIMAL || column->type == STW_TYPE_FLOAT ||
                  column->type == STW_TYPE_INT || column->type == STW_TYPE_BOOL;
    bool text = column->type == STW_TYPE_TEXT, time = column->type == STW_TYPE_TIME;
    int at = find_by_word(plan, column->name, number || text, time || text, text);
    if (at == none)
        return STW_OK;
    if (time && column_of(plan, at)->kind == STW_SNIFF_TIME)
        return put_time(plan, column->name, at);
    put_field(plan, column->name, at, "by its header");
    return STW_OK;
}

static int plan_table(struct plan *plan)
{
    const struct stw_table *table = plan->table;
    bool registry = stw_slice_is(table->name, "devices");
    stw_buffer_add_text(plan->map, "fields:\n");
    int time = find_by_word(plan, table->time_name, false, true, false);
    if (time == none && !registry)
        time = find_by_word(plan, STW_SLICE("time"), false, true, false);
    if (time != none) {
        STW_TRY(put_time(plan, table->time_name, time));
    } else if (registry) {
        stw_buffer_printf(plan->map, "  %.*s: {constant: \"1970-01-01\"}\n",
                          STW_SLICE_ARG(table->time_name));
        stw_buffer_printf(plan->reasons, "%.*s: 1970, as no column says since when it is so\n",
                          STW_SLICE_ARG(table->time_name));
    } else {
        return fail_no_time(plan);
    }
    for (uint32_t i = 0; i < table->key_count; i++)
        STW_TRY(put_key(plan, table->keys[i]));
    for (uint32_t i = 0; i < table->column_count; i++)
        STW_TRY(put_column(plan, &table->columns[i]));
    return STW_OK;
}

/* ---- All ------------------------------------------------------------------------------------- */

static void put_head(struct plan *plan)
{
    const struct stw_sniff_sample *sample = &plan->sample;
    stw_buffer_add_text(plan->map, "table: ");
    stw_map_put_scalar(plan->map, plan->table->name);
    stw_buffer_add_text(plan->map, "\nformat: {");
    stw_sniff_put_format(sample, plan->map);
    stw_buffer_printf(plan->map, ", decimal: \"%c\"", sample->style.point);
    if (sample->style.group != 0)
        stw_buffer_printf(plan->map, ", thousands: \"%c\"", sample->style.group);
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

static void tell_unused(struct plan *plan)
{
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        if (plan->sample.columns[i].used)
            continue;
        stw_buffer_add_text(plan->reasons, "left out: column ");
        put_name(plan->reasons, plan, (int)i);
        stw_buffer_add_text(plan->reasons, ", as nothing tells where it belongs\n");
    }
    if (plan->sample.odd_rows > 0)
        stw_buffer_printf(plan->reasons,
                          "odd: %u of the first lines have another number of columns\n",
                          plan->sample.odd_rows);
}

static int make_plan(struct plan *plan, struct stw_input *input)
{
    STW_TRY(stw_zone_load("UTC", &plan->utc, plan->err));
    STW_TRY(stw_sniff_read(&plan->sample, input, plan->answers, plan->reasons, plan->err));
    plan->encoding = stw_input_encoding(input);
    STW_TRY(stw_sniff_columns(&plan->sample, plan->answers, plan->reasons, plan->err));
    put_head(plan);
    STW_TRY(stw_slice_is(plan->table->name, "readings") ? plan_readings(plan) : plan_table(plan));
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
    struct plan plan = {
        .table = table,
        .answers = answers == NULL ? &no_answers : answers,
        .name = stw_file_base(path),
        .map = map,
        .reasons = reasons,
        .err = err,
    };
    int status = make_plan(&plan, input);
    stw_sniff_release(&plan.sample);
    stw_zone_free(plan.utc);
    return status;
}
