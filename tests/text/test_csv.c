/*
 * The CSV reader against csv-spectrum, against a reader written character by character, in pieces
 * of every size and with every kernel the processor has.
 */
#include "text/csv.h"

#include "base/cpu.h"
#include "base/io.h"
#include "base/memory.h"
#include "text/yaml_tree.h"

#include "../support/pieces.h"
#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Feeds up to `piece` bytes where there is room for more. */
static int next_fed(struct stw_csv *csv, struct stw_slice *input, size_t piece,
                    struct stw_text_record *record, struct stw_error *err)
{
    for (;;) {
        int status = stw_csv_next(csv, record, err);
        if (status != STW_END || csv->last)
            return status;
        size_t room;
        char *to = stw_csv_room(csv, &room);
        if (to == NULL)
            return STW_ERR_MEMORY;
        size_t size = stw_test_feed(input, piece, to, room);
        stw_csv_filled(csv, size, input->size == 0);
    }
}

/* All records as text: fields in brackets, * before a quoted one, !N for a problem, one line each.
 * With the line numbers in front. */
static int dump(struct stw_slice input, const struct stw_csv_options *options, size_t piece,
                stw_csv_marks_fn *kernel, struct stw_buffer *out)
{
    struct stw_csv csv;
    struct stw_text_record record;
    struct stw_error err;
    const char *begin = input.data;
    size_t begin_size = input.size;
    stw_csv_init(&csv, options);
    csv.find_marks = kernel;
    int status;
    while ((status = next_fed(&csv, &input, piece, &record, &err)) == STW_OK) {
        stw_buffer_printf(out, "%llu", (unsigned long long)record.line);
        for (uint32_t i = 0; i < record.count; i++) {
            stw_buffer_add_text(out, record.fields[i].quoted ? " *[" : " [");
            stw_buffer_add_slice(out, record.fields[i].text);
            stw_buffer_add_char(out, ']');
        }
        if (record.problem != STW_RECORD_FINE)
            stw_buffer_printf(out, " !%d", (int)record.problem);
        stw_buffer_add_char(out, '\n');
        STW_EXPECT(record.offset + record.raw.size <= begin_size &&
                       memcmp(begin + record.offset, record.raw.data, record.raw.size) == 0,
                   "offset of the record on line %llu", (unsigned long long)record.line);
    }
    if (status < 0)
        stw_buffer_printf(out, "%s, line %llu\n", stw_status_name(status),
                          (unsigned long long)csv.fail_line);
    stw_csv_release(&csv);
    return status;
}

/* One character after the other, the plainest way; problems and limits left out. */
static void plain_dump(struct stw_slice input, char separator, struct stw_buffer *out)
{
    uint64_t line = 1;
    size_t i = 0;
    while (i < input.size) {
        stw_buffer_printf(out, "%llu", (unsigned long long)line);
        bool more = true, odd = false;
        uint64_t open = 0;
        for (uint32_t count = 0; more; count++) {
            while (separator == ' ' && i < input.size && input.data[i] == ' ')
                i++;
            if (separator == ' ' && count > 0 &&
                (i == input.size || input.data[i] == '\n' || input.data[i] == '\r'))
                break;
            bool quoted = i < input.size && input.data[i] == '"';
            stw_buffer_add_text(out, quoted ? " *[" : " [");
            size_t written = out->size;
            bool inside = quoted;
            open = line;
            i += quoted;
            while (i < input.size) {
                char c = input.data[i];
                if (!inside && (c == separator || c == '\n' || c == '\r'))
                    break;
                line +=
                    inside && (c == '\n' ||
                               (c == '\r' && (i + 1 == input.size || input.data[i + 1] != '\n')));
                if (inside && c == '"' && i + 1 < input.size && input.data[i + 1] == '"') {
                    i++;
                } else if (inside && c == '"') {
                    inside = false;
                    i++;
                    continue;
                } else if (quoted && !inside) {
                    odd = true;
                }
                stw_buffer_add_char(out, c);
                i++;
            }
            if (inside) {
                out->size = written;
                stw_buffer_printf(out, "\nopen quote on line %llu\n", (unsigned long long)open);
                return;
            }
            stw_buffer_add_char(out, ']');
            more = i < input.size && input.data[i] == separator;
            i += more;
        }
        if (odd)
            stw_buffer_add_text(out, " !");
        stw_buffer_add_char(out, '\n');
        if (i < input.size) {
            i += input.data[i] == '\r' && i + 1 < input.size && input.data[i + 1] == '\n';
            i++;
        }
        line++;
    }
}

static void check(const char *text, const struct stw_csv_options *options, const char *want)
{
    for (size_t piece = 1; piece <= strlen(text) + 1; piece++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        dump(stw_slice_of(text), options, piece, stw_csv_marks_pick(), &out);
        STW_EXPECT(stw_slice_is(stw_buffer_slice(&out), want),
                   "in pieces of %zu: got\n%.*swant\n%s", piece,
                   STW_SLICE_ARG(stw_buffer_slice(&out)), want);
        stw_buffer_release(&out);
    }
}

static void takes_runs_of_blanks_as_one(void)
{
    const struct stw_csv_options blanks = {.separator = ' '};
    check("a b\n", &blanks, "1 [a] [b]\n");
    check("  a   b  \n c d\n", &blanks, "1 [a] [b]\n2 [c] [d]\n");
    check("a b ", &blanks, "1 [a] [b]\n");
    check("a b \r\nc\r", &blanks, "1 [a] [b]\n2 [c]\n");
    check("a \"b  c\" \"\"  d\n", &blanks, "1 [a] *[b  c] *[] [d]\n");
    check("   \n\na\n", &blanks, "1 []\n2 []\n3 [a]\n");
}

static void ends_lines_as_they_come(void)
{
    check("a\nb\r\nc\rd\n\re\r\r\nf", NULL,
          "1 [a]\n2 [b]\n3 [c]\n4 [d]\n5 []\n6 [e]\n7 []\n8 [f]\n");
    check("\xEF\xBB\xBF"
          "a\rb",
          NULL, "1 [a]\n2 [b]\n");
}

static void reads_records(void)
{
    check("", NULL, "");
    check("a", NULL, "1 [a]\n");
    check("a,b\n", NULL, "1 [a] [b]\n");
    check("a,b\nc,\n,\n", NULL, "1 [a] [b]\n2 [c] []\n3 [] []\n");
    check("a,", NULL, "1 [a] []\n");
    check("a\r\nb\r\n", NULL, "1 [a]\n2 [b]\n");
    check("a\rb\r", NULL, "1 [a]\n2 [b]\n");
    check("a\n\nb\n", NULL, "1 [a]\n2 []\n3 [b]\n");
    check("a\r\n\r\nb", NULL, "1 [a]\n2 []\n3 [b]\n");
    check("\n", NULL, "1 []\n");
    check("\xEF\xBB\xBF"
          "a,b\n",
          NULL, "1 [a] [b]\n");
    check("\xEF\xBB\xBF\"a\",b\n", NULL, "1 *[a] [b]\n");
    check("\xEF\xBB", NULL, "1 [\xEF\xBB]\n");
    check("a;b,c\n", &(struct stw_csv_options){.separator = ';'}, "1 [a] [b,c]\n");
    check("a\tb c\n", &(struct stw_csv_options){.separator = '\t'}, "1 [a] [b c]\n");
}

static void reads_quotes(void)
{
    check("\"a,b\",c\n", NULL, "1 *[a,b] [c]\n");
    check("\"\",\"\"\n", NULL, "1 *[] *[]\n");
    check("\"a\"\"b\"\"\",\"\"\"\"\n", NULL, "1 *[a\"b\"] *[\"]\n");
    check("\"a\nb\",\"c\r\nd\"\ne\n", NULL, "1 *[a\nb] *[c\r\nd]\n4 [e]\n");
    check("2\" valve,\"x\"\n", NULL, "1 [2\" valve] *[x]\n");
    check("\"a\"b,c\nd\n", NULL, "1 *[\"a\"b] [c] !1\n2 [d]\n");
    check("\"a\" ,c\n", NULL, "1 *[\"a\" ] [c] !1\n");
    check("'a,b',c\n", &(struct stw_csv_options){.quote = '\''}, "1 *[a,b] [c]\n");
    check("\"a,b\n", &(struct stw_csv_options){.no_quotes = true}, "1 [\"a] [b]\n");
}

static void names_the_line_of_an_open_quote(void)
{
    check("a,b\n\"c\nd\",\"e\nf\ng", NULL, "1 [a] [b]\nbad input, line 3\n");
    struct stw_csv csv;
    struct stw_text_record record;
    struct stw_error err;
    struct stw_slice input = STW_SLICE("x\n\"y\nz");
    stw_csv_init(&csv, NULL);
    CU_ASSERT_EQUAL(next_fed(&csv, &input, 100, &record, &err), STW_OK);
    CU_ASSERT_EQUAL(next_fed(&csv, &input, 100, &record, &err), STW_ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(err.what, "the quote opened on line 2 is never closed");
    stw_csv_release(&csv);
}

/* The end of the input within one line of a quoted field: the file was cut there. */
static void tells_what_is_cut(void)
{
    static const struct {
        const char *text;
        uint32_t count;
        enum stw_text_record_problem problem;
        bool unended;
    } cases[] = {{"a,b\n", 2, STW_RECORD_FINE, false},   {"a,b", 2, STW_RECORD_FINE, true},
                 {"a", 1, STW_RECORD_FINE, true},        {"a,", 2, STW_RECORD_FINE, true},
                 {"a,\"b", 2, STW_RECORD_CUT, true},     {"a,\"", 2, STW_RECORD_CUT, true},
                 {"a,\"b\"\"", 2, STW_RECORD_CUT, true}, {"a,\"b\"", 2, STW_RECORD_FINE, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stw_csv csv;
        struct stw_text_record record;
        struct stw_error err;
        struct stw_slice input = stw_slice_of(cases[i].text);
        stw_csv_init(&csv, NULL);
        CU_ASSERT_EQUAL(next_fed(&csv, &input, 1, &record, &err), STW_OK);
        STW_EXPECT(record.count == cases[i].count && record.problem == cases[i].problem &&
                       record.is_unended == cases[i].unended,
                   "'%s': %u cells, problem %d", cases[i].text, record.count, record.problem);
        CU_ASSERT_EQUAL(next_fed(&csv, &input, 1, &record, &err), STW_END);
        stw_csv_release(&csv);
    }
}

/* Some copies of csv-spectrum lost the CRs that give the *_crlf files their name. */
static void restore_line_ends(const char *name, struct stw_buffer *text)
{
    if (strstr(name, "_crlf") == NULL || memchr(text->data, '\r', text->size) != NULL)
        return;
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] == '\n')
            stw_buffer_add_char(&out, '\r');
        stw_buffer_add_char(&out, text->data[i]);
    }
    stw_buffer_release(text);
    *text = out;
}

static void agrees_with_csv_spectrum(void)
{
    STW_SKIP_WITHOUT_SHARED("csv_spectrum");
    static const char *const names[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "newlines_crlf",
                                        "quotes_and_newlines",
                                        "simple",
                                        "simple_crlf",
                                        "utf8"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct stw_buffer text, json;
        struct stw_arena arena;
        struct stw_yaml want; /* JSON is YAML */
        struct stw_error err;
        char path[128];
        stw_buffer_init(&text);
        stw_buffer_init(&json);
        stw_arena_init(&arena);
        snprintf(path, sizeof(path), "csv_spectrum/csvs/%s.csv", names[i]);
        CU_ASSERT_EQUAL_FATAL(
            stw_file_load(stw_io_system(), stw_test_shared(path), 65536, &text, &err), STW_OK);
        restore_line_ends(names[i], &text);
        snprintf(path, sizeof(path), "csv_spectrum/json/%s.json", names[i]);
        CU_ASSERT_EQUAL_FATAL(
            stw_file_load(stw_io_system(), stw_test_shared(path), 65536, &json, &err), STW_OK);
        CU_ASSERT_EQUAL_FATAL(stw_yaml_parse(&want, &arena, path, stw_buffer_slice(&json), &err),
                              STW_OK);
        struct stw_csv csv;
        struct stw_text_record record;
        struct stw_slice input = stw_buffer_slice(&text);
        stw_csv_init(&csv, NULL);
        CU_ASSERT_EQUAL(next_fed(&csv, &input, 7, &record, &err), STW_OK);
        uint32_t columns = record.count, rows = 0;
        while (next_fed(&csv, &input, 7, &record, &err) == STW_OK) {
            const struct stw_yaml_entry *row = want.root->first;
            for (uint32_t skip = rows++; skip > 0; skip--)
                row = row->next;
            CU_ASSERT_EQUAL(record.count, columns);
            uint32_t column = 0;
            STW_YAML_EACH(entry, row->value)
            {
                struct stw_slice got = record.fields[column++].text;
                STW_EXPECT(stw_slice_equal(got, entry->value->text), "%s: '%.*s', want '%.*s'",
                           names[i], STW_SLICE_ARG(got), STW_SLICE_ARG(entry->value->text));
            }
            CU_ASSERT_EQUAL(column, columns);
        }
        CU_ASSERT_EQUAL(rows, want.root->count);
        stw_csv_release(&csv);
        stw_arena_release(&arena);
        stw_buffer_release(&text);
        stw_buffer_release(&json);
    }
}

static void agrees_with_a_plain_reader(void)
{
    static const char letters[] = "ab1,\n\r\"\"\n,;\xE6\xB0\xB4 ";
    uint64_t random = 11;
    for (int round = 0; round < 3000; round++) {
        char text[700];
        size_t size = stw_test_random(&random) % sizeof(text);
        bool quotes = round % 3 != 0;
        for (size_t i = 0; i < size; i++) {
            char c = letters[stw_test_random(&random) % (sizeof(letters) - 1)];
            text[i] = c == '"' && (!quotes || stw_test_random(&random) % 4 != 0) ? 'x' : c;
        }
        struct stw_buffer want, got;
        stw_buffer_init(&want);
        stw_buffer_init(&got);
        bool blanks = round % 5 == 4;
        struct stw_csv_options options = {.separator = blanks ? ' ' : ','};
        plain_dump((struct stw_slice){text, size}, options.separator, &want);
        /* Problem records keep their raw text and an open quote ends with an error: compare what
         * stands before the first of these. */
        struct stw_slice expected = stw_buffer_slice(&want);
        dump((struct stw_slice){text, size}, &options, 1 + stw_test_random(&random) % 300,
             round % 2 == 0 ? stw_csv_marks_scalar : stw_csv_marks_pick(), &got);
        struct stw_slice found = stw_buffer_slice(&got);
        bool odd = memmem(expected.data, expected.size, " !\n", 3) != NULL ||
                   memmem(expected.data, expected.size, "open quote", 10) != NULL;
        if (odd) {
            bool told = memmem(found.data, found.size, " !1\n", 4) != NULL ||
                        memmem(found.data, found.size, " !3\n", 4) != NULL ||
                        memmem(found.data, found.size, "bad input", 9) != NULL;
            CU_ASSERT(told);
        } else {
            STW_EXPECT(stw_slice_equal(expected, found), "got\n%.*swant\n%.*s",
                       STW_SLICE_ARG(found), STW_SLICE_ARG(expected));
        }
        stw_buffer_release(&want);
        stw_buffer_release(&got);
    }
}

static void kernels_agree(void)
{
    enum { BLOCKS = 40 };
    static char bytes[BLOCKS * 64];
    uint64_t random = 5;
    for (int round = 0; round < 600; round++) {
        /* Every byte value beside its neighbours, so that no carry or borrow goes unnoticed. */
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = round < 256
                           ? (char)(round + (int)(stw_test_random(&random) % 3) - 1)
                           : "\n\r\x0B\x0C\t,-;x\x8A\x8D\xAC"[stw_test_random(&random) % 12];
        char separator = ",;\t|"[round % 4];
        uint64_t want[BLOCKS] = {0}, got[BLOCKS];
        for (size_t i = 0; i < sizeof(bytes); i++)
            if (bytes[i] == separator || bytes[i] == '\n' || bytes[i] == '\r')
                want[i / 64] |= UINT64_C(1) << (i % 64);
        stw_csv_marks_scalar(bytes, BLOCKS, separator, got);
        CU_ASSERT_EQUAL(memcmp(got, want, sizeof(want)), 0);
#if defined(__x86_64__)
        if (!stw_cpu_has(STW_CPU_AVX2))
            continue;
        stw_csv_marks_avx2(bytes, BLOCKS, separator, got);
        CU_ASSERT_EQUAL(memcmp(got, want, sizeof(want)), 0);
#endif
    }
}

static void bounds_columns_and_records(void)
{
    struct stw_buffer text, out;
    stw_buffer_init(&text);
    stw_buffer_init(&out);
    for (int i = 0; i < STW_RECORD_COLUMNS_MAX; i++)
        stw_buffer_add_char(&text, ',');
    stw_buffer_add_text(&text, "\nx\n");
    struct stw_csv csv;
    struct stw_text_record record;
    struct stw_error err;
    struct stw_slice input = stw_buffer_slice(&text);
    stw_csv_init(&csv, NULL);
    CU_ASSERT_EQUAL(next_fed(&csv, &input, 1000, &record, &err), STW_OK);
    CU_ASSERT_EQUAL(record.problem, STW_RECORD_TOO_MANY_COLUMNS);
    CU_ASSERT_EQUAL(record.count, STW_RECORD_COLUMNS_MAX);
    CU_ASSERT_EQUAL(next_fed(&csv, &input, 1000, &record, &err), STW_OK);
    CU_ASSERT(record.problem == STW_RECORD_FINE && record.count == 1);
    stw_csv_release(&csv);

    for (size_t size = STW_RECORD_BYTES_MAX; size <= STW_RECORD_BYTES_MAX + 1; size++) {
        stw_buffer_clear(&text);
        stw_buffer_add_text(&text, "a\n");
        char *fill = stw_buffer_room(&text, size);
        memset(fill, 'x', size);
        text.size += size;
        stw_buffer_add_text(&text, "\nb\n");
        input = stw_buffer_slice(&text);
        stw_csv_init(&csv, NULL);
        CU_ASSERT_EQUAL(next_fed(&csv, &input, SIZE_MAX, &record, &err), STW_OK);
        if (size == STW_RECORD_BYTES_MAX) {
            CU_ASSERT_EQUAL(next_fed(&csv, &input, SIZE_MAX, &record, &err), STW_OK);
            CU_ASSERT_EQUAL(record.fields[0].text.size, size);
            CU_ASSERT_EQUAL(next_fed(&csv, &input, SIZE_MAX, &record, &err), STW_OK);
        } else {
            CU_ASSERT_EQUAL(next_fed(&csv, &input, SIZE_MAX, &record, &err), STW_ERR_LIMIT);
            CU_ASSERT_EQUAL(csv.fail_line, 2);
        }
        CU_ASSERT(csv.capacity <= 4 * STW_RECORD_BYTES_MAX);
        stw_csv_release(&csv);
    }
    stw_buffer_release(&text);
    stw_buffer_release(&out);
}

static void survives_every_failed_allocation(void)
{
    static const char text[] = "a,\"b\"\"c\"\n";
    for (uint64_t nth = 1; nth < 20; nth++) {
        struct stw_buffer out;
        stw_buffer_init(&out);
        stw_buffer_room(&out, 4096);
        stw_memory_fail_at(nth);
        int status = dump(stw_slice_of(text), NULL, 3, stw_csv_marks_pick(), &out);
        bool failed = stw_memory_failed();
        stw_memory_fail_at(0);
        CU_ASSERT_EQUAL(status, failed ? STW_ERR_MEMORY : STW_END);
        stw_buffer_release(&out);
        if (!failed)
            return;
    }
    CU_FAIL("never ran through");
}

STW_SUITE(csv, {"reads records", reads_records},
          {"takes runs of blanks as one", takes_runs_of_blanks_as_one},
          {"ends lines as they come", ends_lines_as_they_come}, {"reads quotes", reads_quotes},
          {"names the line of an open quote", names_the_line_of_an_open_quote},
          {"tells what is cut", tells_what_is_cut},
          {"agrees with csv-spectrum", agrees_with_csv_spectrum},
          {"agrees with a plain reader", agrees_with_a_plain_reader},
          {"kernels agree", kernels_agree},
          {"bounds columns and records", bounds_columns_and_records},
          {"survives every failed allocation", survives_every_failed_allocation});
