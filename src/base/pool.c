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

struct worker {
    struct stw_pool *pool;
    unsigned number;
    pthread_t thread;
};

struct stw_pool {
    stw_pool_work *work;
    void *context;
    char *jobs;
    size_t job_size;
    unsigned job_count;
    struct slot *slots;
    struct worker *workers;
    unsigned started;
    pthread_mutex_t mutex; /* guards all below but `consumed`, and slots[].done */
    pthread_cond_t ready;  /* for workers: a job, or closing */
    pthread_cond_t done;   /* for the caller: a job is done */
    uint64_t produced;
    uint64_t taken;
    uint64_t consumed; /* the caller's own */
    bool closing;
};

static void *job_at(const struct stw_pool *pool, uint64_t number)
{
    return pool->jobs + (number % pool->job_count) * pool->job_size;
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct stw_pool *pool = worker->pool;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (pool->taken == pool->produced && !pool->closing)
            pthread_cond_wait(&pool->ready, &pool->mutex);
        if (pool->taken == pool->produced)
            break;
        uint64_t number = pool->taken++;
        struct slot *slot = &pool->slots[number % pool->job_count];
        pthread_mutex_unlock(&pool->mutex);
        slot->status = pool->work(pool->context, worker->number, job_at(pool, number), &slot->err);
        pthread_mutex_lock(&pool->mutex);
        slot->done = true;
        pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* ---- A pool that is fed ---------------------------------------------------------------------- */

static int start(struct stw_pool *pool, unsigned thread_count, struct stw_error *err)
{
    for (; pool->started < thread_count; pool->started++) {
        struct worker *worker = &pool->workers[pool->started];
        worker->pool = pool;
        worker->number = pool->started;
        int failed = pthread_create(&worker->thread, NULL, worker_main, worker);
        if (failed != 0)
            return stw_fail_errno(err, failed, "cannot start a thread");
    }
    return STW_OK;
}

int stw_pool_create(struct stw_pool **out, unsigned thread_count, void *jobs, unsigned job_count,
                    size_t job_size, stw_pool_work *work, void *context, struct stw_error *err)
{
    assert(thread_count >= 1 && thread_count <= STW_POOL_THREADS_MAX && job_count >= 1);
    struct stw_pool *pool = stw_alloc_zero(1, sizeof(*pool));
    if (pool == NULL)
        return stw_fail_memory(err, sizeof(*pool));
    *pool = (struct stw_pool){
        .work = work,
        .context = context,
        .jobs = jobs,
        .job_size = job_size,
        .job_count = job_count,
        .slots = stw_alloc_zero(job_count, sizeof(*pool->slots)),
        .workers = stw_alloc_zero(thread_count, sizeof(*pool->workers)),
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .ready = PTHREAD_COND_INITIALIZER,
        .done = PTHREAD_COND_INITIALIZER,
    };
    int status = pool->workers == NULL || pool->slots == NULL
                     ? stw_fail_memory(err, thread_count * sizeof(*pool->workers))
                     : start(pool, thread_count, err);
    if (status < 0)
        stw_pool_free(pool);
    else
        *out = pool;
    return status;
}

void stw_pool_free(struct stw_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pool->taken = pool->produced; /* after a failure nobody needs the jobs that wait */
    pthread_cond_broadcast(&pool->ready);
    pthread_mutex_unlock(&pool->mutex);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    stw_free(pool->slots);
    stw_free(pool->workers);
    stw_free(pool);
}

void *stw_pool_slot(const struct stw_pool *pool)
{
    return pool->produced - pool->consumed < pool->job_count ? job_at(pool, pool->produced) : NULL;
}

void stw_pool_push(struct stw_pool *pool)
{
    struct slot *slot = &pool->slots[pool->produced % pool->job_count];
    slot->done = false;
    stw_error_clear(&slot->err);
    pthread_mutex_lock(&pool->mutex);
    pool->produced++;
    pthread_cond_signal(&pool->ready);
    pthread_mutex_unlock(&pool->mutex);
}

int stw_pool_wait(struct stw_pool *pool, void **job, struct stw_error *err)
{
    if (pool->consumed == pool->produced)
        return STW_END;
    struct slot *slot = &pool->slots[pool->consumed % pool->job_count];
    pthread_mutex_lock(&pool->mutex);
    while (!slot->done)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    *job = job_at(pool, pool->consumed);
    if (slot->status < 0 && err != NULL)
        *err = slot->err;
    return slot->status < 0 ? slot->status : STW_OK;
}

void stw_pool_pop(struct stw_pool *pool)
{
    assert(pool->consumed < pool->produced);
    pool->consumed++;
}

/* ---- One that runs --------------------------------------------------------------------------- */

static int consume(const struct stw_pool_stages *stages, void *job, struct stw_error *err)
{
    return stages->consume == NULL ? STW_OK : stages->consume(stages->context, job, err);
}

/* Waits for the oldest job and consumes it; STW_END: there is none, or no more are wanted. */
static int consume_one(struct stw_pool *pool, const struct stw_pool_stages *stages,
                       struct stw_error *err)
{
    void *job;
    int status = stw_pool_wait(pool, &job, err);
    if (status != STW_OK)
        return status;
    status = consume(stages, job, err);
    stw_pool_pop(pool);
    return status;
}

static int drive(struct stw_pool *pool, const struct stw_pool_stages *stages, struct stw_error *err)
{
    int status = STW_OK;
    bool ended = false;
    while (!ended || pool->consumed < pool->produced) {
        void *job = ended ? NULL : stw_pool_slot(pool);
        if (job != NULL) {
            status = stages->produce(stages->context, job, err);
            ended = status != STW_OK;
            if (!ended)
                stw_pool_push(pool);
            if (status >= 0)
                continue;
            /* Jobs before the failing one come first in order, so their failures win. */
            struct stw_error earlier;
            while (pool->consumed < pool->produced) {
                int consumed = consume_one(pool, stages, &earlier);
                if (consumed < 0 && err != NULL)
                    *err = earlier;
                if (consumed != STW_OK)
                    return consumed > 0 ? STW_OK : consumed;
            }
            return status;
        }
        status = consume_one(pool, stages, err);
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
            status = consume(stages, job, err);
        if (status != STW_OK)
            return status > 0 ? STW_OK : status;
    }
}

int stw_pool_run(unsigned thread_count, void *jobs, unsigned job_count, size_t job_size,
                 const struct stw_pool_stages *stages, struct stw_error *err)
{
    struct stw_pool *pool;
    if (thread_count == 1)
        return run_inline(jobs, stages, err);
    STW_TRY(stw_pool_create(&pool, thread_count, jobs, job_count, job_size, stages->work,
                            stages->context, err));
    int status = drive(pool, stages, err);
    stw_pool_free(pool);
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
