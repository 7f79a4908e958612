/* Gathering alerts; see alert_list.h. */
#include "rule/alert_list.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void stw_alert_list_init(struct stw_alert_list *list)
{
    *list = (struct stw_alert_list){0};
    stw_arena_init(&list->arena);
}

void stw_alert_list_release(struct stw_alert_list *list)
{
    stw_arena_release(&list->arena);
    stw_free(list->alerts);
    *list = (struct stw_alert_list){0};
}

void stw_alert_list_clear(struct stw_alert_list *list)
{
    stw_arena_clear(&list->arena);
    list->count = 0;
}

int stw_alert_list_add(struct stw_alert_list *list, const struct stw_alert *alert,
                       struct stw_error *err)
{
    if (list->count == STW_ALERTS_MAX) {
        int status =
            stw_fail(err, STW_ERR_LIMIT, "the rules raise more than %d alerts", STW_ALERTS_MAX);
        stw_error_hint(err, "a rule fits nothing: `steward check` says how often each would fire");
        return status;
    }
    if (!stw_reserve((void **)&list->alerts, &list->capacity, list->count + 1u,
                     sizeof(*list->alerts)) ||
        !stw_alert_copy(&list->arena, alert, &list->alerts[list->count]))
        return stw_fail_memory(err, sizeof(*list->alerts));
    list->count++;
    return STW_OK;
}

struct ranked {
    uint32_t arrival;
    const struct stw_alert *alert;
};

static int by_identity(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    int order = stw_alert_compare(left->alert, right->alert);
    if (order != 0)
        return order;
    return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

static bool worth_keeping(const struct stw_alert *alert)
{
    return !(alert->warning && alert->cleared_ns != STW_TIME_NONE);
}

int stw_alert_list_finish(struct stw_alert_list *list, struct stw_error *err)
{
    uint32_t kept = 0;
    struct ranked *ranks = stw_arena_alloc(&list->arena, list->count + 1u, sizeof(*ranks));
    struct stw_alert *sorted = stw_arena_alloc(&list->arena, list->count + 1u, sizeof(*sorted));
    if (ranks == NULL || sorted == NULL)
        return stw_fail_memory(err, list->count * (sizeof(*ranks) + sizeof(*sorted)));
    for (uint32_t i = 0; i < list->count; i++)
        ranks[i] = (struct ranked){i, &list->alerts[i]};
    qsort(ranks, list->count, sizeof(*ranks), by_identity);
    for (uint32_t i = 0; i < list->count; i++) {
        struct stw_alert word = *ranks[i].alert;
        bool last = i + 1 == list->count || stw_alert_compare(&word, ranks[i + 1].alert);
        if (i > 0 && word.evidence_count == 0 &&
            stw_alert_compare(&word, ranks[i - 1].alert) == 0) {
            word.evidence_count = ranks[i - 1].alert->evidence_count;
            memcpy(word.evidence, ranks[i - 1].alert->evidence, sizeof(word.evidence));
        }
        if (last && worth_keeping(&word))
            sorted[kept++] = word;
    }
    for (uint32_t i = 0; i < kept; i++)
        list->alerts[i] = sorted[i];
    list->count = kept;
    return STW_OK;
}

void stw_alert_list_json(const struct stw_alert_list *list, struct stw_buffer *out)
{
    for (uint32_t i = 0; i < list->count; i++)
        stw_alert_json(&list->alerts[i], out);
}
