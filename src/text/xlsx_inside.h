/* What the parts of the workbook reader share. */
#ifndef STW_TEXT_XLSX_INSIDE_H
#define STW_TEXT_XLSX_INSIDE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "text/xlsx.h"
#include "text/xml.h"

enum { STW_XLSX_PATH_SIZE = 512 };

struct stw_xlsx_sheet_part {
    struct stw_xlsx_sheet sheet;
    const char *relation; /* id */
    const char *path;     /* in the archive; NULL: a chart or the like */
};

/* Strings by number, one behind the other. */
struct stw_xlsx_strings {
    struct stw_buffer bytes;
    uint32_t *ends; /* of each in bytes */
    size_t capacity;
    uint32_t count;
};

struct stw_xlsx_style {
    enum stw_xlsx_format format;
    uint8_t zeros; /* least digits of a whole number, where the format says nothing else */
};

struct stw_xlsx_styles {
    struct stw_xlsx_style *list; /* by style of a cell */
    size_t capacity;
    uint32_t count;
};

/* A sheet on its way; xlsx_sheet.c. */
struct stw_xlsx_scan {
    uint32_t sheet;
    bool at_end;    /* of the part */
    bool suspended; /* the XML is: resume before feeding */
    bool done;      /* the sheet's rows have ended */
    bool in_data;
    bool in_row;
    bool row_ready;
    uint32_t row, last_row;
    uint32_t column; /* of the present cell; the next one's where it does not say */
    bool column_known;
    bool in_cell, in_value, in_string, in_phonetic, in_text, in_formula;
    bool has_value, has_formula;
    char type; /* of the present cell: n s b e t (text) d */
    uint32_t style;
    struct stw_xlsx_cell *cells; /* text.data NULL: text.size is its end in `bytes` */
    size_t cell_capacity;
    uint32_t cell_count;
    struct stw_buffer bytes; /* the texts of the row */
    size_t cell_start;
    uint32_t merge_rows; /* 0: merges are not wanted */
    struct stw_xlsx_merge *merges;
    size_t merge_capacity;
    uint32_t merge_count;
};

struct stw_xlsx {
    struct stw_zip *zip;
    struct stw_xml *xml;
    struct stw_arena arena; /* names and paths */
    struct stw_xlsx_sheet_part *sheets;
    uint32_t sheet_count;
    size_t sheet_capacity;
    bool is_1904;
    bool is_bound; /* strings and styles are loaded */
    const char *strings_path;
    const char *styles_path;
    struct stw_xlsx_strings strings;
    struct stw_xlsx_styles styles;
    struct stw_xlsx_scan scan;
};

/* A part of the archive through handlers, whole. Messages name the part. */
int stw_xlsx_parse_part(struct stw_xlsx *book, const char *path,
                        const struct stw_xml_handlers *handlers, void *context,
                        struct stw_error *err) STW_CHECKED;

/* xlsx_strings.c, xlsx_styles.c: what cells refer to. */
int stw_xlsx_strings_load(struct stw_xlsx *book, struct stw_error *err) STW_CHECKED;
int stw_xlsx_styles_load(struct stw_xlsx *book, struct stw_error *err) STW_CHECKED;

/* Excel writes control characters of texts as _x000D_, and "_x005F_" for a "_" in front of what
 * looks like one: undone in place from `start` on. */
void stw_xlsx_unescape(struct stw_buffer *text, size_t start);

void stw_xlsx_scan_release(struct stw_xlsx_scan *scan);

#endif
