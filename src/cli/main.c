/*
 * The command: finds the verb, parses its options by its table, runs it, and turns a failure into
 * words on stderr and an exit code.
 */
#include "base/memory.h"
#include "base/suggest.h"
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#define LIST_VERB(name) &stw_verb_##name,
static const struct stw_verb *const verbs[] = {STW_VERBS(LIST_VERB)};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

static const struct stw_verb *find_verb(const char *name)
{
    for (int i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    return NULL;
}

static void print_overview(FILE *out)
{
    fprintf(out, "steward keeps meter and device readings in a folder, watches them with rules and "
                 "writes reports.\n\nusage: steward VERB ...\n\n");
    for (int i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
    fprintf(out, "\nsteward help VERB tells more; steward --version prints the version.\n");
}

static int unknown_verb(const char *name, struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, stw_slice_of(name));
    for (int i = 0; i < VERB_COUNT; i++)
        stw_suggest_offer(&suggest, stw_slice_of(verbs[i]->name));
    int status = stw_fail(err, STW_ERR_USAGE, "'%s' is not a verb of steward", name);
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean 'steward %.*s'?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "steward help lists them");
    return status;
}

enum stw_exit stw_exit_of(int status)
{
    switch (status) {
    case STW_ERR_USAGE:
        return STW_EXIT_USAGE;
    case STW_ERR_INPUT:
    case STW_ERR_LIMIT:
    case STW_ERR_NOT_FOUND:
        return STW_EXIT_INPUT;
    case STW_ERR_IO:
    case STW_ERR_FULL:
    case STW_ERR_LOCKED:
    case STW_ERR_MEMORY:
        return STW_EXIT_IO;
    case STW_ERR_DAMAGED:
        return STW_EXIT_DAMAGED;
    default:
        return status < 0 ? STW_EXIT_INTERNAL : STW_EXIT_OK;
    }
}

void stw_cli_print_error(const struct stw_cli *cli, const struct stw_error *err)
{
    fprintf(cli->words, "steward: %s\n", err->what);
    if (err->where[0] != '\0')
        fprintf(cli->words, "  at: %s\n", err->where);
    if (err->hint[0] != '\0')
        fprintf(cli->words, "  hint: %s\n", err->hint);
}

/* A quarter of the machine, at most 2 GiB. */
static uint64_t default_memory(void)
{
    uint64_t machine = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t quarter = machine / 4;
    uint64_t most = UINT64_C(2) << 30;
    return quarter < most ? quarter : most;
}

/* Of a verb; NULL: of all of them. */
static int print_help(const char *name, struct stw_error *err)
{
    const struct stw_verb *about = name == NULL ? NULL : find_verb(name);
    if (name != NULL && about == NULL)
        return unknown_verb(name, err);
    if (about == NULL)
        print_overview(stdout);
    else
        stw_verb_print_help(about, stdout);
    return STW_OK;
}

/* What helps where a store is damaged, unless whoever met the damage has said so. */
static void hint_at_help(const struct stw_verb *verb, const struct stw_arguments *arguments,
                         struct stw_error *err)
{
    const char *store = arguments->positional_count > 0 ? arguments->positionals[0] : "";
    if (err->hint[0] != '\0' || !stw_store_is_there(store) || verb == &stw_verb_salvage)
        return;
    stw_error_hint(err,
                   "steward verify %s names all that is damaged; steward salvage %s NEW copies the "
                   "rest into a new store",
                   store, store);
}

static int run_verb(struct stw_cli *cli, const char *name, int argc, char **argv,
                    struct stw_error *err)
{
    enum { LEAST_MEMORY = 32 << 20 };
    const struct stw_verb *verb = find_verb(name);
    if (verb == NULL)
        return unknown_verb(name, err);
    struct stw_arguments *arguments = stw_alloc_zero(1, sizeof(*arguments));
    if (arguments == NULL)
        return stw_fail_memory(err, sizeof(*arguments));
    int status = stw_arguments_parse(arguments, verb, argc, argv, err);
    if (status == STW_OK && arguments->help) {
        stw_verb_print_help(verb, cli->out);
    } else if (status == STW_OK) {
        status = stw_arguments_size(arguments, "memory", &cli->memory_bytes, err);
        if (status == STW_OK && cli->memory_bytes < LEAST_MEMORY)
            status = stw_fail(err, STW_ERR_USAGE, "--memory is at least 32M");
        if (status == STW_OK)
            status = verb->run(cli, arguments, err);
        if (status == STW_ERR_DAMAGED)
            hint_at_help(verb, arguments, err);
    }
    stw_free(arguments);
    return status;
}

/* A full disk or a closed pipe behind stdout must not look like success. */
static int flush_output(struct stw_cli *cli, struct stw_error *err)
{
    if (fflush(cli->out) != 0 || ferror(cli->out))
        return stw_fail(err, STW_ERR_IO, "cannot write to standard output");
    return STW_OK;
}

int main(int argc, char **argv)
{
    struct stw_cli cli = {
        .out = stdout,
        .words = stderr,
        .terminal = isatty(STDERR_FILENO) == 1,
        .clock = stw_clock_system(),
        .memory_bytes = default_memory(),
    };
    struct stw_error err = {0};
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        printf("steward %s\n", STW_VERSION);
        return STW_EXIT_OK;
    }
    if (argc < 2) {
        print_overview(stdout);
        return STW_EXIT_USAGE;
    }
    bool help = strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
    int status = help ? print_help(argc > 2 ? argv[2] : NULL, &err)
                      : run_verb(&cli, name, argc - 2, argv + 2, &err);
    if (status >= 0) {
        int flushed = flush_output(&cli, &err);
        status = flushed < 0 ? flushed : status;
    }
    if (status < 0) {
        stw_cli_print_error(&cli, &err);
        return stw_exit_of(status);
    }
    return status == STW_VERB_FINDINGS ? STW_EXIT_FINDINGS : STW_EXIT_OK;
}
