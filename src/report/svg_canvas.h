/*
 * Inside the report module: what the chart kinds share. A canvas with a plot area, shapes and
 * text, number axes with round steps, and how much room a text takes.
 */
#ifndef STW_REPORT_SVG_CANVAS_H
#define STW_REPORT_SVG_CANVAS_H

#include "report/model.h"
#include "report/svg.h"

struct stw_canvas {
    struct stw_buffer *out;
    enum stw_language language;
    enum stw_svg_size size;
    double width, height;            /* of the picture */
    double font;                     /* px; the viewBox is in CSS px on the device it is made for */
    double left, right, top, bottom; /* the plot area */
};

enum stw_anchor { STW_ANCHOR_START, STW_ANCHOR_MIDDLE, STW_ANCHOR_END };

/* Opens and closes the <svg> element. The height is known once the layout is. */
void stw_canvas_open(struct stw_canvas *canvas, const struct stw_report_chart *chart);
void stw_canvas_close(struct stw_canvas *canvas);

/* `style` is a class list. A rectangle of negative width or height is turned round. */
void stw_canvas_rect(struct stw_canvas *canvas, const char *style, double x, double y, double width,
                     double height);
void stw_canvas_line(struct stw_canvas *canvas, const char *style, double x1, double y1, double x2,
                     double y2);
void stw_canvas_circle(struct stw_canvas *canvas, const char *style, double x, double y,
                       double radius);
void stw_canvas_text(struct stw_canvas *canvas, const char *style, enum stw_anchor anchor, double x,
                     double y, struct stw_slice text);

/* A coordinate: at most one decimal. */
void stw_canvas_number(struct stw_canvas *canvas, double value);

/* <g> with a tooltip "label · series: value unit" round what is drawn until the end; on the page
 * only, a phone has no pointer. The series' name may be empty. */
void stw_canvas_tip(struct stw_canvas *canvas, struct stw_slice label, struct stw_slice series,
                    const struct stw_datum *value, struct stw_slice unit);
void stw_canvas_tip_end(struct stw_canvas *canvas);

/* Empties a scratch buffer for the next label; that it failed is not forgotten. */
static inline void stw_canvas_clear(const struct stw_canvas *canvas, struct stw_buffer *scratch)
{
    canvas->out->failed |= scratch->failed;
    stw_buffer_clear(scratch);
}

/* Width of a text in px, a little generous; `bold` for the class "value". */
double stw_canvas_measure(const struct stw_canvas *canvas, struct stw_slice text);
double stw_canvas_measure_bold(const struct stw_canvas *canvas, struct stw_slice text);

/* The text cut with an ellipsis to fit `width`; `buffer` holds the result. */
struct stw_slice stw_canvas_fit(const struct stw_canvas *canvas, struct stw_slice text,
                                double width, struct stw_buffer *buffer);

/* An axis of numbers: low and high are multiples of step. */
struct stw_axis {
    double low, high, step;
    unsigned count; /* of steps; ticks are count + 1 */
};

/* Covers [low, high] with about `steps` steps of 1, 2, 5 (25, 250 ...) times a power of ten. */
struct stw_axis stw_axis_nice(double low, double high, unsigned steps);
double stw_axis_tick(const struct stw_axis *axis, unsigned number);
double stw_axis_place(const struct stw_axis *axis, double value, double from, double to);

/* A tick's label: "0.5", "1,200", "12万", "1.2M". */
void stw_axis_label(enum stw_language language, const struct stw_axis *axis, double value,
                    struct stw_buffer *out);

/* A value's label on the drawing, shortened where it is large: "123.4万". */
void stw_short_number(enum stw_language language, const struct stw_datum *value,
                      struct stw_buffer *out);

/* The range of all points, interval ends and guides; false when nothing is there to draw. */
bool stw_chart_range(const struct stw_report_chart *chart, double *low, double *high);

/* Horizontal grid lines and labels of the value axis, right-aligned left of the plot. */
void stw_canvas_value_axis(struct stw_canvas *canvas, const struct stw_axis *axis);
double stw_canvas_value_axis_width(const struct stw_canvas *canvas, const struct stw_axis *axis);

/* The unit, and the names of the series with their colours where there are several: lines of text
 * from the top; returns their height. Measures only when `draw` is false. */
double stw_canvas_legend(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                         bool with_series, bool draw);

/* Class of a series: "s-main", "s-previous", "s-1" ... */
const char *stw_series_style(const struct stw_report_chart *chart, uint32_t series);

/* Class of a mark, "" for none. */
const char *stw_mark_style(enum stw_mark mark);

/* The chart kinds. */
void stw_svg_columns(struct stw_canvas *canvas, const struct stw_report_chart *chart);
void stw_svg_rows(struct stw_canvas *canvas, const struct stw_report_chart *chart);
void stw_svg_timeline(struct stw_canvas *canvas, const struct stw_report_chart *chart);
void stw_svg_heat(struct stw_canvas *canvas, const struct stw_report_chart *chart);

#endif
