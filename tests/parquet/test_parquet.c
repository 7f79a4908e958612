/*
 * Parquet files read back by tests/parquet/read_parquet.py, a reader written from the format's
 * specification that shares no code with the writer: every row compared as text with what was put
 * in, page checksums and sizes checked there.
 */
#include "parquet/parquet.h"
#include "parquet/parquet_encode.h"
#include "parquet/thrift.h"

#include "../support/test.h"
#include "base/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 700, LINE_MAX_SIZE = 1024 };

static bool has_reader(void)
{
    if (system("/usr/bin/python3 -c 'import zstandard' 2>/dev/null") == 0)
        return true;
    printf(" skipped: /usr/bin/python3 or its zstandard module is not here ");
    STW_EXPECT(getenv("STEWARD_REQUIRE") == NULL, "the reader is required");
    return false;
}

/* A piece of rows of the columns: int, time, narrow decimal, wide decimal, float, bool, text. */
enum { INT, TIME, NARROW, WIDE, FLOAT, BOOL, TEXT, COLUMNS };

static const struct stw_parquet_column columns[COLUMNS] = {
    {.name = STW_SLICE("i"), .type = STW_PARQUET_INT, .optional = true},
    {.name = STW_SLICE("t"), .type = STW_PARQUET_TIME},
    {.name = STW_SLICE("d"), .type = STW_PARQUET_DECIMAL, .scale = 3, .optional = true},
    {.name = STW_SLICE("w"),
     .type = STW_PARQUET_DECIMAL,
     .scale = 18,
     .wide = true,
     .optional = true},
    {.name = STW_SLICE("f"), .type = STW_PARQUET_FLOAT, .optional = true},
    {.name = STW_SLICE("b"), .type = STW_PARQUET_BOOL, .optional = true},
    {.name = STW_SLICE("s"), .type = STW_PARQUET_TEXT, .optional = true},
};

static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, 255};
static const double reals[] = {0.0, -0.0, 1.5, -1e308, 5e-324, INFINITY, -INFINITY};

struct piece {
    uint32_t count;
    int64_t ints[COLUMNS][STW_PARQUET_PIECE_ROWS_MAX]; /* by column; text: code */
    double floats[STW_PARQUET_PIECE_ROWS_MAX];
    uint32_t codes[STW_PARQUET_PIECE_ROWS_MAX];
    uint8_t present[COLUMNS][STW_PARQUET_PIECE_ROWS_MAX];
    int scale; /* of the narrow decimals as they are handed in */
};

static char word_texts[WORDS][16];
static struct stw_slice words[WORDS];

static void make_words(void)
{
    static const char *const odd[] = {"", "\"", "水表|~", "a\nb"};
    for (int i = 0; i < WORDS; i++) {
        snprintf(word_texts[i], sizeof(word_texts[i]), "w%d", i * 7919);
        words[i] = stw_slice_of(i < 4 ? odd[i] : word_texts[i]);
    }
}

/* `nulls`: one in so many rows has no value; 0: none. */
static void fill(struct piece *piece, uint32_t count, unsigned nulls, uint64_t *random)
{
    piece->count = count;
    piece->scale = (int)(stw_test_random(random) % 4);
    for (uint32_t row = 0; row < count; row++) {
        for (int c = 0; c < COLUMNS; c++) {
            uint64_t any = stw_test_random(random);
            bool run = any % 16 != 0 && row > 0; /* values and gaps come in runs */
            piece->present[c][row] = c == TIME || nulls == 0 ||
                                     (run ? piece->present[c][row - 1] : any / 16 % nulls != 0);
            piece->ints[c][row] = any % 5 == 0 ? edges[any / 8 % 8] : (int64_t)(any >> 40);
        }
        int64_t *ints = &piece->ints[NARROW][row];
        *ints %= 1000000000000000LL / stw_pow10(3 - piece->scale) * 1000;
        *ints /= 1000;
        piece->ints[BOOL][row] &= 1;
        uint64_t any = stw_test_random(random);
        piece->floats[row] = any % 3 == 0 ? reals[any / 3 % 7] : (double)(int64_t)any / 1024.0;
        piece->codes[row] = (uint32_t)(any % 10 == 0 ? any / 16 % WORDS : any / 16 % 5);
    }
}

static int add(struct stw_parquet_writer *writer, const struct piece *piece, struct stw_error *err)
{
    for (uint32_t c = 0; c < COLUMNS; c++) {
        const uint8_t *present = c == TIME ? NULL : piece->present[c];
        if (c == TEXT)
            STW_TRY(stw_parquet_add_texts(writer, c, words, WORDS, piece->codes, present,
                                          piece->count, err));
        else if (c == FLOAT)
            STW_TRY(stw_parquet_add_floats(writer, c, piece->floats, present, piece->count, err));
        else
            STW_TRY(stw_parquet_add_ints(writer, c, piece->ints[c], c == NARROW ? piece->scale : 2,
                                         present, piece->count, err));
    }
    return stw_parquet_end_rows(writer, piece->count, err);
}

/* A decimal with all digits of `scale`, from an integer at a smaller scale: digits and zeros. */
static int put_decimal(char *out, int64_t value, int from, int scale)
{
    char digits[64];
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int size =
        snprintf(digits, sizeof(digits), "%0*" PRIu64 "%0*d", from + 1, magnitude, scale - from, 0);
    if (scale == from)
        size--; /* "%00d" of 0 still prints one */
    return sprintf(out, "%s%.*s.%.*s", value < 0 ? "-" : "", size - scale, digits, scale,
                   digits + size - scale);
}

static void expect_line(const struct piece *piece, uint32_t row, char *line)
{
    static const char *const odd[] = {"\"\"", "\"\\\"\"", "\"水表|~\"", "\"a\\nb\""};
    for (int c = 0; c < COLUMNS; c++) {
        int64_t value = piece->ints[c][row];
        line += sprintf(line, "%s", c == 0 ? "" : "|");
        uint64_t bits;
        memcpy(&bits, &piece->floats[row], sizeof(bits));
        if (!piece->present[c][row])
            line += sprintf(line, "~");
        else if (c == INT || c == TIME)
            line += sprintf(line, "%" PRId64, value);
        else if (c == NARROW)
            line += put_decimal(line, value, piece->scale, 3);
        else if (c == WIDE)
            line += put_decimal(line, value, 2, 18);
        else if (c == FLOAT)
            line += sprintf(line, "%016" PRIx64, bits);
        else if (c == BOOL)
            line += sprintf(line, "%s", value ? "true" : "false");
        else if (piece->codes[row] < 4)
            line += sprintf(line, "%s", odd[piece->codes[row]]);
        else
            line += sprintf(line, "\"%s\"", words[piece->codes[row]].data);
    }
}

static FILE *read_file(const char *path, const char *option)
{
    char command[512];
    snprintf(command, sizeof(command), "/usr/bin/python3 tests/parquet/read_parquet.py %s %s",
             option, path);
    return popen(command, "r");
}

static void compare(FILE *reader, const struct piece *piece)
{
    char line[LINE_MAX_SIZE], want[LINE_MAX_SIZE];
    for (uint32_t row = 0; row < piece->count; row++) {
        expect_line(piece, row, want);
        bool read = fgets(line, sizeof(line), reader) != NULL;
        if (read)
            line[strcspn(line, "\n")] = '\0';
        if (!STW_EXPECT(read && strcmp(line, want) == 0, "row %u: got %s, not %s", row,
                        read ? line : "(end)", want))
            return;
    }
}

static void round_trip(uint32_t pieces, uint32_t rows, unsigned nulls, uint64_t seed)
{
    char path[256];
    struct stw_error err = {0};
    struct stw_parquet_writer *writer = NULL;
    struct stw_parquet_spec spec = {columns, COLUMNS, 0, STW_SLICE("test")};
    struct piece *piece = malloc(sizeof(*piece));
    uint64_t random = seed, size = 0;
    snprintf(path, sizeof(path), "%s/rows.parquet", stw_test_folder());
    int status = stw_parquet_open(&writer, stw_io_system(), path, &spec, &err);
    for (uint32_t i = 0; status == STW_OK && i < pieces; i++) {
        fill(piece, rows, nulls, &random);
        status = add(writer, piece, &err);
    }
    if (writer != NULL && status == STW_OK)
        status = stw_parquet_finish(writer, &size, &err);
    STW_EXPECT(status == STW_OK, "%s", err.what);
    FILE *reader = read_file(path, "");
    random = seed;
    for (uint32_t i = 0; i < pieces; i++) {
        fill(piece, rows, nulls, &random);
        compare(reader, piece);
    }
    CU_ASSERT_EQUAL(fgetc(reader), EOF);
    CU_ASSERT_EQUAL(pclose(reader), 0);
    free(piece);
}

static void rows_come_back(void)
{
    if (!has_reader())
        return;
    make_words();
    round_trip(0, 0, 0, 1); /* no rows: a schema */
    round_trip(1, 1, 0, 2);
    round_trip(1, 1, 1, 3); /* nothing but missing values */
    round_trip(3, 7, 3, 4);
    round_trip(1, 129, 0, 5);  /* a block of deltas and one value */
    round_trip(5, 8192, 4, 6); /* several pages */
}

static void row_groups_follow_each_other(void)
{
    if (!has_reader())
        return;
    make_words();
    round_trip(18, 8000, 5, 7); /* 144,000 rows: two groups */
}

static void bounds_are_those_of_the_values(void)
{
    if (!has_reader())
        return;
    static const struct stw_parquet_column two[] = {
        {.name = STW_SLICE("d"), .type = STW_PARQUET_DECIMAL, .scale = 2, .optional = true},
        {.name = STW_SLICE("f"), .type = STW_PARQUET_FLOAT},
        {.name = STW_SLICE("n"), .type = STW_PARQUET_FLOAT},
        {.name = STW_SLICE("s"), .type = STW_PARQUET_TEXT}};
    static const int64_t ints[] = {-5, 700, 3};
    static const uint8_t present[] = {1, 0, 1};
    static const double floats[] = {0.0, 2.0, 0.0}, nan_too[] = {1.0, NAN, 0.0};
    static const uint32_t codes[] = {0, 1, 0};
    static const struct stw_slice texts[] = {STW_SLICE("b"), STW_SLICE("\xe6\xb0\xb4")};
    char path[256], text[4096] = "";
    struct stw_error err;
    struct stw_parquet_writer *writer;
    struct stw_parquet_spec spec = {two, 4, 0, STW_SLICE("test")};
    uint64_t size;
    snprintf(path, sizeof(path), "%s/bounds.parquet", stw_test_folder());
    CU_ASSERT_EQUAL_FATAL(stw_parquet_open(&writer, stw_io_system(), path, &spec, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_add_ints(writer, 0, ints, 2, present, 3, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_add_floats(writer, 1, floats, NULL, 3, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_add_floats(writer, 2, nan_too, NULL, 3, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_add_texts(writer, 3, texts, 2, codes, NULL, 3, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_end_rows(writer, 3, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_finish(writer, &size, &err), STW_OK);
    FILE *reader = read_file(path, "--meta");
    text[fread(text, 1, sizeof(text) - 1, reader)] = '\0';
    pclose(reader);
    /* 700 is missing; -0 is below the zeros; a NaN leaves no order. */
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 d [3, 5] nulls 1 bounds -0.05 0.03\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "3 f [3, 0] nulls 0 bounds 8000000000000000 4000000000000000\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 n [3, 0] nulls 0 bounds -\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 s [3, 8, 0] nulls 0 bounds \"b\" \"水\"\n"));
}

static void digits_that_do_not_fit_are_refused(void)
{
    static const struct stw_parquet_column one = {
        .name = STW_SLICE("d"), .type = STW_PARQUET_DECIMAL, .scale = 1};
    static const int64_t at_limit[] = {1000000000000000000}, digits_lost[] = {125};
    char path[256];
    struct stw_error err;
    struct stw_parquet_spec spec = {&one, 1, 0, STW_SLICE("test")};
    struct stw_parquet_writer *writer;
    snprintf(path, sizeof(path), "%s/refused.parquet", stw_test_folder());
    CU_ASSERT_EQUAL_FATAL(stw_parquet_open(&writer, stw_io_system(), path, &spec, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_add_ints(writer, 0, at_limit, 1, NULL, 1, &err), STW_ERR_LIMIT);
    stw_parquet_abort(writer);
    unlink(path);
    CU_ASSERT_EQUAL_FATAL(stw_parquet_open(&writer, stw_io_system(), path, &spec, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_parquet_add_ints(writer, 0, digits_lost, 2, NULL, 1, &err), STW_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(err.what, "1.25 does not fit the decimals of column 'd' (scale 1)");
    stw_parquet_abort(writer);
}

/* Bytes worked out by hand from the specifications. */
static void encodings_are_those_of_the_specification(void)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    /* The format's own example: 0 to 7 at 3 bits, behind the head of one group. */
    static const uint32_t counting[] = {0, 1, 2, 3, 4, 5, 6, 7};
    stw_parquet_put_hybrid(&out, counting, 8, 3);
    CU_ASSERT_EQUAL_FATAL(out.size, 4);
    CU_ASSERT_EQUAL(memcmp(out.data, "\x03\x88\xC6\xFA", 4), 0);
    stw_buffer_clear(&out);
    static const uint32_t same[] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
    stw_parquet_put_hybrid(&out, same, 9, 4);
    CU_ASSERT_EQUAL_FATAL(out.size, 2);
    CU_ASSERT_EQUAL(memcmp(out.data, "\x12\x09", 2), 0);
    stw_buffer_clear(&out);
    /* 1 2 3 4 5: the differences are all 1, so no bits are needed for them. */
    static const int64_t steps[] = {1, 2, 3, 4, 5};
    stw_parquet_put_deltas(&out, steps, 5);
    CU_ASSERT_EQUAL_FATAL(out.size, 10);
    CU_ASSERT_EQUAL(memcmp(out.data, "\x80\x01\x04\x05\x02\x02\0\0\0\0", 10), 0);
    stw_buffer_clear(&out);
    /* Field 1 = i32 3, field 17 = "a": a step of 16 needs the long form. */
    struct stw_thrift thrift;
    stw_thrift_init(&thrift, &out);
    stw_thrift_int(&thrift, 1, STW_THRIFT_I32, 3);
    stw_thrift_bytes(&thrift, 17, STW_SLICE("a"));
    stw_thrift_end(&thrift);
    CU_ASSERT_EQUAL_FATAL(out.size, 7);
    CU_ASSERT_EQUAL(memcmp(out.data,
                           "\x15\x06\x08\x22\x01"
                           "a\0",
                           7),
                    0);
    stw_buffer_release(&out);
}

static int write_small(const struct stw_io *io, const char *path, struct stw_error *err)
{
    static const struct stw_parquet_column two[] = {
        {.name = STW_SLICE("i"), .type = STW_PARQUET_INT},
        {.name = STW_SLICE("s"), .type = STW_PARQUET_TEXT}};
    static const int64_t ints[] = {1, 2};
    static const struct stw_slice text = STW_SLICE("x");
    struct stw_parquet_spec spec = {two, 2, 1, STW_SLICE("test")};
    struct stw_parquet_writer *writer;
    uint64_t size;
    unlink(path);
    STW_TRY(stw_parquet_open(&writer, io, path, &spec, err));
    int status = stw_parquet_add_ints(writer, 0, ints, 0, NULL, 2, err);
    if (status == STW_OK)
        status = stw_parquet_add_texts(writer, 1, &text, 1, NULL, NULL, 2, err);
    if (status == STW_OK)
        status = stw_parquet_end_rows(writer, 2, err);
    if (status == STW_OK)
        return stw_parquet_finish(writer, &size, err);
    stw_parquet_abort(writer);
    return status;
}

static void every_failure_is_told(void)
{
    char path[256];
    struct stw_error err;
    snprintf(path, sizeof(path), "%s/faults.parquet", stw_test_folder());
    uint64_t tries = 0;
    for (bool fired = true; fired;) {
        struct stw_io_fault fault;
        stw_io_fault_init(&fault);
        fault.fail_at = ++tries;
        fault.errno_value = 28; /* ENOSPC */
        int status = write_small(&fault.io, path, &err);
        fired = fault.fired;
        CU_ASSERT_EQUAL(status < 0, fired);
    }
    CU_ASSERT(tries > 3);
    tries = 0;
    for (bool failed = true; failed;) {
        stw_memory_fail_at(++tries);
        int status = write_small(stw_io_system(), path, &err);
        failed = stw_memory_failed();
        stw_memory_fail_at(0);
        CU_ASSERT_EQUAL(status == STW_ERR_MEMORY, failed);
    }
    CU_ASSERT(tries > 5);
}

STW_SUITE(parquet, {"rows come back", rows_come_back},
          {"row groups follow each other", row_groups_follow_each_other},
          {"bounds are those of the values", bounds_are_those_of_the_values},
          {"digits that do not fit are refused", digits_that_do_not_fit_are_refused},
          {"encodings are those of the specification", encodings_are_those_of_the_specification},
          {"every failure is told", every_failure_is_told});
