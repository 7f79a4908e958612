/*
 * The device registry of a view: what is known about (device, channel) at an instant.
 *
 * Rows of the devices table carry valid-from. An attribute left empty in a later row keeps its
 * earlier value; a row of the channel goes before a row of the device (channel ""). exchange_final
 * and exchange_initial are events of their row's valid-from and are not carried on. Before its
 * first row a device has the attributes of that first row: installations are often registered
 * after their first reading.
 *
 * Devices that appear in data only are listed too, with `registered` false.
 *
 * Ownership: texts and lists belong to the registry, which belongs to its view.
 */
#ifndef STW_STORE_REGISTRY_H
#define STW_STORE_REGISTRY_H

#include "base/decimal.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct stw_registry;
struct stw_view;

/* Attributes that are text and can be filtered by. */
enum stw_attribute {
    STW_ATTRIBUTE_SITE,
    STW_ATTRIBUTE_BUILDING,
    STW_ATTRIBUTE_DWELLING,
    STW_ATTRIBUTE_KIND,
    STW_ATTRIBUTE_ROLE,
    STW_ATTRIBUTE_END_USE,
    STW_ATTRIBUTE_MODEL,
    STW_ATTRIBUTE_MAKER,
    STW_ATTRIBUTE_VENDOR,
    STW_ATTRIBUTE_STEWARD,
    STW_ATTRIBUTE_UNIT,
    STW_ATTRIBUTE_VALUE_KIND,    /* register, interval, gauge, state */
    STW_ATTRIBUTE_INTERVAL,      /* a duration */
    STW_ATTRIBUTE_REPORTS_EVERY, /* a duration */
    STW_ATTRIBUTE_STAMP,         /* start, end */
    STW_ATTRIBUTE_PARENT,        /* a device */
    STW_ATTRIBUTE_COUNT
};

/* "site" ...; the names of the devices table's columns. */
const char *stw_attribute_name(enum stw_attribute attribute);
/* -1 for no such attribute. */
int stw_attribute_find(struct stw_slice name);

enum stw_value_kind {
    STW_VALUE_UNKNOWN,
    STW_VALUE_REGISTER,
    STW_VALUE_INTERVAL,
    STW_VALUE_REMAINING, /* prepaid: counts down */
    STW_VALUE_GAUGE,
    STW_VALUE_STATE
};

struct stw_maybe_decimal {
    bool known;
    struct stw_decimal value;
};

struct stw_maybe_int {
    bool known;
    int64_t value;
};

/* Everything about one (device, channel) at one instant. */
struct stw_attributes {
    struct stw_slice text[STW_ATTRIBUTE_COUNT]; /* size 0: not known */
    enum stw_value_kind value_kind;
    struct stw_maybe_int digits; /* of the register, before the point */
    struct stw_maybe_decimal step;
    struct stw_maybe_decimal multiplier;
    struct stw_maybe_decimal area_m2;
    struct stw_maybe_int households;
    struct stw_maybe_int in_service_ns;
    struct stw_maybe_int out_of_service_ns;
    struct stw_maybe_int certificate_expires_ns;
};

struct stw_filter {
    enum stw_attribute attribute;
    const struct stw_slice *values; /* any of these */
    uint32_t value_count;
};

struct stw_dated_decimal {
    int64_t from_ns;
    struct stw_decimal value;
};

struct stw_exchange {
    int64_t at_ns;
    struct stw_maybe_decimal final;   /* last register of the old meter */
    struct stw_maybe_decimal initial; /* first register of the new one */
};

/* A device, or one channel of it. */
struct stw_registry_entry {
    struct stw_slice device;
    struct stw_slice channel; /* "" = the device itself */
    bool registered;          /* has a row; else it appears in data only */
};

/* Entries sorted by (device, channel); a device's own entry (channel "") always exists. */
uint32_t stw_registry_count(const struct stw_registry *registry);
const struct stw_registry_entry *stw_registry_entry(const struct stw_registry *registry,
                                                    uint32_t index);

/* The place of an entry, or UINT32_MAX. */
uint32_t stw_registry_find(const struct stw_registry *registry, struct stw_slice device,
                           struct stw_slice channel);

/* Attributes of (device, channel) at an instant; an unknown channel of a known device has the
 * device's, an unknown device has none. A device (channel "") of which only channels have rows has
 * the attributes of the first of these. */
void stw_registry_at(const struct stw_registry *registry, struct stw_slice device,
                     struct stw_slice channel, int64_t at_ns, struct stw_attributes *out);

/* Whether all filters hold. */
bool stw_registry_matches(const struct stw_registry *registry, struct stw_slice device,
                          struct stw_slice channel, int64_t at_ns, const struct stw_filter *filters,
                          uint32_t filter_count);

/* The multipliers in force over time, sorted; the first is valid from INT64_MIN on. Where one was
 * not known at first, that stretch has 1. 0 when none was ever known. */
uint32_t stw_registry_multipliers(const struct stw_registry *registry, struct stw_slice device,
                                  struct stw_slice channel, const struct stw_dated_decimal **out);

/* Exchanges of the meter behind (device, channel), sorted by time. */
uint32_t stw_registry_exchanges(const struct stw_registry *registry, struct stw_slice device,
                                struct stw_slice channel, const struct stw_exchange **out);

/* The entries that name `device` as their parent (in their latest row), sorted; as indices. Devices
 * whose parents lead back to themselves are nobody's children: see registry_check.h. */
uint32_t stw_registry_children(const struct stw_registry *registry, struct stw_slice device,
                               const uint32_t **out);

/* For stw_view_registry and tests. */
int stw_registry_build(struct stw_view *view, struct stw_registry **out,
                       struct stw_error *err) STW_CHECKED;
void stw_registry_free(struct stw_registry *registry);

#endif
