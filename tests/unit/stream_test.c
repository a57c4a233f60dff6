/* SPDX-License-Identifier: MIT
 *
 * Files as streams: plain, gzip, zstd, several members, cut short, damaged, bombs; reads that fail. The files
 * are made here with zlib and libzstd and served from memory through a replaced os. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/os.h"
#include "ingest/stream.h"

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

/* One zstd frame of `text`, with a checksum. */
static size_t frame(char *to, size_t room, const char *text, size_t n)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
    size_t k = ZSTD_compress2(c, to, room, text, n);
    assert_false(ZSTD_isError(k));
    ZSTD_freeCCtx(c);
    return k;
}

static const struct {
    const char *name;
    size_t (*member)(char *to, size_t room, const char *text, size_t n);
    size_t least;    /* bytes that tell it */
    size_t checksum; /* a byte of the checksum, from the end */
} packings[] = {{"gzip", member, 2, 6}, {"zstd", frame, 4, 2}};

struct outcome {
    char text[4096];
    size_t n;
    bool truncated, failed;
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
    struct source *s = stream_open(STR("f"), diag_file(d, STR("f")), NULL, d, arena);
    assert_non_null(s);
    char part[256];
    for (size_t k; (k = s->read(s, part, sizeof part)) > 0;) {
        if (o.n + k <= sizeof o.text)
            memcpy(o.text + o.n, part, k);
        o.n += k;
    }
    o.truncated = s->truncated;
    o.failed = s->failed;
    stream_close(s);
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

static const char *says(const char *name, const char *what)
{
    static char text[200];
    snprintf(text, sizeof text, what, name);
    return text;
}

#define CUT "f: warning: the %s data ends in the middle: what was read before it is used\n"

static void test_plain(void **state)
{
    (void)state;
    for (size_t step = 0; step <= 3; step++) { /* whole reads, and a byte or two at a time */
        expect("plain", read_file("abc\ndef", 7, step, 0), "abc\ndef", false, false, "");
        expect("one byte", read_file("\x1f", 1, step, 0), "\x1f", false, false, "");
        expect("three bytes", read_file("\x28\xb5\x2f", 3, step, 0), "\x28\xb5\x2f", false, false, "");
        expect("empty", read_file("", 0, step, 0), "", false, false, "");
    }
}

static void test_streams(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof packings / sizeof *packings; p++) {
        char two[1024], cut[1024];
        const char *name = packings[p].name;
        size_t first = packings[p].member(two, sizeof two, "hello ", 6);
        size_t both = first + packings[p].member(two + first, sizeof two - first, "world\n", 6);
        for (size_t step = 0; step <= 3; step++) {
            expect("two members", read_file(two, both, step, 0), "hello world\n", false, false, "");
            memcpy(cut, two, both);
            memset(cut + both, 0, 100);
            expect("padding", read_file(cut, both + 100, step, 0), "hello world\n", false, false, "");
            memcpy(cut + both, "junk", 4);
            expect("junk", read_file(cut, both + 4, step, 0), "hello world\n", false, false,
                   says(name, "f: warning: bytes after the end of the %s data are ignored\n"));
            expect("cut in the trailer", read_file(two, both - 3, step, 0), "hello world\n", true, false,
                   says(name, CUT));
            expect("cut in the head", read_file(two, first + 5, step, 0), "hello ", true, false,
                   says(name, CUT));
            memcpy(cut, two, both);
            cut[both - packings[p].checksum] ^= 0x55;
            struct outcome o = read_file(cut, both, step, 0);
            /* zstd holds back a short frame that is whole in its input */
            assert_true(o.n == 12 || o.n == 6);
            expect("damaged", o, o.n == 12 ? "hello world\n" : "hello ", true, false,
                   says(name, "f: warning: the %s data is damaged: what was read before it is used\n"));
        }
    }
}

static void test_every_cut(void **state)
{
    (void)state;
    char bytes[2048], text[1000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 26);
    for (size_t p = 0; p < sizeof packings / sizeof *packings; p++) {
        size_t n = packings[p].member(bytes, sizeof bytes, text, sizeof text);
        for (size_t cut = packings[p].least; cut < n; cut++) {
            struct outcome o = read_file(bytes, cut, 0, 0);
            if (!o.truncated || o.failed || o.n > sizeof text || memcmp(o.text, text, o.n) != 0)
                fail_msg("%s cut at %zu of %zu: %zu bytes, truncated %d", packings[p].name, cut, n, o.n,
                         o.truncated);
        }
    }
}

/* Frames that hold no data of the text stand anywhere. */
static void test_skippable_frames(void **state)
{
    (void)state;
    char bytes[1024];
    memcpy(bytes, "\x5a\x2a\x4d\x18\x03\0\0\0abc", 11);
    size_t n = 11 + frame(bytes + 11, sizeof bytes - 11, "hello", 5);
    memcpy(bytes + n, bytes, 11);
    for (size_t step = 0; step <= 3; step++)
        expect("skippable", read_file(bytes, n + 11, step, 0), "hello", false, false, "");
}

/* 256 MB of window asked for by a frame's head: refused before any memory is. */
static void test_wide_window(void **state)
{
    (void)state;
    static const char head[] = "\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00";
    struct outcome o = read_file(head, sizeof head - 1, 0, 0);
    assert_true(o.failed);
    assert_string_equal(o.said, "f: error: the zstd data needs a window of more than 128 MB (zstd -dc "
                                "--long=31 FILE | flamepress -)\n");
}

static void test_bomb(void **state)
{
    (void)state;
    size_t n = 40u << 20, room = 1u << 20;
    char *zeros = calloc(n, 1), *bytes = malloc(room);
    static const char *const limit[] = {"1000", "10000"};
    for (size_t p = 0; p < sizeof packings / sizeof *packings; p++) {
        char said[200];
        size_t packed = packings[p].member(bytes, room, zeros, n);
        struct outcome o = read_file(bytes, packed, 0, 0);
        snprintf(said, sizeof said,
                 "f: error: the %s data unpacks to more than %s times the size of the file\n",
                 packings[p].name, limit[p]);
        assert_true(o.failed);
        assert_true(o.n < n);
        assert_string_equal(o.said, said);
    }
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_every_cut),    cmocka_unit_test(test_skippable_frames),
        cmocka_unit_test(test_wide_window),  cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_failing_reads)};
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
