/* Tables as CSV and the model as JSON: exact bytes for small input, and no formula for any. */
#include "report/csv_report.h"
#include "report/json_report.h"

#include "base/io.h"
#include "sample.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One table of every kind of value, and a row with what can be missing. */
static void small_report(struct stw_report *report)
{
    stw_report_init(report, STW_LANGUAGE_EN);
    stw_report_set_head(report, &(struct stw_report_head){.name = STW_SLICE("t"),
                                                          .title = STW_SLICE("Title"),
                                                          .program = STW_SLICE("steward 0")});
    struct stw_report_section *section = stw_report_add_section(report, STW_SLICE("S"));
    const struct stw_report_column columns[] = {
        {STW_SLICE("Name"), {"", 0}, STW_DATUM_TEXT},
        {STW_SLICE("Use"), STW_SLICE("kWh"), STW_DATUM_DECIMAL},
        {STW_SLICE("Change"), {"", 0}, STW_DATUM_SHARE},
        {STW_SLICE("Took"), {"", 0}, STW_DATUM_DURATION},
        {STW_SLICE("At"), {"", 0}, STW_DATUM_TIME},
        {STW_SLICE("Rate"), {"", 0}, STW_DATUM_INTERVAL},
    };
    struct stw_report_table *table = stw_section_table(report, section, "use", STW_SLICE("Use"),
                                                       STW_SLICE("steward query"), columns, 6);
    const struct stw_report_cell first[] = {
        {stw_datum_string("=1+1"), STW_MARK_NONE},
        {stw_datum_decimal((struct stw_decimal){-1234567, 3}, 1), STW_MARK_BAD},
        {stw_datum_signed(stw_datum_share(.125, 0)), STW_MARK_NONE},
        {stw_datum_duration(INT64_C(93784) * 1000000000), STW_MARK_NONE},
        {stw_datum_local(INT64_C(1772380800) * 1000000000, 28800, STW_PRECISION_MINUTE),
         STW_MARK_NONE},
        {stw_datum_interval(2, .5, INFINITY, 1), STW_MARK_NONE},
    };
    stw_row_note(report, stw_table_add(report, table, first), STW_SLICE("say \"so\", twice"));
    const struct stw_report_cell second[] = {
        {stw_datum_string("a,b\r\nc"), STW_MARK_NONE},
        {stw_datum_absent(STW_SLICE("base near 0")), STW_MARK_NONE},
        {stw_datum_none(), STW_MARK_NONE},
        {stw_datum_none(), STW_MARK_NONE},
        {stw_datum_none(), STW_MARK_NONE},
        {stw_datum_interval(NAN, 0, 3.5, 1), STW_MARK_NONE},
    };
    struct stw_report_row *row = stw_table_add(report, table, second);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    row->is_total = true;
    stw_report_conclude(report, STW_MARK_BAD, 1, section, STW_SLICE("Bad </script>"));
}

static void csv_is_exact(void)
{
    static const char want[] =
        "\xEF\xBB\xBF"
        "Name,Use (kWh),Change,Took,At,Rate,Rate (low),Rate (high),Note\r\n"
        "'=1+1,-1234.567,12.5%,26:03:04,2026-03-02 00:00,2,0.5,,\"say \"\"so\"\", twice\"\r\n"
        "\"a,b  c\",not judged: base near 0,,,,,0,3.5,\r\n";
    struct stw_report report;
    struct stw_buffer out;
    small_report(&report);
    stw_buffer_init(&out);
    stw_csv_table(report.language, report.first->first->table, &out);
    STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), want), "got:\n%.*s",
               STW_SLICE_ARG(stw_buffer_slice(&out)));
    stw_buffer_release(&out);
    stw_report_release(&report);
}

static void json_is_exact(void)
{
    static const char want[] =
        "{\"report\":\"t\",\"language\":\"en\",\"title\":\"Title\",\"program\":\"steward 0\","
        "\"conclusions\":[{\"mark\":\"bad\",\"text\":\"Bad \\u003c/script>\",\"section\":1}],"
        "\"sections\":[{\"number\":1,\"title\":\"S\",\"blocks\":[{\"block\":\"table\",\"id\":"
        "\"use\","
        "\"caption\":\"Use\",\"columns\":[{\"title\":\"Name\",\"kind\":\"text\"},"
        "{\"title\":\"Use\",\"unit\":\"kWh\",\"kind\":\"decimal\"},"
        "{\"title\":\"Change\",\"kind\":\"share\"},{\"title\":\"Took\",\"kind\":\"duration\"},"
        "{\"title\":\"At\",\"kind\":\"time\"},{\"title\":\"Rate\",\"kind\":\"interval\"}],"
        "\"rows\":[{\"cells\":[\"=1+1\","
        "{\"kind\":\"decimal\",\"value\":-1234.567,\"mark\":\"bad\"},0.125,93784,"
        "\"2026-03-02T00:00:00+08:00\",[2,0.5,null]],\"note\":\"say \\\"so\\\", twice\"},"
        "{\"cells\":[\"a,b\\r\\nc\",{\"kind\":\"absent\",\"value\":null,\"reason\":\"base near "
        "0\"},"
        "null,null,null,[null,0,3.5]],\"total\":true}],\"command\":\"steward query\"}]}]}";
    struct stw_report report;
    struct stw_buffer out;
    small_report(&report);
    stw_buffer_init(&out);
    CU_ASSERT_EQUAL(stw_report_json(&report, &out, NULL), STW_OK);
    size_t size = 0; /* without the indentation, which is outside strings only */
    bool quoted = false;
    for (size_t i = 0; i < out.size; i++) {
        char c = out.data[i];
        if (c == '"' && (i == 0 || out.data[i - 1] != '\\'))
            quoted = !quoted;
        if (quoted || (c != ' ' && c != '\n'))
            out.data[size++] = c;
    }
    out.size = size;
    STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), want), "got:\n%.*s",
               STW_SLICE_ARG(stw_buffer_slice(&out)));
    stw_buffer_release(&out);
    stw_report_release(&report);
}

/* Reads the cells of a CSV file back and looks at how each begins. */
static void check_cells(struct stw_slice csv)
{
    CU_ASSERT(stw_slice_starts(csv, STW_SLICE("\xEF\xBB\xBF")));
    bool starts = true, quoted = false;
    for (size_t i = 3; i < csv.size; i++) {
        char c = csv.data[i];
        if (starts && c == '"') {
            quoted = true;
            c = csv.data[++i];
        }
        if (starts)
            STW_EXPECT(c != '=' && c != '+' && c != '@' && c != '\t' && c != '-',
                       "a cell begins with '%c' at byte %zu", c, i);
        starts = false;
        if (c == '"' && quoted) {
            if (i + 1 < csv.size && csv.data[i + 1] == '"')
                i++;
            else
                quoted = false;
        } else if (!quoted && (c == ',' || c == '\n')) {
            starts = true;
        }
    }
    CU_ASSERT_FALSE(quoted);
}

/* The sample has no negative numbers in text columns; its one number column with a change shows
 * shares, whose plain form may start with a minus: those are numbers and stay so. */
static void no_cell_is_a_formula(void)
{
    static const char *const names[] = {
        "=cmd|'/c calc'!A1", "+1+1", "@SUM(A1)", "\t=1", "＝1", "\r\n=1", "\"=1"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct stw_report report;
        struct stw_buffer out;
        stw_sample_report(&report, STW_LANGUAGE_ZH_CN, stw_slice_of(names[i]));
        stw_buffer_init(&out);
        for (struct stw_report_block *block = report.first->first; block != NULL;
             block = block->next) {
            if (block->kind != STW_BLOCK_TABLE)
                continue;
            for (struct stw_report_row *row = block->table->first; row != NULL; row = row->next)
                if (row->cells[2].value.kind == STW_DATUM_SHARE)
                    row->cells[2].value.real = fabs(row->cells[2].value.real);
            stw_csv_table(STW_LANGUAGE_ZH_CN, block->table, &out);
            check_cells(stw_buffer_slice(&out));
        }
        stw_buffer_release(&out);
        stw_report_release(&report);
    }
}

static void names_files_by_number_and_id(void)
{
    char name[STW_CSV_NAME_SIZE];
    struct stw_report_table table = {.id = STW_SLICE("../..//Etc/passwd\\x")};
    stw_csv_table_name(3, &table, name);
    CU_ASSERT_STRING_EQUAL(name, "03-tcpasswdx.csv");
    table.id = STW_SLICE("..");
    stw_csv_table_name(12, &table, name);
    CU_ASSERT_STRING_EQUAL(name, "12-table.csv");
}

/* A file a table; every write fails once: the error comes back. */
static void writes_a_file_a_table(void)
{
    char folder[512];
    snprintf(folder, sizeof(folder), "%s/csv", stw_test_folder());
    struct stw_report report;
    small_report(&report);
    CU_ASSERT_EQUAL(stw_report_csv(&report, stw_io_system(), folder, NULL), STW_OK);
    char path[600];
    snprintf(path, sizeof(path), "%s/01-use.csv", folder);
    CU_ASSERT(stw_io_exists(path));
    for (uint64_t nth = 1;; nth++) {
        struct stw_io_fault fault;
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.errno_value = 28; /* ENOSPC */
        int status = stw_report_csv(&report, &fault.io, folder, NULL);
        if (!fault.fired) {
            CU_ASSERT_EQUAL(status, STW_OK);
            break;
        }
        STW_EXPECT(status == STW_ERR_FULL, "call %llu: status %d", (unsigned long long)nth, status);
    }
    stw_report_release(&report);
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[700];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    CU_ASSERT_EQUAL(stw_file_replace(stw_io_system(), path, stw_slice_of(text), NULL), STW_OK);
}

static bool has_file(const char *folder, const char *name)
{
    char path[700];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return stw_io_exists(path);
}

/* An earlier report had more tables: those it listed go, and nothing else does, whatever the list
 * says. */
static void leaves_no_table_of_an_earlier_report(void)
{
    char folder[512];
    snprintf(folder, sizeof(folder), "%s/stale", stw_test_folder());
    struct stw_report report;
    small_report(&report);
    CU_ASSERT_EQUAL(stw_report_csv(&report, stw_io_system(), folder, NULL), STW_OK);
    put_file(folder, "07-old.csv", "ours");
    put_file(folder, "08-mine.csv", "a person's");
    put_file(folder, "notes.csv", "a person's");
    put_file(folder, "../09-outside.csv", "a person's");
    put_file(folder, "report.tables.txt",
             "01-use.csv\n07-old.csv\n09-gone.csv\nnotes.csv\n../09-outside.csv\n"
             "10-../09-outside.csv\n-.csv\n.csv\n\n");
    CU_ASSERT_EQUAL(stw_report_csv(&report, stw_io_system(), folder, NULL), STW_OK);
    CU_ASSERT(has_file(folder, "01-use.csv") && !has_file(folder, "07-old.csv"));
    CU_ASSERT(has_file(folder, "08-mine.csv") && has_file(folder, "notes.csv"));
    CU_ASSERT(has_file(folder, "../09-outside.csv"));
    struct stw_buffer list;
    stw_buffer_init(&list);
    char path[600];
    snprintf(path, sizeof(path), "%s/report.tables.txt", folder);
    CU_ASSERT_EQUAL(stw_file_load(stw_io_system(), path, 4096, &list, NULL), STW_OK);
    CU_ASSERT(memmem(list.data, list.size, "01-use.csv\n", 11) == (void *)list.data &&
              memmem(list.data, list.size, "old", 3) == NULL);
    stw_buffer_release(&list);
    stw_report_release(&report);
}

STW_SUITE(report_tables, {"CSV is exact", csv_is_exact},
          {"leaves no table of an earlier report", leaves_no_table_of_an_earlier_report},
          {"JSON is exact", json_is_exact}, {"no cell is a formula", no_cell_is_a_formula},
          {"names files by number and id", names_files_by_number_and_id},
          {"writes a file a table", writes_a_file_a_table});
