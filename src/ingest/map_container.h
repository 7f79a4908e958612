/*
 * What a map's `format` says about the container of the records:
 *
 *     container: csv | xlsx | jsonl | json | line_protocol     absent: told by the first bytes
 *     header: yes | no | 2 | 3     workbooks: so many rows, merged cells joined: "Reading previous"
 *     skip: N | find               lines before the header; find: the first that names the map's
 *                                  columns, as workbooks do unless a number is given
 *     sheet: NAME | 2 | all        of a workbook; absent: the first that is not hidden
 *     sheets: [NAME, 2 ...]        several
 *     totals: skip | keep          rows that begin with 合计 or Total; workbooks skip them
 *     each: field | point          line protocol: a record for each field of a point, or each point
 *     records: data.values         JSON: the list whose elements are the records, by its path
 *
 * JSON and line protocol name their columns by paths:
 *     data.values.0       the first element of the list `values` of the object `data`; a point or
 *                         backslash in a name is written with a backslash in front
 *     data.values.time    with records: data.values, of each element of that list; what stands
 *                         outside of it, as `site`, is the same in all of its records
 *     measurement, tag.NAME, time, and field, value (each: field) or field.NAME (each: point)
 */
#ifndef STW_INGEST_MAP_CONTAINER_H
#define STW_INGEST_MAP_CONTAINER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_MAP_SHEETS_MAX = 64,
    STW_MAP_HEADER_ROWS_MAX = 3,
    STW_MAP_SKIP_MAX = 1000,
    STW_MAP_STEPS_MAX = 8 /* of the path to the records */
};

enum stw_container {
    STW_CONTAINER_BY_CONTENT,
    STW_CONTAINER_CSV,
    STW_CONTAINER_XLSX,
    STW_CONTAINER_JSON_LINES,
    STW_CONTAINER_JSON, /* one list of objects, or one object */
    STW_CONTAINER_LINE_PROTOCOL
};

enum stw_map_totals { STW_MAP_TOTALS_BY_CONTAINER, STW_MAP_TOTALS_SKIP, STW_MAP_TOTALS_KEEP };

/* A sheet by its name, or by its place in the workbook where the name is empty. */
struct stw_map_sheet {
    struct stw_slice name;
    uint32_t number; /* 1 = first */
};

struct stw_map_container {
    enum stw_container kind;
    const struct stw_map_sheet *sheets;
    uint32_t sheet_count; /* 0: the first that is not hidden, or all of them */
    bool all_sheets;
    bool header;
    uint32_t header_rows; /* 1 unless a workbook's header has more */
    uint32_t skip;
    bool skip_given;
    bool skip_find;
    enum stw_map_totals totals;
    bool each_point;          /* line protocol */
    struct stw_slice records; /* JSON: a path; empty: every value is a record */
};

struct stw_yaml;
struct stw_yaml_node;

/* The keys above, for the list of known ones in 'format'. */
#define STW_MAP_CONTAINER_KEYS                                                                     \
    "container", "header", "skip", "sheet", "sheets", "totals", "each", "records"

/* What a map says that says nothing. */
void stw_map_container_init(struct stw_map_container *container);

/* Reads the keys above from `format`. Texts stay the document's. */
int stw_map_container_read(struct stw_map_container *container, struct stw_arena *arena,
                           struct stw_yaml *doc, const struct stw_yaml_node *format,
                           struct stw_error *err) STW_CHECKED;

/* "header: yes, skip: 0" and what else differs from stw_map_container_init. */
void stw_map_container_write(const struct stw_map_container *container, struct stw_buffer *out);

/* The steps of a path, at most STW_MAP_STEPS_MAX; 0: it is none, or has more. */
uint32_t stw_map_path_steps(struct stw_slice path, struct stw_slice steps[STW_MAP_STEPS_MAX]);

/* The name of a sheet, so that it reads as a name. */
void stw_map_put_sheet(struct stw_buffer *out, struct stw_slice name);

/* "xlsx", as in a map. */
const char *stw_container_name(enum stw_container container);

/* Whether lines before the header are found by the names of the columns, and rows of totals left
 * out, in a file of the container `kind`. */
bool stw_map_container_finds(const struct stw_map_container *container, enum stw_container kind);
bool stw_map_container_skips_totals(const struct stw_map_container *container,
                                    enum stw_container kind);

#endif
