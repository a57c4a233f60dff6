/* SPDX-License-Identifier: MIT
 *
 * The patterns of a subsecond-offset heatmap, made to order: for each row of the catalogue, perf script text
 * of a machine of 4 CPUs, 120 s long, sampled 49 times a second on each CPU, as `perf record -F 49 -a -g` of
 * a hardware event would see it (an idle CPU gives no samples).
 *
 * In:  the folder to write to. Out: NAME.perf.txt per pattern, the same bytes on every machine: integers and
 * one seeded generator only. A pattern says who runs on which CPU at a given microsecond; the sampler asks at
 * every tick. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define N_CPUS 4
#define RATE_HZ 49
#define LENGTH_US 120000000u
#define MS 1000u
#define SECOND 1000000u
/* The machine has been up for a while: times of perf do not begin at 0. */
#define UPTIME_US 86400000000u

struct random {
    uint64_t state;
};

/* splitmix64 */
static uint32_t random_below(struct random *r, uint32_t n)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ z >> 31) % n);
}

/* ---- who can run: a thread and its stacks, leaf first, `;` between frames; one of them is taken at random
 */

struct job {
    const char *comm;
    int pid, tid;
    const char *stacks[4];
};

static const struct job heartbeat = {
    "heartbeat",
    4101,
    4101,
    {"crc32_update;checksum_state;send_heartbeat;main",
     "__memmove_avx_unaligned_erms;checksum_state;send_heartbeat;main",
     "tcp_sendmsg_k;sock_sendmsg_k;__x64_sys_sendto_k;do_syscall_64_k;__libc_send;send_heartbeat;main"}};
static const struct job reporter = {"reporter",
                                    4102,
                                    4102,
                                    {"format_metric;render_metrics;report_once;main",
                                     "vfprintf;format_metric;render_metrics;report_once;main"}};
static const struct job poller = {"poller",
                                  4103,
                                  4103,
                                  {"parse_row;read_table;poll_once;main",
                                   "decimal_to_int;parse_row;read_table;poll_once;main",
                                   "copy_page_to_iter_k;filemap_read_k;vfs_read_k;__x64_sys_read_k;do_"
                                   "syscall_64_k;read;read_table;poll_once;main"}};
static const struct job requests = {
    "java",
    4200,
    4211,
    {"Lshop/Cart;::total_j;Lshop/Checkout;::handle_j;Lnet/Worker;::run_j;Interpreter_j;start_thread",
     "Ljson/Parser;::next_j;Ljson/Parser;::parse_j;Lshop/Checkout;::handle_j;Lnet/"
     "Worker;::run_j;Interpreter_j;start_thread",
     "Lsql/Row;::decode_j;Lsql/Client;::query_j;Lshop/Checkout;::handle_j;Lnet/"
     "Worker;::run_j;Interpreter_j;start_thread",
     "tcp_recvmsg_k;sock_read_iter_k;vfs_read_k;__x64_sys_read_k;do_syscall_64_k;read;Lnet/"
     "Worker;::run_j;Interpreter_j;start_thread"}};
static const struct job render = {"render",
                                  4300,
                                  4301,
                                  {"blend_span;draw_tile;render_frame;worker_loop;start_thread",
                                   "sample_texture;draw_tile;render_frame;worker_loop;start_thread",
                                   "project_vertex;render_frame;worker_loop;start_thread"}};
static const struct job collector = {"GC Thread",
                                     4200,
                                     4205,
                                     {"G1ParScanThreadState::copy_to_survivor_space;"
                                      "G1ParEvacuateFollowersClosure::do_void;GangWorker::loop;start_thread",
                                      "oopDesc::size;G1ParScanThreadState::copy_to_survivor_space;"
                                      "G1ParEvacuateFollowersClosure::do_void;GangWorker::loop;start_thread",
                                      "SpinPause;StealTask;GangWorker::loop;start_thread"}};
static const struct job lock_owner = {"java",
                                      4200,
                                      4219,
                                      {"Ljava/util/HashMap;::resize_j;Lshop/Catalog;::rebuild_j;Lshop/"
                                       "Catalog;::refresh_j;Interpreter_j;start_thread",
                                       "Lshop/Product;::hashCode_j;Lshop/Catalog;::rebuild_j;Lshop/"
                                       "Catalog;::refresh_j;Interpreter_j;start_thread"}};
static const struct job rebuild = {"indexer",
                                   4400,
                                   4401,
                                   {"compare_keys;merge_runs;rebuild_index;main",
                                    "lz_match;compress_block;write_run;rebuild_index;main",
                                    "ext4_da_write_begin_k;generic_perform_write_k;vfs_write_k;__x64_sys_"
                                    "write_k;do_syscall_64_k;write;write_run;rebuild_index;main"}};

/* ---- random load: each CPU has its own sequence of busy and idle stretches, with the given share busy */

struct stretches {
    uint32_t until;
    bool busy;
};

static struct stretches now_at[N_CPUS];

static bool busy_by_chance(unsigned cpu, uint32_t t, uint32_t percent, struct random *r)
{
    struct stretches *s = &now_at[cpu];
    while (t >= s->until) {
        s->busy = random_below(r, 100) < percent;
        s->until += MS + random_below(r, 30 * MS);
    }
    return s->busy;
}

/* ---- the catalogue: who runs on this CPU at this microsecond, or NULL */

typedef const struct job *(*pattern)(unsigned cpu, uint32_t t, struct random *r);

static bool every(uint32_t t, uint32_t period, uint32_t offset, uint32_t busy)
{
    return (t + period - offset) % period < busy;
}

static const struct job *fixed_1s(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return cpu == 1 && every(t, SECOND, 300 * MS, 12 * MS) ? &heartbeat : NULL;
}

static const struct job *fixed_500ms(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return cpu == 1 && every(t, 500 * MS, 200 * MS, 12 * MS) ? &heartbeat : NULL;
}

static const struct job *two_threads_1s(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    if (cpu == 1 && every(t, SECOND, 170 * MS, 12 * MS))
        return &heartbeat;
    return cpu == 2 && every(t, SECOND, 640 * MS, 15 * MS) ? &reporter : NULL;
}

/* Works, then sleeps: the cycle is longer than the sleep by the work. */
static const struct job *work_then_sleep(unsigned cpu, uint32_t t, uint32_t work, uint32_t sleep)
{
    return cpu == 2 && t % (work + sleep) < work ? &poller : NULL;
}

static const struct job *busy_1s(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return work_then_sleep(cpu, t, 20 * MS, SECOND);
}

static const struct job *busy_500ms(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return work_then_sleep(cpu, t, 20 * MS, 500 * MS);
}

static const struct job *busy_heavy(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return work_then_sleep(cpu, t, 80 * MS, SECOND);
}

static const struct job *busy_light(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return work_then_sleep(cpu, t, 3 * MS, SECOND);
}

static const struct job *busy_5s(unsigned cpu, uint32_t t, struct random *r)
{
    (void)r;
    return work_then_sleep(cpu, t, 40 * MS, 5 * SECOND);
}

static const struct job *full_100(unsigned cpu, uint32_t t, struct random *r)
{
    (void)cpu, (void)t, (void)r;
    return &render;
}

static const struct job *random_50(unsigned cpu, uint32_t t, struct random *r)
{
    return busy_by_chance(cpu, t, 50, r) ? &requests : NULL;
}

static const struct job *random_25(unsigned cpu, uint32_t t, struct random *r)
{
    return busy_by_chance(cpu, t, 25, r) ? &requests : NULL;
}

static const struct job *random_5(unsigned cpu, uint32_t t, struct random *r)
{
    return busy_by_chance(cpu, t, 5, r) ? &requests : NULL;
}

static const struct job *ramp(unsigned cpu, uint32_t t, struct random *r)
{
    return busy_by_chance(cpu, t, 5 + t / (LENGTH_US / 75), r) ? &requests : NULL;
}

static const struct job *periodic_load(unsigned cpu, uint32_t t, struct random *r)
{
    bool heavy = every(t, 30 * SECOND, 12 * SECOND, 5 * SECOND);
    if (!busy_by_chance(cpu, t, heavy ? 85 : 20, r))
        return NULL;
    return heavy && random_below(r, 3) ? &rebuild : &requests;
}

/* Start and length of what happens now and then. */
static const struct {
    uint32_t start, length;
} now_and_then[] = {{8400 * MS, 300 * MS},  {21150 * MS, 420 * MS}, {37600 * MS, 250 * MS},
                    {52050 * MS, 600 * MS}, {66300 * MS, 350 * MS}, {83500 * MS, 480 * MS},
                    {99200 * MS, 300 * MS}, {113350 * MS, 550 * MS}};

static bool is_now(uint32_t t)
{
    for (size_t i = 0; i < sizeof now_and_then / sizeof *now_and_then; i++)
        if (t >= now_and_then[i].start && t - now_and_then[i].start < now_and_then[i].length)
            return true;
    return false;
}

static const struct job *perturb(unsigned cpu, uint32_t t, struct random *r)
{
    bool busy = busy_by_chance(cpu, t, 30, r);
    return is_now(t) ? &collector : busy ? &requests : NULL;
}

static const struct job *blocked(unsigned cpu, uint32_t t, struct random *r)
{
    bool busy = busy_by_chance(cpu, t, 60, r);
    return busy && !is_now(t) ? &requests : NULL;
}

static const struct job *one_runner(unsigned cpu, uint32_t t, struct random *r)
{
    bool busy = busy_by_chance(cpu, t, 60, r);
    if (is_now(t))
        return cpu == 3 ? &lock_owner : NULL;
    return busy ? &requests : NULL;
}

static const struct {
    const char *name;
    pattern runs;
} catalogue[] = {
    {"fixed-1s", fixed_1s},
    {"fixed-500ms", fixed_500ms},
    {"two-threads-1s", two_threads_1s},
    {"busy-1s", busy_1s},
    {"busy-500ms", busy_500ms},
    {"busy-heavy", busy_heavy},
    {"busy-light", busy_light},
    {"busy-5s", busy_5s},
    {"full-100", full_100},
    {"random-50", random_50},
    {"random-25", random_25},
    {"random-5", random_5},
    {"ramp", ramp},
    {"periodic-load", periodic_load},
    {"perturb", perturb},
    {"blocked", blocked},
    {"one-runner", one_runner},
};

/* ---- perf script text */

/* The ending of a frame's name says where it lives: _k kernel, _j just-in-time compiled. */
static void print_frame(FILE *to, const char *name, size_t n, const char *comm, int pid)
{
    uint64_t address = 5381;
    for (size_t i = 0; i < n; i++)
        address = address * 33 + (unsigned char)name[i];
    char tail = n > 2 && name[n - 2] == '_' ? name[n - 1] : 0;
    int shown = (int)(tail == 'k' || tail == 'j' ? n - 2 : n);
    if (tail == 'k')
        fprintf(to, "\tffffffff81%06x %.*s+0x%x ([kernel.kallsyms])\n", (unsigned)(address & 0xffffff), shown,
                name, (unsigned)(address >> 8 & 0xff));
    else if (tail == 'j')
        fprintf(to, "\t    7f1a2c%06x %.*s+0x%x (/tmp/perf-%d.map)\n", (unsigned)(address & 0xffffff), shown,
                name, (unsigned)(address >> 8 & 0xff), pid);
    else
        fprintf(to, "\t        40%04x %.*s+0x%x (/usr/bin/%s)\n", (unsigned)(address & 0xffff), shown, name,
                (unsigned)(address >> 8 & 0xff), strchr(comm, ' ') ? "java" : comm);
}

static void print_stack(FILE *to, const struct job *j, const char *stack)
{
    for (const char *p = stack; *p;) {
        /* `;` separates, but not the one inside a Java class name, which `::` follows. */
        const char *end = p;
        while (*end && !(*end == ';' && end[1] != ':'))
            end++;
        print_frame(to, p, (size_t)(end - p), j->comm, j->pid);
        p = *end ? end + 1 : end;
    }
    putc('\n', to);
}

static void print_sample(FILE *to, unsigned cpu, uint32_t t, const struct job *j, struct random *r)
{
    uint32_t n = 0;
    while (n < 4 && j->stacks[n])
        n++;
    uint64_t at = UPTIME_US + t;
    /* A pool of threads, one for each CPU, where many run the same job. */
    int tid = j == &requests || j == &render || j == &collector ? j->tid + (int)cpu : j->tid;
    fprintf(to, "%s %d/%d [%03u] %llu.%06llu: %u cycles: \n", j->comm, j->pid, tid, cpu,
            (unsigned long long)(at / SECOND), (unsigned long long)(at % SECOND), 61224489u);
    print_stack(to, j, j->stacks[random_below(r, n)]);
}

static void print_pattern(FILE *to, pattern runs, uint64_t seed)
{
    struct random r = {seed};
    uint32_t next[N_CPUS];
    memset(now_at, 0, sizeof now_at);
    fprintf(to, "# hostname : gallery\n# nrcpus online : %d\n# cmdline : perf record -F %d -a -g -e cycles\n",
            N_CPUS, RATE_HZ);
    for (unsigned cpu = 0; cpu < N_CPUS; cpu++)
        next[cpu] = random_below(&r, SECOND / RATE_HZ);
    for (;;) {
        unsigned cpu = 0;
        for (unsigned i = 1; i < N_CPUS; i++)
            if (next[i] < next[cpu])
                cpu = i;
        uint32_t t = next[cpu];
        if (t >= LENGTH_US)
            return;
        /* A sampler drifts a little against the second; one in exact step would meet the same phase for ever.
         */
        next[cpu] += SECOND / RATE_HZ - 60 + random_below(&r, 100);
        const struct job *j = runs(cpu, t, &r);
        if (j)
            print_sample(to, cpu, t, j, &r);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: gallery FOLDER\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof catalogue / sizeof *catalogue; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.perf.txt", argv[1], catalogue[i].name);
        FILE *f = fopen(path, "w");
        if (!f) {
            perror(path);
            return 3;
        }
        print_pattern(f, catalogue[i].runs, 2026 + i);
        if (fclose(f)) {
            perror(path);
            return 3;
        }
    }
    return 0;
}
