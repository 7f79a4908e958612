/* Many threads append to one journal: everything acknowledged is there once, in each thread's
 * order; one sync serves many; a failed sync ends them all. */
#include "journal_kit.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

enum { THREADS = 8, EACH = 120 };

struct appender {
    pthread_t thread;
    struct stw_journal *journal;
    uint32_t number; /* of the thread */
    uint32_t acknowledged;
    int durability; /* -1: one after the other */
    int status;
};

static void *append_some(void *context)
{
    struct appender *appender = context;
    struct stw_error err = {0};
    for (uint32_t i = 0; i < EACH && appender->status == STW_OK; i++) {
        int durability = appender->durability < 0 ? (int)(i % 3) : appender->durability;
        appender->status = jkit_append(appender->journal, appender->number * EACH + i,
                                       (enum stw_durability)durability, &err);
        appender->acknowledged += appender->status == STW_OK;
    }
    return NULL;
}

static void run_appenders(struct stw_journal *journal, struct appender *appenders, int durability)
{
    for (uint32_t i = 0; i < THREADS; i++) {
        appenders[i] = (struct appender){.journal = journal, .number = i, .durability = durability};
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&appenders[i].thread, NULL, append_some, &appenders[i]), 0);
    }
}

static void join_appenders(struct appender *appenders)
{
    for (uint32_t i = 0; i < THREADS; i++)
        pthread_join(appenders[i].thread, NULL);
}

/* Each thread's records are there from its first on, without a gap: at least those that were
 * acknowledged, at most one more. */
static void check_records(struct jkit *kit, const struct appender *appenders)
{
    static uint32_t numbers[THREADS * EACH];
    uint32_t next[THREADS] = {0};
    uint32_t count = jkit_read(kit, (struct stw_journal_position){0, 0}, numbers, THREADS * EACH);
    CU_ASSERT_EQUAL(kit->note_count, 0);
    for (uint32_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(numbers[i] % EACH, next[numbers[i] / EACH]);
        next[numbers[i] / EACH]++;
    }
    for (uint32_t i = 0; i < THREADS; i++)
        CU_ASSERT(next[i] == appenders[i].acknowledged || next[i] == appenders[i].acknowledged + 1);
}

static int slow_sync(void *context, int fd)
{
    (void)context;
    (void)fd;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return 0;
}

/* A sync takes a millisecond here, long enough for all others to append meanwhile. */
static void one_sync_serves_many(void)
{
    for (int durability = STW_DURABILITY_NONE; durability <= STW_DURABILITY_ALWAYS; durability++) {
        struct stw_error err = {0};
        struct stw_io io = *stw_io_system();
        struct stw_journal *journal;
        struct appender appenders[THREADS];
        struct jkit kit;
        jkit_init(&kit);
        io.fdatasync = slow_sync;
        kit.options.io = &io;
        kit.options.file_bytes = 1 << 20;
        CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
        run_appenders(journal, appenders, durability);
        join_appenders(appenders);
        struct stw_journal_counts counts = stw_journal_counts(journal);
        stw_journal_close(journal);
        check_records(&kit, appenders);
        CU_ASSERT_EQUAL(counts.appends, THREADS * EACH);
        if (durability == STW_DURABILITY_NONE) {
            CU_ASSERT_EQUAL(counts.syncs, 0);
            continue;
        }
        STW_EXPECT(counts.syncs >= EACH / 2 && counts.syncs < counts.appends / 2,
                   "%llu syncs for %llu appends", (unsigned long long)counts.syncs,
                   (unsigned long long)counts.appends);
    }
}

static void batch_waits_for_others(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct appender appenders[THREADS];
    struct jkit kit;
    jkit_init(&kit);
    kit.options.file_bytes = 1 << 20;
    kit.options.group_wait_ns = 20 * STW_NS_PER_MS;
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    int64_t begun_ns = stw_clock_monotonic_ns();
    CU_ASSERT_EQUAL(jkit_append(journal, 0, STW_DURABILITY_BATCH, &err), STW_OK);
    CU_ASSERT(stw_clock_monotonic_ns() - begun_ns >= 20 * STW_NS_PER_MS);
    stw_journal_close(journal);
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    run_appenders(journal, appenders, -1); /* those who do not wait let nobody else wait */
    join_appenders(appenders);
    stw_journal_close(journal);
    check_records(&kit, appenders);
}

/* Small files change often; another thread archives them meanwhile. */
static void files_change_meanwhile(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct appender appenders[THREADS];
    struct jkit kit;
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    run_appenders(journal, appenders, STW_DURABILITY_NONE);
    for (int i = 0; i < 20; i++)
        CU_ASSERT_EQUAL(stw_journal_maintain(journal, (struct stw_journal_position){0, 0}, &err),
                        STW_OK);
    join_appenders(appenders);
    CU_ASSERT(stw_journal_counts(journal).files > 20);
    stw_journal_close(journal);
    check_records(&kit, appenders);
}

static void a_failure_ends_all(void)
{
    for (uint64_t nth = 1; nth < 60; nth++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct stw_journal *journal;
        struct appender appenders[THREADS];
        struct jkit kit;
        jkit_init(&kit);
        stw_io_fault_init(&fault);
        kit.options.io = &fault.io;
        CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
        fault.fail_at = fault.calls + nth;
        fault.tear = nth % 2 == 0;
        run_appenders(journal, appenders, STW_DURABILITY_ALWAYS);
        join_appenders(appenders);
        stw_journal_close(journal);
        for (uint32_t i = 0; i < THREADS; i++)
            CU_ASSERT_EQUAL(appenders[i].status, STW_ERR_IO);
        kit.options.io = NULL;
        check_records(&kit, appenders);
    }
}

STW_SUITE(journal_group, {"one sync serves many", one_sync_serves_many},
          {"batch waits for others", batch_waits_for_others},
          {"files change meanwhile", files_change_meanwhile},
          {"a failure ends all", a_failure_ends_all});
