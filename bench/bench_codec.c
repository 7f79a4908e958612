/*
 * What the codecs cost and save: bits a value, encode and decode in values a second, on data shaped
 * like that of meters and devices, beside memcpy of the decoded values in the same run.
 *
 *     bench_codec [runs]      best and median of this many runs (default 9)
 *
 * Decoding is measured block by block into one buffer, as scans do. Encoding includes the choice
 * among the methods, not the decoding check that the segment writer adds.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "codec/codec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 64, BLOCK = STW_CODEC_VALUES_MAX, RUNS_MAX = 99 };

static uint64_t random_state;

/* splitmix64 */
static uint64_t random_bits(void)
{
    uint64_t value = (random_state += 0x9e3779b97f4a7c15u);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static double uniform(void)
{
    return (double)(random_bits() >> 11) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(1 - uniform())) * cos(6.283185307179586 * uniform());
}

/* ---- Data ------------------------------------------------------------------------------------ */

static void regular_times(int64_t *values, uint32_t block)
{
    for (uint32_t i = 0; i < BLOCK; i++)
        values[i] = INT64_C(1735689600) * STW_NS_PER_SECOND +
                    ((int64_t)block * BLOCK + i) * 15 * STW_NS_PER_MINUTE;
}

static void gapped_times(int64_t *values, uint32_t block)
{
    regular_times(values, block);
    for (uint32_t i = 1; i < BLOCK; i++)
        values[i] = values[i - 1] +
                    (uniform() < 0.01 ? 2 + (int64_t)(uniform() * 9) : 1) * 15 * STW_NS_PER_MINUTE;
}

static void jittered_times(int64_t *values, uint32_t block)
{
    regular_times(values, block);
    for (uint32_t i = 0; i < BLOCK; i++)
        values[i] += (int64_t)(uniform() * 10) * STW_NS_PER_SECOND;
}

/* Household water, litres: no flow in most quarters, day and night. */
static void water_register(int64_t *values, uint32_t block)
{
    int64_t litres = 10000 + block * INT64_C(1000);
    for (uint32_t i = 0; i < BLOCK; i++) {
        double hour = i % 96 / 4.0;
        double activity = hour > 6 && hour < 23 ? 0.08 : 0.005;
        if (uniform() < activity)
            litres += 1 + (int64_t)(-12 * log(1 - uniform()));
        values[i] = litres;
    }
}

static void energy_register(int64_t *values, uint32_t block)
{
    int64_t watt_hours = 5000000 + block * INT64_C(100000);
    for (uint32_t i = 0; i < BLOCK; i++) {
        double load = 12000 + 9000 * sin(i % 24 / 24.0 * 6.283) + 1500 * normal();
        watt_hours += load > 0 ? (int64_t)load : 0;
        values[i] = watt_hours;
    }
}

static void temperature(int64_t *values, uint32_t block)
{
    double level = 21 + block % 5;
    for (uint32_t i = 0; i < BLOCK; i++) {
        level += 0.05 * normal() + (21 - level) * 0.01;
        values[i] = lround(level * 100) + (i % 4096 == 1234 ? 8000 : 0);
    }
}

static void codes(int64_t *values, uint32_t block)
{
    int64_t code = block % 12;
    for (uint32_t i = 0; i < BLOCK; i++) {
        if (uniform() < 0.03)
            code = (int64_t)(uniform() * 12);
        values[i] = code;
    }
}

static void random_integers(int64_t *values, uint32_t block)
{
    (void)block;
    for (uint32_t i = 0; i < BLOCK; i++)
        values[i] = (int64_t)random_bits();
}

static void decimal_floats(int64_t *values, uint32_t block)
{
    double *reals = (double *)(void *)values;
    temperature(values, block);
    for (uint32_t i = 0; i < BLOCK; i++)
        reals[i] = (double)values[i] / 100;
}

static void full_floats(int64_t *values, uint32_t block)
{
    double *reals = (double *)(void *)values;
    (void)block;
    for (uint32_t i = 0; i < BLOCK; i++)
        reals[i] = 230 + 2 * normal();
}

struct data {
    const char *name;
    void (*make)(int64_t *values, uint32_t block);
    bool is_float;
};

static const struct data sets[] = {
    {"times, regular 15 min", regular_times, false},
    {"times, 1 % gaps", gapped_times, false},
    {"times, 10 s jitter", jittered_times, false},
    {"water register, l", water_register, false},
    {"kWh register, 3 decimals", energy_register, false},
    {"temperature, 2 decimals", temperature, false},
    {"12 codes in runs", codes, false},
    {"random 64 bit", random_integers, false},
    {"floats of 2 decimals", decimal_floats, true},
    {"floats, full fraction", full_floats, true},
};

/* ---- Measuring ------------------------------------------------------------------------------- */

struct bench {
    struct stw_encoder *encoder;
    struct stw_decoder *decoder;
    int64_t *values; /* BLOCKS * BLOCK */
    int64_t *back;   /* BLOCK */
    struct stw_buffer stream[BLOCKS];
    int runs;
};

static void encode(struct bench *bench, bool is_float)
{
    for (uint32_t block = 0; block < BLOCKS; block++) {
        const int64_t *values = bench->values + (size_t)block * BLOCK;
        stw_buffer_clear(&bench->stream[block]);
        if (is_float)
            stw_floats_encode(bench->encoder, (const double *)(const void *)values, BLOCK,
                              &bench->stream[block]);
        else
            stw_integers_encode(bench->encoder, values, BLOCK, &bench->stream[block]);
    }
}

static void decode_block(struct bench *bench, uint32_t block, bool is_float)
{
    struct stw_slice in = stw_buffer_slice(&bench->stream[block]);
    bool decoded = is_float
                       ? stw_floats_decode(bench->decoder, in, (double *)(void *)bench->back, BLOCK)
                       : stw_integers_decode(bench->decoder, in, bench->back, BLOCK);
    if (!decoded) {
        fprintf(stderr, "a block cannot be decoded\n");
        exit(1);
    }
}

static void decode(struct bench *bench, bool is_float)
{
    for (uint32_t block = 0; block < BLOCKS; block++)
        decode_block(bench, block, is_float);
}

static void check(struct bench *bench, bool is_float)
{
    for (uint32_t block = 0; block < BLOCKS; block++) {
        decode_block(bench, block, is_float);
        if (memcmp(bench->back, bench->values + (size_t)block * BLOCK,
                   BLOCK * sizeof(*bench->back)) != 0) {
            fprintf(stderr, "a block did not come back as it was\n");
            exit(1);
        }
    }
}

static void copy(struct bench *bench, bool is_float)
{
    (void)is_float;
    for (uint32_t block = 0; block < BLOCKS; block++) {
        memcpy(bench->back, bench->values + (size_t)block * BLOCK, BLOCK * sizeof(*bench->back));
        __asm__ volatile("" : : "r"(bench->back) : "memory");
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return x < y ? -1 : x > y;
}

struct rate {
    double best;
    double median;
};

/* G values a second. */
static struct rate measure(struct bench *bench, void (*work)(struct bench *, bool), bool is_float)
{
    double seconds[RUNS_MAX];
    for (int run = 0; run < bench->runs; run++) {
        int64_t start = stw_clock_monotonic_ns();
        work(bench, is_float);
        seconds[run] = (double)(stw_clock_monotonic_ns() - start) / 1e9;
    }
    qsort(seconds, (size_t)bench->runs, sizeof(*seconds), by_value);
    double values = (double)BLOCKS * BLOCK / 1e9;
    return (struct rate){values / seconds[0], values / seconds[bench->runs / 2]};
}

static void print_machine(int runs)
{
    char line[256];
    char model[256] = "unknown";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, "model name", 10) == 0 && sscanf(line, "%*[^:]: %255[^\n]", model) == 1)
            break;
    if (file != NULL)
        fclose(file);
    printf("machine   %s\ncompiler  %s\ndata      %d blocks of %d values each, generated\n"
           "runs      best (median) of %d; G = 10^9 values/s\n\n",
           model, __VERSION__, BLOCKS, BLOCK, runs);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    bench.runs = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 9;
    if (bench.runs < 1 || bench.runs > RUNS_MAX) {
        fprintf(stderr, "runs are 1 to %d\n", RUNS_MAX);
        return 2;
    }
    bench.encoder = stw_encoder_create(3, 15);
    bench.decoder = stw_decoder_create();
    bench.values = stw_alloc((size_t)BLOCKS * BLOCK, sizeof(*bench.values));
    bench.back = stw_alloc(BLOCK, sizeof(*bench.back));
    if (bench.encoder == NULL || bench.decoder == NULL || bench.values == NULL ||
        bench.back == NULL)
        return 6;
    print_machine(bench.runs);
    printf("%-26s %10s  %-26s %-19s %-19s\n", "data", "bits/value", "method of the first block",
           "encode G/s", "decode G/s");
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        const struct data *set = &sets[i];
        random_state = i;
        for (uint32_t block = 0; block < BLOCKS; block++)
            set->make(bench.values + (size_t)block * BLOCK, block);
        struct rate encoding = measure(&bench, encode, set->is_float);
        check(&bench, set->is_float);
        struct rate decoding = measure(&bench, decode, set->is_float);
        size_t size = 0;
        for (uint32_t block = 0; block < BLOCKS; block++)
            size += bench.stream[block].size;
        printf("%-26s %10.3f  %-26s %.4f (%.4f)     %.3f (%.3f)\n", set->name,
               8.0 * (double)size / BLOCKS / BLOCK,
               set->is_float ? "float" : stw_integers_method(stw_buffer_slice(&bench.stream[0])),
               encoding.best, encoding.median, decoding.best, decoding.median);
    }
    struct rate copying = measure(&bench, copy, false);
    printf("\nmemcpy of the values from memory to the same buffer: %.3f G/s (%.3f)\n", copying.best,
           copying.median);
    for (uint32_t block = 0; block < BLOCKS; block++)
        stw_buffer_release(&bench.stream[block]);
    stw_encoder_free(bench.encoder);
    stw_decoder_free(bench.decoder);
    stw_free(bench.values);
    stw_free(bench.back);
    return 0;
}
