/* What is missing or contradicts itself in a store, and what to type next: after an ingest and on
 * request (info --missing). */
#ifndef STW_CLI_MISSING_H
#define STW_CLI_MISSING_H

#include "cli/command.h"

/* Series of registry and readings up to which an ingest ends with a look at all of them: it takes
 * 0.4 s and 130 MB there. */
enum { STW_MISSING_SERIES_MAX = 200000 };

/* Whether a look after each ingest would take too long and too much. */
bool stw_missing_is_large(const struct stw_view *view);

enum stw_missing_form {
    STW_MISSING_BRIEF, /* the first few contradictions of the registry */
    STW_MISSING_ALL,
    STW_MISSING_JSON /* all, for programs */
};

/*
 * Adds sentences, a line each, and the next command; nothing where all is there. `rules` are the
 * packs given with --rules; with none of them nothing is said about tariffs.
 */
int stw_missing_print(struct stw_view *view, const struct stw_arguments *arguments,
                      enum stw_missing_form form, struct stw_buffer *out,
                      struct stw_error *err) STW_CHECKED;

#define STW_MISSING_OPTIONS                                                                        \
    {                                                                                              \
        "rules", "PATH", "a rule pack: say which meters have no tariff in it", true                \
    }

#endif
