/*
 * Why a figure is there, or not: no analysis prints a number that its data do not carry, and says
 * the reason instead.
 */
#ifndef STW_ANALYSIS_VERDICT_H
#define STW_ANALYSIS_VERDICT_H

enum stw_verdict {
    STW_VERDICT_JUDGED = 0,
    STW_VERDICT_NO_DATA,      /* nothing to count */
    STW_VERDICT_TOO_FEW,      /* fewer than the stated minimum */
    STW_VERDICT_NO_EXPOSURE,  /* no time in service */
    STW_VERDICT_NEAR_ZERO,    /* the base of a percentage is near 0 */
    STW_VERDICT_INCOMPLETE,   /* readings are missing, or ends of stops are not known */
    STW_VERDICT_NOT_PROVIDED, /* no target, area, household count or tariff was given */
    STW_VERDICT_COUNT
};

/* "judged", "no data" ...; for JSON and logs. */
const char *stw_verdict_name(enum stw_verdict verdict);

#endif
