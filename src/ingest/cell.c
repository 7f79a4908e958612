/* Cells to values; see cell.h. */
#include "ingest/cell.h"

#include "ingest/map_facts.h"
#include "store/field.h"
#include "text/width.h"
#include "text/written.h"
#include "time/civil.h"

#include <math.h>

bool stw_cell_is_text(struct stw_slice text)
{
    bool ascii = true;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\0')
            return false;
        ascii = ascii && (unsigned char)text.data[i] < 0x80;
    }
    return ascii || stw_utf8_valid_size(text) == text.size;
}

/* ---- Missing values -------------------------------------------------------------------------- */

static bool is_one_of(struct stw_slice text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (stw_slice_is(text, *words))
            return true;
    return false;
}

bool stw_cell_is_excel_error(struct stw_slice text)
{
    static const char *const words[] = {"#N/A",   "#DIV/0!", "#VALUE!",  "#REF!",
                                        "#NAME?", "#NUM!",   "#NULL!",   "#SPILL!",
                                        "#CALC!", "#####",   "########", NULL};
    return text.size > 0 && text.data[0] == '#' && is_one_of(text, words);
}

bool stw_cell_is_missing(struct stw_slice text)
{
    static const char *const words[] = {
        "",       "?",    "-",    "--", "---", "—",   "——",   "–",      "/",      "\\",   "\\N",
        "NA",     "N/A",  "n/a",  "na", "nan", "NaN", "NAN",  "null",   "NULL",   "Null", "None",
        "none",   "nil",  "无",   "無", "空",  "缺",  "未抄", "未抄表", "未抄到", "缺抄", "漏抄",
        "无数据", "暂无", "不详", "…",  "...", "？",  "－",   NULL};
    return is_one_of(text, words) || stw_cell_is_excel_error(text);
}

static inline bool is_listed(const struct stw_cell_rule *rule, struct stw_slice text)
{
    if (rule->missing == NULL)
        return text.size == 0;
    for (uint32_t i = 0; i < rule->missing_count; i++)
        if (stw_slice_equal(text, rule->missing[i]))
            return true;
    return false;
}

/* For a text that is nothing else: with a list of the map only what is on it. */
static bool is_missing(const struct stw_cell_rule *rule, struct stw_slice text)
{
    return is_listed(rule, text) || (rule->missing == NULL && stw_cell_is_missing(text));
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static enum stw_reject reject_of_number(enum stw_number_problem problem)
{
    switch (problem) {
    case STW_NUMBER_GROUPING:
        return STW_REJECT_NUMBER_GROUPING;
    case STW_NUMBER_TOO_LARGE:
        return STW_REJECT_NUMBER_LARGE;
    case STW_NUMBER_TOO_PRECISE:
        return STW_REJECT_NUMBER_PRECISE;
    case STW_NUMBER_NOT_WHOLE:
        return STW_REJECT_NUMBER_WHOLE;
    default:
        return STW_REJECT_NUMBER_MALFORMED;
    }
}

static enum stw_number_problem parse_number(const struct stw_cell_rule *rule, struct stw_slice text,
                                            struct stw_cell_value *cell)
{
    switch (rule->type) {
    case STW_TYPE_DECIMAL:
        return stw_number_parse(text, &rule->style, &cell->decimal);
    case STW_TYPE_INT:
        return stw_number_parse_int(text, &rule->style, &cell->whole);
    default:
        return stw_number_parse_double(text, &rule->style, &cell->real);
    }
}

/* A number in `from`, in `cell->decimal` or, of floats, `cell->real`. */
static bool convert(enum stw_type type, const struct stw_unit *from, const struct stw_unit *to,
                    struct stw_cell_value *cell, enum stw_reject *reason)
{
    *reason = STW_REJECT_UNIT_KIND;
    if (!stw_unit_compatible(from, to))
        return false;
    if (type == STW_TYPE_FLOAT) {
        cell->real = stw_unit_convert_double(cell->real, from, to);
        return true;
    }
    *reason = STW_REJECT_UNIT_INEXACT;
    switch (stw_unit_convert(cell->decimal, from, to, &cell->decimal)) {
    case STW_CONVERTED:
        return true;
    case STW_CONVERT_TOO_LARGE:
        *reason = STW_REJECT_NUMBER_LARGE;
        return false;
    default:
        return false;
    }
}

bool stw_cell_convert(const struct stw_cell_rule *rule, struct stw_cell_value *cell,
                      const struct stw_unit *want, enum stw_reject *reason)
{
    struct stw_unit unit;
    *reason = STW_REJECT_UNIT_KIND;
    return stw_unit_parse_like((struct stw_slice){cell->unit, cell->unit_size}, want, &unit,
                               NULL) == STW_OK &&
           convert(rule->type, &unit, want, cell, reason);
}

/* The number of a cell that was taken apart, at the field's type but for whole ones. */
static enum stw_number_problem written_number(const struct stw_cell_rule *rule,
                                              const struct stw_written *written,
                                              struct stw_cell_value *cell)
{
    if (rule->type != STW_TYPE_FLOAT)
        return stw_written_decimal(written, &rule->style, &cell->decimal);
    enum stw_number_problem problem =
        stw_number_parse_double(written->number, &rule->style, &cell->real);
    cell->real *= written->power == 0 ? 1.0 : written->power == 4 ? 1e4 : 1e8;
    cell->real = written->negative ? -cell->real : cell->real;
    return problem;
}

static bool take_unit(const struct stw_cell_rule *rule, const struct stw_written *written,
                      struct stw_cell_value *cell, enum stw_reject *reason)
{
    struct stw_unit unit;
    struct stw_slice text = written->unit;
    if (text.size == 0)
        return true;
    *reason = STW_REJECT_NUMBER_MALFORMED;
    if (rule->unit != NULL)
        return stw_unit_parse_like(text, rule->unit, &unit, NULL) == STW_OK &&
               convert(rule->type, &unit, rule->unit, cell, reason);
    /* "m" is a unit too, once it is known of what. */
    if (stw_unit_parse(text, &unit, NULL) < 0 && !stw_unit_has_other(text))
        return false;
    *reason = STW_REJECT_UNIT_NONE;
    if (!rule->unit_later || rule->type == STW_TYPE_INT || text.size > sizeof(cell->unit))
        return false;
    memcpy(cell->unit, text.data, text.size);
    cell->unit_size = (uint8_t)text.size;
    return true;
}

/* Whatever is no plain number: full width, marks, units, missing; `problem` is what was wrong with
 * it as a plain one. */
static bool read_written(const struct stw_cell_rule *rule, struct stw_slice text,
                         enum stw_number_problem problem, struct stw_cell_value *cell,
                         enum stw_reject *reason)
{
    struct stw_written written;
    *reason = STW_REJECT_ENCODING;
    if (!stw_cell_is_text(text))
        return false;
    *reason = STW_REJECT_NUMBER_MALFORMED;
    if (!stw_written_split(text, &rule->style, &written))
        return false;
    cell->present = !is_missing(rule, text) && !is_missing(rule, written.text);
    if (!cell->present)
        return true;
    *reason = STW_REJECT_EXCHANGE;
    if (written.exchange)
        return false;
    if (!stw_slice_equal(written.number, text))
        problem = written_number(rule, &written, cell);
    if (written.estimated && !rule->marks)
        problem = STW_NUMBER_MALFORMED;
    *reason = reject_of_number(problem);
    if (problem != STW_NUMBER_OK || !take_unit(rule, &written, cell, reason))
        return false;
    *reason = STW_REJECT_NUMBER_WHOLE;
    cell->estimated = written.estimated;
    return rule->type != STW_TYPE_INT || stw_decimal_rescale(cell->decimal, 0, &cell->whole);
}

static bool read_number(const struct stw_cell_rule *rule, struct stw_slice text,
                        struct stw_cell_value *cell, enum stw_reject *reason)
{
    enum stw_number_problem problem = parse_number(rule, text, cell);
    return problem == STW_NUMBER_OK || read_written(rule, text, problem, cell, reason);
}

/* ---- Times and truths ------------------------------------------------------------------------ */

static enum stw_reject reject_of_time(enum stw_stamp_result result)
{
    switch (result) {
    case STW_STAMP_EMPTY:
        return STW_REJECT_TIME_EMPTY;
    case STW_STAMP_FIELD:
        return STW_REJECT_TIME_FIELD;
    case STW_STAMP_NONEXISTENT:
        return STW_REJECT_TIME_NONEXISTENT;
    case STW_STAMP_RANGE:
        return STW_REJECT_TIME_RANGE;
    default:
        return STW_REJECT_TIME_SYNTAX;
    }
}

/* A daily value of the stamp's local date. */
static enum stw_stamp_result to_day(const struct stw_cell_rule *rule, int64_t *ns)
{
    const struct stw_zone *zone = rule->stamp.zone;
    int64_t local_ns = stw_zone_to_local(zone, *ns);
    int64_t into_day_ns = local_ns % STW_NS_PER_DAY;
    struct stw_local local;
    local_ns -= into_day_ns < 0 ? into_day_ns + STW_NS_PER_DAY : into_day_ns;
    stw_zone_local(zone, local_ns + rule->daily_hour * STW_NS_PER_HOUR, &local);
    if (local.kind == STW_LOCAL_NONEXISTENT)
        return STW_STAMP_NONEXISTENT;
    *ns = local.ns;
    return local.kind == STW_LOCAL_AMBIGUOUS ? STW_STAMP_AMBIGUOUS : STW_STAMP_OK;
}

static bool read_time(struct stw_cell_rule *rule, struct stw_slice text,
                      struct stw_cell_value *cell, enum stw_reject *reason)
{
    char plain[STW_STAMP_TEXT_MAX];
    size_t size;
    enum stw_stamp_result result = stw_stamp_parse(&rule->stamp, text, &cell->whole);
    if (result == STW_STAMP_SYNTAX && stw_written_to_ascii(text, plain, sizeof(plain), &size) &&
        size != text.size)
        result = stw_stamp_parse(&rule->stamp, (struct stw_slice){plain, size}, &cell->whole);
    if (rule->daily && stw_stamp_is_read(result))
        result = to_day(rule, &cell->whole);
    cell->ambiguous = result == STW_STAMP_AMBIGUOUS;
    if (stw_stamp_is_read(result))
        return true;
    cell->present = !is_missing(rule, text);
    if (!cell->present)
        return true;
    *reason = stw_cell_is_text(text) ? reject_of_time(result) : STW_REJECT_ENCODING;
    return false;
}

static bool read_bool(const struct stw_cell_rule *rule, struct stw_slice text,
                      struct stw_cell_value *cell, enum stw_reject *reason)
{
    bool truth = false;
    cell->present = stw_map_read_bool(text, &truth);
    cell->whole = truth;
    if (cell->present || is_missing(rule, text))
        return true;
    *reason = stw_cell_is_text(text) ? STW_REJECT_BOOL : STW_REJECT_ENCODING;
    return false;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of digits from `at` on. */
static size_t digits_at(struct stw_slice text, size_t at)
{
    size_t end = at;
    while (end < text.size && is_digit(text.data[end]))
        end++;
    return end - at;
}

/* d E+dd, d.ddd E+dd: with a sign, always; a room may be called 3E-12 or 1E5. */
static bool is_destroyed(struct stw_slice key)
{
    size_t at = 1;
    if (digits_at(key, 0) != 1)
        return false;
    if (at < key.size && (key.data[at] == '.' || key.data[at] == ','))
        at += 1 + digits_at(key, at + 1);
    if (at + 1 >= key.size || (key.data[at] != 'E' && key.data[at] != 'e') ||
        key.data[at + 1] != '+')
        return false;
    size_t exponent = digits_at(key, at + 2);
    return exponent >= 1 && exponent <= 3 && at + 2 + exponent == key.size;
}

/* 123.0, 123.00: a whole number that went through a column of decimals. */
static bool is_whole_decimal(struct stw_slice key)
{
    size_t whole = digits_at(key, 0), at = whole + 1;
    if (whole == 0 || at >= key.size || key.data[whole] != '.')
        return false;
    while (at < key.size && key.data[at] == '0')
        at++;
    return at == key.size;
}

bool stw_cell_is_name(struct stw_slice text, enum stw_reject *reason)
{
    *reason = STW_REJECT_KEY_EXCEL;
    if (is_destroyed(text))
        return false;
    *reason = STW_REJECT_KEY_DECIMAL;
    return !is_whole_decimal(text);
}

/* The words for a quality that sheets have, as the words that meters and rules know. */
static struct stw_slice quality_of(struct stw_slice text)
{
    const struct stw_field *field = stw_field_find(STW_SLICE("readings"), STW_SLICE("quality"));
    const char *means = field == NULL ? NULL : stw_field_meaning(field, text);
    return means == NULL ? text : stw_slice_of(means);
}

bool stw_cell_is_mark(struct stw_slice text, bool *told)
{
    bool exchange = stw_written_is_exchange(text);
    bool estimated = text.size > 1 && stw_slice_is(quality_of(text), "estimated");
    bool fine = text.size > 1 && stw_slice_is(quality_of(text), "ok");
    *told = *told || exchange || estimated;
    return exchange || estimated || fine;
}

static bool read_text(const struct stw_cell_rule *rule, struct stw_slice text,
                      struct stw_cell_value *cell, enum stw_reject *reason)
{
    *reason = STW_REJECT_ENCODING;
    if (!stw_cell_is_text(text))
        return false;
    cell->present = true;
    if (rule->missing == NULL && text.size > 0 && text.data[0] == '#')
        cell->present = !stw_cell_is_excel_error(text);
    switch (rule->use) {
    case STW_CELL_PLAIN:
        return true;
    case STW_CELL_KEY:
        return stw_cell_is_name(text, reason);
    case STW_CELL_QUALITY:
        break;
    }
    *reason = STW_REJECT_EXCHANGE;
    cell->text = quality_of(text);
    cell->present = cell->present && !(rule->missing == NULL && stw_cell_is_missing(text));
    return !stw_written_is_exchange(text);
}

/* ="0123": how a CSV file tells Excel to leave a text alone. */
static struct stw_slice without_formula(struct stw_slice text)
{
    if (text.size >= 3 && text.data[1] == '"' && text.data[text.size - 1] == '"' &&
        memchr(text.data + 2, '"', text.size - 3) == NULL)
        return (struct stw_slice){text.data + 2, text.size - 3};
    return text;
}

bool stw_cell_read(struct stw_cell_rule *rule, struct stw_slice text, struct stw_cell_value *cell,
                   enum stw_reject *reason)
{
    cell->ambiguous = cell->estimated = false;
    cell->unit_size = 0;
    /* Nothing below changes a plain number where the map has no texts of its own. */
    if (rule->type == STW_TYPE_DECIMAL && rule->missing == NULL && rule->word_count == 0 &&
        stw_number_parse_plain(text, &rule->style, &cell->decimal)) {
        cell->present = true;
        cell->text = text;
        return true;
    }
    text = stw_slice_trim(text);
    if (text.size > 0 && text.data[0] == '=')
        text = without_formula(text);
    cell->present = !is_listed(rule, text);
    if (!cell->present)
        return true;
    for (uint32_t i = 0; i < rule->word_count; i++) {
        if (stw_slice_equal(text, rule->words[i].from)) {
            text = rule->words[i].to;
            break;
        }
    }
    cell->text = text;
    switch (rule->type) {
    case STW_TYPE_DECIMAL:
    case STW_TYPE_INT:
    case STW_TYPE_FLOAT:
        return read_number(rule, text, cell, reason);
    case STW_TYPE_TIME:
        return read_time(rule, text, cell, reason);
    case STW_TYPE_BOOL:
        return read_bool(rule, text, cell, reason);
    case STW_TYPE_TEXT:
        break;
    }
    return read_text(rule, text, cell, reason);
}

/* ---- Cells that stand for themselves --------------------------------------------------------- */

/* The floats that are no numbers: nothing else writes them so. */
static bool read_special(struct stw_slice text, double *real)
{
    if (stw_slice_is(text, "nan") || stw_slice_is(text, "-nan"))
        *real = NAN;
    else if (stw_slice_is(text, "inf") || stw_slice_is(text, "-inf"))
        *real = text.data[0] == '-' ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

bool stw_cell_read_exact(struct stw_cell_rule *rule, struct stw_slice text, bool quoted,
                         struct stw_cell_value *cell, enum stw_reject *reason)
{
    enum stw_number_problem problem;
    enum stw_stamp_result result;
    bool truth;
    cell->ambiguous = cell->estimated = false;
    cell->unit_size = 0;
    cell->present = quoted || text.size > 0;
    cell->text = text;
    if (!cell->present)
        return true;
    switch (rule->type) {
    case STW_TYPE_DECIMAL:
    case STW_TYPE_INT:
    case STW_TYPE_FLOAT:
        if (rule->type == STW_TYPE_FLOAT && read_special(text, &cell->real))
            return true;
        problem = parse_number(rule, text, cell);
        *reason = reject_of_number(problem);
        return problem == STW_NUMBER_OK;
    case STW_TYPE_TIME:
        result = stw_stamp_parse(&rule->stamp, text, &cell->whole);
        cell->ambiguous = result == STW_STAMP_AMBIGUOUS;
        *reason = reject_of_time(result);
        return stw_stamp_is_read(result);
    case STW_TYPE_BOOL:
        truth = stw_slice_is(text, "true");
        cell->whole = truth;
        *reason = STW_REJECT_BOOL;
        return truth || stw_slice_is(text, "false");
    case STW_TYPE_TEXT:
        break;
    }
    *reason = STW_REJECT_ENCODING;
    return stw_cell_is_text(text);
}
