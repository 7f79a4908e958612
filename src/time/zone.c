/*
 * Zones: TZif files to a sorted list of spans of constant offset, and the questions asked of it.
 *
 * The parser checks the counts of the header against the size of the file once and reads inside
 * that. Designations, standard/wall and UT/local indicators do not bear on offsets and are skipped.
 */
#include "time/zone.h"

#include "base/io.h"
#include "base/memory.h"
#include "time/civil.h"
#include "time/zone_name.h"
#include "time/zone_rule.h"

#include <stdio.h>
#include <stdlib.h>

/* From start_ns on, until the next one's start. */
struct change {
    int64_t start_ns;
    int32_t offset_s;
};

struct stw_zone {
    char name[STW_ZONE_NAME_MAX + 1];
    struct stw_hash128 hash;
    uint32_t count; /* of changes, at least 1; changes[0].start_ns is INT64_MIN */
    struct change changes[];
};

/* ---- building ---------------------------------------------------------------------------- */

static struct stw_zone *zone_new(const char *name, size_t changes_max, int32_t offset_s)
{
    struct stw_zone *zone =
        stw_alloc_zero(1, sizeof(struct stw_zone) + changes_max * sizeof(struct change));
    if (zone == NULL)
        return NULL;
    snprintf(zone->name, sizeof(zone->name), "%s", name);
    zone->changes[0] = (struct change){INT64_MIN, offset_s};
    zone->count = 1;
    return zone;
}

/* Starts are not descending. A change that lasts no time, or changes nothing, leaves no trace. */
static void zone_add(struct stw_zone *zone, int64_t start_s, int32_t offset_s)
{
    if (start_s >= STW_TIME_MAX_NS / STW_NS_PER_SECOND)
        return;
    int64_t start_ns =
        start_s < STW_TIME_MIN_NS / STW_NS_PER_SECOND ? INT64_MIN : start_s * STW_NS_PER_SECOND;
    struct change *last = &zone->changes[zone->count - 1];
    assert(start_ns >= last->start_ns);
    if (start_ns == last->start_ns) {
        last->offset_s = offset_s;
        if (zone->count > 1 && last[-1].offset_s == offset_s)
            zone->count--;
    } else if (last->offset_s != offset_s) {
        zone->changes[zone->count++] = (struct change){start_ns, offset_s};
    }
}

/* ---- TZif -------------------------------------------------------------------------------- */

enum {
    HEADER_SIZE = 44,
    RULE_YEARS_MAX = STW_YEAR_MAX - STW_YEAR_MIN + 2,
    CHANGES_MAX_BESIDE_FILE = 1 + 2 * RULE_YEARS_MAX
};

struct tzif {
    uint32_t ut_count, standard_count, leap_count, time_count, type_count, char_count;
    unsigned time_size; /* of a transition time: 4, or 8 in the second block */
    const unsigned char *times;
    const unsigned char *kinds; /* the type of each transition */
    const unsigned char *types; /* offset (4 bytes), is daylight, designation */
    const unsigned char *end;
};

static uint32_t load_be32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int64_t load_time(const struct tzif *file, uint32_t i)
{
    const unsigned char *bytes = file->times + (size_t)i * file->time_size;
    if (file->time_size == 4)
        return (int32_t)load_be32(bytes);
    return (int64_t)((uint64_t)load_be32(bytes) << 32 | load_be32(bytes + 4));
}

/* One header and its data block at `at`; false when they reach past the end. */
static bool read_block(struct stw_slice bytes, size_t at, unsigned time_size, struct tzif *out)
{
    if (bytes.size - at < HEADER_SIZE || memcmp(bytes.data + at, "TZif", 4) != 0)
        return false;
    const unsigned char *header = (const unsigned char *)bytes.data + at;
    *out = (struct tzif){.ut_count = load_be32(header + 20),
                         .standard_count = load_be32(header + 24),
                         .leap_count = load_be32(header + 28),
                         .time_count = load_be32(header + 32),
                         .type_count = load_be32(header + 36),
                         .char_count = load_be32(header + 40),
                         .time_size = time_size};
    /* 64-bit sums of 32-bit counts times at most 12: no overflow. */
    uint64_t times = (uint64_t)out->time_count * time_size;
    uint64_t types = (uint64_t)out->type_count * 6;
    uint64_t size = times + out->time_count + types + out->char_count +
                    (uint64_t)out->leap_count * (time_size + 4) + out->standard_count +
                    out->ut_count;
    if (size > bytes.size - at - HEADER_SIZE || out->time_count > STW_ZONE_TRANSITIONS_MAX ||
        out->type_count == 0 || out->type_count > 256)
        return false;
    out->times = header + HEADER_SIZE;
    out->kinds = out->times + times;
    out->types = out->kinds + out->time_count;
    out->end = header + HEADER_SIZE + size;
    return true;
}

/* False: a transition is of a type that is not there, out of order, or an offset is absurd. */
static bool add_transitions(struct stw_zone *zone, const struct tzif *file)
{
    for (uint32_t i = 0; i < file->type_count; i++) {
        int32_t offset_s = (int32_t)load_be32(file->types + (size_t)i * 6);
        if (offset_s < -STW_ZONE_OFFSET_MAX_S || offset_s > STW_ZONE_OFFSET_MAX_S)
            return false;
    }
    zone->changes[0].offset_s = (int32_t)load_be32(file->types);
    for (uint32_t i = 0; i < file->time_count; i++) {
        if (file->kinds[i] >= file->type_count ||
            (i > 0 && load_time(file, i) <= load_time(file, i - 1)))
            return false;
        zone_add(zone, load_time(file, i),
                 (int32_t)load_be32(file->types + (size_t)file->kinds[i] * 6));
    }
    return true;
}

/* Unrolls the rule from the last transition of the file (or the first year) to the last year. */
static void add_rule_years(struct stw_zone *zone, const struct stw_zone_rule *rule, int64_t after_s)
{
    struct stw_civil civil;
    stw_civil_of_days(stw_floor_div(after_s, 86400), &civil);
    struct {
        int64_t at_s;
        int32_t offset_s;
    } found[2 * RULE_YEARS_MAX];
    size_t count = 0;
    for (int year = civil.year - 1; year <= STW_YEAR_MAX; year++) {
        int64_t at_s[2];
        int32_t offset_s[2] = {rule->daylight_s, rule->standard_s};
        stw_zone_rule_year(rule, year, &at_s[0], &at_s[1]);
        for (int i = 0; i < 2; i++) {
            size_t slot = count++;
            /* Already in order but for the two of a year in the south. Of two at one instant the
             * later in the loop holds: that is how "daylight time all year" is written. */
            for (; slot > 0 && found[slot - 1].at_s > at_s[i]; slot--)
                found[slot] = found[slot - 1];
            found[slot].at_s = at_s[i];
            found[slot].offset_s = offset_s[i];
        }
    }
    for (size_t i = 0; i < count; i++)
        if (found[i].at_s > after_s)
            zone_add(zone, found[i].at_s, found[i].offset_s);
}

/* "\n<rule>\n" behind the second block. An empty one says nothing about later times. */
static bool add_footer(struct stw_zone *zone, const struct tzif *file, struct stw_slice bytes)
{
    const char *at = (const char *)file->end;
    const char *end = bytes.data + bytes.size;
    if (at == end || *at++ != '\n')
        return false;
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (line_end == NULL)
        return false;
    if (line_end == at)
        return true;
    struct stw_zone_rule rule;
    if (!stw_zone_rule_parse((struct stw_slice){at, (size_t)(line_end - at)}, &rule))
        return false;
    int64_t last_s = file->time_count == 0 ? INT64_MIN : load_time(file, file->time_count - 1);
    if (last_s >= STW_TIME_MAX_NS / STW_NS_PER_SECOND)
        return true;
    if (last_s < STW_TIME_MIN_NS / STW_NS_PER_SECOND)
        last_s = STW_TIME_MIN_NS / STW_NS_PER_SECOND;
    if (rule.has_daylight)
        add_rule_years(zone, &rule, last_s);
    return true;
}

static int fail_damaged(const char *name, struct stw_error *err)
{
    int status = stw_fail(err, STW_ERR_DAMAGED, "'%s' is not a time zone file (TZif)", name);
    stw_error_hint(err, "reinstall the package tzdata, or give a zone such as Asia/Shanghai");
    return status;
}

int stw_zone_parse(const char *name, struct stw_slice bytes, struct stw_zone **out,
                   struct stw_error *err)
{
    struct tzif file;
    *out = NULL;
    if (bytes.size > STW_ZONE_FILE_SIZE_MAX || !read_block(bytes, 0, 4, &file))
        return fail_damaged(name, err);
    bool has_second = bytes.data[4] >= '2'; /* the version: NUL, '2', '3' or '4' */
    if (has_second && !read_block(bytes, (size_t)((const char *)file.end - bytes.data), 8, &file))
        return fail_damaged(name, err);
    if (file.leap_count > 0)
        return stw_fail(err, STW_ERR_INPUT,
                        "the zone '%s' counts leap seconds, which civil readings do not have",
                        name);
    struct stw_zone *zone = zone_new(name, file.time_count + (size_t)CHANGES_MAX_BESIDE_FILE, 0);
    if (zone == NULL)
        return stw_fail_memory(err, sizeof(struct stw_zone));
    if (!add_transitions(zone, &file) || (has_second && !add_footer(zone, &file, bytes))) {
        stw_free(zone);
        return fail_damaged(name, err);
    }
    zone->hash = stw_hash128(bytes.data, bytes.size);
    *out = zone;
    return STW_OK;
}

/* ---- loading ----------------------------------------------------------------------------- */

static int load_fixed(int32_t offset_s, struct stw_zone **out, struct stw_error *err)
{
    char name[STW_ZONE_NAME_MAX + 1] = "UTC";
    int minutes = abs(offset_s) / 60;
    if (offset_s != 0)
        snprintf(name, sizeof(name), "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60,
                 minutes % 60);
    *out = zone_new(name, 1, offset_s);
    if (*out == NULL)
        return stw_fail_memory(err, sizeof(struct stw_zone));
    (*out)->hash = stw_hash128(name, strlen(name));
    return STW_OK;
}

static int fail_unknown(const char *name, struct stw_error *err)
{
    int status =
        stw_fail(err, STW_ERR_NOT_FOUND, "there is no time zone '%.*s'", STW_ZONE_NAME_MAX, name);
    struct stw_arena arena;
    stw_arena_init(&arena);
    const char *meant = stw_zone_name_suggest(name, &arena);
    if (meant != NULL)
        stw_error_hint(err, "did you mean %s?", meant);
    else
        stw_error_hint(err, "give an IANA name such as Asia/Shanghai, or an offset such as +08:00");
    stw_arena_release(&arena);
    return status;
}

int stw_zone_load(const char *name, struct stw_zone **out, struct stw_error *err)
{
    int32_t offset_s;
    char path[4096];
    *out = NULL;
    if (stw_zone_name_offset(name, &offset_s))
        return load_fixed(offset_s, out, err);
    if (!stw_zone_name_is_valid(name))
        return fail_unknown(name, err);
    STW_TRY(stw_path_join(path, sizeof(path), stw_zone_folder(), name, err));
    struct stw_buffer bytes;
    stw_buffer_init(&bytes);
    int status = stw_file_load(stw_io_system(), path, STW_ZONE_FILE_SIZE_MAX, &bytes, err);
    if (status == STW_OK)
        status = stw_zone_parse(name, stw_buffer_slice(&bytes), out, err);
    else if (status == STW_ERR_NOT_FOUND || status == STW_ERR_IO) /* a folder reads as EISDIR */
        status = fail_unknown(name, err);
    stw_buffer_release(&bytes);
    return status;
}

void stw_zone_free(struct stw_zone *zone)
{
    stw_free(zone);
}

const char *stw_zone_name(const struct stw_zone *zone)
{
    return zone->name;
}

struct stw_hash128 stw_zone_hash(const struct stw_zone *zone)
{
    return zone->hash;
}

/* ---- questions --------------------------------------------------------------------------- */

/* The last change that starts at or before at_ns. */
static uint32_t find(const struct stw_zone *zone, int64_t at_ns)
{
    uint32_t low = 0;
    for (uint32_t size = zone->count; size > 1;) {
        uint32_t half = size / 2;
        if (zone->changes[low + half].start_ns <= at_ns)
            low += half;
        size -= half;
    }
    return low;
}

static int64_t start_of(const struct stw_zone *zone, uint32_t i)
{
    return i < zone->count ? zone->changes[i].start_ns : INT64_MAX;
}

void stw_zone_span_at(const struct stw_zone *zone, int64_t at_ns, struct stw_zone_span *out)
{
    uint32_t i = find(zone, at_ns);
    *out = (struct stw_zone_span){zone->changes[i].start_ns, start_of(zone, i + 1),
                                  zone->changes[i].offset_s};
}

int32_t stw_zone_offset(const struct stw_zone *zone, int64_t at_ns)
{
    return zone->changes[find(zone, at_ns)].offset_s;
}

static int64_t add_seconds(int64_t ns, int64_t seconds)
{
    int64_t sum;
    if (__builtin_add_overflow(ns, seconds * STW_NS_PER_SECOND, &sum))
        return seconds < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

int64_t stw_zone_to_local(const struct stw_zone *zone, int64_t at_ns)
{
    return add_seconds(at_ns, stw_zone_offset(zone, at_ns));
}

bool stw_zone_next_transition(const struct stw_zone *zone, int64_t after_ns, int64_t *out_ns)
{
    uint32_t next = find(zone, after_ns) + 1;
    *out_ns = start_of(zone, next);
    return next < zone->count;
}

/* Where span i begins on its own clock, and on the clock of the span before it. */
static int64_t local_start(const struct stw_zone *zone, uint32_t i, uint32_t clock)
{
    int64_t start_ns = start_of(zone, i);
    if (start_ns == INT64_MIN || start_ns == INT64_MAX)
        return start_ns;
    return add_seconds(start_ns, zone->changes[clock].offset_s);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void set_unique(const struct stw_zone *zone, uint32_t i, struct stw_local *out)
{
    out->from_local_ns = local_start(zone, i, i);
    out->until_local_ns = local_start(zone, i + 1, i);
    if (i > 0)
        out->from_local_ns = larger(out->from_local_ns, local_start(zone, i, i - 1));
    if (i + 1 < zone->count)
        out->until_local_ns = smaller(out->until_local_ns, local_start(zone, i + 1, i + 1));
}

void stw_zone_local(const struct stw_zone *zone, int64_t local_ns, struct stw_local *out)
{
    local_ns = smaller(local_ns, INT64_MAX - 1); /* the last span ends at INT64_MAX, exclusive */
    uint32_t i = find(zone, add_seconds(local_ns, -STW_ZONE_OFFSET_MAX_S));
    uint32_t found = 0;
    *out = (struct stw_local){.kind = STW_LOCAL_NONEXISTENT};
    /* Spans in order of time; this clock time is inside one, two or none of them. */
    for (; i < zone->count; i++) {
        if (local_start(zone, i, i) > local_ns) {
            /* Not yet reached on this clock, and not inside a span before: it was jumped over. */
            if (found == 0) {
                out->ns = out->later_ns = zone->changes[i].start_ns;
                out->offset_s = zone->changes[i].offset_s;
                return;
            }
            break;
        }
        if (local_ns >= local_start(zone, i + 1, i))
            continue;
        out->later_ns = add_seconds(local_ns, -zone->changes[i].offset_s);
        if (found++ > 0) {
            out->kind = STW_LOCAL_AMBIGUOUS;
            out->from_local_ns = out->until_local_ns = 0;
            return;
        }
        out->kind = STW_LOCAL_UNIQUE;
        out->ns = out->later_ns;
        out->offset_s = zone->changes[i].offset_s;
        set_unique(zone, i, out);
    }
}
