/* See ingest_tools.h. */
#include "ingest_tools.h"

#include "time/stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void bench_open(struct bench *bench, const char *zone)
{
    char path[600];
    memset(bench, 0, sizeof(*bench));
    snprintf(bench->folder, sizeof(bench->folder), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/store", bench->folder);
    struct stw_store_settings settings = {.zone = stw_slice_of(zone)};
    CU_ASSERT_EQUAL_FATAL(stw_store_create(path, &settings, NULL, &bench->err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_store_open(&bench->store, path, STW_STORE_WRITE, NULL, &bench->err),
                          STW_OK);
}

void bench_reopen(struct bench *bench)
{
    char path[600];
    snprintf(path, sizeof(path), "%s/store", bench->folder);
    bench_close(bench);
    bench->has_map = false;
    CU_ASSERT_EQUAL_FATAL(stw_store_open(&bench->store, path, STW_STORE_WRITE, NULL, &bench->err),
                          STW_OK);
}

void bench_close(struct bench *bench)
{
    if (bench->has_map)
        stw_map_release(&bench->map);
    stw_store_close(bench->store);
}

const char *bench_bytes(struct bench *bench, const char *name, const void *bytes, size_t size)
{
    static char path[1024];
    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    struct stw_slice content = {bytes, size};
    CU_ASSERT_EQUAL_FATAL(stw_file_replace(stw_io_system(), path, content, &bench->err), STW_OK);
    return path;
}

const char *bench_file(struct bench *bench, const char *name, const char *text)
{
    return bench_bytes(bench, name, text, strlen(text));
}

bool bench_map(struct bench *bench, const char *text)
{
    if (bench->has_map)
        stw_map_release(&bench->map);
    bench->has_map = stw_map_parse(&bench->map, "test.yml", stw_slice_of(text),
                                   stw_store_schema(bench->store), NULL, &bench->err) == STW_OK;
    return STW_EXPECT(bench->has_map, "%s: %s (%s)", bench->err.where, bench->err.what,
                      bench->err.hint);
}

int bench_ingest(struct bench *bench, const char *path)
{
    stw_error_clear(&bench->err);
    return stw_ingest_file(bench->store, &bench->map, path, NULL, &bench->result, &bench->err);
}

static void dump_value(const struct stw_vector *vector, uint32_t row, struct stw_zone *utc,
                       struct stw_buffer *out)
{
    char text[STW_STAMP_TEXT_SIZE + STW_DECIMAL_TEXT_SIZE];
    switch (vector->type) {
    case STW_TYPE_DECIMAL:
        stw_decimal_format(stw_vector_decimal(vector, row), true, text);
        stw_buffer_add_text(out, text);
        break;
    case STW_TYPE_FLOAT:
        stw_buffer_printf(out, "%.17g", vector->floats[row]);
        break;
    case STW_TYPE_TIME:
        stw_stamp_to_iso(utc, vector->ints[row], text);
        stw_buffer_add_text(out, text);
        break;
    case STW_TYPE_TEXT:
        stw_buffer_add_slice(out, stw_vector_text(vector, row));
        break;
    default:
        stw_buffer_printf(out, "%" PRId64, vector->ints[row]);
        break;
    }
}

static void dump_run(const struct stw_table *table, struct stw_slice key, const struct stw_run *run,
                     struct stw_zone *utc, struct stw_buffer *out)
{
    for (uint32_t row = 0; row < run->count; row++) {
        char time[STW_STAMP_TEXT_SIZE];
        for (size_t i = 0; i < key.size; i++)
            stw_buffer_add_char(out, key.data[i] == '\0' ? '/' : key.data[i]);
        stw_stamp_to_iso(utc, run->time_ns[row], time);
        stw_buffer_printf(out, "|%s|", time);
        for (uint32_t c = 0; c < run->column_count; c++) {
            if (!stw_vector_has(&run->columns[c], row))
                continue;
            stw_buffer_printf(out, " %.*s=", STW_SLICE_ARG(table->columns[c].name));
            dump_value(&run->columns[c], row, utc, out);
        }
        stw_buffer_add_char(out, '\n');
    }
}

void bench_dump(struct bench *bench, const char *name, struct stw_buffer *out)
{
    const struct stw_table *table =
        stw_schema_find(stw_store_schema(bench->store), stw_slice_of(name));
    struct stw_view *view;
    struct stw_merge *merge;
    struct stw_zone *utc;
    uint32_t columns[STW_SCHEMA_COLUMNS_MAX];
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("UTC", &utc, &bench->err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_view_open(bench->store, NULL, &view, &bench->err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(
        stw_view_merge(view, table, columns, table->column_count, false, &merge, &bench->err),
        STW_OK);
    const uint32_t *ids;
    uint32_t count;
    CU_ASSERT_EQUAL_FATAL(stw_view_sorted(view, table, &ids, &count, &bench->err), STW_OK);
    struct stw_series series = stw_view_series(view, table);
    for (uint32_t i = 0; i < count; i++) {
        struct stw_run run;
        int status;
        stw_merge_seek(merge, ids[i], INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, &bench->err)) == STW_OK)
            dump_run(table, stw_series_key(&series, ids[i]), &run, utc, out);
        STW_EXPECT(status == STW_END, "%s", bench->err.what);
    }
    stw_merge_close(merge);
    stw_view_close(view);
    stw_zone_free(utc);
}

void bench_expect_rejects(const struct bench *bench, const char *want)
{
    struct stw_buffer text;
    struct stw_error err;
    stw_buffer_init(&text);
    CU_ASSERT_EQUAL(
        stw_file_load(stw_io_system(), bench->result.rejects_path, 1 << 20, &text, &err), STW_OK);
    stw_buffer_add_char(&text, '\0');
    STW_EXPECT(text.data != NULL && strstr(text.data, want) != NULL, "%s", text.data);
    stw_buffer_release(&text);
}

void bench_expect_rows(struct bench *bench, const char *table, const char *want, int line)
{
    struct stw_buffer got;
    stw_buffer_init(&got);
    bench_dump(bench, table, &got);
    STW_EXPECT(stw_slice_is(stw_buffer_slice(&got), want), "line %d: got\n%.*swant\n%s", line,
               STW_SLICE_ARG(stw_buffer_slice(&got)), want);
    stw_buffer_release(&got);
}
