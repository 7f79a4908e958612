/*
 * Words that follow a count in what people read: "1 row", "0 rows", "2 rows". Reports have their
 * own way, in each language (report/words.h).
 */
#ifndef STW_BASE_PLURAL_H
#define STW_BASE_PLURAL_H

#include <stdint.h>

/* What a count asks for: "is" or "are", "entry" or "entries". */
static inline const char *stw_plural_of(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

/* The ending: "%u row%s", rows, stw_plural(rows). */
static inline const char *stw_plural(uint64_t count)
{
    return stw_plural_of(count, "", "s");
}

#endif
