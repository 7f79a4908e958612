/* The footer: schema, row groups, where everything lies. Field numbers are those of the format's
 * parquet.thrift. */
#include "parquet/parquet_inside.h"

#include "parquet/parquet_encode.h"

enum {
    FORMAT_VERSION = 2, /* of the logical types and encodings in use */
    REQUIRED = 0,
    OPTIONAL = 1,
    CONVERTED_UTF8 = 0,
    CONVERTED_DECIMAL = 5,
    COMPRESSION_ZSTD = 6,
    FIXED_SIZE = 16
};

static void put_logical_type(struct stw_thrift *thrift, const struct stw_parquet_column *column,
                             int precision)
{
    switch (column->type) {
    case STW_PARQUET_TEXT:
        stw_thrift_begin(thrift, 10);
        stw_thrift_begin(thrift, 1); /* STRING */
        break;
    case STW_PARQUET_DECIMAL:
        stw_thrift_begin(thrift, 10);
        stw_thrift_begin(thrift, 5); /* DECIMAL */
        stw_thrift_int(thrift, 1, STW_THRIFT_I32, column->scale);
        stw_thrift_int(thrift, 2, STW_THRIFT_I32, precision);
        break;
    case STW_PARQUET_TIME:
        stw_thrift_begin(thrift, 10);
        stw_thrift_begin(thrift, 8); /* TIMESTAMP */
        stw_thrift_bool(thrift, 1, true);
        stw_thrift_begin(thrift, 2);
        stw_thrift_begin(thrift, 3); /* NANOS */
        stw_thrift_end(thrift);
        stw_thrift_end(thrift);
        break;
    default:
        return;
    }
    stw_thrift_end(thrift);
    stw_thrift_end(thrift);
}

static void put_schema_column(struct stw_thrift *thrift, const struct stw_parquet_column *column)
{
    enum stw_parquet_physical physical = stw_parquet_physical_of(column);
    int precision = column->wide ? STW_PARQUET_PRECISION_WIDE : STW_PARQUET_PRECISION;
    stw_thrift_element_begin(thrift);
    stw_thrift_int(thrift, 1, STW_THRIFT_I32, physical);
    if (physical == STW_PHYSICAL_FIXED)
        stw_thrift_int(thrift, 2, STW_THRIFT_I32, FIXED_SIZE);
    stw_thrift_int(thrift, 3, STW_THRIFT_I32, column->optional ? OPTIONAL : REQUIRED);
    stw_thrift_bytes(thrift, 4, column->name);
    /* For readers older than logical types. */
    if (column->type == STW_PARQUET_TEXT) {
        stw_thrift_int(thrift, 6, STW_THRIFT_I32, CONVERTED_UTF8);
    } else if (column->type == STW_PARQUET_DECIMAL) {
        stw_thrift_int(thrift, 6, STW_THRIFT_I32, CONVERTED_DECIMAL);
        stw_thrift_int(thrift, 7, STW_THRIFT_I32, column->scale);
        stw_thrift_int(thrift, 8, STW_THRIFT_I32, precision);
    }
    put_logical_type(thrift, column, precision);
    stw_thrift_end(thrift);
}

static void put_schema(struct stw_thrift *thrift, const struct stw_parquet_spec *spec)
{
    stw_thrift_list(thrift, 2, STW_THRIFT_STRUCT, spec->column_count + 1);
    stw_thrift_element_begin(thrift);
    stw_thrift_bytes(thrift, 4, STW_SLICE("schema"));
    stw_thrift_int(thrift, 5, STW_THRIFT_I32, spec->column_count);
    stw_thrift_end(thrift);
    for (uint32_t i = 0; i < spec->column_count; i++)
        put_schema_column(thrift, &spec->columns[i]);
}

static void put_statistics(struct stw_thrift *thrift, const struct stw_parquet_place *place)
{
    stw_thrift_begin(thrift, 12);
    stw_thrift_int(thrift, 3, STW_THRIFT_I64, place->nulls);
    if (place->has_bounds) {
        stw_thrift_bytes(thrift, 5, place->greatest);
        stw_thrift_bytes(thrift, 6, place->least);
        stw_thrift_bool(thrift, 7, true);
        stw_thrift_bool(thrift, 8, true);
    }
    stw_thrift_end(thrift);
}

static void put_column(struct stw_thrift *thrift, const struct stw_parquet_column *column,
                       const struct stw_parquet_place *place)
{
    bool dictionary = place->dictionary_at >= 0;
    stw_thrift_element_begin(thrift);
    stw_thrift_int(thrift, 2, STW_THRIFT_I64, 0); /* the metadata are here, not in a file */
    stw_thrift_begin(thrift, 3);
    stw_thrift_int(thrift, 1, STW_THRIFT_I32, stw_parquet_physical_of(column));
    stw_thrift_list(thrift, 2, STW_THRIFT_I32, dictionary ? 3 : 2);
    stw_thrift_element_int(thrift, STW_PARQUET_RLE); /* of the levels */
    stw_thrift_element_int(thrift, place->encoding);
    if (dictionary)
        stw_thrift_element_int(thrift, STW_PARQUET_PLAIN);
    stw_thrift_list(thrift, 3, STW_THRIFT_BYTES, 1);
    stw_thrift_element_bytes(thrift, column->name);
    stw_thrift_int(thrift, 4, STW_THRIFT_I32, COMPRESSION_ZSTD);
    stw_thrift_int(thrift, 5, STW_THRIFT_I64, place->rows);
    stw_thrift_int(thrift, 6, STW_THRIFT_I64, place->unpacked_size);
    stw_thrift_int(thrift, 7, STW_THRIFT_I64, place->size);
    stw_thrift_int(thrift, 9, STW_THRIFT_I64, place->data_at);
    if (dictionary)
        stw_thrift_int(thrift, 11, STW_THRIFT_I64, place->dictionary_at);
    put_statistics(thrift, place);
    stw_thrift_end(thrift);
    stw_thrift_end(thrift);
}

static void put_group(struct stw_thrift *thrift, const struct stw_parquet_spec *spec,
                      const struct stw_parquet_group *group)
{
    int64_t size = 0, unpacked = 0;
    const struct stw_parquet_place *first = &group->columns[0];
    stw_thrift_element_begin(thrift);
    stw_thrift_list(thrift, 1, STW_THRIFT_STRUCT, spec->column_count);
    for (uint32_t i = 0; i < spec->column_count; i++) {
        put_column(thrift, &spec->columns[i], &group->columns[i]);
        size += group->columns[i].size;
        unpacked += group->columns[i].unpacked_size;
    }
    stw_thrift_int(thrift, 2, STW_THRIFT_I64, unpacked);
    stw_thrift_int(thrift, 3, STW_THRIFT_I64, group->rows);
    if (spec->sorted_count > 0) {
        stw_thrift_list(thrift, 4, STW_THRIFT_STRUCT, spec->sorted_count);
        for (uint32_t i = 0; i < spec->sorted_count; i++) {
            stw_thrift_element_begin(thrift);
            stw_thrift_int(thrift, 1, STW_THRIFT_I32, i);
            stw_thrift_bool(thrift, 2, false); /* descending */
            stw_thrift_bool(thrift, 3, false); /* nulls first */
            stw_thrift_end(thrift);
        }
    }
    stw_thrift_int(thrift, 5, STW_THRIFT_I64,
                   first->dictionary_at >= 0 ? first->dictionary_at : first->data_at);
    stw_thrift_int(thrift, 6, STW_THRIFT_I64, size);
    stw_thrift_end(thrift);
}

void stw_parquet_put_footer(const struct stw_parquet_writer *writer, struct stw_buffer *out)
{
    struct stw_thrift thrift;
    stw_thrift_init(&thrift, out);
    stw_thrift_int(&thrift, 1, STW_THRIFT_I32, FORMAT_VERSION);
    put_schema(&thrift, &writer->spec);
    stw_thrift_int(&thrift, 3, STW_THRIFT_I64, (int64_t)writer->row_count);
    stw_thrift_list(&thrift, 4, STW_THRIFT_STRUCT, writer->group_count);
    for (uint32_t i = 0; i < writer->group_count; i++)
        put_group(&thrift, &writer->spec, &writer->groups[i]);
    stw_thrift_bytes(&thrift, 6, writer->spec.created_by);
    stw_thrift_list(&thrift, 7, STW_THRIFT_STRUCT, writer->spec.column_count);
    for (uint32_t i = 0; i < writer->spec.column_count; i++) {
        stw_thrift_element_begin(&thrift);
        stw_thrift_begin(&thrift, 1); /* the order of the type */
        stw_thrift_end(&thrift);
        stw_thrift_end(&thrift);
    }
    stw_thrift_end(&thrift);
}
