/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for bpftrace's maps. */
#include "fuzz_door.h"
#include "ingest/bpftrace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_bpftrace, data, n);
}
