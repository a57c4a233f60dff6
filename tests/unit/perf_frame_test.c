/* SPDX-License-Identifier: MIT
 *
 * Frame lines: what becomes name, module and kind, and which Java lines are several frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "ingest/perf_frame.h"

static const char *const kinds[] = {"user", "kernel", "jit", "inlined", "thread"};

static const struct {
    const char *line, *name, *module;
    enum frame_kind kind;
} frames[] = {
    {"\t    7f00 main+0x12 (/usr/bin/x)", "main", "/usr/bin/x", FRAME_USER},
    {"        7f00\tLock::unlock() (/system/lib/libc.so)", "Lock::unlock()", "/system/lib/libc.so",
     FRAME_USER},
    {"\tffffffff81 do_idle ([kernel.kallsyms])", "do_idle", "[kernel.kallsyms]", FRAME_KERNEL},
    {"\tffffffff81 f+0x1 ([guest.kernel.kallsyms.12])", "f", "[guest.kernel.kallsyms.12]", FRAME_KERNEL},
    {"\tffff f+0x1 (/lib/modules/4.3.0/build/vmlinux)", "f", "/lib/modules/4.3.0/build/vmlinux",
     FRAME_KERNEL},
    {"\tffff f (/usr/lib/debug/boot/vmlinux-5.4.14)", "f", "/usr/lib/debug/boot/vmlinux-5.4.14",
     FRAME_KERNEL},
    {"\tffff f (/lib/modules/5.4/kernel/mlx5_core.ko)", "f", "/lib/modules/5.4/kernel/mlx5_core.ko",
     FRAME_KERNEL},
    {"\tffff f (/lib/modules/5.4/kernel/ext4.ko.xz)", "f", "/lib/modules/5.4/kernel/ext4.ko.xz",
     FRAME_KERNEL},
    {"\tffff nf_hook ([nf_conntrack])", "nf_hook", "[nf_conntrack]", FRAME_KERNEL},
    {"\tffff bpf_prog_2b95_l4lb+0xb80 (bpf_prog_2b95_l4lb)", "bpf_prog_2b95_l4lb", "bpf_prog_2b95_l4lb",
     FRAME_KERNEL},
    {"\t7f00 __vdso_clock_gettime+0x1 ([vdso])", "__vdso_clock_gettime", "[vdso]", FRAME_USER},
    {"\tffff [unknown] ([vsyscall])", "[unknown]", "[vsyscall]", FRAME_USER},
    {"\t7f00 [unknown] ([heap])", "[unknown]", "[heap]", FRAME_USER},
    {"\t7f00 [unknown] ([unknown])", "[unknown]", "", FRAME_USER},
    {"\tffff [unknown] ([kernel.kallsyms])", "[unknown]", "[kernel.kallsyms]", FRAME_KERNEL},
    {"\t7f00 [unknown] (/usr/bin/node)", "[unknown]", "/usr/bin/node", FRAME_USER},
    {"\t7f00", "[unknown]", "", FRAME_USER},
    {"\t7f00 main", "main", "", FRAME_USER},
    {"\t7f00  (/usr/bin/x)", "[unknown]", "/usr/bin/x", FRAME_USER},
    {"\t7f00 main+0x1 (/usr/bin/x (deleted))", "main", "/usr/bin/x", FRAME_USER},
    {"\t7f00 main (/home/My App (x86)/x)", "main", "/home/My App (x86)/x", FRAME_USER},
    {"\t7f00 f(int) (/tmp/a(b)", "f(int)", "/tmp/a(b", FRAME_USER},
    {"\t7f00 main (/tmp/a)b)", "main", "/tmp/a)b", FRAME_USER},
    {"\t7f00 [unknown] (/usr/lib/libc.so.6+0x26000)", "[unknown]", "/usr/lib/libc.so.6", FRAME_USER},
    {"\t7f00 emulator::x+0xffff80001020 (/x/emulator)", "emulator::x", "/x/emulator", FRAME_USER},
    {"\t7f00 start_thread (/lib/x86_64-linux-gnu", "start_thread", "", FRAME_USER},
    {"\t7f00 inl (inlined)", "inl", "", FRAME_INLINED},
    {"\t7f00 Foo::operator->() const+0x4 (/x)", "Foo::operator->() const", "/x", FRAME_USER},
    {"\t7f00 operator()+0x4 (/x)", "operator()", "/x", FRAME_USER},
    {"\t7f00 std::function<void (int)>::operator()(int) const (/x)",
     "std::function<void (int)>::operator()(int) const", "/x", FRAME_USER},
    {"\t7f00 v8::(anonymous namespace)::Invoke(v8::X*)+0x58 (/n)",
     "v8::(anonymous namespace)::Invoke(v8::X*)", "/n", FRAME_USER},
    {"\t7f00 (anonymous namespace)::f(int)", "(anonymous namespace)::f(int)", "", FRAME_USER},
    {"\t7f00 main::{lambda(int)#1}::_FUN(int) (/x)", "main::{lambda(int)#1}::_FUN(int)", "/x", FRAME_USER},
    {"\t7f00 StubRoutines (1)+0xc9 (/tmp/perf-10.map)", "StubRoutines (1)", "/tmp/perf-10.map", FRAME_JIT},
    {"\t7f00 StubRoutines (1)", "StubRoutines (1)", "", FRAME_USER},
    {"\t7f00 void a.b(int[], int)+0x9 (/tmp/perf-10.map)", "void a.b(int[], int)", "/tmp/perf-10.map",
     FRAME_JIT},
    {"\t7f00 RegExp:[&<>]+0x9 (/tmp/perf-10.map)", "RegExp:[&<>]", "/tmp/perf-10.map", FRAME_JIT},
    {"\t7f00 RegExp:a+1 (/tmp/perf-10.map)", "RegExp:a+1", "/tmp/perf-10.map", FRAME_JIT},
    {"\t7f00 LazyCompile:~x a.js:1 (/tmp/perf-10.map)", "LazyCompile:~x a.js:1", "/tmp/perf-10.map",
     FRAME_JIT},
    {"\t7f00 Ljava/lang/Thread;::run (/tmp/perf-10.map)", "java/lang/Thread;::run", "/tmp/perf-10.map",
     FRAME_JIT},
    {"\t7f00 Ljava/lang/Thread;::run (/usr/bin/x)", "Ljava/lang/Thread;::run", "/usr/bin/x", FRAME_USER},
    {"\t7f00 sun/nio/fs/X.<init> ([java])", "sun/nio/fs/X.<init>", "[java]", FRAME_JIT},
    {"\t7f00 <jit invoke stub>+0x27 (/tmp/jitted-31714-41.so)", "<jit invoke stub>",
     "/tmp/jitted-31714-41.so", FRAME_JIT},
    {"\t7f00 foo (//anon)", "foo", "//anon", FRAME_JIT},
    {"\t7f00 [unknown] (//anon)", "[unknown]", "//anon", FRAME_USER},
    {"\t7f00 [unknown] ([anon:js-executable-memory])", "[unknown]", "[anon:js-executable-memory]",
     FRAME_USER},
    {"\t7f00 [unknown] (/dev/ashmem/dalvik-jit-code-cache)", "[unknown]", "/dev/ashmem/dalvik-jit-code-cache",
     FRAME_JIT},
    {"\t7f00 X (/memfd:doublemapper (deleted))", "X", "/memfd:doublemapper", FRAME_JIT},
    {"\t18cfd1c Builtins_Interpreter+220 (/usr/bin/node)", "Builtins_Interpreter", "/usr/bin/node",
     FRAME_USER},
    {"\t7fafd3647cd5 0x7fafd3647cd5 ([unknown])", "[unknown]", "", FRAME_USER},
    {"\t9530c758\tlibxul.so[+745758] (/data/libxul.so)", "libxul.so", "/data/libxul.so", FRAME_USER},
    {"\t7f00 a;b -> c (/x)", "a;b -> c", "/x", FRAME_USER},
};

static void test_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        struct perf_frame f;
        if (!perf_frame_parse(str_of(frames[i].line), &f))
            fail_msg("no frame: %s", frames[i].line);
        if (!str_eq(f.name, str_of(frames[i].name)) || !str_eq(f.module, str_of(frames[i].module)) ||
            f.kind != frames[i].kind)
            fail_msg("%s\n  '%.*s' in '%.*s', %s; expected '%s' in '%s', %s", frames[i].line, STR_ARG(f.name),
                     STR_ARG(f.module), kinds[f.kind], frames[i].name, frames[i].module,
                     kinds[frames[i].kind]);
    }
}

static void test_no_frames(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "\t",
                                        "\t   THIS_IS_A_WEIRD_LINE",
                                        "  main.c:12",
                                        " ABI:2 AX:0x1",
                                        " 0x12/0x13/P/-/-/0",
                                        "java 1 2.5: cycles:"};
    struct perf_frame f;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (perf_frame_parse(str_of(lines[i]), &f))
            fail_msg("taken for a frame: %s", lines[i]);
}

static void test_parts(void **state)
{
    (void)state;
    static const struct {
        const char *line, *leaf_first; /* name:kind, joined by blanks */
    } rows[] = {
        {"\t7f La/B;::m->Lc/D;::n (/tmp/perf-1.map)", "c/D;::n:inlined a/B;::m:jit"},
        {"\t7f La/B;::<init>->Lc/D;::n->Le;::o (/tmp/perf-1.map)",
         "e;::o:inlined c/D;::n:inlined a/B;::<init>:jit"},
        {"\t7f La/B;::m->Lc/D;::n (/usr/bin/x)", "La/B;::m->Lc/D;::n:user"},
        {"\t7f La/B;::m->Interpreter (/tmp/perf-1.map)", "La/B;::m->Interpreter:jit"},
        {"\t7f La/B;::m->Lx (/tmp/perf-1.map)", "La/B;::m->Lx:jit"},
        {"\t7f P::operator->Long (/tmp/perf-1.map)", "P::operator->Long:jit"},
        {"\t7f main (/x)", "main:user"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct perf_frame whole, parts[8];
        assert_true(perf_frame_parse(str_of(rows[i].line), &whole));
        size_t n = perf_frame_parts(&whole, parts, 8);
        char got[256] = "";
        for (size_t k = 0; k < n; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s:%s", k ? " " : "",
                     STR_ARG(parts[k].name), kinds[parts[k].kind]);
        if (strcmp(got, rows[i].leaf_first) != 0)
            fail_msg("%s: '%s', expected '%s'", rows[i].line, got, rows[i].leaf_first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_frames), cmocka_unit_test(test_no_frames),
                                       cmocka_unit_test(test_parts)};
    return cmocka_run_group_tests_name("perf_frame", tests, NULL, NULL);
}
