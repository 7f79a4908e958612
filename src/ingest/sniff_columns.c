/* What the cells of each column are: numbers, times in which format, texts; see sniff_inside.h. */
#include "ingest/cell.h"
#include "ingest/sniff_inside.h"
#include "text/width.h"
#include "text/written.h"

#include <stdio.h>
#include <string.h>

static void note_missing(struct stw_sniff_sample *sample, struct stw_slice cell)
{
    enum { ROOM = sizeof(sample->missing) / sizeof(sample->missing[0]) };
    for (uint32_t i = 0; i < sample->missing_count; i++)
        if (stw_slice_is(cell, sample->missing[i]))
            return;
    if (cell.size > 0 && sample->missing_count < ROOM)
        sample->missing[sample->missing_count++] = cell.data; /* NUL-terminated by the arena */
}

/* The ways numbers are written: point, group. */
static const struct stw_number_style styles[] = {
    {.point = '.'},
    {.point = ','},
    {.point = ',', .group = '.'},
    {.point = '.', .group = ','},
    {.point = '.', .group = ' '},
    {.point = ',', .group = ' '},
};
enum { STYLES = sizeof(styles) / sizeof(styles[0]) };

/* A slip of the keyboard now and then does not make a column another: one cell in five may be odd.
 */
bool stw_sniff_too_many_odd(uint32_t odd, uint32_t row_count)
{
    return odd > row_count / 5;
}

static bool has_clock(const char *format)
{
    return strstr(format, "%H") != NULL || strstr(format, "%I") != NULL;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

/* A unit of one Latin letter behind a number may as well be a name: room 5A, block 2V. */
static bool is_unit(struct stw_slice text, struct stw_unit *unit)
{
    bool letter = text.size == 1 && (unsigned char)text.data[0] < 0x80;
    return !letter && stw_unit_parse(text, unit, NULL) == STW_OK;
}

/* As people write them: 12吨, 1.2万, 123估. */
bool stw_sniff_is_number(struct stw_slice cell, const struct stw_number_style *style)
{
    struct stw_written written;
    struct stw_unit unit;
    double ignored;
    if (stw_number_parse_double(cell, style, &ignored) == STW_NUMBER_OK)
        return true;
    return stw_written_split(cell, style, &written) &&
           stw_number_parse_double(written.number, style, &ignored) == STW_NUMBER_OK &&
           (written.unit.size == 0 || is_unit(written.unit, &unit));
}

/* As stw_sniff_format_count. */
static uint32_t count_numbers(const struct stw_sniff_sample *sample, uint32_t column,
                              const struct stw_number_style *style)
{
    uint32_t fitting = 0, odd = 0;
    for (uint32_t i = 0; i < sample->row_count && !stw_sniff_too_many_odd(odd, sample->row_count);
         i++) {
        struct stw_slice cell = sample->rows[i].cells[column];
        if (stw_cell_is_missing(cell) || stw_written_is_exchange(cell))
            continue;
        if (stw_sniff_is_number(cell, style))
            fitting++;
        else
            odd++;
    }
    return fitting >= 4 * odd ? fitting : 0;
}

/* The first cell that is no number the plain way. */
static struct stw_slice first_odd(const struct stw_sniff_sample *sample, uint32_t column)
{
    struct stw_slice cell = {"", 0};
    for (uint32_t i = 0; i < sample->row_count; i++) {
        cell = sample->rows[i].cells[column];
        if (!stw_cell_is_missing(cell) && !stw_sniff_is_number(cell, NULL))
            break;
    }
    return cell;
}

/* 4.25-, as SAP writes a negative number. */
static bool ends_in_minus(struct stw_slice cell)
{
    return cell.size > 1 && cell.data[cell.size - 1] == '-' && cell.data[cell.size - 2] >= '0' &&
           cell.data[cell.size - 2] <= '9';
}

/* Whether some column is numbers only with the minus behind. */
static bool has_minus_behind(const struct stw_sniff_sample *sample)
{
    for (uint32_t c = 0; c < sample->column_count; c++) {
        bool any = false;
        for (uint32_t i = 0; i < sample->row_count && !any; i++)
            any = ends_in_minus(sample->rows[i].cells[c]);
        for (size_t s = 0; s < STYLES && any; s++) {
            struct stw_number_style style = styles[s];
            style.minus_behind = true;
            if (count_numbers(sample, c, &style) > 0)
                return true;
        }
    }
    return false;
}

/* Numbers that are negative without a sign in front: not everybody reads them so. */
static void tell_negative(const struct stw_sniff_sample *sample, struct stw_buffer *reasons)
{
    bool behind_told = false, brackets_told = false;
    for (uint32_t c = 0; c < sample->column_count; c++) {
        for (uint32_t i = 0; i < sample->row_count; i++) {
            struct stw_slice cell = sample->rows[i].cells[c];
            struct stw_written written;
            if (sample->columns[c].kind != STW_SNIFF_NUMBER ||
                !stw_written_split(cell, &sample->style, &written))
                continue;
            if (written.negative && !brackets_told)
                stw_buffer_printf(reasons, "numbers: '%.*s' is negative, as accountants write it\n",
                                  STW_SLICE_ARG(cell));
            if (sample->style.minus_behind && ends_in_minus(cell) && !behind_told)
                stw_buffer_printf(reasons, "numbers: the minus stands behind, as in '%.*s'\n",
                                  STW_SLICE_ARG(cell));
            brackets_told = brackets_told || written.negative;
            behind_told = behind_told || ends_in_minus(cell);
        }
    }
}

static int find_style(struct stw_sniff_sample *sample, const struct stw_sniff_answers *answers,
                      struct stw_buffer *reasons, struct stw_error *err)
{
    /* A column that is read better another way than the plain one decides, with all such columns.
     */
    bool possible[STYLES], behind = has_minus_behind(sample);
    int example = -1;
    memset(possible, 1, sizeof(possible));
    for (uint32_t c = 0; c < sample->column_count; c++) {
        uint32_t counts[STYLES], best = 0;
        for (size_t s = 0; s < STYLES; s++) {
            struct stw_number_style style = styles[s];
            style.minus_behind = behind;
            counts[s] = count_numbers(sample, c, &style);
            best = counts[s] > best ? counts[s] : best;
        }
        if (counts[0] == best)
            continue;
        example = (int)c;
        for (size_t s = 0; s < STYLES; s++)
            possible[s] = possible[s] && counts[s] == best;
    }
    sample->style = styles[0];
    sample->style.minus_behind = behind;
    if (example < 0)
        return STW_OK;
    bool point = false, comma = false;
    for (size_t s = STYLES; s-- > 1;) {
        if (!possible[s] || (answers->decimal != 0 && answers->decimal != styles[s].point))
            continue;
        point = point || styles[s].point == '.';
        comma = comma || styles[s].point == ',';
        sample->style = styles[s];
        sample->style.minus_behind = behind;
    }
    struct stw_slice cell = first_odd(sample, (uint32_t)example);
    if (point && comma) {
        stw_fail(err, STW_ERR_INPUT,
                 "in '%.*s', is the comma a decimal comma or between thousands?",
                 STW_SLICE_ARG(cell));
        stw_error_hint(err, "answer with --decimal , or --decimal .");
        return STW_ERR_INPUT;
    }
    if (point || comma)
        stw_buffer_printf(reasons, "numbers: decimal %s%s, as '%.*s'\n", comma ? "comma" : "point",
                          sample->style.group != 0 ? " and thousands separators" : "",
                          STW_SLICE_ARG(cell));
    return STW_OK;
}

/* What a header says is measured, as a unit of it: it decides for words with two meanings. */
static const char *unit_hint(struct stw_slice header)
{
    static const struct {
        const char *word, *unit;
    } hints[] = {{"温", "°C"}, {"溫", "°C"}, {"temp", "°C"}, {"Temp", "°C"}, {"重", "kg"}};
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
        if (header.size > 0 &&
            memmem(header.data, header.size, hints[i].word, strlen(hints[i].word)) != NULL)
            return hints[i].unit;
    return NULL;
}

/* The unit behind the numbers of a column: that of the first cell that has one. Others of its kind
 * are converted to it. */
static int find_unit(struct stw_sniff_sample *sample, uint32_t at, struct stw_error *err)
{
    struct stw_sniff_column *column = &sample->columns[at];
    const char *hint = unit_hint(column->header);
    struct stw_unit unit, want;
    for (uint32_t i = 0; i < sample->row_count; i++) {
        struct stw_slice cell = sample->rows[i].cells[at];
        struct stw_written written;
        if (!stw_written_split(cell, &sample->style, &written) || written.number.size == 0 ||
            written.unit.size == 0 || !is_unit(written.unit, &unit))
            continue;
        if (hint != NULL && stw_unit_parse(stw_slice_of(hint), &want, NULL) == STW_OK &&
            stw_unit_parse_like(written.unit, &want, &unit, NULL) < 0)
            continue;
        column->unit = stw_arena_copy(&sample->arena, stw_slice_of(unit.symbol));
        if (column->unit.data == NULL)
            return stw_fail_memory(err, sizeof(unit.symbol));
        column->unit_cell = cell;
        return STW_OK;
    }
    return STW_OK;
}

/* ---- Columns --------------------------------------------------------------------------------- */

static int find_kind(struct stw_sniff_sample *sample, uint32_t at, const struct stw_zone *utc,
                     struct stw_error *err)
{
    struct stw_sniff_column *column = &sample->columns[at];
    bool marks = true;
    for (uint32_t i = 0; i < sample->row_count; i++) {
        struct stw_slice cell = sample->rows[i].cells[at];
        if (stw_cell_is_missing(cell))
            note_missing(sample, cell);
        else if (column->example.data == NULL)
            column->example = cell;
        marks = marks && (stw_cell_is_missing(cell) || stw_cell_is_mark(cell, &column->marks));
    }
    column->marks = column->marks && marks;
    if (column->example.data == NULL)
        return STW_OK;
    STW_TRY(stw_sniff_formats(sample, at, false, utc, err));
    bool number = count_numbers(sample, at, &sample->style) > 0;
    column->kind = column->format_count > 0 ? STW_SNIFF_TIME
                   : number                 ? STW_SNIFF_NUMBER
                                            : STW_SNIFF_TEXT;
    return column->kind == STW_SNIFF_NUMBER ? find_unit(sample, at, err) : STW_OK;
}

/* A date followed by a column of clock times is one time. */
static int join_clock(struct stw_sniff_sample *sample, uint32_t at, const struct stw_zone *utc,
                      struct stw_error *err)
{
    struct stw_sniff_column *column = &sample->columns[at];
    if (column->kind != STW_SNIFF_TIME || at + 1 == sample->column_count ||
        has_clock(column->formats[0]) || strncmp(column->formats[0], "epoch", 5) == 0)
        return STW_OK;
    struct stw_sniff_column *next = &sample->columns[at + 1];
    if (next->kind != STW_SNIFF_TEXT || !stw_sniff_is_clock(next->example) ||
        (column->example.size > 10 && column->formats[0][0] == 'i'))
        return STW_OK;
    struct stw_sniff_column before = *column;
    STW_TRY(stw_sniff_formats(sample, at, true, utc, err));
    if (column->format_count == 0) {
        *column = before;
        return STW_OK;
    }
    column->joined = true;
    next->kind = STW_SNIFF_CLOCK;
    return STW_OK;
}

/* A header is written into the map, which is UTF-8. A broken cell below it costs its row only. */
static int check_headers(const struct stw_sniff_sample *sample, struct stw_error *err)
{
    for (uint32_t i = 0; i < sample->column_count; i++) {
        struct stw_slice header = sample->columns[i].header;
        if (stw_utf8_valid_size(header) == header.size)
            continue;
        stw_fail(err, STW_ERR_INPUT,
                 "the header of column %u holds bytes that are no text in this "
                 "encoding",
                 i + 1);
        stw_error_hint(err, "say the encoding with --encoding, such as --encoding GB18030");
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

/* A column of names must hold names. */
static int check_names(const struct stw_sniff_sample *sample, uint32_t at, struct stw_error *err)
{
    struct stw_slice header = sample->columns[at].header;
    enum stw_reject reason;
    if (!stw_sniff_is_identity(header) && !stw_sniff_means(header, STW_SLICE("device")))
        return STW_OK;
    for (uint32_t i = 0; i < sample->row_count; i++) {
        struct stw_slice cell = sample->rows[i].cells[at];
        if (stw_cell_is_name(cell, &reason))
            continue;
        stw_fail(err, STW_ERR_INPUT, "'%.*s' in column '%.*s' %s", STW_SLICE_ARG(cell),
                 STW_SLICE_ARG(header), stw_reject_text(reason));
        stw_error_where(err, "%s %llu", stw_sniff_line_word(sample),
                        (unsigned long long)sample->rows[i].line);
        stw_error_hint(err, "%s",
                       stw_reject_advice(reason, sample->container == STW_CONTAINER_XLSX));
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

int stw_sniff_columns(struct stw_sniff_sample *sample, const struct stw_sniff_answers *answers,
                      const struct stw_zone *utc, struct stw_buffer *reasons, struct stw_error *err)
{
    STW_TRY(check_headers(sample, err));
    for (uint32_t i = 0; i < sample->column_count; i++)
        STW_TRY(check_names(sample, i, err));
    STW_TRY(find_style(sample, answers, reasons, err));
    for (uint32_t i = 0; i < sample->column_count; i++)
        STW_TRY(find_kind(sample, i, utc, err));
    for (uint32_t i = 0; i < sample->column_count; i++)
        STW_TRY(join_clock(sample, i, utc, err));
    tell_negative(sample, reasons);
    return STW_OK;
}
