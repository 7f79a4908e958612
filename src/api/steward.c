/*
 * The public interface (include/steward/steward.h) over store, scan and the monthly run. Nothing
 * is decided here: it only translates.
 */
#include "steward/steward.h"

#include "api/month.h"
#include "base/memory.h"
#include "scan/scan.h"
#include "store/memtable.h"
#include "time/zone.h"

struct steward {
    struct stw_store *store;
    const struct stw_table *readings;
    uint32_t value_column, quality_column;
    struct stw_batch batch;
    bool batch_ready;
    struct stw_buffer key;
};

struct steward_scan {
    struct stw_view *view;
    const struct stw_table *readings;
    struct stw_scan *scan;
    uint32_t *series;
    struct stw_buffer names; /* device NUL channel NUL of the last run */
};

int steward_create(const char *folder, const char *zone, struct stw_error *err)
{
    struct stw_zone *known;
    STW_TRY(stw_zone_load(zone, &known, err));
    stw_zone_free(known);
    struct stw_store_settings settings = {.zone = stw_slice_of(zone)};
    return stw_store_create(folder, &settings, NULL, err);
}

int steward_open(const char *folder, enum steward_mode mode, struct steward **out,
                 struct stw_error *err)
{
    struct steward *store = stw_alloc_zero(1, sizeof(*store));
    if (store == NULL)
        return stw_fail_memory(err, sizeof(*store));
    stw_buffer_init(&store->key);
    int status = stw_store_open(
        &store->store, folder, mode == STEWARD_WRITE ? STW_STORE_WRITE : STW_STORE_READ, NULL, err);
    if (status == STW_OK)
        status = stw_schema_want(stw_store_schema(store->store), STW_SLICE("readings"),
                                 &store->readings, err);
    if (status < 0) {
        steward_close(store);
        return status;
    }
    store->value_column = (uint32_t)stw_table_column(store->readings, STW_SLICE("value"));
    store->quality_column = (uint32_t)stw_table_column(store->readings, STW_SLICE("quality"));
    *out = store;
    return STW_OK;
}

void steward_close(struct steward *store)
{
    if (store == NULL)
        return;
    if (store->batch_ready)
        stw_batch_release(&store->batch);
    stw_buffer_release(&store->key);
    stw_store_close(store->store);
    stw_free(store);
}

/* ---- Appending ------------------------------------------------------------------------------- */

static int prepare_batch(struct steward *store, struct stw_error *err)
{
    if (!store->batch_ready) {
        STW_TRY(stw_batch_init(&store->batch, store->readings, STEWARD_APPEND_MAX, err));
        store->batch_ready = true;
        STW_TRY(stw_batch_use(&store->batch, store->value_column, err));
        STW_TRY(stw_batch_use(&store->batch, store->quality_column, err));
    }
    stw_batch_clear(&store->batch);
    return STW_OK;
}

static int add_reading(struct steward *store, const struct steward_reading *reading,
                       struct stw_error *err)
{
    if (reading->device == NULL || reading->device[0] == '\0' || reading->channel == NULL ||
        reading->channel[0] == '\0')
        return stw_fail(err, STW_ERR_USAGE, "a reading needs a device and a channel");
    if (reading->scale < 0 || reading->scale > STW_SCALE_MAX)
        return stw_fail(err, STW_ERR_USAGE, "a scale is 0 to %d, not %d", STW_SCALE_MAX,
                        reading->scale);
    struct stw_slice parts[2] = {stw_slice_of(reading->device), stw_slice_of(reading->channel)};
    uint32_t id;
    STW_TRY(stw_key_join(&store->key, parts, 2, err));
    STW_TRY(stw_memtable_series(store->store, store->readings, stw_buffer_slice(&store->key), &id,
                                err));
    uint32_t row = stw_batch_row(&store->batch, id, reading->time_ns);
    struct stw_decimal value = {reading->value, reading->scale};
    stw_batch_set_decimal(&store->batch, row, store->value_column, value);
    const char *quality = reading->quality == NULL ? "ok" : reading->quality;
    if (!stw_batch_set_text(&store->batch, row, store->quality_column, stw_slice_of(quality)))
        return stw_fail_memory(err, sizeof(value));
    return STW_OK;
}

int steward_append(struct steward *store, const struct steward_reading *readings, size_t count,
                   enum steward_durability durability, struct stw_error *err)
{
    static const enum stw_durability inner[] = {
        [STEWARD_NONE] = STW_DURABILITY_NONE,
        [STEWARD_BATCH] = STW_DURABILITY_BATCH,
        [STEWARD_ALWAYS] = STW_DURABILITY_ALWAYS,
    };
    if (count > STEWARD_APPEND_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "one call appends at most %d readings, not %zu",
                        STEWARD_APPEND_MAX, count);
    if ((unsigned)durability > STEWARD_ALWAYS)
        return stw_fail(err, STW_ERR_USAGE, "there is no durability %d", (int)durability);
    STW_TRY(prepare_batch(store, err));
    for (size_t i = 0; i < count; i++)
        STW_TRY(add_reading(store, &readings[i], err));
    return stw_memtable_append(store->store, &store->batch, inner[durability], err);
}

int steward_commit(struct steward *store, uint64_t *rows, struct stw_error *err)
{
    struct stw_commit_result result;
    if (rows != NULL)
        *rows = 0;
    STW_TRY(stw_memtable_flush(store->store, &result, err));
    if (rows != NULL)
        *rows = result.rows;
    return STW_OK;
}

/* ---- Scanning -------------------------------------------------------------------------------- */

static bool wanted(struct stw_slice key, const struct steward_scan_spec *spec)
{
    return (spec->device == NULL || stw_slice_is(stw_key_part(key, 0), spec->device)) &&
           (spec->channel == NULL || stw_slice_is(stw_key_part(key, 1), spec->channel));
}

static int choose_series(struct steward_scan *scan, const struct steward_scan_spec *spec,
                         uint32_t *count, struct stw_error *err)
{
    const uint32_t *sorted;
    uint32_t sorted_count;
    STW_TRY(stw_view_sorted(scan->view, scan->readings, &sorted, &sorted_count, err));
    scan->series = stw_alloc(sorted_count, sizeof(*scan->series));
    if (scan->series == NULL)
        return stw_fail_memory(err, sorted_count * sizeof(*scan->series));
    struct stw_series all = stw_view_series(scan->view, scan->readings);
    *count = 0;
    for (uint32_t i = 0; i < sorted_count; i++)
        if (wanted(stw_series_key(&all, sorted[i]), spec))
            scan->series[(*count)++] = sorted[i];
    return STW_OK;
}

static int open_scan(struct steward *store, const struct steward_scan_spec *spec,
                     struct steward_scan *scan, struct stw_error *err)
{
    uint32_t count = 0;
    STW_TRY(stw_view_open(store->store, NULL, &scan->view, err));
    STW_TRY(choose_series(scan, spec, &count, err));
    struct stw_scan_spec inner = {
        .table = scan->readings,
        .columns = &store->value_column,
        .column_count = 1,
        .series = scan->series,
        .series_count = count,
        .from_ns = spec->from_ns,
        .to_ns = spec->to_ns,
    };
    return count == 0 ? STW_OK : stw_scan_open(&scan->scan, scan->view, &inner, err);
}

int steward_scan_open(struct steward *store, const struct steward_scan_spec *spec,
                      struct steward_scan **out, struct stw_error *err)
{
    struct steward_scan *scan = stw_alloc_zero(1, sizeof(*scan));
    if (scan == NULL)
        return stw_fail_memory(err, sizeof(*scan));
    scan->readings = store->readings;
    stw_buffer_init(&scan->names);
    int status = open_scan(store, spec, scan, err);
    if (status < 0) {
        steward_scan_close(scan);
        return status;
    }
    *out = scan;
    return STW_OK;
}

int steward_scan_next(struct steward_scan *scan, struct steward_rows *rows, struct stw_error *err)
{
    struct stw_run run;
    int status = scan->scan == NULL ? STW_END : stw_scan_next(scan->scan, &run, err);
    if (status != STW_OK)
        return status;
    struct stw_series all = stw_view_series(scan->view, scan->readings);
    struct stw_slice key = stw_series_key(&all, run.series);
    /* The key is device NUL channel: with one more NUL it is both names as C strings. */
    stw_buffer_clear(&scan->names);
    stw_buffer_add_slice(&scan->names, key);
    stw_buffer_add_char(&scan->names, '\0');
    STW_TRY(stw_buffer_status(&scan->names, err));
    rows->device = scan->names.data;
    rows->channel = scan->names.data + stw_key_part(key, 0).size + 1;
    rows->count = run.count;
    rows->time_ns = run.time_ns;
    rows->values = run.columns[0].ints;
    rows->scale = run.columns[0].scale;
    return STW_OK;
}

void steward_scan_close(struct steward_scan *scan)
{
    if (scan == NULL)
        return;
    stw_scan_close(scan->scan);
    stw_view_close(scan->view);
    stw_free(scan->series);
    stw_buffer_release(&scan->names);
    stw_free(scan);
}

/* ---- Running --------------------------------------------------------------------------------- */

int steward_run(struct steward *store, const struct steward_run_spec *spec,
                struct steward_run_result *result, struct stw_error *err)
{
    struct stw_month_spec inner = {
        .rules = &spec->rules,
        .rule_path_count = spec->rules == NULL ? 0 : 1,
        .month = spec->month,
        .out = spec->out,
        .language = spec->language,
        .report = spec->out == NULL ? STW_REPORT_NONE : STW_REPORT_MONTHLY,
        .record = true,
        .clock = stw_clock_system(),
    };
    struct stw_month_result counts = {0};
    STW_TRY(stw_month_run(store->store, &inner, &counts, err));
    if (result != NULL)
        *result = (struct steward_run_result){counts.alerts, counts.alerts_critical};
    return STW_OK;
}
