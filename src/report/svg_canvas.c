/* Shapes, text, axes and labels shared by the chart kinds; see svg_canvas.h. */
#include "report/svg_canvas.h"

#include "report/markup.h"
#include "text/width.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void stw_canvas_number(struct stw_canvas *canvas, double value)
{
    long tenths = lround(value * 10);
    if (tenths < 0)
        stw_buffer_add_char(canvas->out, '-');
    unsigned long magnitude = tenths < 0 ? -(unsigned long)tenths : (unsigned long)tenths;
    stw_buffer_printf(canvas->out, "%lu", magnitude / 10);
    if (magnitude % 10 != 0)
        stw_buffer_printf(canvas->out, ".%lu", magnitude % 10);
}

static void attribute(struct stw_canvas *canvas, const char *name, double value)
{
    stw_buffer_printf(canvas->out, " %s=\"", name);
    stw_canvas_number(canvas, value);
    stw_buffer_add_char(canvas->out, '"');
}

static void element(struct stw_canvas *canvas, const char *name, const char *style)
{
    stw_buffer_printf(canvas->out, "<%s", name);
    if (style[0] != '\0')
        stw_buffer_printf(canvas->out, " class=\"%s\"", style);
}

void stw_canvas_open(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    struct stw_buffer *out = canvas->out;
    stw_buffer_printf(out, "<svg class=\"%s\" role=\"img\" viewBox=\"0 0 ",
                      canvas->size == STW_SVG_PAGE ? "page" : "phone");
    stw_canvas_number(canvas, canvas->width);
    stw_buffer_add_char(out, ' ');
    stw_canvas_number(canvas, canvas->height);
    stw_buffer_add_text(out, "\" aria-label=\"");
    stw_markup_text(out, chart->title);
    if (chart->unit.size > 0) {
        stw_buffer_add_text(out, " (");
        stw_markup_text(out, chart->unit);
        stw_buffer_add_char(out, ')');
    }
    stw_buffer_add_text(out, "\">\n");
}

void stw_canvas_close(struct stw_canvas *canvas)
{
    stw_buffer_add_text(canvas->out, "</svg>\n");
}

void stw_canvas_rect(struct stw_canvas *canvas, const char *style, double x, double y, double width,
                     double height)
{
    element(canvas, "rect", style);
    attribute(canvas, "x", width < 0 ? x + width : x);
    attribute(canvas, "y", height < 0 ? y + height : y);
    attribute(canvas, "width", fabs(width));
    attribute(canvas, "height", fabs(height));
    stw_buffer_add_text(canvas->out, "/>");
}

void stw_canvas_line(struct stw_canvas *canvas, const char *style, double x1, double y1, double x2,
                     double y2)
{
    element(canvas, "line", style);
    attribute(canvas, "x1", x1);
    attribute(canvas, "y1", y1);
    attribute(canvas, "x2", x2);
    attribute(canvas, "y2", y2);
    stw_buffer_add_text(canvas->out, "/>");
}

void stw_canvas_circle(struct stw_canvas *canvas, const char *style, double x, double y,
                       double radius)
{
    element(canvas, "circle", style);
    attribute(canvas, "cx", x);
    attribute(canvas, "cy", y);
    attribute(canvas, "r", radius);
    stw_buffer_add_text(canvas->out, "/>");
}

void stw_canvas_text(struct stw_canvas *canvas, const char *style, enum stw_anchor anchor, double x,
                     double y, struct stw_slice text)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    element(canvas, "text", style);
    attribute(canvas, "x", x);
    attribute(canvas, "y", y);
    attribute(canvas, "font-size", canvas->font);
    stw_buffer_printf(canvas->out, "%s>", anchors[anchor]);
    stw_markup_text(canvas->out, text);
    stw_buffer_add_text(canvas->out, "</text>\n");
}

void stw_canvas_tip(struct stw_canvas *canvas, struct stw_slice label, struct stw_slice series,
                    const struct stw_datum *value, struct stw_slice unit)
{
    if (canvas->size != STW_SVG_PAGE)
        return;
    struct stw_buffer *out = canvas->out;
    stw_buffer_add_text(out, "<g><title>");
    stw_markup_text(out, label);
    if (series.size > 0) {
        stw_buffer_add_text(out, " \u00b7 ");
        stw_markup_text(out, series);
    }
    stw_buffer_add_text(out, ": ");
    stw_markup_datum(out, canvas->language, value);
    if (unit.size > 0) {
        stw_buffer_add_char(out, ' ');
        stw_markup_text(out, unit);
    }
    stw_buffer_add_text(out, "</title>");
}

void stw_canvas_tip_end(struct stw_canvas *canvas)
{
    if (canvas->size == STW_SVG_PAGE)
        stw_buffer_add_text(canvas->out, "</g>\n");
}

/* How wide a code point is in the fonts a page may meet, rather too wide than cut: capitals and
 * round letters reach twice the width of the narrow ones, a CJK character is 1 em. */
static double code_em(uint32_t code)
{
    static const char wide[] = "MW@%mw";
    static const char narrow[] = "ijl.,:;'|!()[] ";
    unsigned columns = stw_code_width(code);
    if (columns != 1 || code >= 0x80)
        return columns * .55;
    if (code != 0 && strchr(wide, (int)code) != NULL)
        return .95;
    if (code != 0 && strchr(narrow, (int)code) != NULL)
        return .38;
    return code >= 'A' && code <= 'Z' ? .74 : .6;
}

/* The longest prefix of whole code points that fits `ems`, and its own width. */
static struct stw_slice prefix_within(struct stw_slice text, double ems, double *width_em)
{
    size_t used = 0;
    *width_em = 0;
    while (used < text.size) {
        uint32_t code;
        size_t size =
            stw_utf8_decode((struct stw_slice){text.data + used, text.size - used}, &code);
        double em = code == STW_CODE_INVALID ? .6 : code_em(code);
        if (*width_em + em > ems)
            break;
        *width_em += em;
        used += size;
    }
    return (struct stw_slice){text.data, used};
}

double stw_canvas_measure(const struct stw_canvas *canvas, struct stw_slice text)
{
    double width_em;
    prefix_within(text, INFINITY, &width_em);
    return width_em * canvas->font;
}

double stw_canvas_measure_bold(const struct stw_canvas *canvas, struct stw_slice text)
{
    return 1.14 * stw_canvas_measure(canvas, text);
}

struct stw_slice stw_canvas_fit(const struct stw_canvas *canvas, struct stw_slice text,
                                double width, struct stw_buffer *buffer)
{
    if (stw_canvas_measure(canvas, text) <= width)
        return text;
    double used_em;
    stw_canvas_clear(canvas, buffer);
    stw_buffer_add_slice(buffer, prefix_within(text, width / canvas->font - 1, &used_em));
    stw_buffer_add_text(buffer, "\u2026");
    return stw_buffer_slice(buffer);
}

struct stw_axis stw_axis_nice(double low, double high, unsigned steps)
{
    assert(isfinite(low) && isfinite(high) && low <= high && steps > 0);
    if (low == high)
        high = low + (low == 0 ? 1 : fabs(low));
    double wanted = (high - low) / steps;
    double power = 1;
    while (power * 10 <= wanted)
        power *= 10;
    while (power > wanted)
        power /= 10;
    double step = power;
    if (wanted > power * 5)
        step = power * 10;
    else if (wanted > power * 2.5)
        step = power * 5;
    else if (wanted > power * 2)
        step = power >= 10 ? power * 2.5 : power * 5; /* 25 and 250, never 2.5 or .25 */
    else if (wanted > power)
        step = power * 2;
    struct stw_axis axis = {.step = step};
    double first = floor(low / step + 1e-9), last = ceil(high / step - 1e-9);
    axis.low = first * step;
    axis.high = last * step;
    axis.count = (unsigned)(last - first);
    return axis;
}

double stw_axis_tick(const struct stw_axis *axis, unsigned number)
{
    double steps = nearbyint(axis->low / axis->step) + number;
    return steps * axis->step;
}

double stw_axis_place(const struct stw_axis *axis, double value, double from, double to)
{
    return from + (value - axis->low) / (axis->high - axis->low) * (to - from);
}

/* How large numbers are shortened in that language: 万 and 亿, k and M. */
static double shorten(enum stw_language language, double magnitude, const char **suffix)
{
    double first = language == STW_LANGUAGE_EN ? 1e3 : 1e4;
    double second = language == STW_LANGUAGE_EN ? 1e6 : 1e8;
    *suffix = "";
    if (magnitude < 1e5)
        return 1;
    *suffix = stw_word(language, magnitude < second ? STW_WORD_SCALE_1 : STW_WORD_SCALE_2);
    return magnitude < second ? first : second;
}

/* Decimals a multiple of step needs: 2 for .05 and for .25. */
static int step_digits(double step)
{
    int digits = 0;
    while (digits < 9 && fabs(step - nearbyint(step)) > 1e-6 * step) {
        step *= 10;
        digits++;
    }
    return digits;
}

void stw_axis_label(enum stw_language language, const struct stw_axis *axis, double value,
                    struct stw_buffer *out)
{
    const char *suffix;
    double largest = fmax(fabs(axis->low), fabs(axis->high));
    double unit = shorten(language, largest, &suffix);
    struct stw_datum shown =
        stw_datum_real(value / unit, value == 0 ? 0 : step_digits(axis->step / unit));
    stw_datum_show(language, &shown, out);
    if (value != 0)
        stw_buffer_add_text(out, suffix);
}

void stw_short_number(enum stw_language language, const struct stw_datum *value,
                      struct stw_buffer *out)
{
    const char *suffix;
    double number = stw_datum_number(value);
    double unit = shorten(language, fabs(number), &suffix);
    if (!isfinite(number) || unit == 1) {
        stw_datum_show(language, value, out);
        return;
    }
    double size = fabs(number / unit); /* three digits that count */
    struct stw_datum shown = stw_datum_real(number / unit, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
    stw_datum_show(language, &shown, out);
    stw_buffer_add_text(out, suffix);
}

static void widen(double value, double *low, double *high)
{
    if (!isfinite(value))
        return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

bool stw_chart_range(const struct stw_report_chart *chart, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (uint32_t s = 0; s < chart->series_count; s++) {
        const struct stw_report_series *series = &chart->series[s];
        for (uint32_t i = 0; i < series->count; i++) {
            widen(stw_datum_number(&series->points[i]), low, high);
            if (series->points[i].kind == STW_DATUM_INTERVAL) {
                widen(series->points[i].interval.low, low, high);
                widen(series->points[i].interval.high, low, high);
            }
        }
    }
    if (*low > *high)
        return false;
    for (const struct stw_report_guide *guide = chart->guides; guide != NULL; guide = guide->next) {
        widen(guide->low, low, high);
        widen(guide->high, low, high);
    }
    return true;
}

double stw_canvas_value_axis_width(const struct stw_canvas *canvas, const struct stw_axis *axis)
{
    struct stw_buffer label;
    stw_buffer_init(&label);
    double widest = 0;
    for (unsigned i = 0; i <= axis->count; i++) {
        stw_canvas_clear(canvas, &label);
        stw_axis_label(canvas->language, axis, stw_axis_tick(axis, i), &label);
        widest = fmax(widest, stw_canvas_measure(canvas, stw_buffer_slice(&label)));
    }
    canvas->out->failed |= label.failed;
    stw_buffer_release(&label);
    return widest + 8;
}

void stw_canvas_value_axis(struct stw_canvas *canvas, const struct stw_axis *axis)
{
    struct stw_buffer label;
    stw_buffer_init(&label);
    for (unsigned i = 0; i <= axis->count; i++) {
        double value = stw_axis_tick(axis, i);
        double y = stw_axis_place(axis, value, canvas->bottom, canvas->top);
        stw_canvas_line(canvas, value == 0 ? "zero" : "grid", canvas->left, y, canvas->right, y);
        stw_canvas_clear(canvas, &label);
        stw_axis_label(canvas->language, axis, value, &label);
        stw_canvas_text(canvas, "tick", STW_ANCHOR_END, canvas->left - 6, y + canvas->font * .35,
                        stw_buffer_slice(&label));
    }
    canvas->out->failed |= label.failed;
    stw_buffer_release(&label);
}

double stw_canvas_legend(struct stw_canvas *canvas, const struct stw_report_chart *chart,
                         bool with_series, bool draw)
{
    const double line = canvas->font * 1.5, swatch = canvas->font * .8;
    struct stw_buffer scratch;
    stw_buffer_init(&scratch);
    double x = 0, y = canvas->font;
    if (chart->unit.size > 0) {
        struct stw_slice unit = stw_canvas_fit(canvas, chart->unit, canvas->width * .55, &scratch);
        if (draw)
            stw_canvas_text(canvas, "unit", STW_ANCHOR_START, x, y, unit);
        x += stw_canvas_measure(canvas, unit) + 2 * canvas->font;
    }
    for (uint32_t i = 0; with_series && i < chart->series_count; i++) {
        struct stw_slice name =
            stw_canvas_fit(canvas, chart->series[i].name, canvas->width - swatch - 6, &scratch);
        double width = stw_canvas_measure(canvas, name) + swatch + 6;
        if (x > 0 && x + width > canvas->width) {
            x = 0;
            y += line;
        }
        if (draw) {
            stw_canvas_rect(canvas, stw_series_style(chart, i), x, y - swatch, swatch, swatch);
            stw_canvas_text(canvas, "", STW_ANCHOR_START, x + swatch + 5, y, name);
        }
        x += width + canvas->font * 1.2;
    }
    canvas->out->failed |= scratch.failed;
    stw_buffer_release(&scratch);
    return x == 0 && y == canvas->font ? canvas->font : y + canvas->font * .7;
}

const char *stw_series_style(const struct stw_report_chart *chart, uint32_t series)
{
    static const char *const others[] = {"s-1", "s-2", "s-3", "s-4", "s-5", "s-6", "s-7"};
    if (chart->series[series].role == STW_SERIES_MAIN)
        return "s-main";
    if (chart->series[series].role == STW_SERIES_PREVIOUS)
        return "s-previous";
    uint32_t before = 0;
    for (uint32_t i = 0; i < series; i++)
        before += chart->series[i].role == STW_SERIES_OTHER;
    return others[before < 7 ? before : 6];
}

const char *stw_mark_style(enum stw_mark mark)
{
    static const char *const styles[] = {"", "good", "notice", "bad"};
    return styles[mark];
}
