/*
 * The journal as its header says it is: what is appended is read back in order, across files,
 * openings and the archive; files expire; rooms are used again.
 */
#include "journal_kit.h"

#include "base/hash.h"

#include <stdio.h>
#include <unistd.h>

static const struct stw_journal_position start = {0, 0};

static void golden_bytes(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct stw_buffer bytes;
    struct jkit kit;
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_journal_append(journal, STW_JOURNAL_TICK, STW_SLICE("twelve bytes"),
                                       STW_DURABILITY_ALWAYS, NULL, &err),
                    STW_OK);
    stw_journal_close(journal);
    stw_buffer_init(&bytes);
    jkit_load(&kit, "0000000000000001.jnl", &bytes);
    CU_ASSERT_EQUAL(bytes.size, JKIT_FILE_BYTES);
    /* Byte by byte as FORMAT.md has it: id, number and offset make the seed. */
    char seed[32] = {7, 1, 7, 2};
    seed[16] = 1;
    uint64_t header_seed = stw_hash64(seed, 32, 0);
    CU_ASSERT_EQUAL(memcmp(bytes.data, "STWJOURN\1\0\0\0\0\0\0\0\7\1\7\2", 20), 0);
    CU_ASSERT_EQUAL(stw_load_le64(bytes.data + 32), 1);
    CU_ASSERT_EQUAL(stw_load_le64(bytes.data + 40), UINT64_C(86400000000000000));
    CU_ASSERT_EQUAL(stw_load_le64(bytes.data + 56), stw_hash64(bytes.data, 56, header_seed));
    seed[24] = 64;
    uint64_t record_seed = stw_hash64(seed, 32, 0);
    CU_ASSERT_EQUAL(memcmp(bytes.data + 64, "\14\0\0\0\3\0\0\0", 8), 0);
    CU_ASSERT_EQUAL(stw_load_le64(bytes.data + 72), stw_hash64(bytes.data + 64, 8, record_seed));
    CU_ASSERT_EQUAL(stw_load_le64(bytes.data + 80), stw_hash64("twelve bytes", 12, record_seed));
    CU_ASSERT_EQUAL(memcmp(bytes.data + 88, "twelve bytes\0\0\0\0\0\0\0", 19), 0);
    stw_buffer_release(&bytes);
}

static void reads_what_was_written(void)
{
    struct jkit kit;
    jkit_init(&kit);
    CU_ASSERT(jkit_holds(&kit, 0, 0)); /* no folder: empty */
    jkit_write(&kit, 0, 0);
    CU_ASSERT(jkit_holds(&kit, 0, 0));
    for (uint32_t at = 0; at < 300; at += 7) /* a mean of 172 bytes: a file holds about 23 */
        jkit_write(&kit, at, at + 7);
    CU_ASSERT(jkit_holds(&kit, 0, 301));
}

static void goes_on_from_any_position(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct stw_journal_position after[100];
    uint32_t numbers[100];
    char room[320];
    struct jkit kit;
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    for (uint32_t i = 0; i < 100; i++) {
        CU_ASSERT_EQUAL(stw_journal_append(journal, STW_JOURNAL_ROWS, jkit_payload(i, room),
                                           STW_DURABILITY_NONE, &after[i], &err),
                        STW_OK);
        struct stw_journal_position now = stw_journal_position(journal);
        CU_ASSERT_EQUAL(stw_journal_compare(now, after[i]), 0);
    }
    for (int archived = 0; archived < 2; archived++) {
        for (uint32_t i = 0; i < 100; i++) {
            uint32_t count = jkit_read(&kit, after[i], numbers, 100);
            CU_ASSERT_EQUAL(count, 99 - i);
            CU_ASSERT_EQUAL(kit.note_count, 0);
            CU_ASSERT(count == 0 || numbers[0] == i + 1);
        }
        CU_ASSERT_EQUAL(stw_journal_maintain(journal, start, &err), STW_OK);
    }
    stw_journal_close(journal);
}

/* A reader that is at the end finds what comes later, also when its file is archived meanwhile. */
static void follows_a_writer(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct stw_journal_reader *reader;
    struct stw_journal_record record;
    struct jkit kit;
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(stw_journal_reader_open(&reader, kit.folder, &kit.options, start, &err),
                          STW_OK);
    uint32_t written = 0;
    for (uint32_t step = 0; step < 60; step++) {
        for (uint32_t i = 0; i < step; i++)
            CU_ASSERT_EQUAL(jkit_append(journal, written + i, STW_DURABILITY_NONE, &err), STW_OK);
        if (step % 3 == 0)
            CU_ASSERT_EQUAL(stw_journal_maintain(journal, start, &err), STW_OK);
        for (uint32_t i = 0; i < step; i++) {
            CU_ASSERT_EQUAL_FATAL(stw_journal_reader_next(reader, &record, &err), STW_OK);
            CU_ASSERT_EQUAL(stw_load_le32(record.payload.data), written + i);
        }
        CU_ASSERT_EQUAL(stw_journal_reader_next(reader, &record, &err), STW_END);
        written += step;
    }
    CU_ASSERT_EQUAL(kit.note_count, 0);
    stw_journal_reader_close(reader);
    stw_journal_close(journal);
}

static void archives_and_expires(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct stw_journal_size size;
    struct jkit kit;
    uint32_t numbers[1000];
    jkit_init(&kit);
    kit.options.replay_window_ns = 10 * STW_NS_PER_DAY;
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    /* A day is 23 records or so, more than half a file. */
    for (uint32_t i = 0; i < 30 * 23; i++) {
        CU_ASSERT_EQUAL(jkit_append(journal, i, STW_DURABILITY_NONE, &err), STW_OK);
        kit.now_ns += STW_NS_PER_DAY / 23;
    }
    struct stw_journal_position now = stw_journal_position(journal);
    CU_ASSERT_EQUAL(stw_journal_maintain(journal, start, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_journal_measure(kit.folder, &size, &err), STW_OK);
    CU_ASSERT_EQUAL(size.live_files, 1 + STW_JOURNAL_SPARES_MAX);
    CU_ASSERT_EQUAL(size.archived_files, now.file - 1); /* nothing expires that is to be kept */
    CU_ASSERT(jkit_holds(&kit, 0, 30 * 23));
    CU_ASSERT_EQUAL(stw_journal_maintain(journal, now, &err), STW_OK);
    /* All of the last ten days is there, and no more than one file of what was before. */
    uint32_t count = jkit_read(&kit, start, numbers, 1000);
    CU_ASSERT_EQUAL(kit.note_count, 0);
    STW_EXPECT(count >= 10 * 23 && count <= 10 * 23 + 2 * 30, "%u records", count);
    CU_ASSERT_EQUAL(numbers[count - 1], 30 * 23 - 1);
    stw_journal_close(journal);
}

static void uses_room_again(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct jkit kit;
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    for (uint32_t i = 0; i < 500; i++) {
        CU_ASSERT_EQUAL(jkit_append(journal, i, STW_DURABILITY_NONE, &err), STW_OK);
        CU_ASSERT_EQUAL(stw_journal_maintain(journal, start, &err), STW_OK);
    }
    struct stw_journal_counts counts = stw_journal_counts(journal);
    CU_ASSERT(counts.files > 20);
    CU_ASSERT_EQUAL(counts.recycled, counts.files - 2); /* the first two came before a spare */
    stw_journal_close(journal);
    CU_ASSERT(jkit_holds(&kit, 0, 500));
}

/*
 * The worst a recycled file can hold: records of the same lengths at the same offsets, well formed,
 * and a seal. After a crash at any point of filling it again, only the new ones are there.
 */
static void old_records_stay_dead(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct stw_buffer old, room;
    struct jkit kit;
    jkit_init(&kit);
    stw_buffer_init(&old);
    stw_buffer_init(&room);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    uint32_t filled = 0; /* of the first file: 24 records fill it */
    while (stw_journal_position(journal).file == 1)
        CU_ASSERT_EQUAL_FATAL(jkit_append(journal, filled++, STW_DURABILITY_NONE, &err), STW_OK);
    filled--;
    jkit_load(&kit, "0000000000000001.jnl", &old);
    stw_journal_close(journal);
    CU_ASSERT(filled > 16);
    for (uint32_t kept = 0; kept < filled; kept++) {
        struct jkit again;
        jkit_init(&again);
        /* Numbers one period of sizes later: other bytes, the same lengths and offsets. */
        again.options.not_before = (struct stw_journal_position){1, 64};
        jkit_write(&again, 800, 800 + kept);
        jkit_load(&again, "0000000000000002.jnl", &room);
        size_t tail = 64;
        for (uint32_t i = 0; i < kept; i++)
            tail += 24 + 8 + (i % 8) * 40;
        memcpy(room.data + tail, old.data + tail, JKIT_FILE_BYTES - tail);
        jkit_store(&again, "0000000000000002.jnl", &room);
        again.options.not_before = start;
        CU_ASSERT(jkit_holds(&again, 800, 800 + kept)); /* a reader */
        jkit_write(&again, 800 + kept, 804 + kept);     /* a writer */
        CU_ASSERT(jkit_holds(&again, 800, 804 + kept));
    }
    stw_buffer_release(&old);
    stw_buffer_release(&room);
}

/* Records of another store, or moved within a file, are none. */
static void records_elsewhere_are_none(void)
{
    struct stw_buffer bytes;
    struct jkit kit;
    jkit_init(&kit);
    stw_buffer_init(&bytes);
    jkit_write(&kit, 0, 1); /* 32 bytes: at 64 */
    jkit_load(&kit, "0000000000000001.jnl", &bytes);
    memcpy(bytes.data + 96, bytes.data + 64, 32);
    jkit_store(&kit, "0000000000000001.jnl", &bytes);
    CU_ASSERT(jkit_holds(&kit, 0, 1));
    kit.options.id[0]++;
    CU_ASSERT_EQUAL(jkit_read(&kit, start, NULL, 0), 0);
    CU_ASSERT_EQUAL(kit.note_count, 1); /* the header */
    stw_buffer_release(&bytes);
}

static void a_position_beyond_the_end_is_kept_free(void)
{
    struct jkit kit;
    uint32_t numbers[8];
    jkit_init(&kit);
    jkit_write(&kit, 0, 2);
    /* What is flushed says that more was here once: the next record must not be taken for it. */
    kit.options.not_before = (struct stw_journal_position){1, 2000};
    jkit_write(&kit, 2, 3);
    CU_ASSERT_EQUAL(jkit_read(&kit, kit.options.not_before, numbers, 8), 1);
    CU_ASSERT_EQUAL(numbers[0], 2);
    /* Also when the whole journal is gone. */
    struct jkit gone;
    jkit_init(&gone);
    gone.options.not_before = (struct stw_journal_position){5, 2000};
    jkit_write(&gone, 0, 1);
    CU_ASSERT_EQUAL(jkit_read(&gone, gone.options.not_before, numbers, 8), 1);
}

static void refuses_what_does_not_fit(void)
{
    static char large[STW_JOURNAL_RECORD_BYTES_MAX + 1];
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct jkit kit;
    uint32_t numbers[8];
    jkit_init(&kit);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    /* 4096 less header, seal and head: 3984. */
    CU_ASSERT_EQUAL(stw_journal_append(journal, STW_JOURNAL_PACK, (struct stw_slice){large, 3985},
                                       STW_DURABILITY_NONE, NULL, &err),
                    STW_ERR_LIMIT);
    CU_ASSERT_EQUAL(jkit_append(journal, 0, STW_DURABILITY_NONE, &err), STW_OK);
    stw_journal_close(journal);
    CU_ASSERT_EQUAL(jkit_read(&kit, start, numbers, 8), 1);
    kit.options.file_bytes = 0;
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    struct stw_slice payload = {large, STW_JOURNAL_RECORD_BYTES_MAX};
    CU_ASSERT_EQUAL(
        stw_journal_append(journal, STW_JOURNAL_PACK, payload, STW_DURABILITY_NONE, NULL, &err),
        STW_OK);
    payload.size++;
    CU_ASSERT_EQUAL(
        stw_journal_append(journal, STW_JOURNAL_PACK, payload, STW_DURABILITY_NONE, NULL, &err),
        STW_ERR_LIMIT);
    stw_journal_close(journal);
    kit.options.file_bytes = 100;
    CU_ASSERT_EQUAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_ERR_USAGE);
}

STW_SUITE(journal, {"golden bytes", golden_bytes},
          {"reads what was written", reads_what_was_written},
          {"goes on from any position", goes_on_from_any_position},
          {"follows a writer", follows_a_writer}, {"archives and expires", archives_and_expires},
          {"uses room again", uses_room_again}, {"old records stay dead", old_records_stay_dead},
          {"records elsewhere are none", records_elsewhere_are_none},
          {"a position beyond the end is kept free", a_position_beyond_the_end_is_kept_free},
          {"refuses what does not fit", refuses_what_does_not_fit});
