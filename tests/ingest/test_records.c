/* JSON and line protocol into a store, and what is left of files that were cut or filled with
 * something else. */
#include "ingest_tools.h"

#include "base/io.h"
#include "ingest/source.h"
#include "text/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static const char json_map[] = "format: {container: jsonl}\n"
                               "fields:\n"
                               "  time: ts\n"
                               "  device: dev.id\n"
                               "  channel: {constant: c}\n"
                               "  value: data.0\n";

static void takes_json_lines(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, json_map)) {
        CU_ASSERT_EQUAL(
            bench_ingest(
                &bench,
                bench_file(
                    &bench, "a.jsonl",
                    "{\"ts\":\"2026-01-01T00:00:00Z\",\"dev\":{\"id\":\"0012\"},"
                    "\"data\":[123456789.123456789,2]}\n"
                    "{\"dev\":{\"id\":\"m2\"},\"ts\":\"2026-01-01T01:00:00Z\",\"data\":[null]}\n"
                    "{\"dev\":{\"id\":\"m2\"},\"ts\":\"2026-01-01T02:00:00Z\"}\n"
                    "not json\n"
                    "{\"dev\":{\"id\":\"m2\"},\"ts\":\"2026-01-01T03:00:00Z\",\"data\":[\"1.50\"]}"
                    "\n"
                    "{\"dev\":{\"id\":\"m2\",\"id\":\"m3\"},\"ts\":1,\"data\":[1]}\n"
                    "{\"dev\":{\"id\":\"m2\"},\"ts\":\"2026-01-01T04:00:00Z\",\"data\":[1")),
            STW_OK);
        BENCH_EXPECT(&bench, "readings",
                     "0012/c|2026-01-01T00:00:00Z| value=123456789.123456789\n"
                     "m2/c|2026-01-01T03:00:00Z| value=1.5\n");
        CU_ASSERT_EQUAL(bench.result.empty, 2);
        CU_ASSERT_EQUAL(bench.result.rejected, 3);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_SYNTAX], 2);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_CUT], 1);
        bench_expect_rejects(&bench, "\r\n4,,cannot be read as what the file is said to be,"
                                     "has a word that is no value of JSON,not json\r\n");
        bench_expect_rejects(&bench, "has a name twice");
        bench_expect_rejects(&bench, "\r\n7,,is cut short");
    }
    bench_close(&bench);
}

/* The same records as one list, over lines; the container told by the content. */
static void takes_a_list(void)
{
    static const char map[] =
        "fields:\n  time: ts\n  device: d\n  channel: {constant: c}\n  value: v\n";
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, map)) {
        CU_ASSERT_EQUAL(
            bench_ingest(&bench, bench_file(&bench, "a.json",
                                            "[\n {\"ts\": \"2026-01-01\", \"d\": \"m1\",\n"
                                            "  \"v\": 1.25},\n {\"ts\": \"2026-01-02\", "
                                            "\"d\": \"m1\", \"v\": 2}\n]\n")),
            STW_OK);
        CU_ASSERT_EQUAL(
            bench_ingest(&bench, bench_file(&bench, "b.json",
                                            "{\"ts\": \"2026-01-03\", \"d\": \"m1\", \"v\": 3}\n"
                                            "{\"ts\": \"2026-01-04\", \"d\": \"m1\", \"v\": 4}\n")),
            STW_OK);
        BENCH_EXPECT(&bench, "readings",
                     "m1/c|2026-01-01T00:00:00Z| value=1.25\nm1/c|2026-01-02T00:00:00Z| value=2\n"
                     "m1/c|2026-01-03T00:00:00Z| value=3\nm1/c|2026-01-04T00:00:00Z| value=4\n");
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "c.json", "[{\"ts\": 1}, oops]")),
                        STW_ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(bench.err.what, "(line 1, column 13)"));
        CU_ASSERT_EQUAL(
            bench_ingest(&bench, bench_file(&bench, "d.json", "{\"tss\": 1, \"d\": 2, \"v\": 3}")),
            STW_ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(bench.err.what, "no column 'ts'"));
    }
    bench_close(&bench);
}

/* Records in a list inside of an object: what is outside is in each, wherever it stands. */
static void takes_a_list_inside(void)
{
    static const char map[] =
        "format: {records: data.values}\nfields:\n  time: data.values.t\n  device: data.meter\n"
        "  channel: name\n  value: data.values.v\n";
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, map)) {
        CU_ASSERT_EQUAL(
            bench_ingest(&bench,
                         bench_file(&bench, "a.json",
                                    "{\"name\": \"c\", \"q\": [{\"t\": 5}],\n\"data\": "
                                    "{\"values\": [{\"t\": \"2026-01-01\", \"v\": 1.25},\n"
                                    "{\"t\": \"2026-01-02\", \"v\": 2}], \"meter\": \"m1\"}}")),
            STW_OK);
        CU_ASSERT_EQUAL(
            bench_ingest(&bench,
                         bench_file(&bench, "b.json",
                                    "{\"name\": \"c\",\n\"data\": [{\"meter\": \"m2\", "
                                    "\"values\": [{\"t\": \"2026-01-01\", \"v\": 3}, "
                                    "{\"t\": \"2026-01-02\", \"v\": 4}]},\n"
                                    "{\"meter\": \"m3\", \"values\": []}, {\"meter\": \"m4\"}, "
                                    "{\"meter\": \"m5\", \"values\": [{\"t\": \"2026-01-01\", "
                                    "\"v\": 5}]}]}")),
            STW_OK);
        CU_ASSERT(bench.result.rejected == 1 && bench.result.reasons[STW_REJECT_SYNTAX] == 1);
        BENCH_EXPECT(&bench, "readings",
                     "m1/c|2026-01-01T00:00:00Z| value=1.25\nm1/c|2026-01-02T00:00:00Z| value=2\n"
                     "m2/c|2026-01-01T00:00:00Z| value=3\nm2/c|2026-01-02T00:00:00Z| value=4\n"
                     "m5/c|2026-01-01T00:00:00Z| value=5\n");
        /* A line each, with elements inside elements; one has no list, and is told. */
        CU_ASSERT_EQUAL(
            bench_ingest(
                &bench, bench_file(&bench, "c.jsonl",
                                   "{\"name\":\"d\",\"data\":[{\"meter\":\"m1\",\"values\":[{\"t\":"
                                   "\"2026-01-01\",\"v\":6}]},{\"meter\":\"m2\"}]}\n"
                                   "{\"name\":\"d\",\"data\":[]}\n{\"name\":\"d\"}\n")),
            STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 1);
        CU_ASSERT_EQUAL(bench.result.rejected, 2);
        CU_ASSERT_EQUAL(
            bench_ingest(&bench, bench_file(&bench, "d.json", "{\"name\": \"c\", \"rows\": []}")),
            STW_ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(bench.err.what, "has no list 'data.values'"));
    }
    bench_close(&bench);
}

static void takes_line_protocol(void)
{
    static const char text[] = "power,meter=m1,site=a active=1.50,reactive=2i 1767225600000000000\n"
                               "# remark\n"
                               "power,meter=m2 active=3 1767225600000000000\n"
                               "power,meter=m2 active=oops 1767225600000000000\n"
                               "power,meter=m2 state=\"on\" 1767225601000000000\n"
                               "power,meter=m3 active=4\n";
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "format: {container: line_protocol}\n"
                          "fields:\n"
                          "  time: {column: time, format: epoch_ns}\n"
                          "  device: tag.meter\n"
                          "  channel: field\n"
                          "  value: value\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "a.lp", text)), STW_OK);
        /* 1767225600 is 2026-01-01T00:00:00Z: 20454 days of 86400 s. */
        BENCH_EXPECT(&bench, "readings",
                     "m1/active|2026-01-01T00:00:00Z| value=1.5\n"
                     "m1/reactive|2026-01-01T00:00:00Z| value=2\n"
                     "m2/active|2026-01-01T00:00:00Z| value=3\n");
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_SYNTAX], 1);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_NUMBER_MALFORMED], 1);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_TIME_EMPTY], 1);
        bench_expect_rejects(&bench, "\r\n4,,cannot be read as what the file is said to be,"
                                     "is no field value of any type (byte 23),");
    }
    if (bench_map(&bench, "format: {container: line_protocol, each: point}\n"
                          "fields:\n"
                          "  time: {column: time, format: epoch_ns}\n"
                          "  device: tag.meter\n"
                          "wide:\n"
                          "  columns:\n"
                          "  - {column: field.active, channel: p}\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "b.lp", text)), STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 2);
        CU_ASSERT_EQUAL(bench.result.empty, 1);
    }
    bench_close(&bench);
}

static const char csv_map[] =
    "fields:\n  time: t\n  device: m\n  channel: {constant: c}\n  value: v\n";

/* What a person meets: a file of one long line, of a million columns, of NUL bytes. */
static void bounds_text_files(void)
{
    enum { LONG = 100 * 1000 * 1000, COLUMNS = 1000 * 1000 };
    struct bench bench;
    char *text = malloc(LONG);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    bench_open(&bench, "UTC");
    if (bench_map(&bench, csv_map)) {
        memset(text, 'x', LONG);
        memcpy(text, "t,m,v\n", 6);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "long.csv", text, LONG)),
                        STW_ERR_LIMIT);
        CU_ASSERT_PTR_NOT_NULL(strstr(bench.err.what, "record that begins on line 2 is longer"));
        memset(text + 6, '\0', LONG - 6);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "nul.csv", text, LONG)),
                        STW_ERR_LIMIT);
        CU_ASSERT_PTR_NOT_NULL(strstr(bench.err.hint, "NUL"));
        memset(text, ',', COLUMNS);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "wide.csv", text, COLUMNS)),
                        STW_ERR_LIMIT);
        CU_ASSERT_PTR_NOT_NULL(strstr(bench.err.what, "the header has more than 4096 columns"));
        /* In a row below the header it is that row's fault. */
        memcpy(text, "t,m,v\n", 6);
        text[COLUMNS - 1] = '\n';
        memcpy(text + COLUMNS, "2026-01-01,m\0,1\n2026-01-02,m,2\n", 31);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "row.csv", text, COLUMNS + 31)),
                        STW_OK);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_COLUMNS], 1);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_ENCODING], 1);
        BENCH_EXPECT(&bench, "readings", "m/c|2026-01-02T00:00:00Z| value=2\n");
    }
    bench_close(&bench);
    free(text);
}

/* Lines before the header, as many as there are this month. */
static void finds_the_header_by_its_names(void)
{
    static const struct {
        const char *text;
        int status;
        const char *words;
    } cases[] = {
        {"t,m,v\n2026-01-01,m1,1\n", STW_OK, NULL},
        {"Monthly readings\nestate,Cuihu\n\nno,t ,m,v\n7,2026-01-01,m1,1\n", STW_OK, NULL},
        {"Readings\nt,m,w\n2026-01-01,m1,1\n", STW_ERR_INPUT,
         "row 2 of the file names 2 of the map's 3 columns, not 'v'"},
        {"a\nb\n", STW_ERR_INPUT, "none of the first 100 rows of the file names"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench bench;
        char map[256];
        bench_open(&bench, "UTC");
        snprintf(map, sizeof(map), "format: {skip: find}\n%s", csv_map);
        if (bench_map(&bench, map)) {
            int status = bench_ingest(&bench, bench_file(&bench, "a.csv", cases[i].text));
            STW_EXPECT(
                status == cases[i].status &&
                    (cases[i].words == NULL || strstr(bench.err.what, cases[i].words) != NULL),
                "case %zu: %d %s", i, status, bench.err.what);
            BENCH_EXPECT(&bench, "readings",
                         status == STW_OK ? "m1/c|2026-01-01T00:00:00Z| value=1\n" : "");
        }
        bench_close(&bench);
    }
}

/* Rows of totals in a CSV file go where the map says. */
static void leaves_out_totals_where_told(void)
{
    static const char text[] = "m,t,v\nm1,2026-01-01,1\nTotal,2026-01-01,1\n";
    for (int skip = 0; skip < 2; skip++) {
        struct bench bench;
        char map[256];
        bench_open(&bench, "UTC");
        snprintf(map, sizeof(map), "%s%s", skip ? "format: {totals: skip}\n" : "", csv_map);
        if (bench_map(&bench, map)) {
            CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "a.csv", text)), STW_OK);
            CU_ASSERT_EQUAL(bench.result.totals, (uint64_t)skip);
            CU_ASSERT_EQUAL(bench.result.rows, (uint64_t)(2 - skip));
        }
        bench_close(&bench);
    }
}

/* A file cut after every byte: the whole rows are there, and nothing else is. */
static void takes_what_is_whole_of_a_cut_file(void)
{
    static const char text[] = "t,m,v\n2026-01-01,m1,1\n2026-01-02,\"m 2\",2\n2026-01-03,m3,3\n";
    for (size_t size = 6; size < sizeof(text); size++) {
        struct bench bench;
        bench_open(&bench, "UTC");
        if (bench_map(&bench, csv_map)) {
            size_t whole = 0; /* rows that end within the size */
            for (size_t i = 6; i < size; i++)
                whole += text[i] == '\n';
            int status = bench_ingest(&bench, bench_bytes(&bench, "a.csv", text, size));
            STW_EXPECT(status == STW_OK, "cut at %zu: %s", size, bench.err.what);
            bool unended = text[size - 1] != '\n';
            STW_EXPECT(bench.result.rows + bench.result.rejected + bench.result.empty ==
                           whole + unended,
                       "cut at %zu", size);
            STW_EXPECT(bench.result.rows >= whole, "cut at %zu", size);
            STW_EXPECT((bench.result.unended_line == 0) == !unended, "cut at %zu: %d", size,
                       (int)bench.result.unended_line);
        }
        bench_close(&bench);
    }
}

/* A file that loses its end while it is read, and one that grows: what was there when it was
 * opened is what counts, or it is an error. */
static void notices_files_that_change(void)
{
    struct bench bench;
    struct stw_input *input;
    struct stw_error err;
    char bytes[64];
    size_t got;
    bool at_end = false;
    bench_open(&bench, "UTC");
    const char *path = bench_file(&bench, "a.csv", "t,m,v\n2026-01-01,m1,1\n");
    CU_ASSERT_EQUAL_FATAL(stw_input_open(&input, stw_io_system(), path, &err), STW_OK);
    CU_ASSERT_EQUAL(truncate(path, 8), 0);
    CU_ASSERT_NOT_EQUAL(stw_input_read(input, bytes, sizeof(bytes), &got, &at_end, &err), STW_OK);
    CU_ASSERT(strstr(err.what, "a.csv") != NULL);
    stw_input_close(input);
    CU_ASSERT_EQUAL_FATAL(stw_input_open(&input, stw_io_system(), path, &err), STW_OK);
    CU_ASSERT_EQUAL(truncate(path, 40), 0);
    CU_ASSERT_EQUAL(stw_input_read(input, bytes, sizeof(bytes), &got, &at_end, &err), STW_OK);
    CU_ASSERT_EQUAL(got, 8);
    stw_input_close(input);
    bench_close(&bench);
}

STW_SUITE(records, {"takes JSON lines", takes_json_lines}, {"takes a list", takes_a_list},
          {"takes a list inside", takes_a_list_inside},
          {"takes line protocol", takes_line_protocol}, {"bounds text files", bounds_text_files},
          {"finds the header by its names", finds_the_header_by_its_names},
          {"leaves out totals where told", leaves_out_totals_where_told},
          {"takes what is whole of a cut file", takes_what_is_whole_of_a_cut_file},
          {"notices files that change", notices_files_that_change});
