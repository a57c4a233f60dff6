/* SPDX-License-Identifier: MIT
 *
 * The table of docs/formats.md, and names that are left as they are. */
#include "support.h"

#include "names/plain.h"

static void test_table(void **state)
{
    (void)state;
    static const struct {
        const char *name, *module;
        bool is_jit;
        const char *plain, *plain_module;
    } rows[] = {
        /* node, as perf maps of 0.10 to 22 have it */
        {"LazyCompile:~emit events.js:56", "", false, "emit", "events.js"},
        {"LazyCompile:*worker /srv/app/mix.js:17:22", "/tmp/perf-1.map", true, "worker", "/srv/app/mix.js"},
        {"JS:^processChunkSync node:zlib:393:26", "/tmp/perf-1.map", true, "processChunkSync", "node:zlib"},
        {"JS:*get score /srv/app/mix.js:5:12", "/tmp/perf-1.map", true, "get score", "/srv/app/mix.js"},
        {"JS:~Module._extensions..js node:internal/modules/cjs/loader:1604:37", "/tmp/perf-1.map", true,
         "Module._extensions..js", "node:internal/modules/cjs/loader"},
        {"JS:~ /srv/app/mix.js:15:121", "/tmp/perf-1.map", true, "(anonymous mix.js:15)", "/srv/app/mix.js"},
        {"JS:+f file:///home/jane q/x.mjs:3:1", "/tmp/perf-1.map", true, "f", "file:///home/jane q/x.mjs"},
        {"Eval:~ node:internal/streams/from:1:1", "/tmp/perf-1.map", true, "(anonymous from:1)",
         "node:internal/streams/from"},
        {"Script:~ /srv/app/x.js:1:1", "/tmp/perf-1.map", true, "(anonymous x.js:1)", "/srv/app/x.js"},
        {"Function:^f", "/tmp/perf-1.map", true, "f", "/tmp/perf-1.map"},
        {"LazyCompile:~", "/tmp/perf-1.map", true, "(anonymous)", "/tmp/perf-1.map"},
        {"RegExp:a+1", "/tmp/perf-1.map", true, "RegExp:a+1", "/tmp/perf-1.map"},
        {"Builtin:ArrayMap", "[jit]", true, "Builtin:ArrayMap", "[jit]"},
        {"BytecodeHandler:LdaZero", "", true, "BytecodeHandler:LdaZero", ""},
        /* Python's trampoline */
        {"py::main:/srv/app/x.py", "/tmp/perf-2.map", true, "main", "/srv/app/x.py"},
        {"py::<genexpr>:/usr/lib/python3.12/json/decoder.py", "", true, "<genexpr>",
         "/usr/lib/python3.12/json/decoder.py"},
        {"py::odd", "", true, "py::odd", ""},
        {"py::f:", "m", true, "f", "m"},
        {"py:::x", "m", true, "py:::x", "m"},
        /* Java */
        {"Ljava/lang/Thread;::run", "/tmp/perf-3.map", true, "java/lang/Thread;::run", "/tmp/perf-3.map"},
        {"java/lang/Thread;::run", "/tmp/perf-3.map", true, "java/lang/Thread;::run", "/tmp/perf-3.map"},
        {"Interpreter", "/tmp/perf-3.map", true, "Interpreter", "/tmp/perf-3.map"},
        {"Lock;::native", "/bin/app", false, "Lock;::native", "/bin/app"},
        {"LinkResolver::resolve_invoke", "libjvm.so", false, "LinkResolver::resolve_invoke", "libjvm.so"},
        /* .NET */
        {"instance void [System.Console] System.Console::WriteLine(string)[PreJIT]", "/tmp/perf-4.map", true,
         "System.Console::WriteLine(string)", "System.Console"},
        {"native uint [System.Private.CoreLib] "
         "System.Text.ASCIIUtility::NarrowUtf16ToAscii(char*,uint8*,native uint)[Optimized]",
         "/tmp/perf-4.map", true, "System.Text.ASCIIUtility::NarrowUtf16ToAscii(char*,uint8*,native uint)",
         "System.Private.CoreLib"},
        {"!0[] [System.Private.CoreLib] "
         "System.Collections.Generic.List`1[System.__Canon]::ToArray()[OptimizedTier1]",
         "/tmp/perf-4.map", true, "System.Collections.Generic.List`1[System.__Canon]::ToArray()",
         "System.Private.CoreLib"},
        {"Program::Main()[MinOptJitted]", "/tmp/perf-4.map", true, "Program::Main()", "/tmp/perf-4.map"},
        {"void [x] [Tier0]", "/tmp/perf-4.map", true, "void [x] [Tier0]", "/tmp/perf-4.map"},
        {"f()[Odd]", "/tmp/perf-4.map", true, "f()[Odd]", "/tmp/perf-4.map"},
        {"f()[Tier0]", "/bin/app", false, "f()[Tier0]", "/bin/app"},
        {"a [] f()[Tier0]", "m", true, "a [] f()", "m"},
        /* all others */
        {"main", "/bin/app", false, "main", "/bin/app"},
        {"operator new(unsigned long)", "libc++.so", false, "operator new(unsigned long)", "libc++.so"},
        {"JSObject::get", "libjs.so", false, "JSObject::get", "libjs.so"},
        {"", "", false, "", ""},
        {"JS:", "", true, "(anonymous)", ""},
    };
    struct arena *a = test_arena();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str name = str_of(rows[i].name), module = str_of(rows[i].module);
        name_plain(&name, &module, rows[i].is_jit, a);
        if (!str_eq(name, str_of(rows[i].plain)) || !str_eq(module, str_of(rows[i].plain_module)))
            fail_msg("%s (%s) became %.*s (%.*s)", rows[i].name, rows[i].module, STR_ARG(name),
                     STR_ARG(module));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
