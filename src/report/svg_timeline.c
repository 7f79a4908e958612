/*
 * Values over time: lines or steps on a local time axis, with bands (the allowed range), guides
 * and spans (alerts, missing data). A gap in the values is a gap in the line.
 */
#include "report/svg_canvas.h"

#include <math.h>

static double time_place(const struct stw_canvas *canvas, const struct stw_report_chart *chart,
                         int64_t at_ns)
{
    double share = (double)(at_ns - chart->from_ns) / (double)(chart->to_ns - chart->from_ns);
    return canvas->left + share * (canvas->right - canvas->left);
}

static void draw_spans(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    static const char *const styles[] = {"span", "span-good", "span-notice", "span-bad"};
    double taken = -INFINITY;
    for (const struct stw_report_span *span = chart->spans; span != NULL; span = span->next) {
        double from = fmax(time_place(canvas, chart, span->from_ns), canvas->left);
        double to = fmin(time_place(canvas, chart, span->to_ns), canvas->right);
        if (to <= from)
            continue;
        stw_canvas_rect(canvas, styles[span->mark], from, canvas->top, fmax(to - from, 1),
                        canvas->bottom - canvas->top);
        double width = stw_canvas_measure(canvas, span->label);
        double x = fmin(from, canvas->right - width);
        if (span->label.size == 0 || x < fmax(taken, canvas->left))
            continue;
        taken = x + width + 6;
        stw_canvas_text(canvas, "tick", STW_ANCHOR_START, x, canvas->top - 4, span->label);
    }
}

static void draw_guides(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct stw_axis *axis)
{
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        double low = stw_axis_place(axis, guide->low, canvas->bottom, canvas->top);
        double high = stw_axis_place(axis, guide->high, canvas->bottom, canvas->top);
        if (guide->low < guide->high)
            stw_canvas_rect(canvas, "band", canvas->left, high, canvas->right - canvas->left,
                            low - high);
        else
            stw_canvas_line(canvas, "guide", canvas->left, high, canvas->right, high);
    }
}

/* Over everything else, at the left edge inside the plot. */
static void label_guides(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                         const struct stw_axis *axis)
{
    double taken = INFINITY;
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        double y = stw_axis_place(axis, guide->high, canvas->bottom, canvas->top);
        y += guide->low < guide->high ? canvas->font : -4;
        if (fabs(y - taken) < canvas->font)
            continue;
        taken = y;
        stw_canvas_text(canvas, "halo", STW_ANCHOR_START, canvas->left + 4, y, guide->label);
    }
}

static void draw_ticks(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    double taken = -INFINITY;
    for (uint32_t i = 0; i < chart->tick_count; i++) {
        double x = time_place(canvas, chart, chart->ticks[i].at_ns);
        stw_canvas_line(canvas, "grid", x, canvas->bottom, x, canvas->bottom + 4);
        double half = stw_canvas_measure(canvas, chart->ticks[i].label) / 2;
        if (x - half < taken || x + half > canvas->width)
            continue;
        taken = x + half + 8;
        stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, x, canvas->bottom + canvas->font * 1.5,
                        chart->ticks[i].label);
    }
}

static void draw_series(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct stw_axis *axis, uint32_t number)
{
    const struct stw_report_series *series = &chart->series[number];
    struct stw_buffer *out = canvas->out;
    stw_buffer_printf(out, "<path class=\"line thin %s\" d=\"", stw_series_style(chart, number));
    bool joined = false;
    for (uint32_t i = 0; i < series->count; i++) {
        double value = stw_datum_number(&series->points[i]);
        double x = time_place(canvas, chart, series->times_ns[i]);
        if (joined && chart->steps) { /* the value held until now, whatever comes */
            stw_buffer_add_char(out, 'H');
            stw_canvas_number(canvas, x);
        }
        if (!isfinite(value)) {
            joined = false;
            continue;
        }
        stw_buffer_add_char(out, joined ? 'L' : 'M');
        stw_canvas_number(canvas, x);
        stw_buffer_add_char(out, ' ');
        stw_canvas_number(canvas, stw_axis_place(axis, value, canvas->bottom, canvas->top));
        joined = true;
    }
    stw_buffer_add_text(out, "\"/>\n");
}

/* Marked points, and points with a gap on both sides, which no line would show. */
static void draw_points(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct stw_axis *axis, uint32_t number)
{
    static const char *const styles[] = {"", "bar-good", "bar-notice", "bar-bad"};
    const struct stw_report_series *series = &chart->series[number];
    for (uint32_t i = 0; i < series->count; i++) {
        double value = stw_datum_number(&series->points[i]);
        bool alone =
            (i == 0 || !isfinite(stw_datum_number(&series->points[i - 1]))) &&
            (i + 1 == series->count || !isfinite(stw_datum_number(&series->points[i + 1])));
        enum stw_mark mark = series->marks[i];
        if (isfinite(value) && (alone || mark != STW_MARK_NONE))
            stw_canvas_circle(
                canvas, mark == STW_MARK_NONE ? stw_series_style(chart, number) : styles[mark],
                time_place(canvas, chart, series->times_ns[i]),
                stw_axis_place(axis, value, canvas->bottom, canvas->top),
                mark == STW_MARK_NONE ? 1.6 : 3.2);
    }
}

void stw_svg_timeline(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    double low, high;
    stw_chart_range(chart, &low, &high);
    if (low >= 0 && low < high * .6)
        low = 0;
    struct stw_axis axis = stw_axis_nice(low, high, canvas->size == STW_SVG_PAGE ? 5 : 4);
    bool legend = chart->series_count > 1;
    canvas->height = canvas->size == STW_SVG_PAGE ? 270 : 240;
    canvas->left = stw_canvas_value_axis_width(canvas, &axis);
    canvas->right = canvas->width - 4;
    canvas->top = stw_canvas_legend(canvas, chart, legend, false) + canvas->font * 1.5;
    canvas->bottom = canvas->height - canvas->font * 2;
    stw_canvas_open(canvas, chart);
    stw_canvas_legend(canvas, chart, legend, true);
    draw_spans(canvas, chart);
    draw_guides(canvas, chart, &axis);
    stw_canvas_value_axis(canvas, &axis);
    draw_ticks(canvas, chart);
    for (uint32_t s = 0; s < chart->series_count; s++) {
        draw_series(canvas, chart, &axis, s);
        draw_points(canvas, chart, &axis, s);
    }
    label_guides(canvas, chart, &axis);
    stw_canvas_close(canvas);
}
