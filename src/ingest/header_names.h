/*
 * The columns that a map names, to find the header of a file by: below titles and remarks it is the
 * first record that has them all.
 */
#ifndef STW_INGEST_HEADER_NAMES_H
#define STW_INGEST_HEADER_NAMES_H

#include "ingest/map.h"

enum { STW_HEADER_ROWS_SEARCHED = 100 };

struct stw_header_names {
    const struct stw_slice *names; /* the map's texts */
    uint32_t count;
    /* Of the candidate that had most of them. */
    uint32_t best;
    uint64_t best_line;
    struct stw_slice missing; /* one it had not */
};

/* Columns that a fold makes are left out: no file has them. */
int stw_header_names_init(struct stw_header_names *wanted, const struct stw_map *map,
                          struct stw_arena *arena, struct stw_error *err) STW_CHECKED;

/* Whether the texts of a line are the header; where the map names no column, two texts are enough.
 * Remembers the best candidate. */
bool stw_header_names_match(struct stw_header_names *wanted, const struct stw_slice *texts,
                            uint32_t count, uint64_t line);

/* None was. `where` names the file or sheet: "sheet '抄表'". */
int stw_header_names_fail(const struct stw_header_names *wanted, const char *where,
                          struct stw_error *err) STW_CHECKED;

#endif
