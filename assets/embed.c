/* SPDX-License-Identifier: MIT
 *
 * Build helper: files -> one C source with a table of named byte arrays. Usage: embed NAME=FILE… > assets.c
 *
 * Bytes become string literals, which compile 15 times faster than lists of integers. Under -std=c11
 * trigraphs are on: `a ??= b` in JavaScript would become `a # b`, so '?' is written \077, as is everything
 * that is not printable ASCII. Scripts and styles go between tags of one HTML page: a "</script", "</style",
 * "<!--" or NUL in them is refused here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *slurp(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    size_t cap = 1 << 16, got;
    char *p = malloc(cap);
    *n = 0;
    while (p && (got = fread(p + *n, 1, cap - *n - 1, f)) > 0)
        if ((*n += got) == cap - 1)
            p = realloc(p, cap *= 2);
    if (!p || ferror(f) || fclose(f) != 0) {
        fprintf(stderr, "%s: cannot read\n", path);
        exit(1);
    }
    p[*n] = 0;
    return p;
}

static void refuse(const char *path, const char *text, size_t n, const char *what)
{
    if (memchr(text, 0, n) || strstr(text, what)) {
        fprintf(stderr, "%s: error: holds '%s' or a NUL and cannot stand inside a page\n", path, what);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    printf("/* made by assets/embed.c */\n#include \"render/assets.h\"\n\n");
    for (int i = 1; i < argc; i++) {
        char *eq = strchr(argv[i], '=');
        if (!eq) {
            fprintf(stderr, "usage: embed NAME=FILE… > assets.c\n");
            return 2;
        }
        *eq = 0;
        size_t n;
        char *p = slurp(eq + 1, &n);
        if (strstr(argv[i], "_js")) {
            refuse(eq + 1, p, n, "</script");
            refuse(eq + 1, p, n, "<!--");
            if (strcmp(argv[i], "flame_js") == 0) /* an SVG has it in CDATA */
                refuse(eq + 1, p, n, "]]>");
        } else if (strstr(argv[i], "_css")) {
            refuse(eq + 1, p, n, "</style");
        }
        printf("static const char %s[] =\n", argv[i]);
        for (size_t at = 0; at < n || at == 0;) {
            putchar('"');
            for (size_t k = 0; k < 100 && at < n; k++, at++) {
                unsigned char c = (unsigned char)p[at];
                if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '?')
                    printf("\\%03o", c);
                else
                    putchar(c);
            }
            puts("\"");
            if (n == 0)
                break;
        }
        printf("    ;\n_Static_assert(sizeof %s == %zu + 1, \"short read\");\n\n", argv[i], n);
        free(p);
    }
    printf("const struct asset assets_built_in[] = {\n");
    for (int i = 1; i < argc; i++)
        printf("    {\"%s\", {%s, sizeof %s - 1}},\n", argv[i], argv[i], argv[i]);
    printf("    {0, {0, 0}},\n};\n");
    return fflush(stdout) != 0 || ferror(stdout);
}
