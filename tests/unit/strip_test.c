/* SPDX-License-Identifier: MIT
 *
 * What names lose, and what must stay; then names made to take long. */
#include "support.h"

#include <time.h>

#include "names/strip.h"

#define ALL (STRIP_TEMPLATES | STRIP_OFFSETS | STRIP_ADDRESSES | STRIP_HASHES | STRIP_ARGUMENTS)

static void test_table(void **state)
{
    (void)state;
    static const struct {
        unsigned what;
        const char *name, *stripped;
    } rows[] = {
        {STRIP_TEMPLATES, "std::vector<int, std::allocator<int> >::push_back(int&&)",
         "std::vector::push_back(int&&)"},
        {STRIP_TEMPLATES, "operator<", "operator<"},
        {STRIP_TEMPLATES, "operator<<<char>(std::ostream&)", "operator<<(std::ostream&)"},
        {STRIP_TEMPLATES, "a::operator<=><int>(a<b>)", "a::operator<=>(a)"},
        {STRIP_TEMPLATES, "f<(a::b)1, &(c<d>::operator->)>::g", "f::g"},
        {STRIP_TEMPLATES, "myoperator<int>", "myoperator"},
        {STRIP_TEMPLATES, "core::iter::Iterator::map::<u8, fn(u8) -> u32>", "core::iter::Iterator::map"},
        {STRIP_TEMPLATES, "<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop", "alloc::vec::Vec::drop"},
        {STRIP_TEMPLATES, "<T>::f", "T::f"},
        {STRIP_TEMPLATES, "<&mut W as core::fmt::Write>::write_str", "&mut W::write_str"},
        {STRIP_TEMPLATES, "java/lang/Object;::<init>", "java/lang/Object;::<init>"},
        {STRIP_TEMPLATES, "Foo.<clinit>", "Foo.<clinit>"},
        {STRIP_TEMPLATES, "<module>", "<module>"},
        {STRIP_TEMPLATES, "<lambda>", "<lambda>"},
        {STRIP_TEMPLATES, "f()::<lambda(int)>::operator()", "f()::<lambda(int)>::operator()"},
        {STRIP_TEMPLATES, "std::ostream& operator<< <char>(std::ostream&)",
         "std::ostream& operator<<(std::ostream&)"},
        {STRIP_TEMPLATES, "Foo<string>::f", "Foo::f"},
        {STRIP_TEMPLATES, "run.<locals>.<genexpr>", "run.<locals>.<genexpr>"},
        {STRIP_TEMPLATES, "Object.<anonymous>", "Object.<anonymous>"},
        {STRIP_TEMPLATES, "new <anonymous>", "new <anonymous>"},
        {STRIP_TEMPLATES, "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"},
        {STRIP_TEMPLATES, "<__main__>", "<__main__>"},
        {STRIP_TEMPLATES, "block in <main>", "block in <main>"},
        {STRIP_TEMPLATES, "App.Program::<Main>$(string[])", "App.Program::<Main>$(string[])"},
        {STRIP_TEMPLATES, "App.Program+<Run>d__5::MoveNext()", "App.Program+<Run>d__5::MoveNext()"},
        {STRIP_TEMPLATES, "core::fmt::num::<impl core::fmt::Display for Box<u32>>::fmt",
         "core::fmt::num::<impl core::fmt::Display for Box>::fmt"},
        {STRIP_TEMPLATES, "a::f::<u8>::{closure#0}", "a::f::{closure#0}"},
        {STRIP_TEMPLATES, "std.algorithm.sort!(\"a < b\", int[]).sort(int[])",
         "std.algorithm.sort.sort(int[])"},
        {STRIP_TEMPLATES, "Foo<int>::operator!() const", "Foo::operator!() const"},
        {STRIP_TEMPLATES, "operator\"\"_km<char>", "operator\"\"_km"},
        {STRIP_TEMPLATES, "f[abi:cxx11]<int>()", "f[abi:cxx11]()"},
        {STRIP_TEMPLATES, "a<b", "a<b"},
        {STRIP_TEMPLATES, "a>b", "a>b"},
        {STRIP_TEMPLATES, "a<b(c>d", "a<b(c>d"},
        {STRIP_TEMPLATES, "La/B;::m->Lc/D;::n", "La/B;::m->Lc/D;::n"},
        {STRIP_OFFSETS, "f+0x1f", "f"},
        {STRIP_OFFSETS, "f+31", "f"},
        {STRIP_OFFSETS, "libxul.so[+745758]", "libxul.so"},
        {STRIP_OFFSETS, "RegExp:a+1", "RegExp:a+1"},
        {STRIP_OFFSETS, "operator+", "operator+"},
        {STRIP_OFFSETS, "+0x1f", "+0x1f"},
        {STRIP_OFFSETS, "[+1]", "[+1]"},
        {STRIP_ADDRESSES, "0x7f001234", "[unknown]"},
        {STRIP_ADDRESSES, "[0x7f001234]", "[unknown]"},
        {STRIP_ADDRESSES, "ffffffff81000000", "[unknown]"},
        {STRIP_ADDRESSES, "deadbeef", "deadbeef"},
        {STRIP_ADDRESSES, "0xyz", "0xyz"},
        {STRIP_HASHES, "core::ptr::drop_in_place::h0123456789abcdef", "core::ptr::drop_in_place"},
        {STRIP_HASHES, "a::h0123456789abcdef0", "a::h0123456789abcdef0"},
        {STRIP_HASHES, "a::hash", "a::hash"},
        {STRIP_HASHES, "Work$$Lambda$14/0x0000000800c03000.run", "Work$$Lambda.run"},
        {STRIP_HASHES, "Work$$Lambda/0x0000000800c03000.run", "Work$$Lambda.run"},
        {STRIP_HASHES, "Work$$Lambda.0x0000000800c03000;::run", "Work$$Lambda;::run"},
        {STRIP_HASHES, "Work$$Lambda$14;::run", "Work$$Lambda;::run"},
        {STRIP_HASHES, "java/lang/invoke/LambdaForm$MH/0x0000000800c03000;::invoke",
         "java/lang/invoke/LambdaForm$MH;::invoke"},
        {STRIP_HASHES, "jdk/internal/reflect/GeneratedMethodAccessor123;::invoke",
         "jdk/internal/reflect/GeneratedMethodAccessor;::invoke"},
        {STRIP_HASHES, "com.sun.proxy.$Proxy42.get", "com.sun.proxy.$Proxy.get"},
        {STRIP_HASHES, "Svc$$EnhancerBySpringCGLIB$$1a2b3c4d.get", "Svc$$EnhancerBySpringCGLIB.get"},
        {STRIP_HASHES, "mwait_idle_with_hints.constprop.0", "mwait_idle_with_hints"},
        {STRIP_HASHES, "f.isra.0.part.3.cold", "f"},
        {STRIP_HASHES, "f() [clone .isra.0] [clone .cold]", "f()"},
        {STRIP_HASHES, "f.llvm.1234567", "f"},
        {STRIP_HASHES, "f.localalias.1", "f"},
        {STRIP_HASHES, "java/lang/Object.clone", "java/lang/Object.clone"},
        {STRIP_HASHES, "main.part", "main.part"},
        {STRIP_HASHES, "pkg/Iron.cold", "pkg/Iron.cold"},
        {STRIP_HASHES, "bpf_prog_6deef7357e7b4530_sd_fw_egress", "bpf_prog_sd_fw_egress"},
        {STRIP_HASHES, "bpf_prog_6deef7357e7b4530", "bpf_prog_6deef7357e7b4530"},
        {STRIP_HASHES, "a.js", "a.js"},
        {STRIP_HASHES, ".part", ".part"},
        {STRIP_HASHES, "log2", "log2"},
        {STRIP_ARGUMENTS, "std::sort(int*, int*)", "std::sort"},
        {STRIP_ARGUMENTS, "void f<int>(int) const", "f<int>"},
        {STRIP_ARGUMENTS, "(anonymous namespace)::f(char const*)", "(anonymous namespace)::f"},
        {STRIP_ARGUMENTS, "a::(anonymous namespace)::f()", "a::(anonymous namespace)::f"},
        {STRIP_ARGUMENTS, "F::operator()(int) const", "F::operator()"},
        {STRIP_ARGUMENTS, "g()::{lambda(int)#1}::operator()(int) const", "g::{lambda#1}::operator()"},
        {STRIP_ARGUMENTS, "operator new(unsigned long)", "operator new"},
        {STRIP_ARGUMENTS, "operator bool()", "operator bool"},
        {STRIP_ARGUMENTS, "non-virtual thunk to A::f()", "non-virtual thunk to A::f"},
        {STRIP_ARGUMENTS, "void java.util.DualPivotQuicksort.sort(int[], int, int)",
         "java.util.DualPivotQuicksort.sort"},
        {STRIP_ARGUMENTS, "java.util.HashMap$Node[] java.util.HashMap.resize()", "java.util.HashMap.resize"},
        {STRIP_ARGUMENTS, "I2C/C2I adapters(0xbba)", "I2C/C2I adapters"},
        {STRIP_ARGUMENTS, "void f<int>(int) const [clone .isra.0]", "f<int> [clone .isra.0]"},
        {STRIP_ARGUMENTS, "f(int) [clone .cold]", "f [clone .cold]"},
        {STRIP_ARGUMENTS, "std::ostream& operator<< <char>(std::ostream&)", "operator<< <char>"},
        {STRIP_ARGUMENTS, "bool a::operator==<int>(a const&, a const&)", "a::operator==<int>"},
        {STRIP_ARGUMENTS, "foo(int) const::{lambda(int)#1}::operator()(int) const",
         "foo::{lambda#1}::operator()"},
        {STRIP_ARGUMENTS, "guard variable for f()::x", "guard variable for f::x"},
        {STRIP_ARGUMENTS, "f() &&", "f"},
        {STRIP_ARGUMENTS, "<alloc::boxed::Box<dyn FnOnce() + Send> as core::ops::FnOnce<()>>::call_once",
         "<alloc::boxed::Box<dyn FnOnce() + Send> as core::ops::FnOnce<()>>::call_once"},
        {STRIP_ARGUMENTS, "std::function<void (int)>::operator()(int) const",
         "std::function<void (int)>::operator()"},
        {STRIP_ARGUMENTS, "bool AccessInternal::barrier<HeapWordImpl*>",
         "AccessInternal::barrier<HeapWordImpl*>"},
        {STRIP_ARGUMENTS, "std.algorithm.sort!(\"a < b\", int[]).sort(int[])",
         "std.algorithm.sort!(\"a < b\", int[]).sort"},
        {STRIP_ARGUMENTS, "closure #1 (Swift.Int) -> () in main.foo() -> ()",
         "closure #1 (Swift.Int) -> () in main.foo -> ()"},
        {STRIP_ARGUMENTS, "runtime.(*mheap).alloc", "runtime.(*mheap).alloc"},
        {STRIP_ARGUMENTS, "block (2 levels) in run", "block (2 levels) in run"},
        {STRIP_ARGUMENTS, "int", "int"},
        {STRIP_ARGUMENTS, "StubRoutines (1)", "StubRoutines (1)"},
        {STRIP_ARGUMENTS, "(anonymous x.js:3)", "(anonymous x.js:3)"},
        {STRIP_ARGUMENTS, "handler (app.js:3)", "handler (app.js:3)"},
        {STRIP_ARGUMENTS, "get score", "get score"},
        {STRIP_ARGUMENTS, "(garbage collector)", "(garbage collector)"},
        {STRIP_ARGUMENTS, "a(b", "a(b"},
        {ALL,
         "std::_Function_handler<void (), f(int)::{lambda()#1}>::_M_invoke(std::_Any_data const&) [clone "
         ".isra.0]",
         "std::_Function_handler::_M_invoke"},
        {ALL, "void OopOopIterateDispatch<G1Mark>::Table::oop_oop_iterate<InstanceKlass, narrowOop>",
         "OopOopIterateDispatch::Table::oop_oop_iterate"},
        {ALL, "RegExp:[&<>](a|b)+0x1", "RegExp:[&<>](a|b)+0x1"},
        {ALL, "main", "main"},
        {ALL, "", "[unknown]"},
        {0, "a<b>(c)+0x1", "a<b>(c)+0x1"},
    };
    struct arena *a = test_arena();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str got = name_strip(str_of(rows[i].name), rows[i].what, a);
        if (!str_eq(got, str_of(rows[i].stripped)))
            fail_msg("%s became %.*s, not %s", rows[i].name, STR_ARG(got), rows[i].stripped);
    }
    arena_free(a);
}

static void test_takes_no_longer_than_it_must(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<",         "(",         "<(",  "<a as ",     ">",  ")",
                                         "operator<", "(<",        "::<", "$$Lambda$1", "!(", "::<impl ",
                                         " const",    "operator ", "> ",  "[clone ",    "/0x"};
    struct arena *a = test_arena();
    clock_t begin = clock();
    for (size_t i = 0; i < COUNT(pieces); i++)
        for (size_t k = 0; k < COUNT(pieces); k++) {
            struct arena *one = arena_like(a);
            struct buf b = buf_new(1 << 16, one);
            while (b.n < 16000)
                buf_str(&b, str_of(pieces[i]));
            while (b.n < 32000)
                buf_str(&b, str_of(pieces[k]));
            for (int times = 0; times < 3; times++)
                assert_true(name_strip(buf_view(&b), ALL, one).n <= b.n + 16);
            arena_free(one);
        }
    /* 28 MB in all; with anything that grows by the square it would be a minute. */
    assert_true(clock() - begin < 15 * CLOCKS_PER_SEC);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table),
                                       cmocka_unit_test(test_takes_no_longer_than_it_must)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
