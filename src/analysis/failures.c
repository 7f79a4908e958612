/* From events to failures; see failures.h. The figures are made in failure_lines.c. */
#include "analysis/failures.h"

#include <assert.h>
#include <stdlib.h>

struct call {
    uint32_t unit;
    uint32_t event;
    int64_t at_ns;
};

static int compare_calls(const void *left, const void *right)
{
    const struct call *a = left;
    const struct call *b = right;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns ? -1 : 1;
    return a->event < b->event ? -1 : a->event > b->event;
}

static bool find_unit(const struct stw_failure_unit *units, uint32_t count, struct stw_slice device,
                      uint32_t *unit)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = stw_slice_compare(units[middle].device, device);
        if (order == 0) {
            *unit = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Corrective events of known units, in order. */
static uint32_t collect_calls(const struct stw_fault_event *events, uint32_t count,
                              struct stw_failures *failures, struct call *calls)
{
    uint32_t call_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t unit = 0;
        assert(events[i].class < STW_EVENT_CLASSES);
        if (events[i].at_ns > failures->spec.as_of_ns) {
            failures->later++;
        } else if (!find_unit(failures->units, failures->unit_count, events[i].device, &unit)) {
            failures->unregistered++;
        } else {
            failures->by_class[events[i].class]++;
            if (events[i].class == STW_EVENT_CORRECTIVE)
                calls[call_count++] = (struct call){unit, i, events[i].at_ns};
        }
    }
    qsort(calls, call_count, sizeof(*calls), compare_calls);
    return call_count;
}

/* The stop that one call tells of, as known at as-of. An end before the call is a slip of the pen.
 */
static struct stw_stop stop_of(const struct stw_failure_spec *spec,
                               const struct stw_fault_event *event, enum stw_failure_end *end)
{
    struct stw_stop stop = {event->at_ns, event->end_ns};
    *end = STW_FAILURE_ENDED;
    if (!spec->ends_recorded || (event->end_ns != STW_END_NONE && event->end_ns < event->at_ns)) {
        *end = STW_FAILURE_END_UNKNOWN;
        stop.end_ns = event->at_ns;
    } else if (event->end_ns == STW_END_NONE || event->end_ns > spec->as_of_ns) {
        *end = STW_FAILURE_OPEN;
        stop.end_ns = spec->as_of_ns;
    } else if (event->lost) {
        *end = STW_FAILURE_LOST;
    }
    return stop;
}

/* Failures and their stops, built side by side: the last failure owns the last stops. */
struct builder {
    const struct stw_failure_spec *spec;
    struct stw_failure *failures;
    struct stw_stop *stops;
    uint32_t failure_count;
    uint32_t stop_count;
};

static void start_failure(struct builder *to, uint32_t unit, const struct stw_fault_event *event)
{
    struct stw_failure *failure = &to->failures[to->failure_count++];
    *failure = (struct stw_failure){.unit = unit,
                                    .calls = 1,
                                    .entrapment = event->entrapment,
                                    .began_before = event->began_before,
                                    .cause = event->cause,
                                    .at_ns = event->at_ns,
                                    .first_stop = to->stop_count,
                                    .stop_count = 1};
    to->stops[to->stop_count++] = stop_of(to->spec, event, &failure->end);
}

/* Whether it is known up to when the unit was down. */
static bool has_end(enum stw_failure_end end)
{
    return end == STW_FAILURE_ENDED || end == STW_FAILURE_LOST;
}

static bool is_repeat(const struct builder *to, const struct stw_failure *failure,
                      const struct stw_fault_event *event)
{
    if (event->at_ns - failure->at_ns < to->spec->repeat_window_ns)
        return true;
    /* A stop that has no end does not swallow all that follows. */
    return has_end(failure->end) && event->at_ns < to->stops[to->stop_count - 1].end_ns;
}

static void join_call(struct builder *to, struct stw_failure *failure,
                      const struct stw_fault_event *event)
{
    struct stw_stop *last = &to->stops[to->stop_count - 1];
    enum stw_failure_end end;
    struct stw_stop stop = stop_of(to->spec, event, &end);
    failure->calls++;
    failure->entrapment |= event->entrapment;
    if (failure->cause.size == 0)
        failure->cause = event->cause;
    if (stop.at_ns >= last->end_ns) { /* it had worked in between */
        to->stops[to->stop_count++] = stop;
        failure->stop_count++;
        failure->end = end;
    } else if (!has_end(end) || !has_end(failure->end) || stop.end_ns > last->end_ns) {
        failure->end = end; /* the last call tells when the unit worked again */
        last->end_ns = stop.end_ns;
    }
}

/* Failed again, so it had worked: when, nobody wrote down. */
static void close_unknown(struct builder *to, struct stw_failure *failure)
{
    struct stw_stop *last = &to->stops[to->stop_count - 1];
    if (failure->end == STW_FAILURE_OPEN) {
        failure->end = STW_FAILURE_END_UNKNOWN;
        last->end_ns = last->at_ns;
    }
}

static uint32_t month_of(const struct stw_failure_spec *spec, int64_t at_ns)
{
    uint32_t low = 0;
    uint32_t high = spec->month_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (spec->months_ns[middle] <= at_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void place(struct stw_failures *failures, struct stw_failure *failure)
{
    const struct stw_failure_spec *spec = &failures->spec;
    const struct stw_failure_unit *unit = &failures->units[failure->unit];
    if (failure->at_ns < spec->months_ns[0] ||
        failure->at_ns >= spec->months_ns[spec->month_count]) {
        failures->outside_period++;
    } else if (failure->at_ns < unit->in_service_ns || failure->at_ns >= unit->out_of_service_ns) {
        failures->not_in_service++;
    } else if (failure->began_before) {
        failures->began_unseen++;
    } else {
        failure->counted = true;
        failure->month = month_of(spec, failure->at_ns);
    }
}

static void merge_calls(const struct stw_fault_event *events, const struct call *calls,
                        uint32_t call_count, struct stw_failures *failures, struct builder *to)
{
    for (uint32_t i = 0; i < call_count; i++) {
        const struct stw_fault_event *event = &events[calls[i].event];
        struct stw_failure *last = NULL;
        if (to->failure_count > 0 && to->failures[to->failure_count - 1].unit == calls[i].unit)
            last = &to->failures[to->failure_count - 1];
        if (last != NULL && is_repeat(to, last, event)) {
            join_call(to, last, event);
            failures->repeats++;
            continue;
        }
        if (last != NULL)
            close_unknown(to, last);
        start_failure(to, calls[i].unit, event);
    }
    for (uint32_t i = 0; i < to->failure_count; i++) {
        struct stw_failure *failure = &to->failures[i];
        for (uint32_t s = 0; s < failure->stop_count; s++) {
            const struct stw_stop *stop = &to->stops[failure->first_stop + s];
            failure->down_ns += stop->end_ns - stop->at_ns;
        }
        place(failures, failure);
    }
    failures->failures = to->failures;
    failures->failure_count = to->failure_count;
    failures->stops = to->stops;
}

int stw_failures_find(const struct stw_fault_event *events, uint32_t event_count,
                      const struct stw_failure_unit *units, uint32_t unit_count,
                      const struct stw_failure_spec *spec, struct stw_arena *arena,
                      struct stw_failures *failures, struct stw_error *err)
{
    assert(spec->month_count > 0);
    for (uint32_t i = 1; i < unit_count; i++)
        assert(stw_slice_compare(units[i - 1].device, units[i].device) < 0);
    struct call *calls = STW_ARENA_ARRAY(arena, struct call, event_count);
    struct builder to = {.spec = spec};
    to.failures = STW_ARENA_ARRAY(arena, struct stw_failure, event_count);
    to.stops = STW_ARENA_ARRAY(arena, struct stw_stop, event_count);
    if (calls == NULL || to.failures == NULL || to.stops == NULL)
        return stw_fail_memory(err, event_count * sizeof(*to.failures));
    *failures = (struct stw_failures){.units = units, .unit_count = unit_count, .spec = *spec};
    for (uint32_t i = 0; i < unit_count; i++)
        failures->service_unknown += units[i].in_service_ns == INT64_MIN;
    uint32_t call_count = collect_calls(events, event_count, failures, calls);
    merge_calls(events, calls, call_count, failures, &to);
    return STW_OK;
}
