/* SPDX-License-Identifier: MIT
 *
 * The list of doors: a new format is one file and one row here. */
#include "ingest/austin.h"
#include "ingest/bpftrace.h"
#include "ingest/cpuprofile.h"
#include "ingest/dtrace.h"
#include "ingest/firefox.h"
#include "ingest/folded.h"
#include "ingest/from_report.h"
#include "ingest/nflxprofile.h"
#include "ingest/heapprofile.h"
#include "ingest/perf_data.h"
#include "ingest/perf_script.h"
#include "ingest/speedscope.h"
#include "ingest/trace_event.h"
#include "ingest/pprof.h"

const struct door *const doors[] = {
    &door_perf_data, &door_perf_script, &door_folded, &door_cpuprofile, &door_heapprofile,
    &door_report,    &door_dtrace,      &door_austin, &door_bpftrace,   &door_speedscope,
    &door_trace_event, &door_firefox, &door_pprof,     &door_nflxprofile, NULL};
