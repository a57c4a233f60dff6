/* SPDX-License-Identifier: MIT
 *
 * Any bytes through the door for reports: the decoder, and the builder behind it. */
#include "fuzz_door.h"
#include "ingest/from_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    return fuzz_door(&door_report, data, n);
}
