/* SPDX-License-Identifier: MIT
 *
 * What frames belong to: what their source says, kept beside them and redacted as their names are, else what name and
 * module tell. */
#include <string.h>

#include "model/builder_state.h"
#include "names/package.h"
#include "names/redact.h"

static struct frame_key key_of(const struct builder *b, uint32_t frame)
{
    struct frame_key key;
    memcpy(&key, b->frames.at[frame].p, sizeof key);
    return key;
}

bool builder_frame_has_module(const struct builder *b, uint32_t frame)
{
    return b->modules.at[key_of(b, frame).module].n > 0;
}

void builder_frame_package(struct builder *b, uint32_t frame, struct str package)
{
    char room[LIMIT_ONE_NAME + 4];
    while (b->frame_package.n <= frame)
        (void)vec_push(&b->frame_package, SIZE_MAX, b->work, 0);
    if (b->frame_package.p[frame] || !package.n)
        return;
    uint32_t id = intern_id(&b->packages, builder_tidy(b, package, room));
    b->frame_package.p[frame] = id == INTERN_NONE ? 0 : id + 1;
}

struct str builder_package(const struct builder *b, uint32_t frame, struct arena *arena)
{
    uint32_t said = frame < b->frame_package.n ? b->frame_package.p[frame] : 0;
    if (said)
        return redact(b->spec->redact, REDACT_FRAME, b->packages.at[said - 1], arena);
    struct frame_key key = key_of(b, frame);
    return name_package(b->names.at[key.name], b->modules.at[key.module], key.kind == FRAME_KERNEL, key.kind == FRAME_JIT,
                        arena);
}
