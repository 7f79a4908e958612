/*
 * steward run and steward report: the monthly run of api/month.h from the command line. `run`
 * judges the rules and records alerts; `report` writes one of the reports.
 */
#include "cli/command.h"

#include "api/month.h"
#include "base/plural.h"

#include <stdlib.h>

#define MONTH_OPTIONS                                                                              \
    {"rules", "PATH", "the rule pack: a file, or a folder of *.yml", true},                        \
        {"month", "YYYY-MM", "the local (accounting) month", false},                               \
        {"site", "ID", "one site (default: each of them)", false},                                 \
        {"language", "TAG", "zh-CN, zh-TW or en (default: the site's)", false},                    \
        {"as-of", "SNAPSHOT", "run on the store as it was when the snapshot was made", false},     \
        {"publish", "NAME", "name a snapshot of what the reports are made from", false},           \
        STW_OPTION_THREADS

static const struct stw_option run_options[] = {
    MONTH_OPTIONS,
    {"out", "FOLDER", "write alerts.jsonl and the monthly report of each site there", false},
};

static const struct stw_option report_options[] = {
    MONTH_OPTIONS,
    {"out", "FOLDER", "where report.html, report.json and a CSV file a table go", false},
};

static void print_sentence(void *context, const char *text)
{
    const struct stw_cli *cli = context;
    fprintf(cli->words, "%s\n", text);
}

static int take_month(struct stw_cli *cli, const struct stw_arguments *arguments,
                      const char *rules[STW_OPTION_VALUES_MAX], struct stw_month_spec *spec,
                      struct stw_error *err)
{
    unsigned threads;
    STW_TRY(stw_arguments_threads(arguments, &threads, err));
    uint32_t count = 0;
    for (const char *path; (path = stw_arguments_each(arguments, "rules", (int)count)) != NULL;)
        rules[count++] = path;
    *spec = (struct stw_month_spec){
        .rules = rules,
        .rule_path_count = count,
        .month = stw_arguments_value(arguments, "month"),
        .site = stw_arguments_value(arguments, "site"),
        .language = stw_arguments_value(arguments, "language"),
        .out = stw_arguments_value(arguments, "out"),
        .as_of = stw_arguments_value(arguments, "as-of"),
        .publish = stw_arguments_value(arguments, "publish"),
        .threads = threads,
        .clock = cli->clock,
        .say = print_sentence,
        .say_context = cli,
    };
    if (spec->as_of != NULL && spec->publish != NULL)
        return stw_fail(err, STW_ERR_USAGE, "what is made --as-of a snapshot has its name already");
    if (spec->month == NULL)
        return stw_fail(err, STW_ERR_USAGE,
                        "which month? add --month, for example --month 2026-10");
    return STW_OK;
}

static int run_rules(struct stw_cli *cli, const struct stw_arguments *arguments,
                     struct stw_error *err)
{
    const char *rules[STW_OPTION_VALUES_MAX];
    struct stw_month_spec spec;
    struct stw_month_result result;
    struct stw_store *store;
    struct stw_store_options options = {.clock = &cli->clock,
                                        .memory_bytes = cli->memory_bytes / 2};
    STW_TRY(take_month(cli, arguments, rules, &spec, err));
    if (spec.rule_path_count == 0)
        return stw_fail(err, STW_ERR_USAGE, "which rules? add --rules, for example --rules rules");
    /* What rules say of old rows is no news: only what they say of the latest is recorded. */
    spec.record = spec.as_of == NULL;
    spec.report = spec.out == NULL ? STW_REPORT_NONE : STW_REPORT_MONTHLY;
    if (spec.report != STW_REPORT_NONE && spec.as_of == NULL && spec.publish == NULL)
        spec.publish = spec.month;
    enum stw_store_mode mode = spec.record ? STW_STORE_WRITE : STW_STORE_READ;
    STW_TRY(stw_cli_open(cli, arguments->positionals[0], mode, &options, &store, err));
    int status = stw_month_run(store, &spec, &result, err);
    stw_store_close(store);
    if (status == STW_OK)
        fprintf(cli->words, "%llu alert%s up to the end of %s, %llu of them critical; %llu new\n",
                (unsigned long long)result.alerts, stw_plural(result.alerts), spec.month,
                (unsigned long long)result.alerts_critical, (unsigned long long)result.alerts_new);
    return status;
}

static int write_report(struct stw_cli *cli, const struct stw_arguments *arguments,
                        struct stw_error *err)
{
    const char *rules[STW_OPTION_VALUES_MAX];
    struct stw_month_spec spec;
    struct stw_month_result result;
    struct stw_store *store;
    STW_TRY(take_month(cli, arguments, rules, &spec, err));
    if (!stw_month_report_parse(arguments->positionals[1], &spec.report)) {
        int status =
            stw_fail(err, STW_ERR_USAGE, "there is no report '%s'", arguments->positionals[1]);
        stw_error_hint(err, "there are monthly, comparison and response");
        return status;
    }
    if (spec.out == NULL)
        return stw_fail(err, STW_ERR_USAGE, "where to? add --out FOLDER");
    enum stw_store_mode mode = spec.publish == NULL ? STW_STORE_READ : STW_STORE_WRITE;
    struct stw_store_options options = {.clock = &cli->clock};
    STW_TRY(stw_cli_open(cli, arguments->positionals[0], mode, &options, &store, err));
    int status = stw_month_run(store, &spec, &result, err);
    stw_store_close(store);
    return status;
}

const struct stw_verb stw_verb_run = {
    .name = "run",
    .usage = "STORE",
    .summary = "judge the rules up to the end of a month; alerts, and the monthly report",
    .details =
        "Rules see everything from the first reading on, so what they have learnt does not depend\n"
        "on the month. Alerts go into the table alerts; the same run again adds nothing. With "
        "--out\n"
        "the reports are published: a snapshot named as the month (or --publish) keeps what they\n"
        "are made from; --as-of makes them again, and `steward restate` tells what came later.\n\n"
        "  steward run estates --rules rules --month 2026-10 --out reports/2026-10\n",
    .options = run_options,
    .option_count = sizeof(run_options) / sizeof(run_options[0]),
    .positionals_min = 1,
    .positionals_max = 1,
    .run = run_rules,
};

const struct stw_verb stw_verb_report = {
    .name = "report",
    .usage = "STORE monthly|comparison|response",
    .summary = "write a report as HTML, JSON and CSV",
    .details =
        "monthly     alerts, energy, failures, response times, data quality: one report a site\n"
        "comparison  energy of buildings against last month and last year; needs no rules\n"
        "response    response times of work orders; --month may be a year; needs no rules\n\n"
        "  steward report estates monthly --month 2026-10 --rules rules --out reports\n"
        "  steward report estates comparison --month 2026-10 --out reports\n"
        "  steward report estates response --month 2026 --out reports\n",
    .options = report_options,
    .option_count = sizeof(report_options) / sizeof(report_options[0]),
    .positionals_min = 2,
    .positionals_max = 2,
    .run = write_report,
};
