/*
 * Blocks that many series share, read series by series in an order that has nothing to do with
 * theirs: each block is decoded twice at most while memory lasts, and the rows are the same when it
 * does not.
 */
#include "../support/test.h"
#include "store/block_cache.h"
#include "store/store_inside.h"
#include "store_kit.h"

#include <stdio.h>

/* 546 meters of 15 rows fill a block with 8,190 rows: 48 blocks. */
enum { ROWS = 15, BLOCKS = 48, METERS = STW_RUN_ROWS_MAX / ROWS * BLOCKS, NUMBERS = 32768 };

/* Reads all meters in the order of a congruential generator that meets each number below NUMBERS
 * once; the sum of their times in hours. */
static struct stw_merge_stats read_all(struct stw_view *view, struct stw_merge *merge,
                                       uint64_t *rows, int64_t *hours)
{
    struct stw_error err = {0};
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    CU_ASSERT_EQUAL_FATAL(stw_view_series(view, table).count, METERS);
    *rows = 0;
    *hours = 0;
    for (uint32_t i = 0, series = 0; i < NUMBERS; i++) {
        series = (series * 25173 + 13849) % NUMBERS;
        if (series >= METERS)
            continue;
        struct stw_run run;
        int status;
        stw_merge_seek(merge, series, INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, &err)) == STW_OK) {
            CU_ASSERT_EQUAL(run.series, series);
            *rows += run.count;
            for (uint32_t row = 0; row < run.count; row++)
                *hours += run.time_ns[row] / STW_NS_PER_HOUR;
        }
        CU_ASSERT_EQUAL(status, STW_END);
    }
    return stw_merge_statistics(merge);
}

/* With so much memory for the store; how many blocks were decoded. */
static uint64_t decoded_with(const char *path, size_t memory_bytes)
{
    static const uint32_t columns[] = {0};
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_view *view;
    struct stw_merge *merge;
    struct stw_store_options options = {.memory_bytes = memory_bytes};
    uint64_t rows;
    int64_t hours;
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, &options, &err));
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    KIT_OK(stw_view_merge(view, table, columns, 1, false, &merge, &err));
    struct stw_merge_stats stats = read_all(view, merge, &rows, &hours);
    CU_ASSERT_EQUAL(rows, (uint64_t)METERS * ROWS);
    CU_ASSERT_EQUAL(hours, (int64_t)METERS * (ROWS * (ROWS - 1) / 2)); /* hours 0 to ROWS - 1 */
    size_t share = memory_bytes / STW_BLOCK_CACHE_MEMORY_SHARE;
    CU_ASSERT(atomic_load(&store->readers.cache_left_bytes) <= share);
    stw_merge_close(merge);
    CU_ASSERT_EQUAL(atomic_load(&store->readers.cache_left_bytes), share); /* given back */
    stw_view_close(view);
    stw_store_close(store);
    return stats.blocks_read;
}

static void blocks_are_decoded_twice_at_most(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    struct kit_load load = {.meters = METERS, .first = 0, .rows = ROWS};
    char path[300];
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    KIT_OK(kit_commit(store, &load, &result, &err));
    stw_store_close(store);
    /* A block takes 8,192 rows of 12 bytes and 9 a column: 168 KiB. */
    uint64_t few = decoded_with(path, (size_t)64 << 20);
    STW_EXPECT(few >= BLOCKS && few <= 2 * BLOCKS, "%llu blocks", (unsigned long long)few);
    /* No memory beyond the first 8 blocks: the others are decoded again and again. */
    uint64_t decoded = decoded_with(path, 4);
    CU_ASSERT(decoded > 10 * BLOCKS);
    STW_EXPECT(decoded < METERS, "%llu blocks", (unsigned long long)decoded);
    /* 8 more than those 8: fewer again. */
    uint64_t fewer = decoded_with(path, (size_t)STW_BLOCK_CACHE_MEMORY_SHARE * 8 * 172032);
    STW_EXPECT(fewer < decoded && fewer > BLOCKS, "%llu blocks", (unsigned long long)fewer);
}

STW_SUITE(block_cache, {"blocks are decoded twice at most", blocks_are_decoded_twice_at_most});
