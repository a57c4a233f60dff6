/* SPDX-License-Identifier: MIT
 *
 * Buf: the ceiling holds for every way to add, exactly. */
#include "support.h"

static void the_ceiling_is_exact(void **state)
{
    (void)state;
    static const size_t ceilings[] = {0, 1, 10, 255, 256, 257, 300, 1000, 5000};
    char block[6000];
    memset(block, 'x', sizeof block);
    for (size_t i = 0; i < COUNT(ceilings); i++) {
        size_t top = ceilings[i];
        for (int way = 0; way < 4; way++) {
            struct arena *a = test_arena();
            struct buf b = buf_new(top, a);
            for (size_t k = 0; k < top && way == 0; k++)
                buf_char(&b, 'x');
            if (way == 1)
                buf_add(&b, block, top);
            if (way == 2)
                buf_fmt(&b, "%.*s", (int)top, block);
            if (way == 3)
                buf_str(&b, (struct str){block, top});
            if (b.over || b.n != top)
                fail_msg("way %d: %zu of %zu bytes went in", way, b.n, top);
            (way == 0 ? buf_char(&b, 'y') : way == 2 ? buf_fmt(&b, "%s", "y") : buf_lit(&b, "y"));
            if (!b.over || b.n != top)
                fail_msg("way %d: one byte past a ceiling of %zu went in", way, top);
            arena_free(a);
        }
    }
}

static void past_the_ceiling_nothing_more_is_added(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = buf_new(10, a);
    buf_lit(&b, "12345");
    buf_lit(&b, "678901"); /* too much: none of it goes in */
    buf_char(&b, 'x');
    buf_lit(&b, "y");
    buf_fmt(&b, "%d", 7);
    assert_null(buf_room(&b, 1));
    EXPECT_STR(buf_view(&b), "12345");
    assert_true(b.over);
    arena_free(a);
}

static void formats_of_every_length(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    char want[1200];
    for (int n = 0; n < 1100; n++) {
        struct buf b = buf_new(1 << 20, a);
        memset(want, 'w', sizeof want);
        want[n] = 0;
        buf_fmt(&b, "%s", want);
        EXPECT_STR(buf_view(&b), want);
        buf_fmt(&b, "<%d>", n);
        if (b.p[n] != '<' || b.p[b.n - 1] != '>')
            fail_msg("text after a format of %d bytes is wrong", n);
    }
    arena_free(a);
}

static void an_empty_buf_is_an_empty_text(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = buf_new(10, a);
    buf_add(&b, NULL, 0);
    EXPECT_STR(buf_view(&b), "");
    assert_false(b.over);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ceiling_is_exact),
        cmocka_unit_test(past_the_ceiling_nothing_more_is_added),
        cmocka_unit_test(formats_of_every_length),
        cmocka_unit_test(an_empty_buf_is_an_empty_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
