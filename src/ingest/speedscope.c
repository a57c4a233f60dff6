/* SPDX-License-Identifier: MIT
 *
 * speedscope's file format (https://www.speedscope.app/file-format-schema.json): a list of frames, and
 * profiles that are either samples with weights or events that open and close frames. Each profile becomes a
 * thread.
 *
 * Where the unit is a time, a sample is a span as long as its weight, and the time between two events is a
 * span of the stack that was open: what the flame graph of a range adds up is time, exactly. Where it is none
 * or bytes, the report counts and has no times. */
#include "ingest/speedscope.h"

#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/timetext.h"
#include "ingest/json_doc.h"

struct unit {
    const char *name;
    int64_t ns;        /* 0: no time */
    const char *event; /* what is counted */
};

static const struct unit units[] = {
    {"nanoseconds", 1, "time"},    {"microseconds", 1000, "time"}, {"milliseconds", 1000000, "time"},
    {"seconds", NS_PER_S, "time"}, {"none", 0, "samples"},         {"bytes", 0, "bytes"},
};

struct speedscope {
    struct json_doc j;
    struct builder *b;
    uint32_t *frame; /* of the builder, by index in the file */
    size_t n_frames;
    uint32_t *open; /* root first: indices in the file */
    uint32_t *leaf_first;
    uint32_t n_open;
    uint32_t thread, event;
    uint64_t n_rounded, n_to_zero; /* counts that were no whole numbers; those of them that are left out */
    struct intern names; /* of the profiles so far */
    const struct unit *unit;
};

static struct json_doc *doc(struct speedscope *s)
{
    return &s->j;
}

static void read_frames(struct speedscope *s, const struct json_at *list, struct arena *arena)
{
    s->n_frames = doc_length(list);
    s->frame = NEW_N(arena, uint32_t, s->n_frames + 1);
    for (size_t i = 0; i < s->n_frames && !doc(s)->is_wrong; i++) {
        struct json_at at = doc_item(list, i), name = doc_need(doc(s), &at, "name", JSON_TEXT),
                       file = doc_find(&at, "file");
        struct str text = doc_text(&name);
        s->frame[i] = builder_frame(s->b, text.n ? text : STR("[unknown]"), doc_text(&file), FRAME_USER);
    }
}

/* An index into the frames; false is said. */
static bool frame_index(struct speedscope *s, const struct json_at *at, uint32_t *out)
{
    if (!doc_is(doc(s), at, JSON_INT))
        return false;
    int64_t i = doc_int(at);
    if (i < 0 || (uint64_t)i >= s->n_frames) {
        doc_wrong(doc(s), at, "there is no frame %lld (of %zu)", (long long)i, s->n_frames);
        return false;
    }
    *out = (uint32_t)i;
    return true;
}

/* A moment or a length in nanoseconds, or a count. */
static bool value(struct speedscope *s, const struct json_at *at, int64_t *out)
{
    if (!doc_is(doc(s), at, JSON_NUMBER))
        return false;
    bool ok = s->unit->ns ? doc_scaled(at, s->unit->ns, out) : doc_rounded(at, out, &s->n_rounded);
    if (!ok || *out > LIMIT_TIME_NS || *out < -LIMIT_TIME_NS) {
        doc_wrong(doc(s), at, "out of range");
        return false;
    }
    return true;
}

/* The open stack from `at` on for `length`, in the profile's unit. */
static void add(struct speedscope *s, int64_t at, int64_t length)
{
    struct sample sample = {.thread = s->thread, .event = s->event, .cpu = ID_NONE};
    if (length <= 0)
        return; /* a stack that took no time is in no range */
    for (uint32_t i = 0; i < s->n_open; i++)
        s->leaf_first[s->n_open - 1 - i] = s->frame[s->open[i]];
    sample.stack = builder_stack(s->b, s->thread, s->leaf_first, s->n_open);
    if (s->unit->ns) {
        sample.time_ns = at;
        sample.duration_ns = length;
    } else {
        sample.period = (uint64_t)length;
    }
    builder_sample(s->b, &sample);
}

static void read_sampled(struct speedscope *s, const struct json_at *profile, int64_t now)
{
    struct json_at samples = doc_need(doc(s), profile, "samples", JSON_LIST),
                   weights = doc_need(doc(s), profile, "weights", JSON_LIST);
    size_t n = doc_length(&samples);
    if (!doc(s)->is_wrong && doc_length(&weights) != n)
        doc_wrong(doc(s), &weights, "%zu weights for %zu samples", doc_length(&weights), n);
    for (size_t i = 0; i < n && !doc(s)->is_wrong; i++) {
        struct json_at stack = doc_item(&samples, i), weight = doc_item(&weights, i);
        int64_t length;
        uint64_t n_rounded = s->n_rounded;
        if (!doc_is(doc(s), &stack, JSON_LIST) || !value(s, &weight, &length))
            return;
        s->n_to_zero += s->n_rounded > n_rounded && !length;
        s->n_open = 0;
        for (size_t k = 0; k < doc_length(&stack); k++) {
            struct json_at at = doc_item(&stack, k);
            if (s->n_open == LIMIT_STACK_DEPTH) {
                doc_wrong(doc(s), &stack, "a stack of more than %u frames", LIMIT_STACK_DEPTH);
                return;
            }
            if (!frame_index(s, &at, &s->open[s->n_open++]))
                return;
        }
        if (length < 0)
            doc_wrong(doc(s), &weight, "a weight below zero");
        else
            add(s, now, length);
        if (__builtin_add_overflow(now, length, &now) || now > LIMIT_TIME_NS)
            doc_wrong(doc(s), &weight, "the weights add up to more than can be counted");
    }
}

static void take_event(struct speedscope *s, const struct json_at *at, bool opens)
{
    struct json_at frame = doc_need(doc(s), at, "frame", JSON_INT);
    uint32_t index;
    if (!frame.value || !frame_index(s, &frame, &index))
        return;
    if (opens && s->n_open == LIMIT_STACK_DEPTH)
        doc_wrong(doc(s), at, "more than %u frames are open", LIMIT_STACK_DEPTH);
    else if (opens)
        s->open[s->n_open++] = index;
    else if (!s->n_open || s->open[s->n_open - 1] != index)
        doc_wrong(doc(s), at, "closes frame %u, which is not the last one opened", index);
    else
        s->n_open--;
}

static void read_evented(struct speedscope *s, const struct json_at *profile, int64_t now)
{
    struct json_at events = doc_need(doc(s), profile, "events", JSON_LIST);
    s->n_open = 0;
    for (size_t i = 0; i < doc_length(&events) && !doc(s)->is_wrong; i++) {
        struct json_at at = doc_item(&events, i), type = doc_need(doc(s), &at, "type", JSON_TEXT),
                       when = doc_find(&at, "at");
        int64_t then;
        bool opens = str_eq(doc_text(&type), STR("O"));
        if (!type.value || !value(s, &when, &then))
            return;
        if (!opens && !str_eq(doc_text(&type), STR("C")))
            doc_wrong(doc(s), &type, "expected O or C");
        else if (then < now)
            doc_wrong(doc(s), &when, "before the event in front of it");
        if (doc(s)->is_wrong)
            return;
        if (s->n_open)
            add(s, now, then - now);
        take_event(s, &at, opens);
        now = then;
    }
    if (s->n_open && !doc(s)->is_wrong) /* until when they ran is not known */
        doc_wrong(doc(s), &events, "%u frames are never closed", s->n_open);
}

static const struct unit *unit_of(struct speedscope *s, const struct json_at *profile)
{
    struct json_at at = doc_find(profile, "unit");
    struct str name = doc_text(&at);
    if (!at.value)
        return &units[4];
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(name, str_of(units[i].name)))
            return &units[i];
    doc_wrong(doc(s), &at,
              "an unknown unit (known: none, bytes, nanoseconds, microseconds, milliseconds, seconds)");
    return NULL;
}

static void read_profile(struct speedscope *s, const struct json_at *profile, size_t index,
                         struct arena *arena)
{
    struct json_at type = doc_need(doc(s), profile, "type", JSON_TEXT), name = doc_find(profile, "name"),
                   start = doc_find(profile, "startValue");
    struct str thread = doc_text(&name).n ? doc_text(&name) : str_fmt(arena, "profile %zu", index + 1);
    int64_t now = 0;
    if (!type.value || (start.value && !value(s, &start, &now)))
        return;
    if (intern_find(&s->names, thread) != INTERN_NONE) /* two of one name stay two */
        thread = str_fmt(arena, "%.*s (%zu)", STR_ARG(thread), index + 1);
    (void)intern_id(&s->names, thread);
    s->thread = builder_thread(s->b, ID_NONE, ID_NONE, thread);
    s->event = builder_event(s->b, str_of(s->unit->event));
    if (str_eq(doc_text(&type), STR("sampled")))
        read_sampled(s, profile, now);
    else if (str_eq(doc_text(&type), STR("evented")))
        read_evented(s, profile, now);
    else
        doc_wrong(doc(s), &type, "expected sampled or evented");
}

/* Profiles in a time and profiles without cannot share an axis: those like the first are read. */
static void read_profiles(struct speedscope *s, const struct json_at *list, uint32_t file, struct diag *d,
                          struct arena *arena)
{
    size_t n_other = 0, n_read = 0;
    bool timed = false;
    for (size_t i = 0; i < doc_length(list) && !doc(s)->is_wrong; i++) {
        struct json_at profile = doc_item(list, i);
        if (!doc_is(doc(s), &profile, JSON_MAP) || !(s->unit = unit_of(s, &profile)))
            return;
        if (!n_read)
            timed = s->unit->ns > 0;
        if (timed != (s->unit->ns > 0)) {
            n_other++;
            continue;
        }
        if (!n_read++) {
            if (timed) {
                builder_source_step(s->b, 1);
            } else {
                builder_flat(s->b);
                builder_weigh(s->b, WEIGHT_COUNT);
            }
        }
        read_profile(s, &profile, i, arena);
    }
    if (n_other)
        diag_say(d, DIAG_WARNING, file, "%zu profiles %s are left out (the first %s)", n_other,
                 timed ? "without a time" : "in a time", timed ? "is in a time" : "has none");
    if (s->n_rounded && !doc(s)->is_wrong)
        diag_say(d, DIAG_WARNING, file, "%llu values are no whole numbers and rounded (%llu of them to 0: left out)",
                 (unsigned long long)s->n_rounded, (unsigned long long)s->n_to_zero);
}

static bool speedscope_read(struct source *in, struct builder *b, struct diag *d, struct arena *arena)
{
    struct speedscope s = {.b = b};
    if (!doc_open(in, doc(&s), d, arena))
        return false;
    s.names = intern_new(LIMIT_THREADS, LIMIT_NAME_BYTES, arena);
    s.open = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    s.leaf_first = NEW_N(arena, uint32_t, LIMIT_STACK_DEPTH);
    const struct json_at *root = &doc(&s)->root;
    if (doc_is(doc(&s), root, JSON_MAP)) {
        struct json_at shared = doc_need(doc(&s), root, "shared", JSON_MAP),
                       frames = doc_need(doc(&s), &shared, "frames", JSON_LIST),
                       profiles = doc_need(doc(&s), root, "profiles", JSON_LIST),
                       tool = doc_find(root, "exporter");
        if (doc_text(&tool).n)
            builder_fact(b, STR("tool"), doc_text(&tool));
        if (!doc(&s)->is_wrong)
            read_frames(&s, &frames, arena);
        if (!doc(&s)->is_wrong)
            read_profiles(&s, &profiles, in->file, d, arena);
    }
    bool ok = !doc(&s)->is_wrong;
    doc_close(doc(&s));
    builder_tally(b)->truncated |= in->truncated;
    return ok;
}

static int speedscope_sniff(struct str head)
{
    struct str text = str_trim(head);
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_trim(str_sub(text, 3, text.n));
    if (!str_starts(text, STR("{")))
        return 0;
    if (str_find(head, STR("https://www.speedscope.app/file-format-schema.json")) != SIZE_MAX)
        return 95;
    return str_find(head, STR("\"shared\"")) != SIZE_MAX && str_find(head, STR("\"frames\"")) != SIZE_MAX ? 40
                                                                                                          : 0;
}

const struct door door_speedscope = {
    .name = {"speedscope", 10},
    .description = {"a profile of speedscope", 23},
    .default_step_ns = 1000,
    .sniff = speedscope_sniff,
    .read = speedscope_read,
};
