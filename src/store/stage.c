/* Holding, sorting and comparing arrived rows; see stage.h. */
#include "store/stage.h"

#include "base/memory.h"
#include "store/value.h"
#include "time/civil.h"

/* Rows are few when there are so many series for each. */
enum { FEW_ROWS_SHARE = 16 };

/* ---- Holding --------------------------------------------------------------------------------- */

int stw_stage_init(struct stw_stage *stage, const struct stw_table *table, struct stw_error *err)
{
    memset(stage, 0, sizeof(*stage));
    stage->table = table;
    return stw_batch_init(&stage->rows, table, 1024, err);
}

void stw_stage_release(struct stw_stage *stage)
{
    if (stage->table != NULL)
        stw_batch_release(&stage->rows);
    stw_free(stage->codes);
    memset(stage, 0, sizeof(*stage));
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

static int reserve_rows(struct stw_batch *rows, uint64_t needed, struct stw_error *err)
{
    if (needed <= rows->capacity)
        return STW_OK;
    uint64_t wanted = (uint64_t)rows->capacity + rows->capacity / 2;
    if (wanted < needed)
        wanted = needed;
    if (wanted > UINT32_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a commit holds at most %u rows in memory", UINT32_MAX);
    uint32_t capacity = (uint32_t)wanted;
    bool grown = grow((void **)&rows->series, capacity, sizeof(*rows->series)) &&
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
                     const struct stw_batch_column *from, uint32_t at, uint32_t count,
                     struct stw_error *err)
{
    if (!stw_reserve((void **)&stage->codes, &stage->code_capacity, from->words.count,
                     sizeof(*stage->codes)))
        return stw_fail_memory(err, from->words.count * sizeof(*stage->codes));
    for (uint32_t word = 0; word < from->words.count; word++)
        stage->codes[word] = STW_INTERN_NONE;
    for (uint32_t row = 0; row < count; row++) {
        to->codes[at + row] = 0;
        if (from->present[row] == 0)
            continue;
        uint32_t *code = &stage->codes[from->codes[row]];
        if (*code == STW_INTERN_NONE &&
            !stw_intern_add(&to->words, from->words.words[from->codes[row]], code, NULL))
            return stw_fail_memory(err, from->words.words[from->codes[row]].size);
        to->codes[at + row] = *code;
    }
    return STW_OK;
}

static int add_column(struct stw_stage *stage, const struct stw_batch *batch, uint32_t column,
                      struct stw_error *err)
{
    const struct stw_batch_column *from = &batch->columns[column];
    struct stw_batch_column *to = &stage->rows.columns[column];
    uint32_t at = stage->rows.count, count = batch->count;
    if (!from->used) {
        if (to->used)
            memset(to->present + at, 0, count);
        return STW_OK;
    }
    STW_TRY(stw_batch_use(&stage->rows, column, err));
    memcpy(to->present + at, from->present, count);
    if (from->type == STW_TYPE_TEXT)
        return add_codes(stage, to, from, at, count, err);
    if (from->type == STW_TYPE_FLOAT)
        memcpy(to->floats + at, from->floats, count * sizeof(*to->floats));
    else
        memcpy(to->ints + at, from->ints, count * sizeof(*to->ints));
    if (from->type == STW_TYPE_DECIMAL)
        memcpy(to->scales + at, from->scales, count);
    return STW_OK;
}

int stw_stage_add(struct stw_stage *stage, const struct stw_batch *batch, uint32_t series_count,
                  struct stw_error *err)
{
    struct stw_batch *rows = &stage->rows;
    STW_TRY(stw_stage_check(batch, series_count, err));
    STW_TRY(reserve_rows(rows, (uint64_t)rows->count + batch->count, err));
    memcpy(rows->series + rows->count, batch->series, batch->count * sizeof(*rows->series));
    memcpy(rows->time_ns + rows->count, batch->time_ns, batch->count * sizeof(*rows->time_ns));
    for (uint32_t column = 0; column < stage->table->column_count; column++)
        STW_TRY(add_column(stage, batch, column, err));
    rows->count += batch->count;
    return STW_OK;
}

size_t stw_stage_bytes(const struct stw_stage *stage)
{
    const struct stw_batch *rows = &stage->rows;
    size_t row = sizeof(*rows->series) + sizeof(*rows->time_ns) + 2 * sizeof(uint32_t);
    size_t words = 0;
    for (uint32_t i = 0; i < stage->table->column_count; i++) {
        const struct stw_batch_column *column = &rows->columns[i];
        if (!column->used)
            continue;
        row += 1 + (column->ints != NULL ? 8 : 0) + (column->floats != NULL ? 8 : 0) +
               (column->codes != NULL ? 4 : 0) + (column->scales != NULL ? 1 : 0);
        words += column->words.arena.total_bytes + (size_t)column->words.count * 32;
    }
    return rows->count * row + words;
}

/* ---- Sorting --------------------------------------------------------------------------------- */

/* One step of a stable merge sort: [0, middle) and [middle, count) are sorted. */
static void merge_halves(const int64_t *keys, uint32_t *rows, uint32_t middle, uint32_t count,
                         uint32_t *scratch)
{
    if (keys[rows[middle - 1]] <= keys[rows[middle]])
        return;
    memcpy(scratch, rows, middle * sizeof(*rows));
    uint32_t left = 0, right = middle, out = 0;
    while (left < middle && right < count) {
        if (keys[scratch[left]] <= keys[rows[right]])
            rows[out++] = scratch[left++];
        else
            rows[out++] = rows[right++];
    }
    memcpy(rows + out, scratch + left, (middle - left) * sizeof(*rows));
}

/* Stable. Depth is the logarithm of count; rows in order already cost one comparison each. */
static void sort_by_key(const int64_t *keys, uint32_t *rows, uint32_t count, uint32_t *scratch)
{
    uint32_t row = 1;
    while (row < count && keys[rows[row - 1]] <= keys[rows[row]])
        row++;
    if (row >= count)
        return;
    uint32_t middle = count / 2;
    sort_by_key(keys, rows, middle, scratch);
    sort_by_key(keys, rows + middle, count - middle, scratch);
    merge_halves(keys, rows, middle, count, scratch);
}

/* Stable: rows of a series keep their order of arrival. Takes time for each series there is. */
static int count_by_series(const struct stw_batch *rows, uint32_t series_count,
                           struct stw_stage_order *order, struct stw_error *err)
{
    uint32_t *starts = stw_alloc_zero((size_t)series_count + 1, sizeof(*starts));
    order->rows = stw_alloc(rows->count, sizeof(*order->rows));
    if (starts == NULL || order->rows == NULL) {
        stw_free(starts);
        return stw_fail_memory(err, rows->count * sizeof(*order->rows));
    }
    for (uint32_t row = 0; row < rows->count; row++)
        starts[rows->series[row] + 1]++;
    uint32_t present = 0;
    for (uint32_t series = 0; series < series_count; series++) {
        present += starts[series + 1] > 0;
        starts[series + 1] += starts[series];
    }
    order->stretches = stw_alloc(present, sizeof(*order->stretches));
    for (uint32_t series = 0; order->stretches != NULL && series < series_count; series++) {
        if (starts[series + 1] > starts[series])
            order->stretches[order->stretch_count++] =
                (struct stw_stretch){series, starts[series], starts[series + 1] - starts[series]};
    }
    for (uint32_t row = 0; row < rows->count; row++)
        order->rows[starts[rows->series[row]]++] = row;
    stw_free(starts);
    return order->stretches != NULL ? STW_OK
                                    : stw_fail_memory(err, present * sizeof(*order->stretches));
}

/* The same for few rows: a store of 100,000 series takes commits of ten rows, too. */
static int pick_by_series(const struct stw_batch *rows, struct stw_stage_order *order,
                          struct stw_error *err)
{
    int64_t *series = stw_alloc(rows->count, sizeof(*series));
    uint32_t *scratch = stw_alloc(rows->count, sizeof(*scratch));
    order->rows = stw_alloc(rows->count, sizeof(*order->rows));
    order->stretches = stw_alloc(rows->count, sizeof(*order->stretches));
    bool made =
        series != NULL && scratch != NULL && order->rows != NULL && order->stretches != NULL;
    for (uint32_t row = 0; made && row < rows->count; row++) {
        series[row] = rows->series[row];
        order->rows[row] = row;
    }
    if (made)
        sort_by_key(series, order->rows, rows->count, scratch);
    for (uint32_t i = 0; made && i < rows->count; i++) {
        uint32_t id = rows->series[order->rows[i]];
        if (i == 0 || id != order->stretches[order->stretch_count - 1].series)
            order->stretches[order->stretch_count++] = (struct stw_stretch){id, i, 0};
        order->stretches[order->stretch_count - 1].count++;
    }
    stw_free(series);
    stw_free(scratch);
    return made ? STW_OK : stw_fail_memory(err, rows->count * sizeof(*series));
}

static int sort_by_series(const struct stw_batch *rows, uint32_t series_count,
                          struct stw_stage_order *order, struct stw_error *err)
{
    return rows->count < series_count / FEW_ROWS_SHARE
               ? pick_by_series(rows, order, err)
               : count_by_series(rows, series_count, order, err);
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
static int drop_by_time(const struct stw_stage *stage, struct stw_stage_order *order,
                        struct stw_stretch *stretch, struct stored *stored, struct stw_error *err)
{
    const int64_t *times = stage->rows.time_ns;
    uint32_t *rows = order->rows + stretch->from;
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
static int drop_by_series(const struct stw_stage *stage, struct stw_stage_order *order,
                          struct stw_stretch *stretch, struct stored *stored, struct stw_error *err)
{
    uint32_t *rows = order->rows + stretch->from;
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
static int drop_by_row(const struct stw_stage *stage, struct stw_stage_order *order,
                       struct stw_stretch *stretch, struct stored *stored, struct stw_error *err)
{
    const int64_t *times = stage->rows.time_ns;
    uint32_t *rows = order->rows + stretch->from;
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

static int sort_stretch(const struct stw_stage *stage, struct stw_stage_order *order,
                        struct stw_stretch *stretch, struct stored *stored, uint32_t *scratch,
                        struct stw_error *err)
{
    const int64_t *times = stage->rows.time_ns;
    uint32_t *rows = order->rows + stretch->from;
    if (stage->table->identity == STW_IDENTITY_SERIES) {
        STW_TRY(drop_by_series(stage, order, stretch, stored, err));
        sort_by_key(times, rows, stretch->count, scratch);
        return STW_OK;
    }
    sort_by_key(times, rows, stretch->count, scratch);
    if (stage->table->identity == STW_IDENTITY_TIME)
        return drop_by_time(stage, order, stretch, stored, err);
    return drop_by_row(stage, order, stretch, stored, err);
}

int stw_stage_sort(const struct stw_stage *stage, uint32_t series_count, struct stw_merge *merge,
                   struct stw_stage_order *order, struct stw_error *err)
{
    memset(order, 0, sizeof(*order));
    STW_TRY(sort_by_series(&stage->rows, series_count, order, err));
    uint32_t longest = 0;
    for (uint32_t i = 0; i < order->stretch_count; i++)
        longest = order->stretches[i].count > longest ? order->stretches[i].count : longest;
    uint32_t *scratch = stw_alloc(longest, sizeof(*scratch));
    if (scratch == NULL)
        return stw_fail_memory(err, longest * sizeof(*scratch));
    struct stored stored = {.merge = merge};
    int status = STW_OK;
    for (uint32_t i = 0; status == STW_OK && i < order->stretch_count; i++) {
        status = sort_stretch(stage, order, &order->stretches[i], &stored, scratch, err);
        order->row_count += order->stretches[i].count;
    }
    stw_free(scratch);
    return status;
}

void stw_stage_order_release(struct stw_stage_order *order)
{
    stw_free(order->rows);
    stw_free(order->stretches);
    memset(order, 0, sizeof(*order));
}
