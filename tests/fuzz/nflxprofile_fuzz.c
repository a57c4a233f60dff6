/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for nflxprofile. */
#include "fuzz_door.h"
#include "ingest/nflxprofile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_nflxprofile, data, n);
}
