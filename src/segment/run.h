/*
 * The unit in which rows travel through the program: a run, consecutive rows of one series in time
 * order, column by column. Writers take runs, readers, the merge, the meter, the rule evaluator
 * and the analyses hand runs on. Rows are never a struct each.
 *
 * Everything a run points at belongs to whoever made it and stays valid until that maker is asked
 * for its next run (or released), unless the maker's header says otherwise.
 */
#ifndef STW_SEGMENT_RUN_H
#define STW_SEGMENT_RUN_H

#include "base/decimal.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* The numbers are on disk: never renumber. */
enum stw_type {
    STW_TYPE_DECIMAL = 1, /* int64 and a scale */
    STW_TYPE_FLOAT = 2,   /* double */
    STW_TYPE_INT = 3,     /* int64 */
    STW_TYPE_BOOL = 4,    /* 0 or 1 in an int64 */
    STW_TYPE_TIME = 5,    /* int64 ns since 1970-01-01 UTC */
    STW_TYPE_TEXT = 6     /* a code into the vector's words */
};

enum { STW_RUN_ROWS_MAX = 8192 }; /* rows of one run and of one block */

/*
 * One column of a run. Exactly one of ints, floats, codes is set, by type: ints for decimal, int,
 * bool and time. Where `present` says 0 the value is missing and its slot holds 0.
 */
struct stw_vector {
    enum stw_type type;
    int scale; /* of all decimals of the run; 0 for other types */
    const int64_t *ints;
    const double *floats;
    const uint32_t *codes;
    const struct stw_slice *words; /* text: words[codes[i]] */
    uint32_t word_count;
    const uint8_t *present; /* a byte a row, 1 = there is a value; NULL = all are there */
};

struct stw_run {
    uint32_t series; /* dense id; see store/series.h */
    uint32_t count;  /* rows, 1 .. STW_RUN_ROWS_MAX */
    const int64_t *time_ns;
    const struct stw_vector *columns; /* in the order that was asked for */
    uint32_t column_count;
};

static inline bool stw_vector_has(const struct stw_vector *vector, uint32_t row)
{
    return vector->present == NULL || vector->present[row] != 0;
}

static inline struct stw_decimal stw_vector_decimal(const struct stw_vector *vector, uint32_t row)
{
    struct stw_decimal value = {vector->ints[row], vector->scale};
    return value;
}

static inline struct stw_slice stw_vector_text(const struct stw_vector *vector, uint32_t row)
{
    return vector->words[vector->codes[row]];
}

#endif
