/*
 * Charts as inline SVG for the HTML report. Each chart is drawn twice, for a page and for a phone
 * (a picture scaled down would make its text unreadable there), and the page's style shows one of
 * the two. Colours and fonts are classes of that style (html_style.c).
 *
 * Drawing rules: bars start at zero; a gap stays a gap; every axis names its unit; text never
 * overlaps text (labels that do not fit are left out, values stay in the titles and the JSON);
 * nothing is told by colour alone.
 */
#ifndef STW_REPORT_SVG_H
#define STW_REPORT_SVG_H

#include "base/buffer.h"
#include "report/model.h"

enum stw_svg_size { STW_SVG_PAGE, STW_SVG_PHONE };

/* One <svg> element with its title, description and role for screen readers. */
void stw_svg_chart(struct stw_buffer *out, enum stw_language language,
                   const struct stw_report_chart *chart, enum stw_svg_size size);

#endif
