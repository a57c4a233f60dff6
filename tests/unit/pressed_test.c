/* SPDX-License-Identifier: MIT
 *
 * What is pressed is read again as it was, whatever it is; the same text comes out on every machine; nothing cut or changed is taken
 * for the whole. The page's reader does the same in tests/browser/unpress.test.js. */
#include <math.h>

#include "render/assets.h"
#include "render/pressed.h"
#include "render/sha256.h"
#include "support.h"
#include "unpressed.h"

static uint32_t noise(uint32_t *x)
{
    return (*x = *x * 1664525 + 1013904223) >> 16;
}

static void there_and_back(struct str bytes, size_t most_digits)
{
    struct arena *arena = test_arena();
    struct str text = pressed_text(bytes, arena), got;
    for (size_t i = 0; i < text.n; i++)
        assert_true(text.p[i] >= ' ' && text.p[i] <= '~' && text.p[i] != '<');
    assert_true(unpressed(text, bytes.n, &got, arena));
    assert_int_equal(got.n, bytes.n);
    if (bytes.n)
        assert_memory_equal(got.p, bytes.p, bytes.n);
    if (text.n > most_digits)
        fail_msg("%zu bytes became %zu characters, at most %zu were expected", bytes.n, text.n, most_digits);
    arena_free(arena);
}

static void short_texts(void **state)
{
    (void)state;
    there_and_back(STR(""), 11);
    for (int c = 0; c < 256; c++)
        there_and_back((struct str){&(char){(char)c}, 1}, 12);
    there_and_back(STR("\0\0"), 14);
    there_and_back(STR("\xff\xff\xff"), 14);
}

static void repeats(void **state)
{
    (void)state;
    static char text[200000];
    for (size_t period = 1; period < 100000; period = period * 7 + 1) {
        uint32_t x = 1;
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (char)(i < period ? noise(&x) : (uint8_t)text[i - period]);
        there_and_back((struct str){text, sizeof text}, 500 + 2 * period);
    }
}

/* Noise cannot be pressed; it must not grow by more than digits cost: 8 bits in log2(94), and what learning costs. */
static void noise_of_some_bytes(void **state)
{
    (void)state;
    static char text[60000];
    for (uint32_t values = 2; values <= 256; values *= 2) {
        uint32_t x = values;
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (char)(noise(&x) % values * (256 / values));
        there_and_back((struct str){text, sizeof text}, (size_t)(sizeof text * log2(values) / log2(94) * 1.08) + 500);
    }
}

static void other_scripts(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct buf b = buf_new(1u << 20, arena);
    for (int i = 0; i < 500; i++)
        buf_fmt(&b, "const größe%d = '火焰图 \xf0\x9f\x94\xa5'; // </script><!--\r\n\t\\", i % 37);
    there_and_back(buf_view(&b), b.n / 10);
    arena_free(arena);
}

static void what_is_built_in(void **state)
{
    (void)state;
    int n = 0;
    for (const struct asset *a = assets_built_in; a->name; a++) {
        if (!a->pressed.p)
            continue;
        struct arena *arena = test_arena();
        struct str got, again = pressed_text(a->bytes, arena);
        assert_true(str_eq(again, a->pressed));
        assert_true(unpressed(a->pressed, a->bytes.n, &got, arena) && str_eq(got, a->bytes));
        arena_free(arena);
        n++;
    }
    assert_int_equal(n, 4);
}

static void what_is_cut_or_changed(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct buf b = buf_new(1u << 20, arena);
    for (int i = 0; i < 60; i++)
        buf_fmt(&b, "function f%d(e,t){return e.%c(t)}", i, 'a' + i % 7);
    struct str text = pressed_text(buf_view(&b), arena), got;
    for (size_t n = 0; n < text.n; n++)
        assert_false(unpressed(str_sub(text, 0, n), b.n, &got, arena));
    /* The last five only fill the number up. */
    for (size_t i = 0; i + 5 < text.n; i++) {
        struct str changed = str_dup(text, arena);
        char *c = (char *)changed.p + i;
        *c = *c == 'x' ? 'y' : 'x';
        if (unpressed(changed, b.n, &got, arena) && str_eq(got, buf_view(&b)))
            fail_msg("nobody saw that character %zu of %zu was changed", i, text.n);
    }
    arena_free(arena);
}

/* Computed once with gcc on x86-64; held on every other machine and compiler that runs this. */
static void the_same_everywhere(void **state)
{
    (void)state;
    struct arena *arena = test_arena();
    struct buf b = buf_new(1u << 24, arena);
    uint32_t x = 94;
    static const char *const words[] = {"return ", "const ", "(e,t)=>{", ".length", "for(let ", "document.createElement(", "}", ";\n", "0x7f", "\xc3\xa9"};
    for (int i = 0; i < 40000; i++) {
        uint32_t range = 1 + noise(&x) % COUNT(words); /* a statement of its own: which operand of % comes first is the compiler's choice */
        buf_str(&b, str_of(words[noise(&x) % range]));
    }
    uint8_t digest[32];
    sha256(pressed_text(buf_view(&b), arena), digest);
    struct buf hex = buf_new(100, arena);
    for (int i = 0; i < 8; i++)
        buf_fmt(&hex, "%02x", digest[i]);
    EXPECT_STR(buf_view(&hex), "544986c33a3e8fb5");
    arena_free(arena);
}

/* How far from the middle between two whole numbers. */
static double room(double x)
{
    return fabs(x - floor(x) - 0.5);
}

/* The tables of the predictor are rounded. Engines and libraries differ in the last place of exp and log, 1e-11 here; no entry may be so near
 * to a middle that they would round it differently. */
static void no_entry_hangs_on_the_last_place(void **state)
{
    (void)state;
    double likely[31] = {0.5};
    for (int s = 0; s < 256; s++) {
        int seen = s < 1 ? 0 : s < 3 ? 1 : s < 7 ? 2 : s < 15 ? 3 : 4;
        double p = s < 15 ? likely[s] : 1 / (1 + exp((135 - s) / 15.0));
        assert_true(room(log(p / (1 - p)) * 4096) > 1e-6);
        for (int bit = 0; bit < 2; bit++) {
            double now = p + (bit - p) / (seen + 1.25);
            if (s < 15)
                likely[2 * s + 1 + bit] = now;
            assert_true(s < 7 || room(15 * log(now / (1 - now))) > 1e-6);
        }
    }
    for (int i = 0; i < 4096; i++)
        assert_true(room(65534 / (1 + exp((2048 - i) / 170.0))) > 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_texts),           cmocka_unit_test(repeats),
        cmocka_unit_test(noise_of_some_bytes),   cmocka_unit_test(other_scripts),
        cmocka_unit_test(what_is_built_in),      cmocka_unit_test(what_is_cut_or_changed),
        cmocka_unit_test(the_same_everywhere),   cmocka_unit_test(no_entry_hangs_on_the_last_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
