/*
 * The ordered pool: a ring of slots that go free -> ready -> busy -> done -> free. Three counters
 * (produced, taken, consumed) say which slot is which; one mutex guards them, because a job is a
 * block of rows at least and the lock is never the cost.
 */
#include "base/pool.h"

#include "base/memory.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

struct slot {
    bool done;
    int status;
    struct stw_error err;
};

struct pool {
    const struct stw_pool_stages *stages;
    char *jobs;
    size_t job_size;
    unsigned job_count;
    struct slot *slots;
    pthread_mutex_t mutex; /* guards all below and slots[].done */
    pthread_cond_t ready;  /* for workers: a job, or closing */
    pthread_cond_t done;   /* for the caller: a job is done */
    uint64_t produced;
    uint64_t taken;
    uint64_t consumed;
    bool closing;
};

struct worker {
    struct pool *pool;
    unsigned number;
    pthread_t thread;
};

static void *job_at(const struct pool *pool, uint64_t number)
{
    return pool->jobs + (number % pool->job_count) * pool->job_size;
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (pool->taken == pool->produced && !pool->closing)
            pthread_cond_wait(&pool->ready, &pool->mutex);
        if (pool->taken == pool->produced)
            break;
        uint64_t number = pool->taken++;
        struct slot *slot = &pool->slots[number % pool->job_count];
        pthread_mutex_unlock(&pool->mutex);
        slot->status = pool->stages->work(pool->stages->context, worker->number,
                                          job_at(pool, number), &slot->err);
        pthread_mutex_lock(&pool->mutex);
        slot->done = true;
        pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* Waits for the oldest job and consumes it. */
static int consume_one(struct pool *pool, struct stw_error *err)
{
    struct slot *slot = &pool->slots[pool->consumed % pool->job_count];
    pthread_mutex_lock(&pool->mutex);
    while (!slot->done)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    if (slot->status < 0) {
        if (err != NULL)
            *err = slot->err;
        return slot->status;
    }
    int status = pool->stages->consume(pool->stages->context, job_at(pool, pool->consumed), err);
    pool->consumed++;
    return status;
}

static int produce_one(struct pool *pool, struct stw_error *err)
{
    int status = pool->stages->produce(pool->stages->context, job_at(pool, pool->produced), err);
    if (status != STW_OK)
        return status;
    struct slot *slot = &pool->slots[pool->produced % pool->job_count];
    slot->done = false;
    stw_error_clear(&slot->err);
    pthread_mutex_lock(&pool->mutex);
    pool->produced++;
    pthread_cond_signal(&pool->ready);
    pthread_mutex_unlock(&pool->mutex);
    return STW_OK;
}

static int drive(struct pool *pool, struct stw_error *err)
{
    int status = STW_OK;
    bool ended = false;
    while (!ended || pool->consumed < pool->produced) {
        if (!ended && pool->produced - pool->consumed < pool->job_count) {
            status = produce_one(pool, err);
            ended = status != STW_OK;
            if (status >= 0)
                continue;
            /* Jobs before the failing one come first in order, so their failures win. */
            struct stw_error earlier;
            while (pool->consumed < pool->produced) {
                int consumed = consume_one(pool, &earlier);
                if (consumed < 0 && err != NULL)
                    *err = earlier;
                if (consumed != STW_OK)
                    return consumed > 0 ? STW_OK : consumed;
            }
            return status;
        }
        status = consume_one(pool, err);
        if (status != STW_OK)
            return status > 0 ? STW_OK : status;
    }
    return STW_OK;
}

static int run_inline(void *job, const struct stw_pool_stages *stages, struct stw_error *err)
{
    for (;;) {
        int status = stages->produce(stages->context, job, err);
        if (status == STW_OK)
            status = stages->work(stages->context, 0, job, err);
        if (status >= 0 && status != STW_END)
            status = stages->consume(stages->context, job, err);
        if (status != STW_OK)
            return status > 0 ? STW_OK : status;
    }
}

int stw_pool_run(unsigned thread_count, void *jobs, unsigned job_count, size_t job_size,
                 const struct stw_pool_stages *stages, struct stw_error *err)
{
    assert(thread_count >= 1 && thread_count <= STW_POOL_THREADS_MAX && job_count >= 1);
    if (thread_count == 1)
        return run_inline(jobs, stages, err);
    struct pool pool = {
        .stages = stages,
        .jobs = jobs,
        .job_size = job_size,
        .job_count = job_count,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .ready = PTHREAD_COND_INITIALIZER,
        .done = PTHREAD_COND_INITIALIZER,
    };
    struct worker *workers = stw_alloc_zero(thread_count, sizeof(*workers));
    pool.slots = stw_alloc_zero(job_count, sizeof(*pool.slots));
    int status = STW_OK;
    unsigned started = 0;
    if (workers == NULL || pool.slots == NULL)
        status = stw_fail_memory(err, thread_count * sizeof(*workers));
    for (; status == STW_OK && started < thread_count; started++) {
        workers[started].pool = &pool;
        workers[started].number = started;
        int failed = pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]);
        if (failed != 0) {
            status = stw_fail_errno(err, failed, "cannot start a thread");
            break;
        }
    }
    if (status == STW_OK)
        status = drive(&pool, err);
    pthread_mutex_lock(&pool.mutex);
    pool.closing = true;
    pool.taken = pool.produced; /* after a failure nobody needs the jobs that wait */
    pthread_cond_broadcast(&pool.ready);
    pthread_mutex_unlock(&pool.mutex);
    for (unsigned i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    stw_free(pool.slots);
    stw_free(workers);
    return status;
}

unsigned stw_pool_processors(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
        return 1;
    int count = CPU_COUNT(&allowed);
    if (count < 1)
        return 1;
    return count > STW_POOL_THREADS_MAX ? STW_POOL_THREADS_MAX : (unsigned)count;
}
