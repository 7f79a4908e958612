/*
 * The merge iterator; see merge.h.
 *
 * Each segment that may hold rows of the series is an input with a bound: no row of it that is
 * still to come is earlier. A block is decoded only when its input has the lowest bound; before
 * that the bound comes from the block's statistics. The input with the lowest bound hands out rows
 * as far as they are below all other bounds; where they are not, rows of equal time are taken in
 * order of sequence into a buffer. What an input is stands in merge_input.c.
 */
#include "store/merge_inside.h"

#include "base/memory.h"
#include "base/search.h"

#include <stdlib.h>

enum { COPY_ROWS_MAX = 64 }; /* longer stretches are handed out as they lie, not copied */

/* ---- Opening --------------------------------------------------------------------------------- */

static int compare_earliest(const void *a, const void *b)
{
    const struct stw_merge_input *left = a, *right = b;
    int64_t x = left->ref->info.time_min_ns, y = right->ref->info.time_min_ns;
    return (x > y) - (x < y);
}

/* Order of sequence between segments. */
static bool comes_before(const struct stw_segment_ref *a, const struct stw_segment_ref *b)
{
    return a->commit_last != b->commit_last ? a->commit_last < b->commit_last : a->run < b->run;
}

static int compare_latest(const void *a, const void *b)
{
    const struct stw_merge_input *left = *(struct stw_merge_input *const *)a,
                                 *right = *(struct stw_merge_input *const *)b;
    return comes_before(right->ref, left->ref) ? -1 : comes_before(left->ref, right->ref);
}

static int make_buffers(struct stw_merge *merge, struct stw_error *err)
{
    enum stw_type *types = STW_ARENA_ARRAY(&merge->arena, enum stw_type, merge->column_count + 1);
    merge->vectors = STW_ARENA_ARRAY(&merge->arena, struct stw_vector, merge->column_count + 1);
    merge->zeros = stw_alloc_zero(STW_RUN_ROWS_MAX, sizeof(int64_t));
    if (types == NULL || merge->vectors == NULL || merge->zeros == NULL)
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(int64_t));
    for (uint32_t i = 0; i < merge->column_count; i++)
        types[i] = stw_merge_column(merge, i).type;
    return stw_run_buffer_init(&merge->buffer, types, merge->column_count, err);
}

static int make_inputs(struct stw_merge *merge, struct stw_error *err)
{
    uint32_t count = merge->spec.ref_count;
    merge->inputs = STW_ARENA_ARRAY(&merge->arena, struct stw_merge_input, count + 1u);
    merge->latest = STW_ARENA_ARRAY(&merge->arena, struct stw_merge_input *, count + 1u);
    merge->active = STW_ARENA_ARRAY(&merge->arena, struct stw_merge_input *, count + 1u);
    merge->erasures =
        STW_ARENA_ARRAY(&merge->arena, struct stw_erasure, merge->spec.erasure_count + 1u);
    if (merge->inputs == NULL || merge->latest == NULL || merge->active == NULL ||
        merge->erasures == NULL)
        return stw_fail_memory(err, count * sizeof(*merge->inputs));
    for (uint32_t i = 0; i < count; i++)
        merge->inputs[i].ref = merge->spec.refs[i];
    qsort(merge->inputs, count, sizeof(*merge->inputs), compare_earliest);
    for (uint32_t i = 0; i < count; i++)
        merge->latest[i] = &merge->inputs[i];
    qsort(merge->latest, count, sizeof(*merge->latest), compare_latest);
    return STW_OK;
}

static int open_merge(struct stw_merge *merge, struct stw_error *err)
{
    uint32_t count = merge->spec.column_count;
    uint32_t *columns = STW_ARENA_ARRAY(&merge->arena, uint32_t, count + 1u);
    if (columns == NULL)
        return stw_fail_memory(err, count * sizeof(*columns));
    if (count > 0)
        memcpy(columns, merge->spec.columns, count * sizeof(*columns));
    merge->spec.columns = columns;
    merge->column_count =
        count + (merge->spec.with_sequence || merge->spec.mode == STW_MERGE_LATEST_OF_SERIES);
    STW_TRY(make_inputs(merge, err));
    return make_buffers(merge, err);
}

int stw_merge_open(struct stw_merge **out, const struct stw_merge_spec *spec, struct stw_error *err)
{
    struct stw_merge *merge = stw_alloc_zero(1, sizeof(*merge));
    if (merge == NULL)
        return stw_fail_memory(err, sizeof(*merge));
    merge->spec = *spec;
    merge->done = true;
    stw_arena_init(&merge->arena);
    stw_block_cache_init(&merge->cache, spec->ref_count, &spec->readers->cache_left_bytes);
    int status = open_merge(merge, err);
    if (status != STW_OK) {
        stw_merge_close(merge);
        return status;
    }
    merge->next_input = spec->ref_count;
    *out = merge;
    return STW_OK;
}

void stw_merge_close(struct stw_merge *merge)
{
    if (merge == NULL)
        return;
    while (merge->active_count > 0)
        stw_merge_input_finish(merge, merge->active[0]);
    stw_block_cache_release(&merge->cache);
    stw_run_buffer_release(&merge->buffer);
    stw_free(merge->zeros);
    stw_arena_release(&merge->arena);
    stw_free(merge);
}

void stw_merge_seek(struct stw_merge *merge, uint32_t series, int64_t from_ns, int64_t to_ns)
{
    while (merge->active_count > 0)
        stw_merge_input_finish(merge, merge->active[0]);
    merge->series = series;
    merge->from_ns = from_ns;
    merge->to_ns = to_ns;
    merge->next_input = 0;
    merge->group_open = false;
    merge->buffer_out = true;
    merge->done = false;
    merge->erasure_count = 0;
    for (uint32_t i = 0; i < merge->spec.erasure_count; i++) {
        const struct stw_erasure *erasure = &merge->spec.erasures[i];
        if (erasure->table == merge->spec.table->number && erasure->series == series)
            merge->erasures[merge->erasure_count++] = *erasure;
    }
}

/* ---- Choosing -------------------------------------------------------------------------------- */

/* Looks at all inputs that may have rows up to time_ns; *found when one of them may. */
static int activate_until(struct stw_merge *merge, int64_t time_ns, bool *found,
                          struct stw_error *err)
{
    uint32_t before = merge->active_count;
    while (merge->next_input < merge->spec.ref_count) {
        struct stw_merge_input *input = &merge->inputs[merge->next_input];
        int64_t earliest_ns = input->ref->info.time_min_ns;
        if (earliest_ns > time_ns || earliest_ns >= merge->to_ns)
            break;
        merge->next_input++;
        STW_TRY(stw_merge_input_start(merge, input, err));
    }
    *found = merge->active_count > before;
    return STW_OK;
}

static struct stw_merge_input *lowest_input(const struct stw_merge *merge)
{
    struct stw_merge_input *lowest = NULL;
    for (uint32_t i = 0; i < merge->active_count; i++) {
        if (lowest == NULL || merge->active[i]->bound_ns < lowest->bound_ns)
            lowest = merge->active[i];
    }
    return lowest;
}

/* The input whose next row is earliest, with everything that could be earlier looked at; NULL at
 * the end of the series. */
static int earliest_input(struct stw_merge *merge, struct stw_merge_input **out,
                          struct stw_error *err)
{
    for (;;) {
        struct stw_merge_input *lowest = lowest_input(merge);
        bool found = false;
        bool last = merge->next_input == merge->spec.ref_count;
        int64_t until_ns = lowest != NULL ? lowest->bound_ns
                           : last         ? INT64_MIN
                                          : merge->inputs[merge->next_input].ref->info.time_min_ns;
        uint32_t next = merge->next_input;
        STW_TRY(activate_until(merge, until_ns, &found, err));
        if (found || (lowest == NULL && merge->next_input > next))
            continue;
        *out = lowest;
        return STW_OK;
    }
}

/* The lowest bound of all rows that are not in the decoded (or peeked at) block of `input`. */
static int64_t other_bound(const struct stw_merge *merge, const struct stw_merge_input *input)
{
    int64_t bound_ns = INT64_MAX;
    for (uint32_t i = 0; i < merge->active_count; i++) {
        if (merge->active[i] != input && merge->active[i]->bound_ns < bound_ns)
            bound_ns = merge->active[i]->bound_ns;
    }
    /* Its next block may go on with the time of its last row, but with no earlier one. */
    int64_t own_ns;
    const struct stw_segment_block *block = input->place.block;
    int64_t last_ns = input->slot != NULL ? input->slot->data.time_ns[input->end - 1]
                      : block->single     ? block->time_max_ns
                                          : input->bound_ns;
    if (merge->spec.mode == STW_MERGE_LATEST_AT_TIME &&
        stw_merge_input_next_bound(merge, input, last_ns, &own_ns) && own_ns < bound_ns)
        bound_ns = own_ns;
    return bound_ns;
}

/* Whether the block an input stands at can be judged whole, apart from other inputs. */
static bool stands_alone(const struct stw_merge *merge, const struct stw_merge_input *input,
                         const struct stw_segment_block *block)
{
    if (input->slot != NULL || !block->single || block->time_min_ns < merge->from_ns ||
        block->time_max_ns >= merge->to_ns)
        return false;
    if (merge->group_open && merge->group_ns == block->time_min_ns)
        return false;
    if (merge->spec.mode == STW_MERGE_LATEST_AT_TIME && block->has_repeats)
        return false;
    for (uint32_t i = 0; i < merge->erasure_count; i++) {
        const struct stw_erasure *erasure = &merge->erasures[i];
        if (erasure->generation > input->ref->commit_last &&
            erasure->from_ns <= block->time_max_ns && block->time_min_ns < erasure->to_ns)
            return false;
    }
    return true;
}

static bool is_shared_and_closed(const struct stw_merge_input *input)
{
    return input->slot == NULL && !input->place.block->single;
}

/* Decodes the shared blocks that come up by time_ns: only their rows tell whether they hold any of
 * the series. A late file of some meters would otherwise seem to touch all meters between them. */
static int open_shared(struct stw_merge *merge, int64_t time_ns, struct stw_error *err)
{
    for (uint32_t i = 0; i < merge->active_count;) {
        struct stw_merge_input *input = merge->active[i];
        if (input->bound_ns > time_ns || !is_shared_and_closed(input)) {
            i++;
            continue;
        }
        STW_TRY(stw_merge_input_load(merge, input,
                                     err)); /* it may be finished, and another in its place */
    }
    return STW_OK;
}

/* The same, other inputs considered: nothing else touches the times of the block. `input` is the
 * earliest. */
static int is_untouched(struct stw_merge *merge, const struct stw_merge_input *input,
                        bool *untouched, struct stw_error *err)
{
    const struct stw_segment_block *next = input->place.block;
    bool found;
    *untouched = stands_alone(merge, input, next);
    if (!*untouched)
        return STW_OK;
    STW_TRY(activate_until(merge, next->time_max_ns, &found, err));
    STW_TRY(open_shared(merge, next->time_max_ns, err));
    *untouched = other_bound(merge, input) > next->time_max_ns;
    return STW_OK;
}

/* ---- Handing out ----------------------------------------------------------------------------- */

static uint32_t columns_out(const struct stw_merge *merge)
{
    return merge->spec.column_count + merge->spec.with_sequence;
}

static int hand_out_block(struct stw_merge *merge, struct stw_merge_input *input, uint32_t rows,
                          struct stw_run *run, struct stw_error *err)
{
    stw_merge_input_vectors(merge, input, input->row);
    *run = (struct stw_run){.series = merge->series,
                            .count = rows,
                            .time_ns = input->slot->data.time_ns + input->row,
                            .columns = merge->vectors,
                            .column_count = columns_out(merge)};
    return stw_merge_input_advance(merge, input, rows, err);
}

void stw_merge_hand_out_buffer(struct stw_merge *merge, struct stw_run *run)
{
    stw_run_buffer_run(&merge->buffer, merge->series, run);
    run->column_count = columns_out(merge);
    merge->buffer_out = true;
    merge->group_open = false;
}

/* Copies rows into the buffer and moves on; STW_END: the buffer must be handed out first. */
static int copy_rows(struct stw_merge *merge, struct stw_merge_input *input, uint32_t rows,
                     struct stw_error *err)
{
    if (merge->buffer.count + rows > STW_RUN_ROWS_MAX)
        return STW_END;
    stw_merge_input_vectors(merge, input, input->row);
    int status = stw_run_buffer_add(&merge->buffer, merge->vectors,
                                    input->slot->data.time_ns + input->row, 0, rows);
    if (status < 0)
        return stw_fail_memory(err, rows);
    return status == STW_OK ? stw_merge_input_advance(merge, input, rows, err) : status;
}

/* How many rows of a decoded input can go out at once: those below the bound of everything else,
 * up to the first of two at the same time where only the last of them counts. */
static uint32_t clear_rows(const struct stw_merge *merge, const struct stw_merge_input *input,
                           int64_t other_ns)
{
    const int64_t *times = input->slot->data.time_ns;
    uint32_t end = stw_search_first(times, input->row, input->stop, other_ns);
    if (merge->spec.mode == STW_MERGE_LATEST_AT_TIME && input->place.block->has_repeats) {
        for (uint32_t row = input->row; row < end; row++) {
            if (row + 1 < input->end && times[row] == times[row + 1])
                return row - input->row;
        }
    }
    return end - input->row;
}

/*
 * Several rows at the lowest time: takes those of the input that comes first in sequence. The next
 * calls take the others; where the last one counts, each replaces the one before. STW_END: hand the
 * buffer out first; STW_OK otherwise.
 */
static int take_equal_times(struct stw_merge *merge, int64_t time_ns, struct stw_error *err)
{
    struct stw_merge_input *first = NULL;
    for (uint32_t i = 0; i < merge->active_count; i++) {
        struct stw_merge_input *input = merge->active[i];
        if (input->bound_ns != time_ns)
            continue;
        if (input->slot == NULL)
            return stw_merge_input_load(merge, input, err);
        if (first == NULL || comes_before(input->ref, first->ref))
            first = input;
    }
    assert(first != NULL); /* the bound came from one of them */
    uint32_t end =
        stw_search_first(first->slot->data.time_ns, first->row, first->stop, time_ns + 1);
    uint32_t rows = end - first->row;
    if (merge->spec.mode == STW_MERGE_ALL)
        return copy_rows(merge, first, rows < COPY_ROWS_MAX ? rows : COPY_ROWS_MAX, err);
    if (merge->group_open && merge->group_ns == time_ns) {
        stw_run_buffer_pop(&merge->buffer);
        merge->group_open = false;
    }
    if (rows > 1)
        return stw_merge_input_advance(merge, first, rows - 1, err);
    int status = copy_rows(merge, first, 1, err);
    merge->group_open = status == STW_OK;
    merge->group_ns = time_ns;
    return status;
}

static int next_merged(struct stw_merge *merge, struct stw_run *run, struct stw_error *err)
{
    for (;;) {
        struct stw_merge_input *input;
        STW_TRY(earliest_input(merge, &input, err));
        if (input == NULL)
            break;
        if (input->slot == NULL) {
            bool untouched = false;
            if (merge->buffer.count > 0)
                STW_TRY(is_untouched(merge, input, &untouched, err));
            if (untouched) /* it may be judged by its statistics after what is in the buffer */
                break;
            STW_TRY(stw_merge_input_load(merge, input, err));
            continue;
        }
        bool found;
        STW_TRY(activate_until(merge, input->slot->data.time_ns[input->stop - 1], &found, err));
        int64_t other_ns = other_bound(merge, input);
        bool in_group = merge->group_open && merge->group_ns == input->bound_ns;
        uint32_t rows = in_group ? 0 : clear_rows(merge, input, other_ns);
        int status;
        if (rows == 0) {
            status = take_equal_times(merge, input->bound_ns, err);
        } else if (rows < COPY_ROWS_MAX && (other_ns != INT64_MAX || merge->buffer.count > 0)) {
            merge->group_open = false;
            status = copy_rows(merge, input, rows, err);
        } else if (merge->buffer.count > 0) {
            status = STW_END;
        } else {
            return hand_out_block(merge, input, rows, run, err);
        }
        if (status < 0)
            return status;
        if (status == STW_END && merge->buffer.count > 0)
            break;
    }
    if (merge->buffer.count == 0)
        return STW_END;
    stw_merge_hand_out_buffer(merge, run);
    return STW_OK;
}

int stw_merge_next(struct stw_merge *merge, struct stw_run *run, struct stw_error *err)
{
    if (merge->buffer_out)
        stw_run_buffer_clear(&merge->buffer);
    merge->buffer_out = false;
    if (merge->spec.mode == STW_MERGE_LATEST_OF_SERIES)
        return stw_merge_next_latest(merge, run, err);
    return next_merged(merge, run, err);
}

/* ---- Statistics ------------------------------------------------------------------------------ */

int stw_merge_peek(struct stw_merge *merge, struct stw_merge_block *block, struct stw_error *err)
{
    struct stw_merge_input *input;
    bool untouched;
    if (merge->spec.mode == STW_MERGE_LATEST_OF_SERIES ||
        (merge->buffer.count > 0 && !merge->buffer_out))
        return STW_END;
    STW_TRY(earliest_input(merge, &input, err));
    while (input != NULL && is_shared_and_closed(input)) {
        STW_TRY(stw_merge_input_load(merge, input, err));
        STW_TRY(earliest_input(merge, &input, err));
    }
    if (input == NULL)
        return STW_END;
    STW_TRY(is_untouched(merge, input, &untouched, err));
    if (!untouched)
        return STW_END;
    *block = (struct stw_merge_block){.block = input->place.block,
                                      .columns = input->places,
                                      .ref = input->ref,
                                      .number = input->place.number};
    return STW_OK;
}

int stw_merge_is_last(struct stw_merge *merge, bool *last, struct stw_error *err)
{
    bool found;
    int64_t next_ns;
    STW_TRY(activate_until(merge, INT64_MAX, &found, err));
    const struct stw_merge_input *input = lowest_input(merge);
    *last =
        merge->active_count == 1 && !stw_merge_input_next_bound(merge, input, INT64_MIN, &next_ns);
    return STW_OK;
}

int stw_merge_skip(struct stw_merge *merge, struct stw_error *err)
{
    struct stw_merge_input *lowest = lowest_input(merge);
    assert(lowest != NULL && lowest->slot == NULL);
    lowest->bound_ns = lowest->place.block->time_max_ns;
    merge->blocks_skipped++;
    return stw_merge_input_next_block(merge, lowest, err);
}

bool stw_merge_at_end(const struct stw_merge *merge)
{
    if (merge->spec.mode == STW_MERGE_LATEST_OF_SERIES)
        return merge->done;
    bool more = merge->next_input < merge->spec.ref_count &&
                merge->inputs[merge->next_input].ref->info.time_min_ns < merge->to_ns;
    return merge->active_count == 0 && !more && (merge->buffer.count == 0 || merge->buffer_out);
}

struct stw_merge_stats stw_merge_statistics(const struct stw_merge *merge)
{
    return (struct stw_merge_stats){.blocks_read = merge->cache.blocks_read,
                                    .blocks_skipped = merge->blocks_skipped,
                                    .bytes_read = merge->cache.bytes_read};
}
