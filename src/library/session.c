/* SPDX-License-Identifier: MIT
 *
 * Life of a session, its inputs and its messages. */
#include "library/session.h"

#include "base/crew.h"
#include "base/limits.h"
#include "base/os.h"

#define SAID_AT_MOST ((size_t)64 << 20)

const char *fp_version(void)
{
    return FLAMEPRESS_VERSION;
}

static void out_of_memory(void *ctx, size_t bytes)
{
    fp_session *s = ctx;
    (void)bytes;
    s->broken = 1;
    if (s->out_of_memory)
        longjmp(*s->out_of_memory, 1);
}

static void cannot_open(void *ctx, size_t bytes)
{
    (void)bytes;
    longjmp(*(jmp_buf *)ctx, 1);
}

/* The session lives on its own arena, so until it is there the hook points to this frame. */
fp_session *fp_open(void)
{
    struct arena *volatile perm = NULL;
    jmp_buf way_out;
    if (setjmp(way_out)) {
        arena_free(perm);
        return NULL;
    }
    perm = arena_new((struct arena_hook){cannot_open, &way_out});
    fp_session *s = NEW(perm, struct fp_session);
    s->perm = perm;
    s->d = diag_new(perm);
    arena_set_hook(perm, (struct arena_hook){out_of_memory, s});
    return s;
}

void fp_close(fp_session *s)
{
    if (s)
        arena_free(s->perm);
}

fp_status session_status(const fp_session *s)
{
    if (diag_system_errors(s->d))
        return FP_SYSTEM;
    return diag_errors(s->d) ? FP_BAD_INPUT : FP_OK;
}

fp_status session_guard(fp_session *s, session_body body, void *args)
{
    jmp_buf way_out;
    if (s->broken || setjmp(way_out)) {
        crew_abandon(); /* before fp_close takes their memory away */
        s->out_of_memory = NULL;
        return FP_SYSTEM;
    }
    s->out_of_memory = &way_out;
    fp_status status = body(s, args);
    s->out_of_memory = NULL;
    return status;
}

static fp_status add_input(fp_session *s, void *args)
{
    (void)vec_push(&s->inputs, SIZE_MAX, s->perm, str_dup(str_of(args), s->perm));
    return FP_OK;
}

fp_status fp_add_input(fp_session *s, const char *path)
{
    return session_guard(s, add_input, (void *)(uintptr_t)path);
}

void fp_on_progress(fp_session *s, fp_progress fn, void *ctx)
{
    s->progress = fn;
    s->progress_ctx = ctx;
}

void fp_use_threads(fp_session *s, unsigned n)
{
    s->n_threads = n;
}

struct ingest_watch session_watch(const fp_session *s)
{
    unsigned n = s->n_threads ? s->n_threads : os_processors();
    return (struct ingest_watch){s->progress, s->progress_ctx, n < LIMIT_READERS ? n : LIMIT_READERS};
}

static fp_status use_assets(fp_session *s, void *args)
{
    s->assets = args ? str_c(str_of(args), s->perm) : NULL;
    return FP_OK;
}

void fp_use_assets(fp_session *s, const char *folder)
{
    (void)session_guard(s, use_assets, (void *)(uintptr_t)folder);
}

struct said {
    const char *text;
};

static fp_status print_messages(fp_session *s, void *args)
{
    struct buf out = buf_new(SAID_AT_MOST, s->perm);
    diag_print(s->d, &out);
    buf_char(&out, 0);
    ((struct said *)args)->text = out.p;
    return FP_OK;
}

const char *fp_messages(fp_session *s)
{
    struct said said = {"flamepress: error: out of memory\n"};
    (void)session_guard(s, print_messages, &said);
    return said.text;
}

struct counted {
    size_t n;
};

static fp_status count(fp_session *s, void *args)
{
    ((struct counted *)args)->n = diag_count(s->d);
    return FP_OK;
}

size_t fp_diagnostic_count(fp_session *s)
{
    struct counted c = {0};
    (void)session_guard(s, count, &c);
    return c.n;
}

struct fetched {
    size_t i;
    fp_diagnostic out;
};

static fp_status fetch(fp_session *s, void *args)
{
    struct fetched *f = args;
    if (f->i >= diag_count(s->d))
        return FP_USAGE;
    struct diag_entry e = diag_entry(s->d, (uint32_t)f->i);
    f->out.severity = e.kind <= DIAG_SYSTEM ? FP_ERROR : e.kind == DIAG_WARNING ? FP_WARNING : FP_NOTE;
    f->out.path = str_c(e.path, s->perm);
    f->out.line = e.line;
    f->out.column = e.column;
    f->out.message = str_c(e.message, s->perm);
    return FP_OK;
}

fp_diagnostic fp_diagnostic_at(fp_session *s, size_t i)
{
    struct fetched f = {i, {FP_ERROR, "", 0, 0, ""}};
    (void)session_guard(s, fetch, &f);
    return f.out;
}
