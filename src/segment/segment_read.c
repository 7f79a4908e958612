/* Reading a segment: open, look up, decode; see segment.h. */
#include "segment/block_body.h"
#include "segment/segment_load.h"

#include "base/clock.h"
#include "base/memory.h"
#include "text/width.h"

#include <time.h>

static int load_all(struct stw_segment_reader *reader, const struct stw_io *io, const char *path,
                    struct stw_index_cache *cache, struct stw_error *err)
{
    STW_TRY(stw_segment_load_init(reader, io, path, cache, err));
    STW_TRY(stw_segment_load_header(reader, err));
    STW_TRY(stw_segment_load_trailer(reader, err));
    if (memcmp(reader->trailer.file_id, reader->spec.file_id, STW_SEGMENT_ID_SIZE) != 0)
        return stw_fail(err, STW_ERR_DAMAGED, "header and end are those of different segments");
    STW_TRY(stw_segment_load_footer(reader, err));
    return stw_segment_load_index(reader, err);
}

int stw_segment_reader_open(struct stw_segment_reader **out, const struct stw_io *io,
                            const char *path, struct stw_error *err)
{
    return stw_segment_reader_open_cached(out, io, path, NULL, err);
}

int stw_segment_reader_open_cached(struct stw_segment_reader **out, const struct stw_io *io,
                                   const char *path, struct stw_index_cache *cache,
                                   struct stw_error *err)
{
    *out = NULL;
    struct stw_segment_reader *reader = stw_alloc_zero(1, sizeof(*reader));
    if (reader == NULL)
        return stw_fail_memory(err, sizeof(*reader));
    int status = load_all(reader, io, path, cache, err);
    if (status < 0) {
        if (status == STW_ERR_DAMAGED)
            stw_error_where(err, "%s", path);
        stw_segment_reader_close(reader);
        return status;
    }
    *out = reader;
    return STW_OK;
}

void stw_segment_reader_close(struct stw_segment_reader *reader)
{
    if (reader == NULL)
        return;
    stw_segment_load_release(reader);
    stw_free(reader);
}

const struct stw_segment_spec *stw_segment_reader_spec(const struct stw_segment_reader *reader)
{
    return &reader->spec;
}

const struct stw_segment_info *stw_segment_reader_info(const struct stw_segment_reader *reader)
{
    return &reader->footer.info;
}

int stw_segment_reader_column(const struct stw_segment_reader *reader, struct stw_slice name)
{
    for (uint32_t i = 0; i < reader->spec.column_count; i++)
        if (stw_slice_equal(reader->spec.columns[i].name, name))
            return (int)i;
    return -1;
}

int stw_segment_reader_keys(struct stw_segment_reader *reader, stw_segment_key_fn *each,
                            void *context, struct stw_error *err)
{
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    struct stw_decoder *decoder = stw_decoder_create();
    int status = decoder == NULL ? stw_fail_memory(err, sizeof(bytes)) : STW_OK;
    int64_t last_series = -1;
    for (size_t i = 0; i < reader->footer.key_pages.count && status == STW_OK; i++) {
        struct stw_slice body;
        status = stw_segment_load_frame(reader, STW_FRAME_KEYS, reader->footer.key_pages.items[i],
                                        &bytes, &body, err);
        if (status == STW_OK)
            status = stw_key_page_decode(decoder, body, &last_series, each, context, err);
        if (status == STW_ERR_DAMAGED)
            stw_error_where(err, "%s", reader->file.path);
    }
    stw_decoder_free(decoder);
    stw_buffer_release(&bytes);
    return status;
}

static void utc_text(int64_t time_ns, char *text, size_t size)
{
    int64_t seconds = time_ns / STW_NS_PER_SECOND - (time_ns % STW_NS_PER_SECOND < 0);
    time_t at = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&at, &parts) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        text[0] = '\0';
}

/* The keys of a block's first and last series, as people read them: "M1/energy". */
struct names {
    const struct stw_segment_block *block;
    struct stw_buffer text;
    uint32_t count;
};

static int put_name(void *context, uint32_t series, struct stw_slice key)
{
    struct names *names = context;
    if (series != names->block->series_first && series != names->block->series_last)
        return STW_OK;
    if (names->count++ > 0)
        stw_buffer_add_text(&names->text, " to ");
    for (const char *zero; (zero = memchr(key.data, '\0', key.size)) != NULL;) {
        size_t part = (size_t)(zero - key.data);
        stw_text_put_visible(&names->text, (struct stw_slice){key.data, part});
        stw_buffer_add_char(&names->text, '/');
        key = (struct stw_slice){zero + 1, key.size - part - 1};
    }
    stw_text_put_visible(&names->text, key);
    return STW_OK;
}

/* Ids instead where the keys cannot be read either. */
static void put_names(const struct stw_segment_place *place, struct names *names)
{
    const struct stw_segment_block *block = place->block;
    uint32_t ends = block->series_first == block->series_last ? 1 : 2;
    struct stw_error ignored;
    int status = stw_segment_reader_keys(place->reader, put_name, names, &ignored);
    if (status == STW_OK && names->count == ends && !names->text.failed)
        return;
    stw_buffer_clear(&names->text);
    stw_buffer_printf(&names->text, "%u to %u", block->series_first, block->series_last);
}

/* Names the block in an error: what a person needs to find the rows elsewhere. */
static void say_where(const struct stw_segment_place *place, struct stw_error *err)
{
    struct names names = {.block = place->block};
    if (err == NULL)
        return;
    const struct stw_segment_block *block = place->block;
    char from[40];
    char to[40];
    utc_text(block->time_min_ns, from, sizeof(from));
    utc_text(block->time_max_ns, to, sizeof(to));
    stw_buffer_init(&names.text);
    put_names(place, &names);
    stw_error_where(err, "block %u of %s: %u rows, %s to %s, of series %.*s", place->number,
                    place->reader->file.path, block->rows, from, to,
                    STW_SLICE_ARG(stw_buffer_slice(&names.text)));
    stw_buffer_release(&names.text);
}

static bool is_as_indexed(const struct stw_block *block, const struct stw_segment_block *index)
{
    uint32_t last = block->rows - 1;
    uint32_t series_last = block->series == NULL ? block->series_first : block->series[last];
    return block->rows == index->rows && block->series_first == index->series_first &&
           series_last == index->series_last && block->time_ns[0] == index->time_first_ns &&
           block->time_ns[last] == index->time_last_ns;
}

static int read_block(struct stw_segment_reader *reader, const struct stw_segment_block *index,
                      const uint32_t *wanted, uint32_t wanted_count, struct stw_block *out,
                      struct stw_error *err)
{
    struct stw_slice body;
    char *bytes = stw_block_frame(out, index->size_bytes);
    if (bytes == NULL)
        return stw_fail_memory(err, index->size_bytes);
    STW_TRY(stw_file_read(&reader->file, index->offset, bytes, index->size_bytes, err));
    STW_TRY(stw_frame_open((struct stw_slice){bytes, index->size_bytes}, STW_FRAME_BLOCK,
                           reader->seed, index->offset, &body, err));
    struct stw_frame_finder finder =
        stw_frame_finder_make(&reader->file, reader->seed, index->offset);
    STW_TRY(
        stw_block_body_decode(body, &reader->spec, wanted, wanted_count, &finder.finder, out, err));
    if (!is_as_indexed(out, index))
        return stw_fail(err, STW_ERR_DAMAGED, "the block is not the one the index describes");
    return STW_OK;
}

int stw_segment_place_read(const struct stw_segment_place *place, const uint32_t *wanted,
                           uint32_t wanted_count, struct stw_block *out, struct stw_error *err)
{
    assert(place->block != NULL);
    int status = read_block(place->reader, place->block, wanted, wanted_count, out, err);
    if (status < 0)
        out->rows = 0;
    if (status == STW_ERR_DAMAGED)
        say_where(place, err);
    return status;
}

int stw_segment_reader_read(struct stw_segment_reader *reader, uint32_t block,
                            const uint32_t *wanted, uint32_t wanted_count, struct stw_block *out,
                            struct stw_error *err)
{
    struct stw_segment_place place = {.reader = NULL};
    assert(block < reader->footer.info.block_count);
    STW_TRY(stw_segment_place_go(&place, reader, block, err));
    int status = stw_segment_place_read(&place, wanted, wanted_count, out, err);
    stw_segment_place_leave(&place);
    return status;
}
