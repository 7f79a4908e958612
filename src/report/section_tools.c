/* Shared by the sections of the reports; see section_tools.h. */
#include "report/section_tools.h"

#include "base/clock.h"
#include "report/model_list.h"
#include "time/civil.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

double stw_conclusion_rank(enum stw_mark mark, enum stw_topic topic, double size)
{
    assert(size >= 0);
    return mark * 1e15 + topic * 1e14 + fmin(size, 9e13);
}

struct stw_datum stw_datum_at(const struct stw_report_scope *scope, int64_t at_ns,
                              enum stw_time_precision precision)
{
    return stw_datum_local(at_ns, stw_zone_offset(scope->zone, at_ns), precision);
}

struct stw_datum stw_datum_unjudged(const struct stw_report *report, enum stw_verdict verdict)
{
    static const enum stw_word reasons[STW_VERDICT_COUNT] = {
        [STW_VERDICT_TOO_FEW] = STW_WORD_TOO_FEW,
        [STW_VERDICT_NO_EXPOSURE] = STW_WORD_NO_EXPOSURE,
        [STW_VERDICT_NEAR_ZERO] = STW_WORD_NEAR_ZERO,
        [STW_VERDICT_INCOMPLETE] = STW_WORD_INCOMPLETE,
        [STW_VERDICT_NOT_PROVIDED] = STW_WORD_NOT_PROVIDED,
    };
    assert(verdict != STW_VERDICT_JUDGED);
    if (verdict == STW_VERDICT_NO_DATA)
        return stw_datum_absent(STW_SLICE(""));
    return stw_datum_absent(stw_report_word(report, reasons[verdict]));
}

struct stw_datum stw_datum_seconds(const struct stw_report *report, double seconds)
{
    if (!isfinite(seconds) || fabs(seconds) > 9e9)
        return stw_datum_absent(stw_report_word(report, STW_WORD_TOO_MANY_OPEN));
    /* a quantile between two orders means nothing below the millisecond */
    return stw_datum_duration((int64_t)nearbyint(seconds * 1e3) * STW_NS_PER_MS);
}

struct stw_report_column stw_column(const struct stw_report *report, enum stw_word title,
                                    const char *unit, enum stw_datum_kind kind)
{
    return (struct stw_report_column){stw_report_word(report, title), stw_slice_of(unit), kind};
}

struct stw_report_category stw_month_category(struct stw_report *report,
                                              const struct stw_report_scope *scope, int64_t at_ns)
{
    struct stw_civil civil;
    stw_civil_of_local(stw_zone_to_local(scope->zone, at_ns), &civil);
    return (struct stw_report_category){
        stw_report_word(report, (enum stw_word)(STW_WORD_MONTH_1 + civil.month - 1)),
        stw_report_printf(report, "%04d", civil.year)};
}

struct weighted {
    double weight;
    uint32_t place;
};

static int compare_weights(const void *left, const void *right)
{
    const struct weighted *a = left;
    const struct weighted *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

double *stw_rank_weights(struct stw_report *report, uint32_t count)
{
    return stw_report_array(report, count, sizeof(double));
}

uint32_t stw_rank_places(struct stw_report *report, const double *weights, uint32_t count,
                         uint32_t limit, const uint32_t **places)
{
    struct weighted *sorted = stw_report_array(report, count, sizeof(*sorted));
    uint32_t *found = stw_report_array(report, count, sizeof(*found));
    if (weights == NULL || sorted == NULL || found == NULL)
        return 0;
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!isnan(weights[i]))
            sorted[used++] = (struct weighted){weights[i], i};
    }
    qsort(sorted, used, sizeof(*sorted), compare_weights);
    if (limit > 0 && used > limit)
        used = limit;
    for (uint32_t i = 0; i < used; i++)
        found[i] = sorted[i].place;
    *places = found;
    return used;
}

struct stw_slice stw_name_or_unstated(const struct stw_report *report, struct stw_slice name)
{
    return name.size > 0 ? name : stw_report_word(report, STW_WORD_NOT_STATED);
}
