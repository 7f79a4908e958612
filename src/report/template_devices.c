/*
 * The device list of a store as a workbook to complete. Every row of the registry is written as it
 * stands, so that what is left as it is changes nothing when it comes back. See template_inside.h.
 */
#include "report/template_inside.h"
#include "time/civil.h"
#include "time/zone.h"

#include <stdio.h>
#include <string.h>

enum { EXACT_DIGITS = 15 /* that a spreadsheet keeps */ };

struct listing {
    struct stw_template_sheet *sheet;
    struct stw_view *view;
    struct stw_zone *zone;
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX]; /* by column of the table: place in the sheet */
    uint32_t device, channel, time;           /* places of the keys and the time */
    uint32_t row;
    struct stw_error *err;
};

/* The place of a field in the sheet, or UINT32_MAX. */
static uint32_t place_of(const struct stw_template_sheet *sheet, struct stw_slice name)
{
    for (uint32_t i = 0; i < sheet->field_count; i++)
        if (stw_slice_is(name, sheet->fields[i].name))
            return i;
    return UINT32_MAX;
}

static int next_row(struct listing *listing)
{
    if (listing->row++ < STW_TEMPLATE_DEVICES_MAX)
        return STW_OK;
    stw_fail(listing->err, STW_ERR_LIMIT, "more than %d rows of devices do not go into a workbook",
             STW_TEMPLATE_DEVICES_MAX);
    stw_error_hint(listing->err, "write them as CSV: steward query %s devices --format csv",
                   stw_store_path(stw_view_store(listing->view)));
    return STW_ERR_LIMIT;
}

/* The word the sheet offers for what is stored. */
static struct stw_slice label_of(const struct stw_template_sheet *sheet, uint32_t column,
                                 struct stw_slice text)
{
    for (const struct stw_field_value *value = sheet->fields[column].values;
         value != NULL && value->means != NULL; value++)
        if (stw_slice_is(text, value->means))
            return stw_slice_of(value->label[sheet->language]);
    return text;
}

static void put_time(struct listing *listing, uint32_t column, int64_t at_ns)
{
    int64_t local_ns = at_ns + stw_zone_offset(listing->zone, at_ns) * STW_NS_PER_SECOND;
    stw_workbook_time(listing->sheet->book, listing->row, column, local_ns,
                      local_ns % STW_NS_PER_DAY == 0);
}

static void put_decimal(struct listing *listing, uint32_t column, struct stw_decimal value)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    int size = stw_decimal_format(value, true, text), digits = 0;
    for (int i = 0; i < size; i++)
        digits += text[i] >= '0' && text[i] <= '9';
    if (digits <= EXACT_DIGITS)
        stw_workbook_number(listing->sheet->book, listing->row, column, stw_decimal_double(value));
    else
        stw_workbook_text(listing->sheet->book, listing->row, column,
                          (struct stw_slice){text, (size_t)size});
}

static void put_cell(struct listing *listing, uint32_t column, const struct stw_vector *vector,
                     uint32_t at)
{
    if (column == UINT32_MAX || !stw_vector_has(vector, at))
        return;
    switch (vector->type) {
    case STW_TYPE_DECIMAL:
        put_decimal(listing, column, stw_vector_decimal(vector, at));
        break;
    case STW_TYPE_FLOAT:
        stw_workbook_number(listing->sheet->book, listing->row, column, vector->floats[at]);
        break;
    case STW_TYPE_INT:
    case STW_TYPE_BOOL:
        put_decimal(listing, column, (struct stw_decimal){vector->ints[at], 0});
        break;
    case STW_TYPE_TIME:
        put_time(listing, column, vector->ints[at]);
        break;
    case STW_TYPE_TEXT:
        stw_workbook_text(listing->sheet->book, listing->row, column,
                          label_of(listing->sheet, column, stw_vector_text(vector, at)));
        break;
    }
}

/* An empty date means since ever, which is how it is read back. */
static bool is_since_ever(const struct listing *listing, int64_t at_ns)
{
    return at_ns + stw_zone_offset(listing->zone, at_ns) * STW_NS_PER_SECOND == 0;
}

static int put_run(struct listing *listing, struct stw_slice device, struct stw_slice channel,
                   const struct stw_run *run)
{
    for (uint32_t at = 0; at < run->count; at++) {
        STW_TRY(next_row(listing));
        stw_workbook_text(listing->sheet->book, listing->row, listing->device, device);
        if (channel.size > 0)
            stw_workbook_text(listing->sheet->book, listing->row, listing->channel, channel);
        if (!is_since_ever(listing, run->time_ns[at]))
            put_time(listing, listing->time, run->time_ns[at]);
        for (uint32_t i = 0; i < run->column_count; i++)
            put_cell(listing, listing->columns[i], &run->columns[i], at);
    }
    return STW_OK;
}

static int put_registered(struct listing *listing)
{
    const struct stw_table *table = listing->sheet->table;
    uint32_t all[STW_SCHEMA_COLUMNS_MAX], count;
    const uint32_t *ids;
    struct stw_merge *merge;
    struct stw_run run;
    struct stw_series series = stw_view_series(listing->view, table);
    for (uint32_t i = 0; i < table->column_count; i++)
        all[i] = i;
    STW_TRY(stw_view_sorted(listing->view, table, &ids, &count, listing->err));
    STW_TRY(stw_view_merge(listing->view, table, all, table->column_count, false, &merge,
                           listing->err));
    int status = STW_OK;
    for (uint32_t i = 0; i < count && status >= 0; i++) {
        struct stw_slice key = stw_series_key(&series, ids[i]);
        stw_merge_seek(merge, ids[i], INT64_MIN, INT64_MAX);
        while (status >= 0 && (status = stw_merge_next(merge, &run, listing->err)) == STW_OK)
            status = put_run(listing, stw_key_part(key, 0), stw_key_part(key, 1), &run);
    }
    stw_merge_close(merge);
    return status < 0 ? status : STW_OK;
}

/* Devices that appear in readings alone, by their number. */
static int put_unregistered(struct listing *listing)
{
    const struct stw_table *readings =
        stw_schema_find(stw_view_schema(listing->view), STW_SLICE("readings"));
    const struct stw_registry *registry;
    const uint32_t *ids;
    uint32_t count;
    struct stw_slice last = {NULL, 0};
    if (readings == NULL || stw_table_key(readings, STW_SLICE("device")) != 0)
        return STW_OK;
    STW_TRY(stw_view_registry(listing->view, &registry, listing->err));
    STW_TRY(stw_view_sorted(listing->view, readings, &ids, &count, listing->err));
    struct stw_series series = stw_view_series(listing->view, readings);
    for (uint32_t i = 0; i < count; i++) {
        struct stw_slice key = stw_series_key(&series, ids[i]), device = stw_key_part(key, 0);
        uint32_t own = stw_registry_find(registry, device, STW_SLICE(""));
        uint32_t its = stw_registry_find(
            registry, device, readings->key_count > 1 ? stw_key_part(key, 1) : STW_SLICE(""));
        if (stw_registry_entry(registry, own)->registered ||
            stw_registry_entry(registry, its)->registered ||
            (last.data != NULL && stw_slice_equal(device, last)))
            continue;
        last = device;
        STW_TRY(next_row(listing));
        stw_workbook_text(listing->sheet->book, listing->row, listing->device, device);
    }
    return STW_OK;
}

int stw_template_put_devices(struct stw_template_sheet *sheet, struct stw_view *view,
                             struct stw_error *err)
{
    const struct stw_table *table = sheet->table;
    char zone[STW_ZONE_NAME_MAX + 1];
    struct listing listing = {.sheet = sheet, .view = view, .err = err};
    listing.device = place_of(sheet, STW_SLICE("device"));
    listing.channel = place_of(sheet, STW_SLICE("channel"));
    listing.time = place_of(sheet, table->time_name);
    for (uint32_t i = 0; i < table->column_count; i++)
        listing.columns[i] = place_of(sheet, table->columns[i].name);
    snprintf(zone, sizeof(zone), "%.*s", STW_SLICE_ARG(stw_view_zone(view)));
    STW_TRY(stw_zone_load(zone, &listing.zone, err));
    int status = put_unregistered(&listing);
    if (status == STW_OK)
        status = put_registered(&listing);
    stw_zone_free(listing.zone);
    return status;
}
