/* SPDX-License-Identifier: MIT
 *
 * Names of the three languages, suffixes, names that are none, and bombs. */
#include "support.h"

#include <time.h>

#include "base/limits.h"
#include "names/demangle.h"

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *plain;
    } rows[] = {
        {"_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back(int&&)"},
        {"_ZN3foo3barEv.isra.0", "foo::bar().isra.0"},
        {"_ZN3foo3barEv.constprop.1.cold", "foo::bar().constprop.1.cold"},
        {"_ZN3foo3barEv@plt", "foo::bar()@plt"},
        {"__ZN3foo3barEv", "foo::bar()"},
        {"_ZN5alloc3vec12Vec$LT$T$GT$4push17h0123456789abcdefE", "alloc::vec::Vec<T>::push"},
        {"_ZN4core3ptr13drop_in_place17h0123456789abcdefE.llvm.123",
         "core::ptr::drop_in_place.llvm.123"},
        {"_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function"},
        {"_D3std5stdio7writelnFZv", "std.stdio.writeln()"},
        {"main", "main"},
        {"std::sort(int*)", "std::sort(int*)"},
        {"_Zork", "_Zork"},
        {"_Z", "_Z"},
        {"_R", "_R"},
        {"_D", "_D"},
        {"_", "_"},
        {"", ""},
        {"__do_softirq", "__do_softirq"},
        {"_Debug_print", "_Debug_print"},
        {"_RegisterClass", "_RegisterClass"},
        {"Lock;::_Z1fv", "Lock;::_Z1fv"},
    };
    struct arena *a = test_arena();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str got = name_demangle(str_of(rows[i].name), a);
        if (!str_eq(got, str_of(rows[i].plain)))
            fail_msg("%s became %.*s", rows[i].name, STR_ARG(got));
    }
    arena_free(a);
}

/* Substitutions that double the text with each letter: left as they are, and soon. */
static void test_bombs(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = buf_new(1 << 16, a);
    clock_t begin = clock();
    buf_lit(&b, "_Z1f");
    buf_lit(&b, "1AI");
    for (int i = 0; i < 30; i++)
        buf_lit(&b, "1BIS_S_S_EI");
    for (int i = 0; i < 31; i++)
        buf_char(&b, 'E');
    struct str left = name_demangle(buf_view(&b), a);
    assert_true(left.n <= LIMIT_ONE_NAME);
    b.n = 0;
    buf_lit(&b, "_Z1f"); /* pairs of pairs: S0_ S1_ … each twice the one before */
    buf_lit(&b, "1PIiiE");
    for (int i = 0; i < 24; i++) {
        static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        if (i == 0)
            buf_lit(&b, "S_IS0_S0_E");
        else
            buf_fmt(&b, "S_IS%c_S%c_E", digits[i], digits[i]);
    }
    left = name_demangle(buf_view(&b), a);
    assert_true(left.n <= LIMIT_ONE_NAME);
    b.n = 0;
    for (int i = 0; i < 1000; i++)
        buf_lit(&b, "_Z");
    left = name_demangle(buf_view(&b), a);
    assert_true(str_eq(left, buf_view(&b)));
    b.n = 0;
    buf_lit(&b, "_RIC0");
    for (int i = 0; i < 400; i++)
        buf_lit(&b, "TB_");
    left = name_demangle(buf_view(&b), a);
    assert_true(left.n <= LIMIT_ONE_NAME);
    assert_true(clock() - begin < 2 * CLOCKS_PER_SEC);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_bombs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
