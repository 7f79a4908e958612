/*
 * What contradicts itself in the registry: parents nobody knows or that go round in a circle,
 * channels and their device of different opinions, words that mean nothing. Findings change
 * nothing by themselves; what is done about each is said in its sentence.
 */
#ifndef STW_STORE_REGISTRY_CHECK_H
#define STW_STORE_REGISTRY_CHECK_H

#include "base/buffer.h"
#include "store/registry.h"
#include "time/zone.h"

enum { STW_REGISTRY_FINDINGS_MAX = 1000, STW_REGISTRY_SENTENCE_MAX = 512 };

enum stw_registry_problem {
    STW_REGISTRY_PARENT_UNKNOWN,
    STW_REGISTRY_PARENT_CIRCULAR,
    STW_REGISTRY_PARENT_KIND, /* measures something else */
    STW_REGISTRY_DISAGREES,   /* channel and device say different things of one that both share */
    STW_REGISTRY_KIND_CHANGES,
    STW_REGISTRY_UNIT_CHANGES, /* without an exchange on that day */
    STW_REGISTRY_UNIT_KIND,    /* a register of another quantity than its kind's: water in kWh */
    STW_REGISTRY_WORD,         /* of value kind, stamp, role, unit, interval */
    STW_REGISTRY_MULTIPLIER,   /* not above zero */
    STW_REGISTRY_SERVICE,      /* out of service before in service */
    STW_REGISTRY_EXCHANGE,     /* an old final register without a new initial one */
    STW_REGISTRY_PROBLEMS
};

/* Finds at most STW_REGISTRY_FINDINGS_MAX; `found` is called for each in the order of devices. */
typedef void stw_registry_found(void *context, enum stw_registry_problem problem,
                                const struct stw_registry_entry *entry, struct stw_slice sentence);

/* "parent unknown": a short name for programs. */
const char *stw_registry_problem_name(enum stw_registry_problem problem);

/* `zone` names the days in the sentences. Returns how many there are, with those past the most that
 * are handed out. */
uint32_t stw_registry_check(const struct stw_registry *registry, const struct stw_zone *zone,
                            stw_registry_found *found, void *context);

#endif
