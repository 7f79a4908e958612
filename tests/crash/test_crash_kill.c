/*
 * The real program on a real folder, killed (SIGKILL) at a random moment of an ingest, a compaction
 * or a snapshot. What it acknowledged by its exit status is there afterwards; of what it was at,
 * all or nothing; snapshots show what they showed.
 *
 * STEWARD_CRASH_KILLS: how many; 60 in the ordinary run. Needs STEWARD, the program's path.
 */
#include "../store/store_kit.h"
#include "../support/test.h"
#include "crash_model.h"
#include "store/verify.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    KILLS = 60,
    METERS = 4,
    HOURS = 240,
    ROWS = 60, /* of a meter in a file */
    TRIES_PER_STORE = 40,
    SHORTEST_US = 100
};

struct cells {
    int value[METERS][HOURS]; /* 0: no row */
};

struct world {
    char path[300];
    char file[400];
    struct cells live;
    struct cells snapshots[TRIES_PER_STORE];
    unsigned named[TRIES_PER_STORE]; /* the number in a snapshot's name */
    unsigned snapshot_count;
    unsigned number; /* of the next file or snapshot */
    uint64_t random;
};

enum work { INGEST, COMPACT, SNAPSHOT, WORKS };

static const int64_t first_ns = INT64_C(1792886400) * 1000000000; /* 2026-10-25T00:00:00Z */

/* File k: hours from (37 k mod 180) on, so that files correct one another, over two months. */
static void write_csv(struct world *world, struct cells *cells)
{
    FILE *file = fopen(world->file, "w");
    CU_ASSERT_FATAL(file != NULL);
    fprintf(file, "device,channel,time,value\n");
    for (int meter = 0; meter < METERS; meter++) {
        for (int i = 0; i < ROWS; i++) {
            int hour = (int)(world->number * 37 % (HOURS - ROWS)) + i, day = 25 + hour / 24;
            int value = (int)world->number * 10000 + meter * 1000 + hour;
            fprintf(file, "M%d,energy,2026-%02d-%02dT%02d:00:00Z,%d\n", meter, day > 31 ? 11 : 10,
                    day > 31 ? day - 31 : day, hour % 24, value);
            cells->value[meter][hour] = value;
        }
    }
    fclose(file);
}

/* Starts the program and kills it after so long; whether it had ended well before. */
static bool run_and_kill(char *const *arguments, useconds_t after_us)
{
    int status = 0;
    pid_t child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        execv(arguments[0], arguments);
        _exit(127);
    }
    usleep(after_us);
    kill(child, SIGKILL);
    CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void read_cells(struct stw_store *store, const char *as_of, struct cells *cells)
{
    static const uint32_t columns[] = {0};
    struct stw_error err = {0};
    struct stw_view *view;
    struct stw_merge *merge;
    struct stw_run run;
    memset(cells, 0, sizeof(*cells));
    KIT_OK(stw_view_open(store, as_of, &view, &err));
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    struct stw_series series = stw_view_series(view, table);
    KIT_OK(stw_view_merge(view, table, columns, 1, false, &merge, &err));
    for (uint32_t id = 0; id < series.count; id++) {
        int meter = stw_series_key(&series, id).data[1] - '0', status;
        stw_merge_seek(merge, id, INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, &err)) == STW_OK) {
            for (uint32_t row = 0; row < run.count; row++) {
                int64_t hour = (run.time_ns[row] - first_ns) / STW_NS_PER_HOUR, value = -1;
                CU_ASSERT_FATAL(meter >= 0 && meter < METERS && hour >= 0 && hour < HOURS);
                CU_ASSERT(stw_decimal_rescale(stw_vector_decimal(&run.columns[0], row), 0, &value));
                cells->value[meter][hour] = (int)value;
            }
        }
        STW_EXPECT(status == STW_END, "meter %d: %s", meter, err.what);
    }
    stw_merge_close(merge);
    stw_view_close(view);
}

static bool same_cells(const struct cells *a, const struct cells *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static void check_snapshots(struct world *world, struct stw_store *store, struct crash_tally *tally)
{
    for (unsigned i = 0; i < world->snapshot_count; i++) {
        struct cells got;
        char name[16];
        struct stw_snapshot snapshot;
        snprintf(name, sizeof(name), "s%u", world->named[i]);
        bool there = stw_store_snapshot_find(store, stw_slice_of(name), &snapshot);
        tally->losses += !there;
        if (STW_EXPECT(there, "snapshot %s is lost", name)) {
            read_cells(store, name, &got);
            tally->wrong += !same_cells(&got, &world->snapshots[i]);
            STW_EXPECT(same_cells(&got, &world->snapshots[i]), "snapshot %s has changed", name);
        }
    }
}

/* Looks at the store after a kill; what was under way counts from now on if it is there. */
static void check(struct world *world, enum work work, bool acknowledged, const struct cells *after,
                  struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_verify_result verified;
    struct stw_snapshot snapshot;
    struct cells got;
    char name[16];
    KIT_OK(stw_store_open(&store, world->path, STW_STORE_READ, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
    read_cells(store, NULL, &got);
    bool done = same_cells(&got, after), before = same_cells(&got, &world->live);
    tally->tries++;
    tally->losses += acknowledged && !done && before;
    tally->wrong += !done && !before;
    STW_EXPECT(done || (before && !acknowledged),
               "number %u, work %d: acknowledged %d, done %d, "
               "as before %d (%s)",
               world->number, (int)work, acknowledged, done, before, world->path);
    world->live = got;
    snprintf(name, sizeof(name), "s%u", world->number);
    bool named = work == SNAPSHOT && stw_store_snapshot_find(store, stw_slice_of(name), &snapshot);
    tally->losses += work == SNAPSHOT && acknowledged && !named;
    STW_EXPECT(work != SNAPSHOT || named || !acknowledged, "snapshot %s is lost", name);
    if (named) {
        world->snapshots[world->snapshot_count] = got;
        world->named[world->snapshot_count++] = world->number;
    }
    check_snapshots(world, store, tally);
    /* A record that was not finished is a finding of verify until the next writer cuts it. */
    KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
    tally->named += verified.findings > 0;
    CU_ASSERT(verified.findings <= 1);
    stw_store_close(store);
}

static bool work_once(struct world *world, char *program, enum work work, useconds_t after_us,
                      struct crash_tally *tally)
{
    char name[16], verb[16];
    static const char *const verbs[WORKS] = {"ingest", "compact", "snapshot"};
    struct cells after = world->live;
    snprintf(verb, sizeof(verb), "%s", verbs[work]);
    snprintf(name, sizeof(name), "s%u", world->number);
    if (work == INGEST)
        write_csv(world, &after);
    char *third = work == INGEST ? world->file : work == SNAPSHOT ? name : NULL;
    char *arguments[] = {program, verb, world->path, third, NULL};
    bool acknowledged = run_and_kill(arguments, after_us);
    check(world, work, acknowledged, &after, tally);
    world->number++;
    return acknowledged;
}

static void new_store(struct world *world)
{
    struct stw_error err = {0};
    uint64_t random = world->random;
    memset(world, 0, sizeof(*world));
    world->random = random;
    world->number = 1;
    kit_path(world->path);
    snprintf(world->file, sizeof(world->file), "%s.csv", world->path);
    KIT_OK(kit_create(world->path, NULL, &err));
}

static void program_is_killed(void)
{
    static struct world world; /* large */
    struct crash_tally tally = {0};
    char *program = getenv("STEWARD");
    if (program == NULL) {
        printf("\n    skipped: STEWARD does not name the program");
        return;
    }
    uint64_t kills = crash_count("STEWARD_CRASH_KILLS", KILLS);
    useconds_t longest_us = 20000;
    uint64_t acknowledged = 0;
    world.random = 1;
    for (uint64_t i = 0; i < kills; i++) {
        if (i % TRIES_PER_STORE == 0)
            new_store(&world);
        uint64_t random = stw_test_random(&world.random);
        enum work work = random % 8 < 5 ? INGEST : random % 8 < 7 ? COMPACT : SNAPSHOT;
        bool ended =
            work_once(&world, program, work, (useconds_t)((random >> 8) % longest_us), &tally);
        acknowledged += ended;
        /* Runs are longer under a sanitizer and on a busy machine: about half of them shall come to
         * their end. */
        longest_us = ended ? longest_us * 7 / 8 : longest_us + longest_us / 8 + 1;
        longest_us = longest_us < SHORTEST_US ? SHORTEST_US : longest_us;
    }
    printf("\n    %llu of %llu ended before they were killed", (unsigned long long)acknowledged,
           (unsigned long long)kills);
    STW_EXPECT(kills < KILLS || (acknowledged > 0 && acknowledged < kills),
               "all or none of %llu runs were killed", (unsigned long long)kills);
    crash_tally_print("program killed", &tally);
}

STW_SUITE(crash_kill, {"program is killed", program_is_killed});
