/*
 * Faults, enumerated: the Nth open, write, sync, rename, unlink, truncation or allocation around
 * appending, archiving, recycling and opening fails, for every N until none does. After each, the
 * journal opens and holds every acknowledged record, at most the one after them, and no other.
 */
#include "journal_kit.h"

#include "base/memory.h"

#include <errno.h>
#include <stdio.h>

enum { BEFORE = 70, MORE = 90, WINDOW_DAYS = 2 };

/* Two days pass while a file fills, so that files expire on the way. */
static int append_all(struct jkit *kit, uint32_t *acknowledged, unsigned *maintained,
                      struct stw_error *err)
{
    struct stw_journal *journal;
    struct stw_error ignored;
    STW_TRY(stw_journal_open(&journal, kit->folder, &kit->options, err));
    int status = STW_OK;
    for (uint32_t i = BEFORE; status == STW_OK && i < BEFORE + MORE; i++) {
        enum stw_durability durability = (enum stw_durability)(i % 3);
        status = jkit_append(journal, i, durability, err);
        if (status == STW_OK)
            *acknowledged = i + 1;
        kit->now_ns += STW_NS_PER_DAY / 12;
        /* Archiving that fails takes nothing away; appending goes on. */
        if (i % 20 == 0 &&
            stw_journal_maintain(journal, stw_journal_position(journal), &ignored) == STW_OK)
            ++*maintained;
    }
    stw_journal_close(journal);
    return status;
}

/* The numbers are consecutive and end with `acknowledged` - 1 or the one after; the last two days
 * of them, at least, are there. */
static void check_all(struct jkit *kit, uint32_t acknowledged, uint64_t nth)
{
    uint32_t numbers[BEFORE + MORE + 8];
    uint32_t count =
        jkit_read(kit, (struct stw_journal_position){0, 0}, numbers, BEFORE + MORE + 8);
    STW_EXPECT(kit->note_count == 0, "call %llu: %s", (unsigned long long)nth, kit->notes[0]);
    CU_ASSERT_FATAL(count > 0);
    for (uint32_t i = 1; i < count; i++)
        CU_ASSERT_EQUAL(numbers[i], numbers[0] + i);
    uint32_t end = numbers[count - 1] + 1;
    STW_EXPECT(end == acknowledged || end == acknowledged + 1,
               "call %llu: %u acknowledged, %u there", (unsigned long long)nth, acknowledged, end);
    STW_EXPECT(numbers[0] == 0 || count >= 12 * WINDOW_DAYS, "call %llu: only %u there",
               (unsigned long long)nth, count);
}

static void fail_appends(bool sticky, bool tear, int errno_value)
{
    bool fired = true;
    unsigned tries = 0;
    for (uint64_t nth = 1; fired; nth++, tries++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct jkit kit;
        uint32_t acknowledged = BEFORE;
        unsigned maintained = 0;
        jkit_init(&kit);
        kit.options.replay_window_ns = WINDOW_DAYS * STW_NS_PER_DAY;
        jkit_write(&kit, 0, BEFORE);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = sticky;
        fault.tear = tear;
        fault.errno_value = errno_value;
        kit.options.io = &fault.io;
        int status = append_all(&kit, &acknowledged, &maintained, &err);
        fired = fault.fired;
        kit.options.io = NULL;
        CU_ASSERT(fired || (status == STW_OK && acknowledged == BEFORE + MORE && maintained > 3));
        if (status != STW_OK)
            CU_ASSERT_EQUAL(status, errno_value == ENOSPC ? STW_ERR_FULL : STW_ERR_IO);
        check_all(&kit, acknowledged, nth);
        /* It goes on, and what was unsure before is now there or not. */
        uint32_t numbers[BEFORE + MORE + 8];
        uint32_t count =
            jkit_read(&kit, (struct stw_journal_position){0, 0}, numbers, BEFORE + MORE + 8);
        uint32_t end = numbers[count - 1] + 1;
        jkit_write(&kit, end, end + 3);
        check_all(&kit, end + 3, nth);
    }
    STW_EXPECT(tries > 100, "only %u calls", tries);
}

static void io_fails_once(void)
{
    fail_appends(false, false, EIO);
}

static void disk_is_full(void)
{
    fail_appends(true, true, ENOSPC);
}

static void crash_tears_a_write(void)
{
    fail_appends(true, true, EIO);
}

/* The same error again for every later append, and no further call to the system. */
static void a_failed_sync_is_final(void)
{
    struct stw_error err = {0}, again = {0};
    struct stw_io_fault fault;
    struct stw_journal *journal;
    struct jkit kit;
    jkit_init(&kit);
    stw_io_fault_init(&fault);
    kit.options.io = &fault.io;
    CU_ASSERT_EQUAL_FATAL(stw_journal_open(&journal, kit.folder, &kit.options, &err), STW_OK);
    CU_ASSERT_EQUAL(jkit_append(journal, 0, STW_DURABILITY_ALWAYS, &err), STW_OK);
    fault.fail_at = fault.calls + 2; /* the write goes well */
    CU_ASSERT_EQUAL(jkit_append(journal, 1, STW_DURABILITY_ALWAYS, &err), STW_ERR_IO);
    uint64_t calls = fault.calls;
    CU_ASSERT_EQUAL(jkit_append(journal, 2, STW_DURABILITY_NONE, &again), STW_ERR_IO);
    CU_ASSERT_EQUAL(stw_journal_sync(journal, &again), STW_ERR_IO);
    CU_ASSERT_STRING_EQUAL(err.what, again.what);
    CU_ASSERT_EQUAL(fault.calls, calls);
    stw_journal_close(journal);
    CU_ASSERT(jkit_holds(&kit, 0, 2)); /* the record was written; nobody was told that it is safe */
}

/* Recovery itself is interrupted: a torn record, and an older file's remains behind it. */
static void recovering_fails(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_error err = {0};
        struct stw_io_fault fault;
        struct stw_journal *journal;
        struct stw_buffer bytes;
        struct jkit kit;
        jkit_init(&kit);
        jkit_write(&kit, 0, 10);
        stw_buffer_init(&bytes);
        jkit_load(&kit, "0000000000000001.jnl", &bytes);
        /* Records 0 to 9 take 24 + 8 + 40 * (i % 8): 64 + 10 * 32 + 40 * 29 = 1544; cut the last.
         */
        memset(bytes.data + 1544 - 30, 0x55, JKIT_FILE_BYTES - 1544 + 30);
        jkit_store(&kit, "0000000000000001.jnl", &bytes);
        stw_buffer_release(&bytes);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = true;
        fault.tear = true;
        kit.options.io = &fault.io;
        if (stw_journal_open(&journal, kit.folder, &kit.options, &err) == STW_OK)
            stw_journal_close(journal);
        fired = fault.fired;
        kit.options.io = NULL;
        CU_ASSERT(jkit_holds(&kit, 0, 9));
        jkit_write(&kit, 9, 12);
        CU_ASSERT(jkit_holds(&kit, 0, 12));
    }
}

static void memory_runs_out(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct jkit kit;
        uint32_t end = BEFORE;
        jkit_init(&kit);
        jkit_write(&kit, 0, BEFORE);
        struct stw_error err = {0};
        struct stw_journal *journal = NULL;
        struct stw_journal_reader *reader = NULL;
        struct stw_journal_record record;
        stw_memory_fail_at(nth);
        int status = stw_journal_open(&journal, kit.folder, &kit.options, &err);
        for (int i = 0; status == STW_OK && i < 30; i++) {
            status = jkit_append(journal, end, STW_DURABILITY_NONE, &err);
            end += status == STW_OK;
        }
        if (status == STW_OK)
            status = stw_journal_maintain(journal, (struct stw_journal_position){0, 0}, &err);
        if (status == STW_OK)
            status = stw_journal_reader_open(&reader, kit.folder, &kit.options,
                                             (struct stw_journal_position){0, 0}, &err);
        while (status == STW_OK)
            status = stw_journal_reader_next(reader, &record, &err);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        stw_journal_reader_close(reader);
        stw_journal_close(journal);
        STW_EXPECT(status == (fired ? STW_ERR_MEMORY : STW_END), "allocation %llu: %d %s",
                   (unsigned long long)nth, status, err.what);
        CU_ASSERT(jkit_holds(&kit, 0, end));
    }
}

STW_SUITE(journal_fault, {"io fails once", io_fails_once}, {"disk is full", disk_is_full},
          {"crash tears a write", crash_tears_a_write},
          {"a failed sync is final", a_failed_sync_is_final},
          {"recovering fails", recovering_fails}, {"memory runs out", memory_runs_out});
