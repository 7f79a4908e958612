/*
 * Lifetimes: the Weibull distribution by maximum likelihood, with units that still run censored,
 * and the age at which replacing them costs least.
 */
#ifndef STW_STAT_WEIBULL_H
#define STW_STAT_WEIBULL_H

#include "stat/survival.h"

struct stw_weibull {
    double shape; /* > 1: wears out */
    double scale; /* by then 63 % have failed */
    double log_likelihood;
    size_t count;
    size_t events;
};

/* STW_ERR_USAGE below two distinct observed times, or when times are not > 0. */
int stw_weibull_fit(const struct stw_lifetime *lifetimes, size_t count, struct stw_weibull *fit,
                    struct stw_error *err) STW_CHECKED;

double stw_weibull_survival(double shape, double scale, double time);

/* Replacing at age t at cost `planned`, on failure before at cost `failure`: the long-run cost per
 * unit of time is (planned S(t) + failure (1 - S(t))) / mean time until either (Barlow, Hunter). */
double stw_replacement_cost(double shape, double scale, double planned, double failure, double age);

/* The age at which that is least; infinite when replacing early never pays (shape <= 1 or failure
 * <= planned). */
double stw_replacement_age(double shape, double scale, double planned, double failure);

#endif
