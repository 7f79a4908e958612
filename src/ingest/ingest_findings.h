/*
 * What a file says against itself or against the store, where the rows are kept all the same: a
 * previous reading that is not the last one, registers that do not add up. Counted by kind and
 * listed in STORE/rejects/NAME.HASH.findings.csv with line, subject and both values; the first few
 * are kept as sentences to be printed.
 *
 * Memory: the list is written at the end and holds STW_INGEST_FINDING_LISTED_MAX rows at most; what
 * goes beyond is counted, and the list's last line says so.
 */
#ifndef STW_INGEST_INGEST_FINDINGS_H
#define STW_INGEST_INGEST_FINDINGS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"

#include <stdint.h>

enum stw_ingest_finding_kind {
    STW_INGEST_FINDING_PREVIOUS, /* a previous reading is not the reading before */
    STW_INGEST_FINDING_ESTIMATE, /* one is marked as an estimate, the stored reading is not */
    STW_INGEST_FINDING_SAID,     /* a device's site or building is another one than before */
    STW_INGEST_FINDING_SUM,      /* the parts do not add up to the total */
    STW_INGEST_FINDING_TWICE,    /* a device stated twice for one date, differently */
    STW_INGEST_FINDING_ORDER,    /* records of a log at one time, in two files */
    STW_INGEST_FINDING_KINDS
};

/* What follows a count of them: "previous readings that are not the reading before". */
const char *stw_ingest_finding_text(enum stw_ingest_finding_kind kind, uint64_t count);

enum {
    STW_INGEST_FINDING_LISTED_MAX = 100000,
    STW_INGEST_FINDING_SHOWN_MAX = 5,
    STW_INGEST_FINDING_TEXT_SIZE = 240,
    STW_INGEST_FINDING_PATH_SIZE = 512
};

/* What was found, for whoever prints it; a copy outlives the rest. */
struct stw_ingest_findings_summary {
    uint64_t count[STW_INGEST_FINDING_KINDS];
    uint32_t shown;
    char sentences[STW_INGEST_FINDING_SHOWN_MAX][STW_INGEST_FINDING_TEXT_SIZE];
    char path[STW_INGEST_FINDING_PATH_SIZE]; /* "" when there are none */
};

struct stw_ingest_findings {
    struct stw_ingest_findings_summary summary;
    struct stw_buffer list;
    uint64_t listed;
};

void stw_ingest_findings_init(struct stw_ingest_findings *findings);
void stw_ingest_findings_release(struct stw_ingest_findings *findings);

/* `subject` is who it is about ("M-17 energy"), `found` and `expected` the two values as text,
 * `note` the rest of the sentence ("on 2026-09-30"); may be empty. */
int stw_ingest_findings_add(struct stw_ingest_findings *findings, enum stw_ingest_finding_kind kind,
                            uint64_t line, struct stw_slice subject, const char *found,
                            const char *expected, const char *note,
                            struct stw_error *err) STW_CHECKED;

/* Writes the list beside the rejected rows, if there is anything in it. */
int stw_ingest_findings_finish(struct stw_ingest_findings *findings, const struct stw_io *io,
                               const char *store_path, struct stw_slice name,
                               struct stw_hash128 identity, struct stw_error *err) STW_CHECKED;

#endif
