/*
 * steward export: tables into a folder of Parquet files for other programs, or as CSV that goes
 * into another store as it was.
 */
#include "cli/command.h"

#include "base/memory.h"
#include "base/plural.h"
#include "cli/select.h"
#include "export/export.h"

#include <inttypes.h>

static const struct stw_option options[] = {
    {"out", "FOLDER", "the folder to make", false},
    {"format", "FORMAT", "parquet (the default) or csv", false},
    {"as-of", "SNAPSHOT", "the store as it was when the snapshot was made", false},
    STW_SELECT_OPTIONS,
};

static int parse_format(const char *name, enum stw_export_format *format, struct stw_error *err)
{
    *format = STW_EXPORT_PARQUET;
    if (name == NULL || strcmp(name, "parquet") == 0)
        return STW_OK;
    *format = STW_EXPORT_CSV;
    if (strcmp(name, "csv") == 0)
        return STW_OK;
    return stw_fail(err, STW_ERR_USAGE, "'%s' is not a format: parquet or csv", name);
}

struct work {
    struct stw_cli *cli;
    const struct stw_arguments *arguments;
    struct stw_view *view;
    struct stw_export *export;
    struct stw_export_result result;
};

/* The filters begin at positional `first`. A table that was not named may be empty. */
static int export_one(struct work *work, const struct stw_table *table, int first, bool named,
                      struct stw_error *err)
{
    struct stw_select select = {0};
    uint32_t *series = NULL, count = 0;
    int status = stw_select_parse(&select, work->view, work->arguments, table, first, err);
    if (status == STW_OK && stw_select_has_row_filter(&select))
        status = stw_fail(err, STW_ERR_USAGE,
                          "export selects whole series: by key or by attributes of devices");
    if (status == STW_OK)
        status = stw_select_series(&select, work->view, &series, &count, err);
    if (status == STW_OK && named)
        status = stw_select_tell_nothing(&select, work->view, count, work->cli->words, err);
    if (status == STW_OK && count > 0)
        status = stw_export_table(work->export, table, series, count, select.from_ns, select.to_ns,
                                  &work->result, err);
    stw_free(series);
    stw_select_release(&select);
    return status;
}

/* The table named, or all of them. */
static int export_tables(struct work *work, struct stw_error *err)
{
    const struct stw_arguments *arguments = work->arguments;
    const struct stw_schema *schema = stw_view_schema(work->view);
    const struct stw_table *table;
    int first = 1;
    if (arguments->positional_count > 1) {
        const char *name = "readings";
        if (!stw_select_is_filter(arguments->positionals[1]))
            name = arguments->positionals[first++];
        STW_TRY(stw_select_table(work->view, name, &table, err));
        return export_one(work, table, first, true, err);
    }
    for (uint32_t i = 0; i < stw_schema_table_count(schema); i++)
        STW_TRY(export_one(work, stw_schema_table(schema, i), first, false, err));
    return STW_OK;
}

static int export_view(struct work *work, struct stw_error *err)
{
    const char *folder = stw_arguments_value(work->arguments, "out");
    enum stw_export_format format;
    if (folder == NULL)
        return stw_fail(err, STW_ERR_USAGE, "say where to with --out FOLDER");
    STW_TRY(parse_format(stw_arguments_value(work->arguments, "format"), &format, err));
    STW_TRY(stw_export_begin(&work->export, work->view, format, folder, NULL, err));
    int status = export_tables(work, err);
    if (status != STW_OK) {
        stw_export_abort(work->export);
        return status;
    }
    STW_TRY(stw_export_finish(work->export, err));
    const struct stw_export_result *result = &work->result;
    fprintf(work->cli->words, "%s: %" PRIu64 " row%s in %" PRIu64 " file%s, %" PRIu64 " bytes\n",
            folder, result->rows, stw_plural(result->rows), result->files,
            stw_plural(result->files), result->bytes);
    return STW_OK;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_store *store = NULL;
    struct work work = {.cli = cli, .arguments = arguments};
    int status = stw_cli_open(cli, arguments->positionals[0], STW_STORE_READ, NULL, &store, err);
    if (status == STW_OK)
        status = stw_view_open(store, stw_arguments_value(arguments, "as-of"), &work.view, err);
    if (status == STW_OK)
        status = export_view(&work, err);
    stw_view_close(work.view);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_export = {
    .name = "export",
    .usage = "STORE [TABLE] [NAME=VALUE[,VALUE]...] --out FOLDER",
    .summary = "tables as Parquet for DuckDB, Polars, ClickHouse, Spark; or as CSV",
    .details = "Without TABLE all tables. Parquet lies in a folder a table and partition of UTC\n"
               "(readings/utc_month=2026-10/part-0.parquet). CSV comes with the column map that "
               "reads\n"
               "it into another store as it was; it is for programs, not for spreadsheets.\n\n"
               "  steward export estates --out lake\n"
               "  steward export estates readings site=cuihu --month 2026-10 --out october\n"
               "  steward export estates devices --format csv --out registry\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 2 + STW_SELECT_FILTERS_MAX,
    .run = run,
};
