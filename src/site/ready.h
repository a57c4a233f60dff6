/* SPDX-License-Identifier: MIT
 *
 * The comparison pages: reports with the last night before a change and the first one after it as two profiles, and the
 * comparison of the nights before with the one after. They are named after what is in them, so one that is there is
 * right and stays; they say of themselves that they are generated and are no reports of the folder. */
#ifndef SITE_READY_H
#define SITE_READY_H

#include "site/site.h"

/* Names them. */
void ready_name(struct site *s);
/* Writes those that are not there. What keeps one from being made is said as a warning. Returns how many. `assets`:
 * as for page_write. */
uint32_t ready_write(struct site *s, const char *assets);

#endif
