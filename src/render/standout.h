/* SPDX-License-Identifier: MIT
 *
 * What stands out in a profile, as markup of the static summary: each finding a line with a link to when it
 * was. */
#ifndef RENDER_STANDOUT_H
#define RENDER_STANDOUT_H

#include "base/buf.h"
#include "pack/report.h"

/* At most `most` findings and as many notes; text cut at `chars` characters. Nothing when the panel has none.
 */
void standout_write(const struct panel *panel, uint32_t most, uint32_t chars, struct buf *out,
                    struct arena *scratch);

#endif
