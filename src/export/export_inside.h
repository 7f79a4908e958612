/* What the forms of an export share. */
#ifndef STW_EXPORT_EXPORT_INSIDE_H
#define STW_EXPORT_EXPORT_INSIDE_H

#include "export/export.h"

struct stw_export {
    struct stw_view *view;
    const struct stw_io *io;
    enum stw_export_format format;
    char folder[STW_EXPORT_PATH_MAX];  /* as it will be called */
    char partial[STW_EXPORT_PATH_MAX]; /* while it grows */
};

/* What is in a column, found out before the first row is written. */
struct stw_export_column {
    bool any_null;
    int scale;        /* decimals: the largest */
    stw_int128 reach; /* decimals: the largest magnitude, at `scale` */
};

/* The rows of a table to export. */
struct stw_export_rows {
    struct stw_export *export;
    const struct stw_table *table;
    const uint32_t *series;
    uint32_t series_count;
    int64_t from_ns, to_ns;
    int64_t time_min_ns, time_max_ns; /* of the rows there are; min > max: none */
    struct stw_export_column columns[STW_SCHEMA_COLUMNS_MAX];
};

/* Takes one run, columns as in the table. */
typedef int stw_export_run_fn(void *context, const struct stw_run *run, struct stw_error *err);

/* The rows of [from_ns, to_ns) in order. */
int stw_export_scan(const struct stw_export_rows *rows, int64_t from_ns, int64_t to_ns,
                    stw_export_run_fn *each, void *context, struct stw_error *err) STW_CHECKED;

int stw_export_parquet(struct stw_export_rows *rows, struct stw_export_result *result,
                       struct stw_error *err) STW_CHECKED;
int stw_export_csv(struct stw_export_rows *rows, struct stw_export_result *result,
                   struct stw_error *err) STW_CHECKED;

/* "partial/name" */
int stw_export_path(const struct stw_export *export, const char *name, char *path,
                    struct stw_error *err) STW_CHECKED;

#endif
