/* A small store of readings for tests: made, filled, opened and read as text. */
#ifndef STW_TESTS_STORE_KIT_H
#define STW_TESTS_STORE_KIT_H

#include "base/buffer.h"
#include "store/view.h"

/* Fails the test, and ends it, with the error's words unless status is STW_OK. */
void kit_ok(int status, const struct stw_error *err, const char *file, int line);
#define KIT_OK(call) kit_ok((call), &err, __FILE__, __LINE__)

/* A path "…/store" in a fresh folder, into path[300]; nothing is there yet. */
void kit_path(char *path);
int kit_create(const char *path, const struct stw_store_options *options,
               struct stw_error *err) STW_CHECKED;

/* One commit of `rows` readings of each of `meters` meters: row i of meter m at hour first + i is
 * (m * 1000 + first + i) / 10, with quality "ok" where i is even. A source with `source` as its
 * hash when it is not 0. */
struct kit_load {
    unsigned meters;
    int first;
    int rows;
    uint64_t source;
};
int kit_commit(struct stw_store *store, const struct kit_load *load,
               struct stw_commit_result *result, struct stw_error *err) STW_CHECKED;

/* What the store must hold after such commits, and what a view of it holds, as text. */
void kit_expect(const struct kit_load *loads, unsigned count, struct stw_buffer *out);
int kit_print(struct stw_view *view, struct stw_buffer *out, struct stw_error *err) STW_CHECKED;

/* Opens a view (as_of may be NULL), prints it, compares; says whether it is the same. */
bool kit_holds(struct stw_store *store, const char *as_of, const struct kit_load *loads,
               unsigned count);

/* Changes one byte of a file of the store. */
void kit_flip(const char *path, const char *name, uint64_t offset);
uint64_t kit_size(const char *path, const char *name);
void kit_cut(const char *path, const char *name, uint64_t size);

/* A copy of a folder with all that is in it, where nothing is yet; and its removal. */
void kit_copy(const char *from, const char *into);
void kit_remove(const char *path);

/* Files in a folder of the store, by count. */
unsigned kit_files(const char *path, const char *folder);

#endif
