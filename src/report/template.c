/* Templates from the table of fields; see template.h. */
#include "report/template_inside.h"

#include "base/memory.h"
#include "text/number.h"
#include "text/width.h"
#include "time/stamp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 32, TEXT_SIZE = 512, NOTE_WIDTH = 60, WORDS_WIDTH = 40, EXAMPLE_WIDTH = 20 };

static const char *const tables[STW_TEMPLATE_COUNT] = {"devices", "readings", "work_orders",
                                                       "faults", "inspections"};

/* What the sheets of one language are called and say. */
static const struct {
    const char *notes;
    const char *column, *meaning, *words, *needed, *example;
    const char *note;
} speech[STW_FIELD_LANGUAGES] = {
    [STW_FIELD_EN] = {"Notes", "Column", "What to write", "Words to choose from",
                      "must be filled in", "Example",
                      "Fill in the first sheet, a row each. Columns that are not needed may stay "
                      "empty or be deleted. Then: steward ingest STORE FILE"},
    [STW_FIELD_ZH] = {"说明", "列", "填写内容", "可选的词", "必填", "示例",
                      "在第一张表中逐行填写，用不到的列可以空着或删除。填好后执行：steward ingest "
                      "STORE 文件"},
};

struct writing {
    struct stw_template_sheet sheet;
    const struct stw_template_options *options;
    uint32_t index;
    struct stw_stamp_format iso;
};

struct stw_slice stw_template_table(uint32_t index)
{
    assert(index < STW_TEMPLATE_COUNT);
    return stw_slice_of(tables[index]);
}

void stw_template_file(uint32_t index, enum stw_field_language language, char *name)
{
    snprintf(name, STW_TEMPLATE_NAME_SIZE, "%s.xlsx",
             stw_field_title(stw_template_table(index), language));
}

/* Devices change by the day; everything else happens at a time. */
static enum stw_workbook_kind kind_of(const struct writing *writing, const struct stw_field *field)
{
    struct stw_slice name = stw_slice_of(field->name);
    int column = stw_table_column(writing->sheet.table, name);
    enum stw_type type = stw_slice_equal(writing->sheet.table->time_name, name) ? STW_TYPE_TIME
                         : column < 0                                           ? STW_TYPE_TEXT
                                      : writing->sheet.table->columns[column].type;
    switch (type) {
    case STW_TYPE_DECIMAL:
    case STW_TYPE_FLOAT:
        /* What is measured may be below zero; multipliers, areas and money are not. */
        return stw_slice_is(name, "value") ? STW_WORKBOOK_SIGNED : STW_WORKBOOK_NUMBER;
    case STW_TYPE_INT:
        return STW_WORKBOOK_WHOLE;
    case STW_TYPE_TIME:
        return writing->index == 0 ? STW_WORKBOOK_DATE : STW_WORKBOOK_TIME;
    default:
        return STW_WORKBOOK_TEXT;
    }
}

/* ---- The sheet to fill ----------------------------------------------------------------------- */

static void put_columns(struct writing *writing)
{
    static const double widths[] = {
        [STW_WORKBOOK_TEXT] = 14,  [STW_WORKBOOK_NUMBER] = 12, [STW_WORKBOOK_SIGNED] = 12,
        [STW_WORKBOOK_WHOLE] = 10, [STW_WORKBOOK_DATE] = 12,   [STW_WORKBOOK_TIME] = 18};
    enum stw_field_language language = writing->sheet.language;
    for (uint32_t i = 0; i < writing->sheet.field_count; i++) {
        const struct stw_field *field = &writing->sheet.fields[i];
        const char *words[WORDS_MAX + 1];
        uint32_t count = 0;
        for (; field->values != NULL && field->values[count].means != NULL; count++) {
            assert(count < WORDS_MAX);
            words[count] = field->values[count].label[language];
        }
        words[count] = NULL;
        struct stw_workbook_column column = {
            .heading = stw_slice_of(field->heading[language]),
            .kind = kind_of(writing, field),
            .strong = field->required,
            .note = stw_slice_of(field->note[language]),
            .words = count > 0 ? words : NULL,
            .only_words = field->closed,
            .checked_rows = STW_TEMPLATE_ROWS_MAX,
        };
        double least = (double)stw_text_width(column.heading) + 3;
        column.width = widths[column.kind] > least ? widths[column.kind] : least;
        stw_workbook_column(writing->sheet.book, i, &column);
    }
}

/* ---- The examples ---------------------------------------------------------------------------- */

/* The value of a field in "name=value|name=value"; empty where it has none. */
static struct stw_slice value_of(const char *example, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = example; *at != '\0'; at += *at == '|') {
        if (strncmp(at, name, size) == 0 && at[size] == '=')
            return (struct stw_slice){at + size + 1, strcspn(at + size + 1, "|")};
        at += strcspn(at, "|");
    }
    return STW_SLICE("");
}

static void put_value(struct writing *writing, uint32_t row, uint32_t column, struct stw_slice text)
{
    enum stw_workbook_kind kind = kind_of(writing, &writing->sheet.fields[column]);
    double number;
    int64_t time_ns;
    if (kind == STW_WORKBOOK_TEXT) {
        stw_workbook_text(writing->sheet.book, row, column, text);
    } else if (kind <= STW_WORKBOOK_WHOLE) {
        bool read = stw_number_parse_double(text, NULL, &number) == STW_NUMBER_OK;
        assert(read);
        stw_workbook_number(writing->sheet.book, row, column, number);
    } else {
        bool read = stw_stamp_is_read(stw_stamp_parse(&writing->iso, text, &time_ns));
        assert(read);
        stw_workbook_time(writing->sheet.book, row, column, time_ns, kind == STW_WORKBOOK_DATE);
    }
}

/* The examples as rows below the heading. */
static void put_examples(struct writing *writing)
{
    const char *const *examples = stw_template_examples(writing->index, writing->sheet.language);
    for (uint32_t row = 1; *examples != NULL; examples++, row++) {
        for (uint32_t column = 0; column < writing->sheet.field_count; column++) {
            struct stw_slice value = value_of(*examples, writing->sheet.fields[column].name);
            if (value.size > 0)
                put_value(writing, row, column, value);
        }
    }
}

/* ---- The notes ------------------------------------------------------------------------------- */

static void put_head(struct writing *writing, uint32_t column, const char *heading, double width)
{
    struct stw_workbook_column head = {.heading = stw_slice_of(heading), .width = width};
    stw_workbook_column(writing->sheet.book, column, &head);
}

/* What to write, and whether it may be left out. */
static void put_meaning(struct writing *writing, uint32_t row, const struct stw_field *field)
{
    enum stw_field_language language = writing->sheet.language;
    static const char *const open[] = {" (", "（"}, *const closing[] = {")", "）"};
    char text[TEXT_SIZE];
    snprintf(text, sizeof(text), "%s%s%s%s", field->note[language],
             field->required ? open[language] : "", field->required ? speech[language].needed : "",
             field->required ? closing[language] : "");
    stw_workbook_prose(writing->sheet.book, row, 1, stw_slice_of(text));
}

static void put_words(struct writing *writing, uint32_t row, const struct stw_field *field)
{
    enum stw_field_language language = writing->sheet.language;
    char text[TEXT_SIZE] = "";
    size_t size = 0;
    for (const struct stw_field_value *value = field->values; value != NULL && value->means != NULL;
         value++) {
        const char *before = size == 0 ? "" : language == STW_FIELD_ZH ? "、" : ", ";
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", before,
                                 value->label[language]);
        assert(size < sizeof(text));
    }
    if (size > 0)
        stw_workbook_prose(writing->sheet.book, row, 2, (struct stw_slice){text, size});
}

/* A row a column of the first sheet, examples beside it: a sheet of examples under the same
 * headings could be taken for data. */
static void put_notes(struct writing *writing)
{
    enum stw_field_language language = writing->sheet.language;
    const char *const *examples = stw_template_examples(writing->index, language);
    char heading[64];
    put_head(writing, 0, speech[language].column, 22);
    put_head(writing, 1, speech[language].meaning, NOTE_WIDTH);
    put_head(writing, 2, speech[language].words, WORDS_WIDTH);
    for (uint32_t e = 0; examples[e] != NULL; e++) {
        snprintf(heading, sizeof(heading), "%s %u", speech[language].example, e + 1);
        put_head(writing, e + 3, heading, EXAMPLE_WIDTH);
    }
    for (uint32_t i = 0; i < writing->sheet.field_count; i++) {
        const struct stw_field *field = &writing->sheet.fields[i];
        stw_workbook_prose(writing->sheet.book, i + 1, 0, stw_slice_of(field->heading[language]));
        put_meaning(writing, i + 1, field);
        put_words(writing, i + 1, field);
        for (uint32_t e = 0; examples[e] != NULL; e++) {
            struct stw_slice value = value_of(examples[e], field->name);
            if (value.size > 0)
                stw_workbook_prose(writing->sheet.book, i + 1, e + 3, value);
        }
    }
    stw_workbook_prose(writing->sheet.book, writing->sheet.field_count + 2, 1,
                       stw_slice_of(speech[language].note));
}

/* ---- All ------------------------------------------------------------------------------------- */

static int put_sheets(struct writing *writing, struct stw_error *err)
{
    enum stw_field_language language = writing->sheet.language;
    struct stw_slice title = stw_slice_of(stw_field_title(writing->sheet.table->name, language));
    stw_workbook_sheet(writing->sheet.book, title, true);
    put_columns(writing);
    if (writing->options->filled)
        put_examples(writing);
    if (writing->options->view != NULL)
        STW_TRY(stw_template_put_devices(&writing->sheet, writing->options->view, err));
    stw_workbook_sheet(writing->sheet.book, stw_slice_of(speech[language].notes), true);
    put_notes(writing);
    return STW_OK;
}

/* The template's fields, and as they are called in the schema what a store's table has beside. */
static int list_fields(struct writing *writing, struct stw_field **own, struct stw_error *err)
{
    const struct stw_table *table = writing->sheet.table;
    const struct stw_field *known;
    uint32_t count = stw_field_list(table->name, &known);
    *own = stw_alloc_zero(count + table->column_count, sizeof(**own));
    if (*own == NULL)
        return stw_fail_memory(err, (count + table->column_count) * sizeof(**own));
    memcpy(*own, known, count * sizeof(*known));
    for (uint32_t i = 0; writing->options->view != NULL && i < table->column_count; i++) {
        const char *name = table->columns[i].name.data; /* NUL-terminated: of the schema's arena */
        if (stw_field_find(table->name, table->columns[i].name) == NULL)
            (*own)[count++] = (struct stw_field){
                table->name.data, name, {name, name}, {"", ""}, NULL, false, false};
    }
    writing->sheet.fields = *own;
    writing->sheet.field_count = count;
    return STW_OK;
}

static int write_sheets(struct writing *writing, const char *path, struct stw_error *err)
{
    STW_TRY(stw_workbook_create(&writing->sheet.book, path, writing->options->created_ns, err));
    int status = put_sheets(writing, err);
    if (status == STW_OK)
        return stw_workbook_close(writing->sheet.book, err);
    stw_workbook_abort(writing->sheet.book);
    return status;
}

int stw_template_write(uint32_t index, const struct stw_schema *schema,
                       const struct stw_template_options *options, const char *path,
                       struct stw_error *err)
{
    struct writing writing = {.index = index, .options = options};
    struct stw_field *fields = NULL;
    struct stw_zone *utc;
    writing.sheet.language = options->language;
    STW_TRY(stw_schema_want(schema, stw_template_table(index), &writing.sheet.table, err));
    STW_TRY(stw_zone_load("UTC", &utc, err));
    int status = stw_stamp_format_init(&writing.iso, "iso", utc, err);
    if (status == STW_OK)
        status = list_fields(&writing, &fields, err);
    if (status == STW_OK)
        status = write_sheets(&writing, path, err);
    stw_free(fields);
    stw_zone_free(utc);
    return status;
}
