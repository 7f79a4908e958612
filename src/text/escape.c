/* Escaping for HTML, CSV and the shell; see escape.h. */
#include "text/escape.h"

#include "text/width.h"

#include <string.h>

void stw_escape_html(struct stw_buffer *out, struct stw_slice text)
{
    while (text.size > 0) {
        uint32_t code;
        size_t size = stw_utf8_decode(text, &code);
        bool blank = code == '\t' || code == '\n' || code == '\r';
        if (code == '&')
            stw_buffer_add_text(out, "&amp;");
        else if (code == '<')
            stw_buffer_add_text(out, "&lt;");
        else if (code == '>')
            stw_buffer_add_text(out, "&gt;");
        else if (code == '"')
            stw_buffer_add_text(out, "&quot;");
        else if (code == '\'')
            stw_buffer_add_text(out, "&#39;");
        else if ((code < 0x20 && !blank) || (code >= 0x7F && code < 0xA0) ||
                 code == STW_CODE_INVALID)
            stw_utf8_put(out, STW_CODE_REPLACEMENT);
        else
            stw_buffer_add(out, text.data, size);
        text.data += size;
        text.size -= size;
    }
}

static bool starts_formula(struct stw_slice text)
{
    uint32_t code;
    if (stw_utf8_decode(text, &code) == 0)
        return false;
    switch (code) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case '\n':
    case 0xFF1D: /* full-width = + - @, which some spreadsheets take for the plain ones */
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
        return true;
    default:
        return false;
    }
}

static bool needs_quotes(struct stw_slice text, char separator)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == separator || c == '"' || c == '\n' || c == '\r')
            return true;
    }
    return text.size > 0 && (text.data[0] == ' ' || text.data[text.size - 1] == ' ');
}

static void put_cell(struct stw_buffer *out, struct stw_slice text, char separator, bool neutral)
{
    bool quotes = needs_quotes(text, separator);
    if (quotes)
        stw_buffer_add_char(out, '"');
    if (neutral)
        stw_buffer_add_char(out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            stw_buffer_add_char(out, '"');
        stw_buffer_add_char(out, text.data[i]);
    }
    if (quotes)
        stw_buffer_add_char(out, '"');
}

void stw_escape_csv_text(struct stw_buffer *out, struct stw_slice text, char separator)
{
    put_cell(out, text, separator, starts_formula(text));
}

void stw_escape_csv_number(struct stw_buffer *out, struct stw_slice number, char separator)
{
    put_cell(out, number, separator, false);
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

void stw_escape_shell(struct stw_buffer *out, struct stw_slice word)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-./:=@%+,";
    bool plain = word.size > 0, control = false;
    for (size_t i = 0; i < word.size; i++) {
        plain = plain && word.data[i] != '\0' && strchr(safe, word.data[i]) != NULL;
        control = control || is_control(word.data[i]);
    }
    if (plain) {
        stw_buffer_add_slice(out, word);
        return;
    }
    stw_buffer_add_text(out, control ? "$'" : "'");
    for (size_t i = 0; i < word.size; i++) {
        char c = word.data[i];
        if (control && (c == '\'' || c == '\\'))
            stw_buffer_printf(out, "\\%c", c);
        else if (is_control(c))
            stw_buffer_printf(out, "\\x%02x", (unsigned char)c);
        else if (c == '\'')
            stw_buffer_add_text(out, "'\\''");
        else
            stw_buffer_add_char(out, c);
    }
    stw_buffer_add_char(out, '\'');
}
