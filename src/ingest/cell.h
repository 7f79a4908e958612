/*
 * The cells of one field: from text to a value of the field's type, or a reason why not. Nothing is
 * guessed here; a rule says all that was decided about the field. Texts of a cell point into what
 * was read or into the map.
 *
 * What people type into cells is understood without being asked for: digits and signs of full width
 * (１２３．４), a unit behind the number (12吨, 1.2万度, 5 m³), which is converted exactly to the
 * unit the map gives for the value, brackets of accountants ((4.25) is -4.25), and marks of an
 * estimate (123估, 123E), which become the quality. A cell that says 换表 is no reading: the
 * exchange belongs into the registry.
 *
 * A key is a name and stays as it is written, leading zeros and all (="0123" is 0123: the formula
 * only keeps Excel from counting). Refused is what Excel makes of
 * a long number (1.23457E+11: its digits are gone) and what it or pandas makes of a short one
 * beside empty cells (123.0: whether the meter is called so or 123 cannot be told from here).
 *
 * Where a map says `exact: yes`, a program wrote the file and cells stand for themselves: a cell
 * without quotes and text is no value and no other is; texts and keys are taken with their blanks,
 * numbers, times and truths only in the plain form. (So that rows exported as CSV come back as
 * they were.)
 */
#ifndef STW_INGEST_CELL_H
#define STW_INGEST_CELL_H

#include "ingest/map.h"
#include "ingest/rejects.h"
#include "text/quantity.h"
#include "time/stamp.h"

enum stw_cell_use {
    STW_CELL_PLAIN,
    STW_CELL_KEY,    /* names a device, a channel, an order */
    STW_CELL_QUALITY /* of a reading: 估, 估读, E ... are words for "estimated" */
};

/* How the cells of a field are read. One rule a thread: the time format remembers the last date. */
struct stw_cell_rule {
    enum stw_type type;
    bool exact; /* for stw_cell_read_exact */
    struct stw_number_style style;
    enum stw_cell_use use;
    bool marks; /* the table has a quality: numbers may be marked as estimates */
    const struct stw_slice *missing; /* texts that stand for no value; NULL: the standard ones */
    uint32_t missing_count;
    const struct stw_map_word *words; /* other texts for some texts */
    uint32_t word_count;
    struct stw_stamp_format stamp; /* times */
    bool daily;      /* times: of the day of the stamp, at `daily_hour`, not at the clock's */
    int daily_hour;  /* 0 or 24, local */
    bool unit_later; /* of numbers without `unit`: stw_cell_convert comes when it is known */
    const struct stw_unit *unit; /* of numbers: what a cell's own unit is converted to, or NULL */
};

/* A cell with its type, on its way into the batch. */
struct stw_cell_value {
    bool present;
    bool ambiguous; /* a time the local clock shows twice */
    bool estimated; /* a number marked so */
    struct stw_slice text;
    struct stw_decimal decimal;
    int64_t whole;     /* int, bool, time */
    uint8_t unit_size; /* a unit to convert from later; 0: none */
    char unit[STW_UNIT_SYMBOL_SIZE];
    double real;
};

/* False: `reason` says what is wrong with it. */
bool stw_cell_read(struct stw_cell_rule *rule, struct stw_slice text, struct stw_cell_value *cell,
                   enum stw_reject *reason) __attribute__((warn_unused_result));

/* Converts a number that was read with a unit of its own, cell->unit, to `want`. */
bool stw_cell_convert(const struct stw_cell_rule *rule, struct stw_cell_value *cell,
                      const struct stw_unit *want, enum stw_reject *reason)
    __attribute__((warn_unused_result));

/* The same of a cell that stands for itself; "nan", "inf" and "-inf" are floats here. */
bool stw_cell_read_exact(struct stw_cell_rule *rule, struct stw_slice text, bool quoted,
                         struct stw_cell_value *cell, enum stw_reject *reason)
    __attribute__((warn_unused_result));

/*
 * The texts that stand for no value where a map lists none: empty, ?, -, --, —, /, NA, N/A, nan,
 * null, None, 无, 空, 未抄, 缺 ... and what Excel shows for an error (#N/A, #DIV/0! ...). In text
 * columns and keys, where a dash or 无 can be meant, only the empty text and Excel's errors.
 */
bool stw_cell_is_missing(struct stw_slice text);
bool stw_cell_is_excel_error(struct stw_slice text);

/* Whether a text can be the name of something; if not, KEY_EXCEL or KEY_DECIMAL. */
bool stw_cell_is_name(struct stw_slice text, enum stw_reject *reason);

/* Whether a text is one that only a column of qualities has: 估, 正常, 换表; single letters are
 * not. `told` becomes true for an estimate or an exchange. */
bool stw_cell_is_mark(struct stw_slice text, bool *told);

/* Valid UTF-8 without NUL. */
bool stw_cell_is_text(struct stw_slice text);

#endif
