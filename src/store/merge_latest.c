/*
 * Tables with one live row a series: it is the one with the highest sequence, whatever its time.
 * Segments are looked at from the latest commit back, until none can hold a later row.
 */
#include "store/merge_inside.h"

static bool is_erased(const struct stw_merge *merge, int64_t time_ns, uint64_t commit)
{
    for (uint32_t i = 0; i < merge->erasure_count; i++) {
        const struct stw_erasure *erasure = &merge->erasures[i];
        if (commit < erasure->generation && time_ns >= erasure->from_ns && time_ns < erasure->to_ns)
            return true;
    }
    return false;
}

/* The row of the series with the highest sequence above *best in the decoded block; copied. */
static int take_best(struct stw_merge *merge, const struct stw_merge_input *input, int64_t *best,
                     struct stw_error *err)
{
    const struct stw_block *data = &input->slot->data;
    uint32_t position = input->position[merge->spec.column_count];
    uint32_t from, end, found = UINT32_MAX;
    if (position == UINT32_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "%s has no sequence of rows", input->ref->name);
    const int64_t *sequence = data->columns[position].ints;
    stw_merge_input_rows(merge, data, &from, &end);
    for (uint32_t row = from; row < end; row++) {
        if (sequence[row] > *best &&
            !is_erased(merge, data->time_ns[row], (uint64_t)sequence[row] >> 32)) {
            *best = sequence[row];
            found = row;
        }
    }
    if (found == UINT32_MAX)
        return STW_OK;
    stw_run_buffer_clear(&merge->buffer);
    stw_merge_input_vectors(merge, input, 0);
    if (stw_run_buffer_add(&merge->buffer, merge->vectors, data->time_ns, found, 1) != STW_OK)
        return stw_fail_memory(err, sizeof(*data));
    return STW_OK;
}

static int best_of_input(struct stw_merge *merge, struct stw_merge_input *input, int64_t *best,
                         struct stw_error *err)
{
    int status = STW_OK;
    struct stw_segment_place *place = &input->place;
    STW_TRY(stw_merge_input_open(merge, input, INT64_MIN, err));
    while (status == STW_OK && place->block != NULL &&
           place->block->series_first <= merge->series) {
        status = stw_merge_input_get_block(merge, input, err);
        if (status == STW_OK)
            status = take_best(merge, input, best, err);
        stw_merge_input_drop_block(input);
        if (status == STW_OK)
            status = stw_segment_place_go(place, input->reader, place->number + 1, err);
    }
    stw_merge_input_finish(merge, input);
    return status;
}

int stw_merge_next_latest(struct stw_merge *merge, struct stw_run *run, struct stw_error *err)
{
    int64_t best = -1;
    if (merge->done)
        return STW_END;
    merge->done = true;
    for (uint32_t i = 0; i < merge->spec.ref_count; i++) {
        struct stw_merge_input *input = merge->latest[i];
        if (best >= 0 && input->ref->commit_last < (uint64_t)best >> 32)
            break;
        if (stw_merge_input_may_hold(merge, input->ref))
            STW_TRY(best_of_input(merge, input, &best, err));
    }
    if (best < 0 || merge->buffer.time_ns[0] < merge->from_ns ||
        merge->buffer.time_ns[0] >= merge->to_ns)
        return STW_END;
    stw_merge_hand_out_buffer(merge, run);
    return STW_OK;
}
