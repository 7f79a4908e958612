/*
 * Any bytes as a file nobody has described: a question, or a map that can be read. The first byte
 * picks the table.
 */
#include "ingest/map.h"
#include "ingest/map_facts.h"
#include "ingest/sniff.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sniff(const char *path, const struct stw_schema *schema, const char *name)
{
    struct stw_error err;
    struct stw_input *input;
    struct stw_buffer text, reasons;
    struct stw_map map;
    if (stw_input_open(&input, stw_io_system(), path, &err) < 0)
        return;
    stw_buffer_init(&text);
    stw_buffer_init(&reasons);
    const struct stw_table *table = stw_schema_find(schema, stw_slice_of(name));
    static const struct stw_sniff_answers answers = {.hour_told = true, .hour = 24};
    int status = stw_sniff(input, "b0-2026-10.csv", table, &answers, &text, &reasons, &err);
    if (status == STW_OK) {
        struct stw_buffer saved; /* as --save-map writes it: the reasons, then the map */
        stw_buffer_init(&saved);
        stw_map_put_comment(&saved, stw_buffer_slice(&reasons));
        stw_buffer_add_slice(&saved, stw_buffer_slice(&text));
        status = stw_map_parse(&map, "sniffed.yml", stw_buffer_slice(&saved), schema, NULL, &err);
        stw_buffer_release(&saved);
        assert(status == STW_OK);
        stw_map_release(&map);
    } else {
        assert(err.what[0] != '\0');
    }
    stw_buffer_release(&text);
    stw_buffer_release(&reasons);
    stw_input_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const tables[] = {"readings", "devices", "faults", "work_orders"};
    static struct stw_schema *schema; /* one for all inputs */
    struct stw_error err;
    char path[64];
    if (size == 0)
        return 0;
    if (schema == NULL && stw_schema_parse(&schema, "schema.yml", stw_schema_builtin(), &err) < 0)
        return 0;
    int fd = memfd_create("sniff", MFD_CLOEXEC);
    if (fd < 0)
        return 0;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (write(fd, data + 1, size - 1) == (ssize_t)(size - 1))
        sniff(path, schema, tables[data[0] % 4]);
    close(fd);
    return 0;
}
