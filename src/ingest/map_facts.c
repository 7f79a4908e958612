/* Facts for the registry; see map_facts.h. */
#include "ingest/map_facts.h"

#include "base/suggest.h"
#include "text/quantity.h"
#include "time/duration.h"
#include "time/stamp.h"

bool stw_map_read_bool(struct stw_slice text, bool *out)
{
    static const char *const yes[] = {"true", "yes", "y",   "1", "on", "t",  "是", "TRUE",
                                      "True", "YES", "Yes", "Y", "ON", "On", "T"};
    static const char *const no[] = {"false", "no", "n",  "0", "off", "f",   "否", "FALSE",
                                     "False", "NO", "No", "N", "OFF", "Off", "F"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (stw_slice_is(text, yes[i]) || stw_slice_is(text, no[i])) {
            *out = stw_slice_is(text, yes[i]);
            return true;
        }
    }
    return false;
}

static int check_word(struct stw_slice column, struct stw_slice text, const char *const *words,
                      struct stw_error *err)
{
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, text);
    for (; *words != NULL; words++) {
        if (stw_slice_is(text, *words))
            return STW_OK;
        stw_suggest_offer(&suggest, stw_slice_of(*words));
    }
    stw_fail(err, STW_ERR_INPUT, "'%.*s' is no %.*s", STW_SLICE_ARG(text), STW_SLICE_ARG(column));
    if (suggest.best.data != NULL)
        stw_error_hint(err, "did you mean '%.*s'?", STW_SLICE_ARG(suggest.best));
    return STW_ERR_INPUT;
}

int stw_map_check_attribute(struct stw_slice column, struct stw_slice text, struct stw_error *err)
{
    static const char *const kinds[] = {"register", "interval", "remaining",
                                        "gauge",    "state",    NULL};
    static const char *const stamps[] = {"start", "end", NULL};
    struct stw_unit unit;
    struct stw_duration duration;
    if (stw_slice_is(column, "unit"))
        return stw_unit_parse(text, &unit, err);
    if (stw_slice_is(column, "interval") || stw_slice_is(column, "reports_every"))
        return stw_duration_parse(text, &duration, err);
    if (stw_slice_is(column, "value_kind"))
        return check_word(column, text, kinds, err);
    if (stw_slice_is(column, "stamp"))
        return check_word(column, text, stamps, err);
    return STW_OK;
}

static int read_time(struct stw_slice text, int64_t *out, struct stw_error *err)
{
    struct stw_zone *utc;
    struct stw_stamp_format iso;
    STW_TRY(stw_zone_load("UTC", &utc, err));
    int status = stw_stamp_format_init(&iso, "iso", utc, err);
    if (status == STW_OK) {
        enum stw_stamp_result result = stw_stamp_parse(&iso, text, out);
        if (!stw_stamp_is_read(result))
            status = stw_fail(err, STW_ERR_INPUT, "'%.*s' is no time: %s", STW_SLICE_ARG(text),
                              stw_stamp_reason(result));
    }
    stw_zone_free(utc);
    return status;
}

int stw_map_fact_read(struct stw_map_fact *fact, const struct stw_table *devices, uint32_t index,
                      struct stw_slice text, bool templated, struct stw_error *err)
{
    const struct stw_column *column = &devices->columns[index];
    *fact = (struct stw_map_fact){.index = index, .type = column->type, .value = text};
    enum stw_number_problem problem = STW_NUMBER_OK;
    bool truth = false;
    switch (column->type) {
    case STW_TYPE_TEXT:
        return templated ? STW_OK : stw_map_check_attribute(column->name, text, err);
    case STW_TYPE_DECIMAL:
        problem = stw_number_parse(text, NULL, &fact->decimal);
        break;
    case STW_TYPE_INT:
        problem = stw_number_parse_int(text, NULL, &fact->number);
        break;
    case STW_TYPE_TIME:
        return read_time(text, &fact->number, err);
    case STW_TYPE_BOOL:
        problem = stw_map_read_bool(text, &truth) ? STW_NUMBER_OK : STW_NUMBER_MALFORMED;
        fact->number = truth;
        break;
    case STW_TYPE_FLOAT:
        return stw_fail(err, STW_ERR_INPUT, "'%.*s' is a float and cannot be a fact",
                        STW_SLICE_ARG(column->name));
    }
    if (problem != STW_NUMBER_OK)
        return stw_fail(err, STW_ERR_INPUT, "'%.*s' %s", STW_SLICE_ARG(text),
                        stw_number_problem_text(problem));
    return STW_OK;
}
