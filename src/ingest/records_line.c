/*
 * Records of line protocol, one for each field of a point (measurement, tag.NAME ..., field, value,
 * time), or one for each point (measurement, tag.NAME ..., field.NAME ..., time). See records.h.
 */
#include "base/memory.h"
#include "ingest/record_columns.h"
#include "ingest/records_inside.h"
#include "text/line_protocol.h"

#include <inttypes.h>

enum { POINTS_LOOKED_AT = 5 };

struct line_records {
    struct stw_input *input;
    struct stw_line_protocol lines;
    struct stw_record_columns columns;
    struct stw_line_point point;
    uint32_t field; /* of the point, to be given next; the point's count: none is left */
    bool each_point;
    bool has_points;
    bool header_given;
    struct stw_buffer name;   /* of a column */
    struct stw_buffer remark; /* on the present record */
};

static int next_point(struct line_records *records, struct stw_error *err)
{
    struct stw_feed *feed = &records->lines.feed;
    for (;;) {
        int status = stw_line_protocol_next(&records->lines, &records->point, err);
        if (status < 0)
            stw_error_where(err, "%s:%" PRIu64, stw_input_path(records->input), feed->line);
        if (status != STW_END || feed->last)
            return status;
        size_t room, got;
        bool at_end;
        char *to = stw_feed_room(feed, &room);
        if (to == NULL)
            return stw_fail_memory(err, STW_RECORD_BYTES_MAX);
        STW_TRY(stw_input_read(records->input, to, room, &got, &at_end, err));
        stw_feed_filled(feed, got, at_end);
    }
}

/* "tag.host", "field.usage" */
static struct stw_slice column_name(struct line_records *records, const struct stw_line_pair *pair)
{
    stw_buffer_clear(&records->name);
    stw_buffer_add_text(&records->name, pair->type == STW_LINE_TAG ? "tag." : "field.");
    stw_buffer_add_slice(&records->name, pair->key);
    return stw_buffer_slice(&records->name);
}

static int gather_point(struct line_records *records, struct stw_error *err)
{
    const struct stw_line_point *point = &records->point;
    uint32_t count = point->tag_count + (records->each_point ? point->field_count : 0);
    records->has_points = true;
    for (uint32_t i = 0; i < count && point->problem == NULL; i++) {
        struct stw_slice name = column_name(records, &point->pairs[i]);
        STW_TRY(stw_buffer_status(&records->name, err));
        STW_TRY(stw_record_columns_add(&records->columns, name, err));
    }
    return STW_OK;
}

/* The first pass: what names there are, behind those that are always there. */
static int gather(struct line_records *records, struct stw_error *err)
{
    static const char *const always[] = {"measurement", "time", "field", "value"};
    int status;
    for (int i = 0; i < (records->each_point ? 2 : 4); i++)
        STW_TRY(stw_record_columns_add(&records->columns, stw_slice_of(always[i]), err));
    while ((status = next_point(records, err)) == STW_OK)
        STW_TRY(gather_point(records, err));
    STW_TRY(status);
    stw_line_protocol_release(&records->lines);
    stw_line_protocol_init(&records->lines);
    records->point = (struct stw_line_point){.field_count = 0};
    return stw_input_rewind(records->input, err);
}

static bool set(struct line_records *records, struct stw_slice name, struct stw_slice text,
                bool quoted)
{
    return stw_record_columns_set(&records->columns, name,
                                  (struct stw_text_field){.text = text, .quoted = quoted});
}

/* The cells of the point, of one of its fields or of all. False: a field stands twice. */
static bool fill(struct line_records *records, struct stw_text_record *record)
{
    const struct stw_line_point *point = &records->point;
    const struct stw_line_pair *fields = point->pairs + point->tag_count;
    stw_record_columns_begin(&records->columns, record);
    bool fine = set(records, STW_SLICE("measurement"), point->measurement, false);
    if (point->time.size > 0)
        fine = set(records, STW_SLICE("time"), point->time, false) && fine;
    if (!records->each_point) {
        const struct stw_line_pair *field = &fields[records->field];
        fine = set(records, STW_SLICE("field"), field->key, false) && fine;
        fine =
            set(records, STW_SLICE("value"), field->value, field->type == STW_LINE_STRING) && fine;
    }
    uint32_t count = point->tag_count + (records->each_point ? point->field_count : 0);
    for (uint32_t i = 0; i < count; i++) {
        const struct stw_line_pair *pair = &point->pairs[i];
        struct stw_slice name = column_name(records, pair);
        if (records->name.failed)
            break; /* the caller asks */
        fine = set(records, name, pair->value, pair->type == STW_LINE_STRING) && fine;
    }
    return fine;
}

static void set_problem(struct line_records *records, struct stw_text_record *record)
{
    struct stw_line_point *point = &records->point;
    stw_buffer_clear(&records->remark);
    stw_buffer_printf(&records->remark, "%s (byte %u)", point->problem, point->problem_at + 1);
    record->count = 0;
    record->problem = point->cut ? STW_RECORD_CUT : STW_RECORD_SYNTAX;
    record->remark = stw_buffer_slice(&records->remark);
    records->field = point->field_count = 0;
}

static int next(void *reader, struct stw_text_record *record, struct stw_error *err)
{
    struct line_records *records = reader;
    struct stw_line_point *point = &records->point;
    if (!records->header_given && records->has_points) {
        records->header_given = true;
        return stw_record_columns_header(&records->columns, record, err);
    }
    if (records->field >= point->field_count) {
        int status = next_point(records, err);
        if (status != STW_OK)
            return status;
        records->field = 0;
    }
    *record =
        (struct stw_text_record){.line = point->line, .offset = point->offset, .raw = point->raw};
    record->is_unended = point->cut;
    if (point->problem != NULL) {
        set_problem(records, record);
        return stw_buffer_status(&records->remark, err);
    }
    if (!fill(records, record)) {
        record->problem = STW_RECORD_SYNTAX;
        record->remark = STW_SLICE("has a field twice");
    }
    records->field = records->each_point ? point->field_count : records->field + 1;
    return stw_buffer_status(&records->name, err);
}

static void close_line(void *reader)
{
    struct line_records *records = reader;
    if (records == NULL)
        return;
    stw_line_protocol_release(&records->lines);
    stw_record_columns_release(&records->columns);
    stw_buffer_release(&records->name);
    stw_buffer_release(&records->remark);
    stw_free(records);
}

static int open_line(void **reader, struct stw_input *input, const struct stw_map *map,
                     struct stw_error *err)
{
    struct line_records *records = stw_alloc_zero(1, sizeof(*records));
    if (records == NULL)
        return stw_fail_memory(err, sizeof(*records));
    records->input = input;
    records->each_point = map->container.each_point;
    stw_line_protocol_init(&records->lines);
    stw_record_columns_init(&records->columns);
    stw_buffer_init(&records->name);
    stw_buffer_init(&records->remark);
    int status = stw_input_as_text(input, map->encoding, err);
    if (status == STW_OK)
        status = gather(records, err);
    if (status < 0) {
        close_line(records);
        return status;
    }
    *reader = records;
    return STW_OK;
}

int stw_records_are_points(struct stw_input *input, bool *yes, struct stw_error *err)
{
    struct stw_line_protocol lines;
    struct stw_line_point point;
    bool at_end;
    size_t room, got;
    int points = 0, entries = 0;
    stw_line_protocol_init(&lines);
    char *to = stw_feed_room(&lines.feed, &room);
    int status = to == NULL ? stw_fail_memory(err, STW_RECORD_BYTES_MAX)
                            : stw_input_read(input, to, room, &got, &at_end, err);
    if (status == STW_OK)
        stw_feed_filled(&lines.feed, got, at_end);
    while (status == STW_OK && entries < POINTS_LOOKED_AT) {
        status = stw_line_protocol_next(&lines, &point, err);
        if (status != STW_OK || (entries == 0 && point.problem != NULL))
            break;
        points += point.problem == NULL;
        entries++;
    }
    *yes = entries > 0 && points * 2 >= entries;
    stw_line_protocol_release(&lines);
    /* An entry without an end is the others' to deal with. */
    return status < 0 && status != STW_ERR_LIMIT ? status : stw_input_rewind(input, err);
}

const struct stw_records_reader stw_records_of_line_protocol = {open_line, next, close_line,
                                                                NULL,      NULL, NULL};
