/* Records in words; see record.h. */
#include "text/record.h"

#include "text/escape.h"

#include <inttypes.h>

const char *stw_text_record_problem_text(enum stw_text_record_problem problem)
{
    switch (problem) {
    case STW_RECORD_FINE:
        return "is fine";
    case STW_RECORD_TEXT_AFTER_QUOTE:
        return "has text after a closing quote";
    case STW_RECORD_TOO_MANY_COLUMNS:
        return "has too many columns";
    case STW_RECORD_CUT:
        return "is cut short: the file ends in it";
    case STW_RECORD_SYNTAX:
        return "cannot be read";
    }
    return "cannot be read";
}

void stw_text_record_put_letters(uint32_t column, struct stw_buffer *out)
{
    char letters[8];
    size_t at = sizeof(letters);
    for (uint32_t left = column + 1; left > 0; left = (left - 1) / 26)
        letters[--at] = (char)('A' + (left - 1) % 26);
    stw_buffer_add(out, letters + at, sizeof(letters) - at);
}

void stw_text_record_put_place(const struct stw_text_record *record, int column,
                               struct stw_buffer *out)
{
    if (record->sheet.size > 0) {
        stw_buffer_add_slice(out, record->sheet);
        stw_buffer_add_char(out, '!');
        if (column >= 0)
            stw_text_record_put_letters((uint32_t)column, out);
    }
    stw_buffer_printf(out, "%" PRIu64, record->line);
}

void stw_text_record_put_raw(const struct stw_text_record *record, struct stw_buffer *out)
{
    if (record->raw.data != NULL) {
        stw_buffer_add_slice(out, record->raw);
        return;
    }
    for (uint32_t i = 0; i < record->count; i++) {
        if (i > 0)
            stw_buffer_add_char(out, ',');
        stw_escape_csv_text(out, record->fields[i].text, ',');
    }
}

void stw_text_record_put_title(const struct stw_text_record *record, struct stw_buffer *title)
{
    for (uint32_t i = 0; i < record->count; i++) {
        struct stw_slice text = stw_slice_trim(record->fields[i].text);
        if (text.size == 0 || title->size + text.size + 1 > STW_RECORD_TITLE_MAX)
            continue;
        if (title->size > 0)
            stw_buffer_add_char(title, ' ');
        stw_buffer_add_slice(title, text);
    }
}
