/*
 * Parquet files, written: columns in, one file out that DuckDB, Polars, ClickHouse, Spark and Arrow
 * read with their types. Flat schemas only. Source: the Apache Parquet format specification.
 *
 *     stw_parquet_open(&writer, io, path, &spec, err);
 *     for each piece of rows
 *         stw_parquet_add_*(writer, column, ...)     once for every column, the same count
 *         stw_parquet_end_rows(writer, count, err)
 *     stw_parquet_finish(writer, err);
 *
 * What is in the file: row groups of up to STW_PARQUET_GROUP_ROWS rows; pages of the first version
 * under zstd with a CRC; integers, times and decimals as deltas, texts through a dictionary where
 * that is smaller, floats plain; null counts, and least and greatest values but for texts above 64
 * bytes and for columns with a NaN. The same rows give the same bytes.
 *
 * Types: TIME is TIMESTAMP(NANOS, adjusted to UTC). DECIMAL has one scale a column; it lies in 64
 * bits (precision 18), or, where the spec says `wide`, in 16 bytes (precision 38).
 *
 * Memory: one row group. One thread.
 */
#ifndef STW_PARQUET_PARQUET_H
#define STW_PARQUET_PARQUET_H

#include "base/decimal.h"
#include "base/error.h"
#include "base/io.h"

enum {
    STW_PARQUET_GROUP_ROWS = 128 * 1024,
    STW_PARQUET_PIECE_ROWS_MAX = 8192,       /* of one call */
    STW_PARQUET_GROUP_TEXT_BYTES = 64 << 20, /* a row group ends when its texts reach this */
    STW_PARQUET_COLUMNS_MAX = 256,
    STW_PARQUET_PRECISION = 18,
    STW_PARQUET_PRECISION_WIDE = 38
};

enum stw_parquet_type {
    STW_PARQUET_BOOL,
    STW_PARQUET_INT,
    STW_PARQUET_TIME, /* ns since 1970-01-01 UTC */
    STW_PARQUET_DECIMAL,
    STW_PARQUET_FLOAT,
    STW_PARQUET_TEXT /* UTF-8 */
};

struct stw_parquet_column {
    struct stw_slice name;
    enum stw_parquet_type type;
    int scale;     /* decimals */
    bool wide;     /* decimals: some do not fit 18 digits at this scale */
    bool optional; /* values may be missing */
};

struct stw_parquet_spec {
    const struct stw_parquet_column *columns;
    uint32_t column_count;
    uint32_t sorted_count;       /* rows ascend by the first so many columns */
    struct stw_slice created_by; /* program and version */
};

struct stw_parquet_writer;

/* Makes the file. The spec and its columns must outlive the writer; their names are not copied. */
int stw_parquet_open(struct stw_parquet_writer **out, const struct stw_io *io, const char *path,
                     const struct stw_parquet_spec *spec, struct stw_error *err) STW_CHECKED;

/*
 * Values of one column for the next `count` <= STW_PARQUET_PIECE_ROWS_MAX rows. `present`: a byte a
 * row, 1 = there is a value; NULL: all have one. Slots without a value are not looked at.
 */

/* Bool (0, 1), int, time and decimal, the latter at `scale`: they are widened exactly to the
 * column's; STW_ERR_LIMIT where one does not fit. */
int stw_parquet_add_ints(struct stw_parquet_writer *writer, uint32_t column, const int64_t *values,
                         int scale, const uint8_t *present, uint32_t count,
                         struct stw_error *err) STW_CHECKED;
int stw_parquet_add_floats(struct stw_parquet_writer *writer, uint32_t column, const double *values,
                           const uint8_t *present, uint32_t count,
                           struct stw_error *err) STW_CHECKED;
/* words[codes[i]]; codes NULL: all rows have words[0]. */
int stw_parquet_add_texts(struct stw_parquet_writer *writer, uint32_t column,
                          const struct stw_slice *words, uint32_t word_count, const uint32_t *codes,
                          const uint8_t *present, uint32_t count,
                          struct stw_error *err) STW_CHECKED;

int stw_parquet_end_rows(struct stw_parquet_writer *writer, uint32_t count,
                         struct stw_error *err) STW_CHECKED;

/* Writes what is left and the footer, and syncs; frees the writer in every case. */
int stw_parquet_finish(struct stw_parquet_writer *writer, uint64_t *size_bytes,
                       struct stw_error *err) STW_CHECKED;
void stw_parquet_abort(struct stw_parquet_writer *writer); /* NULL is fine; the file stays */

#endif
