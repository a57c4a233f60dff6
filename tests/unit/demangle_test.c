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
        {"_ZN4core3ptr13drop_in_place17h0123456789abcdefE.llvm.123", "core::ptr::drop_in_place.llvm.123"},
        {"_$LT$std..collections..hash..map..DefaultHasher$u20$as$u20$core..hash..Hasher$GT$::finish::"
         "h2c804330acc776d7",
         "<std::collections::hash::map::DefaultHasher as core::hash::Hasher>::finish::h2c804330acc776d7"},
        {"term::terminfo::from_name::_$u7b$$u7b$closure$u7d$$u7d$::hbdb8aa57609652e0",
         "term::terminfo::from_name::{{closure}}::hbdb8aa57609652e0"},
        {"_$LT$$LP$K$C$$u20$$RF$V$RP$$GT$::f::h9375446625dcf9e8", "<(K, &V)>::f::h9375446625dcf9e8"},
        {"a::_$ZZ$..$u::h9375446625dcf9e8", "a::$ZZ$::$u::h9375446625dcf9e8"},
        {"$::h9375446625dcf9e8", "$::h9375446625dcf9e8"},
        {"Work$$Lambda$1..x::h", "Work$$Lambda$1..x::h"},
        {"_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function"},
        {"_ZlsI1AERSoS1_RKT_", "std::ostream& operator<< <A>(std::ostream&, A const&)"},
        {"_ZNK3foo3barIiEEvv@@LIB_1.2", "void foo::bar<int>() const@@LIB_1.2"},
        {"___ZN3foo3barEv_block_invoke", "___ZN3foo3barEv_block_invoke"},
        {"_RNvMs_NtCs1234_7mycrate3fooNtB4_3Foo3bar", "<mycrate::foo::Foo>::bar"},
        {"_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>"},
        {"_RNvCs1_1a1f.llvm.123", "a::f.llvm.123"},
        {"_D3std5stdio7writelnFZv", "std.stdio.writeln()"},
        {"_D3app4mainFAAyaZi", "app.main(immutable(char)[][])"},
        {"_D3app4File6__ctorMFNfC6StreamKiZS3app4File", "app.File.this(Stream, ref int)"},
        {"_D3app7handlerMFZ5innerMFDFLiZiZv", "app.handler().inner(int(lazy int) delegate)"},
        {"_D3app__T4sortVAyaa5_61203c2062TAiZQBaFHAbiPFZvZAi",
         "app.sort!(\"a < b\", int[]).sort(int[bool[]], void() function)"},
        {"_D3app26__T3mapS13_D3app3fooFZbTiZ3mapFG4xkXv", "app.map!(app.foo(), int).map(const(uint)[4]...)"},
        {"_D3app__T5tableTaVkN12Vbi1ZQsFONghZi", "app.table!(char, -12, 1).table(shared(inout(ubyte)))"},
        {"_D3app1X5cloneMxFCQqQoQfZQi", "app.X.clone(app.X, app.X)"},
        {"_D3app1x", "_D3app1x"},
        {"_D3app1xi", "app.x"},
        {"_D3app1xFQaZv", "_D3app1xFQaZv"},
        {"_D9app", "_D9app"},
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

/* A distance as references of D and Rust write it. */
static void add_reference(struct buf *b, size_t distance)
{
    char text[8];
    size_t n = 0;
    text[n++] = (char)('a' + distance % 26);
    for (distance /= 26; distance; distance /= 26)
        text[n++] = (char)('A' + distance % 26);
    buf_char(b, 'Q');
    while (n)
        buf_char(b, text[--n]);
}

static void is_left_alone_soon(struct buf *b, struct arena *a)
{
    clock_t begin = clock();
    struct str got = name_demangle(buf_view(b), a);
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    if (!str_eq(got, buf_view(b)) || seconds > 1)
        fail_msg("%.*s became %.*s in %.1f s", STR_ARG(buf_view(b)), STR_ARG(str_sub(got, 0, 200)), seconds);
    b->n = 0;
}

/* Pairs of what stood before, of which each is twice the one before it. */
static void test_references(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = buf_new(1 << 16, a);
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    buf_lit(&b, "_Z1f1AI1BE");
    for (int i = 1; i < 36; i++)
        buf_fmt(&b, "S_IS%c_S%c_E", digits[i], digits[i]);
    is_left_alone_soon(&b, a);
    buf_lit(&b, "_RIC1aTeeE");
    for (size_t i = 0, at = 3; i < 60;
         i++) { /* positions count from behind "_R", in digits of 62 below 62 + 1 */
        size_t next = b.n - 2;
        if (at > 61)
            break;
        static const char d62[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        buf_fmt(&b, "TB%c_B%c_B%c_B%c_E", d62[at], d62[at], d62[at], d62[at]);
        at = next - 1;
    }
    buf_lit(&b, "E");
    is_left_alone_soon(&b, a);
    buf_lit(&b, "_D1aFi");
    for (size_t i = 0, at = b.n - 1; i < 100; i++) {
        size_t next = b.n;
        buf_char(&b, 'H');
        add_reference(&b, b.n - at);
        add_reference(&b, b.n - at);
        at = next;
    }
    buf_lit(&b, "Zv");
    is_left_alone_soon(&b, a);
    arena_free(a);
}

/* Longer than the library likes. */
static void test_long(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = buf_new(1 << 14, a), want = buf_new(1 << 14, a);
    buf_lit(&b, "_Z1fI");
    buf_lit(&want, "void f<");
    for (int i = 0; i < 250; i++) {
        buf_lit(&b, "5abcde");
        buf_fmt(&want, "%sabcde", i ? ", " : "");
    }
    buf_lit(&b, "Evv");
    buf_lit(&want, ">()");
    assert_true(str_eq(name_demangle(buf_view(&b), a), buf_view(&want)));
    arena_free(a);
}

/* What reads two ways at each step, what nests, and what is nothing. */
static void test_repeated(void **state)
{
    (void)state;
    static const char *const pieces[] = {"_Z1f|P",
                                         "_Z1f|XL_Z",
                                         "_Z1fIiEv|DTcl1fIiE",
                                         "_ZN1A|cvT_IiE",
                                         "_Z|Z1fvE",
                                         "_Z1f|M1aF",
                                         "_ZN1a|cv1aIT_I1bI",
                                         "_Z1fI|T_Icv1aIGV",
                                         "_ZN1acv|T0_I",
                                         "_RIC1a|TB_",
                                         "_R|M",
                                         "_RNvC1a|u9",
                                         "_R|NvX",
                                         "_D1aF|S1aF",
                                         "_D1aF|H",
                                         "_D|__T1a",
                                         "_D1a|__T1aS1aFS",
                                         "_D1aF|DF",
                                         "_D|1aMFS",
                                         "|_Z",
                                         "_D1aFHi|H"};
    static const size_t sizes[] = {30, 100, 400, 1000, 1024, 4000, 8000};
    struct arena *a = test_arena();
    struct buf b = buf_new(1 << 16, a);
    for (size_t i = 0; i < COUNT(pieces); i++)
        for (size_t k = 0; k < COUNT(sizes); k++) {
            struct str head, piece;
            (void)str_cut(str_of(pieces[i]), '|', &head, &piece);
            buf_str(&b, head);
            while (b.n < sizes[k])
                buf_str(&b, piece);
            is_left_alone_soon(&b, a);
        }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_references),
                                       cmocka_unit_test(test_long), cmocka_unit_test(test_repeated)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
