/* steward test: runs the tests written in a rule pack. */
#include "cli/command.h"

#include "base/plural.h"
#include "rule/rule_test.h"

static const struct stw_option options[] = {
    {"zone", "NAME", "the zone of sites that state none (default: UTC)", false},
};

static void print_tests(const struct stw_rule_tests *tests, struct stw_buffer *out)
{
    stw_findings_print(&tests->findings, out);
    for (uint32_t i = 0; i < tests->count; i++) {
        const struct stw_rule_test *test = &tests->tests[i];
        if (test->passed)
            stw_buffer_printf(out, "ok    %s\n", test->name);
        else
            stw_buffer_printf(out, "FAIL  %s\n      %s:%u: %s\n", test->name, test->file,
                              test->line, test->what);
    }
}

static int run_tests(struct stw_cli *cli, struct stw_pack *pack, struct stw_error *err)
{
    struct stw_rule_tests tests;
    struct stw_buffer out;
    STW_TRY(stw_pack_usable(pack, err));
    stw_buffer_init(&out);
    int status = stw_rule_tests_run(pack, &tests, err);
    if (status == STW_OK) {
        print_tests(&tests, &out);
        status = stw_buffer_status(&out, err);
    }
    if (status == STW_OK) {
        stw_cli_print(cli, &out);
        fprintf(cli->words, "%u test%s, %u failed\n", tests.count, stw_plural(tests.count),
                tests.failed);
        bool fine = tests.failed == 0 && tests.findings.errors == 0;
        status = fine ? STW_VERB_OK : STW_VERB_FINDINGS;
    }
    stw_rule_tests_release(&tests);
    stw_buffer_release(&out);
    return status;
}

static int run(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err)
{
    struct stw_pack pack;
    int status = stw_pack_load(&pack, (const char *const *)arguments->positionals,
                               (uint32_t)arguments->positional_count,
                               stw_arguments_value(arguments, "zone"), err);
    if (status == STW_OK)
        status = run_tests(cli, &pack, err);
    stw_pack_release(&pack);
    return status;
}

const struct stw_verb stw_verb_test = {
    .name = "test",
    .usage = "RULES...",
    .summary = "run the tests written in a rule pack; needs no store",
    .details = "Exits with 1 when one of them fails.\n\n"
               "  steward test rules sites.yml\n",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .positionals_min = 1,
    .positionals_max = 200,
    .run = run,
};
