/* What the suites over public data sets share: shipped maps, files of ../shared, columns summed. */
#ifndef STW_TEST_REAL_TOOLS_H
#define STW_TEST_REAL_TOOLS_H

#include "../ingest/ingest_tools.h"

#define OK(call) CU_ASSERT_EQUAL_FATAL((call), STW_OK)

/* A store in UTC with the built-in tables and those of rules/tables/public_sets.yml, and a shipped
 * map to begin with. */
void real_open(struct bench *bench, const char *map);

/* The shipped map from here on; in another zone when `zone` is not NULL. */
void real_map(struct bench *bench, const char *name, const char *zone);

/* Ingests a file of ../shared/data that gives so many rows and no rejected ones. */
void real_take(struct bench *bench, const char *relative_path, uint64_t rows);

/* real_open and real_take: how most tests begin. */
void real_load(struct bench *bench, const char *map, const char *relative_path, uint64_t rows);

/* One column of the live rows of a table (of every row ever stored with `history`), of the series
 * whose last key component is `last`, or of all where that is NULL. */
struct real_column {
    uint64_t rows;       /* with or without a value */
    uint64_t values;     /* ... with one */
    uint32_t series;     /* with rows */
    struct stw_wide sum; /* decimals and ints */
    double least, most;  /* of all values as doubles */
    double first, last;  /* of the last series, in time order */
    bool falls;          /* some value is below the one before it in its series */
};
struct real_column real_column(struct bench *bench, const char *table, const char *column,
                               const char *last, bool history);

/* The sum as text, without trailing zeros. */
bool real_sum_is(struct bench *bench, const char *table, const char *column, const char *last,
                 const char *want);

/* Live rows of a table whose text column has this value; rows without one are "". */
uint64_t real_count(struct bench *bench, const char *table, const char *column, const char *value);

/* The median (type 7) of hours from the table's time to a time column, of rows where a text column
 * has this value (column NULL: of all); `count` gets how many have both. */
double real_median_hours(struct bench *bench, const char *table, const char *to, const char *column,
                         const char *value, uint32_t *count);

/* How many live values of a column are from `least` to `most`, both included; `last` as above. */
uint64_t real_count_between(struct bench *bench, const char *table, const char *column,
                            const char *last, double least, double most);

/* The live values of a column, in order of key and time; returns how many there are, at most
 * `room`.
 */
uint32_t real_values(struct bench *bench, const char *table, const char *column, const char *last,
                     int64_t *time_ns, double *value, uint32_t room);

#endif
