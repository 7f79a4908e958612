/*
 * The columns of the built-in tables as people know them: what stands over them in a sheet, in
 * English and Chinese, what they are for, and the words they take ("水" is water). One table drives
 * the templates, the words the sniffer recognises, and what is translated on the way in.
 *
 * Everything here is static and read-only.
 */
#ifndef STW_STORE_FIELD_H
#define STW_STORE_FIELD_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_field_language { STW_FIELD_EN, STW_FIELD_ZH, STW_FIELD_LANGUAGES };

enum {
    STW_FIELD_WORD_SIZE = 64, /* bytes of a heading that are compared */
    STW_FIELD_OTHERS_MAX = 6
};

/* A word a column takes. */
struct stw_field_value {
    const char *means;                        /* as it is stored: "water" */
    const char *label[STW_FIELD_LANGUAGES];   /* as a template offers it */
    const char *others[STW_FIELD_OTHERS_MAX]; /* more words for it */
};

struct stw_field {
    const char *table;
    const char *name;                         /* of the key, the time or the column */
    const char *heading[STW_FIELD_LANGUAGES]; /* in a template; a unit stands in brackets */
    const char *note[STW_FIELD_LANGUAGES];    /* a sentence: what to write here */
    const struct stw_field_value *values;     /* ends with means NULL; NULL: free text */
    bool closed;                              /* no other values make sense */
    bool required;
};

/* The fields of a table in the order of its template; 0 for tables without one. Of no table (an
 * empty name) those of all. */
uint32_t stw_field_list(struct stw_slice table, const struct stw_field **first);

/* "devices", "设备台账": what a sheet of the table is called; NULL: no such table here. */
const char *stw_field_title(struct stw_slice table, enum stw_field_language language);

/* The table that the name of a file or sheet speaks of: "devices.csv", "翠湖设备台账 2026". NULL:
 * none, or more than one. */
const char *stw_field_table_named(struct stw_slice name);

/* NULL: not among them. */
const struct stw_field *stw_field_find(struct stw_slice table, struct stw_slice name);

/* What a word in a cell stands for: "水" and "Water" are "water". NULL: it is no word of the
 * field. */
const char *stw_field_meaning(const struct stw_field *field, struct stw_slice word);

/* Whether a heading means the field of that name, in a template or as people write it: see
 * field_words.c. */
bool stw_field_means(struct stw_slice heading, struct stw_slice name);

/* A heading as it is compared: without case, blanks, signs, and what stands in brackets; in
 * simplified characters. */
struct stw_slice stw_field_fold(struct stw_slice heading, char word[STW_FIELD_WORD_SIZE]);

/* The bytes of an opening bracket at the front of a text; 0 where there is none. */
size_t stw_field_bracket_size(struct stw_slice text);

#endif
