/* SPDX-License-Identifier: MIT
 *
 * The public API as a stranger would use it, and what must hold when the system says no: for every n, the nth
 * allocation fails, the call says so, and nothing is left behind. */
#include "support.h"

#include <unistd.h>

#include "base/os.h"
#include "flamepress.h"

static const char profile[] = "java 10/11 [000] 5.100000: 10 cycles:\n"
                              "\t  ffffffff81000000 do_syscall_64+0x1 ([kernel.kallsyms])\n"
                              "\t  55d0c0de main+0x10 (/usr/bin/java)\n"
                              "\n"
                              "java 10/12 [001] 5.200000: 10 cycles:\n"
                              "\t  55d0c0df work+0x10 (/usr/bin/java)\n"
                              "\n";

static char folder[] = "/tmp/flamepress-test-XXXXXX";
static char input[200], large[200], output[200];

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(input, sizeof input, "%s/in.perf.txt", folder);
    snprintf(large, sizeof large, "%s/large.perf.txt", folder);
    snprintf(output, sizeof output, "%s/out.html", folder);
    write_file(input, profile);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    remove(input);
    remove(large);
    remove(output);
    return remove(folder);
}

static void test_build_and_inspect(void **state)
{
    (void)state;
    fp_session *s = fp_open();
    assert_non_null(s);
    assert_int_equal(fp_add_input(s, input), FP_OK);
    assert_int_equal(fp_build(s, output), FP_OK);
    assert_string_equal(fp_output(s), output);
    assert_string_equal(fp_messages(s), "");
    assert_int_equal(fp_diagnostic_count(s), 0);

    const char *from_report, *from_profile;
    size_t n, m;
    fp_session *again = fp_open();
    assert_int_equal(fp_inspect(s, output, FP_SAMPLES, 0, 0, &from_report, &n), FP_OK);
    assert_int_equal(fp_inspect(again, input, FP_SAMPLES, 0, 0, &from_profile, &m), FP_OK);
    assert_string_equal(from_report, "100000000\tcycles\t0\t10/11\t1\tjava;main;do_syscall_64\n"
                                     "200000000\tcycles\t1\t10/12\t1\tjava;work\n");
    assert_string_equal(from_report, from_profile);
    assert_int_equal(fp_inspect(s, output, FP_SAMPLES, 100000000, 200000000, &from_report, &n), FP_OK);
    assert_string_equal(from_report, "100000000\tcycles\t0\t10/11\t1\tjava;main;do_syscall_64\n");
    fp_close(again);
    fp_close(s);
}

static void test_what_is_wrong_is_said(void **state)
{
    (void)state;
    fp_session *s = fp_open();
    assert_int_equal(fp_check(s), FP_USAGE);
    fp_add_input(s, "/nonexistent/profile.txt");
    assert_int_equal(fp_check(s), FP_BAD_INPUT);
    bool seen = false;
    for (size_t i = 0; i < fp_diagnostic_count(s); i++) {
        fp_diagnostic d = fp_diagnostic_at(s, i);
        seen |= strcmp(d.path, "/nonexistent/profile.txt") == 0 && d.severity == FP_ERROR;
    }
    assert_true(seen);
    assert_int_equal(fp_diagnostic_at(s, 1000).line, 0); /* past the end: empty, not a crash */
    fp_close(s);
}

static void test_output_is_no_input(void **state)
{
    (void)state;
    fp_session *s = fp_open();
    fp_add_input(s, input);
    assert_int_equal(fp_build(s, input), FP_BAD_INPUT);
    assert_non_null(strstr(fp_messages(s), "is an input of this report"));
    fp_close(s);
}

static void test_diff(void **state)
{
    (void)state;
    fp_session *s = fp_open();
    fp_add_input(s, input);
    assert_int_equal(fp_diff(s, NULL), FP_USAGE);
    assert_non_null(strstr(fp_messages(s), "two sides are needed"));
    fp_close(s);
    s = fp_open();
    fp_add_input(s, input);
    assert_int_equal(fp_build(s, output), FP_OK);
    fp_close(s);
    for (uint64_t n = 1;; n++) { /* every allocation fails once */
        s = fp_open();
        fp_add_input(s, input);
        fp_add_input(s, output);
        arena_fail_nth(n);
        fp_status status = fp_diff(s, &(fp_diff_options){.format = "json", .output = "/dev/null"});
        arena_fail_nth(0);
        fp_close(s);
        if (status == FP_CANNOT_JUDGE) /* five samples are too few */
            break;
        assert_int_equal(status, FP_SYSTEM);
    }
}

/* Every `step`th allocation of a build fails once. The old report must stay, whole, until one build succeeds. */
static void fail_each(const char *path, unsigned n_threads, uint64_t step)
{
    write_file(output, "old");
    for (uint64_t n = 1;; n += step) {
        arena_fail_nth(n);
        fp_session *s = fp_open();
        fp_status status = FP_SYSTEM;
        if (s) {
            fp_use_threads(s, n_threads);
            status = fp_add_input(s, path);
            status = status == FP_OK ? fp_build(s, output) : status;
        }
        arena_fail_nth(0);
        if (status != FP_OK) {
            char now[8] = "";
            FILE *f = fopen(output, "rb");
            assert_non_null(f);
            assert_int_equal(fread(now, 1, sizeof now, f), 3);
            fclose(f);
            assert_string_equal(now, "old");
            assert_int_equal(status, FP_SYSTEM);
            if (s)
                assert_string_equal(fp_messages(s), "flamepress: error: out of memory\n");
        }
        fp_close(s);
        if (status == FP_OK)
            break;
        assert_true(n < 100000);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    fail_each(input, 1, 1);
}

/* Enough text for chunks that readers fetch from the file by themselves, and enough stacks to be sorted by tasks: threads are at work
 * when there is no memory, theirs or that of whoever waits for them. */
static void test_out_of_memory_beside_others(void **state)
{
    (void)state;
    uint64_t random = 3;
    FILE *f = fopen(large, "wb");
    assert_non_null(f);
    for (unsigned i = 0; i < 9000; i++) {
        fprintf(f, "java 10/%u [%03u] %u.%06u: 10 cycles:\n", 11 + i % 7, i % 4, 5 + i / 1000, i % 1000 * 1000);
        for (unsigned k = 0; k < 6; k++)
            fprintf(f, "\t%16x f%u+0x%x (/usr/lib/m%u.so)\n", 4096 + k, test_dice(&random, k ? 9 : 300), k, k);
        fprintf(f, "\n");
    }
    assert_int_equal(fclose(f), 0);
    fail_each(large, 3, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build_and_inspect),
        cmocka_unit_test(test_what_is_wrong_is_said),
        cmocka_unit_test(test_output_is_no_input),
        cmocka_unit_test(test_diff),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_out_of_memory_beside_others),
    };
    return cmocka_run_group_tests_name("library", tests, set_up, tear_down);
}
