/* Schemas, keys and batches, by hand-written examples. */
#include "store/batch.h"
#include "store/schema.h"
#include "store/series.h"

#include "../support/test.h"
#include "time/civil.h"

#include <stdlib.h>

static struct stw_schema *parsed(const char *text)
{
    struct stw_schema *schema = NULL;
    struct stw_error err = {0};
    int status = stw_schema_parse(&schema, "test.yml", stw_slice_of(text), &err);
    STW_EXPECT(status == STW_OK, "%s %s", err.where, err.what);
    return schema;
}

static void builtin_tables_are_as_documented(void)
{
    struct stw_schema *schema = NULL;
    struct stw_error err = {0};
    int status = stw_schema_parse(&schema, "builtin", stw_schema_builtin(), &err);
    STW_EXPECT(status == STW_OK, "%s %s", err.where, err.what);
    CU_ASSERT_FATAL(schema != NULL);
    CU_ASSERT_EQUAL(stw_schema_table_count(schema), 7);
    static const struct {
        const char *name, *time, *key;
        enum stw_identity identity;
        uint32_t keys, columns;
    } wanted[] = {
        {"readings", "time", "device", STW_IDENTITY_TIME, 2, 3},
        {"devices", "valid_from", "device", STW_IDENTITY_TIME, 2, 26},
        {"faults", "time", "device", STW_IDENTITY_ALL, 1, 14},
        {"changes", "time", "log", STW_IDENTITY_ALL, 2, 3},
        {"inspections", "time", "device", STW_IDENTITY_ALL, 1, 7},
        {"work_orders", "created", "order", STW_IDENTITY_SERIES, 1, 28},
        {"alerts", "start", "rule", STW_IDENTITY_TIME, 2, 15},
    };
    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const struct stw_table *table = stw_schema_find(schema, stw_slice_of(wanted[i].name));
        CU_ASSERT_FATAL(table != NULL);
        CU_ASSERT_EQUAL(table->identity, wanted[i].identity);
        CU_ASSERT_EQUAL(table->key_count, wanted[i].keys);
        STW_EXPECT(table->column_count == wanted[i].columns, "%s has %u columns", wanted[i].name,
                   table->column_count);
        CU_ASSERT(stw_slice_is(table->time_name, wanted[i].time));
        CU_ASSERT(stw_slice_is(table->keys[0], wanted[i].key));
    }
    const struct stw_table *readings = stw_schema_find(schema, STW_SLICE("readings"));
    CU_ASSERT_EQUAL(readings->columns[stw_table_column(readings, STW_SLICE("value"))].type,
                    STW_TYPE_DECIMAL);
    CU_ASSERT_EQUAL(stw_table_column(readings, STW_SLICE("device")), -1);
    stw_schema_free(schema);
}

static void mistakes_are_placed(void)
{
    static const struct {
        const char *text, *where, *what, *hint;
    } cases[] = {
        {"tables: {r: {keys: [d], columns: {v: decimals}}}", "bad.yml:1:38",
         "'decimals' is not a type", "did you mean 'decimal'?"},
        {"tables:\n  r:\n    keys: [d, d]\n    columns: {v: int}\n", "bad.yml:3:15",
         "the key 'd' is there twice", ""},
        {"tables:\n  r:\n    keys: [d]\n    columns: {d: int}\n", "bad.yml:4:15",
         "'d' is a key or the time already", ""},
        {"tables:\n  r:\n    columns: {d: int}\n", "bad.yml:2:3",
         "the table 'r' needs 'keys' and 'columns'", ""},
        {"tables:\n  Readings:\n    columns: {d: int}\n", "bad.yml:2:3",
         "'Readings' is no name for a table; use a-z, 0-9 and _, a letter first, at most 64 of "
         "them",
         ""},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_schema *schema = NULL;
        struct stw_error err = {0};
        CU_ASSERT_EQUAL(stw_schema_parse(&schema, "bad.yml", stw_slice_of(cases[i].text), &err),
                        STW_ERR_INPUT);
        STW_EXPECT(strcmp(err.where, cases[i].where) == 0, "case %u: at %s", i, err.where);
        STW_EXPECT(strcmp(err.what, cases[i].what) == 0, "case %u: %s", i, err.what);
        STW_EXPECT(strcmp(err.hint, cases[i].hint) == 0, "case %u: %s", i, err.hint);
    }
}

static void schemas_only_grow(void)
{
    struct stw_schema *old = parsed("tables: {r: {keys: [d], columns: {v: decimal}}}");
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        {"tables: {r: {keys: [d], columns: {v: decimal, w: text}}}", STW_OK},
        {"tables: {q: {keys: [k], columns: {w: int}}, r: {keys: [d], columns: {v: decimal}}}",
         STW_OK},
        {"tables: {r: {keys: [d], columns: {v: float}}}", STW_ERR_INPUT},
        {"tables: {r: {keys: [d, e], columns: {v: decimal}}}", STW_ERR_INPUT},
        {"tables: {r: {keys: [e], columns: {v: decimal}}}", STW_ERR_INPUT},
        {"tables: {r: {keys: [d], columns: {w: decimal}}}", STW_ERR_INPUT},
        {"tables: {r: {keys: [d], identity: all, columns: {v: decimal}}}", STW_ERR_INPUT},
        {"tables: {r: {keys: [d], partition: year, columns: {v: decimal}}}", STW_ERR_INPUT},
        {"tables: {s: {keys: [d], columns: {v: decimal}}}", STW_ERR_INPUT},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_schema *grown = parsed(cases[i].text);
        int status = stw_schema_compatible(old, grown, NULL);
        STW_EXPECT(status == cases[i].status, "case %u: %d", i, status);
        stw_schema_free(grown);
    }
    stw_schema_free(old);
}

static void partitions_follow_the_calendar(void)
{
    /* Days since 1970: 2024-02-01 is 19754, 2024-03-01 19783, 2024-01-01 19723, 2025-01-01 20089
     * (python: date.toordinal() - 719163). */
    const int64_t day = STW_NS_PER_DAY;
    int64_t from, to;
    stw_partition_of(STW_PARTITION_MONTH, 19783 * day - 1, &from, &to);
    CU_ASSERT_EQUAL(from, 19754 * day);
    CU_ASSERT_EQUAL(to, 19783 * day);
    stw_partition_of(STW_PARTITION_YEAR, 19754 * day, &from, &to);
    CU_ASSERT_EQUAL(from, 19723 * day);
    CU_ASSERT_EQUAL(to, 20089 * day);
    stw_partition_of(STW_PARTITION_MONTH, 20089 * day - 1, &from, &to);
    CU_ASSERT_EQUAL(to, 20089 * day);
    stw_partition_of(STW_PARTITION_MONTH, STW_TIME_MAX_NS - 1, &from, &to);
    CU_ASSERT_EQUAL(to, STW_TIME_MAX_NS);
    stw_partition_of(STW_PARTITION_YEAR, STW_TIME_MIN_NS, &from, &to);
    CU_ASSERT_EQUAL(from, STW_TIME_MIN_NS);
    stw_partition_of(STW_PARTITION_MONTH, -1, &from, &to);
    CU_ASSERT_EQUAL(from, -31 * day);
    CU_ASSERT_EQUAL(to, 0);
    char name[8];
    stw_partition_name(STW_PARTITION_MONTH, from, name, sizeof(name));
    CU_ASSERT_STRING_EQUAL(name, "1969-12");
    stw_partition_name(STW_PARTITION_YEAR, 0, name, sizeof(name));
    CU_ASSERT_STRING_EQUAL(name, "1970");
}

static void keys_join_and_split(void)
{
    struct stw_buffer buffer;
    stw_buffer_init(&buffer);
    struct stw_slice parts[3] = {STW_SLICE("翠湖-1"), STW_SLICE(""), STW_SLICE("power")};
    CU_ASSERT_EQUAL(stw_key_join(&buffer, parts, 3, NULL), STW_OK);
    struct stw_slice back[3];
    CU_ASSERT_EQUAL(stw_key_split(stw_buffer_slice(&buffer), back, 3), 3);
    for (int i = 0; i < 3; i++)
        CU_ASSERT(stw_slice_equal(parts[i], back[i]));
    CU_ASSERT_EQUAL(stw_key_split(STW_SLICE(""), back, 3), 1);
    CU_ASSERT(stw_slice_is(stw_key_part(stw_buffer_slice(&buffer), 2), "power"));
    CU_ASSERT_EQUAL(stw_key_part(stw_buffer_slice(&buffer), 3).size, 0);
    struct stw_slice nul = {"a\0b", 3};
    CU_ASSERT_EQUAL(stw_key_join(&buffer, &nul, 1, NULL), STW_ERR_INPUT);
    char large[STW_KEY_SIZE_MAX + 1];
    memset(large, 'x', sizeof(large));
    struct stw_slice too_large = {large, sizeof(large)};
    CU_ASSERT_EQUAL(stw_key_join(&buffer, &too_large, 1, NULL), STW_ERR_LIMIT);
    stw_buffer_release(&buffer);
}

/* "a" before "a-1" in the first component, whatever follows it. */
static void keys_sort_by_component(void)
{
    static const char raw[][8] = {"a-1\0b", "a\0z", "a\0b", "b\0a"};
    static const size_t sizes[] = {5, 3, 3, 3};
    struct stw_intern keys;
    stw_intern_init(&keys);
    uint32_t ids[4];
    for (int i = 0; i < 4; i++)
        CU_ASSERT(stw_intern_add(&keys, (struct stw_slice){raw[i], sizes[i]}, &ids[i], NULL));
    struct stw_series series = {.keys = &keys, .count = 4};
    stw_series_sort(&series, ids, 4);
    CU_ASSERT(ids[0] == 2 && ids[1] == 1 && ids[2] == 0 && ids[3] == 3);
    series.count = 2;
    CU_ASSERT_EQUAL(stw_series_find(&series, (struct stw_slice){"a\0b", 3}), STW_SERIES_NONE);
    CU_ASSERT_EQUAL(stw_series_find(&series, (struct stw_slice){"a\0z", 3}), 1);
    stw_intern_release(&keys);
}

static void a_cleared_batch_has_no_values(void)
{
    struct stw_schema *schema = parsed("tables: {r: {keys: [d], columns: {v: decimal, t: text}}}");
    struct stw_batch batch;
    CU_ASSERT_EQUAL_FATAL(stw_batch_init(&batch, stw_schema_table(schema, 0), 2, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_batch_use(&batch, 0, NULL), STW_OK);
    CU_ASSERT_EQUAL(stw_batch_use(&batch, 1, NULL), STW_OK);
    uint32_t row = stw_batch_row(&batch, 7, 100);
    stw_batch_set_decimal(&batch, row, 0, (struct stw_decimal){125, 2});
    CU_ASSERT(stw_batch_set_text(&batch, row, 1, STW_SLICE("ok")));
    row = stw_batch_row(&batch, 8, 90);
    CU_ASSERT(stw_batch_full(&batch));
    CU_ASSERT_EQUAL(batch.columns[0].present[0], 1);
    CU_ASSERT_EQUAL(batch.columns[0].present[1], 0);
    stw_batch_clear(&batch);
    CU_ASSERT_EQUAL(stw_batch_row(&batch, 1, 1), 0);
    CU_ASSERT_EQUAL(batch.columns[0].present[0], 0);
    CU_ASSERT_EQUAL(batch.columns[1].words.count, 0);
    stw_batch_release(&batch);
    stw_schema_free(schema);
}

static void the_replay_window_is_the_schemas(void)
{
    struct stw_error err = {0};
    struct stw_schema *schema;
    struct stw_buffer text, again;
    stw_buffer_init(&text);
    stw_buffer_init(&again);
    CU_ASSERT_EQUAL_FATAL(stw_schema_parse(&schema, "s", stw_schema_builtin(), &err), STW_OK);
    CU_ASSERT_EQUAL(stw_schema_replay_window_ns(schema), 90 * STW_NS_PER_DAY);
    stw_schema_free(schema);
    struct stw_slice month = STW_SLICE("30 days"), day = STW_SLICE("1 d 12 h");
    CU_ASSERT_EQUAL(stw_schema_put_replay_window(stw_schema_builtin(), month, &text, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_schema_put_replay_window(stw_buffer_slice(&text), day, &again, &err),
                    STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_schema_parse(&schema, "s", stw_buffer_slice(&again), &err), STW_OK);
    CU_ASSERT_EQUAL(stw_schema_replay_window_ns(schema), 36 * STW_NS_PER_HOUR);
    stw_schema_free(schema);
    CU_ASSERT_EQUAL(
        stw_schema_put_replay_window(stw_schema_builtin(), STW_SLICE("2 months"), &text, &err),
        STW_ERR_USAGE);
    CU_ASSERT_EQUAL(stw_schema_parse(&schema, "s",
                                     STW_SLICE("replay_window: 2 months\ntables:\n  t: {keys: [k], "
                                               "columns: {v: int}}\n"),
                                     &err),
                    STW_ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(err.what, "a replay window is a time such as 90 days, not '2 months'");
    stw_buffer_release(&text);
    stw_buffer_release(&again);
}

STW_SUITE(schema, {"builtin tables are as documented", builtin_tables_are_as_documented},
          {"mistakes are placed", mistakes_are_placed}, {"schemas only grow", schemas_only_grow},
          {"partitions follow the calendar", partitions_follow_the_calendar},
          {"keys join and split", keys_join_and_split},
          {"keys sort by component", keys_sort_by_component},
          {"the replay window is the schema's", the_replay_window_is_the_schemas},
          {"a cleared batch has no values", a_cleared_batch_has_no_values});
