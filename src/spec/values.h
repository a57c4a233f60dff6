/* SPDX-License-Identifier: MIT
 *
 * Setting one field from one value, by its row in the schema. */
#ifndef SPEC_VALUES_H
#define SPEC_VALUES_H

#include "base/diag.h"
#include "spec/schema.h"
#include "spec/spec.h"
#include "spec/yamltree.h"

struct values {
    struct diag *d;
    struct arena *arena;
};

/* Sets what the row says in `base`, the section's struct; what is wrong is said. False: the row is of another kind
 * (a section, a list of sections, meta). */
bool value_set(struct values *v, const struct schema_row *row, const struct tree *t, void *base);
void value_set_paths(struct values *v, const struct schema_row *row, const struct tree *t, struct spec_text **to,
                     uint32_t *n);
/* Says that the row takes `what`, not this. */
void value_expected(struct values *v, const struct schema_row *row, const char *what, const struct tree *found);

#endif
