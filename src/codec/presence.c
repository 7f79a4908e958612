/*
 * Presence streams: which rows have a value. A bitmap, or the lengths of alternating runs.
 *
 * Bytes: u8 kind. 0: a bit a row, the lowest first. 1 and 2: runs, the first one of missing (1) or
 * present (2) rows: varint number of runs, then their lengths as an integer stream.
 */
#include "codec/context.h"

enum { KIND_BITMAP = 0, KIND_RUNS_FROM_MISSING = 1, KIND_RUNS_FROM_PRESENT = 2 };

static uint32_t measure_runs(const uint8_t *present, uint32_t count, int64_t *lengths)
{
    uint32_t runs = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || present[i] != present[i - 1])
            lengths[runs++] = 0;
        lengths[runs - 1]++;
    }
    return runs;
}

void stw_presence_encode(struct stw_encoder *encoder, const uint8_t *present, uint32_t count,
                         struct stw_buffer *out)
{
    assert(count <= STW_CODEC_VALUES_MAX);
    if (count == 0)
        return;
    struct stw_buffer *trial = &encoder->trial[STW_LEVEL_OUTLIERS];
    stw_buffer_clear(trial);
    uint32_t runs = measure_runs(present, count, encoder->scaled);
    stw_put_u8(trial, present[0] ? KIND_RUNS_FROM_PRESENT : KIND_RUNS_FROM_MISSING);
    stw_put_varint(trial, runs);
    stw_integers_encode_level(encoder, encoder->scaled, runs, STW_LEVEL_RUNS, trial);
    out->failed |= trial->failed;
    if (trial->size <= 1 + (count + 7) / 8) {
        stw_buffer_add(out, trial->data, trial->size);
        return;
    }
    stw_put_u8(out, KIND_BITMAP);
    for (uint32_t i = 0; i < count; i += 8) {
        uint8_t byte = 0;
        for (uint32_t bit = 0; bit < 8 && i + bit < count; bit++)
            byte |= (uint8_t)(present[i + bit] << bit);
        stw_put_u8(out, byte);
    }
}

static bool decode_bitmap(struct stw_slice bits, uint8_t *present, uint32_t count)
{
    if (bits.size != (count + 7) / 8)
        return false;
    for (uint32_t i = 0; i < count; i++)
        present[i] = (uint8_t)bits.data[i / 8] >> (i % 8) & 1;
    return count % 8 == 0 || (uint8_t)bits.data[count / 8] >> (count % 8) == 0;
}

bool stw_presence_decode(struct stw_decoder *decoder, struct stw_slice in, uint8_t *present,
                         uint32_t count)
{
    if (count == 0)
        return in.size == 0;
    struct stw_reader reader;
    stw_reader_init(&reader, in.data, in.size);
    uint8_t kind = stw_get_u8(&reader);
    if (reader.failed || kind > KIND_RUNS_FROM_PRESENT || count > STW_CODEC_VALUES_MAX)
        return false;
    if (kind == KIND_BITMAP)
        return decode_bitmap(stw_get_raw(&reader, stw_reader_left(&reader)), present, count);
    uint64_t runs = stw_get_varint(&reader);
    struct stw_slice rest = stw_get_raw(&reader, stw_reader_left(&reader));
    /* Runs of lengths may themselves be runs, so the lengths sit in the exceptions' memory. */
    int64_t *lengths = decoder->exceptions.places;
    if (reader.failed || runs == 0 || runs > count ||
        !stw_integers_decode_level(decoder, rest, lengths, (uint32_t)runs, STW_LEVEL_RUNS))
        return false;
    uint8_t value = kind == KIND_RUNS_FROM_PRESENT;
    uint32_t filled = 0;
    for (uint64_t run = 0; run < runs; run++, value ^= 1) {
        if (lengths[run] <= 0 || lengths[run] > (int64_t)(count - filled))
            return false;
        memset(present + filled, value, (size_t)lengths[run]);
        filled += (uint32_t)lengths[run];
    }
    return filled == count;
}
