/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for V8's CPU profiles. */
#include "fuzz_door.h"
#include "ingest/cpuprofile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_cpuprofile, data, n);
}
