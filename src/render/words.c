/* SPDX-License-Identifier: MIT
 *
 * Integer arithmetic wherever the value is an integer, so that digits do not depend on a printf's rounding.
 */
#include "render/words.h"

#include "base/decimal.h"
#include "base/timetext.h"
#include "render/escape.h"

void words_count(struct buf *out, uint64_t n)
{
    char digits[DECIMAL_GROUPED];
    buf_add(out, digits, decimal_grouped(n, digits));
}

void words_samples(struct buf *out, uint64_t n)
{
    words_count(out, n);
    buf_str(out, n == 1 ? STR(" sample") : STR(" samples"));
}

/* "cpu/nanoseconds" counts nanoseconds. */
static struct str words_unit(struct str event)
{
    size_t slash = str_rfind_char(event, '/');
    return slash == SIZE_MAX || slash + 1 == event.n ? event : str_sub(event, slash + 1, event.n);
}

/* A period counts what its event is called after, and a clock's nanoseconds (cpu-clock, task-clock). */
bool words_period_is_time(struct str event)
{
    return str_find(event, STR("clock")) != SIZE_MAX;
}

static void words_periods(struct buf *out, const struct event *e)
{
    if (words_period_is_time(e->name) && e->weight < INT64_MAX) {
        words_length(out, (int64_t)e->weight);
        return;
    }
    words_count(out, e->weight);
    buf_char(out, ' ');
    escape_short(out, e->name, 60);
}

void words_event(struct buf *out, const struct profile *p, const struct event *e)
{
    if (e->n_spans) {
        words_count(out, e->n_samples);
        buf_str(out, e->n_samples == 1 ? STR(" span") : STR(" spans"));
        return;
    }
    if (p->weight == WEIGHT_PERIOD) {
        words_periods(out, e);
        buf_lit(out, " in ");
    }
    if (p->weight != WEIGHT_COUNT || str_eq(words_unit(e->name), STR("samples"))) {
        words_samples(out, p->weight == WEIGHT_COUNT ? e->weight : e->n_samples);
        return;
    }
    static const struct {
        const char *unit;
        int64_t ns;
    } times[] = {{"nanoseconds", 1}, {"microseconds", 1000}, {"milliseconds", 1000000}};
    struct str unit = words_unit(e->name);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (str_eq(unit, str_of(times[i].unit)) && e->weight < (uint64_t)(INT64_MAX / times[i].ns)) {
            words_length(out, (int64_t)e->weight * times[i].ns);
            return;
        }
    words_count(out, e->weight);
    buf_char(out, ' ');
    escape_short(out, unit, 60);
}

void words_share(struct buf *out, uint64_t part, uint64_t whole)
{
    double percent = whole ? (double)part / (double)whole * 100 : 0;
    uint64_t hundredths = (uint64_t)(percent * 100 + 0.5);
    if (percent <= 0)
        buf_lit(out, "0 %");
    else if (percent >= 100)
        buf_lit(out, "100 %");
    else if (percent > 99.9)
        buf_lit(out, "&gt; 99.9 %");
    else if (percent < 0.01)
        buf_lit(out, "&lt; 0.01 %");
    else if (percent >= 10)
        buf_fmt(out, "%u.%u %%", (unsigned)(percent * 10 + 0.5) / 10, (unsigned)(percent * 10 + 0.5) % 10);
    else
        buf_fmt(out, "%u.%02u %%", (unsigned)hundredths / 100, (unsigned)hundredths % 100);
}

/* ns / unit to four digits, without trailing zeros. */
static void four_digits(struct buf *out, uint64_t ns, uint64_t unit)
{
    uint64_t places = 1;
    while (places < 1000 && ns / unit * places * 10 < 10000 && places < unit)
        places *= 10;
    uint64_t v = unit >= places ? (ns + unit / places / 2) / (unit / places) : ns * places;
    while (places > 1 && v % 10 == 0)
        v /= 10, places /= 10;
    int width = 0;
    for (uint64_t p = places; p > 1; p /= 10)
        width++;
    if (width)
        buf_fmt(out, "%llu.%0*llu", (unsigned long long)(v / places), width,
                (unsigned long long)(v % places));
    else
        buf_fmt(out, "%llu", (unsigned long long)v);
}

static void long_length(struct buf *out, uint64_t ns)
{
    uint64_t s = (ns + NS_PER_S / 2) / NS_PER_S;
    const struct {
        uint64_t n;
        const char *unit;
    } parts[] = {{s / 3600, "h"}, {s / 60 % 60, "min"}, {s % 60, "s"}};
    bool any = false;
    for (int i = 0; i < 3; i++)
        if (parts[i].n) {
            buf_fmt(out, "%s%llu %s", any ? " " : "", (unsigned long long)parts[i].n, parts[i].unit);
            any = true;
        }
}

void words_length(struct buf *out, int64_t ns)
{
    uint64_t v = ns > 0 ? (uint64_t)ns : 0;
    if (v >= 120 * (uint64_t)NS_PER_S) {
        long_length(out, v);
    } else if (v >= NS_PER_S || !v) {
        four_digits(out, v, NS_PER_S);
        buf_lit(out, " s");
    } else if (v >= 1000000) {
        four_digits(out, v, 1000000);
        buf_lit(out, " ms");
    } else if (v >= 1000) {
        four_digits(out, v, 1000);
        buf_lit(out, " \xc2\xb5s");
    } else {
        buf_fmt(out, "%llu ns", (unsigned long long)v);
    }
}

void words_rate(struct buf *out, double hz)
{
    uint64_t thousandths = (uint64_t)(hz * 1000 + 0.5);
    if (thousandths % 1000 == 0 || thousandths >= 100000)
        words_count(out, (thousandths + 500) / 1000);
    else
        four_digits(out, thousandths, 1000);
    buf_lit(out, " Hz");
}

static void item(struct buf *out, uint64_t n, const char *one, const char *many)
{
    if (!n)
        return;
    buf_lit(out, "<li>");
    words_count(out, n);
    buf_fmt(out, " %s</li>\n", n == 1 ? one : many);
}

void words_tally(struct buf *out, const struct panel *panel, uint32_t event)
{
    const struct tally *t = &panel->profile->tally;
    const struct event *e = &panel->profile->events[event];
    item(out, t->n_lost, "sample lost by the recorder", "samples lost by the recorder");
    item(out, t->n_incomplete, "wait without its beginning or its end, left out",
         "waits without their beginning or their end, left out");
    if (t->n_unreadable) {
        buf_lit(out, "<li>");
        words_count(out, t->n_unreadable);
        buf_str(out, t->n_unreadable == 1 ? STR(" unreadable line") : STR(" unreadable lines"));
        if (t->first_unreadable_line) {
            buf_str(out, t->n_unreadable == 1 ? STR(", line ") : STR(", first at line "));
            words_count(out, t->first_unreadable_line);
        }
        buf_lit(out, "</li>\n");
    }
    if (t->truncated)
        buf_lit(out, "<li>the source ends in the middle: what came before is here</li>\n");
    if (panel->idle == IDLE_HIDE)
        item(out, e->n_idle, "idle sample hidden", "idle samples hidden");
    item(out, t->n_idle_dropped, "idle sample left out", "idle samples left out");
    item(out, t->n_filtered, "sample left out by the filter", "samples left out by the filter");
    item(out, t->n_other_event, "sample of another event left out", "samples of other events left out");
    item(out, t->n_no_stack, "sample without a stack", "samples without a stack");
    item(out, t->n_out_of_order, "sample out of order, sorted", "samples out of order, sorted");
    item(out, t->n_cut_names, "name too long, cut", "names too long, cut");
    item(out, t->n_cut_stacks, "stack too deep, cut", "stacks too deep, cut");
    if (panel->profile->step_coarsened) {
        buf_lit(out, "<li>times kept in steps of ");
        words_length(out, panel->profile->step_ns);
        buf_lit(out, ": too long for finer ones</li>\n");
    }
}
