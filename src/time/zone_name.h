/*
 * Names of zones: which are safe to open as a file, which are fixed offsets, and what somebody who
 * mistyped one may have meant.
 */
#ifndef STW_TIME_ZONE_NAME_H
#define STW_TIME_ZONE_NAME_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* The folder of zone files: TZDIR, else /usr/share/zoneinfo. */
const char *stw_zone_folder(void);

/* A relative path of letters, digits, '_', '-', '+' that starts with a letter and cannot leave
 * the folder. */
bool stw_zone_name_is_valid(const char *name);

/* "UTC", "Z", "+08:00", "-0330", "UTC+8": the offset east of Greenwich, at most 15:59. */
bool stw_zone_name_offset(const char *name, int32_t *offset_s) __attribute__((warn_unused_result));

/* The zone somebody may have meant, or NULL; lives in `arena`. Reads the folder's zone list. */
const char *stw_zone_name_suggest(const char *name, struct stw_arena *arena);

#endif
