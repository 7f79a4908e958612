/*
 * Records of JSON, a value a line or in one list: the paths of their leaves are the columns. Where
 * the map names the list of records, what stands outside of it is gathered in the first pass, so
 * that it may as well stand behind the list. See records.h, text/json_read.h and json_rows.h.
 */
#include "base/memory.h"
#include "ingest/json_rows.h"
#include "ingest/record_columns.h"
#include "ingest/records_inside.h"
#include "text/json_read.h"

#include <inttypes.h>
#include <string.h>

struct json_records {
    struct stw_input *input;
    struct stw_json_reader json;
    struct stw_record_columns columns;
    struct stw_json_rows rows;
    struct stw_json_value value; /* whose records are given */
    bool in_value;
    struct stw_arena arena;        /* of what stands outside of the list */
    struct stw_json_leaf *outside; /* in every record */
    uint32_t outside_count;
    size_t outside_bytes;
    bool by_lines;
    bool has_values;
    bool has_list;
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

static int fail_outside(const struct json_records *records, struct stw_error *err)
{
    stw_fail(err, STW_ERR_LIMIT,
             "more than %d values, or %d bytes of them, stand outside of the list of records",
             STW_JSON_LEAVES_MAX, STW_RECORD_BYTES_MAX);
    stw_error_where(err, "%s:%" PRIu64, stw_input_path(records->input), records->json.feed.line);
    return STW_ERR_LIMIT;
}

/* Keeps what stands outside of the list; its names are columns too. */
static int keep_outside(struct json_records *records, const struct stw_json_value *value,
                        struct stw_error *err)
{
    if (records->outside == NULL)
        records->outside =
            STW_ARENA_ARRAY(&records->arena, struct stw_json_leaf, STW_JSON_LEAVES_MAX);
    if (records->outside == NULL)
        return stw_fail_memory(err, STW_JSON_LEAVES_MAX * sizeof(*records->outside));
    STW_TRY(stw_json_rows_begin(&records->rows, value, err));
    for (uint32_t i = 0; i < value->count; i++) {
        struct stw_json_leaf leaf = value->leaves[i];
        leaf.path = stw_json_rows_name(&records->rows, i);
        if (leaf.kind == STW_JSON_EMPTY)
            continue;
        records->outside_bytes += leaf.path.size + leaf.text.size;
        if (records->outside_count == STW_JSON_LEAVES_MAX ||
            records->outside_bytes > STW_RECORD_BYTES_MAX)
            return fail_outside(records, err);
        leaf.path = stw_arena_copy(&records->arena, leaf.path);
        leaf.text = stw_arena_copy(&records->arena, leaf.text);
        if (leaf.path.data == NULL || leaf.text.data == NULL)
            return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
        records->outside[records->outside_count++] = leaf;
        STW_TRY(stw_record_columns_add(&records->columns, leaf.path, err));
    }
    return STW_OK;
}

static int gather_value(struct json_records *records, const struct stw_json_value *value,
                        struct stw_error *err)
{
    const struct stw_json_leaf *leaf;
    struct stw_slice name;
    records->has_values = true;
    if (value->problem != NULL || is_bare(value))
        return STW_OK;
    if (value->outside)
        return keep_outside(records, value, err);
    STW_TRY(stw_json_rows_begin(&records->rows, value, err));
    records->has_list = records->has_list || records->rows.has_list;
    while (stw_json_rows_next(&records->rows))
        for (uint32_t at = 0; stw_json_rows_leaf(&records->rows, &at, &leaf, &name);)
            STW_TRY(stw_record_columns_add(&records->columns, name, err));
    return STW_OK;
}

static void start_reader(struct json_records *records)
{
    stw_json_reader_init(&records->json, records->by_lines);
    stw_json_reader_follow(&records->json, records->rows.steps, records->rows.step_count);
}

/* The first pass: what names there are. */
static int gather(struct json_records *records, struct stw_slice path, struct stw_error *err)
{
    struct stw_json_value value;
    int status;
    while ((status = next_value(records, &value, err)) == STW_OK)
        STW_TRY(gather_value(records, &value, err));
    STW_TRY(status);
    if (records->rows.step_count > 0 && records->has_values && !records->has_list) {
        stw_fail(err, STW_ERR_INPUT, "the JSON has no list '%.*s'", STW_SLICE_ARG(path));
        stw_error_where(err, "%s", stw_input_path(records->input));
        stw_error_hint(err, "records: in the map is the path to the list that holds the records");
        return STW_ERR_INPUT;
    }
    stw_json_reader_release(&records->json);
    start_reader(records);
    return stw_input_rewind(records->input, err);
}

static bool set_leaf(struct json_records *records, struct stw_slice name,
                     const struct stw_json_leaf *leaf)
{
    struct stw_text_field field = {
        .text = leaf->text,
        .quoted = leaf->kind == STW_JSON_TEXT,
        .kind = leaf->kind == STW_JSON_NULL ? STW_RECORD_ABSENT : STW_RECORD_TEXT,
    };
    return stw_record_columns_set(&records->columns, name, field);
}

/* The cells of the present record; what is wrong with it, or NULL. */
static const char *fill(struct json_records *records, struct stw_text_record *record)
{
    const struct stw_json_leaf *leaf;
    struct stw_slice name;
    bool once = true;
    stw_record_columns_begin(&records->columns, record);
    for (uint32_t i = 0; i < records->outside_count; i++)
        once = set_leaf(records, records->outside[i].path, &records->outside[i]) && once;
    for (uint32_t at = 0; stw_json_rows_leaf(&records->rows, &at, &leaf, &name);)
        once = set_leaf(records, name, leaf) && once;
    return once ? NULL : "has a name twice";
}

/* Why a value gives no records, or NULL. */
static const char *problem_of(const struct json_records *records,
                              const struct stw_json_value *value)
{
    if (value->problem != NULL)
        return value->problem;
    if (is_bare(value))
        return "is neither an object nor a list";
    return records->rows.step_count > 0 && !records->rows.has_list ? "has no list of records"
                                                                   : NULL;
}

/* The next value that has records; what is wrong with it goes to *problem. */
static int begin_value(struct json_records *records, const char **problem, struct stw_error *err)
{
    int status;
    records->in_value = false;
    do
        status = next_value(records, &records->value, err);
    while (status == STW_OK && records->value.outside);
    if (status != STW_OK)
        return status;
    STW_TRY(stw_json_rows_begin(&records->rows, &records->value, err));
    *problem = problem_of(records, &records->value);
    records->in_value = *problem == NULL;
    return STW_OK;
}

static int next(void *reader, struct stw_text_record *record, struct stw_error *err)
{
    struct json_records *records = reader;
    if (!records->header_given && records->has_values) {
        records->header_given = true;
        return stw_record_columns_header(&records->columns, record, err);
    }
    const char *problem = NULL;
    while (problem == NULL && !(records->in_value && stw_json_rows_next(&records->rows))) {
        if (records->in_value && records->rows.has_orphan) {
            records->rows.has_orphan = false;
            problem = "has an element without the list of records";
            break;
        }
        int status = begin_value(records, &problem, err);
        if (status != STW_OK)
            return status;
    }
    const struct stw_json_value *value = &records->value;
    *record = (struct stw_text_record){.line = value->line, .offset = value->offset};
    if (problem != NULL || records->rows.step_count == 0)
        record->raw = value->raw;
    if (problem == NULL)
        problem = fill(records, record);
    if (problem != NULL) {
        record->count = 0;
        bool cut = value->cut && (value->problem != NULL || is_bare(value));
        record->problem = cut ? STW_RECORD_CUT : STW_RECORD_SYNTAX;
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
    stw_json_rows_release(&records->rows);
    stw_record_columns_release(&records->columns);
    stw_arena_release(&records->arena);
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
    stw_arena_init(&records->arena);
    stw_json_rows_init(&records->rows, map->container.records);
    start_reader(records);
    stw_record_columns_init(&records->columns);
    int status = stw_input_as_text(input, map->encoding, err);
    if (status == STW_OK)
        status = gather(records, map->container.records, err);
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

const struct stw_records_reader stw_records_of_json_lines = {open_lines, next, close_json,
                                                             NULL,       NULL, NULL};
const struct stw_records_reader stw_records_of_json = {open_values, next, close_json,
                                                       NULL,        NULL, NULL};
