/*
 * Blocks of a segment being written; see segment_writer.h.
 *
 * Describing rows, encoding them and decoding them again needs nothing but the rows, and is most of
 * the work: it can go to threads. The writer's own thread puts the blocks into the file, in order,
 * and finds what a block can borrow, which depends on those before it. A block that can is encoded
 * once more with its loan, so the bytes are the same however many threads there are.
 */
#include "segment/segment_writer.h"

#include "base/memory.h"

enum { JOBS_PER_THREAD = 2 };

/* ---- Making and freeing ---------------------------------------------------------------------- */

static int init_maker(struct stw_block_maker *maker, const struct stw_segment_effort *effort,
                      struct stw_error *err)
{
    maker->encoder = stw_encoder_create(effort->zstd_level, effort->planes_gain_percent);
    maker->decoder = stw_decoder_create();
    return maker->encoder != NULL && maker->decoder != NULL
               ? STW_OK
               : stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(int64_t));
}

static void release_maker(struct stw_block_maker *maker)
{
    stw_encoder_free(maker->encoder);
    stw_decoder_free(maker->decoder);
    stw_block_scratch_release(&maker->scratch);
    stw_block_release(&maker->check);
}

static int init_job(struct stw_block_job *job, const struct stw_segment_spec *spec,
                    struct stw_error *err)
{
    job->described = stw_alloc(spec->column_count, sizeof(*job->described));
    if (job->described == NULL)
        return stw_fail_memory(err, spec->column_count * sizeof(*job->described));
    return stw_row_buffer_init(&job->rows, spec, err);
}

int stw_writer_blocks_init(struct stw_segment_writer *writer, struct stw_error *err)
{
    unsigned threads = writer->effort.threads;
    writer->effort.threads = threads > STW_POOL_THREADS_MAX ? STW_POOL_THREADS_MAX : threads;
    writer->jobs = stw_alloc_zero(1, sizeof(*writer->jobs));
    if (writer->jobs == NULL)
        return stw_fail_memory(err, sizeof(*writer->jobs));
    writer->job_count = 1;
    STW_TRY(init_job(&writer->jobs[0], &writer->spec, err));
    return init_maker(&writer->maker, &writer->effort, err);
}

void stw_writer_blocks_release(struct stw_segment_writer *writer)
{
    stw_pool_free(writer->pool);
    for (unsigned i = 0; i < writer->job_count; i++) {
        stw_row_buffer_release(&writer->jobs[i].rows);
        stw_free(writer->jobs[i].described);
        stw_buffer_release(&writer->jobs[i].frame);
    }
    for (unsigned i = 0; writer->makers != NULL && i < writer->effort.threads; i++)
        release_maker(&writer->makers[i]);
    release_maker(&writer->maker);
    stw_free(writer->makers);
    stw_free(writer->jobs);
}

/* ---- Encoding -------------------------------------------------------------------------------- */

static bool same_column(const struct stw_vector *a, const struct stw_vector *b, uint32_t rows)
{
    bool same = a->type == b->type && a->scale == b->scale;
    for (uint32_t i = 0; i < rows && same; i++) {
        if (!stw_vector_has(a, i) || !stw_vector_has(b, i))
            same = stw_vector_has(a, i) == stw_vector_has(b, i);
        else if (a->type == STW_TYPE_TEXT)
            same = stw_slice_equal(stw_vector_text(a, i), stw_vector_text(b, i));
        else if (a->type == STW_TYPE_FLOAT)
            same = stw_double_bits(a->floats[i]) == stw_double_bits(b->floats[i]);
        else
            same = a->ints[i] == b->ints[i];
    }
    return same;
}

/* `offset`: where the block will be, for its loans. */
static int check_body(struct stw_segment_writer *writer, struct stw_block *check,
                      const struct stw_block_rows *rows, const struct stw_buffer *frame,
                      uint64_t offset, struct stw_error *err)
{
    struct stw_frame_finder finder = stw_frame_finder_make(&writer->file, writer->seed, offset);
    STW_TRY(stw_block_body_decode(stw_frame_body(frame), &writer->spec, writer->all_columns,
                                  writer->spec.column_count, &finder.finder, check, err));
    bool same = check->rows == rows->rows &&
                memcmp(check->time_ns, rows->time_ns, rows->rows * sizeof(*rows->time_ns)) == 0;
    for (uint32_t i = 0; i < rows->rows && same; i++)
        same = rows->series[i] == (check->series == NULL ? check->series_first : check->series[i]);
    for (uint32_t i = 0; i < rows->column_count && same; i++)
        same = same_column(&check->columns[i], &rows->columns[i], rows->rows);
    if (!same)
        return stw_fail(err, STW_ERR_INTERNAL, "a block written to %s does not read back as it was",
                        writer->file.path);
    return STW_OK;
}

/* `borrowing` NULL: on a thread, where nobody knows of any. */
static int encode(struct stw_segment_writer *writer, struct stw_block_maker *maker,
                  const struct stw_block_rows *rows, const struct stw_borrowing *borrowing,
                  struct stw_buffer *frame, struct stw_error *err)
{
    stw_frame_begin(frame);
    stw_block_body_encode(maker->encoder, &maker->scratch, rows, borrowing, frame);
    STW_TRY(stw_buffer_status(frame, err));
    return check_body(writer, &maker->check, rows, frame, borrowing == NULL ? 0 : writer->offset,
                      err);
}

static int work(void *context, unsigned worker, void *slot, struct stw_error *err)
{
    struct stw_segment_writer *writer = context;
    struct stw_block_job *job = slot;
    struct stw_block_rows rows = stw_row_buffer_view(&job->rows, job->rows.rows);
    stw_block_describe(&rows, &job->block, job->described);
    return encode(writer, &writer->makers[worker], &rows, NULL, &job->frame, err);
}

/* ---- Borrowing ------------------------------------------------------------------------------- */

/* Decodes an earlier block of this file into writer->lender. */
static int read_lender(struct stw_segment_writer *writer, uint64_t offset, struct stw_error *err)
{
    struct stw_frame_finder finder =
        stw_frame_finder_make(&writer->file, writer->seed, writer->offset);
    struct stw_buffer bytes;
    struct stw_slice body;
    stw_buffer_init(&bytes);
    int status = finder.finder.find(&finder.finder, writer->offset - offset, &bytes, &body, err);
    finder.offset = offset;
    if (status == STW_OK)
        status =
            stw_block_body_decode(body, &writer->spec, writer->all_columns,
                                  writer->spec.column_count, &finder.finder, &writer->lender, err);
    stw_buffer_release(&bytes);
    return status;
}

/* What earlier blocks lend to these rows. */
static int find_loan(struct stw_segment_writer *writer, const struct stw_block_rows *rows,
                     struct stw_loan *loan, struct stw_borrowing *borrowing, struct stw_error *err)
{
    stw_lenders_find(&writer->lenders, rows, loan);
    if (loan->times_offset > 0)
        borrowing->times_back = writer->offset - loan->times_offset;
    if (loan->values_offset == 0)
        return STW_OK;
    borrowing->values_back = writer->offset - loan->values_offset;
    borrowing->relations = loan->relations;
    STW_TRY(read_lender(writer, loan->values_offset, err));
    borrowing->lent = writer->lender.columns;
    return STW_OK;
}

/* Notes what the block in `frame` can lend. */
static int note_lender(struct stw_segment_writer *writer, const struct stw_block_rows *rows,
                       const struct stw_buffer *frame, struct stw_error *err)
{
    struct stw_block_parts parts;
    bool split = stw_block_parts_split(stw_frame_body(frame), writer->spec.column_count, &parts);
    assert(split);
    (void)split;
    if (!stw_lenders_add(&writer->lenders, rows, &parts, writer->offset))
        return stw_fail_memory(err, sizeof(struct stw_lender));
    return STW_OK;
}

/* ---- Putting --------------------------------------------------------------------------------- */

/* Puts a block of rows into the file. `made`: its frame is, without a loan. */
static int put(struct stw_segment_writer *writer, const struct stw_block_rows *rows,
               const struct stw_segment_block *block, const struct stw_column_statistics *described,
               struct stw_buffer *frame, bool made, struct stw_error *err)
{
    bool lends = block->single && writer->may_borrow;
    struct stw_borrowing borrowing = {0};
    struct stw_loan loan;
    if (lends)
        STW_TRY(find_loan(writer, rows, &loan, &borrowing, err));
    if (!made || borrowing.times_back > 0 || borrowing.values_back > 0)
        STW_TRY(encode(writer, &writer->maker, rows, &borrowing, frame, err));
    if (lends)
        STW_TRY(note_lender(writer, rows, frame, err));
    return stw_writer_put_block(writer, frame, block, described, err);
}

int stw_writer_put_rows(struct stw_segment_writer *writer, const struct stw_block_rows *rows,
                        struct stw_error *err)
{
    struct stw_segment_block block;
    stw_block_describe(rows, &block, writer->described);
    return put(writer, rows, &block, writer->described, &writer->frame, false, err);
}

static int put_job(struct stw_segment_writer *writer, struct stw_block_job *job, bool made,
                   struct stw_error *err)
{
    struct stw_block_rows rows = stw_row_buffer_view(&job->rows, job->rows.rows);
    if (!made)
        stw_block_describe(&rows, &job->block, job->described);
    STW_TRY(put(writer, &rows, &job->block, job->described, &job->frame, made, err));
    stw_row_buffer_clear(&job->rows);
    return STW_OK;
}

/* ---- Threads --------------------------------------------------------------------------------- */

static int start_threads(struct stw_segment_writer *writer, struct stw_error *err)
{
    unsigned threads = writer->effort.threads, count = threads * JOBS_PER_THREAD;
    struct stw_block_job *jobs = stw_realloc(writer->jobs, count, sizeof(*jobs));
    if (jobs == NULL)
        return stw_fail_memory(err, count * sizeof(*jobs));
    writer->jobs = jobs;
    memset(jobs + writer->job_count, 0, (count - writer->job_count) * sizeof(*jobs));
    for (; writer->job_count < count; writer->job_count++)
        STW_TRY(init_job(&jobs[writer->job_count], &writer->spec, err));
    writer->makers = stw_alloc_zero(threads, sizeof(*writer->makers));
    if (writer->makers == NULL)
        return stw_fail_memory(err, threads * sizeof(*writer->makers));
    for (unsigned i = 0; i < threads; i++)
        STW_TRY(init_maker(&writer->makers[i], &writer->effort, err));
    return stw_pool_create(&writer->pool, threads, jobs, count, sizeof(*jobs), work, writer, err);
}

/* Waits for the oldest block under way and puts it into the file; STW_END: there is none. */
static int put_oldest(struct stw_segment_writer *writer, struct stw_error *err)
{
    void *slot;
    int status = writer->pool == NULL ? STW_END : stw_pool_wait(writer->pool, &slot, err);
    if (status == STW_OK)
        status = put_job(writer, slot, true, err);
    if (status == STW_OK)
        stw_pool_pop(writer->pool);
    return status;
}

int stw_writer_settle(struct stw_segment_writer *writer, struct stw_error *err)
{
    int status;
    do {
        status = put_oldest(writer, err);
    } while (status == STW_OK);
    return status == STW_END ? STW_OK : status;
}

int stw_writer_cut(struct stw_segment_writer *writer, uint32_t count, struct stw_error *err)
{
    /* Most segments have one block, for which no thread is worth its start. */
    if (writer->pool == NULL && writer->effort.threads > 1 && writer->footer.info.block_count > 0)
        STW_TRY(start_threads(writer, err));
    if (writer->pool == NULL) {
        STW_TRY(stw_row_buffer_cut(&writer->rows, count, &writer->jobs[0].rows, err));
        return put_job(writer, &writer->jobs[0], false, err);
    }
    struct stw_block_job *job = stw_pool_slot(writer->pool);
    if (job == NULL) {
        STW_TRY(put_oldest(writer, err));
        job = stw_pool_slot(writer->pool);
    }
    STW_TRY(stw_row_buffer_cut(&writer->rows, count, &job->rows, err));
    stw_pool_push(writer->pool);
    return STW_OK;
}

int stw_writer_flush(struct stw_segment_writer *writer, struct stw_error *err)
{
    if (writer->rows.rows > 0)
        STW_TRY(stw_writer_cut(writer, writer->rows.rows, err));
    return stw_writer_settle(writer, err);
}
