/*
 * Numbers of a workbook as a person sees them. Excel stores the shortest text that gives the same
 * double back, which may take 17 digits: 1234.56 computed in a cell is often 1234.5599999999999.
 * It shows, and computes with, 15; so does this, on the text, digit by digit: no double is made.
 */
#include "text/xlsx.h"

#include <string.h>

enum { DIGITS_SHOWN = 15, DIGITS_MAX = 40, EXPONENT_MAX = 400, ZEROS_MAX = 20 };

/* 0.d1 d2 d3 ... * 10^point */
struct digits {
    bool negative;
    char digit[DIGITS_MAX + 1]; /* values, not letters; [0] is room for a carry */
    int count;
    int point;
};

/* Reads sign, digits, point and exponent; false: no number. */
static bool read_digits(struct stw_slice in, struct digits *out)
{
    size_t at = 0, read = 0;
    bool behind_point = false;
    memset(out, 0, sizeof(*out));
    out->negative = in.size > 0 && in.data[0] == '-';
    at += in.size > 0 && (in.data[0] == '-' || in.data[0] == '+');
    for (; at < in.size; at++) {
        char c = in.data[at];
        if (c == '.' && !behind_point) {
            behind_point = true;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        read++;
        bool leading = out->count == 0 && c == '0';
        if (!leading && out->count < DIGITS_MAX)
            out->digit[++out->count] = (char)(c - '0');
        out->point += leading ? -behind_point : !behind_point;
    }
    if (read == 0)
        return false;
    if (at == in.size)
        return true;
    int exponent = 0, sign = 1;
    if ((in.data[at] != 'E' && in.data[at] != 'e') || ++at == in.size)
        return false;
    if (in.data[at] == '-' || in.data[at] == '+')
        sign = in.data[at++] == '-' ? -1 : 1;
    if (at == in.size)
        return false;
    for (; at < in.size; at++) {
        if (in.data[at] < '0' || in.data[at] > '9' || exponent > EXPONENT_MAX)
            return false;
        exponent = exponent * 10 + (in.data[at] - '0');
    }
    out->point += sign * exponent;
    return true;
}

/* Half away from zero at 15 digits, and no zeros at the end. */
static void round_digits(struct digits *number)
{
    char *digit = number->digit + 1;
    if (number->count > DIGITS_SHOWN) {
        bool up = digit[DIGITS_SHOWN] >= 5;
        number->count = DIGITS_SHOWN;
        for (int i = DIGITS_SHOWN - 1; up && i >= -1; i--) {
            digit[i]++;
            up = digit[i] == 10;
            if (up)
                digit[i] = 0;
        }
        if (number->digit[0] > 0) { /* 9.99... became 10 */
            memmove(number->digit + 1, number->digit, DIGITS_SHOWN);
            number->point++;
        }
    }
    while (number->count > 0 && digit[number->count - 1] == 0)
        number->count--;
}

static void put_digits(struct stw_buffer *out, const struct digits *number, int from, int to)
{
    for (int i = from; i < to; i++)
        stw_buffer_add_char(out, i < number->count ? (char)('0' + number->digit[i + 1]) : '0');
}

bool stw_xlsx_put_number(struct stw_slice in, struct stw_buffer *out)
{
    struct digits number;
    if (!read_digits(in, &number))
        return false;
    round_digits(&number);
    if (number.count == 0) {
        stw_buffer_add_char(out, '0');
        return true;
    }
    if (number.negative)
        stw_buffer_add_char(out, '-');
    if (number.point > DIGITS_SHOWN || number.point < -ZEROS_MAX) {
        put_digits(out, &number, 0, 1);
        if (number.count > 1)
            stw_buffer_add_char(out, '.');
        put_digits(out, &number, 1, number.count);
        stw_buffer_printf(out, "E%+d", number.point - 1);
        return true;
    }
    if (number.point <= 0)
        stw_buffer_add_char(out, '0');
    else
        put_digits(out, &number, 0, number.point);
    if (number.count > number.point)
        stw_buffer_add_char(out, '.');
    for (int i = number.point; i < 0; i++)
        stw_buffer_add_char(out, '0');
    put_digits(out, &number, number.point < 0 ? 0 : number.point, number.count);
    return true;
}
