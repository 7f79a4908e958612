/*
 * The two real logs cut into files at random places: whatever the cut and the order of the files,
 * the tables are those of the log in one file.
 */
#include "real_tools.h"

#include "../analysis/zst.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 5, LINES_MAX = 20000 };

struct set {
    const char *path, *map, *table;
    const char *name; /* of the pieces: it must fit the map */
};

struct text {
    char *lines[LINES_MAX]; /* without the header */
    char *header;
    unsigned count;
    struct stw_arena arena;
};

static void load(const struct set *set, struct text *text)
{
    size_t size;
    stw_arena_init(&text->arena);
    char *all = zst_load(stw_test_shared(set->path), &text->arena, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(all);
    all[size] = '\0';
    text->count = 0;
    text->header = strtok(all, "\n");
    for (char *line; (line = strtok(NULL, "\n")) != NULL;) {
        CU_ASSERT_FATAL(text->count < LINES_MAX);
        text->lines[text->count++] = line;
    }
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The hash of all rows as text, sorted: rows of one instant have no order. */
static struct stw_hash128 hash_of(struct bench *bench, const char *table, unsigned *rows)
{
    static char *lines[LINES_MAX];
    struct stw_buffer raw, sorted;
    stw_buffer_init(&raw);
    stw_buffer_init(&sorted);
    bench_dump(bench, table, &raw);
    stw_buffer_add_char(&raw, '\0');
    *rows = 0;
    for (char *line = strtok(raw.data, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines[(*rows)++] = line;
    qsort(lines, *rows, sizeof(lines[0]), compare_lines);
    for (unsigned i = 0; i < *rows; i++)
        stw_buffer_printf(&sorted, "%s\n", lines[i]);
    struct stw_hash128 hash = stw_hash128(sorted.data, sorted.size);
    stw_buffer_release(&raw);
    stw_buffer_release(&sorted);
    return hash;
}

struct outcome {
    struct stw_hash128 rows, changes;
    unsigned row_count, change_count;
};

/* Line i goes into part[i]; the parts come in the given order. */
static struct outcome take(const struct set *set, const struct text *text,
                           const unsigned char *part, const unsigned *order, unsigned parts)
{
    struct bench bench;
    struct outcome outcome;
    struct stw_buffer file;
    real_open(&bench, set->map);
    stw_buffer_init(&file);
    for (unsigned i = 0; i < parts; i++) {
        stw_buffer_clear(&file);
        stw_buffer_printf(&file, "%s\n", text->header);
        for (unsigned line = 0; line < text->count; line++)
            if (part[line] == order[i])
                stw_buffer_printf(&file, "%s\n", text->lines[line]);
        OK(stw_buffer_status(&file, &bench.err));
        STW_EXPECT(bench_ingest(&bench, bench_bytes(&bench, set->name, file.data, file.size)) ==
                       STW_OK,
                   "%s: %s", bench.err.where, bench.err.what);
        CU_ASSERT_EQUAL(bench.result.rejected, 0);
        CU_ASSERT_EQUAL(bench.result.findings.count[STW_INGEST_FINDING_ORDER], 0);
    }
    outcome.rows = hash_of(&bench, set->table, &outcome.row_count);
    outcome.changes = hash_of(&bench, "changes", &outcome.change_count);
    stw_buffer_release(&file);
    bench_close(&bench);
    return outcome;
}

static bool same_hash(struct stw_hash128 a, struct stw_hash128 b)
{
    return a.low == b.low && a.high == b.high;
}

static void compare(const struct set *set, const struct text *text, const unsigned char *part,
                    const unsigned *order, unsigned parts, const struct outcome *want)
{
    struct outcome got = take(set, text, part, order, parts);
    STW_EXPECT(same_hash(got.rows, want->rows) && same_hash(got.changes, want->changes),
               "%s in %u parts, order %u %u %u: %u rows of %u, %u changes of %u", set->map, parts,
               order[0], order[1], order[2], got.row_count, want->row_count, got.change_count,
               want->change_count);
}

/* Contiguous pieces, or every line into any part. */
static void cut(const struct text *text, unsigned parts, bool strewn, uint64_t *random,
                unsigned char *part)
{
    unsigned at[PARTS_MAX];
    for (unsigned i = 0; i < parts; i++)
        at[i] = (unsigned)(stw_test_random(random) % text->count);
    for (unsigned line = 0; line < text->count; line++) {
        unsigned number = 0;
        for (unsigned i = 1; i < parts; i++)
            number += line >= at[i];
        part[line] = (unsigned char)(strewn ? stw_test_random(random) % parts : number);
    }
}

/* Every order of two and three parts; of more, one in five and one in thirty, or every one for
 * `make check-long`. */
static void any_cut(const struct set *set)
{
    static struct text text;
    static unsigned char part[LINES_MAX];
    bool every = getenv("STEWARD_EVERY_ORDER") != NULL;
    unsigned order[PARTS_MAX] = {0};
    uint64_t random = 7;
    load(set, &text);
    memset(part, 0, sizeof(part));
    struct outcome want = take(set, &text, part, order, 1);
    CU_ASSERT_EQUAL(want.change_count, text.count);
    for (unsigned parts = 2; parts <= PARTS_MAX; parts++)
        for (int strewn = 0; strewn < 2; strewn++) {
            unsigned step = every || parts < 4 ? 1 : parts == 4 ? 5 : 30, number = 0;
            cut(&text, parts, strewn == 1, &random, part);
            for (unsigned i = 0; i < parts; i++)
                order[i] = i;
            do {
                if (number++ % step == 0)
                    compare(set, &text, part, order, parts, &want);
            } while (stw_test_next_order(order, parts));
        }
    stw_arena_release(&text.arena);
}

static void lift_states_in_any_cut(void)
{
    static const struct set set = {"db_elevator_status/status_changes_2022-01.csv.zst", "db_status",
                                   "faults", "status_changes_part.csv"};
    STW_SKIP_WITHOUT_SHARED("db_elevator_status");
    any_cut(&set);
}

static void incidents_in_any_cut(void)
{
    static const struct set set = {"itsm_incident_log/incident_event_log_part.csv.zst",
                                   "itsm_incident_log", "work_orders",
                                   "incident_event_log_part.csv"};
    STW_SKIP_WITHOUT_SHARED("itsm_incident_log");
    any_cut(&set);
}

STW_SUITE(real_folds, {"lift states in any cut", lift_states_in_any_cut},
          {"incidents in any cut", incidents_in_any_cut});
