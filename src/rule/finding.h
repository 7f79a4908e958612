/*
 * What `check` finds: a list of findings, each with a code, a place, the line with a caret, and
 * advice. Loading goes on after a finding, so a pack's author sees everything that is wrong at
 * once; the list is bounded and says when it is full.
 *
 * Ownership: texts live in the arena of the list's owner.
 */
#ifndef STW_RULE_FINDING_H
#define STW_RULE_FINDING_H

#include "base/arena.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

enum { STW_FINDINGS_MAX = 200 };

/* The numbers are the codes people see and search for: never renumber. */
enum stw_problem {
    STW_PROBLEM_YAML = 101,          /* not YAML, or beyond its limits */
    STW_PROBLEM_UNKNOWN = 102,       /* a key or word that means nothing here */
    STW_PROBLEM_MISSING = 103,       /* a key that must be there is not */
    STW_PROBLEM_FORM = 104,          /* a value that cannot be read as what it should be */
    STW_PROBLEM_UNIT = 105,          /* a quantity without a unit, or in an unknown one */
    STW_PROBLEM_DIMENSION = 106,     /* a quantity of the wrong dimension */
    STW_PROBLEM_CONTRADICTION = 107, /* two statements that cannot both hold */
    STW_PROBLEM_ALWAYS = 108,        /* a condition that is always true */
    STW_PROBLEM_NEVER = 109,         /* a condition that is never true */
    STW_PROBLEM_DUPLICATE = 110,     /* an id given twice */
    STW_PROBLEM_REFERENCE = 111, /* the name of a site, calendar, tariff, rule that is not there */
    STW_PROBLEM_EMPTY = 112,     /* a pack without rules */
    STW_PROBLEM_LIMIT = 113,     /* more than a stated limit */
    STW_PROBLEM_FILE = 114       /* a file or folder that cannot be read */
};

struct stw_finding {
    enum stw_problem problem;
    bool warning;     /* the pack can be used all the same */
    const char *file; /* "" when it concerns the pack as a whole */
    uint32_t line;    /* 0: none */
    uint32_t column;
    const char *what;
    const char *hint;    /* "" for none */
    const char *excerpt; /* the line and a caret, or "" */
};

struct stw_findings {
    struct stw_arena *arena;
    struct stw_finding *list; /* of STW_FINDINGS_MAX, made with the first */
    uint32_t count;
    uint32_t errors;    /* of them not warnings; also counts those beyond the list */
    uint32_t left_out;  /* beyond STW_FINDINGS_MAX */
    bool out_of_memory; /* something could not be noted down */
};

void stw_findings_init(struct stw_findings *findings, struct stw_arena *arena);

/* Copies the texts; what, hint and excerpt may be NULL for "". */
void stw_findings_add(struct stw_findings *findings, const struct stw_finding *finding);

/* Replaces the hint of the one added last. */
void stw_findings_hint(struct stw_findings *findings, const char *hint);

/* As people read them:
 *
 *     rules/water.yml:14:11: error STW102: 'abov' is not a condition
 *       14 |   when: {abov: 9}
 *          |          ^
 *       hint: did you mean 'above'?
 */
void stw_findings_print(const struct stw_findings *findings, struct stw_buffer *out);

#endif
