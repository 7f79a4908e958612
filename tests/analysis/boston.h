/* The service requests of shared/data/boston_311_2015 as orders, for tests. */
#ifndef STW_TEST_BOSTON_H
#define STW_TEST_BOSTON_H

#include "analysis/response.h"

struct boston {
    struct stw_arena arena;
    struct stw_order *orders;
    enum stw_stated *stated;
    struct stw_slice *types;
    struct stw_slice *sources;
    uint32_t count;
};

/* Local stamps are taken as if they were UTC, as the facts beside the data do. */
bool boston_load(const char *relative_path, struct boston *out);
void boston_release(struct boston *data);

#endif
