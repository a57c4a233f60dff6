/* SPDX-License-Identifier: MIT
 *
 * The command line. One table (options.c) drives parsing, --help and the man page. Options stand anywhere,
 * "--" ends them.
 *
 * In:  argv. Out: struct options; false, with what is wrong on stderr, when it makes no sense (exit code 2).
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "flamepress.h"

enum command { COMMAND_BUILD, COMMAND_CHECK, COMMAND_INSPECT, COMMAND_EXPORT, COMMAND_DIFF, COMMAND_SITE, COMMANDS };

struct options {
    enum command command;
    char *const *inputs; /* argv itself, which parsing overwrites from the front */
    int n_inputs;
    const char *output, *assets;
    const char *from, *to, *format;
    const char *threads;
    const char *fail_on, *event, *idle, *view;
    const char *title, *url, *by, *keep, *max, *comparisons;
    bool json, samples, strict, quiet, prune;
    bool help, version, man;
};

bool options_parse(int argc, char **argv, struct options *out);
void options_help(FILE *to);
void options_man(FILE *to);

#endif
