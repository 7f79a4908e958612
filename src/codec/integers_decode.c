/* Integer streams, decoding; see FORMAT.md "Integer streams". All arithmetic is modulo 2^64. */
#include "codec/context.h"
#include "codec/integers.h"
#include "codec/patched.h"

/* What precedes the residuals of packed, planes, runs and bins. Sums are as linear as the rest, so
 * a factor for all values is a factor for what they are made of. */
struct differences {
    unsigned order;
    uint64_t value; /* running: the last value (order 1, 2) */
    uint64_t step;  /* running: the last difference (order 2) */
    bool has_divisor;
    uint64_t divisor;
    uint64_t remainder;
};

static bool get_differences(struct stw_reader *reader, uint8_t head, uint64_t factor,
                            int64_t *values, uint32_t count, struct differences *differences)
{
    bool has_divisor = (head & STW_INTEGERS_DIVISOR_BIT) != 0;
    *differences = (struct differences){
        .order = (unsigned)(head & STW_INTEGERS_ORDER_BITS) >> STW_INTEGERS_ORDER_SHIFT,
        .has_divisor = has_divisor || factor != 1,
        .divisor = factor,
    };
    if (differences->order > STW_INTEGERS_ORDER_MAX || count <= differences->order)
        return false;
    if (differences->order > 0)
        values[0] = (int64_t)(differences->value = (uint64_t)stw_get_svarint(reader) * factor);
    if (differences->order > 1) {
        differences->step = (uint64_t)stw_get_svarint(reader) * factor;
        values[1] = (int64_t)(differences->value += differences->step);
    }
    if (has_divisor) {
        differences->divisor = stw_get_varint(reader) * factor;
        differences->remainder = (uint64_t)stw_get_svarint(reader) * factor;
    }
    return !reader->failed;
}

/* Residuals to values, in place; called vector by vector so that it works in the first cache. */
static void integrate(struct differences *differences, uint64_t *values, uint32_t count)
{
    if (differences->has_divisor)
        for (uint32_t i = 0; i < count; i++)
            values[i] = values[i] * differences->divisor + differences->remainder;
    uint64_t step = differences->step;
    uint64_t value = differences->value;
    if (differences->order == 2)
        for (uint32_t i = 0; i < count; i++)
            values[i] = step += values[i];
    if (differences->order > 0)
        for (uint32_t i = 0; i < count; i++)
            values[i] = value += values[i];
    differences->step = step;
    differences->value = value;
}

static bool decode_packed(struct stw_reader *reader, uint8_t head, uint64_t factor, int64_t *values,
                          uint32_t count)
{
    struct differences differences;
    if (!get_differences(reader, head, factor, values, count, &differences))
        return false;
    uint64_t base = 0;
    for (uint32_t at = differences.order; at < count;) {
        uint32_t left = count - at < STW_PATCHED_VECTOR ? count - at : STW_PATCHED_VECTOR;
        if (!stw_patched_decode(reader, &base, values + at, left))
            return false;
        integrate(&differences, (uint64_t *)values + at, left);
        at += left;
    }
    return stw_reader_left(reader) == 0;
}

static bool get_prediction(struct stw_reader *reader, uint32_t terms,
                           struct stw_prediction *prediction)
{
    uint64_t before = 0;
    if (terms > STW_PREDICTION_TERMS_MAX)
        return false;
    prediction->count = terms;
    for (uint32_t i = 0; i < terms; i++) {
        prediction->terms[i].weight = stw_get_svarint(reader);
        uint64_t lag = stw_get_varint(reader);
        if (reader->failed || lag <= before || lag >= STW_CODEC_VALUES_MAX)
            return false;
        prediction->terms[i].lag = (uint32_t)lag;
        before = lag;
    }
    return true;
}

/* Predicted residuals look back further than a vector, so the steps are taken one after the other.
 */
static bool decode_predicted_bins(struct stw_decoder *decoder, struct stw_reader *reader,
                                  uint32_t terms, struct differences *differences,
                                  uint64_t *residuals, uint32_t count)
{
    struct stw_prediction prediction;
    if (!get_prediction(reader, terms, &prediction))
        return false;
    struct stw_slice stream = stw_get_raw(reader, stw_reader_left(reader));
    if (!stw_bins_open(&decoder->bins, stream, count) ||
        !stw_bins_decode(&decoder->bins, residuals, count))
        return false;
    stw_prediction_add(&prediction, residuals, count);
    integrate(differences, residuals, count);
    return stw_bins_ended(&decoder->bins);
}

static bool decode_bins(struct stw_decoder *decoder, struct stw_reader *reader, uint8_t head,
                        uint64_t factor, int64_t *values, uint32_t count)
{
    struct differences differences;
    uint32_t terms = head >> STW_INTEGERS_TERMS_SHIFT;
    if (!get_differences(reader, head, factor, values, count, &differences))
        return false;
    if (terms > 0)
        return decode_predicted_bins(decoder, reader, terms, &differences,
                                     (uint64_t *)values + differences.order,
                                     count - differences.order);
    struct stw_slice stream = stw_get_raw(reader, stw_reader_left(reader));
    if (!stw_bins_open(&decoder->bins, stream, count - differences.order))
        return false;
    for (uint32_t at = differences.order; at < count;) {
        uint32_t left = count - at < STW_PATCHED_VECTOR ? count - at : STW_PATCHED_VECTOR;
        if (!stw_bins_decode(&decoder->bins, (uint64_t *)values + at, left))
            return false;
        integrate(&differences, (uint64_t *)values + at, left);
        at += left;
    }
    return stw_bins_ended(&decoder->bins);
}

static bool decode_planes(struct stw_decoder *decoder, struct stw_reader *reader, uint8_t head,
                          uint64_t factor, int64_t *values, uint32_t count)
{
    struct differences differences;
    if (!get_differences(reader, head, factor, values, count, &differences))
        return false;
    uint64_t base = (uint64_t)stw_get_svarint(reader);
    uint32_t width_bytes = stw_get_u8(reader);
    if (reader->failed || width_bytes == 0 || width_bytes > 8)
        return false;
    uint32_t residual_count = count - differences.order;
    if (!stw_zstd_decompress(decoder, stw_get_raw(reader, stw_reader_left(reader)), decoder->planes,
                             (size_t)residual_count * width_bytes))
        return false;
    uint64_t *residuals = (uint64_t *)values + differences.order;
    for (uint32_t i = 0; i < residual_count; i++)
        residuals[i] = base + decoder->planes[i];
    for (uint32_t plane = 1; plane < width_bytes; plane++) {
        const unsigned char *bytes = decoder->planes + (size_t)plane * residual_count;
        for (uint32_t i = 0; i < residual_count; i++)
            residuals[i] += (uint64_t)bytes[i] << (8 * plane);
    }
    integrate(&differences, residuals, residual_count);
    return true;
}

/* `count` times the residual, summed up. */
static void integrate_run(struct differences *differences, uint64_t residual, uint64_t *values,
                          uint32_t count)
{
    uint64_t value = differences->value;
    uint64_t step = differences->step;
    if (differences->order == 0)
        value = residual;
    for (uint32_t i = 0; differences->order == 0 && i < count; i++)
        values[i] = value;
    for (uint32_t i = 0; differences->order == 1 && i < count; i++)
        values[i] = value += residual;
    for (uint32_t i = 0; differences->order == 2 && i < count; i++)
        values[i] = value += step += residual;
    differences->value = value;
    differences->step = step;
}

static bool decode_runs(struct stw_decoder *decoder, struct stw_reader *reader, uint8_t head,
                        uint64_t factor, int64_t *values, uint32_t count)
{
    struct differences differences;
    if (!get_differences(reader, head, factor, values, count, &differences))
        return false;
    uint32_t residual_count = count - differences.order;
    uint64_t run_count = stw_get_varint(reader);
    struct stw_slice run_values = stw_get_bytes(reader);
    struct stw_slice run_lengths = stw_get_raw(reader, stw_reader_left(reader));
    if (reader->failed || run_count == 0 || run_count > residual_count ||
        !stw_integers_decode_level(decoder, run_values, decoder->run_values, (uint32_t)run_count,
                                   STW_LEVEL_PLAIN) ||
        !stw_integers_decode_level(decoder, run_lengths, decoder->run_lengths, (uint32_t)run_count,
                                   STW_LEVEL_PLAIN))
        return false;
    uint64_t *out = (uint64_t *)values + differences.order;
    uint32_t filled = 0;
    for (uint32_t run = 0; run < run_count; run++) {
        uint64_t length_less_1 = (uint64_t)decoder->run_lengths[run];
        if (length_less_1 >= residual_count - filled)
            return false;
        uint64_t residual = (uint64_t)decoder->run_values[run];
        if (differences.has_divisor)
            residual = residual * differences.divisor + differences.remainder;
        integrate_run(&differences, residual, out + filled, (uint32_t)length_less_1 + 1);
        filled += (uint32_t)length_less_1 + 1;
    }
    return filled == residual_count;
}

static bool decode_grid(struct stw_decoder *decoder, struct stw_reader *reader, uint64_t factor,
                        int64_t *values, uint32_t count)
{
    uint64_t origin = (uint64_t)stw_get_svarint(reader) * factor;
    uint64_t step = stw_get_varint(reader) * factor;
    struct stw_slice steps = stw_get_bytes(reader);
    struct stw_slice remainders = stw_get_raw(reader, stw_reader_left(reader));
    if (reader->failed ||
        !stw_integers_decode_level(decoder, steps, decoder->run_values, count, STW_LEVEL_PLAIN) ||
        !stw_integers_decode_level(decoder, remainders, decoder->run_lengths, count,
                                   STW_LEVEL_PLAIN))
        return false;
    for (uint32_t i = 0; i < count; i++)
        values[i] = (int64_t)(origin + (uint64_t)decoder->run_values[i] * step +
                              (uint64_t)decoder->run_lengths[i] * factor);
    return true;
}

static bool decode_outliers(struct stw_decoder *decoder, struct stw_reader *reader, uint64_t factor,
                            int64_t *values, uint32_t count)
{
    uint64_t divisor = stw_get_varint(reader) * factor;
    struct stw_slice exceptions = stw_get_bytes(reader);
    struct stw_slice rest = stw_get_raw(reader, stw_reader_left(reader));
    if (reader->failed ||
        !stw_integers_decode_level(decoder, rest, values, count, STW_LEVEL_RUNS) ||
        !stw_exceptions_decode(decoder, exceptions, count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        values[i] = (int64_t)((uint64_t)values[i] * divisor);
    for (uint32_t i = 0; i < decoder->exceptions.count; i++)
        values[decoder->exceptions.places[i]] =
            (int64_t)((uint64_t)decoder->exceptions.values[i] * factor);
    return true;
}

static bool decode_line(struct stw_reader *reader, bool constant, uint64_t factor, int64_t *values,
                        uint32_t count)
{
    uint64_t value = (uint64_t)stw_get_svarint(reader) * factor;
    uint64_t step = constant ? 0 : (uint64_t)stw_get_svarint(reader) * factor;
    if (reader->failed || stw_reader_left(reader) != 0)
        return false;
    for (uint32_t i = 0; i < count; i++)
        values[i] = (int64_t)(value + i * step);
    return true;
}

static bool decode(struct stw_decoder *decoder, struct stw_slice in, uint64_t factor,
                   int64_t *values, uint32_t count, enum stw_stream_level level)
{
    if (count == 0)
        return in.size == 0;
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    uint8_t head = stw_get_u8(&reader);
    unsigned method = head & STW_INTEGERS_METHOD_BITS;
    bool is_predicted = head >> STW_INTEGERS_TERMS_SHIFT != 0;
    if (reader.failed || count > STW_CODEC_VALUES_MAX ||
        (is_predicted && method != STW_INTEGERS_BINS))
        return false;
    switch (method) {
    case STW_INTEGERS_CONSTANT:
    case STW_INTEGERS_LINEAR:
        return head <= STW_INTEGERS_LINEAR &&
               decode_line(&reader, head == STW_INTEGERS_CONSTANT, factor, values, count);
    case STW_INTEGERS_PACKED:
        return decode_packed(&reader, head, factor, values, count);
    case STW_INTEGERS_PLANES:
        return decode_planes(decoder, &reader, head, factor, values, count);
    case STW_INTEGERS_RUNS:
        return level < STW_LEVEL_PLAIN &&
               decode_runs(decoder, &reader, head, factor, values, count);
    case STW_INTEGERS_OUTLIERS:
        return level < STW_LEVEL_RUNS && head == STW_INTEGERS_OUTLIERS &&
               decode_outliers(decoder, &reader, factor, values, count);
    case STW_INTEGERS_GRID:
        return level < STW_LEVEL_PLAIN && head == STW_INTEGERS_GRID &&
               decode_grid(decoder, &reader, factor, values, count);
    case STW_INTEGERS_BINS:
        return decode_bins(decoder, &reader, head, factor, values, count);
    default:
        return false;
    }
}

bool stw_integers_decode_level(struct stw_decoder *decoder, struct stw_slice in, int64_t *values,
                               uint32_t count, enum stw_stream_level level)
{
    return decode(decoder, in, 1, values, count, level);
}

bool stw_integers_decode(struct stw_decoder *decoder, struct stw_slice in, int64_t *values,
                         uint32_t count)
{
    return stw_integers_decode_level(decoder, in, values, count, STW_LEVEL_OUTLIERS);
}

bool stw_integers_constant(struct stw_slice in, int64_t *value)
{
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    bool constant = stw_get_u8(&reader) == STW_INTEGERS_CONSTANT;
    *value = stw_get_svarint(&reader);
    return constant && !reader.failed && stw_reader_left(&reader) == 0;
}

bool stw_integers_decode_scaled(struct stw_decoder *decoder, struct stw_slice in, int64_t factor,
                                int64_t *values, uint32_t count)
{
    return decode(decoder, in, (uint64_t)factor, values, count, STW_LEVEL_OUTLIERS);
}
