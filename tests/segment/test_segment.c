/* Segments written and read back, against rows kept as plain structs. */
#include "segment_fixture.h"

#include "../support/test.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_NS INT64_C(60000000000)

static const char *fresh_path(void)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/segment", stw_test_folder());
    return path;
}

static uint64_t verify(const char *path)
{
    uint64_t findings = UINT64_MAX;
    struct stw_error err;
    CU_ASSERT_EQUAL(stw_segment_verify(stw_io_system(), path, NULL, NULL, &findings, &err), STW_OK);
    return findings;
}

static void round_trip(const struct fixture *fixture, uint32_t run_rows)
{
    const char *path = fresh_path();
    struct stw_segment_info info;
    struct stw_error err;
    int status = fixture_write(fixture, stw_io_system(), path, run_rows, &info, &err);
    if (!STW_EXPECT(status == STW_OK, "write: %s", status < 0 ? err.what : ""))
        return;
    fixture_compare(fixture, path);
    CU_ASSERT_EQUAL(info.rows, fixture->count);
    CU_ASSERT_EQUAL(verify(path), 0);
}

static void rows_come_back(void)
{
    static const struct {
        uint32_t series, rows, run_rows;
    } cases[] = {
        {1, 1, 8192},    {1, 2, 1},       {1, 511, 100}, {1, 512, 8192},
        {1, 8192, 8192}, {1, 8193, 8192}, {3, 9000, 77}, {50, 700, 96},
        {40, 3, 8192},   {9000, 1, 8192}, {20, 400, 13}, {30, 511, 500},
    };
    uint64_t random = 7;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        fixture_init(&fixture);
        for (uint32_t s = 0; s < cases[i].series; s++)
            fixture_add_series(&fixture, s * 3 + 5, cases[i].rows, MINUTE_NS, &random);
        round_trip(&fixture, cases[i].run_rows);
        fixture_release(&fixture);
    }
}

STW_SUITE(segment, {"rows come back", rows_come_back});
