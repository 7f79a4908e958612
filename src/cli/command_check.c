/* steward check: reads a rule pack and prints all that is wrong with it. */
#include "cli/command.h"

#include "api/report_definition.h"
#include "base/plural.h"
#include "rule/pack.h"
#include "text/json_write.h"

static const struct stw_option options[] = {
    {"zone", "NAME", "the zone of sites that state none (default: UTC)", false},
    {"json", NULL, "findings as JSON", false},
};

static void put_finding(const struct stw_finding *finding, struct stw_json *json)
{
    char code[16];
    snprintf(code, sizeof(code), "STW%d", (int)finding->problem);
    stw_json_object(json);
    stw_json_key(json, "code");
    stw_json_string(json, code);
    stw_json_key(json, "severity");
    stw_json_string(json, finding->warning ? "warning" : "error");
    stw_json_key(json, "file");
    stw_json_string(json, finding->file);
    stw_json_key(json, "line");
    stw_json_uint(json, finding->line);
    stw_json_key(json, "column");
    stw_json_uint(json, finding->column);
    stw_json_key(json, "what");
    stw_json_string(json, finding->what);
    stw_json_key(json, "hint");
    stw_json_string(json, finding->hint);
    stw_json_end(json);
}

static void print_json(const struct stw_pack *pack, struct stw_buffer *out)
{
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_PRETTY);
    stw_json_array(&json);
    for (uint32_t i = 0; i < pack->findings.count; i++)
        put_finding(&pack->findings.list[i], &json);
    stw_json_end(&json);
    stw_json_finish(&json);
    stw_buffer_add_char(out, '\n');
}

static void print_counts(const struct stw_cli *cli, const struct stw_pack *pack)
{
    uint32_t errors = pack->findings.errors;
    uint32_t warnings = pack->findings.count + pack->findings.left_out - errors;
    fprintf(cli->words, "%u rule%s, %u dut%s, %u site%s, %u tariff%s: %u error%s, %u warning%s\n",
            pack->rule_count, stw_plural(pack->rule_count), pack->duty_count,
            stw_plural_of(pack->duty_count, "y", "ies"), pack->site_count,
            stw_plural(pack->site_count), pack->tariff_count, stw_plural(pack->tariff_count),
            errors, stw_plural(errors), warnings, stw_plural(warnings));
}

static bool reports_are_fine(const struct stw_cli *cli, const struct stw_pack *pack)
{
    struct stw_error wrong;
    unsigned sections;
    if (stw_report_sections(pack, STW_REPORT_MONTHLY, &sections, &wrong) == STW_OK)
        return true;
    stw_cli_print_error(cli, &wrong);
    return false;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_pack pack;
    struct stw_buffer out;
    stw_buffer_init(&out);
    int status = stw_pack_load(&pack, (const char *const *)arguments->positionals,
                               (uint32_t)arguments->positional_count,
                               stw_arguments_value(arguments, "zone"), err);
    if (status == STW_OK) {
        if (stw_arguments_has(arguments, "json"))
            print_json(&pack, &out);
        else
            stw_findings_print(&pack.findings, &out);
        status = stw_buffer_status(&out, err);
    }
    if (status == STW_OK) {
        stw_cli_print(cli, &out);
        print_counts(cli, &pack);
        bool fine = pack.findings.errors == 0 && reports_are_fine(cli, &pack);
        status = fine ? STW_VERB_OK : STW_VERB_FINDINGS;
    }
    stw_buffer_release(&out);
    stw_pack_release(&pack);
    return status;
}

const struct stw_verb stw_verb_check = {
    .name = "check",
    .usage = "RULES...",
    .summary = "read a rule pack and print all that is wrong with it; needs no store",
    .details =
        "RULES are files, or folders whose *.yml files are read as one pack. Every finding has "
        "its\n"
        "place, the line, a caret, a code and a hint. Exits with 1 when there is an error.\n\n"
        "  steward check rules sites.yml\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 200,
    .run = run,
};
