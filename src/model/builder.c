/* SPDX-License-Identifier: MIT
 *
 * Adding to a profile. Everything is interned at the door, stacks in builder_stack.c; the trie is built later, from
 * distinct stacks only. */
#include "model/builder.h"

#include <string.h>

#include "base/limits.h"
#include "model/builder_state.h"
#include "model/idle.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Durations are of spans, which no point weight concerns. */
static const enum weight_mode weight_of[] = {[BY_SAMPLES] = WEIGHT_SAMPLES,
                                             [BY_PERIOD] = WEIGHT_PERIOD,
                                             [BY_DURATION] = WEIGHT_SAMPLES,
                                             [BY_BYTES] = WEIGHT_COUNT};

/* Waits and slices are often shorter than the step that does for points, and would round to nothing. */
#define SPAN_STEP_NS 1000

static void begin_source(struct builder *b, struct str name, int64_t default_step_ns, uint32_t file)
{
    if (b->spec->weight == BY_DURATION && default_step_ns > SPAN_STEP_NS)
        default_step_ns = SPAN_STEP_NS;
    b->now = (struct one_source){.name = str_dup(name, b->arena),
                           .file = file,
                           .first_sample = b->samples.n,
                           .step_ns = b->spec->step_ns ? b->spec->step_ns : default_step_ns,
                           .source_step_ns = 1,
                           .weight = weight_of[b->spec->weight]};
    b->latest_kept_ns = INT64_MIN;
    b->thread_host = HOST_OF_SOURCE + (uint32_t)b->sources.n;
}

struct builder *builder_new(const struct profile_spec *spec, int64_t default_step_ns, uint32_t file,
                            struct diag *d, struct arena *arena)
{
    struct arena *work = arena_like(arena);
    struct builder *b = NEW(work, struct builder);
    b->spec = spec;
    b->file = file;
    b->d = d;
    b->arena = arena;
    b->work = work;
    b->samples = rows_new(work);
    b->names = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, work);
    b->modules = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, work);
    b->packages = intern_new(LIMIT_FRAMES, LIMIT_NAME_BYTES, work);
    b->frames = intern_new(LIMIT_FRAMES, SIZE_MAX, work);
    b->threads = intern_new(LIMIT_THREADS, SIZE_MAX, work);
    b->lanes = intern_new(LIMIT_LANES, SIZE_MAX, work);
    b->events = intern_new(LIMIT_EVENTS, LIMIT_NAME_BYTES, work);
    b->hosts = intern_new(LIMIT_THREADS, LIMIT_NAME_BYTES, work);
    b->counters = intern_new(LIMIT_SERIES, LIMIT_NAME_BYTES, work);
    b->values = rows_new(work);
    begin_source(b, spec->n_files ? spec->files[0].name : spec->source.s, default_step_ns, file);
    (void)intern_id(&b->modules, STR(""));
    (void)builder_frame(b, STR("[too many names]"), STR(""), FRAME_USER); /* id 0: where a full table leads */
    return b;
}

void builder_next_source(struct builder *b, struct str name, int64_t default_step_ns, uint32_t file)
{
    (void)vec_push(&b->sources, SIZE_MAX, b->work, b->now);
    b->first_counter = (uint32_t)b->counter_info.n;
    b->counters = intern_new(LIMIT_SERIES, LIMIT_NAME_BYTES, b->work);
    begin_source(b, name, default_step_ns, file);
}

void builder_full(struct builder *b, const char *what, unsigned long long limit)
{
    if (!b->limit_said)
        diag_say(b->d, DIAG_LIMIT, b->now.file, "more than %llu %s (the limit of this build)", limit, what);
    b->limit_said = true;
}

/* Most names pass untouched. */
struct str builder_tidy(struct builder *b, struct str s, char room[LIMIT_ONE_NAME + 4])
{
    bool clean = s.n <= LIMIT_ONE_NAME;
    for (size_t i = 0; clean && i < s.n; i++)
        clean = (unsigned char)s.p[i] < 0x80 && s.p[i];
    if (clean)
        return s;
    size_t n = 0;
    while (s.n) {
        size_t k = s.p[0] ? str_utf8_len(s) : 0;
        struct str part = k ? str_sub(s, 0, k) : STR(REPLACEMENT);
        if (n + part.n > LIMIT_ONE_NAME) {
            b->now.tally.n_cut_names++;
            break;
        }
        memcpy(room + n, part.p, part.n);
        n += part.n;
        s = str_sub(s, k ? k : 1, s.n);
    }
    return (struct str){room, n};
}

static uint32_t name_id(struct builder *b, struct intern *table, struct str s)
{
    char room[LIMIT_ONE_NAME + 4];
    uint32_t id = intern_id(table, builder_tidy(b, s, room));
    if (id == INTERN_NONE) {
        builder_full(b, "bytes of names", LIMIT_NAME_BYTES);
        return 0;
    }
    return id;
}

static struct str bytes_of(const void *key, size_t n)
{
    return (struct str){key, n};
}

uint32_t builder_frame(struct builder *b, struct str name, struct str module, enum frame_kind kind)
{
    struct frame_key key = {name_id(b, &b->names, name), name_id(b, &b->modules, module), (uint32_t)kind};
    uint32_t id = intern_id(&b->frames, bytes_of(&key, sizeof key));
    if (id == INTERN_NONE) {
        builder_full(b, "frames", LIMIT_FRAMES);
        return 0;
    }
    if (id == b->frame_class.n)
        (void)vec_push(
            &b->frame_class, SIZE_MAX, b->work,
            (uint8_t)(kind == FRAME_THREAD ? IDLE_CLASS_NONE : idle_classify(b->names.at[key.name])));
    return id;
}

static bool in_ranges(const struct id_range *r, uint32_t n, uint32_t id)
{
    for (uint32_t i = 0; i < n; i++)
        if (id != ID_NONE && r[i].first <= id && id <= r[i].last)
            return true;
    return n == 0;
}

bool passes_comm(const struct filter *f, struct str comm)
{
    for (uint32_t i = 0; i < f->n_comm; i++)
        if (str_glob(f->comm[i], comm))
            return true;
    return f->n_comm == 0;
}

static uint32_t add_thread(struct builder *b, struct thread_key key, bool is_named)
{
    uint32_t id = intern_id(&b->threads, bytes_of(&key, sizeof key));
    if (id == INTERN_NONE) {
        builder_full(b, "threads", LIMIT_THREADS);
        return 0;
    }
    if (id == b->thread_info.n) {
        const struct filter *f = &b->spec->filter;
        struct str name = b->names.at[key.comm];
        uint32_t frame = builder_frame(b, name, STR(""), FRAME_THREAD);
        bool keep = (!is_named || passes_comm(f, name)) && in_ranges(f->pid, f->n_pid, key.pid) &&
                    in_ranges(f->tid, f->n_tid, key.tid);
        (void)vec_room(&b->thread_info, SIZE_MAX, b->work);
        struct thread_info *info = &b->thread_info.p[b->thread_info.n++];
        info->frame = frame;
        info->keep = keep;
        info->idle_task = is_named && idle_is_idle_task(name);
        info->late_name = 0;
    }
    return id;
}

uint32_t builder_thread(struct builder *b, uint32_t pid, uint32_t tid, struct str comm)
{
    /* a root without a name could not be seen, searched or told */
    struct thread_key key = {pid, tid, name_id(b, &b->names, comm.n ? comm : STR("[unknown]")), b->thread_host};
    return add_thread(b, key, true);
}

uint32_t builder_thread_unnamed(struct builder *b, uint32_t pid, uint32_t tid, struct str key)
{
    struct thread_key k = {pid, tid, name_id(b, &b->names, key), b->thread_host};
    return add_thread(b, k, false);
}

uint32_t builder_root(const struct builder *b, uint32_t thread)
{
    return b->thread_info.p[thread].frame;
}

void builder_thread_name(struct builder *b, uint32_t thread, struct str comm)
{
    b->any_late_name = true;
    b->thread_info.p[thread].late_name = name_id(b, &b->names, comm.n ? comm : STR("[unknown]")) + 1;
}

void builder_thread_host(struct builder *b, struct str host)
{
    b->thread_host = name_id(b, &b->hosts, host);
}

uint32_t builder_event(struct builder *b, struct str name)
{
    uint32_t id = name_id(b, &b->events, name);
    return id < LIMIT_EVENTS ? id : 0;
}

uint32_t builder_event_from(struct builder *b, struct str name, struct str source_name)
{
    uint32_t source = builder_event(b, source_name), id = builder_event(b, name);
    while (b->event_source.n <= id)
        (void)vec_push(&b->event_source, SIZE_MAX, b->work, 0);
    b->event_source.p[id] = source + 1;
    return id;
}

static bool is_event_wanted(const struct builder *b, uint32_t event)
{
    struct str wanted = b->spec->event.s;
    uint32_t source = event < b->event_source.n ? b->event_source.p[event] : 0;
    return !wanted.n || str_glob(wanted, b->events.at[event]) || (source && str_glob(wanted, b->events.at[source - 1]));
}

struct str builder_event_name(const struct builder *b, uint32_t event)
{
    return b->events.at[event];
}

static uint32_t lane_of(struct builder *b, uint32_t event, uint32_t cpu)
{
    struct lane_key key = {event, cpu};
    struct lane_slot *slot = &b->lane_slots[(event * 31 + cpu) % LANE_SLOTS];
    if (slot->lane && slot->key.event == event && slot->key.cpu == cpu)
        return slot->lane - 1;
    uint32_t id = intern_id(&b->lanes, bytes_of(&key, sizeof key));
    if (id == INTERN_NONE) {
        builder_full(b, "pairs of event and CPU", LIMIT_LANES);
        return 0;
    }
    if (id == b->lane_info.n) {
        (void)vec_room(&b->lane_info, SIZE_MAX, b->work);
        size_t at = b->lane_info.n++;
        b->lane_info.p[at].event_wanted = is_event_wanted(b, event);
        b->lane_info.p[at].cpu_wanted = in_ranges(b->spec->filter.cpu, b->spec->filter.n_cpu, cpu);
    }
    *slot = (struct lane_slot){key, id + 1};
    return id;
}

/* ---- samples */

static void note_time(struct builder *b, int64_t from_ns, int64_t to_ns)
{
    if (!b->now.any_sample) {
        b->now.min_ns = from_ns;
        b->now.max_ns = to_ns;
    }
    if (from_ns < b->now.min_ns)
        b->now.min_ns = from_ns;
    if (to_ns > b->now.max_ns)
        b->now.max_ns = to_ns;
    b->now.any_sample = true;
}

void builder_sample(struct builder *b, const struct sample *s)
{
    int64_t time_ns = b->now.flat ? 0 : s->time_ns;
    if (time_ns < -LIMIT_TIME_NS || time_ns > LIMIT_TIME_NS || s->duration_ns < 0 ||
        s->duration_ns > LIMIT_TIME_NS) {
        b->now.tally.n_unreadable++;
        return;
    }
    b->now.tally.n_read++;
    note_time(b, time_ns, time_ns + s->duration_ns);
    b->any_period |= s->period != 0;
    uint32_t lane = lane_of(b, s->event, s->cpu);
    if (!b->lane_info.p[lane].event_wanted || (b->spec->weight == BY_DURATION && !s->duration_ns) ||
        (b->spec->weight == BY_BYTES && !s->period)) {
        b->now.tally.n_other_event++;
        return;
    }
    bool drop_idle = b->spec->filter.idle == IDLE_DROP && b->stack_idle.p[s->stack];
    if (!b->lane_info.p[lane].cpu_wanted || !b->thread_info.p[s->thread].keep ||
        (b->spec->filter.n_label && !s->has_labels)) {
        b->now.tally.n_filtered++;
        return;
    }
    if (drop_idle) {
        b->now.tally.n_idle_dropped++;
        return;
    }
    bool span = s->duration_ns > 0;
    uint64_t value = span ? (uint64_t)s->duration_ns : b->now.weight != WEIGHT_SAMPLES ? s->period : 1;
    struct raw_sample raw = {time_ns, s->stack, s->thread, value, (uint16_t)lane, span};
    if (!span && !b->now.unordered && time_ns < b->latest_kept_ns) /* spans come when they end */
        b->now.tally.n_out_of_order++;
    else if (!span)
        b->latest_kept_ns = time_ns;
    if (b->samples.n < LIMIT_SAMPLES)
        rows_add(&b->samples, row_of_sample(&raw));
    else
        builder_full(b, "samples", LIMIT_SAMPLES);
}

void builder_idle(struct builder *b, uint32_t stack)
{
    if (stack < b->stack_idle.n)
        b->stack_idle.p[stack] = 1;
}

void builder_flat(struct builder *b)
{
    b->now.flat = true;
}

void builder_unordered(struct builder *b)
{
    b->now.unordered = true;
}

void builder_weigh(struct builder *b, enum weight_mode weight)
{
    b->now.weight = weight;
}

void builder_origin(struct builder *b, int64_t time_ns)
{
    note_time(b, time_ns, time_ns);
}

void builder_clock(struct builder *b, int64_t time_ns, int64_t epoch_ns)
{
    b->now.has_clock = true;
    b->now.clock_time_ns = time_ns;
    b->now.clock_epoch_ns = epoch_ns;
}

void builder_source_step(struct builder *b, int64_t step_ns)
{
    b->now.source_step_ns = step_ns;
}

void builder_fact(struct builder *b, struct str key, struct str value)
{
    char room[LIMIT_ONE_NAME + 4];
    uint64_t cpus;
    value = str_dup(builder_tidy(b, value, room), b->arena);
    if (str_eq(key, STR("host")))
        b->now.host = value;
    if (str_eq(key, STR("cpus")) && str_u64(value, &cpus) && cpus < 1000000)
        b->now.n_cpus = cpus;
    for (size_t i = 0; i < b->facts.n; i++)
        if (str_eq(b->facts.p[i].key, key)) {
            b->facts.p[i].value = value;
            return;
        }
    (void)vec_push(&b->facts, 1000, b->arena, (struct fact){str_dup(key, b->arena), value});
}

void builder_use_threads(struct builder *b, unsigned n)
{
    b->n_threads = n;
}

void builder_drop(struct builder *b)
{
    arena_free(b->work); /* b itself lives there */
}

struct tally *builder_tally(struct builder *b)
{
    return &b->now.tally;
}
