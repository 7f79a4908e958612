/* The files of a journal's folder: names, numbers, contents. Private to journal/. */
#ifndef STW_JOURNAL_JOURNAL_FILES_H
#define STW_JOURNAL_JOURNAL_FILES_H

#include "base/buffer.h"
#include "journal/journal.h"

enum { STW_JOURNAL_PATH_SIZE = 480 };

enum stw_journal_place { STW_JOURNAL_LIVE, STW_JOURNAL_ARCHIVED, STW_JOURNAL_SPARE };

int stw_journal_path(char path[STW_JOURNAL_PATH_SIZE], const char *folder,
                     enum stw_journal_place place, uint64_t number,
                     struct stw_error *err) STW_CHECKED;

/* The smallest number at or above `from` of a file in one of the places; 0: none. A folder that is
 * not there holds none. `live_only`: the archive does not count. */
int stw_journal_first(const char *folder, bool live_only, uint64_t from, uint64_t *number,
                      struct stw_error *err) STW_CHECKED;
/* The largest number; 0: none. */
int stw_journal_last(const char *folder, bool live_only, uint64_t *number,
                     struct stw_error *err) STW_CHECKED;

/* Spare files: how many, and the number of one of them. */
int stw_journal_spares(const char *folder, unsigned *count, uint64_t *number,
                       struct stw_error *err) STW_CHECKED;

/* What file `number` holds, put in the place of what `out` had: of the live one, else of the
 * archived one (*archived tells). STW_ERR_NOT_FOUND: neither is there. STW_ERR_DAMAGED: not all of
 * the archive can be unpacked; `out` has zeros in its place. `archive_only` looks into the archive
 * alone. */
int stw_journal_load(const struct stw_io *io, const char *folder, uint64_t number,
                     bool archive_only, struct stw_buffer *out, bool *archived,
                     struct stw_error *err) STW_CHECKED;

#endif
