/* Wide by day: what headers and months say, and the time of a column; see map.h. */
#include "ingest/map_rows_inside.h"

#include <stdio.h>

enum { GROUPS_MAX = 3 };

/* Up to three groups of digits, with nothing between them but signs of a date. */
struct groups {
    int count;
    int value[GROUPS_MAX];
    int digits[GROUPS_MAX];
};

/* The bytes of a sign of a date at the front; 0: something else. */
static size_t sign_size(struct stw_slice text)
{
    static const char *const signs[] = {"-", "/", ".", " ", "年", "月", "日", "号", "號", "份"};
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (stw_slice_starts(text, stw_slice_of(signs[i])))
            return strlen(signs[i]);
    return 0;
}

static bool read_groups(struct stw_slice text, struct groups *groups)
{
    static const char *const midnights[] = {"T00:00:00", " 00:00:00", " 00:00", " 0:00"};
    groups->count = 0;
    text = stw_slice_trim(text);
    for (size_t i = 0; i < sizeof(midnights) / sizeof(midnights[0]); i++) {
        size_t size = strlen(midnights[i]);
        if (text.size > size && memcmp(text.data + text.size - size, midnights[i], size) == 0) {
            text.size -= size;
            break;
        }
    }
    while (text.size > 0) {
        int value = 0, digits = 0;
        while (text.size > 0 && text.data[0] >= '0' && text.data[0] <= '9' && digits < 8) {
            value = value * 10 + (text.data[0] - '0');
            digits++;
            text.data++;
            text.size--;
        }
        if (digits == 0 || groups->count == GROUPS_MAX)
            return false;
        groups->value[groups->count] = value;
        groups->digits[groups->count++] = digits;
        bool more = text.size > 0;
        for (size_t size; text.size > 0 && (size = sign_size(text)) > 0;) {
            text.data += size;
            text.size -= size;
        }
        if (more && text.size > 0 && !(text.data[0] >= '0' && text.data[0] <= '9'))
            return false;
        if (more && text.size > 0 && digits == 8)
            return false;
    }
    return groups->count > 0;
}

static bool in_range(int value, int most)
{
    return value >= 1 && value <= most;
}

bool stw_map_rows_day(struct stw_slice header, int *year, int *month, int *day)
{
    struct groups groups;
    *year = *month = *day = 0;
    if (!read_groups(header, &groups))
        return false;
    const int *value = groups.value, *digits = groups.digits;
    if (groups.count == 1 && digits[0] == 8) {
        *year = value[0] / 10000;
        *month = value[0] / 100 % 100;
        *day = value[0] % 100;
    } else if (groups.count == 1 && digits[0] <= 2) {
        *day = value[0];
    } else if (groups.count == 2 && digits[0] <= 2 && digits[1] <= 2) {
        *month = value[0];
        *day = value[1];
    } else if (groups.count == 3 && digits[0] == 4 && digits[1] <= 2 && digits[2] <= 2) {
        *year = value[0];
        *month = value[1];
        *day = value[2];
    }
    return in_range(*day, 31) && (*month == 0 || in_range(*month, 12)) &&
           (*year > 0 || *month == 0 || groups.count == 2);
}

bool stw_map_rows_month(struct stw_slice text, int *year, int *month)
{
    struct groups groups;
    *year = *month = 0;
    if (!read_groups(text, &groups))
        return false;
    const int *value = groups.value, *digits = groups.digits;
    if (groups.count == 1 && digits[0] == 6) {
        *year = value[0] / 100;
        *month = value[0] % 100;
    } else if (groups.count == 2 && digits[0] == 4 && digits[1] <= 2) {
        *year = value[0];
        *month = value[1];
    } else if (groups.count == 3 && digits[0] == 4 && digits[1] <= 2 && value[2] == 1) {
        *year = value[0]; /* a month as its first day, as spreadsheets keep it */
        *month = value[1];
    }
    return *year > 0 && in_range(*month, 12);
}

int stw_map_rows_read_month(struct stw_map_rows *rows, const struct stw_text_record *record,
                            bool *rejected, struct stw_error *err)
{
    struct stw_map_rows_field *field = rows->month;
    struct stw_slice text = field->cell.text;
    enum stw_reject reason;
    if (field->field->from == STW_MAP_COLUMN) {
        bool taken = stw_map_rows_read(rows, field, record, &text, &reason);
        STW_TRY(stw_buffer_status(&rows->joined, err));
        *rejected = !taken;
        if (!taken)
            return stw_map_rows_reject(rows, record, field, reason, text, err);
        text = field->cell.present ? field->cell.text : (struct stw_slice){"", 0};
    }
    *rejected = !stw_map_rows_month(text, &rows->year, &rows->month_of_year);
    if (!*rejected)
        return STW_OK;
    if (field->field->from == STW_MAP_COLUMN)
        return stw_map_rows_reject(rows, record, field, STW_REJECT_MONTH, text, err);
    stw_fail(err, STW_ERR_INPUT, "'%.*s' is no year and month", STW_SLICE_ARG(text));
    stw_error_hint(err, "write it as 2026-10");
    stw_error_where(err, "%s:%u:%u", rows->map->file, field->field->line, field->field->column);
    return STW_ERR_INPUT;
}

bool stw_map_rows_set_day(struct stw_map_rows *rows, const struct stw_map_rows_wide *wide,
                          enum stw_reject *reason)
{
    const struct stw_map_days *days = &rows->map->days;
    int year = wide->year, month = wide->month;
    int before_month = rows->month_of_year == 1 ? 12 : rows->month_of_year - 1;
    int before_year = rows->month_of_year == 1 ? rows->year - 1 : rows->year;
    *reason = STW_REJECT_TIME_FIELD;
    if (year == 0) {
        bool earlier = month == 0 ? days->first_day > 1 && wide->day >= days->first_day
                                  : month == before_month;
        if (month != 0 && !earlier && month != rows->month_of_year)
            return false;
        year = earlier ? before_year : rows->year;
        month = earlier ? before_month : rows->month_of_year;
    }
    char text[40];
    int size = snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, wide->day);
    struct stw_map_rows_field *time = rows->time;
    return stw_cell_read(&time->rule, (struct stw_slice){text, (size_t)size}, &time->cell, reason);
}
