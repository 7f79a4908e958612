/* The parts of a block's body and what is borrowed; see block_parts.h. Arithmetic is modulo 2^64.
 */
#include "segment/block_parts.h"

bool stw_block_parts_split(struct stw_slice body, uint32_t column_count,
                           struct stw_block_parts *parts)
{
    struct stw_reader reader;
    stw_reader_init(&reader, body.data, body.size);
    uint64_t rows = stw_get_varint(&reader);
    parts->series = stw_get_bytes(&reader);
    parts->times = stw_get_bytes(&reader);
    for (uint32_t i = 0; i < column_count; i++) {
        bool is_there = stw_reader_left(&reader) > 0;
        parts->columns[i] = is_there ? stw_get_bytes(&reader) : (struct stw_slice){0};
    }
    if (reader.failed || stw_reader_left(&reader) != 0 || rows == 0 || rows > STW_RUN_ROWS_MAX)
        return false;
    parts->rows = (uint32_t)rows;
    return true;
}

uint64_t stw_times_back(struct stw_slice times)
{
    struct stw_reader reader;
    stw_reader_init(&reader, times.data, times.size);
    if (stw_get_u8(&reader) != STW_TIMES_BORROWED)
        return 0;
    uint64_t back = stw_get_varint(&reader);
    return reader.failed || stw_reader_left(&reader) != 0 ? 0 : back;
}

uint64_t stw_column_back(struct stw_slice column, enum stw_type type)
{
    struct stw_borrowed_column head;
    struct stw_reader reader;
    stw_reader_init(&reader, column.data, column.size);
    if (stw_get_u8(&reader) != STW_MISSING_BORROWED ||
        !stw_borrowed_column_get(&reader, type, &head))
        return 0;
    return head.back;
}

/* Decimals, whole numbers and times; yes/no is small by itself. */
static bool has_relations(enum stw_type type)
{
    return type == STW_TYPE_DECIMAL || type == STW_TYPE_INT || type == STW_TYPE_TIME;
}

bool stw_column_lends(struct stw_slice column, enum stw_type type)
{
    return has_relations(type) && column.size > 0 && column.data[0] == STW_MISSING_NONE;
}

void stw_borrowed_times_put(uint64_t back, struct stw_buffer *out)
{
    stw_put_u8(out, STW_TIMES_BORROWED);
    stw_put_varint(out, back);
}

void stw_borrowed_column_put(const struct stw_borrowed_column *column, enum stw_type type,
                             struct stw_buffer *out)
{
    stw_put_u8(out, STW_MISSING_BORROWED);
    if (type == STW_TYPE_DECIMAL)
        stw_put_u8(out, column->scale);
    stw_put_varint(out, column->back);
    stw_put_u8(out, (uint8_t)column->relation);
    stw_put_svarint(out, column->first);
}

bool stw_borrowed_column_get(struct stw_reader *reader, enum stw_type type,
                             struct stw_borrowed_column *column)
{
    column->scale = type == STW_TYPE_DECIMAL ? stw_get_u8(reader) : 0;
    column->back = stw_get_varint(reader);
    uint8_t relation = stw_get_u8(reader);
    column->first = stw_get_svarint(reader);
    column->relation = relation;
    return !reader->failed && has_relations(type) && relation < STW_RELATION_COUNT &&
           column->back > 0;
}

void stw_relation_take(enum stw_relation relation, const int64_t *lent, const int64_t *values,
                       uint32_t count, int64_t *residuals)
{
    const uint64_t *a = (const uint64_t *)lent;
    const uint64_t *v = (const uint64_t *)values;
    uint64_t *r = (uint64_t *)residuals;
    if (relation == STW_RELATION_SAME)
        for (uint32_t i = 1; i < count; i++)
            r[i - 1] = v[i] - a[i];
    else if (relation == STW_RELATION_BEFORE)
        for (uint32_t i = 1; i < count; i++)
            r[i - 1] = v[i] - a[i - 1];
    else if (relation == STW_RELATION_RISE)
        for (uint32_t i = 1; i < count; i++)
            r[i - 1] = v[i] - (a[i] - a[i - 1]);
    else
        for (uint32_t i = 1; i < count; i++)
            r[i - 1] = v[i] - v[i - 1] - a[i];
}

void stw_relation_add(enum stw_relation relation, const int64_t *lent, int64_t *values,
                      uint32_t count)
{
    const uint64_t *a = (const uint64_t *)lent;
    uint64_t *v = (uint64_t *)values;
    if (relation == STW_RELATION_SAME)
        for (uint32_t i = 1; i < count; i++)
            v[i] += a[i];
    else if (relation == STW_RELATION_BEFORE)
        for (uint32_t i = 1; i < count; i++)
            v[i] += a[i - 1];
    else if (relation == STW_RELATION_RISE)
        for (uint32_t i = 1; i < count; i++)
            v[i] += a[i] - a[i - 1];
    else
        for (uint32_t i = 1; i < count; i++)
            v[i] += v[i - 1] + a[i];
}
