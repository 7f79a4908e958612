/* Table-driven options; see options.h. */
#include "cli/options.h"

#include "base/pool.h"
#include "base/suggest.h"
#include "text/number.h"

#include <stdlib.h>
#include <string.h>

/* Every verb takes these. */
static const struct stw_option common_options[] = {
    {"memory", "SIZE",
     "most memory to hold, such as 512M (default: a quarter of the machine, at most 2G)", false},
    {"help", NULL, "this text", false},
};

enum { COMMON_COUNT = sizeof(common_options) / sizeof(common_options[0]) };

static const struct stw_option *find_option(const struct stw_verb *verb, struct stw_slice name)
{
    for (unsigned i = 0; i < verb->option_count; i++)
        if (stw_slice_is(name, verb->options[i].name))
            return &verb->options[i];
    for (unsigned i = 0; i < COMMON_COUNT; i++)
        if (stw_slice_is(name, common_options[i].name))
            return &common_options[i];
    return NULL;
}

static int unknown_option(const struct stw_verb *verb, struct stw_slice name, struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, name);
    for (unsigned i = 0; i < verb->option_count; i++)
        stw_suggest_offer(&suggest, stw_slice_of(verb->options[i].name));
    for (unsigned i = 0; i < COMMON_COUNT; i++)
        stw_suggest_offer(&suggest, stw_slice_of(common_options[i].name));
    int status = stw_fail(err, STW_ERR_USAGE, "steward %s has no option '--%.*s'", verb->name,
                          STW_SLICE_ARG(name));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean --%.*s?", STW_SLICE_ARG(suggest.best));
    else
        stw_error_hint(err, "steward help %s lists its options", verb->name);
    return status;
}

static int take_option(struct stw_arguments *arguments, int argc, char **argv, int *at,
                       struct stw_error *err)
{
    const struct stw_verb *verb = arguments->verb;
    const char *word = argv[*at] + 2;
    const char *equals = strchr(word, '=');
    struct stw_slice name = {word, equals == NULL ? strlen(word) : (size_t)(equals - word)};
    const struct stw_option *option = find_option(verb, name);
    if (option == NULL)
        return unknown_option(verb, name, err);
    const char *value = "";
    if (option->argument == NULL && equals != NULL)
        return stw_fail(err, STW_ERR_USAGE, "--%s takes no value", option->name);
    if (option->argument != NULL) {
        if (equals == NULL && *at + 1 == argc)
            return stw_fail(err, STW_ERR_USAGE, "--%s needs a value: --%s %s", option->name,
                            option->name, option->argument);
        value = equals != NULL ? equals + 1 : argv[++*at];
    }
    if (!option->repeats && stw_arguments_has(arguments, option->name))
        return stw_fail(err, STW_ERR_USAGE, "--%s is given twice", option->name);
    if (arguments->value_count == STW_OPTION_VALUES_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "more than %d options", STW_OPTION_VALUES_MAX);
    arguments->values[arguments->value_count].option = option;
    arguments->values[arguments->value_count++].value = value;
    return STW_OK;
}

int stw_arguments_parse(struct stw_arguments *arguments, const struct stw_verb *verb, int argc,
                        char **argv, struct stw_error *err)
{
    memset(arguments, 0, sizeof(*arguments));
    arguments->verb = verb;
    arguments->positionals = argv;
    bool options_end = false;
    for (int i = 0; i < argc; i++) {
        if (!options_end && strcmp(argv[i], "--") == 0)
            options_end = true;
        else if (!options_end && (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0))
            arguments->help = true;
        else if (!options_end && strncmp(argv[i], "--", 2) == 0)
            STW_TRY(take_option(arguments, argc, argv, &i, err));
        else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0')
            return stw_fail(err, STW_ERR_USAGE,
                            "'%s': options have long names here; steward help %s lists them",
                            argv[i], verb->name);
        else
            argv[arguments->positional_count++] = argv[i];
    }
    if (arguments->help)
        return STW_OK;
    if (arguments->positional_count < verb->positionals_min)
        return stw_fail(err, STW_ERR_USAGE, "usage: steward %s %s", verb->name, verb->usage);
    if (arguments->positional_count > verb->positionals_max)
        return stw_fail(err, STW_ERR_USAGE, "'%s' is one word too many; usage: steward %s %s",
                        arguments->positionals[verb->positionals_max], verb->name, verb->usage);
    return STW_OK;
}

const char *stw_arguments_value(const struct stw_arguments *arguments, const char *name)
{
    for (int i = arguments->value_count - 1; i >= 0; i--)
        if (strcmp(arguments->values[i].option->name, name) == 0)
            return arguments->values[i].value;
    return NULL;
}

bool stw_arguments_has(const struct stw_arguments *arguments, const char *name)
{
    return stw_arguments_value(arguments, name) != NULL;
}

const char *stw_arguments_each(const struct stw_arguments *arguments, const char *name, int index)
{
    for (int i = 0; i < arguments->value_count; i++)
        if (strcmp(arguments->values[i].option->name, name) == 0 && index-- == 0)
            return arguments->values[i].value;
    return NULL;
}

int stw_arguments_size(const struct stw_arguments *arguments, const char *name, uint64_t *out,
                       struct stw_error *err)
{
    const char *text = stw_arguments_value(arguments, name);
    if (text == NULL)
        return STW_OK;
    char *end = NULL;
    unsigned long long number = strtoull(text, &end, 10);
    unsigned shift = 0;
    if (*end == 'K' || *end == 'k')
        shift = 10;
    else if (*end == 'M' || *end == 'm')
        shift = 20;
    else if (*end == 'G' || *end == 'g')
        shift = 30;
    if (shift != 0)
        end++;
    if (end == text || *end != '\0' || text[0] == '-' || number > (UINT64_MAX >> shift))
        return stw_fail(err, STW_ERR_USAGE, "--%s '%s' is not a size such as 512M or 2G", name,
                        text);
    *out = (uint64_t)number << shift;
    return STW_OK;
}

int stw_arguments_count(const struct stw_arguments *arguments, const char *name, uint64_t *out,
                        struct stw_error *err)
{
    const char *text = stw_arguments_value(arguments, name);
    int64_t number;
    if (text == NULL)
        return STW_OK;
    if (stw_number_parse_int(stw_slice_of(text), NULL, &number) != STW_NUMBER_OK || number < 0)
        return stw_fail(err, STW_ERR_USAGE, "--%s '%s' is not a whole number", name, text);
    *out = (uint64_t)number;
    return STW_OK;
}

int stw_arguments_threads(const struct stw_arguments *arguments, unsigned *out,
                          struct stw_error *err)
{
    uint64_t threads = 0;
    STW_TRY(stw_arguments_count(arguments, "threads", &threads, err));
    if (threads > STW_POOL_THREADS_MAX)
        return stw_fail(err, STW_ERR_USAGE, "--threads is at most %d", STW_POOL_THREADS_MAX);
    *out = (unsigned)threads;
    return STW_OK;
}

static void print_option(const struct stw_option *option, FILE *out)
{
    char left[64];
    snprintf(left, sizeof(left), "--%s%s%s", option->name, option->argument == NULL ? "" : " ",
             option->argument == NULL ? "" : option->argument);
    fprintf(out, "  %-22s %s%s\n", left, option->help, option->repeats ? " (may repeat)" : "");
}

void stw_verb_print_help(const struct stw_verb *verb, FILE *out)
{
    fprintf(out, "steward %s %s\n\n%s\n\n", verb->name, verb->usage, verb->summary);
    for (unsigned i = 0; i < verb->option_count; i++)
        print_option(&verb->options[i], out);
    for (unsigned i = 0; i < COMMON_COUNT; i++)
        print_option(&common_options[i], out);
    if (verb->details != NULL)
        fprintf(out, "\n%s", verb->details);
}
