/* SPDX-License-Identifier: MIT
 *
 * UTF-16 of both orders comes out as UTF-8, whatever the reads give and ask for; everything else as it is. */
#include "through_door.h"

#include "ingest/utf16.h"

#define LE(s) "\xff\xfe" s, sizeof "\xff\xfe" s - 1
#define BE(s) "\xfe\xff" s, sizeof "\xfe\xff" s - 1
#define AS_IT_IS(s) s, sizeof s - 1

static void test_table(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t n;
        const char *out;
        bool is_cut;
    } rows[] = {
        {LE("a\0;\0b\0\n\0"), "a;b\n", false},
        {BE("\0a\0;\0b\0\n"), "a;b\n", false},
        {LE("\xe9\0\x81\x20\xac\x20"), "\xc3\xa9\xe2\x82\x81\xe2\x82\xac", false},
        {LE("\x3d\xd8\x25\xdd"), "\xf0\x9f\x94\xa5", false},
        {BE("\xd8\x3d\xdd\x25\0x"), "\xf0\x9f\x94\xa5x", false},
        {LE("\x3d\xd8x\0"), "\xef\xbf\xbdx", false},
        {LE("\x25\xddx\0"), "\xef\xbf\xbdx", false},
        {LE("\x3d\xd8\x3d\xd8\x25\xdd"), "\xef\xbf\xbd\xf0\x9f\x94\xa5", false},
        {LE("a\0b"), "a\xef\xbf\xbd", true},
        {LE("a\0\x3d\xd8"), "a\xef\xbf\xbd", true},
        {LE(""), "", false},
        {AS_IT_IS("a;b 1\n"), "a;b 1\n", false},
        {AS_IT_IS("\xff"), "\xff", false},
        {AS_IT_IS("\xfe\xfe"), "\xfe\xfe", false},
        {AS_IT_IS(""), "", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t step = 1; step < 9; step++)
            for (size_t want = 1; want < 9; want++) {
                struct arena *a = test_arena();
                struct text b = {{.read = text_read, .path = "f"}, {rows[i].in, rows[i].n}, step};
                struct source *s = utf16_open(&b.source, a);
                char out[64] = "";
                size_t n = 0, k;
                while ((k = s->read(s, out + n, want)) > 0)
                    n += k;
                if (n != strlen(rows[i].out) || memcmp(out, rows[i].out, n) != 0)
                    fail_msg("row %zu by %zu and %zu: '%s', not '%s'", i, step, want, out, rows[i].out);
                assert_int_equal(s->truncated, rows[i].is_cut);
                assert_int_equal(s->path == NULL, rows[i].n >= 2 && rows[i].in[0] != rows[i].in[1] && rows[i].in[0] < 0);
                arena_free(a);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
    return cmocka_run_group_tests_name("utf16", tests, NULL, NULL);
}
