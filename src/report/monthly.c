/* The order of sections; see monthly.h. */
#include "report/monthly.h"

static void set_head(struct stw_report *report, const struct stw_monthly *parts, const char *name,
                     enum stw_word title)
{
    const struct stw_report_scope *scope = &parts->scope;
    struct stw_slice period = parts->period;
    if (period.size == 0)
        period = STW_SAY(report, STW_WORD_JUST,
                         stw_datum_at(scope, scope->from_ns + (scope->to_ns - scope->from_ns) / 2,
                                      STW_PRECISION_MONTH));
    struct stw_slice as_of =
        STW_SAY(report, STW_WORD_JUST, stw_datum_at(scope, scope->as_of_ns, STW_PRECISION_MINUTE));
    stw_report_set_head(report, &(struct stw_report_head){
                                    .name = stw_slice_of(name),
                                    .title = stw_report_word(report, title),
                                    .site = parts->site,
                                    .period = period,
                                    .as_of = as_of,
                                    .snapshot = parts->snapshot,
                                    .program = STW_SLICE("steward " STW_VERSION),
                                });
}

/* A manager reads a handful: what is to be acted on, some of what is to be watched even where that
 * is much, then the foremost of the rest. The list is ranked, so what goes is its end. */
static void keep_foremost(struct stw_report *report)
{
    uint32_t kept = 0, notices = 0;
    struct stw_report_conclusion **each = &report->conclusions;
    for (; *each != NULL; each = &(*each)->next) {
        enum stw_mark mark = (*each)->mark;
        notices += mark == STW_MARK_NOTICE;
        if (mark != STW_MARK_BAD && kept >= STW_CONCLUSIONS_MAX &&
            (mark != STW_MARK_NOTICE || notices > STW_NOTICES_MIN))
            break;
        kept++;
    }
    *each = NULL;
}

static void add_foundations(struct stw_report *report, const struct stw_monthly *parts)
{
    if (parts->quality != NULL)
        stw_report_add_quality(report, &parts->scope, parts->quality);
    if (parts->method != NULL)
        stw_report_add_method(report, &parts->scope, parts->method);
    keep_foremost(report);
}

void stw_report_monthly(struct stw_report *report, const struct stw_monthly *parts)
{
    set_head(report, parts, "monthly", STW_WORD_MONTHLY_REPORT);
    if (parts->alerts != NULL)
        stw_report_add_alerts(report, &parts->scope, parts->alerts);
    if (parts->energy != NULL)
        stw_report_add_energy(report, parts->energy);
    for (uint32_t i = 0; i < parts->failures_count; i++)
        stw_report_add_failures(report, &parts->scope, &parts->failures[i]);
    if (parts->response != NULL)
        stw_report_add_response(report, &parts->scope, parts->response);
    if (parts->duties != NULL)
        stw_report_add_duties(report, &parts->scope, parts->duties);
    add_foundations(report, parts);
}

void stw_report_comparison(struct stw_report *report, const struct stw_monthly *parts)
{
    set_head(report, parts, "comparison", STW_WORD_COMPARISON_REPORT);
    if (parts->energy != NULL)
        stw_report_add_energy(report, parts->energy);
    add_foundations(report, parts);
}

void stw_report_response_times(struct stw_report *report, const struct stw_monthly *parts)
{
    set_head(report, parts, "response", STW_WORD_RESPONSE_REPORT);
    if (parts->response != NULL)
        stw_report_add_response(report, &parts->scope, parts->response);
    add_foundations(report, parts);
}
