/*
 * One segment as an input of a merge: a cursor over its rows of the series, over erased ones, from
 * block to block. Before a block is decoded, its statistics give the bound of the next row.
 */
#include "store/merge_inside.h"

#include "base/search.h"

/* ---- Columns --------------------------------------------------------------------------------- */

struct stw_column stw_merge_column(const struct stw_merge *merge, uint32_t index)
{
    if (index < merge->spec.column_count)
        return merge->spec.table->columns[merge->spec.columns[index]];
    return (struct stw_column){STW_SEQUENCE_COLUMN, STW_TYPE_INT};
}

static int map_columns(struct stw_merge *merge, struct stw_merge_input *input,
                       struct stw_error *err)
{
    if (input->mapped)
        return STW_OK;
    uint32_t count = merge->column_count;
    const struct stw_segment_spec *spec = stw_segment_reader_spec(input->reader);
    input->places = STW_ARENA_ARRAY(&merge->arena, int, count + 1u);
    input->wanted = STW_ARENA_ARRAY(&merge->arena, uint32_t, count + 1u);
    input->position = STW_ARENA_ARRAY(&merge->arena, uint32_t, count + 1u);
    uint32_t words = stw_segment_reader_info(input->reader)->block_count / 64 + 1;
    input->met = STW_ARENA_ARRAY(&merge->arena, uint64_t, words);
    if (input->places == NULL || input->wanted == NULL || input->position == NULL ||
        input->met == NULL)
        return stw_fail_memory(err, count * sizeof(*input->wanted) + words * sizeof(uint64_t));
    input->wanted_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct stw_column column = stw_merge_column(merge, i);
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

void stw_merge_input_vectors(struct stw_merge *merge, const struct stw_merge_input *input,
                             uint32_t row)
{
    for (uint32_t i = 0; i < merge->column_count; i++) {
        struct stw_vector *vector = &merge->vectors[i];
        if (input->position[i] == UINT32_MAX) {
            enum stw_type type = stw_merge_column(merge, i).type;
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

/* ---- The cursor ------------------------------------------------------------------------------ */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What a block with that beginning gives. */
static bool bound_of(const struct stw_merge *merge, uint32_t series_first, int64_t time_min_ns,
                     int64_t floor_ns, int64_t *bound_ns)
{
    if (series_first > merge->series || time_min_ns >= merge->to_ns)
        return false;
    *bound_ns = larger(time_min_ns, larger(floor_ns, merge->from_ns));
    return true;
}

bool stw_merge_input_next_bound(const struct stw_merge *merge, const struct stw_merge_input *input,
                                int64_t floor_ns, int64_t *bound_ns)
{
    uint32_t series_first;
    int64_t time_min_ns;
    return stw_segment_place_next(&input->place, &series_first, &time_min_ns) &&
           bound_of(merge, series_first, time_min_ns, floor_ns, bound_ns);
}

/* After place was moved: finished where it has no more rows. */
static void take_bound(struct stw_merge *merge, struct stw_merge_input *input, int64_t floor_ns)
{
    const struct stw_segment_block *block = input->place.block;
    if (block == NULL ||
        !bound_of(merge, block->series_first, block->time_min_ns, floor_ns, &input->bound_ns))
        stw_merge_input_finish(merge, input);
}

void stw_merge_input_drop_block(struct stw_merge_input *input)
{
    if (input->slot != NULL)
        stw_block_cache_put(input->slot);
    input->slot = NULL;
}

void stw_merge_input_finish(struct stw_merge *merge, struct stw_merge_input *input)
{
    stw_merge_input_drop_block(input);
    stw_segment_place_leave(&input->place);
    stw_readers_give_back(merge->spec.readers, input->ref);
    input->reader = NULL;
    uint32_t place = 0;
    while (merge->active[place] != input)
        place++;
    merge->active[place] = merge->active[--merge->active_count];
}

int stw_merge_input_next_block(struct stw_merge *merge, struct stw_merge_input *input,
                               struct stw_error *err)
{
    stw_merge_input_drop_block(input);
    STW_TRY(stw_segment_place_go(&input->place, input->reader, input->place.number + 1, err));
    take_bound(merge, input, input->bound_ns);
    return STW_OK;
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
static int settle(struct stw_merge *merge, struct stw_merge_input *input, struct stw_error *err)
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
                input->row = stw_search_first(times, input->row, input->end, erasure->to_ns);
                moved = true;
                break;
            }
            input->stop = stw_search_first(times, input->row, input->stop, erasure->from_ns);
        }
    }
    if (input->row == input->end)
        return stw_merge_input_next_block(merge, input, err);
    input->bound_ns = times[input->row];
    return STW_OK;
}

int stw_merge_input_advance(struct stw_merge *merge, struct stw_merge_input *input, uint32_t rows,
                            struct stw_error *err)
{
    input->row += rows;
    input->bound_ns = input->slot->data.time_ns[input->row - (input->row == input->stop)];
    return input->row == input->stop ? settle(merge, input, err) : STW_OK;
}

void stw_merge_input_rows(const struct stw_merge *merge, const struct stw_block *data,
                          uint32_t *from, uint32_t *end)
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

int stw_merge_input_get_block(struct stw_merge *merge, struct stw_merge_input *input,
                              struct stw_error *err)
{
    uint64_t *met = &input->met[input->place.number / 64];
    uint64_t bit = UINT64_C(1) << (input->place.number % 64);
    struct stw_block_source source = {.ref = input->ref,
                                      .place = &input->place,
                                      .wanted = input->wanted,
                                      .wanted_count = input->wanted_count,
                                      .comes_back = (*met & bit) != 0};
    stw_run_buffer_forget_sources(&merge->buffer);
    STW_TRY(stw_block_cache_get(&merge->cache, &source, &input->recent, err));
    input->slot = input->recent;
    *met |= bit;
    return STW_OK;
}

int stw_merge_input_load(struct stw_merge *merge, struct stw_merge_input *input,
                         struct stw_error *err)
{
    STW_TRY(stw_merge_input_get_block(merge, input, err));
    const struct stw_block *data = &input->slot->data;
    uint32_t from, end;
    stw_merge_input_rows(merge, data, &from, &end);
    input->row = stw_search_first(data->time_ns, from, end, merge->from_ns);
    input->end = stw_search_first(data->time_ns, input->row, end, merge->to_ns);
    return settle(merge, input, err);
}

bool stw_merge_input_may_hold(const struct stw_merge *merge, const struct stw_segment_ref *ref)
{
    return ref->info.series_first <= merge->series && merge->series <= ref->info.series_last;
}

int stw_merge_input_open(struct stw_merge *merge, struct stw_merge_input *input, int64_t from_ns,
                         struct stw_error *err)
{
    STW_TRY(stw_readers_get(merge->spec.readers, input->ref, &input->reader, err));
    merge->active[merge->active_count++] = input;
    STW_TRY(map_columns(merge, input, err));
    return stw_segment_place_find(&input->place, input->reader, merge->series, from_ns, err);
}

int stw_merge_input_start(struct stw_merge *merge, struct stw_merge_input *input,
                          struct stw_error *err)
{
    const struct stw_segment_ref *ref = input->ref;
    if (!stw_merge_input_may_hold(merge, ref) || ref->info.time_max_ns < merge->from_ns)
        return STW_OK;
    STW_TRY(stw_merge_input_open(merge, input, merge->from_ns, err));
    take_bound(merge, input, INT64_MIN);
    return STW_OK;
}
