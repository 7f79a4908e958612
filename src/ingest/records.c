/* One way to ask for the next record; see records.h. */
#include "ingest/records.h"

#include "base/memory.h"
#include "ingest/header_names.h"
#include "ingest/records_inside.h"
#include "ingest/totals.h"

#include <string.h>

enum { DETECT_BYTES = 64 * 1024 };

struct stw_records {
    const struct stw_records_reader *reader;
    void *inside;
    enum stw_container container;
    bool skips_totals;
    uint64_t totals;
};

/* Whether the first line of what begins with a brace ends outside of all brackets: JSON lines. One
 * that does not end here is one large object rather than one of many lines. */
static bool ends_whole(struct stw_slice bytes)
{
    int depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < bytes.size; i++) {
        char c = bytes.data[i];
        if (c == '\n' || c == '\r')
            return depth == 0;
        if (in_text && c == '\\')
            i++;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    return depth == 0;
}

static enum stw_container detect(struct stw_slice bytes)
{
    if (stw_slice_starts(bytes, STW_SLICE("PK\x03\x04")) ||
        stw_slice_starts(bytes, STW_SLICE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")))
        return STW_CONTAINER_XLSX;
    if (stw_slice_starts(bytes, STW_SLICE("\xEF\xBB\xBF")))
        bytes = (struct stw_slice){bytes.data + 3, bytes.size - 3};
    while (bytes.size > 0 && strchr(" \t\r\n", bytes.data[0]) != NULL && bytes.data[0] != '\0')
        bytes = (struct stw_slice){bytes.data + 1, bytes.size - 1};
    if (bytes.size > 0 && bytes.data[0] == '{')
        return ends_whole(bytes) ? STW_CONTAINER_JSON_LINES : STW_CONTAINER_JSON;
    return bytes.size > 0 && bytes.data[0] == '[' ? STW_CONTAINER_JSON : STW_CONTAINER_CSV;
}

int stw_records_detect(struct stw_input *input, enum stw_container *container,
                       struct stw_error *err)
{
    char bytes[DETECT_BYTES];
    size_t size = 0, got;
    STW_TRY(stw_input_rewind(input, err));
    for (bool at_end = false; !at_end && size < sizeof(bytes); size += got)
        STW_TRY(stw_input_read(input, bytes + size, sizeof(bytes) - size, &got, &at_end, err));
    *container = detect((struct stw_slice){bytes, size});
    return stw_input_rewind(input, err);
}

static const struct stw_records_reader *reader_of(enum stw_container container)
{
    switch (container) {
    case STW_CONTAINER_XLSX:
        return &stw_records_of_xlsx;
    case STW_CONTAINER_JSON_LINES:
        return &stw_records_of_json_lines;
    case STW_CONTAINER_JSON:
        return &stw_records_of_json;
    case STW_CONTAINER_LINE_PROTOCOL:
        return &stw_records_of_line_protocol;
    case STW_CONTAINER_CSV:
    case STW_CONTAINER_BY_CONTENT:
        break;
    }
    return &stw_records_of_csv;
}

static bool is_column_of_points(struct stw_slice name)
{
    return stw_slice_is(name, "measurement") || stw_slice_is(name, "field") ||
           stw_slice_starts(name, STW_SLICE("tag.")) || stw_slice_starts(name, STW_SLICE("field."));
}

/* Whether a map speaks of points: of their columns only, and of one that CSV does not have. */
static int names_points(const struct stw_map *map, bool *yes, struct stw_error *err)
{
    struct stw_header_names wanted;
    struct stw_arena arena;
    stw_arena_init(&arena);
    int status = stw_header_names_init(&wanted, map, &arena, err);
    *yes = false;
    for (uint32_t i = 0; status == STW_OK && i < wanted.count; i++)
        *yes = *yes || is_column_of_points(wanted.names[i]);
    for (uint32_t i = 0; status == STW_OK && i < wanted.count; i++)
        *yes = *yes &&
               (is_column_of_points(wanted.names[i]) || stw_slice_is(wanted.names[i], "time") ||
                stw_slice_is(wanted.names[i], "value"));
    stw_arena_release(&arena);
    return status;
}

/* What the bytes, and the columns the map asks for, make of an input. */
static int choose_container(struct stw_input *input, const struct stw_map *map,
                            enum stw_container *container, struct stw_error *err)
{
    bool points;
    STW_TRY(stw_records_detect(input, container, err));
    if (*container != STW_CONTAINER_CSV)
        return STW_OK;
    STW_TRY(names_points(map, &points, err));
    if (points)
        STW_TRY(stw_records_are_points(input, &points, err));
    if (points)
        *container = STW_CONTAINER_LINE_PROTOCOL;
    return STW_OK;
}

int stw_records_open(struct stw_records **out, struct stw_input *input, const struct stw_map *map,
                     struct stw_error *err)
{
    enum stw_container container = map->container.kind;
    if (container == STW_CONTAINER_BY_CONTENT)
        STW_TRY(choose_container(input, map, &container, err));
    STW_TRY(stw_input_rewind(input, err));
    struct stw_records *records = stw_alloc_zero(1, sizeof(*records));
    if (records == NULL)
        return stw_fail_memory(err, sizeof(*records));
    records->container = container;
    records->skips_totals = stw_map_container_skips_totals(&map->container, container);
    records->reader = reader_of(container);
    int status = records->reader->open(&records->inside, input, map, err);
    if (status < 0) {
        stw_free(records);
        return status;
    }
    *out = records;
    return STW_OK;
}

void stw_records_close(struct stw_records *records)
{
    if (records == NULL)
        return;
    records->reader->close(records->inside);
    stw_free(records);
}

int stw_records_next(struct stw_records *records, struct stw_text_record *record,
                     struct stw_error *err)
{
    for (;;) {
        int status = records->reader->next(records->inside, record, err);
        if (status != STW_OK || !stw_records_leave_out(records, record))
            return status;
    }
}

bool stw_records_skips_totals(const struct stw_records *records)
{
    return records->skips_totals;
}

bool stw_records_leave_out(struct stw_records *records, const struct stw_text_record *record)
{
    bool total = records->skips_totals && !record->is_header && stw_record_is_total(record);
    records->totals += total;
    return total;
}

int stw_records_take_lines(struct stw_records *records, struct stw_slice *lines, uint64_t *offset,
                           struct stw_error *err)
{
    if (records->reader->take_lines == NULL)
        return STW_END;
    return records->reader->take_lines(records->inside, lines, offset, err);
}

uint64_t stw_records_line(const struct stw_records *records)
{
    return records->reader->line(records->inside);
}

void stw_records_passed(struct stw_records *records, uint64_t lines)
{
    records->reader->passed(records->inside, lines);
}

uint64_t stw_records_totals(const struct stw_records *records)
{
    return records->totals;
}

enum stw_container stw_records_container(const struct stw_records *records)
{
    return records->container;
}
