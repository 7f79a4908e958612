/*
 * The merge iterator; see merge.h.
 *
 * Each segment that may hold rows of the series is an input with a bound: no row of it that is
 * still to come is earlier. A block is decoded only when its input has the lowest bound; before
 * that the bound comes from the block's statistics. The input with the lowest bound hands out rows
 * as far as they are below all other bounds; where they are not, rows of equal time are taken in
 * order of sequence into a buffer.
 */
#include "store/merge.h"

#include "base/memory.h"
#include "store/block_cache.h"
#include "store/run_buffer.h"

#include <stdlib.h>

enum { COPY_ROWS_MAX = 64 }; /* longer stretches are handed out as they lie, not copied */

struct input {
    struct stw_segment_ref *ref;
    bool mapped;
    int *places;        /* of each column asked for in the segment, or -1 */
    uint32_t *wanted;   /* the places that exist */
    uint32_t *position; /* of each column in the decoded block, UINT32_MAX where it has none */
    uint32_t wanted_count;
    /* The cursor; reader is NULL when the input has no more rows of the series. */
    struct stw_segment_reader *reader;
    struct stw_block_slot *slot;   /* NULL: the block at `block` is not decoded yet */
    struct stw_block_slot *recent; /* the one it had last, where neighbours mostly are */
    uint32_t block;
    uint32_t furthest; /* of the blocks decoded so far, also for other series */
    uint32_t row;      /* next one */
    uint32_t stop;     /* rows [row, stop) are not erased */
    uint32_t end;      /* rows [row, end) are of the series and in the time range */
    int64_t bound_ns;  /* of the next row: exact when decoded */
};

struct stw_merge {
    struct stw_merge_spec spec;
    struct stw_arena arena;
    uint32_t column_count; /* decoded: with the sequence where it is needed */
    struct input *inputs;  /* sorted by the earliest time */
    struct input **latest; /* sorted by commit, latest first */
    struct input **active;
    uint32_t active_count;
    uint32_t next_input;          /* inputs from here on are not looked at yet */
    struct stw_erasure *erasures; /* of the series */
    uint32_t erasure_count;
    struct stw_block_cache cache;
    struct stw_run_buffer buffer;
    bool buffer_out; /* the buffer was handed out: empty it first */
    struct stw_vector *vectors;
    void *zeros; /* what missing columns point at */
    uint32_t series;
    int64_t from_ns;
    int64_t to_ns;
    bool group_open; /* the buffer's last row is of group_ns and may yet be corrected */
    int64_t group_ns;
    bool done; /* the one row of the series has been looked for */
    uint64_t blocks_skipped;
};

/* ---- Opening --------------------------------------------------------------------------------- */

static int compare_earliest(const void *a, const void *b)
{
    const struct input *left = a, *right = b;
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
    const struct input *left = *(struct input *const *)a, *right = *(struct input *const *)b;
    return comes_before(right->ref, left->ref) ? -1 : comes_before(left->ref, right->ref);
}

static struct stw_column column_at(const struct stw_merge *merge, uint32_t index)
{
    if (index < merge->spec.column_count)
        return merge->spec.table->columns[merge->spec.columns[index]];
    return (struct stw_column){STW_SEQUENCE_COLUMN, STW_TYPE_INT};
}

static int make_buffers(struct stw_merge *merge, struct stw_error *err)
{
    enum stw_type *types = STW_ARENA_ARRAY(&merge->arena, enum stw_type, merge->column_count + 1);
    merge->vectors = STW_ARENA_ARRAY(&merge->arena, struct stw_vector, merge->column_count + 1);
    merge->zeros = stw_alloc_zero(STW_RUN_ROWS_MAX, sizeof(int64_t));
    if (types == NULL || merge->vectors == NULL || merge->zeros == NULL)
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(int64_t));
    for (uint32_t i = 0; i < merge->column_count; i++)
        types[i] = column_at(merge, i).type;
    return stw_run_buffer_init(&merge->buffer, types, merge->column_count, err);
}

static int make_inputs(struct stw_merge *merge, struct stw_error *err)
{
    uint32_t count = merge->spec.ref_count;
    merge->inputs = STW_ARENA_ARRAY(&merge->arena, struct input, count + 1u);
    merge->latest = STW_ARENA_ARRAY(&merge->arena, struct input *, count + 1u);
    merge->active = STW_ARENA_ARRAY(&merge->arena, struct input *, count + 1u);
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

static void drop_slot(struct input *input)
{
    if (input->slot != NULL)
        stw_block_cache_put(input->slot);
    input->slot = NULL;
}

static void finish_input(struct stw_merge *merge, struct input *input)
{
    drop_slot(input);
    stw_readers_give_back(merge->spec.readers, input->ref);
    input->reader = NULL;
    uint32_t place = 0;
    while (merge->active[place] != input)
        place++;
    merge->active[place] = merge->active[--merge->active_count];
}

void stw_merge_close(struct stw_merge *merge)
{
    if (merge == NULL)
        return;
    while (merge->active_count > 0)
        finish_input(merge, merge->active[0]);
    stw_block_cache_release(&merge->cache);
    stw_run_buffer_release(&merge->buffer);
    stw_free(merge->zeros);
    stw_arena_release(&merge->arena);
    stw_free(merge);
}

void stw_merge_seek(struct stw_merge *merge, uint32_t series, int64_t from_ns, int64_t to_ns)
{
    while (merge->active_count > 0)
        finish_input(merge, merge->active[0]);
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

/* ---- Inputs ---------------------------------------------------------------------------------- */

/* Where the segment keeps the columns asked for; it may lack those added to the schema later. */
static int map_columns(struct stw_merge *merge, struct input *input, struct stw_error *err)
{
    if (input->mapped)
        return STW_OK;
    uint32_t count = merge->column_count;
    const struct stw_segment_spec *spec = stw_segment_reader_spec(input->reader);
    input->places = STW_ARENA_ARRAY(&merge->arena, int, count + 1u);
    input->wanted = STW_ARENA_ARRAY(&merge->arena, uint32_t, count + 1u);
    input->position = STW_ARENA_ARRAY(&merge->arena, uint32_t, count + 1u);
    if (input->places == NULL || input->wanted == NULL || input->position == NULL)
        return stw_fail_memory(err, count * sizeof(*input->wanted));
    input->wanted_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_column column = column_at(merge, i);
        int place = stw_segment_reader_column(input->reader, column.name);
        input->places[i] = place;
        input->position[i] = UINT32_MAX;
        if (place < 0)
            continue;
        if (spec->columns[place].type != column.type)
            return stw_fail(err, STW_ERR_DAMAGED, "%s: the column '%.*s' is not of type %s",
                            input->ref->name, STW_SLICE_ARG(column.name),
                            stw_type_name(column.type));
        input->position[i] = input->wanted_count;
        input->wanted[input->wanted_count++] = (uint32_t)place;
    }
    input->mapped = true;
    return STW_OK;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The bound that block `block` gives, no less than floor_ns; false when the segment has no more
 * rows of the series in the time range. */
static bool block_bound(const struct stw_merge *merge, const struct input *input, uint32_t block,
                        int64_t floor_ns, int64_t *bound_ns)
{
    if (block >= stw_segment_reader_info(input->reader)->block_count)
        return false;
    const struct stw_segment_block *next = stw_segment_reader_block(input->reader, block);
    if (next->series_first > merge->series || next->time_min_ns >= merge->to_ns)
        return false;
    *bound_ns = larger(next->time_min_ns, larger(floor_ns, merge->from_ns));
    return true;
}

/* Leaves the decoded block, goes to the next one without decoding it. */
static void next_block(struct stw_merge *merge, struct input *input)
{
    drop_slot(input);
    input->block++;
    if (!block_bound(merge, input, input->block, input->bound_ns, &input->bound_ns))
        finish_input(merge, input);
}

/* First row of [from, end) with time >= time_ns. */
static uint32_t lower_row(const int64_t *times, uint32_t from, uint32_t end, int64_t time_ns)
{
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (times[middle] < time_ns)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

static uint32_t first_of_series(const uint32_t *series, uint32_t rows, uint64_t wanted)
{
    uint32_t low = 0, high = rows;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (series[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* After row was moved: over erased rows, to the next block when none are left. */
static void settle(struct stw_merge *merge, struct input *input)
{
    const int64_t *times = input->slot->data.time_ns;
    for (bool moved = true; moved && input->row < input->end;) {
        moved = false;
        input->stop = input->end;
        for (uint32_t i = 0; i < merge->erasure_count; i++) {
            const struct stw_erasure *erasure = &merge->erasures[i];
            int64_t time_ns = times[input->row];
            if (erasure->generation <= input->ref->commit_last || time_ns >= erasure->to_ns)
                continue;
            if (time_ns >= erasure->from_ns) {
                input->row = lower_row(times, input->row, input->end, erasure->to_ns);
                moved = true;
                break;
            }
            input->stop = lower_row(times, input->row, input->stop, erasure->from_ns);
        }
    }
    if (input->row < input->end)
        input->bound_ns = times[input->row];
    else
        next_block(merge, input);
}

/* The rows of the series in a decoded block, whatever their times. */
static void series_rows(const struct stw_merge *merge, const struct stw_block *data, uint32_t *from,
                        uint32_t *end)
{
    *from = 0;
    *end = data->rows;
    if (data->series != NULL) {
        *from = first_of_series(data->series, data->rows, merge->series);
        *end = first_of_series(data->series, data->rows, (uint64_t)merge->series + 1);
    } else if (data->series_first != merge->series) {
        *end = 0;
    }
}

static int get_block(struct stw_merge *merge, struct input *input, struct stw_error *err)
{
    struct stw_block_source source = {
        .ref = input->ref,
        .reader = input->reader,
        .wanted = input->wanted,
        .wanted_count = input->wanted_count,
        .comes_back = input->block < input->furthest,
        .shared = !stw_segment_reader_block(input->reader, input->block)->single};
    stw_run_buffer_forget_sources(&merge->buffer);
    STW_TRY(stw_block_cache_get(&merge->cache, &source, input->block, &input->recent, err));
    input->slot = input->recent;
    if (input->furthest < input->block)
        input->furthest = input->block;
    return STW_OK;
}

static int load(struct stw_merge *merge, struct input *input, struct stw_error *err)
{
    STW_TRY(get_block(merge, input, err));
    const struct stw_block *data = &input->slot->data;
    uint32_t from, end;
    series_rows(merge, data, &from, &end);
    input->row = lower_row(data->time_ns, from, end, merge->from_ns);
    input->end = lower_row(data->time_ns, input->row, end, merge->to_ns);
    settle(merge, input);
    return STW_OK;
}

static bool may_hold(const struct stw_merge *merge, const struct stw_segment_ref *ref)
{
    return ref->info.series_first <= merge->series && merge->series <= ref->info.series_last;
}

static int activate(struct stw_merge *merge, struct input *input, struct stw_error *err)
{
    const struct stw_segment_ref *ref = input->ref;
    if (!may_hold(merge, ref) || ref->info.time_max_ns < merge->from_ns)
        return STW_OK;
    STW_TRY(stw_readers_get(merge->spec.readers, input->ref, &input->reader, err));
    merge->active[merge->active_count++] = input;
    STW_TRY(map_columns(merge, input, err));
    input->block = stw_segment_reader_find(input->reader, merge->series, merge->from_ns);
    if (!block_bound(merge, input, input->block, INT64_MIN, &input->bound_ns))
        finish_input(merge, input);
    return STW_OK;
}

/* Looks at all inputs that may have rows up to time_ns; *found when one of them may. */
static int activate_until(struct stw_merge *merge, int64_t time_ns, bool *found,
                          struct stw_error *err)
{
    uint32_t before = merge->active_count;
    while (merge->next_input < merge->spec.ref_count) {
        struct input *input = &merge->inputs[merge->next_input];
        int64_t earliest_ns = input->ref->info.time_min_ns;
        if (earliest_ns > time_ns || earliest_ns >= merge->to_ns)
            break;
        merge->next_input++;
        STW_TRY(activate(merge, input, err));
    }
    *found = merge->active_count > before;
    return STW_OK;
}

static struct input *lowest_input(const struct stw_merge *merge)
{
    struct input *lowest = NULL;
    for (uint32_t i = 0; i < merge->active_count; i++) {
        if (lowest == NULL || merge->active[i]->bound_ns < lowest->bound_ns)
            lowest = merge->active[i];
    }
    return lowest;
}

/* The input whose next row is earliest, with everything that could be earlier looked at; NULL at
 * the end of the series. */
static int earliest_input(struct stw_merge *merge, struct input **out, struct stw_error *err)
{
    for (;;) {
        struct input *lowest = lowest_input(merge);
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
static int64_t other_bound(const struct stw_merge *merge, const struct input *input)
{
    int64_t bound_ns = INT64_MAX;
    for (uint32_t i = 0; i < merge->active_count; i++) {
        if (merge->active[i] != input && merge->active[i]->bound_ns < bound_ns)
            bound_ns = merge->active[i]->bound_ns;
    }
    /* Its next block may go on with the time of its last row, but with no earlier one. */
    int64_t own_ns;
    const struct stw_segment_block *block = stw_segment_reader_block(input->reader, input->block);
    int64_t last_ns = input->slot != NULL ? input->slot->data.time_ns[input->end - 1]
                      : block->single     ? block->time_max_ns
                                          : input->bound_ns;
    if (merge->spec.mode == STW_MERGE_LATEST_AT_TIME &&
        block_bound(merge, input, input->block + 1, last_ns, &own_ns) && own_ns < bound_ns)
        bound_ns = own_ns;
    return bound_ns;
}

/* Whether the block an input stands at can be judged whole, apart from other inputs. */
static bool stands_alone(const struct stw_merge *merge, const struct input *input,
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

static bool is_shared_and_closed(const struct input *input)
{
    return input->slot == NULL && !stw_segment_reader_block(input->reader, input->block)->single;
}

/* Decodes the shared blocks that come up by time_ns: only their rows tell whether they hold any of
 * the series. A late file of some meters would otherwise seem to touch all meters between them. */
static int open_shared(struct stw_merge *merge, int64_t time_ns, struct stw_error *err)
{
    for (uint32_t i = 0; i < merge->active_count;) {
        struct input *input = merge->active[i];
        if (input->bound_ns > time_ns || !is_shared_and_closed(input)) {
            i++;
            continue;
        }
        STW_TRY(load(merge, input, err)); /* it may be finished, and another in its place */
    }
    return STW_OK;
}

/* The same, other inputs considered: nothing else touches the times of the block. `input` is the
 * earliest. */
static int is_untouched(struct stw_merge *merge, const struct input *input, bool *untouched,
                        struct stw_error *err)
{
    const struct stw_segment_block *next = stw_segment_reader_block(input->reader, input->block);
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

/* Vectors of an input's block, moved on to its next row. */
static void point_vectors(struct stw_merge *merge, const struct input *input, uint32_t row)
{
    for (uint32_t i = 0; i < merge->column_count; i++) {
        struct stw_vector *vector = &merge->vectors[i];
        if (input->position[i] == UINT32_MAX) {
            enum stw_type type = column_at(merge, i).type;
            bool floats = type == STW_TYPE_FLOAT, codes = type == STW_TYPE_TEXT;
            *vector = (struct stw_vector){.type = type,
                                          .ints = floats || codes ? NULL : merge->zeros,
                                          .floats = floats ? merge->zeros : NULL,
                                          .codes = codes ? merge->zeros : NULL,
                                          .present = merge->zeros};
            continue;
        }
        *vector = input->slot->data.columns[input->position[i]];
        if (vector->ints != NULL)
            vector->ints += row;
        if (vector->floats != NULL)
            vector->floats += row;
        if (vector->codes != NULL)
            vector->codes += row;
        if (vector->present != NULL)
            vector->present += row;
    }
}

static uint32_t columns_out(const struct stw_merge *merge)
{
    return merge->spec.column_count + merge->spec.with_sequence;
}

static void advance(struct stw_merge *merge, struct input *input, uint32_t rows)
{
    input->row += rows;
    input->bound_ns = input->slot->data.time_ns[input->row - (input->row == input->stop)];
    if (input->row == input->stop)
        settle(merge, input);
}

static void hand_out_block(struct stw_merge *merge, struct input *input, uint32_t rows,
                           struct stw_run *run)
{
    point_vectors(merge, input, input->row);
    *run = (struct stw_run){.series = merge->series,
                            .count = rows,
                            .time_ns = input->slot->data.time_ns + input->row,
                            .columns = merge->vectors,
                            .column_count = columns_out(merge)};
    advance(merge, input, rows);
}

static void hand_out_buffer(struct stw_merge *merge, struct stw_run *run)
{
    stw_run_buffer_run(&merge->buffer, merge->series, run);
    run->column_count = columns_out(merge);
    merge->buffer_out = true;
    merge->group_open = false;
}

/* Copies rows into the buffer and moves on; STW_END: the buffer must be handed out first. */
static int copy_rows(struct stw_merge *merge, struct input *input, uint32_t rows,
                     struct stw_error *err)
{
    if (merge->buffer.count + rows > STW_RUN_ROWS_MAX)
        return STW_END;
    point_vectors(merge, input, input->row);
    int status = stw_run_buffer_add(&merge->buffer, merge->vectors,
                                    input->slot->data.time_ns + input->row, 0, rows);
    if (status < 0)
        return stw_fail_memory(err, rows);
    if (status == STW_OK)
        advance(merge, input, rows);
    return status;
}

/* How many rows of a decoded input can go out at once: those below the bound of everything else,
 * up to the first of two at the same time where only the last of them counts. */
static uint32_t clear_rows(const struct stw_merge *merge, const struct input *input,
                           int64_t other_ns)
{
    const int64_t *times = input->slot->data.time_ns;
    uint32_t end = lower_row(times, input->row, input->stop, other_ns);
    if (merge->spec.mode == STW_MERGE_LATEST_AT_TIME &&
        stw_segment_reader_block(input->reader, input->block)->has_repeats) {
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
    struct input *first = NULL;
    for (uint32_t i = 0; i < merge->active_count; i++) {
        struct input *input = merge->active[i];
        if (input->bound_ns != time_ns)
            continue;
        if (input->slot == NULL)
            return load(merge, input, err);
        if (first == NULL || comes_before(input->ref, first->ref))
            first = input;
    }
    assert(first != NULL); /* the bound came from one of them */
    uint32_t end = lower_row(first->slot->data.time_ns, first->row, first->stop, time_ns + 1);
    uint32_t rows = end - first->row;
    if (merge->spec.mode == STW_MERGE_ALL)
        return copy_rows(merge, first, rows < COPY_ROWS_MAX ? rows : COPY_ROWS_MAX, err);
    if (merge->group_open && merge->group_ns == time_ns) {
        stw_run_buffer_pop(&merge->buffer);
        merge->group_open = false;
    }
    if (rows > 1) {
        advance(merge, first, rows - 1);
        return STW_OK;
    }
    int status = copy_rows(merge, first, 1, err);
    merge->group_open = status == STW_OK;
    merge->group_ns = time_ns;
    return status;
}

static int next_merged(struct stw_merge *merge, struct stw_run *run, struct stw_error *err)
{
    for (;;) {
        struct input *input;
        STW_TRY(earliest_input(merge, &input, err));
        if (input == NULL)
            break;
        if (input->slot == NULL) {
            bool untouched = false;
            if (merge->buffer.count > 0)
                STW_TRY(is_untouched(merge, input, &untouched, err));
            if (untouched) /* it may be judged by its statistics after what is in the buffer */
                break;
            STW_TRY(load(merge, input, err));
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
            hand_out_block(merge, input, rows, run);
            return STW_OK;
        }
        if (status < 0)
            return status;
        if (status == STW_END && merge->buffer.count > 0)
            break;
    }
    if (merge->buffer.count == 0)
        return STW_END;
    hand_out_buffer(merge, run);
    return STW_OK;
}

/* ---- One row a series ------------------------------------------------------------------------ */

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
static int take_best(struct stw_merge *merge, const struct input *input, int64_t *best,
                     struct stw_error *err)
{
    const struct stw_block *data = &input->slot->data;
    uint32_t position = input->position[merge->spec.column_count];
    uint32_t from, end, found = UINT32_MAX;
    if (position == UINT32_MAX)
        return stw_fail(err, STW_ERR_DAMAGED, "%s has no sequence of rows", input->ref->name);
    const int64_t *sequence = data->columns[position].ints;
    series_rows(merge, data, &from, &end);
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
    point_vectors(merge, input, 0);
    if (stw_run_buffer_add(&merge->buffer, merge->vectors, data->time_ns, found, 1) != STW_OK)
        return stw_fail_memory(err, sizeof(*data));
    return STW_OK;
}

static int best_of_input(struct stw_merge *merge, struct input *input, int64_t *best,
                         struct stw_error *err)
{
    STW_TRY(stw_readers_get(merge->spec.readers, input->ref, &input->reader, err));
    merge->active[merge->active_count++] = input;
    int status = map_columns(merge, input, err);
    uint32_t count = stw_segment_reader_info(input->reader)->block_count;
    input->block = stw_segment_reader_find(input->reader, merge->series, INT64_MIN);
    for (; status == STW_OK && input->block < count; input->block++) {
        if (stw_segment_reader_block(input->reader, input->block)->series_first > merge->series)
            break;
        status = get_block(merge, input, err);
        if (status == STW_OK)
            status = take_best(merge, input, best, err);
        drop_slot(input);
    }
    finish_input(merge, input);
    return status;
}

static int next_latest(struct stw_merge *merge, struct stw_run *run, struct stw_error *err)
{
    int64_t best = -1;
    if (merge->done)
        return STW_END;
    merge->done = true;
    for (uint32_t i = 0; i < merge->spec.ref_count; i++) {
        struct input *input = merge->latest[i];
        if (best >= 0 && input->ref->commit_last < (uint64_t)best >> 32)
            break;
        if (may_hold(merge, input->ref))
            STW_TRY(best_of_input(merge, input, &best, err));
    }
    if (best < 0 || merge->buffer.time_ns[0] < merge->from_ns ||
        merge->buffer.time_ns[0] >= merge->to_ns)
        return STW_END;
    hand_out_buffer(merge, run);
    return STW_OK;
}

int stw_merge_next(struct stw_merge *merge, struct stw_run *run, struct stw_error *err)
{
    if (merge->buffer_out)
        stw_run_buffer_clear(&merge->buffer);
    merge->buffer_out = false;
    if (merge->spec.mode == STW_MERGE_LATEST_OF_SERIES)
        return next_latest(merge, run, err);
    return next_merged(merge, run, err);
}

/* ---- Statistics ------------------------------------------------------------------------------ */

int stw_merge_peek(struct stw_merge *merge, struct stw_merge_block *block, struct stw_error *err)
{
    struct input *input;
    bool untouched;
    if (merge->spec.mode == STW_MERGE_LATEST_OF_SERIES ||
        (merge->buffer.count > 0 && !merge->buffer_out))
        return STW_END;
    STW_TRY(earliest_input(merge, &input, err));
    while (input != NULL && is_shared_and_closed(input)) {
        STW_TRY(load(merge, input, err));
        STW_TRY(earliest_input(merge, &input, err));
    }
    if (input == NULL)
        return STW_END;
    STW_TRY(is_untouched(merge, input, &untouched, err));
    if (!untouched)
        return STW_END;
    *block =
        (struct stw_merge_block){.block = stw_segment_reader_block(input->reader, input->block),
                                 .columns = input->places,
                                 .ref = input->ref,
                                 .number = input->block};
    return STW_OK;
}

int stw_merge_is_last(struct stw_merge *merge, bool *last, struct stw_error *err)
{
    bool found;
    int64_t next_ns;
    STW_TRY(activate_until(merge, INT64_MAX, &found, err));
    const struct input *input = lowest_input(merge);
    *last = merge->active_count == 1 &&
            !block_bound(merge, input, input->block + 1, INT64_MIN, &next_ns);
    return STW_OK;
}

void stw_merge_skip(struct stw_merge *merge)
{
    struct input *lowest = lowest_input(merge);
    assert(lowest != NULL && lowest->slot == NULL);
    lowest->bound_ns = stw_segment_reader_block(lowest->reader, lowest->block)->time_max_ns;
    next_block(merge, lowest);
    merge->blocks_skipped++;
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
