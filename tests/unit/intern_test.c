/* SPDX-License-Identifier: MIT
 *
 * Intern: ids in order of first sight, found again after many rehashes, refused at both ceilings. */
#include "support.h"

#include "base/intern.h"

static struct str word(uint32_t i, char *room)
{
    return (struct str){room, (size_t)sprintf(room, "w%u", i * 2654435761u)};
}

static void ids_count_up_and_stay(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct intern in = intern_new(1000000, 100000000, a);
    char room[32];
    for (uint32_t i = 0; i < 50000; i++) {
        assert_int_equal(intern_find(&in, word(i, room)), INTERN_NONE);
        assert_int_equal(intern_id(&in, word(i, room)), i);
        assert_int_equal(intern_id(&in, word(i / 2, room)), i / 2);
    }
    for (uint32_t i = 0; i < 50000; i++) {
        assert_int_equal(intern_find(&in, word(i, room)), i);
        assert_true(str_eq(in.at[i], word(i, room)));
    }
    assert_int_equal(in.n, 50000);
    arena_free(a);
}

static void every_byte_counts(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct intern in = intern_new(100, 1000, a);
    static const struct str words[] = {{"", 0},    {"\0", 1},   {"\0\0", 2}, {"a", 1},
                                       {"a\0", 2}, {"a\0b", 3}, {"\xff", 1}, {"12345678", 8}};
    for (uint32_t i = 0; i < COUNT(words); i++)
        assert_int_equal(intern_id(&in, words[i]), i);
    assert_int_equal(intern_find(&in, (struct str){NULL, 0}), 0);
    assert_int_equal(intern_find(&in, STR("123456789")), INTERN_NONE);
    arena_free(a);
}

static void both_ceilings_refuse(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct intern few = intern_new(2, 1000, a), short_ones = intern_new(1000, 5, a);
    assert_int_equal(intern_id(&few, STR("a")), 0);
    assert_int_equal(intern_id(&few, STR("b")), 1);
    assert_int_equal(intern_id(&few, STR("c")), INTERN_NONE);
    assert_int_equal(intern_id(&few, STR("b")), 1);
    assert_int_equal(intern_id(&short_ones, STR("abc")), 0);
    assert_int_equal(intern_id(&short_ones, STR("def")), INTERN_NONE);
    assert_int_equal(intern_id(&short_ones, STR("de")), 1);
    assert_int_equal(intern_id(&short_ones, STR("")), 2);
    assert_int_equal(intern_find(&short_ones, STR("def")), INTERN_NONE);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_count_up_and_stay),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(both_ceilings_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
