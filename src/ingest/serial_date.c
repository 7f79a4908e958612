/* Serial dates; see serial_date.h. */
#include "ingest/serial_date.h"

#include "text/number.h"
#include "time/civil.h"

#include <inttypes.h>

enum {
    DAY_MS = 24 * 3600 * 1000,
    SERIAL_MAX = 2958465, /* 9999-12-31 */
    LEAP_DAY_THAT_NEVER_WAS = 60,
    DAYS_1900_TO_1904 = 1462
};

/* Whole days and milliseconds of the day; false: not a serial number. */
static bool split(struct stw_slice number, int64_t *days, int64_t *ms)
{
    struct stw_decimal decimal;
    if (stw_number_parse(number, NULL, &decimal) != STW_NUMBER_OK || decimal.value < 0)
        return false;
    int64_t unit = stw_pow10(decimal.scale);
    *days = decimal.value / unit;
    *ms = (int64_t)stw_div_round((stw_int128)(decimal.value % unit) * DAY_MS, unit);
    if (*ms == DAY_MS) {
        *ms = 0;
        ++*days;
    }
    return *days <= SERIAL_MAX;
}

static void put_clock(struct stw_buffer *out, int64_t hours, int64_t ms)
{
    int64_t seconds = ms / 1000;
    stw_buffer_printf(out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, hours, seconds / 60 % 60,
                      seconds % 60);
    if (ms % 1000 != 0)
        stw_buffer_printf(out, ".%03" PRId64, ms % 1000);
}

static void put_date(struct stw_buffer *out, int64_t days, bool is_1904)
{
    if (is_1904)
        days += DAYS_1900_TO_1904;
    if (!is_1904 && days == LEAP_DAY_THAT_NEVER_WAS) {
        stw_buffer_add_text(out, "1900-02-29");
        return;
    }
    struct stw_civil civil;
    stw_civil_of_days(stw_civil_days(1899, 12, 31) + days - (days > LEAP_DAY_THAT_NEVER_WAS),
                      &civil);
    stw_buffer_printf(out, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

bool stw_serial_date_put(struct stw_slice number, enum stw_xlsx_format format, bool is_1904,
                         struct stw_buffer *out)
{
    int64_t days, ms;
    if (!split(number, &days, &ms))
        return false;
    int64_t hours = ms / INT64_C(3600000);
    if (format == STW_XLSX_ELAPSED) {
        put_clock(out, days * 24 + hours, ms);
        return true;
    }
    bool has_date = days > 0 || (format != STW_XLSX_CLOCK && is_1904);
    if (has_date)
        put_date(out, days, is_1904);
    if (has_date && format != STW_XLSX_DATE_TIME && ms == 0)
        return true;
    if (has_date)
        stw_buffer_add_char(out, ' ');
    put_clock(out, hours, ms);
    return true;
}
