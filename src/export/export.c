/* The folder of an export, the survey of a table, and its scans; see export.h. */
#include "export/export_inside.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_DEPTH_FDS = 8 };

/* ---- The folder ------------------------------------------------------------------------------ */

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info, (void)kind, (void)walk;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

/* What an interrupted export left behind, or this one. */
static void remove_partial(const struct stw_export *export)
{
    nftw(export->partial, remove_entry, FOLDER_DEPTH_FDS, FTW_DEPTH | FTW_PHYS);
}

int stw_export_begin(struct stw_export **out, struct stw_view *view, enum stw_export_format format,
                     const char *folder, const struct stw_io *io, struct stw_error *err)
{
    size_t size = strlen(folder);
    while (size > 1 && folder[size - 1] == '/')
        size--;
    if (size + sizeof(".partial") > STW_EXPORT_PATH_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "the path %s is too long", folder);
    struct stw_export *export = stw_alloc_zero(1, sizeof(*export));
    if (export == NULL)
        return stw_fail_memory(err, sizeof(*export));
    export->view = view;
    export->io = io == NULL ? stw_io_system() : io;
    export->format = format;
    memcpy(export->folder, folder, size);
    snprintf(export->partial, sizeof(export->partial), "%.*s.partial", (int)size, folder);
    int status = STW_OK;
    if (stw_io_exists(export->folder)) {
        status = stw_fail(err, STW_ERR_USAGE, "%s is there already", export->folder);
        stw_error_hint(err, "name a folder that is to be made, or remove this one");
    }
    if (status == STW_OK) {
        remove_partial(export);
        status = stw_io_make_folder(export->io, export->partial, err);
    }
    if (status == STW_OK)
        *out = export;
    else
        stw_free(export);
    return status;
}

int stw_export_path(const struct stw_export *export, const char *name, char *path,
                    struct stw_error *err)
{
    return stw_path_join(path, STW_EXPORT_PATH_MAX, export->partial, name, err);
}

int stw_export_finish(struct stw_export *export, struct stw_error *err)
{
    int status = stw_io_sync_folder(export->io, export->partial, err);
    if (status == STW_OK)
        status = stw_io_rename(export->io, export->partial, export->folder, err);
    if (status != STW_OK)
        remove_partial(export);
    stw_free(export);
    return status;
}

void stw_export_abort(struct stw_export *export)
{
    if (export == NULL)
        return;
    remove_partial(export);
    stw_free(export);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static int open_scan(const struct stw_export_rows *rows, int64_t from_ns, int64_t to_ns,
                     struct stw_scan **scan, struct stw_error *err)
{
    uint32_t all[STW_SCHEMA_COLUMNS_MAX];
    for (uint32_t i = 0; i < rows->table->column_count; i++)
        all[i] = i;
    struct stw_scan_spec spec = {
        .table = rows->table,
        .columns = all,
        .column_count = rows->table->column_count,
        .series = rows->series,
        .series_count = rows->series_count,
        .from_ns = from_ns,
        .to_ns = to_ns,
    };
    return stw_scan_open(scan, rows->export->view, &spec, err);
}

int stw_export_scan(const struct stw_export_rows *rows, int64_t from_ns, int64_t to_ns,
                    stw_export_run_fn *each, void *context, struct stw_error *err)
{
    struct stw_scan *scan;
    struct stw_run run;
    STW_TRY(open_scan(rows, from_ns, to_ns, &scan, err));
    int status;
    while ((status = stw_scan_next(scan, &run, err)) == STW_OK)
        if ((status = each(context, &run, err)) != STW_OK)
            break;
    stw_scan_close(scan);
    return status < 0 ? status : STW_OK;
}

/* ---- Survey ---------------------------------------------------------------------------------- */

static void survey_times(struct stw_export_rows *rows, int64_t first_ns, int64_t last_ns)
{
    rows->time_min_ns = first_ns < rows->time_min_ns ? first_ns : rows->time_min_ns;
    rows->time_max_ns = last_ns > rows->time_max_ns ? last_ns : rows->time_max_ns;
}

/* A decimal column has values of this scale between min and max. */
static void survey_decimals(struct stw_export_column *column, int scale, int64_t min, int64_t max)
{
    stw_int128 low = -(stw_int128)min, high = max;
    struct stw_wide reach = {low > high ? low : high, scale};
    int common = scale > column->scale ? scale : column->scale;
    stw_int128 here = 0, before = 0;
    bool fits = stw_wide_rescale(reach, common, &here) &&
                stw_wide_rescale((struct stw_wide){column->reach, column->scale}, common, &before);
    assert(fits); /* an int64 with 18 more digits at most */
    column->scale = common;
    column->reach = here > before ? here : before;
}

static void survey_run(struct stw_export_rows *rows, const struct stw_run *run)
{
    survey_times(rows, run->time_ns[0], run->time_ns[run->count - 1]);
    for (uint32_t c = 0; c < run->column_count; c++) {
        const struct stw_vector *vector = &run->columns[c];
        struct stw_export_column *column = &rows->columns[c];
        int64_t min = INT64_MAX, max = INT64_MIN;
        for (uint32_t i = 0; i < run->count; i++) {
            if (!stw_vector_has(vector, i)) {
                column->any_null = true;
            } else if (vector->type == STW_TYPE_DECIMAL) {
                min = vector->ints[i] < min ? vector->ints[i] : min;
                max = vector->ints[i] > max ? vector->ints[i] : max;
            }
        }
        if (vector->type == STW_TYPE_DECIMAL && min <= max)
            survey_decimals(column, vector->scale, min, max);
    }
}

static void survey_block(struct stw_export_rows *rows, const struct stw_scan_block *block)
{
    survey_times(rows, block->block->time_min_ns, block->block->time_max_ns);
    for (uint32_t c = 0; c < rows->table->column_count; c++) {
        struct stw_export_column *column = &rows->columns[c];
        if (block->columns[c] < 0) {
            column->any_null = true;
            continue;
        }
        const struct stw_column_statistics *statistics = &block->block->columns[block->columns[c]];
        column->any_null |= statistics->nulls > 0;
        if (rows->table->columns[c].type == STW_TYPE_DECIMAL &&
            statistics->nulls < block->block->rows)
            survey_decimals(column, statistics->scale, statistics->min.integer,
                            statistics->max.integer);
    }
}

static int survey(struct stw_export_rows *rows, struct stw_error *err)
{
    struct stw_scan *scan;
    struct stw_run run;
    rows->time_min_ns = INT64_MAX;
    rows->time_max_ns = INT64_MIN;
    STW_TRY(open_scan(rows, rows->from_ns, rows->to_ns, &scan, err));
    int status = STW_OK;
    while (status == STW_OK) {
        struct stw_scan_block block;
        status = stw_scan_peek(scan, &block, err);
        if (status == STW_OK) {
            survey_block(rows, &block);
            status = stw_scan_skip(scan, err);
        } else if (status == STW_END && (status = stw_scan_next(scan, &run, err)) == STW_OK) {
            survey_run(rows, &run);
        }
    }
    stw_scan_close(scan);
    return status < 0 ? status : STW_OK;
}

int stw_export_table(struct stw_export *export, const struct stw_table *table,
                     const uint32_t *series, uint32_t series_count, int64_t from_ns, int64_t to_ns,
                     struct stw_export_result *result, struct stw_error *err)
{
    struct stw_export_rows *rows = stw_alloc_zero(1, sizeof(*rows));
    if (rows == NULL)
        return stw_fail_memory(err, sizeof(*rows));
    rows->export = export;
    rows->table = table;
    rows->series = series;
    rows->series_count = series_count;
    rows->from_ns = from_ns;
    rows->to_ns = to_ns;
    int status = survey(rows, err);
    if (status == STW_OK && rows->time_min_ns <= rows->time_max_ns)
        status = export->format == STW_EXPORT_PARQUET ? stw_export_parquet(rows, result, err)
                                                      : stw_export_csv(rows, result, err);
    stw_free(rows);
    return status;
}
