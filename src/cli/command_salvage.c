/* steward salvage: what can be read of a damaged store, into a new one. */
#include "cli/command.h"

#include "base/plural.h"
#include "cli/damage_lines.h"
#include "store/salvage.h"

static const struct stw_option options[] = {
    {"zone", "NAME", "the store's zone, where its manifest cannot be read", false},
};

static int salvage(struct stw_cli *cli, const struct stw_arguments *arguments,
                   struct stw_cli_findings *findings, struct stw_error *err)
{
    const char *path = arguments->positionals[0], *into = arguments->positionals[1];
    struct stw_salvage_result result;
    struct stw_salvage_spec spec = {.zone = stw_arguments_value(arguments, "zone"),
                                    .memory_bytes = cli->memory_bytes / 2};
    STW_TRY(stw_zone_load(spec.zone == NULL ? "UTC" : spec.zone, &findings->zone, err));
    int status = stw_salvage_run(path, into, &spec, stw_cli_put_finding, findings, &result, err);
    STW_TRY(stw_buffer_status(&findings->out, err));
    stw_cli_print(cli, &findings->out);
    STW_TRY(status);
    fprintf(cli->words, "%s: %llu row%s from %llu segment%s into %s; %llu finding%s\n", path,
            (unsigned long long)result.added, stw_plural(result.added),
            (unsigned long long)result.files, stw_plural(result.files), into,
            (unsigned long long)result.findings, stw_plural(result.findings));
    if (result.waited > 0)
        fprintf(cli->words, "  rows of its journal that were in no segment yet: %llu\n",
                (unsigned long long)result.waited);
    if (result.restored > 0)
        fprintf(
            cli->words,
            "  rows of its journal in the place of damaged blocks, as they were streamed: %llu\n",
            (unsigned long long)result.restored);
    return result.findings == 0 ? STW_VERB_OK : STW_VERB_FINDINGS;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_cli_findings findings = {.zone = NULL};
    stw_buffer_init(&findings.out);
    int status = salvage(cli, arguments, &findings, err);
    stw_buffer_release(&findings.out);
    stw_zone_free(findings.zone);
    return status;
}

const struct stw_verb stw_verb_salvage = {
    .name = "salvage",
    .usage = "STORE NEW",
    .summary = "copy what can be read of a damaged store into a new one",
    .details =
        "STORE is only read. Every undamaged block goes into NEW, corrections, erasures, "
        "snapshots\n"
        "and sources in their order; what is lost is listed. Without a readable manifest all\n"
        "segment files count, and --zone says what the store's zone was. Exits with 1 when\n"
        "something is lost. Files that a writer has put aside (segments/NAME.seg.lost) are taken\n"
        "along. Rows that wait in STORE's journal, and those of damaged blocks that its archive\n"
        "has, are taken from there. Times are printed in UTC, or in --zone.\n\n"
        "  steward salvage estates estates-new\n"
        "  steward verify estates-new\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 2,
    .positionals_max = 2,
    .run = run,
};
