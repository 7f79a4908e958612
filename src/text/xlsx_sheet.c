/*
 * The rows of a sheet (ECMA-376 Part 1, 18.3): the XML is fed in pieces and pauses at the end of
 * every row, so that no more than one row is in memory. A cell's text is what <v>, or <is> with its
 * runs, holds; what it means says its type, and the style for numbers.
 */
#include "base/memory.h"
#include "text/xlsx_inside.h"

#include <stdlib.h>
#include <string.h>

bool stw_xlsx_reference(const char *text, uint32_t *column, uint32_t *row, const char **end)
{
    uint32_t letters = 0, digits = 0;
    *column = *row = 0;
    for (; *text >= 'A' && *text <= 'Z' && letters < 4; text++, letters++)
        *column = *column * 26 + (uint32_t)(*text - 'A') + 1;
    for (; *text >= '0' && *text <= '9' && digits < 8; text++, digits++)
        *row = *row * 10 + (uint32_t)(*text - '0');
    if (end != NULL)
        *end = text;
    bool fits = letters > 0 && digits > 0 && *column <= STW_XLSX_COLUMNS_MAX && *row > 0 &&
                *row <= STW_XLSX_ROWS_MAX;
    *column -= letters > 0;
    return fits;
}

static void fail_memory(struct stw_xlsx *book)
{
    stw_xml_stop(book->xml, STW_ERR_MEMORY, "out of memory");
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void begin_row(struct stw_xlsx *book, const char **attributes)
{
    struct stw_xlsx_scan *scan = &book->scan;
    const char *number = stw_xml_attribute(attributes, "r");
    char *end = NULL;
    unsigned long row = number == NULL ? scan->last_row + 1ul : strtoul(number, &end, 10);
    if (row == 0 || row > STW_XLSX_ROWS_MAX || (end != NULL && *end != '\0')) {
        stw_xml_stop(book->xml, STW_ERR_INPUT, "'%.20s' is not the number of a row",
                     number == NULL ? "" : number);
        return;
    }
    if (row <= scan->last_row) {
        stw_xml_stop(book->xml, STW_ERR_INPUT, "row %lu comes after row %u", row, scan->last_row);
        return;
    }
    scan->in_row = true;
    scan->row = (uint32_t)row;
    scan->column = 0;
    scan->cell_count = 0;
    stw_buffer_clear(&scan->bytes);
}

static void end_row(struct stw_xlsx *book)
{
    struct stw_xlsx_scan *scan = &book->scan;
    scan->in_row = false;
    scan->last_row = scan->row;
    if (scan->merge_rows > 0)
        return;
    scan->row_ready = true;
    stw_xml_pause(book->xml);
}

/* ---- Cells ----------------------------------------------------------------------------------- */

static char type_of(const char *text)
{
    if (text == NULL || strcmp(text, "n") == 0)
        return 'n';
    if (strcmp(text, "s") == 0 || strcmp(text, "b") == 0 || strcmp(text, "e") == 0)
        return text[0];
    return 't'; /* str, inlineStr, d: the text is the value */
}

static void begin_cell(struct stw_xlsx *book, const char **attributes)
{
    struct stw_xlsx_scan *scan = &book->scan;
    const char *reference = stw_xml_attribute(attributes, "r");
    const char *style = stw_xml_attribute(attributes, "s");
    uint32_t column = scan->column, row = scan->row;
    if (reference != NULL &&
        (!stw_xlsx_reference(reference, &column, &row, NULL) || row != scan->row)) {
        stw_xml_stop(book->xml, STW_ERR_INPUT, "'%.20s' is no cell of row %u", reference,
                     scan->row);
        return;
    }
    if (column < scan->column || column >= STW_XLSX_COLUMNS_MAX) {
        stw_xml_stop(book->xml, STW_ERR_INPUT, "cell '%.20s' of row %u is out of order",
                     reference == NULL ? "" : reference, scan->row);
        return;
    }
    scan->column = column;
    scan->in_cell = true;
    scan->has_value = scan->has_formula = false;
    scan->type = type_of(stw_xml_attribute(attributes, "t"));
    scan->style = style == NULL ? 0 : (uint32_t)strtoul(style, NULL, 10);
    scan->cell_start = scan->bytes.size;
}

/* What the gathered text of the cell is; false: there is nothing to hand out. */
static bool settle_cell(struct stw_xlsx *book, struct stw_xlsx_cell *cell)
{
    struct stw_xlsx_scan *scan = &book->scan;
    struct stw_slice text = {stw_buffer_slice(&scan->bytes).data + scan->cell_start,
                             scan->bytes.size - scan->cell_start};
    cell->format = STW_XLSX_PLAIN;
    cell->zeros = 0;
    if (scan->has_formula && (!scan->has_value || (text.size == 0 && scan->type != 't'))) {
        cell->kind = STW_XLSX_NO_RESULT;
        return true;
    }
    if (!scan->has_value || text.size == 0)
        return false;
    switch (scan->type) {
    case 'b':
        cell->kind = STW_XLSX_BOOL;
        scan->bytes.size = scan->cell_start;
        cell->text =
            text.data[0] == '1' || text.data[0] == 't' ? STW_SLICE("true") : STW_SLICE("false");
        return true;
    case 'e':
        cell->kind = STW_XLSX_ERROR;
        return true;
    case 't':
        cell->kind = STW_XLSX_TEXT;
        stw_xlsx_unescape(&scan->bytes, scan->cell_start);
        return true;
    default:
        cell->kind = STW_XLSX_NUMBER;
        if (scan->style < book->styles.count) {
            cell->format = book->styles.list[scan->style].format;
            cell->zeros = book->styles.list[scan->style].zeros;
        }
        return true;
    }
}

/* The shared string whose number was gathered. */
static bool find_string(struct stw_xlsx *book, struct stw_slice *out)
{
    struct stw_xlsx_scan *scan = &book->scan;
    const struct stw_xlsx_strings *strings = &book->strings;
    uint64_t number = 0;
    size_t digits = scan->bytes.size - scan->cell_start;
    for (size_t i = scan->cell_start; i < scan->bytes.size; i++) {
        char c = scan->bytes.data[i];
        number = c >= '0' && c <= '9' && number < UINT32_MAX ? number * 10 + (uint64_t)(c - '0')
                                                             : UINT32_MAX;
    }
    if (digits == 0 || number >= strings->count)
        return false;
    uint32_t from = number == 0 ? 0 : strings->ends[number - 1];
    *out = (struct stw_slice){strings->bytes.data + from, strings->ends[number] - from};
    return true;
}

static void keep_cell(struct stw_xlsx *book, const struct stw_xlsx_cell *cell)
{
    struct stw_xlsx_scan *scan = &book->scan;
    if (!stw_reserve((void **)&scan->cells, &scan->cell_capacity, scan->cell_count + 1u,
                     sizeof(*scan->cells))) {
        fail_memory(book);
        return;
    }
    scan->cells[scan->cell_count++] = *cell;
}

static void end_cell(struct stw_xlsx *book)
{
    struct stw_xlsx_scan *scan = &book->scan;
    struct stw_xlsx_cell cell = {.column = scan->column++};
    scan->in_cell = false;
    if (scan->merge_rows > 0) /* a look at the merged ranges alone: no text was kept */
        return;
    if (scan->bytes.failed) {
        fail_memory(book);
        return;
    }
    if (scan->type == 's' && scan->has_value) {
        if (!find_string(book, &cell.text)) {
            stw_xml_stop(book->xml, STW_ERR_INPUT,
                         "a cell of row %u names a text that the workbook has not", scan->row);
            return;
        }
        scan->bytes.size = scan->cell_start;
        cell.kind = STW_XLSX_TEXT;
        if (cell.text.size > 0)
            keep_cell(book, &cell);
    } else if (settle_cell(book, &cell)) {
        if (cell.text.data == NULL)
            cell.text.size = scan->bytes.size; /* its end: the bytes may still move */
        keep_cell(book, &cell);
    }
}

/* ---- Merged ranges --------------------------------------------------------------------------- */

static void add_merge(struct stw_xlsx *book, const char *reference)
{
    struct stw_xlsx_scan *scan = &book->scan;
    struct stw_xlsx_merge merge;
    const char *rest;
    if (scan->merge_rows == 0 || reference == NULL || scan->merge_count == STW_XLSX_MERGES_MAX)
        return;
    bool begins = stw_xlsx_reference(reference, &merge.first_column, &merge.first_row, &rest);
    /* openpyxl writes a range of one cell as that cell. */
    const char *end = begins && *rest == ':' ? rest + 1 : begins && *rest == '\0' ? reference : "";
    if (!stw_xlsx_reference(end, &merge.last_column, &merge.last_row, NULL) ||
        merge.last_column < merge.first_column || merge.last_row < merge.first_row) {
        stw_xml_stop(book->xml, STW_ERR_INPUT, "'%.40s' is no range of cells", reference);
        return;
    }
    if (merge.first_row > scan->merge_rows)
        return;
    if (!stw_reserve((void **)&scan->merges, &scan->merge_capacity, scan->merge_count + 1u,
                     sizeof(*scan->merges))) {
        fail_memory(book);
        return;
    }
    scan->merges[scan->merge_count++] = merge;
}

/* ---- The XML --------------------------------------------------------------------------------- */

static void begin(void *context, const char *name, const char **attributes)
{
    struct stw_xlsx *book = context;
    struct stw_xlsx_scan *scan = &book->scan;
    if (strcmp(name, "sheetData") == 0) {
        scan->in_data = true;
    } else if (strcmp(name, "mergeCell") == 0) {
        add_merge(book, stw_xml_attribute(attributes, "ref"));
    } else if (scan->in_data && strcmp(name, "row") == 0 && !scan->in_row) {
        begin_row(book, attributes);
    } else if (scan->in_row && strcmp(name, "c") == 0 && !scan->in_cell) {
        begin_cell(book, attributes);
    } else if (scan->in_cell && strcmp(name, "v") == 0) {
        scan->in_text = scan->has_value = true;
    } else if (scan->in_cell && strcmp(name, "f") == 0) {
        scan->has_formula = true;
    } else if (scan->in_cell && strcmp(name, "is") == 0) {
        scan->in_string = scan->has_value = true;
    } else if (scan->in_string && strcmp(name, "rPh") == 0) {
        scan->in_phonetic = true;
    } else if (scan->in_string && strcmp(name, "t") == 0) {
        scan->in_text = !scan->in_phonetic;
    }
}

static void end(void *context, const char *name)
{
    struct stw_xlsx *book = context;
    struct stw_xlsx_scan *scan = &book->scan;
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        scan->in_text = false;
    else if (strcmp(name, "rPh") == 0)
        scan->in_phonetic = false;
    else if (strcmp(name, "is") == 0)
        scan->in_string = false;
    else if (strcmp(name, "c") == 0 && scan->in_cell)
        end_cell(book);
    else if (strcmp(name, "row") == 0 && scan->in_row && !scan->in_cell)
        end_row(book);
    else if (strcmp(name, "sheetData") == 0)
        scan->in_data = false;
}

static void text(void *context, const char *bytes, size_t size)
{
    struct stw_xlsx *book = context;
    struct stw_xlsx_scan *scan = &book->scan;
    if (!scan->in_text || !scan->in_cell || scan->merge_rows > 0)
        return;
    if (scan->bytes.size + size > STW_XLSX_ROW_BYTES_MAX)
        stw_xml_stop(book->xml, STW_ERR_LIMIT, "the texts of row %u exceed %d bytes", scan->row,
                     STW_XLSX_ROW_BYTES_MAX);
    else
        stw_buffer_add(&scan->bytes, bytes, size);
}

static const struct stw_xml_handlers sheet_handlers = {begin, end, text};

/* ---- From outside ---------------------------------------------------------------------------- */

void stw_xlsx_scan_release(struct stw_xlsx_scan *scan)
{
    stw_free(scan->cells);
    stw_free(scan->merges);
    stw_buffer_release(&scan->bytes);
}

/* The scan at the beginning of a sheet, its memory kept. */
static int restart(struct stw_xlsx *book, uint32_t number, uint32_t merge_rows,
                   struct stw_error *err)
{
    struct stw_xlsx_scan *scan = &book->scan;
    struct stw_xlsx_scan fresh = {
        .sheet = number,
        .cells = scan->cells,
        .cell_capacity = scan->cell_capacity,
        .merges = scan->merges,
        .merge_capacity = scan->merge_capacity,
        .merge_rows = merge_rows,
        .bytes = scan->bytes,
    };
    *scan = fresh;
    STW_TRY(stw_zip_part(book->zip, book->sheets[number].path, err));
    return stw_xml_begin(book->xml, &sheet_handlers, book, err);
}

int stw_xlsx_sheet_begin(struct stw_xlsx *book, uint32_t number, struct stw_error *err)
{
    if (!book->is_bound) {
        STW_TRY(stw_xlsx_strings_load(book, err));
        STW_TRY(stw_xlsx_styles_load(book, err));
        book->is_bound = true;
    }
    return restart(book, number, 0, err);
}

/* One step of the XML: what is left of a pause, or the next piece. STW_END: the sheet is done. */
static int step(struct stw_xlsx *book, struct stw_error *err)
{
    struct stw_xlsx_scan *scan = &book->scan;
    int status;
    if (scan->suspended) {
        status = stw_xml_resume(book->xml, err);
    } else if (scan->at_end) {
        return STW_END;
    } else {
        size_t got;
        char *room = stw_xml_room(book->xml);
        if (room == NULL)
            return stw_fail_memory(err, STW_XML_PIECE_BYTES);
        STW_TRY(stw_zip_read(book->zip, room, STW_XML_PIECE_BYTES, &got, &scan->at_end, err));
        status = stw_xml_feed(book->xml, got, scan->at_end, err);
    }
    scan->suspended = status == STW_END;
    if (status < 0)
        stw_error_where(err, "sheet '%.*s'", STW_SLICE_ARG(book->sheets[scan->sheet].sheet.name));
    return status < 0 ? status : STW_OK;
}

int stw_xlsx_next(struct stw_xlsx *book, struct stw_xlsx_row *row, struct stw_error *err)
{
    struct stw_xlsx_scan *scan = &book->scan;
    scan->row_ready = false;
    while (!scan->row_ready) {
        int status = step(book, err);
        if (status != STW_OK)
            return status;
    }
    size_t start = 0;
    for (uint32_t i = 0; i < scan->cell_count; i++) {
        struct stw_xlsx_cell *cell = &scan->cells[i];
        if (cell->text.data != NULL)
            continue;
        size_t stop = cell->text.size;
        cell->text = (struct stw_slice){stw_buffer_slice(&scan->bytes).data + start, stop - start};
        start = stop;
    }
    *row = (struct stw_xlsx_row){scan->row, scan->cells, scan->cell_count};
    return STW_OK;
}

int stw_xlsx_merges(struct stw_xlsx *book, uint32_t number, uint32_t rows,
                    const struct stw_xlsx_merge **merges, uint32_t *count, struct stw_error *err)
{
    int status;
    STW_TRY(restart(book, number, rows, err));
    while ((status = step(book, err)) == STW_OK)
        ;
    STW_TRY(status);
    *merges = book->scan.merges;
    *count = book->scan.merge_count;
    return STW_OK;
}
