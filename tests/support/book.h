/* Workbooks made part by part, so that a test says every byte of the XML itself. */
#ifndef STW_TEST_BOOK_H
#define STW_TEST_BOOK_H

#include "base/buffer.h"

#include <stdint.h>

struct stw_test_part {
    const char *name;
    const char *text;
};

/* A zip archive of the parts, appended to `out`; false: libzip would not. */
bool stw_test_zip(const struct stw_test_part *parts, uint32_t count, struct stw_buffer *out);

struct stw_test_sheet {
    const char *name;
    const char *xml;   /* what stands in <worksheet>: <sheetData>... */
    const char *state; /* NULL: visible */
};

struct stw_test_book {
    const struct stw_test_sheet *sheets;
    uint32_t sheet_count;
    const char *strings;  /* what stands in <sst>; NULL: no such part */
    const char *styles;   /* what stands in <styleSheet>; NULL: no such part */
    const char *settings; /* attributes of <workbookPr>; NULL: none */
};

bool stw_test_make_book(const struct stw_test_book *book, struct stw_buffer *out);

/* One sheet called Sheet1. */
bool stw_test_make_sheet(const char *xml, struct stw_buffer *out);

#endif
