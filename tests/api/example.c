/*
 * A gateway's view of the library: append a day of readings, commit, read them back. Built and run
 * by the tests; needs nothing but the public header and -lsteward.
 *
 *     cc example.c $(pkg-config --cflags --static --libs steward) -o example
 */
#include <steward/steward.h>

#include <stdio.h>

static int fail(const struct stw_error *err)
{
    fprintf(stderr, "%s\n%s\n%s\n", err->what, err->where, err->hint);
    return 1;
}

/* A day of quarter hours; the register rises by 0.25 kWh each. 2026-10-01T00:00 in Shanghai. */
static int append_day(struct steward *store, struct stw_error *err)
{
    const int64_t quarter_ns = INT64_C(900000000000);
    const int64_t start_ns = INT64_C(1790784000) * 1000000000;
    for (int i = 0; i <= 96; i++) {
        struct steward_reading reading = {
            .device = "EM-1",
            .channel = "energy",
            .time_ns = start_ns + i * quarter_ns,
            .value = 100000 + 25 * i, /* 1000.00 kWh and rising */
            .scale = 2,
        };
        int status = steward_append(store, &reading, 1, STEWARD_NONE, err);
        if (status < 0)
            return status;
    }
    return STW_OK;
}

static int print_rows(struct steward *store, struct stw_error *err)
{
    struct steward_scan_spec spec = {.device = "EM-1", .from_ns = INT64_MIN, .to_ns = INT64_MAX};
    struct steward_scan *scan;
    struct steward_rows rows;
    int status = steward_scan_open(store, &spec, &scan, err);
    if (status < 0)
        return status;
    while ((status = steward_scan_next(scan, &rows, err)) == STW_OK)
        printf("%s %s: %zu readings, the last %lld at scale %d\n", rows.device, rows.channel,
               rows.count, (long long)rows.values[rows.count - 1], rows.scale);
    steward_scan_close(scan);
    return status == STW_END ? STW_OK : status;
}

int main(int argc, char **argv)
{
    struct stw_error err = {0};
    struct steward *store;
    uint64_t count = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: example FOLDER\n");
        return 2;
    }
    if (steward_create(argv[1], "Asia/Shanghai", &err) < 0 ||
        steward_open(argv[1], STEWARD_WRITE, &store, &err) < 0)
        return fail(&err);
    int status = append_day(store, &err);
    if (status == STW_OK)
        status = steward_commit(store, &count, &err);
    if (status == STW_OK)
        status = print_rows(store, &err);
    steward_close(store);
    if (status < 0)
        return fail(&err);
    printf("%llu readings committed\n", (unsigned long long)count);
    return 0;
}
