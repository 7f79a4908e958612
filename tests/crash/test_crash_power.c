/*
 * The power is cut after every mutating call of each operation, several times with other survivors
 * (disk_sim.h); again while a writer opens what is left; and after a writer was killed and another
 * one has come, for whom what was not synced was there. Then the store opens, to read and to write;
 * it holds what was acknowledged, and of what was under way all or nothing; it verifies clean and
 * takes the next commit.
 *
 * STEWARD_CRASH_SEEDS: survivors a cut; 6 in the ordinary run.
 */
#include "../support/disk_sim.h"
#include "../support/test.h"
#include "crash_model.h"
#include "store/verify.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SEEDS = 6 };

/* What the store may hold after the first k steps, and when that was acknowledged. */
struct course {
    struct stw_buffer text[CRASH_STEPS_MAX + 1];
    struct crash_model model[CRASH_STEPS_MAX + 1];
    size_t acknowledged[CRASH_STEPS_MAX + 1]; /* calls of the disk */
    char scratch[260];                        /* a folder */
    unsigned count;
    bool streams; /* some step is a stream */
};

static void print_state(const char *path, enum stw_store_mode mode, struct stw_buffer *out,
                        uint32_t *findings, int *status, struct stw_error *err)
{
    struct stw_store *store;
    struct stw_store_options options = crash_options(NULL);
    *status = stw_store_open(&store, path, mode, &options, err);
    if (*status != STW_OK)
        return;
    *findings = stw_store_finding_count(store);
    *status = crash_print_store(store, out, err);
    stw_store_close(store);
}

/* The number of the state that the store is in, or -1. */
static int state_of(const struct course *course, const char *path, enum stw_store_mode mode,
                    uint32_t *findings)
{
    struct stw_error err = {0};
    struct stw_buffer got;
    int status, found = -1;
    stw_buffer_init(&got);
    print_state(path, mode, &got, findings, &status, &err);
    STW_EXPECT(status == STW_OK, "%s does not open: %s", path, err.what);
    for (int i = (int)course->count - 1; status == STW_OK && found < 0 && i >= 0; i--) {
        if (stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&course->text[i])))
            found = i;
    }
    stw_buffer_release(&got);
    return status == STW_OK ? found : -2;
}

/* Findings: of an append that the cut left unfinished, which a journal cannot tell from damage
 * (journal/FORMAT.md, "The end of a file"), and all others. */
struct found {
    unsigned unfinished;
    unsigned others;
};

static void take_finding(void *context, const struct stw_store_finding *finding)
{
    struct found *found = context;
    bool unfinished = strstr(finding->what, "an append that was not finished") != NULL;
    found->unfinished += unfinished;
    found->others += !unfinished;
    STW_EXPECT(unfinished, "verify: %s: %s", finding->file, finding->what);
}

static void expect_model(struct stw_store *store, const struct crash_model *model)
{
    struct stw_error err = {0};
    struct stw_buffer got, want;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    crash_model_print(model, &want);
    KIT_OK(crash_print_store(store, &got, &err));
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&want)));
    stw_buffer_release(&got);
    stw_buffer_release(&want);
}

static struct found verify_store(struct stw_store *store)
{
    struct stw_error err = {0};
    struct stw_verify_result verified;
    struct found found = {0};
    KIT_OK(stw_store_verify(store, take_finding, &found, &verified, &err));
    CU_ASSERT_EQUAL(verified.findings, found.unfinished + found.others);
    return found;
}

/* The next commit goes into it, and it verifies clean: where it is streamed into, when the next
 * append stands where one was left unfinished. */
static void goes_on(const char *path, const struct crash_model *model, bool streams,
                    struct crash_tally *tally)
{
    static const struct crash_step last_stream = {.action = CRASH_STREAM, .load = {2, 690, 7, 0}};
    struct stw_error err = {0};
    struct stw_store *store;
    struct crash_model after = *model;
    struct stw_store_options options = crash_options(NULL);
    crash_model_apply(&after, &crash_last_load);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    CU_ASSERT_EQUAL(kit_files(path, "tmp"), 0);
    KIT_OK(crash_do(store, &crash_last_load, &err));
    unsigned unfinished = verify_store(store).unfinished;
    tally->named += unfinished > 0;
    STW_EXPECT(streams || unfinished == 0, "%u unfinished appends without a stream", unfinished);
    expect_model(store, &after);
    if (streams) {
        crash_model_apply(&after, &last_stream);
        KIT_OK(crash_do(store, &last_stream, &err));
        stw_store_close(store);
        KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
        CU_ASSERT_EQUAL(verify_store(store).unfinished, 0);
        expect_model(store, &after);
    }
    stw_store_close(store);
}

/* One cut, one set of survivors. */
static void survive(const struct course *course, const struct disk_sim *disk, size_t calls,
                    uint64_t seed, struct crash_tally *tally)
{
    char folder[280], path[300];
    uint32_t findings = 0;
    unsigned least = 0;
    snprintf(folder, sizeof(folder), "%s/cut", course->scratch);
    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0755), 0);
    snprintf(path, sizeof(path), "%s/store", folder);
    while (least + 1 < course->count && course->acknowledged[least + 1] <= calls)
        least++;
    unsigned most = least + 1 < course->count ? least + 1 : least;
    disk_sim_cut(disk, calls, seed, folder);
    int state = state_of(course, path, STW_STORE_READ, &findings);
    /* Two states may look the same (compaction changes nothing): the later one is found. */
    bool early = state >= 0 && state<(int)least, late = state>(int) most;
    bool same = state >= 0 && late &&
                stw_slice_equal(stw_buffer_slice(&course->text[state]),
                                stw_buffer_slice(&course->text[most]));
    tally->tries++;
    tally->losses += early || state == -2;
    tally->wrong += state == -1 || (late && !same);
    tally->named += findings > 0;
    STW_EXPECT(state >= 0 && !early && (!late || same),
               "cut after %zu calls, seed %llu: state %d, not %u or %u (%s)", calls,
               (unsigned long long)seed, state, least, most, folder);
    /* Nothing was damaged: a record that the cut left unfinished is no finding. */
    STW_EXPECT(findings == 0, "cut after %zu calls, seed %llu: %u findings", calls,
               (unsigned long long)seed, findings);
    if (state >= 0) {
        /* A writer brings what waits in the journal. */
        int now = state_of(course, path, STW_STORE_WRITE, &findings);
        bool brought = course->streams && now == state + 1 && now <= (int)most;
        tally->wrong += now != state && !brought;
        STW_EXPECT(now == state || brought, "cut after %zu calls, seed %llu: state %d, then %d",
                   calls, (unsigned long long)seed, state, now);
        if (now >= 0)
            goes_on(path, &course->model[now], course->streams, tally);
    }
    kit_remove(folder);
}

/* The power is cut a second time, while a writer opens what the first cut left. */
static void survive_again(const struct course *course, const char *path, struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    char first[280], folder[300], again[320];
    uint32_t findings = 0;
    snprintf(first, sizeof(first), "%.*s", (int)(strrchr(path, '/') - path), path);
    snprintf(folder, sizeof(folder), "%s/again", course->scratch);
    snprintf(again, sizeof(again), "%s/store", folder);
    struct disk_sim *disk = disk_sim_create(first);
    struct stw_store_options options = crash_options(disk_sim_io(disk));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    stw_store_close(store);
    int state = state_of(course, path, STW_STORE_READ, &findings);
    for (size_t calls = 0; calls <= disk_sim_calls(disk); calls++) {
        for (uint64_t seed = 0; seed <= DISK_SIM_EXTREMES; seed++) {
            CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0755), 0);
            disk_sim_cut(disk, calls, seed, folder);
            int now = state_of(course, again, STW_STORE_WRITE, &findings);
            STW_EXPECT(now == state, "second cut after %zu calls, seed %llu: state %d, not %d",
                       calls, (unsigned long long)seed, now, state);
            tally->tries++;
            tally->losses += now != state && now != -1;
            tally->wrong += now == -1;
            tally->named += findings > 0;
            kit_remove(folder);
        }
    }
    disk_sim_free(disk);
}

static void take_course(struct course *course, const struct crash_operation *operation,
                        const char *path, struct disk_sim *disk)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = crash_options(disk_sim_io(disk));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    for (unsigned i = 0; i < operation->step_count; i++) {
        course->streams = course->streams || operation->steps[i].action == CRASH_STREAM;
        KIT_OK(crash_do(store, &operation->steps[i], &err));
        course->model[i + 1] = course->model[i];
        crash_model_apply(&course->model[i + 1], &operation->steps[i]);
        course->acknowledged[i + 1] = disk_sim_calls(disk);
    }
    stw_store_close(store);
    course->count = operation->step_count + 1;
    for (unsigned i = 0; i < course->count; i++) {
        stw_buffer_init(&course->text[i]);
        crash_model_print(&course->model[i], &course->text[i]);
    }
}

/* A store as it is before the operation, in a fresh folder on a disk that records. */
static struct disk_sim *before_operation(const struct crash_operation *operation, char path[300])
{
    struct stw_error err = {0};
    struct stw_store *store;
    char folder[280];
    kit_path(path);
    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    for (unsigned i = 0; i < operation->before_count; i++)
        KIT_OK(crash_do(store, &operation->before[i], &err));
    stw_store_close(store);
    return disk_sim_create(folder);
}

/* Fills a store in a fresh folder and records the operation's steps. */
static struct disk_sim *course_begin(struct course *course, const struct crash_operation *operation)
{
    char path[300];
    memset(course, 0, sizeof(*course));
    snprintf(course->scratch, sizeof(course->scratch), "%s", stw_test_folder());
    for (unsigned i = 0; i < operation->before_count; i++)
        crash_model_apply(&course->model[0], &operation->before[i]);
    struct disk_sim *disk = before_operation(operation, path);
    take_course(course, operation, path, disk);
    return disk;
}

static void course_end(struct course *course, struct disk_sim *disk)
{
    disk_sim_free(disk);
    for (unsigned i = 0; i < course->count; i++)
        stw_buffer_release(&course->text[i]);
}

/* ---- Killed first ---------------------------------------------------------------------------- */

/* A process that was killed, the next one, and what it found and did. */
struct killed {
    struct disk_sim *disk;
    size_t at;              /* calls of the killed process */
    unsigned done;          /* steps that it acknowledged */
    int found;              /* the state in which the next one found the store */
    size_t acknowledged;    /* calls when it had acknowledged one more load */
    struct stw_buffer text; /* with that load */
};

static unsigned steps_until_killed(const struct crash_operation *operation, const char *path,
                                   const struct stw_store_options *options)
{
    struct stw_error err = {0};
    struct stw_store *store;
    unsigned done = 0;
    if (stw_store_open(&store, path, STW_STORE_WRITE, options, &err) != STW_OK)
        return 0;
    while (done < operation->step_count && crash_do(store, &operation->steps[done], &err) == STW_OK)
        done++;
    stw_store_close(store);
    return done;
}

static void next_process(const struct course *course, struct killed *killed, const char *path,
                         const struct stw_store_options *options)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_buffer got;
    stw_buffer_init(&got);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, options, &err));
    KIT_OK(crash_print_store(store, &got, &err));
    killed->found = -1;
    for (int i = (int)course->count - 1; i >= 0 && killed->found < 0; i--)
        if (stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&course->text[i])))
            killed->found = i;
    STW_EXPECT(killed->found >= 0, "killed after %zu calls: no state", killed->at);
    KIT_OK(crash_do(store, &crash_last_load, &err));
    killed->acknowledged = disk_sim_calls(killed->disk);
    stw_store_close(store);
    struct crash_model after = course->model[killed->found < 0 ? 0 : killed->found];
    crash_model_apply(&after, &crash_last_load);
    crash_model_print(&after, &killed->text);
    stw_buffer_release(&got);
}

/* The power is cut while the next process is at work, or after. */
static void cut_the_next(const struct course *course, const struct killed *killed, size_t calls,
                         uint64_t seed, struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_buffer got;
    char folder[280], path[300];
    uint32_t findings = 0;
    int status;
    snprintf(folder, sizeof(folder), "%s/cut", course->scratch);
    snprintf(path, sizeof(path), "%s/store", folder);
    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0755), 0);
    disk_sim_cut(killed->disk, calls, seed, folder);
    stw_buffer_init(&got);
    print_state(path, STW_STORE_WRITE, &got, &findings, &status, &err);
    bool whole = stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&killed->text));
    bool earlier = false;
    for (unsigned i = killed->done; i < course->count && i <= killed->done + 1; i++)
        earlier =
            earlier || stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&course->text[i]));
    bool acknowledged = calls >= killed->acknowledged;
    tally->tries++;
    tally->losses += status != STW_OK || (acknowledged && !whole && earlier);
    tally->wrong += status == STW_OK && !whole && !earlier;
    tally->named += findings > 0;
    STW_EXPECT(status == STW_OK && (whole || (earlier && !acknowledged)),
               "killed after %zu calls, cut after %zu, seed %llu: %s", killed->at, calls,
               (unsigned long long)seed, status == STW_OK ? "another state" : err.what);
    stw_buffer_release(&got);
    kit_remove(folder);
}

static void kill_and_cut(const struct course *course, const struct crash_operation *operation,
                         size_t at, uint64_t seeds, struct crash_tally *tally)
{
    struct killed killed = {.at = at};
    char path[300];
    killed.disk = before_operation(operation, path);
    struct stw_store_options options = crash_options(disk_sim_io(killed.disk));
    stw_buffer_init(&killed.text);
    disk_sim_kill(killed.disk, at);
    killed.done = steps_until_killed(operation, path, &options);
    disk_sim_kill(killed.disk, SIZE_MAX);
    next_process(course, &killed, path, &options);
    STW_EXPECT(killed.found >= (int)killed.done, "killed after %zu calls: %d found, %u done", at,
               killed.found, killed.done);
    for (size_t calls = at; calls <= disk_sim_calls(killed.disk); calls++)
        for (uint64_t seed = 0; seed < seeds; seed++)
            cut_the_next(course, &killed, calls, seed == 0 ? 0 : DISK_SIM_EXTREMES + calls + seed,
                         tally);
    stw_buffer_release(&killed.text);
    disk_sim_free(killed.disk);
}

/* ---------------------------------------------------------------------------------------------- */

static struct course course; /* of the running test; large */

static void power_is_cut(void)
{
    uint64_t seeds = crash_count("STEWARD_CRASH_SEEDS", SEEDS);
    for (unsigned i = 0; i < CRASH_OPERATIONS; i++) {
        struct crash_tally tally = {0};
        struct disk_sim *disk = course_begin(&course, &crash_operations[i]);
        for (size_t calls = 0; calls <= disk_sim_calls(disk); calls++) {
            for (uint64_t seed = 0; seed < seeds; seed++)
                survive(&course, disk, calls, seed, &tally);
        }
        STW_EXPECT(disk_sim_calls(disk) > 20, "only %zu calls", disk_sim_calls(disk));
        crash_tally_print(crash_operations[i].name, &tally);
        course_end(&course, disk);
    }
}

static void power_is_cut_again(void)
{
    uint64_t seeds = crash_count("STEWARD_CRASH_SEEDS", SEEDS);
    struct crash_tally tally = {0};
    char folder[280], path[300];
    for (unsigned i = 0; i < CRASH_OPERATIONS; i++) {
        struct disk_sim *disk = course_begin(&course, &crash_operations[i]);
        snprintf(folder, sizeof(folder), "%s/cut", course.scratch);
        snprintf(path, sizeof(path), "%s/store", folder);
        /* Every 11th cut in the ordinary run, each with one set of survivors. */
        for (size_t calls = i; calls <= disk_sim_calls(disk); calls += seeds > SEEDS ? 1 : 11) {
            CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0755), 0);
            disk_sim_cut(disk, calls, DISK_SIM_EXTREMES + calls, folder);
            survive_again(&course, path, &tally);
            kit_remove(folder);
        }
        course_end(&course, disk);
    }
    crash_tally_print("opening after a cut", &tally);
}

/* Every 37th call in the ordinary run. */
static void killed_then_cut(void)
{
    bool at_length = crash_count("STEWARD_CRASH_SEEDS", SEEDS) > SEEDS;
    struct crash_tally tally = {0};
    for (unsigned i = 0; i < CRASH_OPERATIONS; i++) {
        struct disk_sim *disk = course_begin(&course, &crash_operations[i]);
        size_t calls = disk_sim_calls(disk);
        for (size_t at = 1 + i; at < calls; at += at_length ? 1 : 37)
            kill_and_cut(&course, &crash_operations[i], at, at_length ? 3 : 2, &tally);
        course_end(&course, disk);
    }
    crash_tally_print("killed, then cut", &tally);
}

STW_SUITE(crash_power, {"power is cut", power_is_cut}, {"power is cut again", power_is_cut_again},
          {"killed, then cut", killed_then_cut});
