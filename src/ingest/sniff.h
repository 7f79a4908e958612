/*
 * A first column map for a file nobody has described: separator, header, number and time formats,
 * and which column is what, from the first 256 KiB and the words of the header (English and
 * Chinese). Every conclusion is printed with its reason; what the data cannot tell (day before
 * month, 1,234 as one or a thousand) is asked and never guessed.
 *
 * The result is a map as text, to be read by stw_map_parse like any other, shown and saved.
 */
#ifndef STW_INGEST_SNIFF_H
#define STW_INGEST_SNIFF_H

#include "base/buffer.h"
#include "base/error.h"
#include "ingest/source.h"
#include "store/schema.h"

#include <stdbool.h>

/* What a person has decided already; zeroes: nothing. */
enum { STW_SNIFF_BYTES = 256 * 1024 /* at the beginning of a text, that are looked at */ };

struct stw_sniff_answers {
    struct stw_slice time_format; /* of the table's time */
    struct stw_slice device;      /* header of the column that names it; "none": the file's name */
    char decimal;                 /* '.' or ',' */
    struct stw_slice sheet;       /* of a workbook: its name, its number, or "all" */
    struct stw_slice records;     /* JSON: the path to the list of them; "none": there is no list */
    enum stw_encoding encoding;   /* of the text; unknown: told from its bytes */
    bool table_told;              /* the table is not only what the file's name suggests */
    bool hour_told;
    int hour; /* 0 .. 24, of the local day, at which the reading of a date was taken */
};

/*
 * Reads from the beginning of `input`, which is rewound afterwards. `path` is its name. `map` gets
 * the YAML, `reasons` a line each. A question left open is STW_ERR_INPUT with the question in
 * `what` and how to answer it in `hint`.
 */
int stw_sniff(struct stw_input *input, const char *path, const struct stw_table *table,
              const struct stw_sniff_answers *answers, struct stw_buffer *map,
              struct stw_buffer *reasons, struct stw_error *err) STW_CHECKED;

#endif
