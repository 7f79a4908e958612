/* Rows of a store from texts; see store_rows.h. One batch a row: plain, not fast. */
#include "store_rows.h"

#include "text/number.h"
#include "time/civil.h"

#include "../support/test.h"

#include <stdio.h>

void store_rows_open(struct store_rows *rows)
{
    struct stw_error err = {0};
    char path[512];
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC")};
    CU_ASSERT_EQUAL_FATAL(stw_store_create(path, &settings, NULL, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_store_open(&rows->store, path, STW_STORE_WRITE, NULL, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_commit_begin(rows->store, NULL, &rows->commit, &err), STW_OK);
}

int64_t store_rows_time(const char *text)
{
    struct stw_civil civil = {0};
    int64_t local = 0;
    CU_ASSERT_FATAL(sscanf(text, "%d-%d-%dT%d:%d", &civil.year, &civil.month, &civil.day,
                           &civil.hour, &civil.minute) >= 3);
    CU_ASSERT_FATAL(stw_civil_to_local(&civil, &local));
    return local;
}

static void set_field(struct stw_batch *batch, uint32_t column, struct stw_slice value)
{
    char text[64];
    struct stw_decimal decimal;
    int64_t number;
    CU_ASSERT_EQUAL_FATAL(stw_batch_use(batch, column, NULL), STW_OK);
    switch (batch->table->columns[column].type) {
    case STW_TYPE_DECIMAL:
        CU_ASSERT_EQUAL_FATAL(stw_number_parse(value, NULL, &decimal), STW_NUMBER_OK);
        stw_batch_set_decimal(batch, 0, column, decimal);
        break;
    case STW_TYPE_INT:
        CU_ASSERT_EQUAL_FATAL(stw_number_parse_int(value, NULL, &number), STW_NUMBER_OK);
        stw_batch_set_int(batch, 0, column, number);
        break;
    case STW_TYPE_TIME:
        snprintf(text, sizeof(text), "%.*s", STW_SLICE_ARG(value));
        stw_batch_set_int(batch, 0, column, store_rows_time(text));
        break;
    default:
        CU_ASSERT_FATAL(stw_batch_set_text(batch, 0, column, value));
    }
}

static void set_fields(struct stw_batch *batch, const char *fields)
{
    for (const char *at = fields; *at != '\0';) {
        const char *equals = strchr(at, '=');
        CU_ASSERT_FATAL(equals != NULL);
        size_t size = strcspn(equals + 1, " ");
        int column = stw_table_column(batch->table, (struct stw_slice){at, (size_t)(equals - at)});
        CU_ASSERT_FATAL(column >= 0);
        set_field(batch, (uint32_t)column, (struct stw_slice){equals + 1, size});
        at = equals + 1 + size;
        at += strspn(at, " ");
    }
}

void store_rows_add(struct store_rows *rows, const char *table, const char *key, int64_t time_ns,
                    const char *fields)
{
    struct stw_error err = {0};
    const struct stw_table *to;
    struct stw_batch batch;
    uint32_t series;
    char joined[128];
    size_t size = strlen(key);
    CU_ASSERT_EQUAL_FATAL(
        stw_schema_want(stw_store_schema(rows->store), stw_slice_of(table), &to, &err), STW_OK);
    for (size_t i = 0; i < size; i++)
        joined[i] = (char)(key[i] == '/' ? '\0' : key[i]);
    CU_ASSERT_EQUAL_FATAL(
        stw_commit_series(rows->commit, to, (struct stw_slice){joined, size}, &series, &err),
        STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_batch_init(&batch, to, 1, &err), STW_OK);
    stw_batch_row(&batch, series, time_ns);
    set_fields(&batch, fields);
    CU_ASSERT_EQUAL_FATAL(stw_commit_add(rows->commit, &batch, &err), STW_OK);
    stw_batch_release(&batch);
}

struct stw_view *store_rows_view(struct store_rows *rows)
{
    struct stw_error err = {0};
    struct stw_commit_result result;
    struct stw_view *view = NULL;
    CU_ASSERT_EQUAL_FATAL(stw_commit_finish(rows->commit, &result, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_view_open(rows->store, NULL, &view, &err), STW_OK);
    return view;
}

void store_rows_close(struct store_rows *rows, struct stw_view *view)
{
    stw_view_close(view);
    stw_store_close(rows->store);
}
