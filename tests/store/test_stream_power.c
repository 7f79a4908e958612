/*
 * The power is cut after every call of a process that streams into a store: appends, flushes,
 * begins, archives and recycles journal files. Whatever the disk kept of what was not synced, every
 * batch acknowledged with `always` or `batch` is there, and every batch is there as a whole or not.
 */
#include "../support/disk_sim.h"
#include "../support/test.h"
#include "store_kit.h"
#include "stream_kit.h"

#include <stdio.h>

enum { BATCHES = 60, FLUSH_EVERY = 25 };

/* What was acknowledged when. */
struct history {
    struct disk_sim *disk;
    size_t calls[BATCHES];  /* made before batch i was acknowledged */
    uint32_t safe[BATCHES]; /* batches on disk then, by their promises */
};

static void stream(const char *path, struct history *history, bool mixed)
{
    struct stw_error err = {0};
    struct stw_store_options options = skit_options(disk_sim_io(history->disk));
    struct stw_store *store;
    uint32_t safe = 0;
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    for (uint32_t i = 0; i < BATCHES; i++) {
        enum stw_durability durability =
            mixed && i % 5 != 0 ? STW_DURABILITY_NONE : STW_DURABILITY_ALWAYS;
        KIT_OK(skit_append(store, i, durability, &err));
        safe = durability == STW_DURABILITY_ALWAYS ? i + 1 : safe;
        history->calls[i] = disk_sim_calls(history->disk);
        history->safe[i] = safe;
        if (i % FLUSH_EVERY == FLUSH_EVERY - 1)
            KIT_OK(stw_memtable_flush(store, NULL, &err));
    }
    stw_store_close(store);
}

/* Those of the batches that must be there after a cut: acknowledged as safe before it. */
static uint32_t safe_at(const struct history *history, size_t calls)
{
    uint32_t safe = 0;
    for (uint32_t i = 0; i < BATCHES && history->calls[i] <= calls; i++)
        safe = history->safe[i];
    return safe;
}

/* With every record synced before the next, what is torn is the last; and where nothing or all of
 * what was unsynced survives, there are no holes: the journal has nothing to complain of. */
static void check_journal(const struct stw_store *store, size_t calls, uint64_t seed)
{
    for (uint32_t i = 0; i < stw_store_finding_count(store); i++) {
        const char *finding = stw_store_finding_at(store, i);
        if (strstr(finding, "journal file") != NULL && skit_is_damage(finding))
            STW_EXPECT(false, "cut %zu, seed %llu: %s", calls, (unsigned long long)seed, finding);
    }
}

static void check_cut(const struct history *history, size_t calls, uint64_t seed, bool mixed)
{
    static bool there[SKIT_BATCHES_MAX];
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = skit_options(NULL);
    char root[200], path[300];
    snprintf(root, sizeof(root), "%s", stw_test_folder());
    disk_sim_cut(history->disk, calls, seed, root);
    snprintf(path, sizeof(path), "%s/store", root);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    if (!mixed || seed < 2)
        check_journal(store, calls, seed);
    KIT_OK(stw_memtable_flush(store, NULL, &err));
    skit_visible(store, there);
    for (uint32_t i = 0; i < safe_at(history, calls); i++) {
        if (!there[i])
            STW_EXPECT(false, "cut %zu, seed %llu: batch %u is lost", calls,
                       (unsigned long long)seed, i);
    }
    /* The store goes on, where the cut came and after it. */
    KIT_OK(skit_append(store, BATCHES + 1, STW_DURABILITY_ALWAYS, &err));
    stw_store_close(store);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    if (!mixed || seed < 2)
        check_journal(store, calls, seed);
    KIT_OK(stw_memtable_flush(store, NULL, &err));
    skit_visible(store, there);
    CU_ASSERT(there[BATCHES + 1]);
    stw_store_close(store);
}

static void cut_everywhere(bool mixed)
{
    struct stw_error err = {0};
    struct history history;
    char root[200], path[300];
    snprintf(root, sizeof(root), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/store", root);
    KIT_OK(kit_create(path, NULL, &err));
    history.disk = disk_sim_create(root);
    stream(path, &history, mixed);
    size_t calls = disk_sim_calls(history.disk);
    for (size_t at = 0; at <= calls; at++)
        check_cut(&history, at, at % 2 == 0 ? at / 2 % DISK_SIM_EXTREMES : DISK_SIM_EXTREMES + at,
                  mixed);
    CU_ASSERT_EQUAL(safe_at(&history, calls), mixed ? BATCHES - 4 : BATCHES);
    STW_EXPECT(calls > 100, "only %zu calls", calls);
    disk_sim_free(history.disk);
}

static void with_every_append_synced(void)
{
    cut_everywhere(false);
}

static void with_most_appends_unsynced(void)
{
    cut_everywhere(true);
}

STW_SUITE(stream_power, {"with every append synced", with_every_append_synced},
          {"with most appends unsynced", with_most_appends_unsynced});
