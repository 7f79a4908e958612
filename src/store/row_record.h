/*
 * Rows of one table as the payload of a journal record: what a batch holds, with series keys in the
 * place of ids, so that a record is understood without any other.
 *
 *     payload   form u8 (0 plain, 1 zstd), varint size of the body, the body or its zstd frame
 *     body      table name; varint rows; varint keys, each key; for every row: varint number of its
 *               key; for every row: svarint time less the time of the row before; varint columns,
 *               then each: name, type u8, full u8, values
 *     values    unless full: a bit a row, lowest first, set where there is a value. Then for each
 *               value: decimal: scale u8, svarint; int, bool, time: svarint; float: 8 bytes; text:
 *               varint number of its word, after varint words and each word
 *
 * Names, keys and words have their size before them as a varint; varint and svarint are
 * base/bits.h's.
 */
#ifndef STW_STORE_ROW_RECORD_H
#define STW_STORE_ROW_RECORD_H

#include "base/bits.h"
#include "store/batch.h"

enum {
    STW_ROW_RECORD_BODY_BYTES_MAX = 64 << 20, /* unpacked */
    STW_ROW_RECORD_PACK_FROM_BYTES = 256      /* shorter bodies stay plain */
};

/* Keys of series in a batch, by whoever gave the ids out. */
typedef struct stw_slice stw_row_key_fn(void *context, uint32_t series);

/* Working memory, used again from record to record. */
struct stw_row_encoder {
    struct stw_buffer body;
    struct stw_buffer payload; /* the result, until the next call */
    uint32_t *local;           /* by series id: number in the record + 1, or 0 */
    size_t local_capacity;
    uint32_t *keys; /* series ids in the order of their numbers */
    size_t key_capacity;
    uint32_t key_count;
};
void stw_row_encoder_init(struct stw_row_encoder *encoder);
void stw_row_encoder_release(struct stw_row_encoder *encoder);

/* `series_count`: the batch's ids are below it. STW_ERR_LIMIT for a body that is too long. */
int stw_row_record_encode(struct stw_row_encoder *encoder, const struct stw_batch *batch,
                          uint32_t series_count, stw_row_key_fn *key_of, void *context,
                          struct stw_error *err) STW_CHECKED;

/* A record opened: what its first part says. The slices point into `body`. */
struct stw_row_record {
    struct stw_slice table;
    uint32_t row_count;
    uint32_t key_count;
    struct stw_reader reader; /* at the first key */
};

/* Unpacks the payload into `body`, which must stay. STW_ERR_DAMAGED when it makes no sense. */
int stw_row_record_open(struct stw_row_record *record, struct stw_slice payload,
                        struct stw_buffer *body, struct stw_error *err) STW_CHECKED;

/* The id of a key. */
typedef int stw_row_series_fn(void *context, const struct stw_table *table, struct stw_slice key,
                              uint32_t *series, struct stw_error *err);

/* Makes a batch of the rows; the caller releases it, after a failure as well. Columns that the
 * table lacks, or has with another type, are STW_ERR_DAMAGED. */
int stw_row_record_read(struct stw_row_record *record, const struct stw_table *table,
                        stw_row_series_fn *series_of, void *context, struct stw_batch *batch,
                        struct stw_error *err) STW_CHECKED;

#endif
