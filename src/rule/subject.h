/*
 * A subject: one series as rules see it, its key and what the registry says about it. Rules never
 * look into the store by themselves; the batch driver, the live loop and the tests of a pack each
 * make subjects, so the evaluator does not know where its runs come from.
 *
 * Rows of a subject reach the evaluator as runs whose columns are in the order of its table's enum
 * below. Slices belong to whoever made the subject and outlive the evaluator.
 */
#ifndef STW_RULE_SUBJECT_H
#define STW_RULE_SUBJECT_H

#include "base/slice.h"
#include "meter/meter_step.h"
#include "store/registry.h"

#include <stdbool.h>
#include <stdint.h>

enum stw_subject_table {
    STW_SUBJECT_READINGS,
    STW_SUBJECT_EVENTS, /* faults */
    STW_SUBJECT_ORDERS, /* work orders: a series is one order */
    STW_SUBJECT_TABLES
};

enum { STW_READING_VALUE, STW_READING_QUALITY, STW_READING_COLUMNS };

enum { STW_EVENT_CODE, STW_EVENT_KIND, STW_EVENT_CENSORED, STW_EVENT_COLUMNS };

/* Stamps of an order, of type time; `created` is the row's own time. */
enum {
    STW_ORDER_ACCEPTED,
    STW_ORDER_CONTACTED,
    STW_ORDER_DISPATCHED,
    STW_ORDER_INVESTIGATED,
    STW_ORDER_ARRIVED,
    STW_ORDER_RESOLVED,
    STW_ORDER_VERIFIED,
    STW_ORDER_REVISITED,
    STW_ORDER_CLOSED,
    STW_ORDER_PAUSED, /* int: ns during which the clock was stopped */
    STW_ORDER_COLUMNS,
    STW_ORDER_CREATED = -1 /* as a stamp */
};

/* The columns' names in their tables, NULL after the last; also the words for stamps. */
extern const char *const *const stw_subject_columns[STW_SUBJECT_TABLES];

/* What `watch` selects by, all of them text. The words are in stw_trait_words. */
enum stw_trait {
    STW_TRAIT_SITE,
    STW_TRAIT_BUILDING,
    STW_TRAIT_DEVICE,
    STW_TRAIT_CHANNEL,
    STW_TRAIT_KIND,
    STW_TRAIT_ROLE,
    STW_TRAIT_END_USE,
    STW_TRAIT_MODEL,
    STW_TRAIT_MAKER,
    STW_TRAIT_VENDOR,
    STW_TRAIT_PRIORITY, /* of orders */
    STW_TRAIT_CATEGORY, /* of orders */
    STW_TRAIT_TYPE,     /* of orders */
    STW_TRAIT_TEAM,     /* of orders */
    STW_TRAIT_COUNT
};
extern const char *const stw_trait_words[STW_TRAIT_COUNT];

struct stw_subject {
    enum stw_subject_table table;
    uint32_t series;      /* dense id within its table */
    struct stw_slice key; /* "device/channel", "device", the order's id: unique in its table */
    struct stw_slice traits[STW_TRAIT_COUNT]; /* size 0: not known */
    struct stw_slice unit;                    /* of the values; size 0: not known */
    enum stw_value_kind value_kind;
    const struct stw_meter_config *meter; /* of registers and interval values; NULL: not known */
    int64_t interval_ns;                  /* between readings; 0: not declared */
    int64_t reports_every_ns;             /* between uploads; 0: not declared */
    int64_t households;                   /* behind a building's meter; 0: not known */
    int64_t in_service_ns;                /* INT64_MIN: not known */
    int64_t out_of_service_ns;            /* INT64_MAX: still in service */
};

/* Fills everything but table, series, key and meter from what the registry knows at an instant. */
void stw_subject_describe(struct stw_subject *subject, const struct stw_registry *registry,
                          struct stw_slice device, struct stw_slice channel, int64_t at_ns);

#endif
