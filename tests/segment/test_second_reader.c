/*
 * What the writer makes, read by tests/segment/read_segment.py, which was written from FORMAT.md
 * and shares no code with it. Row for row against the plain structs, every stream method met.
 */
#include "segment_fixture.h"

#include "../support/test.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_SIZE = 1024 };

#define MINUTE_NS INT64_C(60000000000)

/* The Debian packages of the modules belong to the system's Python. */
static const char *python(void)
{
    if (access("/usr/bin/python3", X_OK) == 0)
        return "/usr/bin/python3";
    if (system("python3 -c '' 2>/dev/null") == 0)
        return "python3";
    printf("skipped, there is no python3 ");
    return NULL;
}

static void decimal_text(int64_t value, int scale, char *text, size_t size)
{
    for (; scale > 0 && value % 10 == 0; scale--)
        value /= 10;
    snprintf(text, size, "%" PRId64 "e-%d", value, scale);
}

/* The row as read_segment.py prints it. */
static void row_text(const struct fixture_row *row, char *line, size_t size)
{
    uint64_t bits;
    char fields[FIXTURE_COLUMNS][2 * FIXTURE_WORD_SIZE + 32];
    decimal_text(row->integer[0], row->scale, fields[0], sizeof(fields[0]));
    memcpy(&bits, &row->real, sizeof(bits));
    snprintf(fields[1], sizeof(fields[1]), "%016" PRIx64, bits);
    for (unsigned column = 2; column < 5; column++)
        snprintf(fields[column], sizeof(fields[column]), "%" PRId64, row->integer[column]);
    int at = snprintf(fields[5], sizeof(fields[5]), "x");
    for (const char *byte = row->text; *byte != '\0'; byte++)
        at += snprintf(fields[5] + at, sizeof(fields[5]) - (size_t)at, "%02x",
                       (unsigned)(unsigned char)*byte);
    int used = snprintf(line, size, "%u\t%" PRId64, row->series, row->time_ns);
    for (unsigned column = 0; column < FIXTURE_COLUMNS; column++)
        used += snprintf(line + used, size - (size_t)used, "\t%s",
                         row->has[column] ? fields[column] : "-");
}

static void compare(const struct fixture *fixture, FILE *lines)
{
    char got[LINE_MAX_SIZE], want[LINE_MAX_SIZE];
    uint32_t row = 0;
    unsigned differences = 0;
    for (; fgets(got, sizeof(got), lines) != NULL; row++) {
        if (row >= fixture->count)
            continue;
        got[strcspn(got, "\n")] = '\0';
        row_text(&fixture->rows[row], want, sizeof(want));
        if (strcmp(got, want) != 0 && differences++ < 5)
            STW_EXPECT(false, "row %u is '%s', want '%s'", row, got, want);
    }
    STW_EXPECT(row == fixture->count && differences == 0, "%u of %u rows, %u of them different",
               row, fixture->count, differences);
}

/* Writes the rows, has them read, and appends the methods met to `methods`. */
static void read_back(const struct fixture *fixture, uint32_t run_rows, const char *methods)
{
    char path[256], command[1024];
    const char *program = python();
    struct stw_segment_info info;
    struct stw_error err;
    if (program == NULL)
        return;
    snprintf(path, sizeof(path), "%s/segment", stw_test_folder());
    int status = fixture_write(fixture, stw_io_system(), path, run_rows, &info, &err);
    if (!STW_EXPECT(status == STW_OK, "write: %s", status < 0 ? err.what : ""))
        return;
    snprintf(command, sizeof(command), "%s tests/segment/read_segment.py --methods-to %s %s",
             program, methods, path);
    FILE *lines = popen(command, "r");
    if (!STW_EXPECT(lines != NULL, "cannot run %s", command))
        return;
    compare(fixture, lines);
    STW_EXPECT(pclose(lines) == 0, "%s failed (python3-zstandard and python3-xxhash are needed)",
               command);
    unlink(path);
}

/* Gaps, NaN payloads, three scales, short series that share blocks and long ones with many. */
static void add_ordinary_rows(struct fixture *fixture)
{
    static const uint32_t counts[] = {1, 5, 40, 300, 600, 9000};
    static const int64_t steps_ns[] = {1,         1000,           1000000,       1000000000,
                                       MINUTE_NS, 15 * MINUTE_NS, 60 * MINUTE_NS};
    uint64_t random = 11;
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t count = counts[i % 6];
        int64_t most_ns = (FIXTURE_TO_NS - FIXTURE_FROM_NS) / (2 * (int64_t)count);
        int64_t step_ns = steps_ns[i % 7];
        fixture_add_series(fixture, 7 * i, count, step_ns < most_ns ? step_ns : MINUTE_NS, &random);
    }
}

static void add_extremes(struct fixture *fixture)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, 0, -1, 1};
    static const double reals[] = {-0.0, 0.0, INFINITY, -INFINITY, 4.9e-324, 1.7976931348623157e308,
                                   0.1,  1e22};
    for (uint32_t i = 0; i < 3000; i++) {
        struct fixture_row *row = fixture_add(fixture,
                                              i < 600   ? 90
                                              : i < 610 ? 91
                                                        : UINT32_MAX,
                                              FIXTURE_FROM_NS + i / 3);
        row->integer[0] = i < 600 ? odd[i % 5] : (int64_t)i * i;
        row->scale = i < 600 ? 0 : 18;
        row->integer[2] = odd[(i + 1) % 5];
        row->integer[3] = i % 2;
        row->integer[4] = odd[(i + 2) % 5];
        row->real = reals[i % 8];
        memset(row->text, i % 2 ? '\n' : '\xff', i % FIXTURE_WORD_SIZE);
        row->has[0] = i < 2000;
        row->has[5] = i % 7 != 0;
    }
    fixture->rows[fixture->count - 1].time_ns = FIXTURE_TO_NS - 1;
}

/* A series made for each of the methods that data of the other kinds need not meet. */
static void add_patterns(struct fixture *fixture)
{
    static const int64_t schedule[] = {3, 141, 59, 2653, 58, 9793, 238, 462, 643, 3832, 79};
    uint64_t random = 13;
    int64_t walk = 0;
    for (uint32_t i = 0; i < 2500; i++) {
        struct fixture_row *row =
            fixture_add(fixture, 3,
                        FIXTURE_FROM_NS + (15 * i + i / 100) * MINUTE_NS +
                            (int64_t)(stw_test_random(&random) % 10) * 1000000000); /* grid */
        walk += (int64_t)(stw_test_random(&random) % 16);
        row->scale = 6;
        row->integer[0] = walk * 10000 + (i == 1234);                             /* outliers */
        row->real = 230 + (double)(stw_test_random(&random) % 1000003) / 1000003; /* bits */
        row->integer[2] = schedule[i % 11] * (1 + i % 11 / 7) + (i > 2000 ? 1000 : 0); /* planes */
        row->integer[3] = i / 500 % 2;                                                 /* runs */
        row->integer[4] = (int64_t)(i / 40) * 77 * i;
        row->has[4] = i < 900 || i > 1000; /* presence as runs from present */
        row->has[3] = i >= 20;             /* from missing */
        row->has[5] = false;
    }
    for (uint32_t i = 0; i < 600; i++) {
        struct fixture_row *row = fixture_add(fixture, 4, FIXTURE_FROM_NS + i * MINUTE_NS);
        row->integer[0] = (int64_t)(stw_test_random(&random) >> 60) * (i % 3); /* bins */
        row->integer[2] = (int64_t)stw_test_random(&random);                   /* packed */
        row->integer[4] = (int64_t)i * i * 1000; /* differences of differences */
    }
    int64_t day[96];
    for (uint32_t i = 0; i < 96; i++)
        day[i] = (int64_t)(stw_test_random(&random) % 5000);
    for (uint32_t i = 0; i < 1900; i++) {
        struct fixture_row *row = fixture_add(fixture, 5, FIXTURE_FROM_NS + i * MINUTE_NS);
        int64_t noise = (int64_t)(stw_test_random(&random) % 9);
        row->integer[0] = day[i % 96] + noise;                                     /* predicted */
        row->integer[2] = (i == 0 ? 0 : row[-1].integer[2]) + day[i % 96] - noise; /* as well */
    }
    for (uint32_t i = 0; i < 520; i++) { /* no value at all, at a scale */
        struct fixture_row *row = fixture_add(fixture, 6, FIXTURE_FROM_NS + i * MINUTE_NS);
        row->scale = 2;
        row->has[0] = false;
    }
}

/* A device with a register, the use beside it, the reading before and the same again; then a
 * register behind its use. */
static void add_channels(struct fixture *fixture)
{
    enum { ROWS = 900, COUNT = 2 };
    uint64_t random = 17;
    int64_t use[ROWS], total[ROWS + 1] = {70000}, times[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        use[i] = (int64_t)(stw_test_random(&random) % 300);
        total[i + 1] = total[i] + use[i];
        times[i] =
            FIXTURE_FROM_NS + i * MINUTE_NS + (int64_t)(stw_test_random(&random) % 30) * 1000000000;
    }
    for (uint32_t channel = 0; channel < 6; channel++)
        for (uint32_t i = 0; i < ROWS; i++) {
            const int64_t values[] = {total[i + 1], use[i],     total[i],
                                      total[i + 1], 7 * use[i], 7 * total[i + 1]};
            bool is_wrong = i % 100 == channel;
            struct fixture_row *row = fixture_add(fixture, channel, times[i]);
            row->scale = 2;
            row->integer[0] = values[channel] + is_wrong;
            row->integer[COUNT] = -values[channel];
        }
}

/* Written with more effort: values that follow a day, a week and each other; the columns behind the
 * first have none. */
static void add_weeks(struct fixture *fixture)
{
    enum { ROWS = 1500, DAY = 24, WEEK = 168 };
    uint64_t random = 23;
    int64_t values[ROWS];
    fixture->effort.planes_gain_percent = 1;
    for (uint32_t series = 0; series < 3; series++) {
        for (uint32_t i = 0; i < ROWS; i++) {
            struct fixture_row *row =
                fixture_add(fixture, series, FIXTURE_FROM_NS + i * 20 * MINUTE_NS);
            int64_t noise = (int64_t)(stw_test_random(&random) % 40);
            int64_t start = (int64_t)(stw_test_random(&random) % 10000);
            values[i] = i < WEEK ? start : (values[i - WEEK] + values[i - DAY]) / 2 + noise;
            row->integer[0] = series == 2 ? -7 * values[i] : values[i];
            row->scale = 1;
            for (unsigned column = 1; column < FIXTURE_COLUMNS; column++)
                row->has[column] = false;
        }
    }
}

static void expect_methods(const char *path)
{
    static const char *const wanted[] = {
        "constant",
        "linear",
        "packed",
        "packed of differences",
        "planes",
        "runs",
        "outliers",
        "grid",
        "bins",
        "bins of differences",
        "floats as bits",
        "floats as decimals",
        "presence kind 0",
        "presence kind 1",
        "presence kind 2",
        "words plain",
        "words under zstd",
        "missing 0",
        "missing 1",
        "missing 2",
        "column without bytes",
        "second differences",
        "predicted by 1",
        "predicted by 2",
        "column without fields",
        "missing 3",
        "borrowed times",
        "relation 0",
        "relation 1",
        "relation 2",
        "relation 3",
    };
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    if (!STW_EXPECT(file != NULL, "no list of methods"))
        return;
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    fclose(file);
    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        char line[64];
        snprintf(line, sizeof(line), "\n%s\n", wanted[i]);
        STW_EXPECT(strstr(text, line) != NULL, "nothing was written as '%s'", wanted[i]);
    }
}

static void another_reader_agrees(void)
{
    static void (*const makers[])(struct fixture *) = {add_ordinary_rows, add_extremes,
                                                       add_patterns, add_channels, add_weeks};
    char methods[256];
    if (python() == NULL)
        return;
    snprintf(methods, sizeof(methods), "%s/methods", stw_test_folder());
    for (unsigned i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        struct fixture fixture;
        fixture_init(&fixture);
        makers[i](&fixture);
        read_back(&fixture, i == 1 ? 10 : 8192, methods);
        fixture_release(&fixture);
    }
    expect_methods(methods);
}

STW_SUITE(second_reader, {"another reader agrees", another_reader_agrees});
