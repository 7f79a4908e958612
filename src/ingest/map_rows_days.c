/* Wide by day: the month of a record, the time of a column; see map.h. */
#include "ingest/day_name.h"
#include "ingest/map_rows_inside.h"

#include <stdio.h>

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
    *rejected = !stw_month_name(text, &rows->year, &rows->month_of_year);
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
