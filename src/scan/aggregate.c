/*
 * Aggregates; see aggregate.h. A job is a few series with their periods; each worker has a merge
 * of its own, and within a series everything is taken in time order, so that nothing depends on
 * the number of threads.
 *
 * Results are wanted in key order, but blocks that short series share are in order of series ids:
 * in key order such a block would be decoded once a series. So a window of the series is worked on
 * in order of ids, into one array, and handed out in the order that was asked for. The window is
 * large where the two orders have nothing in common and small where they are nearly the same, as
 * with meters that are named and read in one order: then a large one would be memory for nothing.
 */
#include "scan/aggregate.h"

#include "base/memory.h"
#include "base/pool.h"
#include "scan/cut.h"
#include "scan/workers.h"

#include <stdlib.h>

enum {
    JOB_SERIES_MAX = 64,
    JOB_CELLS_MAX = 8192,       /* aggregates of one job */
    WINDOW_CELLS_MAX = 1 << 17, /* of one window: 23 MB */
    ORDERED_SERIES = 2048,      /* of a window in the order of ids */
    ORDERED_SHARE = 32          /* one id in so many may be below the one before */
};

struct job {
    uint32_t first; /* place in the window's order */
    uint32_t count;
};

/* A series of the window. */
struct place {
    uint32_t series;
    uint32_t at; /* in the window, as asked for */
};

struct aggregation {
    const struct stw_aggregate_spec *spec;
    struct stw_workers workers;
    uint32_t *series;
    uint32_t series_count;
    struct place *order;         /* of the window, by series id */
    struct stw_aggregate *cells; /* of the window, as asked for: window_count * periods */
    size_t order_capacity, cell_capacity;
    uint32_t window_first; /* place in the list of series */
    uint32_t window_count;
    uint32_t produced; /* series of the window */
    uint32_t job_series;
    uint32_t periods;
    enum stw_type type;
    stw_aggregate_fn *each;
    void *context;
};

bool stw_aggregate_mean(const struct stw_aggregate *aggregate, int scale, struct stw_decimal *mean)
{
    struct stw_wide sum = aggregate->sum;
    stw_int128 divisor = (stw_int128)aggregate->count;
    if (aggregate->count == 0)
        return false;
    if (scale >= sum.scale) {
        if (!stw_wide_rescale(sum, scale, &sum.value))
            return false;
    } else {
        divisor *= stw_pow10(sum.scale - scale);
    }
    stw_int128 value = stw_div_round(sum.value, divisor);
    if (value > INT64_MAX || value < INT64_MIN)
        return false;
    *mean = (struct stw_decimal){(int64_t)value, scale};
    return true;
}

/* ---- Adding up ------------------------------------------------------------------------------- */

/* Values of consecutive rows, all at one scale. */
struct part {
    uint64_t count;
    stw_int128 sum;
    int64_t min, max, first, last;
    int64_t first_ns, last_ns;
    int scale;
};

static int add_part(struct stw_aggregate *to, const struct part *part, struct stw_error *err)
{
    struct stw_decimal min = {part->min, part->scale}, max = {part->max, part->scale};
    if (part->count == 0)
        return STW_OK;
    if (to->count == 0) {
        to->min = min;
        to->max = max;
        to->first = (struct stw_decimal){part->first, part->scale};
        to->first_ns = part->first_ns;
    }
    if (stw_decimal_compare(min, to->min) < 0)
        to->min = min;
    if (stw_decimal_compare(max, to->max) > 0)
        to->max = max;
    to->last = (struct stw_decimal){part->last, part->scale};
    to->last_ns = part->last_ns;
    to->count += part->count;
    if (!stw_wide_add(to->sum, (struct stw_wide){part->sum, part->scale}, &to->sum))
        return stw_fail(err, STW_ERR_LIMIT, "a sum does not fit 128 bits");
    return STW_OK;
}

static int add_integers(struct stw_aggregate *to, const struct stw_run *run, uint32_t from,
                        uint32_t end, struct stw_error *err)
{
    const struct stw_vector *vector = &run->columns[0];
    struct part part = {.scale = vector->scale};
    for (uint32_t row = from; row < end; row++) {
        if (!stw_vector_has(vector, row))
            continue;
        int64_t value = vector->ints[row];
        if (part.count++ == 0) {
            part.min = part.max = part.first = value;
            part.first_ns = run->time_ns[row];
        }
        part.sum += value;
        part.min = value < part.min ? value : part.min;
        part.max = value > part.max ? value : part.max;
        part.last = value;
        part.last_ns = run->time_ns[row];
    }
    return add_part(to, &part, err);
}

static void add_floats(struct stw_aggregate *to, const struct stw_run *run, uint32_t from,
                       uint32_t end)
{
    const struct stw_vector *vector = &run->columns[0];
    for (uint32_t row = from; row < end; row++) {
        if (!stw_vector_has(vector, row))
            continue;
        double value = vector->floats[row];
        if (to->count++ == 0) {
            to->float_first = value;
            to->first_ns = run->time_ns[row];
            to->float_min = __builtin_inf();
            to->float_max = -__builtin_inf();
        }
        to->float_sum += value;
        if (value < to->float_min)
            to->float_min = value;
        if (value > to->float_max)
            to->float_max = value;
        to->float_last = value;
        to->last_ns = run->time_ns[row];
    }
}

static void count_present(struct stw_aggregate *to, const struct stw_run *run, uint32_t from,
                          uint32_t end)
{
    for (uint32_t row = from; row < end; row++) {
        if (!stw_vector_has(&run->columns[0], row))
            continue;
        if (to->count++ == 0)
            to->first_ns = run->time_ns[row];
        to->last_ns = run->time_ns[row];
    }
}

static int add_run(const struct aggregation *work, struct stw_aggregate *cells,
                   const struct stw_run *run, struct stw_error *err)
{
    struct stw_cut cut;
    stw_cut_start(&cut, work->spec->boundaries, work->spec->boundary_count, run->time_ns,
                  run->count);
    while (stw_cut_next(&cut)) {
        struct stw_aggregate *cell = &cells[cut.period];
        cell->rows += cut.end - cut.from;
        if (work->type == STW_TYPE_FLOAT)
            add_floats(cell, run, cut.from, cut.end);
        else if (work->type == STW_TYPE_TEXT)
            count_present(cell, run, cut.from, cut.end);
        else
            STW_TRY(add_integers(cell, run, cut.from, cut.end, err));
    }
    return STW_OK;
}

/* Adds a block from its statistics. False when they do not say enough: it crosses a boundary, its
 * values are floats or texts, or some are missing, so that the times of first and last are not
 * known. */
static bool add_block(const struct aggregation *work, struct stw_aggregate *cells,
                      const struct stw_merge_block *next, int *status, struct stw_error *err)
{
    const struct stw_segment_block *block = next->block;
    uint32_t period =
        stw_cut_period(work->spec->boundaries, work->spec->boundary_count, block->time_min_ns);
    if (block->time_max_ns >= work->spec->boundaries[period + 1])
        return false;
    struct part part = {.count = 0};
    if (next->columns[0] >= 0) {
        const struct stw_column_statistics *column = &block->columns[next->columns[0]];
        bool numeric = work->type != STW_TYPE_FLOAT && work->type != STW_TYPE_TEXT;
        if (column->nulls < block->rows && (column->nulls > 0 || !numeric))
            return false;
        if (column->nulls == 0)
            part = (struct part){.count = block->rows,
                                 .sum = column->sum,
                                 .min = column->min.integer,
                                 .max = column->max.integer,
                                 .first = column->first.integer,
                                 .last = column->last.integer,
                                 .first_ns = block->time_first_ns,
                                 .last_ns = block->time_last_ns,
                                 .scale = column->scale};
    }
    cells[period].rows += block->rows;
    *status = add_part(&cells[period], &part, err);
    return true;
}

static int add_series(const struct aggregation *work, struct stw_merge *merge, uint32_t series,
                      struct stw_aggregate *cells, struct stw_error *err)
{
    const struct stw_aggregate_spec *spec = work->spec;
    stw_merge_seek(merge, series, spec->boundaries[0], spec->boundaries[spec->boundary_count - 1]);
    for (;;) {
        struct stw_merge_block block;
        struct stw_run run;
        int status = spec->decode_always ? STW_END : stw_merge_peek(merge, &block, err);
        if (status == STW_OK && add_block(work, cells, &block, &status, err)) {
            STW_TRY(status);
            STW_TRY(stw_merge_skip(merge, err));
            continue;
        }
        STW_TRY(status);
        status = stw_merge_next(merge, &run, err);
        if (status == STW_END)
            return STW_OK;
        STW_TRY(status);
        STW_TRY(add_run(work, cells, &run, err));
    }
}

/* ---- Spreading over threads ------------------------------------------------------------------ */

static int produce(void *context, void *slot, struct stw_error *err)
{
    struct aggregation *work = context;
    struct job *job = slot;
    (void)err;
    if (work->produced == work->window_count)
        return STW_END;
    uint32_t left = work->window_count - work->produced;
    job->first = work->produced;
    job->count = left < work->job_series ? left : work->job_series;
    work->produced += job->count;
    return STW_OK;
}

static int compute(void *context, unsigned worker, void *slot, struct stw_error *err)
{
    const struct aggregation *work = context;
    const struct job *job = slot;
    for (uint32_t i = job->first; i < job->first + job->count; i++)
        STW_TRY(add_series(work, work->workers.merges[worker], work->order[i].series,
                           work->cells + (size_t)work->order[i].at * work->periods, err));
    return STW_OK;
}

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    if (left->series != right->series)
        return left->series < right->series ? -1 : 1;
    return (left->at > right->at) - (left->at < right->at);
}

static int hand_out(const struct aggregation *work)
{
    for (uint32_t i = 0; i < work->window_count; i++) {
        const struct stw_aggregate *cells = work->cells + (size_t)i * work->periods;
        bool any = false;
        for (uint32_t period = 0; period < work->periods && !any; period++)
            any = cells[period].rows > 0;
        if (!any)
            continue;
        int status =
            work->each(work->context, work->series[work->window_first + i], cells, work->periods);
        if (status != STW_OK)
            return status;
    }
    return STW_OK;
}

/* How many series the next window takes. */
static uint32_t window_size(const struct aggregation *work)
{
    const uint32_t *series = work->series + work->window_first;
    uint32_t most = WINDOW_CELLS_MAX / work->periods,
             left = work->series_count - work->window_first;
    most = most < work->job_series ? work->job_series : most;
    most = most > left ? left : most;
    if (most <= ORDERED_SERIES)
        return most;
    uint32_t falls = 0;
    for (uint32_t i = 1; i < ORDERED_SERIES; i++)
        falls += series[i] < series[i - 1];
    return falls <= ORDERED_SERIES / ORDERED_SHARE ? ORDERED_SERIES : most;
}

static int run_window(struct aggregation *work, unsigned threads, struct job *jobs,
                      struct stw_error *err)
{
    const struct stw_pool_stages stages = {work, produce, compute, NULL};
    size_t cells = (size_t)work->window_count * work->periods;
    if (!stw_reserve((void **)&work->order, &work->order_capacity, work->window_count,
                     sizeof(*work->order)) ||
        !stw_reserve((void **)&work->cells, &work->cell_capacity, cells, sizeof(*work->cells)))
        return stw_fail_memory(err, cells * sizeof(*work->cells));
    for (uint32_t i = 0; i < work->window_count; i++)
        work->order[i] = (struct place){work->series[work->window_first + i], i};
    qsort(work->order, work->window_count, sizeof(*work->order), compare_places);
    memset(work->cells, 0, cells * sizeof(*work->cells));
    work->produced = 0;
    STW_TRY(stw_pool_run(threads, jobs, threads * 2, sizeof(*jobs), &stages, err));
    return hand_out(work);
}

static int run_windows(struct aggregation *work, unsigned threads, struct stw_error *err)
{
    struct job *jobs = stw_alloc_zero((size_t)threads * 2, sizeof(*jobs));
    int status = jobs == NULL ? stw_fail_memory(err, (size_t)threads * 2 * sizeof(*jobs)) : STW_OK;
    while (status == STW_OK && work->window_first < work->series_count) {
        work->window_count = window_size(work);
        status = run_window(work, threads, jobs, err);
        work->window_first += work->window_count;
    }
    stw_free(jobs);
    stw_free(work->order);
    stw_free(work->cells);
    return status == STW_END ? STW_OK : status;
}

int stw_aggregate_run(struct stw_view *view, const struct stw_aggregate_spec *spec,
                      stw_aggregate_fn *each, void *context, struct stw_scan_stats *statistics,
                      struct stw_error *err)
{
    if (spec->scan.column_count != 1)
        return stw_fail(err, STW_ERR_USAGE, "an aggregate is of one column");
    STW_TRY(stw_workers_check_boundaries(spec->boundaries, spec->boundary_count, err));
    struct aggregation work = {
        .spec = spec, .periods = spec->boundary_count - 1, .each = each, .context = context};
    work.type = spec->scan.table->columns[spec->scan.columns[0]].type;
    work.job_series = JOB_CELLS_MAX / work.periods;
    work.job_series = work.job_series < 1                ? 1
                      : work.job_series > JOB_SERIES_MAX ? JOB_SERIES_MAX
                                                         : work.job_series;
    int status = stw_scan_series(view, &spec->scan, &work.series, &work.series_count, err);
    if (status == STW_OK)
        status = stw_workers_open(&work.workers, view, &spec->scan, spec->thread_count, err);
    if (status == STW_OK)
        status = run_windows(&work, work.workers.count, err);
    stw_workers_close(&work.workers, statistics);
    stw_free(work.series);
    return status;
}
