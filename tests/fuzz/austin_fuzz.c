/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for austin's text. */
#include "fuzz_door.h"
#include "ingest/austin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_austin, data, n);
}
