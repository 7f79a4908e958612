/*
 * The test program: collects the suites that registered themselves, runs them in order of name,
 * and exits 1 on any failure, registry error or when no test ran (CUnit itself returns 0).
 *
 *     run                  all suites
 *     run decimal zone     only these
 *     run --list           names
 */
#include "folders.h"
#include "test.h"

#include <CUnit/Basic.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUITES_MAX = 256 };

static struct suite {
    const char *name;
    const struct stw_test_case *cases;
    unsigned count;
} suites[SUITES_MAX];
static unsigned suite_count;
static unsigned skipped;

void stw_test_register(const char *suite, const struct stw_test_case *cases, unsigned count)
{
    if (suite_count == SUITES_MAX) {
        fprintf(stderr, "too many suites; raise SUITES_MAX\n");
        exit(1);
    }
    suites[suite_count++] = (struct suite){suite, cases, count};
}

const char *stw_test_shared(const char *relative_path)
{
    static char path[4096];
    const char *root = getenv("STEWARD_SHARED");
    snprintf(path, sizeof(path), "%s/%s", root == NULL ? "../shared/data" : root, relative_path);
    return path;
}

bool stw_test_shared_missing(const char *relative_path)
{
    if (access(stw_test_shared(relative_path), R_OK) == 0)
        return false;
    const char *required = getenv("STEWARD_REQUIRE");
    if (required != NULL && strstr(required, "shared") != NULL) {
        STW_EXPECT(false, "%s is absent and STEWARD_REQUIRE asks for it",
                   stw_test_shared(relative_path));
        return true;
    }
    printf("\n    skipped: %s is absent\n", stw_test_shared(relative_path));
    skipped++;
    return true;
}

bool stw_test_next_order(unsigned *order, unsigned count)
{
    unsigned i = count - 1, j = count - 1;
    while (i > 0 && order[i - 1] >= order[i])
        i--;
    if (i == 0)
        return false;
    while (order[j] <= order[i - 1])
        j--;
    unsigned swap = order[i - 1];
    order[i - 1] = order[j];
    order[j] = swap;
    for (unsigned a = i, b = count - 1; a < b; a++, b--) {
        swap = order[a];
        order[a] = order[b];
        order[b] = swap;
    }
    return true;
}

bool stw_test_expect(bool condition, int line, const char *file, const char *format, ...)
{
    char text[1024] = "";
    if (!condition) {
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
    }
    CU_assertImplementation(condition, (unsigned)line, condition ? "expectation" : text, file, "",
                            CU_FALSE);
    return condition;
}

void stw_test_near(double got, double want, double tolerance, const char *what, int line,
                   const char *file)
{
    double difference = got > want ? got - want : want - got;
    stw_test_expect(difference <= tolerance, line, file, "%s is %.12g, expected %.12g +- %.3g",
                    what, got, want, tolerance);
}

uint64_t stw_test_random(uint64_t *state)
{
    uint64_t value = (*state += 0x9e3779b97f4a7c15u);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct suite *)a)->name, ((const struct suite *)b)->name);
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

static bool add_suite(const struct suite *suite)
{
    CU_pSuite added = CU_add_suite(suite->name, NULL, NULL);
    for (unsigned i = 0; added != NULL && i < suite->count; i++)
        if (CU_add_test(added, suite->cases[i].name, suite->cases[i].run) == NULL)
            return false;
    return added != NULL;
}

int main(int argc, char **argv)
{
    qsort(suites, suite_count, sizeof(suites[0]), by_name);
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (unsigned i = 0; i < suite_count; i++)
            puts(suites[i].name);
        return 0;
    }
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    for (unsigned i = 0; i < suite_count; i++)
        if (wanted(suites[i].name, argc, argv) && !add_suite(&suites[i])) {
            fprintf(stderr, "cannot register suite %s: %s\n", suites[i].name, CU_get_error_msg());
            return 1;
        }
    stw_test_folders_begin();
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_ErrorCode code = CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures();
    unsigned ran = CU_get_number_of_tests_run();
    if (skipped > 0)
        printf("%u test(s) skipped for want of shared data\n", skipped);
    CU_cleanup_registry();
    stw_test_folders_end();
    if (ran == 0)
        fprintf(stderr, "no test ran\n");
    return code != CUE_SUCCESS || failures > 0 || ran == 0 ? 1 : 0;
}
