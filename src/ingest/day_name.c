/* Days and months as headers and titles have them; see day_name.h. */
#include "ingest/day_name.h"

#include "time/stamp.h"

#include <string.h>
#include <strings.h>

enum { GROUPS_MAX = 3, MONTH_BYTES_MIN = 6, MONTH_BYTES_MAX = 16 };

/* Up to three groups of digits, with nothing between them but signs of a date. */
struct groups {
    int count;
    bool year_said; /* 年 behind the first */
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

/* 民國 in front of a year of the Republic of China says no more than its 年 does. */
static struct stw_slice without_era(struct stw_slice text)
{
    static const char *const eras[] = {"中華民國", "中华民国", "民國", "民国"};
    for (size_t i = 0; i < sizeof(eras) / sizeof(eras[0]); i++) {
        size_t size = strlen(eras[i]);
        if (stw_slice_starts(text, stw_slice_of(eras[i])))
            return stw_slice_trim((struct stw_slice){text.data + size, text.size - size});
    }
    return text;
}

/* Whether the first group is a year of the Republic of China: 113年, of three digits. */
static bool is_republic_year(const struct groups *groups)
{
    return groups->digits[0] == 3 && groups->year_said && groups->value[0] >= 100 &&
           groups->value[0] < 200;
}

static bool read_groups(struct stw_slice text, struct groups *groups)
{
    static const char *const midnights[] = {"T00:00:00", " 00:00:00", " 00:00", " 0:00"};
    groups->count = 0;
    groups->year_said = false;
    text = without_era(stw_slice_trim(text));
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
        groups->year_said =
            groups->year_said || (groups->count == 1 && stw_slice_starts(text, STW_SLICE("年")));
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

/* "日期 1" is 1: the header of two rows, where the upper one says that the lower has days. */
static struct stw_slice without_heading(struct stw_slice header)
{
    static const char *const headings[] = {"日期 ", "日 ", "日数 ", "每日读数 ", "Date ", "Day "};
    for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
        size_t size = strlen(headings[i]);
        if (header.size > size && strncasecmp(header.data, headings[i], size) == 0)
            return (struct stw_slice){header.data + size, header.size - size};
    }
    return header;
}

bool stw_day_name(struct stw_slice header, int *year, int *month, int *day)
{
    struct groups groups;
    header = without_heading(header);
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
    } else if (groups.count == 3 && is_republic_year(&groups)) {
        *year = value[0] + STW_REPUBLIC_EPOCH_YEAR;
        *month = value[1];
        *day = value[2];
    }
    return in_range(*day, 31) && (*month == 0 || in_range(*month, 12)) &&
           (*year > 0 || *month == 0 || groups.count == 2);
}

bool stw_month_name(struct stw_slice text, int *year, int *month)
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
    } else if (groups.count == 2 && is_republic_year(&groups) && digits[1] <= 2) {
        *year = value[0] + STW_REPUBLIC_EPOCH_YEAR;
        *month = value[1];
    } else if (groups.count == 3 && digits[0] == 4 && digits[1] <= 2 && value[2] == 1) {
        *year = value[0]; /* a month as its first day, as spreadsheets keep it */
        *month = value[1];
    }
    return *year > 0 && in_range(*month, 12);
}

bool stw_month_find(struct stw_slice text, struct stw_slice *found)
{
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        bool inside = i > 0 && text.data[i - 1] >= '0' && text.data[i - 1] <= '9';
        if (!digit || inside)
            continue;
        /* The longest piece from here that is a month, and no longer number. */
        for (size_t size = text.size - i < MONTH_BYTES_MAX ? text.size - i : MONTH_BYTES_MAX;
             size >= MONTH_BYTES_MIN; size--) {
            int year, month;
            struct stw_slice piece = {text.data + i, size};
            char last = piece.data[size - 1];
            bool cut = i + size < text.size && text.data[i + size] >= '0' &&
                       text.data[i + size] <= '9' && last >= '0' && last <= '9';
            bool loose = strchr("-/. ", last) != NULL; /* it belongs to what follows */
            if (cut || loose || !stw_month_name(piece, &year, &month) ||
                year < STW_MONTH_YEAR_MIN || year > STW_MONTH_YEAR_MAX)
                continue;
            *found = piece;
            return true;
        }
    }
    return false;
}
