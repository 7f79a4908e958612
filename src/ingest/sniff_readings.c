/*
 * A map for a table of readings: what tells the device, the channel and the value, where no layout
 * of sniff_layout.c does; and the questions that stay open.
 */
#include "ingest/sniff_inside.h"

#include "ingest/map_facts.h"

#include <stdio.h>

enum { none = STW_SNIFF_NONE };

/* ---- The device ------------------------------------------------------------------------------ */

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

/* ---- Values ---------------------------------------------------------------------------------- */

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

/* ---- The plan -------------------------------------------------------------------------------- */

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

int stw_sniff_plan_readings(struct stw_sniff_plan *plan)
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
