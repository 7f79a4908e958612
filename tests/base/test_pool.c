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

STW_SUITE(pool, {"keeps order", keeps_order},
          {"first failure in order wins", first_failure_in_order_wins},
          {"consumer may stop", consumer_may_stop});
