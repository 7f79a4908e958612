/*
 * YAML as a tree that remembers where everything stood, for rule packs, column maps and settings
 * written by people. Values are text; what reads the tree gives them a type, so `on`, `12:30` and
 * `0123` mean what their writer meant.
 *
 * One document a file; mappings have scalar keys, once each, in order. Aliases share the node they
 * name. Refused with file:line:column and advice: duplicate keys, tags, a second document, text
 * that is not UTF-8 (GBK is recognised), nesting and sizes beyond the limits below, and the usual
 * slips: tabs for indentation, full-width colons and blanks, `key:value` without a blank.
 *
 * Everything lives in the caller's arena, the source included; nothing is to be released.
 */
#ifndef STW_TEXT_YAML_TREE_H
#define STW_TEXT_YAML_TREE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STW_YAML_BYTES_MAX = 4 * 1024 * 1024,
    STW_YAML_DEPTH_MAX = 32,
    STW_YAML_NODES_MAX = 200000,   /* as written */
    STW_YAML_EXPANDED_MAX = 400000 /* with every alias counted as what it stands for */
};

enum stw_yaml_kind { STW_YAML_SCALAR, STW_YAML_SEQUENCE, STW_YAML_MAPPING };

struct stw_yaml_entry {
    const struct stw_yaml_node *key; /* NULL in a sequence */
    const struct stw_yaml_node *value;
    const struct stw_yaml_entry *next;
};

struct stw_yaml_node {
    enum stw_yaml_kind kind;
    bool quoted;                        /* in quotes, or a block scalar: text on purpose */
    uint32_t line;                      /* 1 = first */
    uint32_t column;                    /* in characters, 1 = first */
    struct stw_slice text;              /* of a scalar; NUL-terminated */
    const struct stw_yaml_entry *first; /* of a sequence or mapping, in order */
    uint32_t count;                     /* entries */
    uint32_t expanded;                  /* nodes from here down, aliases counted in full */
};

struct stw_yaml {
    struct stw_arena *arena;
    const char *file; /* as named in messages */
    struct stw_slice source;
    const struct stw_yaml_node *root; /* NULL: nothing but blanks and comments */
    uint32_t fail_line;               /* of the last stw_yaml_fail, for stw_yaml_excerpt */
    uint32_t fail_column;
};

/* Parses `source`, which is copied. On failure doc->source and the place of the failure are set,
 * so that stw_yaml_excerpt can show it. */
int stw_yaml_parse(struct stw_yaml *doc, struct stw_arena *arena, const char *file,
                   struct stw_slice source, struct stw_error *err) STW_CHECKED;

/* Iteration: STW_YAML_EACH(entry, node) { entry->key, entry->value } */
#define STW_YAML_EACH(entry, node)                                                                 \
    for (const struct stw_yaml_entry *entry = (node)->first; entry != NULL; entry = entry->next)

/* The value of `key` in a mapping; NULL where absent, or where node is NULL or no mapping. */
const struct stw_yaml_node *stw_yaml_find(const struct stw_yaml_node *node, const char *key);

/* Whether node is a scalar with this text. */
bool stw_yaml_is(const struct stw_yaml_node *node, const char *text);

/*
 * Fails unless node has the kind that is wanted; `what` names it in the message: "'rules' must be
 * a list". A scalar that looks like a mapping or list gone wrong gets its own hint. A NULL node
 * stands for an empty document.
 */
int stw_yaml_expect(struct stw_yaml *doc, const struct stw_yaml_node *node, enum stw_yaml_kind kind,
                    const char *what, struct stw_error *err) STW_CHECKED;

/* Fails at the first key of a mapping that is not among `known` (NULL-terminated), with the
 * nearest known one as a hint. `what` names the mapping: "a rule". */
int stw_yaml_check_keys(struct stw_yaml *doc, const struct stw_yaml_node *node,
                        const char *const *known, const char *what,
                        struct stw_error *err) STW_CHECKED;

/* Fills err with what and file:line:column of the node (NULL: the file's beginning), remembers the
 * place, returns STW_ERR_INPUT. A hint may follow with stw_error_hint. */
STW_PRINTF(4, 5)
int stw_yaml_fail(struct stw_error *err, struct stw_yaml *doc, const struct stw_yaml_node *node,
                  const char *format, ...);
STW_PRINTF(5, 6)
int stw_yaml_fail_at(struct stw_error *err, struct stw_yaml *doc, uint32_t line, uint32_t column,
                     const char *format, ...);

/*
 * The line with a caret under the column, two lines of text:
 *
 *       14 |   when: {abov: 9}
 *          |          ^
 *
 * Columns are a terminal's: a CJK character takes two. Long lines are cut around the caret.
 */
void stw_yaml_excerpt(const struct stw_yaml *doc, uint32_t line, uint32_t column,
                      struct stw_buffer *out);

#endif
