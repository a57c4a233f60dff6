/* SPDX-License-Identifier: MIT
 *
 * Whose samples are shown: one host, process, thread name, thread or CPU of a profile, or all of them. Values are what
 * stands in the link; null: all. */

/** @typedef {{host: string|null, pid: number|null, thread: string|null, tid: number|null, cpu: number|null}} Who */

/* More than these are no list to choose from; what is chosen is in it all the same. */
const MOST_CHOICES = 300;

/* From the whole to its part: a list holds what is in those chosen before it. */
export const WHO_KEYS = ["host", "pid", "thread", "tid", "cpu"];
export const WHO_LABELS = { host: "host", pid: "process", thread: "thread", tid: "tid", cpu: "CPU" };
export const EVERYONE = Object.freeze(Object.fromEntries(WHO_KEYS.map((key) => [key, null])));

export const isEveryone = (who) => WHO_KEYS.every((key) => who[key] === null);

/* What a thread of the head, or a lane, is of each. */
const VALUE = { host: (head, t) => head.hosts?.[t[3]] ?? "", pid: (head, t) => t[0], thread: (head, t) => t[2], tid: (head, t) => t[1], cpu: (head, lane) => lane[1] };
const OF_THREAD = WHO_KEYS.slice(0, 4);

/** Whether a thread of the head passes by the keys, by the first of them. */
const passes = (head, thread, who, keys = OF_THREAD) => keys.every((key) => who[key] === null || VALUE[key](head, thread) === who[key]);

/** Per thread of the head 1 or 0; null when none of them is left out. @returns {Uint8Array|null} */
export function threadsOf(head, who) {
    if (OF_THREAD.every((key) => who[key] === null)) return null;
    return Uint8Array.from(head.threads, (t) => (passes(head, t, who) ? 1 : 0));
}

/** Whether any sample of the profile could be of a value. */
export const isSomeone = (head, key, value) => (key === "cpu" ? head.lanes : head.threads).some((item) => VALUE[key](head, item) === value);

/** A choice more: what contradicts it (a thread of another process) gives way. @returns {Who} */
export function choose(head, who, key, value) {
    const next = { ...who, [key]: value };
    for (const other of [...OF_THREAD].reverse()) {
        if (head.threads.some((t) => passes(head, t, next))) break;
        if (other !== key) next[other] = null;
    }
    return next;
}

/**
 * Threads, or lanes, that have the same key (undefined: in no group), with what they weigh together.
 * @returns {{key: any, item: any, ids: number[], weight: number}[]} item: whose name a group goes by, a process by that of its first thread or of its busiest
 */
export function groupsOf(list, weights, keyOf) {
    const groups = new Map();
    for (const [id, item] of list.entries()) {
        const key = keyOf(item), group = groups.get(key) || { key, item, ids: [], weight: 0, most: -1 }, rank = item[0] === item[1] ? Infinity : weights[id];
        if (key === undefined) continue;
        group.ids.push(id);
        group.weight += weights[id];
        if (rank > group.most) Object.assign(group, { item, most: rank });
        groups.set(key, group);
    }
    return [...groups.values()];
}

export const nameOf = (thread) => thread[2] || "[no name]";

/**
 * What there is to choose from, heaviest first; a list with fewer than two values is empty unless one is chosen.
 * @param {any} head one profile of the head
 * @param {{perThread: Float64Array, perLane: Float64Array}|null} weights of the whole profile (store.weightsOf); null: not known yet
 * @param {Who} who
 * @returns {Record<string, {value: any, text: string, weight: number}[]>}
 */
export function choicesOf(head, weights, who) {
    const lists = {};
    for (const [place, key] of WHO_KEYS.entries()) {
        const ofLane = key === "cpu", items = ofLane ? head.lanes : head.threads;
        const all = groupsOf(items, weights?.[ofLane ? "perLane" : "perThread"] ?? new Float64Array(items.length), (item) => {
            const value = VALUE[key](head, item);
            return value === -1 || value === "" || !(ofLane || passes(head, item, who, OF_THREAD.slice(0, place))) ? undefined : value;
        }).map(({ key: value, item, weight }) => ({ value, text: key === "pid" || key === "tid" ? `${nameOf(item)} ${value}` : String(value), weight }))
            .sort((a, b) => (ofLane ? a.value - b.value : b.weight - a.weight));
        lists[key] = all.length < 2 && who[key] === null ? [] : all.filter((c, i) => i < MOST_CHOICES || c.value === who[key]);
    }
    /* Threads one by one only within a name or a process: there are thousands of them. */
    if (who.thread === null && who.pid === null && who.tid === null) lists.tid = [];
    return lists;
}
