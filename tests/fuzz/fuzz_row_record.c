/*
 * Records of rows: the input is a payload. What is read as rows is written again and read again:
 * the two must be the same rows, value for value.
 */
#include "store/row_record.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int give_series(void *context, const struct stw_table *table, struct stw_slice key,
                       uint32_t *series, struct stw_error *err)
{
    (void)table;
    return stw_intern_add(context, key, series, NULL) ? STW_OK : stw_fail_memory(err, key.size);
}

static struct stw_slice key_of(void *context, uint32_t series)
{
    return ((const struct stw_intern *)context)->words[series];
}

static int read_rows(const struct stw_schema *schema, struct stw_slice payload,
                     struct stw_intern *keys, struct stw_batch *batch)
{
    struct stw_row_record record;
    struct stw_buffer body;
    stw_buffer_init(&body);
    int status = stw_row_record_open(&record, payload, &body, NULL);
    const struct stw_table *table = status == STW_OK ? stw_schema_find(schema, record.table) : NULL;
    if (status == STW_OK)
        status = table == NULL
                     ? STW_ERR_DAMAGED
                     : stw_row_record_read(&record, table, give_series, keys, batch, NULL);
    stw_buffer_release(&body);
    return status;
}

static void compare_columns(const struct stw_batch_column *a, const struct stw_batch_column *b,
                            uint32_t rows)
{
    if (a->used != b->used)
        abort();
    for (uint32_t row = 0; a->used && row < rows; row++) {
        if (a->present[row] != b->present[row])
            abort();
        if (a->present[row] == 0)
            continue;
        if (a->type == STW_TYPE_TEXT &&
            !stw_slice_equal(a->words.words[a->codes[row]], b->words.words[b->codes[row]]))
            abort();
        if (a->floats != NULL && memcmp(&a->floats[row], &b->floats[row], sizeof(double)) != 0)
            abort();
        if (a->ints != NULL && a->ints[row] != b->ints[row])
            abort();
        if (a->scales != NULL && a->scales[row] != b->scales[row])
            abort();
    }
}

static void write_again(const struct stw_schema *schema, const struct stw_batch *batch,
                        struct stw_intern *keys)
{
    struct stw_row_encoder encoder;
    struct stw_batch again = {0};
    stw_row_encoder_init(&encoder);
    if (stw_row_record_encode(&encoder, batch, keys->count, key_of, keys, NULL) != STW_OK ||
        read_rows(schema, stw_buffer_slice(&encoder.payload), keys, &again) != STW_OK ||
        again.count != batch->count)
        abort();
    for (uint32_t row = 0; row < batch->count; row++) {
        if (again.series[row] != batch->series[row] || again.time_ns[row] != batch->time_ns[row])
            abort();
    }
    for (uint32_t i = 0; i < batch->column_count; i++)
        compare_columns(&batch->columns[i], &again.columns[i], batch->count);
    stw_batch_release(&again);
    stw_row_encoder_release(&encoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stw_schema *schema; /* parsed once: it takes longer than all the rest */
    struct stw_batch batch = {0};
    struct stw_intern keys;
    if (schema == NULL &&
        stw_schema_parse(&schema, "builtin", stw_schema_builtin(), NULL) != STW_OK)
        abort();
    stw_intern_init(&keys);
    if (read_rows(schema, (struct stw_slice){(const char *)data, size}, &keys, &batch) == STW_OK)
        write_again(schema, &batch, &keys);
    stw_batch_release(&batch);
    stw_intern_release(&keys);
    return 0;
}
