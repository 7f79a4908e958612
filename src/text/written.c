/* Numbers as people type them; see written.h. */
#include "text/written.h"

#include "text/width.h"

#include <string.h>

/* ---- To ASCII -------------------------------------------------------------------------------- */

/* The ASCII twin of a code point: 0 for one without width that is left out, the code itself where
 * there is none. */
static uint32_t ascii_of(uint32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E) /* full-width forms */
        return code - 0xFEE0;
    if (code == 0x3000 || code == 0xA0 || (code >= 0x2002 && code <= 0x200A) || code == 0x202F ||
        code == 0x205F)
        return ' ';
    if (code == 0x2212 || code == 0xFE63) /* minus signs; a dash is none */
        return '-';
    return code == 0x200B || code == 0xFEFF ? 0 : code;
}

bool stw_written_to_ascii(struct stw_slice text, char *out, size_t room, size_t *size)
{
    *size = 0;
    while (text.size > 0) {
        uint32_t code, twin;
        size_t step = stw_utf8_decode(text, &code);
        twin = code == STW_CODE_INVALID ? code : ascii_of(code);
        size_t added = twin == code ? step : twin != 0;
        if (*size + added > room)
            return false;
        if (twin == code)
            memcpy(out + *size, text.data, step);
        else if (twin != 0)
            out[*size] = (char)twin;
        *size += added;
        text.data += step;
        text.size -= step;
    }
    return true;
}

/* ---- Marks ----------------------------------------------------------------------------------- */

static bool take_front(struct stw_slice *text, const char *word)
{
    struct stw_slice front = stw_slice_of(word);
    if (!stw_slice_starts(*text, front))
        return false;
    text->data += front.size;
    text->size -= front.size;
    return true;
}

static bool take_back(struct stw_slice *text, const char *word)
{
    size_t size = strlen(word);
    if (text->size < size || memcmp(text->data + text->size - size, word, size) != 0)
        return false;
    text->size -= size;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A Latin letter as a mark stands beside a digit or alone: it may be the beginning of a unit. */
static bool letter_is_alone(struct stw_slice rest, bool front)
{
    struct stw_slice trimmed = stw_slice_trim(rest);
    return trimmed.size > 0 &&
           (front ? is_digit(trimmed.data[0]) : is_digit(trimmed.data[trimmed.size - 1]));
}

/* Takes one mark of an estimate off either end. */
static bool take_estimated(struct stw_slice *text)
{
    static const char *const words[] = {"(估计)", "(估)", "估计值", "估计", "估算",
                                        "估读",   "估抄", "估",     "(E)",  "[E]",
                                        "(est)",  "est.", "est",    "EST",  NULL};
    for (const char *const *word = words; *word != NULL; word++)
        if (take_back(text, *word) || take_front(text, *word))
            return true;
    struct stw_slice behind = *text, before = *text;
    if (take_back(&before, "E") && letter_is_alone(before, false))
        *text = before;
    else if (take_front(&behind, "E") && letter_is_alone(behind, true))
        *text = behind;
    else
        return false;
    return true;
}

bool stw_written_is_exchange(struct stw_slice text)
{
    static const char *const words[] = {"换表",       "換錶",         "換表",
                                        "更换水表",   "更换电表",     "meter exchange",
                                        "meter swap", "meter change", NULL};
    for (const char *const *word = words; *word != NULL; word++)
        if (text.size >= strlen(*word) &&
            memmem(text.data, text.size, *word, strlen(*word)) != NULL)
            return true;
    return false;
}

/* ---- Parts ----------------------------------------------------------------------------------- */

/* "(4.25)" as accountants write a negative number: what is in the brackets goes to `text`, what
 * stands behind the number, in the brackets or behind them, to `rest`. */
static bool take_accounting(struct stw_slice *text, const struct stw_number_style *style,
                            struct stw_slice *rest)
{
    const char *close =
        stw_slice_starts(*text, STW_SLICE("(")) ? memchr(text->data, ')', text->size) : NULL;
    if (close == NULL)
        return false;
    struct stw_slice inside = {text->data + 1, (size_t)(close - text->data) - 1};
    inside = stw_slice_trim(inside);
    size_t size = stw_number_size(inside, style);
    if (size == 0 || !is_digit(inside.data[size - 1]) || strchr("+-", inside.data[0]) != NULL)
        return false;
    struct stw_slice behind = {close + 1, (size_t)(text->data + text->size - close) - 1};
    struct stw_slice within = {inside.data + size, inside.size - size};
    behind = stw_slice_trim(behind);
    if (behind.size > 0 && within.size > 0)
        return false;
    *text = (struct stw_slice){inside.data, size};
    *rest = behind.size > 0 ? behind : within;
    return true;
}

static int take_power(struct stw_slice *rest)
{
    if (stw_slice_is(*rest, "万元")) /* a unit of its own */
        return 0;
    if (take_front(rest, "万") || take_front(rest, "萬"))
        return 4;
    return take_front(rest, "亿") || take_front(rest, "億") ? 8 : 0;
}

static struct stw_slice without_brackets(struct stw_slice text)
{
    bool round = text.size >= 2 && text.data[0] == '(' && text.data[text.size - 1] == ')';
    bool square = text.size >= 2 && text.data[0] == '[' && text.data[text.size - 1] == ']';
    if (round || square)
        return stw_slice_trim((struct stw_slice){text.data + 1, text.size - 2});
    return text;
}

bool stw_written_split(struct stw_slice text, const struct stw_number_style *style,
                       struct stw_written *out)
{
    size_t size;
    if (!stw_written_to_ascii(text, out->plain, sizeof(out->plain), &size))
        return false;
    out->text = stw_slice_trim((struct stw_slice){out->plain, size});
    if (stw_utf8_valid_size(out->text) != out->text.size)
        return false;
    out->exchange = stw_written_is_exchange(out->text);
    struct stw_slice rest = out->text;
    out->estimated = false;
    while (take_estimated(&rest)) {
        out->estimated = true;
        rest = stw_slice_trim(rest);
    }
    out->number = rest;
    out->negative = take_accounting(&out->number, style, &rest);
    if (!out->negative) {
        out->number.size = stw_number_size(rest, style);
        rest.data += out->number.size;
        rest.size -= out->number.size;
    }
    rest = stw_slice_trim(rest);
    out->power = take_power(&rest);
    out->unit = without_brackets(stw_slice_trim(rest));
    return true;
}

enum stw_number_problem stw_written_decimal(const struct stw_written *written,
                                            const struct stw_number_style *style,
                                            struct stw_decimal *out)
{
    struct stw_decimal value;
    enum stw_number_problem problem = stw_number_parse(written->number, style, &value);
    if (problem != STW_NUMBER_OK)
        return problem == STW_NUMBER_EMPTY ? STW_NUMBER_MALFORMED : problem;
    value.value = written->negative ? -value.value : value.value;
    int drop = written->power < value.scale ? written->power : value.scale;
    value.scale -= drop;
    int64_t by = stw_pow10(written->power - drop);
    if (__builtin_mul_overflow(value.value, by, &value.value))
        return STW_NUMBER_TOO_LARGE;
    *out = value;
    return STW_NUMBER_OK;
}
