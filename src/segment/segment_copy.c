/*
 * Blocks of one segment copied into another without being decoded; see segment.h.
 *
 * A block that borrows is copied too where its lenders are: only the distances change. Where a
 * lender's rows were merged with others instead, its borrowers are decoded and written anew.
 */
#include "segment/segment_writer.h"

#include "base/memory.h"

bool stw_segment_writer_takes(const struct stw_segment_writer *writer,
                              const struct stw_segment_reader *reader)
{
    const struct stw_segment_spec *to = &writer->spec, *from = &reader->spec;
    bool same = to->column_count == from->column_count;
    for (uint32_t i = 0; same && i < to->column_count; i++)
        same = to->columns[i].type == from->columns[i].type &&
               stw_slice_equal(to->columns[i].name, from->columns[i].name);
    return same;
}

static int check_copy(const struct stw_segment_writer *writer,
                      const struct stw_segment_reader *reader,
                      const struct stw_segment_block *block, const uint32_t *series,
                      uint32_t series_count, struct stw_error *err)
{
    uint64_t first_plus_1 = (uint64_t)block->series_first + 1;
    bool goes_on = first_plus_1 == writer->last_series_plus_1;
    if (!stw_segment_writer_takes(writer, reader))
        return stw_fail(err, STW_ERR_USAGE, "%s has other columns than %s", reader->file.path,
                        writer->file.path);
    if (series_count == 0 || series[0] != block->series_first ||
        series[series_count - 1] != block->series_last)
        return stw_fail(err, STW_ERR_USAGE, "these are not the series of the block to be copied");
    if (first_plus_1 < writer->last_series_plus_1 ||
        (goes_on && block->time_first_ns < writer->last_time_ns))
        return stw_fail(err, STW_ERR_USAGE, "a block to be copied comes after later rows");
    if (block->time_min_ns < writer->spec.partition_from_ns ||
        block->time_max_ns >= writer->spec.partition_to_ns)
        return stw_fail(err, STW_ERR_USAGE,
                        "a block to be copied is outside the segment's partition");
    return STW_OK;
}

/* ---- Loans ----------------------------------------------------------------------------------- */

/* A block on its way from one file into another. */
struct move {
    struct stw_segment_writer *writer;
    const struct stw_segment_reader *reader;
    uint64_t offset; /* of its frame in the reader's file */
    struct stw_block_parts parts;
};

/* The distance from the next frame to the copy of the lender `back` bytes before; 0: there is none.
 */
static uint64_t moved_back(const struct move *move, uint64_t back)
{
    uint64_t copy = 0;
    if (back < move->offset)
        copy = stw_lenders_find_copy(&move->writer->lenders, move->reader->spec.file_id,
                                     move->offset - back);
    return copy == 0 ? 0 : move->writer->offset - copy;
}

static bool borrows(const struct move *move)
{
    const struct stw_segment_spec *spec = &move->writer->spec;
    bool found = stw_times_back(move->parts.times) > 0;
    for (uint32_t i = 0; i < spec->column_count; i++)
        found |= stw_column_back(move->parts.columns[i], spec->columns[i].type) > 0;
    return found;
}

/* Appends the times with their lender's new place; false: it is not in this file. */
static bool move_times(const struct move *move, struct stw_buffer *out)
{
    uint64_t back = stw_times_back(move->parts.times);
    if (back == 0) {
        stw_buffer_add_slice(out, move->parts.times);
        return true;
    }
    back = moved_back(move, back);
    stw_borrowed_times_put(back, out);
    return back > 0;
}

/* The same for a column. */
static bool move_column(const struct move *move, uint32_t number, struct stw_buffer *out)
{
    struct stw_slice column = move->parts.columns[number];
    enum stw_type type = move->writer->spec.columns[number].type;
    struct stw_borrowed_column head;
    struct stw_reader rest;
    if (stw_column_back(column, type) == 0) {
        stw_buffer_add_slice(out, column);
        return true;
    }
    stw_reader_init(&rest, column.data, column.size);
    (void)stw_get_u8(&rest);
    bool read = stw_borrowed_column_get(&rest, type, &head);
    head.back = read ? moved_back(move, head.back) : 0;
    stw_borrowed_column_put(&head, type, out);
    stw_buffer_add_slice(out, stw_get_raw(&rest, stw_reader_left(&rest)));
    return head.back > 0;
}

/*
 * Makes the frame anew with the loans of the lenders' copies. False, with the frame as it was, when
 * a lender was not copied.
 */
static bool move_loans(struct move *move)
{
    struct stw_segment_writer *writer = move->writer;
    struct stw_buffer *part = &writer->maker.scratch.column;
    struct stw_buffer *frame = &writer->maker.scratch.borrowed;
    stw_buffer_clear(frame);
    stw_frame_begin(frame);
    stw_put_varint(frame, move->parts.rows);
    stw_put_bytes(frame, move->parts.series);
    stw_buffer_clear(part);
    bool moved = move_times(move, part);
    stw_put_bytes(frame, stw_buffer_slice(part));
    for (uint32_t i = 0; i < writer->spec.column_count && moved; i++) {
        stw_buffer_clear(part);
        moved = move_column(move, i, part);
        stw_put_bytes(frame, stw_buffer_slice(part));
    }
    frame->failed |= part->failed;
    if (!moved)
        return false;
    struct stw_buffer swap = writer->frame;
    writer->frame = *frame;
    *frame = swap;
    return true;
}

/* ---- Copying --------------------------------------------------------------------------------- */

/* Decodes the block and makes one of its rows. */
static int write_decoded(struct stw_segment_writer *writer, const struct stw_segment_place *place,
                         struct stw_error *err)
{
    struct stw_block block;
    stw_block_init(&block);
    uint32_t *series = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*series));
    int status = series == NULL ? stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(*series)) : STW_OK;
    if (status == STW_OK)
        status = stw_segment_place_read(place, writer->all_columns, writer->spec.column_count,
                                        &block, err);
    for (uint32_t i = 0; status == STW_OK && i < block.rows; i++)
        series[i] = block.series == NULL ? block.series_first : block.series[i];
    struct stw_block_rows rows = {block.rows, series, block.time_ns, block.columns,
                                  block.column_count};
    if (status == STW_OK)
        status = stw_writer_put_rows(writer, &rows, err);
    stw_block_release(&block);
    stw_free(series);
    return status;
}

static int copy_block(struct stw_segment_writer *writer, const struct stw_segment_place *place,
                      const uint32_t *series, const struct stw_slice *keys, uint32_t series_count,
                      bool *copied, struct stw_error *err)
{
    struct stw_segment_reader *reader = place->reader;
    const struct stw_segment_block *from = place->block;
    struct move move = {.writer = writer, .reader = reader, .offset = from->offset};
    struct stw_extent where = {from->offset, from->size_bytes};
    struct stw_slice body;
    STW_TRY(check_copy(writer, reader, from, series, series_count, err));
    STW_TRY(stw_writer_flush(writer, err));
    for (uint32_t i = 0; i < series_count; i++) {
        if ((uint64_t)series[i] + 1 != writer->last_series_plus_1)
            STW_TRY(stw_writer_add_key(writer, series[i], keys[i], err));
    }
    int status = stw_segment_load_frame(reader, STW_FRAME_BLOCK, where, &writer->frame, &body, err);
    if (status == STW_OK && !stw_block_parts_split(body, writer->spec.column_count, &move.parts))
        status = stw_fail(err, STW_ERR_DAMAGED, "the block's parts are damaged");
    if (status == STW_ERR_DAMAGED)
        stw_error_where(err, "block %u of %s", place->number, reader->file.path);
    STW_TRY(status);
    writer->last_series_plus_1 = (uint64_t)from->series_last + 1;
    writer->last_time_ns = from->time_last_ns;
    *copied = !borrows(&move) || move_loans(&move);
    if (!*copied)
        return write_decoded(writer, place, err);
    if (from->single &&
        !stw_lenders_add_copy(&writer->lenders, reader->spec.file_id, from->offset, writer->offset))
        return stw_fail_memory(err, sizeof(struct stw_lender));
    return stw_writer_put_block(writer, &writer->frame, from, from->columns, err);
}

int stw_segment_writer_copy(struct stw_segment_writer *writer, struct stw_segment_reader *reader,
                            uint32_t block, const uint32_t *series, const struct stw_slice *keys,
                            uint32_t series_count, bool *copied, struct stw_error *err)
{
    struct stw_segment_place place = {.reader = NULL};
    STW_TRY(stw_segment_place_go(&place, reader, block, err));
    int status = copy_block(writer, &place, series, keys, series_count, copied, err);
    stw_segment_place_leave(&place);
    return status;
}
