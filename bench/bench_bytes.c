/*
 * Where the bytes of segment files go: by part of the file and by column, and for the numeric
 * columns, channel by channel, what the blocks take beside the order-0 entropy of their values and
 * differences.
 *
 *     bench_bytes SEGMENT...       files of one table, as STORE/segments/readings-*.seg
 *
 * The entropy is that of each block by itself, of the better of values and differences; no symbol
 * table is counted, so a block of few rows looks better there than any code could be.
 */
#include "base/memory.h"
#include "segment/segment_load.h"
#include "store/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS_MAX = 64, PARTS = STW_SEGMENT_COLUMNS_MAX + 2 };

/* One column of one channel. */
struct tally {
    uint64_t values;
    uint64_t bytes;
    double entropy_bits;
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

static void count_column(struct bench *bench, struct channel *channel, uint32_t part,
                         uint64_t bytes, const struct stw_vector *vector, uint32_t rows)
{
    static int64_t dense[STW_CODEC_VALUES_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++)
        if (stw_vector_has(vector, i))
            dense[count++] = vector->type == STW_TYPE_TEXT ? vector->codes[i] : vector->ints[i];
    double bits = better_entropy(dense, count);
    bench->parts[part].bytes += bytes;
    bench->parts[part].values += count;
    bench->parts[part].entropy_bits += bits;
    if (channel != NULL) {
        channel->parts[part].bytes += bytes;
        channel->parts[part].values += count;
        channel->parts[part].entropy_bits += bits;
    }
}

static void count_block(struct bench *bench, struct stw_segment_reader *reader, uint32_t number,
                        struct stw_block *block, struct stw_buffer *bytes)
{
    struct stw_error err;
    struct stw_slice body;
    uint32_t wanted[STW_SEGMENT_COLUMNS_MAX];
    const struct stw_segment_block *info = &reader->blocks[number];
    struct stw_extent where = {info->offset, info->size_bytes};
    uint32_t columns = reader->spec.column_count;
    for (uint32_t i = 0; i < columns; i++)
        wanted[i] = i;
    check(stw_segment_load_frame(reader, STW_FRAME_BLOCK, where, bytes, &body, &err), &err);
    check(stw_segment_reader_read(reader, number, wanted, columns, block, &err), &err);
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

static void print(const struct bench *bench)
{
    uint64_t counted = bench->frame_head_bytes + bench->index_bytes + bench->key_bytes;
    printf("%llu files, %llu blocks, %llu rows\n  %-28s %12s %9s\n",
           (unsigned long long)bench->files, (unsigned long long)bench->blocks,
           (unsigned long long)bench->rows, "part", "bytes", "a row");
    for (uint32_t i = 0; i < bench->part_count; i++) {
        print_part(bench, bench->names[i], bench->parts[i].bytes);
        counted += bench->parts[i].bytes;
    }
    print_part(bench, "frame heads of blocks", bench->frame_head_bytes);
    print_part(bench, "index", bench->index_bytes);
    print_part(bench, "keys", bench->key_bytes);
    print_part(bench, "header, footer and the rest", bench->bytes - counted);
    print_part(bench, "all", bench->bytes);
    printf("\n  %-28s %12s %12s %12s %9s\n", "in blocks of one series", "values", "bits a value",
           "entropy", "ratio");
    for (uint32_t i = 0; i < bench->channel_count; i++)
        for (uint32_t part = 1; part < bench->part_count; part++) {
            const struct tally *tally = &bench->channels[i].parts[part];
            char name[100];
            snprintf(name, sizeof(name), "%s %s", bench->channels[i].name, bench->names[part]);
            if (tally->values == 0)
                continue;
            double bits = 8 * (double)tally->bytes / (double)tally->values;
            double entropy = tally->entropy_bits / (double)tally->values;
            printf("  %-28s %12llu %12.4f %12.4f %9.3f\n", name, (unsigned long long)tally->values,
                   bits, entropy, entropy > 0 ? bits / entropy : 0);
        }
}

int main(int argc, char **argv)
{
    static struct bench bench;
    if (argc < 2) {
        fputs("use: bench_bytes SEGMENT...\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        count_file(&bench, argv[i]);
    print(&bench);
    stw_free(bench.series_channel);
    return 0;
}
