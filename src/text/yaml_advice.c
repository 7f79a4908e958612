/* Messages of the YAML tree: places, excerpts and the usual slips; see yaml_advice.h. */
#include "text/yaml_advice.h"

#include "text/width.h"

#include <stdio.h>
#include <string.h>

#define FULL_WIDTH_COLON "\xEF\xBC\x9A"
#define FULL_WIDTH_BLANK "\xE3\x80\x80"

enum { EXCERPT_COLUMNS = 96, EXCERPT_BEFORE = 64 };

int stw_yaml_fail_at(struct stw_error *err, struct stw_yaml *doc, uint32_t line, uint32_t column,
                     const char *format, ...)
{
    char text[STW_ERROR_WHAT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    stw_fail(err, STW_ERR_INPUT, "%s", text);
    stw_error_where(err, "%s:%u:%u", doc->file, line, column);
    doc->fail_line = line;
    doc->fail_column = column;
    return STW_ERR_INPUT;
}

int stw_yaml_fail(struct stw_error *err, struct stw_yaml *doc, const struct stw_yaml_node *node,
                  const char *format, ...)
{
    char text[STW_ERROR_WHAT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return stw_yaml_fail_at(err, doc, node == NULL ? 1 : node->line,
                            node == NULL ? 1 : node->column, "%s", text);
}

/* The text of a line, 1 = first, without its end; empty past the last. Lines end as libyaml sees
 * them: LF, CR or both. */
static struct stw_slice line_at(struct stw_slice source, uint32_t line)
{
    const char *at = source.data, *end = at + source.size;
    while (line > 1 && at < end) {
        if (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n')))
            line--;
        at++;
    }
    const char *stop = at;
    while (line == 1 && stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    return (struct stw_slice){at, (size_t)(stop - at)};
}

/* Line and column of a byte of the source. */
static void place_of(struct stw_slice source, size_t offset, uint32_t *line, uint32_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset;) {
        uint32_t code;
        size_t size = stw_utf8_decode((struct stw_slice){source.data + i, source.size - i}, &code);
        bool ends =
            code == '\n' || (code == '\r' && (i + 1 == source.size || source.data[i + 1] != '\n'));
        *line += ends;
        *column = ends ? 1 : *column + 1;
        i += size;
    }
}

/* GBK and GB18030's two-byte part: a lead of 81-FE, then 40-7E or 80-FE; all of the file so. */
static bool looks_like_gbk(struct stw_slice source)
{
    for (size_t i = 0; i < source.size; i++) {
        unsigned char lead = (unsigned char)source.data[i];
        if (lead < 0x80)
            continue;
        unsigned char trail = i + 1 < source.size ? (unsigned char)source.data[i + 1] : 0;
        if (lead == 0x80 || lead == 0xFF || trail < 0x40 || trail == 0x7F || trail == 0xFF)
            return false;
        i++;
    }
    return true;
}

static int fail_encoding(struct stw_yaml *doc, size_t offset, struct stw_error *err)
{
    uint32_t line, column;
    place_of(doc->source, offset, &line, &column);
    if (looks_like_gbk(doc->source)) {
        stw_yaml_fail_at(err, doc, line, column,
                         "the file is not UTF-8; it looks like GBK ('ANSI' on Chinese Windows)");
        stw_error_hint(err, "save it as UTF-8 in the editor, or: iconv -f GBK -t UTF-8 '%.200s'",
                       doc->file);
    } else {
        stw_yaml_fail_at(err, doc, line, column, "the file is not UTF-8: byte %02X",
                         (unsigned)(unsigned char)doc->source.data[offset]);
        stw_error_hint(err, "save it as UTF-8 in the editor");
    }
    return STW_ERR_INPUT;
}

/* Neither shown by an editor nor meant by a writer; some of them end lines to libyaml only. */
static bool is_invisible(uint32_t code)
{
    return (code < 0x20 && code != '\t' && code != '\n' && code != '\r') ||
           (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
           code == 0xFFFE || code == 0xFFFF;
}

int stw_yaml_check_bytes(struct stw_yaml *doc, struct stw_error *err)
{
    struct stw_slice source = doc->source;
    if (stw_slice_starts(source, STW_SLICE("\xFF\xFE")) ||
        stw_slice_starts(source, STW_SLICE("\xFE\xFF"))) {
        stw_yaml_fail_at(err, doc, 1, 1, "the file is UTF-16 ('Unicode' on Windows), not UTF-8");
        stw_error_hint(err, "save it as UTF-8 in the editor");
        return STW_ERR_INPUT;
    }
    for (size_t i = 0; i < source.size;) {
        uint32_t code;
        size_t size = stw_utf8_decode((struct stw_slice){source.data + i, source.size - i}, &code);
        if (code == STW_CODE_INVALID)
            return fail_encoding(doc, i, err);
        if (is_invisible(code)) {
            uint32_t line, column;
            place_of(source, i, &line, &column);
            return stw_yaml_fail_at(err, doc, line, column,
                                    "an invisible character, U+%04X, stands here", (unsigned)code);
        }
        i += size;
    }
    return STW_OK;
}

/* Column, 1 = first, of the byte at `offset` of a line. */
static uint32_t column_of(struct stw_slice line, size_t offset)
{
    uint32_t ignored, column;
    place_of(line, offset, &ignored, &column);
    return column;
}

static const char *find_in(struct stw_slice text, const char *wanted)
{
    return text.size == 0 ? NULL : memmem(text.data, text.size, wanted, strlen(wanted));
}

/* The part before a comment; good enough to look for slips in. */
static struct stw_slice without_comment(struct stw_slice line)
{
    const char *comment = find_in(line, " #");
    if (line.size > 0 && line.data[0] == '#')
        line.size = 0;
    else if (comment != NULL)
        line.size = (size_t)(comment - line.data);
    return line;
}

static int explain_tab(struct stw_yaml *doc, uint32_t number, struct stw_error *err)
{
    struct stw_slice line = line_at(doc->source, number);
    size_t indent = 0;
    while (indent < line.size && line.data[indent] == ' ')
        indent++;
    if (indent == line.size || line.data[indent] != '\t')
        return STW_OK;
    stw_yaml_fail_at(err, doc, number, column_of(line, indent), "a tab is used for indentation");
    stw_error_hint(err, "YAML is indented with blanks; write two of them for the tab");
    return STW_ERR_INPUT;
}

/* Where a colon or blank of full width takes the place of YAML's own: a colon before any ordinary
 * one, a blank in the indentation or right after a colon or dash. */
static int explain_full_width(struct stw_yaml *doc, uint32_t number, struct stw_error *err)
{
    struct stw_slice line = without_comment(line_at(doc->source, number));
    const char *plain = find_in(line, ": ");
    const char *colon = find_in(line, FULL_WIDTH_COLON);
    const char *blank = find_in(line, FULL_WIDTH_BLANK);
    if (colon != NULL && (plain == NULL || colon < plain)) {
        stw_yaml_fail_at(err, doc, number, column_of(line, (size_t)(colon - line.data)),
                         "a full-width colon '" FULL_WIDTH_COLON "' stands here");
        stw_error_hint(err, "write ':' and a blank after it");
        return STW_ERR_INPUT;
    }
    if (blank != NULL && (blank == line.data || strchr(" -:", blank[-1]) != NULL)) {
        stw_yaml_fail_at(err, doc, number, column_of(line, (size_t)(blank - line.data)),
                         "a full-width blank stands here");
        stw_error_hint(err, "write ordinary blanks; put text that needs it in quotes");
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

/* The colon of "word:value" at the front of a text; NULL where there is none. Times (12:30) and
 * addresses (http://) are no such thing. */
static const char *colon_without_blank(struct stw_slice text)
{
    size_t i = 0;
    while (i < text.size && text.data[i] != ':' && text.data[i] != ' ' && text.data[i] != '"')
        i++;
    bool word = i > 0 && i + 1 < text.size && text.data[i] == ':' &&
                !(text.data[0] >= '0' && text.data[0] <= '9');
    return word && text.data[i + 1] != ' ' && text.data[i + 1] != '/' ? text.data + i : NULL;
}

static int explain_missing_blank(struct stw_yaml *doc, uint32_t number, struct stw_error *err)
{
    struct stw_slice line = without_comment(line_at(doc->source, number));
    struct stw_slice text = line;
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '-')) {
        text.data++;
        text.size--;
    }
    const char *colon = colon_without_blank(text);
    if (colon == NULL)
        return STW_OK;
    stw_yaml_fail_at(err, doc, number, column_of(line, (size_t)(colon - line.data)),
                     "a blank is missing after ':'");
    stw_error_hint(err, "write '%.*s: %.*s'", (int)(colon - text.data), text.data,
                   (int)(text.data + text.size - colon - 1), colon + 1);
    return STW_ERR_INPUT;
}

int stw_yaml_explain(struct stw_yaml *doc, uint32_t line, uint32_t column, const char *problem,
                     struct stw_error *err)
{
    /* The slip is on the line libyaml stumbles over, or on the one before it. */
    for (uint32_t back = 0; back <= 1 && back < line; back++) {
        STW_TRY(explain_tab(doc, line - back, err));
        STW_TRY(explain_full_width(doc, line - back, err));
        STW_TRY(explain_missing_blank(doc, line - back, err));
    }
    return stw_yaml_fail_at(err, doc, line, column, "this is not YAML: %s", problem);
}

int stw_yaml_check_plain(struct stw_yaml *doc, const struct stw_yaml_node *node, bool is_key,
                         struct stw_error *err)
{
    if (node->quoted)
        return STW_OK;
    static const struct stw_slice blank = {FULL_WIDTH_BLANK, 3};
    struct stw_slice text = node->text;
    struct stw_slice end = {text.data + (text.size < 3 ? 0 : text.size - 3), 3};
    bool edge = text.size >= 3 && (stw_slice_starts(text, blank) || stw_slice_equal(end, blank));
    bool dash = stw_slice_starts(text, STW_SLICE("-" FULL_WIDTH_BLANK));
    if (edge || dash || (is_key && find_in(text, FULL_WIDTH_BLANK) != NULL)) {
        stw_yaml_fail(err, doc, node, "a full-width blank stands in or around '%.60s'", text.data);
        stw_error_hint(err, "write ordinary blanks; put text that needs it in quotes");
        return STW_ERR_INPUT;
    }
    if (is_key && find_in(text, FULL_WIDTH_COLON) != NULL) {
        stw_yaml_fail(err, doc, node, "a full-width colon '" FULL_WIDTH_COLON "' stands in '%.60s'",
                      text.data);
        stw_error_hint(err, "write ':' and a blank after it");
        return STW_ERR_INPUT;
    }
    return STW_OK;
}

int stw_yaml_check_flow_key(struct stw_yaml *doc, struct stw_yaml_cursor *cursor,
                            const struct stw_yaml_node *key, struct stw_error *err)
{
    struct stw_slice source = doc->source;
    while (cursor->at < source.size &&
           (cursor->line < key->line ||
            (cursor->line == key->line && cursor->column + 1 < key->column))) {
        uint32_t code;
        size_t at = cursor->at;
        at += stw_utf8_decode((struct stw_slice){source.data + at, source.size - at}, &code);
        bool ends =
            code == '\n' || (code == '\r' && (at == source.size || source.data[at] != '\n'));
        cursor->line += ends;
        cursor->column = ends ? 1 : cursor->column + 1;
        cursor->at = at;
    }
    if (cursor->at >= source.size || cursor->line != key->line ||
        cursor->column + 1 != key->column || source.data[cursor->at] != '?')
        return STW_OK;
    stw_yaml_fail_at(err, doc, key->line, key->column - 1, "'?%.60s' may be '%.60s' or not",
                     key->text.data, key->text.data);
    stw_error_hint(err, "put it in quotes where the question mark belongs to it");
    return STW_ERR_INPUT;
}

void stw_yaml_hint_scalar(struct stw_error *err, const struct stw_yaml_node *node)
{
    struct stw_slice text = node->text;
    if (node->quoted || text.size == 0)
        return;
    const char *colon = colon_without_blank(text);
    if (find_in(text, FULL_WIDTH_COLON) != NULL)
        stw_error_hint(err, "the full-width colon '" FULL_WIDTH_COLON
                            "' is text; write ':' and a blank after it");
    else if (colon != NULL)
        stw_error_hint(err, "a blank is missing after ':'; write '%.*s: %.60s'",
                       (int)(colon - text.data), text.data, colon + 1);
    else if (text.data[0] == '-' && text.size > 1)
        stw_error_hint(err, "a blank is missing after '-'; write '- %.60s'", text.data + 1);
}

static void put_source(struct stw_buffer *out, struct stw_slice text)
{
    while (text.size > 0) {
        const char *tab = memchr(text.data, '\t', text.size);
        size_t size = tab == NULL ? text.size : (size_t)(tab - text.data);
        stw_text_put_visible(out, (struct stw_slice){text.data, size});
        if (tab != NULL)
            stw_buffer_add_char(out, ' ');
        size += tab != NULL;
        text.data += size;
        text.size -= size;
    }
}

void stw_yaml_excerpt(const struct stw_yaml *doc, uint32_t line, uint32_t column,
                      struct stw_buffer *out)
{
    struct stw_slice text = line_at(doc->source, line);
    size_t offset = 0; /* of the caret's character */
    for (uint32_t i = 1; i < column && offset < text.size; i++) {
        uint32_t code;
        offset +=
            stw_utf8_decode((struct stw_slice){text.data + offset, text.size - offset}, &code);
    }
    /* Characters are left out at the front until the caret is in sight. */
    size_t before = stw_text_width((struct stw_slice){text.data, offset});
    bool cut = before > EXCERPT_BEFORE;
    while (before > EXCERPT_BEFORE) {
        uint32_t code;
        size_t size = stw_utf8_decode(text, &code);
        before -= stw_code_width(code);
        text.data += size;
        text.size -= size;
    }
    struct stw_slice shown = stw_text_fit(text, EXCERPT_COLUMNS);
    stw_buffer_printf(out, "%6u | %s", (unsigned)line, cut ? "\xE2\x80\xA6" : "");
    put_source(out, shown);
    stw_buffer_add_text(out, shown.size < text.size ? "\xE2\x80\xA6\n" : "\n");
    stw_buffer_printf(out, "       | %*s^\n", (int)(before + cut), "");
}
