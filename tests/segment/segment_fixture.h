/*
 * Rows as the plainest possible structs, written through the segment writer and read back through
 * the reader: what the suites of tests/segment compare against.
 */
#ifndef STW_TEST_SEGMENT_FIXTURE_H
#define STW_TEST_SEGMENT_FIXTURE_H

#include "segment/segment.h"

enum { FIXTURE_COLUMNS = 6, FIXTURE_WORD_SIZE = 48 };

/* One row: decimal, float, int, bool, time, text, in this order. */
struct fixture_row {
    uint32_t series;
    int64_t time_ns;
    bool has[FIXTURE_COLUMNS];
    int64_t integer[FIXTURE_COLUMNS]; /* decimal (at `scale`), int, bool, time */
    int scale;                        /* of the decimal, as it was given */
    double real;
    char text[FIXTURE_WORD_SIZE];
};

struct fixture {
    struct fixture_row *rows;
    uint32_t count;
    uint32_t capacity;
    struct stw_segment_effort effort; /* of fixture_write() */
};

#define FIXTURE_FROM_NS INT64_C(1735689600000000000) /* 2025-01-01T00:00Z */
#define FIXTURE_TO_NS   INT64_C(1738368000000000000) /* 2025-02-01T00:00Z */

void fixture_init(struct fixture *fixture);
void fixture_release(struct fixture *fixture);

/* A zeroed row at the end; everything present, text "". */
struct fixture_row *fixture_add(struct fixture *fixture, uint32_t series, int64_t time_ns);

/* `count` rows of one series, `step_ns` apart, registers, gauges, words and gaps at random. */
void fixture_add_series(struct fixture *fixture, uint32_t series, uint32_t count, int64_t step_ns,
                        uint64_t *random);

struct stw_segment_spec fixture_spec(void);
struct stw_slice fixture_key(uint32_t series, char *text, size_t size);

/* Writes rows [0, count) in runs of at most `run_rows`; returns the writer's status. */
int fixture_write(const struct fixture *fixture, const struct stw_io *io, const char *path,
                  uint32_t run_rows, struct stw_segment_info *info, struct stw_error *err);

/* Reads everything and compares; returns the number of differences (told through STW_EXPECT). */
unsigned fixture_compare(const struct fixture *fixture, const char *path);

#endif
