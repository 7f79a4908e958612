/*
 * A process that streams into a store is killed at random points, again and again: while it opens,
 * appends, begins and archives journal files, flushes. What it had acknowledged over a pipe is
 * there afterwards; of the rest at most the one batch under way, whole.
 *
 * STEWARD_CRASH_KILLS: how many; 200 in the ordinary run.
 */
#include "../store/store_kit.h"
#include "../store/stream_kit.h"
#include "../support/test.h"
#include "crash_model.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLS = 200, KILLS_A_STORE = 10, FLUSH_EVERY = 17 };

/* The child: never returns. A failure shows as an exit code. */
static void stream_until_killed(const char *path, uint32_t from, int pipe_end)
{
    struct stw_error err = {0};
    struct stw_store_options options = skit_options(NULL);
    struct stw_store *store;
    if (stw_store_open(&store, path, STW_STORE_WRITE, &options, &err) != STW_OK)
        _exit(2);
    for (uint32_t number = from; number < SKIT_BATCHES_MAX; number++) {
        if (skit_append(store, number, (enum stw_durability)(number % 3), &err) != STW_OK)
            _exit(3);
        if (write(pipe_end, &number, sizeof(number)) != (ssize_t)sizeof(number))
            _exit(4);
        if (number % FLUSH_EVERY == 0 && stw_memtable_flush(store, NULL, &err) != STW_OK)
            _exit(5);
    }
    _exit(0);
}

/* Lets the child run for a random number of acknowledgements and a random while; the number of
 * acknowledged batches. */
static uint32_t run_and_kill(const char *path, uint32_t from, uint64_t *random)
{
    int ends[2], code = 0;
    uint32_t number, acknowledged = from;
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        close(ends[0]);
        stream_until_killed(path, from, ends[1]);
    }
    close(ends[1]);
    uint64_t wanted = stw_test_random(random) % 80;
    for (uint64_t i = 0; i < wanted && read(ends[0], &number, sizeof(number)) > 0; i++)
        acknowledged = number + 1;
    long wait_ns = (long)(stw_test_random(random) % 3000000);
    nanosleep(&(struct timespec){.tv_nsec = wait_ns}, NULL);
    kill(child, SIGKILL);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    STW_EXPECT(WIFSIGNALED(code) || WEXITSTATUS(code) == 0, "the writer failed with %d",
               WEXITSTATUS(code));
    while (read(ends[0], &number, sizeof(number)) == (ssize_t)sizeof(number))
        acknowledged = number + 1;
    close(ends[0]);
    return acknowledged;
}

static void killed_again_and_again(void)
{
    static bool there[SKIT_BATCHES_MAX];
    struct crash_tally tally = {0};
    uint64_t kills = crash_count("STEWARD_CRASH_KILLS", KILLS);
    uint64_t random = 20261126, acknowledged_in_all = 0;
    char path[300];
    uint32_t next = 0;
    for (uint64_t i = 0; i < kills; i++) {
        struct stw_error err = {0};
        struct stw_store *store;
        if (i % KILLS_A_STORE == 0) {
            kit_path(path);
            KIT_OK(kit_create(path, NULL, &err));
            next = 0;
        }
        uint32_t acknowledged = run_and_kill(path, next, &random);
        acknowledged_in_all += acknowledged - next;
        KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
        skit_visible(store, there); /* whole batches, before recovery, too */
        stw_store_close(store);
        /* Every other time the next writer recovers by itself. */
        tally.tries++;
        next = acknowledged;
        if (i % 2 == 0)
            continue;
        next = skit_recover(path);
        tally.losses += next < acknowledged;
        tally.wrong += next > acknowledged + 1;
        STW_EXPECT(next == acknowledged || next == acknowledged + 1,
                   "kill %llu: %u acknowledged, %u there", (unsigned long long)i, acknowledged,
                   next);
    }
    STW_EXPECT(acknowledged_in_all > kills, "only %llu batches",
               (unsigned long long)acknowledged_in_all);
    crash_tally_print("stream killed, small files", &tally);
}

STW_SUITE(crash_stream_kill, {"killed again and again", killed_again_and_again});
