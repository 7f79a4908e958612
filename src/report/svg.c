/* Picks size and kind of a chart; see svg.h. */
#include "report/svg.h"

#include "report/svg_canvas.h"

static void empty(struct stw_canvas *canvas, const struct stw_report_chart *chart)
{
    canvas->height = canvas->font * 3;
    stw_canvas_open(canvas, chart);
    stw_canvas_text(canvas, "tick", STW_ANCHOR_MIDDLE, canvas->width / 2, canvas->font * 2,
                    stw_slice_of(stw_word(canvas->language, STW_WORD_NO_DATA)));
    stw_canvas_close(canvas);
}

void stw_svg_chart(struct stw_buffer *out, enum stw_language language,
                   const struct stw_report_chart *chart, enum stw_svg_size size)
{
    struct stw_canvas canvas = {
        .out = out,
        .language = language,
        .size = size,
        .width = size == STW_SVG_PAGE ? 860 : 350,
        .font = 13,
    };
    double low, high;
    if (!stw_chart_range(chart, &low, &high)) {
        empty(&canvas, chart);
        return;
    }
    switch (chart->kind) {
    case STW_CHART_BARS:
    case STW_CHART_LINE:
        stw_svg_columns(&canvas, chart);
        break;
    case STW_CHART_RANKED:
    case STW_CHART_INTERVALS:
        stw_svg_rows(&canvas, chart);
        break;
    case STW_CHART_TIMELINE:
        stw_svg_timeline(&canvas, chart);
        break;
    case STW_CHART_HEAT:
        stw_svg_heat(&canvas, chart);
        break;
    }
}
