/*
 * Parquet's encodings of a page's values: bytes appended to a buffer. Source: the Apache Parquet
 * format specification, "Encodings".
 */
#ifndef STW_PARQUET_PARQUET_ENCODE_H
#define STW_PARQUET_PARQUET_ENCODE_H

#include "base/bits.h"

/* The numbers are the format's. */
enum stw_parquet_encoding {
    STW_PARQUET_PLAIN = 0,
    STW_PARQUET_RLE = 3,
    STW_PARQUET_DELTA = 5, /* DELTA_BINARY_PACKED */
    STW_PARQUET_DICTIONARY = 8
};

/* Values below 2^width in runs: repeated ones by count, others packed in groups of eight. */
void stw_parquet_put_hybrid(struct stw_buffer *out, const uint32_t *values, uint32_t count,
                            unsigned width);

/* Which rows have a value (a byte each), as definition levels 1 and 0 behind their size. NULL: all
 * have one. */
void stw_parquet_put_levels(struct stw_buffer *out, const uint8_t *present, uint32_t count,
                            uint32_t *scratch);

/* DELTA_BINARY_PACKED, modulo 2^64. */
void stw_parquet_put_deltas(struct stw_buffer *out, const int64_t *values, uint32_t count);

#endif
