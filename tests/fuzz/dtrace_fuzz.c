/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for DTrace's stacks. */
#include "fuzz_door.h"
#include "ingest/dtrace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_dtrace, data, n);
}
