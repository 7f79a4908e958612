/* What is missing or contradicts itself in a store, and what to type next: after an ingest and on
 * request (info --missing). */
#ifndef STW_CLI_MISSING_H
#define STW_CLI_MISSING_H

#include "cli/command.h"

/*
 * Adds sentences, a line each, and the next command; nothing where all is there. `rules` are the
 * packs given with --rules; with none of them nothing is said about tariffs. `all`: every finding
 * of the registry, not only the first few.
 */
int stw_missing_print(struct stw_view *view, const struct stw_arguments *arguments, bool all,
                      struct stw_buffer *out, struct stw_error *err) STW_CHECKED;

#define STW_MISSING_OPTIONS                                                                        \
    {                                                                                              \
        "rules", "PATH", "a rule pack: say which meters have no tariff in it", true                \
    }

#endif
