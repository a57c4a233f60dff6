/* SPDX-License-Identifier: MIT
 *
 * Which package a frame is of. */
#include "support.h"

#include "names/package.h"

static void test_table(void **state)
{
    (void)state;
    static const struct {
        const char *name, *module;
        char kind; /* k, j or u */
        const char *package;
    } rows[] = {
        {"vfs_read", "[kernel.kallsyms]", 'k', "[kernel]"},
        {"vfs_read", "/usr/lib/debug/boot/vmlinux-6.1", 'k', "[kernel]"},
        {"nf_hook", "[nf_conntrack]", 'k', "[nf_conntrack]"},
        {"nf_hook", "/lib/modules/6.1/nf_conntrack.ko.xz", 'k', "[nf_conntrack]"},
        {"read", "/usr/lib/libc.so.6", 'u', "libc.so.6"},
        {"[unknown]", "/opt/x.so", 'u', "x.so"},
        {"[unknown]", "/tmp/perf-7.map", 'j', "[jit]"},
        {"main", "", 'u', ""},
        {"java/util/HashMap;::get", "/tmp/perf-7.map", 'j', "java.util"},
        {"java/util/HashMap.get", "", 'u', "java.util"},
        {"java/lang/Object;::<init>", "[java]", 'j', "java.lang"},
        {"java.util.HashMap::get", "/tmp/perf-7.map", 'j', "java.util"},
        {"com.acme.Cart$Line::<init>", "/tmp/perf-7.map", 'j', "com.acme"},
        {"Cart::price", "/tmp/perf-7.map", 'j', "[jit]"},
        {"void java.util.DualPivotQuicksort.sort(int[], int)", "/tmp/perf-7.map", 'j', "java.util"},
        {"java.util.stream.IntPipeline$1$1.accept", "/tmp/perf-7.map", 'j', "java.util.stream"},
        {"long Work$Sorter.run()", "/tmp/perf-7.map", 'j', "[jit]"},
        {"Interpreter", "/tmp/perf-7.map", 'j', "[jit]"},
        {"f", "/srv/app/node_modules/express/lib/router.js", 'j', "express"},
        {"f", "file:///srv/node_modules/a/node_modules/@scope/pkg/x.js", 'j', "@scope/pkg"},
        {"read", "node:fs", 'j', "node"},
        {"f", "/srv/app/lib/x.js", 'j', "x.js"},
        {"f", "https://cdn.example.com/a/b.js", 'j', "cdn.example.com"},
        {"get", "/usr/lib/python3/dist-packages/requests/api.py", 'j', "requests"},
        {"get", "/venv/lib/python3.12/site-packages/six.py", 'j', "six"},
        {"decode", "/usr/lib/python3.12/json/decoder.py", 'j', "json"},
        {"main", "/srv/app/tool.py", 'j', "tool"},
        {"get", "requests/api.py", 'u', "requests"},
        {"get", "./requests/api.py", 'u', "api"},
        {"get", "C:\\x/api.py", 'u', "api"},
        {"_find_and_load", "<frozen importlib._bootstrap>", 'j', "importlib"},
        {"encode", "/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", 'u', "_json"},
        {"dot",
         "/venv/lib/python3.12/site-packages/numpy/core/_multiarray_umath.cpython-312-x86_64-linux-gnu.so",
         'u', "numpy"},
        {"dot", "/venv/lib/python3.12/site-packages/_cffi_backend.abi3.so", 'u', "_cffi_backend"},
        {"main", "/home/jane/python3/bin/tool.py", 'j', "tool"},
        {"main", "/opt/lib/python3.12/tool.py", 'j', "tool"},
        {"f", "node_modules/express/x.js", 'j', "express"},
        {"f", "/app/node_modules/.pnpm/a@1/node_modules/@scope/a/x.js", 'j', "@scope/a"},
        {"f", "/app/node_modules/@scope", 'j', "@scope"},
        {"f", "/app/node_modules//x.js", 'j', "x.js"},
        {"com.sun.proxy.$Proxy.get", "", 'u', "com.sun.proxy"},
        {"text/template.addValueFuncs", "/usr/lib/go/bin/go", 'u', "text/template"},
        {"github.com/a-b/c.(*T).Run.func1", "/bin/app", 'u', "github.com/a-b/c"},
        {"net/http.(*conn).serve", "", 'u', "net/http"},
        {"slices/x.Sort[go.shape.int]", "/bin/app", 'u', "slices/x"},
        {"runtime.mapassign", "/bin/app", 'u', "app"},
        {"a/b", "/bin/app", 'u', "app"},
        {"$lists:map/2", "/tmp/perf-7.map", 'j', "lists"},
        {"$'Elixir.Enum':map/2", "/tmp/perf-7.map", 'j', "Elixir.Enum"},
        {"$global::process_main", "/tmp/perf-7.map", 'j', "[jit]"},
        {"System.Console::WriteLine(string)", "System.Console", 'j', "System.Console"},
        {"node::Start(int, char**)", "/bin/node", 'u', "node"},
        {"irange::set(int)", "/usr/lib/cc1", 'u', "cc1"},
        {"periodic::main::h0123456789abcdef", "/bin/app", 'u', "periodic"},
        {"app::{closure#0}", "/bin/x", 'u', "app"},
        {"core::panicking", "/bin/app", 'u', "core"},
        {"void wi::f<int>", "/usr/lib/cc1", 'u', "cc1"},
        {"bool AccessInternal::Post<int>::f", "/usr/lib/libjvm.so", 'u', "AccessInternal"},
        {"irange::set_nonzero", "/usr/lib/cc1", 'u', "cc1"},
        {"irange::set_nonze", "/usr/lib/cc1", 'u', "cc1"},
        {"irange::set_nonzer", "/usr/lib/cc1", 'u', "cc1"},
        {"void v8::internal::(anonymous namespace)::f", "/bin/node", 'u', "v8"},
        {"<&'a mut I as core::iter::iterator::Iterator>::next", "/bin/app", 'u', "core"},
        {"<[T] as core::slice::SliceExt>::split_at", "/bin/app", 'u', "core"},
        {"<<core::result::Result<V, E> as core::iter::FromIterator<A>>::from_iter::Adapter<I> as "
         "core::iter::Iterator>::next",
         "/bin/app", 'u', "core"},
        {"< as tub:a", "/bin/app", 'u', "app"},
        {"< as tub::a>::f", "/bin/app", 'u', "tub"},
        {"<T>::f", "/bin/app", 'u', "app"},
        {"<u8 as Show>::show", "/bin/app", 'u', "app"},
        {"<myapp::Row>::show", "/bin/app", 'u', "myapp"},
        {"<module>", "/bin/app", 'u', "app"},
        {"a::", "/bin/app", 'u', "app"},
        {"tokio::runtime::park::Inner::park", "/bin/app", 'u', "tokio"},
        {"<alloc::vec::Vec<T> as core::ops::Drop>::drop", "/bin/app", 'u', "alloc"},
        {"std::sort(int*, int*)", "/bin/app", 'u', "std"},
        {"void v8::internal::Heap::Scavenge<true>(int)", "/bin/node", 'u', "v8"},
        {"AddNode::Ideal(PhaseGVN*, bool)", "/usr/lib/libjvm.so", 'u', "libjvm.so"},
        {"(anonymous namespace)::f()", "/bin/app", 'u', "app"},
        {"operator new(unsigned long)", "/usr/lib/libstdc++.so.6", 'u', "libstdc++.so.6"},
        {"main.main", "/bin/goapp", 'u', "goapp"},
    };
    struct arena *a = test_arena();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str got = name_package(str_of(rows[i].name), str_of(rows[i].module), rows[i].kind == 'k',
                                      rows[i].kind == 'j', a);
        if (!str_eq(got, str_of(rows[i].package)))
            fail_msg("%s (%s): %.*s, not %s", rows[i].name, rows[i].module, STR_ARG(got), rows[i].package);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
