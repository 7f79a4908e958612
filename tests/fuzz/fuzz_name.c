/*
 * Any text as the name of a file or column, after its first line, which is a pattern: what fits the
 * pattern and has no star is the pattern filled in; a day and a month are of the calendar; a month
 * that is found is one; a serial date is a time or nothing.
 */
#include "ingest/day_name.h"
#include "ingest/file_name.h"
#include "ingest/serial_date.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match(struct stw_slice pattern, struct stw_slice name)
{
    struct stw_file_names names;
    struct stw_error err;
    if (stw_file_pattern_check(pattern, &names, &err) != STW_OK) {
        assert(err.what[0] != '\0');
        return;
    }
    if (!stw_file_pattern_match(pattern, name, &names))
        return;
    struct stw_buffer filled;
    stw_buffer_init(&filled);
    bool known = stw_file_names_expand(&names, pattern, &filled);
    assert(known);
    if (memchr(pattern.data, '*', pattern.size) == NULL)
        assert(stw_slice_equal(stw_buffer_slice(&filled), name));
    stw_buffer_release(&filled);
}

static void read_days(struct stw_slice text)
{
    int year, month, day;
    struct stw_slice found;
    if (stw_day_name(text, &year, &month, &day))
        assert(day >= 1 && day <= 31 && month >= 0 && month <= 12 && year >= 0);
    if (stw_month_name(text, &year, &month))
        assert(year > 0 && month >= 1 && month <= 12);
    if (stw_month_find(text, &found)) {
        assert(found.data >= text.data && found.data + found.size <= text.data + text.size);
        assert(stw_month_name(found, &year, &month));
        assert(year >= STW_MONTH_YEAR_MIN && year <= STW_MONTH_YEAR_MAX);
    }
}

static void read_serials(struct stw_slice text)
{
    struct stw_buffer out;
    stw_buffer_init(&out);
    for (int format = STW_XLSX_DATE; format <= STW_XLSX_ELAPSED; format++) {
        stw_buffer_clear(&out);
        bool put = stw_serial_date_put(text, (enum stw_xlsx_format)format, format % 2 == 0, &out);
        assert(put == (out.size > 0));
    }
    stw_buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_slice text = {(const char *)data, size};
    const char *end = size == 0 ? NULL : memchr(data, '\n', size);
    struct stw_slice pattern = {text.data, end == NULL ? 0 : (size_t)(end - text.data)};
    if (end != NULL) {
        text.data = end + 1;
        text.size -= pattern.size + 1;
    }
    if (pattern.size > 0 && text.size > 0)
        match(pattern, text);
    if (text.size > 0) {
        read_days(text);
        read_serials(text);
    }
    return 0;
}
