/* See real_tools.h. */
#include "real_tools.h"

#include "time/civil.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void real_open(struct bench *bench, const char *map)
{
    char path[600];
    struct stw_buffer own, schema;
    memset(bench, 0, sizeof(*bench));
    stw_buffer_init(&own);
    stw_buffer_init(&schema);
    snprintf(bench->folder, sizeof(bench->folder), "%s", stw_test_folder());
    snprintf(path, sizeof(path), "%s/store", bench->folder);
    OK(stw_file_load(stw_io_system(), "rules/tables/public_sets.yml", 1 << 20, &own, &bench->err));
    OK(stw_schema_extend("public_sets.yml", stw_buffer_slice(&own), &schema, &bench->err));
    struct stw_store_settings settings = {.zone = STW_SLICE("UTC"),
                                          .schema = stw_buffer_slice(&schema)};
    OK(stw_store_create(path, &settings, NULL, &bench->err));
    OK(stw_store_open(&bench->store, path, STW_STORE_WRITE, NULL, &bench->err));
    stw_buffer_release(&own);
    stw_buffer_release(&schema);
    real_map(bench, map, NULL);
}

void real_map(struct bench *bench, const char *name, const char *zone)
{
    char path[256];
    struct stw_buffer file, text;
    stw_buffer_init(&file);
    stw_buffer_init(&text);
    snprintf(path, sizeof(path), "rules/maps/%s.yml", name);
    OK(stw_file_load(stw_io_system(), path, STW_MAP_BYTES_MAX, &file, &bench->err));
    stw_buffer_add_char(&file, '\0');
    if (zone == NULL) {
        stw_buffer_add_text(&text, file.data);
    } else {
        const char *line = strstr(file.data, "\nzone: ");
        CU_ASSERT_PTR_NOT_NULL_FATAL(line);
        stw_buffer_add(&text, file.data, (size_t)(line - file.data));
        stw_buffer_printf(&text, "\nzone: %s", zone);
        stw_buffer_add_text(&text, line + 1 + strcspn(line + 1, "\n"));
    }
    stw_buffer_add_char(&text, '\0');
    CU_ASSERT_FATAL(bench_map(bench, text.data));
    stw_buffer_release(&file);
    stw_buffer_release(&text);
}

void real_take(struct bench *bench, const char *relative_path, uint64_t rows)
{
    int status = bench_ingest(bench, stw_test_shared(relative_path));
    STW_EXPECT(status == STW_OK && bench->result.rows == rows && bench->result.rejected == 0 &&
                   !bench->result.known,
               "%s: status %d, %llu rows, %llu rejected, %s: %s", relative_path, status,
               (unsigned long long)bench->result.rows, (unsigned long long)bench->result.rejected,
               bench->err.where, bench->err.what);
}

void real_load(struct bench *bench, const char *map, const char *relative_path, uint64_t rows)
{
    real_open(bench, map);
    real_take(bench, relative_path, rows);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

typedef void visit_fn(void *context, uint32_t series, struct stw_slice key,
                      const struct stw_run *run, uint32_t row);

/* Every row of a table, in key and time order, with the columns named (NULL ends them). */
static void visit(struct bench *bench, const char *table_name, const char *const *names,
                  bool history, visit_fn *each, void *context)
{
    struct stw_view *view;
    struct stw_merge *merge;
    uint32_t columns[4], column_count = 0, count;
    const uint32_t *ids;
    const struct stw_table *table =
        stw_schema_find(stw_store_schema(bench->store), stw_slice_of(table_name));
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    for (; names[column_count] != NULL; column_count++) {
        int at = stw_table_column(table, stw_slice_of(names[column_count]));
        CU_ASSERT_FATAL(at >= 0);
        columns[column_count] = (uint32_t)at;
    }
    OK(stw_view_open(bench->store, NULL, &view, &bench->err));
    OK(stw_view_merge(view, table, columns, column_count, history, &merge, &bench->err));
    OK(stw_view_sorted(view, table, &ids, &count, &bench->err));
    struct stw_series series = stw_view_series(view, table);
    for (uint32_t i = 0; i < count; i++) {
        struct stw_run run;
        int status;
        stw_merge_seek(merge, ids[i], INT64_MIN, INT64_MAX);
        while ((status = stw_merge_next(merge, &run, &bench->err)) == STW_OK)
            for (uint32_t row = 0; row < run.count; row++)
                each(context, ids[i], stw_series_key(&series, ids[i]), &run, row);
        CU_ASSERT_EQUAL_FATAL(status, STW_END);
    }
    stw_merge_close(merge);
    stw_view_close(view);
}

struct summing {
    struct real_column out;
    struct stw_slice wanted; /* last component of the key; data NULL: any */
    uint32_t series;         /* of the row before */
    bool has_before;         /* a value of this series */
};

static void add_value(struct summing *summing, const struct stw_vector *vector, uint32_t row)
{
    struct real_column *out = &summing->out;
    double value;
    if (vector->type == STW_TYPE_FLOAT) {
        value = vector->floats[row];
    } else {
        struct stw_decimal exact = {vector->ints[row], 0};
        if (vector->type == STW_TYPE_DECIMAL)
            exact = stw_vector_decimal(vector, row);
        CU_ASSERT_FATAL(stw_wide_add(out->sum, stw_wide_of(exact), &out->sum));
        value = stw_decimal_double(exact);
    }
    out->least = out->values == 0 ? value : fmin(out->least, value);
    out->most = out->values == 0 ? value : fmax(out->most, value);
    out->falls = out->falls || (summing->has_before && value < out->last);
    out->first = summing->has_before ? out->first : value;
    out->last = value;
    out->values++;
    summing->has_before = true;
}

/* The last component of a key. */
static struct stw_slice last_part(struct stw_slice key)
{
    struct stw_slice last = key;
    for (size_t i = 0; i < key.size; i++)
        if (key.data[i] == '\0')
            last = (struct stw_slice){key.data + i + 1, key.size - i - 1};
    return last;
}

static void sum_row(void *context, uint32_t series, struct stw_slice key, const struct stw_run *run,
                    uint32_t row)
{
    struct summing *summing = context;
    if (summing->wanted.data != NULL && !stw_slice_equal(last_part(key), summing->wanted))
        return;
    if (summing->out.rows == 0 || series != summing->series) {
        summing->out.series++;
        summing->has_before = false;
    }
    summing->series = series;
    summing->out.rows++;
    if (stw_vector_has(&run->columns[0], row))
        add_value(summing, &run->columns[0], row);
}

struct real_column real_column(struct bench *bench, const char *table, const char *column,
                               const char *last, bool history)
{
    const char *names[] = {column, NULL};
    struct summing summing = {.wanted = stw_slice_of(last)};
    visit(bench, table, names, history, sum_row, &summing);
    return summing.out;
}

struct listing {
    struct stw_slice wanted;
    int64_t *time_ns;
    double *value;
    uint32_t count, room;
};

static void list_row(void *context, uint32_t series, struct stw_slice key,
                     const struct stw_run *run, uint32_t row)
{
    struct listing *listing = context;
    const struct stw_vector *vector = &run->columns[0];
    (void)series;
    if (!stw_vector_has(vector, row) ||
        (listing->wanted.data != NULL && !stw_slice_equal(last_part(key), listing->wanted)))
        return;
    CU_ASSERT_FATAL(listing->count < listing->room);
    listing->time_ns[listing->count] = run->time_ns[row];
    listing->value[listing->count++] = vector->type == STW_TYPE_DECIMAL
                                           ? stw_decimal_double(stw_vector_decimal(vector, row))
                                       : vector->type == STW_TYPE_FLOAT ? vector->floats[row]
                                                                        : (double)vector->ints[row];
}

uint32_t real_values(struct bench *bench, const char *table, const char *column, const char *last,
                     int64_t *time_ns, double *value, uint32_t room)
{
    const char *names[] = {column, NULL};
    struct listing listing = {
        .wanted = stw_slice_of(last), .time_ns = time_ns, .value = value, .room = room};
    visit(bench, table, names, false, list_row, &listing);
    return listing.count;
}

uint64_t real_count_between(struct bench *bench, const char *table, const char *column,
                            const char *last, double least, double most)
{
    enum { ROOM = 1000000 };
    int64_t *time_ns = malloc(ROOM * sizeof(*time_ns));
    double *value = malloc(ROOM * sizeof(*value));
    CU_ASSERT_FATAL(time_ns != NULL && value != NULL);
    uint32_t count = real_values(bench, table, column, last, time_ns, value, ROOM);
    uint64_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += value[i] >= least && value[i] <= most;
    free(time_ns);
    free(value);
    return found;
}

bool real_sum_is(struct bench *bench, const char *table, const char *column, const char *last,
                 const char *want)
{
    char text[STW_DECIMAL_TEXT_SIZE];
    struct real_column got = real_column(bench, table, column, last, false);
    stw_wide_format(got.sum, true, text);
    return STW_EXPECT(strcmp(text, want) == 0, "%s of %s %s: got %s, want %s", column, table,
                      last == NULL ? "" : last, text, want);
}

struct counting {
    struct stw_slice wanted;
    uint64_t count;
};

static void count_row(void *context, uint32_t series, struct stw_slice key,
                      const struct stw_run *run, uint32_t row)
{
    struct counting *counting = context;
    struct stw_slice text = {"", 0};
    (void)series;
    (void)key;
    if (stw_vector_has(&run->columns[0], row))
        text = stw_vector_text(&run->columns[0], row);
    counting->count += stw_slice_equal(text, counting->wanted);
}

uint64_t real_count(struct bench *bench, const char *table, const char *column, const char *value)
{
    const char *names[] = {column, NULL};
    struct counting counting = {.wanted = stw_slice_of(value)};
    visit(bench, table, names, false, count_row, &counting);
    return counting.count;
}

struct timing {
    struct stw_slice wanted; /* data NULL: any */
    double hours[65536];
    uint32_t count;
};

static void time_row(void *context, uint32_t series, struct stw_slice key,
                     const struct stw_run *run, uint32_t row)
{
    struct timing *timing = context;
    (void)series;
    (void)key;
    if (!stw_vector_has(&run->columns[0], row) ||
        (timing->wanted.data != NULL &&
         (!stw_vector_has(&run->columns[1], row) ||
          !stw_slice_equal(stw_vector_text(&run->columns[1], row), timing->wanted))))
        return;
    CU_ASSERT_FATAL(timing->count < sizeof(timing->hours) / sizeof(timing->hours[0]));
    timing->hours[timing->count++] =
        (double)(run->columns[0].ints[row] - run->time_ns[row]) / (double)STW_NS_PER_HOUR;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double real_median_hours(struct bench *bench, const char *table, const char *to, const char *column,
                         const char *value, uint32_t *count)
{
    static struct timing timing;
    const char *names[] = {to, column, NULL};
    timing.wanted = stw_slice_of(column == NULL ? NULL : value);
    timing.count = 0;
    visit(bench, table, names, false, time_row, &timing);
    *count = timing.count;
    if (timing.count == 0)
        return NAN;
    qsort(timing.hours, timing.count, sizeof(double), compare_doubles);
    return (timing.hours[(timing.count - 1) / 2] + timing.hours[timing.count / 2]) / 2;
}
