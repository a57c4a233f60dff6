/* SPDX-License-Identifier: MIT
 *
 * V8's heap profiles: bytes by call site, and what is refused where. */
#include "through_door.h"

#include "ingest/heapprofile.h"

#define NODE(name, size, children)                                                                           \
    "{\"callFrame\": {\"functionName\": \"" name "\", \"url\": \"\"}, \"selfSize\": " #size                  \
    ", \"children\": [" children "]}"

static void test_bytes(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct profile p;
    assert_true(through_door(
        &door_heapprofile,
        "{\"head\": " NODE("(root)", 0,
                           NODE("(V8 API)", 16, "") "," NODE("make", 0, NODE("row", 4096, ""))) "}",
        d, &p, a));
    assert_false(p.has_time);
    EXPECT_STR(p.events[0].name, "bytes");
    assert_int_equal(p.events[0].weight, 4112);
    assert_int_equal(p.n_points, 2);
    assert_int_equal(p.n_nodes, 5); /* root, thread, (V8 API), make, row */
    arena_free(a);
}

static void test_said(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {"{}", false, "f: error: /head: expected a map, is not there\n"},
        {"{\"head\": {\"callFrame\": {}}}", false,
         "f: error: /head/selfSize: expected a number, is not there\n"},
        {"{\"head\": " NODE("a", -1, "") "}", false, "f: error: /head/selfSize: not a number of bytes\n"},
        {"{\"head\": " NODE("a", 1, "7") "}", false,
         "f: error: /head/children/0: expected a map, is a whole number\n"},
        {"{\"head\": {\"selfSize\": 1, \"callFrame\": {\"functionName\": null}}}", false,
         "f: error: /head/callFrame/functionName: expected a text, is not there\n"},
        {"{\"head\": " NODE("a", 0, "") "}", false, "f: error: no samples in it\n"},
    };
    expect_said(&door_heapprofile, rows, COUNT(rows));
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct sniff_row rows[] = {
        {"{\"head\": " NODE("a", 1, ""), true}, {"{\"nodes\": [{\"callFrame\": {}}]}", false}, {"[]", false}};
    expect_sniff(&door_heapprofile, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bytes), cmocka_unit_test(test_said),
                                       cmocka_unit_test(test_sniff)};
    return cmocka_run_group_tests_name("heapprofile", tests, NULL, NULL);
}
