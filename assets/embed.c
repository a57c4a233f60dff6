/* SPDX-License-Identifier: MIT
 *
 * Build helper: files -> one C source with a table of named byte arrays. Usage: embed [pressed:]NAME=FILE… > assets.c
 * One that is `pressed:` is there twice: as it is, for its hash, and as it stands in the page.
 *
 * Bytes become string literals, which compile 15 times faster than lists of integers. Under -std=c11
 * trigraphs are on: `a ??= b` in JavaScript would become `a # b`, so '?' is written \077, as is everything
 * that is not printable ASCII. A script or style that stands in the page as it is goes between tags: a "</script",
 * "</style", "<!--" or NUL in it is refused here. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "render/pressed.h"

#define PRESSED "pressed:"

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

static void print_array(const char *name, const char *suffix, struct str s)
{
    printf("static const char %s%s[] =\n", name, suffix);
    for (size_t at = 0; at < s.n || at == 0;) {
        putchar('"');
        for (size_t k = 0; k < 100 && at < s.n; k++, at++) {
            unsigned char c = (unsigned char)s.p[at];
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '?')
                printf("\\%03o", c);
            else
                putchar(c);
        }
        puts("\"");
        if (s.n == 0)
            break;
    }
    printf("    ;\n_Static_assert(sizeof %s%s == %zu + 1, \"short read\");\n\n", name, suffix, s.n);
}

static void print_asset(const char *name, bool pressed, const char *path)
{
    size_t n;
    char *p = slurp(path, &n);
    print_array(name, "", (struct str){p, n});
    if (pressed) {
        struct arena *arena = arena_new((struct arena_hook){0});
        print_array(name, "_pressed", pressed_text((struct str){p, n}, arena));
        arena_free(arena);
    } else if (strstr(name, "_js")) {
        refuse(path, p, n, "</script");
        refuse(path, p, n, "<!--");
        if (strcmp(name, "flame_js") == 0) /* an SVG has it in CDATA */
            refuse(path, p, n, "]]>");
    } else if (strstr(name, "_css")) {
        refuse(path, p, n, "</style");
    }
    free(p);
}

/* NAME=FILE, maybe with PRESSED in front. */
static bool is_pressed(const char *arg)
{
    return strncmp(arg, PRESSED, strlen(PRESSED)) == 0;
}

static const char *name_in(const char *arg)
{
    return arg + (is_pressed(arg) ? strlen(PRESSED) : 0);
}

int main(int argc, char **argv)
{
    printf("/* made by assets/embed.c */\n#include \"render/assets.h\"\n\n");
    for (int i = 1; i < argc; i++) {
        char *eq = strchr(argv[i], '=');
        if (!eq) {
            fprintf(stderr, "usage: embed [" PRESSED "]NAME=FILE… > assets.c\n");
            return 2;
        }
        *eq = 0;
        print_asset(name_in(argv[i]), is_pressed(argv[i]), eq + 1);
    }
    printf("const struct asset assets_built_in[] = {\n");
    for (int i = 1; i < argc; i++) {
        const char *name = name_in(argv[i]);
        printf("    {\"%s\", {%s, sizeof %s - 1}, ", name, name, name);
        if (is_pressed(argv[i]))
            printf("{%s_pressed, sizeof %s_pressed - 1}},\n", name, name);
        else
            printf("{0, 0}},\n");
    }
    printf("    {0, {0, 0}, {0, 0}},\n};\n");
    return fflush(stdout) != 0 || ferror(stdout);
}
