/*
 * steward: telemetry analytics for property operations, as a C library.
 *
 * A store is a folder. Open one, append readings, scan them, run a month: rules, alerts, report.
 *
 *     struct stw_error err;
 *     struct steward *store;
 *     if (steward_open("mystore", STEWARD_WRITE, &store, &err) < 0) ...
 *
 * Results: 0 or a negative enum stw_status (steward/status.h); STW_END when a scan has no more
 * rows. Every function that can fail takes a struct stw_error, which may be NULL.
 *
 * Ownership: what a scan hands out belongs to the scan until its next call; strings passed in are
 * copied. Threads: a handle is used by one thread at a time; several handles may be open on one
 * folder, of which one may write.
 *
 * Link with -lsteward and what `pkg-config --static --libs steward` names.
 */
#ifndef STEWARD_STEWARD_H
#define STEWARD_STEWARD_H

#include "steward/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct steward;      /* an open store */
struct steward_scan; /* rows on their way out */

enum steward_mode {
    STEWARD_READ, /* any number at once, beside a writer */
    STEWARD_WRITE /* one; STW_ERR_LOCKED when somebody else holds it */
};

/* Makes an empty store. `zone` is an IANA name, the local time of sites that name no other. */
int steward_create(const char *folder, const char *zone, struct stw_error *err);

int steward_open(const char *folder, enum steward_mode mode, struct steward **out,
                 struct stw_error *err);

/* Closes the store. Readings that were appended stay what their durability made them: those not
 * committed become visible when the store is opened to write again. NULL is
 * fine. */
void steward_close(struct steward *store);

/*
 * A reading: value * 10^-scale in the unit that the device registry names, at an instant in ns
 * since 1970-01-01 UTC. The value is stored exactly as given: 1234 with scale 2 is 12.34.
 */
struct steward_reading {
    const char *device;  /* not empty */
    const char *channel; /* "energy", "voltage" ...; not empty */
    int64_t time_ns;
    int64_t value;
    int scale;           /* 0 .. 18 */
    const char *quality; /* "ok", "estimated", "suspect" ...; NULL is "ok" */
};

/* What it means that steward_append has returned. */
enum steward_durability {
    STEWARD_NONE,  /* the readings outlive this process, but perhaps not a power cut */
    STEWARD_BATCH, /* they are on disk; waits up to 2 ms for others to share the sync with */
    STEWARD_ALWAYS /* they are on disk; the sync begins at once */
};

enum { STEWARD_APPEND_MAX = 65536 /* readings of one call */ };

/*
 * Takes readings in any order: all of the call or none of them. They go into the store's journal;
 * after a crash they are found there again. They become visible with steward_commit, or with the
 * first append five minutes after the oldest of them.
 *
 * STW_ERR_USAGE, STW_ERR_INPUT, STW_ERR_LIMIT: nothing was taken, and the store goes on. After any
 * other failure the store takes no more; open it again: all that was acknowledged is there, and the
 * readings of the failed call are there as a whole or not. Appending them again changes nothing.
 */
int steward_append(struct steward *store, const struct steward_reading *readings, size_t count,
                   enum steward_durability durability, struct stw_error *err);

/* Makes all that was appended visible, to this handle and to others: all of it or, on failure,
 * nothing new. `rows` (may be NULL): how many readings waited. */
int steward_commit(struct steward *store, uint64_t *rows, struct stw_error *err);

/*
 * Which readings: of one device and channel, or of all where NULL, with
 * from_ns <= time < to_ns.
 */
struct steward_scan_spec {
    const char *device;
    const char *channel;
    int64_t from_ns;
    int64_t to_ns;
};

/*
 * Consecutive readings of one series, in time order. Of two readings at one instant the later
 * committed one is handed out.
 */
struct steward_rows {
    const char *device;
    const char *channel;
    size_t count;
    const int64_t *time_ns;
    const int64_t *values;
    int scale; /* of all values of these rows */
};

/* Series come in the order of their (device, channel) bytes. */
int steward_scan_open(struct steward *store, const struct steward_scan_spec *spec,
                      struct steward_scan **out, struct stw_error *err);
int steward_scan_next(struct steward_scan *scan, struct steward_rows *rows, struct stw_error *err);
void steward_scan_close(struct steward_scan *scan); /* NULL is fine */

/* A monthly run: the rules over the month, alerts into the store, the report into a folder. */
struct steward_run_spec {
    const char *rules;    /* a file or folder of YAML */
    const char *month;    /* "2026-10" */
    const char *out;      /* folder for report.html, report.json and CSV files; made when absent */
    const char *language; /* "zh-CN", "en"; NULL: the rule pack's */
};

struct steward_run_result {
    uint64_t alerts;
    uint64_t alerts_critical;
};

int steward_run(struct steward *store, const struct steward_run_spec *spec,
                struct steward_run_result *result, struct stw_error *err);

#ifdef __cplusplus
}
#endif
#endif
