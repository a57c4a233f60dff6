/* SPDX-License-Identifier: MIT
 *
 * See press_ahead.h. */
#include "library/press_ahead.h"

#include "analyse/weigh.h"
#include "base/limits.h"
#include "base/tasks.h"
#include "pack/pack.h"
#include "site/digest_make.h"

struct weighing {
    const struct panel *panel;
    struct packing *packing;
    struct digest_profile digest;
    struct hottest hottest;
    struct task *task;
};

struct ahead {
    struct tasks *tasks;
    struct weighing *panels[LIMIT_PROFILES];
    struct arena *arena;
};

struct ahead *press_ahead(fp_session *s)
{
    unsigned n_threads = session_watch(s).n_threads;
    if (n_threads < 2)
        return NULL;
    struct ahead *a = NEW(s->perm, struct ahead);
    a->arena = s->perm;
    a->tasks = tasks_begin(n_threads, s->perm);
    return a;
}

static void weigh_panel(void *ctx, struct arena *arena)
{
    struct weighing *w = ctx;
    w->digest = digest_weigh(w->panel, arena);
    w->hottest = weigh_main(w->panel->profile, w->panel->idle == IDLE_SHOW, arena);
}

void press_ahead_profile(struct ahead *a, uint32_t at, const struct profile *p)
{
    a->panels[at] = NEW(a->arena, struct weighing);
    a->panels[at]->packing = packing_begin(at, p, a->tasks, a->arena);
}

void press_ahead_panel(struct ahead *a, uint32_t at, struct panel *panel)
{
    struct weighing *w = a->panels[at];
    w->panel = panel;
    panel->packing = w->packing;
    if (panel->packing)
        w->task = task_give(a->tasks, weigh_panel, w);
}

struct tasks *press_ahead_tasks(struct ahead *a)
{
    return a ? a->tasks : NULL;
}

void press_ahead_weights(struct ahead *a, struct report *r)
{
    for (uint32_t i = 0; a && i < r->n_panels; i++) {
        struct weighing *w = a->panels[i];
        if (!w->task)
            continue;
        task_wait(w->task);
        r->panels[i].digest = &w->digest;
        r->panels[i].hottest = &w->hottest;
    }
}

void press_ahead_end(struct ahead *a)
{
    if (a)
        tasks_end(a->tasks);
}
