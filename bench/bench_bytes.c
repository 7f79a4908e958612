/*
 * Where the bytes of segment files go: by part of the file and by column, and for the numeric
 * columns, channel by channel, how the blocks are stored ("in file") beside what each could be by
 * itself: as the encoder would choose ("alone": what borrows from another block is larger there),
 * packed integers throughout, byte planes of the differences under zstd, and the order-0 entropy of
 * values or differences; with what decoding each takes on one core.
 *
 *     bench_bytes SEGMENT...       files of one table, as STORE/segments/readings-*.seg
 *
 * The entropy is that of each block by itself, of the better of values and differences; no symbol
 * table is counted, so a block of few rows looks better there than any code could be. The
 * best of five turns is counted for each stream.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "codec/context.h"
#include "codec/integers.h"
#include "segment/segment_load.h"
#include "segment/time_unit.h"
#include "store/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 5, CHANNELS_MAX = 64, PARTS = STW_SEGMENT_COLUMNS_MAX + 2 };

enum way { STORED, PACKED, PLANES, WAYS };

/* One column of one channel. */
struct tally {
    uint64_t values;
    uint64_t bytes;
    double entropy_bits;
    uint64_t way_bytes[WAYS]; /* streams only, without presence and the like */
    int64_t way_ns[WAYS];     /* to decode them */
};

struct channel {
    char name[64];
    uint64_t rows;
    struct tally parts[PARTS]; /* series, time, then the columns */
};

struct bench {
    struct channel channels[CHANNELS_MAX];
    uint32_t channel_count;
    struct tally parts[PARTS];
    char names[PARTS][32];
    uint32_t part_count;
    uint64_t files, rows, blocks, bytes, index_bytes, key_bytes, frame_head_bytes;
    uint64_t single_rows;
    int64_t read_ns; /* all blocks with all columns, from the page cache */
    struct stw_encoder *encoder[WAYS];
    struct stw_decoder *decoder;
    struct stw_buffer stream;
    uint32_t *series_channel; /* of the file at hand, by series */
    size_t series_capacity;
};

_Noreturn static void fail(const struct stw_error *err)
{
    fprintf(stderr, "bench_bytes: %s %s\n", err->what, err->where);
    exit(1);
}

static void check(int status, const struct stw_error *err)
{
    if (status < 0)
        fail(err);
}

/* The last part of the key names the channel. */
static int take_key(void *context, uint32_t series, struct stw_slice key)
{
    struct bench *bench = context;
    struct stw_slice parts[8];
    uint32_t count = stw_key_split(key, parts, 8);
    struct stw_slice name = count == 0 || count > 8 ? key : parts[count - 1];
    char text[64];
    snprintf(text, sizeof(text), "%.*s", STW_SLICE_ARG(name));
    uint32_t channel = 0;
    while (channel < bench->channel_count && strcmp(bench->channels[channel].name, text) != 0)
        channel++;
    if (channel == CHANNELS_MAX)
        channel--;
    else if (channel == bench->channel_count)
        memcpy(bench->channels[bench->channel_count++].name, text, sizeof(text));
    if (!stw_reserve((void **)&bench->series_channel, &bench->series_capacity, (size_t)series + 1,
                     sizeof(*bench->series_channel)))
        return STW_ERR_MEMORY;
    bench->series_channel[series] = channel;
    return STW_OK;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Bits of all values together; the array is sorted. */
static double entropy_of(int64_t *values, uint32_t count)
{
    double bits = 0;
    qsort(values, count, sizeof(*values), by_value);
    for (uint32_t i = 0, from = 0; i < count; i++) {
        if (i + 1 < count && values[i + 1] == values[i])
            continue;
        double times = i + 1 - from;
        bits += times * log2(count / times);
        from = i + 1;
    }
    return bits;
}

static double better_entropy(const int64_t *values, uint32_t count)
{
    static int64_t work[STW_CODEC_VALUES_MAX];
    if (count < 2)
        return 0;
    memcpy(work, values, count * sizeof(*values));
    double plain = entropy_of(work, count);
    for (uint32_t i = 1; i < count; i++)
        work[i - 1] = (int64_t)((uint64_t)values[i] - (uint64_t)values[i - 1]);
    double differences = entropy_of(work, count - 1);
    return plain < differences ? plain : differences;
}

/* Differences less the smallest, byte by byte, under zstd; what does not shrink stays out. */
static void encode_planes(struct bench *bench, const int64_t *values, uint32_t count)
{
    static unsigned char planes[8 * STW_CODEC_VALUES_MAX];
    static uint64_t differences[STW_CODEC_VALUES_MAX];
    uint64_t base = UINT64_MAX, used = 0;
    for (uint32_t i = 1; i < count; i++) {
        /* The sign turned, so that the smallest is the smallest. */
        differences[i - 1] = ((uint64_t)values[i] - (uint64_t)values[i - 1]) ^ UINT64_C(1) << 63;
        base = differences[i - 1] < base ? differences[i - 1] : base;
    }
    for (uint32_t i = 0; i + 1 < count; i++)
        used |= differences[i] - base;
    uint32_t width = (stw_bit_width(used | 1) + 7) / 8;
    for (uint32_t plane = 0; plane < width; plane++)
        for (uint32_t i = 0; i + 1 < count; i++)
            planes[plane * (count - 1) + i] = (unsigned char)((differences[i] - base) >> 8 * plane);
    stw_put_u8(&bench->stream, STW_INTEGERS_PLANES | 1 << STW_INTEGERS_ORDER_SHIFT);
    stw_put_svarint(&bench->stream, values[0]);
    stw_put_svarint(&bench->stream, (int64_t)(base ^ UINT64_C(1) << 63));
    stw_put_u8(&bench->stream, (uint8_t)width);
    struct stw_slice bytes = {(const char *)planes, (size_t)width * (count - 1)};
    if (!stw_zstd_compress(bench->encoder[PLANES], bytes, &bench->stream)) {
        stw_buffer_clear(&bench->stream);
        stw_integers_encode(bench->encoder[PACKED], values, count, &bench->stream);
    }
}

static void try_ways(struct bench *bench, const int64_t *values, uint32_t count,
                     struct tally *tally)
{
    static int64_t back[STW_CODEC_VALUES_MAX];
    for (enum way way = STORED; way < WAYS; way++) {
        stw_buffer_clear(&bench->stream);
        if (way == PLANES && count > 1)
            encode_planes(bench, values, count);
        else
            stw_integers_encode(bench->encoder[way], values, count, &bench->stream);
        struct stw_slice in = stw_buffer_slice(&bench->stream);
        int64_t best_ns = INT64_MAX;
        bool decoded = true;
        for (int turn = 0; turn < TURNS && decoded; turn++) {
            int64_t start_ns = stw_clock_monotonic_ns();
            decoded = stw_integers_decode(bench->decoder, in, back, count);
            int64_t taken_ns = stw_clock_monotonic_ns() - start_ns;
            best_ns = taken_ns < best_ns ? taken_ns : best_ns;
        }
        tally->way_ns[way] += best_ns;
        tally->way_bytes[way] += in.size;
        if (!decoded || memcmp(back, values, count * sizeof(*values)) != 0) {
            fputs("bench_bytes: a column did not come back as it was\n", stderr);
            exit(1);
        }
    }
}

/* Codes of texts and bits of floats count as integers. */
static int64_t number_of(const struct stw_vector *vector, uint32_t row)
{
    int64_t number;
    if (vector->type == STW_TYPE_TEXT)
        return vector->codes[row];
    if (vector->type != STW_TYPE_FLOAT)
        return vector->ints[row];
    memcpy(&number, &vector->floats[row], sizeof(number));
    return number;
}

static void count_column(struct bench *bench, struct channel *channel, uint32_t part,
                         uint64_t bytes, const struct stw_vector *vector, uint32_t rows)
{
    static int64_t dense[STW_CODEC_VALUES_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++)
        if (stw_vector_has(vector, i))
            dense[count++] = number_of(vector, i);
    bench->parts[part].bytes += bytes;
    if (channel == NULL || count == 0)
        return;
    unsigned unit = part == 1 ? STW_TIME_UNITS - 1 : 0; /* times are stored in one */
    for (uint32_t i = 0; i < count; i++)
        unit = stw_time_unit_limit(unit, dense[i]);
    for (uint32_t i = 0; i < count; i++)
        dense[i] /= stw_time_unit_ns[unit];
    struct tally *tally = &channel->parts[part];
    tally->bytes += bytes;
    tally->values += count;
    tally->entropy_bits += better_entropy(dense, count);
    try_ways(bench, dense, count, tally);
}

static void count_block(struct bench *bench, struct stw_segment_reader *reader, uint32_t number,
                        struct stw_block *block, struct stw_buffer *bytes)
{
    struct stw_error err;
    struct stw_slice body;
    uint32_t wanted[STW_SEGMENT_COLUMNS_MAX];
    const struct stw_segment_block *info = stw_segment_reader_block(reader, number);
    struct stw_extent where = {info->offset, info->size_bytes};
    uint32_t columns = reader->spec.column_count;
    for (uint32_t i = 0; i < columns; i++)
        wanted[i] = i;
    check(stw_segment_load_frame(reader, STW_FRAME_BLOCK, where, bytes, &body, &err), &err);
    int64_t best_ns = INT64_MAX;
    for (int turn = 0; turn < TURNS; turn++) {
        int64_t start_ns = stw_clock_monotonic_ns();
        check(stw_segment_reader_read(reader, number, wanted, columns, block, &err), &err);
        int64_t taken_ns = stw_clock_monotonic_ns() - start_ns;
        best_ns = taken_ns < best_ns ? taken_ns : best_ns;
    }
    bench->read_ns += best_ns;
    bench->single_rows += info->single ? block->rows : 0;
    struct channel *channel =
        info->single ? &bench->channels[bench->series_channel[info->series_first]] : NULL;
    if (channel != NULL)
        channel->rows += block->rows;
    struct stw_reader fields;
    stw_reader_init(&fields, body.data, body.size);
    (void)stw_get_varint(&fields);
    struct stw_vector times = {.type = STW_TYPE_TIME, .ints = (int64_t *)(uintptr_t)block->time_ns};
    for (uint32_t part = 0; part < columns + 2; part++) {
        size_t left = stw_reader_left(&fields);
        (void)stw_get_bytes(&fields);
        uint64_t size = left - stw_reader_left(&fields);
        if (part == 0)
            bench->parts[0].bytes += size;
        else
            count_column(bench, channel, part, size, part == 1 ? &times : &block->columns[part - 2],
                         block->rows);
    }
    bench->rows += block->rows;
    bench->blocks++;
    bench->frame_head_bytes += info->size_bytes - body.size;
}

static void count_file(struct bench *bench, const char *path)
{
    struct stw_segment_reader *reader;
    struct stw_error err;
    struct stw_block block;
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    stw_block_init(&block);
    check(stw_segment_reader_open(&reader, stw_io_system(), path, &err), &err);
    bench->part_count = reader->spec.column_count + 2;
    snprintf(bench->names[0], sizeof(bench->names[0]), "series");
    snprintf(bench->names[1], sizeof(bench->names[1]), "time");
    for (uint32_t i = 0; i < reader->spec.column_count; i++)
        snprintf(bench->names[i + 2], sizeof(bench->names[0]), "%.*s",
                 STW_SLICE_ARG(reader->spec.columns[i].name));
    check(stw_segment_reader_keys(reader, take_key, bench, &err), &err);
    for (uint32_t i = 0; i < reader->footer.info.block_count; i++)
        count_block(bench, reader, i, &block, &bytes);
    for (size_t i = 0; i < reader->footer.index_pages.count; i++)
        bench->index_bytes += reader->footer.index_pages.items[i].size_bytes;
    for (size_t i = 0; i < reader->footer.key_pages.count; i++)
        bench->key_bytes += reader->footer.key_pages.items[i].size_bytes;
    bench->bytes += reader->file_size_bytes;
    bench->files++;
    stw_segment_reader_close(reader);
    stw_block_release(&block);
    stw_buffer_release(&bytes);
}

static void print_part(const struct bench *bench, const char *name, uint64_t bytes)
{
    printf("  %-28s %12llu %9.4f\n", name, (unsigned long long)bytes,
           (double)bytes / (double)bench->rows);
}

/* The same with the entropy of all channels together, in bytes. */
static void print_part_of_rows(const struct bench *bench, uint32_t part)
{
    double bits = 0;
    for (uint32_t i = 0; i < bench->channel_count; i++)
        bits += bench->channels[i].parts[part].entropy_bits;
    uint64_t bytes = bench->parts[part].bytes;
    printf("  %-28s %12llu %9.4f %12.0f\n", bench->names[part], (unsigned long long)bytes,
           (double)bytes / (double)bench->rows, bits / 8);
}

static void print_column(const struct channel *channel, uint32_t part, const char *column)
{
    const struct tally *tally = &channel->parts[part];
    char name[100];
    double values = (double)tally->values;
    if (tally->values == 0)
        return;
    snprintf(name, sizeof(name), "%s %s", channel->name, column);
    printf("  %-24s %12llu", name, (unsigned long long)tally->values);
    printf(" %7.3f", 8 * (double)tally->bytes / values);
    for (enum way way = STORED; way < WAYS; way++)
        printf(" %7.3f", 8 * (double)tally->way_bytes[way] / values);
    printf(" %7.3f", tally->entropy_bits / values);
    for (enum way way = STORED; way < WAYS; way++)
        printf(" %7.3f", values / (double)tally->way_ns[way]);
    putchar('\n');
}

static void print(const struct bench *bench)
{
    uint64_t counted = bench->frame_head_bytes + bench->index_bytes + bench->key_bytes;
    printf(
        "%llu files, %llu blocks, %llu rows, %llu of them in blocks of one series; read at %.1f M "
        "rows/s\n  %-28s %12s %9s %12s\n",
        (unsigned long long)bench->files, (unsigned long long)bench->blocks,
        (unsigned long long)bench->rows, (unsigned long long)bench->single_rows,
        (double)bench->rows * 1e3 / (double)bench->read_ns, "part", "bytes", "a row", "entropy");
    for (uint32_t i = 0; i < bench->part_count; i++) {
        print_part_of_rows(bench, i);
        counted += bench->parts[i].bytes;
    }
    print_part(bench, "frame heads of blocks", bench->frame_head_bytes);
    print_part(bench, "index", bench->index_bytes);
    print_part(bench, "keys", bench->key_bytes);
    print_part(bench, "header, footer and the rest", bench->bytes - counted);
    print_part(bench, "all", bench->bytes);
    printf("\n%-40s bits a value                            decoded, G values/s\n"
           "  %-24s %12s %7s %7s %7s %7s %7s %7s %7s %7s\n",
           "", "blocks of one series", "values", "in file", "alone", "packed", "planes", "entropy",
           "alone", "packed", "planes");
    for (uint32_t i = 0; i < bench->channel_count; i++)
        for (uint32_t part = 1; part < bench->part_count; part++)
            print_column(&bench->channels[i], part, bench->names[part]);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    if (argc < 2) {
        fputs("use: bench_bytes SEGMENT...\n", stderr);
        return 2;
    }
    bench.encoder[STORED] = stw_encoder_create(3, 15);
    bench.encoder[PACKED] = stw_encoder_create(3, 100);
    bench.encoder[PLANES] = stw_encoder_create(3, 15);
    bench.decoder = stw_decoder_create();
    if (bench.encoder[STORED] == NULL || bench.encoder[PACKED] == NULL ||
        bench.encoder[PLANES] == NULL || bench.decoder == NULL)
        return 6;
    for (int i = 1; i < argc; i++)
        count_file(&bench, argv[i]);
    print(&bench);
    for (enum way way = STORED; way < WAYS; way++)
        stw_encoder_free(bench.encoder[way]);
    stw_decoder_free(bench.decoder);
    stw_buffer_release(&bench.stream);
    stw_free(bench.series_channel);
    return 0;
}
