/* What the parts of the Parquet writer share. */
#ifndef STW_PARQUET_PARQUET_INSIDE_H
#define STW_PARQUET_PARQUET_INSIDE_H

#include "base/hash.h"
#include "parquet/parquet.h"
#include "parquet/thrift.h"

#include <zstd.h>

enum { STW_PARQUET_PAGE_ROWS = 32 * 1024, STW_PARQUET_STATISTIC_BYTES_MAX = 64 };

/* Physical types; the numbers are the format's. */
enum stw_parquet_physical {
    STW_PHYSICAL_BOOLEAN = 0,
    STW_PHYSICAL_INT64 = 2,
    STW_PHYSICAL_DOUBLE = 5,
    STW_PHYSICAL_BYTES = 6,
    STW_PHYSICAL_FIXED = 7
};

/* A column's rows of the open row group. */
struct stw_parquet_chunk {
    uint8_t *present; /* by row */
    uint32_t rows;
    bool any_null;
    uint32_t values; /* rows that have one: what the arrays below hold */
    int64_t *ints;
    double *floats;
    stw_int128 *wides;
    uint32_t *codes; /* into words */
    struct stw_intern words;
    size_t text_bytes; /* of the words */
    size_t present_capacity, ints_capacity, floats_capacity, wides_capacity, codes_capacity;
};

/* Where a column chunk came to lie; for the footer. */
struct stw_parquet_place {
    int64_t dictionary_at; /* -1: none */
    int64_t data_at;
    int64_t size;          /* with page headers, compressed */
    int64_t unpacked_size; /* with page headers */
    uint32_t rows;
    uint32_t nulls;
    int encoding;
    bool has_bounds;
    struct stw_slice least, greatest; /* plain, in the writer's arena */
};

struct stw_parquet_group {
    struct stw_parquet_place *columns;
    uint32_t rows;
};

struct stw_parquet_writer {
    struct stw_parquet_spec spec;
    struct stw_file file;
    uint64_t at; /* of the next byte in the file */
    struct stw_arena arena;
    struct stw_parquet_chunk *chunks;
    uint32_t rows; /* of the open row group */
    struct stw_parquet_group *groups;
    size_t group_capacity;
    uint32_t group_count;
    uint64_t row_count;
    struct stw_buffer out;    /* a column chunk: pages with their headers */
    struct stw_buffer page;   /* before compression */
    struct stw_buffer packed; /* after it */
    uint32_t *scratch;        /* STW_PARQUET_PAGE_ROWS: levels; codes of a piece */
    ZSTD_CCtx *zstd;
};

enum stw_parquet_physical stw_parquet_physical_of(const struct stw_parquet_column *column);

/* parquet_chunk.c: writer->out gets the pages of a chunk; `place` all but the bounds. */
int stw_parquet_put_chunk(struct stw_parquet_writer *writer, uint32_t column,
                          struct stw_parquet_place *place, struct stw_error *err) STW_CHECKED;

/* parquet_chunk.c: least and greatest value of a chunk, into `place`. */
int stw_parquet_bounds(struct stw_parquet_writer *writer, uint32_t column,
                       struct stw_parquet_place *place, struct stw_error *err) STW_CHECKED;

/* parquet_footer.c */
void stw_parquet_put_footer(const struct stw_parquet_writer *writer, struct stw_buffer *out);

#endif
