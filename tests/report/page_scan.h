/*
 * Reads an HTML report back: checks every tag and attribute against a list of what the renderer
 * may write, that links stay on the page, and that elements close in order.
 */
#ifndef STW_TEST_REPORT_PAGE_SCAN_H
#define STW_TEST_REPORT_PAGE_SCAN_H

#include "base/slice.h"

#include <stdbool.h>

/* True when the page is well formed and holds only what it may; else a test failure says what. */
bool stw_page_scan(struct stw_slice page);

#endif
