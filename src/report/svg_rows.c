/*
 * Charts with a row a category: ranked bars (longest first is the caller's order; a second series
 * is printed as a column of figures, the cumulative share of a Pareto chart), and points with
 * their confidence intervals.
 */
#include "report/svg_canvas.h"

#include <math.h>

struct rows_layout {
    double row;         /* height of one */
    double label_width; /* left of the plot */
    double value_width; /* of the column of values right of it */
    double extra_width; /* of the second series' column */
};

static double row_middle(const struct stw_canvas *canvas, const struct rows_layout *layout,
                         uint32_t row)
{
    return canvas->top + layout->row * (row + .5);
}

/* The text of a point; on a phone an interval shows its estimate alone. */
static void point_text(const struct stw_canvas *canvas, const struct stw_datum *point,
                       struct stw_buffer *text)
{
    stw_canvas_clear(canvas, text);
    if (canvas->size == STW_SVG_PHONE && point->kind == STW_DATUM_INTERVAL &&
        isfinite(point->interval.estimate)) {
        struct stw_datum estimate = stw_datum_real(point->interval.estimate, point->digits);
        stw_datum_show(canvas->language, &estimate, text);
        return;
    }
    static const struct stw_datum absent = {.kind = STW_DATUM_ABSENT};
    stw_datum_show(canvas->language, point->kind == STW_DATUM_NONE ? &absent : point, text);
}

static double series_width(const struct stw_canvas *canvas, const struct stw_report_series *series,
                           struct stw_buffer *text)
{
    double widest = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        point_text(canvas, &series->points[i], text);
        widest = fmax(widest, stw_canvas_measure_bold(canvas, stw_buffer_slice(text)));
    }
    return widest;
}

static struct rows_layout lay_out(const struct stw_canvas *canvas,
                                  const struct stw_report_chart *chart, struct stw_buffer *text)
{
    struct rows_layout layout = {.row = canvas->font * 1.9};
    for (uint32_t i = 0; i < chart->category_count; i++)
        layout.label_width =
            fmax(layout.label_width, stw_canvas_measure(canvas, chart->categories[i].label));
    layout.label_width = fmin(layout.label_width, canvas->width * .38);
    layout.value_width = series_width(canvas, &chart->series[0], text) + 8;
    if (chart->series_count > 1)
        layout.extra_width =
            fmax(series_width(canvas, &chart->series[1], text),
                 fmin(stw_canvas_measure(canvas, chart->series[1].name), canvas->width * .1)) +
            12;
    return layout;
}

static void draw_labels(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct rows_layout *layout, struct stw_buffer *text)
{
    for (uint32_t i = 0; i < chart->category_count; i++) {
        struct stw_slice label = chart->categories[i].label;
        double y = row_middle(canvas, layout, i) + canvas->font * .35;
        stw_canvas_text(canvas, "", STW_ANCHOR_END, canvas->left - 8, y,
                        stw_canvas_fit(canvas, label, layout->label_width, text));
        if (chart->series_count > 1) {
            point_text(canvas, &chart->series[1].points[i], text);
            stw_canvas_text(canvas, "tick", STW_ANCHOR_END, canvas->width, y,
                            stw_buffer_slice(text));
        }
    }
}

static void draw_ranked(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        const struct rows_layout *layout, const struct stw_axis *axis,
                        struct stw_buffer *text)
{
    static const char *const styles[] = {"s-main", "bar-good", "bar-notice", "bar-bad"};
    const struct stw_report_series *series = &chart->series[0];
    double zero = stw_axis_place(axis, 0, canvas->left, canvas->right);
    for (uint32_t i = 0; i < series->count; i++) {
        double value = stw_datum_number(&series->points[i]);
        double middle = row_middle(canvas, layout, i), x = zero;
        stw_canvas_tip(canvas, chart->categories[i].label, series->name, &series->points[i],
                       chart->unit);
        if (isfinite(value)) {
            x = stw_axis_place(axis, value, canvas->left, canvas->right);
            stw_canvas_rect(canvas, styles[series->marks[i]], zero, middle - layout->row * .36,
                            x - zero, layout->row * .72);
        }
        point_text(canvas, &series->points[i], text);
        stw_canvas_text(canvas, isfinite(value) ? "value" : "tick", STW_ANCHOR_START,
                        fmax(x, zero) + 5, middle + canvas->font * .35, stw_buffer_slice(text));
        stw_canvas_tip_end(canvas);
    }
    stw_canvas_line(canvas, "zero", zero, canvas->top, zero, canvas->bottom);
}

static void draw_interval(struct stw_canvas *canvas, const struct stw_axis *axis,
                          const struct stw_datum *point, enum stw_mark mark, double y)
{
    static const char *const styles[] = {"s-main", "bar-good", "bar-notice", "bar-bad"};
    if (point->kind == STW_DATUM_INTERVAL) {
        double low = stw_axis_place(axis, point->interval.low, canvas->left, canvas->right);
        double high = stw_axis_place(axis, fmin(point->interval.high, axis->high), canvas->left,
                                     canvas->right);
        stw_canvas_line(canvas, "whisker", low, y, high, y);
        stw_canvas_line(canvas, "whisker", low, y - 4, low, y + 4);
        if (point->interval.high <= axis->high) /* else it goes on beyond the plot */
            stw_canvas_line(canvas, "whisker", high, y - 4, high, y + 4);
    }
    double value = stw_datum_number(point);
    if (isfinite(value))
        stw_canvas_circle(canvas, styles[mark],
                          stw_axis_place(axis, value, canvas->left, canvas->right), y, 4.5);
}

static void draw_intervals(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                           const struct rows_layout *layout, const struct stw_axis *axis,
                           struct stw_buffer *text)
{
    const struct stw_report_series *series = &chart->series[0];
    for (uint32_t i = 0; i < series->count; i++) {
        const struct stw_datum *point = &series->points[i];
        double y = row_middle(canvas, layout, i);
        stw_canvas_tip(canvas, chart->categories[i].label, series->name, point, chart->unit);
        draw_interval(canvas, axis, point, series->marks[i], y);
        point_text(canvas, point, text);
        stw_canvas_text(canvas, "value", STW_ANCHOR_START, canvas->right + 8,
                        y + canvas->font * .35, stw_buffer_slice(text));
        stw_canvas_tip_end(canvas);
    }
}

/* Vertical grid with its labels below, and guides with theirs above, left out where they meet. */
static void draw_axis(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                      const struct stw_axis *axis, struct stw_buffer *text)
{
    double taken = -INFINITY;
    for (unsigned i = 0; i <= axis->count; i++) {
        double value = stw_axis_tick(axis, i);
        double x = stw_axis_place(axis, value, canvas->left, canvas->right);
        stw_canvas_line(canvas, value == 0 ? "zero" : "grid", x, canvas->top, x, canvas->bottom);
        stw_canvas_clear(canvas, text);
        stw_axis_label(canvas->language, axis, value, text);
        double half = stw_canvas_measure(canvas, stw_buffer_slice(text)) / 2;
        if (x - half < taken)
            continue;
        taken = x + half + 6;
        stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, x, canvas->bottom + canvas->font * 1.3,
                        stw_buffer_slice(text));
    }
    taken = -INFINITY;
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        double x = stw_axis_place(axis, guide->high, canvas->left, canvas->right);
        stw_canvas_line(canvas, "guide", x, canvas->top - 4, x, canvas->bottom);
        double half = stw_canvas_measure(canvas, guide->label) / 2;
        double middle = fmax(fmin(x, canvas->width - half), half);
        if (middle - half < taken)
            continue;
        taken = middle + half + 6;
        stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, middle, canvas->top - 8, guide->label);
    }
}

/* Intervals may reach far beyond what matters: the axis ends at three times the largest estimate
 * or guide, and whiskers that go on have no end cap. */
static double interval_limit(const struct stw_report_chart *chart)
{
    double largest = 0, bound = 0;
    const struct stw_report_series *series = &chart->series[0];
    for (uint32_t i = 0; i < series->count; i++) {
        const struct stw_datum *point = &series->points[i];
        double value = stw_datum_number(point);
        if (isfinite(value))
            largest = fmax(largest, value);
        else if (point->kind == STW_DATUM_INTERVAL && isfinite(point->interval.high))
            bound = fmax(bound, point->interval.high);
    }
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next)
        largest = fmax(largest, guide->high);
    return largest > 0 ? largest * 3 : bound;
}

void stw_svg_rows(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    struct stw_buffer text;
    stw_buffer_init(&text);
    bool ranked = chart->kind == STW_CHART_RANKED;
    double low, high;
    stw_chart_range(chart, &low, &high);
    if (ranked && chart->series_count > 1) { /* the second series is text only */
        struct stw_report_chart first = *chart;
        first.series_count = 1;
        stw_chart_range(&first, &low, &high);
    }
    if (!ranked)
        high = fmin(high, interval_limit(chart));
    if (ranked || low < high * .6) { /* bars start at zero, points need not */
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    struct stw_axis axis = stw_axis_nice(low, high, 4);
    if (ranked)
        axis.high = fmax(high, axis.step); /* the longest bar fills the width: it has no ticks */
    struct rows_layout layout = lay_out(canvas, chart, &text);
    canvas->left = layout.label_width + 10;
    canvas->right = canvas->width - layout.value_width - layout.extra_width;
    canvas->top = stw_canvas_legend(canvas, chart, false, false) + canvas->font * .4;
    if (chart->guides != NULL)
        canvas->top += canvas->font * 1.6;
    canvas->bottom = canvas->top + layout.row * chart->category_count;
    canvas->height = canvas->bottom + (ranked ? 4 : canvas->font * 2);
    stw_canvas_open(canvas, chart);
    stw_canvas_legend(canvas, chart, false, true);
    if (ranked && chart->series_count > 1)
        stw_canvas_text(canvas, "tick", STW_ANCHOR_END, canvas->width, canvas->font,
                        stw_canvas_fit(canvas, chart->series[1].name, canvas->width * .35, &text));
    draw_labels(canvas, chart, &layout, &text);
    if (ranked) {
        draw_ranked(canvas, chart, &layout, &axis, &text);
    } else {
        draw_axis(canvas, chart, &axis, &text);
        draw_intervals(canvas, chart, &layout, &axis, &text);
    }
    stw_canvas_close(canvas);
    canvas->out->failed |= text.failed;
    stw_buffer_release(&text);
}
