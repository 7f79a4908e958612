/* A workbook's parts: what the file is, its sheets, where strings and styles are; see xlsx.h. */
#include "text/xlsx.h"

#include "base/memory.h"
#include "text/xlsx_inside.h"

#include <stdio.h>
#include <string.h>

enum { SEARCH_BYTES = 64 * 1024, OLE_SEARCH_MAX = 64 * 1024 * 1024 };

/* ---- What the file is ------------------------------------------------------------------------ */

/* Whether the stream name of an encrypted workbook occurs in an OLE file. */
static int find_encrypted(const struct stw_zip_bytes *bytes, bool *found, struct stw_error *err)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    uint64_t end = bytes->size < OLE_SEARCH_MAX ? bytes->size : OLE_SEARCH_MAX;
    char *piece = stw_alloc(SEARCH_BYTES, 1);
    int status = piece == NULL ? stw_fail_memory(err, SEARCH_BYTES) : STW_OK;
    *found = false;
    for (uint64_t at = 0; status == STW_OK && at < end && !*found;) {
        size_t size = end - at < SEARCH_BYTES ? (size_t)(end - at) : SEARCH_BYTES;
        status = bytes->read(bytes->context, at, piece, size, err);
        if (status == STW_OK)
            *found = memmem(piece, size, name, sizeof(name)) != NULL;
        /* The next piece begins before this one ends: the name may lie across. */
        at += size > sizeof(name) ? size - sizeof(name) + 1 : size;
    }
    stw_free(piece);
    return status;
}

static int fail_ole(const struct stw_zip_bytes *bytes, struct stw_error *err)
{
    bool encrypted;
    STW_TRY(find_encrypted(bytes, &encrypted, err));
    if (encrypted) {
        stw_fail(err, STW_ERR_INPUT, "the workbook is encrypted");
        stw_error_hint(err, "open it in Excel with its password and save it without one");
        return STW_ERR_INPUT;
    }
    stw_fail(err, STW_ERR_INPUT, "this is an old Excel file (.xls)");
    stw_error_hint(err, "open it in Excel or LibreOffice and save it as .xlsx");
    return STW_ERR_INPUT;
}

static int check_magic(const struct stw_zip_bytes *bytes, struct stw_error *err)
{
    char first[8] = {0};
    size_t size = bytes->size < sizeof(first) ? (size_t)bytes->size : sizeof(first);
    STW_TRY(bytes->read(bytes->context, 0, first, size, err));
    if (memcmp(first, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
        return fail_ole(bytes, err);
    if (memcmp(first, "PK", 2) == 0)
        return STW_OK;
    return stw_fail(err, STW_ERR_INPUT, "this is no workbook: it is not a zip file");
}

static int fail_no_workbook(const struct stw_xlsx *book, struct stw_error *err)
{
    bool ods = stw_zip_has(book->zip, "content.xml");
    bool binary = stw_zip_has(book->zip, "xl/workbook.bin");
    stw_fail(err, STW_ERR_INPUT, "%s",
             ods      ? "this is an OpenDocument file (.ods)"
             : binary ? "this is a binary workbook (.xlsb)"
                      : "this is a zip file, but no workbook");
    stw_error_hint(err, "%s",
                   ods || binary ? "save it as .xlsx" : "unpack it and take in the files in it");
    return STW_ERR_INPUT;
}

/* ---- Parts ----------------------------------------------------------------------------------- */

int stw_xlsx_parse_part(struct stw_xlsx *book, const char *path,
                        const struct stw_xml_handlers *handlers, void *context,
                        struct stw_error *err)
{
    bool at_end = false;
    STW_TRY(stw_zip_part(book->zip, path, err));
    STW_TRY(stw_xml_begin(book->xml, handlers, context, err));
    while (!at_end) {
        size_t got;
        char *room = stw_xml_room(book->xml);
        if (room == NULL)
            return stw_fail_memory(err, STW_XML_PIECE_BYTES);
        STW_TRY(stw_zip_read(book->zip, room, STW_XML_PIECE_BYTES, &got, &at_end, err));
        int status = stw_xml_feed(book->xml, got, at_end, err);
        if (status < 0)
            stw_error_where(err, "%s in the workbook", path);
        STW_TRY(status);
    }
    return STW_OK;
}

/* The path of a relation's target, seen from the folder `base` ("xl/"); NULL: the parser was
 * stopped, as it is too long or memory is out. */
static const char *resolve(struct stw_xlsx *book, const char *base, const char *target)
{
    char path[STW_XLSX_PATH_SIZE];
    size_t size = strlen(base);
    if (*target == '/') {
        size = 0;
        target++;
    }
    if (size + strlen(target) >= sizeof(path)) {
        stw_xml_stop(book->xml, STW_ERR_LIMIT, "the path of a part is longer than %d bytes",
                     STW_XLSX_PATH_SIZE);
        return NULL;
    }
    memcpy(path, base, size);
    while (strncmp(target, "../", 3) == 0) {
        target += 3;
        size -= size > 0; /* the slash, then the name in front of it */
        while (size > 0 && path[size - 1] != '/')
            size--;
    }
    snprintf(path + size, sizeof(path) - size, "%s", target);
    const char *kept = stw_arena_string(&book->arena, path);
    if (kept == NULL)
        stw_xml_stop(book->xml, STW_ERR_MEMORY, "out of memory");
    return kept;
}

struct relations {
    struct stw_xlsx *book;
    const char *base;     /* folder of the part they belong to */
    const char *workbook; /* of the package: its target */
};

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void begin_relation(void *context, const char *name, const char **attributes)
{
    struct relations *relations = context;
    struct stw_xlsx *book = relations->book;
    const char *id = stw_xml_attribute(attributes, "Id");
    const char *type = stw_xml_attribute(attributes, "Type");
    const char *target = stw_xml_attribute(attributes, "Target");
    const char *mode = stw_xml_attribute(attributes, "TargetMode");
    if (strcmp(name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL ||
        (mode != NULL && strcmp(mode, "External") == 0))
        return;
    const char *path = resolve(book, relations->base, target);
    if (path == NULL)
        return;
    if (ends_with(type, "/officeDocument"))
        relations->workbook = path;
    else if (ends_with(type, "/sharedStrings"))
        book->strings_path = path;
    else if (ends_with(type, "/styles"))
        book->styles_path = path;
    for (uint32_t i = 0; i < book->sheet_count; i++)
        if (strcmp(book->sheets[i].relation, id) == 0 && ends_with(type, "/worksheet"))
            book->sheets[i].path = path;
}

static void add_sheet(struct stw_xlsx *book, const char **attributes)
{
    const char *name = stw_xml_attribute(attributes, "name");
    const char *state = stw_xml_attribute(attributes, "state");
    const char *relation = stw_xml_attribute(attributes, "id");
    if (name == NULL || relation == NULL)
        return;
    if (book->sheet_count == STW_XLSX_SHEETS_MAX) {
        stw_xml_stop(book->xml, STW_ERR_LIMIT, "the workbook has more than %d sheets",
                     STW_XLSX_SHEETS_MAX);
        return;
    }
    char *kept_name = stw_arena_string(&book->arena, name);
    char *kept_relation = stw_arena_string(&book->arena, relation);
    if (kept_name == NULL || kept_relation == NULL ||
        !stw_reserve((void **)&book->sheets, &book->sheet_capacity, book->sheet_count + 1u,
                     sizeof(*book->sheets))) {
        stw_xml_stop(book->xml, STW_ERR_MEMORY, "out of memory");
        return;
    }
    book->sheets[book->sheet_count++] = (struct stw_xlsx_sheet_part){
        .sheet = {stw_slice_of(kept_name), state != NULL && strcmp(state, "visible") != 0},
        .relation = kept_relation,
    };
}

static void begin_workbook(void *context, const char *name, const char **attributes)
{
    struct stw_xlsx *book = context;
    if (strcmp(name, "sheet") == 0) {
        add_sheet(book, attributes);
    } else if (strcmp(name, "workbookPr") == 0) {
        const char *value = stw_xml_attribute(attributes, "date1904");
        book->is_1904 = value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
    }
}

/* "xl/workbook.xml" to "xl/" and "xl/_rels/workbook.xml.rels". */
static bool split_path(const char *path, char base[static STW_XLSX_PATH_SIZE],
                       char relations[static STW_XLSX_PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - path) + 1;
    int size =
        snprintf(relations, STW_XLSX_PATH_SIZE, "%.*s_rels/%s.rels", folder, path, path + folder);
    snprintf(base, STW_XLSX_PATH_SIZE, "%.*s", folder, path);
    return size < STW_XLSX_PATH_SIZE;
}

/* Drops what is in the list of sheets and is none: charts, macros. */
static void keep_worksheets(struct stw_xlsx *book)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < book->sheet_count; i++)
        if (book->sheets[i].path != NULL)
            book->sheets[kept++] = book->sheets[i];
    book->sheet_count = kept;
}

static int read_parts(struct stw_xlsx *book, struct stw_error *err)
{
    static const struct stw_xml_handlers of_relations = {begin_relation, NULL, NULL};
    static const struct stw_xml_handlers of_workbook = {begin_workbook, NULL, NULL};
    char base[STW_XLSX_PATH_SIZE], path[STW_XLSX_PATH_SIZE];
    struct relations relations = {book, "", NULL};
    if (!stw_zip_has(book->zip, "_rels/.rels"))
        return fail_no_workbook(book, err);
    STW_TRY(stw_xlsx_parse_part(book, "_rels/.rels", &of_relations, &relations, err));
    if (relations.workbook == NULL || ends_with(relations.workbook, ".bin") ||
        !stw_zip_has(book->zip, relations.workbook))
        return fail_no_workbook(book, err);
    STW_TRY(stw_xlsx_parse_part(book, relations.workbook, &of_workbook, book, err));
    if (!split_path(relations.workbook, base, path))
        return stw_fail(err, STW_ERR_LIMIT, "the path of the workbook is too long");
    relations.base = base;
    book->strings_path = book->styles_path = NULL;
    STW_TRY(stw_xlsx_parse_part(book, path, &of_relations, &relations, err));
    keep_worksheets(book);
    if (book->sheet_count == 0)
        return stw_fail(err, STW_ERR_INPUT, "the workbook has no sheets with cells");
    return STW_OK;
}

int stw_xlsx_open(struct stw_xlsx **out, const struct stw_zip_bytes *bytes, struct stw_error *err)
{
    STW_TRY(check_magic(bytes, err));
    struct stw_xlsx *book = stw_alloc_zero(1, sizeof(*book));
    if (book == NULL)
        return stw_fail_memory(err, sizeof(*book));
    stw_arena_init(&book->arena);
    stw_buffer_init(&book->strings.bytes);
    stw_buffer_init(&book->scan.bytes);
    int status = stw_zip_open(&book->zip, bytes, err);
    if (status == STW_OK)
        status = stw_xml_create(&book->xml, err);
    if (status == STW_OK)
        status = read_parts(book, err);
    if (status < 0) {
        stw_xlsx_close(book);
        return status;
    }
    *out = book;
    return STW_OK;
}

void stw_xlsx_close(struct stw_xlsx *book)
{
    if (book == NULL)
        return;
    stw_xlsx_scan_release(&book->scan);
    stw_buffer_release(&book->strings.bytes);
    stw_free(book->strings.ends);
    stw_free(book->styles.list);
    stw_free(book->sheets);
    stw_arena_release(&book->arena);
    stw_xml_free(book->xml);
    stw_zip_close(book->zip);
    stw_free(book);
}

uint32_t stw_xlsx_sheet_count(const struct stw_xlsx *book)
{
    return book->sheet_count;
}

const struct stw_xlsx_sheet *stw_xlsx_sheet(const struct stw_xlsx *book, uint32_t number)
{
    return &book->sheets[number].sheet;
}

bool stw_xlsx_is_1904(const struct stw_xlsx *book)
{
    return book->is_1904;
}
