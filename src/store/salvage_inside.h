/* The inside of salvage: what is known of the old store's files (salvage_files.c), and putting
 * their rows into the new one (salvage.c). Private to store/. */
#ifndef STW_STORE_SALVAGE_INSIDE_H
#define STW_STORE_SALVAGE_INSIDE_H

#include "store/salvage.h"
#include "store/store_inside.h"

struct stw_salvage_window;
struct stw_salvage_journal;

/* A segment file of the old store. */
struct stw_salvage_file {
    const char *name;
    const struct stw_segment_ref *ref; /* NULL: no record names it */
    const struct stw_table *table;     /* of the new store; NULL: no block of it can be read */
    uint64_t commit_first;
    uint64_t commit_last;
};

/* Keys of a table by series id; data NULL: not known. */
struct stw_salvage_keys {
    struct stw_slice *words;
    size_t capacity;
    uint32_t count;
};

/* Rows that a damaged block of the old store held: of these commits, series and times (the last
 * ones included). */
struct stw_salvage_lost {
    uint32_t table;
    uint64_t commit_first, commit_last;
    uint32_t series_first, series_last;
    int64_t time_min_ns, time_max_ns;
};

struct stw_salvage {
    const char *path;
    const struct stw_io *io;
    struct stw_store *old; /* NULL: its manifest cannot be read */
    struct stw_store *store;
    stw_store_finding_fn *each;
    void *context;
    struct stw_salvage_result *result;
    struct stw_arena arena;
    struct stw_salvage_file *files;
    size_t file_capacity;
    uint32_t file_count;
    uint32_t *files_by_commit;     /* places in `files`, in the order of commit_last */
    struct stw_salvage_keys *keys; /* by table */
    uint64_t *moments;             /* generations at which something happened */
    size_t moment_capacity;
    uint32_t moment_count;
    /* How far salvage.c has come in the old state and in files_by_commit; moments rise. */
    uint32_t commit_at, erasure_at, snapshot_at, file_at;
    uint32_t commits_apart; /* done since files were last put together */
    struct stw_salvage_lost *lost;
    size_t lost_capacity;
    uint32_t lost_count;
    uint32_t window_rows;
    struct stw_salvage_window **windows; /* by table; NULL: none is needed, or not yet */
    struct stw_salvage_journal *journal; /* NULL: the old store has none */
    struct stw_store_finding *findings;  /* of files, kept until all keys are known */
    uint32_t (*finding_series)[2];
    size_t finding_capacity;
    size_t series_capacity;
    uint32_t finding_count;
    int64_t now_ns; /* the new store's clock */
};

/* Tells `each` of something that is no part of a segment. */
void stw_salvage_report(struct stw_salvage *salvage, const char *file, const char *what);

/* A generation may be told again and again. */
int stw_salvage_moment(struct stw_salvage *salvage, uint64_t generation,
                       struct stw_error *err) STW_CHECKED;

/* In order, each once. */
void stw_salvage_sort_moments(struct stw_salvage *salvage);

/* Lists the files, walks each once for its keys and damage, and reports the damage. */
int stw_salvage_survey(struct stw_salvage *salvage, struct stw_error *err) STW_CHECKED;

int stw_salvage_file_path(const struct stw_salvage *salvage, const struct stw_salvage_file *file,
                          char *path, size_t size, struct stw_error *err) STW_CHECKED;

/* Where block columns go in the table, or -1; `places` has room for the spec's columns.
 * *sequence is the place of STW_SEQUENCE_COLUMN, or -1. */
void stw_salvage_places(const struct stw_table *table, const struct stw_segment_spec *spec,
                        int *places, int *sequence);

/* Appends row `row` of a block to a batch under an id; `places` as above. */
int stw_salvage_put_row(struct stw_batch *batch, uint32_t series, const struct stw_block *block,
                        uint32_t row, const int *places, struct stw_error *err) STW_CHECKED;

/* Walks a file's sound blocks. `inner` is what the taker filled when it refused one; where it is
 * empty the trouble is the file's. */
int stw_salvage_walk(const struct stw_salvage *salvage, const struct stw_salvage_file *file,
                     const struct stw_segment_taker *taker, const struct stw_error *inner,
                     struct stw_error *err) STW_CHECKED;

/* ---- Tables with one live row a series, salvage_window.c --------------------------------------
 */

int stw_salvage_window_create(const struct stw_table *table, uint32_t rows,
                              struct stw_salvage_window **out, struct stw_error *err) STW_CHECKED;
void stw_salvage_window_free(struct stw_salvage_window *window); /* NULL is fine */

/* The next row of the commits up to `moment`, by sequence, valid until the next call; its series is
 * an id of the old store. STW_END: there is none. Moments never fall. */
int stw_salvage_window_next(struct stw_salvage *salvage, struct stw_salvage_window *window,
                            uint64_t moment, const struct stw_batch **rows, uint32_t *row,
                            struct stw_error *err) STW_CHECKED;

/* ---- The journal, salvage_journal.c ------------------------------------------------------------
 */

/* After the survey. */
int stw_salvage_journal_open(struct stw_salvage *salvage, struct stw_error *err) STW_CHECKED;
void stw_salvage_journal_close(struct stw_salvage *salvage);

/* Adds to a flush that is done again what damaged blocks held of it. Flushes come in order. */
int stw_salvage_journal_fill(struct stw_salvage *salvage, const struct stw_commit_entry *entry,
                             struct stw_commit *commit, struct stw_error *err) STW_CHECKED;

/* After all commits: one more with the rows that waited for a flush. */
int stw_salvage_journal_finish(struct stw_salvage *salvage, struct stw_error *err) STW_CHECKED;

#endif
