/*
 * JSON into leaves: by hand what the rules say, and against jansson, on random documents and on
 * what both must refuse (the examples of RFC 8259 and of JSONTestSuite's kinds).
 */
#include "text/json_read.h"

#include "base/memory.h"
#include "text/record.h"
#include "text/width.h"

#include "../support/pieces.h"
#include "../support/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int next_from(struct stw_json_reader *reader, struct stw_slice *input, size_t piece,
                     struct stw_json_value *value, struct stw_error *err)
{
    for (;;) {
        int status = stw_json_next(reader, value, err);
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

static void put_value(const struct stw_json_value *value, struct stw_buffer *out)
{
    stw_buffer_printf(out, "%d%s", (int)value->line, value->outside ? "<" : "");
    if (value->problem != NULL)
        stw_buffer_printf(out, "!%s%s", value->cut ? "(end) " : "", value->problem);
    for (uint32_t i = 0; i < value->count; i++)
        stw_buffer_printf(out, " %.*s%c%.*s", STW_SLICE_ARG(value->leaves[i].path),
                          "=#?-0"[value->leaves[i].kind], STW_SLICE_ARG(value->leaves[i].text));
    stw_buffer_add_char(out, '\n');
}

/* The path that is followed. */
static struct stw_slice followed[2];
static uint32_t followed_count;

static int dump(struct stw_slice input, bool by_lines, size_t piece, struct stw_buffer *out,
                struct stw_error *err)
{
    struct stw_json_reader reader;
    struct stw_json_value value;
    int status;
    stw_error_clear(err);
    stw_json_reader_init(&reader, by_lines);
    stw_json_reader_follow(&reader, followed, followed_count);
    while ((status = next_from(&reader, &input, piece, &value, err)) == STW_OK)
        put_value(&value, out);
    stw_json_reader_release(&reader);
    return status;
}

static void expect(const char *text, bool by_lines, const char *want, int line)
{
    static const size_t pieces[] = {1, 2, 7, 1000};
    for (int i = 0; i < 4; i++) {
        struct stw_buffer out;
        struct stw_error err;
        stw_buffer_init(&out);
        int status = dump(stw_slice_of(text), by_lines, pieces[i], &out, &err);
        if (status < 0)
            stw_buffer_printf(&out, "%s\n", err.what);
        STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), want), "line %d, pieces of %zu: %d\n%.*s",
                   line, pieces[i], status, STW_SLICE_ARG(stw_buffer_slice(&out)));
        stw_buffer_release(&out);
    }
}
#define LINES(text, want)  expect(text, true, want, __LINE__)
#define VALUES(text, want) expect(text, false, want, __LINE__)

static void reads_lines(void)
{
    LINES("{\"a\":1,\"b\":{\"c\":[0.10,null,true]}}\n\n{\"a\":\"x\"}",
          "1 a#1 b.c.0#0.10 b.c.1- b.c.2?true\n3 a=x\n");
    LINES("{\"a.b\":1,\"c\\\\d\":2,\"\":3,\"e\":{\"\":4}}\r\n", "1 a\\.b#1 c\\\\d#2 #3 e.#4\n");
    LINES("{\"t\":\"\\u8868\\ud83d\\ude00\\n\\\"\\/\"}", "1 t=表😀\n\"/\n");
    LINES("{\"n\":-0.5e+10,\"m\":12345678901234567890.123456789}\n",
          "1 n#-0.5e+10 m#12345678901234567890.123456789\n");
    LINES("{}\n[]\n[1,[2]]\n5\n", "1\n2\n3 0#1 1.0#2\n4 #5\n");
    /* A line that is none is told, and the next is read. */
    LINES("{\"a\":1}\noops\n{\"a\":\n{\"a\":2} x\n{\"a\":3}\n",
          "1 a#1\n2!has a word that is no value of JSON\n3!ends before its value does\n"
          "4!has text behind its value\n5 a#3\n");
    LINES("{\"a\":1}\n{\"a\":2,\"b", "1 a#1\n2!(end) is cut short: the file ends in it\n");
    LINES("", "");
    LINES(" \n\t\n", "");
}

static void reads_values(void)
{
    VALUES("[{\"a\":1},\n {\"a\":2}\n]\n", "1 a#1\n2 a#2\n");
    VALUES("{\n \"a\": 1\n}\n{\"a\":2}[3,4]", "1 a#1\n4 a#2\n4 #3\n4 #4\n");
    VALUES("[]", "");
    VALUES("[[1,2],{}]", "1 0#1 1#2\n1\n");
    VALUES("12 34", "1 #12\n1 #34\n");
    /* Cut: the whole ones, and the last is told. */
    VALUES("[{\"a\":1},{\"a\":2},{\"a\"",
           "1 a#1\n1 a#2\n1!(end) is cut short: the file ends in it\n");
    VALUES("[{\"a\":1},\n", "1 a#1\n1!(end) is cut short: the file ends in it\n");
    VALUES("[{\"a\":1}", "1 a#1\n1!(end) is cut short: the file ends in it\n");
    /* What is no JSON ends the reading. */
    VALUES("[{\"a\":1},\n {\"a\":}]",
           "1 a#1\nthe JSON has a word that is no value of JSON (line 2, column 7)\n");
    VALUES("[1 2]", "1 #1\nthe JSON has no , or ] behind a value (line 1, column 4)\n");
    VALUES("[1,]", "1 #1\nthe JSON has a word that is no value of JSON (line 1, column 4)\n");
    VALUES("[,1]", "the JSON has a word that is no value of JSON (line 1, column 2)\n");
}

static void follow(const char *first, const char *second)
{
    followed[0] = stw_slice_of(first);
    followed[1] = stw_slice_of(second);
    followed_count = (first != NULL) + (second != NULL);
}

static void follows_a_path(void)
{
    follow("r", NULL);
    VALUES("{\"s\":\"A\",\"r\":[{\"t\":1},{\"t\":2,\"u\":[3]}],\n\"z\":{\"y\":null}}",
           "1< s=A\n1 r.t#1\n1 r.t#2 r.u.\\[0#3\n2< z.y-\n");
    /* Lists of pairs and of numbers; other lists are passed over, whatever they hold. */
    VALUES("{\"r\":[[1,2],[3]],\"q\":[1,{\"r\":[5]},[]]}", "1 r.\\[0#1 r.\\[1#2\n1 r.\\[0#3\n");
    VALUES("{\"r\":[7,8]}", "1 r#7\n1 r#8\n");
    VALUES("{\"r\":[],\"s\":1}", "1< s#1\n");
    VALUES("{\"r\":[{}]}", "1 r0\n");
    VALUES("{\"r\":{\"t\":1}}", "1 r.t#1\n");
    VALUES("{\"r\":5,\"R\":6}", "1< r#5\n1< R#6\n");
    VALUES("{}", "");
    /* The elements of a list at the top are whole, with empty lists told. */
    VALUES("[{\"r\":[{\"t\":1}]},{\"r\":[]}]", "1 r.\\[0.t#1\n1 r0\n");
    LINES("{\"r\":[{\"t\":1}]}\n", "1 r.\\[0.t#1\n");
    VALUES("{\"r\":[{\"t\":1},", "1 r.t#1\n1!(end) is cut short: the file ends in it\n");
    VALUES("{\"r\":[{\"t\":1}]", "1 r.t#1\n1!(end) is cut short: the file ends in it\n");
    VALUES("{\"r\":[{\"t\":1} 2]}",
           "1 r.t#1\nthe JSON has no , or ] behind a value (line 1, column 15)\n");
    VALUES("{\"r\":[1]} {\"r\":[2]}",
           "1 r#1\nthe JSON has a second value, where a path leads into one (line 1, column 11)\n");
    VALUES("{\"r\":[1],}",
           "1 r#1\nthe JSON has no name in quotes where one should be (line 1, column 10)\n");
    follow("a", "r");
    VALUES("{\"a\":{\"m\":1,\"r\":[{\"t\":2}],\"n\":3},\"r\":[9],\"k\":{\"r\":4}}",
           "1< a.m#1\n1 a.r.t#2\n1< a.n#3\n1< k.r#4\n");
    VALUES("{\"a\":[{\"m\":1,\"r\":[{\"t\":2}]}]}", "1 a.m#1 a.r.\\[0.t#2\n");
    follow(NULL, NULL);
}

static void bounds_what_it_reads(void)
{
    struct stw_buffer text, out;
    struct stw_error err;
    stw_buffer_init(&text);
    stw_buffer_init(&out);
    for (int i = 0; i < STW_JSON_DEPTH_MAX + 1; i++)
        stw_buffer_add_char(&text, '[');
    CU_ASSERT_EQUAL(dump(stw_buffer_slice(&text), true, 1000, &out, &err), STW_END);
    CU_ASSERT(stw_slice_is(stw_buffer_slice(&out), "1!(end) is nested too deep\n"));
    stw_buffer_clear(&text);
    stw_buffer_clear(&out);
    for (int i = 0; i <= STW_JSON_LEAVES_MAX; i++)
        stw_buffer_add_text(&text, i == 0 ? "[0" : ",0");
    stw_buffer_add_text(&text, "]\n");
    CU_ASSERT_EQUAL(dump(stw_buffer_slice(&text), true, 1000, &out, &err), STW_END);
    CU_ASSERT(stw_slice_is(stw_buffer_slice(&out), "1!has too many values\n"));
    stw_buffer_clear(&text);
    stw_buffer_add_text(&text, "{\"a\":\"");
    while (text.size <= STW_RECORD_BYTES_MAX)
        stw_buffer_add_text(&text, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    CU_ASSERT_EQUAL(dump(stw_buffer_slice(&text), true, 4096, &out, &err), STW_ERR_LIMIT);
    CU_ASSERT_EQUAL(dump(stw_buffer_slice(&text), false, 4096, &out, &err), STW_ERR_LIMIT);
    stw_buffer_release(&text);
    stw_buffer_release(&out);
}

/* ---- jansson --------------------------------------------------------------------------------- */

/* The leaves of what jansson read, in its order, as the reader has them. Numbers by their value. */
static void put_peer(const json_t *node, struct stw_buffer *path, struct stw_buffer *out)
{
    size_t size = path->size, index;
    const char *name;
    json_t *inner;
    if (json_is_object(node)) {
        json_object_foreach((json_t *)node, name, inner)
        {
            if (path->size > 0)
                stw_buffer_add_char(path, '.');
            for (const char *at = name; *at != '\0'; at++) {
                if (*at == '.' || *at == '\\')
                    stw_buffer_add_char(path, '\\');
                stw_buffer_add_char(path, *at);
            }
            put_peer(inner, path, out);
            path->size = size;
        }
    } else if (json_is_array(node)) {
        json_array_foreach(node, index, inner)
        {
            if (path->size > 0)
                stw_buffer_add_char(path, '.');
            stw_buffer_printf(path, "%zu", index);
            put_peer(inner, path, out);
            path->size = size;
        }
    } else {
        stw_buffer_printf(out, " %.*s", STW_SLICE_ARG(stw_buffer_slice(path)));
        if (json_is_string(node))
            stw_buffer_printf(out, "=%.*s", (int)json_string_length(node), json_string_value(node));
        else if (json_is_number(node))
            stw_buffer_printf(out, "#%.17g", json_number_value(node) + 0.0);
        else
            stw_buffer_add_text(out, json_is_null(node)   ? "-"
                                     : json_is_true(node) ? "?true"
                                                          : "?false");
    }
}

static void put_random_text(uint64_t *state, struct stw_buffer *out)
{
    static const char *const pieces[] = {
        "a", "b.c", "\\\\", "\\\"", "\\n", "\\u00e9", "表", "\\ud83d\\ude00", " ", "{", "]", ":"};
    stw_buffer_add_char(out, '"');
    for (uint64_t i = stw_test_random(state) % 5; i > 0; i--)
        stw_buffer_add_text(out, pieces[stw_test_random(state) % 12]);
    stw_buffer_add_char(out, '"');
}

static void put_random(uint64_t *state, int depth, struct stw_buffer *out)
{
    static const char *const scalars[] = {"0",    "-1",    "1.5",  "1e3", "-0.25E-2",
                                          "true", "false", "null", "{}",  "[ ]"};
    uint64_t pick = stw_test_random(state) % 10;
    uint64_t count = stw_test_random(state) % 4 + 1;
    if (depth == 0 || pick < 4) {
        stw_buffer_add_text(out, scalars[stw_test_random(state) % 10]);
    } else if (pick < 6) {
        put_random_text(state, out);
    } else {
        bool is_list = pick < 8;
        stw_buffer_add_text(out, is_list ? "[ " : "{");
        for (uint64_t i = 0; i < count; i++) {
            stw_buffer_add_text(out, i > 0 ? " , " : "");
            if (!is_list) {
                put_random_text(state, out);
                out->size--; /* names that differ */
                stw_buffer_printf(out, "%d\": ", (int)i);
            }
            put_random(state, depth - 1, out);
        }
        stw_buffer_add_text(out, is_list ? "]" : " }");
    }
}

/* The reader's leaves in the peer's notation. */
static void put_leaves(const struct stw_json_value *value, struct stw_buffer *out)
{
    for (uint32_t i = 0; i < value->count; i++) {
        const struct stw_json_leaf *leaf = &value->leaves[i];
        stw_buffer_printf(out, " %.*s", STW_SLICE_ARG(leaf->path));
        char number[64] = "";
        if (leaf->kind == STW_JSON_NUMBER && leaf->text.size < sizeof(number)) {
            memcpy(number, leaf->text.data, leaf->text.size);
            stw_buffer_printf(out, "#%.17g", strtod(number, NULL) + 0.0);
        } else {
            stw_buffer_printf(out, "%c%.*s", "=#?-"[leaf->kind], STW_SLICE_ARG(leaf->text));
        }
    }
}

static void agrees_with_jansson(void)
{
    uint64_t state = 7;
    unsigned fine = 0;
    for (int round = 0; round < 20000; round++) {
        struct stw_buffer text, path, want, got;
        struct stw_json_reader reader;
        struct stw_json_value value;
        struct stw_error err;
        stw_buffer_init(&text);
        stw_buffer_init(&path);
        stw_buffer_init(&want);
        stw_buffer_init(&got);
        put_random(&state, 4, &text);
        if (round % 2 == 1) /* one byte of it is another */
            text.data[stw_test_random(&state) % text.size] =
                "{}[],:\"\\x0-. e"[stw_test_random(&state) % 14];
        json_t *peer = json_loadb(text.data, text.size,
                                  JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
        struct stw_slice input = stw_buffer_slice(&text);
        stw_json_reader_init(&reader, true);
        int status = next_from(&reader, &input, 5, &value, &err);
        bool taken = status == STW_OK && value.problem == NULL;
        /* Names that stand twice are refused a layer above, where the columns are known. */
        json_t *twice =
            peer == NULL ? json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)
                         : NULL;
        /* Bytes that are no UTF-8 are the cell's to refuse. */
        bool utf8 = stw_utf8_valid_size(stw_buffer_slice(&text)) == text.size;
        STW_EXPECT(!utf8 || taken == (peer != NULL || twice != NULL), "%d: %.*s", taken,
                   STW_SLICE_ARG(stw_buffer_slice(&text)));
        if (taken && peer != NULL) {
            fine++;
            put_peer(peer, &path, &want);
            put_leaves(&value, &got);
            STW_EXPECT(stw_slice_equal(stw_buffer_slice(&want), stw_buffer_slice(&got)),
                       "%.*s gave\n%.*s\nwant\n%.*s", STW_SLICE_ARG(stw_buffer_slice(&text)),
                       STW_SLICE_ARG(stw_buffer_slice(&got)),
                       STW_SLICE_ARG(stw_buffer_slice(&want)));
        }
        json_decref(peer);
        json_decref(twice);
        stw_json_reader_release(&reader);
        stw_buffer_release(&text);
        stw_buffer_release(&path);
        stw_buffer_release(&want);
        stw_buffer_release(&got);
    }
    CU_ASSERT(fine > 10000);
}

static void refuses_what_is_no_json(void)
{
    static const char *const texts[] = {"{'a':1}",
                                        "{a:1}",
                                        "{\"a\" 1}",
                                        "{\"a\":1,}",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "{\"a\":01}",
                                        "{\"a\":1.}",
                                        "{\"a\":.5}",
                                        "{\"a\":+1}",
                                        "{\"a\":1e}",
                                        "{\"a\":0x1}",
                                        "{\"a\":NaN}",
                                        "{\"a\":Infinity}",
                                        "{\"a\":\"\\x\"}",
                                        "{\"a\":\"\\u12\"}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"a\":\"\\udc00\"}",
                                        "{\"a\":\"\\ud800\\u0041\"}",
                                        "{\"a\":\"\x01\"}",
                                        "{\"a\":tru}",
                                        "{\"a\":nulls}",
                                        "\"a",
                                        "{\"a\":1}}",
                                        "[1]]",
                                        "-",
                                        "{\"a\":--1}",
                                        "{:1}",
                                        "{1:1}",
                                        "/**/1"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct stw_buffer out;
        struct stw_error err;
        stw_buffer_init(&out);
        json_t *peer = json_loads(texts[i], JSON_DECODE_ANY, NULL);
        int status = dump(stw_slice_of(texts[i]), true, 100, &out, &err);
        STW_EXPECT(peer == NULL && status == STW_END && memchr(out.data, '!', out.size) != NULL,
                   "%s: %.*s", texts[i], STW_SLICE_ARG(stw_buffer_slice(&out)));
        json_decref(peer);
        stw_buffer_release(&out);
    }
}

static void survives_every_failed_allocation(void)
{
    static const char text[] = "{\"a\\n\":{\"b\":\"c\\td\"}}\n";
    int status = STW_ERR_MEMORY;
    for (uint64_t nth = 1; nth < 100 && status == STW_ERR_MEMORY; nth++) {
        struct stw_json_reader reader;
        struct stw_json_value value;
        struct stw_error err;
        struct stw_slice input = {text, sizeof(text) - 1};
        stw_json_reader_init(&reader, true);
        stw_memory_fail_at(nth);
        status = next_from(&reader, &input, 100, &value, &err);
        stw_memory_fail_at(0);
        stw_json_reader_release(&reader);
    }
    CU_ASSERT_EQUAL(status, STW_OK);
}

STW_SUITE(json_read, {"reads lines", reads_lines}, {"reads values", reads_values},
          {"follows a path", follows_a_path}, {"bounds what it reads", bounds_what_it_reads},
          {"agrees with jansson", agrees_with_jansson},
          {"refuses what is no JSON", refuses_what_is_no_json},
          {"survives every failed allocation", survives_every_failed_allocation});
