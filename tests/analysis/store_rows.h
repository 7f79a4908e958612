/* A small store written row by row from texts, for tests of what is gathered from one. */
#ifndef STW_TEST_STORE_ROWS_H
#define STW_TEST_STORE_ROWS_H

#include "store/view.h"

struct store_rows {
    struct stw_store *store;
    struct stw_commit *commit;
};

/* A new store in a fresh folder, with a commit begun. */
void store_rows_open(struct store_rows *rows);

/* UTC, "2026-02-01" or "2026-02-01T08:30". */
int64_t store_rows_time(const char *text);

/* `key` with '/' between components; `fields` as "name=value name=value" (no blanks in values). */
void store_rows_add(struct store_rows *rows, const char *table, const char *key, int64_t time_ns,
                    const char *fields);

/* Ends the commit; the view is the caller's to close, before the store. */
struct stw_view *store_rows_view(struct store_rows *rows);
void store_rows_close(struct store_rows *rows, struct stw_view *view);

#endif
