/*
 * Verify: every byte of a segment file under its checksum, every block decoded, every statistic
 * recomputed. See segment.h.
 *
 * Frames tile the file between header and trailer. The walk goes from frame to frame; where one is
 * damaged it goes on at the next place that footer or index know.
 */
#include "segment/block_describe.h"
#include "segment/segment_load.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

struct series_list {
    uint32_t *items;
    size_t count;
    size_t capacity;
};

struct verify {
    struct stw_segment_reader reader;
    bool has_spec;  /* the header was fine */
    bool has_end;   /* the trailer was fine */
    bool has_index; /* footer and index were fine */
    struct stw_segment_taker taker;
    uint64_t findings;
    struct stw_decoder *decoder;
    struct stw_buffer frame;
    struct stw_block block;
    uint32_t *all_columns;
    uint32_t *series; /* a series a row, for describing */
    struct stw_column_statistics *statistics;
    struct stw_extents known; /* frames that footer and index know, by offset */
    uint64_t reported_at;     /* the footer or index page whose damage was seen when loading it */
    uint32_t blocks_met;
    struct series_list series_of_blocks;
    struct series_list series_of_keys;
    uint64_t offset; /* of the frame being looked at */
};

static void report(struct verify *verify, const char *part, uint64_t offset, int64_t block,
                   const char *what)
{
    struct stw_segment_finding finding = {
        .path = verify->reader.file.path,
        .part = part,
        .offset = offset,
        .block = block,
        .what = what,
    };
    if (block >= 0 && verify->has_index) {
        const struct stw_segment_block *index =
            stw_segment_reader_block(&verify->reader, (uint32_t)block);
        finding.series_first = index->series_first;
        finding.series_last = index->series_last;
        finding.time_min_ns = index->time_min_ns;
        finding.time_max_ns = index->time_max_ns;
        finding.rows = index->rows;
    }
    verify->findings++;
    if (verify->taker.finding != NULL)
        verify->taker.finding(verify->taker.context, &finding);
}

/* Damage becomes a finding and STW_END ("not usable, go on"); other failures end the verify. */
static int judge(struct verify *verify, int status, const char *part, uint64_t offset,
                 int64_t block, const struct stw_error *found, struct stw_error *err)
{
    if (status == STW_ERR_DAMAGED) {
        report(verify, part, offset, block, found->what);
        verify->reported_at = offset;
        return STW_END;
    }
    if (status < 0 && err != NULL)
        *err = *found;
    return status;
}

static bool add_series(struct series_list *list, uint32_t series)
{
    if (list->count > 0 && list->items[list->count - 1] == series)
        return true;
    if (!stw_reserve((void **)&list->items, &list->capacity, list->count + 1, sizeof(*list->items)))
        return false;
    list->items[list->count++] = series;
    return true;
}

static int by_offset(const void *a, const void *b)
{
    uint64_t x = ((const struct stw_extent *)a)->offset;
    uint64_t y = ((const struct stw_extent *)b)->offset;
    return x < y ? -1 : x > y;
}

static int note_known(struct verify *verify, struct stw_error *err)
{
    struct stw_segment_reader *reader = &verify->reader;
    const struct stw_extents *lists[] = {&reader->footer.index_pages, &reader->footer.key_pages};
    bool noted = stw_extents_add(&verify->known, reader->trailer.footer_offset, 0);
    for (unsigned list = 0; list < 2; list++)
        for (size_t i = 0; i < lists[list]->count && noted; i++)
            noted = stw_extents_add(&verify->known, lists[list]->items[i].offset, 0);
    for (uint32_t i = 0; verify->has_index && i < reader->footer.info.block_count && noted; i++)
        noted = stw_extents_add(&verify->known, stw_segment_reader_block(reader, i)->offset, 0);
    if (!noted)
        return stw_fail_memory(err, sizeof(struct stw_extent));
    qsort(verify->known.items, verify->known.count, sizeof(*verify->known.items), by_offset);
    return STW_OK;
}

/* Header, trailer, footer and index; what is fine is noted. */
static int verify_frame_of_file(struct verify *verify, struct stw_error *err)
{
    struct stw_segment_reader *reader = &verify->reader;
    struct stw_error found;
    int status =
        judge(verify, stw_segment_load_header(reader, &found), "header", 0, -1, &found, err);
    verify->has_spec = status == STW_OK;
    if (status < 0)
        return status;
    uint64_t end =
        reader->file_size_bytes < STW_TRAILER_SIZE ? 0 : reader->file_size_bytes - STW_TRAILER_SIZE;
    status = judge(verify, stw_segment_load_trailer(reader, &found), "end", end, -1, &found, err);
    if (status != STW_OK)
        return status < 0 ? status : STW_OK;
    verify->has_end = true;
    if (!verify->has_spec)
        reader->seed = stw_segment_seed(reader->trailer.file_id);
    else if (memcmp(reader->trailer.file_id, reader->spec.file_id, STW_SEGMENT_ID_SIZE) != 0)
        report(verify, "end", end, -1, "header and end are those of different segments");
    status = judge(verify, stw_segment_load_footer(reader, &found), "footer",
                   reader->trailer.footer_offset, -1, &found, err);
    if (status == STW_OK && verify->has_spec) {
        status = stw_segment_load_index(reader, &found);
        status = judge(verify, status, "index", reader->index_offset, -1, &found, err);
        verify->has_index = status == STW_OK;
    }
    return status < 0 ? status : note_known(verify, err);
}

/* The index entry of the frame at `offset`, or -1. */
static int64_t indexed_block(const struct verify *verify, uint64_t offset)
{
    uint32_t low = 0;
    uint32_t high = verify->has_index ? verify->reader.footer.info.block_count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint64_t at = stw_segment_reader_block(&verify->reader, middle)->offset;
        if (at == offset)
            return middle;
        if (at < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static int check_rows(struct verify *verify, int64_t number, struct stw_error *err)
{
    const struct stw_segment_spec *spec = &verify->reader.spec;
    const struct stw_block *block = &verify->block;
    for (uint32_t i = 0; i < block->rows; i++) {
        verify->series[i] = block->series == NULL ? block->series_first : block->series[i];
        if (!add_series(&verify->series_of_blocks, verify->series[i]))
            return stw_fail_memory(err, sizeof(*verify->series));
    }
    struct stw_block_rows rows = {block->rows, verify->series, block->time_ns, block->columns,
                                  block->column_count};
    struct stw_segment_block described;
    stw_block_describe(&rows, &described, verify->statistics);
    if (described.time_min_ns < spec->partition_from_ns ||
        described.time_max_ns >= spec->partition_to_ns)
        report(verify, "block", verify->offset, number, "rows lie outside the segment's partition");
    if (verify->has_index &&
        !stw_block_same(&described, stw_segment_reader_block(&verify->reader, (uint32_t)number),
                        spec))
        report(verify, "block", verify->offset, number,
               "the statistics in the index are not those of the rows");
    return STW_OK;
}

static int check_block(struct verify *verify, struct stw_slice body, struct stw_error *err)
{
    int64_t number = indexed_block(verify, verify->offset);
    if (verify->has_index && number < 0) {
        report(verify, "block", verify->offset, -1, "there is a block that the index lacks");
        return STW_OK;
    }
    number = number < 0 ? verify->blocks_met : number;
    verify->blocks_met++;
    if (!verify->has_spec)
        return STW_OK;
    struct stw_error found;
    struct stw_frame_finder finder =
        stw_frame_finder_make(&verify->reader.file, verify->reader.seed, verify->offset);
    int status = stw_block_body_decode(body, &verify->reader.spec, verify->all_columns,
                                       verify->reader.spec.column_count, &finder.finder,
                                       &verify->block, &found);
    status = judge(verify, status, "block", verify->offset, number, &found, err);
    if (status == STW_OK)
        status = check_rows(verify, number, err);
    if (status == STW_OK && verify->taker.block != NULL)
        status = verify->taker.block(verify->taker.context, &verify->reader.spec, &verify->block);
    return status;
}

static int note_key(void *context, uint32_t series, struct stw_slice key)
{
    struct verify *verify = context;
    if (verify->taker.key != NULL)
        STW_TRY(verify->taker.key(verify->taker.context, series, key));
    return add_series(&verify->series_of_keys, series) ? STW_OK : STW_ERR_MEMORY;
}

static int check_keys(struct verify *verify, struct stw_slice body, struct stw_error *err)
{
    const struct series_list *keys = &verify->series_of_keys;
    int64_t last_series = keys->count == 0 ? -1 : (int64_t)keys->items[keys->count - 1];
    struct stw_error found;
    int status = stw_key_page_decode(verify->decoder, body, &last_series, note_key, verify, &found);
    if (status == STW_ERR_MEMORY)
        return stw_fail_memory(err, sizeof(*keys->items));
    return judge(verify, status, "keys", verify->offset, -1, &found, err);
}

/* Where to go on after a frame that cannot be read: the next known one, or the end. */
static uint64_t next_known(const struct verify *verify, uint64_t end)
{
    for (size_t i = 0; i < verify->known.count; i++)
        if (verify->known.items[i].offset > verify->offset && verify->known.items[i].offset < end)
            return verify->known.items[i].offset;
    return end;
}

static int report_bad_frame(struct verify *verify, uint64_t end, const char *what)
{
    int64_t number = indexed_block(verify, verify->offset);
    if (number >= 0)
        report(verify, "block", verify->offset, number, what);
    else if (verify->offset != verify->reported_at)
        report(verify, "frame", verify->offset, -1, what);
    verify->offset = next_known(verify, end);
    return STW_OK;
}

/* Looks at the frame at verify->offset and moves on. */
static int check_frame(struct verify *verify, uint64_t end, struct stw_error *err)
{
    unsigned char head[STW_FRAME_HEAD_SIZE];
    if (end - verify->offset < sizeof(head))
        return report_bad_frame(verify, end, "there are stray bytes between blocks and end");
    STW_TRY(stw_file_read(&verify->reader.file, verify->offset, head, sizeof(head), err));
    uint64_t size = stw_load_le32(head + 8) + (uint64_t)sizeof(head);
    enum stw_frame_kind kind = head[12];
    struct stw_slice body;
    struct stw_error found;
    if (size > end - verify->offset || size > UINT32_MAX)
        return report_bad_frame(verify, end, "the size of the frame is damaged");
    int status = stw_segment_load_frame(&verify->reader, kind,
                                        (struct stw_extent){verify->offset, (uint32_t)size},
                                        &verify->frame, &body, &found);
    if (status == STW_ERR_DAMAGED)
        return report_bad_frame(verify, end, "the checksum does not match");
    if (status < 0)
        return judge(verify, status, "frame", verify->offset, -1, &found, err);
    if (kind == STW_FRAME_BLOCK)
        STW_TRY(check_block(verify, body, err));
    else if (kind == STW_FRAME_KEYS)
        STW_TRY(check_keys(verify, body, err));
    else if (kind != STW_FRAME_INDEX && kind != STW_FRAME_FOOTER)
        report(verify, "frame", verify->offset, -1, "the frame is of an unknown kind");
    verify->offset += size;
    return STW_OK;
}

static int walk_frames(struct verify *verify, struct stw_error *err)
{
    struct stw_segment_reader *reader = &verify->reader;
    if (!verify->has_spec && !verify->has_end)
        return STW_OK; /* no file id, so no checksum can be checked */
    uint64_t end = reader->file_size_bytes;
    if (verify->has_end)
        end -= STW_TRAILER_SIZE;
    verify->offset = verify->has_spec ? reader->header_size_bytes : next_known(verify, end);
    while (verify->offset < end)
        STW_TRY(check_frame(verify, end, err));
    const struct series_list *blocks = &verify->series_of_blocks;
    const struct series_list *keys = &verify->series_of_keys;
    /* Comparing makes sense when everything could be read. */
    if (verify->findings == 0 &&
        (verify->blocks_met != reader->footer.info.block_count ||
         keys->count != reader->footer.info.series_count || blocks->count != keys->count ||
         memcmp(blocks->items, keys->items, keys->count * sizeof(*keys->items)) != 0))
        report(verify, "keys", verify->reader.trailer.footer_offset, -1,
               "the series of the blocks are not those that have keys");
    return STW_OK;
}

static int verify_open_file(struct verify *verify, struct stw_error *err)
{
    STW_TRY(verify_frame_of_file(verify, err));
    uint32_t columns = verify->reader.spec.column_count;
    verify->decoder = stw_decoder_create();
    verify->all_columns = stw_alloc(columns, sizeof(*verify->all_columns));
    verify->statistics = stw_alloc(columns, sizeof(*verify->statistics));
    verify->series = stw_alloc(STW_RUN_ROWS_MAX, sizeof(*verify->series));
    if (verify->decoder == NULL || verify->all_columns == NULL || verify->statistics == NULL ||
        verify->series == NULL)
        return stw_fail_memory(err, STW_RUN_ROWS_MAX * sizeof(*verify->series));
    for (uint32_t i = 0; i < columns; i++)
        verify->all_columns[i] = i;
    return walk_frames(verify, err);
}

int stw_segment_verify(const struct stw_io *io, const char *path, stw_segment_finding_fn *each,
                       void *context, uint64_t *findings, struct stw_error *err)
{
    struct stw_segment_taker taker = {.finding = each, .context = context};
    return stw_segment_take(io, path, &taker, findings, err);
}

int stw_segment_take(const struct stw_io *io, const char *path,
                     const struct stw_segment_taker *taker, uint64_t *findings,
                     struct stw_error *err)
{
    struct verify *verify = stw_alloc_zero(1, sizeof(*verify));
    if (verify == NULL)
        return stw_fail_memory(err, sizeof(*verify));
    verify->taker = *taker;
    stw_block_init(&verify->block);
    int status = stw_segment_load_init(&verify->reader, io, path, NULL, err);
    if (status == STW_OK)
        status = verify_open_file(verify, err);
    *findings = verify->findings;
    stw_segment_load_release(&verify->reader);
    stw_decoder_free(verify->decoder);
    stw_buffer_release(&verify->frame);
    stw_block_release(&verify->block);
    stw_free(verify->all_columns);
    stw_free(verify->series);
    stw_free(verify->statistics);
    stw_extents_release(&verify->known);
    stw_free(verify->series_of_blocks.items);
    stw_free(verify->series_of_keys.items);
    stw_free(verify);
    return status;
}
