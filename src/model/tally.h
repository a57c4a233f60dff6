/* SPDX-License-Identifier: MIT
 *
 * The rows of struct tally as a table, for whoever writes, reads or shows all of them: the report's head,
 * inspect. */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

#include "model/profile.h"

uint32_t tally_rows(void);
/* "n_lost": the name in struct tally, in the report's head and in inspect. */
const char *tally_name(uint32_t row);
uint64_t tally_value(const struct tally *t, uint32_t row);
void tally_set(struct tally *t, uint32_t row, uint64_t value);

#endif
