/* The model as a page; see html.h. Every text goes through report/markup.h. */
#include "report/html.h"

#include "report/csv_report.h"
#include "report/markup.h"
#include "report/svg.h"
#include "text/width.h"

#include <inttypes.h>

/* A text of a table cell up to this width stays on one line: ids and names. */
enum { SHORT_TEXT_COLUMNS = 20 };

struct page {
    struct stw_buffer *out;
    const struct stw_report *report;
    uint32_t tables; /* written so far: a table's number names its CSV file */
    /* Of the table being written: columns without any value are left out of the page. */
    bool shown[STW_REPORT_COLUMNS_MAX];
    const struct stw_datum *absent[STW_REPORT_COLUMNS_MAX]; /* why, of those that say so */
    uint32_t shown_count;
    struct stw_slice command; /* the last one printed in this section: it is not repeated */
};

static void put(struct page *page, const char *markup)
{
    stw_buffer_add_text(page->out, markup);
}

static void put_text(struct page *page, struct stw_slice text)
{
    stw_markup_text(page->out, text);
}

static void put_word(struct page *page, enum stw_word word)
{
    put_text(page, stw_slice_of(stw_word(page->report->language, word)));
}

static void put_datum(struct page *page, const struct stw_datum *value)
{
    stw_markup_datum(page->out, page->report->language, value);
}

/* A message with its places filled. */
static void put_message(struct page *page, enum stw_word message, const struct stw_datum *values,
                        unsigned count)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    stw_datum_fill(page->report->language, message, values, count, &text);
    page->out->failed |= text.failed;
    put_text(page, stw_buffer_slice(&text));
    stw_buffer_release(&text);
}

static const char *mark_class(enum stw_mark mark)
{
    static const char *const classes[] = {"", "good", "notice", "bad"};
    return classes[mark];
}

static void put_command(struct page *page, struct stw_slice command)
{
    if (command.size == 0 || stw_slice_equal(command, page->command))
        return;
    page->command = command;
    put(page, "<p class=\"command\">");
    put_word(page, STW_WORD_ROWS_BEHIND);
    put(page, " <code>");
    put_text(page, command);
    put(page, "</code></p>\n");
}

static void put_notes(struct page *page, const struct stw_report_notes *notes)
{
    if (notes->first == NULL)
        return;
    put(page, "<ul class=\"notes\">");
    for (const struct stw_report_note *note = notes->first; note != NULL; note = note->next) {
        put(page, "<li>");
        put_text(page, note->text);
        put(page, "</li>");
    }
    put(page, "</ul>\n");
}

/* What the report was made from, in one small line. */
static void put_origin(struct page *page)
{
    const struct stw_report_head *head = &page->report->head;
    const struct {
        enum stw_word label;
        struct stw_slice text;
    } parts[] = {{STW_WORD_AS_OF, head->as_of}, {STW_WORD_SNAPSHOT, head->snapshot}};
    bool any = false;
    put(page, "<p class=\"origin\">");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].text.size == 0)
            continue;
        put(page, any ? " \u00b7 " : "");
        put_word(page, parts[i].label);
        put(page, " ");
        put_text(page, parts[i].text);
        any = true;
    }
    put(page, any && head->program.size > 0 ? " \u00b7 " : "");
    put_text(page, head->program);
    put(page, "</p>\n");
}

static void put_head(struct page *page)
{
    const struct stw_report_head *head = &page->report->head;
    put(page, "<!DOCTYPE html>\n<html lang=\"");
    put(page, stw_language_tag(page->report->language));
    put(page, "\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
              "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
              "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    put_text(page, head->title);
    put(page, "</title>\n<style>\n");
    put(page, stw_html_style);
    put(page, "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>");
    put_text(page, head->title);
    put(page, "</h1>\n<p class=\"sub\">");
    put_text(page, head->site);
    put(page, head->site.size > 0 && head->period.size > 0 ? " \u00b7 " : "");
    put_text(page, head->period);
    put(page, "</p>\n");
    put_origin(page);
    put(page, "</header>\n");
}

static void put_tag(struct page *page, enum stw_mark mark)
{
    static const enum stw_word words[] = {STW_WORD_MARK_NONE, STW_WORD_MARK_GOOD,
                                          STW_WORD_MARK_NOTICE, STW_WORD_MARK_BAD};
    put(page, "<span class=\"tag ");
    put(page, mark == STW_MARK_NONE ? "none" : mark_class(mark));
    put(page, "\">");
    put_word(page, words[mark]);
    put(page, "</span>");
}

static void put_conclusions(struct page *page)
{
    put(page, "<section class=\"conclusions\" id=\"conclusions\">\n<h2>");
    put_word(page, STW_WORD_CONCLUSIONS);
    put(page, "</h2>\n");
    const struct stw_report_conclusion *each = page->report->conclusions;
    if (each == NULL) {
        put(page, "<p>");
        put_word(page, STW_WORD_NO_CONCLUSIONS);
        put(page, "</p>\n</section>\n");
        return;
    }
    put(page, "<ol>\n");
    for (; each != NULL; each = each->next) {
        put(page, "<li>");
        put_tag(page, each->mark);
        put(page, "<span>");
        put_text(page, each->text);
        put(page, "</span>");
        if (each->section != NULL) {
            struct stw_datum number = stw_datum_count(each->section->number);
            stw_buffer_printf(page->out, "<a href=\"#s%" PRIu32 "\">", each->section->number);
            put_message(page, STW_WORD_SECTION_REFERENCE, &number, 1);
            put(page, "</a>");
        }
        put(page, "</li>\n");
    }
    put(page, "</ol>\n</section>\n");
}

static void put_contents(struct page *page)
{
    if (page->report->section_count < 2)
        return;
    put(page, "<nav>\n<h2>");
    put_word(page, STW_WORD_CONTENTS);
    put(page, "</h2>\n<ol>\n");
    for (const struct stw_report_section *section = page->report->first; section != NULL;
         section = section->next) {
        stw_buffer_printf(page->out, "<li><a href=\"#s%" PRIu32 "\">", section->number);
        put_text(page, section->title);
        put(page, "</a></li>\n");
    }
    put(page, "</ol>\n</nav>\n");
}

static void put_key(struct page *page, const struct stw_report_key *key)
{
    bool has_delta = key->delta.kind != STW_DATUM_NONE;
    put(page, "<div class=\"key\"><span class=\"label\">");
    put_text(page, key->label);
    const char *state = key->value.kind == STW_DATUM_ABSENT ? "absent"
                        : has_delta                         ? ""
                                                            : mark_class(key->mark);
    stw_buffer_printf(page->out, "</span><span class=\"number %s\">", state);
    put_datum(page, &key->value);
    put(page, "</span>");
    if (key->unit.size > 0) {
        put(page, "<span class=\"measure\">");
        put_text(page, key->unit);
        put(page, "</span>");
    }
    if (has_delta || key->delta_label.size > 0) {
        put(page, "<span class=\"delta\">");
        put_text(page, key->delta_label);
        if (has_delta) {
            stw_buffer_printf(page->out, " <span class=\"%s\">", mark_class(key->mark));
            put_datum(page, &key->delta);
            put(page, "</span>");
        }
        put(page, "</span>");
    }
    put(page, "</div>\n");
}

static void put_keys(struct page *page, const struct stw_report_keys *keys)
{
    put(page, "<div class=\"keys\">\n");
    for (const struct stw_report_key *key = keys->first; key != NULL; key = key->next)
        put_key(page, key);
    put(page, "</div>\n");
    put_command(page, keys->command);
}

/* The first cell of a column that is not empty, NULL: there is none. `absent` when it and all
 * others say that there is no figure, for the same reason. */
static const struct stw_datum *first_cell(const struct stw_report_table *table, uint32_t column,
                                          bool *absent)
{
    const struct stw_datum *first = NULL;
    *absent = true;
    for (const struct stw_report_row *row = table->first; row != NULL; row = row->next) {
        const struct stw_datum *value = &row->cells[column].value;
        if (value->kind == STW_DATUM_NONE)
            continue;
        if (first == NULL)
            first = value;
        if (value->kind != STW_DATUM_ABSENT || !stw_slice_equal(value->text, first->text))
            *absent = false;
    }
    return first;
}

/* Columns without any value are left out; where they say why, put_absent() says it once. */
static void choose_columns(struct page *page, const struct stw_report_table *table)
{
    page->shown_count = 0;
    for (uint32_t i = 0; i < table->column_count; i++) {
        bool absent;
        const struct stw_datum *cell = first_cell(table, i, &absent);
        page->absent[i] = cell != NULL && absent ? cell : NULL;
        page->shown[i] = table->row_count == 0 || (cell != NULL && !absent);
        page->shown_count += page->shown[i];
    }
}

/* One note per reason, naming the columns that have it in all their cells. */
static void put_absent(struct page *page, const struct stw_report_table *table)
{
    struct stw_buffer titles;
    stw_buffer_init(&titles);
    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct stw_datum *reason = page->absent[i];
        if (reason == NULL)
            continue;
        stw_buffer_clear(&titles);
        for (uint32_t k = i; k < table->column_count; k++) {
            if (page->absent[k] == NULL || !stw_slice_equal(page->absent[k]->text, reason->text))
                continue;
            if (titles.size > 0)
                stw_buffer_add_text(&titles,
                                    page->report->language == STW_LANGUAGE_EN ? "; " : "\uff1b");
            stw_buffer_add_slice(&titles, table->columns[k].title);
            page->absent[k] = NULL;
        }
        const struct stw_datum values[] = {stw_datum_text(stw_buffer_slice(&titles)), *reason};
        put(page, "<ul class=\"notes\"><li>");
        put_message(page, STW_WORD_COLUMNS_ABSENT, values, 2);
        put(page, "</li></ul>\n");
    }
    page->out->failed |= titles.failed;
    stw_buffer_release(&titles);
}

static void put_table_head(struct page *page, const struct stw_report_table *table)
{
    put(page, "<thead><tr>");
    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct stw_report_column *column = &table->columns[i];
        if (!page->shown[i])
            continue;
        put(page, column->kind == STW_DATUM_TEXT ? "<th scope=\"col\">"
                                                 : "<th scope=\"col\" class=\"n\">");
        put_text(page, column->title);
        if (column->unit.size > 0) {
            put(page, " <span class=\"measure\">");
            put_text(page, column->unit);
            put(page, "</span>");
        }
        put(page, "</th>");
    }
    put(page, "</tr></thead>\n");
}

static void put_cell(struct page *page, const struct stw_report_cell *cell,
                     enum stw_datum_kind column)
{
    const char *kind = "n";
    if (cell->value.kind == STW_DATUM_ABSENT)
        kind = column == STW_DATUM_TEXT ? "t absent" : "n absent";
    else if (column == STW_DATUM_TEXT)
        kind = cell->value.kind == STW_DATUM_TEXT &&
                       stw_text_width(cell->value.text) <= SHORT_TEXT_COLUMNS
                   ? "t s"
                   : "t";
    stw_buffer_printf(page->out, "<td class=\"%s\">", kind);
    if (cell->mark != STW_MARK_NONE)
        stw_buffer_printf(page->out, "<span class=\"%s\">", mark_class(cell->mark));
    put_datum(page, &cell->value);
    put(page, cell->mark == STW_MARK_NONE ? "</td>" : "</span></td>");
}

/* What is said below a row: its note and its command, over all columns. */
static void open_note(struct page *page)
{
    stw_buffer_printf(page->out, "<tr class=\"note\"><td colspan=\"%" PRIu32 "\"><div>",
                      page->shown_count);
}

static void put_row_note(struct page *page, const struct stw_report_row *row)
{
    open_note(page);
    put_text(page, row->note);
    if (row->command.size > 0) {
        put(page, row->note.size > 0 ? " <code>" : "<code>");
        put_text(page, row->command);
        put(page, "</code>");
    }
    put(page, "</div></td></tr>\n");
}

static void put_row(struct page *page, const struct stw_report_table *table,
                    const struct stw_report_row *row)
{
    bool has_note = row->note.size > 0 || row->command.size > 0;
    put(page, row->is_total ? "<tr class=\"total\">"
              : has_note    ? "<tr class=\"has-note\">"
                            : "<tr>");
    for (uint32_t i = 0; i < table->column_count; i++)
        if (page->shown[i])
            put_cell(page, &row->cells[i], table->columns[i].kind);
    put(page, "</tr>\n");
    if (has_note)
        put_row_note(page, row);
}

/* The rows that are shown, and how many more the CSV file holds. Totals are always shown. */
static void put_rows(struct page *page, const struct stw_report_table *table)
{
    uint32_t shown = 0, hidden = 0;
    put(page, "<tbody>\n");
    for (const struct stw_report_row *row = table->first; row != NULL; row = row->next) {
        bool fits = table->shown_rows == 0 || shown < table->shown_rows || row->is_total;
        if (fits)
            put_row(page, table, row);
        shown += fits;
        hidden += !fits;
    }
    if (hidden > 0) {
        char name[STW_CSV_NAME_SIZE];
        stw_csv_table_name(page->tables, table, name);
        const struct stw_datum values[] = {stw_datum_count(hidden), stw_datum_string(name)};
        open_note(page);
        put_message(page, STW_WORD_MORE_ROWS, values, 2);
        put(page, "</div></td></tr>\n");
    }
    put(page, "</tbody>\n");
}

static void put_table(struct page *page, const struct stw_report_table *table)
{
    page->tables++;
    choose_columns(page, table);
    put(page, "<figure id=\"t-");
    put_text(page, table->id);
    put(page, "\">\n<figcaption>");
    put_text(page, table->caption);
    put(page, "</figcaption>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    put_text(page, table->caption);
    put(page, "\">\n<table>\n");
    put_table_head(page, table);
    put_rows(page, table);
    put(page, "</table>\n</div>\n");
    put_absent(page, table);
    put_notes(page, &table->notes);
    put_command(page, table->command);
    put(page, "</figure>\n");
}

static void put_chart(struct page *page, const struct stw_report_chart *chart)
{
    put(page, "<figure class=\"chart\" id=\"c-");
    put_text(page, chart->id);
    put(page, "\">\n<figcaption>");
    put_text(page, chart->title);
    put(page, "</figcaption>\n");
    stw_svg_chart(page->out, page->report->language, chart, STW_SVG_PAGE);
    stw_svg_chart(page->out, page->report->language, chart, STW_SVG_PHONE);
    put_notes(page, &chart->notes);
    put_command(page, chart->command);
    put(page, "</figure>\n");
}

static void put_section(struct page *page, const struct stw_report_section *section)
{
    page->command = STW_SLICE("");
    stw_buffer_printf(page->out, "<section id=\"s%" PRIu32 "\">\n<h2>%" PRIu32 "\u2002",
                      section->number, section->number);
    put_text(page, section->title);
    put(page, "</h2>\n");
    for (const struct stw_report_block *block = section->first; block != NULL;
         block = block->next) {
        switch (block->kind) {
        case STW_BLOCK_PARAGRAPH:
            put(page, "<p>");
            put_text(page, block->paragraph);
            put(page, "</p>\n");
            break;
        case STW_BLOCK_KEYS:
            put_keys(page, block->keys);
            break;
        case STW_BLOCK_TABLE:
            put_table(page, block->table);
            break;
        case STW_BLOCK_CHART:
            put_chart(page, block->chart);
            break;
        }
    }
    put(page, "</section>\n");
}

static void put_foot(struct page *page)
{
    put(page, "</main>\n</body>\n</html>\n");
}

int stw_report_html(const struct stw_report *report, struct stw_buffer *out, struct stw_error *err)
{
    STW_TRY(stw_report_status(report, err));
    struct page page = {.out = out, .report = report};
    put_head(&page);
    put_conclusions(&page);
    put_contents(&page);
    for (const struct stw_report_section *section = report->first; section != NULL;
         section = section->next)
        put_section(&page, section);
    put_foot(&page);
    return stw_buffer_status(out, err);
}
