/*
 * The workbook reader, cell by cell and against hostile files. Expected: ECMA-376 for what the XML
 * means, Microsoft's list of built-in formats, and Excel's 15 digits worked out by hand.
 */
#include "text/xlsx.h"

#include "base/memory.h"

#include "text/xml.h"

#include "../support/book.h"
#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_memory(void *context, uint64_t offset, void *bytes, size_t size,
                       struct stw_error *err)
{
    const struct stw_buffer *buffer = context;
    if (offset + size > buffer->size)
        return stw_fail(err, STW_ERR_DAMAGED, "read beyond the end");
    memcpy(bytes, buffer->data + offset, size);
    return STW_OK;
}

/* "3: B=#text ..." a line for each row: n number, t text, b bool, e error, f formula without
 * result; numbers with their format's letter. */
static void put_row(const struct stw_xlsx_row *row, struct stw_buffer *out)
{
    stw_buffer_printf(out, "%u:", row->number);
    for (uint32_t i = 0; i < row->count; i++) {
        const struct stw_xlsx_cell *cell = &row->cells[i];
        stw_buffer_printf(out, " %u%c", cell->column, "ntbef"[cell->kind]);
        if (cell->kind == STW_XLSX_NUMBER)
            stw_buffer_add_char(out, "-dxch"[cell->format]);
        stw_buffer_printf(out, "[%.*s]", STW_SLICE_ARG(cell->text));
    }
    stw_buffer_add_char(out, '\n');
}

static int dump(struct stw_buffer *file, uint32_t sheet, struct stw_buffer *out,
                struct stw_error *err)
{
    struct stw_zip_bytes bytes = {file, file->size, read_memory};
    struct stw_xlsx *book;
    struct stw_xlsx_row row;
    STW_TRY(stw_xlsx_open(&book, &bytes, err));
    int status = stw_xlsx_sheet_begin(book, sheet, err);
    while (status == STW_OK && (status = stw_xlsx_next(book, &row, err)) == STW_OK)
        put_row(&row, out);
    stw_xlsx_close(book);
    return status;
}

static void expect_book(const struct stw_test_book *book, const char *want, int line)
{
    struct stw_buffer file, out;
    struct stw_error err;
    stw_error_clear(&err);
    stw_buffer_init(&file);
    stw_buffer_init(&out);
    STW_EXPECT(stw_test_make_book(book, &file), "line %d: no workbook", line);
    int status = dump(&file, 0, &out, &err);
    stw_buffer_add_char(&out, '\0');
    STW_EXPECT(status == STW_END, "line %d: %d, %s", line, status, err.what);
    STW_EXPECT(strcmp(out.data, want) == 0, "line %d: got\n%swant\n%s", line, out.data, want);
    stw_buffer_release(&file);
    stw_buffer_release(&out);
}

#define EXPECT_SHEET(xml_of, want)                                                                 \
    expect_book(                                                                                   \
        &(struct stw_test_book){                                                                   \
            .sheets =                                                                              \
                &(struct stw_test_sheet){"Sheet1", "<sheetData>" xml_of "</sheetData>", NULL},     \
            .sheet_count = 1},                                                                     \
        (want), __LINE__)

static void reads_every_kind_of_cell(void)
{
    EXPECT_SHEET("<row r='2'><c r='A2'><v>1.5</v></c><c r='C2' t='n'><v>-3</v></c></row>"
                 "<row r='4'><c r='B4' t='str'><f>A1</f><v>x &amp; y</v></c></row>",
                 "2: 0n-[1.5] 2n-[-3]\n4: 1t[x & y]\n");
    EXPECT_SHEET("<row><c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c></row>"
                 "<row><c/><c t='d'><v>2026-10-01T00:00:00</v></c></row>",
                 "1: 0b[true] 1b[false] 2e[#N/A]\n2: 1t[2026-10-01T00:00:00]\n");
    /* Formulas: a stored number, a stored empty text, nothing stored in two ways. */
    EXPECT_SHEET("<row><c><f>1+1</f><v>2</v></c><c t='str'><f>\"\"</f><v></v></c>"
                 "<c><f>1+1</f></c><c><f>1+1</f><v/></c></row>",
                 "1: 0n-[2] 2f[] 3f[]\n");
    /* Inline: plain, rich, with a phonetic run; a styled cell without content is no cell. */
    EXPECT_SHEET("<row><c t='inlineStr'><is><t>抄表</t></is></c>"
                 "<c t='inlineStr'><is><r><t>re</t></r><r><t xml:space='preserve'> ad</t></r>"
                 "<rPh sb='0' eb='1'><t>xx</t></rPh></is></c><c s='3'/></row>",
                 "1: 0t[抄表] 1t[re ad]\n");
    /* A prefix and elements nobody knows. */
    EXPECT_SHEET("<x:row xmlns:x='u'><x:c r='A1'><x:v>7</x:v><extLst><ext>9</ext></extLst></x:c>"
                 "</x:row><row r='2'/>",
                 "1: 0n-[7]\n2:\n");
}

static void reads_shared_texts(void)
{
    static const struct stw_test_sheet sheet = {
        "S",
        "<sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v>2</v></c>"
        "<c t='s'><v>3</v></c><c t='s'><v>4</v></c></row></sheetData>",
        NULL};
    expect_book(
        &(struct stw_test_book){
            .sheets = &sheet,
            .sheet_count = 1,
            .strings =
                "<si><t>表号</t></si><si><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r>"
                "<phoneticPr fontId='1'/></si><si><t>漢</t><rPh sb='0' eb='1'><t>かん</t></rPh>"
                "</si><si><t/></si><si><t>1_x000A_2_x005F_x000A_3_x00e9_</t></si>"},
        "1: 0t[表号] 1t[ab] 2t[漢] 4t[1\n2_x000A_3_x00e9_]\n", __LINE__);
}

static void tells_dates_by_their_format(void)
{
    static const struct stw_test_sheet sheet = {
        "S",
        "<sheetData><row><c s='0'><v>1</v></c><c s='1'><v>1</v></c><c s='2'><v>1</v></c>"
        "<c s='3'><v>1</v></c><c s='4'><v>1</v></c><c s='9'><v>1</v></c></row></sheetData>",
        NULL};
    expect_book(
        &(struct stw_test_book){
            .sheets = &sheet,
            .sheet_count = 1,
            .styles =
                "<numFmts><numFmt numFmtId='164' formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/>"
                "</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>"
                "<xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='22'/>"
                "<xf numFmtId='164'/><xf numFmtId='46'/></cellXfs>"},
        "1: 0n-[1] 1nd[1] 2nx[1] 3nd[1] 4nh[1] 5n-[1]\n", __LINE__);
}

static void knows_format_codes(void)
{
    static const struct {
        const char *code;
        enum stw_xlsx_format format;
    } cases[] = {
        {"General", STW_XLSX_PLAIN},
        {"0.00", STW_XLSX_PLAIN},
        {"#,##0.00\"元\"", STW_XLSX_PLAIN},
        {"0.00E+00", STW_XLSX_PLAIN},
        {"[Red]0.0;[Blue]-0.0", STW_XLSX_PLAIN},
        {"0.0\\d", STW_XLSX_PLAIN},
        {"# ?/?", STW_XLSX_PLAIN},
        {"@", STW_XLSX_PLAIN},
        {"_ * #,##0_ ;_ * \\-#,##0_ ", STW_XLSX_PLAIN},
        {"G/通用格式", STW_XLSX_PLAIN},
        {"\"day\" 0", STW_XLSX_PLAIN},
        {"yyyy-mm-dd", STW_XLSX_DATE},
        {"yyyy\"年\"m\"月\"d\"日\"", STW_XLSX_DATE},
        {"yyyy年m月d日", STW_XLSX_DATE},
        {"[$-804]aaaa", STW_XLSX_PLAIN}, /* a weekday alone is no date */
        {"[$-804]yyyy\"年\"m\"月\"d\"日\";@", STW_XLSX_DATE},
        {"[DBNum1][$-804]m\"月\"d\"日\"", STW_XLSX_DATE},
        {"mmm-yy", STW_XLSX_DATE},
        {"m\"月\"", STW_XLSX_DATE},
        {"d/m", STW_XLSX_DATE},
        {"yyyy/m/d h:mm", STW_XLSX_DATE_TIME},
        {"yyyy-mm-dd hh:mm:ss.000", STW_XLSX_DATE_TIME},
        {"m/d/yyyy h:mm AM/PM", STW_XLSX_DATE_TIME},
        {"h:mm", STW_XLSX_CLOCK},
        {"mm:ss.0", STW_XLSX_CLOCK},
        {"上午/下午h\"时\"mm\"分\"", STW_XLSX_CLOCK},
        {"[h]:mm:ss", STW_XLSX_ELAPSED},
        {"[mm]:ss", STW_XLSX_ELAPSED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum stw_xlsx_format got = stw_xlsx_format_of_code(stw_slice_of(cases[i].code));
        STW_EXPECT(got == cases[i].format, "'%s' is %d, want %d", cases[i].code, got,
                   cases[i].format);
    }
    /* ECMA-376 Part 1, 18.8.30: 14 mm-dd-yy, 18 h:mm AM/PM, 20 h:mm, 22 m/d/yy h:mm, 45 mm:ss,
     * 46 [h]:mm:ss; zh-cn: 31 yyyy"年"m"月"d"日", 32 h"时"mm"分", 57 yyyy"年"m"月". */
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(0), STW_XLSX_PLAIN);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(10), STW_XLSX_PLAIN);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(14), STW_XLSX_DATE);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(18), STW_XLSX_CLOCK);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(22), STW_XLSX_DATE_TIME);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(31), STW_XLSX_DATE);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(32), STW_XLSX_CLOCK);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(37), STW_XLSX_PLAIN);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(46), STW_XLSX_ELAPSED);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(57), STW_XLSX_DATE);
    CU_ASSERT_EQUAL(stw_xlsx_format_of_id(49), STW_XLSX_PLAIN);
}

static void counts_the_zeros_of_a_format(void)
{
    static const struct {
        const char *code;
        uint8_t zeros;
    } cases[] = {{"0000", 4},      {"00", 2},  {"0", 0},     {"000000;@", 6},
                 {"0000.0", 0},    {"", 0},    {"#0000", 0}, {"000000000000000", 15},
                 {"\"M\"0000", 0}, {"00%", 0}, {"0000 ", 0}, {"0000000000000000", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_EQUAL(stw_xlsx_zeros_of_code(stw_slice_of(cases[i].code)), cases[i].zeros);
}

static void shows_fifteen_digits(void)
{
    static const struct {
        const char *in, *want; /* NULL: no number */
    } cases[] = {
        {"1234.5599999999999", "1234.56"},
        {"1234.5600000000001", "1234.56"},
        {"0.10000000000000001", "0.1"},
        {"5.0000000000000001E-3", "0.005"},
        {"99999999999999.95", "100000000000000"}, /* 16 digits: up, and the carry runs through */
        {"9.9999999999999995", "10"},
        {"0.99999999999999949", "0.999999999999999"}, /* the 16th is 4 */
        {"0.9999999999999995", "1"},
        {"123456789012345", "123456789012345"}, /* 15 digits stay */
        {"-123456.789", "-123456.789"},
        {"1.50", "1.5"},
        {"0", "0"},
        {"-0", "0"},
        {"0.000", "0"},
        {"1E3", "1000"},
        {"1e-7", "0.0000001"},
        {"1234567890123456", "1.23456789012346E+15"}, /* digits are lost: shown as Excel shows it */
        {"1.2345678901234501E+16", "1.23456789012345E+16"},
        {"1E+300", "1E+300"},
        {"1E-300", "1E-300"},
        {"", NULL},
        {"-", NULL},
        {"1.2.3", NULL},
        {"1E", NULL},
        {"1E+", NULL},
        {"0x10", NULL},
        {"nan", NULL},
        {"1 ", NULL},
        {"1E99999", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        bool read = stw_xlsx_put_number(stw_slice_of(cases[i].in), &out);
        STW_EXPECT(read == (cases[i].want != NULL), "'%s'", cases[i].in);
        if (cases[i].want != NULL)
            STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), cases[i].want), "'%s' gave '%.*s'",
                       cases[i].in, STW_SLICE_ARG(stw_buffer_slice(&out)));
        else
            CU_ASSERT_EQUAL(out.size, 0);
        stw_buffer_release(&out);
    }
}

static void reads_references(void)
{
    uint32_t column, row;
    const char *end;
    CU_ASSERT(stw_xlsx_reference("A1", &column, &row, NULL) && column == 0 && row == 1);
    CU_ASSERT(stw_xlsx_reference("Z9", &column, &row, NULL) && column == 25 && row == 9);
    CU_ASSERT(stw_xlsx_reference("AA10:B2", &column, &row, &end) && column == 26 && *end == ':');
    CU_ASSERT(stw_xlsx_reference("XFD1048576", &column, &row, NULL) && column == 16383);
    CU_ASSERT(row == 1048576);
    CU_ASSERT_FALSE(stw_xlsx_reference("XFE1", &column, &row, NULL));
    CU_ASSERT_FALSE(stw_xlsx_reference("A1048577", &column, &row, NULL));
    CU_ASSERT_FALSE(stw_xlsx_reference("A0", &column, &row, NULL));
    CU_ASSERT_FALSE(stw_xlsx_reference("1", &column, &row, NULL));
    CU_ASSERT_FALSE(stw_xlsx_reference("A", &column, &row, NULL));
    CU_ASSERT_FALSE(stw_xlsx_reference("ZZZZZZ99999999999", &column, &row, NULL));
}

static void lists_sheets_and_merges(void)
{
    static const struct stw_test_sheet sheets[] = {
        {"1月", "<sheetData><row><c t='s'><v>0</v></c></row></sheetData>", NULL},
        {"底稿",
         "<sheetData><row><c t='s'><v>0</v></c></row></sheetData><mergeCells><mergeCell "
         "ref='A1:C1'/><mergeCell ref='B2:B3'/><mergeCell ref='D4'/>"
         "<mergeCell ref='A900:B900'/></mergeCells>",
         "hidden"}};
    struct stw_buffer file;
    struct stw_error err;
    struct stw_xlsx *book;
    const struct stw_xlsx_merge *merges;
    uint32_t count;
    stw_buffer_init(&file);
    CU_ASSERT_FATAL(stw_test_make_book(&(struct stw_test_book){.sheets = sheets,
                                                               .sheet_count = 2,
                                                               .strings = "<si><t>a</t></si>",
                                                               .settings = "date1904='1'"},
                                       &file));
    struct stw_zip_bytes bytes = {&file, file.size, read_memory};
    CU_ASSERT_EQUAL_FATAL(stw_xlsx_open(&book, &bytes, &err), STW_OK);
    CU_ASSERT_EQUAL(stw_xlsx_sheet_count(book), 2);
    CU_ASSERT(stw_slice_is(stw_xlsx_sheet(book, 0)->name, "1月"));
    CU_ASSERT(!stw_xlsx_sheet(book, 0)->hidden && stw_xlsx_sheet(book, 1)->hidden);
    CU_ASSERT(stw_xlsx_is_1904(book));
    CU_ASSERT_EQUAL(stw_xlsx_merges(book, 1, 100, &merges, &count, &err), STW_OK);
    CU_ASSERT_EQUAL_FATAL(count, 3);
    CU_ASSERT(merges[2].first_row == 4 && merges[2].last_row == 4 && merges[2].last_column == 3);
    CU_ASSERT(merges[0].first_row == 1 && merges[0].last_row == 1 && merges[0].last_column == 2);
    CU_ASSERT(merges[1].first_row == 2 && merges[1].last_row == 3 && merges[1].first_column == 1);
    stw_xlsx_close(book);
    stw_buffer_release(&file);
}

/* A file that must be refused with these words. */
static void refuse(struct stw_buffer *file, const char *words, int line)
{
    struct stw_buffer out;
    struct stw_error err;
    stw_error_clear(&err);
    stw_buffer_init(&out);
    int status = dump(file, 0, &out, &err);
    STW_EXPECT(status < 0, "line %d: taken", line);
    STW_EXPECT(strstr(err.what, words) != NULL || strstr(err.hint, words) != NULL,
               "line %d: '%s', hint '%s'", line, err.what, err.hint);
    stw_buffer_release(&out);
}

static void refuse_sheet(const char *xml, const char *words, int line)
{
    struct stw_buffer file;
    stw_buffer_init(&file);
    STW_EXPECT(stw_test_make_sheet(xml, &file), "line %d", line);
    refuse(&file, words, line);
    stw_buffer_release(&file);
}

static void refuses_hostile_sheets(void)
{
    static char text[3 * 1024 * 1024];
#define REFUSE(xml, words) refuse_sheet(xml, words, __LINE__)
    REFUSE("<sheetData><row r='0'/></sheetData>", "'0' is not the number of a row");
    REFUSE("<sheetData><row r='99999999999999999999'/></sheetData>", "is not the number of a row");
    REFUSE("<sheetData><row r='1x'/></sheetData>", "is not the number of a row");
    REFUSE("<sheetData><row r='2'/><row r='2'/></sheetData>", "row 2 comes after row 2");
    REFUSE("<sheetData><row r='1'><c r='B2'/></row></sheetData>", "'B2' is no cell of row 1");
    REFUSE("<sheetData><row r='1'><c r='B1'/><c r='A1'/></row></sheetData>", "is out of order");
    REFUSE("<sheetData><row><c t='s'><v>0</v></c></row></sheetData>",
           "a text that the workbook has not");
    REFUSE("<sheetData><row><c t='s'><v>-1</v></c></row></sheetData>",
           "a text that the workbook has not");
    REFUSE("<sheetData><row>", "is not XML");
    REFUSE("<sheetData><row><c><v>&big;</v></c></row></sheetData>", "is not XML");
    char *at = text;
    for (int i = 0; i < STW_XML_DEPTH_MAX; i++)
        at += sprintf(at, "<a>");
    *at = '\0';
    refuse_sheet(text, "nested more than", __LINE__);
    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "<sheetData><row r='", 19);
    refuse_sheet(text, "a tag is longer than", __LINE__);
    memcpy(text, "<sheetData><row><c t='str'><v>", 30);
    refuse_sheet(text, "the texts of row 1 exceed", __LINE__);
#undef REFUSE
}

static void refuses_entities(void)
{
    static const struct stw_test_part parts[] = {
        {"_rels/.rels", "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                        "<Relationships>&b;</Relationships>"}};
    struct stw_buffer file;
    stw_buffer_init(&file);
    CU_ASSERT_FATAL(stw_test_zip(parts, 1, &file));
    refuse(&file, "declares a document type", __LINE__);
    stw_buffer_release(&file);
}

static void refuses_bombs(void)
{
    enum { SIZE = STW_ZIP_RATIO_FREE_BYTES + 1024 * 1024 };
    char *text = malloc(SIZE + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memset(text, ' ', SIZE);
    text[SIZE] = '\0';
    memcpy(text, "<Relationships>", 15);
    struct stw_test_part part = {"_rels/.rels", text};
    struct stw_buffer file;
    stw_buffer_init(&file);
    CU_ASSERT_FATAL(stw_test_zip(&part, 1, &file));
    CU_ASSERT(file.size < SIZE / STW_ZIP_RATIO_MAX);
    refuse(&file, "unpacks to more than", __LINE__);
    free(text);
    stw_buffer_release(&file);
}

static void says_what_else_a_file_is(void)
{
    static const char ole[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 Workbook";
    static const char encrypted[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..E\0n\0c\0r\0y\0p\0t\0e\0d\0"
                                    "P\0a\0c\0k\0a\0g\0e\0";
    static const struct stw_test_part ods = {"content.xml", "<x/>"};
    static const struct stw_test_part other = {"a.csv", "a,b"};
    struct stw_buffer file;
    stw_buffer_init(&file);
    stw_buffer_add(&file, ole, sizeof(ole));
    refuse(&file, "old Excel file (.xls)", __LINE__);
    refuse(&file, "save it as .xlsx", __LINE__);
    stw_buffer_clear(&file);
    stw_buffer_add(&file, encrypted, sizeof(encrypted));
    refuse(&file, "the workbook is encrypted", __LINE__);
    stw_buffer_clear(&file);
    stw_buffer_add_text(&file, "a,b\n");
    refuse(&file, "not a zip file", __LINE__);
    stw_buffer_clear(&file);
    CU_ASSERT_FATAL(stw_test_zip(&ods, 1, &file));
    refuse(&file, "OpenDocument", __LINE__);
    stw_buffer_clear(&file);
    CU_ASSERT_FATAL(stw_test_zip(&other, 1, &file));
    refuse(&file, "a zip file, but no workbook", __LINE__);
    stw_buffer_release(&file);
}

static const struct stw_test_sheet small_sheet = {
    "S", "<sheetData><row><c t='s'><v>0</v></c><c s='0'><v>1</v></c></row></sheetData>", NULL};
static const struct stw_test_book small_book = {.sheets = &small_sheet,
                                                .sheet_count = 1,
                                                .strings = "<si><t>a</t></si>",
                                                .styles = "<cellXfs><xf numFmtId='14'/></cellXfs>"};

/* Cut anywhere, a workbook is refused: its directory is at the end. */
static void refuses_cut_files(void)
{
    struct stw_buffer file, out;
    struct stw_error err;
    stw_buffer_init(&file);
    stw_buffer_init(&out);
    CU_ASSERT_FATAL(stw_test_make_book(&small_book, &file));
    size_t whole = file.size;
    CU_ASSERT_EQUAL(dump(&file, 0, &out, &err), STW_END);
    for (file.size = 0; file.size < whole; file.size++) {
        stw_error_clear(&err);
        STW_EXPECT(dump(&file, 0, &out, &err) == STW_ERR_INPUT, "cut at %zu: %s", file.size,
                   err.what);
    }
    stw_buffer_release(&file);
    stw_buffer_release(&out);
}

static void survives_every_failed_allocation(void)
{
    struct stw_buffer file, out;
    struct stw_error err;
    stw_buffer_init(&file);
    stw_buffer_init(&out);
    CU_ASSERT_FATAL(stw_test_make_book(&small_book, &file));
    stw_buffer_room(&out, 4096);
    int status = STW_ERR_MEMORY;
    for (uint64_t nth = 1; nth < 1000 && status != STW_END; nth++) {
        stw_buffer_clear(&out);
        stw_memory_fail_at(nth);
        status = dump(&file, 0, &out, &err);
        bool failed = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(failed ? status == STW_ERR_MEMORY : status == STW_END, "allocation %llu: %d, %s",
                   (unsigned long long)nth, status, err.what);
        if (failed && status == STW_END)
            break;
    }
    CU_ASSERT_EQUAL(status, STW_END);
    stw_buffer_release(&file);
    stw_buffer_release(&out);
}

STW_SUITE(xlsx, {"reads every kind of cell", reads_every_kind_of_cell},
          {"reads shared texts", reads_shared_texts},
          {"tells dates by their format", tells_dates_by_their_format},
          {"knows format codes", knows_format_codes},
          {"counts the zeros of a format", counts_the_zeros_of_a_format},
          {"shows fifteen digits", shows_fifteen_digits}, {"reads references", reads_references},
          {"lists sheets and merges", lists_sheets_and_merges},
          {"refuses hostile sheets", refuses_hostile_sheets},
          {"refuses entities", refuses_entities}, {"refuses bombs", refuses_bombs},
          {"says what else a file is", says_what_else_a_file_is},
          {"refuses cut files", refuses_cut_files},
          {"survives every failed allocation", survives_every_failed_allocation});
