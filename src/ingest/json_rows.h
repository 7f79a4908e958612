/*
 * A value of JSON as several records: one for each element of the lists that a path leads to, with
 * what stands outside of them beside it.
 *
 *     {"site": "A", "data": [{"meter": 1, "values": [{"v": 5}, {"v": 6}]}]}      data.values
 *     gives  site = A, data.meter = 1, data.values.v = 5  and the same with 6
 *
 * The numbers of elements are left out of the names, so that each record has the same. Lists that
 * the path does not lead to keep theirs.
 */
#ifndef STW_INGEST_JSON_ROWS_H
#define STW_INGEST_JSON_ROWS_H

#include "base/buffer.h"
#include "ingest/map_container.h"
#include "text/json_read.h"

struct stw_json_place; /* of a leaf */

struct stw_json_rows {
    struct stw_slice steps[STW_MAP_STEPS_MAX];
    uint32_t step_count; /* 0: no path, a value is a record */
    const struct stw_json_value *value;
    struct stw_json_place *places;
    size_t capacity;
    struct stw_buffer names;
    uint32_t next;   /* leaf */
    bool has_list;   /* the path leads somewhere in the value */
    bool has_orphan; /* it passes an element that it does not lead out of: no record has its leaves
                      */
    bool whole_left; /* without a path: the value is still to be given */
};

void stw_json_rows_init(struct stw_json_rows *rows, struct stw_slice path);
void stw_json_rows_release(struct stw_json_rows *rows);

/* The records of a value, which must live as long. */
int stw_json_rows_begin(struct stw_json_rows *rows, const struct stw_json_value *value,
                        struct stw_error *err) STW_CHECKED;

/* Of a leaf of the value, whatever record it is of. */
struct stw_slice stw_json_rows_name(const struct stw_json_rows *rows, uint32_t leaf);

/* Goes to the next record; false: there is none left. */
bool stw_json_rows_next(struct stw_json_rows *rows);

/* Leaves of the present record by rising number, from `at` on, which moves behind the one found;
 * false: there is none left. The name is without the numbers of elements. */
bool stw_json_rows_leaf(const struct stw_json_rows *rows, uint32_t *at,
                        const struct stw_json_leaf **leaf, struct stw_slice *name);

#endif
