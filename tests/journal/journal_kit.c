#include "journal_kit.h"

#include "journal/journal_files.h"

#include <stdio.h>

static int keep_note(void *context, const char *sentence)
{
    struct jkit *kit = context;
    if (kit->note_count < JKIT_NOTES_MAX)
        snprintf(kit->notes[kit->note_count++], sizeof(kit->notes[0]), "%s", sentence);
    return STW_OK;
}

void jkit_init(struct jkit *kit)
{
    memset(kit, 0, sizeof(*kit));
    snprintf(kit->folder, sizeof(kit->folder), "%s/journal", stw_test_folder());
    kit->now_ns = 1000 * STW_NS_PER_DAY;
    kit->options = (struct stw_journal_options){
        .clock = stw_clock_fixed(&kit->now_ns),
        .id = {7, 1, 7, 2},
        .file_bytes = JKIT_FILE_BYTES,
        .group_wait_ns = -1,
        .replay_window_ns = 90 * STW_NS_PER_DAY,
        .note = keep_note,
        .note_context = kit,
    };
}

struct stw_slice jkit_payload(uint32_t number, char room[320])
{
    size_t size = 8 + (number % 8) * 40;
    uint64_t state = number;
    stw_store_le32(room, number);
    for (size_t at = 4; at < size; at++)
        room[at] = (char)stw_test_random(&state);
    return (struct stw_slice){room, size};
}

int jkit_append(struct stw_journal *journal, uint32_t number, enum stw_durability durability,
                struct stw_error *err)
{
    char room[320];
    return stw_journal_append(journal, STW_JOURNAL_ROWS, jkit_payload(number, room), durability,
                              NULL, err);
}

void jkit_write(struct jkit *kit, uint32_t from, uint32_t to)
{
    struct stw_error err = {0};
    struct stw_journal *journal;
    int status = stw_journal_open(&journal, kit->folder, &kit->options, &err);
    CU_ASSERT_EQUAL_FATAL(status, STW_OK);
    for (uint32_t number = from; number < to; number++)
        CU_ASSERT_EQUAL(jkit_append(journal, number, STW_DURABILITY_NONE, &err), STW_OK);
    stw_journal_close(journal);
}

uint32_t jkit_read(struct jkit *kit, struct stw_journal_position from, uint32_t *numbers,
                   uint32_t capacity)
{
    struct stw_error err = {0};
    struct stw_journal_reader *reader;
    struct stw_journal_record record;
    struct stw_journal_position at = from;
    uint32_t count = 0;
    kit->note_count = 0;
    CU_ASSERT_EQUAL_FATAL(stw_journal_reader_open(&reader, kit->folder, &kit->options, from, &err),
                          STW_OK);
    int status;
    while ((status = stw_journal_reader_next(reader, &record, &err)) == STW_OK) {
        char room[320];
        uint32_t number = record.payload.size >= 4 ? stw_load_le32(record.payload.data) : 0;
        CU_ASSERT(stw_slice_equal(record.payload, jkit_payload(number, room)));
        CU_ASSERT_EQUAL(record.kind, STW_JOURNAL_ROWS);
        CU_ASSERT(stw_journal_compare(record.at, at) >= 0);
        CU_ASSERT(stw_journal_compare(record.next, record.at) > 0);
        at = record.next;
        CU_ASSERT_FATAL(count < capacity);
        numbers[count++] = number;
    }
    STW_EXPECT(status == STW_END, "%d %s", status, err.what);
    if (kit->check_end)
        CU_ASSERT_EQUAL(stw_journal_reader_check_end(reader), STW_OK);
    stw_journal_reader_close(reader);
    return count;
}

bool jkit_holds(struct jkit *kit, uint32_t from, uint32_t to)
{
    static uint32_t numbers[100000];
    uint32_t count = jkit_read(kit, (struct stw_journal_position){0, 0}, numbers, 100000);
    bool same = count == to - from && kit->note_count == 0;
    for (uint32_t i = 0; same && i < count; i++)
        same = numbers[i] == from + i;
    return same;
}

void jkit_load(const struct jkit *kit, const char *name, struct stw_buffer *out)
{
    struct stw_error err = {0};
    char path[STW_JOURNAL_PATH_SIZE];
    stw_buffer_clear(out);
    snprintf(path, sizeof(path), "%s/%s", kit->folder, name);
    CU_ASSERT_EQUAL_FATAL(stw_file_load(stw_io_system(), path, 1 << 24, out, &err), STW_OK);
}

void jkit_store(const struct jkit *kit, const char *name, const struct stw_buffer *bytes)
{
    char path[STW_JOURNAL_PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", kit->folder, name);
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(stw_buffer_slice(bytes).data, 1, bytes->size, file), bytes->size);
    fclose(file);
}
