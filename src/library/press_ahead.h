/* SPDX-License-Identifier: MIT
 *
 * What a page needs of a panel and nothing else hangs on, made by tasks beside what goes on: stacks and samples as they are packed, and
 * what the digest and the summary weigh. */
#ifndef LIBRARY_PRESS_AHEAD_H
#define LIBRARY_PRESS_AHEAD_H

#include "library/session.h"
#include "pack/report.h"

struct ahead;

/* NULL when there is one thread: then everything is made when it is needed. */
struct ahead *press_ahead(fp_session *s);
/* The profile of panel `at` is read, and stays where it is. */
void press_ahead_profile(struct ahead *a, uint32_t at, const struct profile *p);
/* The panel is whole but for its findings, and stays where it is. After press_ahead_profile. */
void press_ahead_panel(struct ahead *a, uint32_t at, struct panel *panel);
/* For what else can be done by others; NULL where there are none. */
struct tasks *press_ahead_tasks(struct ahead *a);
/* Waits for what the digest and the summary need. NULL is allowed, here and below. */
void press_ahead_weights(struct ahead *a, struct report *r);
/* After the page is written, or when none will be. */
void press_ahead_end(struct ahead *a);

#endif
