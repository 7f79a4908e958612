/* Bounds and statistics of a block; see block_describe.h. */
#include "segment/block_describe.h"

#include "segment/statistics.h"

void stw_block_describe(const struct stw_block_rows *rows, struct stw_segment_block *block,
                        struct stw_column_statistics *statistics)
{
    uint32_t count = rows->rows;
    const int64_t *time_ns = rows->time_ns;
    *block = (struct stw_segment_block){
        .rows = count,
        .series_first = rows->series[0],
        .series_last = rows->series[count - 1],
        .single = rows->series[0] == rows->series[count - 1],
        .time_first_ns = time_ns[0],
        .time_last_ns = time_ns[count - 1],
        .time_min_ns = time_ns[0],
        .time_max_ns = time_ns[0],
        .columns = statistics,
    };
    bool regular = block->single && count > 1;
    for (uint32_t i = 1; i < count; i++) {
        bool same_series = rows->series[i] == rows->series[i - 1];
        block->has_repeats |= same_series && time_ns[i] == time_ns[i - 1];
        /* Within a series times ascend, so that the differences fit an uint64. */
        regular = regular && (uint64_t)time_ns[i] - (uint64_t)time_ns[i - 1] ==
                                 (uint64_t)time_ns[1] - (uint64_t)time_ns[0];
        block->time_min_ns = time_ns[i] < block->time_min_ns ? time_ns[i] : block->time_min_ns;
        block->time_max_ns = time_ns[i] > block->time_max_ns ? time_ns[i] : block->time_max_ns;
    }
    if (regular && (uint64_t)time_ns[1] - (uint64_t)time_ns[0] <= INT64_MAX)
        block->time_step_ns = time_ns[1] - time_ns[0];
    for (uint32_t i = 0; i < rows->column_count; i++)
        stw_statistics_compute(&rows->columns[i], count, block->single, &statistics[i]);
}

bool stw_block_same(const struct stw_segment_block *a, const struct stw_segment_block *b,
                    const struct stw_segment_spec *spec)
{
    bool same = a->rows == b->rows && a->series_first == b->series_first &&
                a->series_last == b->series_last && a->single == b->single &&
                a->has_repeats == b->has_repeats && a->time_first_ns == b->time_first_ns &&
                a->time_last_ns == b->time_last_ns && a->time_min_ns == b->time_min_ns &&
                a->time_max_ns == b->time_max_ns && a->time_step_ns == b->time_step_ns;
    for (uint32_t i = 0; i < spec->column_count && same; i++)
        same = stw_statistics_equal(&a->columns[i], &b->columns[i], spec->columns[i].type);
    return same;
}
