/*
 * Integer streams, encoding: which method is smallest; see FORMAT.md "Integer streams".
 *
 * Constant and linear are recognised outright. Packed is always possible and its exact size is
 * computed for differences of order 0, 1 and 2 without writing anything. The other methods are
 * tried where the data hints at them, and kept where smaller; bins and planes, which decode slower,
 * where smaller by a share.
 */
#include "codec/context.h"
#include "codec/integers.h"
#include "codec/patched.h"

#include "base/decimal.h"

enum {
    /* A stream has to be this large before bins, byte planes are worth a look. */
    BINS_SIZE_MIN = 24,
    PLANES_SIZE_MIN = 96,
    /* Bins take 1.5 to 2 ns a value more to decode than packed integers. That has to save a share
     * of the stream, and an eighth of a bit a value: times with a gap here and there stay packed.
     */
    BINS_GAIN_PERCENT = 5,
    BINS_GAIN_VALUES = 64, /* a byte for so many */
    /* Prediction takes .3 ns a value to undo, and a plan to try. */
    PREDICTION_GAIN_PERCENT = 1,
    PREDICTION_COST_GAIN = STW_PREDICTION_BIT / 10,
    PREDICTION_SIZE_VALUES = 4, /* less than a byte for so many is small enough */
    /* Who takes planes for so little wants the smallest stream: predictions are searched longer. */
    THOROUGH_PERCENT = 5
};

static inline int64_t subtract(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static bool is_linear(const int64_t *values, uint32_t count)
{
    int64_t step = count > 1 ? subtract(values[1], values[0]) : 0;
    for (uint32_t i = 1; i < count; i++)
        if (subtract(values[i], values[i - 1]) != step)
            return false;
    return true;
}

static void put_line(const int64_t *values, uint32_t count, struct stw_buffer *out)
{
    int64_t step = count > 1 ? subtract(values[1], values[0]) : 0;
    stw_put_u8(out, step == 0 ? STW_INTEGERS_CONSTANT : STW_INTEGERS_LINEAR);
    stw_put_svarint(out, values[0]);
    if (step != 0)
        stw_put_svarint(out, step);
}

/* Differences of `order`; returns how many there are. */
static uint32_t differentiate(const int64_t *values, uint32_t count, unsigned order,
                              int64_t *residuals)
{
    if (order == 0)
        memcpy(residuals, values, count * sizeof(*values));
    if (order == 1)
        for (uint32_t i = 1; i < count; i++)
            residuals[i - 1] = subtract(values[i], values[i - 1]);
    if (order == 2)
        for (uint32_t i = 2; i < count; i++)
            residuals[i - 2] = subtract(subtract(values[i], values[i - 1]),
                                        subtract(values[i - 1], values[i - 2]));
    return count - order;
}

/* A divisor that all residuals share after `remainder` is taken off; 1 when there is none. */
static int64_t common_divisor(const int64_t *residuals, uint32_t count, int64_t *remainder)
{
    const int64_t limit = INT64_C(1) << 61;
    uint64_t divisor = 0;
    for (uint32_t i = 0; i < count && divisor != 1; i++) {
        if (residuals[i] > limit || residuals[i] < -limit)
            return 1;
        int64_t difference = residuals[i] - residuals[0];
        uint64_t rest = (uint64_t)(difference < 0 ? -difference : difference);
        if (divisor == 0) {
            divisor = rest;
            continue;
        }
        rest %= divisor;
        while (rest != 0) {
            uint64_t next = divisor % rest;
            divisor = rest;
            rest = next;
        }
    }
    if (divisor <= 1 || divisor > (uint64_t)limit)
        return 1;
    int64_t signed_divisor = (int64_t)divisor;
    *remainder = residuals[0] % signed_divisor;
    if (*remainder < 0)
        *remainder += signed_divisor;
    return signed_divisor;
}

/* A way to write residuals: what stands before them. */
struct form {
    unsigned order;
    int64_t divisor; /* 1 = none */
    int64_t remainder;
    struct stw_prediction prediction; /* without terms: none */
};

static uint32_t make_residuals(const int64_t *values, uint32_t count, unsigned order,
                               int64_t *residuals, struct form *form)
{
    *form = (struct form){.order = order, .divisor = 1};
    uint32_t residual_count = differentiate(values, count, order, residuals);
    form->divisor = common_divisor(residuals, residual_count, &form->remainder);
    if (form->divisor > 1)
        for (uint32_t i = 0; i < residual_count; i++)
            residuals[i] = (residuals[i] - form->remainder) / form->divisor;
    return residual_count;
}

static void put_form(const int64_t *values, enum stw_integers_method method,
                     const struct form *form, struct stw_buffer *out)
{
    stw_put_u8(out, (uint8_t)(method | form->order << STW_INTEGERS_ORDER_SHIFT |
                              (form->divisor > 1 ? STW_INTEGERS_DIVISOR_BIT : 0) |
                              form->prediction.count << STW_INTEGERS_TERMS_SHIFT));
    if (form->order > 0)
        stw_put_svarint(out, values[0]);
    if (form->order > 1)
        stw_put_svarint(out, subtract(values[1], values[0]));
    if (form->divisor > 1) {
        stw_put_varint(out, (uint64_t)form->divisor);
        stw_put_svarint(out, form->remainder);
    }
    for (uint32_t i = 0; i < form->prediction.count; i++) {
        stw_put_svarint(out, form->prediction.terms[i].weight);
        stw_put_varint(out, form->prediction.terms[i].lag);
    }
}

/* What put_form() would write. */
static size_t form_size(const int64_t *values, const struct form *form)
{
    size_t size = 1;
    if (form->order > 0)
        size += stw_svarint_size(values[0]);
    if (form->order > 1)
        size += stw_svarint_size(subtract(values[1], values[0]));
    if (form->divisor > 1)
        size += stw_varint_size((uint64_t)form->divisor) + stw_svarint_size(form->remainder);
    for (uint32_t i = 0; i < form->prediction.count; i++)
        size += stw_svarint_size(form->prediction.terms[i].weight) +
                stw_varint_size(form->prediction.terms[i].lag);
    return size;
}

/* What packing takes at each order of differences, and which is best. */
struct packed_sizes {
    size_t size[STW_INTEGERS_ORDER_MAX + 1]; /* SIZE_MAX: not possible */
    unsigned best;
};

/* The order with the smallest size. Differences of differences are slower to undo, so they have to
 * save a fiftieth. */
static unsigned best_order(const size_t *size)
{
    unsigned best = size[1] < size[0] ? 1 : 0;
    return size[2] < size[best] - size[best] / 50 ? 2 : best;
}

static void put_packed(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                       struct packed_sizes *sizes, struct stw_buffer *out)
{
    struct form form;
    for (unsigned order = 0; order <= STW_INTEGERS_ORDER_MAX; order++) {
        sizes->size[order] = SIZE_MAX;
        if (order >= count)
            continue;
        uint32_t residual_count = make_residuals(values, count, order, encoder->residuals, &form);
        sizes->size[order] =
            form_size(values, &form) + stw_patched_measure(encoder->residuals, residual_count);
    }
    sizes->best = best_order(sizes->size);
    uint32_t residual_count = make_residuals(values, count, sizes->best, encoder->residuals, &form);
    put_form(values, STW_INTEGERS_PACKED, &form, out);
    stw_patched_encode(encoder->residuals, residual_count, out);
}

/* Replaces what `out` holds from `mark` on by the trial, if smaller by more than the share. */
static void keep_smaller(struct stw_buffer *out, size_t mark, const struct stw_buffer *trial,
                         unsigned gain_percent)
{
    out->failed |= trial->failed;
    if (trial->size * (100 + gain_percent) >= (out->size - mark) * 100)
        return;
    out->size = mark;
    stw_buffer_add(out, trial->data, trial->size);
}

static uint32_t count_runs(const int64_t *values, uint32_t count, unsigned order)
{
    uint32_t runs = 1;
    for (uint32_t i = order + 1; i < count; i++)
        if (order == 0)
            runs += values[i] != values[i - 1];
        else
            runs += subtract(values[i], values[i - 1]) != subtract(values[i - 1], values[i - 2]);
    return runs;
}

static void try_runs(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                     enum stw_stream_level level, struct stw_buffer *out, size_t mark)
{
    uint32_t of_values = count_runs(values, count, 0);
    uint32_t of_steps = count_runs(values, count, 1);
    struct form form = {.order = of_steps < of_values ? 1 : 0, .divisor = 1};
    uint32_t run_count = form.order == 1 ? of_steps : of_values;
    if (run_count > count / 3 || run_count / 2 > out->size - mark)
        return;
    uint32_t residual_count = differentiate(values, count, form.order, encoder->residuals);
    uint32_t run = 0;
    for (uint32_t i = 0, from = 0; i < residual_count; i++) {
        if (i + 1 < residual_count && encoder->residuals[i + 1] == encoder->residuals[i])
            continue;
        encoder->run_values[run] = encoder->residuals[i];
        encoder->run_lengths[run++] = i - from;
        from = i + 1;
    }
    struct stw_buffer *trial = &encoder->trial[level];
    struct stw_buffer *child = &encoder->child[level];
    stw_buffer_clear(trial);
    stw_buffer_clear(child);
    put_form(values, STW_INTEGERS_RUNS, &form, trial);
    stw_put_varint(trial, run);
    stw_integers_encode_level(encoder, encoder->run_values, run, STW_LEVEL_PLAIN, child);
    stw_put_stream(trial, child);
    stw_integers_encode_level(encoder, encoder->run_lengths, run, STW_LEVEL_PLAIN, trial);
    keep_smaller(out, mark, trial, 0);
}

/*
 * Whether sequences of four differences come again, as those of a schedule or a test signal: zstd
 * finds such, and nothing else that bins do not find better. The first values are asked for all.
 */
static bool repeats(const int64_t *values, uint32_t count)
{
    enum { LENGTH = 4, SLOTS = 1024, ASKED = 2048 };
    uint16_t last[SLOTS] = {0}; /* where the sequence's last value is */
    uint32_t found = 0;
    count = count < ASKED ? count : ASKED;
    for (uint32_t i = LENGTH; i < count; i++) {
        uint64_t hash = 0;
        for (uint32_t back = 0; back < LENGTH; back++)
            hash = (hash ^ (uint64_t)subtract(values[i - back], values[i - back - 1])) *
                   UINT64_C(0x9e3779b97f4a7c15);
        uint16_t *slot = &last[hash >> 54];
        uint32_t before = *slot;
        *slot = (uint16_t)i;
        bool same = before > 0;
        for (uint32_t back = 0; back < LENGTH && same; back++)
            same = subtract(values[i - back], values[i - back - 1]) ==
                   subtract(values[before - back], values[before - back - 1]);
        found += same;
    }
    return found > count / 2;
}

static void try_planes(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                       unsigned order, enum stw_stream_level level, struct stw_buffer *out,
                       size_t mark)
{
    struct form form;
    uint32_t residual_count = make_residuals(values, count, order, encoder->residuals, &form);
    uint64_t base = (uint64_t)stw_patched_base(encoder->residuals, residual_count);
    uint64_t used = 0;
    for (uint32_t i = 0; i < residual_count; i++)
        used |= (uint64_t)encoder->residuals[i] - base;
    uint32_t width_bytes = (stw_bit_width(used | 1) + 7) / 8;
    for (uint32_t plane = 0; plane < width_bytes; plane++)
        for (uint32_t i = 0; i < residual_count; i++)
            encoder->planes[plane * residual_count + i] =
                (unsigned char)(((uint64_t)encoder->residuals[i] - base) >> (8 * plane));
    struct stw_buffer *trial = &encoder->trial[level];
    stw_buffer_clear(trial);
    put_form(values, STW_INTEGERS_PLANES, &form, trial);
    stw_put_svarint(trial, (int64_t)base);
    stw_put_u8(trial, (uint8_t)width_bytes);
    struct stw_slice bytes = {(const char *)encoder->planes, (size_t)residual_count * width_bytes};
    if (stw_zstd_compress(encoder, bytes, trial) || trial->failed)
        keep_smaller(out, mark, trial, encoder->planes_gain_percent);
}

/* Plans bins for the differences of `order`; the size of the stream, SIZE_MAX when they do not
 * suit. encoder->residuals and *form are those of the plan. */
static size_t plan_bins(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                        unsigned order, struct form *form)
{
    uint32_t residual_count = make_residuals(values, count, order, encoder->residuals, form);
    if (!stw_bins_plan(&encoder->bins, encoder->residuals, residual_count))
        return SIZE_MAX;
    return form_size(values, form) + encoder->bins.size;
}

static bool is_thorough(const struct stw_encoder *encoder)
{
    return encoder->planes_gain_percent <= THOROUGH_PERCENT;
}

/* The differences and the prediction that seem to leave least; false: nothing worth a plan. Leaves
 * encoder->residuals alone. */
static bool choose_prediction(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                              struct form *form)
{
    uint32_t best = UINT32_MAX, without = UINT32_MAX;
    if (count <= STW_PREDICTION_COUNT_MIN)
        return false;
    for (unsigned order = 0; order <= 1; order++) {
        struct form tried;
        uint32_t tried_count = make_residuals(values, count, order, encoder->left, &tried);
        uint32_t plain_cost = stw_prediction_cost(encoder->left, tried_count);
        without = plain_cost < without ? plain_cost : without;
        uint32_t cost = stw_prediction_choose(encoder->left, tried_count, is_thorough(encoder),
                                              &tried.prediction);
        if (cost < best) {
            best = cost;
            *form = tried;
        }
    }
    if (best == UINT32_MAX)
        return false;
    if (is_thorough(encoder)) {
        struct form same;
        uint32_t left_count = make_residuals(values, count, form->order, encoder->left, &same);
        (void)stw_prediction_choose_second(encoder->left, left_count, &form->prediction);
        return true;
    }
    return best < without && without - best >= PREDICTION_COST_GAIN;
}

/* Plans bins for what the prediction of `form` leaves, which is in encoder->left then; the size, or
 * SIZE_MAX. */
static size_t plan_predicted(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                             struct form *form)
{
    struct form same;
    uint32_t residual_count = make_residuals(values, count, form->order, encoder->residuals, &same);
    stw_prediction_take(&form->prediction, encoder->residuals, residual_count, encoder->left);
    if (!stw_bins_plan(&encoder->bins, encoder->left, residual_count))
        return SIZE_MAX;
    return form_size(values, form) + encoder->bins.size;
}

/* The order of differences whose bins are smallest, planned last; *size is SIZE_MAX: none suits. */
static unsigned plan_best_order(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                                const struct packed_sizes *packed, struct form *form, size_t *size)
{
    size_t sizes[STW_INTEGERS_ORDER_MAX + 1];
    size_t promising = packed->size[packed->best] + packed->size[packed->best] / 4;
    unsigned planned = 0;
    for (unsigned order = 0; order <= STW_INTEGERS_ORDER_MAX; order++) {
        sizes[order] = SIZE_MAX;
        if (order + 1 < count && packed->size[order] <= promising)
            sizes[planned = order] = plan_bins(encoder, values, count, order, form);
    }
    unsigned best = best_order(sizes);
    if (best != planned && sizes[best] != SIZE_MAX)
        (void)plan_bins(encoder, values, count, best, form);
    *size = sizes[best];
    return best;
}

static void try_bins(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                     const struct packed_sizes *packed, enum stw_stream_level level,
                     struct stw_buffer *out, size_t mark)
{
    struct form form = {.order = 0}, predicted = {.order = 0};
    size_t size;
    unsigned order = plan_best_order(encoder, values, count, packed, &form, &size);
    if (size == SIZE_MAX)
        return;
    if (level < STW_LEVEL_PLAIN && size > count / PREDICTION_SIZE_VALUES &&
        choose_prediction(encoder, values, count, &predicted)) {
        size_t predicted_size = plan_predicted(encoder, values, count, &predicted);
        size_t gain = is_thorough(encoder) ? 0 : size * PREDICTION_GAIN_PERCENT / 100;
        if (predicted_size < size - gain) {
            size = predicted_size;
            form = predicted;
        } else {
            (void)plan_bins(encoder, values, count, order, &form);
        }
    }
    size_t packed_size = out->size - mark;
    if (size > packed_size * 100 / (100 + BINS_GAIN_PERCENT) ||
        size + count / BINS_GAIN_VALUES > packed_size)
        return;
    struct stw_buffer *trial = &encoder->trial[level];
    stw_buffer_clear(trial);
    put_form(values, STW_INTEGERS_BINS, &form, trial);
    stw_bins_encode(&encoder->bins, form.prediction.count > 0 ? encoder->left : encoder->residuals,
                    count - form.order, trial);
    keep_smaller(out, mark, trial, BINS_GAIN_PERCENT);
}

/*
 * The step of values that lie on a grid but for some jitter, as the times of a device that reports
 * every quarter of an hour a few seconds early or late, with gaps; 0 when they do not look so. The
 * span over the number of steps is far more exact than any single difference.
 */
static int64_t grid_step(const int64_t *values, uint32_t count, int64_t unit)
{
    enum { SAMPLE = 64 };
    const int64_t limit = INT64_C(1) << 61;
    int64_t sample[SAMPLE];
    for (uint32_t i = 0; i < count; i++)
        if (values[i] > limit || values[i] < -limit)
            return 0;
    if (count <= SAMPLE)
        return 0;
    for (uint32_t i = 0; i < SAMPLE; i++) {
        uint32_t at = (uint32_t)((uint64_t)i * (count - 1) / SAMPLE);
        int64_t difference = values[at + 1] - values[at];
        uint32_t place = i;
        for (; place > 0 && sample[place - 1] > difference; place--)
            sample[place] = sample[place - 1];
        sample[place] = difference;
    }
    int64_t median = sample[SAMPLE / 2];
    if (median <= 0 || sample[SAMPLE / 8] < median / 2 || sample[SAMPLE - SAMPLE / 8] > 2 * median)
        return 0;
    int64_t steps = 0;
    for (uint32_t i = 1; i < count; i++)
        steps += (values[i] - values[i - 1] + median / 2) / median;
    int64_t span = values[count - 1] - values[0];
    return steps <= 0 || span <= 0 ? 0 : (span / unit + steps / 2) / steps * unit;
}

static int64_t floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

static void try_grid(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                     enum stw_stream_level level, struct stw_buffer *out, size_t mark)
{
    struct form form;
    (void)make_residuals(values, count, 0, encoder->residuals, &form);
    int64_t step = grid_step(values, count, form.divisor);
    if (step <= 1)
        return;
    /* How far each value is from the point of the grid nearest to it, to put the origin before. */
    for (uint32_t i = 0; i < count; i++) {
        int64_t distance = values[i] - values[0];
        encoder->run_values[i] = distance - step * floor_divide(distance + step / 2, step);
    }
    int64_t origin = values[0] + stw_patched_base(encoder->run_values, count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t number = floor_divide(values[i] - origin, step);
        encoder->run_values[i] = number;
        encoder->run_lengths[i] = values[i] - origin - number * step;
    }
    struct stw_buffer *trial = &encoder->trial[level];
    struct stw_buffer *child = &encoder->child[level];
    stw_buffer_clear(trial);
    stw_buffer_clear(child);
    stw_put_u8(trial, STW_INTEGERS_GRID);
    stw_put_svarint(trial, origin);
    stw_put_varint(trial, (uint64_t)step);
    stw_integers_encode_level(encoder, encoder->run_values, count, STW_LEVEL_PLAIN, child);
    stw_put_stream(trial, child);
    stw_integers_encode_level(encoder, encoder->run_lengths, count, STW_LEVEL_PLAIN, trial);
    keep_smaller(out, mark, trial, 0);
}

/* The largest power of ten that divides all but a few values; 1 when it divides too few or, the
 * common divisor being enough then, all. */
static int64_t sampled_power(const int64_t *values, uint32_t count)
{
    enum { SAMPLE = 128 };
    uint32_t divisible[STW_SCALE_MAX + 1] = {0};
    uint32_t taken = 0;
    uint32_t stride = count / SAMPLE + 1;
    for (uint32_t i = 0; i < count; i += stride) {
        int64_t value = values[i];
        taken += value != 0;
        for (int power = 1; value != 0 && value % 10 == 0; power++, value /= 10)
            divisible[power]++;
    }
    int power = STW_SCALE_MAX;
    while (power > 0 && divisible[power] * 32 < taken * 31)
        power--;
    return taken == 0 ? 1 : stw_pow10(power);
}

static void try_outliers(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                         struct stw_buffer *out, size_t mark)
{
    int64_t divisor = sampled_power(values, count);
    if (divisor == 1)
        return;
    struct stw_exceptions *exceptions = &encoder->exceptions;
    exceptions->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (values[i] % divisor == 0) {
            encoder->scaled[i] = values[i] / divisor;
            continue;
        }
        encoder->scaled[i] = i == 0 ? 0 : encoder->scaled[i - 1];
        exceptions->places[exceptions->count] = i;
        exceptions->values[exceptions->count++] = values[i];
    }
    if (exceptions->count == 0 || exceptions->count > count / 16 + 1)
        return;
    struct stw_buffer *trial = &encoder->trial[STW_LEVEL_OUTLIERS];
    struct stw_buffer *child = &encoder->child[STW_LEVEL_OUTLIERS];
    stw_buffer_clear(trial);
    stw_buffer_clear(child);
    stw_put_u8(trial, STW_INTEGERS_OUTLIERS);
    stw_put_varint(trial, (uint64_t)divisor);
    stw_exceptions_encode(encoder, child);
    stw_put_stream(trial, child);
    stw_integers_encode_level(encoder, encoder->scaled, count, STW_LEVEL_RUNS, trial);
    keep_smaller(out, mark, trial, 0);
}

void stw_integers_encode_level(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                               enum stw_stream_level level, struct stw_buffer *out)
{
    assert(count <= STW_CODEC_VALUES_MAX);
    if (count == 0)
        return;
    if (is_linear(values, count)) {
        put_line(values, count, out);
        return;
    }
    size_t mark = out->size;
    struct packed_sizes packed;
    put_packed(encoder, values, count, &packed, out);
    if (level < STW_LEVEL_PLAIN)
        try_runs(encoder, values, count, level, out, mark);
    /* A step number takes next to nothing, so only what costs a bit a value can gain. */
    if (level < STW_LEVEL_PLAIN && out->size - mark > count / 8)
        try_grid(encoder, values, count, level, out, mark);
    if (level < STW_LEVEL_RUNS)
        try_outliers(encoder, values, count, out, mark);
    if (encoder->planes_gain_percent == 100)
        return;
    if (out->size - mark >= BINS_SIZE_MIN)
        try_bins(encoder, values, count, &packed, level, out, mark);
    if (out->size - mark >= PLANES_SIZE_MIN && repeats(values, count))
        try_planes(encoder, values, count, packed.best, level, out, mark);
}

void stw_integers_encode(struct stw_encoder *encoder, const int64_t *values, uint32_t count,
                         struct stw_buffer *out)
{
    stw_integers_encode_level(encoder, values, count, STW_LEVEL_OUTLIERS, out);
}

const char *stw_integers_method(struct stw_slice in)
{
    static const char *const names[] = {
        "constant", "linear", "packed", "planes", "runs", "outliers", "grid", "bins",
    };
    static const char *const packed[] = {"packed", "packed deltas", "packed deltas of deltas",
                                         "unknown"};
    static const char *const planes[] = {"planes", "planes of deltas", "planes of deltas of deltas",
                                         "unknown"};
    if (in.size == 0)
        return "empty";
    unsigned method = (unsigned char)in.data[0] & STW_INTEGERS_METHOD_BITS;
    unsigned order =
        ((unsigned char)in.data[0] & STW_INTEGERS_ORDER_BITS) >> STW_INTEGERS_ORDER_SHIFT;
    if (method == STW_INTEGERS_PACKED)
        return packed[order];
    if (method == STW_INTEGERS_BINS && (unsigned char)in.data[0] >> STW_INTEGERS_TERMS_SHIFT != 0)
        return "predicted bins";
    return method == STW_INTEGERS_PLANES ? planes[order] : names[method];
}
