/* SPDX-License-Identifier: MIT
 *
 * Runs commands in turn, several times each, as whole processes: measure RUNS COMMAND [ARG...] [-- COMMAND [ARG...]]...
 * Prints a line for each command: medians of CPU seconds, of wall seconds and of the peak of memory in KB. What commands
 * print is thrown away; one that fails ends the measurement. In turn, so that what else runs on the machine
 * slows all of them: their ratios are what can be trusted. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_RUNS = 99, MOST_COMMANDS = 16 };

struct figures {
    double cpu[MOST_RUNS], wall[MOST_RUNS], kb[MOST_RUNS];
};

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(char **command, struct figures *f, int i)
{
    double began = now();
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    int status = -1;
    struct rusage use;
    if (child < 0 || wait4(child, &status, 0, &use) != child || status != 0) {
        fprintf(stderr, "measure: %s failed\n", command[0]);
        exit(1);
    }
    f->wall[i] = now() - began;
    f->cpu[i] = seconds(use.ru_utime) + seconds(use.ru_stime);
    f->kb[i] = (double)use.ru_maxrss;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *list, int n)
{
    qsort(list, (size_t)n, sizeof *list, by_value);
    return list[n / 2];
}

int main(int argc, char **argv)
{
    static struct figures figures[MOST_COMMANDS];
    char **commands[MOST_COMMANDS];
    int runs = argc > 2 ? atoi(argv[1]) : 0, n = 0;
    for (int i = 2; i < argc; i++) {
        if (i == 2 || (strcmp(argv[i], "--") == 0 && i + 1 < argc)) {
            if (n == MOST_COMMANDS)
                return 2;
            commands[n++] = argv + i + (i > 2);
            if (i > 2)
                argv[i] = NULL;
        }
    }
    if (runs < 1 || runs > MOST_RUNS || n < 1) {
        fprintf(stderr, "usage: measure RUNS COMMAND [ARG...] [-- COMMAND [ARG...]]...\n");
        return 2;
    }
    for (int i = 0; i < runs; i++)
        for (int k = 0; k < n; k++)
            run(commands[k], &figures[k], i);
    for (int k = 0; k < n; k++)
        printf("%.4f %.4f %.0f\n", median(figures[k].cpu, runs), median(figures[k].wall, runs), median(figures[k].kb, runs));
    return 0;
}
