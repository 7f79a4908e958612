/* Batches to journal records and back; see row_record.h. */
#include "store/row_record.h"

#include "base/memory.h"

#include <zstd.h>

enum { FORM_PLAIN = 0, FORM_ZSTD = 1, ZSTD_LEVEL = 1 };

void stw_row_encoder_init(struct stw_row_encoder *encoder)
{
    memset(encoder, 0, sizeof(*encoder));
    stw_buffer_init(&encoder->body);
    stw_buffer_init(&encoder->payload);
}

void stw_row_encoder_release(struct stw_row_encoder *encoder)
{
    stw_buffer_release(&encoder->body);
    stw_buffer_release(&encoder->payload);
    stw_free(encoder->local);
    stw_free(encoder->keys);
    memset(encoder, 0, sizeof(*encoder));
}

/* ---- Encoding -------------------------------------------------------------------------------- */

static int number_keys(struct stw_row_encoder *encoder, const struct stw_batch *batch,
                       uint32_t series_count, struct stw_error *err)
{
    size_t before = encoder->local_capacity;
    if (!stw_reserve((void **)&encoder->local, &encoder->local_capacity, series_count,
                     sizeof(*encoder->local)) ||
        !stw_reserve((void **)&encoder->keys, &encoder->key_capacity, batch->count,
                     sizeof(*encoder->keys)))
        return stw_fail_memory(err, series_count * sizeof(*encoder->local));
    if (encoder->local_capacity > before)
        memset(encoder->local + before, 0,
               (encoder->local_capacity - before) * sizeof(*encoder->local));
    encoder->key_count = 0;
    for (uint32_t row = 0; row < batch->count; row++) {
        uint32_t *local = &encoder->local[batch->series[row]];
        if (*local == 0) {
            encoder->keys[encoder->key_count++] = batch->series[row];
            *local = encoder->key_count;
        }
    }
    return STW_OK;
}

static void put_presence(struct stw_buffer *out, const uint8_t *present, uint32_t count)
{
    bool full = memchr(present, 0, count) == NULL;
    stw_put_u8(out, full);
    for (uint32_t row = 0; !full && row < count; row += 8) {
        unsigned bits = 0;
        for (uint32_t i = 0; i < 8 && row + i < count; i++)
            bits |= (present[row + i] != 0 ? 1u : 0u) << i;
        stw_put_u8(out, (uint8_t)bits);
    }
}

static void put_words(struct stw_buffer *out, const struct stw_intern *words)
{
    stw_put_varint(out, words->count);
    for (uint32_t word = 0; word < words->count; word++)
        stw_put_bytes(out, words->words[word]);
}

static void put_value(struct stw_buffer *out, const struct stw_batch_column *column, uint32_t row)
{
    switch (column->type) {
    case STW_TYPE_TEXT:
        stw_put_varint(out, column->codes[row]);
        break;
    case STW_TYPE_FLOAT:
        stw_put_u64(out, stw_double_bits(column->floats[row]));
        break;
    case STW_TYPE_DECIMAL:
        stw_put_u8(out, column->scales[row]);
        stw_put_svarint(out, column->ints[row]);
        break;
    default:
        stw_put_svarint(out, column->ints[row]);
        break;
    }
}

static void put_columns(struct stw_buffer *out, const struct stw_batch *batch)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < batch->column_count; i++)
        used += batch->columns[i].used;
    stw_put_varint(out, used);
    for (uint32_t i = 0; i < batch->column_count; i++) {
        const struct stw_batch_column *column = &batch->columns[i];
        if (!column->used)
            continue;
        stw_put_bytes(out, batch->table->columns[i].name);
        stw_put_u8(out, (uint8_t)column->type);
        put_presence(out, column->present, batch->count);
        if (column->type == STW_TYPE_TEXT)
            put_words(out, &column->words);
        for (uint32_t row = 0; row < batch->count; row++) {
            if (column->present[row] != 0)
                put_value(out, column, row);
        }
    }
}

static void put_body(struct stw_row_encoder *encoder, const struct stw_batch *batch,
                     stw_row_key_fn *key_of, void *context)
{
    struct stw_buffer *out = &encoder->body;
    stw_buffer_clear(out);
    stw_put_bytes(out, batch->table->name);
    stw_put_varint(out, batch->count);
    stw_put_varint(out, encoder->key_count);
    for (uint32_t key = 0; key < encoder->key_count; key++)
        stw_put_bytes(out, key_of(context, encoder->keys[key]));
    for (uint32_t row = 0; row < batch->count; row++)
        stw_put_varint(out, encoder->local[batch->series[row]] - 1);
    int64_t before = 0;
    for (uint32_t row = 0; row < batch->count; row++) {
        stw_put_svarint(out, batch->time_ns[row] - before);
        before = batch->time_ns[row];
    }
    put_columns(out, batch);
    for (uint32_t key = 0; key < encoder->key_count; key++)
        encoder->local[encoder->keys[key]] = 0;
}

static int put_payload(struct stw_row_encoder *encoder, struct stw_error *err)
{
    struct stw_buffer *out = &encoder->payload;
    size_t size = encoder->body.size, bound = ZSTD_compressBound(size);
    stw_buffer_clear(out);
    if (size >= STW_ROW_RECORD_PACK_FROM_BYTES) {
        stw_put_u8(out, FORM_ZSTD);
        stw_put_varint(out, size);
        char *room = stw_buffer_room(out, bound);
        size_t packed =
            room == NULL ? 0 : ZSTD_compress(room, bound, encoder->body.data, size, ZSTD_LEVEL);
        if (room != NULL && !ZSTD_isError(packed) && packed < size) {
            out->size += packed;
            return STW_OK;
        }
        stw_buffer_clear(out);
    }
    stw_put_u8(out, FORM_PLAIN);
    stw_put_varint(out, size);
    stw_buffer_add_slice(out, stw_buffer_slice(&encoder->body));
    return stw_buffer_status(out, err);
}

int stw_row_record_encode(struct stw_row_encoder *encoder, const struct stw_batch *batch,
                          uint32_t series_count, stw_row_key_fn *key_of, void *context,
                          struct stw_error *err)
{
    STW_TRY(number_keys(encoder, batch, series_count, err));
    put_body(encoder, batch, key_of, context);
    STW_TRY(stw_buffer_status(&encoder->body, err));
    if (encoder->body.size > STW_ROW_RECORD_BODY_BYTES_MAX) {
        int status =
            stw_fail(err, STW_ERR_LIMIT, "%u rows of '%.*s' are %zu bytes, too many at a time",
                     batch->count, STW_SLICE_ARG(batch->table->name), encoder->body.size);
        stw_error_hint(err, "append fewer rows at a time");
        return status;
    }
    return put_payload(encoder, err);
}

/* ---- Decoding -------------------------------------------------------------------------------- */

static int damaged(const char *what, struct stw_error *err)
{
    return stw_fail(err, STW_ERR_DAMAGED, "a record of rows cannot be understood: %s", what);
}

int stw_row_record_open(struct stw_row_record *record, struct stw_slice payload,
                        struct stw_buffer *body, struct stw_error *err)
{
    struct stw_reader *reader = &record->reader;
    stw_reader_init(reader, payload.data, payload.size);
    uint8_t form = stw_get_u8(reader);
    uint64_t size = stw_get_varint(reader);
    if (reader->failed || form > FORM_ZSTD || size > STW_ROW_RECORD_BODY_BYTES_MAX)
        return damaged("its beginning", err);
    struct stw_slice rest = stw_get_raw(reader, stw_reader_left(reader));
    if (form == FORM_PLAIN && rest.size != size)
        return damaged("its size", err);
    if (form == FORM_ZSTD) {
        stw_buffer_clear(body);
        char *room = stw_buffer_room(body, (size_t)size);
        if (room == NULL)
            return stw_fail_memory(err, size);
        if (ZSTD_decompress(room, (size_t)size, rest.data, rest.size) != size)
            return damaged("it cannot be unpacked", err);
        body->size = (size_t)size;
        rest = stw_buffer_slice(body);
    }
    stw_reader_init(reader, rest.data, rest.size);
    record->table = stw_get_bytes(reader);
    uint64_t rows = stw_get_varint(reader);
    uint64_t keys = stw_get_varint(reader);
    /* A row takes two bytes at least, a key one: no memory is asked for on a wrong number's word.
     */
    if (reader->failed || rows > stw_reader_left(reader) / 2 || keys > stw_reader_left(reader) ||
        keys > rows || (rows > 0 && keys == 0))
        return damaged("its number of rows", err);
    record->row_count = (uint32_t)rows;
    record->key_count = (uint32_t)keys;
    return STW_OK;
}

static int read_series(struct stw_row_record *record, const struct stw_table *table,
                       stw_row_series_fn *series_of, void *context, struct stw_batch *batch,
                       struct stw_error *err)
{
    struct stw_reader *reader = &record->reader;
    uint32_t *ids = stw_alloc(record->key_count, sizeof(*ids));
    if (ids == NULL)
        return stw_fail_memory(err, record->key_count * sizeof(*ids));
    int status = STW_OK;
    for (uint32_t key = 0; status == STW_OK && key < record->key_count; key++) {
        struct stw_slice name = stw_get_bytes(reader);
        status = reader->failed ? damaged("a key", err)
                                : series_of(context, table, name, &ids[key], err);
    }
    for (uint32_t row = 0; status == STW_OK && row < record->row_count; row++) {
        uint64_t key = stw_get_varint(reader);
        if (reader->failed || key >= record->key_count)
            status = damaged("the number of a key", err);
        else
            (void)stw_batch_row(batch, ids[key], 0);
    }
    stw_free(ids);
    STW_TRY(status);
    uint64_t time_ns = 0;
    for (uint32_t row = 0; row < record->row_count; row++) {
        time_ns += (uint64_t)stw_get_svarint(reader); /* wraps where it is damaged: checked later */
        batch->time_ns[row] = (int64_t)time_ns;
    }
    return reader->failed ? damaged("its times", err) : STW_OK;
}

static int read_presence(struct stw_reader *reader, uint8_t *present, uint32_t count,
                         struct stw_error *err)
{
    uint8_t full = stw_get_u8(reader);
    memset(present, 1, count);
    for (uint32_t row = 0; full == 0 && row < count; row += 8) {
        unsigned bits = stw_get_u8(reader);
        for (uint32_t i = 0; i < 8 && row + i < count; i++)
            present[row + i] = (bits >> i & 1) != 0;
    }
    return reader->failed || full > 1 ? damaged("which values there are", err) : STW_OK;
}

/* Words get the codes they had: they are distinct, and come into an empty set in order. */
static int read_words(struct stw_reader *reader, struct stw_intern *words, struct stw_error *err)
{
    uint64_t count = stw_get_varint(reader);
    if (count > stw_reader_left(reader))
        return damaged("its words", err);
    for (uint64_t word = 0; word < count; word++) {
        uint32_t code;
        struct stw_slice text = stw_get_bytes(reader);
        if (reader->failed)
            return damaged("its words", err);
        if (!stw_intern_add(words, text, &code, NULL))
            return stw_fail_memory(err, text.size);
        if (code != word)
            return damaged("a word comes twice", err);
    }
    return STW_OK;
}

static int read_value(struct stw_reader *reader, struct stw_batch_column *column, uint32_t row,
                      struct stw_error *err)
{
    uint64_t bits;
    switch (column->type) {
    case STW_TYPE_TEXT:
        bits = stw_get_varint(reader);
        if (bits >= column->words.count)
            return damaged("the number of a word", err);
        column->codes[row] = (uint32_t)bits;
        break;
    case STW_TYPE_FLOAT:
        bits = stw_get_u64(reader);
        memcpy(&column->floats[row], &bits, sizeof(bits));
        break;
    case STW_TYPE_DECIMAL:
        column->scales[row] = stw_get_u8(reader);
        column->ints[row] = stw_get_svarint(reader);
        if (column->scales[row] > STW_SCALE_MAX)
            return damaged("a scale", err);
        break;
    default:
        column->ints[row] = stw_get_svarint(reader);
        break;
    }
    return STW_OK;
}

static int read_column(struct stw_reader *reader, struct stw_batch *batch, struct stw_error *err)
{
    int number = stw_table_column(batch->table, stw_get_bytes(reader));
    uint8_t type = stw_get_u8(reader);
    if (reader->failed || number < 0 || type != batch->table->columns[number].type)
        return damaged("a column", err);
    struct stw_batch_column *column = &batch->columns[number];
    if (column->used)
        return damaged("a column comes twice", err);
    STW_TRY(stw_batch_use(batch, (uint32_t)number, err));
    STW_TRY(read_presence(reader, column->present, batch->count, err));
    if (column->type == STW_TYPE_TEXT)
        STW_TRY(read_words(reader, &column->words, err));
    for (uint32_t row = 0; row < batch->count; row++) {
        if (column->present[row] != 0)
            STW_TRY(read_value(reader, column, row, err));
    }
    return reader->failed ? damaged("a value", err) : STW_OK;
}

int stw_row_record_read(struct stw_row_record *record, const struct stw_table *table,
                        stw_row_series_fn *series_of, void *context, struct stw_batch *batch,
                        struct stw_error *err)
{
    struct stw_reader *reader = &record->reader;
    STW_TRY(stw_batch_init(batch, table, record->row_count, err));
    STW_TRY(read_series(record, table, series_of, context, batch, err));
    uint64_t columns = stw_get_varint(reader);
    if (columns > table->column_count)
        return damaged("its number of columns", err);
    for (uint64_t column = 0; column < columns; column++)
        STW_TRY(read_column(reader, batch, err));
    return reader->failed || stw_reader_left(reader) > 0 ? damaged("its end", err) : STW_OK;
}
