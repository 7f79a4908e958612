/*
 * What every suite includes: CUnit's assertions and one line to register a suite.
 *
 *     static void adds_up(void) { CU_ASSERT_EQUAL(1 + 1, 2); }
 *     STW_SUITE(decimal, {"adds up", adds_up});
 *
 * A test that needs files outside the repository calls STW_SKIP_WITHOUT_SHARED(path): the test
 * returns with a printed reason, or fails where STEWARD_REQUIRE=shared.
 */
#ifndef STW_TEST_H
#define STW_TEST_H

#include <CUnit/CUnit.h>

#include <stdbool.h>
#include <stdint.h>

struct stw_test_case {
    const char *name;
    CU_TestFunc run;
};

void stw_test_register(const char *suite, const struct stw_test_case *cases, unsigned count);

#define STW_SUITE(suite, ...)                                                                      \
    static const struct stw_test_case suite##_cases[] = {__VA_ARGS__};                             \
    __attribute__((constructor)) static void suite##_register(void)                                \
    {                                                                                              \
        stw_test_register(#suite, suite##_cases,                                                   \
                          sizeof(suite##_cases) / sizeof(suite##_cases[0]));                       \
    }                                                                                              \
    struct stw_test_case /* swallows the semicolon */

/* The folder ../shared/data (STEWARD_SHARED overrides); path of a file in it, static storage. */
const char *stw_test_shared(const char *relative_path);
bool stw_test_shared_missing(const char *relative_path);

#define STW_SKIP_WITHOUT_SHARED(relative_path)                                                     \
    do {                                                                                           \
        if (stw_test_shared_missing(relative_path))                                                \
            return;                                                                                \
    } while (0)

/*
 * A fresh empty folder, removed when the run ends (folders.h); caller copies the path, which the
 * next call writes over. Under TMPDIR, else on the memory disk /dev/shm where that has room, else
 * under /tmp.
 */
const char *stw_test_folder(void);

/* The next arrangement of `order` in lexicographic order; false after the last. */
bool stw_test_next_order(unsigned *order, unsigned count);

/* Fails the running test with a message of its own when `condition` is false. */
#define STW_EXPECT(condition, ...) stw_test_expect((condition), __LINE__, __FILE__, __VA_ARGS__)
bool stw_test_expect(bool condition, int line, const char *file, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* |got - want| <= tolerance, with both printed when not. */
void stw_test_near(double got, double want, double tolerance, const char *what, int line,
                   const char *file);
#define STW_NEAR(got, want, tolerance)                                                             \
    stw_test_near((got), (want), (tolerance), #got, __LINE__, __FILE__)

/* The same random numbers in every run: splitmix64. */
uint64_t stw_test_random(uint64_t *state);

#endif
