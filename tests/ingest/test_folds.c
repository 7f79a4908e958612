/*
 * Logs that go on from file to file: what is in the table must not depend on how the log was cut
 * into files, nor on the order in which these came. The twin is the whole log in one file.
 */
#include "ingest_tools.h"

#include "base/memory.h"
#include "store/compact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK(call) CU_ASSERT_EQUAL_FATAL((call), STW_OK)

enum { PARTS_MAX = 5, LINES_MAX = 200, TEXT_SIZE = 16384 };

#define STATES(words, more)                                                                        \
    "table: faults\nfold:\n  into: outages\n  key: lift\n  time: at\n"                             \
    "  state: {column: state, values: {on: up, off: down" words "}}\n" more                        \
    "fields:\n  device: lift\n  time: \"{start}\"\n  restored: \"{end}\"\n  code: why\n"

#define OUTAGES(more) STATES("", more)
#define LOSING(more)  STATES(", lost: unknown", more)

#define ORDERS(more)                                                                               \
    "table: work_orders\nfold:\n  into: orders\n  key: no\n  state: state\n  time: at\n" more      \
    "fields:\n  order: no\n  created: \"{first}\"\n  accepted: \"{first Active}\"\n"               \
    "  resolved: \"{last Done}\"\n  status: state\n  team: team\n"

static void takes(struct bench *bench, const char *name, const char *text)
{
    int status = bench_ingest(bench, bench_file(bench, name, text));
    STW_EXPECT(status == STW_OK && !bench->result.known, "%s: %d %s %s", name, status,
               bench->err.where, bench->err.what);
}

static void open_with(struct bench *bench, const char *map)
{
    bench_open(bench, "UTC");
    CU_ASSERT_FATAL(bench_map(bench, map));
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A table as text, its lines sorted: rows of one instant have no order. */
static void dump_sorted(struct bench *bench, const char *table, struct stw_buffer *out)
{
    static char *lines[4 * LINES_MAX];
    struct stw_buffer raw;
    unsigned count = 0;
    stw_buffer_init(&raw);
    bench_dump(bench, table, &raw);
    stw_buffer_add_char(&raw, '\0');
    for (char *line = strtok(raw.data, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof(lines[0]), compare_lines);
    for (unsigned i = 0; i < count; i++)
        stw_buffer_printf(out, "%s\n", lines[i]);
    stw_buffer_release(&raw);
}

/* ---- Two files ------------------------------------------------------------------------------- */

static const char january[] = "lift,at,state,why\n"
                              "A,2026-01-01T00:00,on,\n"
                              "A,2026-01-20T00:00,off,door\n";
static const char february[] = "lift,at,state,why\n"
                               "A,2026-02-03T00:00,on,\n"
                               "B,2026-02-01T00:00,off,belt\n";
static const char both[] =
    "A|2026-01-20T00:00:00Z| code=door restored=2026-02-03T00:00:00Z log=faults A\n"
    "B|2026-02-01T00:00:00Z| code=belt censored=both log=faults B\n";

static void an_outage_goes_on_into_the_next_file(void)
{
    struct bench bench;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "january.csv", january);
    CU_ASSERT(bench.result.rows == 1 && bench.result.outages.open == 1);
    BENCH_EXPECT(&bench, "faults",
                 "A|2026-01-20T00:00:00Z| code=door censored=right log=faults A\n");
    takes(&bench, "february.csv", february);
    CU_ASSERT(bench.result.rows == 2 && bench.result.outages.corrected == 1);
    CU_ASSERT(bench.result.outages.open == 1 && bench.result.outages.before == 1);
    BENCH_EXPECT(&bench, "faults", both);
    /* Again, and what is in both: nothing changes. */
    uint64_t generation = stw_store_generation(bench.store);
    CU_ASSERT_EQUAL(bench_ingest(&bench, bench_file(&bench, "february.csv", february)), STW_OK);
    CU_ASSERT(bench.result.known && stw_store_generation(bench.store) == generation);
    takes(&bench, "again.csv", "lift,at,state,why\nB,2026-02-01T00:00,off,belt\n");
    CU_ASSERT(bench.result.rows == 0 && bench.result.commit.added == 0);
    CU_ASSERT_EQUAL(bench.result.outages.corrected, 0);
    BENCH_EXPECT(&bench, "faults", both);
    bench_close(&bench);
}

static void the_earlier_file_may_come_later(void)
{
    struct bench bench;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "february.csv", february);
    /* Nothing is invented: the up of A, as a state, ends nothing that was seen. */
    BENCH_EXPECT(&bench, "faults",
                 "B|2026-02-01T00:00:00Z| code=belt censored=both log=faults B\n");
    takes(&bench, "january.csv", january);
    CU_ASSERT(bench.result.rows == 1 && bench.result.outages.corrected == 0);
    BENCH_EXPECT(&bench, "faults", both);
    /* Down in February's first record, and in January's last: one outage. */
    takes(&bench, "march.csv", "lift,at,state,why\nC,2026-03-01T00:00,off,key\n");
    takes(&bench, "middle.csv", "lift,at,state,why\nC,2026-02-20T00:00,off,bell\n");
    CU_ASSERT(bench.result.rows == 1 && bench.result.outages.corrected == 1);
    takes(&bench, "start.csv", "lift,at,state,why\nC,2026-02-10T00:00,on,\n");
    struct stw_buffer dump;
    stw_buffer_init(&dump);
    bench_dump(&bench, "faults", &dump);
    stw_buffer_add_char(&dump, '\0');
    CU_ASSERT_PTR_NOT_NULL(
        strstr(dump.data, "\nC|2026-02-20T00:00:00Z| code=bell censored=right log=faults C\n"));
    stw_buffer_release(&dump);
    bench_close(&bench);
}

/* In a log of changes an up tells that there was a down. */
static void an_up_without_a_down(void)
{
    struct bench bench;
    open_with(&bench, OUTAGES("  records: changes\n"));
    takes(&bench, "february.csv", february);
    BENCH_EXPECT(&bench, "faults",
                 "A|2026-02-03T00:00:00Z| restored=2026-02-03T00:00:00Z censored=left "
                 "log=faults A\n"
                 "B|2026-02-01T00:00:00Z| code=belt censored=both log=faults B\n");
    takes(&bench, "january.csv",
          "lift,at,state,why\nA,2026-01-20T00:00,off,door\nB,2026-01-30T00:00,on,\n");
    CU_ASSERT_EQUAL(bench.result.outages.corrected, 2);
    BENCH_EXPECT(&bench, "faults",
                 "A|2026-01-20T00:00:00Z| code=door restored=2026-02-03T00:00:00Z censored=left "
                 "log=faults A\n"
                 "B|2026-01-30T00:00:00Z| restored=2026-01-30T00:00:00Z censored=left "
                 "log=faults B\n"
                 "B|2026-02-01T00:00:00Z| code=belt censored=right log=faults B\n");
    bench_close(&bench);
}

static void an_order_goes_on_into_the_next_file(void)
{
    static const char whole[] =
        "1|2026-01-05T10:00:00Z| team=water status=Done accepted=2026-01-05T11:00:00Z "
        "resolved=2026-02-01T09:00:00Z\n";
    static const char *const files[] = {
        "no,state,at,team\n1,New,2026-01-05 10:00,desk\n1,Active,2026-01-05 11:00,gas\n",
        "no,state,at,team\n1,Done,2026-02-01 09:00,water\n"};
    for (int first = 0; first < 2; first++) {
        struct bench bench;
        open_with(&bench, ORDERS(""));
        takes(&bench, "one.csv", files[first]);
        takes(&bench, "two.csv", files[1 - first]);
        BENCH_EXPECT(&bench, "work_orders", whole);
        bench_close(&bench);
    }
}

/* ---- Beside other rows ----------------------------------------------------------------------- */

/* A fault of somebody else's at the instant of an outage that is taken out stays, and comes once.
 */
static void leaves_other_rows_alone(void)
{
    struct bench bench;
    open_with(&bench, "table: faults\nfields: {device: lift, time: at, code: why}\n");
    takes(&bench, "desk.csv", "lift,at,why\nA,2026-01-20T00:00,call\nA,2026-01-20T00:00,call 2\n");
    CU_ASSERT_FATAL(bench_map(&bench, OUTAGES("  log: panel\n")));
    takes(&bench, "january.csv", january);
    takes(&bench, "february.csv", february);
    CU_ASSERT_EQUAL(bench.result.outages.corrected, 1);
    /* Another log of the same lift is another matter. */
    CU_ASSERT_FATAL(bench_map(&bench, OUTAGES("  log: gateway\n")));
    takes(&bench, "gateway.csv", "lift,at,state,why\nA,2026-01-20T00:00,off,door\n");
    struct stw_buffer got;
    stw_buffer_init(&got);
    dump_sorted(&bench, "faults", &got);
    stw_buffer_add_char(&got, '\0');
    CU_ASSERT_STRING_EQUAL(
        got.data, "A|2026-01-20T00:00:00Z| code=call\n"
                  "A|2026-01-20T00:00:00Z| code=call 2\n"
                  "A|2026-01-20T00:00:00Z| code=door censored=both log=gateway A\n"
                  "A|2026-01-20T00:00:00Z| code=door restored=2026-02-03T00:00:00Z log=panel A\n"
                  "B|2026-02-01T00:00:00Z| code=belt censored=both log=panel B\n");
    stw_buffer_release(&got);
    bench_close(&bench);
}

/* The same file with another map is folded again in the new way. */
static void a_mended_map_folds_anew(void)
{
    struct bench bench;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "february.csv", february);
    CU_ASSERT_FATAL(bench_map(&bench, OUTAGES("  before: skip\n")));
    takes(&bench, "february.csv", february);
    CU_ASSERT_EQUAL(bench.result.outages.corrected, 1);
    BENCH_EXPECT(&bench, "faults", "");
    CU_ASSERT_FATAL(bench_map(&bench, OUTAGES("  records: changes\n")));
    takes(&bench, "february.csv", february);
    BENCH_EXPECT(&bench, "faults",
                 "A|2026-02-03T00:00:00Z| restored=2026-02-03T00:00:00Z censored=left "
                 "log=faults A\n"
                 "B|2026-02-01T00:00:00Z| code=belt censored=both log=faults B\n");
    bench_close(&bench);
}

/* A record of the same time, place and state as one before corrects it. */
static void a_record_is_corrected(void)
{
    struct bench bench;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "february.csv", february);
    takes(&bench, "corrected.csv", "lift,at,state,why\nB,2026-02-01T00:00,off,motor\n");
    CU_ASSERT_EQUAL(bench.result.outages.corrected, 1);
    BENCH_EXPECT(&bench, "faults",
                 "B|2026-02-01T00:00:00Z| code=motor censored=both log=faults B\n");
    BENCH_EXPECT(&bench, "changes",
                 "faults/A|2026-02-03T00:00:00Z| place=0 state=up cells={\"device\":\"A\"}\n"
                 "faults/B|2026-02-01T00:00:00Z| place=0 state=down "
                 "cells={\"device\":\"B\",\"code\":\"motor\"}\n");
    bench_close(&bench);
}

/* Two records of a time in two files: `ties` orders them; without it, nobody knows. */
static void records_of_one_time(void)
{
    static const char *const files[] = {"lift,at,state,why,n\nA,2026-01-01T00:00,on,,1\n",
                                        "lift,at,state,why,n\nA,2026-01-01T00:00,off,door,2\n",
                                        "lift,at,state,why,n\nA,2026-01-01T00:00,on,,3\n"};
    for (int order = 0; order < 3; order++) {
        struct bench bench;
        open_with(&bench, OUTAGES("  ties: n\n"));
        for (int i = 0; i < 3; i++) {
            takes(&bench, "part.csv", files[(order + i) % 3]);
            CU_ASSERT_EQUAL(bench.result.findings.count[STW_INGEST_FINDING_ORDER], 0);
        }
        BENCH_EXPECT(&bench, "faults",
                     "A|2026-01-01T00:00:00Z| code=door restored=2026-01-01T00:00:00Z "
                     "log=faults A\n");
        bench_close(&bench);
    }
    struct bench bench;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "one.csv", files[0]);
    takes(&bench, "two.csv", files[1]);
    CU_ASSERT_EQUAL(bench.result.findings.count[STW_INGEST_FINDING_ORDER], 1);
    STW_EXPECT(strcmp(bench.result.findings.sentences[0],
                      "line 2, A: state 'down', but 'up' is of the same time in an earlier file") ==
                   0,
               "%s", bench.result.findings.sentences[0]);
    bench_close(&bench);
}

/* Retention takes records and rows of old partitions; what is left of the rows stays. */
static void rows_before_the_first_record_stay(void)
{
    struct bench bench;
    struct stw_retention_result dropped;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "old.csv",
          "lift,at,state,why\nA,2025-03-01T00:00,on,\n"
          "A,2025-03-02T00:00,off,door\nA,2025-03-03T00:00,on,\n");
    struct stw_retention retention = {
        .table = stw_schema_find(stw_store_schema(bench.store), STW_SLICE("changes")),
        .before_ns = INT64_C(1767225600) * 1000000000, /* 2026 */
    };
    OK(stw_store_drop_before(bench.store, &retention, &dropped, &bench.err));
    CU_ASSERT_EQUAL(dropped.rows, 3);
    takes(&bench, "january.csv", january);
    BENCH_EXPECT(&bench, "faults",
                 "A|2025-03-02T00:00:00Z| code=door restored=2025-03-03T00:00:00Z log=faults A\n"
                 "A|2026-01-20T00:00:00Z| code=door censored=right log=faults A\n");
    bench_close(&bench);
}

/* ---- Any cut, any order ---------------------------------------------------------------------- */

/* A log as lines, cut into parts at random places of a random arrangement of its lines. */
struct log {
    char lines[LINES_MAX][80];
    unsigned count;
    const char *header;
    uint64_t random;
};

static unsigned dice(struct log *log, unsigned sides)
{
    return (unsigned)(stw_test_random(&log->random) % sides);
}

/* Of few lifts in few hours, so that everything meets; `n` orders what is of one time. */
static void make_states(struct log *log)
{
    static const char *const states[] = {"on", "off", "on", "off", "lost", ""};
    log->header = "lift,at,state,why,n\n";
    log->count = 1 + dice(log, 40);
    for (unsigned i = 0; i < log->count; i++)
        snprintf(log->lines[i], sizeof(log->lines[i]), "%c,2026-%02u-01T%02u:00,%s,w%u,%u\n",
                 'A' + (int)dice(log, 3), 1 + dice(log, 2), dice(log, 12), states[dice(log, 6)],
                 dice(log, 4), i);
}

static void make_orders(struct log *log)
{
    static const char *const states[] = {"New", "Active", "Done", "Active"};
    static const char *const teams[] = {"", "gas", "water"};
    log->header = "no,at,state,team,n\n";
    log->count = 1 + dice(log, 40);
    for (unsigned i = 0; i < log->count; i++)
        snprintf(log->lines[i], sizeof(log->lines[i]), "%u,2026-%02u-01 %02u:00,%s,%s,%u\n",
                 1 + dice(log, 4), 1 + dice(log, 2), dice(log, 12), states[dice(log, 4)],
                 teams[dice(log, 3)], i);
}

static void shuffle(struct log *log)
{
    for (unsigned i = log->count; i > 1; i--) {
        unsigned other = dice(log, i);
        char line[sizeof(log->lines[0])];
        memcpy(line, log->lines[i - 1], sizeof(line));
        memcpy(log->lines[i - 1], log->lines[other], sizeof(line));
        memcpy(log->lines[other], line, sizeof(line));
    }
}

static void dump_both(struct bench *bench, const char *table, struct stw_buffer *out)
{
    stw_buffer_clear(out);
    dump_sorted(bench, table, out);
    stw_buffer_add_char(out, '\n');
    dump_sorted(bench, "changes", out);
    stw_buffer_add_char(out, '\0');
}

static void write_part(const struct log *log, unsigned from, unsigned to, char *text)
{
    size_t at = (size_t)snprintf(text, TEXT_SIZE, "%s", log->header);
    for (unsigned i = from; i < to; i++)
        at += (size_t)snprintf(text + at, TEXT_SIZE - at, "%s", log->lines[i]);
}

/* One cut, in every order of the parts; the store is compacted after some of them. */
static void try_orders(struct log *log, const char *map, const char *table,
                       const struct stw_buffer *want, uint64_t seed)
{
    static char text[TEXT_SIZE];
    unsigned parts = 2 + dice(log, PARTS_MAX - 1), order[PARTS_MAX], cuts[PARTS_MAX + 1] = {0};
    if (parts > 4 && seed % 8 != 0)
        parts = 3; /* 120 orders are many */
    for (unsigned i = 1; i < parts; i++) {
        cuts[i] = dice(log, log->count + 1);
        for (unsigned k = i; k > 1 && cuts[k] < cuts[k - 1]; k--) {
            unsigned swap = cuts[k];
            cuts[k] = cuts[k - 1];
            cuts[k - 1] = swap;
        }
    }
    cuts[parts] = log->count;
    for (unsigned i = 0; i < parts; i++)
        order[i] = i;
    do {
        struct bench bench;
        struct stw_buffer got;
        stw_buffer_init(&got);
        open_with(&bench, map);
        for (unsigned i = 0; i < parts; i++) {
            struct stw_compact_spec compact = {.triggered_only = false};
            struct stw_compact_result done;
            unsigned part = order[i];
            write_part(log, cuts[part], cuts[part + 1], text);
            if (cuts[part] < cuts[part + 1] &&
                bench_ingest(&bench, bench_file(&bench, "part.csv", text)) != STW_OK)
                STW_EXPECT(false, "%s", bench.err.what);
            if (i % 2 == 1 && seed % 3 == 0)
                OK(stw_compact_run(bench.store, &compact, &done, &bench.err));
        }
        dump_both(&bench, table, &got);
        STW_EXPECT(strcmp(got.data, want->data) == 0, "seed %llu, %u parts: got\n%s\nwant\n%s",
                   (unsigned long long)seed, parts, got.data, want->data);
        stw_buffer_release(&got);
        bench_close(&bench);
    } while (stw_test_next_order(order, parts));
}

static void any_cut(void (*make)(struct log *), const char *map, const char *table)
{
    static struct log log;
    static char text[TEXT_SIZE];
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct bench bench;
        struct stw_buffer want;
        stw_buffer_init(&want);
        log.random = seed;
        make(&log);
        open_with(&bench, map);
        write_part(&log, 0, log.count, text);
        takes(&bench, "whole.csv", text);
        dump_both(&bench, table, &want);
        bench_close(&bench);
        for (int again = 0; again < 2; again++) {
            if (again == 1)
                shuffle(&log);
            try_orders(&log, map, table, &want, seed);
        }
        stw_buffer_release(&want);
    }
}

static void any_cut_of_states(void)
{
    any_cut(make_states, LOSING("  ties: n\n  unknown: ends\n"), "faults");
    any_cut(make_states, LOSING("  ties: n\n  unknown: same\n  before: skip\n"), "faults");
    any_cut(make_states, LOSING("  ties: n\n  unknown: ends\n  records: changes\n"), "faults");
}

static void any_cut_of_orders(void)
{
    any_cut(make_orders, ORDERS("  ties: n\n"), "work_orders");
    any_cut(make_orders, ORDERS("  ties: n\n  blank: as before\n"), "work_orders");
}

/* ---- Beside snapshots and faults ------------------------------------------------------------- */

/* What a snapshot saw stays as it was; the later file corrects only what comes after. */
static void a_snapshot_keeps_the_open_outage(void)
{
    struct bench bench;
    struct stw_view *view;
    struct stw_merge *merge;
    struct stw_run run;
    open_with(&bench, OUTAGES(""));
    takes(&bench, "january.csv", january);
    OK(stw_store_snapshot(bench.store, STW_SLICE("2026-01"), STW_SLICE(""), &bench.err));
    takes(&bench, "february.csv", february);
    BENCH_EXPECT(&bench, "faults", both);
    const struct stw_table *faults =
        stw_schema_find(stw_store_schema(bench.store), STW_SLICE("faults"));
    uint32_t restored = (uint32_t)stw_table_column(faults, STW_SLICE("restored"));
    OK(stw_view_open(bench.store, "2026-01", &view, &bench.err));
    CU_ASSERT_EQUAL(stw_view_series(view, faults).count, 1);
    OK(stw_view_merge(view, faults, &restored, 1, false, &merge, &bench.err));
    stw_merge_seek(merge, 0, INT64_MIN, INT64_MAX);
    CU_ASSERT_EQUAL(stw_merge_next(merge, &run, &bench.err), STW_OK);
    CU_ASSERT(run.count == 1 && !stw_vector_has(&run.columns[0], 0));
    CU_ASSERT_EQUAL(stw_merge_next(merge, &run, &bench.err), STW_END);
    stw_merge_close(merge);
    stw_view_close(view);
    bench_close(&bench);
}

/* The Nth call of the system fails while the second file comes: the store has all of it or nothing,
 * and the file, taken in again, ends at the same. */
static void all_or_nothing(void)
{
    bool fired = true;
    for (uint64_t nth = 1; fired; nth++) {
        struct bench bench;
        struct stw_io_fault fault;
        struct stw_buffer dump;
        char path[600];
        open_with(&bench, OUTAGES(""));
        takes(&bench, "january.csv", january);
        stw_io_fault_init(&fault);
        fault.fail_at = nth;
        fault.sticky = nth % 2 == 0;
        fault.errno_value = 5;
        snprintf(path, sizeof(path), "%s", stw_store_path(bench.store));
        stw_map_release(&bench.map);
        stw_store_close(bench.store);
        struct stw_store_options options = {.io = &fault.io};
        int status = stw_store_open(&bench.store, path, STW_STORE_WRITE, &options, &bench.err);
        bench.has_map = false;
        if (status == STW_OK) {
            CU_ASSERT_FATAL(bench_map(&bench, OUTAGES("")));
            status = bench_ingest(&bench, bench_file(&bench, "february.csv", february));
            stw_map_release(&bench.map);
            bench.has_map = false;
            stw_store_close(bench.store);
        }
        fired = fault.fired;
        OK(stw_store_open(&bench.store, path, STW_STORE_WRITE, NULL, &bench.err));
        stw_buffer_init(&dump);
        bench_dump(&bench, "faults", &dump);
        stw_buffer_add_char(&dump, '\0');
        bool all = strcmp(dump.data, both) == 0;
        STW_EXPECT(all || (status < 0 &&
                           strcmp(dump.data, "A|2026-01-20T00:00:00Z| code=door censored=right "
                                             "log=faults A\n") == 0),
                   "call %llu, status %d: %s", (unsigned long long)nth, status, dump.data);
        CU_ASSERT_FATAL(bench_map(&bench, OUTAGES("")));
        OK(bench_ingest(&bench, bench_file(&bench, "february.csv", february)));
        CU_ASSERT_EQUAL(bench.result.known, all);
        BENCH_EXPECT(&bench, "faults", both);
        stw_buffer_release(&dump);
        bench_close(&bench);
    }
}

STW_SUITE(folds, {"an outage goes on into the next file", an_outage_goes_on_into_the_next_file},
          {"the earlier file may come later", the_earlier_file_may_come_later},
          {"an up without a down", an_up_without_a_down},
          {"an order goes on into the next file", an_order_goes_on_into_the_next_file},
          {"leaves other rows alone", leaves_other_rows_alone},
          {"a mended map folds anew", a_mended_map_folds_anew},
          {"a record is corrected", a_record_is_corrected},
          {"records of one time", records_of_one_time},
          {"rows before the first record stay", rows_before_the_first_record_stay},
          {"any cut of states", any_cut_of_states}, {"any cut of orders", any_cut_of_orders},
          {"a snapshot keeps the open outage", a_snapshot_keeps_the_open_outage},
          {"all or nothing", all_or_nothing});
