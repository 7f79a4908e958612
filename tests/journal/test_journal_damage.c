/*
 * Damage: every byte of a small journal is flipped in turn, live and archived. What is read is
 * right, what cannot be read is named, and the rest is read all the same. jkit_read compares every
 * record's bytes with what its number says.
 */
#include "journal_kit.h"

#include <stdio.h>
#include <unistd.h>

enum { RECORDS = 60 };
static const struct stw_journal_position start = {0, 0};

/* Files 1 (archived when asked), 2 and 3, the last one. */
static void make(struct jkit *kit, bool archived)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    jkit_init(kit);
    kit->check_end = true;
    jkit_write(kit, 0, RECORDS);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit->folder, &kit->options, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_journal_position(journal).file, 3);
    if (archived)
        CU_ASSERT_EQUAL(stw_journal_maintain(journal, start, &err), STW_OK);
    stw_journal_close(journal);
    CU_ASSERT(jkit_holds(kit, 0, RECORDS));
}

/* Rising numbers; how many of all are missing. */
static uint32_t missing(struct jkit *kit)
{
    uint32_t numbers[RECORDS];
    uint32_t count = jkit_read(kit, start, numbers, RECORDS);
    for (uint32_t i = 1; i < count; i++)
        CU_ASSERT(numbers[i - 1] < numbers[i]);
    return RECORDS - count;
}

static void flip_file(struct jkit *kit, const char *name, uint32_t missing_max,
                      unsigned unnamed_max)
{
    struct stw_buffer bytes;
    unsigned unnamed = 0;
    stw_buffer_init(&bytes);
    jkit_load(kit, name, &bytes);
    for (size_t at = 0; at < bytes.size; at++) {
        bytes.data[at] ^= (char)(1u << (at % 8));
        jkit_store(kit, name, &bytes);
        bytes.data[at] ^= (char)(1u << (at % 8));
        uint32_t lost = missing(kit);
        STW_EXPECT(lost <= missing_max, "%s byte %zu: %u records lost", name, at, lost);
        STW_EXPECT(lost == 0 || kit->note_count > 0, "%s byte %zu: not named", name, at);
        unnamed += kit->note_count == 0;
    }
    jkit_store(kit, name, &bytes);
    CU_ASSERT(jkit_holds(kit, 0, RECORDS));
    STW_EXPECT(unnamed <= unnamed_max, "%s: %u bytes were not noticed", name, unnamed);
    stw_buffer_release(&bytes);
}

static void live_files(void)
{
    struct jkit kit;
    make(&kit, false);
    /* Not noticed: the zeros that fill up a record, and those behind a seal. */
    flip_file(&kit, "0000000000000001.jnl", 1, 600);
    flip_file(&kit, "0000000000000002.jnl", 1, 600);
    flip_file(&kit, "0000000000000003.jnl", 1, 7 * 20);
}

static void archived_files(void)
{
    struct jkit kit;
    make(&kit, true);
    flip_file(&kit, "archive/0000000000000001.jnl.zst", RECORDS - 20, 0);
}

/* Any beginning of a file: a prefix of its records, and those of the other files. */
static void cut_files(void)
{
    struct stw_buffer bytes, part;
    struct jkit kit;
    make(&kit, true);
    stw_buffer_init(&bytes);
    stw_buffer_init(&part);
    static const char *const names[] = {"archive/0000000000000002.jnl.zst", "0000000000000003.jnl"};
    for (int file = 0; file < 2; file++) {
        jkit_load(&kit, names[file], &bytes);
        for (size_t size = 0; size < bytes.size; size += 5) {
            stw_buffer_clear(&part);
            stw_buffer_add(&part, bytes.data, size);
            jkit_store(&kit, names[file], &part);
            uint32_t lost = missing(&kit);
            STW_EXPECT(lost < 30, "%s cut at %zu: %u lost", names[file], size, lost);
            STW_EXPECT(file == 1 || kit.note_count > 0, "%s cut at %zu: not named", names[file],
                       size);
        }
        jkit_store(&kit, names[file], &bytes);
    }
    stw_buffer_release(&bytes);
    stw_buffer_release(&part);
}

/* A live file that is there and archived, too, may be another's room already: the archive counts.
 */
static void archived_while_read(void)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    struct stw_buffer bytes;
    struct jkit kit;
    make(&kit, false);
    stw_buffer_init(&bytes);
    jkit_load(&kit, "0000000000000001.jnl", &bytes);
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_journal_maintain(journal, start, &err), STW_OK);
    stw_journal_close(journal);
    memset(bytes.data + 64, 0x77, 600); /* records 0 to 4, and some of 5 */
    jkit_store(&kit, "0000000000000001.jnl", &bytes);
    CU_ASSERT(jkit_holds(&kit, 0, RECORDS));
    stw_buffer_release(&bytes);
}

static void missing_files(void)
{
    char path[400];
    struct jkit kit;
    make(&kit, true);
    snprintf(path, sizeof(path), "%s/archive/0000000000000002.jnl.zst", kit.folder);
    CU_ASSERT_EQUAL(unlink(path), 0);
    uint32_t lost = missing(&kit);
    STW_EXPECT(lost > 15 && lost < 30, "%u", lost);
    CU_ASSERT_EQUAL(kit.note_count, 1);
    CU_ASSERT_STRING_EQUAL(kit.notes[0], "journal files 2 to 2 are missing");
}

/* A writer that opens a journal with a hole in its last file goes on behind the last record. */
static void a_writer_keeps_what_follows_damage(void)
{
    struct stw_buffer bytes;
    struct jkit kit;
    uint32_t numbers[20];
    jkit_init(&kit);
    stw_buffer_init(&bytes);
    jkit_write(&kit, 0, 8);
    jkit_load(&kit, "0000000000000001.jnl", &bytes);
    bytes.data[64 + 32 + 30] ^= 1; /* in the payload of record 1 */
    jkit_store(&kit, "0000000000000001.jnl", &bytes);
    stw_buffer_release(&bytes);
    jkit_write(&kit, 8, 12);
    CU_ASSERT_EQUAL(jkit_read(&kit, start, numbers, 20), 11);
    CU_ASSERT_EQUAL(numbers[1], 2);
    CU_ASSERT_EQUAL(numbers[10], 11);
    CU_ASSERT_EQUAL(kit.note_count, 1);
    CU_ASSERT_STRING_EQUAL(kit.notes[0], "journal file 1 is damaged from byte 96 to byte 168");
}

STW_SUITE(journal_damage, {"live files", live_files}, {"archived files", archived_files},
          {"cut files", cut_files}, {"archived while read", archived_while_read},
          {"missing files", missing_files},
          {"a writer keeps what follows damage", a_writer_keeps_what_follows_damage});
