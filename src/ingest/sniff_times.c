/*
 * Which time formats the cells of a column fit: every way that dates and clocks are known to be
 * written is tried on them, and those that fit most cells are kept. More than one is a question
 * (day before month?) that only a person or another column answers. See sniff_inside.h.
 */
#include "ingest/cell.h"
#include "ingest/sniff_inside.h"
#include "text/written.h"
#include "time/stamp.h"

#include <stdio.h>
#include <string.h>

/* First the dates that are no question. A year of two digits may stand at either end; with dashes
 * it is left to a person: 12-3-02 is a flat in many estates. */
static const char *const dates[] = {
    "%Y-%m-%d",       "%Y/%m/%d",        "%Y.%m.%d",    "%Y年%m月%d日", "%Y年%m月%d号",
    "%y年%m月%d日",   "%d.%m.%Y",        "%d.%m.%y",    "%d/%m/%Y",     "%m/%d/%Y",
    "%d-%m-%Y",       "%m-%d-%Y",        "%d/%m/%y",    "%m/%d/%y",     "%y/%m/%d",
    "%d %b %Y",       "%d-%b-%Y",        "%d-%b-%y",    "%b %d %Y",     "%b %d, %Y",
    "%Y年%m月%d日%a", "%Y年%m月%d日 %a", "%Y/%m/%d %a", "%Y-%m-%d %a",  "%a %d %b %Y",
};
/* Behind a blank; behind 日 also without one. */
static const char *const clocks[] = {
    "%H:%M:%S",   "%H:%M",          "%I:%M:%S %p", "%I:%M %p",    "%I:%M:%S%p",
    "%I:%M%p",    "%H:%M:%S.%f",    "%p%I:%M:%S",  "%p%I:%M",     "%p %I:%M:%S",
    "%p %I:%M",   "%H时%M分%S秒",   "%H时%M分",    "%H时",        "%H点%M分",
    "%p%I时%M分", "%p%I时%M分%S秒", "%p%I点%M分",  "%H:%M:%S %z", "%H:%M:%S%z",
};
/* Years of the Republic of China, as Taiwan writes them: 113/10/01, 民國113年10月1日. */
static const char *const republic_dates[] = {"%E/%m/%d",     "%E.%m.%d",     "%E-%m-%d",
                                             "%E年%m月%d日", "%E年%m月%d號", "%E 年 %m 月 %d 日",
                                             "%E%m%d"};
/* Digits alone: only with a year in front is it clear where one ends. */
static const char *const digit_formats[] = {"%Y%m%d",        "%Y%m%d%H%M",      "%Y%m%d%H%M%S",
                                            "%Y%m%d %H:%M",  "%Y%m%d %H:%M:%S", "%Y%m%d %H%M",
                                            "%Y%m%d %H%M%S", "%Y%m%dT%H%M%S",   "%Y%m%dT%H%M%S%z"};

static bool has_word(struct stw_slice cell, const char *word)
{
    return cell.size > 0 && memmem(cell.data, cell.size, word, strlen(word)) != NULL;
}

enum { PATTERN_SIZE = 64, TRIED_FIRST = 8 /* cells, of which a format must read one */ };

/* A cell, or it and the one behind it, as the time it may be. */
static struct stw_slice time_text(const struct stw_slice *cells, uint32_t column, bool joined,
                                  char text[STW_STAMP_TEXT_MAX])
{
    if (!joined)
        return cells[column];
    int size = snprintf(text, STW_STAMP_TEXT_MAX, "%.*s %.*s", STW_SLICE_ARG(cells[column]),
                        STW_SLICE_ARG(cells[column + 1]));
    return (struct stw_slice){text, size < STW_STAMP_TEXT_MAX ? (size_t)size : 0};
}

/* As a cell will be read: digits and signs of full width are theirs of ASCII. */
static bool is_time(struct stw_stamp_format *format, struct stw_slice text)
{
    char plain[STW_STAMP_TEXT_MAX];
    size_t size;
    int64_t ns;
    if (stw_stamp_is_read(stw_stamp_parse(format, text, &ns)))
        return true;
    return stw_written_to_ascii(text, plain, sizeof(plain), &size) && size != text.size &&
           stw_stamp_is_read(stw_stamp_parse(format, (struct stw_slice){plain, size}, &ns));
}

uint32_t stw_sniff_format_count(const struct stw_sniff_sample *sample, uint32_t column, bool joined,
                                const char *pattern, const struct stw_zone *utc)
{
    struct stw_stamp_format format;
    uint32_t fitting = 0, odd = 0;
    if (stw_stamp_format_init(&format, pattern, utc, NULL) != STW_OK)
        return 0;
    for (uint32_t i = 0; i < sample->row_count; i++) {
        const struct stw_slice *cells = sample->rows[i].cells;
        char text[STW_STAMP_TEXT_MAX];
        if (stw_cell_is_missing(cells[column]))
            continue;
        if (is_time(&format, time_text(cells, column, joined, text)))
            fitting++;
        else
            odd++;
        if (stw_sniff_too_many_odd(odd, sample->row_count) || (odd == TRIED_FIRST && fitting == 0))
            return 0;
    }
    return fitting >= 4 * odd ? fitting : 0;
}

/* Keeps the formats that fit most cells: more of them than one is a question. */
static int offer_format(struct stw_sniff_sample *sample, struct stw_sniff_column *column,
                        uint32_t count, const char *pattern, struct stw_error *err)
{
    if (count == 0 || count < column->format_fits)
        return STW_OK;
    if (count > column->format_fits)
        column->format_count = 0;
    column->format_fits = count;
    char *kept = stw_arena_string(&sample->arena, pattern);
    if (kept == NULL)
        return stw_fail_memory(err, strlen(pattern) + 1);
    if (column->format_count < STW_SNIFF_FORMATS_MAX)
        column->formats[column->format_count++] = kept;
    return STW_OK;
}

/* Whole numbers of 10, 13, 16 or 19 digits between 2001 and 2100. */
static const char *epoch_of(const struct stw_sniff_sample *sample, uint32_t column)
{
    static const struct {
        size_t digits;
        int64_t unit;
        const char *format;
    } epochs[] = {{10, 1, "epoch_s"},
                  {13, 1000, "epoch_ms"},
                  {16, 1000000, "epoch_us"},
                  {19, 1000000000, "epoch_ns"}};
    for (size_t e = 0; e < sizeof(epochs) / sizeof(epochs[0]); e++) {
        uint32_t fitting = 0, cells = 0;
        for (uint32_t i = 0; i < sample->row_count; i++) {
            struct stw_slice cell = sample->rows[i].cells[column];
            int64_t value;
            if (stw_cell_is_missing(cell))
                continue;
            cells++;
            fitting += cell.size == epochs[e].digits &&
                       stw_number_parse_int(cell, NULL, &value) == STW_NUMBER_OK &&
                       value / epochs[e].unit >= 978307200 && value / epochs[e].unit < 4102444800;
        }
        if (cells > 0 && fitting == cells)
            return epochs[e].format;
    }
    return NULL;
}

/* The first cells one behind the other, in ASCII where they have it: a format whose signs are not
 * among them need not be tried. */
struct glance {
    char text[TRIED_FIRST * STW_STAMP_TEXT_MAX];
    size_t size;
};

static void take_glance(struct glance *glance, const struct stw_sniff_sample *sample,
                        uint32_t column, bool joined)
{
    uint32_t taken = 0;
    glance->size = 0;
    for (uint32_t i = 0; i < sample->row_count && taken < TRIED_FIRST; i++) {
        const struct stw_slice *cells = sample->rows[i].cells;
        char text[STW_STAMP_TEXT_MAX];
        size_t size;
        if (stw_cell_is_missing(cells[column]))
            continue;
        taken++;
        if (stw_written_to_ascii(time_text(cells, column, joined, text),
                                 glance->text + glance->size,
                                 (size_t)taken * STW_STAMP_TEXT_MAX - glance->size, &size))
            glance->size += size;
    }
}

static bool is_seen(const struct glance *glance, const char *sign)
{
    return memmem(glance->text, glance->size, sign, strlen(sign)) != NULL;
}

/* What stands behind the first field of a date. */
static bool date_is_seen(const struct glance *glance, const char *date)
{
    char sign[8] = "";
    snprintf(sign, sizeof(sign), "%.*s", (int)strcspn(date + 2, "%"), date + 2);
    return is_seen(glance, sign);
}

static void try_clock(const struct stw_sniff_sample *sample, uint32_t at, bool joined,
                      const char *pattern, const struct stw_zone *utc, uint32_t *best_count,
                      char best[PATTERN_SIZE])
{
    uint32_t count = stw_sniff_format_count(sample, at, joined, pattern, utc);
    if (count <= *best_count)
        return;
    *best_count = count;
    snprintf(best, PATTERN_SIZE, "%s", pattern);
}

/* The clock that goes with a date: of those that fit equally well the first. */
static int offer_date(struct stw_sniff_sample *sample, uint32_t at, bool joined, const char *date,
                      const struct glance *glance, const struct stw_zone *utc,
                      struct stw_error *err)
{
    char best[PATTERN_SIZE] = "", pattern[PATTERN_SIZE];
    uint32_t best_count = 0;
    bool chinese = strstr(date, "日") != NULL || strstr(date, "号") != NULL;
    if (!date_is_seen(glance, date))
        return STW_OK;
    bool clock = is_seen(glance, ":") || is_seen(glance, "时") || is_seen(glance, "点");
    try_clock(sample, at, joined, date, utc, &best_count, best);
    for (size_t c = 0; clock && c < sizeof(clocks) / sizeof(clocks[0]); c++) {
        snprintf(pattern, sizeof(pattern), "%s %s", date, clocks[c]);
        try_clock(sample, at, joined, pattern, utc, &best_count, best);
        snprintf(pattern, sizeof(pattern), "%s%s", date, clocks[c]);
        if (chinese)
            try_clock(sample, at, joined, pattern, utc, &best_count, best);
    }
    snprintf(pattern, sizeof(pattern), "%sT%%H:%%M:%%S", date);
    if (clock)
        try_clock(sample, at, joined, pattern, utc, &best_count, best);
    return offer_format(sample, &sample->columns[at], best_count, best, err);
}

/* ---- Years of the Republic of China ---------------------------------------------------------- */

/* The digits in front of a date, behind 民國; 0: there are none. */
static int leading_digits(struct stw_slice cell, int *year, bool *named)
{
    static const struct stw_slice words[] = {{"中", 3}, {"華", 3}, {"华", 3}, {"民", 3},
                                             {"國", 3}, {"国", 3}, {" ", 1}};
    int digits = 0;
    *year = 0;
    *named = has_word(cell, "民");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (stw_slice_starts(cell, words[i]))
            cell = (struct stw_slice){cell.data + words[i].size, cell.size - words[i].size};
    for (; (size_t)digits < cell.size && cell.data[digits] >= '0' && cell.data[digits] <= '9';
         digits++)
        *year = digits < 3 ? *year * 10 + (cell.data[digits] - '0') : *year;
    return digits;
}

/* Whether all cells can be dates of that calendar between 1990 and 2100; `sure`: one of them can be
 * nothing else, as its year has three digits or says 民國. */
static bool is_of_republic(const struct stw_sniff_sample *sample, uint32_t column, bool *sure)
{
    enum { FIRST = 79, LAST = 189, DIGITS_ALONE = 7 };
    char plain[STW_STAMP_TEXT_MAX];
    size_t size;
    bool any = false;
    *sure = false;
    for (uint32_t i = 0; i < sample->row_count; i++) {
        struct stw_slice cell = sample->rows[i].cells[column];
        int year;
        bool named;
        if (stw_cell_is_missing(cell))
            continue;
        if (!stw_written_to_ascii(cell, plain, sizeof(plain), &size))
            return false;
        int digits = leading_digits((struct stw_slice){plain, size}, &year, &named);
        if ((digits != 2 && digits != 3 && digits != DIGITS_ALONE) || year < FIRST || year > LAST)
            return false;
        *sure = *sure || named || digits >= 3;
        any = true;
    }
    return any;
}

/* Whether a header speaks of times: with dashes 113-10-01 may be a flat, and seven digits are
 * mostly something else. */
static bool is_header_of_times(struct stw_slice header)
{
    static const char *const words[] = {"日期", "时间", "時間", "日時", "date",
                                        "Date", "DATE", "time", "Time", "TIME"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (has_word(header, words[i]))
            return true;
    return false;
}

/* Offered only where every cell fits. A year of two digits is one of this calendar as well: 99/10/1
 * then fits two formats, which is a question. */
static int offer_republic(struct stw_sniff_sample *sample, uint32_t at, bool joined,
                          const struct glance *glance, const struct stw_zone *utc,
                          struct stw_error *err)
{
    struct stw_sniff_column *column = &sample->columns[at];
    struct stw_sniff_column before = *column;
    bool sure;
    uint32_t cells = 0;
    if (!is_of_republic(sample, at, &sure))
        return STW_OK;
    for (uint32_t i = 0; i < sample->row_count; i++)
        cells += !stw_cell_is_missing(sample->rows[i].cells[at]);
    for (size_t d = 0; d < sizeof(republic_dates) / sizeof(republic_dates[0]); d++) {
        const char *date = republic_dates[d];
        bool open = date[2] == '-' || date[2] == '%'; /* what it is, its header must say */
        if (open && !is_header_of_times(column->header))
            continue;
        STW_TRY(offer_date(sample, at, joined, date, glance, utc, err));
    }
    if (column->format_fits < cells)
        *column = before;
    return STW_OK;
}

/* ---- All ------------------------------------------------------------------------------------- */

int stw_sniff_formats(struct stw_sniff_sample *sample, uint32_t at, bool joined,
                      const struct stw_zone *utc, struct stw_error *err)
{
    struct stw_sniff_column *column = &sample->columns[at];
    const char *epoch = joined ? NULL : epoch_of(sample, at);
    column->format_count = column->format_fits = 0;
    if (epoch != NULL)
        return offer_format(sample, column, sample->row_count, epoch, err);
    struct glance glance;
    take_glance(&glance, sample, at, joined);
    uint32_t iso = stw_sniff_format_count(sample, at, joined, "iso", utc);
    for (size_t i = 0; i < sizeof(digit_formats) / sizeof(digit_formats[0]); i++) {
        uint32_t count = stw_sniff_format_count(sample, at, joined, digit_formats[i], utc);
        STW_TRY(offer_format(sample, column, count, digit_formats[i], err));
    }
    for (size_t d = 0; d < sizeof(dates) / sizeof(dates[0]); d++)
        STW_TRY(offer_date(sample, at, joined, dates[d], &glance, utc, err));
    STW_TRY(offer_republic(sample, at, joined, &glance, utc, err));
    if (column->format_count == 0 && iso == 0 && !joined) /* several ways in one column */
        return offer_format(sample, column,
                            stw_sniff_format_count(sample, at, false, "year_first", utc),
                            "year_first", err);
    if (iso == 0 || iso < column->format_fits)
        return STW_OK;
    column->format_count = 0; /* what fits as well is ISO in other words */
    return offer_format(sample, column, iso, "iso", err);
}

bool stw_sniff_is_clock(struct stw_slice cell)
{
    enum { BYTES_MAX = 32 };
    const char *colon = cell.size == 0 ? NULL : memchr(cell.data, ':', cell.size);
    if (cell.size < 4 || cell.size > BYTES_MAX)
        return false;
    if (cell.data[0] >= '0' && cell.data[0] <= '9')
        return (colon != NULL && colon - cell.data <= 2) || has_word(cell, "时") ||
               has_word(cell, "点") || has_word(cell, "：");
    return (colon != NULL || has_word(cell, "时") || has_word(cell, "点")) &&
           (has_word(cell, "午") || has_word(cell, "凌晨") || has_word(cell, "早") ||
            has_word(cell, "晚"));
}
