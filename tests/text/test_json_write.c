/* The JSON writer: exact output, against texts written by hand. */
#include "text/json_write.h"

#include "../support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct stw_buffer out;
static struct stw_json json;

static void begin(enum stw_json_form form)
{
    stw_buffer_init(&out);
    stw_json_init(&json, &out, form);
}

static void expect(const char *want)
{
    stw_json_finish(&json);
    STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), want), "got %.*s, want %s",
               STW_SLICE_ARG(stw_buffer_slice(&out)), want);
    stw_buffer_release(&out);
}

static void write_sample(void)
{
    stw_json_object(&json);
    stw_json_key(&json, "rows");
    stw_json_int(&json, -3);
    stw_json_key(&json, "empty");
    stw_json_array(&json);
    stw_json_end(&json);
    stw_json_key(&json, "list");
    stw_json_array(&json);
    stw_json_bool(&json, true);
    stw_json_null(&json);
    stw_json_object(&json);
    stw_json_end(&json);
    stw_json_string(&json, NULL);
    stw_json_uint(&json, UINT64_MAX);
    stw_json_end(&json);
    stw_json_end(&json);
}

static void nests(void)
{
    begin(STW_JSON_COMPACT);
    write_sample();
    expect("{\"rows\":-3,\"empty\":[],\"list\":[true,null,{},null,18446744073709551615]}");
    begin(STW_JSON_PRETTY);
    write_sample();
    expect("{\n  \"rows\": -3,\n  \"empty\": [],\n  \"list\": [\n    true,\n    null,\n    {},\n"
           "    null,\n    18446744073709551615\n  ]\n}");
}

static void escapes_text(void)
{
    static const struct {
        const char *text;
        const char *want;
    } cases[] = {
        {"", "\"\""},
        {"水表 1", "\"水表 1\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\r\t\x01\x7F", "\"\\n\\r\\t\\u0001\\u007f\""},
        {"</script><!--", "\"\\u003c/script>\\u003c!--\""},
        {"\u2028x\u2029", "\"\\u2028x\\u2029\""},
        {"a\xFFz\xE6\xB0", "\"a\uFFFDz\uFFFD\uFFFD\""},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(STW_JSON_COMPACT);
        stw_json_string(&json, cases[i].text);
        expect(cases[i].want);
    }
    begin(STW_JSON_COMPACT);
    stw_json_text(&json, (struct stw_slice){"a\0b", 3});
    expect("\"a\\u0000b\"");
    begin(STW_JSON_COMPACT);
    stw_json_object(&json);
    stw_json_key(&json, "a\"");
    stw_json_string(&json, "x");
    stw_json_end(&json);
    expect("{\"a\\\"\":\"x\"}");
}

static void keeps_decimals_exact(void)
{
    begin(STW_JSON_COMPACT);
    stw_json_array(&json);
    stw_json_decimal(&json, (struct stw_decimal){410, 2});
    stw_json_decimal(&json, (struct stw_decimal){-5, 3});
    stw_json_decimal(&json, (struct stw_decimal){INT64_MIN, 0});
    stw_json_wide(&json, (struct stw_wide){(stw_int128)INT64_MAX * 10, 2});
    stw_json_end(&json);
    expect("[4.10,-0.005,-9223372036854775808,922337203685477580.70]");
}

static void writes_the_shortest_double(void)
{
    begin(STW_JSON_COMPACT);
    stw_json_array(&json);
    stw_json_double(&json, 0.1);
    stw_json_double(&json, 1.0 / 3.0);
    stw_json_double(&json, 1e23);
    stw_json_double(&json, 100);
    stw_json_double(&json, -0.0);
    stw_json_double(&json, NAN);
    stw_json_double(&json, INFINITY);
    stw_json_end(&json);
    expect("[0.1,0.3333333333333333,1e+23,100,-0,null,null]");
}

static void doubles_read_back(void)
{
    uint64_t random = 3;
    unsigned wrong = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = stw_test_random(&random);
        double value;
        memcpy(&value, &bits, sizeof(value));
        if (!isfinite(value))
            continue;
        begin(STW_JSON_COMPACT);
        stw_json_double(&json, value);
        stw_buffer_add_char(&out, '\0');
        double back = strtod(out.data, NULL);
        wrong += memcmp(&back, &value, sizeof(back)) != 0;
        stw_buffer_release(&out);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* The writer's owner empties the buffer between calls, as a long answer does. */
static void streams(void)
{
    struct stw_buffer all;
    stw_buffer_init(&all);
    begin(STW_JSON_COMPACT);
    stw_json_array(&json);
    for (int i = 0; i < 3; i++) {
        stw_json_int(&json, i);
        stw_buffer_add_slice(&all, stw_buffer_slice(&out));
        stw_buffer_clear(&out);
    }
    stw_json_end(&json);
    stw_buffer_add_slice(&all, stw_buffer_slice(&out));
    CU_ASSERT(stw_slice_is(stw_buffer_slice(&all), "[0,1,2]"));
    stw_buffer_release(&out);
    stw_buffer_release(&all);
}

STW_SUITE(json_write, {"nests", nests}, {"escapes text", escapes_text},
          {"keeps decimals exact", keeps_decimals_exact},
          {"writes the shortest double", writes_the_shortest_double},
          {"doubles read back", doubles_read_back}, {"streams", streams});
