/*
 * Writing a segment; see segment.h for the contract and FORMAT.md for the bytes.
 *
 * Rows gather in a buffer of one block; segment_blocks.c makes blocks of them. When the last series
 * in it has grown long, what is before it is written as a shared block and the series goes on
 * alone; when the buffer is full, short series are kept whole by cutting before the last one. Every
 * block and index page is decoded again and compared bit for bit before it is written: a defect in
 * a codec stops the write, it does not lose data.
 */
#include "segment/segment_writer.h"

#include "base/memory.h"

enum {
    DEFAULT_ZSTD_LEVEL = 3,
    DEFAULT_PLANES_GAIN_PERCENT = 15,
    EFFORT_NO_TRIALS = 100 /* such a gain is never reached: the file is soon merged away */
};

static void writer_free(struct stw_segment_writer *writer)
{
    stw_writer_blocks_release(writer);
    stw_file_close(&writer->file);
    stw_arena_release(&writer->arena);
    stw_block_release(&writer->lender);
    stw_lenders_release(&writer->lenders);
    stw_free(writer->all_columns);
    stw_free(writer->described);
    stw_buffer_release(&writer->frame);
    stw_row_buffer_release(&writer->rows);
    stw_free(writer->page_statistics);
    stw_intern_release(&writer->keys);
    stw_footer_release(&writer->footer);
    stw_free(writer);
}

static int copy_spec(struct stw_segment_writer *writer, const struct stw_segment_spec *spec,
                     struct stw_error *err)
{
    struct stw_buffer header;
    stw_buffer_init(&header);
    stw_header_encode(spec, &header);
    int status = stw_buffer_status(&header, err);
    if (status == STW_OK)
        status = stw_header_decode(stw_buffer_slice(&header), &writer->arena, &writer->spec, err);
    if (status == STW_OK)
        status = stw_file_write(&writer->file, 0, header.data, header.size, err);
    writer->offset = header.size;
    stw_buffer_release(&header);
    return status;
}

static int writer_init(struct stw_segment_writer *writer, const struct stw_segment_spec *spec,
                       const struct stw_segment_effort *effort, struct stw_error *err)
{
    static const struct stw_segment_effort defaults;
    writer->effort = effort == NULL ? defaults : *effort;
    if (writer->effort.zstd_level == 0)
        writer->effort.zstd_level = DEFAULT_ZSTD_LEVEL;
    if (writer->effort.planes_gain_percent == 0)
        writer->effort.planes_gain_percent = DEFAULT_PLANES_GAIN_PERCENT;
    writer->all_columns = stw_alloc(spec->column_count, sizeof(*writer->all_columns));
    writer->described = stw_alloc(spec->column_count, sizeof(*writer->described));
    if (writer->all_columns == NULL || writer->described == NULL)
        return stw_fail_memory(err, sizeof(*writer));
    for (uint32_t i = 0; i < spec->column_count; i++)
        writer->all_columns[i] = i;
    writer->seed = stw_segment_seed(spec->file_id);
    writer->may_borrow = writer->effort.planes_gain_percent != EFFORT_NO_TRIALS;
    stw_lenders_init(&writer->lenders, spec);
    STW_TRY(stw_row_buffer_init(&writer->rows, spec, err));
    STW_TRY(copy_spec(writer, spec, err));
    return stw_writer_blocks_init(writer, err);
}

int stw_segment_writer_open(struct stw_segment_writer **out, const struct stw_io *io,
                            const char *path, const struct stw_segment_spec *spec,
                            const struct stw_segment_effort *effort, struct stw_error *err)
{
    *out = NULL;
    STW_TRY(stw_spec_check(spec, err));
    struct stw_segment_writer *writer = stw_alloc_zero(1, sizeof(*writer));
    if (writer == NULL)
        return stw_fail_memory(err, sizeof(*writer));
    stw_arena_init(&writer->arena);
    stw_intern_init(&writer->keys);
    int status = stw_file_open(&writer->file, io, path, STW_FILE_CREATE, err);
    if (status < 0) {
        writer_free(writer);
        return status;
    }
    status = writer_init(writer, spec, effort, err);
    if (status < 0)
        stw_segment_writer_abort(writer);
    else
        *out = writer;
    return status;
}

void stw_segment_writer_abort(struct stw_segment_writer *writer)
{
    if (writer == NULL)
        return;
    stw_file_close(&writer->file);
    /* The failure that led here is the one to report, not that of removing what it left. */
    (void)!stw_io_remove(writer->file.io, writer->file.path, NULL);
    writer_free(writer);
}

uint64_t stw_segment_writer_size(const struct stw_segment_writer *writer)
{
    return writer->offset;
}

/* Writes a frame, of which the body is there, and says where it went. */
static int write_frame(struct stw_segment_writer *writer, struct stw_buffer *frame,
                       enum stw_frame_kind kind, struct stw_extent *where, struct stw_error *err)
{
    STW_TRY(stw_buffer_status(frame, err));
    if (frame->size > UINT32_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "a %s of %zu bytes is too large for %s",
                        stw_frame_name(kind), frame->size, writer->file.path);
    stw_frame_end(frame, kind, writer->seed, writer->offset);
    STW_TRY(stw_file_write(&writer->file, writer->offset, frame->data, frame->size, err));
    *where = (struct stw_extent){writer->offset, (uint32_t)frame->size};
    writer->offset += frame->size;
    return STW_OK;
}

/* ---- Index and keys -------------------------------------------------------------------------- */

static int check_index_page(struct stw_segment_writer *writer, struct stw_error *err)
{
    uint32_t count = writer->page_blocks;
    struct stw_segment_block *blocks = stw_alloc(count, sizeof(*blocks));
    struct stw_column_statistics *statistics =
        stw_alloc(count, writer->spec.column_count * sizeof(*statistics));
    int status = STW_OK;
    if (blocks == NULL || statistics == NULL)
        status = stw_fail_memory(err, count * sizeof(*blocks));
    else
        status = stw_index_page_decode(writer->maker.decoder, stw_frame_body(&writer->frame),
                                       &writer->spec, blocks, statistics, count, err);
    for (uint32_t i = 0; i < count && status == STW_OK; i++)
        if (blocks[i].offset != writer->page[i].offset ||
            blocks[i].size_bytes != writer->page[i].size_bytes ||
            !stw_block_same(&blocks[i], &writer->page[i], &writer->spec))
            status =
                stw_fail(err, STW_ERR_INTERNAL,
                         "the index written to %s does not read back as it was", writer->file.path);
    stw_free(blocks);
    stw_free(statistics);
    return status;
}

static int write_index_page(struct stw_segment_writer *writer, struct stw_error *err)
{
    if (writer->page_blocks == 0)
        return STW_OK;
    /* Growing the array may have moved what the blocks point at. */
    for (uint32_t i = 0; i < writer->page_blocks; i++)
        writer->page[i].columns = writer->page_statistics + (size_t)i * writer->spec.column_count;
    stw_frame_begin(&writer->frame);
    stw_index_page_encode(writer->maker.encoder, &writer->spec, writer->page, writer->page_blocks,
                          &writer->frame);
    STW_TRY(stw_buffer_status(&writer->frame, err));
    STW_TRY(check_index_page(writer, err));
    struct stw_extent where;
    STW_TRY(write_frame(writer, &writer->frame, STW_FRAME_INDEX, &where, err));
    if (!stw_extents_add(&writer->footer.index_pages, where.offset, where.size_bytes))
        return stw_fail_memory(err, sizeof(where));
    writer->page_blocks = 0;
    return STW_OK;
}

static int write_key_page(struct stw_segment_writer *writer, struct stw_error *err)
{
    if (writer->keys.count == 0)
        return STW_OK;
    STW_TRY(stw_writer_settle(writer, err)); /* its place among the blocks is always the same */
    stw_frame_begin(&writer->frame);
    stw_key_page_encode(writer->maker.encoder, writer->key_series, writer->keys.words,
                        writer->keys.count, &writer->frame);
    struct stw_extent where;
    STW_TRY(write_frame(writer, &writer->frame, STW_FRAME_KEYS, &where, err));
    if (!stw_extents_add(&writer->footer.key_pages, where.offset, where.size_bytes))
        return stw_fail_memory(err, sizeof(where));
    stw_intern_clear(&writer->keys);
    writer->key_bytes = 0;
    return STW_OK;
}

/* A new series: its key goes into the page, which is written first when full. */
int stw_writer_add_key(struct stw_segment_writer *writer, uint32_t series, struct stw_slice key,
                       struct stw_error *err)
{
    if (writer->keys.count == STW_KEY_PAGE_KEYS || writer->key_bytes >= STW_KEY_PAGE_BYTES)
        STW_TRY(write_key_page(writer, err));
    uint32_t number = 0;
    bool added = false;
    if (!stw_intern_add(&writer->keys, key, &number, &added))
        return stw_fail_memory(err, key.size);
    if (!added)
        return stw_fail(err, STW_ERR_USAGE, "series %u has the key of series %lld", series,
                        (long long)writer->key_series[number]);
    writer->key_series[number] = series;
    writer->key_bytes += key.size;
    struct stw_segment_info *info = &writer->footer.info;
    if (info->series_count++ == 0)
        info->series_first = series;
    info->series_last = series;
    return STW_OK;
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static void count_in(struct stw_segment_info *info, const struct stw_segment_block *block)
{
    if (info->block_count == 0 || block->time_min_ns < info->time_min_ns)
        info->time_min_ns = block->time_min_ns;
    if (info->block_count == 0 || block->time_max_ns > info->time_max_ns)
        info->time_max_ns = block->time_max_ns;
    info->block_count++;
    info->rows += block->rows;
}

int stw_writer_put_block(struct stw_segment_writer *writer, struct stw_buffer *frame,
                         const struct stw_segment_block *is,
                         const struct stw_column_statistics *statistics, struct stw_error *err)
{
    struct stw_segment_block *block = &writer->page[writer->page_blocks];
    uint32_t columns = writer->spec.column_count;
    size_t at = (size_t)writer->page_blocks * columns;
    struct stw_extent where;
    if (!stw_reserve((void **)&writer->page_statistics, &writer->page_statistics_capacity,
                     at + columns, sizeof(*writer->page_statistics)))
        return stw_fail_memory(err, columns * sizeof(*writer->page_statistics));
    if (columns > 0)
        memcpy(writer->page_statistics + at, statistics, columns * sizeof(*statistics));
    STW_TRY(write_frame(writer, frame, STW_FRAME_BLOCK, &where, err));
    *block = *is;
    block->offset = where.offset;
    block->size_bytes = where.size_bytes;
    count_in(&writer->footer.info, block);
    return ++writer->page_blocks == STW_INDEX_PAGE_BLOCKS ? write_index_page(writer, err) : STW_OK;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static int check_texts(const struct stw_vector *vector, const struct stw_run *run,
                       const struct stw_segment_column *column, struct stw_error *err)
{
    for (uint32_t i = 0; i < run->count; i++) {
        if (!stw_vector_has(vector, i))
            continue;
        if (vector->codes[i] >= vector->word_count)
            return stw_fail(err, STW_ERR_USAGE, "column '%.*s' has a code outside its words",
                            STW_SLICE_ARG(column->name));
        if (stw_vector_text(vector, i).size > STW_SEGMENT_WORD_SIZE_MAX)
            return stw_fail(err, STW_ERR_LIMIT,
                            "a text of %zu bytes in column '%.*s' is longer than %d",
                            stw_vector_text(vector, i).size, STW_SLICE_ARG(column->name),
                            STW_SEGMENT_WORD_SIZE_MAX);
    }
    return STW_OK;
}

static int check_columns(const struct stw_segment_spec *spec, const struct stw_run *run,
                         struct stw_error *err)
{
    if (run->column_count != spec->column_count)
        return stw_fail(err, STW_ERR_USAGE, "a run has %u columns, the segment %u",
                        run->column_count, spec->column_count);
    for (uint32_t i = 0; i < spec->column_count; i++) {
        const struct stw_vector *vector = &run->columns[i];
        const struct stw_segment_column *column = &spec->columns[i];
        bool is_decimal = vector->type == STW_TYPE_DECIMAL;
        if (vector->type != column->type || vector->scale < 0 ||
            vector->scale > (is_decimal ? STW_SCALE_MAX : 0))
            return stw_fail(err, STW_ERR_USAGE,
                            "column '%.*s' has type %d and scale %d in a run, type %d in the "
                            "segment",
                            STW_SLICE_ARG(column->name), (int)vector->type, vector->scale,
                            (int)column->type);
        if (vector->type == STW_TYPE_TEXT)
            STW_TRY(check_texts(vector, run, column, err));
        for (uint32_t row = 0; vector->type == STW_TYPE_BOOL && row < run->count; row++)
            if (stw_vector_has(vector, row) && vector->ints[row] != 0 && vector->ints[row] != 1)
                return stw_fail(err, STW_ERR_USAGE, "column '%.*s' is yes or no, not %lld",
                                STW_SLICE_ARG(column->name), (long long)vector->ints[row]);
    }
    return STW_OK;
}

static int check_order(const struct stw_segment_writer *writer, const struct stw_run *run,
                       struct stw_error *err)
{
    if (run->count == 0 || run->count > STW_RUN_ROWS_MAX)
        return stw_fail(err, STW_ERR_USAGE, "a run has 1 to %d rows, not %u", STW_RUN_ROWS_MAX,
                        run->count);
    uint64_t series_plus_1 = (uint64_t)run->series + 1;
    if (series_plus_1 < writer->last_series_plus_1)
        return stw_fail(err, STW_ERR_USAGE, "series %u comes after series %llu", run->series,
                        (unsigned long long)writer->last_series_plus_1 - 1);
    int64_t before = series_plus_1 == writer->last_series_plus_1 ? writer->last_time_ns
                                                                 : writer->spec.partition_from_ns;
    for (uint32_t i = 0; i < run->count; i++) {
        int64_t time_ns = run->time_ns[i];
        if (time_ns < writer->spec.partition_from_ns || time_ns >= writer->spec.partition_to_ns)
            return stw_fail(err, STW_ERR_USAGE,
                            "a row of series %u at %lld ns is outside the segment's partition",
                            run->series, (long long)time_ns);
        if (time_ns < before)
            return stw_fail(err, STW_ERR_USAGE,
                            "a row of series %u at %lld ns comes after one at %lld ns", run->series,
                            (long long)time_ns, (long long)before);
        before = time_ns;
    }
    return STW_OK;
}

/* How much of a buffer that cannot take the run's next row becomes a block. */
static uint32_t rows_to_cut(const struct stw_row_buffer *rows, const struct stw_run *run,
                            uint32_t next)
{
    /* Full: short series stay whole where one begins inside the buffer. */
    if (rows->rows == STW_RUN_ROWS_MAX && rows->tail_from > 0)
        return rows->tail_from;
    /* Rows at one time stay together, so that a reader sees repeats inside one block. */
    uint32_t cut = rows->rows;
    if (rows->series[cut - 1] == run->series)
        while (cut > rows->tail_from && rows->time_ns[cut - 1] == run->time_ns[next])
            cut--;
    return cut > 0 ? cut : rows->rows;
}

int stw_segment_writer_add(struct stw_segment_writer *writer, const struct stw_run *run,
                           struct stw_slice series_key, struct stw_error *err)
{
    struct stw_row_buffer *rows = &writer->rows;
    STW_TRY(check_order(writer, run, err));
    STW_TRY(check_columns(&writer->spec, run, err));
    if (series_key.size > STW_SEGMENT_KEY_SIZE_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "the key of series %u has %zu bytes, more than %d",
                        run->series, series_key.size, STW_SEGMENT_KEY_SIZE_MAX);
    if ((uint64_t)run->series + 1 != writer->last_series_plus_1) {
        STW_TRY(stw_writer_add_key(writer, run->series, series_key, err));
        if (rows->rows >= STW_SEGMENT_LONG_RUN_ROWS && rows->tail_from == 0)
            STW_TRY(stw_writer_cut(writer, rows->rows, err));
    }
    for (uint32_t from = 0; from < run->count;) {
        uint32_t count = stw_row_buffer_fits(rows, run, from);
        if (count == 0) {
            STW_TRY(stw_writer_cut(writer, rows_to_cut(rows, run, from), err));
            continue;
        }
        STW_TRY(stw_row_buffer_append(rows, run, from, count, err));
        from += count;
        if (rows->tail_from > 0 && rows->rows - rows->tail_from >= STW_SEGMENT_LONG_RUN_ROWS)
            STW_TRY(stw_writer_cut(writer, rows->tail_from, err));
    }
    writer->last_series_plus_1 = (uint64_t)run->series + 1;
    writer->last_time_ns = run->time_ns[run->count - 1];
    return STW_OK;
}

static int finish(struct stw_segment_writer *writer, struct stw_segment_info *info,
                  struct stw_error *err)
{
    if (writer->last_series_plus_1 == 0)
        return stw_fail(err, STW_ERR_USAGE, "the segment %s has no rows", writer->file.path);
    STW_TRY(stw_writer_flush(writer, err));
    STW_TRY(write_key_page(writer, err));
    STW_TRY(write_index_page(writer, err));
    stw_frame_begin(&writer->frame);
    stw_footer_encode(&writer->footer, &writer->frame);
    struct stw_extent where;
    STW_TRY(write_frame(writer, &writer->frame, STW_FRAME_FOOTER, &where, err));
    struct stw_trailer trailer = {
        .footer_offset = where.offset,
        .file_size_bytes = writer->offset + STW_TRAILER_SIZE,
    };
    memcpy(trailer.file_id, writer->spec.file_id, sizeof(trailer.file_id));
    stw_buffer_clear(&writer->frame);
    stw_trailer_encode(&trailer, &writer->frame);
    STW_TRY(stw_buffer_status(&writer->frame, err));
    STW_TRY(
        stw_file_write(&writer->file, writer->offset, writer->frame.data, writer->frame.size, err));
    STW_TRY(stw_file_sync(&writer->file, err));
    *info = writer->footer.info;
    info->file_size_bytes = trailer.file_size_bytes;
    return STW_OK;
}

int stw_segment_writer_finish(struct stw_segment_writer *writer, struct stw_segment_info *info,
                              struct stw_error *err)
{
    int status = finish(writer, info, err);
    writer_free(writer);
    return status;
}
