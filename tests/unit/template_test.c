/* SPDX-License-Identifier: MIT
 *
 * Holes: filled once, in one pass, and every fault of a template named at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "render/template.h"

static bool write_b(void *ctx, struct buf *out)
{
    buf_str(out, str_of(ctx));
    return *(const char *)ctx;
}

static void test_fill(void **state)
{
    (void)state;
    static const struct {
        const char *text, *filled, *said; /* filled: NULL when refused */
    } cases[] = {
        {"<i>{{a}}</i>{{b}}{{a}}", "<i>{{b}}</i>BA{{b}}", NULL}, /* what goes in is not looked at again */
        {"{{b}}{{a}}", "BA{{b}}", NULL},
        {"{{a}} {{b}} {{c}}", NULL,
         "t.html:1:13: error: unknown hole 'c'\n  {{a}} {{b}} {{c}}\n              ^\n"},
        {"{{a}}\n{{b", NULL, "t.html:2:1: error: hole is not closed (write '{{name}}')\n  {{b\n  ^\n"},
        {"{{a}}", NULL, "t.html: error: template has no hole 'b'\n"},
        {"{{a }}{{b}}", NULL,
         "t.html:1:1: error: unknown hole 'a '\n  {{a }}{{b}}\n  ^\nt.html: error: template has no hole "
         "'a'\n"},
    };
    const struct hole holes[] = {{.name = "a", .fill = STR("{{b}}")},
                                 {.name = "b", .write = write_b, .ctx = "BA"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new((struct arena_hook){0});
        struct diag *d = diag_new(arena);
        struct buf out = buf_new(1000, arena), text = buf_new(1000, arena);
        bool ok = template_fill(STR("t.html"), str_of(cases[i].text), holes, 2, &out, d);
        diag_print(d, &text);
        struct str said = buf_view(&text), came = buf_view(&out);
        if (ok != (cases[i].filled != NULL) || (ok && !str_eq(came, str_of(cases[i].filled))) ||
            (!ok && !str_eq(said, str_of(cases[i].said))))
            fail_msg("case %zu: came %d '%.*s', said '%.*s', expected '%s' or '%s'", i, ok, STR_ARG(came),
                     STR_ARG(said), cases[i].filled ? cases[i].filled : "",
                     cases[i].said ? cases[i].said : "");
        arena_free(arena);
    }
}

static void test_write_fails(void **state)
{
    (void)state;
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct buf out = buf_new(1000, arena);
    const struct hole hole = {.name = "b", .write = write_b, .ctx = ""};
    assert_false(template_fill(STR("t.html"), STR("<{{b}}>"), &hole, 1, &out, d));
    assert_int_equal(diag_errors(d), 0); /* who writes says why */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fill), cmocka_unit_test(test_write_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
