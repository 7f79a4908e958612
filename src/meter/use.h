/*
 * Use of one series in the store, per local period: what the registry says about the meter, its
 * readings, and the step function, put together. Reports and queries come through here.
 */
#ifndef STW_METER_USE_H
#define STW_METER_USE_H

#include "meter/meter.h"
#include "scan/scan.h"

/*
 * The configuration of a meter from the registry, as of an instant: value kind, digits, interval,
 * stamp, multipliers, exchanges, the scale of its step. A value kind that is not declared is taken
 * as register. STW_END for gauges and states: they have no use. Lists belong to the registry.
 */
int stw_meter_configure(const struct stw_registry *registry, struct stw_slice device,
                        struct stw_slice channel, int64_t at_ns, const struct stw_periods *periods,
                        struct stw_meter_config *config, struct stw_error *err) STW_CHECKED;

struct stw_use_spec {
    struct stw_view *view;
    const struct stw_registry *registry;
    uint32_t series; /* of readings */
    const struct stw_zone *zone;
    struct stw_period_rule rule;
    int64_t from_ns; /* periods that overlap [from_ns, to_ns) */
    int64_t to_ns;
};

struct stw_use_period {
    bool known; /* some of the period is covered by readings */
    struct stw_period period;
    struct stw_wide use;
    struct stw_wide estimated;
    struct stw_wide unplaced;
    uint32_t readings;
    uint32_t flag_bits; /* enum stw_meter_flag */
    char flags[STW_METER_FLAGS_TEXT_SIZE];
    int64_t covered_ns;
};

/*
 * Fills `uses`, one a period from the one that holds from_ns on; `count` of them. The readings just
 * outside are read too, as far as needed to settle the periods at the edges: so a period's use does
 * not depend on which other periods were asked for. A gauge leaves all of them unknown.
 *
 * The answer is that of the meter fed from its first reading on, but what lies before is read only
 * where it can matter. The meter remembers five things of its past: its last two readings, the
 * fastest rise (which makes a rollover or a return to an old line plausible), the line that a fall
 * left, a higher reading that noise of one step is measured against, and exchanges. So reading
 * begins STW_USE_WARM_UP_NS before the first period, or earlier, until STW_USE_READINGS_BEFORE
 * readings were found. It begins again with the first reading of all where a reading is marked
 * suspect or bad from there on, or where a register falls, rises faster than nine times its fastest
 * rise before the first period, rises when it had not yet risen by its step since reading began, or
 *   has an exchange on record near.
 */
#define STW_USE_WARM_UP_NS (7 * STW_NS_PER_DAY) /* a week: its days differ */
enum { STW_USE_READINGS_BEFORE = 2 };           /* settled before the first period */

int stw_use_of_series(const struct stw_use_spec *spec, struct stw_use_period *uses, uint32_t count,
                      struct stw_error *err) STW_CHECKED;

#endif
