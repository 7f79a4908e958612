/*
 * Streams that are killed (SIGKILL) at a random moment: the real program, `ingest --stream --ack`
 * with a flush every few milliseconds, fed through a pipe; and a process that uses the public API,
 * steward_append and steward_commit. What was acknowledged is there when a writer has opened the
 * store, whatever its durability (the system lives on); of what was not, a beginning, or nothing. A
 * reader that comes before sees a beginning of it, too.
 *
 * STEWARD_CRASH_KILLS: how many of each; 40 in the ordinary run. The first needs STEWARD, the
 * program's path.
 */
#include "../store/store_kit.h"
#include "../support/test.h"
#include "base/clock.h"
#include "crash_model.h"
#include "steward/steward.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 40, ROWS_MAX = 100000, DEVICES = 5, KILLS_PER_STORE = 20, LINES_MAX = 3000 };
#define PATIENCE_NS (30 * STW_NS_PER_SECOND)

/* Row n is of device n % 5, at minute n, with the value n: rows 0 .. n-1 are the stream so far. */
static const int64_t first_ns = INT64_C(1792886400) * 1000000000; /* 2026-10-25T00:00:00Z */

struct streaming {
    char path[300];
    char map[400];
    uint64_t random;
    uint32_t next;         /* the first row that is not there */
    uint64_t acknowledged; /* rows, in all runs */
};

/* ---- What is there --------------------------------------------------------------------------- */

static void mark_rows(struct steward *handle, bool *there, struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct steward_scan *scan;
    struct steward_rows rows;
    struct steward_scan_spec spec = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    int status;
    KIT_OK(steward_scan_open(handle, &spec, &scan, &err));
    while ((status = steward_scan_next(scan, &rows, &err)) == STW_OK) {
        for (size_t i = 0; i < rows.count; i++) {
            int64_t number = (rows.time_ns[i] - first_ns) / STW_NS_PER_MINUTE;
            bool good = number >= 0 && number < ROWS_MAX && rows.scale == 0 &&
                        rows.values[i] == number && rows.device[1] == '0' + number % DEVICES &&
                        !there[number];
            tally->wrong += !good;
            if (STW_EXPECT(good, "a row that nobody wrote: %s %lld", rows.device,
                           (long long)number))
                there[number] = true;
        }
    }
    STW_EXPECT(status == STW_END, "%s", err.what);
    steward_scan_close(scan);
}

/* How many rows are there; they must be the first ones of the stream. */
static uint32_t count_rows(const char *path, enum steward_mode mode, struct crash_tally *tally)
{
    static bool there[ROWS_MAX];
    struct stw_error err = {0};
    struct steward *handle;
    uint32_t count = 0;
    memset(there, 0, sizeof(there));
    KIT_OK(steward_open(path, mode, &handle, &err));
    mark_rows(handle, there, tally);
    steward_close(handle);
    while (count < ROWS_MAX && there[count])
        count++;
    for (uint32_t i = count; i < ROWS_MAX; i++) {
        tally->wrong += there[i];
        if (there[i])
            STW_EXPECT(false, "row %u is there and row %u is not", i, count);
    }
    return count;
}

/* After a kill: `least` rows were acknowledged, `most` were sent. */
static void check(struct streaming *streaming, uint32_t least, uint32_t most,
                  struct crash_tally *tally)
{
    uint32_t visible = count_rows(streaming->path, STEWARD_READ, tally);
    tally->tries++;
    tally->wrong += visible > most;
    CU_ASSERT(visible <= most);
    uint32_t got = count_rows(streaming->path, STEWARD_WRITE, tally);
    tally->losses += got < least || got < visible;
    tally->wrong += got > most;
    STW_EXPECT(got >= least && got >= visible && got <= most,
               "%u acknowledged, %u sent: %u there, %u before (%s)", least, most, got, visible,
               streaming->path);
    streaming->acknowledged += least - streaming->next;
    streaming->next = got;
}

static void new_store(struct streaming *streaming)
{
    struct stw_error err = {0};
    if (streaming->path[0] != '\0') /* its journal is large */
        kit_remove(streaming->path);
    kit_path(streaming->path);
    snprintf(streaming->map, sizeof(streaming->map), "%s.yml", streaming->path);
    FILE *file = fopen(streaming->map, "w");
    CU_ASSERT_FATAL(file != NULL);
    fputs("table: readings\nformat: {header: no}\nfields:\n  time: {column: 2, format: epoch_s}\n"
          "  device: {column: 1}\n  channel: {constant: flow}\n  value: {column: 3}\n",
          file);
    fclose(file);
    KIT_OK(kit_create(streaming->path, NULL, &err));
    streaming->next = 0;
}

/* ---- The program ----------------------------------------------------------------------------- */

struct child {
    pid_t pid;
    int input, output;
};

static struct child start_program(const struct streaming *streaming, char *program,
                                  const char *durability)
{
    int in[2], out[2];
    CU_ASSERT_EQUAL_FATAL(pipe2(in, O_CLOEXEC) + pipe2(out, O_CLOEXEC), 0);
    struct child child = {.pid = fork(), .input = in[1], .output = out[0]};
    CU_ASSERT_FATAL(child.pid >= 0);
    if (child.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        execl(program, program, "ingest", streaming->path, "-", "--stream", "--map", streaming->map,
              "--ack", "--durability", durability, "--flush-every", "5 ms", NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    return child;
}

/* Lines [from, to), as far as they go into the pipe at once; the line after the last that went. */
static uint32_t send_lines(int input, uint32_t from, uint32_t to)
{
    char bytes[4000]; /* below PIPE_BUF: all or nothing */
    size_t size = 0;
    for (; from < to && size < sizeof(bytes) - 60; from++)
        size += (size_t)snprintf(
            bytes + size, sizeof(bytes) - size, "d%u,%lld,%u\n", from % DEVICES,
            (long long)(first_ns / STW_NS_PER_SECOND) + 60 * (long long)from, from);
    return write(input, bytes, size) == (ssize_t)size ? from : 0;
}

/* Reads what the program says, up to its last whole line; `rest` has the beginning of a line. */
static void listen(int output, char rest[64], uint32_t *acked)
{
    char bytes[4096];
    ssize_t got;
    while ((got = read(output, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            size_t size = strlen(rest);
            if (bytes[i] != '\n') {
                CU_ASSERT_FATAL(size < 63);
                rest[size] = bytes[i];
                rest[size + 1] = '\0';
                continue;
            }
            CU_ASSERT_EQUAL(strncmp(rest, "acked ", 6), 0);
            *acked = (uint32_t)strtoul(rest + 6, NULL, 10);
            rest[0] = '\0';
        }
    }
}

/* Feeds the program until `until_ns`, and kills it. */
static void feed_and_kill(const struct streaming *streaming, struct child *child, int64_t until_ns,
                          uint32_t *least, uint32_t *most)
{
    uint64_t random = streaming->random;
    uint32_t acked = 0, sent = streaming->next;
    char rest[64] = "";
    /* Every other time not before the first acknowledgement, however slow the machine. */
    int64_t patience_ns = random % 2 == 0 ? PATIENCE_NS : 0;
    fcntl(child->output, F_SETFL, O_NONBLOCK);
    while (stw_clock_monotonic_ns() < until_ns + (acked == 0 ? patience_ns : 0)) {
        uint32_t lines = 1 + (uint32_t)(stw_test_random(&random) % 40);
        struct pollfd ready = {.fd = child->output, .events = POLLIN};
        if (sent - streaming->next + lines < LINES_MAX)
            sent = send_lines(child->input, sent, sent + lines);
        (void)poll(&ready, 1, 1);
        listen(child->output, rest, &acked);
        CU_ASSERT_FATAL(sent > 0);
    }
    int code;
    kill(child->pid, SIGKILL);
    CU_ASSERT_EQUAL_FATAL(waitpid(child->pid, &code, 0), child->pid);
    STW_EXPECT(WIFSIGNALED(code), "the program ended with %d", WEXITSTATUS(code));
    listen(child->output, rest, &acked);
    close(child->input);
    close(child->output);
    *least = streaming->next + acked;
    *most = sent;
}

static void program_is_killed(void)
{
    static const char *const durability[] = {"none", "batch", "always"};
    static struct streaming streaming;
    struct crash_tally tally = {0};
    char *program = getenv("STEWARD");
    if (program == NULL) {
        printf("\n    skipped: STEWARD does not name the program");
        return;
    }
    signal(SIGPIPE, SIG_IGN);
    uint64_t kills = crash_count("STEWARD_CRASH_KILLS", KILLS);
    for (uint64_t i = 0; i < kills; i++) {
        uint32_t least, most;
        if (i % KILLS_PER_STORE == 0)
            new_store(&streaming);
        struct child child = start_program(&streaming, program, durability[i % 3]);
        int64_t run_ns = (int64_t)(stw_test_random(&streaming.random) % 60) * STW_NS_PER_MS;
        feed_and_kill(&streaming, &child, stw_clock_monotonic_ns() + run_ns, &least, &most);
        check(&streaming, least, most, &tally);
    }
    STW_EXPECT(streaming.acknowledged > kills, "only %llu rows were acknowledged",
               (unsigned long long)streaming.acknowledged);
    crash_tally_print("stream killed", &tally);
}

/* ---- The API --------------------------------------------------------------------------------- */

/* The child: never returns. */
static void append_until_killed(const char *path, uint32_t from, uint64_t random, int acks)
{
    struct stw_error err = {0};
    struct steward *handle;
    if (steward_open(path, STEWARD_WRITE, &handle, &err) != STW_OK)
        _exit(2);
    while (from + 64 < ROWS_MAX) {
        struct steward_reading readings[32];
        char devices[32][8];
        uint64_t choice = stw_test_random(&random);
        size_t count = 1 + choice % 32;
        for (size_t i = 0; i < count; i++, from++) {
            snprintf(devices[i], sizeof(devices[i]), "d%u", from % DEVICES);
            readings[i] = (struct steward_reading){.device = devices[i],
                                                   .channel = "flow",
                                                   .time_ns = first_ns + from * STW_NS_PER_MINUTE,
                                                   .value = from};
        }
        if (steward_append(handle, readings, count, (enum steward_durability)(choice >> 8) % 3,
                           &err) != STW_OK)
            _exit(3);
        if (write(acks, &from, sizeof(from)) != (ssize_t)sizeof(from))
            _exit(4);
        if ((choice >> 16) % 10 == 0 && steward_commit(handle, NULL, &err) != STW_OK)
            _exit(5);
    }
    _exit(0);
}

static void append_and_kill(struct streaming *streaming, uint32_t *least)
{
    int ends[2], code;
    uint32_t number;
    uint64_t random = stw_test_random(&streaming->random);
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        close(ends[0]);
        append_until_killed(streaming->path, streaming->next, random, ends[1]);
    }
    close(ends[1]);
    *least = streaming->next;
    if (random % 2 == 0) /* as in feed_and_kill() */
        (void)!read(ends[0], least, sizeof(*least));
    usleep((useconds_t)(random % 25000));
    kill(child, SIGKILL);
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    STW_EXPECT(WIFSIGNALED(code) || WEXITSTATUS(code) == 0, "the child failed: %d",
               WEXITSTATUS(code));
    while (read(ends[0], &number, sizeof(number)) == (ssize_t)sizeof(number))
        *least = number;
    close(ends[0]);
}

static void appending_is_killed(void)
{
    static struct streaming streaming;
    struct crash_tally tally = {0};
    uint64_t kills = crash_count("STEWARD_CRASH_KILLS", KILLS);
    for (uint64_t i = 0; i < kills; i++) {
        uint32_t least;
        if (i % KILLS_PER_STORE == 0)
            new_store(&streaming);
        append_and_kill(&streaming, &least);
        check(&streaming, least, least + 32, &tally);
    }
    STW_EXPECT(streaming.acknowledged > kills, "only %llu rows were acknowledged",
               (unsigned long long)streaming.acknowledged);
    crash_tally_print("steward_append killed", &tally);
}

STW_SUITE(crash_stream, {"program is killed", program_is_killed},
          {"appending is killed", appending_is_killed});
