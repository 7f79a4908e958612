/*
 * The monthly run: a rule pack over a store up to the end of a month, its alerts into the store,
 * and the reports of each site. The command line and the library both come through here.
 *
 *     store, pack ──rules──► alerts ──► alerts table, alerts.jsonl
 *                 └─analyses──────────► report model ──► OUT[/SITE]/report.html, .json, CSV tables
 *
 * A site's month is local: its zone and accounting month come from the pack.
 */
#ifndef STW_API_MONTH_H
#define STW_API_MONTH_H

#include "store/store.h"
#include "time/period.h"

enum stw_month_report {
    STW_REPORT_NONE,
    STW_REPORT_MONTHLY,
    STW_REPORT_COMPARISON, /* energy of many buildings */
    STW_REPORT_RESPONSE    /* response times; also of a whole year */
};

struct stw_month_spec {
    const char *const *rules; /* files and folders, read as one pack */
    uint32_t rule_path_count; /* 0: no rules, sites or tariffs; the store's zone */
    const char *month;        /* "2026-10"; for the response report also "2026" */
    const char *site;         /* one site; NULL: each of them */
    const char *language;     /* NULL: the site's in the pack */
    const char *out;          /* folder, made when absent; NULL: nothing is written there */
    const char *as_of;        /* a snapshot to run on; NULL: the latest rows */
    /* Name what the reports are made from, so that they can be made again; see
     * snapshot_pins.h. NULL: do not. The store must be open to write. */
    const char *publish;
    enum stw_month_report report;
    bool record;      /* alerts go into the alerts table; the store must be open to write */
    unsigned threads; /* 0: the machine's */
    struct stw_clock clock;
    /* Sentences for a person while it runs; may be NULL. */
    void (*say)(void *context, const char *text);
    void *say_context;
};

struct stw_month_result {
    uint64_t alerts; /* up to the end of the month */
    uint64_t alerts_critical;
    uint64_t alerts_new; /* rows added to the alerts table */
    uint64_t readings;   /* rows the rules looked at */
    uint32_t reports;
    char snapshot[STW_STORE_SNAPSHOT_NAME_MAX + 1]; /* the name of what was published, or "" */
};

/* "monthly", "comparison", "response"; false for none of them. */
bool stw_month_report_parse(const char *name, enum stw_month_report *report);

/* The month of that name on the local clock, starting on a day: [from_ns, to_ns). */
int stw_month_parse(const char *text, const struct stw_zone *zone, int starts_on, int64_t *from_ns,
                    int64_t *to_ns, struct stw_error *err) STW_CHECKED;

int stw_month_run(struct stw_store *store, const struct stw_month_spec *spec,
                  struct stw_month_result *result, struct stw_error *err) STW_CHECKED;

#endif
