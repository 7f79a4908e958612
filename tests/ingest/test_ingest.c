/* Files into a store and out again, row by row. */
#include "ingest_tools.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static const char long_map[] = "table: readings\n"
                               "fields:\n"
                               "  time: {column: t, format: iso}\n"
                               "  device: meter\n"
                               "  channel: {constant: energy}\n"
                               "  value: v\n";

static void stores_a_long_file(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, long_map)) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "a.csv",
                                                        "t,meter,v,extra\n"
                                                        "2026-01-01 00:00,m2,1.50,x\n"
                                                        "2026-01-01T01:00Z,m1,-2,y\n"
                                                        "\n"
                                                        "2026-01-01 01:00,m2, 3 ,\"z,z\"\n"
                                                        "2026-01-01 02:00,m2,,\n")),
                        STW_OK);
        CU_ASSERT_EQUAL(bench.result.records, 4);
        CU_ASSERT_EQUAL(bench.result.rows, 3);
        CU_ASSERT_EQUAL(bench.result.empty, 1);
        CU_ASSERT_EQUAL(bench.result.rejected, 0);
        CU_ASSERT_EQUAL(bench.result.commit.added, 3);
        CU_ASSERT_STRING_EQUAL(bench.result.rejects_path, "");
        BENCH_EXPECT(&bench, "readings",
                     "m1/energy|2026-01-01T01:00:00Z| value=-2\n"
                     "m2/energy|2026-01-01T00:00:00Z| value=1.5\n"
                     "m2/energy|2026-01-01T01:00:00Z| value=3\n");
        BENCH_EXPECT(&bench, "devices", "");
    }
    bench_close(&bench);
}

static void stores_a_wide_file_with_facts(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "zone: \"+01:00\"\n"
                          "file_name: \"{site}-*.csv\"\n"
                          "fields:\n"
                          "  time: {columns: [Day, Hour], format: \"%d.%m.%Y %H:%M\"}\n"
                          "  device: {constant: \"{site}-station\"}\n"
                          "  quality: {constant: ok}\n"
                          "format: {separator: \";\", decimal: \",\"}\n"
                          "missing: [\"\", n/a]\n"
                          "wide:\n"
                          "  columns:\n"
                          "  - {column: \"T [°C]\", channel: temperature, unit: °C}\n"
                          "  rest: {channel: \"x-{header}\", kind: other}\n"
                          "registry: {kind: weather, site: \"{site}\", value_kind: gauge}\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "harbour-2026.csv",
                                                        "Day;Hour;T [°C];RH;\n"
                                                        "01.02.2026;00:00;-1,5;n/a;\n"
                                                        "01.02.2026;01:00;2;80;\n")),
                        STW_OK);
        CU_ASSERT_EQUAL(bench.result.records, 2);
        CU_ASSERT_EQUAL(bench.result.rows, 3);
        CU_ASSERT_EQUAL(bench.result.empty, 1);
        BENCH_EXPECT(&bench, "readings",
                     "harbour-station/temperature|2026-01-31T23:00:00Z| value=-1.5 quality=ok\n"
                     "harbour-station/temperature|2026-02-01T00:00:00Z| value=2 quality=ok\n"
                     "harbour-station/x-RH|2026-02-01T00:00:00Z| value=80 quality=ok\n");
        BENCH_EXPECT(&bench, "devices",
                     "harbour-station/temperature|1970-01-01T00:00:00Z| site=harbour kind=weather "
                     "unit=°C value_kind=gauge\n"
                     "harbour-station/x-RH|1970-01-01T00:00:00Z| site=harbour kind=other "
                     "value_kind=gauge\n");
    }
    bench_close(&bench);
}

static void stores_the_registry_and_events(void)
{
    struct bench bench;
    bench_open(&bench, "Asia/Shanghai");
    if (bench_map(&bench, "table: devices\n"
                          "fields:\n"
                          "  valid_from: {column: 起用日期, format: \"%Y/%m/%d\"}\n"
                          "  device: 设备编号\n"
                          "  kind: {column: 类型, values: {水表: water, 电梯: elevator}}\n"
                          "  area_m2: 面积\n"
                          "  households: 户数\n"
                          "  certificate_expires: {column: 有效期, hour: 24}\n")) {
        CU_ASSERT_EQUAL(
            bench_ingest(&bench,
                         bench_file(&bench, "d.csv",
                                    "\xEF\xBB\xBF设备编号,类型,面积,户数,起用日期,有效期\r\n"
                                    "W1,水表,,12,2025/1/5,\r\n"
                                    "L1,电梯,80.5,,2025/01/05,2026-12-31\r\n")),
            STW_OK);
        BENCH_EXPECT(&bench, "devices",
                     "L1/|2025-01-04T16:00:00Z| kind=elevator area_m2=80.5 "
                     "certificate_expires=2026-12-31T16:00:00Z\n"
                     "W1/|2025-01-04T16:00:00Z| kind=water households=12\n");
    }
    if (bench_map(&bench, "table: work_orders\n"
                          "fields: {order: {number: 1}, created: {number: 2}, closed: {number: 3}, "
                          "rating: {number: 4}}\n"
                          "format: {header: no, separator: tab}\n")) {
        CU_ASSERT_EQUAL(
            bench_ingest(&bench, bench_file(&bench, "w.tsv",
                                            "7\t2026-03-01 08:00\t\t\n"
                                            "8\t2026-03-01 09:00\t2026-03-01 10:30\t4.5\n")),
            STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 2);
        BENCH_EXPECT(&bench, "work_orders",
                     "7|2026-03-01T00:00:00Z|\n"
                     "8|2026-03-01T01:00:00Z| closed=2026-03-01T02:30:00Z rating=4.5\n");
    }
    bench_close(&bench);
}

/* Cells without a value take the default: an ISO time whatever the format of the column. */
static void fills_in_defaults(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench,
                  "file_name: \"{site}.csv\"\n"
                  "table: devices\n"
                  "empty_rows: skip\n"
                  "missing: [\"\", \"-\"]\n"
                  "fields:\n"
                  "  valid_from: {column: from, format: \"%d.%m.%Y\", default: 1970-01-02}\n"
                  "  device: no\n"
                  "  site: {column: site, default: \"{site}\"}\n"
                  "  multiplier: {column: factor, default: 1.0}\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "cuihu.csv",
                                                        "no,from,site,factor\n"
                                                        "m1,,,\n"
                                                        "m2,05.01.2025,binjiang,40\n"
                                                        "m3,-,-,-\n"
                                                        "m4,,binjiang,\n")),
                        STW_OK);
        /* Rows without any value of their own are left out, defaults or not. */
        CU_ASSERT_EQUAL(bench.result.empty, 2);
        BENCH_EXPECT(&bench, "devices",
                     "m2/|2025-01-05T00:00:00Z| site=binjiang multiplier=40\n"
                     "m4/|1970-01-02T00:00:00Z| site=binjiang multiplier=1\n");
    }
    if (bench_map(&bench, "fields: {time: t, device: d, value: {column: v, default: none}, "
                          "channel: {column: c, default: total}}\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "bad.csv", "t,d,c,v\n")),
                        STW_ERR_INPUT);
        CU_ASSERT_STRING_EQUAL(bench.err.what, "'none' is not a number");
    }
    bench_close(&bench);
}

static void keeps_what_it_rejects(void)
{
    static const char text[] = "t,meter,v\n"
                               "2026-01-01,m1,1\n"
                               "2026-13-01,m1,2\n"
                               "gestern,m1,3\n"
                               "2026-01-02,,4\n"
                               "2026-01-02,m1,1.2.3\n"
                               "2026-01-02,m1,0.1234567890123456789\n"
                               "2026-01-02,m1\n"
                               "2026-01-02,m1,5,surplus\n"
                               "2026-01-02,m1,6,\n"
                               "2026-01-03,m\xFF,7\n"
                               "2026-01-04,m1,\"8\"x\n"
                               ",m1,9\n"
                               "2026-03-29 02:30,m1,10\n";
    struct bench bench;
    bench_open(&bench, "Europe/Berlin");
    if (bench_map(&bench, long_map)) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "a.csv", text)), STW_OK);
        CU_ASSERT_EQUAL(bench.result.records, 13);
        CU_ASSERT_EQUAL(bench.result.rows, 2);
        CU_ASSERT_EQUAL(bench.result.rejected, 11);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_COLUMNS], 2);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_TIME_NONEXISTENT], 1);
        struct stw_buffer file;
        stw_buffer_init(&file);
        CU_ASSERT_EQUAL(
            stw_file_load(stw_io_system(), bench.result.rejects_path, 65536, &file, &bench.err),
            STW_OK);
        static const char want[] =
            "\xEF\xBB\xBFline,column,reason,value,record\r\n"
            "3,t,is no date or time of the calendar,2026-13-01,\"2026-13-01,m1,2\"\r\n"
            "4,t,is not in the time format,gestern,\"gestern,m1,3\"\r\n"
            "5,device,is a key and empty,,\"2026-01-02,,4\"\r\n"
            "6,v,is not a number,1.2.3,\"2026-01-02,m1,1.2.3\"\r\n"
            "7,v,has more digits than can be kept exactly,0.1234567890123456789,"
            "\"2026-01-02,m1,0.1234567890123456789\"\r\n"
            "8,,has not as many columns as the header,,\"2026-01-02,m1\"\r\n"
            "9,,has not as many columns as the header,,\"2026-01-02,m1,5,surplus\"\r\n"
            "11,meter,holds bytes that are no text in the file's "
            "encoding,m\uFFFD,\"2026-01-03,m\uFFFD,7\"\r\n"
            "12,,has text after a closing quote,,\"2026-01-04,m1,\"\"8\"\"x\"\r\n"
            "13,t,has no time,,\",m1,9\"\r\n"
            "14,t,does not exist: the local clock jumped over it,2026-03-29 02:30,"
            "\"2026-03-29 02:30,m1,10\"\r\n";
        STW_EXPECT(stw_slice_is(stw_buffer_slice(&file), want), "got\n%.*s",
                   STW_SLICE_ARG(stw_buffer_slice(&file)));
        stw_buffer_release(&file);
        BENCH_EXPECT(&bench, "readings",
                     "m1/energy|2025-12-31T23:00:00Z| value=1\n"
                     "m1/energy|2026-01-01T23:00:00Z| value=6\n");
    }
    bench_close(&bench);
}

/* Counted by reason in the manifest, and there again for whoever opens the store later. */
static void puts_rejects_on_record(void)
{
    for (int i = 0; i < STW_REJECT_REASONS; i++) {
        enum stw_reject reason;
        CU_ASSERT_PTR_NOT_NULL_FATAL(stw_reject_word((enum stw_reject)i));
        CU_ASSERT_PTR_NOT_NULL(stw_reject_text((enum stw_reject)i));
        CU_ASSERT(stw_reject_parse(stw_slice_of(stw_reject_word((enum stw_reject)i)), &reason) &&
                  reason == (enum stw_reject)i);
    }
    struct bench bench;
    struct stw_store *again = NULL;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, long_map)) {
        const char *path = bench_file(&bench, "a.csv",
                                      "t,meter,v\nx,m1,1\n2026-01-01,m1,1\n2026-01-02,m1,y\n"
                                      "z,m1,2\n2026-01-03,m1,3\n");
        CU_ASSERT_EQUAL(bench_ingest(&bench, path), STW_OK);
        CU_ASSERT_EQUAL_FATAL(
            stw_store_open(&again, stw_store_path(bench.store), STW_STORE_READ, NULL, &bench.err),
            STW_OK);
        struct stw_source_record record = stw_store_source_at(again, 0);
        CU_ASSERT_EQUAL(record.rows, 2);
        CU_ASSERT_EQUAL_FATAL(record.reject_count, 2);
        CU_ASSERT(stw_slice_is(record.rejects[0].reason, "time-syntax"));
        CU_ASSERT_EQUAL(record.rejects[0].rows, 2);
        CU_ASSERT(stw_slice_is(record.rejects[1].reason, "number-malformed"));
        CU_ASSERT_EQUAL(record.rejects[1].rows, 1);
        char name[STW_REJECTS_NAME_SIZE];
        stw_rejects_name(record.source.name, record.source.hash, name);
        CU_ASSERT_STRING_EQUAL(strrchr(bench.result.rejects_path, '/') + 1, name);
        stw_store_close(again);
    }
    bench_close(&bench);
}

static void strict_stores_nothing(void)
{
    struct bench bench;
    struct stw_ingest_options strict = {.strict = true};
    bench_open(&bench, "UTC");
    if (bench_map(&bench, long_map)) {
        const char *path = bench_file(&bench, "a.csv", "t,meter,v\n2026-01-01,m1,1\nx,m1,2\n");
        CU_ASSERT_EQUAL(
            stw_ingest_file(bench.store, &bench.map, path, &strict, &bench.result, &bench.err),
            STW_ERR_INPUT);
        CU_ASSERT_EQUAL(bench.result.rejected, 1);
        CU_ASSERT(strstr(bench.err.what, "1 of 2 records") != NULL);
        CU_ASSERT(stw_io_exists(bench.result.rejects_path));
        BENCH_EXPECT(&bench, "readings", "");
        /* Not known yet: nothing of it was committed. */
        CU_ASSERT_EQUAL(bench_ingest(&bench, path), STW_OK);
        CU_ASSERT_FALSE(bench.result.known);
        BENCH_EXPECT(&bench, "readings", "m1/energy|2026-01-01T00:00:00Z| value=1\n");
    }
    bench_close(&bench);
}

static void the_same_file_again_changes_nothing(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    static const char map[] = "file_name: \"{d}.csv\"\n"
                              "fields: {time: t, device: {constant: \"{d}\"}, "
                              "channel: {constant: c}, value: v}\n";
    if (bench_map(&bench, map)) {
        static const char text[] = "t,v\n2026-01-01,1\n";
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "m1.csv", text)), STW_OK);
        uint64_t generation = stw_store_generation(bench.store);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "m1.csv", text)), STW_OK);
        CU_ASSERT(bench.result.known);
        CU_ASSERT_EQUAL(bench.result.before.rows, 1);
        CU_ASSERT(stw_slice_is(bench.result.before.source.name, "m1.csv"));
        CU_ASSERT_EQUAL(stw_store_generation(bench.store), generation);
        /* Other remarks in the map change nothing; another device in the name does. */
        char remarked[400];
        snprintf(remarked, sizeof(remarked), "about: words\n%s", map);
        if (bench_map(&bench, remarked)) {
            CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "m1.csv", text)), STW_OK);
            CU_ASSERT(bench.result.known);
            CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "m2.csv", text)), STW_OK);
            CU_ASSERT_FALSE(bench.result.known);
        }
        BENCH_EXPECT(&bench, "readings",
                     "m1/c|2026-01-01T00:00:00Z| value=1\n"
                     "m2/c|2026-01-01T00:00:00Z| value=1\n");
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "m2.txt", text)), STW_ERR_INPUT);
        CU_ASSERT_STRING_EQUAL(bench.err.what,
                               "the name 'm2.txt' does not fit the map's file_name '{d}.csv'");
    }
    bench_close(&bench);
}

static void flags_ambiguous_hours(void)
{
    struct bench bench;
    bench_open(&bench, "Europe/Berlin");
    if (bench_map(&bench, long_map)) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "a.csv",
                                                        "t,meter,v\n"
                                                        "2025-10-26 01:30,m1,1\n"
                                                        "2025-10-26 02:30,m1,2\n"
                                                        "2025-10-26 03:30,m1,3\n")),
                        STW_OK);
        CU_ASSERT_EQUAL(bench.result.ambiguous, 1);
        BENCH_EXPECT(&bench, "readings",
                     "m1/energy|2025-10-25T23:30:00Z| value=1\n"
                     "m1/energy|2025-10-26T00:30:00Z| value=2 quality=ambiguous\n"
                     "m1/energy|2025-10-26T02:30:00Z| value=3\n");
    }
    bench_close(&bench);
}

static void unpacks(void)
{
    struct bench bench;
    struct stw_buffer text;
    char packed[200000];
    stw_buffer_init(&text);
    stw_buffer_add_text(&text, "preamble \"\nmore\r\nt,meter,v\n");
    for (int i = 0; i < 5000; i++)
        stw_buffer_printf(&text, "2026-01-%02dT%02d:00Z,m%d,%d\n", 1 + i / 24 % 28, i % 24, i / 672,
                          i);
    bench_open(&bench, "UTC");
    char map[400];
    snprintf(map, sizeof(map), "format: {skip: 2}\n%s", long_map);
    if (bench_map(&bench, map)) {
        /* Two zstd frames and two gzip members, cut in the middle of a line. */
        size_t half = text.size / 2 - 3;
        size_t size = ZSTD_compress(packed, sizeof(packed), text.data, half, 1);
        size += ZSTD_compress(packed + size, sizeof(packed) - size, text.data + half,
                              text.size - half, 1);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "a.csv.zst", packed, size)),
                        STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 5000);
        CU_ASSERT_EQUAL(bench.result.commit.added, 5000);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "b.zst", packed, size - 5)),
                        STW_OK);
        CU_ASSERT(bench.result.is_cut && bench.result.rows > 0 && bench.result.commit.added == 0);

        char path[1024];
        snprintf(path, sizeof(path), "%s/b.csv.gz", bench.folder);
        gzFile gzip = gzopen(path, "wb");
        CU_ASSERT_EQUAL(gzwrite(gzip, text.data, (unsigned)half), (int)half);
        gzclose(gzip);
        gzip = gzopen(path, "ab");
        gzwrite(gzip, text.data + half, (unsigned)(text.size - half));
        gzclose(gzip);
        CU_ASSERT_EQUAL(bench_ingest(&bench, path), STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 5000);
        CU_ASSERT_EQUAL(bench.result.commit.repeated, 5000);
        stw_buffer_clear(&text);
        CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), path, sizeof(packed), &text, &bench.err),
                        STW_OK);
        text.data[text.size / 2] ^= 0x40;
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench_bytes(&bench, "c.gz", text.data, text.size)),
                        STW_ERR_INPUT);
        CU_ASSERT(strstr(bench.err.what, "cannot be unpacked") != NULL);
    }
    stw_buffer_release(&text);
    bench_close(&bench);
}

/* A pipe is spooled, so that it is known when it comes again; its name is given. */
static void takes_pipes(void)
{
    static const char text[] = "t,v\n2026-01-01,1\n";
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "file_name: \"{d}.csv\"\n"
                          "fields: {time: t, device: {constant: \"{d}\"}, "
                          "channel: {constant: c}, value: v}\n")) {
        for (int round = 0; round < 2; round++) {
            int ends[2];
            char path[64];
            struct stw_ingest_options options = {.name = "m7.csv"};
            CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
            CU_ASSERT_EQUAL(write(ends[1], text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
            snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
            close(ends[1]);
            CU_ASSERT_EQUAL(
                stw_ingest_file(bench.store, &bench.map, path, &options, &bench.result, &bench.err),
                STW_OK);
            CU_ASSERT_EQUAL(bench.result.known, round == 1);
            close(ends[0]);
        }
        BENCH_EXPECT(&bench, "readings", "m7/c|2026-01-01T00:00:00Z| value=1\n");
    }
    bench_close(&bench);
}

static void names_what_is_wrong_with_a_file(void)
{
    static const struct {
        const char *text, *what;
    } cases[] = {
        {"", "holds no rows"},
        {"t,meter\n1,2\n", "the file has no column 'v'"},
        {"t,meter,v,v\n1,2,3,4\n", "the file has 2 columns 'v'"},
        {"t,meter,v\n2026-01-01,\"m1,1\n", "the quote opened on line 2 is never closed"},
        {"\xFF\xFEt\0", "the header holds bytes that are no text"},
        {"PK\x03\x04zip", "the archive cannot be opened: Not a zip archive"},
        {"t,\xB1\xED,v\n", "the file has no column 'meter'"},
    };
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, long_map)) {
        for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            int status = bench_ingest(&bench, bench_file(&bench, "x.csv", cases[i].text));
            STW_EXPECT(status == STW_ERR_INPUT && strstr(bench.err.what, cases[i].what) != NULL,
                       "case %u: %d %s", i, status, bench.err.what);
        }
        CU_ASSERT_EQUAL(bench_ingest(&bench, "/nowhere/x.csv"), STW_ERR_NOT_FOUND);
        CU_ASSERT_EQUAL(bench_ingest(&bench, bench.folder), STW_ERR_INPUT);
        CU_ASSERT_EQUAL(stw_store_source_count(bench.store), 0);
    }
    bench_close(&bench);
}

static void is_all_or_nothing_when_memory_fails(void)
{
    struct bench bench;
    char path[1024];
    bench_open(&bench, "UTC");
    snprintf(path, sizeof(path), "%s",
             bench_file(&bench, "a.csv", "t,d,v\n2026-01-01,m1,1\n2026-02-01,m2,x\n"));
    bool failed = true;
    for (uint64_t nth = 1; nth < 5000 && failed; nth++) {
        /* A store that failed in the middle of a commit is opened again, as a person would. */
        bench_reopen(&bench);
        if (!bench_map(&bench, "fields: {time: t, device: d, channel: {constant: c}, value: v}\n"
                               "registry: {unit: kWh}\n"))
            break;
        CU_ASSERT_EQUAL(stw_store_source_count(bench.store), 0);
        stw_memory_fail_at(nth);
        int status = bench_ingest(&bench, path);
        failed = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (failed ? STW_ERR_MEMORY : STW_OK), "allocation %llu: %d %s",
                   (unsigned long long)nth, status, bench.err.what);
    }
    CU_ASSERT_FALSE(failed);
    BENCH_EXPECT(&bench, "readings", "m1/c|2026-01-01T00:00:00Z| value=1\n");
    BENCH_EXPECT(&bench, "devices", "m1/c|1970-01-01T00:00:00Z| unit=kWh\n");
    bench_close(&bench);
}

STW_SUITE(ingest, {"stores a long file", stores_a_long_file},
          {"stores a wide file with facts", stores_a_wide_file_with_facts},
          {"stores the registry and events", stores_the_registry_and_events},
          {"fills in defaults", fills_in_defaults},
          {"keeps what it rejects", keeps_what_it_rejects},
          {"puts rejects on record", puts_rejects_on_record},
          {"strict stores nothing", strict_stores_nothing},
          {"the same file again changes nothing", the_same_file_again_changes_nothing},
          {"flags ambiguous hours", flags_ambiguous_hours}, {"unpacks", unpacks},
          {"takes pipes", takes_pipes},
          {"names what is wrong with a file", names_what_is_wrong_with_a_file},
          {"is all or nothing when memory fails", is_all_or_nothing_when_memory_fails});
