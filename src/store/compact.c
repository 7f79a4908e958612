/*
 * Compaction; see compact.h for what it promises and compact_plan.h for what is chosen.
 *
 * A job goes over the series of its inputs, ids ascending. A block that many series share is copied
 * when its input alone has rows of them. The rows of any other series come out of the merge
 * iterator, which says when a whole block is untouched: that one is copied too.
 */
#include "store/compact.h"

#include "base/memory.h"
#include "store/compact_plan.h"
#include "store/manifest_file.h"
#include "store/merge.h"
#include "store/output.h"

/* One of the segments that are merged. */
struct input {
    struct stw_segment_ref *ref;
    struct stw_segment_reader *reader;
    struct stw_segment_place place; /* where blocks are looked up */
    bool may_copy; /* blocks have the output's columns, and need not be encoded anew */
    uint32_t *ids; /* all series of the segment; NULL until a shared block is to be copied */
    uint32_t id_count;
};

struct compaction {
    struct stw_store *store;
    const struct stw_compact_job *job;
    struct stw_arena arena;
    struct input inputs[STW_COMPACT_INPUTS_MAX];
    struct stw_erasure *erasures; /* of the table, those to be dealt with */
    uint32_t erasure_count;
    struct stw_merge *merge;
    struct stw_output output;
    struct stw_slice *keys; /* scratch, of a shared block */
    size_t key_capacity;
    uint64_t pending_series; /* id + 1 of the series whose rows the writer still gathers; 0: none */
    struct stw_compact_result counts; /* of this job */
};

static struct stw_slice key_of(const struct compaction *work, uint32_t series)
{
    const struct stw_intern *keys = &work->store->state.series[work->job->table->number].keys;
    return series < keys->count ? keys->words[series] : STW_SLICE("");
}

/* ---- Opening --------------------------------------------------------------------------------- */

static int take_erasures(struct compaction *work, struct stw_error *err)
{
    const struct stw_state *state = &work->store->state;
    work->erasures = STW_ARENA_ARRAY(&work->arena, struct stw_erasure, state->erasure_count + 1u);
    if (work->erasures == NULL)
        return stw_fail_memory(err, state->erasure_count * sizeof(*work->erasures));
    for (uint32_t i = 0; i < state->erasure_count; i++) {
        const struct stw_erasure *erasure = &state->erasures[i];
        if (erasure->table == work->job->table->number &&
            erasure->generation <= work->job->erased_until)
            work->erasures[work->erasure_count++] = *erasure;
    }
    return STW_OK;
}

static int open_merge(struct compaction *work, struct stw_error *err)
{
    const struct stw_table *table = work->job->table;
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX];
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    /* Older versions of a row of STW_IDENTITY_SERIES are the log of its changes: they stay. */
    struct stw_merge_spec spec = {
        .readers = &work->store->readers,
        .table = table,
        .refs = work->job->inputs,
        .ref_count = work->job->input_count,
        .erasures = work->erasures,
        .erasure_count = work->erasure_count,
        .columns = columns,
        .column_count = table->column_count,
        .with_sequence = table->identity == STW_IDENTITY_SERIES,
        .mode = table->identity == STW_IDENTITY_TIME ? STW_MERGE_LATEST_AT_TIME : STW_MERGE_ALL};
    return stw_merge_open(&work->merge, &spec, err);
}

static int open_output(struct compaction *work, struct stw_error *err)
{
    const struct stw_compact_job *job = work->job;
    struct stw_output_spec spec = {.table = job->table,
                                   .partition_from_ns = job->inputs[0]->partition_from_ns,
                                   .partition_to_ns = job->inputs[0]->partition_to_ns,
                                   .commit_first = job->inputs[0]->commit_first,
                                   .commit_last = job->commit_last,
                                   .tier = job->tier,
                                   .generation = work->store->state.generation + 1};
    return stw_output_open(work->store, &work->arena, &spec, &work->output, err);
}

static int open_inputs(struct compaction *work, struct stw_error *err)
{
    const struct stw_compact_job *job = work->job;
    for (uint32_t i = 0; i < job->input_count; i++) {
        struct input *input = &work->inputs[i];
        STW_TRY(stw_readers_get(&work->store->readers, job->inputs[i], &input->reader, err));
        input->ref = job->inputs[i];
        input->may_copy = stw_segment_writer_takes(work->output.writer, input->reader) &&
                          (job->tier != STW_TIER_COLD || input->ref->tier == STW_TIER_COLD);
        work->counts.rows_in += input->ref->info.rows;
    }
    return STW_OK;
}

/* Lets go of the inputs' files, which are about to be removed. */
static void close_inputs(struct compaction *work)
{
    stw_merge_close(work->merge);
    work->merge = NULL;
    for (uint32_t i = 0; i < work->job->input_count; i++) {
        struct input *input = &work->inputs[i];
        stw_segment_place_leave(&input->place);
        if (input->ref != NULL)
            stw_readers_give_back(&work->store->readers, input->ref);
        stw_free(input->ids);
        *input = (struct input){.ref = NULL};
    }
}

static void release(struct compaction *work)
{
    close_inputs(work);
    stw_free(work->keys);
    stw_arena_release(&work->arena);
}

/* ---- Copying --------------------------------------------------------------------------------- */

static int copy_block(struct compaction *work, const struct stw_segment_place *place,
                      const uint32_t *ids, const struct stw_slice *keys, uint32_t id_count,
                      struct stw_error *err)
{
    const struct stw_segment_block *block = place->block;
    bool copied;
    STW_TRY(stw_segment_writer_copy(work->output.writer, place->reader, place->number, ids, keys,
                                    id_count, &copied, err));
    work->pending_series = 0;
    work->counts.rows_out += block->rows;
    work->counts.blocks_copied += copied;
    work->counts.bytes_copied += copied ? block->size_bytes : 0;
    work->counts.blocks_decoded += !copied;
    work->counts.bytes_decoded += copied ? 0 : block->size_bytes;
    return STW_OK;
}

static bool touches_erasure(const struct compaction *work, const struct input *input,
                            const struct stw_segment_block *block)
{
    for (uint32_t i = 0; i < work->erasure_count; i++) {
        const struct stw_erasure *erasure = &work->erasures[i];
        if (erasure->generation > input->ref->commit_last &&
            erasure->series >= block->series_first && erasure->series <= block->series_last &&
            erasure->from_ns <= block->time_max_ns && block->time_min_ns < erasure->to_ns)
            return true;
    }
    return false;
}

/* The one input whose next block begins with `series`, is shared, and holds all there is of its
 * series: its place is at that block. NULL when there is no such block. */
static int find_shared(struct compaction *work, uint32_t series, struct input **shared,
                       struct stw_error *err)
{
    struct input *owner = NULL;
    uint32_t others_from = UINT32_MAX;
    *shared = NULL;
    for (uint32_t i = 0; i < work->job->input_count; i++) {
        struct input *input = &work->inputs[i];
        STW_TRY(stw_segment_place_find(&input->place, input->reader, series, INT64_MIN, err));
        if (input->place.block == NULL)
            continue;
        uint32_t first = input->place.block->series_first;
        if (first > series) {
            others_from = first < others_from ? first : others_from;
            continue;
        }
        if (owner != NULL || first < series)
            return STW_OK;
        owner = input;
    }
    if (owner == NULL || !owner->may_copy)
        return STW_OK;
    const struct stw_segment_block *block = owner->place.block;
    uint32_t next_first;
    int64_t next_ns;
    bool goes_on = stw_segment_place_next(&owner->place, &next_first, &next_ns) &&
                   next_first <= block->series_last;
    bool repeats = block->has_repeats && work->job->table->identity == STW_IDENTITY_TIME;
    if (!block->single && block->rows >= STW_COMPACT_COPY_ROWS &&
        others_from > block->series_last && !goes_on && !repeats &&
        !touches_erasure(work, owner, block))
        *shared = owner;
    return STW_OK;
}

static int keep_id(void *context, uint32_t series, struct stw_slice key)
{
    struct input *input = context;
    (void)key;
    if (input->id_count == input->ref->info.series_count)
        return STW_ERR_DAMAGED;
    input->ids[input->id_count++] = series;
    return STW_OK;
}

static int load_ids(struct input *input, struct stw_error *err)
{
    if (input->ids != NULL)
        return STW_OK;
    input->ids = stw_alloc(input->ref->info.series_count, sizeof(*input->ids));
    if (input->ids == NULL)
        return stw_fail_memory(err, input->ref->info.series_count * sizeof(*input->ids));
    int status = stw_segment_reader_keys(input->reader, keep_id, input, err);
    if (status == STW_OK && input->id_count != input->ref->info.series_count)
        status = STW_ERR_DAMAGED;
    if (status == STW_ERR_DAMAGED)
        return stw_fail(err, STW_ERR_DAMAGED, "the list of series in %s is damaged",
                        input->ref->name);
    return status;
}

/* Copies the shared block at the input's place; its series are those of the file within its
 * bounds. */
static int copy_shared(struct compaction *work, struct input *input, struct stw_error *err)
{
    const struct stw_segment_block *block = input->place.block;
    STW_TRY(load_ids(input, err));
    uint32_t low = 0, high = input->id_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (input->ids[middle] < block->series_first)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t count = 0;
    while (low + count < input->id_count && input->ids[low + count] <= block->series_last)
        count++;
    if (!stw_reserve((void **)&work->keys, &work->key_capacity, count, sizeof(*work->keys)))
        return stw_fail_memory(err, count * sizeof(*work->keys));
    for (uint32_t i = 0; i < count; i++)
        work->keys[i] = key_of(work, input->ids[low + i]);
    return copy_block(work, &input->place, input->ids + low, work->keys, count, err);
}

/* ---- Merging --------------------------------------------------------------------------------- */

/* Whether an untouched block of one series is worth copying. Small ones are gathered into larger
 * ones, unless there is nothing of the series to gather with. */
static int is_worth_copying(struct compaction *work, const struct stw_merge_block *next,
                            uint32_t series, struct input **owner, struct stw_error *err)
{
    struct input *input = work->inputs;
    bool last;
    *owner = NULL;
    while (input->ref != next->ref)
        input++;
    if (!input->may_copy)
        return STW_OK;
    if (next->block->rows < STW_COMPACT_COPY_ROWS) {
        if (work->pending_series == (uint64_t)series + 1)
            return STW_OK;
        STW_TRY(stw_merge_is_last(work->merge, &last, err));
        if (!last)
            return STW_OK;
    }
    *owner = input;
    return STW_OK;
}

static int merge_series(struct compaction *work, uint32_t series, struct stw_error *err)
{
    struct stw_slice key = key_of(work, series);
    stw_merge_seek(work->merge, series, INT64_MIN, INT64_MAX);
    for (;;) {
        struct stw_merge_block next;
        struct stw_run run;
        struct input *owner = NULL;
        int status = stw_merge_peek(work->merge, &next, err);
        if (status == STW_OK)
            status = is_worth_copying(work, &next, series, &owner, err);
        if (status < 0)
            return status;
        if (owner != NULL) {
            STW_TRY(stw_segment_place_go(&owner->place, owner->reader, next.number, err));
            STW_TRY(copy_block(work, &owner->place, &series, &key, 1, err));
            STW_TRY(stw_merge_skip(work->merge, err));
            continue;
        }
        status = stw_merge_next(work->merge, &run, err);
        if (status != STW_OK)
            return status == STW_END ? STW_OK : status;
        STW_TRY(stw_segment_writer_add(work->output.writer, &run, key, err));
        work->pending_series = (uint64_t)series + 1;
        work->counts.rows_out += run.count;
    }
}

/* The smallest id >= *series that some input has rows of; STW_END when there is none. */
static int next_series(struct compaction *work, uint32_t *series, struct stw_error *err)
{
    uint32_t nearest = STW_SERIES_NONE;
    for (uint32_t i = 0; i < work->job->input_count && nearest > *series; i++) {
        struct input *input = &work->inputs[i];
        STW_TRY(stw_segment_place_find(&input->place, input->reader, *series, INT64_MIN, err));
        if (input->place.block == NULL)
            continue;
        uint32_t first = input->place.block->series_first;
        first = first > *series ? first : *series;
        nearest = first < nearest ? first : nearest;
    }
    *series = nearest;
    return nearest == STW_SERIES_NONE ? STW_END : STW_OK;
}

static int write_output(struct compaction *work, struct stw_error *err)
{
    for (uint32_t series = 0;; series++) {
        struct input *shared;
        int status = next_series(work, &series, err);
        if (status != STW_OK)
            return status == STW_END ? STW_OK : status;
        STW_TRY(find_shared(work, series, &shared, err));
        if (shared == NULL) {
            STW_TRY(merge_series(work, series, err));
            continue;
        }
        STW_TRY(copy_shared(work, shared, err));
        series = shared->place.block->series_last;
    }
}

/* ---- One job --------------------------------------------------------------------------------- */

/* Puts the finished file, or nothing where no row is left, in the place of the inputs. */
static int replace_inputs(struct compaction *work, bool *under_way, struct stw_error *err)
{
    struct stw_store *store = work->store;
    struct stw_segment_ref *added = work->output.ref;
    struct stw_replacement replacement = {.removed = work->job->inputs,
                                          .removed_count = work->job->input_count,
                                          .added = &added,
                                          .added_count = work->counts.rows_out > 0 ? 1 : 0};
    if (work->counts.rows_out > 0) {
        STW_TRY(stw_output_publish(store, &work->arena, added, store->state.generation + 1, err));
        STW_TRY(stw_output_sync_folder(store, err));
    }
    *under_way = true;
    return stw_store_replace(store, &replacement, err);
}

static int finish_output(struct compaction *work, struct stw_error *err)
{
    if (work->counts.rows_out > 0)
        return stw_output_finish(&work->output, err);
    stw_segment_writer_abort(work->output.writer);
    work->output.writer = NULL;
    return STW_OK;
}

static int open_all(struct compaction *work, struct stw_error *err)
{
    STW_TRY(take_erasures(work, err));
    STW_TRY(open_merge(work, err));
    STW_TRY(open_output(work, err));
    return open_inputs(work, err);
}

static void count_job(struct compaction *work)
{
    struct stw_merge_stats merge = stw_merge_statistics(work->merge);
    struct stw_compact_result *counts = &work->counts;
    counts->jobs = 1;
    counts->segments_in = work->job->input_count;
    counts->segments_out = counts->rows_out > 0;
    counts->bytes_in = work->job->bytes;
    counts->bytes_out = counts->rows_out > 0 ? work->output.ref->info.file_size_bytes : 0;
    counts->blocks_decoded += merge.blocks_read;
    counts->bytes_decoded += merge.bytes_read;
}

static void add_counts(struct stw_compact_result *sum, const struct stw_compact_result *counts)
{
    sum->jobs += counts->jobs;
    sum->segments_in += counts->segments_in;
    sum->segments_out += counts->segments_out;
    sum->rows_in += counts->rows_in;
    sum->rows_out += counts->rows_out;
    sum->bytes_in += counts->bytes_in;
    sum->bytes_out += counts->bytes_out;
    sum->blocks_copied += counts->blocks_copied;
    sum->bytes_copied += counts->bytes_copied;
    sum->blocks_decoded += counts->blocks_decoded;
    sum->bytes_decoded += counts->bytes_decoded;
}

static int work_through(struct compaction *work, bool *under_way, struct stw_error *err)
{
    STW_TRY(open_all(work, err));
    STW_TRY(write_output(work, err));
    STW_TRY(finish_output(work, err));
    count_job(work);
    close_inputs(work);
    return replace_inputs(work, under_way, err);
}

static int run_job(struct stw_store *store, const struct stw_compact_job *job,
                   struct stw_compact_result *result, struct stw_error *err)
{
    struct compaction work = {.store = store, .job = job};
    struct stw_error ignored;
    bool under_way = false;
    stw_arena_init(&work.arena);
    int status = work_through(&work, &under_way, err);
    if (status == STW_ERR_IO || status == STW_ERR_FULL)
        store->closed_for_writing = true;
    if (status == STW_OK) {
        add_counts(result, &work.counts);
    } else {
        stw_segment_writer_abort(work.output.writer);
        /* Once the record is under way it may be on disk, and with it the file must be. */
        if (work.output.ref != NULL && (!under_way || !store->closed_for_writing))
            (void)!stw_output_remove(store, work.output.ref, &ignored);
    }
    release(&work);
    return status;
}

int stw_compact_run(struct stw_store *store, const struct stw_compact_spec *spec,
                    struct stw_compact_result *result, struct stw_error *err)
{
    memset(result, 0, sizeof(*result));
    STW_TRY(stw_store_check_writable(store, err));
    STW_TRY(stw_memtable_settle(store, err));
    if (store->commit != NULL)
        return stw_fail(err, STW_ERR_USAGE, "a commit to %s is under way", store->path);
    if (store->state.records_lost || store->kept_count > 0) {
        int status = stw_fail(err, STW_ERR_DAMAGED,
                              "the manifest of %s is damaged: what it has lost may name the same "
                              "segments, or rows between those of others",
                              store->path);
        stw_error_hint(err, "steward verify %s tells what is lost, and what to do", store->path);
        return status;
    }
    struct stw_compact_job *job = stw_alloc(1, sizeof(*job));
    int status = job == NULL ? stw_fail_memory(err, sizeof(*job)) : STW_OK;
    while (status == STW_OK && (spec->budget_bytes == 0 || result->bytes_in < spec->budget_bytes)) {
        uint64_t left = spec->budget_bytes == 0 ? 0 : spec->budget_bytes - result->bytes_in;
        status = stw_compact_plan(store, spec, left, job, err);
        if (status == STW_OK)
            status = run_job(store, job, result, err);
    }
    stw_free(job);
    result->files_waiting = store->state.removed_count;
    if (status < 0)
        return status;
    return spec->triggered_only ? STW_OK : stw_manifest_shrink(store, err);
}
