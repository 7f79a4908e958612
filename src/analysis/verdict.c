/* Names of verdicts; see verdict.h. */
#include "analysis/verdict.h"

#include <assert.h>

const char *stw_verdict_name(enum stw_verdict verdict)
{
    static const char *const names[STW_VERDICT_COUNT] = {
        [STW_VERDICT_JUDGED] = "judged",
        [STW_VERDICT_NO_DATA] = "no data",
        [STW_VERDICT_TOO_FEW] = "too few",
        [STW_VERDICT_NO_EXPOSURE] = "no exposure",
        [STW_VERDICT_NEAR_ZERO] = "base near 0",
        [STW_VERDICT_INCOMPLETE] = "incomplete",
        [STW_VERDICT_NOT_PROVIDED] = "not provided",
    };
    assert((unsigned)verdict < STW_VERDICT_COUNT);
    return names[verdict];
}
