/* The writer: rows gathered into row groups, row groups into a file; see parquet.h. */
#include "parquet/parquet_inside.h"

#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>

enum { ZSTD_LEVEL = 3 };

static const char magic[] = "PAR1";
enum { MAGIC_SIZE = 4 };

enum stw_parquet_physical stw_parquet_physical_of(const struct stw_parquet_column *column)
{
    switch (column->type) {
    case STW_PARQUET_BOOL:
        return STW_PHYSICAL_BOOLEAN;
    case STW_PARQUET_FLOAT:
        return STW_PHYSICAL_DOUBLE;
    case STW_PARQUET_TEXT:
        return STW_PHYSICAL_BYTES;
    case STW_PARQUET_DECIMAL:
        return column->wide ? STW_PHYSICAL_FIXED : STW_PHYSICAL_INT64;
    case STW_PARQUET_INT:
    case STW_PARQUET_TIME:
        break;
    }
    return STW_PHYSICAL_INT64;
}

static int append(struct stw_parquet_writer *writer, const void *bytes, size_t size,
                  struct stw_error *err)
{
    STW_TRY(stw_file_write(&writer->file, writer->at, bytes, size, err));
    writer->at += size;
    return STW_OK;
}

int stw_parquet_open(struct stw_parquet_writer **out, const struct stw_io *io, const char *path,
                     const struct stw_parquet_spec *spec, struct stw_error *err)
{
    assert(spec->column_count > 0 && spec->column_count <= STW_PARQUET_COLUMNS_MAX);
    struct stw_parquet_writer *writer = stw_alloc_zero(1, sizeof(*writer));
    if (writer == NULL)
        return stw_fail_memory(err, sizeof(*writer));
    writer->spec = *spec;
    writer->file.fd = -1;
    stw_arena_init(&writer->arena);
    stw_buffer_init(&writer->out);
    stw_buffer_init(&writer->page);
    stw_buffer_init(&writer->packed);
    writer->chunks = stw_alloc_zero(spec->column_count, sizeof(*writer->chunks));
    writer->scratch = stw_alloc(STW_PARQUET_PAGE_ROWS, sizeof(*writer->scratch));
    writer->zstd = ZSTD_createCCtx();
    for (uint32_t i = 0; writer->chunks != NULL && i < spec->column_count; i++)
        stw_intern_init(&writer->chunks[i].words);
    int status = STW_OK;
    if (writer->chunks == NULL || writer->scratch == NULL || writer->zstd == NULL)
        status = stw_fail_memory(err, STW_PARQUET_PAGE_ROWS);
    else
        ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    if (status == STW_OK)
        status = stw_file_open(&writer->file, io, path, STW_FILE_CREATE, err);
    if (status == STW_OK)
        status = append(writer, magic, MAGIC_SIZE, err);
    if (status == STW_OK)
        *out = writer;
    else
        stw_parquet_abort(writer);
    return status;
}

void stw_parquet_abort(struct stw_parquet_writer *writer)
{
    if (writer == NULL)
        return;
    for (uint32_t i = 0; writer->chunks != NULL && i < writer->spec.column_count; i++) {
        struct stw_parquet_chunk *chunk = &writer->chunks[i];
        stw_free(chunk->present);
        stw_free(chunk->ints);
        stw_free(chunk->floats);
        stw_free(chunk->wides);
        stw_free(chunk->codes);
        stw_intern_release(&chunk->words);
    }
    stw_file_close(&writer->file);
    stw_free(writer->chunks);
    stw_free(writer->scratch);
    stw_free(writer->groups);
    ZSTD_freeCCtx(writer->zstd);
    stw_buffer_release(&writer->out);
    stw_buffer_release(&writer->page);
    stw_buffer_release(&writer->packed);
    stw_arena_release(&writer->arena);
    stw_free(writer);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* Notes which of the next rows have a value. */
static int add_presence(struct stw_parquet_writer *writer, uint32_t column, const uint8_t *present,
                        uint32_t count, struct stw_error *err)
{
    struct stw_parquet_chunk *chunk = &writer->chunks[column];
    assert(count <= STW_PARQUET_PIECE_ROWS_MAX && chunk->rows == writer->rows);
    if (!stw_reserve((void **)&chunk->present, &chunk->present_capacity, chunk->rows + count, 1))
        return stw_fail_memory(err, count);
    for (uint32_t i = 0; i < count; i++) {
        bool has = present == NULL || present[i] != 0;
        assert(has || writer->spec.columns[column].optional);
        chunk->present[chunk->rows + i] = has;
        chunk->any_null |= !has;
    }
    chunk->rows += count;
    return STW_OK;
}

static bool has_value(const uint8_t *present, uint32_t row)
{
    return present == NULL || present[row] != 0;
}

static int fail_digits(const struct stw_parquet_column *column, struct stw_decimal value,
                       struct stw_error *err)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    stw_decimal_format(value, true, text);
    return stw_fail(err, STW_ERR_LIMIT, "%s does not fit the decimals of column '%.*s' (scale %d)",
                    text, STW_SLICE_ARG(column->name), column->scale);
}

static int add_wides(struct stw_parquet_writer *writer, uint32_t column, const int64_t *values,
                     int scale, const uint8_t *present, uint32_t count, struct stw_error *err)
{
    struct stw_parquet_chunk *chunk = &writer->chunks[column];
    const struct stw_parquet_column *spec = &writer->spec.columns[column];
    if (!stw_reserve((void **)&chunk->wides, &chunk->wides_capacity, chunk->values + count,
                     sizeof(*chunk->wides)))
        return stw_fail_memory(err, count * sizeof(*chunk->wides));
    for (uint32_t i = 0; i < count; i++) {
        struct stw_decimal value = {values[i], scale};
        if (!has_value(present, i))
            continue;
        /* Any int64 with 18 decimals has at most 37 digits. */
        if (!stw_wide_rescale(stw_wide_of(value), spec->scale, &chunk->wides[chunk->values]))
            return fail_digits(spec, value, err);
        chunk->values++;
    }
    return STW_OK;
}

int stw_parquet_add_ints(struct stw_parquet_writer *writer, uint32_t column, const int64_t *values,
                         int scale, const uint8_t *present, uint32_t count, struct stw_error *err)
{
    struct stw_parquet_chunk *chunk = &writer->chunks[column];
    const struct stw_parquet_column *spec = &writer->spec.columns[column];
    STW_TRY(add_presence(writer, column, present, count, err));
    if (spec->wide)
        return add_wides(writer, column, values, scale, present, count, err);
    if (!stw_reserve((void **)&chunk->ints, &chunk->ints_capacity, chunk->values + count,
                     sizeof(*chunk->ints)))
        return stw_fail_memory(err, count * sizeof(*chunk->ints));
    const int64_t limit = stw_pow10(STW_PARQUET_PRECISION);
    for (uint32_t i = 0; i < count; i++) {
        if (!has_value(present, i))
            continue;
        int64_t value = values[i];
        struct stw_decimal decimal = {value, scale};
        if (spec->type == STW_PARQUET_DECIMAL &&
            (!stw_decimal_rescale(decimal, spec->scale, &value) || value >= limit ||
             value <= -limit))
            return fail_digits(spec, decimal, err);
        chunk->ints[chunk->values++] = value;
    }
    return STW_OK;
}

int stw_parquet_add_floats(struct stw_parquet_writer *writer, uint32_t column, const double *values,
                           const uint8_t *present, uint32_t count, struct stw_error *err)
{
    struct stw_parquet_chunk *chunk = &writer->chunks[column];
    STW_TRY(add_presence(writer, column, present, count, err));
    if (!stw_reserve((void **)&chunk->floats, &chunk->floats_capacity, chunk->values + count,
                     sizeof(*chunk->floats)))
        return stw_fail_memory(err, count * sizeof(*chunk->floats));
    for (uint32_t i = 0; i < count; i++)
        if (has_value(present, i))
            chunk->floats[chunk->values++] = values[i];
    return STW_OK;
}

int stw_parquet_add_texts(struct stw_parquet_writer *writer, uint32_t column,
                          const struct stw_slice *words, uint32_t word_count, const uint32_t *codes,
                          const uint8_t *present, uint32_t count, struct stw_error *err)
{
    struct stw_parquet_chunk *chunk = &writer->chunks[column];
    STW_TRY(add_presence(writer, column, present, count, err));
    if (!stw_reserve((void **)&chunk->codes, &chunk->codes_capacity, chunk->values + count,
                     sizeof(*chunk->codes)))
        return stw_fail_memory(err, count * sizeof(*chunk->codes));
    /* Word of the piece -> word of the chunk; a piece's words may outnumber its rows. */
    uint32_t *known = word_count <= STW_PARQUET_PAGE_ROWS ? writer->scratch : NULL;
    for (uint32_t i = 0; known != NULL && i < word_count; i++)
        known[i] = STW_INTERN_NONE;
    for (uint32_t i = 0; i < count; i++) {
        if (!has_value(present, i))
            continue;
        uint32_t code = codes == NULL ? 0 : codes[i];
        uint32_t number = known == NULL ? STW_INTERN_NONE : known[code];
        bool added = false;
        if (number == STW_INTERN_NONE &&
            !stw_intern_add(&chunk->words, words[code], &number, &added))
            return stw_fail_memory(err, words[code].size);
        chunk->text_bytes += added ? words[code].size : 0;
        if (known != NULL)
            known[code] = number;
        chunk->codes[chunk->values++] = number;
    }
    return STW_OK;
}

/* ---- Row groups ------------------------------------------------------------------------------ */

static void clear_chunk(struct stw_parquet_chunk *chunk)
{
    chunk->rows = chunk->values = 0;
    chunk->any_null = false;
    chunk->text_bytes = 0;
    stw_intern_clear(&chunk->words);
}

static int write_group(struct stw_parquet_writer *writer, struct stw_error *err)
{
    uint32_t column_count = writer->spec.column_count;
    if (writer->rows == 0)
        return STW_OK;
    struct stw_parquet_place *places =
        STW_ARENA_ARRAY(&writer->arena, struct stw_parquet_place, column_count);
    if (places == NULL || !stw_reserve((void **)&writer->groups, &writer->group_capacity,
                                       writer->group_count + 1u, sizeof(*writer->groups)))
        return stw_fail_memory(err, column_count * sizeof(*places));
    for (uint32_t i = 0; i < column_count; i++) {
        assert(writer->chunks[i].rows == writer->rows);
        stw_buffer_clear(&writer->out);
        STW_TRY(stw_parquet_put_chunk(writer, i, &places[i], err));
        STW_TRY(stw_parquet_bounds(writer, i, &places[i], err));
        STW_TRY(append(writer, writer->out.data, writer->out.size, err));
        clear_chunk(&writer->chunks[i]);
    }
    writer->groups[writer->group_count++] = (struct stw_parquet_group){places, writer->rows};
    writer->row_count += writer->rows;
    writer->rows = 0;
    return STW_OK;
}

int stw_parquet_end_rows(struct stw_parquet_writer *writer, uint32_t count, struct stw_error *err)
{
    size_t text_bytes = 0;
    writer->rows += count;
    for (uint32_t i = 0; i < writer->spec.column_count; i++) {
        assert(writer->chunks[i].rows == writer->rows);
        text_bytes += writer->chunks[i].text_bytes;
    }
    bool full = writer->rows + STW_PARQUET_PIECE_ROWS_MAX > STW_PARQUET_GROUP_ROWS ||
                text_bytes > STW_PARQUET_GROUP_TEXT_BYTES;
    return full ? write_group(writer, err) : STW_OK;
}

static int write_footer(struct stw_parquet_writer *writer, struct stw_error *err)
{
    struct stw_buffer footer;
    stw_buffer_init(&footer);
    stw_parquet_put_footer(writer, &footer);
    stw_put_u32(&footer, (uint32_t)footer.size);
    stw_buffer_add(&footer, magic, MAGIC_SIZE);
    int status = stw_buffer_status(&footer, err);
    if (status == STW_OK)
        status = append(writer, footer.data, footer.size, err);
    if (status == STW_OK)
        status = stw_file_sync(&writer->file, err);
    stw_buffer_release(&footer);
    return status;
}

int stw_parquet_finish(struct stw_parquet_writer *writer, uint64_t *size_bytes,
                       struct stw_error *err)
{
    int status = write_group(writer, err);
    if (status == STW_OK)
        status = write_footer(writer, err);
    *size_bytes = writer->at;
    stw_parquet_abort(writer);
    return status;
}
