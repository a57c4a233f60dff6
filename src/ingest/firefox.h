/* SPDX-License-Identifier: MIT
 *
 * The door for profiles of the Firefox Profiler, processed (profiler.firefox.com, samply) and as Firefox writes them; see
 * docs/formats.md. */
#ifndef INGEST_FIREFOX_H
#define INGEST_FIREFOX_H

#include "ingest/door.h"

extern const struct door door_firefox;

#endif
