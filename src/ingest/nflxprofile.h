/* SPDX-License-Identifier: MIT
 *
 * The door for nflxprofile. */
#ifndef INGEST_NFLXPROFILE_H
#define INGEST_NFLXPROFILE_H

#include "ingest/door.h"

extern const struct door door_nflxprofile;

#endif
