/* SPDX-License-Identifier: MIT
 *
 * Files as streams: plain, gzip, several members, cut short, damaged, bombs; reads that fail. The files are
 * made here with zlib and served from memory through a replaced os. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "ingest/gz.h"

static struct {
    const char *p;
    size_t n, at, step;
    int fail_at; /* the read that fails, from 1; 0: none */
    int n_reads;
} file;

static int fake_open(const char *path)
{
    (void)path;
    return 7;
}
static int fake_close(int fd)
{
    (void)fd;
    return 0;
}
static ssize_t fake_read(int fd, void *to, size_t n)
{
    (void)fd;
    file.n_reads++;
    if (file.n_reads == file.fail_at) {
        errno = EIO;
        return -1;
    }
    size_t k = file.n - file.at;
    k = k < n ? k : n;
    k = file.step && file.step < k ? file.step : k;
    memcpy(to, file.p + file.at, k);
    file.at += k;
    return (ssize_t)k;
}

/* One gzip member of `text`. */
static size_t member(char *to, size_t room, const char *text, size_t n)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)text;
    z.avail_in = (uInt)n;
    z.next_out = (unsigned char *)to;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t k = room - z.avail_out;
    deflateEnd(&z);
    return k;
}

struct outcome {
    char text[4096];
    size_t n;
    bool truncated, failed, packed;
    char said[512];
};

static struct outcome read_file(const char *bytes, size_t n, size_t step, int fail_at)
{
    static struct os fake;
    fake = os_real;
    fake.open_read = fake_open;
    fake.close = fake_close;
    fake.read = fake_read;
    os = &fake;
    file.p = bytes, file.n = n, file.at = 0, file.step = step, file.fail_at = fail_at, file.n_reads = 0;
    struct outcome o = {.n = 0};
    struct arena *arena = arena_new((struct arena_hook){0});
    struct diag *d = diag_new(arena);
    struct source *s = gz_open(STR("f"), diag_file(d, STR("f")), NULL, NULL, d, arena);
    assert_non_null(s);
    char part[256];
    for (size_t k; (k = s->read(s, part, sizeof part)) > 0;) {
        if (o.n + k <= sizeof o.text)
            memcpy(o.text + o.n, part, k);
        o.n += k;
    }
    o.truncated = s->truncated;
    o.failed = s->failed;
    o.packed = gz_was_packed(s);
    gz_close(s);
    struct buf b = buf_new(sizeof o.said - 1, arena);
    diag_print(d, &b);
    memcpy(o.said, b.p ? b.p : "", b.n);
    arena_free(arena);
    os = &os_real;
    return o;
}

static void expect(const char *what, struct outcome o, const char *text, bool truncated, bool failed,
                   const char *said)
{
    if (o.n != strlen(text) || memcmp(o.text, text, o.n) != 0 || o.truncated != truncated ||
        o.failed != failed || strcmp(o.said, said) != 0)
        fail_msg("%s: '%.*s' truncated %d failed %d said '%s'; expected '%s' %d %d '%s'", what,
                 (int)(o.n < 200 ? o.n : 200), o.text, o.truncated, o.failed, o.said, text, truncated, failed,
                 said);
}

static void test_streams(void **state)
{
    (void)state;
    char two[1024], cut[1024];
    size_t first = member(two, sizeof two, "hello ", 6);
    size_t both = first + member(two + first, sizeof two - first, "world\n", 6);
    for (size_t step = 0; step <= 3; step++) { /* whole reads, and a byte or two at a time */
        expect("plain", read_file("abc\ndef", 7, step, 0), "abc\ndef", false, false, "");
        expect("one byte", read_file("\x1f", 1, step, 0), "\x1f", false, false, "");
        expect("empty", read_file("", 0, step, 0), "", false, false, "");
        expect("two members", read_file(two, both, step, 0), "hello world\n", false, false, "");
        memcpy(cut, two, both);
        memset(cut + both, 0, 100);
        expect("padding", read_file(cut, both + 100, step, 0), "hello world\n", false, false, "");
        memcpy(cut + both, "junk", 4);
        expect("junk", read_file(cut, both + 4, step, 0), "hello world\n", false, false,
               "f: warning: bytes after the end of the gzip data are ignored\n");
        expect("cut in the trailer", read_file(two, both - 3, step, 0), "hello world\n", true, false,
               "f: warning: the gzip data ends in the middle: what was read before it is used\n");
        expect("cut in the head", read_file(two, first + 5, step, 0), "hello ", true, false,
               "f: warning: the gzip data ends in the middle: what was read before it is used\n");
        memcpy(cut, two, both);
        cut[both - 6] ^= 0x55; /* the checksum */
        expect("damaged", read_file(cut, both, step, 0), "hello world\n", true, false,
               "f: warning: the gzip data is damaged: what was read before it is used\n");
    }
    assert_true(read_file(two, both, 0, 0).packed);
    assert_false(read_file("abc", 3, 0, 0).packed);
}

static void test_every_cut(void **state)
{
    (void)state;
    char bytes[2048], text[1000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 26);
    size_t n = member(bytes, sizeof bytes, text, sizeof text);
    for (size_t cut = 2; cut < n; cut++) {
        struct outcome o = read_file(bytes, cut, 0, 0);
        if (!o.truncated || o.failed || o.n > sizeof text || memcmp(o.text, text, o.n) != 0)
            fail_msg("cut at %zu of %zu: %zu bytes, truncated %d", cut, n, o.n, o.truncated);
    }
}

static void test_bomb(void **state)
{
    (void)state;
    size_t n = 40u << 20, room = 1u << 20;
    char *zeros = calloc(n, 1), *bytes = malloc(room);
    size_t packed = member(bytes, room, zeros, n);
    struct outcome o = read_file(bytes, packed, 0, 0);
    assert_true(o.failed);
    assert_true(o.n < n);
    assert_string_equal(o.said,
                        "f: error: the gzip data inflates to more than 1000 times the size of the file\n");
    free(zeros);
    free(bytes);
}

static void test_failing_reads(void **state)
{
    (void)state;
    char bytes[1024];
    size_t n = member(bytes, sizeof bytes, "hello", 5);
    for (int nth = 1; nth <= 3; nth++) {
        struct outcome o = read_file(bytes, n, 10, nth);
        assert_true(o.failed);
        assert_string_equal(o.said, "f: error: cannot read: Input/output error\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams), cmocka_unit_test(test_every_cut),
                                       cmocka_unit_test(test_bomb), cmocka_unit_test(test_failing_reads)};
    return cmocka_run_group_tests_name("gz", tests, NULL, NULL);
}
