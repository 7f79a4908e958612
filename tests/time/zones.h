/* Zones the suites share: loaded once, freed at exit. Fails the running test when missing. */
#ifndef STW_TEST_ZONES_H
#define STW_TEST_ZONES_H

#include "time/zone.h"

const struct stw_zone *stw_test_zone(const char *name);

/* "2026-10-25 02:30:00" as local ns; aborts on other text. */
int64_t stw_test_local(const char *text);

/* The same on a zone's clock (the earlier where ambiguous), as an instant. */
int64_t stw_test_instant(const char *zone, const char *text);

#endif
