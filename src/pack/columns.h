/* SPDX-License-Identifier: MIT
 *
 * The section "samples": points in chunks of PACK_CHUNK, and spans, both ways. Time, thread and weight
 * columns stand in (chunk, lane, time) order, stacks in (chunk, thread, time, lane) order. */
#ifndef PACK_COLUMNS_H
#define PACK_COLUMNS_H

#include "model/profile.h"
#include "pack/section.h"

extern const char *const samples_column_name[SAMPLES_COLUMNS];

/* Puts SAMPLES_COLUMNS columns; stack_of_node is from stacks_number. `is_last`: nobody reads the samples after
 * this. */
void columns_write(const struct profile *p, const uint32_t *stack_of_node, bool is_last,
                   struct section_writer *to, struct arena *work);

/* In: everything of p but the samples; p->n_points and n_spans within limits. Out: the point and span arrays;
 * points of equal time come in the order of their lanes. */
bool columns_read(struct section *s, struct profile *p, const uint32_t *node_of_stack, uint32_t n_stacks,
                  struct arena *arena);

#endif
