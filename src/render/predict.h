/* SPDX-License-Identifier: MIT
 *
 * How likely the next bit of a script or a style is, by what came before it: the model that pressed.c codes with. Seven contexts
 * look up how the same decision went the last times they were seen; their answers are mixed in the logistic domain, with weights
 * that learn (as in PAQ; Mahoney, "Adaptive weighing of context models", 2005). assets/js/unpress.js is its twin and must find the same bits:
 * whole numbers, and doubles that are only added, subtracted, multiplied and divided, one after the other. */
#ifndef RENDER_PREDICT_H
#define RENDER_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct predictor;

/* Of a text of at most n bytes; it begins with the first. Lives on `arena`. */
struct predictor *predictor_new(size_t n, struct arena *arena);

/* What the byte was; the next will be asked for. */
void predict_after(struct predictor *p, uint8_t byte);

/* The chance that the tree of bytes goes on to the right at this node (0 to 254): 1 to 65535, in 65536ths. Each is answered by
 * predict_learn before the next is asked. */
uint32_t predict_turn(struct predictor *p, uint32_t node);
void predict_learn(struct predictor *p, bool bit);

#endif
