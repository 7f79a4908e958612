/* The styles of a workbook, as far as they tell dates from numbers: number formats by id, and the
 * id of each style of a cell (ECMA-376 Part 1, 18.8). */
#include "text/xlsx_inside.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A format of the workbook's own. */
struct own_format {
    uint32_t id;
    struct stw_xlsx_style style;
};

struct styles_reader {
    struct stw_xlsx *book;
    struct own_format *own;
    size_t own_capacity;
    uint32_t own_count;
    bool in_cell_styles;
};

static void add_own(struct styles_reader *reader, const char *id, const char *code)
{
    if (id == NULL || code == NULL)
        return;
    if (reader->own_count == STW_XLSX_FORMATS_MAX) {
        stw_xml_stop(reader->book->xml, STW_ERR_LIMIT, "the workbook has more than %d formats",
                     STW_XLSX_FORMATS_MAX);
        return;
    }
    if (!stw_reserve((void **)&reader->own, &reader->own_capacity, reader->own_count + 1u,
                     sizeof(*reader->own))) {
        stw_xml_stop(reader->book->xml, STW_ERR_MEMORY, "out of memory");
        return;
    }
    struct stw_slice text = stw_slice_of(code);
    reader->own[reader->own_count++] =
        (struct own_format){(uint32_t)strtoul(id, NULL, 10),
                            {stw_xlsx_format_of_code(text), stw_xlsx_zeros_of_code(text)}};
}

static void add_style(struct styles_reader *reader, const char *id)
{
    struct stw_xlsx_styles *styles = &reader->book->styles;
    uint32_t wanted = id == NULL ? 0 : (uint32_t)strtoul(id, NULL, 10);
    if (styles->count == STW_XLSX_STYLES_MAX) {
        stw_xml_stop(reader->book->xml, STW_ERR_LIMIT, "the workbook has more than %d cell styles",
                     STW_XLSX_STYLES_MAX);
        return;
    }
    if (!stw_reserve((void **)&styles->list, &styles->capacity, styles->count + 1u,
                     sizeof(*styles->list))) {
        stw_xml_stop(reader->book->xml, STW_ERR_MEMORY, "out of memory");
        return;
    }
    struct stw_xlsx_style style = {.format = stw_xlsx_format_of_id(wanted)};
    for (uint32_t i = 0; i < reader->own_count; i++)
        if (reader->own[i].id == wanted)
            style = reader->own[i].style;
    styles->list[styles->count++] = style;
}

static void begin(void *context, const char *name, const char **attributes)
{
    struct styles_reader *reader = context;
    if (strcmp(name, "numFmt") == 0)
        add_own(reader, stw_xml_attribute(attributes, "numFmtId"),
                stw_xml_attribute(attributes, "formatCode"));
    else if (strcmp(name, "cellXfs") == 0)
        reader->in_cell_styles = true;
    else if (strcmp(name, "xf") == 0 && reader->in_cell_styles)
        add_style(reader, stw_xml_attribute(attributes, "numFmtId"));
}

static void end(void *context, const char *name)
{
    struct styles_reader *reader = context;
    if (strcmp(name, "cellXfs") == 0)
        reader->in_cell_styles = false;
}

int stw_xlsx_styles_load(struct stw_xlsx *book, struct stw_error *err)
{
    static const struct stw_xml_handlers handlers = {begin, end, NULL};
    struct styles_reader reader = {.book = book};
    if (book->styles_path == NULL)
        return STW_OK;
    int status = stw_xlsx_parse_part(book, book->styles_path, &handlers, &reader, err);
    stw_free(reader.own);
    return status;
}
