/*
 * Workbooks into a store. Serial dates against Microsoft's and Apple's documented values; headers,
 * titles and totals as people lay out their sheets.
 */
#include "ingest/serial_date.h"
#include "ingest/totals.h"
#include "ingest_tools.h"

#include "../support/book.h"

#include <string.h>

static void writes_serial_dates(void)
{
    static const struct {
        const char *number;
        enum stw_xlsx_format format;
        bool is_1904;
        const char *want;
    } cases[] = {
        /* support.microsoft.com: 1 January 1900 is 1, 1 January 2008 is 39448, 9999-12-31 is
         * 2958465; 29 February 1900 never was and is 60. */
        {"1", STW_XLSX_DATE, false, "1900-01-01"},
        {"59", STW_XLSX_DATE, false, "1900-02-28"},
        {"60", STW_XLSX_DATE, false, "1900-02-29"},
        {"61", STW_XLSX_DATE, false, "1900-03-01"},
        {"25569", STW_XLSX_DATE, false, "1970-01-01"},
        {"36526", STW_XLSX_DATE, false, "2000-01-01"},
        {"39448", STW_XLSX_DATE, false, "2008-01-01"},
        {"2958465", STW_XLSX_DATE, false, "9999-12-31"},
        {"2958466", STW_XLSX_DATE, false, NULL},
        /* The 1904 system: the same day is 1,462 less. */
        {"0", STW_XLSX_DATE, true, "1904-01-01"},
        {"37986", STW_XLSX_DATE, true, "2008-01-01"},
        /* 16:00 is two thirds of a day, as 15 and as 17 digits have it. */
        {"45292.6666666667", STW_XLSX_DATE_TIME, false, "2024-01-01 16:00:00"},
        {"45292.666666666664", STW_XLSX_DATE_TIME, false, "2024-01-01 16:00:00"},
        {"45292", STW_XLSX_DATE_TIME, false, "2024-01-01 00:00:00"},
        {"45292.5", STW_XLSX_DATE, false, "2024-01-01 12:00:00"},
        {"45292.99999999999", STW_XLSX_DATE_TIME, false, "2024-01-02 00:00:00"},
        {"45292.0000115741", STW_XLSX_DATE_TIME, false, "2024-01-01 00:00:01"},
        {"45292.0000144676", STW_XLSX_DATE_TIME, false, "2024-01-01 00:00:01.250"},
        {"0.5", STW_XLSX_CLOCK, false, "12:00:00"},
        {"0.999988425925926", STW_XLSX_CLOCK, false, "23:59:59"},
        {"45292.25", STW_XLSX_CLOCK, false, "2024-01-01 06:00:00"},
        {"1.5", STW_XLSX_ELAPSED, false, "36:00:00"},
        {"-1", STW_XLSX_DATE, false, NULL},
        {"x", STW_XLSX_DATE, false, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        bool done = stw_serial_date_put(stw_slice_of(cases[i].number), cases[i].format,
                                        cases[i].is_1904, &out);
        STW_EXPECT(done == (cases[i].want != NULL), "%s", cases[i].number);
        STW_EXPECT(cases[i].want == NULL || stw_slice_is(stw_buffer_slice(&out), cases[i].want),
                   "%s gave %.*s, want %s", cases[i].number, STW_SLICE_ARG(stw_buffer_slice(&out)),
                   cases[i].want);
        stw_buffer_release(&out);
    }
}

static void knows_totals(void)
{
    static const char *const yes[] = {"合计",  "合 计：", "小计",        "1号楼小计", "总　计",
                                      "Total", "TOTAL:",  "Grand Total", "Sub-total", "合計"};
    static const char *const no[] = {"", "Totalizer", "计", "合计表号", "total power", "M-01"};
    for (size_t i = 0; i < 16; i++) {
        bool want = i < 10;
        struct stw_text_field fields[2] = {{.text = STW_SLICE(" ")},
                                           {.text = stw_slice_of(want ? yes[i] : no[i - 10])}};
        struct stw_text_record record = {.fields = fields, .count = 2};
        STW_EXPECT(stw_record_is_total(&record) == want, "'%s'", fields[1].text.data);
    }
}

/* A workbook into a file of the bench. */
static const char *book_file(struct bench *bench, const char *name,
                             const struct stw_test_book *book)
{
    struct stw_buffer file;
    stw_buffer_init(&file);
    CU_ASSERT_FATAL(stw_test_make_book(book, &file));
    const char *path = bench_bytes(bench, name, file.data, file.size);
    stw_buffer_release(&file);
    return path;
}

#define TEXT(ref, text) "<c r='" ref "' t='inlineStr'><is><t>" text "</t></is></c>"

/* Two rows of titles, a header of two rows with merged cells, a subtotal, a total, a note. */
static const char reading_sheet[] =
    "<sheetData>"
    "<row r='1'>" TEXT(
        "A1",
        "2026年10月抄表记录") "</row>"
                              "<row r='2'>" TEXT("A2", "项目：翠湖花园") TEXT(
                                  "D2",
                                  "抄表员：张三") "</row>"
                                                  "<row r='4'>" TEXT("A4", "表号") TEXT("B4", "抄表"
                                                                                              "\n日"
                                                                                              "期")
                                                      TEXT(
                                                          "C4",
                                                          "读数") "</row>"
                                                                  "<row r='5'>" TEXT("C5", "上期") TEXT(
                                                                      "D5",
                                                                      "本期") "</row>"
                                                                              "<row r='6'>" TEXT(
                                                                                  "A6",
                                                                                  "0012") "<c "
                                                                                          "r='B6' "
                                                                                          "s='1'><"
                                                                                          "v>"
                                                                                          "46321.5<"
                                                                                          "/"
                                                                                          "v></"
                                                                                          "c><c "
                                                                                          "r='C6'><"
                                                                                          "v>"
                                                                                          "10</v></"
                                                                                          "c>"
                                                                                          "<c "
                                                                                          "r='D6'><"
                                                                                          "v>"
                                                                                          "1234."
                                                                                          "55999999"
                                                                                          "9999"
                                                                                          "9</v></"
                                                                                          "c></"
                                                                                          "row>"
                                                                                          "<row "
                                                                                          "r='7'"
                                                                                          ">" TEXT(
                                                                                              "A7",
                                                                                              "001"
                                                                                              "3") "<c r='B7' s='1'><v>46321.5</v></c>"
                                                                                                   "<c r='D7'><f>C7+1</f></c><c r='F7'><v>9</v></c></row>"
                                                                                                   "<row r='8'>" TEXT(
                                                                                                       "A8",
                                                                                                       "1号楼小计") "<c r='D8'><v>99</v></c></row>"
                                                                                                                    "<row r='9'>" TEXT(
                                                                                                                        "A9",
                                                                                                                        "0014") "<c r='B9' s='1'><v>46321.5</v></c>"
                                                                                                                                "<c r='D9' t='e'><v>#N/A</v></c></row>"
                                                                                                                                "<row r='10'>" TEXT(
                                                                                                                                    "A10",
                                                                                                                                    "0015") "<c r='B10' s='1'><v>46322</v></c>"
                                                                                                                                            "<c r='D10' t='str'><f>x</f><v>17.5</v></c></row>"
                                                                                                                                            "<row r='11'/>"
                                                                                                                                            "<row r='12'>" TEXT(
                                                                                                                                                "A12",
                                                                                                                                                "合计") "<c r='D12'><v>99</v></c></row></sheetData>"
                                                                                                                                                        "<mergeCells><mergeCell ref='A1:D1'/><mergeCell ref='A4:A5'/><mergeCell ref='B4:B5'/>"
                                                                                                                                                        "<mergeCell ref='C4:D4'/></mergeCells>";

static const char date_styles[] =
    "<numFmts><numFmt numFmtId='176' formatCode='yyyy\"年\"m\"月\"d\"日\"'/></numFmts>"
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='176'/></cellXfs>";

static const char reading_map[] = "format: {container: xlsx, header: 2}\n"
                                  "missing: [\"\"]\n"
                                  "fields:\n"
                                  "  time: {column: 抄表 日期}\n"
                                  "  device: 表号\n"
                                  "  channel: {constant: water}\n"
                                  "  value: {column: 读数 本期}\n";

static void finds_titles_headers_and_totals(void)
{
    static const struct stw_test_sheet sheet = {"10月", reading_sheet, NULL};
    static const struct stw_test_book book = {
        .sheets = &sheet, .sheet_count = 1, .styles = date_styles};
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, reading_map)) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, book_file(&bench, "a.xlsx", &book)), STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 2);
        CU_ASSERT_EQUAL(bench.result.totals, 2);
        CU_ASSERT_EQUAL(bench.result.rejected, 2);
        CU_ASSERT_EQUAL(bench.result.reasons[STW_REJECT_FORMULA], 1);
        /* 46321 is 2026-10-26: 25569 is 1970-01-01, and 20752 days later it is that day. */
        BENCH_EXPECT(&bench, "readings",
                     "0012/water|2026-10-26T12:00:00Z| value=1234.56\n"
                     "0015/water|2026-10-27T00:00:00Z| value=17.5\n");
        bench_expect_rejects(&bench, "\r\n10月!D7,读数 本期,");
        bench_expect_rejects(&bench, "\r\n10月!D9,读数 本期,is not a number,#N/A,");
    }
    bench_close(&bench);
}

static void reads_all_sheets(void)
{
    static const struct stw_test_sheet sheets[] = {
        {"a",
         "<sheetData><row>" TEXT("A1", "t") TEXT("B1", "m") TEXT("C1", "v") "</row><row>" TEXT(
             "A2", "2026-01-01") TEXT("B2", "m1") "<c><v>1</v></c></row></sheetData>",
         NULL},
        {"hidden", "<sheetData><row><c><v>5</v></c></row></sheetData>", "hidden"},
        {"empty", "<sheetData/>", NULL},
        {"b",
         "<sheetData><row r='3'>" TEXT("A3", "m") TEXT("B3", "v")
             TEXT("C3", "t") "</row><row>" TEXT("A4", "m2") "<c><v>2</v></c>" TEXT(
                 "C4", "2026-01-02") "</row></sheetData>",
         NULL},
    };
    static const struct stw_test_book book = {.sheets = sheets, .sheet_count = 4};
    static const char fields[] = "fields:\n  time: t\n  device: m\n  channel: {constant: e}\n"
                                 "  value: v\n";
    static const struct {
        const char *format, *want, *words; /* words: of the failure */
    } cases[] = {
        {"format: {sheet: all}\n",
         "m1/e|2026-01-01T00:00:00Z| value=1\n"
         "m2/e|2026-01-02T00:00:00Z| value=2\n",
         NULL},
        {"", "m1/e|2026-01-01T00:00:00Z| value=1\n", NULL},
        {"format: {sheet: b}\n", "m2/e|2026-01-02T00:00:00Z| value=2\n", NULL},
        {"format: {sheet: 4, skip: 2}\n", "m2/e|2026-01-02T00:00:00Z| value=2\n", NULL},
        {"format: {sheet: bb}\n", "", "no sheet 'bb'"},
        {"format: {sheet: 5}\n", "", "4 sheets, not 5"},
        {"format: {sheet: hidden}\n", "", "none of the first"},
        {"format: {sheet: empty}\n", "", "holds no rows"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench bench;
        char map[512];
        bench_open(&bench, "UTC");
        snprintf(map, sizeof(map), "%s%s", cases[i].format, fields);
        if (bench_map(&bench, map)) {
            int status = bench_ingest(&bench, book_file(&bench, "a.xlsx", &book));
            STW_EXPECT(status == (cases[i].words == NULL ? STW_OK : STW_ERR_INPUT), "%s: %d %s",
                       cases[i].format, status, bench.err.what);
            STW_EXPECT(cases[i].words == NULL || strstr(bench.err.what, cases[i].words) != NULL,
                       "%s: %s", cases[i].format, bench.err.what);
            BENCH_EXPECT(&bench, "readings", cases[i].want);
        }
        bench_close(&bench);
    }
}

/* Only columns that are merged downwards are named: the row of the other ones' names is no data. */
static void ends_the_header_where_its_merged_cells_do(void)
{
    static const struct stw_test_sheet sheet = {"10月", reading_sheet, NULL};
    static const struct stw_test_book book = {
        .sheets = &sheet, .sheet_count = 1, .styles = date_styles};
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench, "table: faults\nformat: {container: xlsx, header: 2}\n"
                          "fields: {time: {column: 抄表 日期}, device: 表号}\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, book_file(&bench, "a.xlsx", &book)), STW_OK);
        CU_ASSERT_EQUAL(bench.result.rows, 4);
        CU_ASSERT_EQUAL(bench.result.rejected, 0);
    }
    bench_close(&bench);
}

/* Meter numbers: what a number of a cell can still be, and what Excel has destroyed. */
static void keeps_meter_numbers(void)
{
    static const struct stw_test_sheet sheet = {
        "S",
        "<sheetData><row>" TEXT("A1", "t") TEXT("B1", "m") TEXT(
            "C1", "v") "</row>"
                       "<row>" TEXT(
                           "A2",
                           "2026-01-01") "<c><v>123456789012345</v></c><c><v>1</v></c></row>"
                                         "<row>" TEXT("A3",
                                                      "2026-01-01") "<c><v>1.2345678901234501E+16</"
                                                                    "v></c><c><v>2</v></c></row>"
                                                                    "</sheetData>",
        NULL};
    static const struct stw_test_book book = {.sheets = &sheet, .sheet_count = 1};
    struct bench bench;
    bench_open(&bench, "UTC");
    if (bench_map(&bench,
                  "fields:\n  time: t\n  device: m\n  channel: {constant: e}\n  value: v\n")) {
        CU_ASSERT_EQUAL(bench_ingest(&bench, book_file(&bench, "a.xlsx", &book)), STW_OK);
        struct stw_buffer out;
        stw_buffer_init(&out);
        bench_dump(&bench, "readings", &out);
        CU_ASSERT_PTR_NOT_NULL(memmem(out.data, out.size, "123456789012345/e|", 18));
        CU_ASSERT_PTR_NULL(memmem(out.data, out.size, "12345678901234500", 17));
        stw_buffer_release(&out);
    }
    bench_close(&bench);
}

STW_SUITE(workbook, {"writes serial dates", writes_serial_dates}, {"knows totals", knows_totals},
          {"finds titles, headers and totals", finds_titles_headers_and_totals},
          {"ends the header where its merged cells do", ends_the_header_where_its_merged_cells_do},
          {"reads all sheets", reads_all_sheets}, {"keeps meter numbers", keeps_meter_numbers});
