/* What the suites of this folder share: a store in a fresh folder, files, and a table as text. */
#ifndef STW_TEST_INGEST_TOOLS_H
#define STW_TEST_INGEST_TOOLS_H

#include "ingest/ingest.h"
#include "store/view.h"

#include "../support/test.h"

struct bench {
    char folder[512];
    struct stw_store *store;
    struct stw_map map;
    bool has_map;
    struct stw_ingest_result result;
    struct stw_error err;
};

/* An empty store with the built-in tables. */
void bench_open(struct bench *bench, const char *zone);
void bench_close(struct bench *bench);
void bench_reopen(struct bench *bench); /* the map goes: it points into the store's schema */

/* folder/name with this content. Static storage. */
const char *bench_file(struct bench *bench, const char *name, const char *text);
const char *bench_bytes(struct bench *bench, const char *name, const void *bytes, size_t size);

/* Replaces the map; fails the test when it does not parse. */
bool bench_map(struct bench *bench, const char *text);

/* Ingests, with the map set before. */
int bench_ingest(struct bench *bench, const char *path);

/* What is in the rejects file of the last ingest: "line,column,reason,value". */
void bench_expect_rejects(const struct bench *bench, const char *want);

/* All live rows of a table in key and time order, a line each: key|time|column=value ... (only what
 * is there; times as UTC). Caller releases. */
void bench_dump(struct bench *bench, const char *table, struct stw_buffer *out);
void bench_expect_rows(struct bench *bench, const char *table, const char *want, int line);
#define BENCH_EXPECT(bench, table, want) bench_expect_rows(bench, table, want, __LINE__)

#endif
