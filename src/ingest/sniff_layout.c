/*
 * Layouts that a file shows by its headers and cells: a column for each day, the reading before
 * beside the present one, time-of-use registers, merged cells, logs to be folded. Each is proposed
 * with its reason; the hour at which a date's reading is taken is asked. See sniff.h.
 */
#include "ingest/day_name.h"
#include "ingest/map_facts.h"
#include "ingest/sniff_inside.h"
#include "store/field.h"

#include <string.h>

enum {
    none = STW_SNIFF_NONE,
    DAYS_MIN = 5, /* columns that make a sheet of days */
    REGISTERS = 5 /* T0 .. T4 */
};

/* Wrong by a day, everything is: it is asked wherever a date stands for a reading of its day. */
int stw_sniff_want_hour(struct stw_sniff_plan *plan, const char *what)
{
    if (plan->answers->hour_told)
        return STW_OK;
    stw_fail(plan->err, STW_ERR_INPUT, "at which hour of its day was %s taken?", what);
    stw_error_hint(plan->err, "answer with --hour 0 for the day's beginning, --hour 24 for its "
                              "end, or the hour of the round");
    return STW_ERR_INPUT;
}

bool stw_sniff_is_date(const struct stw_sniff_column *column)
{
    const char *format = column->format_count > 0 ? column->formats[0] : "";
    if (column->joined)
        return false;
    if (strcmp(format, "iso") == 0)
        return column->example.size <= 10;
    if (strcmp(format, "year_first") == 0)
        return memchr(column->example.data, ':', column->example.size) == NULL;
    return format[0] == '%' && strstr(format, "%H") == NULL && strstr(format, "%I") == NULL;
}

/* ---- Wide by day ----------------------------------------------------------------------------- */

struct days {
    uint32_t count;
    bool dated; /* all headers are whole dates */
    int first, last;
};

/* The columns of days, marked as used. */
static struct days find_days(struct stw_sniff_plan *plan, bool mark)
{
    struct days days = {.dated = true, .first = none};
    for (uint32_t i = 0; i < plan->sample.column_count && plan->sample.header; i++) {
        struct stw_sniff_column *column = stw_sniff_column(plan, (int)i);
        int year, month, day;
        if (column->kind == STW_SNIFF_TIME || !stw_day_name(column->header, &year, &month, &day))
            continue;
        days.count++;
        days.dated = days.dated && year > 0;
        days.first = days.first == none ? (int)i : days.first;
        days.last = (int)i;
        column->used = column->used || mark;
    }
    return days;
}

/* The name of the file with its month left open. */
static void put_name_of_month(struct stw_sniff_plan *plan, struct stw_slice month)
{
    struct stw_buffer pattern;
    size_t before = (size_t)(month.data - plan->name.data);
    stw_buffer_init(&pattern);
    stw_buffer_add(&pattern, plan->name.data, before);
    stw_buffer_add_text(&pattern, "{month}");
    stw_buffer_add(&pattern, month.data + month.size, plan->name.size - before - month.size);
    stw_buffer_add_text(plan->map, "file_name: ");
    stw_map_put_scalar(plan->map, stw_buffer_slice(&pattern));
    stw_buffer_add_char(plan->map, '\n');
    stw_buffer_release(&pattern);
}

enum month_from { MONTH_UNKNOWN, MONTH_DATED, MONTH_COLUMN, MONTH_NAME, MONTH_TITLE };

struct month {
    enum month_from from;
    int column;
    struct stw_slice text;
};

static struct month find_month(struct stw_sniff_plan *plan, const struct days *days)
{
    struct month month = {.from = MONTH_DATED, .column = none};
    int year, number;
    if (days->dated)
        return month;
    month.column = stw_sniff_find_by_word(plan, STW_SLICE("month"), true, true, true);
    if (month.column != none &&
        stw_month_name(stw_sniff_column(plan, month.column)->example, &year, &number))
        month.from = MONTH_COLUMN;
    else if (stw_month_find(plan->name, &month.text))
        month.from = MONTH_NAME;
    else if (stw_month_find(plan->sample.title, &month.text))
        month.from = MONTH_TITLE;
    else
        month.from = MONTH_UNKNOWN;
    return month;
}

static int put_month(struct stw_sniff_plan *plan, const struct month *month)
{
    switch (month->from) {
    case MONTH_DATED:
        return STW_OK;
    case MONTH_COLUMN:
        stw_buffer_add_text(plan->map, "month: {");
        stw_sniff_put_ref(plan, month->column);
        stw_buffer_add_text(plan->map, "}, ");
        stw_buffer_add_text(plan->reasons, "month: column ");
        stw_sniff_put_name(plan->reasons, plan, month->column);
        stw_buffer_add_text(plan->reasons, ", by its header\n");
        stw_sniff_column(plan, month->column)->used = true;
        return STW_OK;
    case MONTH_NAME:
        stw_buffer_add_text(plan->map, "month: {constant: \"{month}\"}, ");
        stw_buffer_printf(plan->reasons, "month: '%.*s' of the file's name\n",
                          STW_SLICE_ARG(month->text));
        return STW_OK;
    case MONTH_TITLE:
        stw_buffer_add_text(plan->map, "month: {title: yes}, ");
        stw_buffer_printf(plan->reasons, "month: '%.*s' of the title\n",
                          STW_SLICE_ARG(month->text));
        return STW_OK;
    default:
        stw_fail(plan->err, STW_ERR_INPUT,
                 "of which month are the columns of days? Neither a column nor the file's name "
                 "nor a title says so");
        stw_error_hint(plan->err, "name the file after it, such as meters-2026-10.csv, or write a "
                                  "map with month: {constant: 2026-10}");
        return STW_ERR_INPUT;
    }
}

int stw_sniff_days(struct stw_sniff_plan *plan, bool *taken)
{
    struct days days = find_days(plan, false);
    int device;
    *taken = days.count >= DAYS_MIN;
    if (!*taken)
        return STW_OK;
    find_days(plan, true);
    struct month month = find_month(plan, &days);
    bool month_used = month.from == MONTH_COLUMN;
    if (month_used)
        stw_sniff_column(plan, month.column)->used = true;
    STW_TRY(stw_sniff_find_device(plan, &device));
    if (device == none && month.from == MONTH_NAME)
        return stw_fail(plan->err, STW_ERR_INPUT, "no column names the device of a row");
    if (month.from == MONTH_NAME)
        put_name_of_month(plan, month.text);
    if (device == none)
        stw_sniff_put_device_from_name(plan);
    stw_buffer_add_text(plan->map, "fields:\n");
    if (device == none)
        stw_buffer_add_text(plan->map, "  device: {constant: \"{device}\"}\n");
    else
        stw_sniff_put_field(plan, STW_SLICE("device"), device, "by its header or place");
    stw_buffer_add_text(plan->map, "  channel: {constant: value}\nwide:\n  into: value\n  days: {");
    stw_buffer_add_text(plan->reasons, "layout: a column for each day, ");
    stw_sniff_put_name(plan->reasons, plan, days.first);
    stw_buffer_add_text(plan->reasons, " to ");
    stw_sniff_put_name(plan->reasons, plan, days.last);
    stw_buffer_add_char(plan->reasons, '\n');
    STW_TRY(put_month(plan, &month));
    STW_TRY(stw_sniff_want_hour(plan, "the value of a day"));
    stw_buffer_printf(plan->map, "hour: %d}\n", plan->answers->hour);
    stw_sniff_put_registry(plan, "", none);
    stw_buffer_printf(plan->reasons, "hour: %d, as you said\n", plan->answers->hour);
    return STW_OK;
}

/* ---- The reading before ---------------------------------------------------------------------- */

int stw_sniff_previous(struct stw_sniff_plan *plan, bool *taken)
{
    int before = stw_sniff_find_by_word(plan, STW_SLICE("previous_value"), true, false, false);
    int device;
    *taken = before != none;
    if (before == none)
        return STW_OK;
    stw_sniff_column(plan, before)->used = true;
    int present = stw_sniff_find_by_word(plan, STW_SLICE("present_value"), true, false, false);
    if (present == none)
        present = stw_sniff_find_by_word(plan, STW_SLICE("value"), true, false, false);
    int before_time = stw_sniff_find_by_word(plan, STW_SLICE("previous_time"), false, true, false);
    if (before_time != none)
        stw_sniff_column(plan, before_time)->used = true;
    int time = present == none ? none : stw_sniff_find_time(plan, STW_SLICE("time"));
    *taken = time != none;
    if (!*taken) {
        stw_sniff_column(plan, before)->used = false;
        if (before_time != none)
            stw_sniff_column(plan, before_time)->used = false;
        return STW_OK;
    }
    stw_sniff_column(plan, present)->used = stw_sniff_column(plan, time)->used = true;
    STW_TRY(stw_sniff_find_device(plan, &device));
    if (device == none)
        stw_sniff_put_device_from_name(plan);
    if (stw_sniff_is_date(stw_sniff_column(plan, time)))
        STW_TRY(stw_sniff_want_hour(plan, "a reading"));
    stw_buffer_add_text(plan->map, "fields:\n");
    STW_TRY(stw_sniff_put_time(plan, STW_SLICE("time"), time));
    if (device == none)
        stw_buffer_add_text(plan->map, "  device: {constant: \"{device}\"}\n");
    else
        stw_sniff_put_field(plan, STW_SLICE("device"), device, "by its header or place");
    stw_buffer_add_text(plan->map, "  channel: {constant: value}\n");
    stw_sniff_put_field(plan, STW_SLICE("value"), present, "the present reading by its header");
    stw_buffer_add_text(plan->map, "previous:\n  value: {");
    stw_sniff_put_ref(plan, before);
    stw_buffer_add_text(plan->map, "}\n");
    if (before_time != none)
        STW_TRY(stw_sniff_put_time(plan, STW_SLICE("time"), before_time));
    stw_sniff_put_registry(plan, "value_kind: register", present);
    stw_buffer_add_text(plan->reasons, "layout: column ");
    stw_sniff_put_name(plan->reasons, plan, before);
    stw_buffer_add_text(plan->reasons, " is the reading before: it is compared with the last one "
                                       "there is, and what was used follows from the readings\n");
    return STW_OK;
}

/* ---- Time-of-use registers ------------------------------------------------------------------- */

/* The register a header speaks of, 0 = total; none. */
static int register_of(struct stw_slice header)
{
    static const char *const words[REGISTERS][4] = {{"总", "總", "total", "t0"},
                                                    {"尖", "sharp", "t1", NULL},
                                                    {"峰", "peak", "t2", NULL},
                                                    {"平", "flat", "shoulder", "t3"},
                                                    {"谷", "valley", "offpeak", "t4"}};
    char folded[STW_FIELD_WORD_SIZE];
    struct stw_slice word = stw_field_fold(header, folded);
    if (memmem(word.data, word.size, "平均", strlen("平均")) != NULL)
        return none;
    if (stw_slice_is(word, "offpeak"))
        return 4;
    for (int i = REGISTERS - 1; i >= 0; i--)
        for (int w = 0; w < 4 && words[i][w] != NULL; w++)
            if (memmem(word.data, word.size, words[i][w], strlen(words[i][w])) != NULL)
                return i;
    return none;
}

/* The columns of the registers; false unless peak and valley are there, each once. */
static bool find_registers(const struct stw_sniff_plan *plan, int columns[REGISTERS])
{
    for (int i = 0; i < REGISTERS; i++)
        columns[i] = none;
    for (uint32_t i = 0; i < plan->sample.column_count; i++) {
        const struct stw_sniff_column *column = &plan->sample.columns[i];
        int at = column->kind == STW_SNIFF_NUMBER ? register_of(column->header) : none;
        if (at == none)
            continue;
        if (columns[at] != none)
            return false;
        columns[at] = (int)i;
    }
    return columns[2] != none && columns[4] != none;
}

const char *stw_sniff_register(struct stw_sniff_plan *plan, int at)
{
    static const char *const names[REGISTERS] = {"T0", "T1", "T2", "T3", "T4"};
    int columns[REGISTERS];
    if (!find_registers(plan, columns))
        return NULL;
    for (int i = 0; i < REGISTERS; i++)
        if (columns[i] == at)
            return names[i];
    return NULL;
}

/* Half a unit of the last place for each of the numbers: what rounding can make of a sum. */
void stw_sniff_put_sums(struct stw_sniff_plan *plan)
{
    int columns[REGISTERS], scale = 0, parts = 0;
    if (!find_registers(plan, columns) || columns[0] == none)
        return;
    for (uint32_t row = 0; row < plan->sample.row_count; row++)
        for (int i = 0; i < REGISTERS; i++) {
            struct stw_decimal value;
            if (columns[i] != none &&
                stw_number_parse(plan->sample.rows[row].cells[columns[i]], &plan->sample.style,
                                 &value) == STW_NUMBER_OK)
                scale = value.scale > scale ? value.scale : scale;
        }
    stw_buffer_add_text(plan->map, "sums:\n- {total: T0, parts: [");
    for (int i = 1; i < REGISTERS; i++)
        if (columns[i] != none)
            stw_buffer_printf(plan->map, "%sT%d", parts++ > 0 ? ", " : "", i);
    char tolerance[STW_DECIMAL_TEXT_SIZE];
    stw_decimal_format((struct stw_decimal){(parts + 2) / 2, scale}, true, tolerance);
    stw_buffer_printf(plan->map, "], tolerance: %s}\n", tolerance);
    stw_buffer_printf(plan->reasons,
                      "sums: the total is checked against its %d parts; %s is what rounding can "
                      "make of it\n",
                      parts, tolerance);
}

/* ---- A device in each column ---------------------------------------------------------------- */

/* Whether all columns of numbers, two at least, have numbers for names: 301, 302, 1-0303. */
bool stw_sniff_is_wide_by_device(struct stw_sniff_plan *plan)
{
    unsigned count = 0;
    for (int at = none; (at = stw_sniff_find_by_kind(plan, STW_SNIFF_NUMBER, at)) != none;
         count++) {
        struct stw_slice header = stw_sniff_column(plan, at)->header;
        bool digits = header.size > 0 && header.data[0] != '-';
        for (size_t i = 0; i < header.size && digits; i++)
            digits = header.data[i] == '-' || (header.data[i] >= '0' && header.data[i] <= '9');
        if (!digits)
            return false;
    }
    return count >= 2;
}

void stw_sniff_put_wide_devices(struct stw_sniff_plan *plan)
{
    unsigned count = 0;
    stw_buffer_add_text(plan->map, "wide:\n  into: value\n  columns:\n");
    for (int at = none; (at = stw_sniff_find_by_kind(plan, STW_SNIFF_NUMBER, at)) != none;
         count++) {
        struct stw_sniff_column *column = stw_sniff_column(plan, at);
        stw_buffer_add_text(plan->map, "  - {");
        stw_sniff_put_ref(plan, at);
        stw_buffer_add_text(plan->map, ", device: ");
        stw_map_put_scalar(plan->map, column->header);
        stw_buffer_add_text(plan->map, ", channel: value");
        stw_sniff_put_unit(plan, at, ", ", "");
        stw_buffer_add_text(plan->map, "}\n");
        stw_sniff_tell_precision(plan, at);
        column->used = true;
    }
    stw_buffer_printf(
        plan->reasons,
        "layout: wide, a device from each of %u columns of numbers, whose headers are "
        "numbers\n",
        count);
}

static bool header_has(const struct stw_sniff_plan *plan, int at, const char *const *words)
{
    struct stw_slice header =
        at == none ? (struct stw_slice){"", 0} : plan->sample.columns[at].header;
    for (; *words != NULL && header.size > 0; words++)
        if (memmem(header.data, header.size, *words, strlen(*words)) != NULL)
            return true;
    return false;
}

bool stw_sniff_is_frozen(const struct stw_sniff_plan *plan, int value)
{
    static const char *const words[] = {"冻结", "凍結", NULL};
    return header_has(plan, value, words);
}

bool stw_sniff_is_remaining(const struct stw_sniff_plan *plan, int value)
{
    static const char *const words[] = {"剩余", "剩餘", "余额", "餘額", "emaining", NULL};
    return header_has(plan, value, words);
}

/* ---- Cells as above -------------------------------------------------------------------------- */

bool stw_sniff_repeats(const struct stw_sniff_sample *sample, int at)
{
    for (uint32_t a = 0; a < sample->row_count; a++)
        for (uint32_t b = a + 1; b < sample->row_count; b++)
            if (sample->rows[a].cells[at].size > 0 &&
                stw_slice_equal(sample->rows[a].cells[at], sample->rows[b].cells[at]))
                return true;
    return false;
}

/* Whether a column has no blank cell: what its rows are about. */
static bool is_full(const struct stw_sniff_sample *sample, uint32_t at)
{
    for (uint32_t i = 0; i < sample->row_count; i++)
        if (sample->rows[i].cells[at].size == 0)
            return false;
    return true;
}

/* Whether a group of the column to the left begins behind row `a`, up to row `b`: block 1 of the
 * next estate is another block 1. */
static bool begins_anew(const struct stw_sniff_sample *sample, int left, uint32_t a, uint32_t b)
{
    for (uint32_t row = a + 1; left >= 0 && row <= b; row++)
        if (sample->rows[row].cells[left].size > 0)
            return true;
    return false;
}

/* Whether each text of a column stands in it once in its group, and rows are told apart by another
 * column. */
static bool names_groups(const struct stw_sniff_sample *sample, int at)
{
    bool full = false, groups = at > 0 && !is_full(sample, (uint32_t)at - 1) &&
                                !stw_sniff_repeats(sample, at - 1);
    for (uint32_t i = 0; i < sample->column_count && !full; i++)
        full = i != (uint32_t)at && is_full(sample, i);
    for (uint32_t a = 0; a < sample->row_count && full; a++)
        for (uint32_t b = a + 1; b < sample->row_count && full; b++)
            full = sample->rows[a].cells[at].size == 0 ||
                   !stw_slice_equal(sample->rows[a].cells[at], sample->rows[b].cells[at]) ||
                   begins_anew(sample, groups ? at - 1 : STW_SNIFF_NONE, a, b);
    return full;
}

enum stw_sniff_fill stw_sniff_fill_of(const struct stw_sniff_plan *plan, int at)
{
    uint32_t blank = 0;
    bool amid = false; /* blank cells only at the end are a signature's or a sum's */
    const struct stw_sniff_sample *sample = &plan->sample;
    if (!sample->header || sample->row_count == 0 || sample->rows[0].cells[at].size == 0)
        return STW_SNIFF_FILL_NONE;
    if (sample->columns[at].merged)
        return STW_SNIFF_FILL_MERGED;
    for (uint32_t i = 0; i < sample->row_count; i++) {
        bool is_blank = sample->rows[i].cells[at].size == 0;
        amid = amid || (blank > 0 && !is_blank);
        blank += is_blank;
    }
    bool one = blank + 1 == sample->row_count;
    if ((!amid && !one) || blank * 4 < sample->row_count) /* fewer are slips */
        return STW_SNIFF_FILL_NONE;
    return amid && names_groups(sample, at) ? STW_SNIFF_FILL_NAMES : STW_SNIFF_FILL_MAYBE;
}

static bool is_place(struct stw_slice field)
{
    return stw_slice_is(field, "site") || stw_slice_is(field, "building");
}

bool stw_sniff_is_filled(enum stw_sniff_fill fill, struct stw_slice field)
{
    return (fill >= STW_SNIFF_FILL_NAMES && is_place(field)) ||
           (fill != STW_SNIFF_FILL_NONE && stw_slice_is(field, "device"));
}

const char *stw_sniff_fill_words(enum stw_sniff_fill fill, struct stw_slice field)
{
    bool filled = stw_sniff_is_filled(fill, field);
    if (fill == STW_SNIFF_FILL_MERGED && filled)
        return "; its blank cells are as above (fill_down), as they are merged with it";
    if (fill == STW_SNIFF_FILL_NAMES && filled)
        return "; its blank cells are as above (fill_down), as each name stands once, at the top "
               "of its rows";
    if (filled)
        return "; its blank cells are as above (fill_down), as a row is about some device";
    return fill != STW_SNIFF_FILL_NONE && is_place(field)
               ? "; where its blank cells are as above, add fill_down: yes"
               : "";
}

/* ---- Folds ----------------------------------------------------------------------------------- */

static int put_fold_time(struct stw_sniff_plan *plan, int time)
{
    STW_TRY(stw_sniff_put_time(plan, STW_SLICE("time"), time));
    stw_sniff_column(plan, time)->used = false; /* a field may be the same column */
    stw_sniff_column(plan, time)->folds = true;
    return STW_OK;
}

static int fold_orders(struct stw_sniff_plan *plan, bool *taken)
{
    int key = stw_sniff_find_by_word(plan, STW_SLICE("order"), true, true, true);
    int state = stw_sniff_find_by_word(plan, STW_SLICE("status"), false, false, true);
    int time = stw_sniff_find_by_word(plan, STW_SLICE("changed"), false, true, false);
    *taken = key != none && state != none && time != none && stw_sniff_repeats(&plan->sample, key);
    if (!*taken)
        return STW_OK;
    stw_buffer_add_text(plan->map, "fold:\n  into: orders\n  key: {");
    stw_sniff_put_ref(plan, key);
    stw_buffer_add_text(plan->map, "}\n  state: {");
    stw_sniff_put_ref(plan, state);
    stw_buffer_add_text(plan->map, "}\n");
    STW_TRY(put_fold_time(plan, time));
    stw_buffer_add_text(plan->map, "  blank: empty\n");
    stw_buffer_add_text(
        plan->reasons, "layout: a log of changes, as orders stand in it more than once; folded "
                       "into one row an order, with the cells of its last change\nto decide: which "
                       "states are which stamps, such as accepted: \"{first ");
    stw_buffer_add_slice(plan->reasons, stw_sniff_column(plan, state)->example);
    stw_buffer_add_text(plan->reasons, "}\"\n");
    return STW_OK;
}

/* "up", "down" or "unknown"; NULL: another word. */
static const char *state_of(struct stw_slice cell)
{
    static const struct {
        const char *state;
        const char *words[16];
    } states[] = {{"up",
                   {"up", "active", "on", "online", "running", "normal", "ok", "available",
                    "inservice", "正常", "运行", "在线", "恢复", "可用"}},
                  {"down",
                   {"down", "inactive", "off", "offline", "stopped", "fault", "failed",
                    "unavailable", "outofservice", "故障", "停止", "停梯", "离线", "停用", "停运"}},
                  {"unknown", {"unknown", "未知", "通讯中断", "通信中断", "无信号"}}};
    char folded[STW_FIELD_WORD_SIZE];
    struct stw_slice word = stw_field_fold(cell, folded);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        for (int w = 0; w < 16 && states[i].words[w] != NULL; w++)
            if (stw_slice_is(word, states[i].words[w]))
                return states[i].state;
    return NULL;
}

/* values: {ACTIVE: up, ...}: the words as they stand; false unless all are states and both up and
 * down are there. */
static bool put_states(struct stw_sniff_plan *plan, int at, struct stw_buffer *out, bool *unknown)
{
    struct stw_slice seen[16];
    uint32_t seen_count = 0;
    bool up = false, down = false;
    *unknown = false;
    for (uint32_t row = 0; row < plan->sample.row_count; row++) {
        struct stw_slice cell = plan->sample.rows[row].cells[at];
        uint32_t i = 0;
        while (i < seen_count && !stw_slice_equal(seen[i], cell))
            i++;
        if (cell.size == 0 || i < seen_count)
            continue;
        const char *state = state_of(cell);
        if (state == NULL || seen_count == sizeof(seen) / sizeof(seen[0]))
            return false;
        up = up || strcmp(state, "up") == 0;
        down = down || strcmp(state, "down") == 0;
        *unknown = *unknown || strcmp(state, "unknown") == 0;
        stw_buffer_add_text(out, seen_count > 0 ? ", " : "");
        stw_map_put_scalar(out, cell);
        stw_buffer_printf(out, ": %s", state);
        seen[seen_count++] = cell;
    }
    return up && down;
}

static int fold_outages(struct stw_sniff_plan *plan, bool *taken)
{
    int key = stw_sniff_find_by_word(plan, STW_SLICE("device"), true, true, true);
    int state = stw_sniff_find_by_word(plan, STW_SLICE("status"), false, false, true);
    int time = stw_sniff_find_time(plan, STW_SLICE("time"));
    struct stw_buffer words;
    bool unknown;
    stw_buffer_init(&words);
    *taken = key != none && state != none && time != none &&
             stw_sniff_repeats(&plan->sample, key) && put_states(plan, state, &words, &unknown);
    if (*taken) {
        stw_buffer_add_text(plan->map, "fold:\n  into: outages\n  key: {");
        stw_sniff_put_ref(plan, key);
        stw_buffer_add_text(plan->map, "}\n  state: {");
        stw_sniff_put_ref(plan, state);
        stw_buffer_add_text(plan->map, ", values: {");
        stw_buffer_add_slice(plan->map, stw_buffer_slice(&words));
        stw_buffer_printf(plan->map, "}}\n%s  before: keep\n", unknown ? "  unknown: ends\n" : "");
        stw_buffer_add_text(plan->reasons,
                            "layout: states of up and down, folded into outages with start and "
                            "end; one that began before the file is kept\n");
        if (unknown)
            stw_buffer_add_text(plan->reasons,
                                "to decide: an unknown state ends what is known of an outage; "
                                "unknown: same would let it go on\n");
        stw_sniff_column(plan, state)->used = true;
    }
    int status = stw_buffer_status(&words, plan->err);
    stw_buffer_release(&words);
    STW_TRY(status);
    return *taken ? put_fold_time(plan, time) : STW_OK;
}

int stw_sniff_fold(struct stw_sniff_plan *plan, bool *taken)
{
    *taken = false;
    if (!plan->sample.header)
        return STW_OK;
    if (stw_slice_is(plan->table->name, "work_orders"))
        return fold_orders(plan, taken);
    return stw_slice_is(plan->table->name, "faults") ? fold_outages(plan, taken) : STW_OK;
}
