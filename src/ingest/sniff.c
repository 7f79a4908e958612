/*
 * From what the columns are to a map: its head, the fields of a table that is not one of readings
 * (sniff_readings.c has those), and what is left out. Words of the header go before kinds of cells;
 * what neither tells is left out and said. See sniff.h.
 */
#include "ingest/sniff.h"

#include "base/plural.h"
#include "ingest/file_name.h"
#include "ingest/map_facts.h"
#include "ingest/sniff_inside.h"

enum { none = STW_SNIFF_NONE };

/* ---- Tables but readings --------------------------------------------------------------------- */

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
        stw_buffer_printf(
            plan->reasons, "odd: %u of the first lines %s another number of columns\n",
            plan->sample.odd_rows, stw_plural_of(plan->sample.odd_rows, "has", "have"));
}

static int make_plan(struct stw_sniff_plan *plan, struct stw_input *input)
{
    STW_TRY(stw_zone_load("UTC", &plan->utc, plan->err));
    STW_TRY(stw_sniff_read(&plan->sample, input, plan->answers, plan->reasons, plan->err));
    plan->encoding = stw_input_encoding(input);
    STW_TRY(stw_sniff_columns(&plan->sample, plan->answers, plan->utc, plan->reasons, plan->err));
    put_head(plan);
    STW_TRY(is_of_readings(plan->table) ? stw_sniff_plan_readings(plan) : plan_table(plan));
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
