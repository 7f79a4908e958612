/*
 * Readers in other processes beside a writer that ingests, streams and flushes, erases, makes
 * snapshots, compacts and drops partitions, round after round. Every answer is one of the committed
 * states: not older than what was done when the reader began to look, not newer than what was begun
 * when it had looked. A view that is kept shows the same for as long as it is open, a snapshot for
 * as long as it is there. Each operation is also run alone beside readers, so that none hides
 * behind the others.
 */
#include "../store/store_kit.h"
#include "../support/test.h"
#include "crash_model.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEPS_MAX = 100, KINDS = 3, READS_LEAST = 1, PATIENCE_MS = 30000 };

/* Shared by the processes. */
struct shared {
    atomic_uint begun, done; /* steps */
    atomic_uint reads[KINDS], wrong[KINDS], failed[KINDS];
    char words[KINDS][200]; /* of the first failure */
};

struct course {
    char path[300];
    struct crash_step steps[STEPS_MAX];
    unsigned count;
    struct stw_buffer live[STEPS_MAX + 1];   /* after so many steps */
    struct stw_buffer pinned[STEPS_MAX + 1]; /* what snapshot "one" shows then; empty: not there */
    struct shared *shared;
};

/* ---- The course ------------------------------------------------------------------------------ */

static void add(struct course *course, struct crash_step step)
{
    CU_ASSERT_FATAL(course->count < STEPS_MAX);
    course->steps[course->count++] = step;
}

/* One round of everything; loads differ from round to round. */
static void add_round(struct course *course, int round)
{
    int first = 700 + round * 7 % 30;
    add(course, (struct crash_step){.action = CRASH_LOAD, .load = {3, first, 60, 0}});
    add(course, (struct crash_step){.action = CRASH_STREAM, .load = {5, first + 5, 50, 0}});
    add(course, (struct crash_step){.action = CRASH_SNAPSHOT, .name = "one"});
    add(course,
        (struct crash_step){
            .action = CRASH_ERASE, .meter = 1, .from = first + 8, .to = first + 20 + round});
    add(course, (struct crash_step){.action = CRASH_LOAD, .load = {4, first + 11, 40, 0}});
    add(course, (struct crash_step){.action = CRASH_COMPACT});
    add(course, (struct crash_step){.action = CRASH_CHECKPOINT});
    add(course, (struct crash_step){.action = CRASH_STREAM, .load = {2, first + 2, 60, 0}});
    add(course, (struct crash_step){.action = CRASH_DROP});
}

static void add_alone(struct course *course, enum crash_action action, int round)
{
    int first = 700 + round * 7 % 30;
    struct crash_step load = {.action = CRASH_LOAD, .load = {5, first, 60, 0}};
    switch (action) {
    case CRASH_LOAD:
    case CRASH_STREAM:
        load.action = action;
        load.load.first += round % 2;
        add(course, load);
        break;
    case CRASH_ERASE:
        add(course, (struct crash_step){
                        .action = action, .meter = 2, .from = 720 + round, .to = 721 + round});
        break;
    case CRASH_SNAPSHOT: /* it is there for two rounds */
        add(course, load);
        add(course,
            (struct crash_step){.action = round % 2 == 0 ? action : CRASH_DROP, .name = "one"});
        break;
    case CRASH_COMPACT:
    case CRASH_DROP:
    case CRASH_CHECKPOINT:
        add(course, load);
        add(course, (struct crash_step){.action = action});
        break;
    }
}

static void print_states(struct course *course)
{
    struct crash_model model = {0};
    for (unsigned i = 0; i <= course->count; i++) {
        struct crash_model pinned = {0};
        if (i > 0)
            crash_model_apply(&model, &course->steps[i - 1]);
        stw_buffer_init(&course->live[i]);
        stw_buffer_init(&course->pinned[i]);
        struct crash_model live = {.live = model.live};
        crash_model_print(&live, &course->live[i]);
        if (model.snapshot_count == 0)
            continue;
        pinned.live = model.snapshots[0];
        stw_buffer_printf(&course->pinned[i], "one\n");
        crash_model_print(&pinned, &course->pinned[i]);
    }
}

/* ---- Readers: in processes of their own, without CUnit --------------------------------------- */

static int print_view(struct stw_store *store, const char *as_of, struct stw_buffer *out,
                      struct stw_error *err)
{
    struct stw_view *view;
    STW_TRY(stw_view_open(store, as_of, &view, err));
    int status = kit_print(view, out, err);
    stw_view_close(view);
    return status;
}

static void tell(struct shared *shared, int kind, atomic_uint *counter, const char *words)
{
    if (atomic_fetch_add(counter, 1) == 0)
        snprintf(shared->words[kind], sizeof(shared->words[kind]), "%.190s", words);
}

/* Whether it is a state after some number of steps in [from, to]. */
static bool is_state(const struct stw_buffer *states, unsigned from, unsigned to,
                     const struct stw_buffer *got)
{
    for (unsigned i = from; i <= to; i++) {
        if (stw_slice_equal(stw_buffer_slice(&states[i]), stw_buffer_slice(got)))
            return true;
    }
    return false;
}

/* Kind 0 opens the store for each look, kind 1 keeps it open; they look at the present rows. */
static void look_at_present(const struct course *course, int kind, struct stw_store **store)
{
    struct shared *shared = course->shared;
    struct stw_error err = {0};
    struct stw_buffer got;
    unsigned from = atomic_load(&shared->done);
    int status = STW_OK;
    stw_buffer_init(&got);
    if (*store == NULL)
        status = stw_store_open(store, course->path, STW_STORE_READ, NULL, &err);
    if (status == STW_OK)
        status = print_view(*store, NULL, &got, &err);
    unsigned to = atomic_load(&shared->begun);
    if (status != STW_OK)
        tell(shared, kind, &shared->failed[kind], err.what);
    else if (!is_state(course->live, from, to, &got))
        tell(shared, kind, &shared->wrong[kind], "no state that was committed");
    atomic_fetch_add(&shared->reads[kind], 1);
    stw_buffer_release(&got);
    if (kind == 0) {
        stw_store_close(*store);
        *store = NULL;
    }
}

/* A view is kept while the writer goes on, and read twice. */
static int keep_view(const struct course *course, int kind, struct stw_store *store,
                     struct stw_error *err)
{
    struct shared *shared = course->shared;
    struct stw_view *view;
    struct stw_buffer first, second;
    STW_TRY(stw_view_open(store, NULL, &view, err));
    stw_buffer_init(&first);
    stw_buffer_init(&second);
    int status = kit_print(view, &first, err);
    unsigned now = atomic_load(&shared->done);
    for (int i = 0; i < 20 && atomic_load(&shared->done) < now + 2; i++)
        usleep(1000);
    if (status == STW_OK)
        status = kit_print(view, &second, err);
    if (status == STW_OK && !stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&second)))
        tell(shared, kind, &shared->wrong[kind], "a view has changed");
    stw_view_close(view);
    stw_buffer_release(&first);
    stw_buffer_release(&second);
    return status;
}

static int look_at_snapshot(const struct course *course, int kind, struct stw_store *store,
                            struct stw_error *err)
{
    struct shared *shared = course->shared;
    struct stw_buffer pinned;
    unsigned from = atomic_load(&shared->done);
    stw_buffer_init(&pinned);
    stw_buffer_printf(&pinned, "one\n");
    int status = print_view(store, "one", &pinned, err);
    if (status == STW_ERR_NOT_FOUND) {
        stw_buffer_clear(&pinned);
        status = STW_OK;
    }
    if (status == STW_OK && !is_state(course->pinned, from, atomic_load(&shared->begun), &pinned))
        tell(shared, kind, &shared->wrong[kind], "the snapshot has changed");
    stw_buffer_release(&pinned);
    return status;
}

/* Kind 2. */
static void look_twice(const struct course *course, int kind)
{
    struct shared *shared = course->shared;
    struct stw_error err = {0};
    struct stw_store *store = NULL;
    int status = stw_store_open(&store, course->path, STW_STORE_READ, NULL, &err);
    if (status == STW_OK)
        status = keep_view(course, kind, store, &err);
    if (status == STW_OK)
        status = look_at_snapshot(course, kind, store, &err);
    if (status != STW_OK)
        tell(shared, kind, &shared->failed[kind], err.what);
    atomic_fetch_add(&shared->reads[kind], 1);
    stw_store_close(store);
}

static void read_until_done(const struct course *course, int kind)
{
    struct stw_store *store = NULL;
    while (atomic_load(&course->shared->done) < course->count) {
        if (kind < 2)
            look_at_present(course, kind, &store);
        else
            look_twice(course, kind);
    }
    stw_store_close(store);
    _exit(0);
}

/* ---- Together -------------------------------------------------------------------------------- */

/* Waits, within reason, until each reader has looked once more. */
static void let_them_look(struct shared *shared)
{
    unsigned before[KINDS];
    for (int kind = 0; kind < KINDS; kind++)
        before[kind] = atomic_load(&shared->reads[kind]);
    /* However slow the machine, each has looked once before the writer goes on. */
    int most = (before[0] == 0 || before[1] == 0 ? PATIENCE_MS : 40) * 5;
    for (int i = 0; i < most; i++) {
        if (atomic_load(&shared->reads[0]) > before[0] &&
            atomic_load(&shared->reads[1]) > before[1])
            return;
        usleep(200);
    }
}

static void write_steps(struct course *course)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = crash_options(NULL);
    KIT_OK(stw_store_open(&store, course->path, STW_STORE_WRITE, &options, &err));
    for (unsigned i = 0; i < course->count; i++) {
        atomic_store(&course->shared->begun, i + 1);
        int status = crash_do(store, &course->steps[i], &err);
        STW_EXPECT(status == STW_OK, "step %u: %s", i, err.what);
        atomic_store(&course->shared->done, i + 1);
        if (i % 3 == 0)
            let_them_look(course->shared);
    }
    stw_store_close(store);
}

static void run_beside_readers(struct course *course, const char *kind)
{
    struct stw_error err = {0};
    struct crash_tally tally = {0};
    pid_t readers[KINDS];
    int code;
    print_states(course);
    kit_path(course->path);
    KIT_OK(kit_create(course->path, NULL, &err));
    course->shared = mmap(NULL, sizeof(*course->shared), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CU_ASSERT_FATAL(course->shared != MAP_FAILED);
    for (int i = 0; i < KINDS; i++) {
        readers[i] = fork();
        CU_ASSERT_FATAL(readers[i] >= 0);
        if (readers[i] == 0)
            read_until_done(course, i);
    }
    write_steps(course);
    for (int i = 0; i < KINDS; i++) {
        const struct shared *shared = course->shared;
        CU_ASSERT_EQUAL(waitpid(readers[i], &code, 0), readers[i]);
        STW_EXPECT(WIFEXITED(code) && WEXITSTATUS(code) == 0, "%s: reader %d ended with %d", kind,
                   i, code);
        STW_EXPECT(shared->wrong[i] + shared->failed[i] == 0,
                   "%s: reader %d: %u wrong, %u failed: %s", kind, i, shared->wrong[i],
                   shared->failed[i], shared->words[i]);
        STW_EXPECT(shared->reads[i] >= READS_LEAST || i == 2, "%s: reader %d looked %u times", kind,
                   i, shared->reads[i]);
        tally.tries += shared->reads[i];
        tally.losses += shared->failed[i];
        tally.wrong += shared->wrong[i];
    }
    crash_tally_print(kind, &tally);
    munmap(course->shared, sizeof(*course->shared));
    for (unsigned i = 0; i <= course->count; i++) {
        stw_buffer_release(&course->live[i]);
        stw_buffer_release(&course->pinned[i]);
    }
}

static struct course course; /* of the running test; large */

static void beside_each(void)
{
    static const struct {
        enum crash_action action;
        const char *kind;
    } alone[] = {{CRASH_LOAD, "readers beside ingest"},
                 {CRASH_STREAM, "readers beside flush"},
                 {CRASH_ERASE, "readers beside erasure"},
                 {CRASH_SNAPSHOT, "readers beside snapshot"},
                 {CRASH_COMPACT, "readers beside compaction"},
                 {CRASH_DROP, "readers beside retention"},
                 {CRASH_CHECKPOINT, "readers beside a new manifest"}};
    for (unsigned i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
        memset(&course, 0, sizeof(course));
        if (alone[i].action == CRASH_ERASE) /* it needs rows */
            add(&course, (struct crash_step){.action = CRASH_LOAD, .load = {5, 700, 90, 0}});
        for (int round = 0; round < 20; round++)
            add_alone(&course, alone[i].action, round);
        run_beside_readers(&course, alone[i].kind);
    }
}

static void beside_everything(void)
{
    uint64_t times = crash_count("STEWARD_CRASH_SEEDS", 1);
    for (uint64_t i = 0; i < times; i++) {
        memset(&course, 0, sizeof(course));
        for (int round = 0; round < 10; round++)
            add_round(&course, round);
        run_beside_readers(&course, "readers beside everything");
    }
}

STW_SUITE(crash_readers, {"beside each", beside_each}, {"beside everything", beside_everything});
