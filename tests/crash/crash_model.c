/* See crash_model.h. */
#include "crash_model.h"

#include "../support/test.h"
#include "store/compact.h"
#include "store/manifest_file.h"
#include "store/memtable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The model ------------------------------------------------------------------------------- */

static void load_cells(struct crash_cells *cells, const struct kit_load *load)
{
    for (unsigned meter = 0; meter < load->meters; meter++) {
        for (int i = 0; i < load->rows; i++)
            cells->cell[meter][load->first + i - CRASH_FIRST] = i % 2 == 0 ? 2 : 1;
    }
}

static void clear_cells(struct crash_cells *cells, unsigned meter, int from, int to)
{
    for (int hour = from; hour < to; hour++)
        cells->cell[meter][hour - CRASH_FIRST] = 0;
}

void crash_model_apply(struct crash_model *model, const struct crash_step *step)
{
    switch (step->action) {
    case CRASH_LOAD:
    case CRASH_STREAM:
        load_cells(&model->live, &step->load);
        break;
    case CRASH_ERASE:
        clear_cells(&model->live, step->meter, step->from, step->to);
        break;
    case CRASH_SNAPSHOT:
        model->snapshots[model->snapshot_count] = model->live;
        model->names[model->snapshot_count++] = step->name;
        break;
    case CRASH_COMPACT:
    case CRASH_CHECKPOINT:
        break;
    case CRASH_DROP:
        for (unsigned meter = 0; meter < CRASH_METERS; meter++)
            clear_cells(&model->live, meter, CRASH_FIRST, CRASH_MONTH_END);
        model->snapshot_count = 0;
        break;
    }
}

static void print_cells(const struct crash_cells *cells, struct stw_buffer *out)
{
    for (int meter = 0; meter < CRASH_METERS; meter++) {
        for (int i = 0; i < CRASH_HOURS; i++) {
            int tenths = meter * 1000 + CRASH_FIRST + i; /* what store_kit writes */
            if (cells->cell[meter][i] != 0)
                stw_buffer_printf(out, "m%03d %d %d.%d %s\n", meter, CRASH_FIRST + i, tenths / 10,
                                  tenths % 10, cells->cell[meter][i] == 2 ? "ok" : "-");
        }
    }
}

void crash_model_print(const struct crash_model *model, struct stw_buffer *out)
{
    print_cells(&model->live, out);
    for (unsigned i = 0; i < model->snapshot_count; i++) {
        stw_buffer_printf(out, "snapshot %s\n", model->names[i]);
        print_cells(&model->snapshots[i], out);
    }
}

/* ---- The store ------------------------------------------------------------------------------- */

static int print_view(struct stw_store *store, const char *as_of, struct stw_buffer *out,
                      struct stw_error *err)
{
    struct stw_view *view;
    STW_TRY(stw_view_open(store, as_of, &view, err));
    int status = kit_print(view, out, err);
    stw_view_close(view);
    return status;
}

int crash_print_store(struct stw_store *store, struct stw_buffer *out, struct stw_error *err)
{
    STW_TRY(print_view(store, NULL, out, err));
    for (uint32_t i = 0; i < stw_store_snapshot_count(store); i++) {
        char name[STW_STORE_SNAPSHOT_NAME_MAX + 1];
        struct stw_snapshot snapshot = stw_store_snapshot_at(store, i);
        snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(snapshot.name));
        stw_buffer_printf(out, "snapshot %s\n", name);
        STW_TRY(print_view(store, name, out, err));
    }
    return STW_OK;
}

static int erase_hours(struct stw_store *store, const struct stw_table *table,
                       const struct crash_step *step, struct stw_error *err)
{
    char key[32];
    int size = snprintf(key, sizeof(key), "m%03u", step->meter);
    memcpy(key + size, "\0total", 6);
    struct stw_series series = stw_store_series(store, table);
    uint32_t id = stw_series_find(&series, (struct stw_slice){key, (size_t)size + 6});
    return stw_store_erase(store, table, id, step->from * STW_NS_PER_HOUR,
                           step->to * STW_NS_PER_HOUR, err);
}

static int fill_meter(struct stw_store *store, struct stw_batch *batch, const struct kit_load *load,
                      unsigned meter, struct stw_error *err)
{
    char key[32];
    uint32_t id;
    int size = snprintf(key, sizeof(key), "m%03u", meter);
    memcpy(key + size, "\0total", 6);
    STW_TRY(stw_memtable_series(store, batch->table, (struct stw_slice){key, (size_t)size + 6}, &id,
                                err));
    for (int i = 0; i < load->rows; i++) {
        int hour = load->first + i;
        uint32_t row = stw_batch_row(batch, id, hour * STW_NS_PER_HOUR);
        stw_batch_set_decimal(batch, row, 0, (struct stw_decimal){(int)meter * 1000 + hour, 1});
        if (i % 2 == 0 && !stw_batch_set_text(batch, row, 1, STW_SLICE("ok")))
            return stw_fail_memory(err, 2);
    }
    return STW_OK;
}

/* The rows that kit_commit would commit, as one record. */
static int stream_rows(struct stw_store *store, const struct stw_table *table,
                       const struct kit_load *load, struct stw_error *err)
{
    struct stw_batch batch;
    STW_TRY(stw_batch_init(&batch, table, load->meters * (uint32_t)load->rows, err));
    int status = stw_batch_use(&batch, 0, err);
    if (status == STW_OK)
        status = stw_batch_use(&batch, 1, err);
    for (unsigned meter = 0; status == STW_OK && meter < load->meters; meter++)
        status = fill_meter(store, &batch, load, meter, err);
    if (status == STW_OK)
        status = stw_memtable_append(store, &batch, STW_DURABILITY_ALWAYS, err);
    stw_batch_release(&batch);
    return status == STW_OK ? stw_memtable_flush(store, NULL, err) : status;
}

struct stw_store_options crash_options(const struct stw_io *io)
{
    return (struct stw_store_options){
        .io = io,
        .memory_bytes = CRASH_MEMORY,
        .stream = {.journal_file_bytes = 8192, .flush_every_ns = INT64_MAX / 2}};
}

int crash_do(struct stw_store *store, const struct crash_step *step, struct stw_error *err)
{
    const struct stw_table *table = stw_schema_find(stw_store_schema(store), STW_SLICE("readings"));
    struct stw_commit_result committed;
    struct stw_compact_result compacted;
    struct stw_retention_result dropped;
    struct stw_compact_spec cold = {.cold_after_ns = 1};
    struct stw_retention month = {
        .table = table, .before_ns = CRASH_MONTH_END * STW_NS_PER_HOUR, .drop_snapshots = true};
    switch (step->action) {
    case CRASH_LOAD:
        return kit_commit(store, &step->load, &committed, err);
    case CRASH_STREAM:
        return stream_rows(store, table, &step->load, err);
    case CRASH_ERASE:
        return erase_hours(store, table, step, err);
    case CRASH_SNAPSHOT:
        return stw_store_snapshot(store, stw_slice_of(step->name), STW_SLICE(""), err);
    case CRASH_COMPACT:
        return stw_compact_run(store, &cold, &compacted, err);
    case CRASH_DROP:
        return stw_store_drop_before(store, &month, &dropped, err);
    case CRASH_CHECKPOINT:
        return stw_manifest_rewrite(store, err);
    }
    return STW_OK;
}

/* ---- Counting -------------------------------------------------------------------------------- */

uint64_t crash_count(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

void crash_tally_print(const char *kind, const struct crash_tally *tally)
{
    printf("\n    %-28s %8llu tries %4llu losses %4llu wrong %8llu named", kind,
           (unsigned long long)tally->tries, (unsigned long long)tally->losses,
           (unsigned long long)tally->wrong, (unsigned long long)tally->named);
}
