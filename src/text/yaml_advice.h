/*
 * The slips of people who write YAML by hand, told apart where libyaml only says that something
 * is wrong. Private to the YAML tree.
 */
#ifndef STW_TEXT_YAML_ADVICE_H
#define STW_TEXT_YAML_ADVICE_H

#include "text/yaml_tree.h"

/* Checks the bytes before libyaml sees them: encoding and invisible characters. */
int stw_yaml_check_bytes(struct stw_yaml *doc, struct stw_error *err) STW_CHECKED;

/* Turns libyaml's complaint at a place into the most helpful message; returns STW_ERR_INPUT. */
int stw_yaml_explain(struct stw_yaml *doc, uint32_t line, uint32_t column, const char *problem,
                     struct stw_error *err);

/* Refuses unquoted text with a full-width colon (keys) or blank at an edge. */
int stw_yaml_check_plain(struct stw_yaml *doc, const struct stw_yaml_node *node, bool is_key,
                         struct stw_error *err) STW_CHECKED;

/* A place in the source that only moves on, so that a file is walked through once. */
struct stw_yaml_cursor {
    size_t at;
    uint32_t line, column; /* 1 = first */
};

/* Refuses {?word: x} and [?word], where libyaml takes the question mark for a sign of its own and
 * YAML 1.2 for a letter. `key` is one of a mapping in braces or brackets; keys before the cursor
 * are not looked at. */
int stw_yaml_check_flow_key(struct stw_yaml *doc, struct stw_yaml_cursor *cursor,
                            const struct stw_yaml_node *key, struct stw_error *err) STW_CHECKED;

/* Adds a hint where `node`, a scalar, looks like a mapping or sequence gone wrong. */
void stw_yaml_hint_scalar(struct stw_error *err, const struct stw_yaml_node *node);

#endif
