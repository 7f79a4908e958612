/*
 * A small store, every byte of every file flipped in turn, and every file cut at every length. It
 * opens; what is damaged is named when the store is opened or verified; each meter reads as the
 * model has it, or as a model that lacks the one record that was named, or not at all, with an
 * error. Meters that the damaged file does not hold read as ever.
 *
 * Salvage of such a store gives one that verifies clean and lacks at most what was named.
 *
 * STEWARD_CRASH_STRIDE: every how many bytes; 1 in the ordinary run.
 */
#include "../support/test.h"
#include "base/memory.h"
#include "crash_files.h"
#include "crash_model.h"
#include "store/manifest_file.h"
#include "store/salvage.h"
#include "store/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 5 };

/* No load repeats a row as the one before has it: a repeated row is kept once, with the first. */
static const struct crash_step steps[STEPS] = {
    {.action = CRASH_LOAD, .load = {3, 700, 80, 11}},
    {.action = CRASH_LOAD, .load = {4, 721, 60, 12}},
    {.action = CRASH_ERASE, .meter = 1, .from = 730, .to = 760},
    {.action = CRASH_SNAPSHOT, .name = "one"},
    {.action = CRASH_LOAD, .load = {5, 736, 20, 13}},
};

/* Unlike the built-in tables, so that a lost schema cannot be made up for by them. */
static const char schema[] = "tables:\n"
                             "  readings:\n"
                             "    keys: [device, channel]\n"
                             "    time: time\n"
                             "    identity: time\n"
                             "    partition: month\n"
                             "    columns: {value: decimal, quality: text, remark: text}\n"
                             "  notes: {keys: [device], time: time, identity: all, partition: "
                             "all, columns: {note: text}}\n";

struct damaged {
    char path[300];
    struct crash_files files;
    uint64_t last_generation;             /* of the last load */
    struct crash_file file;               /* the present one */
    struct stw_buffer full[CRASH_METERS]; /* what each meter must read as */
    struct stw_buffer lacking[STEPS + 1][CRASH_METERS];
};

static void meters_of(const struct crash_model *model, struct stw_buffer *meters)
{
    for (unsigned meter = 0; meter < CRASH_METERS; meter++) {
        struct crash_model one = {0};
        memcpy(one.live.cell[meter], model->live.cell[meter], CRASH_HOURS);
        stw_buffer_clear(&meters[meter]);
        crash_model_print(&one, &meters[meter]);
    }
}

/* lacking[k] leaves out step k, prefix ones leave out all from k on. */
static void expect(struct damaged *damaged, bool prefixes)
{
    for (unsigned left_out = 0; left_out <= STEPS; left_out++) {
        struct crash_model model = {0};
        for (unsigned i = 0; i < STEPS; i++) {
            if (prefixes ? i < left_out : i != left_out)
                crash_model_apply(&model, &steps[i]);
        }
        meters_of(&model, damaged->lacking[left_out]);
    }
    struct crash_model all = {0};
    for (unsigned i = 0; i < STEPS; i++)
        crash_model_apply(&all, &steps[i]);
    meters_of(&all, damaged->full);
}

static void build(struct damaged *damaged, bool prefixes)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_store_settings settings = {.zone = STW_SLICE("Asia/Shanghai"),
                                          .schema = stw_slice_of(schema)};
    memset(damaged, 0, sizeof(*damaged));
    kit_path(damaged->path);
    KIT_OK(stw_store_create(damaged->path, &settings, NULL, &err));
    KIT_OK(stw_store_open(&store, damaged->path, STW_STORE_WRITE, NULL, &err));
    for (unsigned i = 0; i < STEPS; i++)
        KIT_OK(crash_do(store, &steps[i], &err));
    damaged->last_generation = stw_store_generation(store);
    stw_store_close(store);
    for (unsigned i = 0; i < CRASH_METERS; i++) {
        stw_buffer_init(&damaged->full[i]);
        for (unsigned k = 0; k <= STEPS; k++)
            stw_buffer_init(&damaged->lacking[k][i]);
    }
    expect(damaged, prefixes);
    crash_files_add(&damaged->files, damaged->path, "", "");
    crash_files_add(&damaged->files, damaged->path, "segments/", "");
    CU_ASSERT(damaged->files.count >= 7); /* LOCK, MANIFEST, schema.yml, four segments */
}

static void release(struct damaged *damaged)
{
    for (unsigned i = 0; i < CRASH_METERS; i++) {
        stw_buffer_release(&damaged->full[i]);
        for (unsigned k = 0; k <= STEPS; k++)
            stw_buffer_release(&damaged->lacking[k][i]);
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* A view of one meter as text. */
static int read_meter(struct stw_view *view, unsigned meter, struct stw_buffer *out,
                      struct stw_error *err)
{
    static const uint32_t columns[] = {0, 1};
    const struct stw_table *table = stw_schema_find(stw_view_schema(view), STW_SLICE("readings"));
    struct stw_series series = stw_view_series(view, table);
    struct stw_merge *merge;
    struct stw_run run;
    char key[32];
    int size = snprintf(key, sizeof(key), "m%03u", meter), status;
    memcpy(key + size, "\0total", 6);
    uint32_t id = stw_series_find(&series, (struct stw_slice){key, (size_t)size + 6});
    if (id == STW_SERIES_NONE)
        return STW_OK;
    STW_TRY(stw_view_merge(view, table, columns, 2, false, &merge, err));
    stw_merge_seek(merge, id, INT64_MIN, INT64_MAX);
    while ((status = stw_merge_next(merge, &run, err)) == STW_OK) {
        for (uint32_t row = 0; row < run.count; row++) {
            int64_t tenths = 0;
            CU_ASSERT(stw_decimal_rescale(stw_vector_decimal(&run.columns[0], row), 1, &tenths));
            stw_buffer_printf(out, "m%03u %d %d.%d %s\n", meter,
                              (int)(run.time_ns[row] / STW_NS_PER_HOUR), (int)tenths / 10,
                              (int)tenths % 10, stw_vector_has(&run.columns[1], row) ? "ok" : "-");
        }
    }
    stw_merge_close(merge);
    return status < 0 ? status : STW_OK;
}

struct outcome {
    uint64_t findings;
    uint32_t tables;
    unsigned refused;   /* meters that read as an error, */
    unsigned lacking;   /* as a model that lacks a step, */
    unsigned wrong;     /* as nothing that was ever committed */
    unsigned first_bad; /* the first meter that does not read in full */
};

static void read_all(const struct damaged *damaged, struct stw_store *store,
                     struct outcome *outcome)
{
    struct stw_error err = {0};
    struct stw_view *view;
    struct stw_buffer text;
    stw_buffer_init(&text);
    KIT_OK(stw_view_open(store, NULL, &view, &err));
    outcome->first_bad = CRASH_METERS;
    for (unsigned meter = CRASH_METERS; meter-- > 0;) {
        stw_buffer_clear(&text);
        int status = read_meter(view, meter, &text, &err);
        struct stw_slice got = stw_buffer_slice(&text);
        if (status == STW_OK && stw_slice_equal(got, stw_buffer_slice(&damaged->full[meter])))
            continue;
        bool known = false;
        for (unsigned k = 0; k <= STEPS; k++)
            known = known || stw_slice_equal(got, stw_buffer_slice(&damaged->lacking[k][meter]));
        outcome->first_bad = meter;
        outcome->refused += status == STW_ERR_DAMAGED;
        outcome->lacking += status == STW_OK && known;
        outcome->wrong += status != STW_ERR_DAMAGED && (status != STW_OK || !known);
    }
    stw_view_close(view);
    stw_buffer_release(&text);
}

static int look(const struct damaged *damaged, enum stw_store_mode mode, struct outcome *outcome,
                struct stw_error *err)
{
    struct stw_store *store;
    struct stw_verify_result verified;
    memset(outcome, 0, sizeof(*outcome));
    STW_TRY(stw_store_open(&store, damaged->path, mode, NULL, err));
    outcome->tables = stw_schema_table_count(stw_store_schema(store));
    read_all(damaged, store, outcome);
    int status = stw_store_verify(store, NULL, NULL, &verified, err);
    outcome->findings = verified.findings;
    stw_store_close(store);
    return status;
}

/* Whether a segment was written by the last load, which alone has all meters. */
static bool is_of_last(const struct damaged *damaged, const char *name)
{
    const char *dash = strrchr(name, '-');
    return dash != NULL && strtoull(dash + 1, NULL, 10) == damaged->last_generation;
}

static void judge(const struct damaged *damaged, const char *name, size_t at,
                  const struct outcome *outcome, struct crash_tally *tally)
{
    bool segment = strncmp(name, "segments/", 9) == 0;
    unsigned bad = outcome->refused + outcome->lacking + outcome->wrong;
    tally->tries++;
    tally->wrong += outcome->wrong;
    tally->named += outcome->findings > 0;
    STW_EXPECT(outcome->tables == 2, "%s, byte %zu: %u tables", name, at, outcome->tables);
    STW_EXPECT(outcome->wrong == 0, "%s, byte %zu: %u meters read as was never committed", name, at,
               outcome->wrong);
    STW_EXPECT(bad == 0 || outcome->findings > 0, "%s, byte %zu: meter %u is not whole, silently",
               name, at, outcome->first_bad);
    STW_EXPECT(!segment || outcome->lacking == 0, "%s, byte %zu: rows are left out", name, at);
    STW_EXPECT(!segment || outcome->findings > 0, "%s, byte %zu: not found by verify", name, at);
    STW_EXPECT(!segment || is_of_last(damaged, name) || bad < CRASH_METERS,
               "%s, byte %zu: the meter that is not in it cannot be read", name, at);
    STW_EXPECT(strcmp(name, "schema.yml") != 0 || bad == 0, "schema.yml, byte %zu: %u meters", at,
               bad);
}

static struct damaged damaged_store; /* large */

/* The manifest written anew, each of its bytes flipped. Either copy will do. */
static void checkpoints_are_flipped(void)
{
    struct damaged *damaged = &damaged_store;
    struct crash_tally tally = {0};
    struct stw_error err = {0};
    struct stw_store *store;
    build(damaged, false);
    KIT_OK(stw_store_open(&store, damaged->path, STW_STORE_WRITE, NULL, &err));
    KIT_OK(stw_manifest_rewrite(store, &err));
    stw_store_close(store);
    size_t stride = (size_t)crash_count("STEWARD_CRASH_STRIDE", 1);
    crash_file_load(&damaged->file, damaged->path, "MANIFEST");
    for (size_t at = 0; at < damaged->file.size; at += stride) {
        struct outcome outcome;
        unsigned char was = damaged->file.bytes[at];
        damaged->file.bytes[at] ^= (unsigned char)(1u << (at % 8));
        crash_file_put(&damaged->file, damaged->path, "MANIFEST", damaged->file.size);
        int status = look(damaged, STW_STORE_READ, &outcome, &err);
        tally.losses += status != STW_OK || outcome.lacking > 0;
        if (STW_EXPECT(status == STW_OK, "byte %zu: %s", at, err.what)) {
            judge(damaged, "MANIFEST", at, &outcome, &tally);
            STW_EXPECT(outcome.lacking + outcome.refused == 0, "byte %zu: rows are lost", at);
            STW_EXPECT(outcome.findings == 1, "byte %zu: %llu findings", at,
                       (unsigned long long)outcome.findings);
        }
        damaged->file.bytes[at] = was;
        crash_file_put(&damaged->file, damaged->path, "MANIFEST", damaged->file.size);
    }
    crash_tally_print("checkpoint flipped", &tally);
    release(damaged);
}

static void bytes_are_flipped(void)
{
    struct damaged *damaged = &damaged_store;
    struct crash_tally tally = {0};
    struct stw_error err = {0};
    build(damaged, false);
    size_t stride = (size_t)crash_count("STEWARD_CRASH_STRIDE", 1);
    for (unsigned i = 0; i < damaged->files.count; i++) {
        const char *name = damaged->files.names[i];
        crash_file_load(&damaged->file, damaged->path, name);
        for (size_t at = 0; at < damaged->file.size; at += stride) {
            struct outcome outcome;
            unsigned char was = damaged->file.bytes[at];
            damaged->file.bytes[at] ^= (unsigned char)(1u << (at % 8));
            crash_file_put(&damaged->file, damaged->path, name, damaged->file.size);
            int status = look(damaged, STW_STORE_READ, &outcome, &err);
            tally.losses += status != STW_OK;
            if (STW_EXPECT(status == STW_OK, "%s, byte %zu: %s", name, at, err.what))
                judge(damaged, name, at, &outcome, &tally);
            damaged->file.bytes[at] = was;
            crash_file_put(&damaged->file, damaged->path, name, damaged->file.size);
        }
    }
    crash_tally_print("byte flipped", &tally);
    release(damaged);
}

/* A manifest without its end is that of an earlier generation. */
static void files_are_cut(void)
{
    struct damaged *damaged = &damaged_store;
    struct crash_tally tally = {0};
    struct stw_error err = {0};
    build(damaged, true);
    size_t stride = (size_t)crash_count("STEWARD_CRASH_STRIDE", 1);
    for (unsigned i = 0; i < damaged->files.count; i++) {
        const char *name = damaged->files.names[i];
        bool manifest = strcmp(name, "MANIFEST") == 0;
        crash_file_load(&damaged->file, damaged->path, name);
        for (size_t size = 0; size < damaged->file.size; size += stride) {
            struct outcome outcome;
            kit_cut(damaged->path, name, size);
            int status = look(damaged, STW_STORE_READ, &outcome, &err);
            bool headless = manifest && size < STW_MANIFEST_HEADER_SIZE;
            tally.losses += status != STW_OK && !headless;
            STW_EXPECT(headless ? status == STW_ERR_DAMAGED : status == STW_OK,
                       "%s, cut to %zu: status %d, %s", name, size, status, err.what);
            if (status == STW_OK && !manifest)
                judge(damaged, name, size, &outcome, &tally);
            else
                tally.tries++;
            if (status == STW_OK && manifest) {
                STW_EXPECT(outcome.wrong + outcome.refused == 0, "cut to %zu", size);
                tally.wrong += outcome.wrong;
                tally.named += outcome.findings > 0;
            }
            tally.named += status != STW_OK;
            crash_file_put(&damaged->file, damaged->path, name, damaged->file.size);
        }
    }
    crash_tally_print("file cut short", &tally);
    release(damaged);
}

/* ---- Salvage --------------------------------------------------------------------------------- */

/* The model when a segment is lost: the load of that generation without one of the two months. */
static void expect_without(struct damaged *damaged, uint64_t generation, bool second_month)
{
    struct crash_model model = {0};
    for (unsigned i = 0; i < STEPS; i++) {
        struct crash_model before = model;
        crash_model_apply(&model, &steps[i]);
        /* The manifest's first record is the schema, so step i is of generation i + 2. */
        for (unsigned meter = 0; meter < CRASH_METERS && generation == i + 2; meter++) {
            int split = CRASH_MONTH_END - CRASH_FIRST;
            int from = second_month ? split : 0, to = second_month ? CRASH_HOURS : split;
            memcpy(model.live.cell[meter] + from, before.live.cell[meter] + from,
                   (size_t)(to - from));
        }
    }
    meters_of(&model, damaged->lacking[0]);
}

/* Salvages into a new store, which must verify clean; what it holds goes into *outcome. */
static void salvage(struct damaged *damaged, const char *zone, struct outcome *outcome,
                    uint32_t *snapshots)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_salvage_result result;
    struct stw_verify_result verified;
    struct stw_salvage_spec spec = {.zone = zone};
    char into[300];
    memset(outcome, 0, sizeof(*outcome));
    kit_path(into);
    KIT_OK(stw_salvage_run(damaged->path, into, &spec, NULL, NULL, &result, &err));
    KIT_OK(stw_store_open(&store, into, STW_STORE_READ, NULL, &err));
    KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
    CU_ASSERT_EQUAL(verified.findings, 0);
    CU_ASSERT_EQUAL(verified.rows, result.added);
    read_all(damaged, store, outcome);
    *snapshots = stw_store_snapshot_count(store);
    outcome->findings = result.findings;
    stw_store_close(store);
}

static void salvage_of_the_sound(void)
{
    struct damaged *damaged = &damaged_store;
    struct outcome outcome;
    uint32_t snapshots;
    build(damaged, false);
    salvage(damaged, NULL, &outcome, &snapshots);
    CU_ASSERT_EQUAL(outcome.findings, 0);
    CU_ASSERT_EQUAL(outcome.first_bad, CRASH_METERS);
    CU_ASSERT_EQUAL(snapshots, 1);
    release(damaged);
}

/* One file damaged or gone. */
static void judge_salvage(struct damaged *damaged, const char *name, size_t at, bool tail,
                          struct crash_tally *tally)
{
    struct outcome outcome;
    uint32_t snapshots;
    bool manifest = strcmp(name, "MANIFEST") == 0;
    const char *dash = strrchr(name, '-');
    if (strncmp(name, "segments/", 9) == 0 && dash != NULL)
        expect_without(damaged, strtoull(dash + 1, NULL, 10), strstr(name, "1970-02") != NULL);
    else
        expect(damaged, false);
    salvage(damaged, NULL, &outcome, &snapshots);
    tally->tries++;
    tally->wrong += outcome.wrong + outcome.refused;
    tally->named += outcome.findings > 0;
    STW_EXPECT(outcome.wrong + outcome.refused == 0, "%s, byte %zu", name, at);
    STW_EXPECT(outcome.lacking == 0 || outcome.findings > 0, "%s, byte %zu: silently", name, at);
    STW_EXPECT(!tail || outcome.lacking == 0, "%s: blocks are sound, the end is not", name);
    STW_EXPECT(manifest || snapshots == 1, "%s, byte %zu: the snapshot is lost", name, at);
}

static void salvage_of_the_damaged(void)
{
    struct damaged *damaged = &damaged_store;
    struct crash_tally tally = {0};
    struct stw_error err = {0};
    build(damaged, false);
    size_t stride = (size_t)crash_count("STEWARD_CRASH_STRIDE", 1) * 13;
    for (unsigned i = 0; i < damaged->files.count; i++) {
        const char *name = damaged->files.names[i];
        char path[500];
        crash_file_load(&damaged->file, damaged->path, name);
        for (size_t at = 0; at < damaged->file.size; at += stride) {
            damaged->file.bytes[at] ^= 0x10;
            crash_file_put(&damaged->file, damaged->path, name, damaged->file.size);
            judge_salvage(damaged, name, at, false, &tally);
            damaged->file.bytes[at] ^= 0x10;
            crash_file_put(&damaged->file, damaged->path, name, damaged->file.size);
        }
        if (strcmp(name, "MANIFEST") == 0)
            continue;
        if (strncmp(name, "segments/", 9) == 0) {
            kit_cut(damaged->path, name, damaged->file.size - 60); /* the footer and what follows */
            judge_salvage(damaged, name, damaged->file.size - 60, true, &tally);
        }
        KIT_OK(stw_path_join(path, sizeof(path), damaged->path, name, &err));
        CU_ASSERT_EQUAL(remove(path), 0);
        judge_salvage(damaged, name, 0, false, &tally);
        crash_file_put(&damaged->file, damaged->path, name, damaged->file.size);
    }
    crash_tally_print("salvage", &tally);
    release(damaged);
}

/* Without a manifest there are the rows, in their order; what was erased is back, and said so. */
static void salvage_without_manifest(void)
{
    struct damaged *damaged = &damaged_store;
    struct outcome outcome;
    struct stw_error err = {0};
    struct stw_salvage_result result;
    struct stw_salvage_spec spec = {.zone = NULL};
    uint32_t snapshots;
    char path[500], into[300];
    build(damaged, false);
    KIT_OK(stw_path_join(path, sizeof(path), damaged->path, "MANIFEST", &err));
    CU_ASSERT_EQUAL(remove(path), 0);
    kit_path(into);
    CU_ASSERT_EQUAL(stw_salvage_run(damaged->path, into, &spec, NULL, NULL, &result, &err),
                    STW_ERR_USAGE);
    CU_ASSERT(strstr(err.hint, "--zone") != NULL);
    salvage(damaged, "Asia/Shanghai", &outcome, &snapshots);
    CU_ASSERT(outcome.findings > 0);
    CU_ASSERT_EQUAL(outcome.wrong + outcome.refused, 0);
    CU_ASSERT_EQUAL(outcome.lacking, 1); /* the meter with an erased range */
    CU_ASSERT_EQUAL(outcome.first_bad, 1);
    release(damaged);
}

STW_SUITE(crash_flip, {"bytes are flipped", bytes_are_flipped},
          {"checkpoints are flipped", checkpoints_are_flipped}, {"files are cut", files_are_cut},
          {"salvage of the sound", salvage_of_the_sound},
          {"salvage of the damaged", salvage_of_the_damaged},
          {"salvage without manifest", salvage_without_manifest});
