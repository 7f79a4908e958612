/*
 * A record: the cells of one line, row, object or point as text, whatever it was read from. Readers
 * of all containers hand out this one type; what turns records into rows knows no other.
 *
 * Cells point into the reader's memory and stay valid until its next record.
 */
#ifndef STW_TEXT_RECORD_H
#define STW_TEXT_RECORD_H

#include "base/buffer.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_RECORD_COLUMNS_MAX = 4096,
    STW_RECORD_BYTES_MAX = 1024 * 1024, /* an unclosed quote is noticed after so much */
    STW_RECORD_TITLE_MAX = 1024,        /* bytes kept of what stands above a header */
    STW_RECORD_WHOLE = -1               /* in place of a column: the record as such */
};

enum stw_text_record_cell {
    STW_RECORD_TEXT = 0,
    STW_RECORD_ABSENT, /* no value, whatever texts stand for "missing": a JSON null, no such key */
    STW_RECORD_NO_RESULT /* a formula whose result was never stored */
};

struct stw_text_field {
    struct stw_slice text; /* without its quotes, doubled ones made single; "" unless a text */
    bool quoted;
    enum stw_text_record_cell kind;
};

/* What is wrong with one record; the reader goes on behind it. */
enum stw_text_record_problem {
    STW_RECORD_FINE = 0,
    STW_RECORD_TEXT_AFTER_QUOTE, /* "a"b: the field's text is given as it stands */
    STW_RECORD_TOO_MANY_COLUMNS, /* the first STW_RECORD_COLUMNS_MAX are given */
    STW_RECORD_CUT,              /* the input ends in the middle of it */
    STW_RECORD_SYNTAX            /* not in the language of its container; `remark` says why */
};

struct stw_text_record {
    const struct stw_text_field *fields;
    uint32_t count; /* at least 1, but for a record that is cut or whose syntax is wrong */
    enum stw_text_record_problem problem;
    struct stw_slice remark; /* on the problem; may be empty */
    bool is_unended;         /* the input ends right behind it, without an end of line */
    bool is_header;          /* its texts name the columns of what follows */
    uint64_t line;           /* where it begins, or the row of a sheet; 1 = first */
    uint64_t offset;         /* of its first byte in the input; 0 in workbooks */
    struct stw_slice sheet;  /* of a workbook; else empty */
    struct stw_slice title;  /* of a header: what stands above it, cut; may be empty */
    struct stw_slice raw;    /* as it stood, without the line end; data NULL: in workbooks */
};

/* "a"b or the like, as it follows "the record". */
const char *stw_text_record_problem_text(enum stw_text_record_problem problem);

/* Where a cell is: "12" in text, "Sheet1!B7" in a workbook; of STW_RECORD_WHOLE "Sheet1!7". */
void stw_text_record_put_place(const struct stw_text_record *record, int column,
                               struct stw_buffer *out);

/* Adds the texts of a record above the header to a title, a blank between them. */
void stw_text_record_put_title(const struct stw_text_record *record, struct stw_buffer *title);

/* The record as it stood, or its cells joined by commas. */
void stw_text_record_put_raw(const struct stw_text_record *record, struct stw_buffer *out);

/* "A" .. "Z", "AA" ...: the letters of a column of a sheet, 0 = first. */
void stw_text_record_put_letters(uint32_t column, struct stw_buffer *out);

#endif
