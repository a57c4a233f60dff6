/* SPDX-License-Identifier: MIT
 *
 * PCRE2, living on an arena: it allocates there and frees nothing. */
#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "base/limits.h"

struct pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *found;
};

static void *take(size_t n, void *arena)
{
    return arena_alloc(arena, n ? n : 1, 1);
}

static void leave(void *p, void *arena)
{
    (void)p, (void)arena;
}

struct pattern *pattern_new(struct str text, struct str *why, size_t *at, struct arena *arena)
{
    struct pattern *p = NEW(arena, struct pattern);
    pcre2_general_context *memory = pcre2_general_context_create(take, leave, arena);
    pcre2_compile_context *compiling = pcre2_compile_context_create(memory);
    int error;
    pcre2_set_max_pattern_length(compiling, LIMIT_PATTERN_BYTES);
    p->code = pcre2_compile((PCRE2_SPTR)text.p, text.n, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY,
                            &error, at, compiling);
    if (!p->code) {
        PCRE2_UCHAR message[200];
        pcre2_get_error_message(error, message, sizeof message);
        *why = str_dup(str_of((const char *)message), arena);
        return NULL;
    }
    p->limits = pcre2_match_context_create(memory);
    pcre2_set_match_limit(p->limits, LIMIT_PATTERN_STEPS);
    pcre2_set_heap_limit(p->limits, LIMIT_PATTERN_HEAP_KB);
    p->found = pcre2_match_data_create(1, memory);
    return p;
}

enum pattern_verdict pattern_find(const struct pattern *p, struct str s)
{
    int n = pcre2_match(p->code, (PCRE2_SPTR)(s.n ? s.p : ""), s.n, 0, PCRE2_NO_UTF_CHECK, p->found, p->limits);
    return n >= 0 ? PATTERN_YES : n == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_GAVE_UP;
}

enum pattern_verdict pattern_replace(const struct pattern *p, struct str *s, struct str with, struct arena *arena)
{
    enum pattern_verdict first = pattern_find(p, *s);
    if (first != PATTERN_YES)
        return first;
    size_t room = s->n + with.n + 64;
    for (int tries = 0; tries < 2; tries++) {
        char *to = NEW_N(arena, char, room);
        int n = pcre2_substitute(p->code, (PCRE2_SPTR)s->p, s->n, 0,
                                 PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_LITERAL |
                                     PCRE2_SUBSTITUTE_OVERFLOW_LENGTH | PCRE2_NO_UTF_CHECK,
                                 p->found, p->limits, (PCRE2_SPTR)(with.n ? with.p : ""), with.n, (PCRE2_UCHAR *)to,
                                 &room);
        if (n >= 0) {
            *s = (struct str){to, room};
            return PATTERN_YES;
        }
        if (n != PCRE2_ERROR_NOMEMORY)
            break;
    }
    return PATTERN_GAVE_UP;
}
