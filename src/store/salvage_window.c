/*
 * Salvage of tables with one live row a series: their rows in the order of their sequences.
 *
 * A file may hold rows of thousands of commits, which are done again one after the other; reading
 * it once for each would take the square of their number. So the files are read once for a window:
 * the next rows in the order of sequences, kept in memory and handed out
 * commit by commit. A walk gathers twice as many as a window has, and cuts off the later half
 * whenever it is full.
 */
#include "store/salvage_inside.h"

#include "base/memory.h"

#include <stdlib.h>

struct place {
    uint64_t sequence;
    uint32_t row;
};

struct stw_salvage_window {
    const struct stw_table *table;
    uint32_t size;          /* rows that are handed out of one walk */
    struct stw_batch rows;  /* series are ids of the old store */
    struct stw_batch spare; /* for cutting */
    struct place *places;   /* rows in the order of their sequences, once gathered */
    uint64_t from;          /* the window has all rows from this sequence on, */
    uint64_t below;         /* up to this one, which is not in it */
    uint32_t at;            /* the first that was not handed out */
};

/* ---- Making ---------------------------------------------------------------------------------- */

int stw_salvage_window_create(const struct stw_table *table, uint32_t rows,
                              struct stw_salvage_window **out, struct stw_error *err)
{
    struct stw_salvage_window *window = stw_alloc_zero(1, sizeof(*window));
    if (window == NULL)
        return stw_fail_memory(err, sizeof(*window));
    uint32_t room = 2 * rows;
    window->table = table;
    window->size = rows;
    window->places = stw_alloc(room, sizeof(*window->places));
    int status = window->places == NULL ? stw_fail_memory(err, room * sizeof(*window->places))
                                        : stw_batch_init(&window->rows, table, room, err);
    if (status == STW_OK)
        status = stw_batch_init(&window->spare, table, room, err);
    if (status != STW_OK) {
        stw_salvage_window_free(window);
        return status;
    }
    *out = window;
    return STW_OK;
}

void stw_salvage_window_free(struct stw_salvage_window *window)
{
    if (window == NULL)
        return;
    stw_batch_release(&window->rows);
    stw_batch_release(&window->spare);
    stw_free(window->places);
    stw_free(window);
}

/* ---- Gathering ------------------------------------------------------------------------------- */

struct gathering {
    struct stw_salvage *salvage;
    struct stw_salvage_window *window;
    struct stw_error err;
};

static int by_sequence(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->sequence != y->sequence)
        return x->sequence < y->sequence ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Keeps as many rows as a window has, those that come first; whoever shares a sequence with the
 * first that goes, goes too. */
static int cut(struct stw_salvage_window *window, struct stw_error *err)
{
    qsort(window->places, window->rows.count, sizeof(*window->places), by_sequence);
    window->below = window->places[window->size].sequence;
    if (window->below <= window->from) /* no writer gives so many rows one sequence */
        window->below = window->from + 1;
    stw_batch_clear(&window->spare);
    for (uint32_t i = 0; i < window->size && window->places[i].sequence < window->below; i++) {
        uint32_t row = window->places[i].row;
        STW_TRY(
            stw_batch_copy_row(&window->spare, window->rows.series[row], &window->rows, row, err));
        window->places[i].row = i;
    }
    struct stw_batch kept = window->spare;
    window->spare = window->rows;
    window->rows = kept;
    return STW_OK;
}

static int gather_block(void *context, const struct stw_segment_spec *spec,
                        const struct stw_block *block)
{
    struct gathering *gathering = context;
    struct stw_salvage_window *window = gathering->window;
    int places[STW_SEGMENT_COLUMNS_MAX], sequence;
    stw_salvage_places(window->table, spec, places, &sequence);
    for (uint32_t row = 0; sequence >= 0 && row < block->rows; row++) {
        uint64_t number = (uint64_t)block->columns[sequence].ints[row];
        if (number < window->from || number >= window->below)
            continue;
        if (stw_batch_full(&window->rows))
            STW_TRY(cut(window, &gathering->err));
        if (number >= window->below)
            continue;
        uint32_t series = block->series == NULL ? block->series_first : block->series[row];
        window->places[window->rows.count] = (struct place){number, window->rows.count};
        STW_TRY(stw_salvage_put_row(&window->rows, series, block, row, places, &gathering->err));
    }
    return STW_OK;
}

/* All rows from a sequence on, as far as they have room. */
static int gather(struct stw_salvage *salvage, struct stw_salvage_window *window, uint64_t from,
                  struct stw_error *err)
{
    struct gathering gathering = {.salvage = salvage, .window = window};
    struct stw_segment_taker taker = {.block = gather_block, .context = &gathering};
    stw_error_clear(&gathering.err);
    stw_batch_clear(&window->rows);
    window->from = from;
    window->below = UINT64_MAX;
    window->at = 0;
    for (uint32_t i = 0; i < salvage->file_count; i++) {
        const struct stw_salvage_file *file = &salvage->files[i];
        if (file->table != window->table || file->commit_last < from >> 32)
            continue;
        STW_TRY(stw_salvage_walk(salvage, file, &taker, &gathering.err, err));
    }
    qsort(window->places, window->rows.count, sizeof(*window->places), by_sequence);
    return STW_OK;
}

/* ---- Handing out ----------------------------------------------------------------------------- */

int stw_salvage_window_next(struct stw_salvage *salvage, struct stw_salvage_window *window,
                            uint64_t moment, const struct stw_batch **rows, uint32_t *row,
                            struct stw_error *err)
{
    while (window->at == window->rows.count) {
        if (window->below >> 32 > moment || window->below == UINT64_MAX)
            return STW_END;
        STW_TRY(gather(salvage, window, window->below, err));
    }
    if (window->places[window->at].sequence >> 32 > moment)
        return STW_END;
    *rows = &window->rows;
    *row = window->places[window->at++].row;
    return STW_OK;
}
