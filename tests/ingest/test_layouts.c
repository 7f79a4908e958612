/*
 * Layouts: what one record, or several, become. Expected rows are worked out by hand; local times
 * of Shanghai are UTC+8, of Madrid UTC+1 in winter and UTC+2 in summer.
 */
#include "ingest_tools.h"

#include <stdio.h>
#include <string.h>

static bool took(struct bench *bench, const char *name, const char *text, uint64_t rejected)
{
    int status = bench_ingest(bench, bench_file(bench, name, text));
    return STW_EXPECT(status == STW_OK && bench->result.rejected == rejected,
                      "%s: status %d, %llu rejected, %s: %s (%s)", name, status,
                      (unsigned long long)bench->result.rejected, bench->err.where, bench->err.what,
                      bench->err.hint);
}

/* ---- Wide by day ----------------------------------------------------------------------------- */

#define DAYS(month, rest)                                                                          \
    "fields:\n  device: 表号\n  channel: {constant: water}\n"                                    \
    "wide:\n  into: value\n  days: {month: " month ", hour: 24" rest "}\n"

static void takes_a_column_a_day(void)
{
    struct bench bench;
    bench_open(&bench, "Asia/Shanghai");
    if (bench_map(&bench, DAYS("月份", "")))
        took(&bench, "m.csv",
             "表号,月份,1,2日,30,31号,备注\n"
             "0101,2026-09,10,,12.5,,x\n"
             "0102,2026年10月,20,21,22,23,\n"
             "0103,202611,1,,2,3,\n"
             "0104,spring,5,,,,\n",
             2);
    CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_TIME_FIELD], 1); /* 31 November */
    CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_MONTH], 1);
    CU_ASSERT_EQUAL(bench.result.empty, 3); /* 2 and 31 September, 2 November */
    BENCH_EXPECT(&bench, "readings",
                 "0101/water|2026-09-01T16:00:00Z| value=10\n"
                 "0101/water|2026-09-30T16:00:00Z| value=12.5\n"
                 "0102/water|2026-10-01T16:00:00Z| value=20\n"
                 "0102/water|2026-10-02T16:00:00Z| value=21\n"
                 "0102/water|2026-10-30T16:00:00Z| value=22\n"
                 "0102/water|2026-10-31T16:00:00Z| value=23\n"
                 "0103/water|2026-11-01T16:00:00Z| value=1\n"
                 "0103/water|2026-11-30T16:00:00Z| value=2\n");
    bench_close(&bench);
}

/* The month from the file's name; the accounting month of January begins on the 26th of December.
 */
static void takes_the_month_from_a_name(void)
{
    struct bench bench;
    bench_open(&bench, "Asia/Shanghai");
    if (bench_map(&bench, "file_name: \"meters-{month}.csv\"\n" DAYS("{constant: \"{month}\"}",
                                                                     ", first_day: 26")))
        took(&bench, "meters-2027-01.csv", "表号,26,31,1,25\nA,1,2,3,4\n", 0);
    BENCH_EXPECT(&bench, "readings",
                 "A/water|2026-12-26T16:00:00Z| value=1\n"
                 "A/water|2026-12-31T16:00:00Z| value=2\n"
                 "A/water|2027-01-01T16:00:00Z| value=3\n"
                 "A/water|2027-01-25T16:00:00Z| value=4\n");
    CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "meters-x.csv", "表号,1\nA,1\n")),
                    STW_ERR_INPUT);
    STW_EXPECT(strcmp(bench.err.what, "'x' is no year and month") == 0 &&
                   strstr(bench.err.where, "test.yml:") != NULL,
               "%s: %s", bench.err.where, bench.err.what);
    bench_close(&bench);
}

static void takes_dates_as_headers(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "fields: {device: d, channel: {constant: e}}\n"
                          "wide: {days: {hour: 8}}\n"))
        took(&bench, "dates.csv", "d,2026-02-28,20260301,2026/3/2 00:00:00\nA,1,2,3\n", 0);
    if (bench_map(&bench, "fields: {device: d, channel: {constant: e}}\n"
                          "wide: {days: {month: {constant: 2026-01}, hour: 0}}\n"))
        took(&bench, "months.csv", "d,12-31,1月1日,2-1\nB,1,2,3\n",
             1); /* February is not January */
    BENCH_EXPECT(&bench, "readings",
                 "A/e|2026-02-28T08:00:00Z| value=1\n"
                 "A/e|2026-03-01T08:00:00Z| value=2\n"
                 "A/e|2026-03-02T08:00:00Z| value=3\n"
                 "B/e|2025-12-31T00:00:00Z| value=1\n"
                 "B/e|2026-01-01T00:00:00Z| value=2\n");
    CU_ASSERT(bench_ingest(&bench, bench_file(&bench, "none.csv", "d,32,x\nA,1,2\n")) < 0);
    CU_ASSERT_STRING_EQUAL(bench.err.what, "no column of the file is a day");
    if (bench_map(&bench, "fields: {device: d, channel: {constant: e}}\nwide: {days: {hour: 0}}\n"))
        CU_ASSERT(bench_ingest(&bench, bench_file(&bench, "day.csv", "d,1\nA,1\n")) < 0);
    CU_ASSERT_STRING_EQUAL(bench.err.what,
                           "the headers do not tell the month, and the map names none");
    bench_close(&bench);
}

/* In lines that are skipped, and above a header that is found by its names. */
static void takes_the_month_from_a_title(void)
{
    static const char *const formats[] = {"format: {skip: 2}\n", "format: {skip: find}\n"};
    for (unsigned i = 0; i < 2; i++) {
        struct bench bench;
        char map[512];
        bench_open(&bench, "UTC");
        snprintf(map, sizeof(map), "%s" DAYS("{title: yes}", ""), formats[i]);
        if (bench_map(&bench, map)) {
            took(&bench, "title.csv", "水表抄表记录,,\n2026年9月份,,\n表号,1,30\nA,1,2\n", 0);
            CU_ASSERT(bench_ingest(&bench, bench_file(&bench, "none.csv",
                                                      "抄表,,\n9月,,\n表号,1,30\nA,1,2\n")) < 0);
        }
        CU_ASSERT_STRING_EQUAL(bench.err.what,
                               "what stands above the header holds no year and month");
        BENCH_EXPECT(&bench, "readings",
                     "A/water|2026-09-02T00:00:00Z| value=1\n"
                     "A/water|2026-10-01T00:00:00Z| value=2\n");
        bench_close(&bench);
    }
}

/* ---- Times ----------------------------------------------------------------------------------- */

/* The 25th of October 2026 has 25 hours in Madrid; its end is 23:00 UTC. */
static void takes_daily_values_at_an_end_of_the_day(void)
{
    struct bench bench;
    bench_open(&bench, "Europe/Madrid");
    if (bench_map(&bench, "fields:\n  time: {column: t, frozen: \"24:00\"}\n  device: d\n"
                          "  channel: {constant: e}\n  value: v\n"))
        took(&bench, "end.csv", "t,d,v\n2026-10-25 00:07:11,A,1\n2026-10-26,A,2\n", 0);
    if (bench_map(&bench, "fields:\n  time: {column: t, frozen: \"00:00\"}\n  device: d\n"
                          "  channel: {constant: e}\n  value: v\n"))
        took(&bench, "begin.csv", "t,d,v\n2026-10-25 23:59,B,1\n2026-10-26,B,2\n", 0);
    BENCH_EXPECT(&bench, "readings",
                 "A/e|2026-10-25T23:00:00Z| value=1\n"
                 "A/e|2026-10-26T23:00:00Z| value=2\n"
                 "B/e|2026-10-24T22:00:00Z| value=1\n"
                 "B/e|2026-10-25T23:00:00Z| value=2\n");
    bench_close(&bench);
}

/* Also past a record that is rejected, and of a file whose first cell is blank. */
static void fills_down(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "table: devices\nfields:\n"
                          "  valid_from: {constant: \"1970-01-01\"}\n"
                          "  device: d\n"
                          "  building: {column: b, fill_down: yes}\n"
                          "  area_m2: a\n"))
        took(&bench, "devices.csv", "d,b,a\nA,,1\nB,North,x\nC,,3\nD, ,4\nE,South,\n", 1);
    BENCH_EXPECT(&bench, "devices",
                 "A/|1970-01-01T00:00:00Z| area_m2=1\n"
                 "C/|1970-01-01T00:00:00Z| building=North area_m2=3\n"
                 "D/|1970-01-01T00:00:00Z| building=North area_m2=4\n"
                 "E/|1970-01-01T00:00:00Z| building=South\n");
    bench_close(&bench);
}

/* ---- The reading before ---------------------------------------------------------------------- */

#define SHEET                                                                                      \
    "fields:\n  time: {column: 本期日期, hour: 0}\n  device: 表号\n"                         \
    "  channel: {constant: water}\n  value: 本期读数\n"

static bool found(const struct bench *bench, uint64_t count, const char *sentence)
{
    const struct stw_ingest_findings_summary *findings = &bench->result.findings;
    return STW_EXPECT(findings->count[STW_INGEST_FINDING_PREVIOUS] == count &&
                          findings->shown == (count > 0) &&
                          strcmp(findings->sentences[0], sentence) == 0,
                      "%llu, %s", (unsigned long long)findings->count[STW_INGEST_FINDING_PREVIOUS],
                      findings->sentences[0]);
}

static void compares_with_the_reading_before(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (!bench_map(&bench, SHEET "previous: {value: 上期读数}\n"))
        return;
    took(&bench, "august.csv",
         "表号,上期读数,本期读数,本期日期\nA,90,100,2026-08-31\n"
         "B,,50,2026-08-31\n",
         0);
    found(&bench, 0, "");
    /* A agrees (100.0 is 100), B does not; C is new: nobody knows better. */
    took(&bench, "september.csv",
         "表号,上期读数,本期读数,本期日期\nA,100.0,120,2026-09-30\nB,51,60,2026-09-30\n"
         "C,7,8,2026-09-30\n",
         0);
    found(&bench, 1,
          "line 3, B water: previous reading 51, but 50 is the reading of 2026-08-31 00:00:00");
    /* Two months in one file, the later one first: the file goes before the store. */
    took(&bench, "autumn.csv",
         "表号,上期读数,本期读数,本期日期\nA,131,140,2026-11-30\nA,120,130,2026-10-31\n", 0);
    found(&bench, 1,
          "line 2, A water: previous reading 131, but 130 is the reading of 2026-10-31 00:00:00");
    BENCH_EXPECT(&bench, "readings",
                 "A/water|2026-08-31T00:00:00Z| value=100\n"
                 "A/water|2026-09-30T00:00:00Z| value=120\n"
                 "A/water|2026-10-31T00:00:00Z| value=130\n"
                 "A/water|2026-11-30T00:00:00Z| value=140\n"
                 "B/water|2026-08-31T00:00:00Z| value=50\n"
                 "B/water|2026-09-30T00:00:00Z| value=60\n"
                 "C/water|2026-09-30T00:00:00Z| value=8\n");
    struct stw_buffer list;
    stw_buffer_init(&list);
    CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), bench.result.findings.path, 4096, &list, NULL),
                    STW_OK);
    CU_ASSERT(stw_slice_is(stw_buffer_slice(&list),
                           "\xEF\xBB\xBFline,subject,finding,stands,expected,note\r\n"
                           "2,A water,previous reading that is not the reading before,131,130,"
                           "is the reading of 2026-10-31 00:00:00\r\n"));
    stw_buffer_release(&list);
    bench_close(&bench);
}

static void adds_previous_readings_nobody_has(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (!bench_map(&bench, SHEET "previous: {value: 上期读数, time: 上期日期}\n"))
        return;
    took(&bench, "a.csv",
         "表号,上期日期,上期读数,本期日期,本期读数\n"
         "A,2026-08-31,90,2026-09-30,100\nB,,5,2026-09-30,6\n",
         0);
    CU_ASSERT_EQUAL(bench.result.rows, 3);
    took(&bench, "again.csv",
         "表号,上期日期,上期读数,本期日期,本期读数\n"
         "A,2026-08-31,90.0,2026-09-30,100\n",
         0);
    CU_ASSERT_EQUAL(bench.result.rows, 1); /* the one of August is there, in other digits */
    /* What is in the store stays; what disagrees with it is told and not stored. */
    took(&bench, "b.csv",
         "表号,上期日期,上期读数,本期日期,本期读数\n"
         "A,2026-09-30,101,2026-10-31,110\n",
         0);
    found(&bench, 1,
          "line 2, A water: previous reading 101, but 100 is the reading of 2026-09-30 00:00:00");
    BENCH_EXPECT(&bench, "readings",
                 "A/water|2026-08-31T00:00:00Z| value=90\n"
                 "A/water|2026-09-30T00:00:00Z| value=100\n"
                 "A/water|2026-10-31T00:00:00Z| value=110\n"
                 "B/water|2026-09-30T00:00:00Z| value=6\n");
    bench_close(&bench);
}

/* A reading that was read again on its day is not the one before itself. */
static void looks_before_the_instant(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, SHEET "previous: {value: 上期读数}\n"))
        took(&bench, "twice.csv",
             "表号,上期读数,本期读数,本期日期\nA,,5,2026-08-31\nA,5,7,2026-09-30\n"
             "A,5,8,2026-09-30\nA,8,9,2026-10-31\n",
             0);
    found(&bench, 0, "");
    bench_close(&bench);
}

/* ---- Sums ------------------------------------------------------------------------------------ */

#define SUMS "sums:\n- {total: T0, parts: [T1, T2, T3, T4], tolerance: 0.02}\n"

static void expects_sums(struct bench *bench)
{
    const struct stw_ingest_findings_summary *findings = &bench->result.findings;
    STW_EXPECT(findings->count[STW_INGEST_FINDING_SUM] == 1 && findings->shown == 1 &&
                   strcmp(findings->sentences[0], "line 4, A: total 10, but 9.97 is the sum of its "
                                                  "parts at 2026-09-03 00:00:00") == 0,
               "%llu, %s", (unsigned long long)findings->count[STW_INGEST_FINDING_SUM],
               findings->sentences[0]);
}

/* 1 + 2 + 3 + 4 = 10; .98 more or less is within .02, .97 is not; a missing part is not judged. */
static void checks_that_registers_add_up(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "fields: {time: t, device: d}\n"
                          "wide:\n  columns:\n"
                          "  - {column: 总, channel: T0}\n  - {column: 尖, channel: T1}\n"
                          "  - {column: 峰, channel: T2}\n  - {column: 平, channel: T3}\n"
                          "  - {column: 谷, channel: T4}\n" SUMS))
        took(&bench, "wide.csv",
             "t,d,总,尖,峰,平,谷\n2026-09-01,A,10,1,2,3,4\n2026-09-02,A,10,1,2,3,3.98\n"
             "2026-09-03,A,10,1,2,3,3.97\n2026-09-04,A,10,1,2,3,\n",
             0);
    expects_sums(&bench);
    CU_ASSERT_EQUAL(bench.result.rows, 19);
    if (bench_map(&bench, "fields: {time: t, device: d, channel: c, value: v}\n" SUMS))
        took(&bench, "long.csv",
             "t,d,c,v\n2026-09-03,A,T0,10\n2026-09-03,A,T1,5\n2026-09-03,A,T2,4.97\n"
             "2026-09-03,A,T3,0\n2026-09-03,A,T4,0\n2026-09-03,B,T4,0\n",
             0);
    STW_EXPECT(strstr(bench.result.findings.sentences[0], "A: total 10, but 9.97 is") != NULL, "%s",
               bench.result.findings.sentences[0]);
    bench_close(&bench);
}

/* ---- Folds ----------------------------------------------------------------------------------- */

static void folds_a_log_into_orders(void)
{
    static const char log[] = "no,state,at,team,note\n"
                              "1,New,2026-01-05 10:00,desk,tap\n"
                              "2,New,2026-01-05 10:30,desk,\n"
                              "1,Active,2026-01-05 11:00,water,\n"
                              "1,Done,2026-01-06 09:00,water,fixed\n"
                              "2,Done,2026-01-07 09:00,power,\n"
                              "2,Active,2026-01-06 08:00,gas,late in the file\n"
                              "1,Active,2026-01-06 10:00,water,\n"
                              "1,Done,2026-01-06 12:00,water,\n"
                              ",New,2026-01-06 12:00,water,\n"
                              "3,New,soon,water,\n";
    struct bench bench;
    bench_open(&bench, "Asia/Shanghai");
#define LOG(blank)                                                                                 \
    "table: work_orders\nfold:\n  into: orders\n  key: no\n  state: state\n"                       \
    "  time: {column: at, format: \"%Y-%m-%d %H:%M\"}\n" blank                                     \
    "fields:\n  order: no\n  created: \"{first}\"\n  accepted: \"{first Active}\"\n"               \
    "  resolved: \"{last Done}\"\n  status: state\n  team: team\n  title: note\n"
    if (bench_map(&bench, LOG("")))
        took(&bench, "log.csv", log, 2);
    CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_KEY_EMPTY], 1);
    CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_TIME_SYNTAX], 1);
    CU_ASSERT_EQUAL(bench.result.records, 10);
    CU_ASSERT_EQUAL(bench.result.rows, 2);
    /* The last row of an order is that of the latest time: the 7th of January for 2. */
    BENCH_EXPECT(&bench, "work_orders",
                 "1|2026-01-05T02:00:00Z| team=water status=Done accepted=2026-01-05T03:00:00Z "
                 "resolved=2026-01-06T04:00:00Z\n"
                 "2|2026-01-05T02:30:00Z| team=power status=Done accepted=2026-01-06T00:00:00Z "
                 "resolved=2026-01-07T01:00:00Z\n");
    if (bench_map(&bench, LOG("  blank: as before\n")))
        took(&bench, "log.csv", log, 2);
    BENCH_EXPECT(&bench, "work_orders",
                 "1|2026-01-05T02:00:00Z| team=water status=Done accepted=2026-01-05T03:00:00Z "
                 "resolved=2026-01-06T04:00:00Z title=fixed\n"
                 "2|2026-01-05T02:30:00Z| team=power status=Done accepted=2026-01-06T00:00:00Z "
                 "resolved=2026-01-07T01:00:00Z title=late in the file\n");
    bench_close(&bench);
}

#define STATES(more)                                                                               \
    "table: faults\nfold:\n  into: outages\n  key: lift\n  time: at\n"                             \
    "  state: {column: state, values: {on: up, off: down, lost: unknown}}\n" more                  \
    "fields:\n  device: lift\n  time: \"{start}\"\n  restored: \"{end}\"\n  code: why\n"           \
    "  category: \"{beginning}\"\n  note: \"{ending}\"\n"

static const char states[] = "lift,at,state,why\n"
                             "A,2026-01-01T00:00,on,\n"
                             "B,2026-01-01T00:00,off,door\n"
                             "A,2026-01-01T01:00,off,door\n"
                             "A,2026-01-01T02:00,,power\n"    /* as before */
                             "A,2026-01-01T03:00,off,power\n" /* down still */
                             "A,2026-01-01T04:00,on,\n"
                             "B,2026-01-01T05:00,on,\n"
                             "A,2026-01-01T06:00,off,key\n"
                             "A,2026-01-01T07:00,lost,\n"
                             "A,2026-01-01T08:00,off,key again\n"
                             "A,2026-01-01T08:00,on,\n" /* at the same time, in this order */
                             "A,2026-01-01T08:00,off,bell\n"
                             "C,2026-01-01T00:00,lost,\n"
                             "C,2026-01-01T01:00,off,belt\n"
                             "C,2026-01-01T02:00,on,\n"
                             "C,2026-01-01T02:30,blue,\n";

static void folds_states_into_outages(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, STATES("  unknown: ends\n")))
        took(&bench, "lifts.csv", states, 1);
    CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_STATE], 1);
    CU_ASSERT_EQUAL(bench.result.outages.before, 1);
    CU_ASSERT_EQUAL(bench.result.outages.open, 1);
    CU_ASSERT_EQUAL(bench.result.outages.unknown, 1);
    BENCH_EXPECT(&bench, "faults",
                 "A|2026-01-01T01:00:00Z| code=door category=seen restored=2026-01-01T04:00:00Z "
                 "note=seen log=faults A\n"
                 "A|2026-01-01T06:00:00Z| code=key category=seen restored=2026-01-01T07:00:00Z "
                 "note=unknown censored=right log=faults A\n"
                 "A|2026-01-01T08:00:00Z| code=key again category=unknown "
                 "restored=2026-01-01T08:00:00Z note=seen censored=left log=faults A\n"
                 "A|2026-01-01T08:00:00Z| code=bell category=seen note=open censored=right "
                 "log=faults A\n"
                 "B|2026-01-01T00:00:00Z| code=door category=before restored=2026-01-01T05:00:00Z "
                 "note=seen censored=left log=faults B\n"
                 "C|2026-01-01T01:00:00Z| code=belt category=unknown restored=2026-01-01T02:00:00Z "
                 "note=seen censored=left log=faults C\n");
    bench_close(&bench);
}

/* An unknown state taken to be the one before; what began before the log is left out. */
static void folds_unknown_states_as_the_same(void)
{
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, STATES("  unknown: same\n  before: skip\n")))
        took(&bench, "lifts.csv", states, 1);
    CU_ASSERT_EQUAL(bench.result.outages.before, 2); /* B, and C: nothing known is before it */
    BENCH_EXPECT(&bench, "faults",
                 "A|2026-01-01T01:00:00Z| code=door category=seen restored=2026-01-01T04:00:00Z "
                 "note=seen log=faults A\n"
                 "A|2026-01-01T06:00:00Z| code=key category=seen restored=2026-01-01T08:00:00Z "
                 "note=seen log=faults A\n"
                 "A|2026-01-01T08:00:00Z| code=bell category=seen note=open censored=right "
                 "log=faults A\n");
    bench_close(&bench);
}

STW_SUITE(layouts, {"a column a day", takes_a_column_a_day},
          {"the month from a name", takes_the_month_from_a_name},
          {"the month from a title", takes_the_month_from_a_title},
          {"dates as headers", takes_dates_as_headers},
          {"daily values at an end of the day", takes_daily_values_at_an_end_of_the_day},
          {"fills down", fills_down},
          {"compares with the reading before", compares_with_the_reading_before},
          {"adds previous readings nobody has", adds_previous_readings_nobody_has},
          {"looks before the instant", looks_before_the_instant},
          {"checks that registers add up", checks_that_registers_add_up},
          {"folds a log into orders", folds_a_log_into_orders},
          {"folds states into outages", folds_states_into_outages},
          {"folds unknown states as the same", folds_unknown_states_as_the_same});
