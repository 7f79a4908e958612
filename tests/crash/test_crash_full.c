/*
 * A disk that is full: the real program on a small tmpfs of its own, with more and more pages left
 * free until its work succeeds. Before that it says that there is no space, and what to do; the
 * store is as it was, row for row, or has the whole of what was done; what a stream acknowledged is
 * there; and when there is room again, the same command goes through.
 *
 * Needs root, for the mount is private to this process, and STEWARD, the program's path.
 */
#include "../store/store_kit.h"
#include "../support/test.h"
#include "crash_model.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    DISK_BYTES = 24 << 20, /* a journal file takes 16 MiB */
    PAGES_MAX = 64,        /* left free; each operation needs fewer */
    FILES = 4,             /* of rows: three are in the store */
    METERS = 40,
    ROWS = 400
};

struct world {
    char disk[300]; /* where the tmpfs is */
    char files[FILES][320];
    char map[320], lines[320], log[320], kept[320];
    char *program;
};

/* ---- The disk -------------------------------------------------------------------------------- */

/* False, with the reason printed, where this process may not mount. */
static bool mount_disk(const char *path)
{
    char size[32];
    snprintf(size, sizeof(size), "size=%d", DISK_BYTES);
    if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
        mount("steward-test", path, "tmpfs", 0, size) == 0)
        return true;
    printf("\n    skipped: no tmpfs can be mounted here: %s", strerror(errno));
    return false;
}

static void remove_ballast(const struct world *world)
{
    char path[340];
    snprintf(path, sizeof(path), "%s/ballast", world->disk);
    CU_ASSERT(unlink(path) == 0 || errno == ENOENT);
}

/* Fills the disk up to so many free pages. */
static void leave_pages(const struct world *world, unsigned pages)
{
    char path[340];
    struct statvfs disk;
    remove_ballast(world);
    snprintf(path, sizeof(path), "%s/ballast", world->disk);
    CU_ASSERT_EQUAL_FATAL(statvfs(world->disk, &disk), 0);
    int file = open(path, O_CREAT | O_WRONLY, 0644);
    CU_ASSERT_FATAL(file >= 0 && disk.f_bfree > pages);
    CU_ASSERT_EQUAL(posix_fallocate(file, 0, (off_t)(disk.f_bfree - pages) * (off_t)disk.f_bsize),
                    0);
    close(file);
}

/* ---- The program ----------------------------------------------------------------------------- */

/* Runs a shell command with $S the program, words and output into the log; its exit status. */
static int run(const struct world *world, const char *command)
{
    char line[2000];
    snprintf(line, sizeof(line), "cd %s && S=%s && { %s; } > %s 2>&1", world->disk, world->program,
             command, world->log);
    int status = system(line);
    CU_ASSERT_FATAL(status != -1 && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void read_log(const struct world *world, struct stw_buffer *out)
{
    struct stw_error err = {0};
    stw_buffer_clear(out);
    KIT_OK(stw_file_load(stw_io_system(), world->log, 64 << 20, out, &err));
    stw_buffer_add(out, "", 1);
}

/* All rows of the store, as the program prints them. */
static void print_rows(const struct world *world, struct stw_buffer *out)
{
    CU_ASSERT_EQUAL(run(world, "$S query store --format csv"), 0);
    read_log(world, out);
}

static void write_rows(struct world *world)
{
    uint64_t random = 1;
    for (int number = 0; number < FILES; number++) {
        FILE *file = fopen(world->files[number], "w");
        CU_ASSERT_FATAL(file != NULL);
        fputs("device,channel,time,value\n", file);
        for (int meter = 0; meter < METERS; meter++) {
            for (int i = 0; i < ROWS; i++) {
                int hour = number * 150 + i, day = hour / 24;
                fprintf(file, "M%d,energy,2026-%02d-%02dT%02d:00:00Z,%d\n", meter, 10 + day / 30,
                        1 + day % 30, hour % 24, (int)(stw_test_random(&random) % 100000));
            }
        }
        fclose(file);
    }
}

static void prepare(struct world *world)
{
    char folder[300];
    snprintf(folder, sizeof(folder), "%s", stw_test_folder());
    for (int i = 0; i < FILES; i++)
        snprintf(world->files[i], sizeof(world->files[i]), "%s/rows%d.csv", folder, i);
    snprintf(world->map, sizeof(world->map), "%s/map.yml", folder);
    snprintf(world->lines, sizeof(world->lines), "%s/lines.csv", folder);
    snprintf(world->log, sizeof(world->log), "%s/log", folder);
    snprintf(world->kept, sizeof(world->kept), "%s/kept", folder);
    write_rows(world);
    FILE *file = fopen(world->map, "w");
    CU_ASSERT_FATAL(file != NULL);
    fputs("table: readings\nformat: {header: no}\nfields:\n  time: {column: 2, format: epoch_s}\n"
          "  device: {column: 1}\n  channel: {constant: flow}\n  value: {column: 3}\n",
          file);
    fclose(file);
}

/* The store of three files, made once and kept elsewhere; put on the empty disk. */
static void make_store(const struct world *world)
{
    char command[2000];
    snprintf(command, sizeof(command),
             "$S init store --zone UTC && $S ingest store %s && $S ingest store %s && "
             "$S ingest store %s && cp -r store %s",
             world->files[0], world->files[1], world->files[2], world->kept);
    CU_ASSERT_EQUAL_FATAL(run(world, command), 0);
}

static void put_store(const struct world *world)
{
    char command[700];
    snprintf(command, sizeof(command), "rm -rf store ../acked && cp -r %s store", world->kept);
    remove_ballast(world);
    CU_ASSERT_EQUAL_FATAL(run(world, command), 0);
}

/* ---- All or nothing -------------------------------------------------------------------------- */

static bool says_what_to_do(const struct world *world)
{
    struct stw_buffer log;
    stw_buffer_init(&log);
    read_log(world, &log);
    bool clear = strstr(log.data, "No space left on device") != NULL &&
                 strstr(log.data, "hint: make room") != NULL;
    STW_EXPECT(clear, "%.300s", log.data);
    stw_buffer_release(&log);
    return clear;
}

static bool same(const struct stw_buffer *a, const struct stw_buffer *b)
{
    return stw_slice_equal(stw_buffer_slice(a), stw_buffer_slice(b));
}

/* Snapshots one after the other; in acked, the names of those that were made. */
static const char make_snapshots[] =
    "for i in $(seq 1 40); do n=$(printf 's%0100d' $i); grep -qs $n ../acked || "
    "{ $S snapshot store $n && echo $n >> ../acked; } || exit 4; done";
static const char check_snapshots[] = "touch ../acked; for n in $(cat ../acked); do "
                                      "$S query store --as-of $n --limit 1 || exit 1; done";

/* A command that changes the rows from `before` to `after`, with 0, 1, 2 ... pages free; `check`
 * (may be NULL) is another that must go through after each. */
static void fill_up(const struct world *world, const char *kind, const char *command,
                    const char *check, const struct stw_buffer *before,
                    const struct stw_buffer *after)
{
    struct crash_tally tally = {0};
    struct stw_buffer now;
    unsigned pages = 0;
    int status = 1;
    stw_buffer_init(&now);
    for (; status != 0 && pages < PAGES_MAX; pages++) {
        put_store(world);
        leave_pages(world, pages);
        status = run(world, command);
        tally.tries++;
        if (status != 0) {
            STW_EXPECT(status == 4, "%s with %u pages: exit %d", kind, pages, status);
            tally.named += says_what_to_do(world);
        }
        print_rows(world, &now);
        bool whole = same(&now, after), untouched = same(&now, before);
        tally.losses += status == 0 && !whole;
        tally.wrong += !whole && !untouched;
        STW_EXPECT(whole || (status != 0 && untouched), "%s with %u pages: exit %d", kind, pages,
                   status);
        if (check != NULL) {
            int lost = run(world, check);
            tally.losses += lost != 0;
            STW_EXPECT(lost == 0, "%s with %u pages: what was acknowledged is lost", kind, pages);
        }
        remove_ballast(world);
        CU_ASSERT_EQUAL(run(world, command), 0);
        print_rows(world, &now);
        STW_EXPECT(same(&now, after), "%s with %u pages: not done when there was room", kind,
                   pages);
        STW_EXPECT(run(world, "$S verify store") == 0, "%s with %u pages: damage", kind, pages);
    }
    STW_EXPECT(status == 0 && tally.tries > 1, "%s: %u tries", kind, pages);
    crash_tally_print(kind, &tally);
    stw_buffer_release(&now);
}

/* ---- Streams --------------------------------------------------------------------------------- */

enum { LINES = 30000 };

/* The rows of the stream that are there must be the first ones; how many. */
static uint64_t count_lines(const struct world *world)
{
    struct stw_buffer log;
    uint64_t count = 0;
    stw_buffer_init(&log);
    CU_ASSERT_EQUAL(run(world, "$S query store channel=flow --columns value --format csv | "
                               "tr -d '\\r' | sed 1d | cut -d, -f 4 | sort -n | "
                               "awk '$1 != NR {print \"wrong\", NR, $1} END {print NR}'"),
                    0);
    read_log(world, &log);
    STW_EXPECT(strstr(log.data, "wrong") == NULL, "%.200s", log.data);
    count = strtoull(log.data, NULL, 10);
    stw_buffer_release(&log);
    return count;
}

static uint64_t last_acknowledged(const struct world *world)
{
    struct stw_buffer log;
    uint64_t acked = 0;
    stw_buffer_init(&log);
    read_log(world, &log);
    for (const char *line = log.data; (line = strstr(line, "acked ")) != NULL; line += 6)
        acked = strtoull(line + 6, NULL, 10);
    stw_buffer_release(&log);
    return acked;
}

static void write_lines(const struct world *world)
{
    FILE *file = fopen(world->lines, "w");
    CU_ASSERT_FATAL(file != NULL);
    for (int i = 1; i <= LINES; i++)
        fprintf(file, "d%d,%d,%d\n", i % 5, 1792886400 + 60 * i, i);
    fclose(file);
}

static void stream_until_full(const struct world *world, unsigned pages, struct crash_tally *tally)
{
    char command[1200];
    put_store(world);
    leave_pages(world, pages);
    snprintf(command, sizeof(command),
             "$S ingest store - --stream --map %s --ack --flush-every '20 ms' < %s", world->map,
             world->lines);
    int status = run(world, command);
    uint64_t acked = last_acknowledged(world);
    tally->tries++;
    if (status != 0)
        tally->named += says_what_to_do(world);
    remove_ballast(world);
    snprintf(command, sizeof(command), "$S ingest store - --stream --map %s < /dev/null",
             world->map);
    CU_ASSERT_EQUAL(run(world, command), 0);
    uint64_t there = count_lines(world);
    tally->losses += there < acked;
    STW_EXPECT(there >= acked && (status != 0 || there == LINES),
               "%u pages, exit %d: %llu acknowledged, %llu there", pages, status,
               (unsigned long long)acked, (unsigned long long)there);
    STW_EXPECT(run(world, "$S verify store") == 0, "%u pages: damage", pages);
}

static void stream(const struct world *world)
{
    struct crash_tally tally = {0};
    enum { JOURNAL_PAGES = 4096 };
    write_lines(world);
    for (unsigned pages = 0; pages < JOURNAL_PAGES; pages += 1000)
        stream_until_full(world, pages, &tally); /* no room for the journal */
    for (unsigned pages = JOURNAL_PAGES; pages < JOURNAL_PAGES + PAGES_MAX; pages += 4)
        stream_until_full(world, pages, &tally);
    STW_EXPECT(tally.named > 4 && tally.named < tally.tries, "%llu of %llu were full",
               (unsigned long long)tally.named, (unsigned long long)tally.tries);
    crash_tally_print("stream, disk full", &tally);
}

/* ---------------------------------------------------------------------------------------------- */

static void disk_is_full(void)
{
    struct world world = {.program = getenv("STEWARD")};
    struct stw_buffer before, after;
    char command[700];
    if (world.program == NULL) {
        printf("\n    skipped: STEWARD does not name the program");
        return;
    }
    snprintf(world.disk, sizeof(world.disk), "%s/disk", stw_test_folder());
    CU_ASSERT_EQUAL_FATAL(mkdir(world.disk, 0755), 0);
    if (!mount_disk(world.disk))
        return;
    prepare(&world);
    make_store(&world);
    stw_buffer_init(&before);
    stw_buffer_init(&after);
    print_rows(&world, &before);
    fill_up(&world, "compaction, disk full", "$S compact store", NULL, &before, &before);
    fill_up(&world, "snapshots, disk full", make_snapshots, check_snapshots, &before, &before);
    snprintf(command, sizeof(command), "$S ingest store %s", world.files[3]);
    put_store(&world);
    CU_ASSERT_EQUAL(run(&world, command), 0);
    print_rows(&world, &after);
    CU_ASSERT(!same(&before, &after));
    fill_up(&world, "ingest, disk full", command, NULL, &before, &after);
    stream(&world);
    stw_buffer_release(&before);
    stw_buffer_release(&after);
    CU_ASSERT_EQUAL(umount2(world.disk, MNT_DETACH), 0);
}

STW_SUITE(crash_full, {"disk is full", disk_is_full});
