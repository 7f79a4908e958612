/* Holding, sorting and comparing arrived rows; see stage.h. */
#include "store/stage.h"

#include "base/memory.h"
#include "store/value.h"
#include "time/civil.h"

#include <stdlib.h>

/* ---- Holding --------------------------------------------------------------------------------- */

static void forget_extent(struct stw_stage *stage)
{
    stage->time_min_ns = INT64_MAX;
    stage->time_max_ns = INT64_MIN;
    stage->series_first = UINT32_MAX;
    stage->series_last = 0;
}

int stw_stage_init(struct stw_stage *stage, const struct stw_table *table, struct stw_error *err)
{
    memset(stage, 0, sizeof(*stage));
    stage->table = table;
    forget_extent(stage);
    STW_TRY(stw_batch_init(&stage->rows, table, 1024, err));
    stw_free(stage->rows.series);
    stage->rows.series = NULL;
    if (table->identity != STW_IDENTITY_SERIES)
        return STW_OK;
    stage->arrival = stw_alloc(stage->rows.capacity, sizeof(*stage->arrival));
    return stage->arrival != NULL ? STW_OK : stw_fail_memory(err, sizeof(*stage->arrival));
}

void stw_stage_release(struct stw_stage *stage)
{
    if (stage->table != NULL)
        stw_batch_release(&stage->rows);
    stw_free(stage->arrival);
    stw_free(stage->pieces);
    stw_free(stage->series);
    stw_free(stage->series_at);
    stw_free(stage->codes);
    stw_free(stage->places);
    memset(stage, 0, sizeof(*stage));
}

void stw_stage_clear(struct stw_stage *stage)
{
    stw_batch_clear(&stage->rows);
    for (uint32_t i = 0; i < stage->series_count; i++)
        stage->series_at[stage->series[i].id] = 0;
    stage->series_count = stage->piece_count = stage->row_count = 0;
    forget_extent(stage);
}

static bool grow(void **array, uint32_t capacity, size_t size_bytes)
{
    if (*array == NULL)
        return true;
    void *grown = stw_realloc(*array, capacity, size_bytes);
    if (grown != NULL)
        *array = grown;
    return grown != NULL;
}

static int reserve_places(struct stw_stage *stage, uint64_t needed, struct stw_error *err)
{
    struct stw_batch *rows = &stage->rows;
    if (needed <= rows->capacity)
        return STW_OK;
    uint64_t wanted = (uint64_t)rows->capacity + rows->capacity / 2;
    if (wanted < needed)
        wanted = needed;
    if (wanted > UINT32_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a commit holds at most %u rows in memory", UINT32_MAX);
    uint32_t capacity = (uint32_t)wanted;
    bool grown = grow((void **)&stage->arrival, capacity, sizeof(*stage->arrival)) &&
                 grow((void **)&rows->time_ns, capacity, sizeof(*rows->time_ns));
    for (uint32_t i = 0; grown && i < rows->table->column_count; i++) {
        struct stw_batch_column *column = &rows->columns[i];
        grown = grow((void **)&column->ints, capacity, sizeof(*column->ints)) &&
                grow((void **)&column->scales, capacity, sizeof(*column->scales)) &&
                grow((void **)&column->floats, capacity, sizeof(*column->floats)) &&
                grow((void **)&column->codes, capacity, sizeof(*column->codes)) &&
                grow((void **)&column->present, capacity, sizeof(*column->present));
    }
    if (!grown)
        return stw_fail_memory(err, capacity * sizeof(*rows->time_ns));
    rows->capacity = capacity;
    return STW_OK;
}

/* Room for ids below `needed`. A small commit to a store of many series costs what it holds: what
 * is allocated as zeros is not touched. */
static int reserve_ids(struct stw_stage *stage, uint32_t needed, struct stw_error *err)
{
    if (needed <= stage->id_count)
        return STW_OK;
    uint64_t wanted = (uint64_t)stage->id_count + stage->id_count / 2;
    uint32_t count = wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
    if (count < needed)
        count = needed;
    uint32_t *series_at = stw_alloc_zero(count, sizeof(*series_at));
    if (series_at == NULL)
        return stw_fail_memory(err, count * sizeof(*series_at));
    if (stage->id_count > 0)
        memcpy(series_at, stage->series_at, stage->id_count * sizeof(*series_at));
    stw_free(stage->series_at);
    stage->series_at = series_at;
    stage->id_count = count;
    return STW_OK;
}

static int add_series(struct stw_stage *stage, uint32_t id, struct stw_error *err)
{
    if (!stw_reserve((void **)&stage->series, &stage->series_capacity, stage->series_count + 1u,
                     sizeof(*stage->series)))
        return stw_fail_memory(err, sizeof(*stage->series));
    stage->series[stage->series_count++] = (struct stw_stage_series){.id = id};
    stage->series_at[id] = stage->series_count;
    stage->series_first = id < stage->series_first ? id : stage->series_first;
    stage->series_last = id > stage->series_last ? id : stage->series_last;
    return STW_OK;
}

/* A piece for the next rows of a series. */
static int add_piece(struct stw_stage *stage, struct stw_stage_series *series,
                     struct stw_error *err)
{
    uint32_t room = series->count;
    room = room < STW_STAGE_PIECE_ROWS_MIN ? STW_STAGE_PIECE_ROWS_MIN : room;
    room = room > STW_STAGE_PIECE_ROWS_MAX ? STW_STAGE_PIECE_ROWS_MAX : room;
    STW_TRY(reserve_places(stage, (uint64_t)stage->rows.count + room, err));
    if (!stw_reserve((void **)&stage->pieces, &stage->piece_capacity, stage->piece_count + 1u,
                     sizeof(*stage->pieces)))
        return stw_fail_memory(err, sizeof(*stage->pieces));
    stage->pieces[stage->piece_count++] = (struct stw_stage_piece){stage->rows.count, 0, 0};
    if (series->last_piece > 0)
        stage->pieces[series->last_piece - 1].next = stage->piece_count;
    else
        series->first_piece = stage->piece_count;
    series->last_piece = stage->piece_count;
    series->room = room;
    stage->rows.count += room;
    return STW_OK;
}

/* Gives every row of the batch its place. */
static int give_places(struct stw_stage *stage, const struct stw_batch *batch,
                       uint32_t series_count, struct stw_error *err)
{
    STW_TRY(reserve_ids(stage, series_count, err));
    if (!stw_reserve((void **)&stage->places, &stage->place_capacity, batch->count,
                     sizeof(*stage->places)))
        return stw_fail_memory(err, batch->count * sizeof(*stage->places));
    for (uint32_t row = 0; row < batch->count; row++) {
        uint32_t id = batch->series[row];
        if (stage->series_at[id] == 0)
            STW_TRY(add_series(stage, id, err));
        struct stw_stage_series *series = &stage->series[stage->series_at[id] - 1];
        if (series->room == 0)
            STW_TRY(add_piece(stage, series, err));
        struct stw_stage_piece *piece = &stage->pieces[series->last_piece - 1];
        stage->places[row] = piece->first + piece->count++;
        series->room--;
        series->count++;
    }
    return STW_OK;
}

int stw_stage_check(const struct stw_batch *batch, uint32_t series_count, struct stw_error *err)
{
    for (uint32_t row = 0; row < batch->count; row++) {
        if (batch->time_ns[row] < STW_TIME_MIN_NS || batch->time_ns[row] >= STW_TIME_MAX_NS)
            return stw_fail(err, STW_ERR_INPUT, "a time is outside the years %d to %d",
                            STW_YEAR_MIN, STW_YEAR_MAX);
        if (batch->series[row] >= series_count)
            return stw_fail(err, STW_ERR_USAGE, "row %u has a series id that was never given out",
                            row);
    }
    return STW_OK;
}

/* Words of the batch are added where a row uses them. */
static int add_codes(struct stw_stage *stage, struct stw_batch_column *to,
                     const struct stw_batch_column *from, uint32_t count, struct stw_error *err)
{
    const uint32_t *places = stage->places;
    if (!stw_reserve((void **)&stage->codes, &stage->code_capacity, from->words.count,
                     sizeof(*stage->codes)))
        return stw_fail_memory(err, from->words.count * sizeof(*stage->codes));
    for (uint32_t word = 0; word < from->words.count; word++)
        stage->codes[word] = STW_INTERN_NONE;
    for (uint32_t row = 0; row < count; row++) {
        to->codes[places[row]] = 0;
        if (from->present[row] == 0)
            continue;
        uint32_t *code = &stage->codes[from->codes[row]];
        if (*code == STW_INTERN_NONE &&
            !stw_intern_add(&to->words, from->words.words[from->codes[row]], code, NULL))
            return stw_fail_memory(err, from->words.words[from->codes[row]].size);
        to->codes[places[row]] = *code;
    }
    return STW_OK;
}

static int add_column(struct stw_stage *stage, const struct stw_batch *batch, uint32_t column,
                      struct stw_error *err)
{
    const struct stw_batch_column *from = &batch->columns[column];
    struct stw_batch_column *to = &stage->rows.columns[column];
    const uint32_t *places = stage->places;
    uint32_t count = batch->count;
    /* A column that a source may fill and never does takes no memory. */
    if (!from->used || memchr(from->present, 1, count) == NULL) {
        for (uint32_t row = 0; to->used && row < count; row++)
            to->present[places[row]] = 0;
        return STW_OK;
    }
    STW_TRY(stw_batch_use(&stage->rows, column, err));
    for (uint32_t row = 0; row < count; row++)
        to->present[places[row]] = from->present[row];
    if (from->type == STW_TYPE_TEXT)
        return add_codes(stage, to, from, count, err);
    for (uint32_t row = 0; from->type == STW_TYPE_FLOAT && row < count; row++)
        to->floats[places[row]] = from->floats[row];
    for (uint32_t row = 0; from->type != STW_TYPE_FLOAT && row < count; row++)
        to->ints[places[row]] = from->ints[row];
    for (uint32_t row = 0; from->type == STW_TYPE_DECIMAL && row < count; row++)
        to->scales[places[row]] = from->scales[row];
    return STW_OK;
}

int stw_stage_add(struct stw_stage *stage, const struct stw_batch *batch, uint32_t series_count,
                  struct stw_error *err)
{
    STW_TRY(stw_stage_check(batch, series_count, err));
    STW_TRY(give_places(stage, batch, series_count, err));
    for (uint32_t row = 0; row < batch->count; row++) {
        int64_t time_ns = batch->time_ns[row];
        stage->rows.time_ns[stage->places[row]] = time_ns;
        stage->time_min_ns = time_ns < stage->time_min_ns ? time_ns : stage->time_min_ns;
        stage->time_max_ns = time_ns > stage->time_max_ns ? time_ns : stage->time_max_ns;
    }
    for (uint32_t row = 0; stage->arrival != NULL && row < batch->count; row++)
        stage->arrival[stage->places[row]] = stage->row_count + row;
    for (uint32_t column = 0; column < stage->table->column_count; column++)
        STW_TRY(add_column(stage, batch, column, err));
    stage->row_count += batch->count;
    return STW_OK;
}

size_t stw_stage_bytes(const struct stw_stage *stage)
{
    const struct stw_batch *rows = &stage->rows;
    size_t row = sizeof(*rows->time_ns) + (stage->arrival != NULL ? sizeof(*stage->arrival) : 0);
    size_t words = 0;
    for (uint32_t i = 0; i < stage->table->column_count; i++) {
        const struct stw_batch_column *column = &rows->columns[i];
        if (!column->used)
            continue;
        row += 1 + (column->ints != NULL ? 8 : 0) + (column->floats != NULL ? 8 : 0) +
               (column->codes != NULL ? 4 : 0) + (column->scales != NULL ? 1 : 0);
        words += column->words.arena.total_bytes + (size_t)column->words.count * 32;
    }
    return rows->count * row + words + stage->piece_count * sizeof(*stage->pieces) +
           stage->series_count * sizeof(*stage->series) +
           stage->id_count * sizeof(*stage->series_at);
}

/* ---- Sorting --------------------------------------------------------------------------------- */

/* One step of a stable merge sort: [0, middle) and [middle, count) are sorted. */
static void merge_halves(const int64_t *time_ns, uint32_t *rows, uint32_t middle, uint32_t count,
                         uint32_t *scratch)
{
    if (time_ns[rows[middle - 1]] <= time_ns[rows[middle]])
        return;
    memcpy(scratch, rows, middle * sizeof(*rows));
    uint32_t left = 0, right = middle, out = 0;
    while (left < middle && right < count) {
        if (time_ns[scratch[left]] <= time_ns[rows[right]])
            rows[out++] = scratch[left++];
        else
            rows[out++] = rows[right++];
    }
    memcpy(rows + out, scratch + left, (middle - left) * sizeof(*rows));
}

static bool is_sorted(const int64_t *time_ns, const uint32_t *rows, uint32_t count)
{
    uint32_t row = 1;
    while (row < count && time_ns[rows[row - 1]] <= time_ns[rows[row]])
        row++;
    return row >= count;
}

/* Stable. Depth is the logarithm of count; rows in order already cost one comparison each. */
static void sort_by_time(const int64_t *time_ns, uint32_t *rows, uint32_t count, uint32_t *scratch)
{
    if (is_sorted(time_ns, rows, count))
        return;
    uint32_t middle = count / 2;
    sort_by_time(time_ns, rows, middle, scratch);
    sort_by_time(time_ns, rows + middle, count - middle, scratch);
    merge_halves(time_ns, rows, middle, count, scratch);
}

/* ---- Comparing ------------------------------------------------------------------------------- */

static bool rows_equal(const struct stw_stage *stage, uint32_t a, uint32_t b)
{
    for (uint32_t column = 0; column < stage->table->column_count; column++) {
        struct stw_value left = stw_batch_value(&stage->rows, column, a),
                         right = stw_batch_value(&stage->rows, column, b);
        if (!stw_value_same(stage->table->columns[column].type, &left, &right))
            return false;
    }
    return stage->rows.time_ns[a] == stage->rows.time_ns[b];
}

/* ---- Dropping what is there already ---------------------------------------------------------- */

/* The stored rows of a series, in time order. */
struct stored {
    struct stw_merge *merge; /* NULL: none */
    struct stw_run run;
    uint32_t row;
    bool ended;
};

static void stored_seek(struct stored *stored, uint32_t series, int64_t first_ns, int64_t last_ns)
{
    stored->run.count = 0;
    stored->row = 0;
    stored->ended = stored->merge == NULL;
    if (!stored->ended)
        stw_merge_seek(stored->merge, series, first_ns, last_ns + 1);
}

/* Moves to the first stored row at or after time_ns; `ended` when there is none. */
static int stored_reach(struct stored *stored, int64_t time_ns, struct stw_error *err)
{
    while (!stored->ended) {
        while (stored->row < stored->run.count && stored->run.time_ns[stored->row] < time_ns)
            stored->row++;
        if (stored->row < stored->run.count)
            return STW_OK;
        int status = stw_merge_next(stored->merge, &stored->run, err);
        if (status < 0)
            return status;
        stored->ended = status == STW_END;
        stored->row = 0;
    }
    return STW_OK;
}

static bool stored_is_at(const struct stored *stored, int64_t time_ns)
{
    return !stored->ended && stored->run.time_ns[stored->row] == time_ns;
}

/* (series, time): a row is compared with the one it would correct. Rows are in time order. */
static int drop_by_time(struct stw_stage_order *order, struct stw_stretch *stretch, uint32_t *rows,
                        struct stored *stored, struct stw_error *err)
{
    const struct stw_stage *stage = order->stage;
    const int64_t *times = stage->rows.time_ns;
    uint32_t kept = 0;
    stored_seek(stored, stretch->series, times[rows[0]], times[rows[stretch->count - 1]]);
    for (uint32_t i = 0; i < stretch->count; i++) {
        uint32_t row = rows[i];
        bool there = kept > 0 && times[rows[kept - 1]] == times[row];
        bool same = there && rows_equal(stage, rows[kept - 1], row);
        if (!there && !stored->ended) {
            STW_TRY(stored_reach(stored, times[row], err));
            there = stored_is_at(stored, times[row]);
            same = there && stw_batch_row_same(&stage->rows, row, &stored->run, stored->row);
        }
        if (same)
            continue;
        order->superseded += there;
        rows[kept++] = row;
    }
    stretch->count = kept;
    return STW_OK;
}

/* One live row a series: a row is compared with the version before it. Rows are in order of
 * arrival. */
static int drop_by_series(struct stw_stage_order *order, struct stw_stretch *stretch,
                          uint32_t *rows, struct stored *stored, struct stw_error *err)
{
    const struct stw_stage *stage = order->stage;
    uint32_t kept = 0;
    stored_seek(stored, stretch->series, INT64_MIN, INT64_MAX - 1);
    STW_TRY(stored_reach(stored, INT64_MIN, err));
    for (uint32_t i = 0; i < stretch->count; i++) {
        bool there = kept > 0 || !stored->ended;
        bool same = kept > 0 ? rows_equal(stage, rows[kept - 1], rows[i])
                             : there && stw_batch_row_same(&stage->rows, rows[i], &stored->run,
                                                           stored->row);
        if (same)
            continue;
        order->superseded += there;
        rows[kept++] = rows[i];
    }
    stretch->count = kept;
    return STW_OK;
}

/* Every distinct row: rows of one time are compared with all stored and all earlier ones of that
 * time. Rows are in time order. */
static int drop_by_row(struct stw_stage_order *order, struct stw_stretch *stretch, uint32_t *rows,
                       struct stored *stored, struct stw_error *err)
{
    const struct stw_stage *stage = order->stage;
    const int64_t *times = stage->rows.time_ns;
    uint32_t kept = 0, end;
    stored_seek(stored, stretch->series, times[rows[0]], times[rows[stretch->count - 1]]);
    for (uint32_t from = 0; from < stretch->count; from = end) {
        int64_t time_ns = times[rows[from]];
        uint32_t group = kept;
        for (end = from; end < stretch->count && times[rows[end]] == time_ns; end++) {
            bool same = false;
            for (uint32_t i = group; i < kept && !same; i++)
                same = rows_equal(stage, rows[i], rows[end]);
            if (!same)
                rows[kept++] = rows[end];
        }
        STW_TRY(stored_reach(stored, time_ns, err));
        while (stored_is_at(stored, time_ns)) {
            uint32_t left = group;
            for (uint32_t i = group; i < kept; i++) {
                if (!stw_batch_row_same(&stage->rows, rows[i], &stored->run, stored->row))
                    rows[left++] = rows[i];
            }
            kept = left;
            stored->row++;
            STW_TRY(stored_reach(stored, time_ns, err));
        }
    }
    stretch->count = kept;
    return STW_OK;
}

/* ---- The order ------------------------------------------------------------------------------- */

/* The places of a series' rows, in order of arrival. */
static void list_places(const struct stw_stage *stage, uint32_t id, uint32_t *rows)
{
    const struct stw_stage_series *series = &stage->series[stage->series_at[id] - 1];
    uint32_t count = 0;
    for (uint32_t at = series->first_piece; at > 0;) {
        const struct stw_stage_piece *piece = &stage->pieces[at - 1];
        for (uint32_t i = 0; i < piece->count; i++)
            rows[count++] = piece->first + i;
        at = piece->next;
    }
    assert(count == series->count);
}

/* Keeps an order that is not that of arrival. */
static int keep_order(struct stw_stage_order *order, struct stw_stretch *stretch,
                      const uint32_t *rows, struct stw_error *err)
{
    if (!stw_reserve((void **)&order->rows, &order->row_capacity, order->rows_used + stretch->count,
                     sizeof(*rows)))
        return stw_fail_memory(err, stretch->count * sizeof(*rows));
    if (stretch->count > 0) /* none is left where all were repeated, and there may be no room yet */
        memcpy(order->rows + order->rows_used, rows, stretch->count * sizeof(*rows));
    stretch->from = order->rows_used;
    order->rows_used += stretch->count;
    return STW_OK;
}

static int sort_stretch(struct stw_stage_order *order, struct stw_stretch *stretch,
                        struct stored *stored, struct stw_error *err)
{
    const struct stw_stage *stage = order->stage;
    const int64_t *times = stage->rows.time_ns;
    uint32_t *rows = order->scratch, *scratch = rows + stretch->count;
    uint32_t arrived = stretch->count;
    list_places(stage, stretch->series, rows);
    bool as_arrived = is_sorted(times, rows, arrived);
    if (stage->table->identity == STW_IDENTITY_SERIES) {
        STW_TRY(drop_by_series(order, stretch, rows, stored, err));
        sort_by_time(times, rows, stretch->count, scratch);
    } else {
        if (!as_arrived)
            sort_by_time(times, rows, stretch->count, scratch);
        STW_TRY(stage->table->identity == STW_IDENTITY_TIME
                    ? drop_by_time(order, stretch, rows, stored, err)
                    : drop_by_row(order, stretch, rows, stored, err));
    }
    if (stretch->count > 0)
        stretch->first_ns = times[rows[0]];
    if (as_arrived && stretch->count == arrived)
        return STW_OK;
    return keep_order(order, stretch, rows, err);
}

static int compare_series(const void *a, const void *b)
{
    const struct stw_stretch *left = a, *right = b;
    return (left->series > right->series) - (left->series < right->series);
}

/* A stretch for every series that has rows, by id. */
static int list_stretches(struct stw_stage_order *order, struct stw_error *err)
{
    const struct stw_stage *stage = order->stage;
    uint32_t longest = 0;
    bool sorted = true;
    order->stretches = stw_alloc(stage->series_count, sizeof(*order->stretches));
    if (order->stretches == NULL)
        return stw_fail_memory(err, stage->series_count * sizeof(*order->stretches));
    for (uint32_t i = 0; i < stage->series_count; i++) {
        const struct stw_stage_series *series = &stage->series[i];
        longest = series->count > longest ? series->count : longest;
        sorted = sorted && (i == 0 || stage->series[i - 1].id < series->id);
        order->stretches[i] = (struct stw_stretch){
            .from = STW_STRETCH_AS_ARRIVED, .series = series->id, .count = series->count};
    }
    order->stretch_count = stage->series_count;
    if (!sorted) /* ids are given out in order of arrival, which mostly is the same again */
        qsort(order->stretches, order->stretch_count, sizeof(*order->stretches), compare_series);
    order->scratch = stw_alloc(longest, 2 * sizeof(*order->scratch));
    return order->scratch != NULL ? STW_OK : stw_fail_memory(err, longest * sizeof(int64_t));
}

int stw_stage_sort(const struct stw_stage *stage, struct stw_merge *merge,
                   struct stw_stage_order *order, struct stw_error *err)
{
    struct stored stored = {.merge = merge};
    memset(order, 0, sizeof(*order));
    order->stage = stage;
    STW_TRY(list_stretches(order, err));
    for (uint32_t i = 0; i < order->stretch_count; i++) {
        STW_TRY(sort_stretch(order, &order->stretches[i], &stored, err));
        order->row_count += order->stretches[i].count;
    }
    return STW_OK;
}

const uint32_t *stw_stage_order_rows(struct stw_stage_order *order,
                                     const struct stw_stretch *stretch)
{
    if (stretch->from != STW_STRETCH_AS_ARRIVED)
        return order->rows + stretch->from + stretch->taken;
    list_places(order->stage, stretch->series, order->scratch);
    return order->scratch + stretch->taken;
}

void stw_stage_order_take(const struct stw_stage_order *order, struct stw_stretch *stretch,
                          const uint32_t *rows, uint32_t count)
{
    stretch->taken += count;
    if (stretch->taken < stretch->count)
        stretch->first_ns = order->stage->rows.time_ns[rows[count]];
}

void stw_stage_order_release(struct stw_stage_order *order)
{
    stw_free(order->rows);
    stw_free(order->stretches);
    stw_free(order->scratch);
    memset(order, 0, sizeof(*order));
}
