/*
 * Rows by period; see row_count.h. Series are taken in the order of their ids, in which they lie in
 * the files, a few to a job; each thread counts for itself.
 */
#include "scan/row_count.h"

#include "base/memory.h"
#include "base/pool.h"
#include "scan/cut.h"
#include "scan/workers.h"

#include <stdlib.h>

enum { JOB_SERIES = 64 };

struct job {
    uint32_t first; /* place in the list of series */
    uint32_t count;
};

struct counting {
    const struct stw_row_count_spec *spec;
    struct stw_workers workers;
    uint32_t *series; /* by id */
    uint32_t series_count;
    uint32_t produced;
    uint32_t periods;
    uint64_t *counts; /* of each thread: workers.count * periods */
};

/* ---- Counting -------------------------------------------------------------------------------- */

/* Rows at first, first + step, ...: those before a boundary follow from a division. */
static void count_steps(const struct stw_row_count_spec *spec,
                        const struct stw_segment_block *block, uint64_t *counts)
{
    const int64_t *boundaries = spec->boundaries;
    uint64_t step_ns = (uint64_t)block->time_step_ns;
    uint32_t period = stw_cut_period(boundaries, spec->boundary_count, block->time_first_ns);
    for (uint64_t before = 0; before < block->rows; period++) {
        /* How many of the rows are before the boundary; it is after the first of them. */
        uint64_t span_ns = (uint64_t)boundaries[period + 1] - (uint64_t)block->time_first_ns;
        uint64_t until = (span_ns - 1) / step_ns + 1;
        until = until < block->rows ? until : block->rows;
        counts[period] += until - before;
        before = until;
    }
}

/* False: the block's statistics do not say when its rows are. */
static bool count_block(const struct stw_row_count_spec *spec,
                        const struct stw_segment_block *block, uint64_t *counts)
{
    uint32_t period = stw_cut_period(spec->boundaries, spec->boundary_count, block->time_min_ns);
    if (block->time_max_ns < spec->boundaries[period + 1]) {
        counts[period] += block->rows;
        return true;
    }
    if (block->time_step_ns <= 0)
        return false;
    count_steps(spec, block, counts);
    return true;
}

static void count_run(const struct stw_row_count_spec *spec, const struct stw_run *run,
                      uint64_t *counts)
{
    struct stw_cut cut;
    stw_cut_start(&cut, spec->boundaries, spec->boundary_count, run->time_ns, run->count);
    while (stw_cut_next(&cut))
        counts[cut.period] += cut.end - cut.from;
}

static int count_series(const struct stw_row_count_spec *spec, struct stw_merge *merge,
                        uint32_t series, uint64_t *counts, struct stw_error *err)
{
    stw_merge_seek(merge, series, spec->boundaries[0], spec->boundaries[spec->boundary_count - 1]);
    for (;;) {
        struct stw_merge_block next;
        struct stw_run run;
        int status = spec->decode_always ? STW_END : stw_merge_peek(merge, &next, err);
        STW_TRY(status);
        if (status == STW_OK && count_block(spec, next.block, counts)) {
            STW_TRY(stw_merge_skip(merge, err));
            continue;
        }
        status = stw_merge_next(merge, &run, err);
        if (status != STW_OK)
            return status == STW_END ? STW_OK : status;
        count_run(spec, &run, counts);
    }
}

/* ---- Spreading over threads ------------------------------------------------------------------ */

static int produce(void *context, void *slot, struct stw_error *err)
{
    struct counting *work = context;
    struct job *job = slot;
    (void)err;
    uint32_t left = work->series_count - work->produced;
    if (left == 0)
        return STW_END;
    job->first = work->produced;
    job->count = left < JOB_SERIES ? left : JOB_SERIES;
    work->produced += job->count;
    return STW_OK;
}

static int count_job(void *context, unsigned worker, void *slot, struct stw_error *err)
{
    const struct counting *work = context;
    const struct job *job = slot;
    uint64_t *counts = work->counts + (size_t)worker * work->periods;
    for (uint32_t i = job->first; i < job->first + job->count; i++)
        STW_TRY(
            count_series(work->spec, work->workers.merges[worker], work->series[i], counts, err));
    return STW_OK;
}

static int compare_ids(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static int count_all(struct counting *work, struct stw_error *err)
{
    const struct stw_pool_stages stages = {work, produce, count_job, NULL};
    unsigned threads = work->workers.count;
    struct job *jobs = stw_alloc_zero((size_t)threads * 2, sizeof(*jobs));
    work->counts = stw_alloc_zero((size_t)threads * work->periods, sizeof(*work->counts));
    if (work->series_count > 0)
        qsort(work->series, work->series_count, sizeof(*work->series), compare_ids);
    int status = jobs == NULL || work->counts == NULL
                     ? stw_fail_memory(err, (size_t)threads * work->periods * sizeof(*work->counts))
                     : stw_pool_run(threads, jobs, threads * 2, sizeof(*jobs), &stages, err);
    stw_free(jobs);
    return status;
}

int stw_row_count_run(struct stw_view *view, const struct stw_row_count_spec *spec,
                      uint64_t *counts, struct stw_scan_stats *statistics, struct stw_error *err)
{
    STW_TRY(stw_workers_check_boundaries(spec->boundaries, spec->boundary_count, err));
    struct counting work = {.spec = spec, .periods = spec->boundary_count - 1};
    int status = stw_scan_series(view, &spec->scan, &work.series, &work.series_count, err);
    if (status == STW_OK)
        status = stw_workers_open(&work.workers, view, &spec->scan, spec->thread_count, err);
    if (status == STW_OK)
        status = count_all(&work, err);
    memset(counts, 0, work.periods * sizeof(*counts));
    for (unsigned i = 0; status == STW_OK && i < work.workers.count; i++)
        for (uint32_t period = 0; period < work.periods; period++)
            counts[period] += work.counts[(size_t)i * work.periods + period];
    stw_workers_close(&work.workers, statistics);
    stw_free(work.counts);
    stw_free(work.series);
    return status;
}
