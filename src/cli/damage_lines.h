/* Damage of a store as lines for people: verify and salvage print the same ones. */
#ifndef STW_CLI_DAMAGE_LINES_H
#define STW_CLI_DAMAGE_LINES_H

#include "base/buffer.h"
#include "store/verify.h"
#include "time/zone.h"

struct stw_cli_findings {
    struct stw_zone *zone; /* of the times of blocks */
    struct stw_buffer out;
};

/* A stw_store_finding_fn whose context is a struct stw_cli_findings. */
void stw_cli_put_finding(void *context, const struct stw_store_finding *finding);

#endif
