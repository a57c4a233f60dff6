/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for profiles of the Firefox Profiler. */
#include "fuzz_door.h"
#include "ingest/firefox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_firefox, data, n);
}
