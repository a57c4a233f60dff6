/* SPDX-License-Identifier: MIT
 *
 * When is a sample idle? When it is the idle task ("swapper") in its idle loop. Interrupt and softirq work
 * that runs inside the idle task is work: from the leaf towards the root, the first telling frame decides. */
#ifndef MODEL_IDLE_H
#define MODEL_IDLE_H

#include <stdbool.h>

#include "base/str.h"

enum idle_class {
    IDLE_CLASS_NONE,
    IDLE_CLASS_LOOP,     /* a function of the idle loop, on any architecture */
    IDLE_CLASS_INTERRUPT /* entry of a hardware or software interrupt */
};

enum idle_class idle_classify(struct str function);
/* "swapper", "swapper/3". */
bool idle_is_idle_task(struct str comm);

#endif
