/*
 * Charts: axes are round and labelled with the truth, bars stand on zero and are as long as their
 * values, gaps stay gaps, and no text lies over another or outside the picture.
 */
#include "report/svg.h"

#include "property.h"
#include "report/svg_canvas.h"
#include "sample.h"
#include "text/width.h"

#include "../support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number an English label stands for. */
static double label_value(struct stw_slice label)
{
    char text[64];
    size_t size = 0;
    double unit = 1;
    for (size_t i = 0; i < label.size && size + 1 < sizeof(text); i++) {
        if (label.data[i] == 'k')
            unit = 1e3;
        else if (label.data[i] == 'M')
            unit = 1e6;
        else if (label.data[i] != ',')
            text[size++] = label.data[i];
    }
    text[size] = '\0';
    if (strncmp(text, "\u2212", 3) == 0)
        return -unit * strtod(text + 3, NULL);
    return unit * strtod(text, NULL);
}

static void axes_are_round_and_true(void)
{
    struct stw_buffer label;
    stw_buffer_init(&label);
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        double power = pow(10, (double)(stw_test_random(&state) % 13) - 3);
        double low = ((double)(stw_test_random(&state) % 20001) - 10000) / 1e4 * power;
        double high = low + (double)(stw_test_random(&state) % 10000) / 1e4 * power;
        unsigned steps = 4 + (unsigned)(stw_test_random(&state) % 2);
        struct stw_axis axis = stw_axis_nice(low, high, steps);
        double slack = 1e-6 * axis.step;
        STW_EXPECT(axis.low <= low + slack && axis.high >= high - slack, "%g..%g is not covered",
                   low, high);
        STW_EXPECT(axis.count >= 1 && axis.count <= steps + 2, "%u steps for %g..%g", axis.count,
                   low, high);
        for (unsigned t = 0; t <= axis.count; t++) {
            double value = stw_axis_tick(&axis, t);
            stw_buffer_clear(&label);
            stw_axis_label(STW_LANGUAGE_EN, &axis, value, &label);
            double said = label_value(stw_buffer_slice(&label));
            STW_EXPECT(fabs(said - value) <= 1e-6 * axis.step, "tick %g says %.*s", value,
                       STW_SLICE_ARG(stw_buffer_slice(&label)));
        }
    }
    stw_buffer_release(&label);
}

struct box {
    double left, top, right, bottom;
    struct stw_slice text;
};

static double attribute(const char *tag, const char *name)
{
    const char *at = strstr(tag, name), *end = strchr(tag, '>');
    return at != NULL && at < end ? strtod(at + strlen(name), NULL) : 0;
}

/* The boxes of all texts of one <svg>, measured by the narrower rule of .5 em a column: what
 * overlaps by that overlaps in any font. */
static size_t text_boxes(const char *at, const char *end, struct box *boxes, size_t limit)
{
    size_t count = 0;
    while ((at = strstr(at, "<text")) != NULL && at < end && count < limit) {
        const char *content = strchr(at, '>') + 1, *close = strstr(content, "</text>");
        double x = attribute(at, " x=\""), y = attribute(at, " y=\"");
        double font = attribute(at, "font-size=\"");
        const char *anchor = strstr(at, "text-anchor=\"");
        bool middle = anchor != NULL && anchor < content && anchor[13] == 'm';
        bool right = anchor != NULL && anchor < content && anchor[13] == 'e';
        struct box *box = &boxes[count++];
        box->text = (struct stw_slice){content, (size_t)(close - content)};
        double width = (double)stw_text_width(box->text) * .5 * font;
        box->left = x - (middle ? width / 2 : right ? width : 0);
        box->right = box->left + width;
        box->top = y - font * .75;
        box->bottom = y + font * .15;
        at = close;
    }
    return count;
}

static void check_chart(const struct stw_report_chart *chart, enum stw_language language,
                        enum stw_svg_size size)
{
    enum { BOXES = 400 };
    static struct box boxes[BOXES];
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_svg_chart(&out, language, chart, size);
    stw_buffer_add_char(&out, '\0');
    const char *view = strstr(out.data, "viewBox=\"0 0 ") + 13;
    char *after;
    double width = strtod(view, &after), height = strtod(after, NULL);
    size_t count = text_boxes(out.data, out.data + out.size, boxes, BOXES);
    for (size_t i = 0; i < count; i++) {
        const struct box *a = &boxes[i];
        STW_EXPECT(a->left > -2 && a->right < width + 2 && a->top > -2 && a->bottom < height + 2,
                   "%.*s: \"%.*s\" at %.0f..%.0f leaves the picture of %.0f x %.0f",
                   STW_SLICE_ARG(chart->id), STW_SLICE_ARG(a->text), a->left, a->right, width,
                   height);
        for (size_t j = 0; j < i; j++) {
            const struct box *b = &boxes[j];
            bool apart = a->right <= b->left || b->right <= a->left || a->bottom <= b->top ||
                         b->bottom <= a->top;
            STW_EXPECT(apart, "%.*s, size %d: \"%.*s\" lies over \"%.*s\"",
                       STW_SLICE_ARG(chart->id), (int)size, STW_SLICE_ARG(a->text),
                       STW_SLICE_ARG(b->text));
        }
    }
    stw_buffer_release(&out);
}

static void check_report(const struct stw_report *report)
{
    for (const struct stw_report_section *section = report->first; section != NULL;
         section = section->next) {
        for (const struct stw_report_block *block = section->first; block != NULL;
             block = block->next) {
            if (block->kind != STW_BLOCK_CHART)
                continue;
            check_chart(block->chart, report->language, STW_SVG_PAGE);
            check_chart(block->chart, report->language, STW_SVG_PHONE);
        }
    }
}

static void no_text_over_text(void)
{
    static const char *const names[] = {"翠湖花园 3 号楼", "3", "Garden Court North, block 3",
                                        "一个特别长的楼栋名称，它在手机上无论如何也放不下"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (unsigned language = 0; language < STW_LANGUAGE_COUNT; language++) {
            struct stw_report report;
            stw_sample_report(&report, (enum stw_language)language, stw_slice_of(names[i]));
            check_report(&report);
            stw_report_release(&report);
        }
    }
    struct stw_test_property property;
    struct stw_report report;
    stw_test_property_init(&property, false);
    stw_report_init(&report, STW_LANGUAGE_EN);
    stw_report_monthly(&report, &property.monthly);
    check_report(&report);
    stw_report_release(&report);
    stw_test_property_release(&property);
}

/* The n-th element that starts with `start`, its attribute. */
static double nth(const char *svg, const char *start, unsigned number, const char *name)
{
    const char *at = svg;
    for (unsigned i = 0; at != NULL; i++) {
        at = strstr(at, start);
        if (at == NULL || i == number)
            break;
        at++;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    return attribute(at, name);
}

static unsigned occurrences(const char *svg, const char *what)
{
    unsigned count = 0;
    for (const char *at = strstr(svg, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}

static const struct stw_report_category four[] = {{STW_SLICE("a"), {"", 0}},
                                                  {STW_SLICE("b"), {"", 0}},
                                                  {STW_SLICE("c"), {"", 0}},
                                                  {STW_SLICE("d"), {"", 0}}};

static struct stw_report_chart *new_chart(struct stw_report *report, enum stw_chart_kind kind)
{
    struct stw_report_section *section = stw_report_add_section(report, STW_SLICE("s"));
    struct stw_report_chart *chart = stw_section_chart(report, section, kind, "c", STW_SLICE("t"),
                                                       STW_SLICE("kWh"), STW_SLICE(""));
    stw_chart_categories(report, chart, four, 4);
    return chart;
}

/* Bars of 90, 100, a gap, 95: far from zero, and still drawn from zero. */
static void bars_stand_on_zero(void)
{
    struct stw_report report;
    stw_report_init(&report, STW_LANGUAGE_EN);
    struct stw_report_chart *chart = new_chart(&report, STW_CHART_BARS);
    const struct stw_datum points[] = {stw_datum_count(90), stw_datum_count(100), stw_datum_none(),
                                       stw_datum_count(95)};
    stw_chart_series(&report, chart, STW_SLICE("x"), STW_SERIES_MAIN, points, NULL, 4);
    CU_ASSERT_EQUAL_FATAL(stw_report_status(&report, NULL), STW_OK);
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_svg_chart(&out, STW_LANGUAGE_EN, chart, STW_SVG_PAGE);
    stw_buffer_add_char(&out, '\0');
    const char *bar = "<rect class=\"s-main\"";
    CU_ASSERT_EQUAL(occurrences(out.data, bar), 3);
    CU_ASSERT_EQUAL(occurrences(out.data, "class=\"gap\""), 1);
    double zero = nth(out.data, "<line class=\"zero\"", 0, " y1=\"");
    double longest = nth(out.data, bar, 1, " height=\"");
    for (unsigned i = 0; i < 3; i++) {
        double value = i == 0 ? 90 : i == 1 ? 100 : 95;
        double height = nth(out.data, bar, i, " height=\"");
        STW_NEAR(nth(out.data, bar, i, " y=\"") + height, zero, .11);
        STW_NEAR(height / longest, value / 100, .002);
    }
    stw_buffer_release(&out);
    stw_report_release(&report);
}

/* A line with a gap is two paths: two "M". */
static void gaps_stay_gaps(void)
{
    struct stw_report report;
    stw_report_init(&report, STW_LANGUAGE_EN);
    struct stw_report_chart *chart = new_chart(&report, STW_CHART_LINE);
    const struct stw_datum points[] = {stw_datum_count(9), stw_datum_none(), stw_datum_count(7),
                                       stw_datum_count(8)};
    stw_chart_series(&report, chart, STW_SLICE("x"), STW_SERIES_MAIN, points, NULL, 4);
    struct stw_buffer out;
    stw_buffer_init(&out);
    stw_svg_chart(&out, STW_LANGUAGE_EN, chart, STW_SVG_PAGE);
    stw_buffer_add_char(&out, '\0');
    const char *path = strstr(out.data, " d=\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(path);
    unsigned moves = 0, lines = 0;
    for (const char *at = path + 4; *at != '"'; at++) {
        moves += *at == 'M';
        lines += *at == 'L';
    }
    CU_ASSERT_EQUAL(moves, 2);
    CU_ASSERT_EQUAL(lines, 1);
    CU_ASSERT_EQUAL(occurrences(out.data, "<circle"), 3);
    stw_buffer_release(&out);
    stw_report_release(&report);
}

/* Ticks at local midnights, across the night when Berlin's clocks went forward. */
static void time_axis_is_local(void)
{
    struct stw_report report;
    struct stw_zone *zone;
    stw_report_init(&report, STW_LANGUAGE_EN);
    CU_ASSERT_EQUAL_FATAL(stw_zone_load("Europe/Berlin", &zone, NULL), STW_OK);
    struct stw_report_chart *chart = new_chart(&report, STW_CHART_TIMELINE);
    int64_t from_ns = INT64_C(1743116400) * 1000000000; /* 2025-03-28T00:00+01:00 */
    stw_chart_time_axis(&report, chart, zone, from_ns, from_ns + 5 * INT64_C(86400000000000));
    static const int64_t want_s[] = {1743116400, 1743202800, 1743289200,
                                     1743372000, 1743458400, 1743544800};
    CU_ASSERT_EQUAL_FATAL(chart->tick_count, 6); /* the 30th has 23 hours */
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT_EQUAL(chart->ticks[i].at_ns, want_s[i] * 1000000000);
    CU_ASSERT(stw_slice_is(chart->ticks[2].label, "03-30"));
    stw_zone_free(zone);
    stw_report_release(&report);
}

static void limits_are_kept(void)
{
    struct stw_report report;
    struct stw_error err;
    stw_report_init(&report, STW_LANGUAGE_EN);
    struct stw_report_chart *chart = new_chart(&report, STW_CHART_TIMELINE);
    struct stw_datum *points = calloc(STW_REPORT_POINTS_MAX + 1, sizeof(*points));
    int64_t *times_ns = calloc(STW_REPORT_POINTS_MAX + 1, sizeof(*times_ns));
    stw_chart_timeline(&report, chart, STW_SLICE("x"), STW_SERIES_MAIN, times_ns, points,
                       STW_REPORT_POINTS_MAX);
    CU_ASSERT_EQUAL(stw_report_status(&report, &err), STW_OK);
    stw_chart_timeline(&report, chart, STW_SLICE("y"), STW_SERIES_OTHER, times_ns, points, 1);
    CU_ASSERT_EQUAL(stw_report_status(&report, &err), STW_ERR_LIMIT);
    free(points);
    free(times_ns);
    stw_report_release(&report);
}

STW_SUITE(report_svg, {"axes are round and true", axes_are_round_and_true},
          {"no text over text", no_text_over_text}, {"bars stand on zero", bars_stand_on_zero},
          {"gaps stay gaps", gaps_stay_gaps}, {"time axis is local", time_axis_is_local},
          {"limits are kept", limits_are_kept});
