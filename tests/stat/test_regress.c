/* Least squares against GSL, and a published weather baseline. */
#include "stat/regress.h"

#include "../support/test.h"

#include <gsl/gsl_multifit.h>
#include <math.h>

static struct stw_arena arena;

/* CalTRACK billing sample: use per day, cooling and heating degree days, days of the bill. */
static void fits_billing_baseline(void)
{
    static const double rows[11][4] = {
        {34.545313, 0, 19.991146, 32},      {21.302759, 0, 8.193204, 29},
        {19.541724, .150259, 4.618649, 29}, {15.229394, .697424, .212285, 33},
        {36.490625, 10.055703, 0, 32},      {35.75037, 9.494738, 0, 27},
        {36.680968, 10.647151, 0, 31},      {30.391935, 7.708118, 0, 31},
        {19.759687, 2.535234, .40069, 32},  {17.941333, .37325, 4.06025, 30},
        {35.444231, 0, 21.023622, 26}};
    double x[33], y[11], w[11];
    for (int i = 0; i < 11; i++) {
        x[i] = 1;
        x[11 + i] = rows[i][1];
        x[22 + i] = rows[i][2];
        y[i] = rows[i][0];
        w[i] = rows[i][3];
    }
    struct stw_regression fit;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_regress_fit(x, y, w, 11, 3, &arena, &fit, NULL), STW_OK);
    STW_NEAR(fit.coefficients[0], 13.420093629, 5e-7);
    STW_NEAR(fit.coefficients[1], 2.257868665, 5e-7);
    STW_NEAR(fit.coefficients[2], 1.047934764, 5e-7);
    STW_NEAR(fit.r_squared_adjusted, 0.994444328, 5e-8);
    CU_ASSERT(fit.p_values[1] < 1e-6 && fit.p_values[2] < 1e-6);
    stw_arena_release(&arena);
}

/* Polynomials of degree 4 over 0 .. 3: badly scaled, and GSL decomposes by singular values. */
static void matches_gsl(void)
{
    enum { ROWS = 60, COLUMNS = 5 };
    double x[ROWS * COLUMNS], y[ROWS], w[ROWS];
    uint64_t state = 17;
    gsl_matrix *matrix = gsl_matrix_alloc(ROWS, COLUMNS);
    gsl_matrix *covariance = gsl_matrix_alloc(COLUMNS, COLUMNS);
    gsl_vector *target = gsl_vector_alloc(ROWS);
    gsl_vector *weight = gsl_vector_alloc(ROWS);
    gsl_vector *c = gsl_vector_alloc(COLUMNS);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(ROWS, COLUMNS);
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            x[j * ROWS + i] = pow(i / 20.0, j);
            gsl_matrix_set(matrix, (size_t)i, (size_t)j, x[j * ROWS + i]);
        }
        y[i] = 100 + sin(i) + (double)(stw_test_random(&state) % 1000) / 500;
        w[i] = 1 + i % 7;
        gsl_vector_set(target, (size_t)i, y[i]);
        gsl_vector_set(weight, (size_t)i, w[i]);
    }
    double chi2;
    gsl_multifit_wlinear(matrix, weight, target, c, covariance, &chi2, work);
    struct stw_regression fit;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_regress_fit(x, y, w, ROWS, COLUMNS, &arena, &fit, NULL), STW_OK);
    STW_NEAR(fit.residual_squares, chi2, 1e-10 * chi2);
    for (size_t j = 0; j < COLUMNS; j++) {
        STW_NEAR(fit.coefficients[j], gsl_vector_get(c, j), 1e-9 * fabs(gsl_vector_get(c, j)));
        /* GSL takes the weights as known variances; ours estimates the common factor. */
        double error = sqrt(gsl_matrix_get(covariance, j, j) * chi2 / (ROWS - COLUMNS));
        STW_NEAR(fit.errors[j], error, 1e-9 * error);
    }
    stw_arena_release(&arena);
    gsl_multifit_linear_free(work);
    gsl_vector_free(c);
    gsl_vector_free(weight);
    gsl_vector_free(target);
    gsl_matrix_free(covariance);
    gsl_matrix_free(matrix);
}

static void refuses_what_it_cannot_solve(void)
{
    static const double x[] = {1, 1, 1, 1, 1, 2, 3, 4, 3, 5, 7, 9}; /* third = 1 + 2 second */
    static const double y[] = {1, 2, 3, 4};
    static const double bad[] = {1, NAN, 3, 4};
    static const double weights[] = {1, 0, 1, 1};
    struct stw_regression fit;
    stw_arena_init(&arena);
    CU_ASSERT_EQUAL(stw_regress_fit(x, y, NULL, 4, 3, &arena, &fit, NULL), STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_regress_fit(x, y, NULL, 4, 4, &arena, &fit, NULL), STW_ERR_USAGE);
    CU_ASSERT_EQUAL(stw_regress_fit(x, bad, NULL, 4, 2, &arena, &fit, NULL), STW_ERR_INPUT);
    CU_ASSERT_EQUAL(stw_regress_fit(x, y, weights, 4, 2, &arena, &fit, NULL), STW_ERR_INPUT);
    stw_arena_release(&arena);
}

STW_SUITE(regress, {"fits the billing baseline", fits_billing_baseline},
          {"matches GSL", matches_gsl},
          {"refuses what it cannot solve", refuses_what_it_cannot_solve});
