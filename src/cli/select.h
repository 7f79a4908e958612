/*
 * Which rows a command is about: the words after STORE that read NAME=VALUE[,VALUE...], and the
 * options --from, --to, --month and --zone. Shared by query and series.
 *
 * NAME is a part of the table's key, a text column of the table, or an attribute of the device
 * registry, looked for in this order; device.NAME is the attribute whatever the table has.
 */
#ifndef STW_CLI_SELECT_H
#define STW_CLI_SELECT_H

#include "base/arena.h"
#include "cli/options.h"
#include "scan/scan.h"
#include "time/zone.h"

#include <stdio.h>

enum { STW_SELECT_FILTERS_MAX = 32 };

/* A condition on a key component or on a text column. */
struct stw_select_match {
    bool is_key;
    uint32_t place; /* of the key component or column */
    const struct stw_slice *values;
    uint32_t value_count;
};

struct stw_select {
    struct stw_arena arena;
    const struct stw_table *table;
    struct stw_zone *zone;
    int64_t from_ns, to_ns;
    int lasting; /* the time column of --lasting, or -1 */
    int64_t lasts_from_ns;
    struct stw_select_match matches[STW_SELECT_FILTERS_MAX];
    uint32_t match_count;
    struct stw_filter filters[STW_SELECT_FILTERS_MAX]; /* on registry attributes */
    uint32_t filter_count;
};

/* The options every user of this module has in its table. */
#define STW_SELECT_OPTIONS                                                                         \
    {"from", "TIME", "from this time on: 2026-10-01, 2026-10-01T06:00, or with an offset", false}, \
        {"to", "TIME", "up to this time, which is not included", false},                           \
        {"month", "YYYY-MM", "one calendar month instead of --from and --to", false},              \
    {                                                                                              \
        "zone", "NAME", "the clock of times read and printed (default: the store's)", false        \
    }

/* The table of that name. Where the word is a device, or another part of the readings' keys, the
 * hint is the filter that was meant. */
int stw_select_table(struct stw_view *view, const char *name, const struct stw_table **table,
                     struct stw_error *err) STW_CHECKED;

/* Reads the filters from positionals `first` on. Release in every case. */
int stw_select_parse(struct stw_select *select, struct stw_view *view,
                     const struct stw_arguments *arguments, const struct stw_table *table,
                     int first, struct stw_error *err) STW_CHECKED;
void stw_select_release(struct stw_select *select);

/*
 * Rows from before --from count too where they last: `column`, a time, is after it or not known.
 * For tables of what begins and ends: alerts, faults, work orders.
 */
int stw_select_lasting(struct stw_select *select, struct stw_view *view, const char *column,
                       struct stw_error *err) STW_CHECKED;

/* Whether a filter is on rows, so that stw_select_row has to be asked. */
bool stw_select_has_row_filter(const struct stw_select *select);

/*
 * The series that the key and registry filters leave, in key order, from stw_alloc; the caller
 * frees. Filters on columns are asked row by row with stw_select_row.
 */
int stw_select_series(const struct stw_select *select, struct stw_view *view, uint32_t **series,
                      uint32_t *count, struct stw_error *err) STW_CHECKED;

/* Where the selection of so many series leaves nothing, or its time is outside of the table's: says
 * why in a line. In select_nothing.c. */
int stw_select_tell_nothing(const struct stw_select *select, struct stw_view *view,
                            uint32_t series_count, FILE *words, struct stw_error *err) STW_CHECKED;

/* Whether a row passes the filters on columns; `run` has all columns of the table, in order. */
bool stw_select_row(const struct stw_select *select, const struct stw_run *run, uint32_t row);

/* A positional that is a filter and not a table's name. */
bool stw_select_is_filter(const char *word);

#endif
