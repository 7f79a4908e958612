/*
 * Lists of the manifest as columns: integers and words, packed by the codecs of segments, so that
 * what repeats from entry to entry costs next to nothing.
 *
 *     integers of n values:  for each piece of up to STW_CODEC_VALUES_MAX values:
 *                            varint size, stream(integers) (segment/FORMAT.md)
 *     words of n values:     for each piece: varint size, stream(words)
 *     cells, c columns:      varint n, then c times integers of n values
 *
 * What is read lies in an arena that stw_columns_forget empties. Reading trusts nothing: lists have
 * at most STW_MANIFEST_LIST_MAX entries, and what is not whole is STW_ERR_DAMAGED; the other
 * failure is STW_ERR_MEMORY.
 *
 * Private to store/. One thread.
 */
#ifndef STW_STORE_COLUMNS_H
#define STW_STORE_COLUMNS_H

#include "base/arena.h"
#include "base/bits.h"
#include "codec/codec.h"

enum {
    STW_MANIFEST_LIST_MAX = 1 << 24,  /* entries of a list in a record */
    STW_MANIFEST_WORDS_MAX = 16 << 20 /* bytes of one piece of words; or a single longer word */
};

/* Working memory, made when it is first needed. */
struct stw_columns {
    struct stw_encoder *encoder;
    struct stw_decoder *decoder;
    struct stw_arena arena; /* what was read */
    struct stw_buffer piece;
};

void stw_columns_init(struct stw_columns *columns);
void stw_columns_release(struct stw_columns *columns);
void stw_columns_forget(struct stw_columns *columns);

/* Memory that is out sets out->failed. */
void stw_columns_put_integers(struct stw_columns *columns, const int64_t *values, uint32_t count,
                              struct stw_buffer *out);
void stw_columns_put_words(struct stw_columns *columns, const struct stw_slice *words,
                           uint32_t count, struct stw_buffer *out);

/* Into values[count]. */
int stw_columns_get_integers(struct stw_columns *columns, struct stw_reader *reader,
                             int64_t *values, uint32_t count) STW_CHECKED;

/* *words[count] is made in the arena, and what the words point at. */
int stw_columns_get_words(struct stw_columns *columns, struct stw_reader *reader, uint32_t count,
                          struct stw_slice **words) STW_CHECKED;

/* A table of integers, column after column. */
struct stw_cells {
    uint32_t rows;
    uint32_t columns;
    int64_t *values;
};

static inline int64_t *stw_cells_at(const struct stw_cells *cells, uint32_t row, uint32_t column)
{
    return &cells->values[(size_t)column * cells->rows + row];
}

/* A row from values[cells->columns]. */
static inline void stw_cells_set(const struct stw_cells *cells, uint32_t row, const int64_t *values)
{
    for (uint32_t i = 0; i < cells->columns; i++)
        *stw_cells_at(cells, row, i) = values[i]; /* NOLINT: there are as many */
}

/* Room for the cells, zeroed, in the arena. STW_ERR_MEMORY. */
int stw_cells_make(struct stw_columns *columns, uint32_t rows, uint32_t column_count,
                   struct stw_cells *cells) STW_CHECKED;
void stw_cells_put(struct stw_columns *columns, const struct stw_cells *cells,
                   struct stw_buffer *out);
int stw_cells_get(struct stw_columns *columns, struct stw_reader *reader, uint32_t column_count,
                  struct stw_cells *cells) STW_CHECKED;

#endif
