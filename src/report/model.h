/*
 * The neutral model of a report: what it says, free of how it looks. Conclusions come first, then
 * sections of blocks: paragraphs, key figures, tables, charts. The renderers (html, csv_report,
 * json_report) print the same model.
 *
 * Everything lives in the report's arena, and every text and value handed in is copied. Building
 * never fails visibly: the first failed allocation sets `failed`, later additions do nothing (and
 * accept the NULL an earlier one returned), and the owner asks stw_report_status() once.
 *
 * Texts are raw: names and free text may hold any bytes. The renderers escape them.
 */
#ifndef STW_REPORT_MODEL_H
#define STW_REPORT_MODEL_H

#include "base/arena.h"
#include "base/error.h"
#include "report/datum.h"
#include "report/words.h"
#include "time/zone.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_REPORT_COLUMNS_MAX = 24,   /* of a table */
    STW_REPORT_POINTS_MAX = 20000, /* of a chart, all its series together */
    STW_REPORT_SERIES_MAX = 8      /* of a chart */
};

/* How a conclusion, a key figure or a cell is to be taken. */
enum stw_mark { STW_MARK_NONE, STW_MARK_GOOD, STW_MARK_NOTICE, STW_MARK_BAD };

struct stw_report_note {
    struct stw_report_note *next;
    struct stw_slice text;
};

/* Footnotes, in the order they were added. */
struct stw_report_notes {
    struct stw_report_note *first, *last;
};

/* Key figures: what a manager reads first, a handful side by side. */
struct stw_report_key {
    struct stw_report_key *next;
    struct stw_slice label;
    struct stw_datum value;
    struct stw_slice unit;
    struct stw_datum delta;       /* none: not shown */
    struct stw_slice delta_label; /* what the delta is against */
    enum stw_mark mark;           /* of the delta, or of the value where there is none */
};

struct stw_report_keys {
    struct stw_report_key *first, *last;
    struct stw_slice command; /* lists the rows behind them; may be empty */
};

struct stw_report_column {
    struct stw_slice title;
    struct stw_slice unit;    /* empty: none */
    enum stw_datum_kind kind; /* of its cells; text aligns left, all else right */
};

struct stw_report_cell {
    struct stw_datum value; /* of the column's kind, or a text, absent, none */
    enum stw_mark mark;
};

struct stw_report_row {
    struct stw_report_row *next;
    struct stw_report_cell *cells; /* one a column */
    struct stw_slice note;         /* printed below the row; may be empty */
    struct stw_slice command;      /* lists the rows behind this one; may be empty */
    bool is_total;
};

struct stw_report_table {
    struct stw_slice id; /* a-z 0-9 and hyphens: names its CSV file and its anchor */
    struct stw_slice caption;
    struct stw_slice command;
    struct stw_report_column *columns;
    uint32_t column_count;
    struct stw_report_row *first, *last;
    uint32_t row_count;
    uint32_t shown_rows; /* printed in HTML, the rest is in CSV and JSON; 0: all */
    struct stw_report_notes notes;
};

enum stw_chart_kind {
    STW_CHART_BARS,      /* a group of bars a category; from zero */
    STW_CHART_LINE,      /* a point a category, joined; a gap stays a gap */
    STW_CHART_RANKED,    /* horizontal bars, one series, in the order given; from zero */
    STW_CHART_INTERVALS, /* a point and its interval a category; rows */
    STW_CHART_TIMELINE,  /* values at times, joined or in steps */
    STW_CHART_HEAT       /* a row a category (day), heat_columns cells in each (hours) */
};

enum stw_series_role {
    STW_SERIES_MAIN,     /* what the chart is about: this year */
    STW_SERIES_PREVIOUS, /* what it is compared with: last year */
    STW_SERIES_OTHER     /* further series, told apart by colour and dash */
};

struct stw_report_series {
    struct stw_slice name;
    enum stw_series_role role;
    struct stw_datum *points; /* numbers, intervals, or none for a gap */
    enum stw_mark *marks;     /* one a point */
    int64_t *times_ns;        /* TIMELINE only: ascending instants; the renderers do not sort */
    uint32_t count;
};

struct stw_report_category {
    struct stw_slice label;
    struct stw_slice group; /* second line, printed where it changes: the year; may be empty */
};

/* A line across the chart at a value (a target), or a band between two (the allowed range). */
struct stw_report_guide {
    struct stw_report_guide *next;
    struct stw_slice label;
    double low, high; /* equal: a line */
};

/* TIMELINE: a stretch of time set off from the rest: an alert, a night, missing data. */
struct stw_report_span {
    struct stw_report_span *next;
    struct stw_slice label;
    int64_t from_ns, to_ns;
    enum stw_mark mark;
};

struct stw_report_tick {
    int64_t at_ns;
    struct stw_slice label;
};

struct stw_report_chart {
    enum stw_chart_kind kind;
    struct stw_slice id;
    struct stw_slice title;
    struct stw_slice unit; /* of the values */
    struct stw_slice command;
    struct stw_report_category *categories;
    uint32_t category_count;
    struct stw_report_series series[STW_REPORT_SERIES_MAX];
    uint32_t series_count;
    uint32_t point_count;  /* of all series */
    uint32_t heat_columns; /* HEAT: its one series holds category_count * heat_columns points */
    struct stw_report_guide *guides;
    struct stw_report_span *spans;
    struct stw_report_tick *ticks; /* TIMELINE: local days, months ... of its time axis */
    uint32_t tick_count;
    int64_t from_ns, to_ns; /* TIMELINE: the axis */
    bool steps;             /* TIMELINE: a value holds until the next */
    struct stw_report_notes notes;
};

enum stw_block_kind { STW_BLOCK_PARAGRAPH, STW_BLOCK_KEYS, STW_BLOCK_TABLE, STW_BLOCK_CHART };

struct stw_report_block {
    struct stw_report_block *next;
    enum stw_block_kind kind;
    union {
        struct stw_slice paragraph;
        struct stw_report_keys *keys;
        struct stw_report_table *table;
        struct stw_report_chart *chart;
    };
};

struct stw_report_section {
    struct stw_report_section *next;
    uint32_t number; /* from 1 */
    struct stw_slice title;
    struct stw_report_block *first, *last;
};

struct stw_report_conclusion {
    struct stw_report_conclusion *next;
    enum stw_mark mark;
    double rank; /* larger first */
    struct stw_slice text;
    const struct stw_report_section *section; /* where it is shown; may be NULL */
};

/* Who, what and when, for the head of the report. Empty texts are left out. */
struct stw_report_head {
    struct stw_slice name; /* "monthly": names files */
    struct stw_slice title;
    struct stw_slice site;
    struct stw_slice period;
    struct stw_slice as_of;    /* the instant it knows the data of */
    struct stw_slice snapshot; /* what it can be made again from */
    struct stw_slice program;  /* name and version */
};

struct stw_report {
    struct stw_arena arena;
    struct stw_buffer scratch; /* for filling messages */
    enum stw_language language;
    struct stw_report_head head;
    struct stw_report_conclusion *conclusions; /* largest rank first */
    struct stw_report_section *first, *last;
    uint32_t section_count;
    uint32_t table_count;
    uint32_t chart_count;
    bool failed;
    bool beyond_limit;
};

void stw_report_init(struct stw_report *report, enum stw_language language);
void stw_report_release(struct stw_report *report);

/* STW_OK; STW_ERR_MEMORY, or STW_ERR_LIMIT where a chart or table has too many points or columns.
 */
int stw_report_status(const struct stw_report *report, struct stw_error *err) STW_CHECKED;

void stw_report_set_head(struct stw_report *report, const struct stw_report_head *head);

/* A message of the catalogue in the report's language, its places filled; the report's memory. */
struct stw_slice stw_report_say(struct stw_report *report, enum stw_word message,
                                const struct stw_datum *values, unsigned count);
#define STW_SAY(report, message, ...)                                                              \
    stw_report_say((report), (message), (const struct stw_datum[]){__VA_ARGS__},                   \
                   sizeof((const struct stw_datum[]){__VA_ARGS__}) / sizeof(struct stw_datum))

/* A message without places. */
static inline struct stw_slice stw_report_word(const struct stw_report *report,
                                               enum stw_word message)
{
    return stw_slice_of(stw_word(report->language, message));
}

/* printf into the report's memory: commands, ids. */
STW_PRINTF(2, 3)
struct stw_slice stw_report_printf(struct stw_report *report, const char *format, ...);

/* Conclusions are kept by rank, equal ranks in the order they came. */
void stw_report_conclude(struct stw_report *report, enum stw_mark mark, double rank,
                         const struct stw_report_section *section, struct stw_slice text);

struct stw_report_section *stw_report_add_section(struct stw_report *report,
                                                  struct stw_slice title);
void stw_section_paragraph(struct stw_report *report, struct stw_report_section *section,
                           struct stw_slice text);
struct stw_report_keys *stw_section_keys(struct stw_report *report,
                                         struct stw_report_section *section,
                                         struct stw_slice command);
struct stw_report_table *stw_section_table(struct stw_report *report,
                                           struct stw_report_section *section, const char *id,
                                           struct stw_slice caption, struct stw_slice command,
                                           const struct stw_report_column *columns,
                                           uint32_t column_count);
struct stw_report_chart *stw_section_chart(struct stw_report *report,
                                           struct stw_report_section *section,
                                           enum stw_chart_kind kind, const char *id,
                                           struct stw_slice title, struct stw_slice unit,
                                           struct stw_slice command);

void stw_keys_add(struct stw_report *report, struct stw_report_keys *keys,
                  const struct stw_report_key *key);

/* `cells` holds the table's column_count cells. The row may be changed until the next is added. */
struct stw_report_row *stw_table_add(struct stw_report *report, struct stw_report_table *table,
                                     const struct stw_report_cell *cells);
void stw_row_note(struct stw_report *report, struct stw_report_row *row, struct stw_slice note);
void stw_row_command(struct stw_report *report, struct stw_report_row *row,
                     struct stw_slice command);
void stw_notes_add(struct stw_report *report, struct stw_report_notes *notes,
                   struct stw_slice text);

/* Categories are set before the series that have a point for each. */
void stw_chart_categories(struct stw_report *report, struct stw_report_chart *chart,
                          const struct stw_report_category *categories, uint32_t count);

/* `marks` may be NULL. Bars, lines, ranked, intervals: count is the number of categories. */
void stw_chart_series(struct stw_report *report, struct stw_report_chart *chart,
                      struct stw_slice name, enum stw_series_role role,
                      const struct stw_datum *points, const enum stw_mark *marks, uint32_t count);

/* HEAT: rows of `columns` points each, one row a category. */
void stw_chart_heat(struct stw_report *report, struct stw_report_chart *chart,
                    struct stw_slice name, const struct stw_datum *points, uint32_t columns);

/* TIMELINE: ascending instants and their values. */
void stw_chart_timeline(struct stw_report *report, struct stw_report_chart *chart,
                        struct stw_slice name, enum stw_series_role role, const int64_t *times_ns,
                        const struct stw_datum *points, uint32_t count);

/* TIMELINE: the axis [from_ns, to_ns), with ticks at local midnights, Mondays or months. */
void stw_chart_time_axis(struct stw_report *report, struct stw_report_chart *chart,
                         const struct stw_zone *zone, int64_t from_ns, int64_t to_ns);
void stw_chart_span(struct stw_report *report, struct stw_report_chart *chart,
                    struct stw_slice label, enum stw_mark mark, int64_t from_ns, int64_t to_ns);

void stw_chart_guide(struct stw_report *report, struct stw_report_chart *chart,
                     struct stw_slice label, double low, double high);

#endif
