/*
 * The page: whatever stands in the data's texts, nothing but the renderer's own markup comes out.
 */
#include "report/html.h"

#include "base/io.h"
#include "base/memory.h"
#include "page_scan.h"
#include "sample.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool contains(struct stw_slice text, struct stw_slice what)
{
    return memmem(text.data, text.size, what.data, what.size) != NULL;
}

static void render(enum stw_language language, struct stw_slice name, struct stw_buffer *out)
{
    struct stw_report report;
    struct stw_error err;
    stw_sample_report(&report, language, name);
    STW_EXPECT(stw_report_html(&report, out, &err) == STW_OK, "%s", err.what);
    stw_report_release(&report);
}

static void is_well_formed(void)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
        stw_buffer_clear(&out);
        render((enum stw_language)language, STW_SLICE("翠湖花园 3 号楼"), &out);
        CU_ASSERT(stw_page_scan(stw_buffer_slice(&out)));
        CU_ASSERT(contains(stw_buffer_slice(&out), STW_SLICE("default-src 'none'")));
        CU_ASSERT(contains(stw_buffer_slice(&out), STW_SLICE("翠湖花园 3 号楼")));
    }
    stw_buffer_release(&out);
}

/* Each in every slot that takes text. What must not come out is looked for as it stands. */
static void nothing_executes(void)
{
    static const struct {
        struct stw_slice name;
        struct stw_slice never; /* these bytes in the page would be a hole */
    } hostile[] = {
        {STW_SLICE("</script><script>alert(1)</script>"), STW_SLICE("<script")},
        {STW_SLICE("</title></style></code></svg><img src=x onerror=alert(1)>"), STW_SLICE("<img")},
        {STW_SLICE("\" onmouseover=\"alert(1)"), STW_SLICE("\" onmouseover")},
        {STW_SLICE("' onmouseover='alert(1)"), STW_SLICE("' onmouseover")},
        {STW_SLICE("javascript:alert(1)"), STW_SLICE("href=\"javascript:")},
        {STW_SLICE("]]><!--<?xml"), STW_SLICE("]]>")},
        {STW_SLICE("a\0b<b>"), STW_SLICE("\0")},
        {STW_SLICE("\xC3<script>\xFF\xED\xA0\x80"), STW_SLICE("\xC3<")},
        {STW_SLICE("abc\u202Egnp.exe\u2066"), STW_SLICE("\u202E")},
        {STW_SLICE("abc\u202Egnp.exe\u2066"), STW_SLICE("\u2066")},
        {STW_SLICE("&#60;script&#62;"), STW_SLICE("&#60;script")},
        {STW_SLICE("{0}{1:a|b}%s%n"), STW_SLICE("\1")},
    };
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (unsigned i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        stw_buffer_clear(&out);
        render(STW_LANGUAGE_ZH_CN, hostile[i].name, &out);
        STW_EXPECT(stw_page_scan(stw_buffer_slice(&out)), "page with name %u", i);
        STW_EXPECT(!contains(stw_buffer_slice(&out), hostile[i].never), "name %u gets through", i);
    }
    stw_buffer_release(&out);
}

/* A column without any value is not printed, and the notes span what is. */
static void empty_columns_are_left_out(void)
{
    struct stw_report report;
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_report_init(&report, STW_LANGUAGE_EN);
    struct stw_report_section *section = stw_report_add_section(&report, STW_SLICE("s"));
    const struct stw_report_column columns[] = {{STW_SLICE("full"), {"", 0}, STW_DATUM_TEXT},
                                                {STW_SLICE("hollow"), {"", 0}, STW_DATUM_TEXT},
                                                {STW_SLICE("half"), {"", 0}, STW_DATUM_COUNT}};
    struct stw_report_table *table =
        stw_section_table(&report, section, "t", STW_SLICE("c"), STW_SLICE(""), columns, 3);
    struct stw_report_cell cells[] = {{stw_datum_string("x"), STW_MARK_NONE},
                                      {stw_datum_none(), STW_MARK_NONE},
                                      {stw_datum_none(), STW_MARK_NONE}};
    stw_row_note(&report, stw_table_add(&report, table, cells), STW_SLICE("note"));
    cells[2].value = stw_datum_count(7);
    stw_table_add(&report, table, cells);
    CU_ASSERT_EQUAL(stw_report_html(&report, &out, NULL), STW_OK);
    struct stw_slice page = stw_buffer_slice(&out);
    CU_ASSERT(stw_page_scan(page));
    CU_ASSERT(contains(page, STW_SLICE(">full</th>")) && contains(page, STW_SLICE(">half</th>")));
    CU_ASSERT_FALSE(contains(page, STW_SLICE("hollow")));
    CU_ASSERT(contains(page, STW_SLICE("colspan=\"2\"")));
    stw_buffer_release(&out);
    stw_report_release(&report);
}

/* A column that says why it has no figure, and the same in every row, becomes one note; one with
 * different reasons stays. */
static void absent_columns_become_a_note(void)
{
    struct stw_report report;
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_report_init(&report, STW_LANGUAGE_EN);
    struct stw_report_section *section = stw_report_add_section(&report, STW_SLICE("s"));
    const struct stw_report_column columns[] = {{STW_SLICE("full"), {"", 0}, STW_DATUM_TEXT},
                                                {STW_SLICE("cost"), {"", 0}, STW_DATUM_REAL},
                                                {STW_SLICE("mixed"), {"", 0}, STW_DATUM_REAL},
                                                {STW_SLICE("year"), {"", 0}, STW_DATUM_REAL},
                                                {STW_SLICE("area"), {"", 0}, STW_DATUM_REAL}};
    struct stw_report_table *table =
        stw_section_table(&report, section, "t", STW_SLICE("c"), STW_SLICE(""), columns, 5);
    const struct stw_datum unknown = stw_datum_absent(STW_SLICE("not provided"));
    struct stw_report_cell cells[] = {{stw_datum_string("x"), STW_MARK_NONE},
                                      {unknown, STW_MARK_NONE},
                                      {unknown, STW_MARK_NONE},
                                      {stw_datum_absent(STW_SLICE("")), STW_MARK_NONE},
                                      {unknown, STW_MARK_NONE}};
    stw_table_add(&report, table, cells);
    cells[2].value = stw_datum_absent(STW_SLICE("too few"));
    cells[3].value = stw_datum_none();
    stw_table_add(&report, table, cells);
    CU_ASSERT_EQUAL(stw_report_html(&report, &out, NULL), STW_OK);
    struct stw_slice page = stw_buffer_slice(&out);
    CU_ASSERT(stw_page_scan(page));
    CU_ASSERT(contains(page, STW_SLICE(">full</th>")) && contains(page, STW_SLICE(">mixed</th>")));
    CU_ASSERT_FALSE(contains(page, STW_SLICE(">cost</th>")));
    CU_ASSERT_FALSE(contains(page, STW_SLICE(">area</th>")));
    CU_ASSERT_FALSE(contains(page, STW_SLICE(">year</th>")));
    CU_ASSERT(contains(page, STW_SLICE("Not shown: cost; area (not judged: not provided).")));
    CU_ASSERT(contains(page, STW_SLICE("Not shown: year (no data).")));
    stw_buffer_release(&out);
    stw_report_release(&report);
}

/* The head says what the report was made from. */
static void head_names_its_origin(void)
{
    struct stw_report report;
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_report_init(&report, STW_LANGUAGE_EN);
    stw_report_set_head(&report, &(struct stw_report_head){.title = STW_SLICE("T"),
                                                           .as_of = STW_SLICE("2026-11-01 00:00"),
                                                           .snapshot = STW_SLICE("48"),
                                                           .program = STW_SLICE("steward 9.9")});
    CU_ASSERT_EQUAL(stw_report_html(&report, &out, NULL), STW_OK);
    CU_ASSERT(contains(stw_buffer_slice(&out),
                       STW_SLICE("Data as of 2026-11-01 00:00 \u00b7 Snapshot 48 \u00b7 steward "
                                 "9.9</p>\n</header>")));
    stw_buffer_release(&out);
    stw_report_release(&report);
}

static void same_model_same_bytes(void)
{
    struct stw_buffer first, second;
    stw_buffer_init(&first);
    stw_buffer_init(&second);
    render(STW_LANGUAGE_EN, STW_SLICE("Block 3"), &first);
    render(STW_LANGUAGE_EN, STW_SLICE("Block 3"), &second);
    CU_ASSERT(stw_slice_equal(stw_buffer_slice(&first), stw_buffer_slice(&second)));
    stw_buffer_release(&first);
    stw_buffer_release(&second);
}

/* Every allocation of building and rendering fails once: an error comes back, nothing leaks and
 * nothing crashes (the address sanitizer looks on). */
static void survives_out_of_memory(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct stw_report report;
        struct stw_buffer out;
        stw_buffer_init(&out);
        stw_memory_fail_at(nth);
        stw_sample_report(&report, STW_LANGUAGE_EN, STW_SLICE("x"));
        int status = stw_report_html(&report, &out, NULL);
        fired = stw_memory_failed();
        stw_memory_fail_at(0);
        STW_EXPECT(status == (fired ? STW_ERR_MEMORY : STW_OK), "allocation %llu: status %d",
                   (unsigned long long)nth, status);
        stw_report_release(&report);
        stw_buffer_release(&out);
    }
}

/* For looking at: STEWARD_REPORT_OUT=folder makes the pages there. */
static void pages_to_look_at(void)
{
    const char *folder = getenv("STEWARD_REPORT_OUT");
    if (folder == NULL)
        return;
    static const char *const names[] = {"sample-zh-cn.html", "sample-zh-tw.html", "sample-en.html"};
    for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
        struct stw_buffer out;
        char path[512];
        stw_buffer_init(&out);
        render((enum stw_language)language,
               language == STW_LANGUAGE_EN ? STW_SLICE("Garden Court 3")
                                           : STW_SLICE("翠湖花园 3 号楼"),
               &out);
        CU_ASSERT_EQUAL(stw_path_join(path, sizeof(path), folder, names[language], NULL), STW_OK);
        CU_ASSERT_EQUAL(stw_file_replace(stw_io_system(), path, stw_buffer_slice(&out), NULL),
                        STW_OK);
        stw_buffer_release(&out);
    }
}

STW_SUITE(report_html, {"is well formed", is_well_formed}, {"nothing executes", nothing_executes},
          {"empty columns are left out", empty_columns_are_left_out},
          {"absent columns become a note", absent_columns_become_a_note},
          {"head names its origin", head_names_its_origin},
          {"same model, same bytes", same_model_same_bytes},
          {"survives running out of memory", survives_out_of_memory},
          {"pages to look at", pages_to_look_at});
