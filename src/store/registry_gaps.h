/*
 * What is missing before the readings of a store can be used: meters nobody registered, registers
 * without a unit or multiplier, buildings without an area. Devices are counted, each once a gap,
 * with the names of the first few.
 */
#ifndef STW_STORE_REGISTRY_GAPS_H
#define STW_STORE_REGISTRY_GAPS_H

#include "store/view.h"

enum { STW_GAP_NAMES_MAX = 3 };

enum stw_gap {
    STW_GAP_UNREGISTERED, /* readings, but no row in the registry; its other gaps are not counted */
    STW_GAP_SITE,         /* where other devices have one */
    STW_GAP_KIND,
    STW_GAP_VALUE_KIND,
    STW_GAP_UNIT,
    STW_GAP_MULTIPLIER, /* registers of power that are no household's: those with transformers */
    STW_GAP_AREA,       /* main and building meters of what is used */
    STW_GAP_INTERVAL,   /* neither interval nor reports_every: silence cannot be told */
    STW_GAP_TARIFF,     /* what is used, where has_tariff says no */
    STW_GAP_COUNT
};

struct stw_gap_devices {
    uint32_t count;
    struct stw_slice first[STW_GAP_NAMES_MAX]; /* in order of their names; the view's */
};

struct stw_gaps {
    uint32_t devices; /* with readings */
    struct stw_gap_devices of[STW_GAP_COUNT];
};

struct stw_gap_tariffs {
    bool (*has_tariff)(const void *context, const struct stw_attributes *of);
    const void *context;
};

/* Judges the devices that have readings, by the registry as it is at the last reading. `tariffs`
 * may be NULL: nothing is said about them. */
int stw_gaps_find(struct stw_view *view, const struct stw_gap_tariffs *tariffs,
                  struct stw_gaps *gaps, struct stw_error *err) STW_CHECKED;

/* What is missing, "multiplier (power registers)". */
const char *stw_gap_text(enum stw_gap gap);

/* Whether anything is missing. */
bool stw_gaps_any(const struct stw_gaps *gaps);

#endif
