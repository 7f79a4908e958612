/*
 * Alerts gathered: the last word on each, in the order of all output, to be written out as
 * alerts.jsonl or into the alerts table.
 *
 * A warning that ended before its deadline was no trouble and is left out. Ownership: everything
 * an alert points at lives in the list, the pack, or the view the subjects were made from.
 */
#ifndef STW_RULE_ALERT_LIST_H
#define STW_RULE_ALERT_LIST_H

#include "rule/alert.h"
#include "store/store.h"

enum { STW_ALERTS_MAX = 1000000 };

struct stw_alert_list {
    struct stw_arena arena;
    struct stw_alert *alerts;
    size_t capacity;
    uint32_t count;
};

void stw_alert_list_init(struct stw_alert_list *list);
void stw_alert_list_release(struct stw_alert_list *list);
void stw_alert_list_clear(struct stw_alert_list *list);

/* Copies. Words on the same alert must come in order. */
int stw_alert_list_add(struct stw_alert_list *list, const struct stw_alert *alert,
                       struct stw_error *err) STW_CHECKED;

/* Keeps the last word on each alert, and sorts: once, after the last one was added. */
int stw_alert_list_finish(struct stw_alert_list *list, struct stw_error *err) STW_CHECKED;

/* One line each. */
void stw_alert_list_json(const struct stw_alert_list *list, struct stw_buffer *out);

/* Into the `alerts` table, in one commit. What is there already with the same words is left. */
int stw_alert_list_commit(const struct stw_alert_list *list, struct stw_store *store,
                          struct stw_commit_result *result, struct stw_error *err) STW_CHECKED;

#endif
