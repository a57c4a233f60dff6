/* SPDX-License-Identifier: MIT
 *
 * The sampling rate, told from the samples. In: the points of the main event; out: Hz. A sampler ticks
 * regularly on each CPU, and where the CPU was idle ticks are missing: distances between neighbours of one
 * lane are the interval, or a multiple of it. So: the commonest distance, then the mean of those near it (a
 * mean of many whole steps is much finer than a step), believed only when most distances are multiples of it.
 * Samples without a CPU are followed by thread. What the recorder's command line asked for (-F) is taken
 * unless the samples come faster: short sleeps and preemption pull the mean away, and a thread that wakes
 * once a second looks like a sampler of 1 Hz. With a fixed count (-c) there is no rate.
 */
#include <math.h>
#include <stdlib.h>

#include "analyse/heatmap.h"
#include "base/arena.h"
#include "base/timetext.h"

/* Distances in bins of equal relative width (1/32 of an octave, 2 to 3 %); below 32 steps one bin a step. */
#define BIN_BITS 5
#define BINS ((32 - BIN_BITS + 1) << BIN_BITS)
/* Fewer distances than this are no evidence. */
#define FEWEST 16

struct distances {
    uint32_t *d;
    uint32_t n;
};

static uint32_t bin_of(uint32_t d)
{
    uint32_t shift = 0;
    while (d >> shift >= (2u << BIN_BITS))
        shift++;
    return (shift << BIN_BITS) + (d >> shift);
}

static uint64_t bin_begin(uint32_t bin)
{
    uint32_t shift = bin >> BIN_BITS ? (bin >> BIN_BITS) - 1 : 0;
    return (uint64_t)(bin - (shift << BIN_BITS)) << shift;
}

/* Distances of more than zero steps between neighbours of one lane of the event. */
static struct distances collect(const struct profile *p, uint32_t event, struct arena *scratch)
{
    struct distances out = {NEW_N(scratch, uint32_t, p->n_points), 0};
    uint32_t *lane_last = NEW_N(scratch, uint32_t, p->n_lanes),
             *thread_last = NEW_N(scratch, uint32_t, p->n_threads);
    for (uint32_t i = 0; i < p->n_points; i++) {
        const struct lane *lane = &p->lanes[point_lane(p, i)];
        if (lane->event != event)
            continue;
        uint32_t *last =
            lane->cpu == ID_NONE ? &thread_last[point_thread(p, i)] : &lane_last[point_lane(p, i)];
        uint32_t now = point_time(p, i) + 1; /* 0: none yet */
        if (*last && now > *last)
            out.d[out.n++] = now - *last;
        *last = now;
    }
    return out;
}

/* The middle of the three neighbouring bins that hold most, the shortest of equals. */
static double commonest(const struct distances *all, struct arena *scratch)
{
    uint32_t *count = NEW_N(scratch, uint32_t, BINS + 2), best = 1;
    for (uint32_t i = 0; i < all->n; i++)
        count[bin_of(all->d[i])]++;
    uint64_t most = 0;
    for (uint32_t b = 1; b <= BINS; b++) {
        uint64_t sum = (uint64_t)count[b - 1] + count[b] + count[b + 1];
        if (sum > most) {
            most = sum;
            best = b;
        }
    }
    return ((double)bin_begin(best) + (double)bin_begin(best + 1) - 1) / 2;
}

struct cluster {
    double mean;
    uint32_t n;
};

/* Distances within a tenth of `centre`, or one step and a half: as many whole steps above it as below. No branch: which ones they are
 * nobody can guess. */
static struct cluster near(const struct distances *all, double centre)
{
    double slack = centre / 10 > 1.5 ? centre / 10 : 1.5, low = ceil(centre - slack), high = fmin(floor(centre + slack), UINT32_MAX);
    uint32_t from = low > 0 ? (uint32_t)low : 0, n = 0;
    uint64_t sum = 0, width = high >= from ? (uint64_t)high - from + 1 : 0;
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t in = all->d[i] - from < width;
        n += in;
        sum += in ? all->d[i] : 0;
    }
    return (struct cluster){n ? (double)sum / n : centre, n};
}

/* Share of the distances that are a multiple of the interval, within a tenth of it. */
static double regular(const struct distances *all, double interval)
{
    double slack = interval / 10 > 1 ? interval / 10 : 1;
    uint32_t n = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        double ticks = (double)all->d[i] / interval;
        double off = (double)all->d[i] - (double)(uint64_t)(ticks + 0.5) * interval;
        n += ticks >= 0.5 && (off < 0 ? -off : off) <= slack;
    }
    return (double)n / all->n;
}

/* Samplers are set in whole Hz: 48.99 is 49. Else three digits. */
static double tidy(double hz)
{
    double whole = (double)(uint64_t)(hz + 0.5), unit = 1;
    if (whole >= 10 && (hz > whole ? hz - whole : whole - hz) < whole / 200)
        return whole;
    while (hz / unit >= 1000)
        unit *= 10;
    while (hz / unit < 100)
        unit /= 10;
    return (double)(uint64_t)(hz / unit + 0.5) * unit;
}

struct asked {
    double hz;  /* 0: not asked for */
    bool count; /* -c: one sample every so many events, at no rate */
};

static struct str command_of(const struct profile *p)
{
    for (uint32_t i = 0; i < p->n_facts; i++)
        if (str_eq(p->facts[i].key, STR("command")))
            return p->facts[i].value;
    return STR("");
}

/* The rest of the word after an option's name, or all of it when the option was the word before. */
static bool argument(struct str word, struct str before, const char *brief, const char *full, uint64_t *out)
{
    struct str b = str_of(brief), f = str_of(full);
    if (str_eq(before, b) || str_eq(before, f))
        return str_u64(word, out);
    if (str_starts(word, f) && word.n > f.n && word.p[f.n] == '=')
        return str_u64(str_sub(word, f.n + 1, word.n), out);
    return str_starts(word, b) && word.n > b.n && str_u64(str_sub(word, b.n, word.n), out);
}

/* What "perf record … -F 49 … -- program" or "-c 100000" asked for. */
static struct asked asked_for(const struct profile *p)
{
    struct str rest = command_of(p), word, before = STR("");
    while (rest.n) {
        uint64_t n;
        (void)str_cut(rest, ' ', &word, &rest);
        if (str_eq(word, STR("--")))
            break;
        if (argument(word, before, "-F", "--freq", &n) && n > 0 && n < 1000000)
            return (struct asked){(double)n, false};
        if (argument(word, before, "-c", "--count", &n))
            return (struct asked){0, true};
        before = word;
    }
    return (struct asked){0, false};
}

/* One distance in twenty near the interval asked for is enough: threads that sleep leave few. */
static bool agrees(const struct distances *all, const struct profile *p, double hz)
{
    if (hz <= 0)
        return false;
    struct cluster c = near(all, (double)NS_PER_S / hz / (double)p->step_ns);
    return c.n >= FEWEST && c.n >= all->n / 20;
}

/* The interval in steps, 0 when it cannot be told. */
static double told_interval(const struct distances *all, struct arena *scratch)
{
    if (all->n < FEWEST)
        return 0;
    double mode = commonest(all, scratch);
    struct cluster c = near(all, mode);
    /* Many idle gaps can make two or three intervals commoner than one. */
    for (uint32_t k = 4; k >= 2; k--) {
        struct cluster part = near(all, mode / k);
        if (mode / k >= 5 && part.n >= c.n / 4) {
            c = part;
            break;
        }
    }
    c = near(all, c.mean);
    /* Short intervals leave no room between their multiples, so that only the cluster itself can tell. */
    bool told = c.mean >= 10 ? regular(all, c.mean) >= 0.7 && c.n >= all->n / 8 : c.n >= all->n - all->n / 5;
    return told ? c.mean : 0;
}

double heatmap_rate(const struct profile *p, struct arena *scratch)
{
    if (!p->has_time || !p->n_points)
        return 0;
    struct asked asked = asked_for(p);
    if (asked.count)
        return 0;
    struct arena_mark mark = arena_mark(scratch);
    struct distances all = collect(p, heatmap_main_event(p), scratch);
    double interval = 0, hz = asked.hz;
    if (!agrees(&all, p, asked.hz) && (interval = told_interval(&all, scratch)) > 0)
        hz = tidy((double)NS_PER_S / (interval * (double)p->step_ns));
    arena_reset(scratch, mark);
    /* Slower than asked for is what threads that sleep look like, not the sampler. */
    return hz < asked.hz ? asked.hz : hz;
}
