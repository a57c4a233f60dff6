/* SPDX-License-Identifier: MIT
 *
 * The lines of DTrace's output that carry stacks. Source: what stack(), ustack() and jstack() print, and the
 * header line "execname pid timestamp: probe:" that scripts with a time print in front of each stack. */
#ifndef INGEST_DTRACE_LINE_H
#define INGEST_DTRACE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "model/profile.h"

struct dtrace_header {
    struct str comm, probe;
    uint32_t pid;
    uint64_t time; /* in whatever unit the script chose */
};

struct dtrace_frame {
    struct str name, module; /* "[unknown]" for a bare address */
    enum frame_kind kind;
};

/* "iojs 86454 181012024: profile-1ms:" */
bool dtrace_header(struct str line, struct dtrace_header *out);
/* "unix`sys_syscall+0x17a", "0x36197f9060bb Stub:CEntryStub", "0x101500cb0". `line` has no blanks around it.
 */
bool dtrace_frame(struct str line, struct dtrace_frame *out);
/* Nanoseconds between two firings of "profile-1ms", "profile-97", "profile-4999us"; 0 when it says none. */
int64_t dtrace_interval(struct str probe);
/* Modules of the kernel that end its stacks (illumos, macOS, FreeBSD). */
bool dtrace_is_kernel(struct str module);

#endif
