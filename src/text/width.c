/* UTF-8 and terminal columns; see width.h. */
#include "text/width.h"

#include <assert.h>

static bool continues(struct stw_slice text, size_t at)
{
    return at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80;
}

size_t stw_utf8_decode(struct stw_slice text, uint32_t *code)
{
    *code = STW_CODE_INVALID;
    if (text.size == 0)
        return 0;
    unsigned char lead = (unsigned char)text.data[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4)
        return 1;
    uint32_t value = lead & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (!continues(text, i))
            return 1;
        value = value << 6 | ((unsigned char)text.data[i] & 0x3F);
    }
    if (value < least[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 1;
    *code = value;
    return size;
}

void stw_utf8_put(struct stw_buffer *out, uint32_t code)
{
    assert(code <= 0x10FFFF);
    char bytes[4];
    size_t size = 0;
    if (code < 0x80) {
        bytes[size++] = (char)code;
    } else if (code < 0x800) {
        bytes[size++] = (char)(0xC0 | code >> 6);
        bytes[size++] = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        bytes[size++] = (char)(0xE0 | code >> 12);
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[size++] = (char)(0x80 | (code & 0x3F));
    } else {
        bytes[size++] = (char)(0xF0 | code >> 18);
        bytes[size++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[size++] = (char)(0x80 | (code & 0x3F));
    }
    stw_buffer_add(out, bytes, size);
}

/* Steps over one code point at the front of *text. */
static uint32_t take_code(struct stw_slice *text)
{
    uint32_t code;
    size_t size = stw_utf8_decode(*text, &code);
    text->data += size;
    text->size -= size;
    return code;
}

size_t stw_utf8_valid_size(struct stw_slice text)
{
    struct stw_slice rest = text;
    while (rest.size > 0) {
        uint32_t code;
        size_t size = stw_utf8_decode(rest, &code);
        if (code == STW_CODE_INVALID)
            break;
        rest.data += size;
        rest.size -= size;
    }
    return text.size - rest.size;
}

static bool in_ranges(uint32_t code, const struct stw_code_range *ranges, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= ranges[low].first;
}

/* C0, DEL, C1, and what is not a character at all. */
static bool unprintable(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == STW_CODE_INVALID;
}

unsigned stw_code_width(uint32_t code)
{
    if (code < 0x300 || code == STW_CODE_INVALID) /* the first mark that combines is U+0300 */
        return 1;
    if (in_ranges(code, stw_codes_wide, stw_codes_wide_count))
        return 2;
    return in_ranges(code, stw_codes_zero, stw_codes_zero_count) ? 0 : 1;
}

size_t stw_text_width(struct stw_slice text)
{
    size_t columns = 0;
    while (text.size > 0)
        columns += stw_code_width(take_code(&text));
    return columns;
}

struct stw_slice stw_text_fit(struct stw_slice text, size_t columns)
{
    struct stw_slice rest = text;
    while (rest.size > 0) {
        struct stw_slice after = rest;
        unsigned width = stw_code_width(take_code(&after));
        if (width > columns)
            break;
        columns -= width;
        rest = after;
    }
    text.size -= rest.size;
    return text;
}

void stw_text_put_visible(struct stw_buffer *out, struct stw_slice text)
{
    while (text.size > 0) {
        uint32_t code = take_code(&text);
        /* The marks that turn the direction of writing can reorder a whole line. */
        bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
        if (!turns)
            stw_utf8_put(out, unprintable(code) ? STW_CODE_REPLACEMENT : code);
    }
}

static void put_blanks(struct stw_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        stw_buffer_add_char(out, ' ');
}

void stw_text_pad(struct stw_buffer *out, struct stw_slice text, size_t columns,
                  enum stw_align align)
{
    size_t width = stw_text_width(text);
    bool cut = width > columns;
    if (cut) {
        text = columns == 0 ? (struct stw_slice){text.data, 0} : stw_text_fit(text, columns - 1);
        width = stw_text_width(text) + (columns > 0);
    }
    if (align == STW_ALIGN_RIGHT)
        put_blanks(out, columns - width);
    stw_text_put_visible(out, text);
    if (cut && columns > 0)
        stw_buffer_add_text(out, "\xE2\x80\xA6");
    if (align == STW_ALIGN_LEFT)
        put_blanks(out, columns - width);
}
