/* Reproducible chance; see sample_chance.h. */
#include "sample_chance.h"

#include <assert.h>
#include <math.h>

uint64_t chance_bits(struct chance *chance)
{
    /* Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators" (splitmix64). */
    uint64_t z = (chance->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    /* FNV-1a, then a separator so that "ab","c" and "a","bc" differ. */
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

struct chance chance_of(uint64_t seed, const char *purpose, const char *subject)
{
    struct chance chance = {seed};
    chance.state = mix_text(chance_bits(&chance), purpose);
    chance.state = mix_text(chance.state, subject);
    chance_bits(&chance);
    return chance;
}

double chance_unit(struct chance *chance)
{
    return (double)(chance_bits(chance) >> 11) / 9007199254740992.0; /* 2^53 */
}

double chance_between(struct chance *chance, double low, double high)
{
    return low + (high - low) * chance_unit(chance);
}

int chance_range(struct chance *chance, int low, int high)
{
    assert(low <= high);
    return low + (int)(chance_unit(chance) * (double)(high - low + 1));
}

bool chance_odds(struct chance *chance, double probability)
{
    return chance_unit(chance) < probability;
}

double chance_normal(struct chance *chance)
{
    /* Twelve 16-bit uniforms: variance 1, exact in integers until the last division. */
    int64_t sum = 0;
    for (int word = 0; word < 3; word++) {
        uint64_t bits = chance_bits(chance);
        sum += (int64_t)((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) +
                         (bits >> 48));
    }
    return (double)(sum - 6 * 65535) / 65536.0;
}

int chance_poisson(struct chance *chance, double mean)
{
    assert(mean >= 0 && mean < 20);
    if (mean == 0)
        return 0;
    double floor = chance_exp(-mean), product = chance_unit(chance);
    int count = 0;
    for (; product > floor; count++)
        product *= chance_unit(chance);
    return count;
}

int chance_weighted(struct chance *chance, const int *weights, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++)
        total += weights[i];
    int at = chance_range(chance, 0, total - 1);
    for (int i = 0; i < count; i++) {
        if (at < weights[i])
            return i;
        at -= weights[i];
    }
    return count - 1;
}

double chance_lognormal(struct chance *chance, double median, double spread)
{
    return median * chance_exp(spread * chance_normal(chance));
}

double chance_exp(double x)
{
    assert(x > -30 && x < 30);
    /* exp(x) = exp(x/64)^64: sixteen terms and six squarings keep 13 digits. */
    double small = x / 64.0, term = 1, sum = 1;
    for (int n = 1; n <= 16; n++) {
        term *= small / n;
        sum += term;
    }
    for (int i = 0; i < 6; i++)
        sum *= sum;
    return sum;
}

double chance_sine(double turns)
{
    turns -= floor(turns); /* exact */
    double sign = 1;
    if (turns >= 0.5) {
        turns -= 0.5;
        sign = -1;
    }
    if (turns > 0.25)
        turns = 0.5 - turns;
    double x = turns * 6.283185307179586476925286766559, square = x * x, term = x, sum = x;
    for (int n = 3; n <= 17; n += 2) {
        term *= -square / (double)((n - 1) * n);
        sum += term;
    }
    return sign * sum;
}

double chance_cosine(double turns)
{
    return chance_sine(turns + 0.25);
}
