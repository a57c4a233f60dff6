/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the folded stacks door. */
#include "fuzz_door.h"
#include "ingest/folded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_folded, data, n);
}
