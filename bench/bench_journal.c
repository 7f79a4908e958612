/*
 * What the journal takes: acknowledged appends a second with 1, 4 and 16 threads at each
 * durability, and how many appends share a sync, beside what the disk itself does in the same run:
 * one write and one fdatasync after the other on a file that is there already.
 *
 *     bench_journal FOLDER [SECONDS]     each line takes SECONDS (default 2); FOLDER must exist
 *
 * A record has 200 bytes, a reading of four meters or so. Files are archived by nobody meanwhile.
 */
#include "journal/journal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_BYTES = 200, THREADS_MAX = 16, RAW_BYTES = 1 << 20 };

struct bench {
    const char *folder;
    double seconds;
    double raw_per_s;
    unsigned runs;
};

struct appender {
    pthread_t thread;
    struct stw_journal *journal;
    enum stw_durability durability;
    int64_t until_ns;
    uint64_t appends;
};

_Noreturn static void fail(const struct stw_error *err)
{
    fprintf(stderr, "bench_journal: %s %s\n%s\n", err->what, err->where, err->hint);
    exit(1);
}

static void check(int status, const struct stw_error *err)
{
    if (status != STW_OK)
        fail(err);
}

/* ---- The machine ----------------------------------------------------------------------------- */

static void measure_disk(struct bench *bench)
{
    static char bytes[RAW_BYTES];
    struct stw_error err;
    struct stw_file file;
    char path[400];
    snprintf(path, sizeof(path), "%s/raw", bench->folder);
    check(stw_file_open(&file, stw_io_system(), path, STW_FILE_WRITE, &err), &err);
    check(stw_file_write(&file, 0, bytes, sizeof(bytes), &err), &err);
    check(stw_file_sync(&file, &err), &err);
    int64_t begun_ns = stw_clock_monotonic_ns(), now_ns = begun_ns;
    uint64_t syncs = 0;
    while ((double)(now_ns - begun_ns) < bench->seconds * 1e9) {
        check(stw_file_write(&file, syncs * RECORD_BYTES % (RAW_BYTES - RECORD_BYTES), bytes,
                             RECORD_BYTES, &err),
              &err);
        check(stw_file_sync(&file, &err), &err);
        syncs++;
        now_ns = stw_clock_monotonic_ns();
    }
    stw_file_close(&file);
    check(stw_io_remove(stw_io_system(), path, &err), &err);
    bench->raw_per_s = (double)syncs / ((double)(now_ns - begun_ns) / 1e9);
    printf("the disk: %.0f writes of %d bytes with fdatasync a second\n", bench->raw_per_s,
           RECORD_BYTES);
}

/* ---- The journal ----------------------------------------------------------------------------- */

static void *append_until(void *context)
{
    static const char record[RECORD_BYTES];
    struct appender *appender = context;
    struct stw_error err;
    while (stw_clock_monotonic_ns() < appender->until_ns) {
        check(stw_journal_append(appender->journal, STW_JOURNAL_ROWS,
                                 (struct stw_slice){record, RECORD_BYTES}, appender->durability,
                                 NULL, &err),
              &err);
        appender->appends++;
    }
    return NULL;
}

static void measure_journal(struct bench *bench, enum stw_durability durability, unsigned threads)
{
    static const char *const names[] = {"none", "batch", "always"};
    struct appender appenders[THREADS_MAX] = {0};
    struct stw_journal *journal;
    struct stw_error err;
    char path[400];
    snprintf(path, sizeof(path), "%s/journal-%u", bench->folder, bench->runs++);
    struct stw_journal_options options = {.clock = stw_clock_system(), .id = {1}};
    check(stw_journal_open(&journal, path, &options, &err), &err);
    int64_t begun_ns = stw_clock_monotonic_ns();
    for (unsigned i = 0; i < threads; i++) {
        appenders[i].journal = journal;
        appenders[i].durability = durability;
        appenders[i].until_ns = begun_ns + (int64_t)(bench->seconds * 1e9);
        if (pthread_create(&appenders[i].thread, NULL, append_until, &appenders[i]) != 0)
            exit(1);
    }
    for (unsigned i = 0; i < threads; i++)
        pthread_join(appenders[i].thread, NULL);
    double seconds = (double)(stw_clock_monotonic_ns() - begun_ns) / 1e9;
    struct stw_journal_counts counts = stw_journal_counts(journal);
    stw_journal_close(journal);
    double rate = (double)counts.appends / seconds;
    printf("%-7s %7u %12.0f %14.3f %16.1f\n", names[durability], threads, rate,
           (double)counts.syncs / (double)counts.appends, rate / bench->raw_per_s);
}

int main(int count, char **words)
{
    static const unsigned threads[] = {1, 4, 16};
    if (count < 2 || count > 3) {
        fprintf(stderr, "usage: bench_journal FOLDER [SECONDS]\n");
        return 2;
    }
    struct bench bench = {.folder = words[1], .seconds = count > 2 ? strtod(words[2], NULL) : 2};
    measure_disk(&bench);
    printf("%-7s %7s %12s %14s %16s\n", "", "threads", "appends/s", "syncs/append", "x the disk's");
    for (int durability = STW_DURABILITY_NONE; durability <= STW_DURABILITY_ALWAYS; durability++) {
        for (unsigned i = 0; i < sizeof(threads) / sizeof(threads[0]); i++)
            measure_journal(&bench, (enum stw_durability)durability, threads[i]);
    }
    return 0;
}
