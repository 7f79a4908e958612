/*
 * A small store that is streamed into, every byte of its journal flipped in turn, live and
 * archived, and every file of it cut at every length. Rows that are in segments read as ever; of
 * those that wait in the journal only the record that was hit is gone; verify names the file. A
 * writer then opens the store, says what is lost, and goes on.
 *
 * STEWARD_CRASH_STRIDE: every how many bytes a reader looks; a writer, every 17th of them and
 * all of the last record's head, in the ordinary run.
 */
#include "../store/store_kit.h"
#include "../store/stream_kit.h"
#include "../support/test.h"
#include "crash_files.h"
#include "crash_model.h"
#include "journal/journal_format.h"
#include "store/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLUSHED = 90, BATCHES = 150, WRITER_STRIDE = 17 };

struct streamed {
    char path[300];
    char copy[320];
    struct crash_files files;
    struct crash_file file; /* the present one */
};

static void build(struct streamed *streamed)
{
    static const uint32_t flushes[] = {FLUSHED};
    memset(streamed, 0, sizeof(*streamed));
    skit_build(streamed->path, BATCHES, flushes, 1);
    snprintf(streamed->copy, sizeof(streamed->copy), "%s-copy", streamed->path);
    unsigned live = crash_files_add(&streamed->files, streamed->path, "journal/", ".jnl");
    unsigned archived =
        crash_files_add(&streamed->files, streamed->path, "journal/archive/", ".jnl.zst");
    STW_EXPECT(live >= 2 && archived >= 1, "%u live files, %u archived", live, archived);
}

/* Up to the end of the last record, which begins at *last; behind it are zeros or what an older
 * file left. */
static size_t used_bytes(const struct streamed *streamed, const char *name, size_t *last)
{
    struct stw_journal_record record;
    struct stw_slice bytes = {(const char *)streamed->file.bytes, streamed->file.size};
    struct stw_journal_scan scan = {.id = streamed->file.bytes + 16,
                                    .number = strtoull(strrchr(name, '/') + 1, NULL, 10),
                                    .bytes = bytes,
                                    .at = STW_JOURNAL_HEADER_SIZE};
    size_t from;
    *last = 0;
    if (strstr(name, "archive") != NULL)
        return streamed->file.size;
    while (stw_journal_scan_next(&scan, &record, &from) == STW_JOURNAL_FOUND_RECORD)
        *last = (size_t)record.at.offset;
    return scan.at;
}

/* Batches 0 .. count-1 that are not there; those that are beyond them count as wrong. */
static uint32_t missing(struct stw_store *store, uint32_t count, struct crash_tally *tally)
{
    static bool there[SKIT_BATCHES_MAX];
    uint32_t lost = 0;
    skit_visible(store, there);
    for (uint32_t i = 0; i < SKIT_BATCHES_MAX; i++) {
        lost += i < count && !there[i];
        tally->wrong += i >= count && there[i];
    }
    return lost;
}

/* What names the damage; *in_file, that a sentence has the file's number. */
struct naming {
    uint64_t number;
    bool in_file;
};

static void listen(void *context, const struct stw_store_finding *finding)
{
    struct naming *naming = context;
    char one[40], name[40];
    snprintf(one, sizeof(one), "file %llu", (unsigned long long)naming->number);
    snprintf(name, sizeof(name), "%016llu.jnl.zst", (unsigned long long)naming->number);
    naming->in_file = naming->in_file || strstr(finding->what, one) != NULL ||
                      strstr(finding->what, name) != NULL;
}

/* As a reader sees it; whether the file was named. */
static bool read_beside(const struct streamed *streamed, const char *name, size_t at,
                        struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_verify_result verified;
    struct naming naming = {.number = strtoull(strrchr(name, '/') + 1, NULL, 10)};
    int status = stw_store_open(&store, streamed->path, STW_STORE_READ, NULL, &err);
    tally->tries++;
    tally->losses += status != STW_OK;
    if (!STW_EXPECT(status == STW_OK, "%s, byte %zu: %s", name, at, err.what))
        return false;
    uint32_t lost = missing(store, FLUSHED, tally);
    tally->losses += lost;
    STW_EXPECT(lost == 0, "%s, byte %zu: %u flushed batches are lost", name, at, lost);
    KIT_OK(stw_store_verify(store, listen, &naming, &verified, &err));
    tally->named += naming.in_file;
    stw_store_close(store);
    return naming.in_file;
}

/* A writer opens a copy: at most `most` batches are lost, and it says so; the store goes on. */
static void write_after(const struct streamed *streamed, const char *name, size_t at, uint32_t most,
                        struct crash_tally *tally)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = skit_options(NULL);
    kit_copy(streamed->path, streamed->copy);
    KIT_OK(stw_store_open(&store, streamed->copy, STW_STORE_WRITE, &options, &err));
    uint32_t lost = missing(store, BATCHES, tally), findings = stw_store_finding_count(store);
    tally->tries++;
    tally->losses += lost > most;
    STW_EXPECT(lost <= most, "%s, byte %zu: %u batches are lost, not %u", name, at, lost, most);
    STW_EXPECT(lost == 0 || findings > 0, "%s, byte %zu: lost silently", name, at);
    KIT_OK(skit_append(store, BATCHES, STW_DURABILITY_ALWAYS, &err));
    stw_store_close(store);
    KIT_OK(stw_store_open(&store, streamed->copy, STW_STORE_WRITE, &options, &err));
    CU_ASSERT_EQUAL(missing(store, BATCHES + 1, tally), lost);
    stw_store_close(store);
    kit_remove(streamed->copy);
}

static struct streamed streamed_store; /* large */

static void bytes_are_flipped(void)
{
    struct streamed *streamed = &streamed_store;
    struct crash_tally tally = {0};
    size_t stride = (size_t)crash_count("STEWARD_CRASH_STRIDE", 1), unnamed = 0, tried = 0;
    size_t writer_stride = crash_count("STEWARD_CRASH_SEEDS", 0) > 0 ? 1 : WRITER_STRIDE;
    build(streamed);
    for (unsigned i = 0; i < streamed->files.count; i++) {
        const char *name = streamed->files.names[i];
        bool archived = strstr(name, "archive") != NULL;
        crash_file_load(&streamed->file, streamed->path, name);
        size_t last, used = used_bytes(streamed, name, &last);
        for (size_t at = 0; at < streamed->file.size; at += stride) {
            bool in_last_head = at >= last && at < last + STW_JOURNAL_HEAD_SIZE;
            streamed->file.bytes[at] ^= (unsigned char)(1u << at % 8);
            crash_file_put(&streamed->file, streamed->path, name, streamed->file.size);
            bool named = read_beside(streamed, name, at, &tally);
            STW_EXPECT(!archived || named, "%s, byte %zu: not named", name, at);
            unnamed += !named && at < used;
            if (tried++ % writer_stride == 0 || in_last_head)
                write_after(streamed, name, at, archived ? 0 : 1, &tally);
            streamed->file.bytes[at] ^= (unsigned char)(1u << at % 8);
        }
        crash_file_put(&streamed->file, streamed->path, name, streamed->file.size);
    }
    /* Unnamed are the zeros that fill up a record, 7 at most. */
    STW_EXPECT(unnamed * stride <= (BATCHES - FLUSHED) * 4, "%zu flips are not named", unnamed);
    crash_tally_print("journal byte flipped", &tally);
}

/* How many batches a file holds when it is whole. */
static uint32_t batches_in(const struct streamed *streamed, const char *name)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_options options = skit_options(NULL);
    struct crash_tally ignored = {0};
    char path[420];
    if (strstr(name, "archive") != NULL)
        return 0;
    kit_copy(streamed->path, streamed->copy);
    snprintf(path, sizeof(path), "%s/%s", streamed->copy, name);
    CU_ASSERT_EQUAL(remove(path), 0);
    KIT_OK(stw_store_open(&store, streamed->copy, STW_STORE_WRITE, &options, &err));
    uint32_t lost = missing(store, BATCHES, &ignored);
    stw_store_close(store);
    kit_remove(streamed->copy);
    return lost;
}

static void files_are_cut(void)
{
    struct streamed *streamed = &streamed_store;
    struct crash_tally tally = {0};
    size_t stride = (size_t)crash_count("STEWARD_CRASH_STRIDE", 1), tried = 0;
    build(streamed);
    for (unsigned i = 0; i < streamed->files.count; i++) {
        const char *name = streamed->files.names[i];
        uint32_t most = batches_in(streamed, name);
        crash_file_load(&streamed->file, streamed->path, name);
        size_t last, used = used_bytes(streamed, name, &last);
        for (size_t size = 0; size < streamed->file.size; size += stride) {
            crash_file_put(&streamed->file, streamed->path, name, size);
            bool named = read_beside(streamed, name, size, &tally);
            STW_EXPECT(named || size >= used, "%s cut to %zu: not named", name, size);
            if (tried++ % (WRITER_STRIDE * 2) == 0)
                write_after(streamed, name, size, most, &tally);
        }
        crash_file_put(&streamed->file, streamed->path, name, streamed->file.size);
    }
    crash_tally_print("journal file cut short", &tally);
}

STW_SUITE(crash_journal, {"bytes are flipped", bytes_are_flipped},
          {"files are cut", files_are_cut});
