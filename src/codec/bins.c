/* What encoder and decoder of bins must agree on: whose each state is; see bins.h. */
#include "codec/bins.h"

bool stw_bins_share(struct stw_bins *bins)
{
    uint32_t states = 1u << bins->log;
    uint64_t total = 0;
    for (uint32_t i = 0; i < bins->count; i++)
        total += stw_bins_weight(bins->codes[i]);
    if (bins->count == 0 || bins->count > states)
        return false;
    /* One each, the rest by weight: the rounding falls on the sums, so they come out exactly. */
    uint64_t spare = states - bins->count;
    uint64_t weight = 0, before = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        weight += stw_bins_weight(bins->codes[i]);
        uint64_t after = weight * spare / total;
        bins->slots[i] = (uint16_t)(1 + after - before);
        before = after;
    }
    return true;
}

void stw_bins_spread(const struct stw_bins *bins, uint16_t *owners)
{
    uint32_t states = 1u << bins->log;
    uint32_t step = states / 2 + states / 8 + 3;
    uint32_t state = 0;
    for (uint32_t i = 0; i < bins->count; i++)
        for (uint32_t slot = 0; slot < bins->slots[i]; slot++) {
            owners[state] = (uint16_t)i;
            state = (state + step) & (states - 1);
        }
}
