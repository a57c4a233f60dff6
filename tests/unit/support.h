/* SPDX-License-Identifier: MIT
 *
 * What every unit test begins with: cmocka and what it needs, slices compared with both sides printed, and a
 * folder of its own for tests that write. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define EXPECT_STR(got, want) expect_str((got), (want), __FILE__, __LINE__)

static inline void expect_str(struct str got, const char *want, const char *file, int line)
{
    if (str_eq(got, str_of(want)))
        return;
    print_error("%s:%d: came:     [%.*s]\n%s:%d: expected: [%s]\n", file, line, STR_ARG(got), file, line,
                want);
    fail();
}

static inline struct arena *test_arena(void)
{
    return arena_new((struct arena_hook){NULL, NULL});
}

/* The same numbers on every machine: below `range`, from a state that begins as anything. */
static inline uint32_t test_dice(uint64_t *state, uint32_t range)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % range;
}

/* Everything d has to say, as it would be printed. */
static inline struct str printed(struct diag *d, struct arena *arena)
{
    struct buf out = buf_new(1u << 24, arena);
    diag_print(d, &out);
    return buf_view(&out);
}

#endif
