/* SPDX-License-Identifier: MIT
 *
 * A plain main for the fuzz targets, for compilers without libFuzzer: runs every corpus file through
 * LLVMFuzzerTestOneInput, then the same file cut short and with single bytes changed, so that a small corpus
 * also tries what a fuzzer tries first.
 *
 * In:  files and folders of the corpus. Out: how many inputs ran; a crash is the only failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define CUTS 16
#define CHANGES 16

static size_t n_inputs;

/* Each run gets an allocation of exactly its size, so that a checker sees the first byte read past the end.
 */
static void run_bytes(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        exit(3);
    memcpy(exact, data, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    n_inputs++;
}

static void run_variants(uint8_t *data, size_t n)
{
    static const uint8_t changes[] = {0x00, 0xff, '\n', ' ', ':', 0x80};
    run_bytes(data, n);
    for (size_t i = 0; i < CUTS && n; i++)
        run_bytes(data, n * i / CUTS);
    for (size_t i = 0; i < CHANGES && n; i++) {
        size_t at = n * i / CHANGES;
        uint8_t old = data[at];
        data[at] = changes[i % sizeof changes];
        run_bytes(data, n);
        data[at] = old;
    }
}

static void run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || stat(path, &st)) {
        perror(path);
        exit(3);
    }
    size_t n = (size_t)st.st_size;
    uint8_t *data = malloc(n + 1);
    if (!data || fread(data, 1, n, f) != n) {
        perror(path);
        exit(3);
    }
    fclose(f);
    run_variants(data, n);
    free(data);
}

static void run_path(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) {
        run_file(path);
        return;
    }
    for (struct dirent *e; (e = readdir(folder));) {
        if (e->d_name[0] == '.')
            continue;
        size_t n = strlen(path) + strlen(e->d_name) + 2;
        char *inner = malloc(n);
        if (!inner)
            exit(3);
        snprintf(inner, n, "%s/%s", path, e->d_name);
        run_path(inner);
        free(inner);
    }
    closedir(folder);
}

int main(int argc, char **argv)
{
    uint8_t nothing[1] = {0};
    run_bytes(nothing, 0);
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    printf("%zu inputs\n", n_inputs);
    return 0;
}
