/*
 * Any bytes as a CSV file, whole and in pieces: the same records either way. The first byte picks
 * separator and quoting, the second the size of the pieces.
 */
#include "../support/pieces.h"

#include "text/csv.h"

#include "base/hash.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t read_all(struct stw_slice input, uint8_t pick, size_t piece,
                         stw_csv_marks_fn *kernel, int *status)
{
    struct stw_csv_options options = {",;\t |"[pick % 5], 0, pick / 5 % 8 == 7};
    struct stw_csv csv;
    struct stw_text_record record;
    struct stw_error err;
    uint64_t hash = 0;
    stw_csv_init(&csv, &options);
    csv.find_marks = kernel;
    for (;;) {
        while ((*status = stw_csv_next(&csv, &record, &err)) == STW_OK) {
            assert(record.count >= 1 && record.line >= 1);
            for (uint32_t i = 0; i < record.count; i++)
                hash = stw_hash64(record.fields[i].text.data, record.fields[i].text.size,
                                  hash + record.fields[i].quoted);
            hash = stw_hash64(record.raw.data, record.raw.size,
                              hash + record.line + record.offset * 7);
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
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct stw_slice input = {(const char *)data + 2, size - 2};
    int whole_status, pieces_status;
    uint64_t whole = read_all(input, data[0], SIZE_MAX, stw_csv_marks_pick(), &whole_status);
    uint64_t pieces = read_all(input, data[0], data[1] + 1u, stw_csv_marks_scalar, &pieces_status);
    assert(whole == pieces && whole_status == pieces_status);
    return 0;
}
