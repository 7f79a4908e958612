/*
 * Any bytes as a workbook. The first byte picks: an even one, and the rest is the file as it is; an
 * odd one, and the rest is cut at every byte 1 into the XML of the workbook's parts, packed here
 * without compression, so that what is behind the archive is reached. The second byte picks what
 * the map says about header and sheets.
 */
#include "ingest/records.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS = 6 };

static const char *const names[PARTS] = {
    "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",       "xl/styles.xml",
    "xl/workbook.xml",          "xl/_rels/workbook.xml.rels", "_rels/.rels"};

#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
static const char *const usual[PARTS] = {
    "<worksheet/>",
    "<sst><si><t>a</t></si><si><t>b</t></si></sst>",
    "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf "
    "numFmtId='21'/></cellXfs></styleSheet>",
    "<workbook><sheets><sheet name='S' r:id='1' xmlns:r='r'/></sheets></workbook>",
    "<Relationships><Relationship Id='1' Type='" TYPE "worksheet' Target='worksheets/sheet1.xml'/>"
    "<Relationship Id='2' Type='" TYPE "sharedStrings' Target='sharedStrings.xml'/>"
    "<Relationship Id='3' Type='" TYPE "styles' Target='styles.xml'/></Relationships>",
    "<Relationships><Relationship Id='1' Type='" TYPE "officeDocument' Target='xl/workbook.xml'/>"
    "</Relationships>"};

static void put_number(struct stw_buffer *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        stw_buffer_add_char(out, (char)(value >> (8 * i)));
}

/* What a local and a central header share: version, flags, method, time, checksum and sizes. */
static void put_description(struct stw_buffer *out, struct stw_slice name, struct stw_slice text)
{
    put_number(out, 20, 2);
    put_number(out, 0, 2);
    put_number(out, 0, 2);
    put_number(out, 0x00210000, 4);
    put_number(out, (uint32_t)crc32(0, (const unsigned char *)text.data, (unsigned)text.size), 4);
    put_number(out, (uint32_t)text.size, 4);
    put_number(out, (uint32_t)text.size, 4);
    put_number(out, (uint32_t)name.size, 2);
    put_number(out, 0, 2);
}

static void put_archive(struct stw_buffer *out, const struct stw_slice texts[static PARTS])
{
    size_t at[PARTS];
    for (int i = 0; i < PARTS; i++) {
        at[i] = out->size;
        stw_buffer_add(out, "PK\3\4", 4);
        put_description(out, stw_slice_of(names[i]), texts[i]);
        stw_buffer_add_text(out, names[i]);
        stw_buffer_add_slice(out, texts[i]);
    }
    size_t directory = out->size;
    for (int i = 0; i < PARTS; i++) {
        stw_buffer_add(out, "PK\1\2\24\0", 6);
        put_description(out, stw_slice_of(names[i]), texts[i]);
        put_number(out, 0, 2);
        put_number(out, 0, 4);
        put_number(out, 0, 4);
        put_number(out, (uint32_t)at[i], 4);
        stw_buffer_add_text(out, names[i]);
    }
    size_t directory_size = out->size - directory;
    stw_buffer_add(out, "PK\5\6\0\0\0\0", 8);
    put_number(out, PARTS, 2);
    put_number(out, PARTS, 2);
    put_number(out, (uint32_t)directory_size, 4);
    put_number(out, (uint32_t)directory, 4);
    put_number(out, 0, 2);
}

static void read_records(const char *path, uint8_t pick)
{
    struct stw_map_field field = {
        .column_count = 1,
        .columns = {{pick % 4 == 0 ? STW_SLICE("a") : (struct stw_slice){NULL, 0}, 1}}};
    struct stw_map map = {.fields = &field, .field_count = 1};
    struct stw_error err;
    struct stw_input *input;
    struct stw_records *records;
    struct stw_text_record record;
    stw_map_container_init(&map.container);
    map.container.kind = STW_CONTAINER_XLSX;
    map.container.header = pick % 8 != 7;
    map.container.header_rows = 1 + pick / 8 % 3;
    map.container.skip_given = pick / 32 % 2 == 1;
    map.container.skip = pick / 64;
    map.container.all_sheets = pick % 2 == 0;
    if (stw_input_open(&input, stw_io_system(), path, &err) < 0)
        return;
    int status = stw_records_open(&records, input, &map, &err);
    if (status == STW_OK) {
        uint64_t line = 0;
        while ((status = stw_records_next(records, &record, &err)) == STW_OK) {
            assert(record.sheet.size > 0 || record.line > 0);
            line = record.is_header ? record.line : line;
            for (uint32_t i = 0; i < record.count; i++)
                assert(record.fields[i].text.data != NULL);
        }
        stw_records_close(records);
    }
    assert(status == STW_END || err.what[0] != '\0');
    stw_input_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_slice texts[PARTS];
    struct stw_buffer file;
    char path[64];
    if (size < 2)
        return 0;
    stw_buffer_init(&file);
    struct stw_slice rest = {(const char *)data + 2, size - 2};
    if (data[0] % 2 == 0) {
        stw_buffer_add_slice(&file, rest);
    } else {
        for (int i = 0; i < PARTS; i++) {
            const char *end = rest.size == 0 ? NULL : memchr(rest.data, 1, rest.size);
            size_t part = end == NULL ? rest.size : (size_t)(end - rest.data);
            texts[i] = part == 0 ? stw_slice_of(usual[i]) : (struct stw_slice){rest.data, part};
            rest.data += part + (end != NULL);
            rest.size -= part + (end != NULL);
        }
        put_archive(&file, texts);
    }
    int fd = memfd_create("xlsx", MFD_CLOEXEC);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (fd >= 0 && write(fd, file.data, file.size) == (ssize_t)file.size)
        read_records(path, data[1]);
    if (fd >= 0)
        close(fd);
    stw_buffer_release(&file);
    return 0;
}
