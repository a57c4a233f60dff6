/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the perf script door. */
#include "fuzz_door.h"
#include "ingest/perf_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_perf_script, data, n);
}
