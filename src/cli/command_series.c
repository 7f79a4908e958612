/* steward series: what is measured, with what the device registry knows about it. */
#include "cli/command.h"

#include "base/memory.h"
#include "cli/select.h"
#include "cli/sheet.h"
#include "time/stamp.h"

enum { ATTRIBUTES_SHOWN = 8 };

static const struct stw_option options[] = {
    {"table", "NAME", "the table (default: readings)", false},
    {"format", "FORMAT", "table, csv or json", false},
    STW_SELECT_OPTIONS,
};

static const enum stw_attribute shown[ATTRIBUTES_SHOWN] = {
    STW_ATTRIBUTE_SITE, STW_ATTRIBUTE_BUILDING,   STW_ATTRIBUTE_KIND,     STW_ATTRIBUTE_ROLE,
    STW_ATTRIBUTE_UNIT, STW_ATTRIBUTE_VALUE_KIND, STW_ATTRIBUTE_INTERVAL, STW_ATTRIBUTE_PARENT,
};

struct listing {
    struct stw_view *view;
    struct stw_select select;
    uint32_t *series;
    uint32_t series_count;
    struct stw_sheet *sheet;
};

static int print_series(struct listing *listing, const struct stw_registry *registry, uint32_t id,
                        struct stw_error *err)
{
    const struct stw_table *table = listing->select.table;
    struct stw_series series = stw_view_series(listing->view, table);
    struct stw_slice key = stw_series_key(&series, id);
    struct stw_cell cells[STW_SCHEMA_KEYS_MAX + ATTRIBUTES_SHOWN];
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->key_count; i++)
        cells[count++] = stw_cell_text(stw_key_part(key, i));
    int device = stw_table_key(table, STW_SLICE("device"));
    int channel = stw_table_key(table, STW_SLICE("channel"));
    if (device >= 0) {
        struct stw_attributes attributes;
        stw_registry_at(registry, stw_key_part(key, (uint32_t)device),
                        channel < 0 ? STW_SLICE("") : stw_key_part(key, (uint32_t)channel),
                        listing->select.to_ns - 1, &attributes);
        for (int i = 0; i < ATTRIBUTES_SHOWN; i++)
            cells[count++] = stw_cell_text(attributes.text[shown[i]]);
    }
    return stw_sheet_row(listing->sheet, cells, err);
}

static int print_all(struct listing *listing, struct stw_cli *cli, enum stw_sheet_format format,
                     struct stw_error *err)
{
    const struct stw_registry *registry;
    const struct stw_table *table = listing->select.table;
    STW_TRY(stw_view_registry(listing->view, &registry, err));
    STW_TRY(stw_select_series(&listing->select, listing->view, &listing->series,
                              &listing->series_count, err));
    struct stw_sheet_column columns[STW_SCHEMA_KEYS_MAX + ATTRIBUTES_SHOWN];
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->key_count; i++)
        columns[count++] = (struct stw_sheet_column){table->keys[i], false};
    if (stw_table_key(table, STW_SLICE("device")) >= 0)
        for (int i = 0; i < ATTRIBUTES_SHOWN; i++)
            columns[count++] =
                (struct stw_sheet_column){stw_slice_of(stw_attribute_name(shown[i])), false};
    STW_TRY(stw_sheet_open(&listing->sheet, cli->out, format, false, columns, count, err));
    for (uint32_t i = 0; i < listing->series_count; i++)
        STW_TRY(print_series(listing, registry, listing->series[i], err));
    return STW_OK;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_store *store = NULL;
    struct listing listing = {0};
    const struct stw_table *table;
    enum stw_sheet_format format;
    const char *name = stw_arguments_value(arguments, "table");
    STW_TRY(stw_sheet_format_parse(stw_arguments_value(arguments, "format"), &format, err));
    int status = stw_cli_open(cli, arguments->positionals[0], STW_STORE_READ, NULL, &store, err);
    if (status == STW_OK)
        status = stw_view_open(store, NULL, &listing.view, err);
    if (status == STW_OK)
        status = stw_schema_want(stw_view_schema(listing.view),
                                 stw_slice_of(name == NULL ? "readings" : name), &table, err);
    if (status == STW_OK) {
        status = stw_select_parse(&listing.select, listing.view, arguments, table, 1, err);
        if (status == STW_OK)
            status = print_all(&listing, cli, format, err);
        int closed = stw_sheet_close(listing.sheet, status == STW_OK ? err : NULL);
        status = status == STW_OK ? closed : status;
        if (status == STW_OK) {
            fflush(cli->out);
            status = stw_select_tell_nothing(&listing.select, listing.view, listing.series_count,
                                             cli->words, err);
        }
        stw_select_release(&listing.select);
    }
    stw_free(listing.series);
    stw_view_close(listing.view);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_series = {
    .name = "series",
    .usage = "STORE [NAME=VALUE...]",
    .summary = "list what is measured, with its site, kind, role and unit",
    .details = "  steward series estates kind=water role=household\n"
               "  steward series estates --table work_orders --format csv\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 1 + STW_SELECT_FILTERS_MAX,
    .run = run,
};
