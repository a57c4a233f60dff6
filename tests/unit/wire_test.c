/* SPDX-License-Identifier: MIT
 *
 * The wire format of protobuf: where a document breaks and what its path is there; pprof's messages stand for
 * all. */
#include "support.h"

#include "ingest/wire.h"
#include "pprof.pb-c.h"

static void test_check(void **state)
{
    (void)state;
#define BYTES(s)                                                                                             \
    {                                                                                                        \
        s, sizeof(s) - 1                                                                                     \
    }
    static const struct {
        struct str bytes;
        const char *said; /* NULL: taken */
    } rows[] = {
        {BYTES(""), NULL},
        {BYTES("\x0a\x04\x08\x01\x10\x02"), NULL},
        {BYTES("\x12\x04\x0a\x02\x01\x02"), NULL}, /* packed */
        {BYTES("\x12\x04\x08\x01\x08\x02"), NULL}, /* not packed */
        {BYTES("\xf8\x07\x05\x0a\x00"), NULL},     /* a field it does not know */
        {BYTES("\x48\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), NULL},
        {BYTES("\x48\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
         "1 time_nanos: a number of more than 64 bits"},
        {BYTES("\x48\x80"), "1 time_nanos: a number that ends in the middle"},
        {BYTES("\x80"), "0 document: a number that ends in the middle"},
        {BYTES("\x00\x01"), "0 document: a field number that cannot be"},
        {BYTES("\x4b"), "0 time_nanos: a wire type that cannot be"},
        {BYTES("\x4a\x01\x01"), "0 time_nanos: expected a varint, is a length and bytes"},
        {BYTES("\x09\x01\x02\x03\x04\x05\x06\x07\x08"),
         "0 sample_type[0]: expected a length and bytes, is a 64-bit number"},
        {BYTES("\x0a\x00\x12\x09\x0a"), "2 sample[0]: it goes on after the end of what holds it"},
        {BYTES("\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
         "0 sample[0]: it goes on after the end of what holds it"},
        {BYTES("\x12\x00\x12\x03\x0a\x01\x80"),
         "6 sample[1].location_id[0]: a number that ends in the middle"},
        {BYTES("\x12\x04\x1a\x02\x10\x80"), "5 sample[0].label[0].str: a number that ends in the middle"},
        {BYTES("\x0a\x05\x08\x01\x10\x02"), "0 sample_type[0]: it goes on after the end of what holds it"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct wire_fault fault;
        bool ok = wire_check(rows[i].bytes, &pprof__profile__descriptor, &fault);
        if (ok != !rows[i].said)
            fail_msg("case %zu is %s", i, ok ? "taken" : fault.why);
        if (!ok)
            EXPECT_STR(str_fmt(a, "%zu %s: %s", fault.at, fault.path, fault.why), rows[i].said);
        arena_free(a);
    }
}

static void test_large(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct buf b = buf_new(16u << 20, a);
    struct wire_fault fault;
    buf_lit(&b, "\x12\x81\x80\x80\x02\x1a\xfc\xff\xff\x01"); /* 4 MB and 1 byte */
    memset(buf_room(&b, (4u << 20) - 4), 0, (4u << 20) - 4);
    assert_false(wire_check(buf_view(&b), &pprof__profile__descriptor, &fault));
    EXPECT_STR(str_of(fault.why), "a message of more than 4 MB");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_check), cmocka_unit_test(test_large)};
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
