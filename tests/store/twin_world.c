/* See twin_world.h. */
#include "twin_world.h"

#include "../support/test.h"

#include <stdio.h>

void twin_ok(int status, const struct stw_error *err, const char *what)
{
    STW_EXPECT(status == STW_OK, "%s: %s %s", what, err->what, err->where);
    CU_ASSERT_FATAL(status == STW_OK);
}

void twin_world_open(struct twin_world *world, enum stw_identity identity, const char *partition,
                     uint32_t series_count, size_t memory_bytes, uint64_t seed, char *path)
{
    struct stw_error err = {0};
    snprintf(path, 300, "%s/store", stw_test_folder());
    struct stw_store_settings settings = {
        .zone = STW_SLICE("Asia/Shanghai"),
        .schema = stw_slice_of(twin_schema(identity, partition)),
    };
    struct stw_store_options options = {.memory_bytes = memory_bytes};
    twin_ok(stw_store_create(path, &settings, NULL, &err), &err, "create");
    twin_ok(stw_store_open(&world->store, path, STW_STORE_WRITE, &options, &err), &err, "open");
    world->table = stw_schema_find(stw_store_schema(world->store), STW_SLICE("r"));
    world->twin = (struct twin){.identity = identity, .series_count = series_count, .random = seed};
    twin_ok(stw_batch_init(&world->batch, world->table, 300, &err), &err, "batch");
    for (uint32_t i = 0; i < TWIN_COLUMNS; i++)
        twin_ok(stw_batch_use(&world->batch, i, &err), &err, "batch");
}

void twin_world_close(struct twin_world *world)
{
    stw_batch_release(&world->batch);
    twin_release(&world->twin);
    stw_store_close(world->store);
}

uint32_t twin_world_id(struct stw_commit *commit, const struct twin_world *world, uint32_t series)
{
    char key[16];
    uint32_t id = 0;
    struct stw_slice slice = {key, twin_key(series, key)};
    CU_ASSERT_EQUAL_FATAL(stw_commit_series(commit, world->table, slice, &id, NULL), STW_OK);
    return id;
}

/* A random range of a random series that is in the store; false when it is not. */
static bool pick_range(struct twin_world *world, int64_t spread_ns, uint32_t *series, uint32_t *id,
                       int64_t *from_ns)
{
    char key[16];
    *series = (uint32_t)(stw_test_random(&world->twin.random) % world->twin.series_count);
    *from_ns = (int64_t)(stw_test_random(&world->twin.random) % (uint64_t)spread_ns);
    struct stw_series all = stw_store_series(world->store, world->table);
    *id = stw_series_find(&all, (struct stw_slice){key, twin_key(*series, key)});
    return *id != STW_SERIES_NONE;
}

/* What was there before goes; the rows of the commit stay, though they repeat it. */
static uint64_t erase_within(struct twin_world *world, struct stw_commit *commit, int64_t spread_ns)
{
    struct stw_error err = {0};
    uint64_t ranges = stw_test_random(&world->twin.random) % 5, erased = 0;
    for (uint64_t i = 0; i < ranges; i++) {
        uint32_t series, id;
        int64_t from_ns;
        if (!pick_range(world, spread_ns, &series, &id, &from_ns))
            continue;
        int64_t to_ns = from_ns + (i % 2 == 0 ? 1 : spread_ns / 5);
        twin_ok(stw_commit_erase(commit, world->table, id, from_ns, to_ns, &err), &err, "erase");
        twin_erase(&world->twin, series, from_ns, to_ns);
        erased++;
    }
    return erased;
}

void twin_world_commit(struct twin_world *world, uint32_t rows, int64_t spread_ns)
{
    struct stw_error err = {0};
    struct stw_commit *commit;
    struct stw_commit_result result, want = {.rows = rows};
    twin_ok(stw_commit_begin(world->store, NULL, &commit, &err), &err, "begin");
    if (world->erases)
        want.erased = erase_within(world, commit, spread_ns);
    for (uint32_t i = 0; i < rows; i++) {
        struct twin_row row = twin_random_row(&world->twin, spread_ns);
        enum twin_fate fate = twin_add(&world->twin, &row);
        want.added += fate != TWIN_REPEATED;
        want.repeated += fate == TWIN_REPEATED;
        want.superseded += fate == TWIN_CORRECTS;
        twin_batch_row(&world->batch, twin_world_id(commit, world, row.series), &row);
        if (stw_batch_full(&world->batch) || i + 1 == rows) {
            twin_ok(stw_commit_add(commit, &world->batch, &err), &err, "add");
            stw_batch_clear(&world->batch);
        }
    }
    twin_ok(stw_commit_finish(commit, &result, &err), &err, "finish");
    CU_ASSERT(result.rows == want.rows && result.erased == want.erased);
    STW_EXPECT(result.added == want.added && result.repeated == want.repeated,
               "added %llu, repeated %llu; want %llu, %llu", (unsigned long long)result.added,
               (unsigned long long)result.repeated, (unsigned long long)want.added,
               (unsigned long long)want.repeated);
    STW_EXPECT(result.superseded == want.superseded, "superseded %llu, want %llu",
               (unsigned long long)result.superseded, (unsigned long long)want.superseded);
}

void twin_world_erase(struct twin_world *world, int64_t spread_ns)
{
    struct stw_error err = {0};
    uint32_t series, id;
    int64_t from_ns;
    if (!pick_range(world, spread_ns, &series, &id, &from_ns))
        return;
    int64_t to_ns = from_ns + spread_ns / 5;
    twin_ok(stw_store_erase(world->store, world->table, id, from_ns, to_ns, &err), &err, "erase");
    twin_erase(&world->twin, series, from_ns, to_ns);
}

void twin_world_compare(struct twin_world *world, const char *as_of, int64_t from_ns, int64_t to_ns,
                        bool history, const char *what)
{
    twin_world_compare_with(world, &world->twin, as_of, from_ns, to_ns, history, what);
}

void twin_world_compare_with(struct twin_world *world, const struct twin *twin, const char *as_of,
                             int64_t from_ns, int64_t to_ns, bool history, const char *what)
{
    struct stw_error err = {0};
    struct stw_view *view;
    struct stw_buffer got, want;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    twin_ok(stw_view_open(world->store, as_of, &view, &err), &err, "view");
    twin_ok(twin_print_view(view, from_ns, to_ns, history, &got, &err), &err, "scan");
    twin_print(twin, from_ns, to_ns, history, &want);
    twin_same(&got, &want, what);
    stw_view_close(view);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
}
