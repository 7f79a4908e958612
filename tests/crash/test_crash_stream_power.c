/*
 * The power is cut after every call of a process that streams into a store: appends, flushes,
 * begins, archives and recycles journal files. Whatever the disk kept of what was not synced, every
 * batch acknowledged with `always` or `batch` is there, and every batch is there as a whole or not.
 */
#include "../store/store_kit.h"
#include "../store/stream_kit.h"
#include "../support/disk_sim.h"
#include "../support/test.h"
#include "crash_model.h"

#include <stdio.h>
#include <sys/stat.h>

enum { BATCHES = 60, FLUSH_EVERY = 25 };

/* What was acknowledged when. */
struct history {
    struct disk_sim *disk;
    char scratch[260];      /* where cuts are laid out, one at a time */
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

/* What is there must be all that was safe; how many batches are not. */
static uint32_t check_batches(const struct history *history, struct stw_store *store, size_t calls,
                              uint64_t seed)
{
    static bool there[SKIT_BATCHES_MAX];
    uint32_t lost = 0;
    skit_visible(store, there);
    for (uint32_t i = 0; i < safe_at(history, calls); i++) {
        lost += !there[i];
        if (!there[i])
            STW_EXPECT(false, "cut %zu, seed %llu: batch %u is lost", calls,
                       (unsigned long long)seed, i);
    }
    return lost;
}

/* The power is cut a second time, at every call of the writer that opens what the first cut left:
 * the same batches are there. */
static void cut_again(const struct history *history, const char *root, size_t calls,
                      struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    char path[300], folder[300], again[320];
    snprintf(path, sizeof(path), "%s/store", root);
    snprintf(folder, sizeof(folder), "%s-again", root);
    snprintf(again, sizeof(again), "%s/store", folder);
    struct disk_sim *disk = disk_sim_create(root);
    struct stw_store_options options = skit_options(disk_sim_io(disk));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    stw_store_close(store);
    options.io = NULL;
    for (size_t at = 0; at <= disk_sim_calls(disk); at++) {
        for (uint64_t seed = 0; seed <= DISK_SIM_EXTREMES; seed++) {
            CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0755), 0);
            disk_sim_cut(disk, at, seed, folder);
            KIT_OK(stw_store_open(&store, again, STW_STORE_WRITE, &options, &err));
            tally->tries++;
            tally->losses += check_batches(history, store, calls, seed) > 0;
            stw_store_close(store);
            kit_remove(folder);
        }
    }
    disk_sim_free(disk);
}

/* The store goes on, where the cut came and after it. */
static void goes_on(const char *path, size_t calls, uint64_t seed, bool strict)
{
    static bool there[SKIT_BATCHES_MAX];
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = skit_options(NULL);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    KIT_OK(skit_append(store, BATCHES + 1, STW_DURABILITY_ALWAYS, &err));
    stw_store_close(store);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    if (strict)
        check_journal(store, calls, seed);
    skit_visible(store, there);
    CU_ASSERT(there[BATCHES + 1]);
    stw_store_close(store);
}

static void check_cut(const struct history *history, size_t calls, uint64_t seed, bool strict,
                      struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = skit_options(NULL);
    char path[300];
    const char *root = history->scratch;
    CU_ASSERT_EQUAL_FATAL(mkdir(root, 0755), 0);
    disk_sim_cut(history->disk, calls, seed, root);
    snprintf(path, sizeof(path), "%s/store", root);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    if (strict)
        check_journal(store, calls, seed);
    tally->tries++;
    tally->losses += check_batches(history, store, calls, seed) > 0;
    stw_store_close(store);
    goes_on(path, calls, seed, strict);
    kit_remove(root);
}

static void history_begin(struct history *history, bool mixed)
{
    struct stw_error err = {0};
    char root[200], path[300];
    snprintf(root, sizeof(root), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/store", root);
    snprintf(history->scratch, sizeof(history->scratch), "%s/cut", stw_test_folder());
    KIT_OK(kit_create(path, NULL, &err));
    history->disk = disk_sim_create(root);
    stream(path, history, mixed);
    size_t calls = disk_sim_calls(history->disk);
    CU_ASSERT_EQUAL(safe_at(history, calls), mixed ? BATCHES - 4 : BATCHES);
    STW_EXPECT(calls > 100, "only %zu calls", calls);
}

static void cut_everywhere(const char *kind, bool mixed)
{
    struct history history;
    struct crash_tally tally = {0};
    uint64_t seeds = crash_count("STEWARD_CRASH_SEEDS", 1);
    history_begin(&history, mixed);
    for (size_t at = 0; at <= disk_sim_calls(history.disk); at++) {
        for (uint64_t i = 0; i < seeds; i++) {
            uint64_t seed = seeds > 1    ? i
                            : at % 2 > 0 ? DISK_SIM_EXTREMES + at
                                         : at / 2 % DISK_SIM_EXTREMES;
            /* Where all or nothing of what was unsynced survives, the journal has no holes. */
            check_cut(&history, at, seed, !mixed || seed < 2, &tally);
        }
    }
    disk_sim_free(history.disk);
    crash_tally_print(kind, &tally);
}

static void with_every_append_synced(void)
{
    cut_everywhere("stream, synced", false);
}

static void with_most_appends_unsynced(void)
{
    cut_everywhere("stream, most unsynced", true);
}

/* Every 17th cut in the ordinary run, with one set of survivors each. */
static void while_it_recovers(void)
{
    struct history history;
    struct crash_tally tally = {0};
    size_t step = crash_count("STEWARD_CRASH_SEEDS", 1) > 1 ? 1 : 17;
    history_begin(&history, true);
    for (size_t at = 0; at <= disk_sim_calls(history.disk); at += step) {
        CU_ASSERT_EQUAL_FATAL(mkdir(history.scratch, 0755), 0);
        disk_sim_cut(history.disk, at, DISK_SIM_EXTREMES + at, history.scratch);
        cut_again(&history, history.scratch, at, &tally);
        kit_remove(history.scratch);
    }
    disk_sim_free(history.disk);
    crash_tally_print("stream, recovering", &tally);
}

STW_SUITE(crash_stream_power, {"with every append synced", with_every_append_synced},
          {"with most appends unsynced", with_most_appends_unsynced},
          {"while it recovers", while_it_recovers});
