#include "stream_kit.h"

#include "../support/test.h"
#include "store_kit.h"

#include <stdio.h>
#include <stdlib.h>

struct stw_store_options skit_options(const struct stw_io *io)
{
    return (struct stw_store_options){
        .io = io, .stream = {.journal_file_bytes = 4096, .flush_every_ns = INT64_MAX / 2}};
}

static uint32_t rows_of(uint32_t number)
{
    return 1 + number % SKIT_ROWS_MAX;
}

/* Row i of a batch has the number n * 4 + i as its reading's value and hour, or as its fault's
 * code; several batches of faults share an hour. */
static int set_row(struct stw_batch *batch, uint32_t id, uint32_t row_number, bool fault,
                   struct stw_error *err)
{
    int64_t hour = fault ? row_number / 40 : row_number;
    uint32_t row = stw_batch_row(batch, id, hour * STW_NS_PER_HOUR);
    char code[16];
    int size = snprintf(code, sizeof(code), "%u", row_number);
    if (!fault)
        stw_batch_set_decimal(batch, row, 0, (struct stw_decimal){row_number, 0});
    else if (!stw_batch_set_text(batch, row, 0, (struct stw_slice){code, (size_t)size}))
        return stw_fail_memory(err, sizeof(code));
    return STW_OK;
}

static int fill(struct stw_store *store, struct stw_batch *batch, uint32_t number,
                struct stw_error *err)
{
    bool fault = number % 3 == 2;
    STW_TRY(stw_batch_use(batch, 0, err));
    for (uint32_t i = 0; i < rows_of(number); i++) {
        char key[32];
        uint32_t id;
        int size = snprintf(key, sizeof(key), "d%u", (number + i) % 5);
        if (!fault) {
            memcpy(key + size, "\0flow", 5);
            size += 5;
        }
        STW_TRY(stw_memtable_series(store, batch->table, (struct stw_slice){key, (size_t)size}, &id,
                                    err));
        STW_TRY(set_row(batch, id, number * SKIT_ROWS_MAX + i, fault, err));
    }
    return STW_OK;
}

int skit_append(struct stw_store *store, uint32_t number, enum stw_durability durability,
                struct stw_error *err)
{
    struct stw_batch batch;
    const char *table = number % 3 == 2 ? "faults" : "readings";
    STW_TRY(stw_batch_init(&batch, stw_schema_find(stw_store_schema(store), stw_slice_of(table)), 8,
                           err));
    int status = fill(store, &batch, number, err);
    if (status == STW_OK)
        status = stw_memtable_append(store, &batch, durability, err);
    stw_batch_release(&batch);
    return status;
}

void skit_build(char *path, uint32_t count, const uint32_t *flushes, unsigned flush_count)
{
    struct stw_error err = {0};
    struct stw_store_options options = skit_options(NULL);
    struct stw_store *store;
    unsigned flushed = 0;
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    for (uint32_t i = 0; i < count; i++) {
        KIT_OK(skit_append(store, i, STW_DURABILITY_NONE, &err));
        if (flushed == flush_count || i + 1 != flushes[flushed])
            continue;
        KIT_OK(stw_memtable_flush(store, NULL, &err));
        flushed++;
    }
    CU_ASSERT_EQUAL(flushed, flush_count);
    stw_store_close(store);
}

/* Counts the rows of a table by batch. */
static void count_rows(struct stw_view *view, const char *name, uint8_t *rows)
{
    static const uint32_t column = 0;
    struct stw_error err = {0};
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), stw_slice_of(name));
    struct stw_merge *merge;
    uint32_t count = stw_view_series(view, table).count;
    KIT_OK(stw_view_merge(view, table, &column, 1, false, &merge, &err));
    for (uint32_t id = 0; id < count; id++) {
        struct stw_run run;
        int status;
        stw_merge_seek(merge, id, INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, &err)) == STW_OK) {
            for (uint32_t i = 0; i < run.count; i++) {
                char code[16] = {0};
                if (table->identity == STW_IDENTITY_ALL) {
                    struct stw_slice text = stw_vector_text(&run.columns[0], i);
                    memcpy(code, text.data, text.size < 15 ? text.size : 15);
                }
                uint64_t number = table->identity == STW_IDENTITY_ALL
                                      ? strtoull(code, NULL, 10)
                                      : (uint64_t)run.columns[0].ints[i];
                CU_ASSERT_FATAL(number < SKIT_BATCHES_MAX * SKIT_ROWS_MAX);
                rows[number]++;
            }
        }
        CU_ASSERT_EQUAL(status, STW_END);
    }
    stw_merge_close(merge);
}

void skit_visible(struct stw_store *store, bool there[SKIT_BATCHES_MAX])
{
    static uint8_t rows[SKIT_BATCHES_MAX * SKIT_ROWS_MAX];
    struct stw_error err = {0};
    struct stw_view *view;
    memset(rows, 0, sizeof(rows));
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    count_rows(view, "readings", rows);
    count_rows(view, "faults", rows);
    stw_view_close(view);
    for (uint32_t batch = 0; batch < SKIT_BATCHES_MAX; batch++) {
        uint32_t found = 0, wrong = 0;
        for (uint32_t i = 0; i < SKIT_ROWS_MAX; i++) {
            uint8_t times = rows[batch * SKIT_ROWS_MAX + i];
            wrong += times > (i < rows_of(batch));
            found += times;
        }
        there[batch] = found > 0;
        if (wrong > 0 || (found > 0 && found != rows_of(batch)))
            STW_EXPECT(false, "batch %u: %u rows of %u", batch, found, rows_of(batch));
    }
}

bool skit_is_damage(const char *finding)
{
    return strstr(finding, "an append that was not finished") == NULL;
}

uint32_t skit_recover(const char *path)
{
    static bool there[SKIT_BATCHES_MAX];
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = skit_options(NULL);
    uint32_t count = 0;
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    for (uint32_t i = 0; i < stw_store_finding_count(store); i++) {
        const char *finding = stw_store_finding_at(store, i);
        STW_EXPECT(!skit_is_damage(finding), "%s", finding);
    }
    KIT_OK(stw_memtable_flush(store, NULL, &err));
    skit_visible(store, there);
    stw_store_close(store);
    while (there[count])
        count++;
    for (uint32_t batch = count; batch < SKIT_BATCHES_MAX; batch++) {
        if (there[batch])
            STW_EXPECT(false, "batch %u is there and %u is not", batch, count);
    }
    return count;
}
