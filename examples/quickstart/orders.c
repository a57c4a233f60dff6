/* SPDX-License-Identifier: MIT
 *
 * The workload behind quickstart: an order service small enough to read in one sitting, with the habits of
 * bigger ones. Four request threads answer orders that arrive at random; a flusher writes the journal once a
 * second, on the second; a compactor works, then sleeps for a second; every quarter of a minute a snapshot is
 * taken under the store's lock, and everybody else waits; after 44 seconds a price list comes in and every
 * order is priced anew.
 *
 * In:  nothing (optionally the seconds to run). Out: nothing but CPU time, see record.sh.
 * Each habit is one function, so that a frame of the flame graph names what a reader of the heatmap sees. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Inlined functions would be missing from the stacks; so would tail calls (see the flags in record.sh). */
#define STAGE __attribute__((noinline, noclone))
/* gcc gives a function that calls nothing no frame, and its caller would be missing; asking for the frame makes one. */
#define KEEP_FRAME() __asm__ volatile("" : : "r"(__builtin_frame_address(0)))

#define N_ORDERS 20000
#define N_WORKERS 4

struct order {
    uint64_t customer, digest;
    uint32_t items[16];
    uint64_t price;
};

static struct order store[N_ORDERS];
static pthread_rwlock_t store_lock = PTHREAD_RWLOCK_INITIALIZER;
static uint32_t price_list[1024];
static atomic_bool stopping;
static struct timespec start;
/* Keeps results alive, so that the work is not optimised away. */
static _Atomic uint64_t sink;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)(t.tv_sec - start.tv_sec) * 1000000000u + (uint64_t)t.tv_nsec - (uint64_t)start.tv_nsec;
}

static void sleep_ns(uint64_t ns)
{
    struct timespec t = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
    nanosleep(&t, NULL);
}

/* In naps, so that the end of the run is seen. */
static void sleep_until_ns(uint64_t at)
{
    for (uint64_t now; !stopping && (now = now_ns()) < at;)
        sleep_ns(at - now < 500000000u ? at - now : 500000000u);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

STAGE static uint64_t digest_bytes(const void *bytes, size_t n)
{
    KEEP_FRAME();
    const unsigned char *p = bytes;
    uint64_t h = 14695981039346656037u;
    for (int round = 0; round < 12; round++)
        for (size_t i = 0; i < n; i++)
            h = (h ^ p[i]) * 1099511628211u;
    return h;
}

/* ---- requests */

STAGE static size_t parse_order(const char *text, struct order *o)
{
    size_t n = 0;
    for (const char *p = text; *p && n < 16; p++) {
        if (*p != ':')
            continue;
        o->items[n++] = (uint32_t)strtoul(p + 1, NULL, 10);
    }
    return n;
}

STAGE static uint64_t price_order(const struct order *o)
{
    KEEP_FRAME();
    uint64_t sum = 0;
    for (int round = 0; round < 400; round++)
        for (int i = 0; i < 16; i++)
            sum += price_list[(o->items[i] + (uint32_t)round) % 1024] * (uint64_t)(i + 1);
    return sum;
}

STAGE static void sign_receipt(struct order *o)
{
    o->digest = digest_bytes(o, sizeof *o);
}

STAGE static size_t render_answer(const struct order *o, char *out, size_t n)
{
    size_t used = 0;
    for (int i = 0; i < 16 && used < n; i++)
        used += (size_t)snprintf(out + used, n - used, "item:%u price:%llu\n", o->items[i],
                                 (unsigned long long)o->price);
    return used;
}

STAGE static void answer_request(uint64_t *state)
{
    char text[256], answer[1024];
    size_t used = 0;
    for (int i = 0; i < 16; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "i:%u ", (unsigned)(next_random(state) % 1024));
    struct order o = {0};
    parse_order(text, &o);
    pthread_rwlock_rdlock(&store_lock);
    o.price = price_order(&o);
    sign_receipt(&o);
    store[next_random(state) % N_ORDERS] = o;
    pthread_rwlock_unlock(&store_lock);
    sink += render_answer(&o, answer, sizeof answer);
}

/* Requests come in small volleys with pauses of 4 to 60 ms: static on the map, no pattern. */
static void *serve_requests(void *seed)
{
    uint64_t state = (uint64_t)(uintptr_t)seed * 0x9e3779b97f4a7c15u;
    while (!stopping) {
        sleep_ns(4000000u + next_random(&state) % 56000000u);
        uint64_t volley = 40 + next_random(&state) % 700;
        for (uint64_t i = 0; i < volley; i++)
            answer_request(&state);
    }
    return NULL;
}

/* ---- the journal: on the second, every second -> a horizontal line */

STAGE static void encode_journal(char *to, size_t n)
{
    for (size_t i = 0; i < n; i += 16) {
        uint64_t h = digest_bytes(&store[i / 16 % N_ORDERS], 40);
        snprintf(to + i, 16, "%015llx", (unsigned long long)(h >> 4));
    }
}

STAGE static void flush_journal(int file)
{
    static char page[128 << 10];
    encode_journal(page, sizeof page);
    for (int i = 0; i < 384; i++)
        sink += (uint64_t)pwrite(file, page, sizeof page, (off_t)(i * (int)sizeof page));
    fsync(file);
}

static void *flush_every_second(void *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    unlink(path);
    for (uint64_t second = 1; !stopping; second++) {
        sleep_until_ns(second * 1000000000u + 250000000u);
        flush_journal(file);
    }
    close(file);
    return NULL;
}

/* ---- the compactor: works, then sleeps for a second -> a diagonal stripe */

STAGE static void sift_down(uint64_t *a, size_t from, size_t n)
{
    KEEP_FRAME();
    for (size_t child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && a[child + 1] > a[child])
            child++;
        if (a[from] >= a[child])
            return;
        uint64_t t = a[from];
        a[from] = a[child];
        a[child] = t;
    }
}

STAGE static void sort_digests(uint64_t *a, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(a, i, n);
    for (size_t i = n; i-- > 1;) {
        uint64_t t = a[0];
        a[0] = a[i];
        a[i] = t;
        sift_down(a, 0, i);
    }
}

STAGE static void compact_segments(uint64_t *digests)
{
    for (int segment = 0; segment < 36; segment++) {
        for (size_t i = 0; i < N_ORDERS; i++)
            digests[i] = store[i].digest * (uint64_t)(2 * segment + 1);
        sort_digests(digests, N_ORDERS);
        sink += digests[N_ORDERS / 2];
    }
}

static void *compact_then_sleep(void *unused)
{
    static uint64_t digests[N_ORDERS];
    (void)unused;
    while (!stopping) {
        compact_segments(digests);
        sleep_ns(1000000000u);
    }
    return NULL;
}

/* ---- the snapshot: holds the lock for some 300 ms -> everybody else waits, a pale gap with one runner */

STAGE static uint64_t checksum_store(void)
{
    uint64_t h = 0;
    for (int pass = 0; pass < 16; pass++)
        for (size_t i = 0; i < N_ORDERS; i++)
            h ^= digest_bytes(&store[i], 64);
    return h;
}

STAGE static void take_snapshot(void)
{
    pthread_rwlock_wrlock(&store_lock);
    sink += checksum_store();
    pthread_rwlock_unlock(&store_lock);
}

static void *snapshot_now_and_then(void *unused)
{
    (void)unused;
    for (uint64_t n = 0; !stopping; n++) {
        sleep_until_ns((9 + 15 * n) * 1000000000u + 600000000u);
        if (!stopping)
            take_snapshot();
    }
    return NULL;
}

/* ---- a new price list: every order again, on all CPUs, for some seconds -> a dark block */

STAGE static void reprice_orders(uint64_t part, uint64_t until_ns)
{
    for (size_t i = part; now_ns() < until_ns; i = (i + 2) % N_ORDERS) {
        struct order o = store[i];
        o.price = price_order(&o);
        sign_receipt(&o);
        sink += o.digest;
    }
}

static void *load_price_list(void *part)
{
    sleep_until_ns(44300000000u);
    if (!stopping)
        reprice_orders((uint64_t)(uintptr_t)part, 48900000000u);
    return NULL;
}

static void run_thread(pthread_t *t, const char *name, void *(*body)(void *), void *arg)
{
    pthread_create(t, NULL, body, arg);
    pthread_setname_np(*t, name);
}

int main(int argc, char **argv)
{
    unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 75;
    char journal[] = "journal.tmp";
    pthread_t t[N_WORKERS + 5];
    int n = 0;

    clock_gettime(CLOCK_MONOTONIC, &start);
    start.tv_nsec = 0; /* the service counts whole seconds of the clock, so the journal is flushed at x.25 */
    for (uint32_t i = 0; i < 1024; i++)
        price_list[i] = i * 2654435761u % 9973;
    for (uintptr_t i = 0; i < N_WORKERS; i++)
        run_thread(&t[n++], "request", serve_requests, (void *)(i + 1));
    run_thread(&t[n++], "journal", flush_every_second, journal);
    run_thread(&t[n++], "compactor", compact_then_sleep, NULL);
    run_thread(&t[n++], "snapshot", snapshot_now_and_then, NULL);
    run_thread(&t[n++], "price-list", load_price_list, (void *)0);
    run_thread(&t[n++], "price-list", load_price_list, (void *)1);
    sleep_until_ns(seconds * 1000000000ull);
    stopping = true;
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
    return 0;
}
