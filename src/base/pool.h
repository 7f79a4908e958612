/*
 * Work spread over threads with results in order: jobs are produced and consumed on the caller's
 * thread, in the same order, and worked on by any thread in between. However many threads there
 * are, consume sees the same jobs in the same order.
 *
 * Jobs are slots of a ring owned by the caller, so the queue is bounded: produce waits (by
 * consuming) while all slots are busy. With one thread no thread is started.
 */
#ifndef STW_BASE_POOL_H
#define STW_BASE_POOL_H

#include "base/error.h"

#include <stddef.h>

enum { STW_POOL_THREADS_MAX = 256 };

struct stw_pool_stages {
    void *context;
    /* Fills a job; STW_END: there are no more. Caller's thread. */
    int (*produce)(void *context, void *job, struct stw_error *err);
    /* Any thread; `worker` < thread_count names the thread, for scratch memory of its own. */
    int (*work)(void *context, unsigned worker, void *job, struct stw_error *err);
    /* Caller's thread, in the order of production; may be NULL. */
    int (*consume)(void *context, void *job, struct stw_error *err);
};

/*
 * Runs until produce says STW_END and everything is consumed, or until the first failure in the
 * order of jobs, which is returned; jobs under way are finished before. `jobs` holds job_count
 * slots of job_size bytes; twice the number of threads is a good count. A consume that returns
 * STW_END stops the run early without failure.
 */
int stw_pool_run(unsigned thread_count, void *jobs, unsigned job_count, size_t job_size,
                 const struct stw_pool_stages *stages, struct stw_error *err) STW_CHECKED;

/*
 * A pool that is fed: for who cannot hand over a produce and a consume. Jobs are the slots of a
 * ring here too; only the thread that created it calls these.
 *
 *     while ((job = stw_pool_slot(pool)) == NULL) { stw_pool_wait(pool, &done, err) ...;
 *                                                   stw_pool_pop(pool); }
 *     ... fill job ...
 *     stw_pool_push(pool);
 */
struct stw_pool;

typedef int stw_pool_work(void *context, unsigned worker, void *job, struct stw_error *err);

int stw_pool_create(struct stw_pool **out, unsigned thread_count, void *jobs, unsigned job_count,
                    size_t job_size, stw_pool_work *work, void *context,
                    struct stw_error *err) STW_CHECKED;
/* Jobs under way are finished, those that nobody began are dropped; NULL is fine. */
void stw_pool_free(struct stw_pool *pool);

void *stw_pool_slot(const struct stw_pool *pool); /* to fill; NULL: all slots are taken */
void stw_pool_push(struct stw_pool *pool);        /* it is filled */
/* Waits for the oldest job that was not popped: its status. STW_END: there is none. */
int stw_pool_wait(struct stw_pool *pool, void **job, struct stw_error *err) STW_CHECKED;
void stw_pool_pop(struct stw_pool *pool); /* frees the slot of that job */

/* Processors this process may use; at least 1. */
unsigned stw_pool_processors(void);

#endif
