/* A report with everything in it; see sample.h. */
#include "sample.h"

#include "base/clock.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>

static struct stw_slice name_of(struct stw_report *report, struct stw_slice name, unsigned number)
{
    return stw_report_printf(report, "%.*s %u", STW_SLICE_ARG(name), number);
}

static void add_months(struct stw_report *report, struct stw_report_section *section,
                       struct stw_slice name, enum stw_chart_kind kind, const char *id)
{
    enum { MONTHS = 13 };
    struct stw_report_chart *chart =
        stw_section_chart(report, section, kind, id, name, STW_SLICE("kWh"), name);
    struct stw_report_category categories[MONTHS];
    struct stw_datum now[MONTHS], before[MONTHS];
    enum stw_mark marks[MONTHS] = {[12] = STW_MARK_BAD};
    for (int i = 0; i < MONTHS; i++) {
        int month = (i + 2) % 12;
        categories[i].label = stw_report_word(report, (enum stw_word)(STW_WORD_MONTH_1 + month));
        categories[i].group = i < 10 ? STW_SLICE("2025") : STW_SLICE("2026");
        double value = 812000 + 240000 * sin(month * .52);
        now[i] = stw_datum_decimal((struct stw_decimal){(int64_t)value * 10 + 5, 1}, 1);
        before[i] = stw_datum_decimal((struct stw_decimal){(int64_t)(value * .9), 0}, 1);
    }
    before[3] = now[5] = stw_datum_none();
    stw_chart_categories(report, chart, categories, MONTHS);
    stw_chart_series(report, chart, name_of(report, name, 2025), STW_SERIES_MAIN, now, marks,
                     MONTHS);
    stw_chart_series(report, chart, name_of(report, name, 2024), STW_SERIES_PREVIOUS, before, NULL,
                     MONTHS);
    if (chart != NULL)
        stw_notes_add(report, &chart->notes, name);
}

static void add_rows(struct stw_report *report, struct stw_report_section *section,
                     struct stw_slice name)
{
    enum { ROWS = 6 };
    struct stw_report_category categories[ROWS] = {{{NULL, 0}, {NULL, 0}}};
    struct stw_datum counts[ROWS], shares[ROWS], rates[ROWS];
    enum stw_mark marks[ROWS] = {STW_MARK_BAD, STW_MARK_NOTICE};
    for (unsigned i = 0; i < ROWS; i++) {
        categories[i].label = name_of(report, name, i + 1);
        counts[i] = stw_datum_count(40 / (i + 1));
        shares[i] = stw_datum_share(.4 + .12 * i, 0);
        rates[i] = stw_datum_interval(9.5 / (i + 1), 6.1 / (i + 1), 15.2 / (i + 1), 2);
    }
    counts[4] = stw_datum_none();
    rates[4] = stw_datum_interval(NAN, 0, 3.1, 2);
    rates[5].interval.high = INFINITY;
    struct stw_report_chart *ranked =
        stw_section_chart(report, section, STW_CHART_RANKED, "causes", name, name, name);
    stw_chart_categories(report, ranked, categories, ROWS);
    stw_chart_series(report, ranked, name, STW_SERIES_MAIN, counts, marks, ROWS);
    stw_chart_series(report, ranked, name, STW_SERIES_OTHER, shares, NULL, ROWS);
    struct stw_report_chart *intervals =
        stw_section_chart(report, section, STW_CHART_INTERVALS, "rates", name, name, name);
    stw_chart_categories(report, intervals, categories, ROWS);
    stw_chart_series(report, intervals, name, STW_SERIES_MAIN, rates, marks, ROWS);
    stw_chart_guide(report, intervals, name, 4, 4);
}

static void add_times(struct stw_report *report, struct stw_report_section *section,
                      struct stw_slice name)
{
    enum { POINTS = 7 * 24, DAYS = 31 };
    static const int64_t start_ns = 1772380800 * STW_NS_PER_SECOND; /* 2026-03-01T16:00Z */
    struct stw_zone *zone;
    if (stw_zone_load("+08:00", &zone, NULL) != STW_OK) { /* a test lets memory run out here */
        report->failed = true;
        return;
    }
    int64_t times_ns[POINTS];
    struct stw_datum points[POINTS], cells[DAYS * 24];
    for (int i = 0; i < POINTS; i++) {
        times_ns[i] = start_ns + i * STW_NS_PER_HOUR;
        points[i] = stw_datum_real(.42 + .1 * sin(i * .26) + (i > 100 && i < 112 ? .12 : 0), 3);
        if (i > 50 && i < 60)
            points[i] = stw_datum_none();
    }
    for (int i = 0; i < DAYS * 24; i++)
        cells[i] = i % 97 == 5 ? stw_datum_none()
                               : stw_datum_real(60 + 55 * sin((i % 24 - 6) * .26) + i % 7, 0);
    struct stw_report_chart *chart = stw_section_chart(report, section, STW_CHART_TIMELINE,
                                                       "pressure", name, STW_SLICE("MPa"), name);
    stw_chart_time_axis(report, chart, zone, start_ns, start_ns + POINTS * STW_NS_PER_HOUR);
    stw_chart_timeline(report, chart, name, STW_SERIES_MAIN, times_ns, points, POINTS);
    stw_chart_guide(report, chart, name, .28, .55);
    stw_chart_span(report, chart, name, STW_MARK_BAD, times_ns[100], times_ns[112]);
    struct stw_report_chart *heat =
        stw_section_chart(report, section, STW_CHART_HEAT, "hours", name, STW_SLICE("kW"), name);
    struct stw_report_category days[DAYS];
    for (int i = 0; i < DAYS; i++)
        days[i] =
            (struct stw_report_category){stw_report_printf(report, "03-%02d", i + 1), {NULL, 0}};
    stw_chart_categories(report, heat, days, DAYS);
    stw_chart_heat(report, heat, name, cells, 24);
    stw_zone_free(zone);
}

static void add_table(struct stw_report *report, struct stw_report_section *section,
                      struct stw_slice name)
{
    const struct stw_report_column columns[] = {
        {name, {NULL, 0}, STW_DATUM_TEXT},     {name, name, STW_DATUM_DECIMAL},
        {name, {NULL, 0}, STW_DATUM_SHARE},    {name, {NULL, 0}, STW_DATUM_DURATION},
        {name, {NULL, 0}, STW_DATUM_TIME},     {name, {NULL, 0}, STW_DATUM_COUNT},
        {name, {NULL, 0}, STW_DATUM_INTERVAL},
    };
    struct stw_report_table *table =
        stw_section_table(report, section, "all-kinds", name, name, columns, 7);
    for (unsigned i = 0; i < 12; i++) {
        struct stw_report_cell cells[] = {
            {stw_datum_text(name), STW_MARK_NONE},
            {stw_datum_decimal((struct stw_decimal){123456789 * (i + 1), 3}, 1), STW_MARK_NONE},
            {stw_datum_signed(stw_datum_share(.034 * (i - 4.0), 1)), (enum stw_mark)(i % 4)},
            {stw_datum_duration((int64_t)i * 4321 * STW_NS_PER_SECOND), STW_MARK_NONE},
            {stw_datum_local(1772380800 * STW_NS_PER_SECOND, 28800, STW_PRECISION_MINUTE),
             STW_MARK_NONE},
            {stw_datum_count(1000 * i), STW_MARK_NONE},
            {stw_datum_interval(4.75, 3.21, 6.69, 2), STW_MARK_NONE},
        };
        if (i == 3)
            cells[2].value = stw_datum_absent(name);
        if (i == 4)
            cells[1].value = stw_datum_absent((struct stw_slice){"", 0});
        struct stw_report_row *row = stw_table_add(report, table, cells);
        if (i == 5)
            stw_row_note(report, row, name);
        if (i == 6)
            stw_row_command(report, row, name);
        if (row != NULL && i == 11)
            row->is_total = true;
    }
    if (table != NULL) {
        table->shown_rows = 8;
        stw_notes_add(report, &table->notes, name);
    }
}

static void add_keys(struct stw_report *report, struct stw_report_section *section,
                     struct stw_slice name)
{
    struct stw_report_keys *keys = stw_section_keys(report, section, name);
    const struct stw_report_key key = {.label = name,
                                       .value = stw_datum_count(1234567),
                                       .unit = name,
                                       .delta = stw_datum_signed(stw_datum_share(.051, 1)),
                                       .delta_label = name,
                                       .mark = STW_MARK_BAD};
    stw_keys_add(report, keys, &key);
    stw_keys_add(report, keys, &key);
    const struct stw_report_key plain = {.label = name, .value = stw_datum_text(name)};
    stw_keys_add(report, keys, &plain);
}

void stw_sample_report(struct stw_report *report, enum stw_language language, struct stw_slice name)
{
    stw_report_init(report, language);
    stw_report_set_head(report, &(struct stw_report_head){.name = STW_SLICE("sample"),
                                                          .title = name,
                                                          .site = name,
                                                          .period = name,
                                                          .as_of = name,
                                                          .snapshot = name,
                                                          .program = name});
    struct stw_report_section *first = stw_report_add_section(report, name);
    stw_section_paragraph(report, first, name);
    add_keys(report, first, name);
    add_months(report, first, name, STW_CHART_BARS, "months");
    add_months(report, first, name, STW_CHART_LINE, "line");
    add_table(report, first, name);
    struct stw_report_section *second = stw_report_add_section(report, name);
    add_rows(report, second, name);
    add_times(report, second, name);
    stw_report_conclude(report, STW_MARK_NOTICE, 1, first, name);
    stw_report_conclude(report, STW_MARK_BAD, 2, second, name);
    stw_report_conclude(report, STW_MARK_GOOD, 0, NULL, name);
}
