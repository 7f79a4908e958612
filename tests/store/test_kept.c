/*
 * What a writer puts aside of a damaged manifest stays a finding until somebody removes it; salvage
 * takes the rows along, in the place where they were committed.
 */
#include "../support/test.h"
#include "store/compact.h"
#include "store/salvage.h"
#include "store_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_BYTE = 16 }; /* in a record's head: its size */

static const struct kit_load first = {2, 700, 10, 1}, lost = {3, 705, 10, 2},
                             later = {1, 710, 10, 3};

static void commit(const char *path, const struct kit_load *load)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_commit_result result;
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    KIT_OK(kit_commit(store, load, &result, &err));
    stw_store_close(store);
}

/* Commits a load and damages its record, the last one. */
static void lose(const char *path, const struct kit_load *load)
{
    uint64_t end = kit_size(path, "MANIFEST") - 24; /* the mark is written over */
    commit(path, load);
    kit_flip(path, "MANIFEST", end + RECORD_BYTE);
}

/* first; `lost`, in a record that is damaged; later, by the writer that cuts the record off. */
static void make(char *path)
{
    struct stw_error err = {0};
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    commit(path, &first);
    lose(path, &lost);
    commit(path, &later);
}

static void check_holds(const char *path, const struct kit_load *loads, unsigned count)
{
    struct stw_error err = {0};
    struct stw_store *store;
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    CU_ASSERT(kit_holds(store, NULL, loads, count));
    stw_store_close(store);
}

static void stays_a_finding(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_verify_result verified;
    struct stw_compact_spec spec = {0};
    struct stw_compact_result compacted;
    char path[300];
    make(path);
    for (int i = 0; i < 2; i++) {
        KIT_OK(stw_store_open(&store, path, i == 0 ? STW_STORE_READ : STW_STORE_WRITE, NULL, &err));
        CU_ASSERT_EQUAL(stw_store_kept_count(store), 1);
        CU_ASSERT_EQUAL_FATAL(stw_store_finding_count(store), 1);
        CU_ASSERT(strstr(stw_store_finding_at(store, 0), "MANIFEST.damaged-") != NULL);
        CU_ASSERT(stw_store_may_miss_rows(store));
        KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
        CU_ASSERT_EQUAL(verified.findings, 2); /* the file of the lost commit, too */
        CU_ASSERT_EQUAL(verified.put_aside, 2);
        CU_ASSERT_EQUAL(verified.missing, 1);
        if (i == 1)
            CU_ASSERT_EQUAL(stw_compact_run(store, &spec, &compacted, &err), STW_ERR_DAMAGED);
        stw_store_close(store);
    }
    check_holds(path, (const struct kit_load[]){first, later}, 2);
}

static void remove_pieces(const char *path)
{
    char command[700];
    snprintf(command, sizeof(command), "rm %s/MANIFEST.damaged-* %s/segments/*.lost", path, path);
    CU_ASSERT_EQUAL(system(command), 0);
}

static void removing_accepts_the_loss(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_verify_result verified;
    struct stw_compact_spec spec = {0};
    struct stw_compact_result compacted;
    char path[300];
    make(path);
    remove_pieces(path);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_finding_count(store), 0);
    CU_ASSERT(!stw_store_may_miss_rows(store));
    KIT_OK(stw_store_verify(store, NULL, NULL, &verified, &err));
    CU_ASSERT_EQUAL(verified.findings, 0);
    KIT_OK(stw_compact_run(store, &spec, &compacted, &err));
    stw_store_close(store);
    check_holds(path, (const struct kit_load[]){first, later}, 2);
}

/* `lost` was committed before `later`, which says otherwise of rows that both have. */
static void salvage_takes_them_along(void)
{
    struct stw_error err = {0};
    struct stw_salvage_spec spec = {.zone = NULL};
    struct stw_salvage_result result;
    char path[300], into[340];
    make(path);
    commit(path, &(struct kit_load){2, 720, 5, 4});
    snprintf(into, sizeof(into), "%s-new", path);
    KIT_OK(stw_salvage_run(path, into, &spec, NULL, NULL, &result, &err));
    CU_ASSERT_EQUAL(result.findings, 1);
    check_holds(into, (const struct kit_load[]){first, lost, later, {2, 720, 5, 4}}, 4);
}

/* After a second writer has lost the same place of the manifest, both pieces are there, and what
 * was lost twice comes back in its order. */
static void twice_in_one_place(void)
{
    struct stw_error err = {0};
    struct stw_store *store;
    struct stw_salvage_spec spec = {.zone = NULL};
    struct stw_salvage_result result;
    static const struct kit_load again = {2, 712, 6, 5};
    char path[300], into[340];
    kit_path(path);
    KIT_OK(kit_create(path, NULL, &err));
    commit(path, &first);
    lose(path, &lost);
    KIT_OK(stw_store_open(&store, path, STW_STORE_WRITE, NULL, &err));
    stw_store_close(store);
    lose(path, &again);
    commit(path, &later);
    KIT_OK(stw_store_open(&store, path, STW_STORE_READ, NULL, &err));
    CU_ASSERT_EQUAL(stw_store_kept_count(store), 2);
    stw_store_close(store);
    snprintf(into, sizeof(into), "%s-new", path);
    KIT_OK(stw_salvage_run(path, into, &spec, NULL, NULL, &result, &err));
    check_holds(into, (const struct kit_load[]){first, lost, again, later}, 4);
}

STW_SUITE(kept, {"stays a finding", stays_a_finding},
          {"removing accepts the loss", removing_accepts_the_loss},
          {"salvage takes them along", salvage_takes_them_along},
          {"twice in one place", twice_in_one_place});
