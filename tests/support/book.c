/* Workbooks for tests; see book.h. */
#include "book.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

bool stw_test_zip(const struct stw_test_part *parts, uint32_t count, struct stw_buffer *out)
{
    zip_error_t error;
    zip_stat_t info;
    bool made = true;
    zip_error_init(&error);
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &error);
    if (memory == NULL)
        return false;
    zip_source_keep(memory);
    zip_t *archive = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
    for (uint32_t i = 0; i < count && archive != NULL && made; i++) {
        zip_source_t *part = zip_source_buffer(archive, parts[i].text, strlen(parts[i].text), 0);
        made = part != NULL && zip_file_add(archive, parts[i].name, part, 0) >= 0;
    }
    made = made && archive != NULL && zip_close(archive) == 0 && zip_source_open(memory) == 0 &&
           zip_source_stat(memory, &info) == 0;
    if (made) {
        char *room = stw_buffer_room(out, info.size);
        made = room != NULL && zip_source_read(memory, room, info.size) == (zip_int64_t)info.size;
        out->size += made ? info.size : 0;
        zip_source_close(memory);
    }
    zip_source_free(memory);
    return made;
}

#define RELATIONS                                                                                  \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"

enum { PARTS_MAX = 24 };

/* The parts' texts; the buffer's memory moves while they grow, so they are kept as offsets. */
struct making {
    struct stw_buffer texts;
    size_t at[PARTS_MAX];
    char names[PARTS_MAX][64];
    uint32_t count;
};

static void begin_part(struct making *making, const char *name)
{
    if (making->count > 0)
        stw_buffer_add_char(&making->texts, '\0');
    making->at[making->count] = making->texts.size;
    snprintf(making->names[making->count++], sizeof(making->names[0]), "%s", name);
}

static void put_workbook(struct making *making, const struct stw_test_book *book)
{
    begin_part(making, "xl/workbook.xml");
    stw_buffer_printf(&making->texts,
                      "<workbook " MAIN " xmlns:r='" TYPE "'><workbookPr %s/><sheets>",
                      book->settings == NULL ? "" : book->settings);
    for (uint32_t i = 0; i < book->sheet_count; i++)
        stw_buffer_printf(&making->texts, "<sheet name='%s' sheetId='%u' state='%s' r:id='s%u'/>",
                          book->sheets[i].name, i + 1,
                          book->sheets[i].state == NULL ? "visible" : book->sheets[i].state, i);
    stw_buffer_add_text(&making->texts, "</sheets></workbook>");
    begin_part(making, "xl/_rels/workbook.xml.rels");
    stw_buffer_add_text(&making->texts, RELATIONS);
    for (uint32_t i = 0; i < book->sheet_count; i++)
        stw_buffer_printf(
            &making->texts,
            "<Relationship Id='s%u' Type='" TYPE "/worksheet' Target='worksheets/%u.xml'/>", i, i);
    if (book->strings != NULL)
        stw_buffer_add_text(&making->texts, "<Relationship Id='t' Type='" TYPE
                                            "/sharedStrings' Target='/xl/texts.xml'/>");
    if (book->styles != NULL)
        stw_buffer_add_text(&making->texts, "<Relationship Id='f' Type='" TYPE
                                            "/styles' Target='../xl/styles.xml'/>");
    stw_buffer_add_text(&making->texts, "</Relationships>");
}

bool stw_test_make_book(const struct stw_test_book *book, struct stw_buffer *out)
{
    struct making making = {.count = 0};
    struct stw_test_part parts[PARTS_MAX];
    stw_buffer_init(&making.texts);
    begin_part(&making, "_rels/.rels");
    stw_buffer_add_text(&making.texts, RELATIONS "<Relationship Id='w' Type='" TYPE
                                                 "/officeDocument' Target='xl/workbook.xml'/>"
                                                 "</Relationships>");
    put_workbook(&making, book);
    for (uint32_t i = 0; i < book->sheet_count; i++) {
        char name[64];
        snprintf(name, sizeof(name), "xl/worksheets/%u.xml", i);
        begin_part(&making, name);
        stw_buffer_printf(&making.texts, "<worksheet " MAIN ">%s</worksheet>", book->sheets[i].xml);
    }
    if (book->strings != NULL) {
        begin_part(&making, "xl/texts.xml");
        stw_buffer_printf(&making.texts, "<sst " MAIN ">%s</sst>", book->strings);
    }
    if (book->styles != NULL) {
        begin_part(&making, "xl/styles.xml");
        stw_buffer_printf(&making.texts, "<styleSheet " MAIN ">%s</styleSheet>", book->styles);
    }
    stw_buffer_add_char(&making.texts, '\0');
    for (uint32_t i = 0; i < making.count; i++)
        parts[i] = (struct stw_test_part){making.names[i], making.texts.data + making.at[i]};
    bool made = !making.texts.failed && stw_test_zip(parts, making.count, out);
    stw_buffer_release(&making.texts);
    return made;
}

bool stw_test_make_sheet(const char *xml, struct stw_buffer *out)
{
    struct stw_test_sheet sheet = {"Sheet1", xml, NULL};
    return stw_test_make_book(&(struct stw_test_book){.sheets = &sheet, .sheet_count = 1}, out);
}
