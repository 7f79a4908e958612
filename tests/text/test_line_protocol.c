/*
 * Line protocol against the corpus of the reference decoder (github.com/influxdata/line-protocol,
 * read by jansson), and by hand what the corpus does not say.
 */
#include "text/line_protocol.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "text/record.h"

#include "../support/pieces.h"
#include "../support/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Feeds all of `input` in pieces; STW_END when every entry was handed out. */
static int next_from(struct stw_line_protocol *reader, struct stw_slice *input, size_t piece,
                     struct stw_line_point *point, struct stw_error *err)
{
    for (;;) {
        int status = stw_line_protocol_next(reader, point, err);
        if (status != STW_END || reader->feed.last)
            return status;
        size_t room;
        char *to = stw_feed_room(&reader->feed, &room);
        if (to == NULL)
            return stw_fail_memory(err, 1);
        size_t size = stw_test_feed(input, piece, to, room);
        stw_feed_filled(&reader->feed, size, input->size == 0);
    }
}

static void put_point(const struct stw_line_point *point, struct stw_buffer *out)
{
    if (point->problem != NULL) {
        stw_buffer_printf(out, "%d!%s\n", (int)point->line, point->problem);
        return;
    }
    stw_buffer_printf(out, "%d %.*s", (int)point->line, STW_SLICE_ARG(point->measurement));
    for (uint32_t i = 0; i < point->tag_count + point->field_count; i++)
        stw_buffer_printf(out, "%s[%.*s]%c[%.*s]", i == point->tag_count ? " |" : " ",
                          STW_SLICE_ARG(point->pairs[i].key), "=fiubs"[point->pairs[i].type],
                          STW_SLICE_ARG(point->pairs[i].value));
    stw_buffer_printf(out, " @%.*s\n", STW_SLICE_ARG(point->time));
}

static int dump(struct stw_slice input, size_t piece, struct stw_buffer *out)
{
    struct stw_line_protocol reader;
    struct stw_line_point point;
    struct stw_error err;
    int status;
    stw_line_protocol_init(&reader);
    while ((status = next_from(&reader, &input, piece, &point, &err)) == STW_OK)
        put_point(&point, out);
    stw_line_protocol_release(&reader);
    return status;
}

static void expect(const char *text, const char *want, int line)
{
    static const size_t pieces[] = {1, 2, 7, 1000};
    for (int i = 0; i < 4; i++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        int status = dump(stw_slice_of(text), pieces[i], &out);
        STW_EXPECT(status == STW_END && stw_slice_is(stw_buffer_slice(&out), want),
                   "line %d, pieces of %zu: %d\n%.*s", line, pieces[i], status,
                   STW_SLICE_ARG(stw_buffer_slice(&out)));
        stw_buffer_release(&out);
    }
}
#define EXPECT(text, want) expect(text, want, __LINE__)

static void reads_points(void)
{
    EXPECT("cpu,host=a\\ b,zone=x usage=1.50,idle=3i 1600000000000000000\n",
           "1 cpu [host]=[a b] [zone]=[x] |[usage]f[1.50] [idle]i[3] @1600000000000000000\n");
    EXPECT("# remark\n\n  m v=1u\r\nm v=\"two\nlines \\\"x\\\\\" -5\nm v=T",
           "3 m |[v]u[1] @\n4 m |[v]s[two\nlines \"x\\] @-5\n6 m |[v]b[true] @\n");
    EXPECT("m v=1\nbad\nm v=2\n",
           "1 m |[v]f[1] @\n2!has no tag or field where one should be\n3 m |[v]f[2] @\n");
    EXPECT("m\\,x,a\\=b=c\\,d v\\ w=f\n", "1 m,x [a=b]=[c,d] |[v w]b[false] @\n");
    /* A backslash that escapes nothing stays. */
    EXPECT("m v\\x=1,w=\"a\\b\"\n", "1 m |[v\\x]f[1] [w]s[a\\b] @\n");
    EXPECT("", "");
    EXPECT("\n \n#", "");
}

static void refuses_what_does_not_fit(void)
{
    EXPECT("m v=9223372036854775807i\nm v=-9223372036854775808i\nm v=18446744073709551615u",
           "1 m |[v]i[9223372036854775807] @\n2 m |[v]i[-9223372036854775808] @\n"
           "3 m |[v]u[18446744073709551615] @\n");
    EXPECT("m v=9223372036854775808i\nm v=-9223372036854775809i\nm v=18446744073709551616u\n"
           "m v=1e400\nm v=1 9223372036854775808\nm v=-1u",
           "1!is beyond 64 bits\n2!is beyond 64 bits\n3!is beyond 64 bits\n4!is beyond 64 bits\n"
           "5!has a time that is no whole number of 64 bits\n6!is not a whole number\n");
    EXPECT("m v=1.2.3\nm v=1e\nm v=tru\nm v=\nm v\nm,a v=1\nm,a= v=1\nm, v=1\nm,a=1,a=2 v=1\nm v=1 "
           "x\nm v=1 1 x",
           "1!is not a number\n2!is not a number\n3!is neither true nor false\n"
           "4!is no field value of any type\n5!has no = behind the name of a field\n"
           "6!has no = behind the name of a tag\n7!has no value of a tag\n"
           "8!has no tag behind the comma\n9!has a tag twice\n"
           "10!has a time that is no whole number\n11!has text behind the time\n");
    EXPECT("m v=\"open\nm v=1\n", "1!has no closing quote\n2 m |[v]f[1] @\n");
}

static void refuses_long_entries(void)
{
    struct stw_line_protocol reader;
    struct stw_line_point point;
    struct stw_error err;
    size_t size = STW_RECORD_BYTES_MAX + 100;
    char *text = malloc(size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memset(text, 'x', size);
    memcpy(text, "m v=\"", 5);
    struct stw_slice input = {text, size};
    stw_line_protocol_init(&reader);
    CU_ASSERT_EQUAL(next_from(&reader, &input, 4096, &point, &err), STW_ERR_LIMIT);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "the entry that begins on line 1 is longer"));
    CU_ASSERT(reader.feed.capacity <= 4 * STW_RECORD_BYTES_MAX);
    stw_line_protocol_release(&reader);
    free(text);
}

static void survives_every_failed_allocation(void)
{
    static const char text[] = "m\\ x,a=b v=\"a\\\"b\" 5\n";
    int status = STW_ERR_MEMORY;
    for (uint64_t nth = 1; nth < 100 && status == STW_ERR_MEMORY; nth++) {
        struct stw_line_protocol reader;
        struct stw_line_point point;
        struct stw_error err;
        struct stw_slice input = {text, sizeof(text) - 1};
        stw_line_protocol_init(&reader);
        stw_memory_fail_at(nth);
        status = next_from(&reader, &input, 100, &point, &err);
        stw_memory_fail_at(0);
        stw_line_protocol_release(&reader);
    }
    CU_ASSERT_EQUAL(status, STW_OK);
}

/* ---- The corpus ------------------------------------------------------------------------------ */

static char *load_corpus(void)
{
    char command[600];
    snprintf(command, sizeof(command), "zstd -dc '%s'",
             stw_test_shared("line_protocol_corpus/corpus_part.json.zst"));
    FILE *pipe = popen(command, "r");
    size_t size = 0, capacity = 1 << 20;
    char *text = malloc(capacity);
    for (size_t got; pipe != NULL && text != NULL &&
                     (got = fread(text + size, 1, capacity - size - 1, pipe)) > 0;) {
        size += got;
        if (capacity - size < 2)
            text = realloc(text, capacity *= 2);
    }
    if (pipe != NULL)
        pclose(pipe);
    if (text != NULL)
        text[size] = '\0';
    return text;
}

/* Whole numbers of 20 digits do not fit jansson's integers: they get quotes, as texts. */
static char *quote_large(const char *text)
{
    char *copy = malloc(strlen(text) * 2 + 1), *to = copy;
    bool in_text = false;
    while (copy != NULL && *text != '\0') {
        size_t digits = in_text ? 0 : strspn(text, "0123456789");
        if (digits >= 20)
            to += sprintf(to, "\"%.*s\"", (int)digits, text);
        else
            to = mempcpy(to, text, digits);
        text += digits;
        if (digits > 0)
            continue;
        in_text = in_text != (*text == '"');
        if (in_text && *text == '\\')
            *to++ = *text++;
        *to++ = *text++;
    }
    if (copy != NULL)
        *to = '\0';
    return copy;
}

/* A text, or {"binary": base64} where it is none. Appends its bytes. */
static void put_bytes(const json_t *value, struct stw_buffer *out)
{
    if (json_is_string(value)) {
        stw_buffer_add(out, json_string_value(value), json_string_length(value));
        return;
    }
    const char *text = json_string_value(json_object_get(value, "binary"));
    uint32_t bits = 0;
    int count = 0;
    for (; text != NULL && *text != '\0' && *text != '='; text++) {
        static const char digits[] =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        bits = bits << 6 | (uint32_t)(strchr(digits, *text) - digits);
        count += 6;
        if (count >= 8)
            stw_buffer_add_char(out, (char)(bits >> (count -= 8)));
    }
}

/* One key and value of the corpus against a pair. */
static bool same_pair(const struct stw_line_pair *pair, const json_t *want)
{
    struct stw_buffer text;
    bool same;
    stw_buffer_init(&text);
    put_bytes(json_object_get(want, "key"), &text);
    same = stw_slice_equal(stw_buffer_slice(&text), pair->key);
    json_t *value = json_object_get(want, "value"), *one;
    char number[64] = "";
    if (pair->value.size < sizeof(number))
        memcpy(number, pair->value.data, pair->value.size);
    stw_buffer_clear(&text);
    switch (pair->type) {
    case STW_LINE_TAG:
        put_bytes(value, &text);
        same = same && stw_slice_equal(stw_buffer_slice(&text), pair->value);
        break;
    case STW_LINE_STRING:
        one = json_object_get(value, "string");
        put_bytes(one != NULL ? one : json_object_get(value, "binary"), &text);
        same = same && one != NULL && stw_slice_equal(stw_buffer_slice(&text), pair->value);
        break;
    case STW_LINE_BOOL:
        one = json_object_get(value, "bool");
        same = same && json_is_boolean(one) &&
               stw_slice_is(pair->value, json_is_true(one) ? "true" : "false");
        break;
    case STW_LINE_INT:
    case STW_LINE_UINT:
        one = json_object_get(value, pair->type == STW_LINE_INT ? "int" : "uint");
        same = same && (json_is_string(one) ? strcmp(number, json_string_value(one)) == 0
                                            : json_is_integer(one) && strtoll(number, NULL, 10) ==
                                                                          json_integer_value(one));
        break;
    case STW_LINE_FLOAT: {
        char *copy = strndup(pair->value.data, pair->value.size);
        one = json_object_get(value, "float");
        same = same && json_is_number(one) && strtod(copy, NULL) == json_number_value(one);
        free(copy);
        break;
    }
    }
    stw_buffer_release(&text);
    return same;
}

static bool same_point(const struct stw_line_point *point, const json_t *want, const json_t *input)
{
    static const struct {
        const char *name;
        int64_t ns;
    } precisions[] = {{"1ns", 1}, {"1\u00B5s", 1000}, {"1ms", 1000000}, {"1s", 1000000000}};
    struct stw_buffer name;
    stw_buffer_init(&name);
    put_bytes(json_object_get(want, "name"), &name);
    json_t *tags = json_object_get(want, "tags"), *fields = json_object_get(want, "fields");
    bool same = stw_slice_equal(stw_buffer_slice(&name), point->measurement) &&
                json_array_size(tags) == point->tag_count &&
                json_array_size(fields) == point->field_count;
    /* The corpus has them in the order of their keys. */
    for (uint32_t i = 0; same && i < point->tag_count; i++) {
        same = false;
        for (uint32_t j = 0; j < point->tag_count; j++)
            same = same || same_pair(&point->pairs[i], json_array_get(tags, j));
    }
    for (uint32_t i = 0; same && i < point->field_count; i++)
        same = same_pair(&point->pairs[point->tag_count + i], json_array_get(fields, i));
    int64_t unit = 1;
    for (int i = 0; i < 4; i++)
        if (strcmp(json_string_value(json_object_get(input, "precision")), precisions[i].name) == 0)
            unit = precisions[i].ns;
    int64_t ns;
    char time[32] = "";
    if (point->time.size > 0 && point->time.size < sizeof(time))
        memcpy(time, point->time.data, point->time.size);
    if (point->time.size == 0) { /* the decoder's default, whole in the unit */
        ns = json_integer_value(json_object_get(input, "defaultTime"));
        ns -= ns % unit;
    } else if (__builtin_mul_overflow(strtoll(time, NULL, 10), unit, &ns)) {
        same = false;
    }
    stw_buffer_release(&name);
    return same && ns == json_integer_value(json_object_get(want, "time"));
}

/* Whether the reader makes of the input what the corpus says; *why tells them apart if not. */
static bool agrees(const json_t *input, const json_t *output, const char **why)
{
    struct stw_buffer text;
    struct stw_line_protocol reader;
    struct stw_line_point point;
    struct stw_error err;
    json_t *result = json_object_get(output, "result");
    size_t taken = 0;
    bool refused = false, same = true;
    stw_buffer_init(&text);
    put_bytes(json_object_get(input, "text"), &text);
    struct stw_slice left = stw_buffer_slice(&text);
    stw_line_protocol_init(&reader);
    while (next_from(&reader, &left, 3, &point, &err) == STW_OK && !refused) {
        refused = point.problem != NULL;
        if (!refused && result != NULL)
            same = same && taken < json_array_size(result) &&
                   same_point(&point, json_array_get(result, taken), input);
        taken++;
    }
    *why = result == NULL && !refused                           ? "taken, and should be refused"
           : result != NULL && refused                          ? point.problem
           : result != NULL && taken != json_array_size(result) ? "another number of points"
           : !same                                              ? "other points"
                                                                : NULL;
    stw_line_protocol_release(&reader);
    stw_buffer_release(&text);
    return *why == NULL;
}

static void agrees_with_the_reference(void)
{
    STW_SKIP_WITHOUT_SHARED("line_protocol_corpus/corpus_part.json.zst");
    char *text = load_corpus();
    char *quoted = text == NULL ? NULL : quote_large(text);
    json_t *corpus = quoted == NULL ? NULL : json_loads(quoted, JSON_ALLOW_NUL, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(corpus);
    json_t *cases = json_object_get(corpus, "decode"), *one;
    const char *key, *why;
    unsigned count = 0, agreed = 0;
    json_object_foreach(cases, key, one)
    {
        count++;
        if (agrees(json_object_get(one, "input"), json_object_get(one, "output"), &why)) {
            agreed++;
            continue;
        }
        char *shown = json_dumps(one, JSON_ENCODE_ANY);
        STW_EXPECT(false, "%s: %s: %s", key, why, shown);
        free(shown);
    }
    STW_EXPECT(count == 4146 && agreed == count, "%u of %u", agreed, count); /* ORIGIN.md */
    json_decref(corpus);
    free(quoted);
    free(text);
}

STW_SUITE(line_protocol, {"reads points", reads_points},
          {"refuses what does not fit", refuses_what_does_not_fit},
          {"refuses long entries", refuses_long_entries},
          {"survives every failed allocation", survives_every_failed_allocation},
          {"agrees with the reference decoder", agrees_with_the_reference});
