/* Lists as columns; see columns.h. */
#include "store/columns.h"

enum { ZSTD_LEVEL = 9, PLANES_GAIN_PERCENT = 0 };

void stw_columns_init(struct stw_columns *columns)
{
    memset(columns, 0, sizeof(*columns));
    stw_arena_init(&columns->arena);
    stw_buffer_init(&columns->piece);
}

void stw_columns_release(struct stw_columns *columns)
{
    stw_encoder_free(columns->encoder);
    stw_decoder_free(columns->decoder);
    stw_arena_release(&columns->arena);
    stw_buffer_release(&columns->piece);
}

void stw_columns_forget(struct stw_columns *columns)
{
    stw_arena_clear(&columns->arena);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static bool has_encoder(struct stw_columns *columns, struct stw_buffer *out)
{
    if (columns->encoder == NULL)
        columns->encoder = stw_encoder_create(ZSTD_LEVEL, PLANES_GAIN_PERCENT);
    out->failed |= columns->encoder == NULL;
    stw_buffer_clear(&columns->piece);
    columns->piece.failed = false;
    return columns->encoder != NULL;
}

/* False: memory. The encoder's own buffers remember a failure, so that it is of no more use. */
static bool put_piece(struct stw_columns *columns, struct stw_buffer *out)
{
    stw_put_bytes(out, stw_buffer_slice(&columns->piece));
    stw_buffer_clear(&columns->piece);
    if (!columns->piece.failed)
        return true;
    out->failed = true;
    stw_encoder_free(columns->encoder);
    columns->encoder = NULL;
    return false;
}

void stw_columns_put_integers(struct stw_columns *columns, const int64_t *values, uint32_t count,
                              struct stw_buffer *out)
{
    if (!has_encoder(columns, out))
        return;
    for (uint32_t done = 0, size; done < count; done += size) {
        size = count - done < STW_CODEC_VALUES_MAX ? count - done : STW_CODEC_VALUES_MAX;
        stw_integers_encode(columns->encoder, values + done, size, &columns->piece);
        if (!put_piece(columns, out))
            return;
    }
}

/* How many of the words make the next piece. */
static uint32_t words_of_piece(const struct stw_slice *words, uint32_t count)
{
    size_t bytes = 0;
    uint32_t taken = 0;
    while (taken < count && taken < STW_CODEC_VALUES_MAX &&
           (taken == 0 || bytes + words[taken].size <= STW_MANIFEST_WORDS_MAX))
        bytes += words[taken++].size;
    return taken;
}

void stw_columns_put_words(struct stw_columns *columns, const struct stw_slice *words,
                           uint32_t count, struct stw_buffer *out)
{
    if (!has_encoder(columns, out))
        return;
    for (uint32_t done = 0, size; done < count; done += size) {
        size = words_of_piece(words + done, count - done);
        stw_words_encode(columns->encoder, words + done, size, &columns->piece);
        if (!put_piece(columns, out))
            return;
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Whether `columns` lists of so many entries may be in what is left: a piece has two bytes. */
static bool is_plausible(const struct stw_reader *reader, uint64_t count, uint32_t columns)
{
    uint64_t pieces = (count + STW_CODEC_VALUES_MAX - 1) / STW_CODEC_VALUES_MAX;
    return !reader->failed && count <= STW_MANIFEST_LIST_MAX &&
           2 * pieces * columns <= stw_reader_left(reader);
}

static int need_decoder(struct stw_columns *columns)
{
    if (columns->decoder == NULL)
        columns->decoder = stw_decoder_create();
    return columns->decoder == NULL ? STW_ERR_MEMORY : STW_OK;
}

int stw_columns_get_integers(struct stw_columns *columns, struct stw_reader *reader,
                             int64_t *values, uint32_t count)
{
    STW_TRY(need_decoder(columns));
    for (uint32_t done = 0, size; done < count; done += size) {
        size = count - done < STW_CODEC_VALUES_MAX ? count - done : STW_CODEC_VALUES_MAX;
        struct stw_slice piece = stw_get_bytes(reader);
        if (reader->failed || !stw_integers_decode(columns->decoder, piece, values + done, size))
            return STW_ERR_DAMAGED;
    }
    return STW_OK;
}

/* One piece of at most `left` words; *count: how many it has. */
static int get_piece(struct stw_columns *columns, struct stw_slice piece, uint32_t left,
                     struct stw_slice *words, uint32_t *count)
{
    if (!stw_words_count(piece, count) || *count == 0 || *count > left ||
        *count > STW_CODEC_VALUES_MAX)
        return STW_ERR_DAMAGED;
    if (!stw_words_decode(columns->decoder, piece, STW_CODEC_WORDS_SIZE_MAX, &columns->piece, words,
                          *count))
        return columns->piece.failed ? STW_ERR_MEMORY : STW_ERR_DAMAGED;
    for (uint32_t i = 0; i < *count; i++) {
        words[i] = stw_arena_copy(&columns->arena, words[i]);
        if (words[i].data == NULL)
            return STW_ERR_MEMORY;
    }
    return STW_OK;
}

int stw_columns_get_words(struct stw_columns *columns, struct stw_reader *reader, uint32_t count,
                          struct stw_slice **words)
{
    STW_TRY(need_decoder(columns));
    if (!is_plausible(reader, count, 1))
        return STW_ERR_DAMAGED;
    *words = STW_ARENA_ARRAY(&columns->arena, struct stw_slice, count);
    if (*words == NULL)
        return STW_ERR_MEMORY;
    columns->piece.failed = false;
    for (uint32_t done = 0, size; done < count; done += size) {
        struct stw_slice piece = stw_get_bytes(reader);
        if (reader->failed)
            return STW_ERR_DAMAGED;
        STW_TRY(get_piece(columns, piece, count - done, *words + done, &size));
    }
    return STW_OK;
}

/* ---- Cells ----------------------------------------------------------------------------------- */

int stw_cells_make(struct stw_columns *columns, uint32_t rows, uint32_t column_count,
                   struct stw_cells *cells)
{
    *cells = (struct stw_cells){.rows = rows, .columns = column_count};
    cells->values = STW_ARENA_ARRAY(&columns->arena, int64_t, (size_t)rows * column_count);
    return cells->values == NULL ? STW_ERR_MEMORY : STW_OK;
}

void stw_cells_put(struct stw_columns *columns, const struct stw_cells *cells,
                   struct stw_buffer *out)
{
    stw_put_varint(out, cells->rows);
    for (uint32_t i = 0; i < cells->columns; i++)
        stw_columns_put_integers(columns, stw_cells_at(cells, 0, i), cells->rows, out);
}

int stw_cells_get(struct stw_columns *columns, struct stw_reader *reader, uint32_t column_count,
                  struct stw_cells *cells)
{
    uint64_t rows = stw_get_varint(reader);
    if (!is_plausible(reader, rows, column_count))
        return STW_ERR_DAMAGED;
    STW_TRY(stw_cells_make(columns, (uint32_t)rows, column_count, cells));
    for (uint32_t i = 0; i < column_count; i++)
        STW_TRY(stw_columns_get_integers(columns, reader, stw_cells_at(cells, 0, i), cells->rows));
    return STW_OK;
}
