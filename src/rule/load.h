/*
 * Reading values out of a pack's YAML, each typed by what its key asks for. Everything that is
 * wrong becomes a finding at its place, and the reader returns false; the caller goes on.
 */
#ifndef STW_RULE_LOAD_H
#define STW_RULE_LOAD_H

#include "rule/finding.h"
#include "rule/pack.h"
#include "text/quantity.h"
#include "text/yaml_tree.h"

struct stw_loader {
    struct stw_pack *pack;
    struct stw_yaml *doc; /* the file being read */
    struct stw_findings *findings;
};

/* node NULL: the file as a whole. */
STW_PRINTF(4, 5)
void stw_load_problem(struct stw_loader *loader, enum stw_problem problem,
                      const struct stw_yaml_node *node, const char *format, ...);
/* The pack can be used all the same. */
STW_PRINTF(4, 5)
void stw_load_warning(struct stw_loader *loader, enum stw_problem problem,
                      const struct stw_yaml_node *node, const char *format, ...);
STW_PRINTF(2, 3) void stw_load_hint(struct stw_loader *loader, const char *format, ...);

/* Memory from the pack; NULL notes the failure, and the whole load fails in the end. */
void *stw_load_memory(struct stw_loader *loader, size_t count, size_t size_bytes);

/* `what` names the thing in messages: "a rule", "'watch'". */
bool stw_load_mapping(struct stw_loader *loader, const struct stw_yaml_node *node,
                      const char *what);
bool stw_load_sequence(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *what);

/* Every key that is not among `known` (NULL-terminated) becomes a finding with the nearest one. */
void stw_load_keys(struct stw_loader *loader, const struct stw_yaml_node *node,
                   const char *const *known, const char *what);

/* The value of a key that must be there; NULL after a finding at `node`. */
const struct stw_yaml_node *stw_load_need(struct stw_loader *loader,
                                          const struct stw_yaml_node *node, const char *key,
                                          const char *what);

bool stw_load_text(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   struct stw_slice *out);
/* A text, or a list of texts. */
bool stw_load_texts(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                    const struct stw_slice **out, uint32_t *count);
/* The place of the text in `words` (NULL-terminated); else a finding with the nearest one. */
bool stw_load_word(struct stw_loader *loader, const struct stw_yaml_node *node,
                   const char *const *words, const char *what, int *out);
bool stw_load_int(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                  int64_t least, int64_t most, int64_t *out);
/* true, yes, on; false, no, off */
bool stw_load_bool(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   bool *out);
bool stw_load_duration(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *what, int64_t *out_ns);
bool stw_load_quantity(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *what, struct stw_quantity *out);
/* A quantity that is a flow: an amount or an energy per time. */
bool stw_load_flow(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   struct stw_quantity *out);
/* a <=> b; false after a finding where they are not comparable. */
bool stw_load_compare(struct stw_loader *loader, const struct stw_yaml_node *node,
                      const struct stw_quantity *a, const struct stw_quantity *b, int *order);
/* Fails where a channel by that name is known to measure something of another dimension. */
void stw_load_check_channels(struct stw_loader *loader, const struct stw_yaml_node *node,
                             const struct stw_rule *rule, const struct stw_quantity *quantity);
/* "80%" as 0.8 exactly. */
bool stw_load_share(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                    struct stw_decimal *out);
/* "3 reports": false without a finding when the text does not end in the noun. */
bool stw_load_count_of(struct stw_loader *loader, const struct stw_yaml_node *node,
                       const char *noun, int64_t *out);
/* "3 of 4 nights" */
bool stw_load_repeat(struct stw_loader *loader, const struct stw_yaml_node *node, const char *noun,
                     uint32_t most, uint32_t *repeat, uint32_t *of);
/* "2026-01-01" as days since 1970. */
bool stw_load_date(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                   int64_t *out_days);
/* "02:00-05:00"; an end at or before the start is on the next day. */
bool stw_load_window(struct stw_loader *loader, const struct stw_yaml_node *node, const char *what,
                     int64_t *start_ns, int64_t *end_ns);

#endif
