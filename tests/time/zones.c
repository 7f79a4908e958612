/* Zones the suites share; see zones.h. */
#include "zones.h"

#include "time/civil.h"

#include "../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct stw_zone *loaded[64];
static unsigned loaded_count;

static void free_all(void)
{
    while (loaded_count > 0)
        stw_zone_free(loaded[--loaded_count]);
}

const struct stw_zone *stw_test_zone(const char *name)
{
    for (unsigned i = 0; i < loaded_count; i++)
        if (strcmp(stw_zone_name(loaded[i]), name) == 0)
            return loaded[i];
    struct stw_error err;
    if (loaded_count == 0)
        atexit(free_all);
    if (loaded_count == 64 || stw_zone_load(name, &loaded[loaded_count], &err) != STW_OK) {
        fprintf(stderr, "cannot load the zone %s: %s\n", name, err.what);
        exit(1);
    }
    return loaded[loaded_count++];
}

int64_t stw_test_local(const char *text)
{
    struct stw_civil civil = {0};
    int64_t local_ns;
    int fields = sscanf(text, "%d-%d-%d%*c%d:%d:%d", &civil.year, &civil.month, &civil.day,
                        &civil.hour, &civil.minute, &civil.second);
    if (fields < 3 || !stw_civil_to_local(&civil, &local_ns)) {
        fprintf(stderr, "not a time: %s\n", text);
        exit(1);
    }
    return local_ns;
}

int64_t stw_test_instant(const char *zone, const char *text)
{
    struct stw_local local;
    stw_zone_local(stw_test_zone(zone), stw_test_local(text), &local);
    return local.ns;
}
