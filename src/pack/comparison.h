/* SPDX-License-Identifier: MIT
 *
 * What changed between profiles, as data: made by src/compare, carried by the head of a report, shown by the
 * summary, the page and `diff`. Shares are of the busy weight of one event, from 0 to 1; the direction is
 * always base -> target. */
#ifndef PACK_COMPARISON_H
#define PACK_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* How sure a change is, after the correction for how many were looked at. */
enum change_verdict {
    CHANGE_NONE,   /* nothing that chance does not do */
    CHANGE_LIKELY, /* chance alone shows any such change in fewer than one comparison in 100 */
    CHANGE_SURE    /* in fewer than one in 1000 */
};

/* One quantity on both sides. */
struct effect {
    double base, target;
    double error;     /* standard error of target - base */
    double low, high; /* 95 % confidence interval of target - base, this quantity alone */
    double p;         /* corrected: chance that noise alone shows this, or more, anywhere in the comparison */
    enum change_verdict verdict;
};

/* What of a change meets a rule of the gate. */
enum change_alarm { ALARM_NONE, ALARM_SELF, ALARM_TOTAL };

struct change {
    struct str name;
    struct str module; /* last part of the module it was seen in most; empty for packages */
    bool is_package;
    enum change_alarm alarm;
    struct effect self, total;
};

/* Stacks of both sides in one tree, in preorder, siblings by name; node 0 is the root. Shares with all below, in
 * millionths; a node's children never weigh more than it does, what is missing is its own or too small to be here. */
struct diff_tree {
    uint32_t n_nodes, n_names;
    uint32_t *parent, *name; /* names[0] is the root's, empty */
    uint32_t *base, *target;
    struct str *names;
};

struct compared_side {
    struct str id;
    uint32_t panel;     /* which profile of the report it is; UINT32_MAX: none of them */
    uint64_t n_samples; /* busy, of the event */
    double seconds;
};

struct comparison {
    struct str title;
    struct compared_side *base;
    uint32_t n_base;
    struct compared_side target;
    struct str event;
    const char *weight;     /* "samples", "period", "count", "time" */
    struct effect load;     /* busy weight a second: not a share */
    struct change *changes; /* ranked, functions before packages */
    uint32_t n_changes;
    uint32_t n_tested;   /* quantities that the correction allows for */
    uint32_t n_left_out; /* changes that the report does not carry: less than those it does */
    struct str *rules;   /* of the gate */
    uint32_t n_rules;
    uint32_t n_alarms; /* changes that meet a rule, and the load */
    bool load_alarm;
    struct str *reasons; /* why it cannot be judged; then there are no changes */
    uint32_t n_reasons;
    struct diff_tree tree; /* no nodes when it cannot be judged */
};

/* The words are head_outcome. */
enum comparison_outcome { OUTCOME_REGRESSION, OUTCOME_NO_REGRESSION, OUTCOME_CANNOT_JUDGE };

/* n_alarms: what meets the rules that are asked for, as c->n_alarms does those of the report. */
enum comparison_outcome comparison_outcome(const struct comparison *c, uint32_t n_alarms);
/* What to tell of a change: its own weight, unless only what it calls is surely another. */
bool change_is_about_self(const struct change *x);
const struct effect *change_effect(const struct change *x);
/* What an alarm of a change is about. */
const struct effect *change_alarm_effect(const struct change *x);

#endif
