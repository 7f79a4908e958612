/*
 * Time zones: where local clocks stand against UTC, from the system's TZif files (RFC 8536,
 * versions 1 to 4) and from fixed offsets.
 *
 * A zone is loaded once, is immutable and may be used by any number of threads; the loader owns
 * it until stw_zone_free(). It is kept as a list of spans of constant UTC offset; the rule in the
 * file's last line is unrolled to the end of STW_YEAR_MAX when the file is loaded, so every
 * question is one binary search. Zone files with leap seconds ("right/...") are refused: readings
 * are stamped in civil time.
 *
 * The folder is TZDIR of the environment, else /usr/share/zoneinfo.
 */
#ifndef STW_TIME_ZONE_H
#define STW_TIME_ZONE_H

#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_ZONE_NAME_MAX = 63,               /* bytes of a name */
    STW_ZONE_FILE_SIZE_MAX = 128 * 1024,  /* bytes of a TZif file; the largest has 4 KB */
    STW_ZONE_TRANSITIONS_MAX = 4096,      /* in a file */
    STW_ZONE_OFFSET_MAX_S = 26 * 3600 - 1 /* RFC 8536: utoff SHOULD be below 26 h */
};

struct stw_zone;

/*
 * A zone by name: "Europe/Berlin", "UTC", or a fixed offset east of Greenwich: "+08:00", "-03:30",
 * "UTC+8". STW_ERR_NOT_FOUND with a suggestion for an unknown name, STW_ERR_DAMAGED for a file
 * that is not a zone.
 */
int stw_zone_load(const char *name, struct stw_zone **out, struct stw_error *err) STW_CHECKED;

/* The same from the bytes of a TZif file. */
int stw_zone_parse(const char *name, struct stw_slice bytes, struct stw_zone **out,
                   struct stw_error *err) STW_CHECKED;

void stw_zone_free(struct stw_zone *zone); /* NULL is fine */

/* As given, offsets in the form "+08:00". */
const char *stw_zone_name(const struct stw_zone *zone);

/* Of the file's bytes (of the name, for fixed offsets): snapshots pin it. */
struct stw_hash128 stw_zone_hash(const struct stw_zone *zone);

/* Instants [start_ns, end_ns) share one offset. The first span starts at INT64_MIN and the last
 * ends at INT64_MAX. Neighbouring spans differ in their offset. */
struct stw_zone_span {
    int64_t start_ns;
    int64_t end_ns;
    int32_t offset_s; /* local = UTC + offset */
};
void stw_zone_span_at(const struct stw_zone *zone, int64_t at_ns, struct stw_zone_span *out);

int32_t stw_zone_offset(const struct stw_zone *zone, int64_t at_ns);
int64_t stw_zone_to_local(const struct stw_zone *zone, int64_t at_ns);

/* The first change of the offset after `after_ns`. False: there is none. */
bool stw_zone_next_transition(const struct stw_zone *zone, int64_t after_ns, int64_t *out_ns);

enum stw_local_kind {
    STW_LOCAL_UNIQUE,
    STW_LOCAL_AMBIGUOUS,  /* the clock was put back: two instants show this time */
    STW_LOCAL_NONEXISTENT /* the clock was put forward over this time */
};

struct stw_local {
    enum stw_local_kind kind;
    int64_t ns;       /* the instant; ambiguous: the first; nonexistent: of the change */
    int64_t later_ns; /* the second instant where ambiguous, else = ns */
    int32_t offset_s; /* at ns */
    /* Unique: local times in [from_local_ns, until_local_ns) are unique with the same offset, so
     * a caller may convert them without asking again. Else empty. */
    int64_t from_local_ns;
    int64_t until_local_ns;
};
void stw_zone_local(const struct stw_zone *zone, int64_t local_ns, struct stw_local *out);

#endif
