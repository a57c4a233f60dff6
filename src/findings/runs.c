/* SPDX-License-Identifier: MIT
 *
 * Runs, and how much they stand out. Bursty load is red noise, of which a Poisson law says nothing: so a run
 * is compared with other stretches of its own length, and the Poisson law takes samples in clusters as large
 * as their dispersion. */
#include "findings/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

#define MOST_RUNS 200u
/* Rare: share of the time, and at most one in so many seconds. */
#define MOST_SHARE 0.15
#define MOST_INSIDE 0.7
#define MOST_TRIED 120u
/* Scores that the line is drawn by: four times a rank of 5/4 MOST_TRIED and FIRST_RANK. */
#define MOST_SCORES (4 * (MOST_TRIED + MOST_TRIED / 4 + FIRST_RANK))
/* Other stretches that a run is compared with. */
#define WINDOWS 600
/* Seconds counted one by one; of longer profiles longer blocks. */
#define MOST_BLOCKS 20000
#define SECONDS_EACH 1.5
#define SHORTEST_S 0.05
#define LONGEST_S 3.0
/* Of the CPUs, in a burst that no name stands for. */
#define LEAST_CPUS 0.5
/* ln of one in 50,000: there are many lengths and places. */
#define RARE 10.8
/* Of the line through ordinary runs: its first rank, how much longer it may be, ln of one in a thousand. */
#define FIRST_RANK 5u
#define TAIL 1.6
#define TAIL_RARE 6.9
/* A stretch whose score is below PATIENT (that of random samples has been better or is over by then) is over, too, when so many samples
 * made it no better. What is better by less than rounding is not. */
#define PATIENCE 4096u
#define PART (4 * PATIENCE) /* samples looked at together */
#define PATIENT 50
#define ROUNDING 1e-6
/* Excess over the level around, in standard deviations. */
#define LEAST_SIGMA 6.0
#define LEAST_SIGMA_NAMED 4.0
/* Samples of others in a run of one, as a share of the usual; CPUs that others usually keep busy. */
#define MOST_OTHERS 0.2
#define MOST_RUNNERS 1.3
#define LEAST_OTHERS 1.15

/* What a second costs, in the block that the time is in; *until: where another one begins. */
static double cost_at(const struct level *level, double top, double time, double *until)
{
    uint32_t b = level_block(level, time);
    double around = level->around[b];
    *until = b + 1 < level->n ? (b + 1) * level->block_s : INFINITY;
    return (around + (top > around ? top : around)) / 2;
}

struct kept_runs {
    VEC(struct run) list;
    double *score;
    uint32_t n_score, n_all;
};

/* A part of what is searched: samples, their scores summed up, and of each the next one whose sum is larger, and the least sum on the way
 * there. With these a stretch is followed from best to best, whatever lies between: sample by sample each start in an even load
 * would be followed for thousands before nothing comes of it. */
struct place {
    double sum, least;
    uint32_t sample, larger; /* larger: a place; UINT32_MAX where there is none in the part */
};

struct part {
    const struct times *times;
    const struct level *level;
    double top;
    uint32_t n;
    bool is_last; /* nothing comes after it */
    struct place *place;
    uint32_t *open; /* places whose next larger sum is not known yet */
};

/* The part that begins with the sample i. */
static void part_from(struct part *w, uint32_t i)
{
    double sum = 0, until = -1, cost = 0, now = 0;
    for (w->n = 0; i < w->times->n && w->n < PART; i = time_in(w->times, i + 1)) {
        double next = time_at(w->times, i);
        if (w->n) {
            if (now >= until)
                cost = cost_at(w->level, w->top, now, &until);
            sum += 1 - cost * (next - now);
        }
        now = next;
        w->place[w->n++] = (struct place){sum, 0, i, 0};
    }
    w->is_last = i >= w->times->n;
    uint32_t m = 0;
    for (uint32_t k = w->n; k-- > 0;) { /* of what is behind k those that nothing larger hides are open */
        struct place *x = &w->place[k];
        x->least = x->sum;
        for (; m && w->place[w->open[m - 1]].sum <= x->sum + ROUNDING; m--) {
            double low = w->place[w->open[m - 1]].least;
            x->least = low < x->least ? low : x->least;
        }
        x->larger = m ? w->open[m - 1] : UINT32_MAX;
        w->open[m++] = k;
    }
}

/* Where a stretch is best, so far. */
struct best {
    uint32_t at; /* in the part */
    uint32_t n;  /* samples up to there */
    double score;
};

static bool is_over(double score, double best)
{
    return score <= 0 || score < best - 5 - 0.1 * best;
}

/* Past the end of the part, sample by sample: true when there is a better place, which begins the next part. */
static bool find_better(struct part *w, struct best *b)
{
    uint32_t at = w->place[b->at].sample, n = b->n;
    double score = b->score, until = -1, cost = 0, now = time_at(w->times, at);
    while ((at = time_in(w->times, at + 1)) < w->times->n) {
        double next = time_at(w->times, at);
        if (now >= until)
            cost = cost_at(w->level, w->top, now, &until);
        score += 1 - cost * (next - now);
        now = next;
        n++;
        if (is_over(score, b->score))
            return false;
        if (score > b->score + ROUNDING) {
            *b = (struct best){0, n, score};
            part_from(w, at);
            return true;
        }
    }
    return false;
}

/* From best to best until the stretch is over. */
static void follow(struct part *w, struct best *b)
{
    for (;;) {
        const struct place *x = &w->place[b->at];
        uint32_t next = x->larger;
        if (is_over(b->score - (x->sum - x->least), b->score))
            return;
        if (next != UINT32_MAX) {
            b->score += w->place[next].sum - x->sum;
            b->n += next - b->at;
            b->at = next;
        } else if (w->is_last || (b->score < PATIENT && w->n - b->at > PATIENCE))
            return;
        else if (b->score >= PATIENT) {
            if (!find_better(w, b))
                return;
        } else {
            part_from(w, x->sample);
            b->at = 0;
        }
    }
}

const struct run_wish runs_of_name = {RUN_LEAST / 2, SHORTEST_S, LONGEST_S, 0},
                      runs_of_load = {RUN_LEAST, 2 * SHORTEST_S, LONGEST_S, 0};

/* Keeps the run, if it is wished for; of its score so much as tail_of asks. */
static void keep_run(struct kept_runs *k, struct run x, struct run_wish wish, struct arena *arena)
{
    k->n_all++;
    if (k->n_score == 2 * MOST_SCORES) {
        sort_doubles(k->score, k->n_score, arena);
        memmove(k->score, k->score + MOST_SCORES, MOST_SCORES * sizeof *k->score);
        k->n_score = MOST_SCORES;
    }
    k->score[k->n_score++] = x.score;
    double length = x.to_s - x.from_s;
    if (x.n >= wish.least_n && length >= wish.shortest_s && length <= wish.longest_s && x.score >= wish.least_score)
        (void)vec_push(&k->list, UINT32_MAX, arena, x);
}

/* Best stretches: a sample is worth 1, a second costs cost_at(t). */
struct runs runs_of(const struct times *times, const struct level *level, double top, struct run_wish wish, struct arena *arena)
{
    struct arena *scratch = arena_like(arena);
    uint32_t room = times->n < PART ? times->n : PART;
    struct part part = {.times = times, .level = level, .top = top}, *w = &part;
    struct kept_runs kept = {.score = NEW_N(arena, double, 2 * MOST_SCORES)};
    part.place = NEW_N(scratch, struct place, (size_t)room + 1);
    part.open = NEW_N(scratch, uint32_t, (size_t)room + 1);
    part_from(w, time_in(times, 0));
    for (uint32_t at = 0;;) {
        if (at >= PART - PATIENCE && !w->is_last) {
            part_from(w, at < w->n ? w->place[at].sample : time_in(times, w->place[at - 1].sample + 1));
            at = 0;
        }
        if (at >= w->n)
            break;
        double from = time_at(times, w->place[at].sample);
        struct best b = {at, 1, 1};
        follow(w, &b);
        if (b.n > 1)
            keep_run(&kept, (struct run){from, time_at(times, w->place[b.at].sample), b.score, b.n}, wish, arena);
        at = b.at + 1;
    }
    arena_free(scratch);
    sort_doubles(kept.score, kept.n_score, arena);
    return (struct runs){kept.list.p, (uint32_t)kept.list.n, kept.n_all, kept.score, kept.n_score};
}

double runs_count(const struct burst_search *b, double from, double to)
{
    const struct found *f = b->found;
    return (double)found_left_before(f, scene_at(b->s, to)) - found_left_before(f, scene_at(b->s, from));
}

/* How far the samples of everybody in the run stand above those of other stretches of its length, in their
 * standard deviations. */
double runs_sigma(const struct burst_search *b, const struct runs *runs, const struct run *r)
{
    double length = r->to_s - r->from_s, sum = 0, squares = 0, n = 0, total = b->s->length;
    double stride = length / 2 > total / WINDOWS ? length / 2 : total / WINDOWS;
    uint32_t k = 0;
    for (double at = 0; at + length <= total; at += stride) {
        while (k < runs->n && runs->list[k].to_s < at)
            k++;
        if (k < runs->n && runs->list[k].from_s < at + length)
            continue;
        double usual = level_at(b->all, at + length / 2) * length,
               x = runs_count(b, at, at + length) - usual;
        sum += x;
        squares += x * x;
        n++;
    }
    if (n < 10)
        return 0;
    double mean = sum / n, variance = squares / n - mean * mean,
           usual = level_at(b->all, (r->from_s + r->to_s) / 2) * length;
    return (runs_count(b, r->from_s, r->to_s) + 1 - usual - mean) /
           sqrt((variance > usual ? variance : usual) + 1);
}

/* Seconds that no run touches: variance over mean of their counts, and samples a second. */
struct outside {
    double dispersion, mean;
};

static struct outside outside_of(const struct burst_search *b, const struct runs *r)
{
    double last = -1, squares = 0, sum = 0, n = 0;
    uint32_t k = 0;
    double block = b->s->length > MOST_BLOCKS ? b->s->length / MOST_BLOCKS : 1;
    for (double at = 0; at + block <= b->s->length; at += block) {
        while (k < r->n && r->list[k].to_s < at)
            k++;
        if (k < r->n && r->list[k].from_s < at + block) {
            last = -1;
            continue;
        }
        double x = runs_count(b, at, at + block);
        if (last >= 0) {
            squares += (x - last) * (x - last);
            sum += x;
            n++;
        }
        last = x;
    }
    return (struct outside){n > 4 && squares / 2 > sum ? squares / 2 / sum : 1, n > 4 ? sum / n / block : 0};
}

/* By the law of Poisson, samples coming in clusters as large as the dispersion; and busy enough to be called
 * a burst. */
static bool beyond_chance(const struct burst_search *b, const struct run *r, struct outside o)
{
    double length = r->to_s - r->from_s, n = runs_count(b, r->from_s, r->to_s) + 1,
           around = level_high(b->all, (r->from_s + r->to_s) / 2), dispersion = o.dispersion,
           usual = (around > o.mean ? around : o.mean) * length + 1; /* of thin load the median is nothing */
    if (n <= usual || (b->s->cpus > 0 && n * b->s->interval < LEAST_CPUS * b->s->cpus * length))
        return false;
    return (n * log(n / usual) - n + usual) / dispersion > log(b->s->length / length) + RARE;
}

/* Whether the others, who usually run, do not in these runs. */
bool runs_others_wait(const struct burst_search *b, const struct runs *r, uint32_t n)
{
    double own = 0, all = 0, usual = 0, length = 0, share = (double)n / b->found->n_left;
    for (uint32_t i = 0; i < r->n; i++) {
        length += r->list[i].to_s - r->list[i].from_s;
        own += r->list[i].n;
        all += runs_count(b, r->list[i].from_s, r->list[i].to_s) + 1;
        usual += level_at(b->all, r->list[i].from_s) * (r->list[i].to_s - r->list[i].from_s) * (1 - share);
    }
    return own * b->s->interval < MOST_RUNNERS * length && all - own < MOST_OTHERS * usual &&
           usual * b->s->interval > LEAST_OTHERS * length && usual > RUN_LEAST * b->all->dispersion;
}

static int by_start(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

static int by_score(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return by_start(a, b);
}

/* As for gaps (find_silences.c): the score that runs of a load like this one may have by themselves, by a
 * line through two of the ordinary runs, size against the logarithm of the rank. 0: too few of them to say.
 */
static double tail_of(const struct runs *r, uint32_t n_tried)
{
    const double *end = r->score + r->n_score;
    uint32_t k = n_tried + n_tried / 4 + FIRST_RANK, j = 4 * k < r->n_all ? 4 * k : r->n_all;
    if (j <= 2 * k)
        return 0;
    return end[-(ptrdiff_t)k] + TAIL * (end[-(ptrdiff_t)k] - end[-(ptrdiff_t)j]) / log((double)j / k) * (log(k) + TAIL_RARE);
}

uint32_t runs_like(const struct burst_search *b, const struct runs *r, const struct times *others, double top)
{
    struct arena_mark mark = arena_mark(b->s->arena);
    double *score = NEW_N(b->s->arena, double, (size_t)r->n + 1);
    for (uint32_t i = 0; i < r->n; i++)
        score[i] = r->list[i].score;
    sort_doubles(score, r->n, b->s->arena);
    double least = r->n ? score[r->n - 1 - r->n / 2] / 2 : INFINITY;
    struct level above = *b->all;
    above.around = NEW_N(b->s->arena, double, above.n);
    for (uint32_t i = 0; i < above.n; i++) /* runs_of takes the middle of this and `top` */
        above.around[i] = 2 * b->all->around[i];
    struct runs like = runs_of(others, &above, top, (struct run_wish){0, 0, INFINITY, least}, b->s->arena);
    uint32_t m = 0, k = 0;
    for (uint32_t i = 0; i < like.n; i++) {
        while (k < r->n && r->list[k].to_s < like.list[i].from_s)
            k++;
        bool inside = k < r->n && r->list[k].from_s < like.list[i].to_s;
        m += !inside;
    }
    arena_reset(b->s->arena, mark);
    return m;
}

/* Bursts have MOST_INSIDE of the samples in MOST_SHARE of the time. A run of so many tenths touches two more than it is long, so that the
 * fullest tenths, as many as all runs can touch, have what is in the runs at least. */
bool runs_may_be(const struct scene *s, const struct tenth_loads *t, uint32_t n)
{
    double runs = 2 + s->length / SECONDS_EACH, inside = 0,
           left = floor(MOST_SHARE * s->length / level_tenths(s).length_s + 2 * (runs < MOST_RUNS ? runs : MOST_RUNS)) + 1;
    for (uint32_t load = TENTH_LOADS - 1; load > 0 && left > 0; load--) {
        double some = t->n[load] < left ? t->n[load] : left;
        inside += load == TENTH_LOADS - 1 ? (double)t->above : some * load;
        left -= some;
    }
    return inside > MOST_INSIDE * n;
}

/* Leaves the bursts among the runs; false when there are none, or too many for bursts. */
bool runs_pick(const struct burst_search *b, struct runs *r, uint32_t n, bool named)
{
    const struct scene *s = b->s;
    double long_s = 0, inside = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        long_s += r->list[i].to_s - r->list[i].from_s;
        inside += r->list[i].n;
    }
    if (named)
        return r->n && r->n <= MOST_RUNS && long_s <= MOST_SHARE * s->length &&
               r->n <= 2 + s->length / SECONDS_EACH && inside > MOST_INSIDE * n;
    /* a run is compared with what is left when those like it are taken out, but not the lesser ones */
    long_s = 0;
    if (!r->n)
        return false;
    qsort(r->list, r->n, sizeof *r->list, by_score);
    if (r->n > MOST_TRIED)
        r->n = MOST_TRIED;
    qsort(r->list, r->n, sizeof *r->list, by_start);
    struct runs out = {.list = NEW_N(s->arena, struct run, (size_t)r->n + 1)};
    for (uint32_t i = 0; i < r->n; i++)
        if (runs_sigma(b, &(struct runs){.list = &r->list[i], .n = 1}, &r->list[i]) > LEAST_SIGMA / 2)
            out.list[out.n++] = r->list[i];
    for (uint32_t i = 0; i < out.n; i++)
        long_s += out.list[i].to_s - out.list[i].from_s;
    if (long_s > MOST_SHARE * s->length)
        return false;
    double least = tail_of(r, out.n);
    struct runs alike = {.list = NEW_N(s->arena, struct run, (size_t)out.n + 1)};
    bool *is = NEW_N(s->arena, bool, (size_t)out.n + 1);
    /* twice: a burst that is found is no noise for the others */
    for (uint32_t i = 0; i < 2 * out.n; i++) {
        const struct run *x = &out.list[i % out.n];
        alike.n = 0;
        for (uint32_t k = 0; k < out.n; k++)
            if (is[k] || out.list[k].score >= x->score / 2)
                alike.list[alike.n++] = out.list[k];
        is[i % out.n] |= x->score > least && runs_sigma(b, &alike, x) > LEAST_SIGMA &&
                         beyond_chance(b, x, outside_of(b, &alike));
    }
    for (uint32_t i = 0; i < out.n; i++)
        if (is[i])
            r->list[kept++] = out.list[i];
    r->n = kept;
    return kept && kept <= 2 + s->length / SECONDS_EACH;
}

bool runs_have_all(const struct burst_search *b, const struct runs *r)
{
    double own = 0, length = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        own += r->list[i].n;
        length += r->list[i].to_s - r->list[i].from_s;
    }
    return b->s->interval > 0 && b->s->cpus > 0 &&
           own * b->s->lost * b->s->interval > 0.85 * b->s->cpus * length;
}

bool runs_stand_out(const struct burst_search *b, const struct runs *r)
{
    double sum = 0;
    for (uint32_t i = 0; i < r->n; i++)
        sum += runs_sigma(b, r, &r->list[i]);
    /* whoever has all CPUs to himself needs no other proof */
    return sum > LEAST_SIGMA_NAMED * r->n || runs_have_all(b, r);
}
