/* Values of a record as JSON; see fold_cells.h. */
#include "ingest/fold_cells.h"

#include "text/json_write.h"
#include "text/number.h"
#include "text/width.h"

#include <math.h>
#include <string.h>

void stw_fold_cells_init(struct stw_fold_cells *cells)
{
    stw_json_reader_init(&cells->json, true);
}

void stw_fold_cells_release(struct stw_fold_cells *cells)
{
    stw_json_reader_release(&cells->json);
}

static void write_value(struct stw_json *json, enum stw_type type,
                        const struct stw_cell_value *value)
{
    char text[STW_NUMBER_DOUBLE_SIZE];
    switch (type) {
    case STW_TYPE_TEXT:
        stw_json_text(json, value->text);
        return;
    case STW_TYPE_DECIMAL:
        stw_json_decimal(json, value->decimal);
        return;
    case STW_TYPE_FLOAT:
        stw_number_format_double(value->real, text);
        stw_json_string(json, text);
        return;
    default:
        stw_json_int(json, value->whole);
    }
}

void stw_fold_cells_write(struct stw_buffer *out, const struct stw_map_field *const *fields,
                          const struct stw_cell_value *const *values, uint32_t count)
{
    struct stw_json json;
    stw_json_init(&json, out, STW_JSON_COMPACT);
    stw_json_object(&json);
    for (uint32_t i = 0; i < count; i++) {
        if (!values[i]->present)
            continue;
        stw_json_key_slice(&json, fields[i]->name);
        write_value(&json, fields[i]->type, values[i]);
    }
    stw_json_end(&json);
    stw_json_finish(&json);
}

static bool read_float(struct stw_slice text, double *real)
{
    if (stw_slice_is(text, "nan") || stw_slice_is(text, "-nan")) {
        *real = NAN;
        return true;
    }
    if (stw_slice_is(text, "inf") || stw_slice_is(text, "-inf")) {
        *real = text.data[0] == '-' ? -INFINITY : INFINITY;
        return true;
    }
    return stw_number_parse_double(text, NULL, real) == STW_NUMBER_OK;
}

/* False: the text is no value of the type. */
static bool read_value(const struct stw_json_leaf *leaf, enum stw_type type,
                       struct stw_cell_value *value)
{
    if (type == STW_TYPE_TEXT || type == STW_TYPE_FLOAT) {
        value->text = leaf->text;
        return leaf->kind == STW_JSON_TEXT &&
               (type == STW_TYPE_TEXT || read_float(leaf->text, &value->real));
    }
    if (leaf->kind != STW_JSON_NUMBER)
        return false;
    return type == STW_TYPE_DECIMAL
               ? stw_number_parse(leaf->text, NULL, &value->decimal) == STW_NUMBER_OK
               : stw_number_parse_int(leaf->text, NULL, &value->whole) == STW_NUMBER_OK;
}

static int next_object(struct stw_fold_cells *cells, struct stw_slice text,
                       struct stw_json_value *object, struct stw_error *err)
{
    for (size_t done = 0; done <= text.size;) {
        size_t room, take = text.size - done;
        char *to = stw_feed_room(&cells->json.feed, &room);
        if (to == NULL)
            return stw_fail_memory(err, text.size);
        take = take < room ? take : room - 1;
        memcpy(to, text.data + done, take);
        done += take;
        if (done == text.size) {
            to[take++] = '\n';
            done++;
        }
        stw_feed_filled(&cells->json.feed, take, false);
    }
    return stw_json_next(&cells->json, object, err);
}

static void take_leaves(const struct stw_json_value *object, const struct stw_map_field *fields,
                        uint32_t count, struct stw_cell_value *values)
{
    memset(values, 0, count * sizeof(*values));
    for (uint32_t leaf = 0; leaf < object->count; leaf++)
        for (uint32_t i = 0; i < count; i++)
            if (stw_slice_equal(object->leaves[leaf].path, fields[i].name))
                values[i].present = read_value(&object->leaves[leaf], fields[i].type, &values[i]);
}

int stw_fold_cells_read(struct stw_fold_cells *cells, struct stw_slice text,
                        const struct stw_map_field *fields, uint32_t count,
                        struct stw_cell_value *values, struct stw_error *err)
{
    struct stw_json_value object;
    bool valid = stw_utf8_valid_size(text) == text.size;
    int status = valid ? next_object(cells, text, &object, err) : STW_END;
    if (status == STW_OK && object.problem == NULL && stw_feed_rest(&cells->json.feed).size == 0) {
        take_leaves(&object, fields, count, values);
        return STW_OK;
    }
    stw_json_reader_release(&cells->json); /* what is left of it must not be read as the next */
    stw_json_reader_init(&cells->json, true);
    if (status < 0)
        return status;
    return stw_fail(err, STW_ERR_DAMAGED, "a record of the log in the store is no JSON: '%.*s'",
                    (int)(text.size < 80 ? text.size : 80), text.data);
}
