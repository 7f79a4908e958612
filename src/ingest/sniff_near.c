/*
 * What to say where a file shows no time or no values: the column that is named as one, with the
 * cell that spoils it; another table or sheet that is meant; and what a column that is left out
 * says about meters that were exchanged. See sniff_inside.h.
 */
#include "ingest/cell.h"
#include "ingest/sniff_inside.h"
#include "store/field.h"

#include <inttypes.h>
#include <string.h>

enum { none = STW_SNIFF_NONE };

int stw_sniff_hint_table(struct stw_sniff_plan *plan, const char *otherwise)
{
    const char *table = stw_sniff_table(&plan->sample);
    if (table != NULL && !stw_slice_is(plan->table->name, table))
        stw_error_hint(plan->err, "its columns are those of %s: add --table %s", table, table);
    else if (plan->sample.other.size > 0)
        stw_error_hint(plan->err, "take another sheet: --sheet '%.*s'; or %s",
                       STW_SLICE_ARG(plan->sample.other), otherwise);
    else
        stw_error_hint(plan->err, "%s", otherwise);
    return STW_ERR_INPUT;
}

/* A column that is called what is missing, and holds something else. */
static int find_named(const struct stw_sniff_plan *plan, struct stw_slice field)
{
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        const struct stw_sniff_column *column = &plan->sample.columns[i];
        if (!column->used && column->example.size > 0 && stw_sniff_means(column->header, field))
            return (int)i;
    }
    return none;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(struct stw_slice text, size_t at)
{
    while (at < text.size && is_digit(text.data[at]))
        at++;
    return at;
}

/* Whether two cells are alike but for their digits: 2026/10/2 and 2026/9/30, not 113/10/2. */
static bool same_shape(struct stw_slice a, struct stw_slice b)
{
    size_t i = 0, j = 0;
    while (i < a.size && j < b.size) {
        bool digits = is_digit(a.data[i]);
        size_t a_run = skip_digits(a, i) - i, b_run = skip_digits(b, j) - j;
        if ((a_run > 2 || b_run > 2) && a_run != b_run) /* 113/10/1 is of another calendar */
            return false;
        if (digits != is_digit(b.data[j]) || (!digits && a.data[i] != b.data[j]))
            return false;
        i = digits ? skip_digits(a, i) : i + 1;
        j = digits ? skip_digits(b, j) : j + 1;
    }
    return i == a.size && j == b.size;
}

/* The first row whose cell is written in another way than the first one's; none. */
static int find_other_shape(const struct stw_sniff_plan *plan, int at)
{
    struct stw_slice example = plan->sample.columns[at].example;
    for (uint32_t i = 0; i < plan->sample.row_count; i++) {
        struct stw_slice cell = plan->sample.rows[i].cells[at];
        if (!stw_cell_is_missing(cell) && !same_shape(cell, example))
            return (int)i;
    }
    return none;
}

int stw_sniff_fail_no_time(struct stw_sniff_plan *plan)
{
    int at = find_named(plan, plan->table->time_name);
    if (at == none) {
        stw_fail(plan->err, STW_ERR_INPUT, "no column looks like the time of '%.*s'",
                 STW_SLICE_ARG(plan->table->name));
        return stw_sniff_hint_table(plan, "write a column map that names it and its format");
    }
    const struct stw_sniff_column *column = stw_sniff_column(plan, at);
    int row = find_other_shape(plan, at);
    if (row == none) {
        stw_fail(plan->err, STW_ERR_INPUT,
                 "column '%.*s' is named as the time, but what is '%.*s'?",
                 STW_SLICE_ARG(column->header), STW_SLICE_ARG(column->example));
        return stw_sniff_hint_table(plan, "write a column map with its format");
    }
    stw_fail(plan->err, STW_ERR_INPUT,
             "the times in column '%.*s' are written in several ways: '%.*s', in %s %" PRIu64
             " '%.*s'",
             STW_SLICE_ARG(column->header), STW_SLICE_ARG(column->example),
             stw_sniff_line_word(&plan->sample), plan->sample.rows[row].line,
             STW_SLICE_ARG(plan->sample.rows[row].cells[at]));
    stw_error_hint(plan->err, "write them all in one way, such as 2026-10-31 (in Excel: Data, Text "
                              "to Columns, Date: YMD)");
    return STW_ERR_INPUT;
}

int stw_sniff_fail_no_values(struct stw_sniff_plan *plan)
{
    int at = find_named(plan, STW_SLICE("value"));
    const struct stw_sniff_sample *sample = &plan->sample;
    for (uint32_t i = 0; at != none && i < sample->row_count; i++) {
        struct stw_slice cell = sample->rows[i].cells[at];
        if (stw_cell_is_missing(cell) || stw_sniff_is_number(cell, &sample->style))
            continue;
        stw_fail(plan->err, STW_ERR_INPUT,
                 "column '%.*s' is named as the values, but too many of its cells are no numbers, "
                 "such as '%.*s' in %s %" PRIu64,
                 STW_SLICE_ARG(sample->columns[at].header), STW_SLICE_ARG(cell),
                 stw_sniff_line_word(sample), sample->rows[i].line);
        return stw_sniff_hint_table(plan, "mend them, or write a column map: what is no number is "
                                          "rejected then");
    }
    stw_fail(plan->err, STW_ERR_INPUT, "no column holds numbers");
    return stw_sniff_hint_table(plan, "write a column map that names the column of the values");
}

/* Whether all cells of a column say the same. */
static bool is_constant(const struct stw_sniff_plan *plan, int at)
{
    for (uint32_t i = 1; i < plan->sample.row_count; i++)
        if (!stw_slice_equal(plan->sample.rows[i].cells[at], plan->sample.rows[0].cells[at]))
            return false;
    return plan->sample.row_count > 0 && plan->sample.rows[0].cells[at].size > 0;
}

/* What of a device a header is about: its multiplier, its building. NULL: nothing. */
static const char *attribute_of(struct stw_slice header)
{
    const struct stw_field *fields;
    uint32_t count = stw_field_list(STW_SLICE("devices"), &fields);
    for (uint32_t i = 0; i < count && header.size > 0; i++) {
        struct stw_slice name = stw_slice_of(fields[i].name);
        if (!stw_slice_is(name, "device") && !stw_slice_is(name, "channel") &&
            !stw_slice_is(name, "valid_from") && stw_sniff_means(header, name))
            return fields[i].name;
    }
    return NULL;
}

void stw_sniff_tell_left_out(struct stw_sniff_plan *plan, int at)
{
    const char *attribute = stw_table_key(plan->table, STW_SLICE("channel")) >= 0 &&
                                    !stw_slice_is(plan->table->name, "devices")
                                ? attribute_of(stw_sniff_column(plan, at)->header)
                                : NULL;
    if (attribute == NULL) {
        stw_buffer_add_text(plan->reasons, ", as nothing tells where it belongs\n");
        return;
    }
    struct stw_slice cell = plan->sample.rows[0].cells[at];
    stw_buffer_printf(plan->reasons, ", which is about the device (%s): ", attribute);
    if (is_constant(plan, at) && memchr(cell.data, '\'', cell.size) == NULL)
        stw_buffer_printf(plan->reasons, "--set %s='%.*s' says it for all of this file; ",
                          attribute, STW_SLICE_ARG(cell));
    stw_buffer_add_text(plan->reasons,
                        "--table devices takes that of the file into the registry\n");
}

/* Of the first rows those whose cell holds a word; *first is one of them. */
static uint32_t count_word(const struct stw_sniff_plan *plan, int at, const char *word,
                           uint32_t *first)
{
    uint32_t count = 0;
    for (uint32_t i = plan->sample.row_count; i > 0; i--) {
        struct stw_slice cell = plan->sample.rows[i - 1].cells[at];
        if (cell.size == 0 || memmem(cell.data, cell.size, word, strlen(word)) == NULL)
            continue;
        count++;
        *first = i - 1;
    }
    return count;
}

void stw_sniff_tell_marks(struct stw_sniff_plan *plan, int at)
{
    static const struct {
        const char *words[3], *says, *todo;
    } marks[] = {
        {{"换表", "換表", "換錶"},
         "speaks of exchanged meters",
         "put them into the registry (valid_from, exchange_final, exchange_initial)"},
        {{"估", "推定", "estimate"},
         "speaks of estimates",
         "they are marked where 估 stands behind the number, or in a column of its own"},
    };
    for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
        uint32_t count = 0, first = 0;
        for (int w = 0; w < 3 && count == 0; w++)
            count = count_word(plan, at, marks[m].words[w], &first);
        if (count > 0)
            stw_buffer_printf(plan->reasons,
                              "to look at: it %s, in %u of the first rows; in %s %" PRIu64
                              " '%.*s'; %s\n",
                              marks[m].says, count, stw_sniff_line_word(&plan->sample),
                              plan->sample.rows[first].line,
                              STW_SLICE_ARG(plan->sample.rows[first].cells[at]), marks[m].todo);
    }
}
