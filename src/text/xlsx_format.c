/*
 * What a number format shows: a date, a time, both, or a number. ECMA-376 Part 1, 18.8.30 (numFmts)
 * has the letters and the built-in numbers, of which 27-36 and 50-58 are those of Chinese, Japanese
 * and Korean Excel. The serial number itself does not say that it is a date: only this does.
 */
#include "text/xlsx.h"

#include <stdbool.h>
#include <strings.h>

enum stw_xlsx_format stw_xlsx_format_of_id(uint32_t id)
{
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
        id == 57 || id == 58)
        return STW_XLSX_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 ||
        id == 56)
        return STW_XLSX_CLOCK;
    return id == 22 ? STW_XLSX_DATE_TIME : id == 46 ? STW_XLSX_ELAPSED : STW_XLSX_PLAIN;
}

/* What was met in a code. */
struct letters {
    bool date;    /* y d e, or m away from a time */
    bool month;   /* m: a month or minutes, by its company */
    bool clock;   /* h s */
    bool elapsed; /* [h] */
    bool digits;  /* 0 # ? that are no fraction of a second */
};

/* The content of brackets: [h] and the like count hours; colours, conditions, languages do not. */
static bool counts_time(struct stw_slice inside)
{
    if (inside.size == 0)
        return false;
    char first = (char)(inside.data[0] | 0x20);
    for (size_t i = 0; i < inside.size; i++)
        if ((inside.data[i] | 0x20) != first)
            return false;
    return first == 'h' || first == 'm' || first == 's';
}

/* Steps over what stands for itself at `at`: "text", \x, _x, *x, [..], AM/PM, General, E+. Returns
 * how many bytes, or 0. */
static size_t literal_size(struct stw_slice code, size_t at, struct letters *met)
{
    const char *rest = code.data + at;
    size_t left = code.size - at;
    if (*rest == '\\' || *rest == '_' || *rest == '*')
        return left < 2 ? left : 2;
    if (*rest == '"') {
        const char *end = memchr(rest + 1, '"', left - 1);
        return end == NULL ? left : (size_t)(end - rest) + 1;
    }
    if (*rest == '[') {
        const char *end = memchr(rest, ']', left);
        size_t size = end == NULL ? left : (size_t)(end - rest) + 1;
        met->elapsed |= size > 2 && counts_time((struct stw_slice){rest + 1, size - 2});
        return size;
    }
    if (left >= 5 && strncasecmp(rest, "AM/PM", 5) == 0)
        return 5;
    if (left >= 3 && strncasecmp(rest, "A/P", 3) == 0)
        return 3;
    if (left >= 7 && strncasecmp(rest, "General", 7) == 0)
        return 7;
    if ((*rest == 'E' || *rest == 'e') && left >= 2 && (rest[1] == '+' || rest[1] == '-'))
        return 2;
    return 0;
}

static void meet(char c, char before, struct letters *met)
{
    switch (c | 0x20) {
    case 'y':
    case 'd':
    case 'e':
    case 'b':
        met->date = true;
        break;
    case 'm':
        met->month = true;
        break;
    case 'h':
    case 's':
        met->clock = true;
        break;
    default:
        break;
    }
    if (c == '#' || c == '?' || (c == '0' && before != '.' && before != '0'))
        met->digits = true;
    if (c == '0' && before == '.' && !met->clock)
        met->digits = true;
}

enum stw_xlsx_format stw_xlsx_format_of_code(struct stw_slice code)
{
    struct letters met = {0};
    char before = '\0';
    for (size_t at = 0; at < code.size && code.data[at] != ';';) {
        size_t size = literal_size(code, at, &met);
        if (size == 0)
            meet(code.data[at], before, &met);
        before = size == 0 ? code.data[at] : '\0';
        at += size == 0 ? 1 : size;
    }
    if (met.digits)
        return STW_XLSX_PLAIN;
    if (met.elapsed)
        return met.date ? STW_XLSX_DATE_TIME : STW_XLSX_ELAPSED;
    if (met.clock)
        return met.date ? STW_XLSX_DATE_TIME : STW_XLSX_CLOCK;
    return met.date || met.month ? STW_XLSX_DATE : STW_XLSX_PLAIN;
}

uint8_t stw_xlsx_zeros_of_code(struct stw_slice code)
{
    enum { ZEROS_MAX = 15 /* digits of a number in Excel */ };
    size_t zeros = 0;
    while (zeros < code.size && code.data[zeros] == '0')
        zeros++;
    bool whole = zeros == code.size || code.data[zeros] == ';'; /* of numbers that are positive */
    return whole && zeros >= 2 && zeros <= ZEROS_MAX ? (uint8_t)zeros : 0;
}
