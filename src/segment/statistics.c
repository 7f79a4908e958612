/* Block statistics; what each field means is said in segment.h. */
#include "segment/statistics.h"

#include <math.h>

static uint32_t count_nulls(const struct stw_vector *vector, uint32_t rows)
{
    uint32_t nulls = 0;
    for (uint32_t i = 0; vector->present != NULL && i < rows; i++)
        nulls += !vector->present[i];
    return nulls;
}

static void integer_bounds(const struct stw_vector *vector, uint32_t rows,
                           struct stw_column_statistics *out)
{
    int64_t min = INT64_MAX;
    int64_t max = INT64_MIN;
    stw_int128 sum = 0;
    for (uint32_t i = 0; i < rows; i++) {
        if (!stw_vector_has(vector, i))
            continue;
        int64_t value = vector->ints[i];
        min = value < min ? value : min;
        max = value > max ? value : max;
        sum += value;
    }
    out->min.integer = min;
    out->max.integer = max;
    out->sum = sum;
}

static void integer_course(const struct stw_vector *vector, uint32_t rows,
                           struct stw_column_statistics *out)
{
    bool any = false;
    for (uint32_t i = 0; i < rows; i++) {
        if (!stw_vector_has(vector, i))
            continue;
        int64_t value = vector->ints[i];
        int64_t before = any ? out->last.integer : value;
        if (!any)
            out->first.integer = value;
        out->falls += value < before;
        /* The difference of two int64 fits an uint64 where it is positive. */
        uint64_t rise = value > before ? (uint64_t)value - (uint64_t)before : 0;
        out->largest_rise = rise > out->largest_rise ? rise : out->largest_rise;
        out->last.integer = value;
        any = true;
    }
}

/* -0 before +0; neither is NaN. */
static bool real_below(double a, double b)
{
    return a < b || (a == b && signbit(a) && !signbit(b));
}

static void real_statistics(const struct stw_vector *vector, uint32_t rows, bool single,
                            struct stw_column_statistics *out)
{
    bool any = false;
    out->min.real = INFINITY;
    out->max.real = -INFINITY;
    for (uint32_t i = 0; i < rows; i++) {
        if (!stw_vector_has(vector, i))
            continue;
        double value = vector->floats[i];
        if (single && !any)
            out->first.real = value;
        if (single)
            out->last.real = value;
        any = true;
        if (isnan(value)) {
            out->nans++;
            continue;
        }
        out->min.real = real_below(value, out->min.real) ? value : out->min.real;
        out->max.real = real_below(out->max.real, value) ? value : out->max.real;
    }
}

void stw_statistics_compute(const struct stw_vector *vector, uint32_t rows, bool single,
                            struct stw_column_statistics *out)
{
    memset(out, 0, sizeof(*out));
    out->nulls = count_nulls(vector, rows);
    if (vector->type == STW_TYPE_TEXT)
        return;
    if (vector->type == STW_TYPE_FLOAT) {
        real_statistics(vector, rows, single, out);
        return;
    }
    out->scale = vector->scale;
    integer_bounds(vector, rows, out);
    if (single)
        integer_course(vector, rows, out);
}

void stw_statistics_none(uint32_t rows, enum stw_type type, struct stw_column_statistics *out)
{
    memset(out, 0, sizeof(*out));
    out->nulls = rows;
    if (type == STW_TYPE_FLOAT) {
        out->min.real = INFINITY;
        out->max.real = -INFINITY;
    } else if (type != STW_TYPE_TEXT) {
        out->min.integer = INT64_MAX;
        out->max.integer = INT64_MIN;
    }
}

bool stw_statistics_equal(const struct stw_column_statistics *a,
                          const struct stw_column_statistics *b, enum stw_type type)
{
    if (type == STW_TYPE_TEXT)
        return a->nulls == b->nulls;
    /* The members of union stw_number have one size: comparing integers compares a float's bits. */
    return a->nulls == b->nulls && a->nans == b->nans && a->scale == b->scale &&
           a->first.integer == b->first.integer && a->last.integer == b->last.integer &&
           a->min.integer == b->min.integer && a->max.integer == b->max.integer &&
           a->sum == b->sum && a->falls == b->falls && a->largest_rise == b->largest_rise;
}
