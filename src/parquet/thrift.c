/* Thrift's compact protocol; see thrift.h. */
#include "parquet/thrift.h"

#include <assert.h>

enum { TRUE_FIELD = 1, FALSE_FIELD = 2, SHORT_LIST_MAX = 14, SHORT_STEP_MAX = 15 };

static void open_struct(struct stw_thrift *thrift)
{
    assert(thrift->depth < STW_THRIFT_DEPTH_MAX);
    thrift->last[thrift->depth++] = 0;
}

static void put_field(struct stw_thrift *thrift, int id, int type)
{
    int *last = &thrift->last[thrift->depth - 1];
    int step = id - *last;
    assert(step > 0);
    if (step <= SHORT_STEP_MAX) {
        stw_put_u8(thrift->out, (uint8_t)(step << 4 | type));
    } else {
        stw_put_u8(thrift->out, (uint8_t)type);
        stw_put_svarint(thrift->out, id);
    }
    *last = id;
}

void stw_thrift_init(struct stw_thrift *thrift, struct stw_buffer *out)
{
    thrift->out = out;
    thrift->depth = 0;
    open_struct(thrift);
}

void stw_thrift_int(struct stw_thrift *thrift, int id, enum stw_thrift_type type, int64_t value)
{
    put_field(thrift, id, type);
    stw_put_svarint(thrift->out, value);
}

void stw_thrift_bool(struct stw_thrift *thrift, int id, bool value)
{
    put_field(thrift, id, value ? TRUE_FIELD : FALSE_FIELD);
}

void stw_thrift_bytes(struct stw_thrift *thrift, int id, struct stw_slice value)
{
    put_field(thrift, id, STW_THRIFT_BYTES);
    stw_put_bytes(thrift->out, value);
}

void stw_thrift_list(struct stw_thrift *thrift, int id, enum stw_thrift_type of, uint32_t count)
{
    put_field(thrift, id, STW_THRIFT_LIST);
    if (count <= SHORT_LIST_MAX) {
        stw_put_u8(thrift->out, (uint8_t)(count << 4 | of));
    } else {
        stw_put_u8(thrift->out, (uint8_t)(0xF0 | of));
        stw_put_varint(thrift->out, count);
    }
}

void stw_thrift_begin(struct stw_thrift *thrift, int id)
{
    put_field(thrift, id, STW_THRIFT_STRUCT);
    open_struct(thrift);
}

void stw_thrift_element_int(struct stw_thrift *thrift, int64_t value)
{
    stw_put_svarint(thrift->out, value);
}

void stw_thrift_element_bytes(struct stw_thrift *thrift, struct stw_slice value)
{
    stw_put_bytes(thrift->out, value);
}

void stw_thrift_element_begin(struct stw_thrift *thrift)
{
    open_struct(thrift);
}

void stw_thrift_end(struct stw_thrift *thrift)
{
    assert(thrift->depth > 0);
    stw_put_u8(thrift->out, 0);
    thrift->depth--;
}
