/* SPDX-License-Identifier: MIT
 *
 * Several sources -> one time line, that of the first of them. Three ways, the surest that is possible: by the
 * wall clock, when every source knows it; by their own clock, when it is the same one (recordings of one host);
 * by their first samples, when it cannot be (hosts count from when they were booted). */
#include <string.h>

#include "base/limits.h"
#include "model/builder_state.h"
#include "model/tally.h"

/* Host of each thread as a number in out->hosts; ID_NONE for all when there is only one, or when one is not known.
 */
static void settle_hosts(struct builder *b, uint32_t *host_of, struct profile *out)
{
    struct thread_key key;
    bool known = true;
    for (uint32_t t = 0; t < b->threads.n; t++) {
        memcpy(&key, b->threads.at[t].p, sizeof key);
        host_of[t] = key.host;
        if (key.host >= HOST_OF_SOURCE) {
            struct str name = b->sources.p[key.host - HOST_OF_SOURCE].host;
            host_of[t] = name.n && b->sources.n > 1 ? intern_id(&b->hosts, name) : ID_NONE;
        }
        known &= host_of[t] != ID_NONE;
    }
    if (!known || b->hosts.n < 2) {
        memset(host_of, 0xff, b->threads.n * sizeof *host_of);
        return;
    }
    out->n_hosts = b->hosts.n;
    out->hosts = NEW_N(b->arena, struct str, b->hosts.n);
    for (uint32_t h = 0; h < b->hosts.n; h++)
        out->hosts[h] = str_dup(b->hosts.at[h], b->arena);
}

/* The CPUs of all hosts, each as its last source says; 0 when it is not known of all. */
static uint64_t count_cpus(struct builder *b, const struct profile *out)
{
    uint64_t *cpus = NEW_N(b->work, uint64_t, (size_t)b->hosts.n + 1), sum = 0;
    for (size_t i = 0; i < b->sources.n; i++) {
        uint32_t host = out->n_hosts ? intern_find(&b->hosts, b->sources.p[i].host) : 0;
        if (b->sources.p[i].n_cpus && host != INTERN_NONE)
            cpus[host] = b->sources.p[i].n_cpus;
    }
    for (uint32_t h = 0; h < (out->n_hosts ? out->n_hosts : 1); h++) {
        if (!cpus[h])
            return 0;
        sum += cpus[h];
    }
    return sum < UINT32_MAX ? sum : 0;
}

/* The facts of a profile are those of its last source, but for these. */
static void settle_facts(struct builder *b, struct profile *out)
{
    struct str all = STR("");
    if (b->sources.n == 1) {
        out->n_cpus = (uint32_t)b->now.n_cpus;
        return;
    }
    out->n_cpus = (uint32_t)count_cpus(b, out);
    if (!out->n_hosts)
        return;
    for (uint32_t h = 0; h < out->n_hosts && h < 3; h++)
        all = str_fmt(b->arena, "%.*s%s%.*s", STR_ARG(all), h ? ", " : "", STR_ARG(out->hosts[h]));
    if (out->n_hosts > 3)
        all = str_fmt(b->arena, "%.*s and %u more", STR_ARG(all), out->n_hosts - 3);
    builder_fact(b, STR("host"), all);
    if (out->n_cpus)
        builder_fact(b, STR("cpus"), str_fmt(b->arena, "%u", out->n_cpus));
}

static bool go_together(struct builder *b)
{
    const struct one_source *first = NULL;
    for (size_t i = 0; i < b->sources.n; i++) {
        const struct one_source *p = &b->sources.p[i];
        if (!p->any_sample) {
            if (b->sources.n > 1)
                diag_say(b->d, DIAG_WARNING, p->file, "no samples in it");
            continue;
        }
        if (!first)
            first = p;
        if (p->flat != first->flat) {
            diag_say(b->d, DIAG_ERROR, p->file, "cannot be merged with '%.*s': it has %stimes, the other has %s",
                     STR_ARG(first->name), p->flat ? "no " : "", p->flat ? "some" : "none");
            return false;
        }
        if (p->weight != first->weight) {
            diag_say(b->d, DIAG_ERROR, p->file,
                     "cannot be merged with '%.*s': its records count otherwise (samples there, sums here, or the "
                     "other way round)",
                     STR_ARG(first->name));
            return false;
        }
    }
    return true;
}

/* So that sums of four of them fit. */
static bool is_near(int64_t ns)
{
    return -LIMIT_TIME_NS / 4 < ns && ns < LIMIT_TIME_NS / 4;
}

static bool all_know_the_clock(const struct builder *b)
{
    for (size_t i = 0; i < b->sources.n; i++)
        if (b->sources.p[i].any_sample &&
            (!b->sources.p[i].has_clock || !is_near(b->sources.p[i].clock_epoch_ns) ||
             !is_near(b->sources.p[i].clock_time_ns)))
            return false;
    return true;
}

/* What to add to the times of part p to have them in those of the first. */
static int64_t shift_of(const struct one_source *first, const struct one_source *p, enum align_mode how, bool by_clock)
{
    if (p == first || p->flat)
        return 0;
    if (by_clock)
        return (p->clock_epoch_ns - p->clock_time_ns) - (first->clock_epoch_ns - first->clock_time_ns);
    return how == ALIGN_START ? first->min_ns - p->min_ns : 0;
}

static void add_tally(struct tally *to, const struct tally *from)
{
    uint64_t line = to->first_unreadable_line ? to->first_unreadable_line : from->first_unreadable_line;
    for (uint32_t row = 0; row < tally_rows(); row++)
        tally_set(to, row, tally_value(to, row) + tally_value(from, row));
    to->first_unreadable_line = line;
    to->truncated = to->truncated > 0;
}

static void join(struct one_source *all, const struct one_source *p, int64_t shift)
{
    add_tally(&all->tally, &p->tally);
    if (!p->any_sample)
        return;
    if (!all->any_sample) {
        struct tally tally = all->tally;
        *all = *p;
        all->tally = tally;
        return;
    }
    all->step_ns = p->step_ns > all->step_ns ? p->step_ns : all->step_ns;
    all->source_step_ns = p->source_step_ns > all->source_step_ns ? p->source_step_ns : all->source_step_ns;
    all->min_ns = p->min_ns + shift < all->min_ns ? p->min_ns + shift : all->min_ns;
    all->max_ns = p->max_ns + shift > all->max_ns ? p->max_ns + shift : all->max_ns;
    if (p->has_clock && !all->has_clock) {
        all->has_clock = true;
        all->clock_time_ns = p->clock_time_ns + shift;
        all->clock_epoch_ns = p->clock_epoch_ns;
    }
}

bool settle_sources(struct builder *b, uint32_t *host_of, struct profile *out)
{
    (void)vec_push(&b->sources, SIZE_MAX, b->work, b->now);
    struct one_source all = {.flat = b->now.flat};
    const struct one_source *first = NULL;
    enum align_mode how = b->spec->align;
    bool by_clock = how == ALIGN_AUTO && all_know_the_clock(b);
    settle_hosts(b, host_of, out);
    settle_facts(b, out);
    if (!go_together(b))
        return false;
    if (how == ALIGN_AUTO && !by_clock && b->sources.n > 1 && out->n_hosts) {
        how = ALIGN_START;
        if (!b->now.flat)
            diag_say(b->d, DIAG_NOTE, b->sources.p[0].file,
                     "merged with sources of other hosts, and the wall clock is not known of all: aligned by their "
                     "first samples (align: clock takes their times as they are)");
    }
    for (size_t i = 0; i < b->sources.n; i++) {
        struct one_source *p = &b->sources.p[i];
        first = first || !p->any_sample ? first : p;
        int64_t shift = first ? shift_of(first, p, how, by_clock) : 0;
        if (p->min_ns + shift < -LIMIT_TIME_NS || p->max_ns + shift > LIMIT_TIME_NS) {
            diag_say(b->d, DIAG_ERROR, p->file, "cannot be merged with '%.*s': more than 73 years lie between them",
                     STR_ARG(first->name));
            return false;
        }
        p->shift_ns = shift;
        join(&all, p, shift);
    }
    if (!all.any_sample)
        all.weight = b->now.weight;
    b->now = all;
    return true;
}
