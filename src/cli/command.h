/*
 * What the verbs share: where words go, the clock, and how an error becomes an exit code. Data is
 * written to `out`, words for a person to `words`.
 *
 * Exit codes: 0 fine, 1 findings (check, test, verify, salvage), 2 usage, 3 bad input, 4 I/O, 5
 * damaged store, 6 internal.
 */
#ifndef STW_CLI_COMMAND_H
#define STW_CLI_COMMAND_H

#include "base/buffer.h"
#include "base/clock.h"
#include "cli/options.h"
#include "store/view.h"
#include "time/zone.h"

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

/* A buffer to `out`, flushed: words printed after it come after it on a terminal. */
void stw_cli_print(const struct stw_cli *cli, const struct stw_buffer *text);

/* The same to `words`. */
void stw_cli_say(const struct stw_cli *cli, const struct stw_buffer *text);

/* The components of a series key, apart by a slash. */
void stw_cli_put_key(struct stw_buffer *out, struct stw_slice key);

/* Opens a store; where records of its manifest could not be read, the words say that rows may be
 * missing from what follows. */
int stw_cli_open(const struct stw_cli *cli, const char *folder, enum stw_store_mode mode,
                 const struct stw_store_options *options, struct stw_store **store,
                 struct stw_error *err) STW_CHECKED;

/* The zone of that name; NULL: the store's. */
int stw_cli_zone(const char *name, const struct stw_view *view, struct stw_zone **zone,
                 struct stw_error *err) STW_CHECKED;

/* An ISO time, local unless it says otherwise. */
bool stw_cli_instant(const char *text, const struct stw_zone *zone, int64_t *out_ns);

/* A verb returns a negative status, or one of these. */
enum { STW_VERB_OK = 0, STW_VERB_FINDINGS = 1 };

/* clang-format off: a line a verb, in the order of the help */
#define STW_VERBS(VERB)                                                                            \
    VERB(init)                                                                                     \
    VERB(template)                                                                                 \
    VERB(ingest)                                                                                   \
    VERB(info)                                                                                     \
    VERB(series)                                                                                   \
    VERB(query)                                                                                    \
    VERB(check)                                                                                    \
    VERB(test)                                                                                     \
    VERB(run)                                                                                      \
    VERB(report)                                                                                   \
    VERB(export)                                                                                   \
    VERB(snapshot)                                                                                 \
    VERB(restate)                                                                                  \
    VERB(compact)                                                                                  \
    VERB(verify)                                                                                   \
    VERB(salvage)
/* clang-format on */

#define STW_DECLARE_VERB(name) extern const struct stw_verb stw_verb_##name;
STW_VERBS(STW_DECLARE_VERB)

#endif
