/* SPDX-License-Identifier: MIT
 *
 * YAML as a tree: what stands where, and what is refused with which place. */
#include "support.h"

#include "spec/yamltree.h"

/* The tree as text: kind, place (byte) and content. */
static void show(const struct tree *t, struct buf *out)
{
    buf_fmt(out, "@%u", t->at.offset);
    switch (t->kind) {
    case TREE_NOTHING:
        buf_lit(out, "~");
        break;
    case TREE_TEXT:
        buf_fmt(out, "'%.*s'", STR_ARG(t->text));
        break;
    case TREE_LIST:
        buf_lit(out, "[");
        for (uint32_t i = 0; i < t->n; i++)
            show(t->item[i], out);
        buf_lit(out, "]");
        break;
    case TREE_MAP:
        buf_lit(out, "{");
        for (uint32_t i = 0; i < t->n; i++) {
            buf_fmt(out, "@%u%.*s=", t->pair[i].key_at.offset, STR_ARG(t->pair[i].key));
            show(t->pair[i].value, out);
        }
        buf_lit(out, "}");
        break;
    }
}

static void test_trees(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *tree;
    } rows[] = {
        {"a: 1\nb: [x, 'y z']\n", "@0{@0a=@3'1'@5b=@8[@9'x'@12'y z']}"},
        {"", "@0~"},
        {"# a comment\n", "@12~"},
        {"a:\nb: ~\nc: null\n", "@0{@0a=@2~@3b=@6~@8c=@11~}"},
        {"a: ''\n", "@0{@0a=@3''}"},
        {"a: \"x\\ty\"\n", "@0{@0a=@3'x\ty'}"},
        {"a: |\n  two\n  lines\n", "@0{@0a=@3'two\nlines\n'}"},
        {"a: &x [1]\nb: *x\n", "@0{@0a=@3[@7'1']@10b=@3[@7'1']}"},
        {"\xef\xbb\xbf"
         "a: 1\n",
         "@3{@3a=@6'1'}"},
        {"a: 1\r\nb: 2\r\n", "@0{@0a=@3'1'@6b=@9'2'}"},
        {"{\"json\": [true, 1.5]}", "@0{@1json=@9[@10'true'@16'1.5']}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct str text = str_of(rows[i].yaml);
        struct tree *t = NULL;
        struct buf out = buf_new(1 << 16, a);
        if (!tree_read(text, diag_text(d, STR("f"), text), d, &t, a))
            fail_msg("case %zu: %.*s", i, STR_ARG(printed(d, a)));
        show(t, &out);
        EXPECT_STR(buf_view(&out), rows[i].tree);
        arena_free(a);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *place; /* "line:column: error" and a word of why */
        const char *word;
    } rows[] = {
        {"a: 1\na: 2\n", "f:2:1: error", "'a'"},
        {"a: [1\nb: 2\n", "f:2:", ""},
        {"a: 'open\n", "f:", ""},
        {"a:\n\t- tab\n", "f:2:1: error", ""},
        {"a: *nobody\n", "f:1:4: error", "nobody"},
        {"a: &x {b: *x}\n", "f:1:11: error", ""},
        {"[1]: 2\n", "f:1:1: error", "key"},
        {"a: 1\n---\nb: 2\n", "f:2:1: error", "document"},
        {"a: \x01\n", "f:1:", ""},
        {"a: \xff\n", "f:1:", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *a = test_arena();
        struct diag *d = diag_new(a);
        struct str text = str_of(rows[i].yaml);
        struct tree *t = NULL;
        bool ok = tree_read(text, diag_text(d, STR("f"), text), d, &t, a) && !diag_errors(d);
        struct str said = printed(d, a);
        if (ok || !str_starts(said, str_of(rows[i].place)) ||
            str_find(said, str_of(rows[i].word)) == SIZE_MAX)
            fail_msg("case %zu: %s\n%.*s", i, ok ? "taken" : "said", STR_ARG(said));
        arena_free(a);
    }
}

/* A billion laughs, and a tower of brackets: refused before they cost anything. */
static void test_bombs(void **state)
{
    (void)state;
    struct arena *a = test_arena();
    struct diag *d = diag_new(a);
    struct buf laughs = buf_new(1 << 16, a), tower = buf_new(1 << 20, a);
    buf_lit(&laughs, "a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
        buf_fmt(&laughs, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            buf_fmt(&laughs, "%s*a%d", k ? "," : "", i - 1);
        buf_lit(&laughs, "]\n");
    }
    for (int i = 0; i < 100000; i++)
        buf_lit(&tower, "[");
    struct tree *t = NULL;
    assert_false(tree_read(buf_view(&laughs), diag_text(d, STR("laughs"), buf_view(&laughs)), d, &t, a));
    assert_false(tree_read(buf_view(&tower), diag_text(d, STR("tower"), buf_view(&tower)), d, &t, a));
    struct buf keys = buf_new(1 << 20, a);
    for (int i = 0; i < 60000; i++)
        buf_fmt(&keys, "k%d:\n", i);
    assert_false(tree_read(buf_view(&keys), diag_text(d, STR("keys"), buf_view(&keys)), d, &t, a));
    assert_int_equal(diag_errors(d), 3);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_trees), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_bombs)};
    return cmocka_run_group_tests_name("yamltree", tests, NULL, NULL);
}
