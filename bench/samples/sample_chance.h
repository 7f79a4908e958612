/*
 * Chance that is the same on every machine: splitmix64, and the few functions of it that the
 * sample generator needs, made of IEEE additions, products, quotients and square roots only. The
 * C library's sin and exp may differ in their last bit from version to version, and one such bit
 * would change a digit in the committed files.
 *
 * Every device and every trouble draws from its own stream, named by its purpose, so that adding
 * one leaves the others as they were.
 */
#ifndef BENCH_SAMPLE_CHANCE_H
#define BENCH_SAMPLE_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

/* The stream of a purpose ("use CH-W-1-0101") under a seed. */
struct chance chance_of(uint64_t seed, const char *purpose, const char *subject);

uint64_t chance_bits(struct chance *chance);
double chance_unit(struct chance *chance); /* [0, 1) */
double chance_between(struct chance *chance, double low, double high);
int chance_range(struct chance *chance, int low, int high); /* both inclusive */
bool chance_odds(struct chance *chance, double probability);
double chance_normal(struct chance *chance);            /* Irwin-Hall of 12: within 6 */
int chance_poisson(struct chance *chance, double mean); /* Knuth; mean below 20 */
int chance_weighted(struct chance *chance, const int *weights, int count);

/* exp(mean of logs + spread * normal): service times. */
double chance_lognormal(struct chance *chance, double median, double spread);

double chance_exp(double x);        /* |x| < 30 */
double chance_sine(double turns);   /* sin(2 pi turns) */
double chance_cosine(double turns); /* cos(2 pi turns) */

#endif
