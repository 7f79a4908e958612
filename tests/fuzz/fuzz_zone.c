/* A TZif file, and its rule line on its own: any bytes give an error or a zone that answers. */
#include "time/zone.h"
#include "time/zone_rule.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t instants[] = {INT64_MIN, -1, 0, INT64_C(1761440400000000000), INT64_MAX};
    struct stw_slice bytes = {(const char *)data, size};
    struct stw_zone_rule rule;
    int64_t start, end;
    if (stw_zone_rule_parse(bytes, &rule) && rule.has_daylight)
        stw_zone_rule_year(&rule, 2024, &start, &end);
    struct stw_zone *zone;
    if (stw_zone_parse("fuzz", bytes, &zone, NULL) != STW_OK)
        return 0;
    for (unsigned i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
        struct stw_zone_span span;
        struct stw_local local;
        stw_zone_span_at(zone, instants[i], &span);
        if (span.start_ns > instants[i])
            __builtin_trap();
        stw_zone_local(zone, instants[i], &local);
    }
    stw_zone_free(zone);
    return 0;
}
