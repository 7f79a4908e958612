/*
 * What the sections of the reports share: who is reported on, values from analyses, the order of
 * conclusions, and short ways to write columns and cells.
 */
#ifndef STW_REPORT_SECTION_TOOLS_H
#define STW_REPORT_SECTION_TOOLS_H

#include "analysis/verdict.h"
#include "report/model.h"
#include "report/names.h"
#include "time/zone.h"

/* Of every section. The period is [from_ns, to_ns); nothing after as_of_ns is known. */
struct stw_report_scope {
    const struct stw_zone *zone;
    int64_t from_ns, to_ns;
    int64_t as_of_ns;
};

/* What a conclusion is about. Within the same mark safety comes first, then money, then service. */
enum stw_topic { STW_TOPIC_OTHER, STW_TOPIC_SERVICE, STW_TOPIC_MONEY, STW_TOPIC_SAFETY };

/* Rank of a conclusion: by mark, then topic, then size (>= 0, e.g. money). */
double stw_conclusion_rank(enum stw_mark mark, enum stw_topic topic, double size);

struct stw_datum stw_datum_at(const struct stw_report_scope *scope, int64_t at_ns,
                              enum stw_time_precision precision);

/* A figure that was not judged, with the reason in the report's language. */
struct stw_datum stw_datum_unjudged(const struct stw_report *report, enum stw_verdict verdict);

/* Seconds of an analysis as a duration; infinite: absent (too many are still open). */
struct stw_datum stw_datum_seconds(const struct stw_report *report, double seconds);

/* Text, or none when it is empty. */
static inline struct stw_datum stw_datum_optional(struct stw_slice text)
{
    return text.size == 0 ? stw_datum_none() : stw_datum_text(text);
}

/* One column whose title is a word of the catalogue; unit may be "". */
struct stw_report_column stw_column(const struct stw_report *report, enum stw_word title,
                                    const char *unit, enum stw_datum_kind kind);

static inline struct stw_report_cell stw_cell(struct stw_datum value)
{
    return (struct stw_report_cell){value, STW_MARK_NONE};
}

static inline struct stw_report_cell stw_cell_marked(struct stw_datum value, enum stw_mark mark)
{
    return (struct stw_report_cell){value, mark};
}

/* The local month an instant lies in, as a category: "3月" with the year as its group. */
struct stw_report_category stw_month_category(struct stw_report *report,
                                              const struct stw_report_scope *scope, int64_t at_ns);

/* Places 0 .. count - 1 by falling weight, equal ones in order, those with a weight of NaN left
 * out; in the report's memory. Returns how many; 0 when memory is out. `limit` bounds them; 0: all.
 */
uint32_t stw_rank_places(struct stw_report *report, const double *weights, uint32_t count,
                         uint32_t limit, const uint32_t **places);

/* `count` weights to fill in, in the report's memory; NULL when memory is out. */
double *stw_rank_weights(struct stw_report *report, uint32_t count);

/* The name, or the word for "not stated". */
struct stw_slice stw_name_or_unstated(const struct stw_report *report, struct stw_slice name);

#endif
