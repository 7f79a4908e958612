/* JSON output; see json_write.h. */
#include "text/json_write.h"

#include "text/number.h"
#include "text/width.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void stw_json_init(struct stw_json *json, struct stw_buffer *out, enum stw_json_form form)
{
    memset(json, 0, sizeof(*json));
    json->out = out;
    json->form = form;
}

void stw_json_finish(const struct stw_json *json)
{
    assert(json->depth == 0 && json->done);
}

static void new_line(struct stw_json *json)
{
    if (json->form == STW_JSON_COMPACT)
        return;
    stw_buffer_add_char(json->out, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        stw_buffer_add_text(json->out, "  ");
}

/* The comma and line in front of an element of the innermost object or array. */
static void begin_element(struct stw_json *json)
{
    unsigned level = json->depth - 1;
    if (json->filled[level])
        stw_buffer_add_char(json->out, ',');
    json->filled[level] = true;
    new_line(json);
}

static void begin_value(struct stw_json *json)
{
    if (json->depth == 0) {
        assert(!json->done);
        json->done = true;
    } else if (json->closing[json->depth - 1] == ']') {
        begin_element(json);
    } else {
        assert(json->after_key);
    }
    json->after_key = false;
}

static void open_level(struct stw_json *json, char opening, char closing)
{
    begin_value(json);
    assert(json->depth < STW_JSON_NESTING_MAX);
    stw_buffer_add_char(json->out, opening);
    json->closing[json->depth] = closing;
    json->filled[json->depth] = false;
    json->depth++;
}

void stw_json_object(struct stw_json *json)
{
    open_level(json, '{', '}');
}

void stw_json_array(struct stw_json *json)
{
    open_level(json, '[', ']');
}

void stw_json_end(struct stw_json *json)
{
    assert(json->depth > 0 && !json->after_key);
    json->depth--;
    if (json->filled[json->depth])
        new_line(json);
    stw_buffer_add_char(json->out, json->closing[json->depth]);
}

static bool needs_escape(uint32_t code)
{
    return code < 0x20 || code == '"' || code == '\\' || code == '<' || code == 0x7F ||
           code == 0x2028 || code == 0x2029 || code == STW_CODE_INVALID;
}

static void put_escape(struct stw_buffer *out, uint32_t code)
{
    switch (code) {
    case '"':
        stw_buffer_add_text(out, "\\\"");
        break;
    case '\\':
        stw_buffer_add_text(out, "\\\\");
        break;
    case '\n':
        stw_buffer_add_text(out, "\\n");
        break;
    case '\r':
        stw_buffer_add_text(out, "\\r");
        break;
    case '\t':
        stw_buffer_add_text(out, "\\t");
        break;
    case STW_CODE_INVALID:
        stw_utf8_put(out, STW_CODE_REPLACEMENT);
        break;
    default:
        stw_buffer_printf(out, "\\u%04" PRIx32, code);
        break;
    }
}

static void put_quoted(struct stw_buffer *out, struct stw_slice text)
{
    stw_buffer_add_char(out, '"');
    size_t plain = 0; /* bytes at the front that go out as they are */
    while (plain < text.size) {
        uint32_t code;
        struct stw_slice rest = {text.data + plain, text.size - plain};
        size_t size = stw_utf8_decode(rest, &code);
        if (!needs_escape(code)) {
            plain += size;
            continue;
        }
        stw_buffer_add(out, text.data, plain);
        put_escape(out, code);
        text.data += plain + size;
        text.size -= plain + size;
        plain = 0;
    }
    stw_buffer_add(out, text.data, plain);
    stw_buffer_add_char(out, '"');
}

void stw_json_key(struct stw_json *json, const char *key)
{
    stw_json_key_slice(json, stw_slice_of(key));
}

void stw_json_key_slice(struct stw_json *json, struct stw_slice key)
{
    assert(json->depth > 0 && json->closing[json->depth - 1] == '}' && !json->after_key);
    begin_element(json);
    put_quoted(json->out, key);
    stw_buffer_add_text(json->out, json->form == STW_JSON_PRETTY ? ": " : ":");
    json->after_key = true;
}

void stw_json_text(struct stw_json *json, struct stw_slice text)
{
    begin_value(json);
    put_quoted(json->out, text);
}

void stw_json_string(struct stw_json *json, const char *text)
{
    if (text == NULL)
        stw_json_null(json);
    else
        stw_json_text(json, stw_slice_of(text));
}

void stw_json_int(struct stw_json *json, int64_t value)
{
    begin_value(json);
    stw_buffer_printf(json->out, "%" PRId64, value);
}

void stw_json_uint(struct stw_json *json, uint64_t value)
{
    begin_value(json);
    stw_buffer_printf(json->out, "%" PRIu64, value);
}

void stw_json_bool(struct stw_json *json, bool value)
{
    begin_value(json);
    stw_buffer_add_text(json->out, value ? "true" : "false");
}

void stw_json_null(struct stw_json *json)
{
    begin_value(json);
    stw_buffer_add_text(json->out, "null");
}

void stw_json_decimal(struct stw_json *json, struct stw_decimal value)
{
    stw_json_wide(json, stw_wide_of(value));
}

void stw_json_wide(struct stw_json *json, struct stw_wide value)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    begin_value(json);
    int size = stw_wide_format(value, false, text);
    stw_buffer_add(json->out, text, (size_t)size);
}

void stw_json_number(struct stw_json *json, struct stw_slice digits)
{
    begin_value(json);
    stw_buffer_add_slice(json->out, digits);
}

void stw_json_double(struct stw_json *json, double value)
{
    if (!__builtin_isfinite(value)) {
        stw_json_null(json);
        return;
    }
    begin_value(json);
    char text[STW_NUMBER_DOUBLE_SIZE];
    stw_number_format_double(value, text);
    stw_buffer_add_text(json->out, text);
}
