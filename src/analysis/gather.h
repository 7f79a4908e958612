/*
 * From a store to the inputs of the analyses: rows through scans, attributes from the registry, use
 * from the meters. Nothing is judged here.
 *
 * Ownership: what is gathered lies in the caller's arena; keys and attributes are texts of the
 * store and its view.
 */
#ifndef STW_ANALYSIS_GATHER_H
#define STW_ANALYSIS_GATHER_H

#include "analysis/energy.h"
#include "analysis/failures.h"
#include "analysis/response.h"
#include "store/view.h"

enum {
    STW_GATHER_ORDERS_MAX = 2000000, /* work orders of a store */
    STW_GATHER_FAULTS_MAX = 4000000  /* fault events up to the end of the period */
};

/* ---- Response -------------------------------------------------------------------------------- */

/* Texts of work orders that lines can be grouped by. */
enum stw_order_text {
    STW_ORDER_SITE,
    STW_ORDER_BUILDING,
    STW_ORDER_DEVICE,
    STW_ORDER_CATEGORY,
    STW_ORDER_TYPE,
    STW_ORDER_PRIORITY,
    STW_ORDER_CHANNEL,
    STW_ORDER_VENDOR,
    STW_ORDER_TEAM,
    STW_ORDER_STEWARD,
    STW_ORDER_STATUS,
    STW_ORDER_TEXTS
};
const char *stw_order_text_name(enum stw_order_text text); /* the column: "site" ... */

struct stw_order_set {
    struct stw_order *orders; /* by order id */
    uint32_t count;
    struct stw_slice *texts[STW_ORDER_TEXTS]; /* one an order; keys for stw_response_group */
    enum stw_stated *stated;                  /* from `verdict`: ontime, on time, overdue, late */
};

/* Orders created in [from_ns, to_ns); those of one site when `site` is not empty. For the backlog
 * take from_ns = INT64_MIN. STW_ERR_LIMIT above STW_GATHER_ORDERS_MAX. */
int stw_response_gather(struct stw_view *view, struct stw_slice site, int64_t from_ns,
                        int64_t to_ns, struct stw_arena *arena, struct stw_order_set *set,
                        struct stw_error *err) STW_CHECKED;

/* ---- Failures -------------------------------------------------------------------------------- */

struct stw_fault_set {
    struct stw_fault_event *events;
    uint32_t event_count;
    struct stw_failure_unit *units; /* registered devices that match, by device */
    uint32_t unit_count;
    struct stw_slice *texts[STW_ATTRIBUTE_COUNT]; /* one a unit; keys for stw_failures_by_key */
    bool ends_recorded;                           /* any corrective event has `restored` */
};

/*
 * Devices with these attributes at to_ns (kind: elevator), and all their fault events before to_ns,
 * those before the period too: a stop may reach into it. The class comes from the column `kind`
 * (corrective or empty, maintenance, test), the cause from `cause`, else `code`; an entrapment has
 * `trapped` above 0; `censored` says which of its ends was not seen (left, right, both). Events of
 * devices that are not registered at all are kept.
 */
int stw_failures_gather(struct stw_view *view, const struct stw_filter *filters,
                        uint32_t filter_count, int64_t to_ns, struct stw_arena *arena,
                        struct stw_fault_set *set, struct stw_error *err) STW_CHECKED;

/* ---- Energy ---------------------------------------------------------------------------------- */

/* The months a comparison of `year` and `month` needs: January of the year before up to it. */
int stw_energy_months(const struct stw_zone *zone, int starts_on, int year, int month,
                      struct stw_arena *arena, struct stw_energy_spec *spec,
                      struct stw_error *err) STW_CHECKED;

struct stw_energy_source {
    struct stw_view *view;
    const struct stw_zone *zone; /* and starting day of the spec's months */
    int starts_on;
    const struct stw_filter *filters; /* which meters: kind, role, site ... */
    uint32_t filter_count;
    /* Called with each meter before it is added; may be NULL. Negative stops. */
    int (*each)(void *context, const struct stw_energy_meter *meter, struct stw_error *err);
    void *each_context;
};

/* Adds every channel with use that matches at the end of the month, by (device, channel). Meters of
 * households get no line of their own. Zeros of power interval data count as missing. */
int stw_energy_gather(struct stw_energy *energy, const struct stw_energy_source *source,
                      struct stw_error *err) STW_CHECKED;

#endif
