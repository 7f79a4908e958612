/*
 * Float streams. Most floats of meters were decimals once: the smallest power of ten p is sought
 * with which d = round(v * p) is an integer below 2^53 and d / p gives v's bits back. Both are
 * exact doubles (p <= 10^18 < 10^22), so the division is correctly rounded and d / p is the double
 * nearest to the decimal, which is what parsing its text gave. The idea is ALP's (Afroozeh, Kuffo,
 * Boncz, SIGMOD 2023); dividing instead of multiplying by a rounded 10^-p misses fewer values.
 *
 * Values that do not come back (NaN, infinities, -0, long fractions) are exceptions; where they are
 * many the bit patterns are coded as integers instead.
 *
 * Bytes: u8 method: 0-18 = decimal with that power, then exceptions with their size before them,
 * then the integers; 255 = bit patterns.
 */
#include "codec/context.h"

#include "base/decimal.h"

#include <math.h>

enum { METHOD_BITS = 255, POWER_MAX = STW_SCALE_MAX };

/* True when `value` is the double nearest to *digits / 10^power. */
static bool as_decimal(double value, double power, int64_t *digits)
{
    double scaled = nearbyint(value * power);
    if (!(fabs(scaled) < 9007199254740992.0)) /* 2^53; false for NaN too */
        return false;
    *digits = (int64_t)scaled;
    return stw_double_bits((double)*digits / power) == stw_double_bits(value);
}

/* The smallest power that serves the most of a sample. */
static int sampled_power(const double *values, uint32_t count)
{
    enum { SAMPLE = 128 };
    uint32_t stride = count / SAMPLE + 1;
    int best = 0;
    uint32_t best_hits = 0;
    uint32_t taken = (count + stride - 1) / stride;
    for (int power = 0; power <= POWER_MAX && best_hits < taken; power++) {
        uint32_t hits = 0;
        int64_t digits;
        for (uint32_t i = 0; i < count; i += stride)
            hits += as_decimal(values[i], (double)stw_pow10(power), &digits);
        if (hits > best_hits) {
            best_hits = hits;
            best = power;
        }
    }
    return best;
}

static void put_decimal(struct stw_encoder *encoder, const double *values, uint32_t count,
                        struct stw_buffer *out)
{
    int power = sampled_power(values, count);
    double power_of_ten = (double)stw_pow10(power);
    struct stw_exceptions *exceptions = &encoder->exceptions;
    exceptions->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (as_decimal(values[i], power_of_ten, &encoder->scaled[i]))
            continue;
        encoder->scaled[i] = i == 0 ? 0 : encoder->scaled[i - 1];
        exceptions->places[exceptions->count] = i;
        exceptions->values[exceptions->count++] = (int64_t)stw_double_bits(values[i]);
    }
    struct stw_buffer *child = &encoder->child[STW_LEVEL_OUTLIERS];
    stw_buffer_clear(child);
    stw_exceptions_encode(encoder, child);
    stw_put_u8(out, (uint8_t)power);
    stw_put_stream(out, child);
    stw_integers_encode_level(encoder, encoder->scaled, count, STW_LEVEL_RUNS, out);
}

void stw_floats_encode(struct stw_encoder *encoder, const double *values, uint32_t count,
                       struct stw_buffer *out)
{
    assert(count <= STW_CODEC_VALUES_MAX);
    if (count == 0)
        return;
    size_t mark = out->size;
    put_decimal(encoder, values, count, out);
    if (encoder->exceptions.count <= count / 64)
        return;
    for (uint32_t i = 0; i < count; i++)
        encoder->scaled[i] = (int64_t)stw_double_bits(values[i]);
    struct stw_buffer *trial = &encoder->trial[STW_LEVEL_OUTLIERS];
    stw_buffer_clear(trial);
    stw_put_u8(trial, METHOD_BITS);
    stw_integers_encode_level(encoder, encoder->scaled, count, STW_LEVEL_RUNS, trial);
    out->failed |= trial->failed;
    if (trial->size < out->size - mark) {
        out->size = mark;
        stw_buffer_add(out, trial->data, trial->size);
    }
}

bool stw_floats_decode(struct stw_decoder *decoder, struct stw_slice in, double *values,
                       uint32_t count)
{
    if (count == 0)
        return in.size == 0;
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    uint8_t method = stw_get_u8(&reader);
    if (method != METHOD_BITS && method > POWER_MAX)
        return false;
    struct stw_slice exceptions = {"", 0};
    if (method != METHOD_BITS)
        exceptions = stw_get_bytes(&reader);
    struct stw_slice rest = stw_get_raw(&reader, stw_reader_left(&reader));
    int64_t *integers = (int64_t *)(void *)values;
    if (reader.failed || !stw_integers_decode_level(decoder, rest, integers, count, STW_LEVEL_RUNS))
        return false;
    if (method == METHOD_BITS)
        return true;
    double power_of_ten = (double)stw_pow10(method);
    for (uint32_t i = 0; i < count; i++)
        values[i] = (double)integers[i] / power_of_ten;
    if (!stw_exceptions_decode(decoder, exceptions, count))
        return false;
    for (uint32_t i = 0; i < decoder->exceptions.count; i++)
        memcpy(&values[decoder->exceptions.places[i]], &decoder->exceptions.values[i],
               sizeof(*values));
    return true;
}
