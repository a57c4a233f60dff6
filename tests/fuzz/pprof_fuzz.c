/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for pprof. */
#include "fuzz_door.h"
#include "ingest/pprof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_pprof, data, n);
}
