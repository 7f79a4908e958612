/*
 * What the verbs share: where words go, the clock, and how an error becomes an exit code. Data is
 * written to `out`, words for a person to `words`.
 *
 * Exit codes: 0 fine, 1 findings (check, test, verify), 2 usage, 3 bad input, 4 I/O, 5 damaged
 * store, 6 internal.
 */
#ifndef STW_CLI_COMMAND_H
#define STW_CLI_COMMAND_H

#include "base/clock.h"
#include "cli/options.h"

#include <stdint.h>

enum stw_exit {
    STW_EXIT_OK = 0,
    STW_EXIT_FINDINGS = 1,
    STW_EXIT_USAGE = 2,
    STW_EXIT_INPUT = 3,
    STW_EXIT_IO = 4,
    STW_EXIT_DAMAGED = 5,
    STW_EXIT_INTERNAL = 6
};

struct stw_cli {
    FILE *out;
    FILE *words;
    bool terminal; /* words is a terminal: progress and colour may be shown */
    struct stw_clock clock;
    uint64_t memory_bytes; /* from --memory, or the default */
};

enum stw_exit stw_exit_of(int status);

/* "steward: what\n  at: where\n  hint: ..." */
void stw_cli_print_error(const struct stw_cli *cli, const struct stw_error *err);

/* A verb returns a negative status, or one of these. */
enum { STW_VERB_OK = 0, STW_VERB_FINDINGS = 1 };

extern const struct stw_verb stw_verb_init, stw_verb_ingest, stw_verb_info, stw_verb_series,
    stw_verb_query, stw_verb_check, stw_verb_test, stw_verb_run, stw_verb_report, stw_verb_verify;

#endif
