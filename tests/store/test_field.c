/* The fields as people know them: each heading means its own field and no other of its table. */
#include "store/field.h"

#include "../support/test.h"
#include "store/schema.h"

#include <string.h>

static const char *const tables[] = {"devices", "readings", "work_orders", "faults", "inspections"};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static struct stw_schema *builtin(void)
{
    struct stw_error err = {0};
    struct stw_schema *schema = NULL;
    CU_ASSERT_FATAL(stw_schema_parse(&schema, "built-in", stw_schema_builtin(), &err) == STW_OK);
    return schema;
}

static void fields_are_columns(void)
{
    struct stw_schema *schema = builtin();
    for (int t = 0; t < TABLES; t++) {
        const struct stw_table *table = stw_schema_find(schema, stw_slice_of(tables[t]));
        const struct stw_field *list;
        uint32_t count = stw_field_list(table->name, &list);
        CU_ASSERT_TRUE(count > 3);
        for (uint32_t i = 0; i < count; i++) {
            struct stw_slice name = stw_slice_of(list[i].name);
            STW_EXPECT(stw_table_column(table, name) >= 0 || stw_table_key(table, name) >= 0 ||
                           stw_slice_equal(table->time_name, name),
                       "%s has no %s", tables[t], list[i].name);
            CU_ASSERT_PTR_EQUAL(stw_field_find(table->name, name), &list[i]);
        }
    }
    stw_schema_free(schema);
}

static void headings_mean_one_field(void)
{
    for (int t = 0; t < TABLES; t++) {
        const struct stw_field *list;
        uint32_t count = stw_field_list(stw_slice_of(tables[t]), &list);
        for (uint32_t i = 0; i < count; i++)
            for (int language = 0; language < STW_FIELD_LANGUAGES; language++)
                for (uint32_t other = 0; other < count; other++)
                    STW_EXPECT(stw_field_means(stw_slice_of(list[i].heading[language]),
                                               stw_slice_of(list[other].name)) == (other == i),
                               "%s: '%s' and %s", tables[t], list[i].heading[language],
                               list[other].name);
    }
}

/* A word of a field stands for one thing. */
static void words_mean_one_thing(void)
{
    for (int t = 0; t < TABLES; t++) {
        const struct stw_field *list;
        uint32_t count = stw_field_list(stw_slice_of(tables[t]), &list);
        for (uint32_t i = 0; i < count; i++) {
            for (const struct stw_field_value *value = list[i].values;
                 value != NULL && value->means != NULL; value++) {
                for (int w = 0; w < STW_FIELD_LANGUAGES + STW_FIELD_OTHERS_MAX; w++) {
                    const char *word = w < STW_FIELD_LANGUAGES
                                           ? value->label[w]
                                           : value->others[w - STW_FIELD_LANGUAGES];
                    if (word == NULL)
                        continue;
                    const char *means = stw_field_meaning(&list[i], stw_slice_of(word));
                    STW_EXPECT(means != NULL && strcmp(means, value->means) == 0,
                               "%s.%s: '%s' is %s, not %s", tables[t], list[i].name, word, means,
                               value->means);
                }
            }
        }
    }
    const struct stw_field *kind = stw_field_find(STW_SLICE("devices"), STW_SLICE("kind"));
    CU_ASSERT_STRING_EQUAL(stw_field_meaning(kind, STW_SLICE("电表")), "power");
    CU_ASSERT_PTR_NULL(stw_field_meaning(kind, STW_SLICE("pump")));
}

static void headings_fold(void)
{
    CU_ASSERT_TRUE(stw_field_means(STW_SLICE("Meter_ID (new)"), STW_SLICE("device")));
    CU_ASSERT_TRUE(stw_field_means(STW_SLICE("建筑面积（m²）"), STW_SLICE("area_m2")));
    CU_ASSERT_TRUE(stw_field_means(STW_SLICE("Valid From"), STW_SLICE("valid_from")));
    CU_ASSERT_FALSE(stw_field_means(STW_SLICE(""), STW_SLICE("device")));
    CU_ASSERT_FALSE(stw_field_means(STW_SLICE("表"), STW_SLICE("device")));
}

STW_SUITE(field, {"fields are columns of their tables", fields_are_columns},
          {"headings mean one field", headings_mean_one_field},
          {"words mean one thing", words_mean_one_thing}, {"headings fold", headings_fold});
