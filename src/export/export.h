/*
 * Tables out of a store, for other programs: Parquet files in a partitioned folder, or CSV that
 * goes into another store as it was.
 *
 *     FOLDER/readings/utc_month=2026-10/part-0.parquet     a file a partition of the table (UTC)
 *     FOLDER/devices/part-0.parquet                         of a table that has none
 *
 *     FOLDER/readings.csv, FOLDER/readings.map.yml          CSV and the column map that reads it
 *
 * Rows are those a query shows: corrected and erased ones are left out. They are sorted by key,
 * then time. The same rows give the same bytes.
 *
 * Nothing is seen under FOLDER's name before all is written: it grows as FOLDER.partial, which is
 * renamed at the end and removed on failure.
 *
 * Memory is bounded by a row group (parquet/parquet.h) and the decoder of the scan.
 */
#ifndef STW_EXPORT_EXPORT_H
#define STW_EXPORT_EXPORT_H

#include "base/io.h"
#include "scan/scan.h"

enum { STW_EXPORT_PATH_MAX = 1024 };

enum stw_export_format { STW_EXPORT_PARQUET, STW_EXPORT_CSV };

struct stw_export;

struct stw_export_result {
    uint64_t rows;
    uint64_t files; /* maps not counted */
    uint64_t bytes; /* of them */
};

/* `folder` must not exist, its parent must. `io` NULL: the system's. */
int stw_export_begin(struct stw_export **out, struct stw_view *view, enum stw_export_format format,
                     const char *folder, const struct stw_io *io,
                     struct stw_error *err) STW_CHECKED;

/*
 * One table: of the series (NULL: all, in key order) the rows with from_ns <= time < to_ns.
 * `result` is added to. STW_ERR_LIMIT where decimals have no common scale.
 */
int stw_export_table(struct stw_export *export, const struct stw_table *table,
                     const uint32_t *series, uint32_t series_count, int64_t from_ns, int64_t to_ns,
                     struct stw_export_result *result, struct stw_error *err) STW_CHECKED;

/* Gives the folder its name; frees in every case. */
int stw_export_finish(struct stw_export *export, struct stw_error *err) STW_CHECKED;
void stw_export_abort(struct stw_export *export); /* NULL is fine */

#endif
