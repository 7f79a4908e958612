/*
 * Any bytes as the values of a record of a log, as the store keeps them: read by fields of every
 * type or refused with words, and what was read is written and read again as the same.
 */
#include "ingest/fold_cells.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 6 };

static const struct stw_map_field fields[FIELDS] = {
    {.name = {"d", 1}, .type = STW_TYPE_DECIMAL}, {.name = {"f", 1}, .type = STW_TYPE_FLOAT},
    {.name = {"i", 1}, .type = STW_TYPE_INT},     {.name = {"b", 1}, .type = STW_TYPE_BOOL},
    {.name = {"s", 1}, .type = STW_TYPE_TIME},    {.name = {"t", 1}, .type = STW_TYPE_TEXT}};

static bool same(enum stw_type type, const struct stw_cell_value *a, const struct stw_cell_value *b)
{
    if (!a->present || !b->present)
        return a->present == b->present;
    switch (type) {
    case STW_TYPE_DECIMAL:
        return a->decimal.value == b->decimal.value && a->decimal.scale == b->decimal.scale;
    case STW_TYPE_FLOAT: /* a NaN is a NaN */
        return memcmp(&a->real, &b->real, sizeof(a->real)) == 0 || a->real != a->real;
    case STW_TYPE_TEXT:
        return stw_slice_equal(a->text, b->text);
    default:
        return a->whole == b->whole;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct stw_map_field *list[FIELDS];
    const struct stw_cell_value *values[FIELDS];
    struct stw_cell_value first[FIELDS], again[FIELDS];
    struct stw_fold_cells reader, second;
    struct stw_error err = {.what = ""};
    struct stw_buffer written;
    if (size > STW_FOLD_CELLS_BYTES_MAX)
        return 0;
    stw_fold_cells_init(&reader);
    stw_fold_cells_init(&second);
    stw_buffer_init(&written);
    int status = stw_fold_cells_read(&reader, (struct stw_slice){(const char *)data, size}, fields,
                                     FIELDS, first, &err);
    assert(status == STW_OK || err.what[0] != '\0');
    for (uint32_t i = 0; i < FIELDS; i++) {
        list[i] = &fields[i];
        values[i] = &first[i];
    }
    if (status == STW_OK) {
        stw_fold_cells_write(&written, list, values, FIELDS);
        status =
            stw_fold_cells_read(&second, stw_buffer_slice(&written), fields, FIELDS, again, &err);
        assert(status == STW_OK);
        for (uint32_t i = 0; i < FIELDS; i++)
            assert(same(fields[i].type, &first[i], &again[i]));
    }
    stw_buffer_release(&written);
    stw_fold_cells_release(&reader);
    stw_fold_cells_release(&second);
    return 0;
}
