/* SPDX-License-Identifier: MIT
 *
 * Text of `perf script` as a busy server gives it, of any size, to stdout: gen SAMPLES [REPEATS [DEPTH [RATE [SEED]]]]
 *
 *   SAMPLES  samples of one round
 *   REPEATS  the round again that many times, later each time: more text, no new stacks (1)
 *   DEPTH    frames of a stack, at most; half of that at least (48)
 *   RATE     samples a second, of all CPUs together (784: 16 CPUs at 49 Hz)
 *   SEED     of everything (1)
 *
 * Eight programs of eight threads each. A program has a tree of calls; a stack is a path in it, some with the kernel
 * on top; a call has one address, the leaf one of four, as in real code. Integers only: the same bytes everywhere. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRAMS = 8, THREADS = 8, CPUS = 16, STACKS = 500, FUNCTIONS = 509, LEAVES = 4, FRAME_BYTES = 160, DEEPEST = 127 };
static const char *const comms[PROGRAMS] = {"nginx", "checkout-api", "postgres", "redis-server", "search", "java", "envoy", "kworker/3:1"};
static const char *const verbs[] = {"parse", "read", "write", "handle", "encode", "find", "merge", "flush", "lock", "copy", "hash", "update", "send", "poll", "open", "scan"};
static const char *const nouns[] = {"Request", "Header", "Row", "Page", "Index", "Buffer", "Socket", "Session", "Query", "Entry", "Token", "Block", "Frame", "Event", "Cache", "Key"};
static const char *const spaces[] = {"http::", "storage::engine::", "net::", "std::__1::", "query::planner::", "util::", "absl::lts_2023::", ""};

static uint64_t state;

/* splitmix64 */
static uint64_t dice(uint64_t range)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % range;
}

struct stack {
    char *leaf[LEAVES]; /* its first line, by the place in the code */
    char *callers;      /* the rest, and the blank line */
    size_t n_leaf, n_callers;
};
static struct stack stacks[PROGRAMS][STACKS];

static uint64_t mixed(uint64_t x)
{
    x *= 0xff51afd7ed558ccdu;
    return x ^ x >> 29;
}

/* The call `child` of the function `parent`; gives the function called. A function has its calls wherever it is called
 * from, so paths share lines. */
static uint64_t call(char line[FRAME_BYTES], uint64_t parent, uint64_t child, unsigned program, int is_kernel, unsigned place)
{
    uint64_t id = mixed(parent * 31 + child + 1), called = id % FUNCTIONS, f = mixed(called + 1 + program * 8191u);
    const char *space = is_kernel ? "" : spaces[f % 8], *verb = verbs[f >> 8 & 15], *noun = nouns[f >> 16 & 15];
    uint64_t offset = 16 + id % 700 + place * 5, at = is_kernel ? 0xffffffff81000000u + f % 0xfffff : 0x55d000000000u + f % 0xffffff;
    char module[40];
    (void)snprintf(module, sizeof module, "/usr/lib/lib%s-%llu.so.6", comms[program], (unsigned long long)(f >> 24 & 3));
    (void)snprintf(line, FRAME_BYTES, "\t%16llx %s%s%s%s_%llu%s+0x%llx (%s)\n", (unsigned long long)(at * 16 + offset), is_kernel ? "__" : "", space, verb, noun,
                   (unsigned long long)(f >> 40 & 63), is_kernel ? "" : "(unsigned long, char const*)", (unsigned long long)offset,
                   is_kernel ? "[kernel.kallsyms]" : module);
    return called;
}

static char *kept(const char *s)
{
    char *copy = malloc(strlen(s) + 1);
    if (!copy)
        exit(1);
    return strcpy(copy, s);
}

/* Root first into lines, then leaf first into the stack. Calls near the root have few children: stacks share them. */
static void make_stack(struct stack *s, unsigned program, unsigned deepest)
{
    static char lines[DEEPEST][FRAME_BYTES], text[DEEPEST * FRAME_BYTES + 2];
    unsigned depth = deepest / 2 + (unsigned)dice(deepest / 2 + 1), kernel = dice(3) ? 0 : (unsigned)dice(depth / 2 + 1);
    uint64_t at = program, before = at;
    unsigned child = 0;
    for (unsigned i = 0; i < depth; i++) {
        before = at;
        child = (unsigned)dice(i < depth * 3 / 4 ? 1 + (i % 5 == 4) : 3);
        at = call(lines[i], at, child, program, i + kernel >= depth, 0);
    }
    for (unsigned i = 0; i < LEAVES; i++) {
        (void)call(lines[depth - 1], before, child, program, kernel > 0, i);
        s->leaf[i] = kept(lines[depth - 1]);
    }
    size_t n = 0;
    for (unsigned i = depth - 1; i-- > 0;)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", lines[i]);
    (void)snprintf(text + n, sizeof text - n, "\n");
    s->callers = kept(text);
    s->n_callers = n + 1;
}

static void sample(uint64_t time_us)
{
    unsigned program = (unsigned)dice(PROGRAMS), thread = (unsigned)dice(THREADS);
    uint64_t rare = dice(STACKS) * dice(STACKS) / STACKS * dice(STACKS) / STACKS; /* few stacks are most samples */
    const struct stack *s = &stacks[program][rare];
    printf("%-15s %5u/%-5u [%03u] %5llu.%06llu: %10llu cycles:P: \n%s", comms[program], 1000 + program, 1000 + program * 64 + thread,
           (unsigned)dice(CPUS), (unsigned long long)(time_us / 1000000), (unsigned long long)(time_us % 1000000),
           (unsigned long long)(100000 + dice(900000)), s->leaf[dice(LEAVES)]);
    fwrite(s->callers, 1, s->n_callers, stdout);
}

static uint64_t argument(int argc, char **argv, int i, uint64_t otherwise)
{
    return argc > i ? strtoull(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    uint64_t n = argument(argc, argv, 1, 0), repeats = argument(argc, argv, 2, 1), depth = argument(argc, argv, 3, 48);
    uint64_t rate = argument(argc, argv, 4, CPUS * 49), seed = argument(argc, argv, 5, 1);
    if (!n || !rate || depth < 4 || depth > DEEPEST) {
        fprintf(stderr, "usage: gen SAMPLES [REPEATS [DEPTH [RATE [SEED]]]]\n");
        return 2;
    }
    state = seed;
    for (unsigned p = 0; p < PROGRAMS; p++)
        for (unsigned i = 0; i < STACKS; i++)
            make_stack(&stacks[p][i], p, (unsigned)depth);
    uint64_t round = state;
    for (uint64_t r = 0; r < repeats; r++) {
        state = round;
        for (uint64_t i = 0; i < n; i++)
            sample(86400000000u + (r * n + i) * 1000000 / rate);
    }
    return fclose(stdout) != 0;
}
