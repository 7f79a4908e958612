/*
 * Records of CSV and its relatives: pieces of the input into text/csv, the lines before the header
 * left out. See records.h.
 */
#include "base/memory.h"
#include "ingest/header_names.h"
#include "ingest/records_inside.h"
#include "text/csv.h"

#include <inttypes.h>
#include <string.h>

struct csv_records {
    struct stw_input *input;
    struct stw_csv csv;
    uint32_t lines_to_skip;
    bool skipped_cr; /* the last byte skipped was a CR */
    bool header_to_come;
    bool header_by_names;    /* the first record with the map's columns */
    uint32_t searched;       /* records that were not it */
    struct stw_buffer title; /* what stands above it */
    struct stw_header_names wanted;
    struct stw_arena arena; /* of the names, and the texts of a candidate */
};

/* Drops the lines in front of the header from a piece just read; returns what is left of it. */
static size_t skip_lines(struct csv_records *records, char *bytes, size_t size)
{
    size_t at = 0;
    if (records->lines_to_skip == 0 && !records->skipped_cr)
        return size;
    while (at < size) {
        if (records->skipped_cr) {
            records->skipped_cr = false;
            at += bytes[at] == '\n';
            continue;
        }
        if (records->lines_to_skip == 0)
            break;
        char c = bytes[at++];
        records->skipped_cr = c == '\r';
        if (c == '\n' || c == '\r')
            records->lines_to_skip--;
    }
    size_t room = STW_RECORD_TITLE_MAX - records->title.size;
    stw_buffer_add(&records->title, bytes, at < room ? at : room);
    memmove(bytes, bytes + at, size - at);
    records->csv.offset += at;
    return size - at;
}

static int fill(struct csv_records *records, struct stw_error *err)
{
    size_t room, got;
    bool at_end;
    char *to = stw_csv_room(&records->csv, &room);
    if (to == NULL)
        return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
    STW_TRY(stw_input_read(records->input, to, room, &got, &at_end, err));
    stw_csv_filled(&records->csv, skip_lines(records, to, got), at_end);
    return STW_OK;
}

static int fail_header(const struct csv_records *records, struct stw_error *err)
{
    stw_fail(err, STW_ERR_LIMIT, "the header has more than %d columns", STW_RECORD_COLUMNS_MAX);
    stw_error_where(err, "%s:%" PRIu64, stw_input_path(records->input), records->csv.line);
    stw_error_hint(err, "is the separator right? see format: {separator: ...} of the column map");
    return STW_ERR_LIMIT;
}

static int fail_no_header(const struct csv_records *records, struct stw_error *err)
{
    int status = stw_header_names_fail(&records->wanted, "the file", err);
    stw_error_where(err, "%s", stw_input_path(records->input));
    return status;
}

/* Whether the record is the header, where that is found by its names. */
static int is_header(struct csv_records *records, const struct stw_text_record *record, bool *yes,
                     struct stw_error *err)
{
    *yes = true;
    if (!records->header_by_names)
        return STW_OK;
    if (records->searched++ == STW_HEADER_ROWS_SEARCHED)
        return fail_no_header(records, err);
    struct stw_slice *texts = STW_ARENA_ARRAY(&records->arena, struct stw_slice, record->count);
    if (texts == NULL)
        return stw_fail_memory(err, record->count * sizeof(*texts));
    for (uint32_t i = 0; i < record->count; i++)
        texts[i] = stw_slice_trim(record->fields[i].text);
    *yes = stw_header_names_match(&records->wanted, texts, record->count, record->line);
    if (!*yes)
        stw_text_record_put_title(record, &records->title);
    return STW_OK;
}

static int next_record(struct csv_records *records, struct stw_text_record *record,
                       struct stw_error *err)
{
    for (;;) {
        int status = stw_csv_next(&records->csv, record, err);
        if (status < 0) {
            stw_error_where(err, "%s:%" PRIu64, stw_input_path(records->input),
                            records->csv.fail_line);
            return status;
        }
        if (status == STW_OK && !stw_record_is_blank(record))
            return STW_OK;
        if (status == STW_END && records->csv.last)
            return STW_END;
        if (status == STW_END)
            STW_TRY(fill(records, err));
    }
}

static int next(void *reader, struct stw_text_record *record, struct stw_error *err)
{
    struct csv_records *records = reader;
    bool yes;
    do {
        int status = next_record(records, record, err);
        if (status == STW_END && records->header_to_come && records->searched > 0)
            return fail_no_header(records, err);
        if (status != STW_OK)
            return status;
        yes = true;
        if (records->header_to_come)
            STW_TRY(is_header(records, record, &yes, err));
    } while (!yes);
    record->is_header = records->header_to_come;
    if (record->is_header)
        record->title = stw_buffer_slice(&records->title);
    STW_TRY(stw_buffer_status(&records->title, err));
    records->header_to_come = false;
    if (record->is_header && record->problem == STW_RECORD_TOO_MANY_COLUMNS)
        return fail_header(records, err);
    return STW_OK;
}

static int take_lines(void *reader, struct stw_slice *lines, uint64_t *offset,
                      struct stw_error *err)
{
    struct csv_records *records = reader;
    for (int filled = 0; filled < 2; filled++) {
        *offset = records->csv.offset + records->csv.at;
        if (stw_csv_take_lines(&records->csv, lines))
            return STW_OK;
        /* What is left of a line needs more; a quote, or the end, the reader's own way. */
        if (records->csv.last || filled > 0)
            break;
        STW_TRY(fill(records, err));
    }
    return STW_END;
}

static uint64_t line(const void *reader)
{
    const struct csv_records *records = reader;
    return records->csv.line;
}

static void passed(void *reader, uint64_t lines)
{
    struct csv_records *records = reader;
    records->csv.line += lines;
}

static void close_csv(void *reader)
{
    struct csv_records *records = reader;
    if (records == NULL)
        return;
    stw_csv_release(&records->csv);
    stw_arena_release(&records->arena);
    stw_buffer_release(&records->title);
    stw_free(records);
}

static int open_csv(void **reader, struct stw_input *input, const struct stw_map *map,
                    struct stw_error *err)
{
    struct stw_csv_options options = {map->separator, map->quote, map->quote == '\0'};
    STW_TRY(stw_input_as_text(input, map->encoding, err));
    struct csv_records *records = stw_alloc_zero(1, sizeof(*records));
    if (records == NULL)
        return stw_fail_memory(err, sizeof(*records));
    records->input = input;
    records->lines_to_skip = map->container.skip;
    records->header_to_come = map->container.header;
    records->header_by_names = map->container.skip_find && map->container.header;
    stw_arena_init(&records->arena);
    stw_buffer_init(&records->title);
    stw_csv_init(&records->csv, &options);
    records->csv.line += map->container.skip;
    int status = stw_header_names_init(&records->wanted, map, &records->arena, err);
    if (status < 0) {
        close_csv(records);
        return status;
    }
    *reader = records;
    return STW_OK;
}

const struct stw_records_reader stw_records_of_csv = {open_csv,   next, close_csv,
                                                      take_lines, line, passed};
