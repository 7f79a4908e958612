/* The inside of salvage: what is known of the old store's files (salvage_files.c), and putting
 * their rows into the new one (salvage.c). Private to store/. */
#ifndef STW_STORE_SALVAGE_INSIDE_H
#define STW_STORE_SALVAGE_INSIDE_H

#include "store/salvage.h"
#include "store/store_inside.h"

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
    struct stw_salvage_keys *keys; /* by table */
    uint64_t *moments;             /* generations at which something happened */
    size_t moment_capacity;
    uint32_t moment_count;
    struct stw_store_finding *findings; /* of files, kept until all keys are known */
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

/* Lists the files, walks each once for its keys and damage, and reports the damage. */
int stw_salvage_survey(struct stw_salvage *salvage, struct stw_error *err) STW_CHECKED;

int stw_salvage_file_path(const struct stw_salvage *salvage, const struct stw_salvage_file *file,
                          char *path, size_t size, struct stw_error *err) STW_CHECKED;

/* Where block columns go in the table, or -1; `places` has room for the spec's columns.
 * *sequence is the place of STW_SEQUENCE_COLUMN, or -1. */
void stw_salvage_places(const struct stw_table *table, const struct stw_segment_spec *spec,
                        int *places, int *sequence);

#endif
