/*
 * Day by hour: one shade a cell, five classes from light to dark (one hue: also told apart in
 * black and white), an outline where there is no value, and the classes' bounds below.
 */
#include "report/svg_canvas.h"

#include <math.h>
#include <stdio.h>

enum { SHADES = 5 };

static const char *const shades[SHADES] = {"h-0", "h-1", "h-2", "h-3", "h-4"};

/* Five classes of equal width over a round range. */
static unsigned shade_of(double value, double low, double high)
{
    double place = (value - low) / (high - low) * SHADES;
    return place < 0 ? 0 : place >= SHADES ? SHADES - 1 : (unsigned)place;
}

static void draw_cells(struct stw_canvas *canvas, const struct stw_report_chart *chart, double low,
                       double high, double cell_width, double cell_height)
{
    const struct stw_report_series *series = &chart->series[0];
    for (uint32_t i = 0; i < series->count; i++) {
        uint32_t row = i / chart->heat_columns, column = i % chart->heat_columns;
        double value = stw_datum_number(&series->points[i]);
        const char *style = isfinite(value) ? shades[shade_of(value, low, high)] : "h-gap";
        stw_canvas_rect(canvas, style, canvas->left + cell_width * column,
                        canvas->top + cell_height * row, cell_width - .8, cell_height - .8);
        if (column + 1 == chart->heat_columns)
            stw_buffer_add_char(canvas->out, '\n');
    }
}

/* Days on the left as far apart as their height asks for, hours on top. */
static void draw_labels(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                        double cell_width, double cell_height)
{
    uint32_t every = (uint32_t)ceil(canvas->font * 1.1 / cell_height);
    for (uint32_t i = 0; i < chart->category_count; i += every)
        stw_canvas_text(canvas, "tick", STW_ANCHOR_END, canvas->left - 6,
                        canvas->top + cell_height * (i + .5) + canvas->font * .35,
                        chart->categories[i].label);
    uint32_t hours = canvas->size == STW_SVG_PAGE ? 2 : 6;
    for (uint32_t i = 0; i < chart->heat_columns; i += hours) {
        char text[16];
        struct stw_slice label = {text, (size_t)snprintf(text, sizeof(text), "%u", i)};
        stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, canvas->left + cell_width * (i + .5),
                        canvas->top - 4, label);
    }
}

/* The classes: a swatch and the value it begins at; then the outline of a gap. */
static void draw_classes(struct stw_canvas *canvas, double low, double high)
{
    double y = canvas->bottom + canvas->font * 1.7, x = canvas->left, side = canvas->font * .9;
    struct stw_axis axis = {.low = low, .high = high, .step = (high - low) / SHADES};
    struct stw_buffer text;
    stw_buffer_init(&text);
    for (unsigned i = 0; i <= SHADES; i++) {
        stw_canvas_clear(canvas, &text);
        if (i < SHADES) {
            stw_buffer_add_text(&text, "\u2265 ");
            stw_axis_label(canvas->language, &axis, low + axis.step * i, &text);
        } else {
            stw_buffer_add_text(&text, stw_word(canvas->language, STW_WORD_GAP));
        }
        double width = side + 5 + stw_canvas_measure(canvas, stw_buffer_slice(&text));
        if (x > canvas->left && x + width > canvas->width) {
            x = canvas->left;
            y += canvas->font * 1.5;
        }
        stw_canvas_rect(canvas, i < SHADES ? shades[i] : "h-gap", x, y - side, side, side);
        stw_canvas_text(canvas, "tick", STW_ANCHOR_START, x + side + 4, y, stw_buffer_slice(&text));
        x += width + canvas->font;
    }
    canvas->out->failed |= text.failed;
    stw_buffer_release(&text);
}

void stw_svg_heat(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    double low, high, widest = 0;
    stw_chart_range(chart, &low, &high);
    struct stw_axis axis = stw_axis_nice(low < 0 || low > high * .6 ? low : 0, high, SHADES);
    for (uint32_t i = 0; i < chart->category_count; i++)
        widest = fmax(widest, stw_canvas_measure(canvas, chart->categories[i].label));
    canvas->left = widest + 10;
    canvas->right = canvas->width;
    canvas->top = stw_canvas_legend(canvas, chart, false, false) + canvas->font * 1.2;
    double cell_width = (canvas->right - canvas->left) / chart->heat_columns;
    double cell_height = fmin(14, fmax(11, 400.0 / chart->category_count));
    canvas->bottom = canvas->top + cell_height * chart->category_count;
    canvas->height = canvas->bottom + canvas->font * (canvas->size == STW_SVG_PAGE ? 2.2 : 3.8);
    stw_canvas_open(canvas, chart);
    stw_canvas_legend(canvas, chart, false, true);
    draw_labels(canvas, chart, cell_width, cell_height);
    draw_cells(canvas, chart, axis.low, axis.high, cell_width, cell_height);
    draw_classes(canvas, axis.low, axis.high);
    stw_canvas_close(canvas);
}
