/* Cleaning and escaping of report texts; see markup.h. */
#include "report/markup.h"

#include "text/escape.h"
#include "text/width.h"

#include <stdbool.h>

/* Unicode's Bidi_Control property (PropList.txt). */
static bool is_bidi_control(uint32_t code)
{
    return code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* What stands for the code point; itself where nothing is wrong with it. */
static uint32_t clean_code(uint32_t code)
{
    if (code == '\t' || code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029)
        return ' ';
    if (code == STW_CODE_INVALID || code < 0x20 || (code >= 0x7F && code < 0xA0) ||
        is_bidi_control(code))
        return STW_CODE_REPLACEMENT;
    return code;
}

/* Bytes up to the first code point to replace, which is then *code; text.size when there is none.
 */
static size_t clean_size(struct stw_slice text, uint32_t *code, size_t *code_size)
{
    size_t at = 0;
    while (at < text.size) {
        struct stw_slice rest = {text.data + at, text.size - at};
        *code_size = stw_utf8_decode(rest, code);
        if (clean_code(*code) != *code)
            return at;
        at += *code_size;
    }
    *code_size = 0;
    return at;
}

/* Hands the text on in pieces: as it is where clean, code by code where not. */
static void clean_into(struct stw_buffer *out, struct stw_slice text,
                       void (*put)(struct stw_buffer *out, struct stw_slice piece))
{
    while (text.size > 0) {
        uint32_t code = 0;
        size_t code_size, size = clean_size(text, &code, &code_size);
        put(out, (struct stw_slice){text.data, size});
        if (code_size > 0)
            stw_utf8_put(out, clean_code(code));
        text.data += size + code_size;
        text.size -= size + code_size;
    }
}

void stw_markup_clean(struct stw_buffer *out, struct stw_slice text)
{
    clean_into(out, text, stw_buffer_add_slice);
}

void stw_markup_text(struct stw_buffer *out, struct stw_slice text)
{
    clean_into(out, text, stw_escape_html);
}

void stw_markup_datum(struct stw_buffer *out, enum stw_language language,
                      const struct stw_datum *value)
{
    struct stw_buffer shown;
    stw_buffer_init(&shown);
    stw_datum_show(language, value, &shown);
    out->failed |= shown.failed;
    stw_markup_text(out, stw_buffer_slice(&shown));
    stw_buffer_release(&shown);
}
