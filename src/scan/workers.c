/* Merges of the threads of one computation; see workers.h. */
#include "scan/workers.h"

#include "base/memory.h"
#include "base/pool.h"

int stw_workers_open(struct stw_workers *workers, struct stw_view *view,
                     const struct stw_scan_spec *spec, unsigned thread_count, struct stw_error *err)
{
    unsigned threads = thread_count == 0 ? stw_pool_processors() : thread_count;
    workers->count = threads > STW_POOL_THREADS_MAX ? STW_POOL_THREADS_MAX : threads;
    workers->merges = stw_alloc_zero(workers->count, sizeof(struct stw_merge *));
    if (workers->merges == NULL)
        return stw_fail_memory(err, workers->count * sizeof(struct stw_merge *));
    for (unsigned i = 0; i < workers->count; i++)
        STW_TRY(stw_view_merge(view, spec->table, spec->columns, spec->column_count, spec->history,
                               &workers->merges[i], err));
    return STW_OK;
}

void stw_workers_close(struct stw_workers *workers, struct stw_scan_stats *statistics)
{
    struct stw_scan_stats sum = {0};
    for (unsigned i = 0; workers->merges != NULL && i < workers->count; i++) {
        if (workers->merges[i] == NULL)
            continue;
        struct stw_merge_stats one = stw_merge_statistics(workers->merges[i]);
        sum.blocks_read += one.blocks_read;
        sum.blocks_skipped += one.blocks_skipped;
        sum.bytes_read += one.bytes_read;
        stw_merge_close(workers->merges[i]);
    }
    if (statistics != NULL)
        *statistics = sum;
    stw_free(workers->merges);
    *workers = (struct stw_workers){0};
}

int stw_workers_check_boundaries(const int64_t *boundaries, uint32_t count, struct stw_error *err)
{
    if (count < 2)
        return stw_fail(err, STW_ERR_USAGE, "there must be one period at least");
    for (uint32_t i = 1; i < count; i++) {
        if (boundaries[i] <= boundaries[i - 1])
            return stw_fail(err, STW_ERR_USAGE, "the boundaries of periods must ascend");
    }
    return STW_OK;
}
