/*
 * generate_readings: the benchmark's input, frozen: the same bytes for the same --rows and --seed
 * on every machine, so that sizes and rates can be compared over years.
 *
 *     generate_readings [--rows N] [--seed N] [FILE]         (50,256,000 slots, 1, stdout)
 *
 * 17,450 devices x 30 days x 15 min, one reading a slot less gaps, as CSV `ts,device,kind,value` in
 * order of arrival: round after round, the devices of a round in gateway order. A smaller --rows
 * means fewer devices, never fewer days. Kinds and decimals, in percent of the devices:
 *
 *     power 35, 2 decimals    water 20, 3    gas 10, 2             registers
 *     voltage 15, 1           pressure 10, 3    temperature 10, 2   gauges
 *
 * Three devices in four stamp exact quarter hours, the others are 0 to 9 s late, each time anew.
 * 0.4 % of the readings are missing, singly and in runs; one in 512 arrives a round late; one
 * register in 200 is reset to 0 once.
 *
 * The noise is set so that peers store it as they store real data: ClickHouse (DateTime and
 * Decimal64 with Delta, ZSTD; sorted by device and time) in 1.16 bytes a reading, DuckDB (sorted
 * Parquet, zstd) in 2.96.
 *
 * Integer arithmetic only. One splitmix64 stream a device, seeded by its number.
 */
#include "base/bits.h"
#include "base/clock.h"
#include "base/memory.h"
#include "time/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DAYS = 30,
    ROUNDS_PER_DAY = 96,
    ROUNDS = DAYS * ROUNDS_PER_DAY,
    DEVICES_MAX = 10 * 1000 * 1000,
    ROW_BYTES_MAX = 64,
    OUT_BYTES = 1 << 20,
    START_DAY = 20513 /* 2026-03-01 */
};

enum kind { POWER, WATER, GAS, VOLTAGE, PRESSURE, TEMPERATURE, KINDS };

static const struct {
    const char *name;
    int percent, decimals;
} kinds[KINDS] = {
    [POWER] = {"power", 35, 2},       [WATER] = {"water", 20, 3},
    [GAS] = {"gas", 10, 2},           [VOLTAGE] = {"voltage", 15, 1},
    [PRESSURE] = {"pressure", 10, 3}, [TEMPERATURE] = {"temperature", 10, 2},
};

struct device {
    uint64_t random;
    int64_t value; /* the register, or the gauge's present departure in 1/256 steps */
    int32_t size;  /* of a consumer; the set point of a gauge */
    uint8_t kind;
    bool jitters;
    uint8_t gap;   /* rounds still to be left out */
    int16_t reset; /* the round of the reset, or -1 */
    char text[24]; /* ",d00017,power," */
    uint8_t text_size;
};

struct output {
    FILE *file;
    char *bytes;
    size_t size;
};

static uint64_t next_random(struct device *device)
{
    uint64_t z = (device->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Binomial noise from 32 bits: mean 0, standard deviation 2.8. */
static int bell(uint64_t bits)
{
    return __builtin_popcountll(bits & 0xffffffff) - 16;
}

/* How much is used at a time of the day, in 1/64: one entry an hour. */
static const uint8_t shape[24] = {14, 11, 10, 10, 10, 13, 24, 40, 44, 38, 35, 38,
                                  45, 42, 36, 34, 38, 48, 60, 64, 62, 54, 38, 22};

/* Use in one slot, in steps of the register; 24 bits of chance are left from bit 40 up. */
static int64_t use_of(const struct device *device, int hour, uint64_t bits)
{
    int64_t level = (int64_t)device->size * shape[hour];
    unsigned draw = (unsigned)(bits >> 40) & 0xfff, size = (unsigned)(bits >> 52) & 0xfff;
    switch (device->kind) {
    case POWER: { /* a base load, what the hour wants, now and then a kettle */
        int64_t use = 2 + (level + level * bell(bits) / 12) / 64;
        use += draw < 200 ? 8 + size % 24 : 0;
        return use < 0 ? 0 : use;
    }
    case WATER: /* taps and flushes: most slots have none */
        return draw < (unsigned)level * 2 ? 3 + (size < 3000 ? size % 9 : size % 61) : 0;
    default: /* gas: a boiler that runs or does not */
        return draw < 1200 ? (level + level * bell(bits) / 16) / 96 : 0;
    }
}

/* The next value of a gauge in steps of the reading. */
static int64_t gauge_of(struct device *device, int round, uint64_t bits)
{
    static const int noise[KINDS] = {[VOLTAGE] = 330, [PRESSURE] = 160, [TEMPERATURE] = 130};
    static const int keep[KINDS] = {[VOLTAGE] = 232, [PRESSURE] = 226, [TEMPERATURE] = 250};
    static const int swing[KINDS] = {[VOLTAGE] = -28, [PRESSURE] = -10, [TEMPERATURE] = 320};
    int kind = device->kind;
    device->value = device->value * keep[kind] / 256 + bell(bits) * noise[kind];
    int day = shape[round % ROUNDS_PER_DAY / 4] - 34;
    return device->size + device->value / 256 + day * swing[kind] / 64;
}

static void name_device(struct device *device, int number)
{
    int size = snprintf(device->text, sizeof(device->text), ",d%05d,%s,", number,
                        kinds[device->kind].name);
    device->text_size = (uint8_t)size;
}

static void start_device(struct device *device, int number, uint64_t seed)
{
    memset(device, 0, sizeof(*device));
    device->random = seed * UINT64_C(0xd1342543de82ef95) + (uint64_t)number;
    next_random(device);
    int share = (int)(next_random(device) % 100), kind = 0;
    while (share >= kinds[kind].percent)
        share -= kinds[kind++].percent;
    device->kind = (uint8_t)kind;
    uint64_t bits = next_random(device);
    int spread = (int)(bits >> 48 & 0xff);
    device->jitters = bits % 4 == 0;
    device->reset = -1;
    if (kind <= GAS) {
        device->value = (int64_t)(bits >> 10 & 0xffffff) % 9000000 + 1000;
        device->size = 4 + spread * spread / 3000;
        if ((bits >> 40 & 0xff) % 200 == 0)
            device->reset = (int16_t)(next_random(device) % ROUNDS);
    } else {
        static const int centre[KINDS] = {[VOLTAGE] = 2260, [PRESSURE] = 390, [TEMPERATURE] = 1900};
        static const int around[KINDS] = {[VOLTAGE] = 60, [PRESSURE] = 80, [TEMPERATURE] = 500};
        device->size = centre[kind] + (spread - 128) * around[kind] / 128;
    }
    name_device(device, number);
}

static char *put_two(char *at, unsigned value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
    return at + 2;
}

/* "2026-03-01T00:15:07Z" */
static char *put_time(char *at, const char date[10], unsigned minute, unsigned second)
{
    memcpy(at, date, 10);
    at[10] = 'T';
    at = put_two(at + 11, minute / 60);
    *at++ = ':';
    at = put_two(at, minute % 60);
    *at++ = ':';
    at = put_two(at, second);
    *at++ = 'Z';
    return at;
}

/* Values are never negative. */
static char *put_value(char *at, uint64_t value, int decimals)
{
    char digits[24];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0 || count <= decimals);
    while (count > 0) {
        if (count == decimals)
            *at++ = '.';
        *at++ = digits[--count];
    }
    *at++ = '\n';
    return at;
}

static void flush(struct output *out)
{
    if (fwrite(out->bytes, 1, out->size, out->file) != out->size) {
        perror("generate_readings");
        exit(1);
    }
    out->size = 0;
}

static void put_bytes(struct output *out, struct stw_slice bytes)
{
    if (bytes.size == 0)
        return;
    if (out->size + bytes.size > OUT_BYTES)
        flush(out);
    memcpy(out->bytes + out->size, bytes.data, bytes.size);
    out->size += bytes.size;
}

/* Moves a device on by one slot; false: its reading is missing. */
static bool take_reading(struct device *device, int round, const char date[10], char *row,
                         size_t *size, bool *late)
{
    uint64_t bits = next_random(device);
    int64_t value;
    if (device->kind <= GAS) {
        if (round == device->reset)
            device->value = 0;
        device->value += use_of(device, round % ROUNDS_PER_DAY / 4, bits);
        value = device->value;
    } else {
        value = gauge_of(device, round, bits);
    }
    if (device->gap > 0) {
        device->gap--;
        return false;
    }
    uint64_t chance = next_random(device);
    if (chance % 512 == 0) { /* a gap: mostly one reading, else up to 15 */
        device->gap = (uint8_t)((chance >> 10 & 7) == 0 ? chance >> 20 & 15 : 0);
        return false;
    }
    unsigned second = device->jitters ? (unsigned)(chance >> 32) % 10 : 0;
    unsigned minute = (unsigned)(round % ROUNDS_PER_DAY) * 15;
    *late = (chance >> 24 & 0xff) == 7 && (chance >> 16 & 1) == 0;
    char *at = put_time(row, date, minute, second);
    memcpy(at, device->text, device->text_size);
    at = put_value(at + device->text_size, (uint64_t)value, kinds[device->kind].decimals);
    *size = (size_t)(at - row);
    return true;
}

static long generate(struct output *out, struct device *devices, int count)
{
    struct stw_buffer late_now, late_next;
    stw_buffer_init(&late_now);
    stw_buffer_init(&late_next);
    put_bytes(out, STW_SLICE("ts,device,kind,value\n"));
    long rows = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct stw_civil day;
        char date[16];
        stw_civil_of_days(START_DAY + round / ROUNDS_PER_DAY, &day);
        snprintf(date, sizeof(date), "%04d-%02d-%02d", day.year % 10000, day.month % 100,
                 day.day % 100);
        for (int i = 0; i < count; i++) {
            char row[ROW_BYTES_MAX];
            size_t size;
            bool late;
            if (!take_reading(&devices[i], round, date, row, &size, &late))
                continue;
            rows++;
            if (late)
                stw_buffer_add(&late_next, row, size);
            else
                put_bytes(out, (struct stw_slice){row, size});
        }
        put_bytes(out, stw_buffer_slice(&late_now));
        struct stw_buffer swap = late_now;
        late_now = late_next;
        late_next = swap;
        stw_buffer_clear(&late_next);
    }
    put_bytes(out, stw_buffer_slice(&late_now));
    stw_buffer_release(&late_now);
    stw_buffer_release(&late_next);
    flush(out);
    return rows;
}

static long option_of(const char *text, long most)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 1 || value > most) {
        fprintf(stderr, "generate_readings: '%s' is not a number from 1 to %ld\n", text, most);
        exit(2);
    }
    return value;
}

int main(int count, char **words)
{
    long slots = 17450L * ROUNDS, seed = 1;
    const char *path = NULL;
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--rows") == 0 && i + 1 < count)
            slots = option_of(words[++i], (long)DEVICES_MAX * ROUNDS);
        else if (strcmp(words[i], "--seed") == 0 && i + 1 < count)
            seed = option_of(words[++i], INT32_MAX);
        else if (words[i][0] != '-' && path == NULL)
            path = words[i];
        else {
            fputs("use: generate_readings [--rows N] [--seed N] [FILE]\n", stderr);
            return 2;
        }
    }
    int device_count = (int)((slots + ROUNDS - 1) / ROUNDS);
    struct output out = {path == NULL ? stdout : fopen(path, "wb"), stw_alloc(OUT_BYTES, 1), 0};
    struct device *devices = stw_alloc((size_t)device_count, sizeof(*devices));
    if (out.file == NULL || out.bytes == NULL || devices == NULL) {
        perror("generate_readings");
        return 1;
    }
    for (int i = 0; i < device_count; i++)
        start_device(&devices[i], i + 1, (uint64_t)seed);
    int64_t start_ns = stw_clock_monotonic_ns();
    long rows = generate(&out, devices, device_count);
    if (fclose(out.file) != 0) {
        perror("generate_readings");
        return 1;
    }
    double seconds = (double)(stw_clock_monotonic_ns() - start_ns) / 1e9;
    fprintf(stderr, "%ld readings of %d devices in %.1f s, %.1f M/s\n", rows, device_count, seconds,
            (double)rows / seconds / 1e6);
    stw_free(devices);
    stw_free(out.bytes);
    return 0;
}
