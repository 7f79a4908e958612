/* Records of JSON, a value a line or in one list: the paths of their leaves are the columns. See
 * records.h and text/json_read.h. */
#include "base/memory.h"
#include "ingest/record_columns.h"
#include "ingest/records_inside.h"
#include "text/json_read.h"

#include <inttypes.h>
#include <string.h>

struct json_records {
    struct stw_input *input;
    struct stw_json_reader json;
    struct stw_record_columns columns;
    bool by_lines;
    bool has_values;
    bool header_given;
};

static int next_value(struct json_records *records, struct stw_json_value *value,
                      struct stw_error *err)
{
    for (;;) {
        int status = stw_json_next(&records->json, value, err);
        if (status < 0)
            stw_error_where(err, "%s:%" PRIu64, stw_input_path(records->input),
                            records->json.feed.line);
        if (status != STW_END || records->json.feed.last)
            return status;
        size_t room, got;
        bool at_end;
        char *to = stw_feed_room(&records->json.feed, &room);
        if (to == NULL)
            return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
        STW_TRY(stw_input_read(records->input, to, room, &got, &at_end, err));
        stw_feed_filled(&records->json.feed, got, at_end);
    }
}

/* A single value instead of an object or list. */
static bool is_bare(const struct stw_json_value *value)
{
    return value->count == 1 && value->leaves[0].path.size == 0;
}

/* The first pass: what names there are. */
static int gather(struct json_records *records, struct stw_error *err)
{
    struct stw_json_value value;
    int status;
    while ((status = next_value(records, &value, err)) == STW_OK) {
        records->has_values = true;
        for (uint32_t i = 0; i < value.count && !is_bare(&value); i++)
            STW_TRY(stw_record_columns_add(&records->columns, value.leaves[i].path, err));
    }
    STW_TRY(status);
    stw_json_reader_release(&records->json);
    stw_json_reader_init(&records->json, records->by_lines);
    return stw_input_rewind(records->input, err);
}

/* The cells of a value; what is wrong with it, or NULL. */
static const char *fill(struct json_records *records, const struct stw_json_value *value,
                        struct stw_text_record *record)
{
    if (value->problem != NULL)
        return value->problem;
    if (is_bare(value))
        return "is neither an object nor a list";
    stw_record_columns_begin(&records->columns, record);
    for (uint32_t i = 0; i < value->count; i++) {
        const struct stw_json_leaf *leaf = &value->leaves[i];
        struct stw_text_field field = {
            .text = leaf->text,
            .quoted = leaf->kind == STW_JSON_TEXT,
            .kind = leaf->kind == STW_JSON_NULL ? STW_RECORD_ABSENT : STW_RECORD_TEXT,
        };
        if (!stw_record_columns_set(&records->columns, leaf->path, field))
            return "has a name twice";
    }
    return NULL;
}

static int next(void *reader, struct stw_text_record *record, struct stw_error *err)
{
    struct json_records *records = reader;
    if (!records->header_given && records->has_values) {
        records->header_given = true;
        return stw_record_columns_header(&records->columns, record, err);
    }
    struct stw_json_value value;
    int status = next_value(records, &value, err);
    if (status != STW_OK)
        return status;
    *record =
        (struct stw_text_record){.line = value.line, .offset = value.offset, .raw = value.raw};
    const char *problem = fill(records, &value, record);
    if (problem != NULL) {
        record->count = 0;
        record->problem = value.cut ? STW_RECORD_CUT : STW_RECORD_SYNTAX;
        if (strcmp(problem, stw_text_record_problem_text(STW_RECORD_CUT)) != 0)
            record->remark = stw_slice_of(problem);
    }
    return STW_OK;
}

static void close_json(void *reader)
{
    struct json_records *records = reader;
    if (records == NULL)
        return;
    stw_json_reader_release(&records->json);
    stw_record_columns_release(&records->columns);
    stw_free(records);
}

static int open_json(void **reader, struct stw_input *input, const struct stw_map *map,
                     bool by_lines, struct stw_error *err)
{
    struct json_records *records = stw_alloc_zero(1, sizeof(*records));
    if (records == NULL)
        return stw_fail_memory(err, sizeof(*records));
    records->input = input;
    records->by_lines = by_lines;
    stw_json_reader_init(&records->json, by_lines);
    stw_record_columns_init(&records->columns);
    int status = stw_input_as_text(input, map->encoding, err);
    if (status == STW_OK)
        status = gather(records, err);
    if (status < 0) {
        close_json(records);
        return status;
    }
    *reader = records;
    return STW_OK;
}

static int open_lines(void **reader, struct stw_input *input, const struct stw_map *map,
                      struct stw_error *err)
{
    return open_json(reader, input, map, true, err);
}

static int open_values(void **reader, struct stw_input *input, const struct stw_map *map,
                       struct stw_error *err)
{
    return open_json(reader, input, map, false, err);
}

const struct stw_records_reader stw_records_of_json_lines = {open_lines, next, close_json};
const struct stw_records_reader stw_records_of_json = {open_values, next, close_json};
