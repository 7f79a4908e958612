/*
 * Days and months as people write them over columns, in titles and in the names of files: "1",
 * "1日", "10-01", "10月1日", "2026-10-01"; "2026-10", "2026年10月", "202610", "民國113年10月".
 */
#ifndef STW_INGEST_DAY_NAME_H
#define STW_INGEST_DAY_NAME_H

#include "base/slice.h"

#include <stdbool.h>

/* Years a month in the middle of other text may have: 202610 is one, 189912 a number. */
enum { STW_MONTH_YEAR_MIN = 1990, STW_MONTH_YEAR_MAX = 2099 };

/* Whether a header is a day: what it tells is set, the rest 0. */
bool stw_day_name(struct stw_slice header, int *year, int *month, int *day);

/* Whether a text is a year and month; a month may stand as its first day, as spreadsheets keep
 * it. */
bool stw_month_name(struct stw_slice text, int *year, int *month);

/* The first year and month inside a text: "抄表-2026-10.csv", "翠湖花园 2026年10月份抄表". */
bool stw_month_find(struct stw_slice text, struct stw_slice *found);

#endif
