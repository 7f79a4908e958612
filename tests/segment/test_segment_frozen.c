/*
 * A file that was written when version 1 of the format was declared: what reads it today goes on
 * reading it. frozen_1.h holds its bytes; no program writes them anew.
 */
#include "segment_fixture.h"

#include "../support/test.h"
#include "frozen_1.h"

#include <stdio.h>

#define HOUR_NS INT64_C(3600000000000)

/* Many shapes in little room: a daily profile, a register beside its use, words and
 * gaps, a short series; whole numbers that any compiler makes the same. */
static void add_rows(struct fixture *fixture)
{
    uint32_t random = 1;
    int64_t total = 5000;
    for (uint32_t i = 0; i < 600; i++) {
        struct fixture_row *row = fixture_add(fixture, 1, FIXTURE_FROM_NS + i * HOUR_NS);
        random = random * 1664525u + 1013904223u;
        row->integer[0] = (i % 24) * (24 - i % 24) * 5 + (int64_t)(random >> 29);
        row->scale = 1;
        total += row->integer[0];
        row->integer[2] = total;
        row->has[1] = i % 3 != 0;
        row->real = (double)(i % 50) / 4;
        row->integer[3] = i / 100 % 2;
        row->has[4] = false;
        row->has[5] = i % 60 == 0;
        snprintf(row->text, sizeof(row->text), "%s", i % 120 == 0 ? "estimated" : "checked");
    }
    for (uint32_t i = 0; i < 5; i++) {
        struct fixture_row *row = fixture_add(fixture, 7, FIXTURE_FROM_NS + i * i * HOUR_NS);
        row->integer[0] = INT64_MIN + i;
        row->integer[4] = -(int64_t)i;
        row->real = -0.0;
    }
}

static void a_file_of_then_is_read(void)
{
    struct fixture fixture;
    char path[256];
    fixture_init(&fixture);
    add_rows(&fixture);
    snprintf(path, sizeof(path), "%s/frozen.seg", stw_test_folder());
    FILE *file = fopen(path, "wb");
    CU_ASSERT_FATAL(file != NULL);
    CU_ASSERT_EQUAL(fwrite(frozen_1, 1, sizeof(frozen_1), file), sizeof(frozen_1));
    fclose(file);
    CU_ASSERT_EQUAL(fixture_compare(&fixture, path), 0);
    fixture_release(&fixture);
}

STW_SUITE(segment_frozen, {"a file of then is read", a_file_of_then_is_read});
