/*
 * Charts over categories from left to right: grouped bars, and lines with their points and
 * intervals. Each category has a slot of equal width; labels are thinned until they fit, counted
 * from the last, which is the month the report is about.
 */
#include "report/svg_canvas.h"

#include <assert.h>
#include <math.h>

static double slot_width(const struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    return (canvas->right - canvas->left) / chart->category_count;
}

static double slot_middle(const struct stw_canvas *canvas, const struct stw_report_chart *chart,
                          uint32_t category)
{
    return canvas->left + slot_width(canvas, chart) * (category + .5);
}

static bool has_groups(const struct stw_report_chart *chart)
{
    for (uint32_t i = 0; i < chart->category_count; i++) {
        if (chart->categories[i].group.size > 0)
            return true;
    }
    return false;
}

static uint32_t label_step(const struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    double widest = 0;
    for (uint32_t i = 0; i < chart->category_count; i++)
        widest = fmax(widest, stw_canvas_measure(canvas, chart->categories[i].label));
    return (uint32_t)ceil((widest + 6) / slot_width(canvas, chart));
}

/* The second line: each group's name under its first category, where the one before leaves room. */
static void draw_groups(struct stw_canvas *canvas, const struct stw_report_chart *chart, double y)
{
    struct stw_slice last = {"", 0};
    double taken = -INFINITY;
    for (uint32_t i = 0; i < chart->category_count; i++) {
        struct stw_slice group = chart->categories[i].group;
        if (group.size == 0 || stw_slice_equal(group, last))
            continue;
        last = group;
        double width = stw_canvas_measure(canvas, group);
        double x = fmin(slot_middle(canvas, chart, i), canvas->right - width / 2);
        if (x - width / 2 < taken)
            continue;
        taken = x + width / 2 + 6;
        stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, x, y, group);
    }
}

static void draw_categories(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    uint32_t step = label_step(canvas, chart);
    double y = canvas->bottom + canvas->font * 1.3;
    for (uint32_t i = 0; i < chart->category_count; i++) {
        if ((chart->category_count - 1 - i) % step == 0)
            stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, slot_middle(canvas, chart, i), y,
                            chart->categories[i].label);
    }
    draw_groups(canvas, chart, y + canvas->font * 1.25);
}

/* Bands below everything else; lines and their labels are drawn over the bars later. */
static void draw_bands(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                       const struct stw_axis *axis)
{
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        if (guide->low == guide->high)
            continue;
        double low = stw_axis_place(axis, guide->low, canvas->bottom, canvas->top);
        double high = stw_axis_place(axis, guide->high, canvas->bottom, canvas->top);
        stw_canvas_rect(canvas, "band", canvas->left, high, canvas->right - canvas->left,
                        low - high);
    }
}

static void draw_guides(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct stw_axis *axis)
{
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        double y = stw_axis_place(axis, guide->high, canvas->bottom, canvas->top);
        if (guide->low == guide->high)
            stw_canvas_line(canvas, "guide", canvas->left, y, canvas->right, y);
        stw_canvas_text(canvas, "halo", STW_ANCHOR_START, canvas->left + 4, y - 4, guide->label);
    }
}

/* The top of the highest bar a label centred at `x` and `width` wide would stand over. */
static double top_below(const struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct stw_axis *axis, double x, double width)
{
    double y = stw_axis_place(axis, 0, canvas->bottom, canvas->top);
    for (uint32_t i = 0; i < chart->category_count; i++) {
        double distance = fabs(slot_middle(canvas, chart, i) - x);
        if (distance > (width + slot_width(canvas, chart)) / 2)
            continue;
        for (uint32_t s = 0; s < chart->series_count; s++) {
            double value = stw_datum_number(&chart->series[s].points[i]);
            if (isfinite(value))
                y = fmin(y, stw_axis_place(axis, value, canvas->bottom, canvas->top));
        }
    }
    return y;
}

/* Values over the bars of the main series, from the last back, where there is room. */
static void label_bars(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                       const struct stw_axis *axis, const struct stw_report_series *series)
{
    struct stw_buffer label;
    stw_buffer_init(&label);
    double taken = INFINITY;
    for (uint32_t i = series->count; i-- > 0;) {
        if (!isfinite(stw_datum_number(&series->points[i])))
            continue;
        stw_canvas_clear(canvas, &label);
        stw_short_number(canvas->language, &series->points[i], &label);
        double width = stw_canvas_measure_bold(canvas, stw_buffer_slice(&label));
        double x = slot_middle(canvas, chart, i);
        x = fmax(fmin(x, canvas->width - width / 2), canvas->left + width / 2);
        if (x + width / 2 > taken)
            continue;
        taken = x - width / 2 - 6;
        double y = top_below(canvas, chart, axis, x, width) - 5;
        stw_canvas_text(canvas, "value", STW_ANCHOR_MIDDLE, x, y, stw_buffer_slice(&label));
    }
    canvas->out->failed |= label.failed;
    stw_buffer_release(&label);
}

/* "s-main", or "bar-bad" and so on for a marked bar. */
static const char *bar_style(const struct stw_report_chart *chart, uint32_t series,
                             enum stw_mark mark)
{
    static const char *const marked[] = {"", "bar-good", "bar-notice", "bar-bad"};
    return mark == STW_MARK_NONE ? stw_series_style(chart, series) : marked[mark];
}

static void draw_bars(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                      const struct stw_axis *axis)
{
    double slot = slot_width(canvas, chart);
    double width = fmin(slot * .8 / chart->series_count, 36);
    double zero = stw_axis_place(axis, 0, canvas->bottom, canvas->top);
    for (uint32_t i = 0; i < chart->category_count; i++) {
        double x = slot_middle(canvas, chart, i) - width * chart->series_count / 2;
        for (uint32_t s = 0; s < chart->series_count; s++, x += width) {
            const struct stw_report_series *series = &chart->series[s];
            double value = stw_datum_number(&series->points[i]);
            if (!isfinite(value)) { /* a gap is not a zero: a short dash above the line */
                stw_canvas_line(canvas, "gap", x + width * .2, zero - 5, x + width * .8, zero - 5);
                continue;
            }
            stw_canvas_tip(canvas, chart->categories[i].label, series->name, &series->points[i],
                           chart->unit);
            double y = stw_axis_place(axis, value, canvas->bottom, canvas->top);
            stw_canvas_rect(canvas, bar_style(chart, s, series->marks[i]), x, y, width * .94,
                            zero - y);
            stw_canvas_tip_end(canvas);
        }
    }
}

/* A path through the points, broken at gaps. */
static void draw_path(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                      const struct stw_axis *axis, uint32_t number)
{
    const struct stw_report_series *series = &chart->series[number];
    stw_buffer_printf(canvas->out, "<path class=\"line %s\" d=\"", stw_series_style(chart, number));
    bool joined = false;
    for (uint32_t i = 0; i < series->count; i++) {
        double value = stw_datum_number(&series->points[i]);
        if (!isfinite(value)) {
            joined = false;
            continue;
        }
        stw_buffer_add_char(canvas->out, joined ? 'L' : 'M');
        stw_canvas_number(canvas, slot_middle(canvas, chart, i));
        stw_buffer_add_char(canvas->out, ' ');
        stw_canvas_number(canvas, stw_axis_place(axis, value, canvas->bottom, canvas->top));
        joined = true;
    }
    stw_buffer_add_text(canvas->out, "\"/>\n");
}

static void draw_points(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct stw_axis *axis, uint32_t number)
{
    const struct stw_report_series *series = &chart->series[number];
    for (uint32_t i = 0; i < series->count; i++) {
        const struct stw_datum *point = &series->points[i];
        double value = stw_datum_number(point), x = slot_middle(canvas, chart, i);
        if (point->kind == STW_DATUM_INTERVAL) {
            double high = fmin(point->interval.high, axis->high);
            stw_canvas_line(canvas, "whisker", x,
                            stw_axis_place(axis, point->interval.low, canvas->bottom, canvas->top),
                            x, stw_axis_place(axis, high, canvas->bottom, canvas->top));
        }
        if (!isfinite(value))
            continue;
        stw_canvas_tip(canvas, chart->categories[i].label, series->name, point, chart->unit);
        stw_canvas_circle(canvas, bar_style(chart, number, series->marks[i]), x,
                          stw_axis_place(axis, value, canvas->bottom, canvas->top), 3.2);
        stw_canvas_tip_end(canvas);
    }
}

/* Where the names of lines stand: at the height of their last points, pushed apart. */
static void name_lines(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                       const struct stw_axis *axis)
{
    double y[STW_REPORT_SERIES_MAX];
    bool placed[STW_REPORT_SERIES_MAX] = {false};
    for (uint32_t s = 0; s < chart->series_count; s++) {
        y[s] = canvas->bottom;
        for (uint32_t i = 0; i < chart->series[s].count; i++) {
            double value = stw_datum_number(&chart->series[s].points[i]);
            if (isfinite(value))
                y[s] = stw_axis_place(axis, value, canvas->bottom, canvas->top);
        }
    }
    double above = -INFINITY;
    for (uint32_t round = 0; round < chart->series_count; round++) {
        uint32_t next = STW_REPORT_SERIES_MAX;
        for (uint32_t s = 0; s < chart->series_count; s++) {
            if (!placed[s] && (next == STW_REPORT_SERIES_MAX || y[s] < y[next]))
                next = s;
        }
        assert(next < chart->series_count); /* each round places one that is left */
        placed[next] = true;
        double line = fmax(y[next] + canvas->font * .35, above + canvas->font * 1.25);
        above = line;
        stw_buffer_printf(canvas->out, "<g class=\"name %s\">", stw_series_style(chart, next));
        stw_canvas_text(canvas, "", STW_ANCHOR_START, canvas->right + 2, line,
                        chart->series[next].name);
        stw_buffer_add_text(canvas->out, "</g>");
    }
}

static const struct stw_report_series *main_series(const struct stw_report_chart *chart)
{
    for (uint32_t s = 0; s < chart->series_count; s++) {
        if (chart->series[s].role == STW_SERIES_MAIN)
            return &chart->series[s];
    }
    return &chart->series[0];
}

/* Room for the names right of the plot; 0 where they go into the legend. */
static double names_width(const struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    if (chart->kind != STW_CHART_LINE || chart->series_count < 2)
        return 0;
    double widest = 0;
    for (uint32_t s = 0; s < chart->series_count; s++)
        widest = fmax(widest, stw_canvas_measure_bold(canvas, chart->series[s].name));
    return widest > canvas->width * .25 ? 0 : widest + 4;
}

void stw_svg_columns(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    bool bars = chart->kind == STW_CHART_BARS;
    double low, high, names = names_width(canvas, chart);
    stw_chart_range(chart, &low, &high);
    if (bars || (low >= 0 && low < high * .6)) {
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    struct stw_axis axis = stw_axis_nice(low, high, canvas->size == STW_SVG_PAGE ? 5 : 4);
    bool legend = chart->series_count > 1 && names == 0;
    canvas->height = canvas->size == STW_SVG_PAGE ? 290 : 250;
    canvas->left = stw_canvas_value_axis_width(canvas, &axis);
    canvas->right = canvas->width - fmax(names, 4);
    canvas->top = stw_canvas_legend(canvas, chart, legend, false) + canvas->font * 1.4;
    canvas->bottom = canvas->height - canvas->font * (has_groups(chart) ? 3 : 1.8);
    stw_canvas_open(canvas, chart);
    stw_canvas_legend(canvas, chart, legend, true);
    draw_bands(canvas, chart, &axis);
    stw_canvas_value_axis(canvas, &axis);
    draw_categories(canvas, chart);
    if (bars)
        draw_bars(canvas, chart, &axis);
    for (uint32_t s = 0; !bars && s < chart->series_count; s++) {
        draw_path(canvas, chart, &axis, s);
        draw_points(canvas, chart, &axis, s);
    }
    draw_guides(canvas, chart, &axis);
    if (bars)
        label_bars(canvas, chart, &axis, main_series(chart));
    if (names > 0)
        name_lines(canvas, chart, &axis);
    stw_canvas_close(canvas);
}
