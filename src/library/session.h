/* SPDX-License-Identifier: MIT
 *
 * The inside of a session, shared by the files of this room. */
#ifndef LIBRARY_SESSION_H
#define LIBRARY_SESSION_H

#include <setjmp.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "flamepress.h"
#include "ingest/ingest.h"

struct fp_session {
    struct arena *perm;
    struct diag *d;
    VEC(struct str) inputs;
    const char *output; /* set by fp_build; NULL before */
    const char *assets;
    fp_progress progress;
    void *progress_ctx;
    unsigned n_threads; /* 0: as many as processors */
    jmp_buf *out_of_memory; /* where to go while a call runs */
    int broken;             /* ran out of memory: only fp_close is left */
};

/* How to read: progress and threads. */
struct ingest_watch session_watch(const fp_session *s);

/* FP_OK, or the code that the errors said so far stand for. */
fp_status session_status(const fp_session *s);

/* Runs the body of a public call; running out of memory in it ends it with FP_SYSTEM. */
typedef fp_status (*session_body)(fp_session *s, void *args);
fp_status session_guard(fp_session *s, session_body body, void *args);

#endif
