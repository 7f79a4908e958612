/* Exports of a store with every type: files, schemas, all or nothing. What is in the files is read
 * by tests/parquet/read_parquet.py. */
#include "export/export.h"

#include "../support/test.h"
#include "base/memory.h"
#include "ingest/ingest.h"
#include "time/civil.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "tables:\n"
    "  samples:\n"
    "    keys: [meter]\n"
    "    time: at\n"
    "    identity: time\n"
    "    partition: month\n"
    "    columns: {d: decimal, f: float, i: int, b: bool, t: time, s: text}\n";

enum { D, F, I, B, T, S };

#define OCTOBER_NS INT64_C(1790812800000000000) /* 2026-10-01T00:00Z */

static void ok(int status, const struct stw_error *err)
{
    if (!STW_EXPECT(status == STW_OK, "%s", status < 0 ? err->what : "STW_END"))
        exit(1);
}

static void set_all(struct stw_batch *batch, uint32_t row, struct stw_decimal value)
{
    stw_batch_set_decimal(batch, row, D, value);
    stw_batch_set_float(batch, row, F, 0.1);
    stw_batch_set_int(batch, row, I, -3);
    stw_batch_set_int(batch, row, B, 1);
    stw_batch_set_int(batch, row, T, OCTOBER_NS);
    CU_ASSERT(stw_batch_set_text(batch, row, S, STW_SLICE("=1+1")));
}

/* Two meters; rows on both sides of the month; one row of missing values; scales 2 and 18. */
static struct stw_store *make_store(const char *path, struct stw_decimal last)
{
    struct stw_error err;
    struct stw_store *store;
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    uint32_t a, b;
    struct stw_store_settings settings = {STW_SLICE("UTC"), STW_SLICE(schema)};
    ok(stw_store_create(path, &settings, NULL, &err), &err);
    ok(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err), &err);
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("samples"));
    ok(stw_commit_begin(store, NULL, &commit, &err), &err);
    ok(stw_commit_series(commit, table, STW_SLICE("B"), &b, &err), &err);
    ok(stw_commit_series(commit, table, STW_SLICE("A"), &a, &err), &err);
    ok(stw_batch_init(&batch, table, 8, &err), &err);
    for (uint32_t c = 0; c < table->column_count; c++)
        ok(stw_batch_use(&batch, c, &err), &err);
    set_all(&batch, stw_batch_row(&batch, b, OCTOBER_NS), (struct stw_decimal){125, 2});
    stw_batch_row(&batch, a, OCTOBER_NS + 1);
    set_all(&batch, stw_batch_row(&batch, a, OCTOBER_NS - 1), last);
    ok(stw_commit_add(commit, &batch, &err), &err);
    ok(stw_commit_finish(commit, &result, &err), &err);
    stw_batch_release(&batch);
    return store;
}

static int export(struct stw_store *store, const char *folder, const struct stw_io *io,
                  struct stw_export_result *result, struct stw_error *err)
{
    struct stw_view *view;
    struct stw_export *export;
    STW_TRY(stw_view_open(store, NULL, &view, err));
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("samples"));
    int status = stw_export_begin(&export, view, STW_EXPORT_PARQUET, folder, io, err);
    if (status == STW_OK) {
        status =
            stw_export_table(export, table, NULL, 0, STW_TIME_MIN_NS, STW_TIME_MAX_NS, result, err);
        if (status == STW_OK)
            status = stw_export_finish(export, err);
        else
            stw_export_abort(export);
    }
    stw_view_close(view);
    return status;
}

static void read_back(const char *folder, const char *month, char *text, size_t size)
{
    char command[700];
    snprintf(command, sizeof(command),
             "/usr/bin/python3 tests/parquet/read_parquet.py "
             "%s/samples/utc_month=%s/part-0.parquet 2>&1",
             folder, month);
    FILE *pipe = popen(command, "r");
    text[fread(text, 1, size - 1, pipe)] = '\0';
    CU_ASSERT_EQUAL(pclose(pipe), 0);
}

static bool has_reader(void)
{
    if (system("/usr/bin/python3 -c 'import zstandard' 2>/dev/null") == 0)
        return true;
    printf(" skipped: /usr/bin/python3 or its zstandard module is not here ");
    STW_EXPECT(getenv("STEWARD_REQUIRE") == NULL, "the reader is required");
    return false;
}

/* 0.1 is 3FB999999999999A in IEEE 754. */
static void all_types_are_there(void)
{
    if (!has_reader())
        return;
    char path[300], folder[320], text[4096];
    struct stw_error err;
    struct stw_export_result result = {0};
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    snprintf(folder, sizeof(folder), "%s.lake", path);
    struct stw_store *store = make_store(path, (struct stw_decimal){-7, 3});
    ok(export(store, folder, NULL, &result, &err), &err);
    CU_ASSERT_EQUAL(result.rows, 3);
    CU_ASSERT_EQUAL(result.files, 2);
    read_back(folder, "2026-09", text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "\"A\"|1790812799999999999|-0.007|3fb999999999999a|-3|true|"
                                 "1790812800000000000|\"=1+1\"\n");
    read_back(folder, "2026-10", text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "\"A\"|1790812800000000001|~|~|~|~|~|~\n"
                                 "\"B\"|1790812800000000000|1.250|3fb999999999999a|-3|true|"
                                 "1790812800000000000|\"=1+1\"\n");
    stw_store_close(store);
}

/* 9.2 at 18 decimals and 1.25 fit 18 digits only together with a wider form. */
static void wide_decimals_stay_exact(void)
{
    if (!has_reader())
        return;
    char path[300], folder[320], text[4096];
    struct stw_error err;
    struct stw_export_result result = {0};
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    snprintf(folder, sizeof(folder), "%s.lake", path);
    struct stw_store *store = make_store(path, (struct stw_decimal){INT64_MIN, 18});
    ok(export(store, folder, NULL, &result, &err), &err);
    read_back(folder, "2026-09", text, sizeof(text));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "|-9.223372036854775808|"));
    read_back(folder, "2026-10", text, sizeof(text));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "|1.250000000000000000|"));
    stw_store_close(store);
}

/* The Nth change on disk fails: no folder under the name, no remains of it. */
static void a_failed_export_leaves_nothing(void)
{
    char path[300], folder[320], partial[340];
    struct stw_error err;
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    snprintf(folder, sizeof(folder), "%s.lake", path);
    snprintf(partial, sizeof(partial), "%s.partial", folder);
    struct stw_store *store = make_store(path, (struct stw_decimal){1, 0});
    uint64_t nth = 0;
    for (bool fired = true; fired;) {
        struct stw_export_result result = {0};
        struct stw_io_fault fault;
        stw_io_fault_init(&fault);
        fault.fail_at = ++nth;
        fault.errno_value = ENOSPC;
        int status = export(store, folder, &fault.io, &result, &err);
        fired = fault.fired;
        CU_ASSERT_EQUAL(status, fired ? STW_ERR_FULL : STW_OK);
        CU_ASSERT_EQUAL(stw_io_exists(folder), !fired);
        CU_ASSERT_FALSE(stw_io_exists(partial));
    }
    CU_ASSERT(nth > 10);
    struct stw_export_result again = {0};
    CU_ASSERT_EQUAL(export(store, folder, NULL, &again, &err), STW_ERR_USAGE);
    stw_store_close(store);
}

/* ---- CSV that comes back --------------------------------------------------------------------- */

static int to_csv(struct stw_store *store, const char *folder, struct stw_error *err)
{
    struct stw_view *view;
    struct stw_export *export;
    struct stw_export_result result = {0};
    STW_TRY(stw_view_open(store, NULL, &view, err));
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("samples"));
    int status = stw_export_begin(&export, view, STW_EXPORT_CSV, folder, NULL, err);
    if (status == STW_OK)
        status = stw_export_table(export, table, NULL, 0, STW_TIME_MIN_NS, STW_TIME_MAX_NS, &result,
                                  err);
    if (status == STW_OK)
        status = stw_export_finish(export, err);
    stw_view_close(view);
    return status;
}

static int load(const char *folder, const char *name, struct stw_buffer *out, struct stw_error *err)
{
    char path[400];
    STW_TRY(stw_path_join(path, sizeof(path), folder, name, err));
    return stw_file_load(stw_io_system(), path, 1 << 20, out, err);
}

static struct stw_store *ingest_csv(const char *path, const char *folder)
{
    char csv[400];
    struct stw_error err;
    struct stw_store *store;
    struct stw_map map;
    struct stw_buffer text;
    struct stw_ingest_result result;
    struct stw_store_settings settings = {STW_SLICE("Asia/Shanghai"), STW_SLICE(schema)};
    stw_buffer_init(&text);
    ok(stw_store_create(path, &settings, NULL, &err), &err);
    ok(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err), &err);
    ok(load(folder, "samples.map.yml", &text, &err), &err);
    ok(stw_map_parse(&map, "map", stw_buffer_slice(&text), stw_store_schema(store), NULL, &err),
       &err);
    ok(stw_path_join(csv, sizeof(csv), folder, "samples.csv", &err), &err);
    ok(stw_ingest_file(store, &map, csv, NULL, &result, &err), &err);
    CU_ASSERT_EQUAL(result.rejected, 0);
    stw_map_release(&map);
    stw_buffer_release(&text);
    return store;
}

/* Texts that some reader of CSV would change, each with a float and a decimal at an edge. */
static void add_hostile_rows(struct stw_store *store)
{
    static const struct stw_slice texts[] = {
        STW_SLICE(""),         STW_SLICE(" a "),           STW_SLICE("\t"),       STW_SLICE("a\"b"),
        STW_SLICE("a,b\r\nc"), STW_SLICE("=cmd|x"),        STW_SLICE("#N/A"),     STW_SLICE("无"),
        STW_SLICE("NA"),       STW_SLICE("\"\""),          STW_SLICE("1.23E+11"), STW_SLICE("true"),
        STW_SLICE("12吨"),     STW_SLICE("\xef\xbb\xbfx"), STW_SLICE("\n"),       STW_SLICE("'")};
    static const double floats[] = {
        0.1, -0.0, 5e-324, 1.7976931348623157e308, 1.0 / 3, NAN, 1e22, -7.0, INFINITY, -INFINITY};
    static const int64_t ints[] = {INT64_MAX, INT64_MIN, 0, -1};
    struct stw_error err;
    struct stw_commit *commit;
    struct stw_commit_result result;
    struct stw_batch batch;
    uint32_t id;
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("samples"));
    ok(stw_commit_begin(store, NULL, &commit, &err), &err);
    ok(stw_batch_init(&batch, table, 64, &err), &err);
    for (uint32_t c = 0; c < table->column_count; c++)
        ok(stw_batch_use(&batch, c, &err), &err);
    for (uint32_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        /* Keys too: 0123, 1.23E+11 and blanks at the edges are names like any other. */
        struct stw_slice key = texts[i].size > 0 ? texts[i] : STW_SLICE("0123");
        ok(stw_commit_series(commit, table, key, &id, &err), &err);
        uint32_t row = stw_batch_row(&batch, id, OCTOBER_NS + i);
        stw_batch_set_decimal(&batch, row, D, (struct stw_decimal){ints[i % 4], (int)(i % 19)});
        stw_batch_set_float(&batch, row, F, floats[i % 10]);
        stw_batch_set_int(&batch, row, I, ints[i % 4]);
        stw_batch_set_int(&batch, row, B, i % 2);
        CU_ASSERT(stw_batch_set_text(&batch, row, S, texts[i]));
    }
    ok(stw_commit_add(commit, &batch, &err), &err);
    ok(stw_commit_finish(commit, &result, &err), &err);
    stw_batch_release(&batch);
}

static void csv_comes_back_as_it_was(void)
{
    char path[300], folder[320], again[320], copy[320];
    struct stw_error err;
    struct stw_buffer first, second;
    stw_buffer_init(&first);
    stw_buffer_init(&second);
    snprintf(path, sizeof(path), "%s/store", stw_test_folder());
    snprintf(folder, sizeof(folder), "%s.csv", path);
    snprintf(again, sizeof(again), "%s.again", path);
    snprintf(copy, sizeof(copy), "%s.copy", path);
    struct stw_store *store = make_store(path, (struct stw_decimal){INT64_MIN, 18});
    add_hostile_rows(store);
    ok(to_csv(store, folder, &err), &err);
    struct stw_store *other = ingest_csv(copy, folder);
    ok(to_csv(other, again, &err), &err);
    ok(load(folder, "samples.csv", &first, &err), &err);
    ok(load(again, "samples.csv", &second, &err), &err);
    CU_ASSERT(first.size > 1000);
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&second)));
    stw_store_close(other);
    stw_store_close(store);
    /* The rows themselves, as another reader sees them. */
    if (has_reader()) {
        char one[16384], two[16384];
        struct stw_export_result result = {0};
        snprintf(folder, sizeof(folder), "%s.lake", path);
        ok(stw_store_open(&store, path, STW_STORE_READ, NULL, &err), &err);
        ok(export(store, folder, NULL, &result, &err), &err);
        read_back(folder, "2026-10", one, sizeof(one));
        stw_store_close(store);
        snprintf(folder, sizeof(folder), "%s.copied", path);
        ok(stw_store_open(&store, copy, STW_STORE_READ, NULL, &err), &err);
        ok(export(store, folder, NULL, &result, &err), &err);
        read_back(folder, "2026-10", two, sizeof(two));
        stw_store_close(store);
        CU_ASSERT_STRING_EQUAL(one, two);
    }
    stw_buffer_release(&first);
    stw_buffer_release(&second);
}

STW_SUITE(export, {"all types are there", all_types_are_there},
          {"wide decimals stay exact", wide_decimals_stay_exact},
          {"a failed export leaves nothing", a_failed_export_leaves_nothing},
          {"csv comes back as it was", csv_comes_back_as_it_was});
