/* Small journals for tests: records that are known by their number, written, read and compared. */
#ifndef STW_TESTS_JOURNAL_KIT_H
#define STW_TESTS_JOURNAL_KIT_H

#include "../support/test.h"
#include "base/bits.h"
#include "journal/journal.h"

enum { JKIT_FILE_BYTES = 4096, JKIT_NOTES_MAX = 64 };

/* A journal in a fresh folder, with small files, a clock of its own and the notes it made. */
struct jkit {
    char folder[300];
    int64_t now_ns;
    struct stw_journal_options options;
    bool check_end; /* reading looks at what is behind the last record, too */
    unsigned note_count;
    char notes[JKIT_NOTES_MAX][300];
};

void jkit_init(struct jkit *kit);

/* The payload of record `number`: its number and a few bytes that follow from it. Sizes repeat with
 * a period of 8, 8 to 288 bytes. */
struct stw_slice jkit_payload(uint32_t number, char room[320]);
int jkit_append(struct stw_journal *journal, uint32_t number, enum stw_durability durability,
                struct stw_error *err) STW_CHECKED;

/* Appends [from, to), opening and closing; all must go well. */
void jkit_write(struct jkit *kit, uint32_t from, uint32_t to);

/* Reads from a position to the end: the numbers of the records, each checked to be whole and of
 * the right bytes, in `numbers`; how many. */
uint32_t jkit_read(struct jkit *kit, struct stw_journal_position from, uint32_t *numbers,
                   uint32_t capacity);

/* Exactly [from, to), in order, and no note about damage. */
bool jkit_holds(struct jkit *kit, uint32_t from, uint32_t to);

/* Whole files, as bytes. */
void jkit_load(const struct jkit *kit, const char *name, struct stw_buffer *out);
void jkit_store(const struct jkit *kit, const char *name, const struct stw_buffer *bytes);

#endif
