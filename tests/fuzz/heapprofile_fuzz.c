/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for V8's heap profiles. */
#include "fuzz_door.h"
#include "ingest/heapprofile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_heapprofile, data, n);
}
