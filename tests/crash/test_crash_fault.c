/*
 * The Nth mutating call of each operation fails, for every N until none does: once, as on a full
 * disk, or with all that follow, as in a crash that tears the write. The step that was under way
 * says so; what was acknowledged before is there, of that step all or nothing; the store opens,
 * verifies without damage and takes the next commit.
 */
#include "../support/test.h"
#include "crash_model.h"
#include "store/verify.h"

#include <errno.h>
#include <stdio.h>

static const struct {
    const char *kind;
    int errno_value;
    bool sticky, tear;
} faults[] = {
    {"fails once", EIO, false, false},
    {"disk stays full", ENOSPC, true, true},
    {"torn, then nothing", EIO, true, true}, /* at length only, and the next */
    {"disk full once", ENOSPC, false, true},
};
enum { FAULTS = sizeof(faults) / sizeof(faults[0]) };

/* The operation's states as text, after each step. */
static void print_states(const struct crash_operation *operation, struct crash_model *models,
                         struct stw_buffer *texts)
{
    struct crash_model model = {0};
    for (unsigned i = 0; i < operation->before_count; i++)
        crash_model_apply(&model, &operation->before[i]);
    for (unsigned i = 0; i <= operation->step_count; i++) {
        if (i > 0)
            crash_model_apply(&model, &operation->steps[i - 1]);
        models[i] = model;
        stw_buffer_init(&texts[i]);
        crash_model_print(&model, &texts[i]);
    }
}

static void make_before(const struct crash_operation *operation, char path[300])
{
    struct stw_error err = {0};
    struct stw_store *store;
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    for (unsigned i = 0; i < operation->before_count; i++)
        KIT_OK(crash_do(store, &operation->before[i], &err));
    stw_store_close(store);
}

/* Steps that were acknowledged. A failure says what to do where the disk is full. */
static unsigned steps_until_failure(const struct crash_operation *operation, const char *path,
                                    const struct stw_io *io, int errno_value)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = crash_options(io);
    unsigned done = 0;
    int status = stw_store_open(&store, path, STW_STORE_WRITE, &options, &err);
    bool opened = status == STW_OK;
    while (status == STW_OK && done < operation->step_count) {
        status = crash_do(store, &operation->steps[done], &err);
        done += status == STW_OK;
    }
    if (status != STW_OK)
        STW_EXPECT(status == (errno_value == ENOSPC ? STW_ERR_FULL : STW_ERR_IO) &&
                       (errno_value != ENOSPC || err.hint[0] != '\0'),
                   "%s: status %d, %s %s", operation->name, status, err.what, err.hint);
    if (opened)
        stw_store_close(store);
    return done;
}

static void check_after(const char *path, const struct crash_model *models,
                        const struct stw_buffer *texts, unsigned done, unsigned most,
                        struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = crash_options(NULL);
    struct stw_verify_result verified;
    struct stw_buffer got, want;
    unsigned now = most + 1;
    stw_buffer_init(&got);
    stw_buffer_init(&want);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, &options, &err));
    KIT_OK(crash_print_store(store, &got, &err));
    for (unsigned i = done; i <= done + 1 && i <= most; i++)
        if (stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&texts[i])))
            now = i;
    tally->tries++;
    tally->wrong += now > most;
    if (STW_EXPECT(now <= most, "%u steps done: another state (%s)", done, path)) {
        struct crash_model after = models[now];
        crash_model_apply(&after, &crash_last_load);
        crash_model_print(&after, &want);
        KIT_OK(crash_do(store, &crash_last_load, &err));
        stw_buffer_clear(&got);
        KIT_OK(crash_print_store(store, &got, &err));
        CU_ASSERT(stw_slice_equal(stw_buffer_slice(&got), stw_buffer_slice(&want)));
        KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
        tally->named += verified.findings > 0;
    }
    stw_store_close(store);
    stw_buffer_release(&got);
    stw_buffer_release(&want);
}

static void fail_operation(const struct crash_operation *operation, unsigned kind,
                           struct crash_tally *tally)
{
    struct crash_model models[CRASH_STEPS_MAX + 1];
    struct stw_buffer texts[CRASH_STEPS_MAX + 1];
    print_states(operation, models, texts);
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_io_fault fault;
        char path[300];
        make_before(operation, path);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.errno_value = faults[kind].errno_value;
        fault.sticky = faults[kind].sticky;
        fault.tear = faults[kind].tear;
        unsigned done = steps_until_failure(operation, path, &fault.io, fault.errno_value);
        fired = fault.fired;
        CU_ASSERT(fired || done == operation->step_count);
        check_after(path, models, texts, done, operation->step_count, tally);
        kit_remove(path);
    }
    for (unsigned i = 0; i <= operation->step_count; i++)
        stw_buffer_release(&texts[i]);
}

static void every_call_fails(void)
{
    unsigned kinds = crash_count("STEWARD_CRASH_SEEDS", 0) > 0 ? FAULTS : 2;
    for (unsigned kind = 0; kind < kinds; kind++) {
        struct crash_tally tally = {0};
        for (unsigned i = 0; i < CRASH_OPERATIONS; i++)
            fail_operation(&crash_operations[i], kind, &tally);
        STW_EXPECT(tally.tries > 200, "only %llu tries", (unsigned long long)tally.tries);
        crash_tally_print(faults[kind].kind, &tally);
    }
}

STW_SUITE(crash_fault, {"every call fails", every_call_fails});
