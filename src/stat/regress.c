/* Least squares by Householder reflections; see regress.h. Golub and Van Loan, 5.3.2. */
#include "stat/regress.h"

#include "stat/special.h"

#include <math.h>
#include <stdbool.h>

/* A column whose part outside the earlier ones is this small beside it depends on them. */
static const double dependent = 1e-11;

/* Reflects column `at` of a onto its own unit vector and the rest with it; returns R's diagonal. */
static double reflect(double *a, double *y, size_t rows, size_t columns, size_t at)
{
    double *v = a + at * rows;
    double norm = 0;
    for (size_t i = at; i < rows; i++)
        norm = hypot(norm, v[i]);
    if (norm == 0)
        return 0;
    double diagonal = v[at] > 0 ? -norm : norm;
    v[at] -= diagonal;
    double scale = -diagonal * v[at]; /* v'v / 2 */
    for (size_t j = at + 1; j <= columns; j++) {
        double *target = j < columns ? a + j * rows : y;
        double dot = 0;
        for (size_t i = at; i < rows; i++)
            dot += v[i] * target[i];
        for (size_t i = at; i < rows; i++)
            target[i] -= dot / scale * v[i];
    }
    return diagonal;
}

/* R is above the diagonal of a, with its diagonal apart. */
static void solve(const double *a, const double *diagonal, const double *y, size_t rows,
                  size_t columns, double *out)
{
    for (size_t j = columns; j-- > 0;) {
        double sum = y[j];
        for (size_t k = j + 1; k < columns; k++)
            sum -= a[k * rows + j] * out[k];
        out[j] = sum / diagonal[j];
    }
}

/* The squared length of row j of R^-1: the variance of coefficient j per unit of error variance. */
static double inverse_row_square(const double *a, const double *diagonal, size_t rows,
                                 size_t columns, size_t j)
{
    double row[STW_REGRESS_COLUMNS_MAX] = {0};
    double sum = 0;
    for (size_t k = j; k < columns; k++) {
        double value = k == j ? 1 : 0;
        for (size_t m = j; m < k; m++)
            value -= row[m] * a[k * rows + m];
        row[k] = value / diagonal[k];
        sum += row[k] * row[k];
    }
    return sum;
}

static double total_squares(const double *y, const double *weights, size_t rows)
{
    double weight = 0;
    double mean = 0;
    for (size_t i = 0; i < rows; i++) {
        weight += weights == NULL ? 1 : weights[i];
        mean += (weights == NULL ? 1 : weights[i]) * y[i];
    }
    mean /= weight;
    double sum = 0;
    for (size_t i = 0; i < rows; i++)
        sum += (weights == NULL ? 1 : weights[i]) * (y[i] - mean) * (y[i] - mean);
    return sum;
}

/* Copies x and y, each row times the root of its weight. False: a value is not finite. */
static bool scale_rows(const double *x, const double *y, const double *weights, size_t rows,
                       size_t columns, double *a, double *b)
{
    bool finite = true;
    for (size_t i = 0; i < rows; i++) {
        double root = weights == NULL ? 1 : sqrt(weights[i]);
        b[i] = root * y[i];
        finite &= isfinite(b[i]) && root > 0;
        for (size_t j = 0; j < columns; j++) {
            a[j * rows + i] = root * x[j * rows + i];
            finite &= isfinite(a[j * rows + i]) != 0;
        }
    }
    return finite;
}

static void summarise(const double *a, const double *diagonal, const double *b, size_t rows,
                      size_t columns, struct stw_regression *fit)
{
    solve(a, diagonal, b, rows, columns, fit->coefficients);
    fit->rows = rows;
    fit->columns = columns;
    fit->df = (double)(rows - columns);
    for (size_t i = columns; i < rows; i++)
        fit->residual_squares += b[i] * b[i];
    double variance = fit->residual_squares / fit->df;
    for (size_t j = 0; j < columns; j++) {
        fit->errors[j] = sqrt(variance * inverse_row_square(a, diagonal, rows, columns, j));
        fit->p_values[j] = stw_student_two_sided(fit->coefficients[j] / fit->errors[j], fit->df);
    }
}

int stw_regress_fit(const double *x, const double *y, const double *weights, size_t rows,
                    size_t columns, struct stw_arena *arena, struct stw_regression *fit,
                    struct stw_error *err)
{
    if (columns == 0 || columns > STW_REGRESS_COLUMNS_MAX || rows <= columns)
        return stw_fail(err, STW_ERR_USAGE, "%zu rows cannot determine %zu columns", rows, columns);
    double *a = stw_arena_alloc(arena, rows, columns * sizeof(*a));
    double *b = stw_arena_alloc(arena, rows, sizeof(*b));
    if (a == NULL || b == NULL)
        return stw_fail_memory(err, rows * columns * sizeof(*a));
    if (!scale_rows(x, y, weights, rows, columns, a, b))
        return stw_fail(err, STW_ERR_INPUT, "a value or weight of the regression is not a number");
    double diagonal[STW_REGRESS_COLUMNS_MAX];
    for (size_t j = 0; j < columns; j++) {
        double length = 0;
        for (size_t i = 0; i < rows; i++)
            length = hypot(length, a[j * rows + i]);
        diagonal[j] = reflect(a, b, rows, columns, j);
        if (fabs(diagonal[j]) <= dependent * length)
            return stw_fail(err, STW_ERR_INPUT, "column %zu follows from those before it", j);
    }
    *fit = (struct stw_regression){.total_squares = total_squares(y, weights, rows)};
    summarise(a, diagonal, b, rows, columns, fit);
    fit->r_squared = 1 - fit->residual_squares / fit->total_squares;
    fit->r_squared_adjusted = 1 - (1 - fit->r_squared) * (double)(rows - 1) / fit->df;
    return STW_OK;
}
