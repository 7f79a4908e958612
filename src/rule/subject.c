/* Subjects from a store's registry; see subject.h. */
#include "rule/subject.h"

#include "base/clock.h"
#include "time/duration.h"

#define DAYS_OF_A_MONTH 31 /* at the longest: silence is judged by it */

static int64_t duration_ns(struct stw_slice text)
{
    struct stw_duration duration;
    if (text.size == 0 || stw_duration_parse(text, &duration, NULL) != STW_OK)
        return 0;
    return duration.months > 0 ? duration.months * (DAYS_OF_A_MONTH * STW_NS_PER_DAY) : duration.ns;
}

void stw_subject_describe(struct stw_subject *subject, const struct stw_registry *registry,
                          struct stw_slice device, struct stw_slice channel, int64_t at_ns)
{
    static const struct {
        enum stw_trait trait;
        enum stw_attribute attribute;
    } pairs[] = {
        {STW_TRAIT_SITE, STW_ATTRIBUTE_SITE},       {STW_TRAIT_BUILDING, STW_ATTRIBUTE_BUILDING},
        {STW_TRAIT_KIND, STW_ATTRIBUTE_KIND},       {STW_TRAIT_ROLE, STW_ATTRIBUTE_ROLE},
        {STW_TRAIT_END_USE, STW_ATTRIBUTE_END_USE}, {STW_TRAIT_MODEL, STW_ATTRIBUTE_MODEL},
        {STW_TRAIT_MAKER, STW_ATTRIBUTE_MAKER},     {STW_TRAIT_VENDOR, STW_ATTRIBUTE_VENDOR},
    };
    struct stw_attributes known;
    stw_registry_at(registry, device, channel, at_ns, &known);
    for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        subject->traits[pairs[i].trait] = known.text[pairs[i].attribute];
    subject->traits[STW_TRAIT_DEVICE] = device;
    subject->traits[STW_TRAIT_CHANNEL] = channel;
    subject->unit = known.text[STW_ATTRIBUTE_UNIT];
    subject->value_kind = known.value_kind;
    subject->interval_ns = duration_ns(known.text[STW_ATTRIBUTE_INTERVAL]);
    subject->reports_every_ns = duration_ns(known.text[STW_ATTRIBUTE_REPORTS_EVERY]);
    subject->households = known.households.known ? known.households.value : 0;
    subject->in_service_ns = known.in_service_ns.known ? known.in_service_ns.value : INT64_MIN;
    subject->out_of_service_ns =
        known.out_of_service_ns.known ? known.out_of_service_ns.value : INT64_MAX;
}
