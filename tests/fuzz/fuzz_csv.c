/*
 * Any bytes as a CSV file, whole, in pieces, and in pieces of which whole lines go to a reader of
 * their own: the same records in each way. The first byte picks separator and quoting, the second
 * the size of the pieces.
 */
#include "../support/pieces.h"

#include "text/csv.h"

#include "base/hash.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t add_record(const struct stw_text_record *record, uint64_t hash)
{
    assert(record->count >= 1 && record->line >= 1);
    for (uint32_t i = 0; i < record->count; i++)
        hash = stw_hash64(record->fields[i].text.data, record->fields[i].text.size,
                          hash + record->fields[i].quoted);
    return stw_hash64(record->raw.data, record->raw.size, hash + record->line + record->offset * 7);
}

/* Whole lines that are next, if there are any, by a reader of their own. */
static uint64_t read_lines(struct stw_csv *csv, struct stw_csv *own, uint64_t hash)
{
    struct stw_slice lines;
    struct stw_text_record record;
    uint64_t offset = csv->offset + csv->at;
    if (!stw_csv_take_lines(csv, &lines))
        return hash;
    char *to = stw_csv_restart(own, lines.size, csv->line, offset);
    assert(to != NULL);
    memcpy(to, lines.data, lines.size);
    stw_csv_filled(own, lines.size, true);
    int status;
    while ((status = stw_csv_next(own, &record, NULL)) == STW_OK)
        hash = add_record(&record, hash);
    assert(status == STW_END);
    csv->line = own->line;
    return hash;
}

static uint64_t read_all(struct stw_slice input, uint8_t pick, size_t piece, bool by_lines,
                         stw_csv_marks_fn *kernel, int *status)
{
    struct stw_csv_options options = {",;\t |"[pick % 5], 0, pick / 5 % 8 == 7};
    struct stw_csv csv, own;
    struct stw_text_record record;
    struct stw_error err;
    uint64_t hash = 0;
    stw_csv_init(&csv, &options);
    stw_csv_init(&own, &options);
    csv.find_marks = kernel;
    for (;;) {
        while ((*status = stw_csv_next(&csv, &record, &err)) == STW_OK) {
            hash = add_record(&record, hash);
            if (by_lines)
                hash = read_lines(&csv, &own, hash);
        }
        if (*status < 0 || csv.last)
            break;
        size_t room;
        char *to = stw_csv_room(&csv, &room);
        if (to == NULL)
            break;
        size_t taken = stw_test_feed(&input, piece, to, room);
        stw_csv_filled(&csv, taken, input.size == 0);
    }
    stw_csv_release(&csv);
    stw_csv_release(&own);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct stw_slice input = {(const char *)data + 2, size - 2};
    stw_csv_marks_fn *fast = stw_csv_marks_pick();
    int whole_status, pieces_status, lines_status;
    uint64_t whole = read_all(input, data[0], SIZE_MAX, false, fast, &whole_status);
    uint64_t pieces =
        read_all(input, data[0], data[1] + 1u, false, stw_csv_marks_scalar, &pieces_status);
    uint64_t lines = read_all(input, data[0], data[1] + 1u, true, fast, &lines_status);
    assert(whole == pieces && whole_status == pieces_status);
    assert(whole == lines && whole_status == lines_status);
    return 0;
}
