/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for Chrome's trace events. */
#include "fuzz_door.h"
#include "ingest/trace_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_trace_event, data, n);
}
