/* First line: a format; second: a text. What is read is written and read back as the same. */
#include "time/stamp.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct stw_zone *zone;

static void free_zone(void)
{
    stw_zone_free(zone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_stamp_format format, iso;
    char pattern[256], text[STW_STAMP_TEXT_SIZE];
    const uint8_t *line = memchr(data, '\n', size);
    if (zone == NULL) {
        if (stw_zone_load("Europe/Berlin", &zone, NULL) != STW_OK)
            return 0;
        atexit(free_zone);
    }
    if (line == NULL || (size_t)(line - data) >= sizeof(pattern))
        return 0;
    memcpy(pattern, data, (size_t)(line - data));
    pattern[line - data] = '\0';
    if (stw_stamp_format_init(&format, pattern, zone, NULL) != STW_OK)
        return 0;
    int64_t first, second, again;
    struct stw_slice rest = {(const char *)line + 1, size - (size_t)(line + 1 - data)};
    enum stw_stamp_result result = stw_stamp_parse(&format, rest, &first);
    if (stw_stamp_parse(&format, rest, &second) != result)
        __builtin_trap(); /* the cache shows */
    if (!stw_stamp_is_read(result))
        return 0;
    size_t written = (size_t)stw_stamp_to_iso(zone, first, text);
    if (first != second || stw_stamp_format_init(&iso, "iso", zone, NULL) != STW_OK ||
        stw_stamp_parse(&iso, (struct stw_slice){text, written}, &again) > STW_STAMP_AMBIGUOUS ||
        again != first)
        __builtin_trap();
    return 0;
}
