/* SPDX-License-Identifier: MIT
 *
 * A profile has threads, a thread has samples, a sample a stack, which is a frame and the stack that called it. In new
 * versions what threads share stands once, in `shared`. Processes of Firefox's own format are profiles inside the
 * profile, each with its own zero of time.
 *
 * Source of the meanings: docs-developer/gecko-profile-format.md, processed-profile-format.md and CHANGELOG-formats.md of
 * firefox-devtools/profiler. */
#include "ingest/firefox.h"

#include "base/limits.h"
#include "base/vec.h"
#include "ingest/firefox_categories.h"
#include "ingest/firefox_counters.h"
#include "ingest/firefox_table.h"
#include "ingest/perf_frame.h"

#define NONE UINT32_MAX
/* Times of samples count from when the profiler began: sums of some of them must fit. */
#define FAR_NS (LIMIT_TIME_NS / 4)

enum { FRAME_FUNC, FRAME_CATEGORY, FRAME_INLINE_DEPTH, FRAME_LOCATION };
static const char *const frame_columns[] = {"func", "category", "inlineDepth", "location", NULL};
enum { FUNC_NAME, FUNC_IS_JS, FUNC_RESOURCE, FUNC_FILE, FUNC_SOURCE };
static const char *const func_columns[] = {"name", "isJS", "resource", "fileName", "source", NULL};
enum { STACK_PREFIX, STACK_FRAME, STACK_CATEGORY };
static const char *const stack_columns[] = {"prefix", "frame", "category", NULL};
enum { SAMPLE_STACK, SAMPLE_TIME, SAMPLE_DELTA, SAMPLE_WEIGHT };
static const char *const sample_columns[] = {"stack", "time", "timeDeltas", "weight", NULL};
static const char *const resource_columns[] = {"name", NULL};
static const char *const source_columns[] = {"filename", NULL};

/* Both in one profile: the same frames as idle and as busy. Busy wins. */
enum { SEEN_IDLE = 1, SEEN_BUSY = 2 };

struct stack_row {
    uint32_t prefix, frame; /* NONE: the root; "(root)", which is no frame */
    uint32_t stack;         /* of the builder; NONE: not asked for yet */
    uint32_t category; /* in the categories; NONE */
};

struct firefox {
    struct json_doc j;
    struct builder *b;
    const struct filter *filter;
    VEC(uint8_t) seen; /* by stack of the builder */
    uint64_t n_weightless, n_rounded, n_odd_ids;
    uint64_t n_markers, n_allocations; /* read over */
    uint32_t *frames;
    struct arena *arena;
};

/* One thread: its tables, and what they became. */
struct thread_tables {
    struct json_at strings;
    struct firefox_table frame, func, resource, source, stack, samples;
    bool has_func, has_resource, has_source;
    uint32_t *frame_of; /* by row of the frame table; NONE: "(root)" */
    struct stack_row *stacks;
    struct firefox_categories categories;
    uint32_t thread;
    int64_t zero_ns; /* of its times, after the profile's */
};

/* ---- names */

static struct str string_at(struct firefox *f, const struct thread_tables *t, size_t i)
{
    struct json_at at = doc_item(&t->strings, i);
    return doc_is(&f->j, &at, JSON_TEXT) ? doc_text(&at) : STR("");
}

static struct str name_in(struct firefox *f, const struct thread_tables *t, const struct firefox_table *table,
                          unsigned column, size_t row)
{
    size_t i;
    return firefox_index(&f->j, table, column, row, doc_length(&t->strings), &i) ? string_at(f, t, i) : STR("");
}

/* "f (chrome://x/y.js:130:11)", "XRE_main (in XUL)": what Firefox writes where processed profiles have tables. */
static uint32_t frame_of_location(struct firefox *f, struct str location)
{
    size_t open = str_rfind_char(location, '(');
    struct str name = location, module = STR("");
    enum frame_kind kind = FRAME_USER;
    if (open != SIZE_MAX && open > 1 && str_ends(location, STR(")")) && location.p[open - 1] == ' ') {
        struct str inner = str_sub(location, open + 1, location.n - 1);
        bool is_library = str_starts(inner, STR("in ")), is_script = str_find_char(inner, ':') != SIZE_MAX;
        if (is_library || is_script) {
            name = str_sub(location, 0, open - 1);
            module = is_library ? str_sub(inner, 3, inner.n) : inner;
            kind = is_script ? FRAME_JIT : perf_module_kind(module, true);
        }
        while (is_script && module.n && module.p[module.n - 1] >= '0' && module.p[module.n - 1] <= '9') {
            size_t colon = str_rfind_char(module, ':');
            if (colon == SIZE_MAX)
                break;
            module = str_sub(module, 0, colon);
        }
    }
    return builder_frame(f->b, name.n ? name : STR("[unknown]"), module, kind);
}

static uint32_t frame_of_function(struct firefox *f, const struct thread_tables *t, size_t row)
{
    size_t func, resource, source;
    if (!firefox_index(&f->j, &t->frame, FRAME_FUNC, row, t->func.n, &func))
        return builder_frame(f->b, STR("[unknown]"), STR(""), FRAME_USER);
    struct str name = name_in(f, t, &t->func, FUNC_NAME, func), module = name_in(f, t, &t->func, FUNC_FILE, func);
    struct firefox_cell is_js, depth;
    firefox_cell(&t->func, FUNC_IS_JS, func, &is_js);
    firefox_cell(&t->frame, FRAME_INLINE_DEPTH, row, &depth);
    if (t->has_source && firefox_index(&f->j, &t->func, FUNC_SOURCE, func, t->source.n, &source))
        module = name_in(f, t, &t->source, 0, source);
    if (!module.n && t->has_resource && firefox_index(&f->j, &t->func, FUNC_RESOURCE, func, t->resource.n, &resource))
        module = name_in(f, t, &t->resource, 0, resource);
    enum frame_kind kind = doc_kind(&is_js.at) == JSON_BOOL && doc_int(&is_js.at) ? FRAME_JIT
                           : doc_kind(&depth.at) == JSON_INT && doc_int(&depth.at) > 0
                               ? FRAME_INLINED
                               : perf_module_kind(module, true);
    return builder_frame(f->b, name.n ? name : STR("[unknown]"), module, kind);
}

static bool is_root_name(struct firefox *f, const struct thread_tables *t, size_t row)
{
    size_t func;
    if (!t->has_func)
        return str_eq(name_in(f, t, &t->frame, FRAME_LOCATION, row), STR("(root)"));
    return firefox_index(&f->j, &t->frame, FRAME_FUNC, row, t->func.n, &func) &&
           str_eq(name_in(f, t, &t->func, FUNC_NAME, func), STR("(root)"));
}

static uint32_t category_of(struct firefox *f, const struct firefox_table *table, unsigned column, size_t row)
{
    struct firefox_cell c;
    firefox_cell(table, column, row, &c);
    if (!c.at.value || !doc_is(&f->j, &c.at, JSON_INT) || doc_int(&c.at) < 0 || doc_int(&c.at) >= NONE)
        return NONE;
    return (uint32_t)doc_int(&c.at);
}

static void read_frames(struct firefox *f, struct thread_tables *t)
{
    t->frame_of = NEW_N(f->arena, uint32_t, t->frame.n + 1);
    for (size_t i = 0; i < t->frame.n && !f->j.is_wrong; i++) {
        t->frame_of[i] = NONE;
        if (is_root_name(f, t, i) || f->j.is_wrong)
            continue;
        t->frame_of[i] = t->has_func ? frame_of_function(f, t, i)
                                     : frame_of_location(f, name_in(f, t, &t->frame, FRAME_LOCATION, i));
        firefox_frame_category(&t->categories, f->b, t->frame_of[i], category_of(f, &t->frame, FRAME_CATEGORY, i));
    }
}

/* ---- stacks */

/* A stack's category is its frame's, or if that has none, its caller's. */
static void read_stacks(struct firefox *f, struct thread_tables *t)
{
    t->stacks = NEW_N(f->arena, struct stack_row, t->stack.n + 1);
    for (size_t i = 0; i < t->stack.n && !f->j.is_wrong; i++) {
        struct stack_row *s = &t->stacks[i];
        size_t prefix, frame;
        *s = (struct stack_row){.prefix = NONE, .frame = NONE, .stack = NONE, .category = NONE};
        if (firefox_index(&f->j, &t->stack, STACK_PREFIX, i, i, &prefix)) /* callers come first, so that none is its own */
            s->prefix = (uint32_t)prefix;
        if (firefox_index(&f->j, &t->stack, STACK_FRAME, i, t->frame.n, &frame)) {
            s->frame = t->frame_of[frame];
            s->category = category_of(f, &t->stack, STACK_CATEGORY, i);
            if (s->category == NONE)
                s->category = category_of(f, &t->frame, FRAME_CATEGORY, frame);
        }
        if (s->category == NONE && s->prefix != NONE)
            s->category = t->stacks[s->prefix].category;
    }
}

static uint32_t stack_of(struct firefox *f, struct thread_tables *t, uint32_t row)
{
    struct stack_row *s = &t->stacks[row];
    uint32_t n = 0;
    if (s->stack != NONE)
        return s->stack;
    for (uint32_t at = row; at != NONE; at = t->stacks[at].prefix)
        if (t->stacks[at].frame != NONE && n <= LIMIT_STACK_DEPTH)
            f->frames[n++] = t->stacks[at].frame;
    s->stack = builder_stack(f->b, t->thread, f->frames, n);
    while (f->seen.n <= s->stack)
        (void)vec_push(&f->seen, SIZE_MAX, f->arena, 0);
    f->seen.p[s->stack] |= firefox_is_idle(&t->categories, s->category) ? SEEN_IDLE : SEEN_BUSY;
    return s->stack;
}

/* ---- samples */

static bool milliseconds(struct firefox *f, const struct json_at *at, int64_t most_ns, int64_t *ns)
{
    if (!doc_is(&f->j, at, JSON_NUMBER))
        return false;
    if (doc_scaled(at, 1000000, ns) && *ns > -most_ns && *ns < most_ns)
        return true;
    doc_wrong(&f->j, at, "a time out of range");
    return false;
}

static void read_samples(struct firefox *f, struct thread_tables *t, struct str weight_type)
{
    bool has_deltas = t->samples.is_rows ? t->samples.place[SAMPLE_DELTA] >= 0 : t->samples.column[SAMPLE_DELTA].value != NULL,
         are_times = str_eq(weight_type, STR("tracing-ms")), are_bytes = str_eq(weight_type, STR("bytes"));
    uint32_t event = builder_event(f->b, are_bytes ? STR("bytes") : are_times ? STR("time") : STR("samples"));
    int64_t now = 0, weight;
    for (size_t i = 0; i < t->samples.n && !f->j.is_wrong; i++) {
        struct sample s = {.thread = t->thread, .event = event, .cpu = ID_NONE, .period = 1};
        struct firefox_cell time, w;
        size_t stack;
        firefox_cell(&t->samples, has_deltas ? SAMPLE_DELTA : SAMPLE_TIME, i, &time);
        firefox_cell(&t->samples, SAMPLE_WEIGHT, i, &w);
        if (!milliseconds(f, &time.at, FAR_NS, &s.time_ns))
            return;
        now = has_deltas ? now + s.time_ns : s.time_ns;
        s.time_ns = now + t->zero_ns;
        if (now < -FAR_NS || now > FAR_NS) {
            doc_wrong(&f->j, &time.at, "the times add up to more than can be counted");
            return;
        }
        if (w.at.value && are_times && !milliseconds(f, &w.at, FAR_NS, &s.duration_ns))
            return;
        if (w.at.value && !are_times) {
            if (!doc_is(&f->j, &w.at, JSON_NUMBER))
                return;
            if (!doc_rounded(&w.at, &weight, &f->n_rounded)) {
                doc_wrong(&f->j, &w.at, "a weight out of range");
                return;
            }
            s.period = weight > 0 ? (uint64_t)weight : 0; /* what was freed is not what somebody holds */
        }
        bool has_stack = firefox_index(&f->j, &t->samples, SAMPLE_STACK, i, t->stack.n, &stack);
        if (f->j.is_wrong)
            return;
        s.stack = has_stack ? stack_of(f, t, (uint32_t)stack) : builder_stack(f->b, t->thread, NULL, 0);
        s.has_labels = firefox_passes(&t->categories, f->filter, has_stack ? t->stacks[stack].category : NONE);
        if (s.period || are_times)
            builder_sample(f->b, &s);
        else
            f->n_weightless++;
    }
}

/* ---- threads */

/* A number, or a text of digits; samply writes "7.2" for the second one of that number. */
static uint32_t id_of(const struct json_at *at)
{
    struct str number, second;
    uint64_t v = ID_NONE;
    (void)str_cut(doc_text(at), '.', &number, &second);
    if (doc_kind(at) == JSON_INT && doc_int(at) >= 0)
        v = (uint64_t)doc_int(at);
    else if (doc_kind(at) == JSON_TEXT && !str_u64(number, &v))
        v = ID_NONE;
    return v < ID_NONE ? (uint32_t)v : ID_NONE;
}

/* Every process calls its first thread GeckoMain: the process's name says more. */
static uint32_t thread_of(struct firefox *f, const struct json_at *thread, const struct json_at *process)
{
    struct json_at name = doc_find(thread, "name"), process_name = doc_find(thread, "processName"),
                   pid = doc_find(thread, "pid"), tid = doc_find(thread, "tid");
    if (!pid.value)
        pid = doc_find(process, "pid");
    struct str comm = doc_text(&name);
    f->n_odd_ids += (pid.value && id_of(&pid) == ID_NONE) || (tid.value && id_of(&tid) == ID_NONE);
    if (str_eq(comm, STR("GeckoMain")) && doc_text(&process_name).n)
        comm = doc_text(&process_name);
    if (id_of(&pid) == ID_NONE && doc_text(&pid).n) /* "Unknown Process 1": threads of several stay apart */
        comm = str_fmt(f->arena, "%.*s (%.*s)", STR_ARG(comm), STR_ARG(doc_text(&pid)));
    return builder_thread(f->b, id_of(&pid), id_of(&tid), comm);
}

/* In `thread`, or in what all threads share. */
static const struct json_at *holder(const struct json_at *thread, const struct json_at *shared, const char *key)
{
    struct json_at own = doc_find(thread, key);
    return own.value ? thread : shared;
}

/* Without these columns, samples would be there and say nothing. */
static bool has_columns(struct firefox *f, const struct thread_tables *t)
{
    bool has_deltas = t->samples.is_rows ? t->samples.place[SAMPLE_DELTA] >= 0 : t->samples.column[SAMPLE_DELTA].value != NULL;
    return firefox_need(&f->j, &t->samples, SAMPLE_STACK, "stack") &&
           (has_deltas || firefox_need(&f->j, &t->samples, SAMPLE_TIME, "time")) &&
           firefox_need(&f->j, &t->stack, STACK_PREFIX, "prefix") && firefox_need(&f->j, &t->stack, STACK_FRAME, "frame") &&
           (t->has_func ? firefox_need(&f->j, &t->frame, FRAME_FUNC, "func") && firefox_need(&f->j, &t->func, FUNC_NAME, "name")
                        : firefox_need(&f->j, &t->frame, FRAME_LOCATION, "location"));
}

/* Each marker has its data, in both forms of the format. */
static void note_others(struct firefox *f, const struct json_at *thread)
{
    struct json_at markers = doc_find(thread, "markers"), data = doc_find(&markers, "data"),
                   native = doc_find(thread, "nativeAllocations"), js = doc_find(thread, "jsAllocations"),
                   native_stacks = doc_find(&native, "stack"), js_stacks = doc_find(&js, "stack");
    f->n_markers += doc_length(&data);
    f->n_allocations += doc_length(&native_stacks) + doc_length(&js_stacks);
}

static void read_thread(struct firefox *f, const struct json_at *profile, const struct json_at *thread, int64_t zero_ns)
{
    struct json_at shared = doc_find(profile, "shared"), samples, type, func, resource, sources;
    struct thread_tables t = {.categories = firefox_categories(profile, f->arena), .zero_ns = zero_ns};
    bool is_processed;
    if (!doc_is(&f->j, thread, JSON_MAP))
        return;
    const struct json_at *at = holder(thread, &shared, "stringArray");
    t.strings = doc_find(at, "stringArray");
    if (!t.strings.value) /* as Firefox writes it */
        t.strings = doc_need(&f->j, thread, "stringTable", JSON_LIST);
    at = holder(thread, &shared, "funcTable");
    func = doc_find(at, "funcTable");
    is_processed = t.has_func = func.value != NULL;
    if (f->j.is_wrong || (is_processed && !firefox_table(&f->j, at, "funcTable", func_columns, &t.func)))
        return;
    at = holder(thread, &shared, "resourceTable");
    resource = doc_find(at, "resourceTable");
    t.has_resource = resource.value && firefox_table(&f->j, at, "resourceTable", resource_columns, &t.resource);
    at = holder(thread, &shared, "sources");
    sources = doc_find(at, "sources");
    t.has_source = sources.value && firefox_table(&f->j, at, "sources", source_columns, &t.source);
    if (f->j.is_wrong || !firefox_table(&f->j, holder(thread, &shared, "frameTable"), "frameTable", frame_columns, &t.frame) ||
        !firefox_table(&f->j, holder(thread, &shared, "stackTable"), "stackTable", stack_columns, &t.stack) ||
        !firefox_table(&f->j, thread, "samples", sample_columns, &t.samples))
        return;
    if (!t.samples.n || !has_columns(f, &t)) /* many threads of a profile never ran */
        return;
    samples = doc_find(thread, "samples");
    type = doc_find(&samples, "weightType");
    t.thread = thread_of(f, thread, profile);
    read_frames(f, &t);
    if (!f->j.is_wrong)
        read_stacks(f, &t);
    if (!f->j.is_wrong)
        read_samples(f, &t, doc_text(&type));
}

/* ---- the profile */

static void add_fact(struct firefox *f, const struct json_at *meta, const char *key, const char *fact)
{
    struct json_at at = doc_find(meta, key);
    if (doc_kind(&at) == JSON_TEXT)
        builder_fact(f->b, str_of(fact), doc_text(&at));
    else if (doc_kind(&at) == JSON_INT)
        builder_fact(f->b, str_of(fact), str_fmt(f->arena, "%lld", (long long)doc_int(&at)));
}

static bool start_of(struct firefox *f, const struct json_at *profile, int64_t *ns)
{
    struct json_at meta = doc_find(profile, "meta"), start = doc_find(&meta, "startTime");
    *ns = 0;
    return !f->j.is_wrong && start.value && milliseconds(f, &start, LIMIT_TIME_NS, ns) && *ns > 0;
}

static void read_meta(struct firefox *f, const struct json_at *profile)
{
    struct json_at meta = doc_find(profile, "meta");
    int64_t start_ns;
    if (start_of(f, profile, &start_ns))
        builder_clock(f->b, 0, start_ns);
    add_fact(f, &meta, "product", "tool");
    add_fact(f, &meta, "oscpu", "os");
    add_fact(f, &meta, "abi", "arch");
    add_fact(f, &meta, "CPUName", "cpu");
    add_fact(f, &meta, "logicalCPUs", "cpus");
}

/* Weights stand for many, unless they are times; the model needs to know before the first sample. */
static bool any_count(const struct json_at *profile)
{
    struct json_at threads = doc_find(profile, "threads");
    for (size_t i = 0; i < doc_length(&threads); i++) {
        struct json_at thread = doc_item(&threads, i), samples = doc_find(&thread, "samples"),
                       weight = doc_find(&samples, "weight"), type = doc_find(&samples, "weightType");
        if (doc_kind(&weight) == JSON_LIST && doc_length(&weight) && !str_eq(doc_text(&type), STR("tracing-ms")))
            return true;
    }
    return false;
}

/* What tells a process of Firefox's own format from the profile that it is in. */
static struct str process_of(struct firefox *f, const struct json_at *threads, bool is_inner)
{
    struct json_at first = doc_item(threads, 0), pid = doc_find(&first, "pid");
    return !is_inner || doc_kind(&pid) != JSON_INT ? STR("") : str_fmt(f->arena, "pid %lld", (long long)doc_int(&pid));
}

static void read_profile(struct firefox *f, const struct json_at *profile, int64_t first_start_ns, bool is_inner)
{
    struct json_at threads = doc_need(&f->j, profile, "threads", JSON_LIST), processes = doc_find(profile, "processes");
    int64_t start_ns, zero_ns = start_of(f, profile, &start_ns) && first_start_ns ? start_ns - first_start_ns : 0;
    for (size_t i = 0; i < doc_length(&threads) && !f->j.is_wrong; i++) {
        struct json_at thread = doc_item(&threads, i);
        read_thread(f, profile, &thread, zero_ns);
        note_others(f, &thread);
    }
    for (size_t i = 0; i < doc_length(&processes) && !f->j.is_wrong; i++) {
        struct json_at process = doc_item(&processes, i);
        read_profile(f, &process, first_start_ns, true);
    }
    if (!f->j.is_wrong)
        (void)firefox_counters(&f->j, f->b, profile, process_of(f, &threads, is_inner), zero_ns);
}

static bool firefox_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct firefox f = {.b = b, .filter = &in->spec->filter, .arena = arena};
    int64_t start_ns;
    if (!doc_open(in, &f.j, d, arena))
        return false;
    f.frames = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH + 1);
    struct json_at inner = doc_find(&f.j.root, "profile"); /* as the old DevTools saved it */
    const struct json_at *profile = doc_kind(&inner) == JSON_MAP ? &inner : &f.j.root;
    if (doc_is(&f.j, profile, JSON_MAP)) {
        if (any_count(profile))
            builder_weigh(b, WEIGHT_COUNT);
        builder_unordered(b);
        read_meta(&f, profile);
        (void)start_of(&f, profile, &start_ns);
        read_profile(&f, profile, start_ns, false);
    }
    for (uint32_t s = 0; s < f.seen.n; s++)
        if (f.seen.p[s] == SEEN_IDLE)
            builder_idle(b, s);
    if (f.n_weightless && !f.j.is_wrong)
        diag_say(d, DIAG_WARNING, in->file, "%llu samples with weights below 1 are left out",
                 (unsigned long long)f.n_weightless);
    if (f.n_markers + f.n_allocations && !f.j.is_wrong)
        diag_say(d, DIAG_NOTE, in->file, "%llu markers and %llu allocations are read over",
                 (unsigned long long)f.n_markers, (unsigned long long)f.n_allocations);
    if (f.n_rounded && !f.j.is_wrong)
        diag_say(d, DIAG_WARNING, in->file, "%llu weights are no whole numbers and rounded", (unsigned long long)f.n_rounded);
    if (f.n_odd_ids && !f.j.is_wrong)
        diag_say(d, DIAG_WARNING, in->file,
                 "%llu threads have a pid or tid that is no number: filters by pid and tid do not find them",
                 (unsigned long long)f.n_odd_ids);
    doc_close(&f.j);
    builder_tally(b)->truncated |= in->truncated;
    return !f.j.is_wrong;
}

/* Tables that no other format has, or what stands at the beginning of large profiles. */
static int firefox_sniff(struct str head)
{
    static const char *const marks[] = {"\"stackTable\"", "\"frameTable\"", "\"stringArray\"", "\"stackwalk\"",
                                        "\"processType\"", "\"markerSchema\"", "\"sampleUnits\"", "\"isOffMainThread\""};
    struct str text = str_trim(head);
    int found = 0;
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_trim(str_sub(text, 3, text.n));
    if (!str_starts(text, STR("{")) || str_find(head, STR("\"traceEvents\"")) != SIZE_MAX)
        return 0;
    if (str_find(head, STR("\"preprocessedProfileVersion\"")) != SIZE_MAX)
        return 90;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        found += str_find(head, str_of(marks[i])) != SIZE_MAX;
    return found >= 2 ? 60 + 5 * found : 0;
}

const struct door door_firefox = {
    .name = {"firefox", 7},
    .description = {"a profile of the Firefox Profiler", 33},
    .default_step_ns = 100000,
    .sniff = firefox_sniff,
    .read = firefox_read,
};
