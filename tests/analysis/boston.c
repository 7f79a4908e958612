/* Reads the Boston requests straight from their compressed CSV; see boston.h. */
#include "boston.h"

#include "time/civil.h"

#include "zst.h"

#include "../support/test.h"

#include <stdio.h>

enum { COLUMNS = 16, ROWS_MAX = 10000 };

/* One record; quotes are dropped in place. Returns what follows it. */
static char *split_record(char *at, const char *end, struct stw_slice fields[COLUMNS])
{
    for (int column = 0; column < COLUMNS; column++) {
        char *out = at;
        fields[column].data = at;
        for (bool quoted = false; at < end; at++) {
            if (*at == '"')
                quoted = !quoted;
            else if (!quoted && (*at == ',' || *at == '\n'))
                break;
            else if (*at != '\r')
                *out++ = *at;
        }
        fields[column].size = (size_t)(out - fields[column].data);
        at++;
    }
    return at;
}

/* 01/31/2015 07:27:13 AM */
static int64_t stamp(struct stw_slice text)
{
    int month, day, year, hour, minute, second;
    char half, copy[32];
    if (text.size == 0 || text.size >= sizeof(copy))
        return STW_INSTANT_NONE;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    if (sscanf(copy, "%d/%d/%d %d:%d:%d %c", &month, &day, &year, &hour, &minute, &second, &half) !=
        7)
        return STW_INSTANT_NONE;
    hour = hour % 12 + (half == 'P' ? 12 : 0);
    int64_t days = stw_civil_days(year, month, day);
    return ((days * 24 + hour) * 60 + minute) * STW_NS_PER_MINUTE + second * STW_NS_PER_SECOND;
}

bool boston_load(const char *relative_path, struct boston *out)
{
    *out = (struct boston){.count = 0};
    stw_arena_init(&out->arena);
    size_t size = 0;
    char *text = zst_load(stw_test_shared(relative_path), &out->arena, &size);
    out->orders = STW_ARENA_ARRAY(&out->arena, struct stw_order, ROWS_MAX);
    out->stated = STW_ARENA_ARRAY(&out->arena, enum stw_stated, ROWS_MAX);
    out->types = STW_ARENA_ARRAY(&out->arena, struct stw_slice, ROWS_MAX);
    out->sources = STW_ARENA_ARRAY(&out->arena, struct stw_slice, ROWS_MAX);
    if (text == NULL || out->orders == NULL || out->stated == NULL || out->types == NULL ||
        out->sources == NULL)
        return false;
    struct stw_slice fields[COLUMNS];
    char *end = text + size;
    char *at = split_record(text, end, fields);
    for (; at < end && out->count < ROWS_MAX; out->count++) {
        at = split_record(at, end, fields);
        struct stw_order *order = &out->orders[out->count];
        order->id = fields[0];
        for (int s = 0; s < STW_STAMP_COUNT; s++)
            order->stamps_ns[s] = STW_INSTANT_NONE;
        order->stamps_ns[STW_STAMP_CREATED] = stamp(fields[1]);
        order->due_ns = stamp(fields[2]);
        order->stamps_ns[STW_STAMP_RESOLVED] = stamp(fields[3]);
        out->stated[out->count] = stw_slice_is(fields[4], "ONTIME")    ? STW_STATED_ON_TIME
                                  : stw_slice_is(fields[4], "OVERDUE") ? STW_STATED_OVERDUE
                                                                       : STW_STATED_NONE;
        out->types[out->count] = fields[10];
        out->sources[out->count] = fields[15];
    }
    return true;
}

void boston_release(struct boston *data)
{
    stw_arena_release(&data->arena);
}
