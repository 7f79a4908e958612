/* Facts for the registry, words that have a fixed meaning there, and how to quote a text. Private
 * to this folder. */
#ifndef STW_INGEST_MAP_FACTS_H
#define STW_INGEST_MAP_FACTS_H

#include "ingest/map.h"
#include "text/yaml_tree.h"

/* Reads `text` as the value of a column of the devices table; `templated` texts are checked when
 * their names are known. */
int stw_map_fact_read(struct stw_map_fact *fact, const struct stw_table *devices, uint32_t index,
                      struct stw_slice text, bool templated, struct stw_error *err) STW_CHECKED;

/* Whether a text is one the registry understands in this column: a unit, a duration, one of a few
 * words. Other columns take any text. */
int stw_map_check_attribute(struct stw_slice column, struct stw_slice text,
                            struct stw_error *err) STW_CHECKED;

/* "true", "no", "是" ... False: neither. */
bool stw_map_read_bool(struct stw_slice text, bool *out) __attribute__((warn_unused_result));

/* A text as a YAML scalar: plain where nothing in it could mean something, else in quotes. */
void stw_map_put_scalar(struct stw_buffer *out, struct stw_slice text);

/* Lines of text as YAML comments, whatever they hold: nothing in them ends the comment. */
void stw_map_put_comment(struct stw_buffer *out, struct stw_slice text);

#endif
