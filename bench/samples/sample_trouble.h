/*
 * The troubles planted in the sample, and the truth about them: what a good set of rules should
 * find, and what it may report without being wrong. Devices, times and sizes follow the seed.
 */
#ifndef BENCH_SAMPLE_TROUBLE_H
#define BENCH_SAMPLE_TROUBLE_H

#include "sample_property.h"

#include <stdbool.h>
#include <stdint.h>

/* How a trouble changes what a device measures or says. Steps are [from, to). */
enum sample_effect {
    SAMPLE_EXTRA_USE, /* amount: L/h or W on top */
    SAMPLE_VACANT,    /* nobody at home */
    SAMPLE_LEFT_ON,   /* runs as on a working day at noon */
    SAMPLE_SILENT,    /* readings are missing */
    SAMPLE_STUCK,     /* the register stands still; the use is lost to it */
    SAMPLE_EXCHANGE,  /* a new meter at `from`; amount: its first register */
    SAMPLE_RESET,     /* the register restarts at 0 at `from` */
    SAMPLE_BAD_READ,  /* the reading at `from` is wrong; amount: steps of the register off */
    SAMPLE_ROLLOVER,  /* the register passes its last digit at `from` */
    SAMPLE_OFFSET,    /* gauge: amount on top, in steps of the reading */
    SAMPLE_NEAR       /* gauge: stays around amount, in steps of the reading */
};

struct sample_trouble {
    int device;
    enum sample_effect effect;
    int from, to;
    int64_t amount;
};

/* One line of truth.csv. */
struct sample_truth {
    int trouble; /* lines of one trouble share a number */
    char what[32];
    int site;
    char subject[24];    /* device or work order */
    const char *channel; /* "" for the device as a whole */
    int64_t from_ns, to_ns;
    char rule[32]; /* of the shipped pack; "" where only a flag or a report can show it */
    bool must;     /* else: an alert here is no false alarm, and none is no miss */
    char note[96];
};

enum { SAMPLE_TROUBLES_MAX = 256, SAMPLE_TRUTHS_MAX = 1024 };

struct sample_plan {
    struct sample_trouble troubles[SAMPLE_TROUBLES_MAX];
    struct sample_truth truths[SAMPLE_TRUTHS_MAX];
    int trouble_count, truth_count;
    int numbers; /* of troubles told so far */
    bool troubled[SAMPLE_DEVICES_MAX];
};

void sample_plan_make(struct sample_plan *plan, struct sample_property *property);

/* A new trouble's number for its truth lines. */
int sample_plan_number(struct sample_plan *plan);

/* Appends a line of truth and returns it for details; text fields are cut to their size. */
struct sample_truth *sample_truth_add(struct sample_plan *plan, int trouble, const char *what,
                                      int site, const char *subject, int64_t from_ns, int64_t to_ns,
                                      const char *rule, bool must);

/* The trouble of that effect on the device at a step, or NULL. */
const struct sample_trouble *sample_trouble_at(const struct sample_plan *plan, int device,
                                               enum sample_effect effect, int step);

void sample_truth_write(const struct sample_plan *plan, const struct sample_property *property,
                        const char *folder);

#endif
