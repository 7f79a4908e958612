/* The shared strings of a workbook (ECMA-376 Part 1, 18.4): texts that cells name by number. Rich
 * text is the sum of its runs; the phonetic runs of Japanese are left out. */
#include "text/xlsx_inside.h"

#include "base/memory.h"

#include <string.h>

struct strings_reader {
    struct stw_xlsx *book;
    bool in_item, in_text, in_phonetic;
    size_t start; /* of the present item */
};

static void begin(void *context, const char *name, const char **attributes)
{
    struct strings_reader *reader = context;
    (void)attributes;
    if (strcmp(name, "si") == 0) {
        reader->in_item = true;
        reader->start = reader->book->strings.bytes.size;
    } else if (strcmp(name, "rPh") == 0) {
        reader->in_phonetic = true;
    } else if (strcmp(name, "t") == 0) {
        reader->in_text = reader->in_item && !reader->in_phonetic;
    }
}

static void text(void *context, const char *bytes, size_t size)
{
    struct strings_reader *reader = context;
    struct stw_xlsx_strings *strings = &reader->book->strings;
    if (!reader->in_text)
        return;
    if (strings->bytes.size + size > STW_XLSX_STRINGS_BYTES_MAX)
        stw_xml_stop(reader->book->xml, STW_ERR_LIMIT, "the workbook's texts exceed %d bytes",
                     STW_XLSX_STRINGS_BYTES_MAX);
    else
        stw_buffer_add(&strings->bytes, bytes, size);
}

static void end_item(struct strings_reader *reader)
{
    struct stw_xlsx_strings *strings = &reader->book->strings;
    reader->in_item = false;
    if (strings->count == STW_XLSX_STRINGS_MAX) {
        stw_xml_stop(reader->book->xml, STW_ERR_LIMIT, "the workbook has more than %d texts",
                     STW_XLSX_STRINGS_MAX);
        return;
    }
    stw_xlsx_unescape(&strings->bytes, reader->start);
    if (!stw_reserve((void **)&strings->ends, &strings->capacity, strings->count + 1u,
                     sizeof(*strings->ends))) {
        stw_xml_stop(reader->book->xml, STW_ERR_MEMORY, "out of memory");
        return;
    }
    strings->ends[strings->count++] = (uint32_t)strings->bytes.size;
}

static void end(void *context, const char *name)
{
    struct strings_reader *reader = context;
    if (strcmp(name, "t") == 0)
        reader->in_text = false;
    else if (strcmp(name, "rPh") == 0)
        reader->in_phonetic = false;
    else if (strcmp(name, "si") == 0 && reader->in_item)
        end_item(reader);
}

int stw_xlsx_strings_load(struct stw_xlsx *book, struct stw_error *err)
{
    static const struct stw_xml_handlers handlers = {begin, end, text};
    struct strings_reader reader = {.book = book};
    if (book->strings_path == NULL)
        return STW_OK;
    int status = stw_xlsx_parse_part(book, book->strings_path, &handlers, &reader, err);
    if (status == STW_ERR_LIMIT)
        stw_error_hint(err, "save the sheet as CSV UTF-8");
    STW_TRY(status);
    return stw_buffer_status(&book->strings.bytes, err);
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* The code of "_xHHHH_" at `at`, or -1. */
static int escaped_code(const char *at, size_t left)
{
    if (left < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_')
        return -1;
    int code = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    /* Excel escapes control characters and its own "_" only; others stand as they are. */
    return code > 0 && code < 0x80 ? code : -1;
}

void stw_xlsx_unescape(struct stw_buffer *text, size_t start)
{
    if (text->failed || text->size - start < 7 ||
        memchr(text->data + start, '_', text->size - start) == NULL)
        return;
    size_t to = start;
    for (size_t at = start; at < text->size;) {
        int code = escaped_code(text->data + at, text->size - at);
        text->data[to++] = code < 0 ? text->data[at] : (char)code;
        at += code < 0 ? 1 : 7;
    }
    text->size = to;
}
