/* Templates: what they offer is understood when it comes back. The examples of each, under the
 * headings of each language, go through the sniffer into a store; nothing may be left over. */
#include "report/template.h"

#include "../support/test.h"
#include "ingest/ingest.h"
#include "ingest/sniff.h"
#include "report/workbook.h"

#include <stdio.h>
#include <string.h>

static struct stw_error err;
static struct stw_store *store;
static char folder[512];

static void open_store(void)
{
    char path[600];
    struct stw_store_settings settings = {.zone = STW_SLICE("Asia/Shanghai")};
    snprintf(folder, sizeof(folder), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/store", folder);
    CU_ASSERT_FATAL(stw_store_create(path, &settings, NULL, &err) == STW_OK);
    CU_ASSERT_FATAL(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err) == STW_OK);
}

/* The value of a name in "name=value|name=value"; "" where it has none. */
static struct stw_slice value_of(const char *example, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = example; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, name, size) == 0 && at[size] == '=')
            return (struct stw_slice){at + size + 1, strcspn(at + size + 1, "|")};
    }
    return (struct stw_slice){"", 0};
}

/* The sheet as a spreadsheet saves it: Excel's dates for times, quotes nowhere. */
static unsigned write_csv(uint32_t index, enum stw_field_language language, const char *path)
{
    const struct stw_field *fields;
    uint32_t count = stw_field_list(stw_template_table(index), &fields);
    const char *const *examples = stw_template_examples(index, language);
    struct stw_buffer text;
    unsigned rows = 0;
    stw_buffer_init(&text);
    for (uint32_t i = 0; i < count; i++)
        stw_buffer_printf(&text, "%s%s", i > 0 ? "," : "", fields[i].heading[language]);
    for (; examples[rows] != NULL; rows++)
        for (uint32_t i = 0; i < count; i++)
            stw_buffer_printf(&text, "%s%.*s", i > 0 ? "," : "\r\n",
                              STW_SLICE_ARG(value_of(examples[rows], fields[i].name)));
    CU_ASSERT_EQUAL(stw_file_replace(stw_io_system(), path, stw_buffer_slice(&text), &err), STW_OK);
    stw_buffer_release(&text);
    return rows;
}

static void check_comes_back(uint32_t index, enum stw_field_language language)
{
    char path[700];
    struct stw_buffer text, reasons;
    struct stw_map map = {0};
    struct stw_input *input = NULL;
    struct stw_ingest_result result = {0};
    const struct stw_table *table = NULL;
    snprintf(path, sizeof(path), "%s/%s-%d.csv", folder,
             stw_field_title(stw_template_table(index), language), (int)language);
    unsigned rows = write_csv(index, language, path);
    stw_buffer_init(&text);
    stw_buffer_init(&reasons);
    int status = stw_schema_want(stw_store_schema(store), stw_template_table(index), &table, &err);
    if (status == STW_OK)
        status = stw_input_open(&input, stw_io_system(), path, &err);
    CU_ASSERT_FATAL(status == STW_OK);
    status = stw_sniff(input, path, table, NULL, &text, &reasons, &err);
    stw_input_close(input);
    if (status == STW_OK)
        status = stw_map_parse(&map, "sniffed", stw_buffer_slice(&text), stw_store_schema(store),
                               NULL, &err);
    const struct stw_field *fields;
    uint32_t count = stw_field_list(table->name, &fields);
    for (uint32_t i = 0; i < count && status == STW_OK; i++)
        STW_EXPECT(stw_map_find(&map, stw_slice_of(fields[i].name)) != NULL, "%s: no %s", path,
                   fields[i].name);
    if (status == STW_OK)
        status = stw_ingest_file(store, &map, path, NULL, &result, &err);
    STW_EXPECT(status == STW_OK && result.rows == rows && result.rejected == 0,
               "%s: %d %s (%s): %d rows of %u, %d rejected\n%.*s", path, status, err.what, err.hint,
               (int)result.rows, rows, (int)result.rejected,
               STW_SLICE_ARG(stw_buffer_slice(&text)));
    stw_map_release(&map);
    stw_buffer_release(&text);
    stw_buffer_release(&reasons);
}

static void examples_come_back(void)
{
    open_store();
    for (uint32_t i = 0; i < STW_TEMPLATE_COUNT; i++)
        for (int language = 0; language < STW_FIELD_LANGUAGES; language++)
            check_comes_back(i, (enum stw_field_language)language);
    stw_store_close(store);
}

static void read_file(const char *path, struct stw_buffer *out)
{
    stw_buffer_init(out);
    CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), path, 1 << 20, out, &err), STW_OK);
}

/* The same instant gives the same bytes, another one others; nothing is left beside the file. */
static void bytes_follow_the_clock(void)
{
    struct stw_schema *schema;
    struct stw_buffer files[3];
    char path[700];
    snprintf(folder, sizeof(folder), "%s", stw_test_folder());
    CU_ASSERT_FATAL(stw_schema_parse(&schema, "built-in", stw_schema_builtin(), &err) == STW_OK);
    for (int i = 0; i < 3; i++) {
        struct stw_template_options options = {.language = STW_FIELD_ZH,
                                               .created_ns = i < 2 ? 0 : 2 * STW_NS_PER_DAY};
        snprintf(path, sizeof(path), "%s/%d.xlsx", folder, i);
        CU_ASSERT_EQUAL(stw_template_write(0, schema, &options, path, &err), STW_OK);
        read_file(path, &files[i]);
        snprintf(path, sizeof(path), "%s/%d.xlsx.tmp", folder, i);
        CU_ASSERT_FALSE(stw_io_exists(path));
    }
    CU_ASSERT_TRUE(files[0].size > 4 && memcmp(files[0].data, "PK\3\4", 4) == 0);
    CU_ASSERT_TRUE(stw_slice_equal(stw_buffer_slice(&files[0]), stw_buffer_slice(&files[1])));
    CU_ASSERT_FALSE(stw_slice_equal(stw_buffer_slice(&files[0]), stw_buffer_slice(&files[2])));
    for (int i = 0; i < 3; i++)
        stw_buffer_release(&files[i]);
    stw_schema_free(schema);
}

static void tells_what_cannot_be_written(void)
{
    struct stw_workbook *book = NULL;
    char path[700];
    snprintf(folder, sizeof(folder), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/no/such.xlsx", folder);
    CU_ASSERT_TRUE(stw_workbook_create(&book, path, 0, &err) < 0);
    snprintf(path, sizeof(path), "%s/twice.xlsx", folder);
    CU_ASSERT_EQUAL_FATAL(stw_workbook_create(&book, path, 0, &err), STW_OK);
    stw_workbook_sheet(book, STW_SLICE("a"), false);
    stw_workbook_sheet(book, STW_SLICE("a"), false);
    stw_workbook_text(book, 0, 0, STW_SLICE("x"));
    CU_ASSERT_EQUAL(stw_workbook_close(book, &err), STW_ERR_LIMIT);
    CU_ASSERT_FALSE(stw_io_exists(path));
}

static void names_speak_of_tables(void)
{
    static const struct {
        const char *name, *table;
    } cases[] = {
        {"devices.csv", "devices"},
        {"devices_cuihu.xlsx", "devices"},
        {"翠湖设备台账 2026", "devices"},
        {"工单10月.csv", "work_orders"},
        {"my-faults.csv", "faults"},
        {"mydevices.csv", NULL},
        {"october.csv", NULL},
        {"设备台账和工单.xlsx", NULL},
        {"", NULL},
    };
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *table = stw_field_table_named(stw_slice_of(cases[i].name));
        STW_EXPECT(table == cases[i].table || (table != NULL && cases[i].table != NULL &&
                                               strcmp(table, cases[i].table) == 0),
                   "%s: %s", cases[i].name, table);
    }
}

STW_SUITE(template, {"examples come back", examples_come_back},
          {"bytes follow the clock", bytes_follow_the_clock},
          {"tells what cannot be written", tells_what_cannot_be_written},
          {"names speak of tables", names_speak_of_tables});
