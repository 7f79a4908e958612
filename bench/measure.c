/*
 * measure: runs a command and appends what it took to a file, for the shell scripts of this folder.
 *
 *     measure FILE COMMAND [ARGUMENT...]
 *
 * One line: seconds on the wall clock, seconds of processor time, peak resident memory in KiB.
 * Exits as the command did (128 + signal when it was killed). Standard C library and Linux only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char **words)
{
    int status;
    struct rusage used;
    if (count < 3) {
        fputs("use: measure FILE COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    double start_s = now_s();
    pid_t child = fork();
    if (child == 0) {
        execvp(words[2], words + 2);
        perror(words[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("measure");
        return 126;
    }
    double wall_s = now_s() - start_s;
    FILE *file = fopen(words[1], "a");
    if (file == NULL ||
        fprintf(file, "%.3f %.3f %ld\n", wall_s,
                seconds_of(used.ru_utime) + seconds_of(used.ru_stime), used.ru_maxrss) < 0 ||
        fclose(file) != 0) {
        perror(words[1]);
        return 126;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
