/*
 * Command-line options from a table: one table per verb gives the parser, the help text and the
 * suggestions for a mistyped name, so that they cannot disagree.
 *
 * Long options take `--name VALUE` or `--name=VALUE`; an option may repeat where its row says so.
 * `--` ends the options. Values point into argv.
 */
#ifndef STW_CLI_OPTIONS_H
#define STW_CLI_OPTIONS_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { STW_OPTION_VALUES_MAX = 256, STW_POSITIONALS_MAX = 100000 };

struct stw_option {
    const char *name;     /* without the dashes */
    const char *argument; /* what the help calls its value; NULL for a switch */
    const char *help;     /* one line */
    bool repeats;
};

struct stw_cli;
struct stw_arguments;

struct stw_verb {
    const char *name;
    const char *usage;   /* the positional part: "STORE FILE..." */
    const char *summary; /* one line for `steward help` */
    const char *details; /* paragraphs and examples for `steward help VERB`; may be NULL */
    const struct stw_option *options;
    unsigned option_count;
    int positionals_min;
    int positionals_max;
    int (*run)(struct stw_cli *cli, const struct stw_arguments *arguments, struct stw_error *err);
};

struct stw_arguments {
    const struct stw_verb *verb;
    char **positionals;
    int positional_count;
    struct {
        const struct stw_option *option;
        const char *value; /* "" for a switch */
    } values[STW_OPTION_VALUES_MAX];
    int value_count;
    bool help; /* --help was there: nothing else was checked */
};

/* Parses argv[0..argc) (the words after the verb); positionals are gathered at argv's front. */
int stw_arguments_parse(struct stw_arguments *arguments, const struct stw_verb *verb, int argc,
                        char **argv, struct stw_error *err) STW_CHECKED;

/* The last value given for an option, or NULL; "" for a switch. */
const char *stw_arguments_value(const struct stw_arguments *arguments, const char *name);
bool stw_arguments_has(const struct stw_arguments *arguments, const char *name);

/* The `index`th value of a repeatable option, or NULL past the end. */
const char *stw_arguments_each(const struct stw_arguments *arguments, const char *name, int index);

/* A size such as 512M, 2G, or a whole number; *out untouched where the option is absent. */
int stw_arguments_size(const struct stw_arguments *arguments, const char *name, uint64_t *out,
                       struct stw_error *err) STW_CHECKED;

/* A whole number, likewise. */
int stw_arguments_count(const struct stw_arguments *arguments, const char *name, uint64_t *out,
                        struct stw_error *err) STW_CHECKED;

/* The option of every verb that uses threads. */
#define STW_OPTION_THREADS                                                                         \
    {                                                                                              \
        "threads", "N", "threads to use (default: all processors)", false                          \
    }
int stw_arguments_threads(const struct stw_arguments *arguments, unsigned *out,
                          struct stw_error *err) STW_CHECKED;

void stw_verb_print_help(const struct stw_verb *verb, FILE *out);

#endif
