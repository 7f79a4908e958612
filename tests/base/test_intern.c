/* Undoing additions to an interning set, against a set that never had them. */
#include "base/hash.h"

#include "../support/test.h"

#include <stdio.h>

static struct stw_slice word_of(unsigned i, char *room, size_t size)
{
    struct stw_slice word = {room, (size_t)snprintf(room, size, "meter-%u", i)};
    return word;
}

static void truncation_forgets_the_latest(void)
{
    struct stw_intern set;
    stw_intern_init(&set);
    char room[32];
    uint32_t number;
    /* Keeping fewer each time, across growths of the table; then adding other words again. */
    for (unsigned keep = 3000; keep > 0; keep /= 3) {
        for (unsigned i = set.count; i < 5000; i++) {
            CU_ASSERT_FATAL(
                stw_intern_add(&set, word_of(i + (i < keep ? 0 : keep), room, 32), &number, NULL));
            if (i < keep)
                CU_ASSERT_EQUAL(number, i);
        }
        stw_intern_truncate(&set, keep);
        CU_ASSERT_EQUAL(set.count, keep);
        for (unsigned i = 0; i < 12000; i++) {
            uint32_t found = stw_intern_find(&set, word_of(i, room, 32));
            CU_ASSERT_EQUAL(found, i < keep ? i : STW_INTERN_NONE);
        }
    }
    stw_intern_release(&set);
}

STW_SUITE(intern, {"truncation forgets the latest", truncation_forgets_the_latest});
