/* SPDX-License-Identifier: MIT
 *
 * The door for reports of flamepress itself; see docs/formats.md. */
#ifndef INGEST_FROM_REPORT_H
#define INGEST_FROM_REPORT_H

#include "ingest/door.h"

extern const struct door door_report;

#endif
