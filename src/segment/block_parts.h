/*
 * The parts of a block's body, undecoded, and what of them is borrowed; private to segment/.
 *
 * Meters report several channels at once, and exports carry a register beside its differences. So a
 * block of one series may take its times, and the values of columns as far as they follow, from
 * earlier blocks of its file: its lenders. What is lent is the lender's own, so one look back
 * suffices. FORMAT.md "Borrowed parts".
 */
#ifndef STW_SEGMENT_BLOCK_PARTS_H
#define STW_SEGMENT_BLOCK_PARTS_H

#include "segment/segment.h"

enum {
    STW_TIMES_BORROWED = 255, /* in place of the unit of times */
    STW_BORROWED_ROWS_MIN = 2 /* a block of one row borrows nothing */
};

/* The first byte of a column: how many of its rows have no value, or where the values come from. */
enum stw_missing {
    STW_MISSING_NONE = 0,
    STW_MISSING_SOME = 1,
    STW_MISSING_ALL = 2,
    STW_MISSING_BORROWED = 3
};

struct stw_block_parts {
    uint32_t rows;
    struct stw_slice series;
    struct stw_slice times;
    struct stw_slice columns[STW_SEGMENT_COLUMNS_MAX];
};

/* False: these bytes are no body with so many columns. */
bool stw_block_parts_split(struct stw_slice body, uint32_t column_count,
                           struct stw_block_parts *parts) __attribute__((warn_unused_result));

/* How many bytes before this block's frame the lender's starts; 0: the part is the block's own. A
 * damaged part counts as its own. */
uint64_t stw_times_back(struct stw_slice times);
uint64_t stw_column_back(struct stw_slice column, enum stw_type type);

/* Whether a column can lend: integers, all there, its own. */
bool stw_column_lends(struct stw_slice column, enum stw_type type);

/* ---- Borrowed times: u8 255, varint back ------------------------------------------------------
 */

void stw_borrowed_times_put(uint64_t back, struct stw_buffer *out);

/* ---- Borrowed columns -------------------------------------------------------------------------
 */

/* What follows from the lender's values a; the numbers are on disk. */
enum stw_relation {
    STW_RELATION_SAME = 0,   /* a[i] */
    STW_RELATION_BEFORE = 1, /* a[i-1]: the previous reading beside the current one */
    STW_RELATION_RISE = 2,   /* a[i] - a[i-1]: use beside its register */
    STW_RELATION_TOTAL = 3,  /* value[i-1] + a[i]: a register beside its use */
    STW_RELATION_COUNT = 4
};

/* What stands before the residuals of rows 1 and on. */
struct stw_borrowed_column {
    uint8_t scale; /* of a decimal; the lender's is the same */
    uint64_t back;
    enum stw_relation relation;
    int64_t first; /* the value of row 0 */
};

void stw_borrowed_column_put(const struct stw_borrowed_column *column, enum stw_type type,
                             struct stw_buffer *out);

/* Reads what stands before the residuals. */
bool stw_borrowed_column_get(struct stw_reader *reader, enum stw_type type,
                             struct stw_borrowed_column *column)
    __attribute__((warn_unused_result));

/* residuals[0 .. count-1) of values[1 .. count). */
void stw_relation_take(enum stw_relation relation, const int64_t *lent, const int64_t *values,
                       uint32_t count, int64_t *residuals);

/* values[1 .. count) hold residuals and become values; values[0] is there. */
void stw_relation_add(enum stw_relation relation, const int64_t *lent, int64_t *values,
                      uint32_t count);

#endif
