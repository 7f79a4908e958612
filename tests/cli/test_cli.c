/*
 * The command line, tested as data: each file in tests/cli/cases holds commands and their exact
 * output. A case runs in an empty folder, its lines in order:
 *
 *     $ steward init store --zone UTC      a command, run by sh; steward is the program under test
 *     made store ...                       stdout and stderr together, exactly
 *     [2]                                  its exit code, where that is not 0
 *
 * In expected lines `[...]` stands for any text within the line. `# ...` at the top is a comment.
 * $ROOT is the repository. The clock stands at 2026-11-01T00:00:00Z and the zone is UTC.
 */
#include "../support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 20 };

static char root[4096]; /* of the repository */

/* True when `line` matches `want`, where "[...]" in want stands for any text. */
static bool line_matches(const char *want, const char *line)
{
    const char *gap = strstr(want, "[...]");
    if (gap == NULL)
        return strcmp(want, line) == 0;
    size_t before = (size_t)(gap - want);
    if (strncmp(want, line, before) != 0)
        return false;
    const char *rest = gap + 5;
    for (const char *at = line + before;; at++) {
        if (line_matches(rest, at))
            return true;
        if (*at == '\0')
            return false;
    }
}

/* Runs a command in `folder`; its output and "[code]" line where it failed go to `text`. */
static void run_command(const char *folder, const char *command, char *text)
{
    static char script[16384];
    snprintf(script, sizeof(script), "cd '%s' && { %s\n} 2>&1", folder, command);
    FILE *pipe = popen(script, "r");
    size_t size = pipe == NULL ? 0 : fread(text, 1, TEXT_MAX - 64, pipe);
    text[size] = '\0';
    int status = pipe == NULL ? -1 : pclose(pipe);
    if (size > 0 && text[size - 1] != '\n')
        strcat(text, "\n");
    if (status != 0)
        sprintf(text + strlen(text), "[%d]\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

static void compare_output(const char *name, const char *command, char *want, char *got)
{
    char *want_at = want, *got_at = got;
    while (*want_at != '\0' || *got_at != '\0') {
        char *want_line = strsep(&want_at, "\n");
        char *got_line = strsep(&got_at, "\n");
        bool same =
            line_matches(want_line == NULL ? "" : want_line, got_line == NULL ? "" : got_line);
        if (!STW_EXPECT(same, "%s: $ %s\n      want: %s\n      got:  %s", name, command, want_line,
                        got_line == NULL ? "(end)" : got_line))
            return;
        static char end[1];
        if (want_at == NULL)
            want_at = end;
        if (got_at == NULL)
            got_at = end;
    }
}

static void run_case(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof(folder), "%s", stw_test_folder());
    FILE *file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    static char want[TEXT_MAX], got[TEXT_MAX], command[8192], line[8192];
    bool pending = false, more = true;
    while (more) {
        more = fgets(line, sizeof(line), file) != NULL;
        if (!more || strncmp(line, "$ ", 2) == 0) {
            if (pending)
                compare_output(path, command, want, got);
            if (!more)
                break;
            line[strcspn(line, "\n")] = '\0';
            snprintf(command, sizeof(command), "%s", line + 2);
            run_command(folder, command, got);
            want[0] = '\0';
            pending = true;
        } else if (pending && strlen(want) + strlen(line) < sizeof(want)) {
            strcat(want, line);
        }
    }
    fclose(file);
    CU_ASSERT_TRUE(pending);
}

static int is_case(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && strcmp(entry->d_name + size - 4, ".txt") == 0;
}

static void runs_all_cases(void)
{
    /* STEWARD is the program under test; `steward` and `example` beside it are found by PATH. */
    const char *program = getenv("STEWARD");
    char path[16384];
    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(root, sizeof(root)));
    if (program == NULL)
        snprintf(path, sizeof(path), "%s/build/release:%s", root, getenv("PATH"));
    else
        snprintf(path, sizeof(path), "%.*s:%s", (int)(strrchr(program, '/') - program), program,
                 getenv("PATH"));
    setenv("PATH", path, 1);
    setenv("ROOT", root, 1);
    setenv("TZ", "UTC", 1);
    setenv("STEWARD_NOW", "1793491200000000000", 1); /* date -ud 2026-11-01 +%s */

    struct dirent **entries;
    int count = scandir("tests/cli/cases", &entries, is_case, alphasort);
    CU_ASSERT_TRUE(count > 0);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "tests/cli/cases/%s", entries[i]->d_name);
        run_case(path);
        free(entries[i]);
    }
    free(entries);
}

STW_SUITE(cli, {"prints exactly what the cases say", runs_all_cases});
