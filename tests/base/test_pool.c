/* The ordered pool: same results for any number of threads, failures in order, bounded jobs. */
#include "base/pool.h"

#include "../support/test.h"

enum { JOBS = 500 };

struct job {
    unsigned number;
    uint64_t result;
};

struct run {
    unsigned produced;
    unsigned consumed;
    unsigned produce_fails_at; /* 0: never */
    unsigned work_fails_at;
    unsigned consume_stops_at;
    bool in_order;
    uint64_t sum;
};

static int produce(void *context, void *slot, struct stw_error *err)
{
    struct run *run = context;
    struct job *job = slot;
    if (run->produced == JOBS)
        return STW_END;
    job->number = ++run->produced;
    if (job->number == run->produce_fails_at)
        return stw_fail(err, STW_ERR_IO, "produce %u", job->number);
    return STW_OK;
}

static int work(void *context, unsigned worker, void *slot, struct stw_error *err)
{
    const struct run *run = context;
    struct job *job = slot;
    (void)worker;
    uint64_t state = job->number;
    for (unsigned i = 0; i < (job->number % 7) * 200; i++)
        stw_test_random(&state);
    job->result = (uint64_t)job->number * job->number;
    if (run->work_fails_at != 0 && job->number >= run->work_fails_at)
        return stw_fail(err, STW_ERR_LIMIT, "work %u", job->number);
    return STW_OK;
}

static int consume(void *context, void *slot, struct stw_error *err)
{
    struct run *run = context;
    const struct job *job = slot;
    (void)err;
    run->in_order = run->in_order && job->number == run->consumed + 1;
    run->consumed++;
    run->sum += job->result;
    return run->consumed == run->consume_stops_at ? STW_END : STW_OK;
}

static int run_with(struct run *run, unsigned threads, struct stw_error *err)
{
    struct job jobs[8];
    run->in_order = true;
    const struct stw_pool_stages stages = {run, produce, work, consume};
    return stw_pool_run(threads, jobs, threads > 4 ? 8 : 3, sizeof(jobs[0]), &stages, err);
}

static void keeps_order(void)
{
    for (unsigned threads = 1; threads <= 8; threads++) {
        struct run run = {0};
        CU_ASSERT_EQUAL(run_with(&run, threads, NULL), STW_OK);
        CU_ASSERT(run.in_order);
        CU_ASSERT_EQUAL(run.consumed, JOBS);
        CU_ASSERT_EQUAL(run.sum, 41791750); /* n(n+1)(2n+1)/6 for n = 500 */
    }
}

static void first_failure_in_order_wins(void)
{
    for (unsigned threads = 1; threads <= 6; threads++) {
        struct stw_error err = {0};
        struct run run = {.work_fails_at = 123};
        CU_ASSERT_EQUAL(run_with(&run, threads, &err), STW_ERR_LIMIT);
        CU_ASSERT_STRING_EQUAL(err.what, "work 123");
        CU_ASSERT_EQUAL(run.consumed, 122);
        struct run late = {.produce_fails_at = 50};
        CU_ASSERT_EQUAL(run_with(&late, threads, &err), STW_ERR_IO);
        CU_ASSERT_STRING_EQUAL(err.what, "produce 50");
        CU_ASSERT_EQUAL(late.consumed, 49);
        struct run both = {.produce_fails_at = 50, .work_fails_at = 49};
        CU_ASSERT_EQUAL(run_with(&both, threads, &err), STW_ERR_LIMIT);
        CU_ASSERT_STRING_EQUAL(err.what, "work 49");
    }
}

static void consumer_may_stop(void)
{
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct run run = {.consume_stops_at = 10};
        CU_ASSERT_EQUAL(run_with(&run, threads, NULL), STW_OK);
        CU_ASSERT_EQUAL(run.consumed, 10);
    }
}

/* ---- Fed ------------------------------------------------------------------------------------- */

static unsigned wait_for_one(struct stw_pool *pool, struct run *run)
{
    void *job;
    struct stw_error err;
    int status = stw_pool_wait(pool, &job, &err);
    if (status == STW_OK)
        status = consume(run, job, NULL);
    if (status == STW_OK)
        stw_pool_pop(pool);
    return status == STW_OK;
}

static void keeps_order_when_fed(void)
{
    for (unsigned threads = 1; threads <= 8; threads++) {
        struct run run = {.in_order = true};
        struct stw_pool *pool;
        struct job jobs[5], *job;
        CU_ASSERT_EQUAL_FATAL(
            stw_pool_create(&pool, threads, jobs, 5, sizeof(*job), work, &run, NULL), STW_OK);
        while (run.produced < JOBS) {
            while ((job = stw_pool_slot(pool)) == NULL)
                wait_for_one(pool, &run);
            CU_ASSERT_EQUAL(produce(&run, job, NULL), STW_OK);
            stw_pool_push(pool);
        }
        while (wait_for_one(pool, &run))
            ;
        CU_ASSERT(run.in_order);
        CU_ASSERT_EQUAL(run.consumed, JOBS);
        CU_ASSERT_EQUAL(run.sum, 41791750);
        stw_pool_free(pool);
    }
}

/* A pool freed with jobs that nobody waited for. */
static void may_be_left_early(void)
{
    struct run run = {.work_fails_at = 2};
    struct stw_pool *pool;
    struct stw_error err;
    struct job jobs[4];
    void *job;
    CU_ASSERT_EQUAL_FATAL(stw_pool_create(&pool, 2, jobs, 4, sizeof(jobs[0]), work, &run, NULL),
                          STW_OK);
    CU_ASSERT_EQUAL(stw_pool_wait(pool, &job, &err), STW_END);
    for (int i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(produce(&run, stw_pool_slot(pool), NULL), STW_OK);
        stw_pool_push(pool);
    }
    CU_ASSERT_EQUAL(stw_pool_slot(pool), NULL);
    CU_ASSERT_EQUAL(stw_pool_wait(pool, &job, &err), STW_OK);
    CU_ASSERT_EQUAL(job, &jobs[0]);
    stw_pool_pop(pool);
    CU_ASSERT_EQUAL(stw_pool_wait(pool, &job, &err), STW_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(err.what, "work 2");
    stw_pool_free(pool);
}

STW_SUITE(pool, {"keeps order", keeps_order},
          {"first failure in order wins", first_failure_in_order_wins},
          {"consumer may stop", consumer_may_stop}, {"keeps order when fed", keeps_order_when_fed},
          {"may be left early", may_be_left_early});
