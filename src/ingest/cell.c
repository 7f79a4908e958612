/* Cells to values; see cell.h. */
#include "ingest/cell.h"

#include "ingest/map_facts.h"
#include "text/width.h"
#include "time/civil.h"

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

static bool is_missing(const struct stw_cell_rule *rule, struct stw_slice text)
{
    for (uint32_t i = 0; i < rule->missing_count; i++)
        if (stw_slice_equal(text, rule->missing[i]))
            return true;
    return false;
}

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

static bool read_number(const struct stw_cell_rule *rule, struct stw_slice text,
                        struct stw_cell_value *cell, enum stw_reject *reason)
{
    enum stw_number_problem problem =
        rule->type == STW_TYPE_DECIMAL ? stw_number_parse(text, &rule->style, &cell->decimal)
        : rule->type == STW_TYPE_INT   ? stw_number_parse_int(text, &rule->style, &cell->whole)
                                       : stw_number_parse_double(text, &rule->style, &cell->real);
    if (problem == STW_NUMBER_OK)
        return true;
    *reason = stw_cell_is_text(text) ? reject_of_number(problem) : STW_REJECT_ENCODING;
    return false;
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
    enum stw_stamp_result result = stw_stamp_parse(&rule->stamp, text, &cell->whole);
    if (rule->daily && stw_stamp_is_read(result))
        result = to_day(rule, &cell->whole);
    cell->ambiguous = result == STW_STAMP_AMBIGUOUS;
    if (stw_stamp_is_read(result))
        return true;
    *reason = stw_cell_is_text(text) ? reject_of_time(result) : STW_REJECT_ENCODING;
    return false;
}

bool stw_cell_read(struct stw_cell_rule *rule, struct stw_slice text, struct stw_cell_value *cell,
                   enum stw_reject *reason)
{
    text = stw_slice_trim(text);
    cell->ambiguous = false;
    cell->present = !is_missing(rule, text);
    if (!cell->present)
        return true;
    for (uint32_t i = 0; i < rule->word_count; i++) {
        if (stw_slice_equal(text, rule->words[i].from)) {
            text = rule->words[i].to;
            break;
        }
    }
    bool truth;
    cell->text = text;
    switch (rule->type) {
    case STW_TYPE_DECIMAL:
    case STW_TYPE_INT:
    case STW_TYPE_FLOAT:
        return read_number(rule, text, cell, reason);
    case STW_TYPE_TIME:
        return read_time(rule, text, cell, reason);
    case STW_TYPE_BOOL:
        *reason = STW_REJECT_BOOL;
        if (!stw_map_read_bool(text, &truth))
            return false;
        cell->whole = truth;
        return true;
    case STW_TYPE_TEXT:
        break;
    }
    *reason = STW_REJECT_ENCODING;
    return stw_cell_is_text(text);
}
