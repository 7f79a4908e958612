/*
 * steward query: rows of a table, or aggregates of readings per local period. The command behind
 * every figure of a report, so it prints exactly what is stored: decimals without rounding, times
 * on the local clock with their offset.
 */
#include "cli/command.h"

#include "base/memory.h"
#include "cli/query.h"

static const struct stw_option options[] = {
    {"every", "PERIOD", "one row a period: 15min, hour, day, week, month, quarter, year", false},
    {"show", "LIST", "with --every: use,count,sum,min,mean,max,first,last", false},
    {"column", "NAME", "with --every: the column to aggregate (default: value)", false},
    {"together", NULL, "with --every: how many rows all series have in each period", false},
    {"columns", "LIST", "without --every: the columns to print (default: all)", false},
    {"month-starts-on", "DAY", "accounting months and years start on this day, 1 to 28", false},
    {"format", "FORMAT", "table, csv or json", false},
    {"bom", NULL, "begin CSV with a byte order mark, for Excel", false},
    {"limit", "N", "stop after N rows", false},
    {"history", NULL, "also the rows that were corrected, repeated or erased", false},
    {"since", "SNAPSHOT", "only rows that came after the snapshot was made", false},
    {"as-of", "SNAPSHOT", "the store as it was when the snapshot was made", false},
    {"lasting", "COLUMN", "also rows from before --from that last: COLUMN is later, or empty",
     false},
    STW_SELECT_OPTIONS,
};

static int take_since(struct stw_query *query, const struct stw_arguments *arguments,
                      struct stw_error *err)
{
    const char *since = stw_arguments_value(arguments, "since");
    struct stw_view *before;
    if (since == NULL)
        return STW_OK;
    if (query->history || stw_arguments_has(arguments, "every"))
        return stw_fail(err, STW_ERR_USAGE, "--since goes with neither --every nor --history");
    /* The view knows what a wrong name may have been meant for. */
    STW_TRY(stw_view_open(stw_view_store(query->view), since, &before, err));
    query->since = stw_view_generation(before);
    stw_view_close(before);
    return STW_OK;
}

static int run_query(struct stw_query *query, const struct stw_arguments *arguments,
                     struct stw_error *err)
{
    const char *name = "readings";
    int first = 1;
    if (arguments->positional_count > 1 && !stw_select_is_filter(arguments->positionals[1]))
        name = arguments->positionals[first++];
    const struct stw_table *table;
    STW_TRY(stw_select_table(query->view, name, &table, err));
    STW_TRY(stw_select_parse(&query->select, query->view, arguments, table, first, err));
    const char *lasting = stw_arguments_value(arguments, "lasting");
    if (lasting != NULL)
        STW_TRY(stw_select_lasting(&query->select, query->view, lasting, err));
    STW_TRY(
        stw_select_series(&query->select, query->view, &query->series, &query->series_count, err));
    query->history = stw_arguments_has(arguments, "history");
    query->bom = stw_arguments_has(arguments, "bom");
    query->row_limit = UINT64_MAX;
    STW_TRY(stw_arguments_count(arguments, "limit", &query->row_limit, err));
    STW_TRY(take_since(query, arguments, err));
    if (stw_arguments_has(arguments, "every"))
        return stw_query_periods(query, arguments, err);
    for (const char *const *each = (const char *const[]){"show", "column", "together", NULL};
         *each != NULL; each++)
        if (stw_arguments_has(arguments, *each))
            return stw_fail(err, STW_ERR_USAGE, "--%s needs --every", *each);
    return stw_query_rows(query, arguments, err);
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_store *store = NULL;
    struct stw_query query = {.file = cli->out};
    STW_TRY(stw_sheet_format_parse(stw_arguments_value(arguments, "format"), &query.format, err));
    int status = stw_cli_open(cli, arguments->positionals[0], STW_STORE_READ, NULL, &store, err);
    if (status == STW_OK)
        status = stw_view_open(store, stw_arguments_value(arguments, "as-of"), &query.view, err);
    if (status == STW_OK)
        status = run_query(&query, arguments, err);
    if (status == STW_OK) {
        fflush(cli->out);
        status =
            stw_select_tell_nothing(&query.select, query.view, query.series_count, cli->words, err);
    }
    stw_select_release(&query.select);
    stw_free(query.series);
    stw_view_close(query.view);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_query = {
    .name = "query",
    .usage = "STORE [TABLE] [NAME=VALUE[,VALUE]...]",
    .summary = "print rows, or use, mean, min, max ... per local hour, day, month",
    .details =
        "TABLE is readings unless named. NAME is a part of the key (device, channel, order), a "
        "text\n"
        "column of the table, or an attribute of the device: site, building, kind, role ...\n\n"
        "  steward query estates site=cuihu kind=water --month 2026-10 --every day --show use\n"
        "  steward query estates kind=water --month 2026-10 --every hour --together\n"
        "  steward query estates channel=voltage --from 2026-10-01 --to 2026-10-02\n"
        "  steward query estates work_orders priority=emergency --format csv\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 2 + STW_SELECT_FILTERS_MAX,
    .run = run,
};
