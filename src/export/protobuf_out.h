/* SPDX-License-Identifier: MIT
 *
 * A profile as other tools' protobuf: nflxprofile, pprof. In: a finished profile. Out: the document. */
#ifndef EXPORT_PROTOBUF_OUT_H
#define EXPORT_PROTOBUF_OUT_H

#include "base/buf.h"
#include "model/profile.h"

/* Points of one event, with their times. The profile must have times, one event and no spans. */
void nflxprofile_write(const struct profile *p, struct buf *out, struct arena *arena);
/* Sums for each stack, one type of value for each event; times are left behind. */
void pprof_write(const struct profile *p, struct buf *out, struct arena *arena);

#endif
