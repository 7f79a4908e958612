/*
 * A store's plain twin: every row in a list, identity and erasure applied in the plainest way.
 * Random commits go to both; what a scan of the store gives, as text, must be what the twin gives.
 */
#ifndef STW_TESTS_TWIN_H
#define STW_TESTS_TWIN_H

#include "base/buffer.h"
#include "store/view.h"

enum { TWIN_COLUMNS = 6, TWIN_WORDS = 5 };

struct twin_row {
    uint32_t series; /* number in the twin's key list */
    int64_t time_ns;
    uint64_t sequence;
    bool present[TWIN_COLUMNS];
    struct stw_decimal value; /* v decimal */
    double real;              /* f float */
    int64_t ints[3];          /* n int, b bool, s time */
    unsigned word;            /* t text */
    bool erased;
};

struct twin {
    enum stw_identity identity;
    struct twin_row *rows;
    size_t capacity;
    size_t count;
    uint32_t series_count;
    uint64_t sequence;
    uint64_t random;
};

/* The schema of a table `r` with a column of each type. */
const char *twin_schema(enum stw_identity identity, const char *partition);

/* "dev-NN" NUL "c" into key; returns its size. */
size_t twin_key(uint32_t series, char *key);
const char *twin_word(unsigned word);

/* A random row over a small domain, so that repeats and corrections are frequent. */
struct twin_row twin_random_row(struct twin *twin, int64_t spread_ns);

/* What the store is expected to say of a row; adds it to the twin unless it is repeated. */
enum twin_fate { TWIN_ADDED, TWIN_CORRECTS, TWIN_REPEATED };
enum twin_fate twin_add(struct twin *twin, const struct twin_row *row);

void twin_erase(struct twin *twin, uint32_t series, int64_t from_ns, int64_t to_ns);

/* All rows in [from, to) as text, by key, time and sequence. */
void twin_print(const struct twin *twin, int64_t from_ns, int64_t to_ns, bool history,
                struct stw_buffer *out);
void twin_release(struct twin *twin);

/* The rows of table `r` in a view as text, in the same form, through merges. */
int twin_print_view(struct stw_view *view, int64_t from_ns, int64_t to_ns, bool history,
                    struct stw_buffer *out, struct stw_error *err) STW_CHECKED;

/* Puts a row into a batch of table `r`. */
void twin_batch_row(struct stw_batch *batch, uint32_t id, const struct twin_row *row);

/* Same text; prints the first line that differs. */
bool twin_same(const struct stw_buffer *got, const struct stw_buffer *want, const char *what);

#endif
