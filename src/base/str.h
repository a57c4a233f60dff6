/* SPDX-License-Identifier: MIT
 *
 * Slices of bytes: pointer and length, never NUL-terminated by promise, owned by whoever made them. Comparing
 * is by bytes; numbers are parsed without locale. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p

struct str str_of(const char *c_string); /* NULL gives the empty slice */
struct str str_sub(struct str s, size_t from, size_t to);
bool str_eq(struct str a, struct str b);
/* <0, 0, >0 by bytes, the shorter first. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first (last) occurrence, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle);
size_t str_find_char(struct str s, char c);
size_t str_rfind_char(struct str s, char c);
/* Without spaces, tabs, CR and LF at both ends. */
struct str str_trim(struct str s);
/* Cuts at the first `c`: *head before it, *tail after; false (and *head = s, *tail empty) when there is none.
 */
bool str_cut(struct str s, char c, struct str *head, struct str *tail);
/* Whole-string decimal numbers; false when empty, malformed or out of range. */
bool str_u64(struct str s, uint64_t *out);
bool str_i64(struct str s, int64_t *out);
uint64_t str_hash(struct str s);
/* A copy on the arena, followed by a NUL that does not count. */
struct str str_dup(struct str s, struct arena *arena);
const char *str_c(struct str s, struct arena *arena);
/* printf into the arena. */
struct str str_fmt(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Length of the valid UTF-8 sequence at s (1 to 4), or 0 when the bytes there are not UTF-8. */
size_t str_utf8_len(struct str s);
bool str_is_utf8(struct str s);
/* The code point of that sequence, of n bytes. */
uint32_t str_utf8_code(struct str s, size_t n);
/* Whether a code point turns text around it round and is itself not seen: Unicode's Bidi_Control. */
bool str_code_turns(uint32_t c);
/* Whether it may go to a terminal as it is: no control (C1 as well), nothing that reorders or breaks the line for the eye. */
bool str_code_is_plain(uint32_t c);
/* Edit distance, for "did you mean"; strings above 64 bytes are never near. */
size_t str_distance(struct str a, struct str b);
/* Glob with * and ?; everything else stands for itself. */
bool str_glob(struct str pattern, struct str s);

#endif
