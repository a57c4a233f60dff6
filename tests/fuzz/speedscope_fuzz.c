/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for speedscope's JSON. */
#include "fuzz_door.h"
#include "ingest/speedscope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_speedscope, data, n);
}
