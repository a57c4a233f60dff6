/* SPDX-License-Identifier: MIT
 *
 * String <-> dense u32 id. Ids count up from 0 in order of first sight. Strings are copied to the arena,
 * once. INTERN_NONE comes back when `max_ids` ids or `max_bytes` bytes are there already. */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stdint.h>

#include "base/str.h"

#define INTERN_NONE UINT32_MAX

/* One look into memory for both: of large tables hardly anything is near. */
struct intern_slot {
    uint32_t id, tag; /* id + 1, 0: empty; the hash's high half */
};

struct intern {
    struct str *at; /* by id */
    uint32_t n, cap;
    struct intern_slot *slot; /* hash table */
    uint32_t n_slots;
    uint32_t max_ids;
    size_t bytes, max_bytes;
    struct arena *arena;
};

struct intern intern_new(uint32_t max_ids, size_t max_bytes, struct arena *arena);
uint32_t intern_id(struct intern *in, struct str s);
/* The id if it is there, else INTERN_NONE. */
uint32_t intern_find(const struct intern *in, struct str s);

#endif
