/* A table as Parquet files, one a partition. */
#include "export/export_inside.h"

#include "base/memory.h"
#include "parquet/parquet.h"

#include <stdio.h>

/* A file being written. */
struct parquet_file {
    const struct stw_export_rows *rows;
    const struct stw_parquet_spec *spec;
    int64_t partition_ns;
    struct stw_parquet_writer *writer; /* NULL: no row yet, and no file */
    uint64_t row_count;
};

static enum stw_parquet_type type_of(enum stw_type type)
{
    switch (type) {
    case STW_TYPE_DECIMAL:
        return STW_PARQUET_DECIMAL;
    case STW_TYPE_FLOAT:
        return STW_PARQUET_FLOAT;
    case STW_TYPE_INT:
        return STW_PARQUET_INT;
    case STW_TYPE_BOOL:
        return STW_PARQUET_BOOL;
    case STW_TYPE_TIME:
        return STW_PARQUET_TIME;
    case STW_TYPE_TEXT:
        break;
    }
    return STW_PARQUET_TEXT;
}

/* Keys, time, columns. All files of a table have the same schema, so that they read as one. */
static uint32_t list_columns(const struct stw_export_rows *rows, struct stw_parquet_column *columns)
{
    const struct stw_table *table = rows->table;
    const stw_int128 limit = stw_pow10(STW_PARQUET_PRECISION);
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->key_count; i++)
        columns[count++] =
            (struct stw_parquet_column){.name = table->keys[i], .type = STW_PARQUET_TEXT};
    columns[count++] =
        (struct stw_parquet_column){.name = table->time_name, .type = STW_PARQUET_TIME};
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[count++] = (struct stw_parquet_column){
            .name = table->columns[i].name,
            .type = type_of(table->columns[i].type),
            .scale = rows->columns[i].scale,
            .wide = rows->columns[i].reach >= limit,
            .optional = true,
        };
    return count;
}

static int add_column(struct stw_parquet_writer *writer, uint32_t column,
                      const struct stw_vector *vector, uint32_t count, struct stw_error *err)
{
    if (vector->type == STW_TYPE_TEXT)
        return stw_parquet_add_texts(writer, column, vector->words, vector->word_count,
                                     vector->codes, vector->present, count, err);
    if (vector->type == STW_TYPE_FLOAT)
        return stw_parquet_add_floats(writer, column, vector->floats, vector->present, count, err);
    return stw_parquet_add_ints(writer, column, vector->ints, vector->scale, vector->present, count,
                                err);
}

/* The folder of a partition; `path` gets its file. */
static int make_folders(const struct stw_export_rows *rows, int64_t from_ns, char *path,
                        struct stw_error *err)
{
    const struct stw_export *export = rows->export;
    char name[STW_SCHEMA_NAME_SIZE_MAX + 64], partition[16];
    int size = snprintf(name, sizeof(name), "%.*s", STW_SLICE_ARG(rows->table->name));
    STW_TRY(stw_export_path(export, name, path, err));
    STW_TRY(stw_io_make_folder(export->io, path, err));
    if (rows->table->partition != STW_PARTITION_ALL) {
        stw_partition_name(rows->table->partition, from_ns, partition, sizeof(partition));
        size +=
            snprintf(name + size, sizeof(name) - (size_t)size, "/utc_%s=%s",
                     rows->table->partition == STW_PARTITION_MONTH ? "month" : "year", partition);
        STW_TRY(stw_export_path(export, name, path, err));
        STW_TRY(stw_io_make_folder(export->io, path, err));
    }
    snprintf(name + size, sizeof(name) - (size_t)size, "/part-0.parquet");
    return stw_export_path(export, name, path, err);
}

static int add_run(void *context, const struct stw_run *run, struct stw_error *err)
{
    struct parquet_file *file = context;
    const struct stw_export_rows *rows = file->rows;
    const struct stw_table *table = rows->table;
    struct stw_series series = stw_view_series(rows->export->view, table);
    struct stw_slice key = stw_series_key(&series, run->series);
    if (file->writer == NULL) {
        char path[STW_EXPORT_PATH_MAX];
        STW_TRY(make_folders(rows, file->partition_ns, path, err));
        STW_TRY(stw_parquet_open(&file->writer, rows->export->io, path, file->spec, err));
    }
    file->row_count += run->count;
    uint32_t column = 0;
    for (uint32_t i = 0; i < table->key_count; i++) {
        struct stw_slice part = stw_key_part(key, i);
        STW_TRY(
            stw_parquet_add_texts(file->writer, column++, &part, 1, NULL, NULL, run->count, err));
    }
    STW_TRY(stw_parquet_add_ints(file->writer, column++, run->time_ns, 0, NULL, run->count, err));
    for (uint32_t i = 0; i < run->column_count; i++)
        STW_TRY(add_column(file->writer, column++, &run->columns[i], run->count, err));
    return stw_parquet_end_rows(file->writer, run->count, err);
}

static int export_partition(struct stw_export_rows *rows, const struct stw_parquet_spec *spec,
                            int64_t from_ns, int64_t to_ns, struct stw_export_result *result,
                            struct stw_error *err)
{
    struct parquet_file file = {.rows = rows, .spec = spec, .partition_ns = from_ns};
    from_ns = from_ns > rows->from_ns ? from_ns : rows->from_ns;
    to_ns = to_ns < rows->to_ns ? to_ns : rows->to_ns;
    int status = stw_export_scan(rows, from_ns, to_ns, add_run, &file, err);
    if (file.writer == NULL)
        return status;
    if (status != STW_OK) {
        stw_parquet_abort(file.writer);
        return status;
    }
    uint64_t size;
    STW_TRY(stw_parquet_finish(file.writer, &size, err));
    result->rows += file.row_count;
    result->files++;
    result->bytes += size;
    return STW_OK;
}

int stw_export_parquet(struct stw_export_rows *rows, struct stw_export_result *result,
                       struct stw_error *err)
{
    struct stw_parquet_column columns[STW_SCHEMA_KEYS_MAX + 1 + STW_SCHEMA_COLUMNS_MAX];
    struct stw_parquet_spec spec = {
        .columns = columns,
        .column_count = list_columns(rows, columns),
        .sorted_count = rows->table->key_count + 1,
        .created_by = STW_SLICE("steward version " STW_VERSION),
    };
    for (int64_t at_ns = rows->time_min_ns; at_ns <= rows->time_max_ns;) {
        int64_t from_ns, to_ns;
        stw_partition_of(rows->table->partition, at_ns, &from_ns, &to_ns);
        STW_TRY(export_partition(rows, &spec, from_ns, to_ns, result, err));
        at_ns = to_ns;
    }
    return STW_OK;
}
